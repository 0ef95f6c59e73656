//! The answer, evaluated again from the reach.
//!
//! This file shares nothing with the search: it reads the reach row by row and
//! applies the definitions, so a mistake in a reduction, a bound or an
//! incremental update shows here and is not handed on.

use crate::{
    error::{Error, Result},
    reach::Reach,
};

use super::plan::{Chosen, SitingPlan, Stop};

/// What a choice of sites does, by definition.
pub(super) struct Evaluation {
    pub sites: Vec<Chosen>,
    pub assignment: Vec<Option<u32>>,
    /// Metres to the assigned site.
    pub walk_m: Vec<Option<f64>>,
    /// Chosen sites within the limit of each row.
    pub times: Vec<u32>,
    pub people: f64,
    pub covered: f64,
}

/// Assign every row to its nearest chosen site within `limit_m`.
pub(super) fn evaluate(reach: &Reach, weight: &[f64], limit_m: f64, sites: &[u32], fixed: &[u32]) -> Evaluation {
    let mut sites = sites.to_vec();
    sites.sort_unstable();
    let mut place = vec![None; reach.shape().1];
    sites.iter().enumerate().for_each(|(at, &site)| place[site as usize] = Some(at));
    let chosen = |&site: &u32| Chosen { site, fixed: fixed.contains(&site), people: 0.0, only_here: 0.0 };
    let mut found = Evaluation {
        sites: sites.iter().map(chosen).collect(),
        assignment: vec![],
        walk_m: vec![],
        times: vec![],
        people: weight.iter().sum(),
        covered: 0.0,
    };
    for (row, &weight) in weight.iter().enumerate() {
        let mut nearest: Option<(usize, f64)> = None;
        let mut times = 0;
        for (site, walk_m) in reach.row(row).filter(|&(_, walk_m)| walk_m <= limit_m) {
            let Some(at) = place[site as usize] else { continue };
            times += 1;
            if nearest.is_none_or(|(_, best_m)| walk_m < best_m) {
                nearest = Some((at, walk_m));
            }
        }
        if let Some((at, _)) = nearest {
            found.covered += weight;
            found.sites[at].people += weight;
            if times == 1 {
                found.sites[at].only_here += weight;
            }
        }
        found.assignment.push(nearest.map(|(at, _)| sites[at]));
        found.walk_m.push(nearest.map(|(_, walk_m)| walk_m));
        found.times.push(times);
    }
    found
}

/// The plan, if its numbers hold.
pub(super) struct Claim {
    pub model: &'static str,
    pub maximise: bool,
    /// What the search says the choice is worth, and what no choice can beat.
    pub objective: f64,
    pub bound: f64,
    pub stop: Stop,
    pub seconds: f64,
    pub seed: u64,
}

/// Join a claim with what the definition says of its choice.
///
/// `objective` is the objective by definition; it must agree with the claim,
/// and the bound must not contradict it.
pub(super) fn confirm(claim: &Claim, objective: f64, found: Evaluation) -> Result<SitingPlan> {
    let noise = 1e-7 * objective.abs().max(1.0);
    let beyond = if claim.maximise { objective - claim.bound } else { claim.bound - objective };
    if (objective - claim.objective).abs() > noise || beyond > noise {
        return Err(Error::Parameter {
            parameter: claim.model,
            value: format!("objective {} and bound {}", claim.objective, claim.bound),
            rule: format!("the sites found are worth {objective}; this is a mistake in linli, please report it"),
        });
    }
    let agree = claim.stop == Stop::Proven && beyond.abs() <= noise || beyond > -1e-9 * objective.abs();
    let bound = if agree { objective } else { claim.bound };
    let gap = if bound == objective { 0.0 } else { (objective - bound).abs() / objective.abs().max(f64::MIN_POSITIVE) };
    Ok(SitingPlan {
        model: claim.model,
        sites: found.sites,
        objective,
        bound,
        gap,
        proven: bound == objective,
        stop: if bound == objective { Stop::Proven } else { claim.stop },
        seconds: claim.seconds,
        seed: claim.seed,
        people: found.people,
        covered: found.covered,
        assignment: found.assignment,
    })
}
