//! When to stop looking.

use std::time::Instant;

use crate::control::Control;

use super::plan::Stop;

/// The time a question has taken, its limit, and who may stop it.
pub(super) struct Clock<'a> {
    start: Instant,
    limit_s: Option<f64>,
    control: &'a Control,
}

impl<'a> Clock<'a> {
    pub(super) fn new(limit_s: Option<f64>, control: &'a Control) -> Self {
        Self { start: Instant::now(), limit_s, control }
    }

    pub(super) fn seconds(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    /// Why to stop now, if so.
    pub(super) fn stop(&self) -> Option<Stop> {
        if self.control.is_stopped() {
            return Some(Stop::Interrupted);
        }
        self.limit_s.is_some_and(|limit_s| self.seconds() >= limit_s).then_some(Stop::Time)
    }

    pub(super) fn is_over(&self) -> bool {
        self.stop().is_some()
    }

    pub(super) fn control(&self) -> &Control {
        self.control
    }
}
