//! Units in parts: what whole ones cannot beat, and where most of each would go.

use super::{
    clock::Clock,
    flow::Transport,
    model::{Model, Side, What},
    simplex::{Relaxed, Simplex},
};
use crate::error::Result;

/// Limits up to which the basis of a [`Simplex`] is small; beyond, chains on the graph of sites are faster.
const MOST_LIMITS: usize = 250;
/// A part of a unit that is nobody but rounding.
const CRUMB: f64 = 1e-9;

/// One of the two ways to find parts.
pub(super) enum Relaxation<'a> {
    /// Any limits.
    Basis(Box<Simplex<'a>>),
    /// Capacities only.
    Chains(&'a Model),
}

impl<'a> Relaxation<'a> {
    pub(super) fn new(model: &'a Model) -> Self {
        if Self::is_large(model) { Self::Chains(model) } else { Self::Basis(Box::new(Simplex::new(model))) }
    }

    /// Whether there are so many capacities, and nothing else, that chains are faster.
    pub(super) fn is_large(model: &Model) -> bool {
        let plain = |side: &Side| matches!(side.what, What::Load(0, _)) && side.least.is_infinite();
        model.sides.len() > MOST_LIMITS && model.sides.iter().all(plain)
    }

    /// The cheapest parts over the allowed ways; `None` where it is certain that there are none.
    pub(super) fn solve(&mut self, allowed: &[bool], clock: &Clock<'_>) -> Result<Option<Relaxed>> {
        match self {
            Self::Basis(simplex) => simplex.solve(allowed, clock),
            Self::Chains(model) => chains(model, allowed, clock),
        }
    }
}

fn chains(model: &Model, allowed: &[bool], clock: &Clock<'_>) -> Result<Option<Relaxed>> {
    let dearest = (0..model.units()).flat_map(|unit| model.ways(unit).map(move |way| (unit, way)));
    let dearest = dearest.map(|(unit, way)| model.cost[way] / model.size[unit]).fold(1.0, f64::max);
    let nowhere = dearest * 2.0 * f64::from(model.sites + 1);
    let (mut arcs, mut outside) = (vec![], vec![]);
    for unit in 0..model.units() {
        let ways = model.ways(unit).filter(|&way| allowed[way]);
        let per_head = |way: usize| (model.site[way], model.cost[way] / model.size[unit]);
        let mut own: Vec<(u32, f64)> = ways.map(per_head).collect();
        let leave = own.pop_if(|(site, _)| *site == model.sites);
        arcs.push(own);
        // Who must not stay outside does so only where there is no way at all.
        outside.push(leave.map_or(nowhere, |(_, cost)| cost));
    }
    let mut capacity = vec![f64::INFINITY; model.sites as usize];
    for side in &model.sides {
        if let What::Load(_, site) = side.what {
            capacity[site as usize] = side.most;
        }
    }
    let task = Transport { size: &model.size, arcs: &arcs, capacity: &capacity, outside_m: &outside };
    let flow = task.solve(clock.control())?;
    let mut shares = vec![];
    for (unit, at) in flow.at.into_iter().enumerate() {
        let size = model.size[unit];
        let mut own: Vec<(u32, f64)> = vec![];
        for (site, people) in at.into_iter().filter(|(_, people)| *people > size * CRUMB) {
            match model.way_to(unit, site).filter(|&way| allowed[way]) {
                Some(way) => own.push((way as u32, people / size)),
                None => return Ok(None),
            }
        }
        own.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        shares.push(own);
    }
    let price_of = |side: &Side| match side.what {
        What::Load(_, site) => -flow.price[site as usize],
        What::Moved | What::Outside => 0.0,
    };
    let price: Vec<f64> = model.sides.iter().map(|side| side.fair(price_of(side))).collect();
    let bound = model.bound(&price, allowed);
    Ok(Some(Relaxed { shares, price, bound, broken: vec![0.0; model.sides.len()] }))
}
