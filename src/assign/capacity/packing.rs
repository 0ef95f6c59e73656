//! A bound for whole units above that for parts: units are priced, sites pack what earns most.
//!
//! The rule that a unit goes to one site is priced; each site then packs whole
//! units into its room, and what it earns is taken off (Lagrangian relaxation
//! with knapsacks, as strong as column generation; Fisher, Jaikumar and Van
//! Wassenhove 1986). Limits besides one for each site keep the prices that parts gave them.

use super::{
    clock::Clock,
    model::{Model, What},
};
use crate::{error::Result, site::Knapsack};

/// Rounds at most, and ways looked at in all of them.
const ROUNDS: usize = 400;
const LOOKS: usize = 20_000_000;
/// Rounds without a better bound before steps are halved.
const STALL: usize = 12;
/// Steps of one knapsack before its fractional bound must do.
const STEPS: usize = 20_000;

/// What the prices prove.
pub(super) struct Packed {
    /// No assignment of whole units costs less.
    pub(super) bound: f64,
    /// Least cost of an assignment that uses each way.
    pub(super) with: Vec<f64>,
}

struct Packing<'a> {
    model: &'a Model,
    /// Room of each site, where it packs.
    room: Vec<Option<f64>>,
    /// Cost of each way at the prices of the other limits, and the room it takes.
    cost: Vec<f64>,
    load: Vec<f64>,
    /// What the other limits are worth.
    rents: f64,
    /// Allowed ways to each site: way and unit.
    to: Vec<Vec<(u32, u32)>>,
    earned: Vec<f64>,
    knapsack: Knapsack,
}

/// Raise the bound from prices of the limits, and say what each way costs at least.
///
/// `aim` is the cost of the best assignment known. `None` where no site has a limit to pack into.
pub(super) fn pack(
    model: &Model,
    allowed: &[bool],
    price: &[f64],
    aim: f64,
    clock: &Clock<'_>,
) -> Result<Option<Packed>> {
    let Some(mut packing) = Packing::new(model, allowed, price) else { return Ok(None) };
    let units = model.units();
    let mut worth: Vec<f64> = (0..units)
        .map(|unit| {
            let ways = model.ways(unit).filter(|&way| allowed[way]);
            let parts_price = |way: usize| model.paid(way, &packing.fair(price));
            ways.map(parts_price).fold(f64::INFINITY, f64::min)
        })
        .collect();
    let rounds = (LOOKS / model.site.len().max(1)).clamp(10, ROUNDS);
    let (mut best, mut best_worth) = (f64::NEG_INFINITY, worth.clone());
    let (mut step, mut since) = (1.0, 0);
    let mut times = vec![0.0; units];
    let mut way = vec![0.0; units];
    for _ in 0..rounds {
        clock.step()?;
        if clock.is_late() && best.is_finite() {
            break;
        }
        let bound = packing.bound(&worth, &mut times);
        if bound > best {
            since = if bound - best < 1e-5 * (aim - bound).abs() { since + 1 } else { 0 };
            best = bound;
            best_worth.copy_from_slice(&worth);
        } else {
            since += 1;
        }
        if best >= aim {
            break;
        }
        if since >= STALL {
            step *= 0.6;
            since = 0;
            worth.copy_from_slice(&best_worth);
            way.fill(0.0);
            if step < 1e-3 {
                break;
            }
            continue;
        }
        let mut length = 0.0;
        for (way, times) in way.iter_mut().zip(&times) {
            *way = (1.0 - times) + 0.7 * *way;
            length += *way * *way;
        }
        if length == 0.0 {
            break;
        }
        let far = if aim.is_finite() { aim } else { bound + 0.02 * bound.abs() };
        let stride = step * (far - bound).max(1e-7 * bound.abs()) / length;
        worth.iter_mut().zip(&way).for_each(|(worth, way)| *worth += stride * way);
    }
    let bound = packing.bound(&best_worth, &mut times);
    let with = packing.with(&best_worth, bound);
    Ok(Some(Packed { bound, with }))
}

