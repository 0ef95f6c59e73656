//! Dividing a district (分区): towns into grids, grids into blocks.

// Units, parts and nodes are counted in u32, and i64 holds every such count.
#![allow(clippy::cast_possible_wrap)]

mod anneal;
mod apportion;
mod border;
mod bound;
mod check;
mod coarsen;
mod contiguity;
mod enumerate;
mod graph;
mod infeasible;
mod measure;
mod outline;
mod partition;
mod plan;
mod random;
mod search;
mod split;
mod state;
mod tree;

pub use apportion::{Apportionment, Method, apportion, apportion_by};
pub use border::Touch;
pub use contiguity::{Contiguity, Findings};
pub use enumerate::{Enumeration, enumerate};
pub use partition::partition;
pub use plan::{Objective, Partition, Stop, Terms, WalkTable};
