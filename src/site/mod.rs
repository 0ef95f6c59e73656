//! Siting (选址): where to put the next centres, with proof.
//!
//! Every model reads a [`Reach`](crate::reach::Reach) and people per demand
//! row, and returns one [`SitingPlan`]: the sites, what they achieve, and a
//! bound that no other choice can beat. Sites that exist stay open
//! ([`Terms::fixed`]); sites that may not be used are [`Terms::forbidden`].
//!
//! | question | model |
//! |---|---|
//! | with `p` centres, how many people can be within reach? | [`mclp()`] |
//! | the same, when nearer counts more? | [`gradual()`] |
//! | the same, for several services that not all sites offer? | [`mclp_services()`] |
//! | how few centres reach everyone, or 95 %, or everyone twice? | [`lscp()`] |
//! | for how little money, when sites cost more or less? | [`lscp_cost()`] |
//! | with `p` centres, how short can the walks be on average? | [`p_median()`] |
//! | with `p` centres, how short can the longest walk be? | [`p_center()`] |
//!
//! All but [`gradual()`] and [`mclp_services()`] also keep to what sites can serve
//! ([`Capacity`]), to the distance between new sites ([`Separation`]), and, but
//! for [`lscp()`] and [`lscp_cost()`], to what there is to spend ([`Budget`]), also on closing sites.
//!
//! [`curve()`] says what each more site is worth, [`exchanges()`] what it would
//! cost to take another site instead, [`phases()`] what to open first, and
//! [`pareto()`] what lies between most people covered and shortest walks.
//!
//! ```
//! use linli::{control::Control, reach::Reach, site::{Terms, mclp}};
//!
//! // Three committees, three candidate sites, one of them existing.
//! let reach = Reach::from_dense(&[0.0, 900.0, 9e3, 9e3, 700.0, 400.0, 9e3, 9e3, 300.0], 3, Some(1200.0))?;
//! let terms = Terms { fixed: vec![0], ..Terms::default() };
//! let plan = mclp(&reach, &[3000.0, 4000.0, 1000.0], 2, &terms, &Control::new())?;
//! assert_eq!((plan.objective, plan.bound, plan.proven), (8000.0, 8000.0, true));
//! assert_eq!(plan.sites[1].site, 2);
//! # Ok::<(), linli::Error>(())
//! ```
//!
//! ```
//! # use linli::{control::Control, reach::Reach, site::{Capacity, Terms, p_median}};
//! // The same committees; each site serves 5,000 people at most, and no committee is divided.
//! let reach = Reach::from_dense(&[0.0, 900.0, 2e3, 900.0, 0.0, 900.0, 2e3, 900.0, 0.0], 3, None)?;
//! let capacity = Capacity { of_site: vec![5000.0; 3], load: None, split: false };
//! let terms = Terms { capacity: Some(capacity), ..Terms::default() };
//! let plan = p_median(&reach, &[3000.0, 4000.0, 1000.0], 2, &terms, &Control::new())?;
//! assert_eq!((plan.objective, plan.proven), (1000.0 * 900.0, true));
//! assert_eq!(plan.assignment, [Some(0), Some(1), Some(1)]);
//! # Ok::<(), linli::Error>(())
//! ```
//!
//! How: rows with the same lists are merged and dominated candidates dropped;
//! greedy and interchange find a good choice; Lagrangian prices bound it and
//! decide most sites; branch and bound decides the rest. Within limits the sites
//! pack knapsacks at those prices, which bounds them more sharply than the
//! linear relaxation does. The same input and
//! seed give the same plan on any number of threads, unless time runs out.

mod branch;
mod check;
mod clock;
mod curve;
mod exchange;
mod gather;
mod gradual;
mod infeasible;
mod lagrange;
mod limited;
mod lscp;
mod lscp_cost;
mod mclp;
mod p_center;
mod p_median;
mod pareto;
mod phases;
mod plan;
mod problem;
mod random;
mod reduce;
mod ruled;
mod rules;
mod services;
mod short;
mod swap;
mod terms;
mod tree;

pub use curve::{CurvePoint, curve};
pub use exchange::{Exchanges, Worth, exchanges};
pub use gradual::gradual;
pub(crate) use limited::Knapsack;
pub use lscp::{Cover, lscp};
pub use lscp_cost::lscp_cost;
pub use mclp::mclp;
pub use p_center::p_center;
pub use p_median::p_median;
pub use pareto::{Front, Tradeoff, pareto};
pub use phases::{Phase, Phases, phases};
pub use plan::{Chosen, Share, SitingPlan, Stop};
pub use rules::{Budget, Capacity, Separation};
pub use services::{Service, ServiceCover, mclp_services};
pub use terms::{Terms, count};
