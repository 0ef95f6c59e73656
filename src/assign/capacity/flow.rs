//! The transportation problem: people to centres with limited capacity, in parts, for the least walk.
//!
//! Everybody starts where walk and price of room are least; then overfull centres
//! hand people on along the cheapest chains of moves (`chains`). Many people are
//! near the prices that a part of them has: every fourth is asked first. The prices
//! that remain bound the cost from below for any way of assigning, whole or split.

use super::chains::Chains;
use crate::{control::Control, error::Result};

/// Units for each centre from which on a part of them is asked for prices first.
const MANY: usize = 12;
/// One in so many is that part.
const PART: usize = 4;

/// Units of demand and centres, with the arcs that are allowed.
pub(super) struct Transport<'a> {
    /// People of each unit; where nobody is, the unit is at its nearest centre and takes no room.
    pub(super) size: &'a [f64],
    /// Centres that a unit may walk to, with metres for each of its people.
    pub(super) arcs: &'a [Vec<(u32, f64)>],
    /// People that each centre has room for.
    pub(super) capacity: &'a [f64],
    /// What it costs to leave out a person of each unit, metres.
    pub(super) outside_m: &'a [f64],
}

/// Who goes where, and what that proves.
pub(super) struct Flow {
    /// People of each unit at each centre; the place after the last centre is outside.
    pub(super) at: Vec<Vec<(u32, f64)>>,
    /// Price of room at each centre, metres a person; outside is last and free.
    pub(super) price: Vec<f64>,
    /// Person-metres that no way of assigning can beat, those outside included.
    pub(super) bound: f64,
}

impl Transport<'_> {
    /// The least walk; people are left outside only where there is no room.
    pub(super) fn solve(&self, control: &Control) -> Result<Flow> {
        let price = self.first_prices(control)?;
        let mut chains = Chains::at(self, &price);
        chains.run(control)?;
        let (at, price) = chains.into_answer();
        let bound = self.bound(&price);
        Ok(Flow { at, price, bound })
    }

    /// Prices to begin with: those of a part of the units, with as much room as is theirs.
    fn first_prices(&self, control: &Control) -> Result<Vec<f64>> {
        let sites = self.capacity.len();
        if self.size.len() < MANY * PART * sites.max(1) {
            return Ok(vec![0.0; sites + 1]);
        }
        let some = |from: usize| (from..self.size.len()).step_by(PART);
        let size: Vec<f64> = some(0).map(|unit| self.size[unit]).collect();
        let arcs: Vec<Vec<(u32, f64)>> = some(0).map(|unit| self.arcs[unit].clone()).collect();
        let all: f64 = self.size.iter().sum();
        let part = if all > 0.0 { size.iter().sum::<f64>() / all } else { 1.0 };
        let capacity: Vec<f64> = self.capacity.iter().map(|room| room * part).collect();
        // A part may lack room here and there where all of them do not: that must not make room dear.
        let longest = arcs.iter().flatten().map(|(_, walk_m)| *walk_m).fold(1.0, f64::max);
        let outside_m: Vec<f64> = some(0).map(|unit| self.outside_m[unit].min(2.0 * longest)).collect();
        let task = Transport { size: &size, arcs: &arcs, capacity: &capacity, outside_m: &outside_m };
        Ok(task.solve(control)?.price)
    }

    /// What prices for room prove: a unit pays walk and price at the best of its centres.
    fn bound(&self, price: &[f64]) -> f64 {
        let units = self.arcs.iter().zip(self.size).zip(self.outside_m);
        let paid = units.map(|((arcs, size), &outside_m)| {
            let cheapest = arcs.iter().map(|&(site, walk_m)| walk_m + price[site as usize]).fold(outside_m, f64::min);
            size * cheapest
        });
        // Room at an infinite capacity has no price.
        let rents = self.capacity.iter().zip(price).map(|(room, price)| if *price > 0.0 { room * price } else { 0.0 });
        paid.sum::<f64>() - rents.sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Optimal because the prices prove it: cost and bound meet.
        #[test]
        fn cost_meets_its_bound(
            (arcs, size, capacity) in (1_usize..14, 1_usize..6).prop_flat_map(|(units, sites)| (
                prop::collection::vec(prop::collection::vec(0_u32..40, sites), units),
                prop::collection::vec(1_u32..30, units),
                prop::collection::vec(0_u32..90, sites),
            )),
            price in prop::collection::vec(0_u32..60, 6),
        ) {
            let arcs: Vec<Vec<(u32, f64)>> = arcs.iter().map(|row| {
                row.iter().enumerate().filter(|(_, walk)| **walk < 30).map(|(site, walk)| (site as u32, f64::from(*walk) * 10.0)).collect()
            }).collect();
            let size: Vec<f64> = size.into_iter().map(f64::from).collect();
            let capacity: Vec<f64> = capacity.into_iter().map(f64::from).collect();
            let outside_m = 10_000.0;
            let outside = vec![outside_m; size.len()];
            let task = Transport { size: &size, arcs: &arcs, capacity: &capacity, outside_m: &outside };
            // From any prices, the same.
            let price: Vec<f64> = price[..capacity.len()].iter().map(|price| f64::from(*price) * 7.0).chain([0.0]).collect();
            let mut chains = Chains::at(&task, &price);
            chains.run(&Control::new()).unwrap();
            let (at, price) = chains.into_answer();
            let bound = task.bound(&price);
            let flow = Flow { at, price, bound };
            let cold = task.solve(&Control::new()).unwrap();
            prop_assert!((cold.bound - flow.bound).abs() <= 1e-9 * flow.bound.max(1.0));
            let mut load = vec![0.0; capacity.len() + 1];
            let mut cost = 0.0;
            for (unit, at) in flow.at.iter().enumerate() {
                prop_assert!((at.iter().map(|(_, people)| people).sum::<f64>() - size[unit]).abs() < 1e-9);
                for &(site, people) in at {
                    load[site as usize] += people;
                    let walk = arcs[unit].iter().find(|(known, _)| *known == site).map_or(outside_m, |(_, walk)| *walk);
                    prop_assert!(site as usize == capacity.len() || walk < outside_m);
                    cost += people * walk;
                }
            }
            prop_assert!(load.iter().zip(&capacity).all(|(load, capacity)| *load <= capacity + 1e-9));
            prop_assert!((cost - flow.bound).abs() <= 1e-9 * cost.max(1.0), "cost {} bound {}", cost, flow.bound);
        }
    }
}
