//! What walking to centres, or being scattered around them, costs at least.
//!
//! Give each unit a price, as for borders ([`prices`](super::prices)); here the cheapest
//! part is sought for every place where its centre may be, connected or not,
//! with one unit in it by a share at most: a fractional knapsack between both
//! ends of the band. Summed over units and parts this is the Lagrangian bound of
//! the model of Hess et al. (1965). For moments of inertia the centre is anywhere
//! on the plane: boxes around it are halved until the least is known well.

use std::{cmp::Reverse, collections::BinaryHeap};

use rayon::prelude::*;

use crate::threads;

use crate::regions::measure::Band;

/// What a unit costs in a part with its centre at a place.
pub(super) enum Ground {
    /// Person-metres to each site, unit by unit.
    Sites { cost: Vec<f64>, sites: usize },
    /// Mass × squared metres to any point.
    Plane { xy: Vec<[f64; 2]>, mass: Vec<f64> },
}

/// Where a centre is: at a site, or somewhere in a box.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Site(usize),
    Box { low: [f64; 2], high: [f64; 2] },
}

/// Units of a field, to be divided around centres.
pub(super) struct Centres {
    pub weight: Vec<i64>,
    pub ground: Ground,
    pub band: Band,
}

/// Rounds of better prices.
const ROUNDS: usize = 120;
/// Places that prices are made better for, on the plane.
const PLACES: usize = 240;
/// Boxes looked at on the plane, at most.
const BOXES: usize = 4_000;
/// How nearly the least box is looked for, as a share of what a part costs.
const NEARLY: f64 = 1e-3;

impl Centres {
    /// What all units cost at least, each at the cheapest place there is.
    pub(super) fn least_of_any(&self) -> f64 {
        let places = self.places(PLACES);
        let all: f64 = (0..self.weight.len()).map(|unit| self.cheapest_place(unit, &places)).sum();
        all * (1.0 - 1e-10)
    }

    /// The least cost of each number of parts up to `most`, prices made for `parts`;
    /// about `work` units are looked at, and no more from when it is stopped.
    pub(super) fn least(&self, parts: usize, most: usize, work: u64, stop: &(dyn Fn() -> bool + Sync)) -> Vec<f64> {
        let n = self.weight.len();
        let depth = u64::from(usize::BITS - n.leading_zeros());
        let places = self.places((work / 8 / (n as u64 * depth)).clamp(8, PLACES as u64) as usize);
        let round = (n * places.len()) as u64 * depth;
        let rounds = ROUNDS.min((work / 2 / round.max(1)) as usize);
        let mut price: Vec<f64> = (0..n).map(|unit| self.cheapest_place(unit, &places)).collect();
        let floor: f64 = price.iter().sum();
        let mut best = vec![f64::NEG_INFINITY; most + 1];
        let boxes = BOXES.min((work / 16 / (n as u64 * depth).max(1)) as usize);
        let note = |best: &mut Vec<f64>, price: &[f64]| {
            let Some(part) = self.cheapest_part(price, &places, boxes, stop) else { return };
            let sum: f64 = price.iter().sum();
            let size: f64 = price.iter().map(|price| price.abs()).sum();
            for (count, best) in best.iter_mut().enumerate() {
                // Sums of doubles are off by far less than this.
                let slack = 1e-10 * (size + count as f64 * part.abs());
                *best = best.max(sum + count as f64 * part - slack);
            }
        };
        note(&mut best, &price);
        let mut around: Vec<Fill> = vec![];
        let mut first = 0.0;
        for turn in 0..rounds {
            let Some(filled) = self.fill_all(&price, &places, stop) else { break };
            around = filled;
            let least = around.iter().map(|fill| fill.value).fold(f64::INFINITY, f64::min);
            if turn == 0 {
                // What a part might cost more than its units at their cheapest places.
                first = (least.abs() + floor / parts as f64).max(f64::MIN_POSITIVE);
            }
            let heat = first * 0.2 * (0.002_f64).powf(turn as f64 / rounds as f64);
            let draw: Vec<f64> = around.iter().map(|fill| (-(fill.value - least) / heat).exp()).collect();
            let all: f64 = draw.iter().sum();
            let mut times = vec![0.0; n];
            for (fill, draw) in around.iter().zip(&draw).filter(|(_, draw)| **draw > 1e-9) {
                fill.taken.iter().for_each(|&(unit, share)| times[unit as usize] += share * draw / all);
            }
            // Dearer where a plan has the unit less often than once.
            let each = heat * parts as f64 / n as f64;
            for (price, times) in price.iter_mut().zip(&times) {
                *price -= each * (times * parts as f64).max(1e-9).ln().clamp(-3.0, 3.0);
            }
            if 2 * turn == rounds || 4 * turn == 3 * rounds || turn + 1 == rounds {
                note(&mut best, &price);
            }
        }
        drop(around);
        best.into_iter().map(|bound| bound.max(0.0)).collect()
    }

