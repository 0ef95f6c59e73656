//! p-center (p 中心): the shortest longest walk with `p` sites.

use crate::{control::Control, error::Result, reach::Reach, threads};

use super::{
    branch::{Aim, Found, search},
    check::{Claim, confirm, evaluate},
    clock::Clock,
    infeasible,
    plan::{SitingPlan, Stop},
    problem::{Problem, Role},
    reduce::reduce_full,
    ruled::{self, Ruled},
    rules::Rules,
    terms::{Asked, Terms},
};

/// Choose `p` sites so that the longest walk to the nearest is shortest (p-center).
///
/// Every demand row counts alike, whoever lives there; leave rows out that
/// shall not count. `p` counts the fixed sites. Objective and bound are metres.
///
/// Limits as in [`p_median`](super::p_median()); a row takes 1 of a capacity
/// unless loads are given.
///
/// Model: Hakimi (1964); search: halving of the distances that occur, each
/// step a set covering question (Minieka 1970; Daskin 2013, chapter 5).
///
/// # Errors
/// As [`p_median`](super::p_median()), without those for weights.
pub fn p_center(reach: &Reach, p: usize, terms: &Terms, control: &Control) -> Result<SitingPlan> {
    let clock = Clock::new(terms.time_limit_s, control);
    let asked = Asked::new(reach, terms)?;
    let rules = Rules::new(reach, terms, &asked, None)?;
    let p = asked.most("p_center", p, rules.as_ref())?;
    let open = p - asked.fixed.len();
    let rows = reach.shape().0;
    infeasible::unreachable("p_center", reach, &asked, &vec![1; rows])?;
    let everyone = vec![1.0; rows];

    // The answer is one of the walks, and no shorter than any row's shortest.
    let walks = |row| reach.row(row).filter(|&(site, _)| asked.role[site as usize] != Role::Forbidden);
    let within = |&(_, walk_m): &(u32, f64)| walk_m <= asked.limit_m;
    let shortest = |row| walks(row).map(|(_, walk_m)| walk_m).fold(f64::INFINITY, f64::min);
    let least_m = (0..rows).map(shortest).fold(0.0, f64::max);
    let mut steps: Vec<f64> = (0..rows)
        .flat_map(|row| walks(row).filter(within).map(|(_, walk_m)| walk_m))
        .filter(|m| *m >= least_m)
        .collect();
    steps.sort_unstable_by(f64::total_cmp);
    steps.dedup();
    let Some(&farthest_m) = steps.last() else {
        return Err(crate::Error::parameter("reach", &"no demand rows", "there is nobody to site for"));
    };

    if let Some(rules) = &rules {
        return ruled::p_center(Ruled { reach, asked: &asked, rules, terms, clock: &clock, p }, &steps, control);
    }

    let longest = |sites: &[u32]| {
        let found = evaluate(reach, &everyone, asked.limit_m, sites, &asked.fixed);
        (found.walk_m.iter().map(|walk_m| walk_m.unwrap_or(f64::INFINITY)).fold(0.0, f64::max), found)
    };
    let ask = |limit_m: f64| {
        threads::install(|| {
            let reduced = reduce_full(Problem::cover(reach, &everyone, limit_m, &asked.role, 1), open);
            let left = open - reduced.chosen.len();
            let aim = Aim { open: left, most: Some(0.0), gap: 0.0, offset: 0.0, seed: terms.seed };
            let mut found = search(&reduced.problem, aim, &clock);
            found.sites.extend(reduced.chosen);
            Found { sites: asked.fill(found.sites, p), ..found }
        })
    };
    let first = ask(farthest_m);
    let mut sites = first.sites;
    let (mut best_m, mut evaluation) = longest(&sites);
    if best_m.is_infinite() {
        let proven = first.bound > 0.0;
        return Err(infeasible::too_few("p_center", reach, &asked, p, &evaluation.assignment, proven, control));
    }
    // `low`: the shortest step not shown to be impossible.
    let mut low = 0;
    let mut stop = Stop::Proven;
    while steps[low] < best_m {
        control.report(best_m, steps[low]);
        if let Some(why) = clock.stop() {
            stop = why;
            break;
        }
        if best_m - steps[low] <= terms.gap * best_m {
            stop = Stop::Gap;
            break;
        }
        let high = steps.partition_point(|step| *step < best_m);
        let middle = usize::midpoint(low, high);
        let found = ask(steps[middle]);
        if found.cost <= 0.0 {
            let (found_m, of) = longest(&found.sites);
            (best_m, evaluation, sites) = (found_m, of, found.sites);
        } else if found.bound > 0.0 {
            low = middle + 1;
        }
    }
    debug_assert_eq!(sites.len(), p);
    let claim = Claim::new("p_center", best_m, steps[low], stop, terms, &clock);
    let objective = longest(&sites).0;
    confirm(&claim, objective, evaluation)
}
