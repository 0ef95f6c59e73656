//! The shortest longest walk: the least limit under which there is an answer.

use super::{
    CapacityPlan, Objective, Stop, Task, Terms,
    clock::Clock,
    evaluate::{Found, evaluate},
    least,
    units::Units,
};
use crate::error::{Error, Result};

/// What a limit of the walk leaves.
enum Under {
    Answer(CapacityPlan),
    Nothing,
    /// The time was up before either was known.
    Unknown,
}

pub(super) fn solve(task: &Task<'_>, units: &Units, terms: &Terms, clock: &Clock<'_>) -> Result<CapacityPlan> {
    if !terms.everyone {
        return Err(Error::parameter("objective", &"worst", "needs a place for everyone"));
    }
    let walks = walks(units);
    let split = Terms { whole: false, ..terms.clone() };
    // Without any limit, the error says what is short.
    least(task, units, Objective::Total, &split, &clock.unhurried())?;
    let (mut low, mut high) = (0, walks.len() - 1);
    while low < high {
        let middle = usize::midpoint(low, high);
        match under(task, units, walks[middle], &split, &clock.unhurried())? {
            Under::Answer(_) => high = middle,
            Under::Nothing | Under::Unknown => low = middle + 1,
        }
    }
    // A limit that was passed over because the time was up is not disproved.
    let mut bound = walks[low];
    for &limit_m in &walks[low..] {
        match under(task, units, limit_m, terms, &clock.part(0.5))? {
            Under::Answer(plan) => return Ok(seen(task, plan, bound)),
            Under::Nothing if bound == limit_m => {
                let next = walks.partition_point(|walk| *walk <= limit_m);
                bound = walks[next.min(walks.len() - 1)];
            }
            Under::Unknown if clock.is_late() => break,
            Under::Nothing | Under::Unknown => {}
        }
    }
    let plan = least(task, units, Objective::Total, terms, clock)?;
    Ok(seen(task, plan, bound))
}

/// Walks that the longest can be, rising.
pub(super) fn walks(units: &Units) -> Vec<f64> {
    let mut walks: Vec<f64> = units.longest.iter().flatten().copied().chain([0.0]).collect();
    walks.sort_by(f64::total_cmp);
    walks.dedup();
    walks
}

fn under(task: &Task<'_>, units: &Units, limit_m: f64, terms: &Terms, clock: &Clock<'_>) -> Result<Under> {
    match least(task, &units.within(limit_m), Objective::Total, terms, clock) {
        Ok(plan) => Ok(Under::Answer(plan)),
        Err(Error::Infeasible { .. }) => Ok(Under::Nothing),
        Err(Error::Parameter { parameter: "time_limit_s", .. }) => Ok(Under::Unknown),
        Err(other) => Err(other),
    }
}

fn seen(task: &Task<'_>, plan: CapacityPlan, bound: f64) -> CapacityPlan {
    let found = Found { parts: plan.parts, bound, most_served: None, stop: Stop::Time };
    evaluate(task, found, Objective::Worst)
}
