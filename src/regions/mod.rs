//! Dividing a district (分区): towns into grids, grids into blocks.
//!
//! [`Contiguity`] says which units touch; every question is asked of it and of
//! one or several amounts per unit.
//!
//! | question | function |
//! |---|---|
//! | divide into `k` connected, balanced parts, with proof or bound | [`partition()`] |
//! | who is a neighbour of whom on foot? | [`neighbours()`] |
//! | divide the committees of a city, and the parts again | [`divide()`] |
//! | move one committee and keep all levels true | [`Hierarchy`] |
//! | how many parts for each town? | [`apportion()`], [`apportion_by()`] |
//! | what is this plan like, and what changes from that one? | [`metrics()`], [`plan_diff()`] |
//! | what else could have been? | [`recom()`] |
//! | how many plans are there at all? | [`enumerate()`] |
//!
//! A second level is the first with its labels as towns: `within` keeps every
//! block inside its grid.

// Units, parts and nodes are counted in u32, and i64 holds every such count.
#![allow(clippy::cast_possible_wrap)]

mod allotment;
mod anneal;
mod apportion;
mod asked;
mod begin;
mod border;
mod bound;
mod chain;
mod check;
mod city;
mod city_terms;
mod clock;
mod coarsen;
mod contiguity;
mod door;
mod enumerate;
mod exact;
mod field;
mod foot;
mod frontier;
mod graph;
mod hierarchy;
mod improve;
mod infeasible;
mod measure;
mod metrics;
mod neighbours;
mod node_cost;
mod nothing;
mod numbering;
mod order;
mod outline;
mod partition;
mod plan;
mod proof;
mod random;
mod recom;
mod search;
mod split;
mod state;
mod tree;
mod walks;
mod wishes;

pub use apportion::{Apportionment, Method, apportion, apportion_by};
pub use begin::Begin;
pub use border::Touch;
pub(crate) use city::parts;
pub use city::{Division, Exceptions, Part, Request, divide, divide_among};
pub use city_terms::{amounts, town_amounts};
pub use contiguity::{Contiguity, Findings};
pub use enumerate::{Enumeration, enumerate};
pub use foot::{BESIDE_M, OnFoot, PairEdit, Why};
pub use hierarchy::{Hierarchy, Level, Moved, PartChange, PartState, Refusal};
pub use improve::Improve;
pub use metrics::{Metrics, PlanDiff, metrics, plan_diff};
pub use neighbours::{Neighbourhood, Neighbours, committee_of_centre, neighbours};
pub(crate) use partition::number_by_lowest;
pub use partition::partition;
pub use plan::{AtLeast, Exception, Leaving, Objective, Partition, Stop, Terms, WalkTable};
pub use recom::{ChainRun, Draw, Ensemble, recom};
pub use walks::{PartWalk, Walks};

use crate::error::{Error, Result};

/// Refuse labels that are no division into `k` connected parts.
fn is_a_division(contiguity: &Contiguity, labels: &[u32], k: usize) -> Result<()> {
    if labels.len() != contiguity.len() {
        let (column, expected, got) = ("labels".to_owned(), contiguity.len(), labels.len());
        return Err(Error::Length { table: "units", column, expected, got });
    }
    let pieces = check::pieces(contiguity, labels, k);
    if let Some(part) = pieces.iter().position(|&pieces| pieces == 0) {
        let rule = format!("has no unit; number the {k} parts without gaps, from 0");
        return Err(Error::parameter("labels", &format!("part {part}"), &rule));
    }
    match pieces.iter().position(|&pieces| pieces > 1) {
        Some(part) => {
            let rule = format!("is in {} pieces; every part must be connected", pieces[part]);
            Err(Error::parameter("labels", &format!("part {part}"), &rule))
        }
        None => Ok(()),
    }
}
