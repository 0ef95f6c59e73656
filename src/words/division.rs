//! Divisions and assignments to limited room in words.

use std::fmt::Write as _;

use super::{count, percent};
use crate::{
    assign::capacity::{CityAssignment, CityTradeOff, Objective as Small, Point, Stop as RoomStop},
    city::City,
    regions::{Division, Objective, Partition, Stop},
};

/// Answer for parts and blocks, assumptions and note, a line each.
pub(crate) fn division(city: &City, found: &Division) -> String {
    let mut out = plan("parts", &found.plan);
    if let Some(blocks) = &found.blocks {
        out += &plan("blocks", blocks);
    }
    let of = |(name, tolerance): &(String, f64)| format!("{name} ±{}", percent(Some(*tolerance)));
    let balance: Vec<String> = found.request.balance.iter().map(of).collect();
    let within = if found.request.within_town { ", none across a town's border" } else { "" };
    let _ = writeln!(
        out,
        "Balanced: {}{within}; data {}, linli {}",
        balance.join(", "),
        city.input_hash(),
        env!("CARGO_PKG_VERSION")
    );
    city.frame().note.iter().fold(out, |out, note| out + note + "\n")
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
    format!(
        "{} {parts} of {} committees within {off:.2} % of an equal share: {} {unit}, {proof}; seed {}\n",
        plan.k,
        plan.labels.len(),
        count(plan.value),
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
    let whom = found.provenance.group.as_deref().map_or_else(|| "people".to_owned(), |group| format!("of {group}"));
    format!(
        "{} {whom}: {} served, {} no capacity, {} out of reach{moved}; {proof}",
        count(levels.people),
        count(levels.served),
        count(levels.no_capacity),
        count(levels.out_of_reach)
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
