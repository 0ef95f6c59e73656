//! The answer, evaluated again from the reach.
//!
//! This file shares nothing with the search: it reads the reach row by row and
//! applies the definitions, so a mistake in a reduction, a bound or an
//! incremental update shows here and is not handed on.

use crate::{
    error::{Error, Result},
    reach::Reach,
};

use super::{
    clock::Clock,
    plan::{Chosen, Share, SitingPlan, Stop},
    rules::Rules,
    terms::Terms,
};

/// Capacities and money hold up to this share of rounding.
const ROUNDING: f64 = 4e-9;

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
    pub shares: Vec<Share>,
    pub closed: Vec<u32>,
    pub spent: Option<f64>,
}

/// Assign every row to its nearest chosen site within `limit_m`.
pub(super) fn evaluate(reach: &Reach, weight: &[f64], limit_m: f64, sites: &[u32], fixed: &[u32]) -> Evaluation {
    let mut sites = sites.to_vec();
    sites.sort_unstable();
    let mut place = vec![None; reach.shape().1];
    sites.iter().enumerate().for_each(|(at, &site)| place[site as usize] = Some(at));
    let chosen = |&site: &u32| Chosen {
        site,
        fixed: fixed.contains(&site),
        existing: false,
        people: 0.0,
        only_here: 0.0,
        load: None,
    };
    let mut found = Evaluation {
        sites: sites.iter().map(chosen).collect(),
        assignment: vec![],
        walk_m: vec![],
        times: vec![],
        people: weight.iter().sum(),
        covered: 0.0,
        shares: vec![],
        closed: vec![],
        spent: None,
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

/// The same by shares instead of the nearest site, and what the rules say of it.
///
/// A mistake in the search that breaks a capacity, the budget or the
/// separation is an error here.
pub(super) fn evaluate_ruled(
    reach: &Reach,
    weight: &[f64],
    limit_m: f64,
    sites: &[u32],
    fixed: &[u32],
    shares: Vec<Share>,
    rules: &Rules<'_>,
) -> Result<Evaluation> {
    let mut found = evaluate(reach, weight, limit_m, sites, fixed);
    let broken = |what: String| Err(mistake("rules", what, "a choice of sites must keep them"));
    let is_open = |site: u32| sites.contains(&site);
    for chosen in &mut found.sites {
        chosen.existing = !chosen.fixed && rules.open_already[chosen.site as usize];
    }
    if let Some(budget) = rules.budget {
        found.closed = budget.existing.iter().copied().filter(|&site| !is_open(site)).collect();
        found.closed.sort_unstable();
        found.spent = rules.spent(is_open);
        if let Some(spent) = found.spent.filter(|spent| *spent > budget.total + ROUNDING * budget.total) {
            return broken(format!("{spent} spent of {}", budget.total));
        }
    }
    let new = |site: u32| is_open(site) && !rules.open_already[site as usize];
    let near = rules.separation.and_then(|apart| apart.near().iter().find(|&&(a, b, _)| new(a) && new(b)));
    if let Some((a, b, metres)) = near {
        return broken(format!("sites {a} and {b} are {metres} m apart"));
    }
    let Some(capacity) = rules.capacity else { return Ok(found) };
    found.covered = 0.0;
    for chosen in &mut found.sites {
        (chosen.people, chosen.load) = (0.0, Some(0.0));
    }
    found.assignment.fill(None);
    found.walk_m.fill(None);
    let mut at = 0;
    for (row, &people) in weight.iter().enumerate() {
        let (mut served, mut walked, mut most) = (0.0, 0.0, 0.0);
        while let Some(&Share { site, share, .. }) = shares.get(at).filter(|share| share.row as usize == row) {
            at += 1;
            let walk_m = reach.row(row).find(|&(to, walk_m)| to == site && walk_m <= limit_m);
            let place = found.sites.binary_search_by_key(&site, |chosen| chosen.site);
            let (Some((_, walk_m)), Ok(place)) = (walk_m, place) else {
                return broken(format!("row {row} is at site {site}, out of reach or closed"));
            };
            if !(share > 0.0 && share <= 1.0 + ROUNDING) || !capacity.split && share != 1.0 {
                return broken(format!("a share of {share} of row {row}"));
            }
            let chosen = &mut found.sites[place];
            chosen.people += share * people;
            chosen.load = chosen.load.map(|load| load + share * rules.load[row]);
            found.covered += share * people;
            served += share;
            walked += share * walk_m;
            if share > most {
                (most, found.assignment[row]) = (share, Some(site));
            }
        }
        if served > 1.0 + ROUNDING || !capacity.split && served > 1.0 {
            return broken(format!("row {row} is served {served} times"));
        }
        found.walk_m[row] = (served >= 1.0 - ROUNDING).then_some(walked);
    }
    if at < shares.len() {
        return broken(format!("share {at} is of a row that is not in its place"));
    }
    for chosen in &found.sites {
        let (load, most) = (chosen.load.unwrap_or(0.0), capacity.of_site[chosen.site as usize]);
        if load > most + ROUNDING * most {
            return broken(format!("site {} serves {load} of {most}", chosen.site));
        }
    }
    found.shares = shares;
    Ok(found)
}

/// The plan, if its numbers hold.
pub(super) struct Claim {
    model: &'static str,
    maximise: bool,
    objective: f64,
    bound: f64,
    stop: Stop,
    seconds: f64,
    seed: u64,
}

impl Claim {
    /// What the search says its choice is worth, what no choice can beat, and why it ended.
    pub(super) fn new(
        model: &'static str,
        objective: f64,
        bound: f64,
        stop: Stop,
        terms: &Terms,
        clock: &Clock<'_>,
    ) -> Self {
        let maximise = matches!(model, "mclp" | "mclp_services" | "gradual");
        Self { model, maximise, objective, bound, stop, seconds: clock.seconds(), seed: terms.seed }
    }
}

fn mistake(parameter: &'static str, value: String, what: &str) -> Error {
    Error::Parameter { parameter, value, rule: format!("{what}; this is a mistake in linli, please report it") }
}

/// Join a claim with what the definition says of its choice.
///
/// `objective` is the objective by definition; it must agree with the claim,
/// and the bound must not contradict it.
pub(super) fn confirm(claim: &Claim, objective: f64, found: Evaluation) -> Result<SitingPlan> {
    let noise = 1e-7 * objective.abs().max(1.0);
    let beyond = if claim.maximise { objective - claim.bound } else { claim.bound - objective };
    if (objective - claim.objective).abs() > noise || beyond > noise {
        let said = format!("objective {} and bound {}", claim.objective, claim.bound);
        return Err(mistake(claim.model, said, &format!("the sites found are worth {objective}")));
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
        shares: found.shares,
        closed: found.closed,
        spent: found.spent,
    })
}
