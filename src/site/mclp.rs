//! Maximal covering (最大覆盖): the most people within reach of `p` sites.

use crate::{control::Control, error::Result, reach::Reach, threads};

use super::{
    branch::{Aim, search},
    check::{Claim, confirm, evaluate},
    clock::Clock,
    plan::SitingPlan,
    problem::Problem,
    reduce::reduce,
    terms::{Asked, Terms, check_weight},
};

/// Choose `p` sites so that as many people as possible are within reach of one (MCLP).
///
/// `weight` is the people of each demand row; `p` counts the fixed sites. When
/// fewer than `p` sites reach everyone who can be reached, the plan is filled
/// up with the lowest rows. Objective and bound are people.
///
/// Model: Church and ReVelle (1974). The work is that of the distinct sets of
/// sites by which rows are reached, not of the rows: a million demand points
/// with 200 candidates have about 4,000.
///
/// # Errors
/// [`Error::Infeasible`](crate::Error::Infeasible) when `p` is below the fixed
/// or above the allowed sites; [`Error::BadValue`](crate::Error::BadValue) and
/// [`Error::Length`](crate::Error::Length) for weights that are not people;
/// [`Error::Parameter`](crate::Error::Parameter) for terms that cannot be.
pub fn mclp(reach: &Reach, weight: &[f64], p: usize, terms: &Terms, control: &Control) -> Result<SitingPlan> {
    let clock = Clock::new(terms.time_limit_s, control);
    let asked = Asked::new(reach, terms)?;
    check_weight(reach, weight)?;
    let open = asked.open("mclp", p)?;
    let people: f64 = weight.iter().sum();
    let found = threads::install(|| {
        let problem = reduce(Problem::cover(reach, weight, asked.limit_m, &asked.role, 1));
        search(&problem, Aim { open, most: None, gap: terms.gap, offset: people, seed: terms.seed }, &clock)
    });
    let sites = asked.fill(found.sites, p);
    let evaluation = evaluate(reach, weight, asked.limit_m, &sites, &asked.fixed);
    let claim = Claim {
        model: "mclp",
        maximise: true,
        objective: people - found.cost,
        bound: people - found.bound,
        stop: found.stop,
        seconds: clock.seconds(),
        seed: terms.seed,
    };
    confirm(&claim, evaluation.covered, evaluation)
}
