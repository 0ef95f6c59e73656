//! p-median (p 中位): the shortest walks on average to `p` sites.

use crate::{control::Control, error::Result, reach::Reach, threads};

use super::{
    branch::{Aim, search},
    check::{Claim, confirm, evaluate},
    clock::Clock,
    infeasible,
    plan::{SitingPlan, Stop},
    problem::Problem,
    ruled::{self, Ruled},
    rules::Rules,
    terms::{Asked, Terms, check_weight},
};

/// Choose `p` sites so that people times metres to the nearest is least (p-median).
///
/// Every demand row must be within the limit of a chosen site, also rows where
/// nobody lives; a reach without a limit leaves that open. `p` counts the fixed
/// sites. Objective and bound are person-metres: divided by the people they
/// are the mean walk.
///
/// With a [`Capacity`](super::Capacity) the walk is to the site that serves a
/// row, which need not be the nearest; limits as in [`mclp`](super::mclp()).
///
/// Model: Hakimi (1964); search: Resende and Werneck (2007), Beasley (1993);
/// with capacities Lorena and Senne (2004), Ceselli and Righini (2005).
/// Memory is about 24 bytes a pair besides the reach, so beyond some 5,000
/// points give a reach that is cut off well above the longest sensible walk.
///
/// # Errors
/// As [`mclp`](super::mclp()), and
/// [`Error::Infeasible`](crate::Error::Infeasible) naming the rows that no
/// allowed site reaches, or how many sites, how much money or how much capacity
/// it takes to serve all.
pub fn p_median(reach: &Reach, weight: &[f64], p: usize, terms: &Terms, control: &Control) -> Result<SitingPlan> {
    let clock = Clock::new(terms.time_limit_s, control);
    let asked = Asked::new(reach, terms)?;
    check_weight(reach, weight)?;
    let rules = Rules::new(reach, terms, &asked, Some(weight))?;
    let p = asked.most("p_median", p, rules.as_ref())?;
    let open = p - asked.fixed.len();
    infeasible::unreachable("p_median", reach, &asked, &vec![1; reach.shape().0])?;
    if let Some(rules) = &rules {
        return ruled::p_median(Ruled { reach, asked: &asked, rules, terms, clock: &clock, p }, weight, control);
    }
    let found = threads::install(|| {
        let problem = Problem::median(reach, weight, asked.limit_m, &asked.role);
        search(&problem, Aim { open, most: None, gap: terms.gap, offset: 0.0, seed: terms.seed }, &clock)
    });
    let sites = asked.fill(found.sites, p);
    let evaluation = evaluate(reach, weight, asked.limit_m, &sites, &asked.fixed);
    if evaluation.assignment.contains(&None) {
        let proven = found.stop == Stop::Proven;
        return Err(infeasible::too_few("p_median", reach, &asked, p, &evaluation.assignment, proven, control));
    }
    let walked = weight.iter().zip(&evaluation.walk_m).map(|(weight, walk_m)| weight * walk_m.unwrap_or(0.0)).sum();
    let claim = Claim::new("p_median", found.cost, found.bound, found.stop, terms, &clock);
    confirm(&claim, walked, evaluation)
}