    /// Every site, or at most so many points of the plane where people are.
    fn places(&self, most: usize) -> Vec<Place> {
        match &self.ground {
            Ground::Sites { sites, .. } => (0..*sites).map(Place::Site).collect(),
            Ground::Plane { xy, .. } => {
                let step = xy.len().div_ceil(most);
                xy.iter().step_by(step).map(|&point| Place::Box { low: point, high: point }).collect()
            }
        }
    }

    fn cheapest_place(&self, unit: usize, places: &[Place]) -> f64 {
        match &self.ground {
            Ground::Sites { .. } => places.iter().map(|&place| self.cost(unit, place)).fold(f64::INFINITY, f64::min),
            Ground::Plane { .. } => 0.0,
        }
    }

    /// The least that a unit costs with its centre at a place.
    #[inline]
    fn cost(&self, unit: usize, place: Place) -> f64 {
        match (&self.ground, place) {
            (Ground::Sites { cost, sites }, Place::Site(site)) => cost[unit * sites + site],
            (Ground::Plane { xy, mass }, Place::Box { low, high }) => {
                let off = |axis: usize| (low[axis] - xy[unit][axis]).max(xy[unit][axis] - high[axis]).max(0.0);
                mass[unit] * (off(0) * off(0) + off(1) * off(1))
            }
            _ => 0.0,
        }
    }

    /// The cheapest part around each place; `None` where it was stopped on the way.
    fn fill_all(&self, price: &[f64], places: &[Place], stop: &(dyn Fn() -> bool + Sync)) -> Option<Vec<Fill>> {
        let fill = |&place: &Place| (!stop()).then(|| self.fill(price, place));
        threads::install(|| places.par_iter().map(fill).collect())
    }

    /// The cheapest part around a place, the last unit of it by a share.
    fn fill(&self, price: &[f64], place: Place) -> Fill {
        let mut fill = Fill { value: 0.0, taken: vec![] };
        let mut offers: Vec<(f64, u32)> = vec![];
        for (unit, (&weight, price)) in self.weight.iter().zip(price).enumerate() {
            let value = self.cost(unit, place) - price;
            if weight > 0 {
                offers.push((value / weight as f64, unit as u32));
            } else if value < 0.0 {
                fill.value += value;
                fill.taken.push((unit as u32, 1.0));
            }
        }
        offers.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut held = 0.0;
        for (rate, unit) in offers {
            let room = if rate < 0.0 { self.band.high } else { self.band.low } as f64 - held;
            if room <= 0.0 {
                break;
            }
            let weight = self.weight[unit as usize] as f64;
            let much = weight.min(room);
            held += much;
            fill.value += rate * much;
            fill.taken.push((unit, much / weight));
        }
        fill
    }

    /// No part costs less than this, prices off, wherever its centre is.
    fn cheapest_part(
        &self,
        price: &[f64],
        places: &[Place],
        boxes: usize,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Option<f64> {
        let values = self.fill_all(price, places, stop)?.into_iter().map(|fill| fill.value);
        let mut known = values.fold(f64::INFINITY, f64::min);
        let Ground::Plane { xy, .. } = &self.ground else { return Some(known) };
        let end =
            |axis: usize, pick: fn(f64, f64) -> f64, from: f64| xy.iter().map(|point| point[axis]).fold(from, pick);
        let low = [end(0, f64::min, f64::INFINITY), end(1, f64::min, f64::INFINITY)];
        let high = [end(0, f64::max, f64::NEG_INFINITY), end(1, f64::max, f64::NEG_INFINITY)];
        let mut open = BinaryHeap::new();
        let all = Place::Box { low, high };
        open.push(Reverse(Ranked { value: self.fill(price, all).value, turn: 0, low, high }));
        let mut turn = 1;
        while let Some(Reverse(Ranked { value, low, high, .. })) = open.pop() {
            let near = NEARLY * (known.abs() + price.iter().sum::<f64>().abs() / price.len() as f64);
            // What is left is not below the least box, however early this ends.
            if value >= known - near || turn > boxes || stop() {
                return Some(value);
            }
            let axis = usize::from(high[1] - low[1] > high[0] - low[0]);
            let middle = f64::midpoint(low[axis], high[axis]);
            let (mut below, mut above) = (high, low);
            (below[axis], above[axis]) = (middle, middle);
            for (low, high) in [(low, below), (above, high)] {
                let centre = [f64::midpoint(low[0], high[0]), f64::midpoint(low[1], high[1])];
                known = known.min(self.fill(price, Place::Box { low: centre, high: centre }).value);
                let value = self.fill(price, Place::Box { low, high }).value;
                open.push(Reverse(Ranked { value, turn, low, high }));
                turn += 1;
            }
        }
        Some(known)
    }
}

/// A part around a place: what it costs with prices taken off, and the share of each unit.
struct Fill {
    value: f64,
    taken: Vec<(u32, f64)>,
}

/// A box, the least first; ties go to the earlier.
struct Ranked {
    value: f64,
    turn: usize,
    low: [f64; 2],
    high: [f64; 2],
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.value.total_cmp(&other.value).then(self.turn.cmp(&other.turn))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == std::cmp::Ordering::Equal
    }
}

impl Eq for Ranked {}
