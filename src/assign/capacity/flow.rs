//! The transportation problem: people to centres with limited capacity, in parts, for the least walk.
//!
//! Everybody starts at their nearest centre; then overfull centres hand people
//! on along the cheapest chains of moves to one that has room (successive
//! shortest paths on the graph of centres, with potentials). The prices that
//! remain bound the cost from below for any way of assigning, whole or split.

use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
};

use crate::{control::Control, error::Result};

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

/// A move of one unit's people from one centre to another; the cheapest is greatest.
#[derive(PartialEq)]
struct Move {
    cost: f64,
    unit: u32,
}

impl Eq for Move {}

impl Ord for Move {
    fn cmp(&self, other: &Self) -> Ordering {
        other.cost.total_cmp(&self.cost).then(other.unit.cmp(&self.unit))
    }
}

impl PartialOrd for Move {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The moves of people who are at one centre, by where they lead.
///
/// The cheapest of each stand side by side, so that a search looks at a row of
/// numbers and at nothing else.
#[derive(Default)]
struct Moves {
    /// Where they lead, rising.
    to: Vec<u32>,
    /// The cheapest move there; infinite where there is none.
    cost: Vec<f64>,
    /// Whose move that is.
    unit: Vec<u32>,
    /// All moves there, also of people who have left since.
    heaps: Vec<BinaryHeap<Move>>,
}

impl Moves {
    fn push(&mut self, to: u32, cost: f64, unit: u32) {
        let place = self.to.binary_search(&to).unwrap_or_else(|place| {
            self.to.insert(place, to);
            self.cost.insert(place, f64::INFINITY);
            self.unit.insert(place, 0);
            self.heaps.insert(place, BinaryHeap::new());
            place
        });
        self.heaps[place].push(Move { cost, unit });
        self.look(place);
    }

    /// Take the top of a heap for the cheapest.
    fn look(&mut self, place: usize) {
        let top = self.heaps[place].peek();
        self.cost[place] = top.map_or(f64::INFINITY, |top| top.cost);
        self.unit[place] = top.map_or(0, |top| top.unit);
    }

    /// A unit has left: its moves count no longer.
    fn forget(&mut self, unit: u32, is_here: impl Fn(u32) -> bool) {
        for place in 0..self.to.len() {
            if self.unit[place] == unit && self.cost[place].is_finite() {
                while self.heaps[place].peek().is_some_and(|top| !is_here(top.unit)) {
                    self.heaps[place].pop();
                }
                self.look(place);
            }
        }
    }
}

/// A cost that sorts.
#[derive(Clone, Copy, PartialEq)]
struct Metres(f64);

impl Eq for Metres {}

impl Ord for Metres {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Metres {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Transport<'_> {
    /// The least walk; people are left outside only where there is no room.
    pub(super) fn solve(&self, control: &Control) -> Result<Flow> {
        let mut state = State::at_the_nearest(self);
        let outside = self.capacity.len();
        for source in 0..outside {
            while state.load[source] > self.capacity[source] {
                control.step(0)?;
                state.hand_on(source);
            }
        }
        let price: Vec<f64> = state.potential.iter().map(|potential| -potential).collect();
        let bound = self.bound(&price);
        Ok(Flow { at: state.at, price, bound })
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

struct State<'a> {
    task: &'a Transport<'a>,
    at: Vec<Vec<(u32, f64)>>,
    load: Vec<f64>,
    potential: Vec<f64>,
    /// For each centre, the moves of people who are there.
    moves: Vec<Moves>,
    distance: Vec<f64>,
    before: Vec<Option<(u32, u32)>>,
    touched: Vec<u32>,
}

impl<'a> State<'a> {
    fn at_the_nearest(task: &'a Transport<'a>) -> Self {
        let sites = task.capacity.len() + 1;
        let mut state = Self {
            task,
            at: vec![vec![]; task.size.len()],
            load: vec![0.0; sites],
            potential: vec![0.0; sites],
            moves: (0..sites).map(|_| Moves::default()).collect(),
            distance: vec![f64::INFINITY; sites],
            before: vec![None; sites],
            touched: vec![],
        };
        let mut gathered: Vec<Vec<(u32, Move)>> = (0..sites).map(|_| vec![]).collect();
        for unit in 0..task.size.len() {
            let nearest = state.arcs(unit).min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
            let Some((site, walk_m)) = nearest else { continue };
            state.at[unit].push((site, task.size[unit]));
            state.load[site as usize] += task.size[unit];
            // Nobody has nowhere to move.
            let moves = state.arcs(unit).filter(|&(to, _)| to != site && task.size[unit] > 0.0);
            for (to, to_m) in moves {
                gathered[site as usize].push((to, Move { cost: to_m - walk_m, unit: unit as u32 }));
            }
        }
        for (moves, mut gathered) in state.moves.iter_mut().zip(gathered) {
            gathered.sort_by_key(|(to, _)| *to);
            let mut gathered = gathered.into_iter().peekable();
            while let Some((to, first)) = gathered.next() {
                let mut heap = vec![first];
                while let Some((_, next)) = gathered.next_if(|(next, _)| *next == to) {
                    heap.push(next);
                }
                moves.to.push(to);
                moves.cost.push(f64::INFINITY);
                moves.unit.push(0);
                moves.heaps.push(BinaryHeap::from(heap));
                moves.look(moves.to.len() - 1);
            }
        }
        state
    }

