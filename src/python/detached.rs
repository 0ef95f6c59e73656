//! Long work beside the interpreter: other Python threads run, Ctrl-C is obeyed,
//! a panic becomes an exception.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError, SyncSender},
    },
    thread,
    time::{Duration, Instant},
};

use pyo3::prelude::*;

use super::{OrRaise, exceptions};
use crate::{control::Control, error::Result};

/// How often the interpreter is asked whether Ctrl-C was pressed.
const GLANCE: Duration = Duration::from_millis(20);
/// Progress is shown for work that takes longer than this.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long work that owns its input may take to notice a stop before it is left behind.
const GRACE: Duration = Duration::from_millis(50);

/// Run work that borrows its input and obeys its [`Control`].
///
/// The work runs on a thread of its own while this one, which owns the
/// interpreter's signals, watches.
pub(super) fn borrowed<T: Send>(py: Python<'_>, work: impl FnOnce(&Control) -> Result<T> + Send) -> PyResult<T> {
    let control = Control::new();
    thread::scope(|scope| {
        let (sender, mailbox) = Mailbox::new();
        let shared = &control;
        scope.spawn(move || answer(&sender, || work(shared)));
        // After a stop the scope waits for the work, which obeys within a chunk.
        watch(py, &control, &mailbox).inspect_err(|_| mailbox.await_end(py, Duration::MAX))
    })
}

/// Run work that owns its input and may not look at its [`Control`] for long.
///
/// On Ctrl-C it is told to stop and, where it does not hear, left to end by itself.
pub(super) fn owned<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce(&Control) -> Result<T> + Send + 'static,
) -> PyResult<T> {
    let control = Arc::new(Control::new());
    let (sender, mailbox) = Mailbox::new();
    let shared = Arc::clone(&control);
    thread::spawn(move || answer(&sender, || work(&shared)));
    watch(py, &control, &mailbox).inspect_err(|_| mailbox.await_end(py, GRACE))
}

/// Short work on this thread, with the same care for panics.
pub(super) fn guarded<T>(work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| Err(exceptions::bug(payload.as_ref())))
}

/// What the work came to: an answer, an error, or a panic.
type Outcome<T> = thread::Result<Result<T>>;

/// Where the watching thread waits for the outcome; locked so that it may be shared.
struct Mailbox<T>(Mutex<Receiver<Outcome<T>>>);

impl<T: Send> Mailbox<T> {
    fn new() -> (SyncSender<Outcome<T>>, Self) {
        let (sender, receiver) = mpsc::sync_channel(1);
        (sender, Self(Mutex::new(receiver)))
    }

    /// The outcome, if it comes within this time; other Python threads run meanwhile.
    fn wait(&self, py: Python<'_>, time: Duration) -> std::result::Result<Outcome<T>, RecvTimeoutError> {
        py.detach(|| self.0.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(time))
    }

    /// Let the work come to its end, for at most this long.
    fn await_end(&self, py: Python<'_>, time: Duration) {
        drop(self.wait(py, time));
    }
}

/// Do the work and post its outcome.
fn answer<T: Send>(sender: &SyncSender<Outcome<T>>, work: impl FnOnce() -> Result<T>) {
    // After a stop nobody may be listening.
    let _ = sender.send(catch_unwind(AssertUnwindSafe(work)));
}

/// Wait for the answer; stop the work when Python has a signal to handle.
fn watch<T: Send>(py: Python<'_>, control: &Control, mailbox: &Mailbox<T>) -> PyResult<T> {
    let begun = Instant::now();
    let mut progress = Progress::default();
    loop {
        match mailbox.wait(py, GLANCE) {
            Ok(Ok(answer)) => {
                progress.end(py);
                return answer.or_raise();
            }
            Ok(Err(payload)) => return Err(exceptions::bug(payload.as_ref())),
            Err(RecvTimeoutError::Disconnected) => return Err(exceptions::bug(&"a thread ended early")),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Err(signal) = py.check_signals() {
            control.stop();
            progress.end(py);
            return Err(signal);
        }
        if begun.elapsed() > PATIENCE {
            progress.show(py, control);
        }
    }
}

/// The line that says how far the work has come; `linli._progress` decides where it is seen.
#[derive(Default)]
struct Progress {
    shown: Option<Instant>,
}

impl Progress {
    fn show(&mut self, py: Python<'_>, control: &Control) {
        if self.shown.is_some_and(|shown| shown.elapsed() < Duration::from_millis(500)) {
            return;
        }
        self.shown = Some(Instant::now());
        let (done, total) = control.progress();
        call(py, "show", (done, total));
    }

    fn end(&self, py: Python<'_>) {
        if self.shown.is_some() {
            call(py, "end", ());
        }
    }
}

/// A progress line that cannot be shown must not cost the answer.
fn call<'py>(py: Python<'py>, name: &str, arguments: impl pyo3::call::PyCallArgs<'py>) {
    if let Ok(module) = py.import("linli._progress") {
        let _ = module.call_method1(name, arguments);
    }
}
