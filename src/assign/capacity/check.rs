//! What may not be asked.

use super::{GONE, Objective, Task, Terms};
use crate::error::{Error, Result};

/// Refuse what cannot be, with its row.
pub(super) fn check(task: &Task<'_>, terms: &Terms) -> Result<()> {
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
    for measure in &task.measures {
        length("demand", &measure.name, rows, measure.amount.len())?;
        amounts("demand", &measure.name, &measure.amount, false)?;
        length("site", &measure.name, sites, measure.most.len())?;
        length("site", &measure.name, sites, measure.least.len())?;
        amounts("site", &measure.name, &measure.most, true)?;
        amounts("site", &measure.name, &measure.least, false)?;
        if let Some(site) = (0..sites).find(|&site| measure.least[site] > measure.most[site]) {
            let rule = format!("at site {site} is less than its least of {}", measure.least[site]);
            return Err(Error::parameter("measures", &format!("{} {}", measure.name, measure.most[site]), &rule));
        }
    }
    check_today(task, terms)?;
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

/// Today's sites, and what depends on them.
fn check_today(task: &Task<'_>, terms: &Terms) -> Result<()> {
    let (rows, sites) = task.reach.shape();
    let metres = task.moved_m;
    if !(metres.is_finite() && metres >= 0.0) {
        return Err(Error::parameter("moved_m", &metres, "give metres, 0 or more"));
    }
    if let Some(most) = task.most_moved.filter(|most| most.is_nan() || *most < 0.0) {
        return Err(Error::parameter("most_moved", &most, "give people, 0 or more"));
    }
    let Some(today) = &task.today else {
        if task.most_moved.is_some() || metres > 0.0 || terms.objective == Objective::Moved {
            return Err(Error::parameter("today", &"nothing", "give today's sites: without them nobody moves"));
        }
        return Ok(());
    };
    if today.len() != rows {
        let column = "today".to_owned();
        return Err(Error::Length { table: "demand", column, expected: rows, got: today.len() });
    }
    match today.iter().position(|site| site.is_some_and(|site| site != GONE && site as usize >= sites)) {
        Some(row) => {
            let site = today[row].unwrap_or(0);
            Err(Error::parameter("today", &site, &format!("at row {row} is no site: there are {sites}")))
        }
        None => Ok(()),
    }
}
