//! Assignment when centres have limited room (服务能力): for the least walk, whole committees or in parts.
//!
//! Split committees are a transportation problem and solved exactly. Whole ones
//! branch on it: its prices bound the answer from below, and most nodes settle
//! at once. Towns that share no centre are separate problems.

mod adjust;
mod city;
mod filling;
mod flow;
mod rules;
mod shortage;
mod units;
mod whole;

use std::time::Instant;

pub use city::{CityAssignment, Levels, Request, Room, assign, committee_reach};
pub(crate) use city::{allowed, in_town, room, stays};
pub use filling::Filling;
use serde::Serialize;
pub use shortage::Shortage;

use crate::{
    control::Control,
    error::{Error, Result},
    reach::Reach,
};

/// Who must go where, and how much room there is.
#[derive(Debug, Clone)]
pub struct Task<'a> {
    /// Walks; a pair that is not there is out of reach.
    pub reach: &'a Reach,
    /// People of each row.
    pub people: &'a [f64],
    /// People that each site has room for; infinite for no limit.
    pub capacity: &'a [f64],
    /// Pairs that are allowed, such as those inside a town; `None` allows all in reach.
    pub allowed: Option<Vec<Vec<u32>>>,
    /// Pairs of rows that touch: each site's rows must hang together.
    pub neighbours: Option<Vec<(u32, u32)>>,
    /// Rows that stay at a site.
    pub stay: Vec<(u32, u32)>,
    /// Rows that go to one site together.
    pub together: Vec<Vec<u32>>,
    /// Pairs of rows that must not share a site.
    pub apart: Vec<(u32, u32)>,
    /// Names of rows and sites, for messages.
    pub names: Option<(&'a [String], &'a [String])>,
}

/// What is asked of the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// Whether a row goes whole to one site.
    pub whole: bool,
    /// Whether nobody may be left without a place; otherwise as many people as there is room for are served.
    pub everyone: bool,
    /// What is to be small.
    pub objective: Objective,
    /// Stop after so many seconds with the best found and its gap.
    pub time_limit_s: Option<f64>,
    /// Stop when the gap is at most this; 0 asks for proof.
    pub gap: f64,
}

impl Default for Terms {
    fn default() -> Self {
        Self { whole: true, everyone: true, objective: Objective::Total, time_limit_s: None, gap: 0.0 }
    }
}

/// What is to be small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    /// The sum of all walks, person-metres.
    Total,
    /// The longest walk of a row, metres; the total decides between equals.
    Worst,
}

/// Why a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// No answer is better.
    Proven,
    /// It is within the gap asked for.
    Gap,
    /// The time was up.
    Time,
}

/// Who goes where.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacityPlan {
    /// Row, site and people, by row; several entries for a row that is split.
    pub parts: Vec<(u32, u32, f64)>,
    /// People at each site.
    pub load: Vec<f64>,
    /// What was to be small, evaluated from the parts: person-metres or metres.
    pub objective: f64,
    /// What no answer can beat.
    pub bound: f64,
    /// Distance of the two over the objective.
    pub gap: f64,
    /// Whether they are equal up to rounding.
    pub proven: bool,
    /// Why the search ended.
    pub stop: Stop,
    /// People of each row who have a place.
    pub served: Vec<f64>,
    /// Whether a row has any site it may go to.
    pub in_reach: Vec<bool>,
    /// How long it took.
    pub seconds: f64,
}

impl CapacityPlan {
    /// The site of a row; of a split one, where most of it goes (ties to the lower site).
    #[must_use]
    pub fn site(&self, row: usize) -> Option<u32> {
        let first = self.parts.partition_point(|part| (part.0 as usize) < row);
        let own = self.parts[first..].iter().take_while(|part| part.0 as usize == row);
        own.copied().reduce(|best, next| if next.2 > best.2 { next } else { best }).map(|part| part.1)
    }
}

