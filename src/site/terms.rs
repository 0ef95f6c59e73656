//! What every siting model may be told, and the checks at the door.

use crate::{
    error::{Error, Result},
    reach::{Reach, check_limit},
};

use super::{
    problem::Role,
    rules::{Budget, Capacity, Rules, Separation},
};

/// The terms of a siting question.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Terms {
    /// Longest walk that counts, metres; a site exactly this far counts.
    /// `None` takes the limit of the reach. It may not be above that.
    pub limit_m: Option<f64>,
    /// Sites that stay open, by row of the reach. They count among the `p`.
    pub fixed: Vec<u32>,
    /// Sites that may not be chosen.
    pub forbidden: Vec<u32>,
    /// Stop after this many seconds with the best plan so far; `None` goes on to the proof.
    pub time_limit_s: Option<f64>,
    /// Stop when objective and bound are this close, relative to the objective; 0 asks for proof.
    pub gap: f64,
    /// Seed of the random restarts.
    pub seed: u64,
    /// How much each site can serve; `None` is no limit. For `mclp`, `lscp`, `p_median` and `p_center`.
    pub capacity: Option<Capacity>,
    /// What sites cost and what there is to spend. Then `p` is the most sites, not the number of them.
    /// For `mclp`, `p_median` and `p_center`.
    pub budget: Option<Budget>,
    /// How far new sites keep from each other. Then, too, `p` is the most sites. As for capacity.
    pub separation: Option<Separation>,
}

/// A count that came as a number from outside, such as `p`.
///
/// ```
/// use linli::site::count;
///
/// assert_eq!(count("p", 5.0)?, 5);
/// assert!(count("p", 2.5).unwrap_err().to_string().contains("whole number"));
/// assert!(count("p", -1.0).unwrap_err().to_string().contains("negative"));
/// # Ok::<(), linli::Error>(())
/// ```
///
/// # Errors
/// [`Error::Parameter`], with its own message for NaN, negative, fractional and too large.
pub fn count(parameter: &'static str, value: f64) -> Result<usize> {
    let wrong = |rule| Err(Error::parameter(parameter, &value, rule));
    if value.is_nan() {
        wrong("is not a number; give how many sites there shall be")
    } else if value < 0.0 {
        wrong("is negative; give 0 or more")
    } else if value > f64::from(u32::MAX) {
        wrong("is more than there can be sites")
    } else if value.fract() != 0.0 {
        wrong("must be a whole number: a site is open or it is not")
    } else {
        // Checked above: whole, and from 0 to the largest u32.
        #[allow(clippy::cast_sign_loss)]
        Ok(value as usize)
    }
}

/// A question that passed the door.
pub(super) struct Asked {
    pub role: Vec<Role>,
    pub limit_m: f64,
    pub fixed: Vec<u32>,
    /// Sites that are fixed or free.
    pub allowed: usize,
}

impl Asked {
    /// Check terms against the reach.
    pub(super) fn new(reach: &Reach, terms: &Terms) -> Result<Self> {
        check_limit(terms.limit_m)?;
        let limit_m = match (terms.limit_m, reach.limit_m()) {
            (Some(asked_m), Some(held_m)) if asked_m > held_m => {
                let rule = format!("the reach holds walks up to {held_m} m only; measure it up to {asked_m} m");
                return Err(Error::parameter("limit_m", &asked_m, &rule));
            }
            (asked_m, held_m) => asked_m.or(held_m).unwrap_or(f64::INFINITY),
        };
        if let Some(limit_s) = terms.time_limit_s.filter(|limit_s| limit_s.is_nan() || *limit_s < 0.0) {
            return Err(Error::parameter("time_limit_s", &limit_s, "give seconds, 0 or more, or no limit"));
        }
        if !(terms.gap >= 0.0 && terms.gap < 1.0) {
            return Err(Error::parameter("gap", &terms.gap, "give a share from 0 to below 1, such as 0.01"));
        }
        let mut roles = vec![Role::Free; reach.shape().1];
        for (parameter, sites, as_role) in
            [("fixed", &terms.fixed, Role::Fixed), ("forbidden", &terms.forbidden, Role::Forbidden)]
        {
            for &site in sites {
                let Some(known) = roles.get_mut(site as usize) else {
                    let rule = format!("there are {} sites, rows 0 to {}", reach.shape().1, reach.shape().1.max(1) - 1);
                    return Err(Error::parameter(parameter, &site, &rule));
                };
                if *known != Role::Free {
                    let rule = if *known == as_role { "is given twice" } else { "is fixed and forbidden at once" };
                    return Err(Error::parameter(parameter, &site, rule));
                }
                *known = as_role;
            }
        }
        let mut fixed = terms.fixed.clone();
        fixed.sort_unstable();
        Ok(Self { allowed: roles.len() - terms.forbidden.len(), role: roles, limit_m, fixed })
    }

