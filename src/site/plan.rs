//! The answer to a siting question.

use std::fmt;

use serde::Serialize;

/// Why a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// No better answer exists.
    Proven,
    /// The answer is within the gap that was asked for.
    Gap,
    /// The time was up.
    Time,
    /// A fixed amount of work was done, in searches that set one ([`phases`](super::phases()),
    /// [`pareto`](super::pareto())).
    Work,
    /// [`Control::stop`](crate::control::Control::stop) was called.
    Interrupted,
}

/// One chosen site.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Chosen {
    /// Row of the site in the reach.
    pub site: u32,
    /// Whether it had to stay open.
    pub fixed: bool,
    /// Whether it was open already and could have been closed.
    pub existing: bool,
    /// People assigned to it.
    pub people: f64,
    /// People whom no other chosen site reaches: they depend on it.
    pub only_here: f64,
    /// What it takes of its capacity; `None` where capacity was not asked for.
    pub load: Option<f64>,
}

/// A demand row, or a part of it, at a site.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// The demand row.
    pub row: u32,
    /// The site, by row of the reach.
    pub site: u32,
    /// How much of the row it serves, above 0 and at most 1.
    pub share: f64,
}

/// Which sites to open, how good that is, and how good anything could be.
///
/// Objective and people are evaluated again from the reach before the plan is
/// returned, by code that knows nothing of the search.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SitingPlan {
    /// The model: `mclp`, `mclp_services`, `gradual`, `lscp`, `p_median` or `p_center`.
    pub model: &'static str,
    /// Chosen sites by rising row, fixed ones among them.
    pub sites: Vec<Chosen>,
    /// What was to be made large or small: people covered (`mclp`,
    /// `mclp_services`, `gradual`), sites (`lscp`), person-metres (`p_median`), metres (`p_center`).
    pub objective: f64,
    /// No answer can be better than this.
    pub bound: f64,
    /// |objective − bound| / |objective|; 0 where both are equal.
    pub gap: f64,
    /// Whether objective and bound agree, up to rounding (1e-9 of the objective).
    pub proven: bool,
    /// Why the search ended.
    pub stop: Stop,
    /// Seconds it took.
    pub seconds: f64,
    /// The seed of its random restarts.
    pub seed: u64,
    /// People in all, and people within reach of a chosen site.
    pub people: f64,
    /// People within reach of a chosen site.
    pub covered: f64,
    /// The nearest chosen site within the limit of each demand row; ties go to the lower row.
    /// With capacities, the site that serves the row, or most of it.
    pub assignment: Vec<Option<u32>>,
    /// Which site serves how much of each row, by rising row and site; empty without capacities.
    pub shares: Vec<Share>,
    /// Existing sites that the plan closes, rising.
    pub closed: Vec<u32>,
    /// Money it takes, where there is a budget.
    pub spent: Option<f64>,
}

impl fmt::Display for SitingPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let new = self.sites.iter().filter(|chosen| !chosen.fixed && !chosen.existing).count();
        write!(
            f,
            "{}: {} sites, {new} of them new; objective {}, bound {} ({}), {:.2} s",
            self.model,
            self.sites.len(),
            self.objective,
            self.bound,
            if self.proven { "proven best".to_owned() } else { format!("gap {:.3} %", 100.0 * self.gap) },
            self.seconds
        )
    }
}
