//! Why there is no answer, and the smallest change that makes one.

use super::{
    Task,
    clock::Clock,
    flow::Flow,
    model::{Model, What},
    simplex::Simplex,
    units::Units,
};
use crate::error::{Error, Result};

/// Rows that may go only to these sites, which have too little room for them.
#[derive(Debug, Clone, PartialEq)]
pub struct Shortage {
    /// The rows.
    pub rows: Vec<u32>,
    /// All sites that any of them may go to.
    pub sites: Vec<u32>,
    /// People of the rows.
    pub people: f64,
    /// Room at the sites.
    pub capacity: f64,
}

impl Shortage {
    /// People without a place.
    #[must_use]
    pub fn short(&self) -> f64 {
        self.people - self.capacity
    }
}

/// Refuse a task some of whose rows have too little room.
pub(super) fn refuse_if_short(task: &Task<'_>, units: &Units, flow: &Flow) -> Result<()> {
    let found = shortages(task, units, flow);
    let Some(worst) = found.iter().max_by(|a, b| a.short().total_cmp(&b.short()).then(b.rows.cmp(&a.rows))) else {
        return Ok(());
    };
    let others = match found.len() {
        1 => String::new(),
        several => format!("; {} more such groups lack room", several - 1),
    };
    let sites: Vec<String> = worst.sites.iter().take(6).map(|&site| site_name(task, site)).collect();
    let rest = worst.sites.len().saturating_sub(sites.len());
    let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    let rows = if worst.rows.len() == 1 { row_name(task, worst.rows[0]) } else { format!("{} rows", worst.rows.len()) };
    Err(Error::Infeasible {
        model: "assign",
        why: format!(
            "{rows} with {:.0} people may go only to {}{rest}, with room for {:.0}: {:.0} too few{others}",
            worst.people,
            sites.join(", "),
            worst.capacity,
            worst.short()
        )
        .into(),
        change: format!("room for {:.0} more at any of these would do for them", worst.short().ceil()).into(),
        rows: worst.rows.iter().map(|&row| row as usize).collect(),
        parameter: "capacity",
        given: worst.capacity,
        needed: Some(worst.people),
    })
}

/// Refuse a task some of whose rows have no site, or some of whose sites must have a load and are reached by none.
pub(super) fn refuse_unreached(task: &Task<'_>, units: &Units, everyone: bool) -> Result<()> {
    let mut reached = vec![false; task.capacity.len()];
    units.arcs.iter().flatten().for_each(|&(site, _)| reached[site as usize] = true);
    for measure in &task.measures {
        if let Some(site) = (0..reached.len()).find(|&site| !reached[site] && measure.least[site] > 0.0) {
            let (name, least) = (&measure.name, measure.least[site]);
            return Err(Error::Infeasible {
                model: "assign",
                why: format!("no row may go to {}, which must have {least:.0} {name}", site_name(task, site as u32))
                    .into(),
                change: "close it, or allow rows to go there".into(),
                rows: vec![],
                parameter: "measures",
                given: 0.0,
                needed: Some(least),
            });
        }
    }
    if !everyone {
        return Ok(());
    }
    let nowhere: Vec<u32> = (0..task.people.len() as u32).filter(|&row| !has_site(units, row)).collect();
    if let Some(&first) = nowhere.first() {
        let more = if nowhere.len() > 1 { format!(" and {} more", nowhere.len() - 1) } else { String::new() };
        let nearest = task.reach.row(first as usize).map(|(_, walk_m)| walk_m).fold(f64::INFINITY, f64::min);
        let change = if nearest.is_finite() {
            format!("its nearest site lies {nearest:.0} m away, but may not serve it: allow that pair")
        } else {
            "give a reach with a longer limit, or serve only those who can be".to_owned()
        };
        return Err(Error::Infeasible {
            model: "assign",
            why: format!("{}{more} may go to no site within reach", row_name(task, first)).into(),
            change: change.into(),
            rows: nowhere.iter().map(|&row| row as usize).collect(),
            parameter: "limit_m",
            given: task.reach.limit_m().unwrap_or(f64::INFINITY),
            needed: None,
        });
    }
    Ok(())
}

