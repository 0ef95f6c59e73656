//! What streets say of a city, in words.

use std::fmt::Write as _;

use super::{count, decimal, percent};
use crate::{
    city::City,
    coverage::{Question, RowStatus, StreetReport, WayTo, Why},
    network::{Reading, StreetNetwork},
};

/// Lines of each list that a text shows before it counts the rest.
const SHOWN: usize = 5;

/// Why a committee is or is not covered, in a few sentences.
pub(crate) fn why(city: &City, question: &Question, why: &Why, barriers: &[String]) -> String {
    let minutes = question.standard.minutes();
    let name = &city.demand().name[why.committee as usize];
    let service = question.service.as_deref().map_or_else(String::new, |service| format!(" with {service}"));
    let mut out = match (why.status, why.people) {
        (RowStatus::Unlocated, _) => return format!("{name} has no place in the data."),
        (_, Some(people)) => format!(
            "{name}: {} of {} {} live within {minutes} minutes of a centre{service}.",
            percent(Some(why.share)),
            count(people),
            question.group.as_deref().unwrap_or("people"),
        ),
        (_, None) => format!(
            "{name}: {} of its homes are within {minutes} minutes of a centre{service}; its population is unknown.",
            percent(Some(why.share)),
        ),
    };
    let here = why.people.map_or_else(String::new, |people| match count(people * why.point_share).as_str() {
        all if why.point_share >= 1.0 => format!(" ({all})"),
        some => format!(" ({some} of them)"),
    });
    let whence = if why.share < 1.0 { "where most people beyond it live" } else { "its farthest home" };
    let Some(on_foot) = &why.on_foot else {
        let _ = match why.leg_m {
            None => write!(out, " No street is near enough to {whence}{here}: the walk is unknown."),
            Some(_) => write!(out, " From {whence}{here} there is no way on foot to any centre."),
        };
        return out;
    };
    let centre = |way: &WayTo| city.facilities().name[way.facility as usize].clone();
    let between = |way: &WayTo| {
        let names: Vec<&str> =
            way.barriers.iter().map(|&row| barriers[row as usize].as_str()).filter(|name| !name.is_empty()).collect();
        if names.is_empty() { String::new() } else { format!("; between them: {}", names.join(", ")) }
    };
    let ratio = |way: &WayTo| {
        way.detour().map_or_else(String::new, |detour| {
            format!(", {detour:.1} times the straight line of {} m", count(way.crow_m))
        })
    };
    let _ = write!(
        out,
        " From {whence}{here} the nearest centre on foot is {}: {} m, {} minutes{}{}.",
        centre(on_foot),
        on_foot.walk_m.map_or_else(String::new, count),
        decimal(on_foot.minutes),
        ratio(on_foot),
        between(on_foot),
    );
    if let Some(by_air) = why.by_air.as_ref().filter(|by_air| by_air.facility != on_foot.facility) {
        let _ = match by_air.walk_m {
            Some(walk_m) => write!(
                out,
                " {} is nearer as the crow flies, {} m, and {} m on foot{}.",
                centre(by_air),
                count(by_air.crow_m),
                count(walk_m),
                between(by_air),
            ),
            None => write!(
                out,
                " {} is nearer as the crow flies, {} m, and cannot be reached on foot{}.",
                centre(by_air),
                count(by_air.crow_m),
                between(by_air),
            ),
        };
    }
    match (why.status, on_foot.minutes) {
        (RowStatus::Clipped, _) => {
            out += " The streets end before a nearer centre can be ruled out.";
        }
        (_, Some(needed)) if needed > minutes => {
            let _ = write!(out, " {:.1} minutes would do.", (needed * 10.0).ceil() / 10.0);
        }
        _ => {}
    }
    out
}

/// "64,455 junctions, 96,441 streets, 5,210.3 km; 1 of 3 ways ..."
pub(crate) fn network(streets: &StreetNetwork) -> String {
    let size = streets.size();
    let mut out = format!(
        "{} junctions, {} streets, {:.1} km",
        count(size.junctions as f64),
        count(size.edges as f64),
        size.length_m / 1000.0
    );
    if let Some(reading) = streets.reading() {
        let _ = write!(out, "; {}", refused(reading));
    }
    out
}

