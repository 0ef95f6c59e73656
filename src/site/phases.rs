//! Phases (分期建设): what to open first, when each stage keeps what the one before opened.

mod search;

use std::rc::Rc;

use serde::Serialize;

use crate::{
    control::Control,
    error::{Error, Result},
};

use self::search::Search;
use super::{
    clock::Clock,
    plan::{SitingPlan, Stop},
    terms::Terms,
};

/// Nodes of the search after which it ends with what it has.
const NODES: usize = 2000;

/// One stage of a nested plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Phase {
    /// Sites open at its end, the fixed ones among them.
    pub p: usize,
    /// Sites that open in it, rising.
    pub opened: Vec<u32>,
    /// What is open at its end, and what that achieves.
    pub plan: SitingPlan,
    /// The best plan of as many sites that need not contain the earlier stages.
    pub free: SitingPlan,
}

impl Phase {
    /// What nesting costs in this phase: how much better the free plan is, and what that is at most.
    #[must_use]
    pub fn price(&self) -> (f64, f64) {
        let (nested, free, bound) = (self.plan.objective, self.free.objective, self.free.bound);
        ((free - nested).abs(), (bound - nested).abs())
    }
}

/// A plan in phases: each stage contains the one before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Phases {
    /// The stages, first to last.
    pub phases: Vec<Phase>,
    /// The objectives of all stages, added up: the value over time, each stage lasting equally long.
    pub objective: f64,
    /// No nested plan can be better than this.
    pub bound: f64,
    /// |objective − bound| / |objective|; 0 where both are equal.
    pub gap: f64,
    /// Whether objective and bound agree, up to rounding (1e-9 of the objective).
    pub proven: bool,
    /// Why the search ended.
    pub stop: Stop,
    /// Nodes that were looked at.
    pub nodes: usize,
    /// Seconds it took.
    pub seconds: f64,
}

/// Plan several phases at once, so that the sum of their objectives is best.
///
/// `steps` says how many sites open in each phase, besides the fixed ones.
/// `solve` answers the question of a single phase for a number of sites and
/// terms; its plans may be better when large (`maximise`) or when small. The
/// terms it is given have `fixed` and `forbidden` narrowed.
///
/// How: each phase alone is a bound. Where its best plan closes a site that an
/// earlier one opened, two cases are told apart: the site is open by that
/// phase and stays, or it is not open by then. Every case is solved anew, the
/// most promising first. Plans to start with grow forwards and backwards from
/// each phase. Model: the maximal covering problem in stages of Schilling (1980).
///
/// ```
/// use linli::{control::Control, reach::Reach, site::{Terms, mclp, phases}};
///
/// // The best single site is in the middle, the best two are at the ends.
/// let reach = Reach::from_pairs(&[0, 1, 1, 2, 2, 3], &[0, 0, 1, 1, 2, 2], &[5.0; 6], (4, 3))?;
/// let (people, terms, control) = ([40.0, 30.0, 31.0, 40.0], Terms::default(), Control::new());
/// let found = phases(&[1, 1], &terms, true, 3, &control, |p, terms| mclp(&reach, &people, p, terms, &control))?;
/// assert_eq!(found.phases[0].plan.objective, 71.0);
/// assert_eq!((found.objective, found.proven), (71.0 + 141.0, true));
/// # Ok::<(), linli::Error>(())
/// ```
///
/// # Errors
/// [`Error::Parameter`] for no steps or a step of 0 sites; those of `solve` for
/// the last phase.
pub fn phases(
    steps: &[usize],
    terms: &Terms,
    maximise: bool,
    sites: usize,
    control: &Control,
    solve: impl FnMut(usize, &Terms) -> Result<SitingPlan>,
) -> Result<Phases> {
    nested(steps, terms, maximise, sites, control, true, solve)
}

