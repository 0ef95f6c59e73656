//! Maximal covering (最大覆盖): the most people within reach of `p` sites.

use crate::{control::Control, error::Result, reach::Reach, threads};

use super::{
    branch::{Aim, search},
    check::{Claim, confirm, evaluate},
    clock::Clock,
    plan::SitingPlan,
    problem::Problem,
    reduce::reduce,
    ruled::{self, Ruled},
    rules::Rules,
    terms::{Asked, Terms, check_weight},
};

/// Choose `p` sites so that as many people as possible are within reach of one (MCLP).
///
/// `weight` is the people of each demand row; `p` counts the fixed sites. When
/// fewer than `p` sites reach everyone who can be reached, the plan is filled
/// up with the lowest rows. Objective and bound are people.
///
/// With a [`Capacity`](super::Capacity) people count when they are served; with
/// a [`Budget`](super::Budget) or a [`Separation`](super::Separation) `p` is the
/// most sites.
///
/// Model: Church and ReVelle (1974); with capacities Current and Storbeck (1988). The work is that of the distinct sets of
/// sites by which rows are reached, not of the rows: a million demand points
/// with 200 candidates have about 4,000.
///
/// # Errors
/// [`Error::Infeasible`](crate::Error::Infeasible) when `p` is below the fixed
/// or above the allowed sites, or what must be closed costs more than the budget; [`Error::BadValue`](crate::Error::BadValue) and
/// [`Error::Length`](crate::Error::Length) for weights that are not people;
/// [`Error::Parameter`](crate::Error::Parameter) for terms that cannot be.
pub fn mclp(reach: &Reach, weight: &[f64], p: usize, terms: &Terms, control: &Control) -> Result<SitingPlan> {
    let clock = Clock::new(terms.time_limit_s, control);
    let asked = Asked::new(reach, terms)?;
    check_weight(reach, weight)?;
    let rules = Rules::new(reach, terms, &asked, Some(weight))?;
    let p = asked.most("mclp", p, rules.as_ref())?;
    let open = p - asked.fixed.len();
    if let Some(rules) = &rules {
        return ruled::mclp(Ruled { reach, asked: &asked, rules, terms, clock: &clock, p }, weight);
    }
    let people: f64 = weight.iter().sum();
    let found = threads::install(|| {
        let problem = reduce(Problem::cover(reach, weight, asked.limit_m, &asked.role, 1));
        search(&problem, Aim { open, most: None, gap: terms.gap, offset: people, seed: terms.seed }, &clock)
    });
    let sites = asked.fill(found.sites, p);
    let evaluation = evaluate(reach, weight, asked.limit_m, &sites, &asked.fixed);
    let claim = Claim::new("mclp", people - found.cost, people - found.bound, found.stop, terms, &clock);
    confirm(&claim, evaluation.covered, evaluation)
}