/// Why limits on further measures, or on people who move, cannot be kept even in parts; `None` where they can.
///
/// Says where limits would have to give way, as little as possible in all.
pub(super) fn unkept(task: &Task<'_>, model: &Model, clock: &Clock<'_>) -> Result<Option<Error>> {
    let everything = vec![true; model.site.len()];
    if let Some(error) = too_few_moves(model, clock)? {
        return Ok(Some(error));
    }
    let broken = Simplex::new(model).least_broken(&everything, &clock.unhurried())?;
    let mut off: Vec<(usize, f64)> = broken.iter().copied().enumerate().filter(|(_, off)| off.abs() > 1e-6).collect();
    let people = |&(side, off): &(usize, f64)| off.abs() * model.sides[side].people;
    off.sort_by(|a, b| people(b).total_cmp(&people(a)).then(a.0.cmp(&b.0)));
    let Some(&(worst, signed)) = off.first() else { return Ok(None) };
    let changes: Vec<String> = off.iter().take(4).map(|&(side, by)| change(task, model, side, by)).collect();
    let rest = off.len().saturating_sub(changes.len());
    let rest = if rest > 0 { format!(" and {rest} more such") } else { String::new() };
    let together = if off.len() > 1 { " together" } else { "" };
    let limit = &model.sides[worst];
    let (short, by) = (signed < 0.0, signed.abs());
    let given = if short { limit.least } else { limit.most };
    let why = match limit.what {
        What::Load(measure, at) => {
            let (name, site) = (measure_name(task, measure), site_name(task, at));
            if short {
                format!("{site} cannot have its least of {given:.0} {name}: {by:.0} too few")
            } else {
                format!("{site} cannot keep to {given:.0} {name}: {by:.0} too many")
            }
        }
        What::Moved | What::Outside => {
            format!("at most {given:.0} people may change their site, but {:.0} must", whole_people(given + by))
        }
    };
    Ok(Some(Error::Infeasible {
        model: "assign",
        why: why.into(),
        change: format!("{}{rest} would do{together}", changes.join(", ")).into(),
        rows: vec![],
        parameter: match limit.what {
            What::Load(0, _) => "capacity",
            What::Load(..) => "measures",
            What::Moved | What::Outside => "most_moved",
        },
        given,
        needed: Some(if short { given - by } else { given + by }),
    }))
}

/// The fewest people who must move, where that is all that stands in the way.
fn too_few_moves(model: &Model, clock: &Clock<'_>) -> Result<Option<Error>> {
    let Some(side) = model.sides.iter().position(|side| side.what == What::Moved) else { return Ok(None) };
    let given = model.sides[side].most;
    let mut free = model.clone();
    // Everybody may move; each move costs one.
    free.sides[side].most = 2.0 * model.size.iter().sum::<f64>() + 1.0;
    for way in 0..free.site.len() {
        let moves = free.entries(way).iter().find(|(known, _)| *known as usize == side);
        free.cost[way] = moves.map_or(0.0, |(_, people)| *people);
    }
    let everything = vec![true; free.site.len()];
    let found = Simplex::new(&free).solve(&everything, &clock.unhurried())?;
    let Some(fewest) = found.map(|found| whole_people(found.bound)).filter(|fewest| *fewest > given) else {
        return Ok(None);
    };
    Ok(Some(Error::Infeasible {
        model: "assign",
        why: format!("at most {given:.0} people may change their site, but {fewest:.0} must").into(),
        change: format!("most_moved = {fewest:.0} would do, at least in parts").into(),
        rows: vec![],
        parameter: "most_moved",
        given,
        needed: Some(fewest),
    }))
}

/// Up to the next whole person, but for rounding.
fn whole_people(people: f64) -> f64 {
    (people - 1e-6 - 1e-9 * people.abs()).ceil()
}