/// The search; without `grows` it starts with nothing, and branching alone must find the best.
fn nested(
    steps: &[usize],
    terms: &Terms,
    maximise: bool,
    sites: usize,
    control: &Control,
    grows: bool,
    mut solve: impl FnMut(usize, &Terms) -> Result<SitingPlan>,
) -> Result<Phases> {
    if steps.is_empty() {
        return Err(Error::parameter("phases", &"empty", "give the sites that open in each phase, such as 5, 3"));
    }
    if let Some(at) = steps.iter().position(|&step| step == 0) {
        return Err(Error::parameter("phases", &format!("{steps:?}"), &format!("phase {} opens no site", at + 1)));
    }
    let clock = Clock::new(terms.time_limit_s, control);
    let mut open = terms.fixed.len();
    let p: Vec<usize> = steps
        .iter()
        .map(|step| {
            open += step;
            open
        })
        .collect();
    let sign = if maximise { -1.0 } else { 1.0 };
    let mut ask = |phase: usize, terms: &Terms| {
        let left_s = terms.time_limit_s.map(|limit_s| (limit_s - clock.seconds()).max(0.0));
        solve(p[phase], &Terms { time_limit_s: left_s, ..terms.clone() })
    };
    // The last phase first: where it has no answer, there is none.
    let mut free = vec![];
    for phase in (0..p.len()).rev() {
        free.push(Rc::new(ask(phase, terms)?));
    }
    free.reverse();

    let mut search = Search { terms, sites, sign, grows, best: f64::INFINITY, plans: vec![], closed: f64::INFINITY };
    let root = search.node(vec![], free.clone(), f64::NEG_INFINITY);
    for anchor in 0..p.len() {
        search.grow(&root, anchor, &mut ask)?;
    }
    let (mut waiting, mut nodes, mut stop) = (vec![root], 0, None);
    while let Some(node) = Search::take(&mut waiting) {
        let floor = node.floor;
        control.report(sign * search.best, sign * floor.min(search.closed));
        if floor >= search.best - search.noise() {
            // Neither this one nor any that waits can be better.
            break;
        }
        stop = clock.stop().or((nodes >= NODES).then_some(Stop::Work));
        let enough = search.best.is_finite() && search.best - floor <= terms.gap * search.best.abs();
        stop = stop.or(enough.then_some(Stop::Gap));
        if stop.is_some() {
            search.closed = search.closed.min(floor);
            break;
        }
        nodes += 1;
        search.branch(&node, &mut waiting, &mut ask)?;
    }
    if search.plans.is_empty() {
        return Err(none_found(stop, steps[0]));
    }
    let bound = sign * search.closed.min(search.best);
    let objective = sign * search.best;
    let proven = (objective - bound).abs() <= search.noise();
    let mut before: Vec<u32> = terms.fixed.clone();
    let mut stages = vec![];
    for ((p, plan), free) in p.into_iter().zip(&search.plans).zip(&free) {
        let now: Vec<u32> = plan.sites.iter().map(|chosen| chosen.site).collect();
        let opened = now.iter().copied().filter(|site| !before.contains(site)).collect();
        let mut plan = SitingPlan::clone(plan);
        // Only what the caller fixed is fixed; the rest of a stage was fixed to evaluate it.
        plan.sites.iter_mut().for_each(|chosen| chosen.fixed = terms.fixed.contains(&chosen.site));
        stages.push(Phase { p, opened, plan, free: SitingPlan::clone(free) });
        before = now;
    }
    Ok(Phases {
        phases: stages,
        objective,
        bound: if proven { objective } else { bound },
        gap: if proven { 0.0 } else { (objective - bound).abs() / objective.abs().max(f64::MIN_POSITIVE) },
        proven,
        stop: if proven { Stop::Proven } else { stop.unwrap_or(Stop::Gap) },
        nodes,
        seconds: clock.seconds(),
    })
}

/// Why there is no nested plan, although every phase alone has one.
fn none_found(stop: Option<Stop>, first: usize) -> Error {
    let why = if stop.is_some() {
        "no nested plan was found in time"
    } else {
        "no plan of a phase contains one of the phase before"
    };
    Error::Infeasible {
        model: "phases",
        why: why.into(),
        change: "open more sites in the first phases".into(),
        rows: vec![],
        parameter: "steps",
        given: first as f64,
        needed: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        reach::Reach,
        site::{mclp, p_median, random::Random},
    };

    const SITES: usize = 7;

    /// The best sum over nested choices from the definition.
    fn best(value: &dyn Fn(u32) -> f64, steps: &[usize], with: u32) -> f64 {
        let Some((step, later)) = steps.split_first() else { return 0.0 };
        let open = with.count_ones() as usize + step;
        let all = (0..1_u32 << SITES).filter(|c| c.count_ones() as usize == open && c & with == with);
        all.map(|choice| value(choice) + best(value, later, choice)).fold(f64::NEG_INFINITY, f64::max)
    }

    #[test]
    fn branching_alone_finds_the_best_nested_plan() {
        let (mut random, control, mut branched) = (Random::new(7), Control::new(), 0);
        for round in 0..300 {
            let walk_m: Vec<f64> = (0..12 * SITES).map(|_| random.below(12) as f64 * 100.0).collect();
            let people: Vec<f64> = (0..12).map(|_| 1.0 + random.below(9) as f64).collect();
            let reach = Reach::from_dense(&walk_m, SITES, None).unwrap();
            let steps: &[usize] = [[1, 2].as_slice(), &[2, 1], &[1, 1, 1], &[2, 2]][round % 4];
            let covering = round % 3 > 0;
            let nearest = |row: usize, choice: u32| {
                let open = (0..SITES).filter(|site| choice >> site & 1 == 1);
                open.map(|site| walk_m[row * SITES + site]).fold(f64::INFINITY, f64::min)
            };
            let value = |choice: u32| -> f64 {
                let rows = people.iter().enumerate();
                if covering {
                    rows.filter(|&(row, _)| nearest(row, choice) <= 200.0).map(|(_, people)| people).sum()
                } else {
                    rows.map(|(row, people)| -people * nearest(row, choice)).sum()
                }
            };
            let near = |terms: &Terms| Terms { limit_m: Some(200.0), ..terms.clone() };
            let solve = |p: usize, terms: &Terms| {
                if covering {
                    mclp(&reach, &people, p, &near(terms), &control)
                } else {
                    p_median(&reach, &people, p, terms, &control)
                }
            };
            let found = nested(steps, &Terms::default(), covering, SITES, &control, false, solve).unwrap();
            let expected = best(&value, steps, 0).abs();
            assert!(found.proven && (found.objective - expected).abs() < 1e-6, "{round}: {found:?} {expected}");
            branched += usize::from(found.nodes > 1);
        }
        // Else the test would show nothing.
        assert!(branched > 30, "{branched}");
    }
}
