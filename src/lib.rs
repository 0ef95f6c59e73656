//! `linli` (邻里): who lives within a 15-minute walk of a community centre, and
//! what to do for those who don't.
//!
//! A [`City`] holds committees, centres and towns on one metric plane. A
//! [`walk::Walk`] measures how far apart two places are on foot. Every question
//! takes both and returns a frozen answer that names its assumptions.
//!
//! ```
//! use linli::{Standard, control::Control, coverage::{coverage, Question}, walk::CrowFly};
//! # fn question(city: &linli::City) -> linli::Result<()> {
//! let walk = CrowFly::new(1.3)?;
//! let fifteen_minutes = Question::within(Standard::new(15.0, 1.33)?);
//! let found = coverage(city, &walk, &fifteen_minutes, &Control::new())?;
//! println!("{:?} of {} people", found.totals().share(), found.totals().people);
//! # Ok(())
//! # }
//! ```

pub mod access;
pub mod assign;
pub mod check;
pub mod city;
pub mod cli;
pub mod control;
pub mod coverage;
pub mod crs;
pub mod datasets;
pub mod demand;
pub mod equity;
pub mod error;
pub mod facility;
pub mod index;
pub mod io;
pub mod layer;
mod lookup;
pub mod map;
pub mod network;
pub mod paces;
pub mod proposal;
#[cfg(feature = "python")]
mod python;
pub mod reach;
pub mod regions;
pub mod site;
pub mod standard;
pub mod threads;
pub mod town;
pub mod walk;
mod words;

pub use city::City;
pub use error::{Error, Result};
pub use standard::Standard;
