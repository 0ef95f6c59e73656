//! Divisions and assignments to limited room in words.

use std::fmt::Write as _;

use super::{count, percent};
use crate::{
    assign::Choice,
    assign::capacity::{CityAssignment, CityTradeOff, Objective as Small, Point, Stop as RoomStop},
    city::City,
    regions::{Division, Neighbours, Objective, Partition, Stop},
};

/// Answer for parts and blocks, assumptions and note, a line each.
pub(crate) fn division(city: &City, found: &Division) -> String {
    let mut out = levels(found);
    let _ = writeln!(out, "{}; {}", balance(found), source(city, found.barriers_hash.as_deref()));
    city.frame().note.iter().fold(out, |out, note| out + note + "\n")
}

/// Both levels and what was balanced, beside a map.
pub(crate) fn details(found: &Division) -> String {
    format!("{}. {}.", levels(found).trim_end().replace('\n', ". "), balance(found))
}

/// Parts, and blocks where there are any, a line each.
fn levels(found: &Division) -> String {
    let blocks = found.blocks.as_ref().map_or_else(String::new, |blocks| plan("blocks", blocks));
    plan("parts", &found.plan) + &blocks
}

/// "264 committees in 25 parts and 59 blocks", above a map.
pub(crate) fn headline(committees: usize, parts: &[usize]) -> String {
    let levels: Vec<String> = parts.iter().zip(["parts", "blocks"]).map(|(k, name)| format!("{k} {name}")).collect();
    format!("{committees} committees in {}", levels.join(" and "))
}

/// "264个居委会划分为25个片区、59个责任区", for a reader of Chinese.
pub(crate) fn headline_zh(committees: usize, parts: &[usize]) -> String {
    let levels: Vec<String> = parts.iter().zip(["片区", "责任区"]).map(|(k, name)| format!("{k}个{name}")).collect();
    format!("{committees}个居委会划分为{}", levels.join("、"))
}

/// "Balanced: population ±10 %, none across a town's border".
pub(crate) fn balance(found: &Division) -> String {
    let of = |(name, tolerance): &(String, f64)| format!("{name} ±{}", percent(Some(*tolerance)));
    let balance: Vec<String> = found.request.balance.iter().map(of).collect();
    let within = match (found.request.within_town, &found.request.exceptions) {
        (true, None) => ", none across a town's border",
        (true, Some(_)) => ", across a town's border only at a price",
        (false, _) => "",
    };
    format!("Balanced: {}{within}", balance.join(", "))
}

/// "data 1a2b…, linli 0.1.0".
pub(crate) fn source(city: &City, barriers_hash: Option<&str>) -> String {
    format!(
        "{} {}{}, linli {}",
        // Other questions are asked of committees and centres, and name the hash of both.
        if city.facilities().is_empty() { "committees alone" } else { "data" },
        city.input_hash(),
        super::barriers(barriers_hash),
        env!("CARGO_PKG_VERSION")
    )
}

/// "Neighbours: 3 pairs cut, 1 joined; 2 committees without a neighbour: a, b"; nothing where outlines decide alone.
pub(crate) fn neighbours(city: &City, found: &Neighbours) -> String {
    let islands = found.contiguity.findings().islands;
    if found.cut.is_empty() && found.joined.is_empty() && islands.is_empty() && !found.from_streets {
        return String::new();
    }
    let how = if found.from_streets { "by streets alone, " } else { "" };
    let mut out = format!("Neighbours: {how}{} pairs cut, {} joined", found.cut.len(), found.joined.len());
    if !islands.is_empty() {
        let name = |&row: &u32| city.demand().name[row as usize].as_str();
        let names: Vec<&str> = islands.iter().take(3).map(name).collect();
        let more = if islands.len() > 3 { ", …" } else { "" };
        let _ = write!(out, "; {} committee(s) without a neighbour: {}{more}", islands.len(), names.join(", "));
    }
    out + "\n"
}

