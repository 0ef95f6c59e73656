//! How long a search may take, and who may stop it.

use std::time::Instant;

use crate::{control::Control, error::Result};

/// The time of a search.
pub(super) struct Clock<'a> {
    begun: Instant,
    limit_s: Option<f64>,
    control: &'a Control,
}

impl<'a> Clock<'a> {
    pub(super) fn new(limit_s: Option<f64>, control: &'a Control) -> Self {
        Self { begun: Instant::now(), limit_s, control }
    }

    pub(super) fn seconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }

    pub(super) fn is_late(&self) -> bool {
        self.limit_s.is_some_and(|limit_s| self.seconds() >= limit_s)
    }

    /// A clock for this part of the time that is left.
    pub(super) fn part(&self, part: f64) -> Self {
        Self::new(self.limit_s.map(|limit_s| (limit_s - self.seconds()).max(0.0) * part), self.control)
    }

    /// A clock for what must be done at any rate.
    pub(super) fn unhurried(&self) -> Self {
        Self::new(None, self.control)
    }

    /// Whether to go on at all.
    pub(super) fn step(&self) -> Result<()> {
        self.control.step(0)
    }

    pub(super) fn control(&self) -> &'a Control {
        self.control
    }
}
