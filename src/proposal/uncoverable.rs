//! Who stands in the way of an answer, by name, and the smallest change that helps.

use super::{ask::Ask, table::Table};
use crate::{
    city::City,
    control::Control,
    error::{Error, Result},
    walk::Walk,
};

/// Committees named in a message.
const NAMED: usize = 3;

/// Refuse when someone has neither a centre nor a candidate within the standard.
pub(super) fn refuse_uncoverable(
    city: &City,
    walk: &dyn Walk,
    table: &Table,
    ask: &Ask,
    control: &Control,
) -> Result<()> {
    let allowed = |site: u32| !table.forbidden.contains(&site);
    let alone: Vec<usize> =
        (0..table.rows.len()).filter(|&row| !table.reach.row(row).any(|(site, _)| allowed(site))).collect();
    if alone.is_empty() {
        return Ok(());
    }
    let points = |row: &usize| city.demand().points.xy[table.rows[*row].point as usize];
    let places: Vec<[f64; 2]> = alone.iter().map(points).collect();
    let sites: Vec<[f64; 2]> =
        (0..table.sites.len() as u32).filter(|&site| allowed(site)).map(|site| table.sites[site as usize].xy).collect();
    let nearest = walk.nearest(&places, &sites, control)?;
    let minutes = |at: usize| {
        let speed = table.walkers[table.rows[alone[at]].walkers as usize].speed_m_per_s;
        nearest.get(at).map_or(f64::INFINITY, |(_, walk_m)| walk_m / speed / 60.0)
    };
    let farthest = (0..alone.len()).reduce(|far, next| if minutes(next) > minutes(far) { next } else { far });
    let Some(farthest) = farthest else { return Ok(()) };
    let committees = committees(table, alone.iter().copied());
    let (worst, needed) = (table.rows[alone[farthest]].committee as usize, minutes(farthest));
    let who = name(city, worst);
    // Rounded up, so that the number in the message does.
    let would_do = (needed * 10.0 - 1e-9).ceil() / 10.0;
    let change = if needed.is_finite() {
        let walk_m = nearest.get(farthest).map_or(0.0, |(_, walk_m)| walk_m);
        format!(
            "the farthest is {who}, {walk_m:.0} m from its nearest site: minutes = {would_do} would do; or add \
             candidates near them, or ask mclp for as many people as possible"
        )
    } else {
        format!("no way leads from {who} to any site: add candidates that can be walked to")
    };
    let minutes = ask.standard.minutes();
    Err(Error::Infeasible {
        model: "lscp",
        why: format!(
            "people of {} have neither a centre nor a candidate within {minutes} minutes",
            names(city, &committees)
        )
        .into(),
        change: change.into(),
        rows: committees,
        parameter: "minutes",
        given: minutes,
        needed: needed.is_finite().then_some(would_do),
    })
}

/// The same error with rows of committees and counts of new centres.
pub(super) fn in_the_citys_words(error: Error, city: &City, table: &Table, ask: &Ask) -> Error {
    let Error::Infeasible { model, rows, parameter, needed, .. } = &error else { return error };
    if rows.is_empty() {
        return error;
    }
    let committees = committees(table, rows.iter().copied());
    let new: usize = ask.new.iter().sum();
    let why =
        format!("{new} new centres leave people of {} without any that they can walk to", names(city, &committees));
    let needed = needed.filter(|_| *parameter == "p").map(|needed| needed - table.existing as f64);
    let change = match needed {
        Some(needed) => format!("new = {needed} would reach all"),
        None => "add candidates that can be walked to".to_owned(),
    };
    Error::Infeasible {
        model,
        why: why.into(),
        change: change.into(),
        rows: committees,
        parameter: "new",
        given: new as f64,
        needed,
    }
}

/// Committees of rows, each once, rising.
fn committees(table: &Table, rows: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut committees: Vec<usize> = rows.map(|row| table.rows[row].committee as usize).collect();
    committees.dedup();
    committees
}

fn name(city: &City, committee: usize) -> String {
    format!("{} (row {committee})", city.demand().name[committee])
}

/// "3 committees (新杨村 (row 31), …)", where each has people who stand in the way.
fn names(city: &City, committees: &[usize]) -> String {
    let shown: Vec<String> = committees.iter().take(NAMED).map(|&committee| name(city, committee)).collect();
    let rest = committees.len() - shown.len();
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    let several = if committees.len() == 1 { "" } else { "s" };
    format!("{} committee{several} ({}{more})", committees.len(), shown.join(", "))
}