/// "25 parts of 264 committees within 4.31 % of an equal share: 215 cut edges, bound 190 (gap 11.63 %): the rounds were done; seed 0"
fn plan(parts: &str, plan: &Partition) -> String {
    let unit = match plan.objective {
        Objective::CutEdges => "cut edges",
        Objective::Border => "m of border",
        Objective::Inertia => "inertia",
        Objective::Moved => "people moved",
        Objective::Walk => "person-metres",
    };
    let stop = match plan.stop {
        Stop::Proven | Stop::Rounds => "the rounds were done",
        Stop::Time => "the time was up",
        Stop::Interrupted => "it was stopped",
    };
    let proof = if plan.proven {
        "proven least".to_owned()
    } else {
        // A bound rounded up might not be one.
        format!("bound {} (gap {:.2} %), {stop}", count(plan.bound.floor()), 100.0 * plan.gap)
    };
    // A part may be no farther off than is said.
    let off = (1e4 * plan.deviation - 1e-6).ceil().abs() / 100.0;
    let across = plan.exceptions.as_ref().map_or_else(String::new, |all| {
        let cost =
            if plan.exceptions_cost > 0.0 { format!(" at {}", count(plan.exceptions_cost)) } else { String::new() };
        format!(" and {} exception(s) to towns{cost}", all.len())
    });
    format!(
        "{} {parts} of {} committees within {off:.2} % of an equal share: {} {unit}{across}, {proof}; seed {}\n",
        plan.k,
        plan.labels.len(),
        count(plan.value - plan.exceptions_cost),
        plan.seed
    )
}

/// "1,200 people: 1,000 served, 150 no capacity, 50 out of reach; proven best"
pub(crate) fn capacity(found: &CityAssignment) -> String {
    let levels = found.levels();
    let plan = &found.plan;
    let proof = match plan.stop {
        _ if plan.proven => "proven best".to_owned(),
        RoomStop::Time => format!("gap {:.3} %, the time was up", 100.0 * plan.gap),
        RoomStop::Proven | RoomStop::Gap => format!("gap {:.3} %", 100.0 * plan.gap),
    };
    let moved = plan.moved.map_or_else(String::new, |moved| format!(", {} change their centre", count(moved)));
    let whom = found
        .provenance
        .group
        .as_deref()
        .or(found.provenance.layer.as_deref())
        .map_or_else(|| "people".to_owned(), |group| format!("of {group}"));
    format!(
        "{} {whom}: {} served, {} no capacity, {} out of reach{moved}; {proof}",
        count(levels.people),
        count(levels.served),
        count(levels.no_capacity),
        count(levels.out_of_reach)
    )
}

/// "256,902 of 1,239,800 people live nearer to another centre than theirs, by 598 m on average;
/// 81,062 have a centre within 15 minutes, but not theirs"
pub(crate) fn choice(found: &Choice) -> String {
    let totals = found.totals();
    let about = &found.provenance;
    let whom = about
        .group
        .as_deref()
        .or(about.layer.as_deref())
        .map_or_else(|| "people".to_owned(), |whom| format!("of {whom}"));
    let by = totals.extra_m.map_or_else(String::new, |extra_m| format!(", by {} m on average", count(extra_m)));
    format!(
        "{} of {} {whom} live nearer to another centre than theirs{by}; {} have a centre within {} minutes, but not theirs",
        count(totals.elsewhere),
        count(totals.people),
        count(totals.within_by_choice - totals.within),
        about.minutes.unwrap_or_default(),
    )
}

/// "7 assignments: from 0 people who change their centre, 640 m on average, to 34,100, 612 m"
pub(crate) fn trade_off(found: &CityTradeOff) -> String {
    let walk = |point: &Point| match found.front.objective {
        Small::Worst => point.plan.longest_m,
        _ => point.plan.walked_m / point.plan.served.iter().sum::<f64>().max(1.0),
    };
    let what = if found.front.objective == Small::Worst { "at most" } else { "on average" };
    let points = &found.front.points;
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let more = if found.front.complete { "nothing lies between" } else { "there may be more between" };
    format!(
        "{}: from {} people who change their centre, {} m {what}, to {}, {} m; {more}.",
        if points.len() == 1 { "1 assignment".to_owned() } else { format!("{} assignments", points.len()) },
        count(first.moved),
        count(walk(first)),
        count(last.moved),
        count(walk(last))
    )
}
