//! Answers as tables, for people.

use std::fmt::Write as _;

use super::table::Table;
use crate::{
    assign::{Assignment, ChoiceTotals, capacity::CityAssignment},
    city::City,
    coverage::{Coverage, Group, Severance},
    proposal::Proposal,
    regions::{Division, Partition},
    site::Phases,
    standard::Standard,
    words::{count, decimal, measure, percent},
};

/// Towns or services, one a row.
pub(super) fn groups(head: &str, groups: &[Group]) -> String {
    let mut table = Table::new(&[head, "people", "covered", "share", "committees", "whole", "in part", "not"]);
    for Group { name, totals } in groups {
        table.push([
            if name.is_empty() { "(no town)".to_owned() } else { name.clone() },
            count(totals.people),
            count(totals.people_covered),
            percent(totals.share()),
            totals.committees.to_string(),
            totals.covered.to_string(),
            totals.partial.to_string(),
            (totals.beyond + totals.unknown + totals.unlocated).to_string(),
        ]);
    }
    table.text()
}

/// Committees, one a row, in the order given.
pub(super) fn committees(city: &City, found: &Coverage, rows: &[u32]) -> String {
    let mut table = Table::new(&["committee", "town", "status", "beyond", "of people", "minutes", "nearest centre"]);
    for &row in rows {
        let at = row as usize;
        let row = &found.rows()[at];
        let town = city.demand().town[at].map_or("", |town| &city.towns().name[town as usize]);
        table.push([
            city.demand().name[at].clone(),
            town.to_owned(),
            row.status.word().to_owned(),
            row.people_uncovered().map_or_else(|| "–".to_owned(), count),
            row.people.map_or_else(|| "–".to_owned(), count),
            decimal(found.minutes()[at]),
            row.nearest.map_or_else(|| "–".to_owned(), |facility| city.facilities().name[facility as usize].clone()),
        ]);
    }
    table.text()
}

/// Coverage by air and on foot, and what lies between.
pub(super) fn severance(found: &Severance, barriers: &[String]) -> String {
    let mut sides = Table::new(&["", "people within", "share", "committees whole", "in part", "not"]);
    for (name, totals) in [("as the crow flies", &found.by_air), ("along the streets", &found.on_foot)] {
        sides.push([
            name.to_owned(),
            count(totals.people_covered),
            percent(totals.share()),
            totals.covered.to_string(),
            totals.partial.to_string(),
            (totals.beyond + totals.unknown + totals.unlocated).to_string(),
        ]);
    }
    let mut out = format!(
        "{}\n{} people are near a centre by air and not on foot; {} the other way round.\n",
        sides.text(),
        count(found.lost),
        count(found.gained),
    );
    if found.unknown > 0.0 {
        let _ = writeln!(
            out,
            "Of {} more the walk is unknown: no street is near, or the streets end too soon.",
            count(found.unknown)
        );
    }
    // A river may come in several lines of one name.
    let mut lost: Vec<(&str, f64)> = vec![];
    for &(row, people) in &found.by_barrier {
        let name = row.map_or("no barrier: the streets wind", |row| match barriers[row as usize].as_str() {
            "" => "(a barrier without a name)",
            name => name,
        });
        match lost.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum += people,
            None => lost.push((name, people)),
        }
    }
    lost.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    if !lost.is_empty() {
        let mut table = Table::new(&["between them and their centre", "people"]);
        for (name, people) in lost {
            table.push([name.to_owned(), count(people)]);
        }
        let _ = write!(out, "\n{}", table.text());
    }
    out
}

/// Catchments, one a row, in the order of the centres.
pub(super) fn catchments(city: &City, found: &Assignment) -> String {
    let speed = found.provenance().speed_m_per_s;
    let mut table = Table::new(&["centre", "committees", "people", "mean minutes", "farthest minutes"]);
    for catchment in found.catchments() {
        let minutes = |walk_m: Option<f64>| decimal(walk_m.map(|walk_m| walk_m / speed / 60.0));
        table.push([
            city.facilities().name[catchment.facility as usize].clone(),
            catchment.committees.to_string(),
            count(catchment.people),
            minutes(catchment.mean_walk_m),
            minutes(catchment.farthest_m),
        ]);
    }
    table.text()
}