fn change(task: &Task<'_>, model: &Model, limit: usize, by: f64) -> String {
    match model.sides[limit].what {
        What::Load(measure, at) => {
            let (name, site) = (measure_name(task, measure), site_name(task, at));
            if by < 0.0 {
                format!("a least lower by {:.0} {name} at {site}", whole_people(-by))
            } else {
                format!("room for {:.0} {name} more at {site}", whole_people(by))
            }
        }
        What::Moved | What::Outside => format!("most_moved = {:.0}", whole_people(model.sides[limit].most + by)),
    }
}

fn measure_name<'a>(task: &'a Task<'_>, measure: usize) -> &'a str {
    measure.checked_sub(1).map_or("people", |further| &task.measures[further].name)
}

/// There is room in parts, but not for whole rows.
pub(super) fn not_whole(task: &Task<'_>, units: &Units) -> Error {
    let members: Vec<u32> = (0..units.rows.len() as u32).collect();
    let largest = members
        .iter()
        .copied()
        .max_by(|&a, &b| units.size[a as usize].total_cmp(&units.size[b as usize]).then(b.cmp(&a)));
    let rows: Vec<usize> =
        members.iter().flat_map(|&unit| &units.rows[unit as usize]).map(|&row| row as usize).collect();
    let largest = largest.map_or(String::new(), |unit| {
        let row = units.rows[unit as usize][0];
        format!("; the largest is {} with {:.0} people", row_name(task, row), units.size[unit as usize])
    });
    let rules = if task.neighbours.is_some() || !task.apart.is_empty() || !task.together.is_empty() {
        "drop the least needed of contiguous, together and apart, or "
    } else {
        ""
    };
    Error::Infeasible {
        model: "assign",
        why: format!("there is room for the people of {} rows, but not for every row whole{largest}", rows.len())
            .into(),
        change: format!("{rules}split rows (whole=False), or add room where they are").into(),
        rows,
        parameter: "whole",
        given: 1.0,
        needed: Some(0.0),
    }
}

/// Groups of rows that lack room: all sites of a group are full of its own rows.
fn shortages(task: &Task<'_>, units: &Units, flow: &Flow) -> Vec<Shortage> {
    let outside = task.capacity.len() as u32;
    let left_out = |unit: usize| flow.at[unit].iter().any(|(site, people)| *site == outside && *people > 1e-7);
    let mut found = vec![];
    let mut seen = vec![false; units.rows.len()];
    for first in (0..units.rows.len()).filter(|&unit| left_out(unit)) {
        if seen[first] {
            continue;
        }
        seen[first] = true;
        let (mut group, mut sites) = (vec![first], vec![]);
        let mut next = 0;
        while let Some(&unit) = group.get(next) {
            next += 1;
            for &(site, _) in &units.arcs[unit] {
                if sites.contains(&site) {
                    continue;
                }
                sites.push(site);
                let here = |other: usize| flow.at[other].iter().any(|(at, _)| *at == site);
                for (other, seen) in seen.iter_mut().enumerate().filter(|(_, seen)| !**seen) {
                    let wants = left_out(other) && units.arcs[other].iter().any(|arc| arc.0 == site);
                    if here(other) || wants {
                        *seen = true;
                        group.push(other);
                    }
                }
            }
        }
        let mut rows: Vec<u32> = group.iter().flat_map(|&unit| units.rows[unit].iter().copied()).collect();
        rows.sort_unstable();
        sites.sort_unstable();
        let people = rows.iter().map(|&row| task.people[row as usize]).sum();
        let capacity = sites.iter().map(|&site| task.capacity[site as usize]).sum();
        found.push(Shortage { rows, sites, people, capacity });
    }
    found
}

fn has_site(units: &Units, row: u32) -> bool {
    units.of_row[row as usize].is_some_and(|unit| !units.arcs[unit as usize].is_empty())
}

fn row_name(task: &Task<'_>, row: u32) -> String {
    task.names.map_or_else(|| format!("row {row}"), |(rows, _)| format!("{:?} (row {row})", rows[row as usize]))
}

fn site_name(task: &Task<'_>, site: u32) -> String {
    task.names.map_or_else(|| format!("site {site}"), |(_, sites)| sites[site as usize].clone())
}
