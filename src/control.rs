//! Stopping and watching a long question while it runs.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::error::{Error, Result};

/// Shared between the thread that computes and the one that watches it.
///
/// Long loops call [`Control::step`] once a chunk (a few milliseconds of
/// work), so that a stop is obeyed well within 0.3 s and a progress bar moves.
#[derive(Debug, Default)]
pub struct Control {
    stop: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
    /// Bits of the best value found and of its bound; 0 before there is one.
    value: AtomicU64,
    bound: AtomicU64,
}

impl Control {
    /// A control that nobody has stopped.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ask the computation to stop; it returns [`Error::Interrupted`], or, where
    /// it can, the best answer found with its honest gap.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Say how much work there is, in the units [`Control::step`] counts.
    pub fn expect(&self, total: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total as u64, Ordering::Relaxed);
    }

    /// Count finished work.
    ///
    /// # Errors
    /// [`Error::Interrupted`] once [`Control::stop`] was called.
    pub fn step(&self, finished: usize) -> Result<()> {
        self.done.fetch_add(finished as u64, Ordering::Relaxed);
        if self.stop.load(Ordering::Relaxed) { Err(Error::Interrupted) } else { Ok(()) }
    }

    /// Whether [`Control::stop`] was called.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Say what the best answer so far is worth and what no answer can beat.
    pub fn report(&self, value: f64, bound: f64) {
        self.value.store(value.to_bits(), Ordering::Relaxed);
        self.bound.store(bound.to_bits(), Ordering::Relaxed);
    }

    /// Value and bound last reported by a search for the best answer; both 0 before there are any.
    #[must_use]
    pub fn best(&self) -> (f64, f64) {
        (f64::from_bits(self.value.load(Ordering::Relaxed)), f64::from_bits(self.bound.load(Ordering::Relaxed)))
    }

    /// Work done and work expected; expected is 0 before it is known.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}