/// Catchments and their room, one a row, in the order of the centres.
pub(super) fn fillings(city: &City, found: &CityAssignment) -> String {
    let mut table = Table::new(&["centre", "committees", "people", "capacity", "spare", "by choice"]);
    let room = |people: Option<f64>| people.map_or_else(|| "–".to_owned(), count);
    for filling in found.fillings() {
        table.push([
            city.facilities().name[filling.facility as usize].clone(),
            filling.committees.to_string(),
            count(filling.people),
            room(filling.capacity),
            room(filling.spare),
            count(filling.by_choice),
        ]);
    }
    table.text()
}

/// Where people belong and where they would go, a town a row.
pub(super) fn choice(towns: &[(String, ChoiceTotals)], standard: Standard) -> String {
    let mut table = Table::new(&["town", "people", "nearer elsewhere", "farther by, m", "minutes", "cut off"]);
    for (town, totals) in towns {
        table.push([
            if town.is_empty() { "(no town)".to_owned() } else { town.clone() },
            count(totals.people),
            count(totals.elsewhere),
            totals.extra_m.map_or_else(|| "–".to_owned(), count),
            decimal(totals.extra_m.map(|extra_m| standard.minutes_for(extra_m))),
            count(totals.within_by_choice - totals.within),
        ]);
    }
    table.text()
}

/// Parts, one a row, and blocks below them.
pub(super) fn division(city: &City, found: &Division) -> String {
    let parts = level(city, found, &found.plan, "part");
    match &found.blocks {
        Some(blocks) => format!("{parts}\n{}", level(city, found, blocks, "block")),
        None => parts,
    }
}

fn level(city: &City, found: &Division, plan: &Partition, head: &str) -> String {
    let parts = found.parts(city, plan);
    let has_towns = parts.iter().any(|part| !part.towns.is_empty());
    let above = parts.iter().any(|part| part.above.is_some());
    let measures = found.request.balance.iter().map(|(name, _)| measure(name));
    let mut heads = vec![head];
    heads.extend(above.then_some("part"));
    heads.push("committees");
    heads.extend(measures.flat_map(|name| [name, "deviation"]));
    heads.extend(has_towns.then_some("towns"));
    let mut table = Table::new(&heads);
    for (number, part) in parts.iter().enumerate() {
        let mut row = vec![number.to_string()];
        row.extend(part.above.map(|above| above.to_string()));
        row.push(part.committees.to_string());
        for (&held, deviation) in part.held.iter().zip(&part.deviation) {
            row.extend([count(held), format!("{:+.2} %", 100.0 * deviation)]);
        }
        let name = |&town: &u32| city.towns().name[town as usize].as_str();
        row.extend(has_towns.then(|| part.towns.iter().map(name).collect::<Vec<_>>().join(", ")));
        table.push(row);
    }
    table.text()
}

/// New centres, one a row, in the order in which they bring most.
pub(super) fn new_centres(city: &City, found: &Proposal) -> String {
    let in_phases = found.phases().is_some();
    let phase: &[&str] = if in_phases { &["phase"] } else { &[] };
    let heads = [&["new centre", "id", "town"], phase, &["people gained", "lost without it"]].concat();
    let mut table = Table::new(&heads);
    for pick in found.picks() {
        let site = &found.sites()[pick.site as usize];
        let town = site.town.map_or_else(String::new, |town| city.towns().name[town as usize].clone());
        let phase = in_phases.then(|| pick.phase.to_string());
        let worth = [format!("+{}", count(pick.people_gained)), count(pick.people_lost)];
        table.push([site.name.clone(), site.id.clone(), town].into_iter().chain(phase).chain(worth));
    }
    table.text()
}

/// Phases, one a row: what each comes to, and what it costs that they are nested.
pub(super) fn phases(found: &Phases) -> String {
    let mut table = Table::new(&["phase", "centres", "objective", "best if free", "price of nesting"]);
    for (number, phase) in (1..).zip(&found.phases) {
        table.push([
            number.to_string(),
            phase.p.to_string(),
            count(phase.plan.objective),
            count(phase.free.objective),
            count(phase.price().0),
        ]);
    }
    table.text()
}