    /// A unit's centres, and outside.
    fn arcs(&self, unit: usize) -> impl Iterator<Item = (u32, f64)> + use<'a> {
        let outside = (self.task.capacity.len() as u32, self.task.outside_m[unit]);
        self.task.arcs[unit].iter().copied().chain([outside])
    }

    /// Room that is left at a centre; outside there is no end of it.
    fn room(&self, site: usize) -> f64 {
        self.task.capacity.get(site).map_or(f64::INFINITY, |capacity| capacity - self.load[site])
    }

    fn people_at(&mut self, unit: u32, site: u32) -> Option<&mut (u32, f64)> {
        self.at[unit as usize].iter_mut().find(|(at, _)| *at == site)
    }

    /// Move people along the cheapest chain from an overfull centre to one with room.
    fn hand_on(&mut self, source: usize) {
        let Some(target) = self.search(source) else { unreachable!("outside has room for everybody") };
        let far = self.distance[target];
        for &site in &self.touched {
            // Only differences matter: sites that are as far as the target, or were not met, keep theirs.
            let site = site as usize;
            self.potential[site] += self.distance[site].min(far) - far;
        }
        let mut amount = (self.load[source] - self.task.capacity[source]).min(self.room(target));
        let mut chain = vec![];
        let mut site = target as u32;
        while let Some((from, unit)) = self.before[site as usize] {
            chain.push((from, site, unit));
            site = from;
        }
        for &(from, _, unit) in &chain {
            amount = amount.min(self.people_at(unit, from).map_or(0.0, |(_, people)| *people));
        }
        for (from, to, unit) in chain.into_iter().rev() {
            self.shift(unit, from, to, amount);
        }
        if source != target {
            self.load[source] -= amount;
            self.load[target] += amount;
        }
        for &site in &self.touched {
            self.distance[site as usize] = f64::INFINITY;
            self.before[site as usize] = None;
        }
        self.touched.clear();
    }

    /// The nearest centre with room, by Dijkstra's search on reduced costs.
    fn search(&mut self, source: usize) -> Option<usize> {
        let mut queue = BinaryHeap::from([Reverse((Metres(0.0), source as u32))]);
        self.distance[source] = 0.0;
        self.touched.push(source as u32);
        while let Some(Reverse((Metres(distance), site))) = queue.pop() {
            let here = site as usize;
            if distance > self.distance[here] {
                continue;
            }
            if self.room(here) > 0.0 {
                return Some(here);
            }
            let moves = &self.moves[here];
            let base = distance + self.potential[here];
            for ((&to, &cost), &unit) in moves.to.iter().zip(&moves.cost).zip(&moves.unit) {
                let there = (base + cost - self.potential[to as usize]).max(distance);
                if there < self.distance[to as usize] {
                    if self.distance[to as usize].is_infinite() {
                        self.touched.push(to);
                    }
                    self.distance[to as usize] = there;
                    self.before[to as usize] = Some((site, unit));
                    // Nothing that is left in the queue is nearer than this.
                    if there <= distance && self.room(to as usize) > 0.0 {
                        return Some(to as usize);
                    }
                    queue.push(Reverse((Metres(there), to)));
                }
            }
        }
        None
    }

    fn shift(&mut self, unit: u32, from: u32, to: u32, amount: f64) {
        if let Some((_, people)) = self.people_at(unit, from) {
            *people -= amount;
        }
        self.at[unit as usize].retain(|(_, people)| *people > 0.0);
        if self.people_at(unit, from).is_none() {
            let at = &self.at;
            self.moves[from as usize].forget(unit, |other| at[other as usize].iter().any(|(site, _)| *site == from));
        }
        if let Some((_, people)) = self.people_at(unit, to) {
            *people += amount;
            return;
        }
        self.at[unit as usize].push((to, amount));
        let here_m = self.arcs(unit as usize).find(|(site, _)| *site == to).map_or(0.0, |(_, walk_m)| walk_m);
        for (site, walk_m) in self.arcs(unit as usize).filter(|(site, _)| *site != to) {
            self.moves[to as usize].push(site, walk_m - here_m, unit);
        }
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
        ) {
            let arcs: Vec<Vec<(u32, f64)>> = arcs.iter().map(|row| {
                row.iter().enumerate().filter(|(_, walk)| **walk < 30).map(|(site, walk)| (site as u32, f64::from(*walk) * 10.0)).collect()
            }).collect();
            let size: Vec<f64> = size.into_iter().map(f64::from).collect();
            let capacity: Vec<f64> = capacity.into_iter().map(f64::from).collect();
            let outside_m = 10_000.0;
            let outside = vec![outside_m; size.len()];
            let task = Transport { size: &size, arcs: &arcs, capacity: &capacity, outside_m: &outside };
            let flow = task.solve(&Control::new()).unwrap();
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