    /// How many sites may be chosen besides the fixed ones.
    pub(super) fn open(&self, model: &'static str, p: usize) -> Result<usize> {
        let infeasible = |why: String, change: String, needed: usize| Error::Infeasible {
            model,
            why: why.into(),
            change: change.into(),
            rows: vec![],
            parameter: "p",
            given: p as f64,
            needed: Some(needed as f64),
        };
        if p == 0 {
            return Err(Error::parameter("p", &p, "give at least 1 site"));
        }
        if p > self.allowed {
            let why = format!("p = {p}, but only {} sites may be open", self.allowed);
            let change = if self.allowed < self.role.len() {
                format!("ask for {} or allow some of the {} forbidden", self.allowed, self.role.len() - self.allowed)
            } else {
                format!("ask for {} or add candidates", self.allowed)
            };
            return Err(infeasible(why, change, self.allowed));
        }
        p.checked_sub(self.fixed.len()).ok_or_else(|| {
            let fixed = self.fixed.len();
            let why = format!("{fixed} fixed sites are more than p = {p}");
            infeasible(why, format!("p counts the fixed sites too: ask for p = {fixed} or more"), fixed)
        })
    }

    /// How many sites may be open in all: `p`, or where money or distance limit them at most so many.
    pub(super) fn most(&self, model: &'static str, p: usize, rules: Option<&Rules<'_>>) -> Result<usize> {
        let at_most = rules.is_some_and(|rules| rules.budget.is_some() || rules.separation.is_some());
        let p = if at_most { p.min(self.allowed.max(1)) } else { p };
        Ok(self.open(model, p)? + self.fixed.len())
    }

    /// The choice with the fixed sites, filled up to `p` by the lowest rows that may be open.
    pub(super) fn fill(&self, mut sites: Vec<u32>, p: usize) -> Vec<u32> {
        sites.extend_from_slice(&self.fixed);
        sites.sort_unstable();
        let mut taken = vec![false; self.role.len()];
        for &site in &sites {
            taken[site as usize] = true;
        }
        let free = (0..taken.len()).filter(|&site| self.role[site] == Role::Free && !taken[site]);
        let more: Vec<u32> = free.take(p.saturating_sub(sites.len())).map(|site| site as u32).collect();
        sites.extend(more);
        sites.sort_unstable();
        sites
    }
}

/// Refuse weights that are not people: one per row, finite, not negative, some above 0.
pub(super) fn check_weight(reach: &Reach, weight: &[f64]) -> Result<()> {
    let rows = reach.shape().0;
    if weight.len() != rows {
        return Err(Error::Length { table: "demand", column: "weight".into(), expected: rows, got: weight.len() });
    }
    for (row, &value) in weight.iter().enumerate() {
        let rule = match value {
            value if value.is_nan() => "is not a number; leave the row out or give its people",
            value if value.is_infinite() => "is infinite; give a number of people",
            value if value < 0.0 => "is negative; people are 0 or more",
            _ => continue,
        };
        return Err(Error::BadValue { table: "demand", row, column: "weight".into(), value, rule });
    }
    if weight.iter().all(|&weight| weight == 0.0) {
        return Err(Error::parameter(
            "weight",
            &"all 0",
            "nobody lives in the demand rows; there is nothing to site for",
        ));
    }
    Ok(())
}
