//! Gradual covering (渐变覆盖): nearer counts more, up to the limit.

use crate::{
    control::Control,
    error::{Error, Result},
    reach::Reach,
    threads,
};

use super::{
    branch::{Aim, search},
    check::{Claim, confirm, evaluate},
    clock::Clock,
    plan::SitingPlan,
    problem::Problem,
    reduce::reduce,
    rules::Rules,
    terms::{Asked, Terms, check_weight},
};

/// Choose `p` sites so that people are covered as well as possible, fully up to `full_m` and less beyond.
///
/// A person `full_m` or nearer to a chosen site counts as 1, at the limit and
/// beyond as 0, in between in proportion. With `full_m` at the limit this is
/// [`mclp`](super::mclp()). `p` counts the fixed sites. Objective and bound are
/// people so counted; [`SitingPlan::covered`] counts everyone within the limit.
///
/// Model: Church and Roberts (1983); Berman and Krass (2002). It is solved as
/// a p-median whose rows pay at most their people, so its work is that of the
/// pairs within the limit.
///
/// # Errors
/// As [`mclp`](super::mclp()), and [`Error::Parameter`] for a `full_m` that is
/// negative, not a number or beyond the limit, and where there is no limit.
pub fn gradual(
    reach: &Reach,
    weight: &[f64],
    p: usize,
    full_m: f64,
    terms: &Terms,
    control: &Control,
) -> Result<SitingPlan> {
    let clock = Clock::new(terms.time_limit_s, control);
    let asked = Asked::new(reach, terms)?;
    check_weight(reach, weight)?;
    Rules::none(terms, "gradual")?;
    let limit_m = asked.limit_m;
    if limit_m.is_infinite() {
        return Err(Error::parameter(
            "limit_m",
            &limit_m,
            "gradual covering ends somewhere: give the walk that counts 0",
        ));
    }
    if !(full_m >= 0.0 && full_m <= limit_m) {
        let rule = format!("give the walk up to which people count fully, from 0 to the limit of {limit_m} m");
        return Err(Error::parameter("full_m", &full_m, &rule));
    }
    let open = asked.open("gradual", p)?;
    let people: f64 = weight.iter().sum();
    let share = |walk_m: f64| if walk_m <= full_m { 1.0 } else { (limit_m - walk_m) / (limit_m - full_m) };
    let found = threads::install(|| {
        let problem = reduce(Problem::gradual(reach, weight, limit_m, &asked.role, share));
        search(&problem, Aim { open, most: None, gap: terms.gap, offset: people, seed: terms.seed }, &clock)
    });
    let sites = asked.fill(found.sites, p);
    let evaluation = evaluate(reach, weight, limit_m, &sites, &asked.fixed);
    let counted =
        weight.iter().zip(&evaluation.walk_m).map(|(weight, walk_m)| weight * walk_m.map_or(0.0, share)).sum();
    let claim = Claim::new("gradual", people - found.cost, people - found.bound, found.stop, terms, &clock);
    confirm(&claim, counted, evaluation)
}
