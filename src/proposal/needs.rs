//! Who shall walk to a centre: one row for each place and each group that lives there.

use serde::Serialize;

use super::ask::Ask;
use crate::{
    city::City,
    error::{Error, Result},
    paces::{Walkers, walkers},
};

/// Why the people of a committee take no part in the choice, or only some of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It has no place in the data: its people count, but nobody can reach them.
    Unlocated,
    /// Its population is unknown: it weighs nothing where people are counted.
    PopulationUnknown,
    /// No site can be reached from some of its places, however far.
    Unreachable,
    /// No street is near some of its places, so that their walks are unknown.
    Unsnapped,
}

/// A committee that takes no part in the choice, or not wholly.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LeftOut {
    /// Row of the committee.
    pub row: u32,
    /// Why.
    pub reason: Reason,
    /// Its people, or those of them who are left out; `None` is unknown.
    pub people: Option<f64>,
}

/// One row of a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Need {
    /// Row of the committee.
    pub committee: u32,
    /// The demand point.
    pub point: u32,
    /// Which walkers.
    pub walkers: u32,
    /// How many of them; 0 where it is unknown and places are counted.
    pub people: f64,
}

/// Everyone who takes part, and who does not.
pub(super) struct Needs {
    pub rows: Vec<Need>,
    pub walkers: Vec<Walkers>,
    pub left_out: Vec<LeftOut>,
    /// People whose number is known, wherever they live.
    pub people: f64,
}

impl Needs {
    pub(super) fn gather(city: &City, ask: &Ask) -> Result<Self> {
        let demand = city.demand();
        let everyone = demand.weight(ask.group.as_deref())?;
        let walkers = walkers(demand, everyone, &ask.speeds, ask.standard)?;
        let mut needs = Self { rows: vec![], walkers, left_out: vec![], people: 0.0 };
        for (committee, &all) in everyone.iter().enumerate() {
            let parts: Vec<Option<f64>> = needs.walkers.iter().map(|walkers| walkers.people[committee]).collect();
            // Where one group is unknown, so are those it is taken from; what is known still counts.
            let known: f64 = parts.iter().flatten().fold(0.0, |sum, people| sum + people);
            needs.people += known;
            let row = committee as u32;
            if parts.contains(&None) {
                needs.left_out.push(LeftOut { row, reason: Reason::PopulationUnknown, people: None });
            }
            let points = demand.points.of(committee);
            if points.is_empty() {
                needs.left_out.push(LeftOut { row, reason: Reason::Unlocated, people: all });
            }
            for point in points {
                let share = demand.points.share[point];
                for (group, part) in parts.iter().enumerate() {
                    let people = part.unwrap_or(0.0) * share;
                    let counts =
                        if ask.model.counts_places() { *part != Some(0.0) && share > 0.0 } else { people > 0.0 };
                    if counts {
                        needs.rows.push(Need { committee: row, point: point as u32, walkers: group as u32, people });
                    }
                }
            }
        }
        let nobody = if ask.model.counts_places() {
            "there is no place to site for"
        } else {
            "nobody is known to live in a place of the data; there is nobody to site for"
        };
        if needs.rows.is_empty() {
            let group = ask.group.as_deref().unwrap_or("population");
            return Err(Error::parameter("group", &group, nobody));
        }
        Ok(needs)
    }
}