/// Assign rows to sites with room for them.
///
/// ```
/// use linli::{assign::capacity::{solve, Task, Terms}, control::Control, reach::Reach};
///
/// // Both are nearer to the first centre, which has room for one of them.
/// let reach = Reach::from_dense(&[100.0, 500.0, 200.0, 300.0], 2, None)?;
/// let task = Task::new(&reach, &[10.0, 10.0], &[10.0, 20.0]);
/// let plan = solve(&task, &Terms::default(), &Control::new())?;
/// assert_eq!((plan.site(0), plan.site(1), plan.proven), (Some(0), Some(1), true));
/// # Ok::<(), linli::Error>(())
/// ```
///
/// # Errors
/// [`Error::Infeasible`] where everyone must have a place and there is no such
/// answer: the message says which rows are short of how much room. Faults of
/// the columns with their row; [`Error::Interrupted`].
pub fn solve(task: &Task<'_>, terms: &Terms, control: &Control) -> Result<CapacityPlan> {
    let begun = Instant::now();
    check(task, terms)?;
    let units = units::Units::of(task)?;
    let mut found = match terms.objective {
        Objective::Total => total(task, &units, terms, begun, control)?,
        Objective::Worst => worst(task, &units, terms, begun, control)?,
    };
    found.seconds = begun.elapsed().as_secs_f64();
    Ok(found)
}

fn total(
    task: &Task<'_>,
    units: &units::Units,
    terms: &Terms,
    begun: Instant,
    control: &Control,
) -> Result<CapacityPlan> {
    if terms.whole {
        return whole::solve(task, units, terms, begun, control);
    }
    let outside_m = units.outside_m();
    let outside_m = vec![outside_m; units.size.len()];
    let task_flow =
        flow::Transport { size: &units.size, arcs: &units.arcs, capacity: task.capacity, outside_m: &outside_m };
    let flow = task_flow.solve(control)?;
    if terms.everyone {
        shortage::refuse_if_short(task, units, &flow)?;
    }
    let parts = units.parts(task, &flow.at);
    let bound = units.walked_bound(task, flow.bound, &parts);
    Ok(evaluate(task, parts, bound, Objective::Total, Stop::Proven))
}

/// The shortest longest walk: the least limit under which there is an answer.
fn worst(
    task: &Task<'_>,
    units: &units::Units,
    terms: &Terms,
    begun: Instant,
    control: &Control,
) -> Result<CapacityPlan> {
    if !terms.everyone {
        return Err(Error::parameter("objective", &"worst", "needs a place for everyone"));
    }
    let mut walks: Vec<f64> = units.longest.iter().flatten().copied().collect();
    walks.sort_by(f64::total_cmp);
    walks.dedup();
    let split = Terms { whole: false, objective: Objective::Total, ..terms.clone() };
    let fits = |limit_m: f64, terms: &Terms| match total(task, &units.within(limit_m), terms, begun, control) {
        Ok(plan) => Ok(Some(plan)),
        Err(Error::Infeasible { .. }) => Ok(None),
        Err(other) => Err(other),
    };
    // Without any limit, the error says what is short.
    total(task, units, &split, begun, control)?;
    let (mut low, mut high) = (0, walks.len() - 1);
    while low < high {
        let middle = usize::midpoint(low, high);
        if fits(walks[middle], &split)?.is_some() { high = middle } else { low = middle + 1 }
    }
    let asked = Terms { objective: Objective::Total, ..terms.clone() };
    for (tried, &limit_m) in walks[low..].iter().enumerate() {
        // A limit that was passed over because the time was up is not disproved.
        if let Some(plan) = fits(limit_m, &asked)? {
            let bound = if tried == 0 || plan.proven || terms.time_limit_s.is_none() { limit_m } else { walks[low] };
            return Ok(evaluate(task, plan.parts, bound, Objective::Worst, Stop::Proven));
        }
    }
    total(task, units, &asked, begun, control)
}

/// Look at the parts without regard to how they were found.
fn evaluate(
    task: &Task<'_>,
    mut parts: Vec<(u32, u32, f64)>,
    bound: f64,
    objective: Objective,
    stop: Stop,
) -> CapacityPlan {
    parts.sort_by_key(|part| (part.0, part.1));
    let (rows, sites) = task.reach.shape();
    let (mut load, mut served) = (vec![0.0; sites], vec![0.0; rows]);
    let (mut sum, mut longest) = (0.0, 0.0_f64);
    for &(row, site, people) in &parts {
        let walk_m = task.reach.row(row as usize).find(|(known, _)| *known == site).map_or(f64::NAN, |(_, walk)| walk);
        load[site as usize] += people;
        served[row as usize] += people;
        sum += people * walk_m;
        longest = longest.max(walk_m);
    }
    let value = if objective == Objective::Total { sum } else { longest };
    let bound = bound.min(value);
    let gap = if value > 0.0 { ((value - bound) / value).max(0.0) } else { 0.0 };
    let proven = gap <= 1e-9;
    let in_reach = (0..rows).map(|row| task.sites_of(row).next().is_some()).collect();
    CapacityPlan {
        parts,
        load,
        objective: value,
        bound: if proven { value } else { bound },
        gap: if proven { 0.0 } else { gap },
        proven,
        stop: if proven { Stop::Proven } else { stop },
        served,
        in_reach,
        seconds: 0.0,
    }
}

