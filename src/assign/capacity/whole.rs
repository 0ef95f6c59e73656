//! Whole units to sites with limited room, component by component.

use super::{
    CapacityPlan, Objective, Stop, Task, Terms,
    clock::Clock,
    evaluate::{Found, evaluate},
    flow::Transport,
    model::Model,
    packing::pack,
    relax::Relaxation,
    rules::Rules,
    shortage,
    tree::Tree,
    units::Units,
};
use crate::error::{Error, Result};

/// Assign, component by component.
pub(super) fn solve(
    task: &Task<'_>,
    units: &Units,
    objective: Objective,
    terms: &Terms,
    clock: &Clock<'_>,
) -> Result<CapacityPlan> {
    let outside_m = task.outside_m(units);
    shortage::refuse_unreached(task, units, terms.everyone)?;
    if terms.everyone && task.is_plain() {
        let outside_m = vec![outside_m; units.size.len()];
        let split = Transport { size: &units.size, arcs: &units.arcs, capacity: task.capacity, outside_m: &outside_m };
        shortage::refuse_if_short(task, units, &split.solve(clock.control())?)?;
    }
    let leave = (!terms.everyone).then_some(outside_m);
    let components = components(task, units);
    let mut site_of = vec![task.capacity.len() as u32; units.rows.len()];
    let (mut bound, mut stop) = (0.0, Stop::Proven);
    for (at, members) in components.iter().enumerate() {
        let part = units.part(members);
        let model = Model::new(task, &part, objective, leave);
        let rules = Rules::of(task, &part);
        let mut tree = Tree::new(&model, &rules);
        // What is left of the time is shared by the components that are left.
        let clock = clock.part(1.0 / (components.len() - at) as f64);
        if task.today.is_some() {
            tree.start_from(&as_today(task, &part, &model), &clock)?;
        }
        let ended = tree.search(terms.gap, &clock)?;
        let Some(best) = tree.best.take() else {
            return Err(match ended {
                Stop::Time => late(terms),
                _ => shortage::unkept(task, &model, &clock)?.unwrap_or_else(|| shortage::not_whole(task, &part)),
            });
        };
        for (&unit, &way) in members.iter().zip(&best.way) {
            site_of[unit as usize] = model.site[way as usize];
        }
        bound += tree.bound.min(best.cost);
        if ended != Stop::Proven {
            stop = ended;
        }
    }
    let at: Vec<Vec<(u32, f64)>> = site_of.iter().zip(&units.size).map(|(&site, &size)| vec![(site, size)]).collect();
    let parts = units.parts(task, &at);
    let left_out = |unit: &usize| site_of[*unit] as usize == task.capacity.len();
    let outside: f64 = (0..site_of.len()).filter(left_out).map(|unit| units.size[unit]).sum();
    let mut found = Found { parts, bound, most_served: None, stop };
    if let Some(leave) = leave.filter(|_| outside > 0.0) {
        let model = Model::new(task, units, objective, Some(leave));
        let (fewest, walked) = left_out_bounds(&model, outside, clock)?;
        found.most_served = Some(units.size.iter().sum::<f64>() - fewest);
        found.bound = walked;
    }
    Ok(evaluate(task, found, objective))
}

/// No answer was found in the time.
pub(super) fn late(terms: &Terms) -> Error {
    let limit_s = terms.time_limit_s.unwrap_or(f64::INFINITY);
    let rule = "no assignment was found in this time, and it is not known whether there is one; give more seconds, \
                or allow parts (whole=False) or people without a place (everyone=False)";
    Error::parameter("time_limit_s", &limit_s, rule)
}

/// Fewest people outside, and least cost of those who are served when no more than these are outside.
fn left_out_bounds(model: &Model, outside: f64, clock: &Clock<'_>) -> Result<(f64, f64)> {
    let clock = clock.unhurried();
    let everything = vec![true; model.site.len()];
    let mut people = model.clone();
    for unit in 0..people.units() {
        for way in people.ways(unit) {
            people.cost[way] = if people.site[way] == people.sites { people.size[unit] } else { 0.0 };
        }
    }
    let mut fewest = 0.0_f64;
    if let Some(found) = Relaxation::new(&people).solve(&everything, &clock)? {
        fewest = fewest.max(found.bound);
        if let Some(packed) = pack(&people, &everything, &found.price, outside, &clock)? {
            fewest = fewest.max(packed.bound);
        }
    }
    // Where only whole people are counted, so are those outside.
    let counted = model.size.iter().all(|size| size.fract() == 0.0);
    let fewest = if counted { (fewest - 1e-6).ceil() } else { fewest }.min(outside);
    if !Relaxation::is_large(model) {
        let limited = model.with_outside(outside);
        let walked = Relaxation::new(&limited).solve(&everything, &clock)?.map_or(0.0, |found| found.bound);
        return Ok((fewest, walked.max(0.0)));
    }
    // Any price of people outside proves something; try some.
    let mut best = 0.0_f64;
    for halved in 0..8 {
        if clock.is_late() {
            break;
        }
        let mut priced = model.clone();
        let price = 0.5_f64.powi(halved);
        let mut rent = f64::INFINITY;
        for unit in 0..priced.units() {
            for way in priced.ways(unit).filter(|&way| model.site[way] == model.sites) {
                priced.cost[way] -= (1.0 - price) * model.leave[unit];
                rent = rent.min(price * model.leave[unit] / model.size[unit]);
            }
        }
        if let Some(found) = Relaxation::new(&priced).solve(&everything, &clock)? {
            best = best.max(found.bound - rent * outside);
        }
    }
    Ok((fewest, best))
}

/// Each unit where it is today, or where it costs least.
fn as_today(task: &Task<'_>, units: &Units, model: &Model) -> Vec<u32> {
    let today = |unit: usize| task.today.as_ref().and_then(|today| today[units.rows[unit][0] as usize]);
    let of = |unit: usize| {
        let cheapest = model.ways(unit).reduce(|a, b| if model.cost[b] < model.cost[a] { b } else { a });
        today(unit).and_then(|site| model.way_to(unit, site)).or(cheapest).unwrap_or(0) as u32
    };
    (0..model.units()).map(of).collect()
}

/// Units that compete for the same sites, directly or through others.
fn components(task: &Task<'_>, units: &Units) -> Vec<Vec<u32>> {
    if task.most_moved.is_some() {
        return vec![(0..units.rows.len() as u32).collect()];
    }
    let mut root: Vec<u32> = (0..task.capacity.len() as u32).collect();
    let find = |root: &[u32], mut site: u32| {
        while root[site as usize] != site {
            site = root[site as usize];
        }
        site
    };
    for arcs in &units.arcs {
        for pair in arcs.windows(2) {
            let (a, b) = (find(&root, pair[0].0), find(&root, pair[1].0));
            let (low, high) = (a.min(b), a.max(b));
            root[high as usize] = low;
        }
    }
    let mut members: Vec<Vec<u32>> = vec![vec![]; task.capacity.len()];
    for (unit, arcs) in units.arcs.iter().enumerate() {
        if let Some((site, _)) = arcs.first() {
            members[find(&root, *site) as usize].push(unit as u32);
        }
    }
    members.retain(|members| !members.is_empty());
    members
}
