//! Who stands in the way of an answer, and the smallest change that helps.

use crate::{
    control::Control,
    error::{Error, Result},
    reach::Reach,
};

use super::{
    branch::{Aim, search},
    clock::Clock,
    problem::{Problem, Role},
    terms::Asked,
};

/// Refuse when a row has fewer allowed sites within the limit than it needs.
pub(super) fn unreachable(model: &'static str, reach: &Reach, asked: &Asked, need: &[u32]) -> Result<()> {
    let mut rows = vec![];
    // The farthest of the rows: metres to the last site it needs.
    let mut farthest: Option<(usize, Option<f64>)> = None;
    for (row, &need) in need.iter().enumerate() {
        let mut walks: Vec<f64> = reach
            .row(row)
            .filter(|&(site, _)| asked.role[site as usize] != Role::Forbidden)
            .map(|(_, walk_m)| walk_m)
            .collect();
        if walks.iter().filter(|walk_m| **walk_m <= asked.limit_m).count() >= need as usize {
            continue;
        }
        walks.sort_unstable_by(f64::total_cmp);
        let last_m = walks.get(need as usize - 1).copied();
        let beyond = last_m.unwrap_or(f64::INFINITY);
        if farthest.is_none_or(|(_, known_m)| beyond > known_m.unwrap_or(f64::INFINITY)) {
            farthest = Some((row, last_m));
        }
        rows.push(row);
    }
    let Some((row, needed)) = farthest else { return Ok(()) };
    let times = if need[row] > 1 { format!("{} of the", need[row]) } else { "any of the".to_owned() };
    let within =
        if asked.limit_m.is_finite() { format!("within {} m", asked.limit_m) } else { "by any walk".to_owned() };
    let why =
        format!("{} demand rows do not reach {times} allowed sites {within} (first: row {})", rows.len(), rows[0]);
    let change = match (needed, reach.limit_m()) {
        (Some(needed_m), _) => {
            format!(
                "the farthest is row {row}, {needed_m:.0} m from what it needs: limit_m = {} would do",
                needed_m.ceil()
            )
        }
        (None, Some(held_m)) => format!(
            "row {row} has no such site within the {held_m} m the reach was measured to: measure farther, or add a candidate near it"
        ),
        (None, None) => format!("row {row} is cut off: add a candidate that can be walked to, or leave the row out"),
    };
    Err(Error::Infeasible {
        model,
        why: why.into(),
        change: change.into(),
        rows,
        parameter: "limit_m",
        given: asked.limit_m,
        needed,
    })
}

/// Why `p` sites did not reach every row, with the number that would.
pub(super) fn too_few(
    model: &'static str,
    reach: &Reach,
    asked: &Asked,
    p: usize,
    assignment: &[Option<u32>],
    proven: bool,
    control: &Control,
) -> Error {
    if control.is_stopped() {
        return Error::Interrupted;
    }
    let rows: Vec<usize> = (0..assignment.len()).filter(|&row| assignment[row].is_none()).collect();
    let clock = Clock::new(Some(5.0), control);
    let everyone = vec![1.0; assignment.len()];
    let problem = Problem::cover(reach, &everyone, asked.limit_m, &asked.role, 1);
    let mut most = asked.allowed - asked.fixed.len();
    let mut least = (p + 1).saturating_sub(asked.fixed.len());
    // Fewest sites that reach all: halve between what was asked and everything.
    while least < most && !clock.is_over() {
        let open = usize::midpoint(least, most);
        let found = search(&problem, Aim { open, most: Some(0.0), gap: 0.0, offset: 0.0, seed: 0 }, &clock);
        if found.cost <= 0.0 { most = open } else { least = open + 1 }
    }
    let needed = most + asked.fixed.len();
    let leave = if proven {
        "sites cannot reach every row; the best"
    } else {
        "sites that reach every row were not found in time; the best"
    };
    let why = format!("p = {p} {leave} leave {} out of reach (first: row {})", rows.len(), rows[0]);
    let change = format!("p = {needed} would reach all; or raise limit_m, or leave these rows out");
    Error::Infeasible {
        model,
        why: why.into(),
        change: change.into(),
        rows,
        parameter: "p",
        given: p as f64,
        needed: Some(needed as f64),
    }
}
