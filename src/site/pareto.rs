//! Covered or near: plans between the most people within the limit and the shortest walks.

use serde::Serialize;

use crate::{
    control::Control,
    error::{Error, Result},
    reach::Reach,
};

use super::{
    check::evaluate,
    clock::Clock,
    mclp::mclp,
    p_median::p_median,
    plan::{SitingPlan, Stop},
    terms::{Terms, check_weight},
};

/// One plan of the front.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tradeoff {
    /// Chosen sites, rising, fixed ones among them.
    pub sites: Vec<u32>,
    /// People within the limit of a chosen site.
    pub covered: f64,
    /// Person-metres to the nearest chosen site.
    pub walked: f64,
    /// Metres that a person beyond the limit was counted to walk more when this
    /// plan was found; infinite for the plan that covers most.
    pub penalty_m: f64,
    /// Whether no plan is better at that penalty.
    pub proven: bool,
}

/// The plans that nothing beats in both people covered and mean walk, at any exchange rate between the two.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Front {
    /// Plans by rising people covered and rising walk.
    pub points: Vec<Tradeoff>,
    /// People in all.
    pub people: f64,
    /// Whether all plans are found that are best at some exchange rate: no
    /// plan lies beyond the straight lines between these.
    pub complete: bool,
    /// Why the search ended.
    pub stop: Stop,
    /// Seconds it took.
    pub seconds: f64,
}

/// The supported front of `p` sites between people covered within `limit_m` and person-metres walked.
///
/// `reach` must hold the walks beyond the limit, too: every row needs a site.
/// At most `most` plans are looked for, in the widest spaces first.
///
/// How: a person beyond the limit is counted to walk some metres more, and the
/// p-median of these walks is the best plan at that exchange rate. Between two
/// plans the rate is tried at which they are equal (Cohon 1978; Aneja and Nair
/// 1979). Plans inside the hull of the front are not found in this way.
///
/// # Errors
/// As [`p_median`](super::p_median()); [`Error::Parameter`] for a limit that is
/// not positive or fewer than 2 plans asked for.
pub fn pareto(
    reach: &Reach,
    weight: &[f64],
    p: usize,
    limit_m: f64,
    most: usize,
    terms: &Terms,
    control: &Control,
) -> Result<Front> {
    let clock = Clock::new(terms.time_limit_s, control);
    check_weight(reach, weight)?;
    if !(limit_m > 0.0 && limit_m.is_finite()) {
        return Err(Error::parameter("limit_m", &limit_m, "give a positive number of metres"));
    }
    if most < 2 {
        return Err(Error::parameter("most", &most, "a front has two ends: give 2 or more"));
    }
    let people: f64 = weight.iter().sum();
    let left = || Terms {
        limit_m: None,
        time_limit_s: terms.time_limit_s.map(|limit_s| (limit_s - clock.seconds()).max(0.0)),
        ..terms.clone()
    };
    let judged = |plan: &SitingPlan, penalty_m: f64| {
        let sites: Vec<u32> = plan.sites.iter().map(|chosen| chosen.site).collect();
        let found = evaluate(reach, weight, f64::INFINITY, &sites, &terms.fixed);
        let walks = || weight.iter().zip(&found.walk_m);
        let near = |walk_m: &Option<f64>| walk_m.is_some_and(|walk_m| walk_m <= limit_m);
        Tradeoff {
            covered: walks().filter(|(_, walk_m)| near(walk_m)).map(|(weight, _)| weight).sum(),
            walked: walks().map(|(weight, walk_m)| weight * walk_m.unwrap_or(f64::INFINITY)).sum(),
            sites,
            penalty_m,
            proven: plan.proven,
        }
    };
    let at = |penalty_m: f64| -> Result<Tradeoff> {
        let plan = p_median(&dearer(reach, limit_m, penalty_m), weight, p, &left(), control)?;
        Ok(judged(&plan, penalty_m))
    };

    let near = at(0.0)?;
    let held_m = reach.limit_m().map_or(limit_m, |held_m| held_m.min(limit_m));
    let widest = judged(&mclp(reach, weight, p, &Terms { limit_m: Some(held_m), ..left() }, control)?, f64::INFINITY);
    let mut points = vec![near, widest];
    // Of the plans that cover as many, within a person, the one that walks least.
    let spare = points[1].walked - points[0].walked;
    if spare > 0.0 && spare.is_finite() {
        points.push(at(spare)?);
    }
    let mut front = kept(points);
    let mut done: Vec<(f64, f64)> = vec![];
    let (mut complete, mut stop) = (front.iter().all(|point| point.proven), Stop::Proven);
    loop {
        let open = |pair: &[Tradeoff]| {
            let between = (pair[0].covered, pair[1].covered);
            let rate = (pair[1].walked - pair[0].walked) / (pair[1].covered - pair[0].covered);
            (rate > 0.0 && rate.is_finite() && !done.contains(&between)).then_some((between, rate))
        };
        let spaces = front.windows(2).filter_map(open);
        let width = |space: &((f64, f64), f64)| space.0.1 - space.0.0;
        let Some((between, rate)) = spaces.reduce(|best, next| if width(&next) > width(&best) { next } else { best })
        else {
            break;
        };
        if let Some(why) = clock.stop().or((front.len() >= most).then_some(Stop::Work)) {
            (stop, complete) = (why, false);
            break;
        }
        let found = at(rate)?;
        complete &= found.proven;
        let cost = |point: &Tradeoff| point.walked - rate * point.covered;
        let ends = front.iter().find(|point| point.covered == between.0).map_or(f64::NEG_INFINITY, cost);
        let better = cost(&found) < ends - 1e-9 * ends.abs().max(found.walked);
        done.push(between);
        if better {
            let mut points = front;
            points.push(found);
            front = kept(points);
        }
    }
    if stop == Stop::Proven && !complete {
        stop = if clock.is_over() { Stop::Time } else { Stop::Gap };
    }
    Ok(Front { points: front, people, complete, stop, seconds: clock.seconds() })
}

/// The same walks, longer by so many metres beyond the limit.
fn dearer(reach: &Reach, limit_m: f64, penalty_m: f64) -> Reach {
    let (start, site, walk_m) = reach.csr();
    let longer = walk_m.iter().map(|walk_m| walk_m + if *walk_m > limit_m { penalty_m } else { 0.0 }).collect();
    let held_m = reach.limit_m().map(|held_m| held_m + penalty_m);
    Reach::trusted(reach.shape().1, start.to_vec(), site.to_vec(), longer, held_m)
}

/// The plans that no other beats or equals in both, by rising people covered.
fn kept(mut points: Vec<Tradeoff>) -> Vec<Tradeoff> {
    points.sort_by(|a, b| b.covered.total_cmp(&a.covered).then(a.walked.total_cmp(&b.walked)));
    let mut front: Vec<Tradeoff> = vec![];
    for point in points {
        if front.last().is_none_or(|last| point.walked < last.walked) {
            front.push(point);
        }
    }
    front.reverse();
    front
}
