//! A look at parts without regard to how they were found.

use super::{CapacityPlan, Objective, Stop, Task};

/// What was found, and what is known of how good it is.
pub(super) struct Found {
    /// Row, site and people.
    pub(super) parts: Vec<(u32, u32, f64)>,
    /// No answer that serves as many costs less.
    pub(super) bound: f64,
    /// No answer serves more; `None` where all who can be are served.
    pub(super) most_served: Option<f64>,
    pub(super) stop: Stop,
}

/// Evaluate from the parts.
pub(super) fn evaluate(task: &Task<'_>, found: Found, objective: Objective) -> CapacityPlan {
    let Found { mut parts, bound, most_served, stop } = found;
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
    let moved = task.today.as_ref().map(|today| moved(task, today, &parts));
    let value = match objective {
        Objective::Total => sum + task.moved_m * moved.unwrap_or(0.0),
        Objective::Worst => longest,
        Objective::Moved => moved.unwrap_or(0.0),
    };
    let bound = bound.min(value);
    let walk_gap = if value > 0.0 { ((value - bound) / value).max(0.0) } else { 0.0 };
    let all: f64 = served.iter().sum();
    let most_served = most_served.unwrap_or(all).max(all);
    let left = if most_served > 0.0 { (most_served - all) / most_served } else { 0.0 };
    let gap = walk_gap.max(left);
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
        walked_m: sum,
        longest_m: longest,
        moved,
        most_served,
        served,
        in_reach,
        seconds: 0.0,
    }
}

/// People who are not at the site they have today; those without one today do not move.
fn moved(task: &Task<'_>, today: &[Option<u32>], parts: &[(u32, u32, f64)]) -> f64 {
    let mut away: Vec<f64> =
        today.iter().zip(task.people).map(|(today, &people)| if today.is_some() { people } else { 0.0 }).collect();
    for &(row, site, people) in parts {
        if today[row as usize] == Some(site) {
            away[row as usize] -= people;
        }
    }
    // What is left of a row by rounding has not moved.
    away.iter().zip(task.people).map(|(&away, &people)| if away > 1e-9 * people { away } else { 0.0 }).sum()
}
