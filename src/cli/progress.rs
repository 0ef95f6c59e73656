//! A bar on standard error while a long question runs.

use std::{
    io::{IsTerminal, stderr},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Say;
use crate::{control::Control, error::Result};

/// Quick questions need no bar.
const PATIENCE: Duration = Duration::from_millis(700);
const REFRESH: Duration = Duration::from_millis(50);

/// Run a question; when it takes long and somebody watches, show how far it is.
pub(super) fn watched<T: Send>(say: Say, work: impl FnOnce(&Control) -> Result<T> + Send) -> Result<T> {
    let control = Control::new();
    if say.quiet || !stderr().is_terminal() {
        return work(&control);
    }
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::park_timeout(PATIENCE);
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent} %  {eta} left") {
                bar.set_style(style);
            }
            while !done.load(Ordering::Relaxed) {
                let (finished, expected) = control.progress();
                bar.set_length(expected.max(1));
                bar.set_position(finished);
                thread::park_timeout(REFRESH);
            }
            bar.finish_and_clear();
        });
        let answer = work(&control);
        done.store(true, Ordering::Relaxed);
        answer
    })
}
