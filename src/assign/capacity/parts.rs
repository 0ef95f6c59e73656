//! Rows in parts: exact, as a transportation problem or a linear one.

use super::{
    CapacityPlan, Objective, Stop, Task, Terms,
    clock::Clock,
    evaluate::{Found, evaluate},
    flow::Transport,
    model::Model,
    relax::Relaxation,
    shortage,
    units::Units,
    whole::late,
};
use crate::error::Result;

/// Assign in parts.
pub(super) fn solve(
    task: &Task<'_>,
    units: &Units,
    objective: Objective,
    terms: &Terms,
    clock: &Clock<'_>,
) -> Result<CapacityPlan> {
    shortage::refuse_unreached(task, units, terms.everyone)?;
    if task.is_plain() {
        let outside_m = vec![task.outside_m(units); units.size.len()];
        let chains = Transport { size: &units.size, arcs: &units.arcs, capacity: task.capacity, outside_m: &outside_m };
        if objective == Objective::Total && task.moved_m == 0.0 {
            let flow = chains.solve(clock.control())?;
            if terms.everyone {
                shortage::refuse_if_short(task, units, &flow)?;
            }
            let parts = units.parts(task, &flow.at);
            let bound = flow.bound - outside(task, units, &parts) * outside_m.first().copied().unwrap_or(0.0);
            return Ok(evaluate(task, Found { parts, bound, most_served: None, stop: Stop::Proven }, objective));
        }
        if terms.everyone {
            shortage::refuse_if_short(task, units, &chains.solve(clock.control())?)?;
        }
    }
    let leave = (!terms.everyone).then(|| task.outside_m(units));
    let model = Model::new(task, units, objective, leave);
    let everything = vec![true; model.site.len()];
    let Some(relaxed) = Relaxation::new(&model).solve(&everything, clock)? else {
        return Err(shortage::unkept(task, &model, clock)?.unwrap_or_else(|| shortage::not_whole(task, units)));
    };
    if relaxed.broken.iter().any(|broken| *broken != 0.0) {
        return Err(late(terms));
    }
    let mut left = 0.0;
    let mut at: Vec<Vec<(u32, f64)>> = vec![];
    for (unit, shares) in relaxed.shares.iter().enumerate() {
        let place = |&(way, share): &(u32, f64)| (model.site[way as usize], share * units.size[unit]);
        let own: Vec<(u32, f64)> = shares.iter().map(place).collect();
        let out = shares.iter().filter(|(way, _)| model.site[*way as usize] == model.sites);
        left += out.map(|(_, share)| share * model.leave[unit]).sum::<f64>();
        at.push(own);
    }
    let parts = units.parts(task, &at);
    let found = Found { parts, bound: relaxed.bound - left, most_served: None, stop: Stop::Time };
    Ok(evaluate(task, found, objective))
}

/// People without a place.
fn outside(task: &Task<'_>, units: &Units, parts: &[(u32, u32, f64)]) -> f64 {
    let placed: f64 = parts.iter().map(|part| part.2).sum();
    let all: f64 = units.rows.iter().flatten().map(|&row| task.people[row as usize]).sum();
    let outside = (all - placed).max(0.0);
    // Rounding of the sum of people must not pass for somebody outside.
    if outside <= 1e-9 * all { 0.0 } else { outside }
}
