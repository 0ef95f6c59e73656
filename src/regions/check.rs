//! The plan, looked at again from the units.
//!
//! This file shares nothing with the search: it applies the definitions to the
//! labels, so a mistake in an incremental update shows here and is not handed on.

use crate::error::{Error, Result};

use super::{
    contiguity::Contiguity,
    plan::{Exception, Leaving, Objective, Terms},
};

/// What a plan is worth by definition.
pub(super) struct Found {
    pub value: f64,
    pub deviation: f64,
    pub centres: Option<Vec<u32>>,
    pub exceptions: Option<Vec<Exception>>,
    pub exceptions_cost: f64,
}

/// Evaluate a plan; an error where it breaks a rule.
pub(super) fn evaluate(
    contiguity: &Contiguity,
    weights: &[Vec<f64>],
    k: usize,
    terms: &Terms,
    labels: &[u32],
) -> Result<Found> {
    let broken = |what: String| Error::parameter("labels", &what, "this is a mistake in linli, please report it");
    if labels.len() != contiguity.len() || labels.iter().any(|&part| part as usize >= k) {
        return Err(broken("a unit without a part".into()));
    }
    let pieces = pieces(contiguity, labels, k);
    if let Some(part) = pieces.iter().position(|&pieces| pieces != 1) {
        return Err(broken(format!("part {part} in {} pieces", pieces[part])));
    }
    let mut deviation: f64 = 0.0;
    for (measure, weight) in weights.iter().enumerate() {
        let tolerance = terms.tolerance.get(measure).or(terms.tolerance.last()).copied().unwrap_or(f64::INFINITY);
        let off = largest_deviation(weight, labels, k);
        if off > tolerance + 1e-7 {
            return Err(broken(format!("a deviation of {off} in measure {measure}")));
        }
        deviation = deviation.max(off);
    }
    for least in &terms.at_least {
        let held = |part: u32| -> f64 {
            labels.iter().zip(&least.amount).filter(|(label, _)| **label == part).map(|(_, amount)| amount).sum()
        };
        if let Some(part) = (0..k as u32).find(|&part| held(part) < least.least * (1.0 - 1e-7)) {
            return Err(broken(format!("part {part} with {} {}", held(part), least.what)));
        }
    }
    let mut exceptions = None;
    let mut exceptions_cost = 0.0;
    if let (Some(town), Some(leaving)) = (&terms.within, &terms.leaving) {
        let Some(found) = leave(town, leaving, labels, k) else {
            return Err(broken("a unit in another town that may not be".into()));
        };
        exceptions_cost = found.iter().filter_map(|one| leaving.price[one.unit as usize]).sum();
        exceptions = Some(found);
    } else if let Some(town) = &terms.within {
        let mut town_of = vec![None; k];
        for (&part, &town) in labels.iter().zip(town) {
            if *town_of[part as usize].get_or_insert(town) != town {
                return Err(broken(format!("part {part} in two towns")));
            }
        }
    }
    let part = |unit: u32| labels[unit as usize];
    if let Some(today) = &terms.today
        && let Some(unit) = terms.locked.iter().find(|&&unit| part(unit) != today[unit as usize])
    {
        return Err(broken(format!("locked unit {unit} in another part")));
    }
    let parted = terms.together.iter().find(|[a, b]| part(*a) != part(*b));
    if let Some(pair) = parted.or(terms.apart.iter().find(|[a, b]| part(*a) == part(*b))) {
        return Err(broken(format!("the wish for units {pair:?} not granted")));
    }
    let (value, centres) = value(contiguity, weights, k, terms, labels);
    Ok(Found { value: value + exceptions_cost, deviation, centres, exceptions, exceptions_cost })
}

/// Units in parts of another town, each part in the town that costs least, the
/// lowest of equals; `None` where a unit is among them that may not be.
fn leave(town: &[u32], leaving: &Leaving, labels: &[u32], k: usize) -> Option<Vec<Exception>> {
    let mut all = vec![];
    for part in 0..k as u32 {
        let units: Vec<u32> = (0..labels.len() as u32).filter(|&unit| labels[unit as usize] == part).collect();
        let mut towns: Vec<u32> = units.iter().map(|&unit| town[unit as usize]).collect();
        towns.sort_unstable();
        towns.dedup();
        let cost = |home: u32| -> Option<f64> {
            let away = units.iter().filter(|&&unit| town[unit as usize] != home);
            away.map(|&unit| leaving.price[unit as usize]).sum()
        };
        let costs = towns.iter().filter_map(|&home| Some((cost(home)?, home)));
        let (_, part_town) = costs.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
        let away = units.iter().filter(|&&unit| town[unit as usize] != part_town);
        all.extend(away.map(|&unit| Exception { unit, town: town[unit as usize], part, part_town }));
    }
    all.sort_unstable_by_key(|one| one.unit);
    Some(all)
}

