//! Proposals (选址方案): where the next centres of a city should go, in the city's own names.
//!
//! [`propose()`] keeps the existing centres open, gathers where new ones may
//! stand ([`Candidates`]), asks [`site`](crate::site) with proof, and says of each
//! new centre what it brings, what is lost without it, and what would come next.
//!
//! ```
//! use linli::{Standard, control::Control, proposal::{Ask, Candidates, propose}, walk::CrowFly};
//!
//! let city = linli::datasets::putuo()?;
//! let ask = Ask { new: vec![2], candidates: Candidates::Listed, ..Ask::within(Standard::new(15.0, 1.33)?) };
//! let found = propose(&city, &CrowFly::new(1.3)?, &ask, &Control::new())?;
//! assert_eq!(found.new_sites().count(), 2);
//! assert!(found.plan().proven && found.covered_after() > found.covered_before());
//! # Ok::<(), linli::Error>(())
//! ```

mod answer;
mod ask;
mod candidates;
mod follow;
mod grid;
mod needs;
mod propose;
mod table;
mod uncoverable;
mod worth;

pub use answer::{Centre, GroupCover, Line, Pick, Proposal, Provenance};
pub use ask::{Ask, Model};
pub use candidates::{Candidates, Origin, Place, Site};
pub use follow::Robust;
pub use needs::{LeftOut, Reason};
pub use propose::propose;
