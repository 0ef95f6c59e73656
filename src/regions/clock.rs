//! Who may take how much of a time limit.

use std::time::{Duration, Instant};

use crate::control::Control;

use super::{bound::Bound, search::Problem};

/// Nodes that a bound may look at before the search begins, and again between its
/// batches where there is a time limit: at least so many, and so many for each unit.
const LOOKS: [u64; 2] = [8_000_000, 300];
/// The share of a time limit that bounds may have.
const SHARE: f64 = 0.15;
/// How much later than its limit a question may end that has no plan yet.
const PATIENCE: Duration = Duration::from_millis(500);

/// A question's time.
pub(super) struct Clock<'a> {
    control: &'a Control,
    pub start: Instant,
    /// `None` also for one too long to count.
    limit: Option<Duration>,
    /// What bounds have had of it.
    spent: Duration,
}

impl<'a> Clock<'a> {
    pub(super) fn new(limit_s: Option<f64>, control: &'a Control) -> Self {
        let limit = limit_s.and_then(|limit_s| Duration::try_from_secs_f64(limit_s).ok());
        Self { control, start: Instant::now(), limit, spent: Duration::ZERO }
    }

    fn until(&self, limit: Option<Duration>) -> Control {
        self.control.until(limit.and_then(|limit| self.start.checked_add(limit)))
    }

    /// A control that is stopped when the time is up.
    pub(super) fn timed(&self) -> Control {
        self.until(self.limit)
    }

    /// The same for a question without a plan.
    pub(super) fn patient(&self) -> Control {
        self.until(self.limit.map(|limit| limit.saturating_add(PATIENCE)))
    }

    /// Raise a bound: by a fixed effort, or until bounds have had their share of the limit.
    pub(super) fn raise(&mut self, bound: &mut Bound, problem: &Problem) -> f64 {
        let begun = Instant::now();
        let left = self.limit.map(|limit| limit.mul_f64(SHARE).saturating_sub(self.spent));
        let until = self.control.until(left.and_then(|left| begun.checked_add(left)));
        let work = LOOKS[0].max(LOOKS[1] * problem.graph.len() as u64);
        bound.raise(problem, work, &|| until.is_stopped());
        self.spent += begun.elapsed();
        bound.total()
    }

    /// The same once more, where there is a limit.
    pub(super) fn raise_on(&mut self, bound: &mut Bound, problem: &Problem) -> f64 {
        if self.limit.is_some() { self.raise(bound, problem) } else { bound.total() }
    }
}
