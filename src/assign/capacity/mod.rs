//! Assignment when centres have limited room (服务能力): for the least walk, whole committees or in parts.
//!
//! Split committees are a transportation problem, or with further limits a linear
//! one, and solved exactly. Whole ones branch on it: prices of room bound the
//! answer from below, more sharply where centres pack whole committees at them;
//! annealing finds good answers. Towns that share no centre are separate problems.

mod chains;
mod check;
mod city;
mod clock;
mod evaluate;
mod filling;
mod flow;
mod improve;
mod levels;
mod measure;
mod model;
mod moves;
mod packing;
mod parts;
mod relax;
mod rules;
mod shortage;
mod simplex;
mod state;
mod trade_off;
mod tree;
mod units;
mod whole;
mod worst;

pub use city::{CityAssignment, CityTradeOff, Request, Room, assign, city_trade_off, committee_reach};
pub(crate) use city::{allowed, in_town, room, stays};
pub use filling::Filling;
pub use levels::Levels;
pub use measure::{Balance, CityMeasure, Measure};
use serde::Serialize;
pub use shortage::Shortage;
pub use trade_off::{Point, TradeOff, trade_off};

use self::{clock::Clock, units::Units};
use crate::{control::Control, error::Result, reach::Reach};

/// As a site of today: one that is not among the sites any more, so whoever has it must move.
pub const GONE: u32 = u32::MAX;

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
    /// Further measures with limits of their own at each site.
    pub measures: Vec<Measure>,
    /// The site of each row today; `None` for a row without one.
    pub today: Option<Vec<Option<u32>>>,
    /// At most so many people may leave the site they have today; `None` for any number.
    pub most_moved: Option<f64>,
    /// A person who leaves it counts as walking so much farther, metres.
    pub moved_m: f64,
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
    /// People who leave the site they have today.
    Moved,
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
    /// What was to be small, evaluated from the parts: person-metres, metres or people.
    pub objective: f64,
    /// What no answer that serves as many can beat.
    pub bound: f64,
    /// Distance of the two over the objective; where more people might be served, that part of them if it is larger.
    pub gap: f64,
    /// Whether they are equal up to rounding.
    pub proven: bool,
    /// Why the search ended.
    pub stop: Stop,
    /// The sum of all walks, person-metres.
    pub walked_m: f64,
    /// The longest walk of a row, metres.
    pub longest_m: f64,
    /// People who leave the site they have today, where that is known.
    pub moved: Option<f64>,
    /// No plan serves more people.
    pub most_served: f64,
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
/// [`crate::Error::Infeasible`] where everyone must have a place and there is no such
/// answer: the message says which rows are short of how much room. Faults of
/// the columns with their row; [`crate::Error::Interrupted`].
pub fn solve(task: &Task<'_>, terms: &Terms, control: &Control) -> Result<CapacityPlan> {
    let clock = Clock::new(terms.time_limit_s, control);
    check::check(task, terms)?;
    let units = Units::of(task)?;
    let mut found = match terms.objective {
        Objective::Worst => worst::solve(task, &units, terms, &clock)?,
        objective => least(task, &units, objective, terms, &clock)?,
    };
    found.seconds = clock.seconds();
    Ok(found)
}

/// The least sum, of whole rows or of parts.
fn least(
    task: &Task<'_>,
    units: &Units,
    objective: Objective,
    terms: &Terms,
    clock: &Clock<'_>,
) -> Result<CapacityPlan> {
    if terms.whole {
        whole::solve(task, units, objective, terms, clock)
    } else {
        parts::solve(task, units, objective, terms, clock)
    }
}

impl<'a> Task<'a> {
    /// Rows, people and room, and nothing else asked.
    #[must_use]
    pub fn new(reach: &'a Reach, people: &'a [f64], capacity: &'a [f64]) -> Self {
        let (allowed, neighbours) = (None, None);
        let (stay, together, apart) = (vec![], vec![], vec![]);
        let (measures, today, most_moved) = (vec![], None, None);
        Self {
            reach,
            people,
            capacity,
            allowed,
            neighbours,
            stay,
            together,
            apart,
            measures,
            today,
            most_moved,
            moved_m: 0.0,
            names: None,
        }
    }

    /// Sites that a row may go to, with the walk.
    fn sites_of(&self, row: usize) -> impl Iterator<Item = (u32, f64)> + '_ {
        let allowed = self.allowed.as_ref().map(|allowed| &allowed[row]);
        let stays = self.stay.iter().find(|stay| stay.0 as usize == row).map(|stay| stay.1);
        self.reach.row(row).filter(move |(site, _)| {
            stays.map_or_else(|| allowed.is_none_or(|allowed| allowed.contains(site)), |stays| stays == *site)
        })
    }

    /// Least and most load of a measure at a site; measure 0 is the people, against the capacity.
    fn bounds(&self, measure: usize, site: usize) -> (f64, f64) {
        match measure.checked_sub(1) {
            None => (0.0, self.capacity[site]),
            Some(further) => (self.measures[further].least[site], self.measures[further].most[site]),
        }
    }

    /// What leaving a person out costs, metres: more than making room for them, as far as that can be told.
    fn outside_m(&self, units: &Units) -> f64 {
        units.outside_m(self.moved_m) * if self.is_plain() { 1.0 } else { 10.0 }
    }

    /// Whether nothing but capacities limits who goes where.
    fn is_plain(&self) -> bool {
        self.measures.is_empty() && self.most_moved.is_none()
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_limits;