impl<'a> Task<'a> {
    /// Rows, people and room, and nothing else asked.
    #[must_use]
    pub fn new(reach: &'a Reach, people: &'a [f64], capacity: &'a [f64]) -> Self {
        let (allowed, neighbours) = (None, None);
        let (stay, together, apart) = (vec![], vec![], vec![]);
        Self { reach, people, capacity, allowed, neighbours, stay, together, apart, names: None }
    }

    /// Sites that a row may go to, with the walk.
    fn sites_of(&self, row: usize) -> impl Iterator<Item = (u32, f64)> + '_ {
        let allowed = self.allowed.as_ref().map(|allowed| &allowed[row]);
        let stays = self.stay.iter().find(|stay| stay.0 as usize == row).map(|stay| stay.1);
        self.reach.row(row).filter(move |(site, _)| {
            stays.map_or_else(|| allowed.is_none_or(|allowed| allowed.contains(site)), |stays| stays == *site)
        })
    }
}

fn check(task: &Task<'_>, terms: &Terms) -> Result<()> {
    let (rows, sites) = task.reach.shape();
    let length = |table, column: &str, expected: usize, got: usize| {
        if expected == got { Ok(()) } else { Err(Error::Length { table, column: column.to_owned(), expected, got }) }
    };
    let amounts = |table, column: &str, values: &[f64], infinite: bool| match values
        .iter()
        .position(|value| value.is_nan() || *value < 0.0 || (value.is_infinite() && !infinite))
    {
        Some(row) => {
            let rule = if infinite {
                "must be 0 or more; infinite for no limit"
            } else {
                "must be a finite number, 0 or more"
            };
            Err(Error::BadValue { table, row, column: column.to_owned(), value: values[row], rule })
        }
        None => Ok(()),
    };
    length("demand", "people", rows, task.people.len())?;
    length("site", "capacity", sites, task.capacity.len())?;
    amounts("demand", "people", task.people, false)?;
    amounts("site", "capacity", task.capacity, true)?;
    if let Some(allowed) = &task.allowed {
        length("demand", "allowed", rows, allowed.len())?;
    }
    let known = |parameter: &'static str, row: u32, most: usize| {
        if (row as usize) < most {
            return Ok(());
        }
        Err(Error::parameter(parameter, &row, &format!("is no row: there are {most}")))
    };
    for &(a, b) in task.neighbours.iter().flatten() {
        known("neighbours", a, rows).and_then(|()| known("neighbours", b, rows))?;
    }
    for &(a, b) in &task.apart {
        known("apart", a, rows).and_then(|()| known("apart", b, rows))?;
        if a == b {
            return Err(Error::parameter("apart", &a, "cannot be apart from itself"));
        }
    }
    for &row in task.together.iter().flatten() {
        known("together", row, rows)?;
    }
    for &(row, site) in &task.stay {
        known("stay", row, rows).and_then(|()| known("stay", site, sites))?;
        if task.reach.row(row as usize).all(|(near, _)| near != site) {
            let rule = format!("row {row} has no walk to site {site} in the reach");
            return Err(Error::parameter("stay", &format!("{row}: {site}"), &rule));
        }
    }
    if !terms.whole && (task.neighbours.is_some() || !task.together.is_empty() || !task.apart.is_empty()) {
        return Err(Error::parameter("whole", &false, "contiguity, together and apart speak of whole rows"));
    }
    if terms.time_limit_s.is_some_and(|limit| limit.is_nan() || limit < 0.0) {
        return Err(Error::parameter(
            "time_limit_s",
            &terms.time_limit_s.unwrap_or(f64::NAN),
            "give seconds, 0 or more",
        ));
    }
    if !(terms.gap >= 0.0 && terms.gap < 1.0) {
        return Err(Error::parameter("gap", &terms.gap, "give a part of the objective, from 0 to below 1"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
