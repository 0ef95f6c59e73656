//! Stopping and watching a long question while it runs.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Instant,
};

use crate::error::{Error, Result};

/// Shared between the thread that computes and the one that watches it.
///
/// Long loops call [`Control::step`] once a chunk (a few milliseconds of
/// work), so that a stop is obeyed well within 0.3 s and a progress bar moves.
#[derive(Debug, Default)]
pub struct Control {
    shared: Arc<Shared>,
    /// From when on it counts as stopped.
    deadline: Option<Instant>,
}

#[derive(Debug, Default)]
struct Shared {
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

    /// The same control for a part of the work that must end at a deadline: from
    /// then on it counts as stopped.
    pub(crate) fn until(&self, deadline: Option<Instant>) -> Self {
        Self { shared: Arc::clone(&self.shared), deadline }
    }

    /// Whether it counts as stopped for its deadline alone.
    pub(crate) fn is_late(&self) -> bool {
        !self.shared.stop.load(Ordering::Relaxed) && self.is_stopped()
    }

    /// Ask the computation to stop; it returns [`Error::Interrupted`], or, where
    /// it can, the best answer found with its honest gap.
    pub fn stop(&self) {
        self.shared.stop.store(true, Ordering::Relaxed);
    }

    /// Say how much work there is, in the units [`Control::step`] counts.
    pub fn expect(&self, total: usize) {
        self.shared.done.store(0, Ordering::Relaxed);
        self.shared.total.store(total as u64, Ordering::Relaxed);
    }

    /// Count finished work.
    ///
    /// # Errors
    /// [`Error::Interrupted`] once [`Control::stop`] was called.
    pub fn step(&self, finished: usize) -> Result<()> {
        self.shared.done.fetch_add(finished as u64, Ordering::Relaxed);
        if self.is_stopped() { Err(Error::Interrupted) } else { Ok(()) }
    }

    /// Whether [`Control::stop`] was called.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        let late = || self.deadline.is_some_and(|deadline| Instant::now() >= deadline);
        self.shared.stop.load(Ordering::Relaxed) || late()
    }

    /// Say what the best answer so far is worth and what no answer can beat.
    pub fn report(&self, value: f64, bound: f64) {
        self.shared.value.store(value.to_bits(), Ordering::Relaxed);
        self.shared.bound.store(bound.to_bits(), Ordering::Relaxed);
    }

    /// Value and bound last reported by a search for the best answer; both 0 before there are any.
    #[must_use]
    pub fn best(&self) -> (f64, f64) {
        (
            f64::from_bits(self.shared.value.load(Ordering::Relaxed)),
            f64::from_bits(self.shared.bound.load(Ordering::Relaxed)),
        )
    }

    /// Work done and work expected; expected is 0 before it is known.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        (self.shared.done.load(Ordering::Relaxed), self.shared.total.load(Ordering::Relaxed))
    }
}