/// The largest deviation of a part from an equal share, as a share of it.
pub(super) fn largest_deviation(weight: &[f64], labels: &[u32], k: usize) -> f64 {
    let ideal = weight.iter().sum::<f64>() / k as f64;
    let mut held = vec![0.0; k];
    labels.iter().zip(weight).for_each(|(&part, weight)| held[part as usize] += weight);
    held.iter().map(|held| (held / ideal - 1.0).abs()).fold(0.0, f64::max)
}

/// Connected pieces of each part.
pub(super) fn pieces(contiguity: &Contiguity, labels: &[u32], k: usize) -> Vec<usize> {
    let mut pieces = vec![0; k];
    let mut seen = vec![false; labels.len()];
    for first in 0..labels.len() {
        if seen[first] {
            continue;
        }
        pieces[labels[first] as usize] += 1;
        let mut open = vec![first as u32];
        seen[first] = true;
        while let Some(unit) = open.pop() {
            for &near in contiguity.neighbours(unit) {
                if !seen[near as usize] && labels[near as usize] == labels[first] {
                    seen[near as usize] = true;
                    open.push(near);
                }
            }
        }
    }
    pieces
}

fn value(
    contiguity: &Contiguity,
    weights: &[Vec<f64>],
    k: usize,
    terms: &Terms,
    labels: &[u32],
) -> (f64, Option<Vec<u32>>) {
    let separated = || {
        let pairs = contiguity.edges().iter().enumerate();
        pairs.filter(|(_, [a, b])| labels[*a as usize] != labels[*b as usize]).map(|(edge, _)| edge)
    };
    match terms.objective {
        Objective::CutEdges => (separated().count() as f64, None),
        Objective::Border => {
            (contiguity.border_m().map_or(0.0, |border_m| separated().map(|edge| border_m[edge]).sum()), None)
        }
        Objective::Inertia => {
            let xy = contiguity.positions().unwrap_or_default();
            (inertia_by_part(xy, &weights[0], labels, k).iter().sum(), None)
        }
        Objective::Moved => {
            let today = terms.today.as_deref().unwrap_or(labels);
            let moves = labels.iter().zip(today).zip(&weights[0]).filter(|((new, old), _)| new != old);
            (moves.map(|(_, people)| people).sum(), None)
        }
        Objective::Walk => {
            let Some(walk) = &terms.walk else { return (0.0, None) };
            let mut total = vec![0.0; k * walk.sites];
            for (unit, &part) in labels.iter().enumerate() {
                for site in 0..walk.sites {
                    total[part as usize * walk.sites + site] +=
                        weights[0][unit] * walk.metres[unit * walk.sites + site];
                }
            }
            let sums = total.chunks(walk.sites.max(1));
            let best = sums.map(|sums| {
                let least = (0..sums.len()).min_by(|&a, &b| sums[a].total_cmp(&sums[b])).unwrap_or(0);
                (least as u32, sums[least])
            });
            let (centres, sums): (Vec<u32>, Vec<f64>) = best.unzip();
            (sums.iter().sum(), Some(centres))
        }
    }
}

/// Weight × squared metres from the centre of mass, of each part.
pub(super) fn inertia_by_part(xy: &[[f64; 2]], weight: &[f64], labels: &[u32], k: usize) -> Vec<f64> {
    let mut mass = vec![[0.0; 3]; k];
    for ((&part, &[x, y]), &weight) in labels.iter().zip(xy).zip(weight) {
        let [all, first, second] = &mut mass[part as usize];
        *all += weight;
        *first += weight * x;
        *second += weight * y;
    }
    let mut inertia = vec![0.0; k];
    for ((&part, &[x, y]), &weight) in labels.iter().zip(xy).zip(weight) {
        let [all, first, second] = mass[part as usize];
        if all > 0.0 {
            let (dx, dy) = (x - first / all, y - second / all);
            inertia[part as usize] += weight * (dx * dx + dy * dy);
        }
    }
    inertia
}