/// What a profile left out.
fn refused(reading: &Reading) -> String {
    let reasons: Vec<String> = reading
        .refused
        .iter()
        .filter(|(_, ways)| *ways > 0)
        .map(|(reason, ways)| {
            let word = serde_json::to_value(reason).ok();
            let word = word.as_ref().and_then(serde_json::Value::as_str).unwrap_or("other");
            format!("{word} {}", count(*ways as f64))
        })
        .collect();
    let why = if reasons.is_empty() { String::new() } else { format!(" (refused by {})", reasons.join(", ")) };
    format!("{} of {} ways walked{why}", count(reading.walked as f64), count(reading.ways as f64))
}

/// The report on a city's streets, to read.
pub(crate) fn report(city: &City, streets: &StreetNetwork, found: &StreetReport, barriers: &[String]) -> String {
    let mut out = format!("Streets 路网: {}\n", network(streets));
    let used = found.pieces.iter().filter(|piece| piece.is_used).count();
    let longest = found.pieces.first().map(|piece| piece.share);
    let _ = writeln!(
        out,
        "Pieces: {}, of which places are joined to {used}; the longest has {} of the length",
        count(found.pieces.len() as f64),
        percent(longest),
    );
    let committee = |row: u32| city.demand().name[row as usize].clone();
    let facility = |row: u32| city.facilities().name[row as usize].clone();
    let lists: [(&str, Vec<String>); 4] = [
        ("Centres off the longest piece", found.isolated_facilities.iter().map(|&row| facility(row)).collect()),
        ("Committees off the longest piece", found.isolated_committees.iter().map(|&row| committee(row)).collect()),
        ("Committees without a street near", found.unsnapped_committees.iter().map(|&row| committee(row)).collect()),
        (
            "Committees whose reach crosses the edge of the streets",
            found.clipped_committees.iter().map(|&row| committee(row)).collect(),
        ),
    ];
    for (what, names) in lists {
        let _ = writeln!(out, "{what}: {}", listed(&names, ", "));
    }
    let misses: Vec<String> = found
        .near_misses
        .iter()
        .map(|miss| {
            let around = miss.walk_m.map_or_else(|| "no way around".to_owned(), |m| format!("{} m around", count(m)));
            format!("\n  way {} ends {:.1} m from way {}, {around}", miss.way_id, miss.gap_m, miss.other_way)
        })
        .collect();
    let _ = writeln!(out, "Gaps that may be meant to meet: {}", listed(&misses, ""));
    let critical: Vec<String> = found
        .critical_streets
        .iter()
        .map(|street| {
            let ways: Vec<String> = street.way_ids.iter().take(3).map(ToString::to_string).collect();
            format!(
                "\n  {} people without way {} ({} m)",
                count(street.people),
                ways.join(", "),
                count(street.length_m)
            )
        })
        .collect();
    let _ = writeln!(out, "Streets whose loss cuts people off: {}", listed(&critical, ""));
    let hotspots: Vec<String> = found
        .hotspots
        .iter()
        .map(|spot| {
            let walk = spot.detour.walk_m.map_or_else(|| "no way".to_owned(), |walk_m| format!("{} m", count(walk_m)));
            let names: Vec<&str> = spot.barriers.iter().map(|&row| barriers[row as usize].as_str()).collect();
            let between = if names.is_empty() { String::new() } else { format!(", across {}", names.join(", ")) };
            format!(
                "\n  {} people of {} to {}: {} m by air, {walk} on foot{between}",
                count(spot.detour.people),
                committee(spot.committee),
                facility(spot.facility),
                count(spot.detour.crow_m),
            )
        })
        .collect();
    let _ = writeln!(out, "Near by air and far on foot: {}", listed(&hotspots, ""));
    out
}

/// The first few, and how many more there are.
fn listed(names: &[String], separator: &str) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    let shown = names[..names.len().min(SHOWN)].join(separator);
    let more = names.len().saturating_sub(SHOWN);
    let number = count(names.len() as f64);
    if more == 0 { format!("{number}: {shown}") } else { format!("{number}: {shown} and {} more", count(more as f64)) }
}