impl<'a> Packing<'a> {
    fn new(model: &'a Model, allowed: &[bool], price: &[f64]) -> Option<Self> {
        let sites = model.sites as usize;
        let mut side_of: Vec<Option<usize>> = vec![None; sites];
        for (side, of) in model.sides.iter().enumerate() {
            if let What::Load(_, site) = of.what
                && of.most.is_finite()
            {
                side_of[site as usize].get_or_insert(side);
            }
        }
        if side_of.iter().all(Option::is_none) {
            return None;
        }
        let packed: Vec<bool> = (0..model.sides.len()).map(|side| side_of.contains(&Some(side))).collect();
        // Of a limit that is packed only the least is left to price.
        let left: Vec<f64> = model
            .sides
            .iter()
            .enumerate()
            .map(|(side, of)| if packed[side] { of.fair(price[side]).max(0.0) } else { of.fair(price[side]) })
            .collect();
        let rents = model.sides.iter().zip(&left).map(|(side, &price)| side.rent(price)).sum();
        let mut to = vec![vec![]; sites + 1];
        let mut load = vec![0.0; model.site.len()];
        for unit in 0..model.units() {
            for way in model.ways(unit) {
                let site = model.site[way] as usize;
                if let Some(side) = side_of.get(site).copied().flatten() {
                    let own = model.entries(way).iter().find(|(known, _)| *known as usize == side);
                    load[way] = own.map_or(0.0, |(_, amount)| *amount);
                }
                if allowed[way] {
                    to[site].push((way as u32, unit as u32));
                }
            }
        }
        // Sums of whole loads are rounded.
        let room = |side: Option<usize>| side.map(|side| model.sides[side].most * (1.0 + 1e-12) + 1e-9);
        Some(Self {
            room: side_of.into_iter().map(room).chain([None]).collect(),
            cost: (0..model.site.len()).map(|way| model.paid(way, &left)).collect(),
            earned: vec![0.0; sites + 1],
            knapsack: Knapsack::default(),
            model,
            load,
            rents,
            to,
        })
    }

    fn fair(&self, price: &[f64]) -> Vec<f64> {
        price.iter().zip(&self.model.sides).map(|(&price, side)| side.fair(price)).collect()
    }

    /// The bound at these prices of units, and how often each unit is packed.
    fn bound(&mut self, worth: &[f64], times: &mut [f64]) -> f64 {
        times.fill(0.0);
        let mut bound = self.rents + worth.iter().sum::<f64>();
        for site in 0..self.to.len() {
            self.earned[site] = self.earn(site, worth, times);
            bound -= self.earned[site];
        }
        bound
    }

    fn earn(&mut self, site: usize, worth: &[f64], times: &mut [f64]) -> f64 {
        let profits =
            self.to[site].iter().map(|&(way, unit)| (way, unit, worth[unit as usize] - self.cost[way as usize]));
        let Some(room) = self.room[site] else {
            let mut earned = 0.0;
            for (_, unit, profit) in profits.filter(|of| of.2 > 0.0) {
                earned += profit;
                times[unit as usize] += 1.0;
            }
            return earned;
        };
        self.knapsack.clear();
        for (way, unit, profit) in profits.filter(|of| of.2 > 0.0) {
            if self.load[way as usize] <= room {
                self.knapsack.push(unit, profit, self.load[way as usize]);
            }
        }
        self.knapsack.sort();
        let earned = self.knapsack.whole(room, STEPS);
        self.knapsack.taken.iter().for_each(|&(unit, _)| times[unit as usize] += 1.0);
        earned
    }

    /// What using each way costs at least: the rest of its site earns no more than its fractional knapsack.
    fn with(&mut self, worth: &[f64], bound: f64) -> Vec<f64> {
        let mut with = vec![f64::INFINITY; self.cost.len()];
        let mut nothing = vec![0.0; worth.len()];
        for site in 0..self.to.len() {
            // The items of this site again, sorted.
            self.earn(site, worth, &mut nothing);
            for &(way, unit) in &self.to[site] {
                let way = way as usize;
                let profit = worth[unit as usize] - self.cost[way];
                let lost = match self.room[site] {
                    Some(room) => self.earned[site] - profit - self.knapsack.at_most(room - self.load[way]),
                    None => -profit,
                };
                with[way] = bound + lost.max(0.0);
            }
        }
        with
    }
}
