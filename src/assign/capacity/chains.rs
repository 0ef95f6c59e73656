//! People handed on from overfull centres along the cheapest chains of moves.
//!
//! Successive shortest paths on the graph of centres with potentials (Ahuja,
//! Magnanti and Orlin 1993, chapter 9). From prices above zero there may be room
//! left where it has a price: such room is owed, and filled too. One place more
//! than the centres and outside stands for all room that is left.

use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
};

use super::{
    flow::Transport,
    moves::{Move, Moves},
};
use crate::{control::Control, error::Result};

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

/// How a place of a chain was reached.
#[derive(Clone, Copy)]
enum Way {
    /// This unit's people move there.
    Unit(u32),
    /// Room is taken, or left.
    Room,
}

/// People at centres, and what is not yet as it must be.
pub(super) struct Chains<'a> {
    task: &'a Transport<'a>,
    at: Vec<Vec<(u32, f64)>>,
    /// People too many at each centre; room that is owed; room that is left.
    excess: Vec<f64>,
    owed: Vec<f64>,
    room: Vec<f64>,
    /// Room that is left and still to be taken; below 0, still to be given.
    balance: f64,
    potential: Vec<f64>,
    /// For each centre, the moves of people who are there.
    moves: Vec<Moves>,
    distance: Vec<f64>,
    before: Vec<Option<(u32, Way)>>,
    touched: Vec<u32>,
}

impl<'a> Chains<'a> {
    /// Everyone where walk and price are least. Prices of centres, then of outside, which is free.
    pub(super) fn at(task: &'a Transport<'a>, price: &[f64]) -> Self {
        let sites = task.capacity.len();
        let mut at = vec![vec![]; task.size.len()];
        let mut load = vec![0.0; sites + 1];
        let mut gathered: Vec<Vec<(u32, Move)>> = (0..=sites).map(|_| vec![]).collect();
        let arcs = |unit: usize| arcs_of(task, unit);
        for (unit, own) in at.iter_mut().enumerate() {
            let paid = |&(site, walk_m): &(u32, f64)| walk_m + price[site as usize];
            let least = arcs(unit).min_by(|a, b| paid(a).total_cmp(&paid(b)).then(a.0.cmp(&b.0)));
            let Some((site, walk_m)) = least else { continue };
            own.push((site, task.size[unit]));
            load[site as usize] += task.size[unit];
            // Nobody has nowhere to move.
            let moves = arcs(unit).filter(|&(to, _)| to != site && task.size[unit] > 0.0);
            for (to, to_m) in moves {
                gathered[site as usize].push((to, Move { cost: to_m - walk_m, unit: unit as u32 }));
            }
        }
        let left = |site: usize| task.capacity[site] - load[site];
        let of = |part: &dyn Fn(usize) -> f64| (0..sites).map(part).collect::<Vec<f64>>();
        // Without limit, room has no price.
        let is_owed = |site: usize| price[site] > 0.0 && left(site) > 0.0 && left(site).is_finite();
        let excess = of(&|site| (-left(site)).max(0.0));
        let owed = of(&|site| if is_owed(site) { left(site) } else { 0.0 });
        let room = of(&|site| if is_owed(site) { 0.0 } else { left(site).max(0.0) });
        let balance = excess.iter().sum::<f64>() - owed.iter().sum::<f64>();
        let endless = |mut of: Vec<f64>, outside: f64| {
            of.extend([outside, 0.0]);
            of
        };
        Self {
            at,
            excess: endless(excess, 0.0),
            owed: endless(owed, 0.0),
            room: endless(room, f64::INFINITY),
            balance,
            potential: price.iter().map(|price| -price).chain([0.0]).collect(),
            moves: gathered.into_iter().map(Moves::gathered).collect(),
            distance: vec![f64::INFINITY; sites + 2],
            before: vec![None; sites + 2],
            touched: vec![],
            task,
        }
    }

    /// The place that stands for room that is left.
    fn left(&self) -> usize {
        self.task.capacity.len() + 1
    }

    /// Hand on until nothing is too full, and no room with a price is left.
    pub(super) fn run(&mut self, control: &Control) -> Result<()> {
        for source in 0..self.task.capacity.len() {
            while self.excess[source] > 0.0 {
                control.step(0)?;
                if !self.hand_on(source) {
                    break;
                }
            }
        }
        // What is owed beyond that comes from wherever room is cheap.
        while self.owed.iter().any(|owed| *owed > 0.0) {
            control.step(0)?;
            if !self.hand_on(self.left()) {
                break;
            }
        }
        Ok(())
    }

    /// People of each unit at each centre, and prices.
    pub(super) fn into_answer(self) -> (Vec<Vec<(u32, f64)>>, Vec<f64>) {
        let free = self.potential[self.left()];
        let mut price: Vec<f64> = self.potential.iter().map(|potential| free - potential).collect();
        price.pop();
        (self.at, price.into_iter().map(|price| price.max(0.0)).collect())
    }

    fn people_at(&mut self, unit: u32, site: u32) -> Option<&mut (u32, f64)> {
        self.at[unit as usize].iter_mut().find(|(at, _)| *at == site)
    }

    /// What a place may still take as the end of a chain.
    fn lacks(&self, place: usize) -> f64 {
        if place == self.left() { self.balance.max(0.0) } else { self.owed[place] }
    }

    /// Move people along the cheapest chain from a place with too many to one that lacks some.
    fn hand_on(&mut self, source: usize) -> bool {
        let target = self.search(source);
        let far = target.map_or(0.0, |target| self.distance[target]);
        let mut chain = vec![];
        if let Some(target) = target {
            for &place in &self.touched {
                // Only differences matter: places that are as far as the target, or were not met, keep theirs.
                let place = place as usize;
                self.potential[place] += self.distance[place].min(far) - far;
            }
            let mut place = target as u32;
            while let Some((from, way)) = self.before[place as usize] {
                chain.push((from, place, way));
                place = from;
            }
        }
        for &place in &self.touched {
            self.distance[place as usize] = f64::INFINITY;
            self.before[place as usize] = None;
        }
        self.touched.clear();
        let Some(target) = target else { return false };
        let left = self.left();
        let supply = if source == left { f64::INFINITY } else { self.excess[source] };
        let mut amount = supply.min(self.lacks(target));
        for &(from, _, way) in &chain {
            amount = amount.min(match way {
                Way::Unit(unit) => self.people_at(unit, from).map_or(0.0, |(_, people)| *people),
                Way::Room if from as usize == left => f64::INFINITY,
                Way::Room => self.room[from as usize],
            });
        }
        for (from, to, way) in chain.into_iter().rev() {
            match way {
                Way::Unit(unit) => self.shift(unit, from, to, amount),
                Way::Room if from as usize == left => self.room[to as usize] += amount,
                Way::Room => self.room[from as usize] -= amount,
            }
        }
        if source == left {
            self.balance += amount;
        } else {
            self.excess[source] -= amount;
        }
        if target == left {
            self.balance -= amount;
        } else {
            self.owed[target] -= amount;
        }
        true
    }

    /// The nearest place that lacks people, by Dijkstra's search on reduced costs.
    fn search(&mut self, source: usize) -> Option<usize> {
        let left = self.left();
        let mut queue = BinaryHeap::from([Reverse((Metres(0.0), source as u32))]);
        self.distance[source] = 0.0;
        self.touched.push(source as u32);
        while let Some(Reverse((Metres(distance), place))) = queue.pop() {
            let here = place as usize;
            if distance > self.distance[here] {
                continue;
            }
            if here != source && self.lacks(here) > 0.0 {
                return Some(here);
            }
            let base = distance + self.potential[here];
            if here == left {
                for to in 0..left {
                    let there = (base - self.potential[to]).max(distance);
                    self.reach(to, there, (place, Way::Room), &mut queue);
                }
                continue;
            }
            if self.room[here] > 0.0 {
                let there = (base - self.potential[left]).max(distance);
                self.reach(left, there, (place, Way::Room), &mut queue);
                // Nothing that is left in the queue is nearer than this.
                if there <= distance && self.lacks(left) > 0.0 {
                    return Some(left);
                }
            }
            for at in 0..self.moves[here].to.len() {
                let moves = &self.moves[here];
                let (to, unit) = (moves.to[at] as usize, moves.unit[at]);
                let there = (base + moves.cost[at] - self.potential[to]).max(distance);
                if there < self.distance[to] {
                    self.reach(to, there, (place, Way::Unit(unit)), &mut queue);
                    if there <= distance && self.lacks(to) > 0.0 {
                        return Some(to);
                    }
                }
            }
        }
        None
    }

    fn reach(&mut self, to: usize, there: f64, from: (u32, Way), queue: &mut BinaryHeap<Reverse<(Metres, u32)>>) {
        if there < self.distance[to] {
            if self.distance[to].is_infinite() {
                self.touched.push(to as u32);
            }
            self.distance[to] = there;
            self.before[to] = Some(from);
            queue.push(Reverse((Metres(there), to as u32)));
        }
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
        let arcs = || arcs_of(self.task, unit as usize);
        let here_m = arcs().find(|(site, _)| *site == to).map_or(0.0, |(_, walk_m)| walk_m);
        for (site, walk_m) in arcs().filter(|(site, _)| *site != to) {
            self.moves[to as usize].push(site, walk_m - here_m, unit);
        }
    }
}

/// A unit's centres, and outside.
fn arcs_of<'a>(task: &'a Transport<'a>, unit: usize) -> impl Iterator<Item = (u32, f64)> + 'a {
    let outside = (task.capacity.len() as u32, task.outside_m[unit]);
    task.arcs[unit].iter().copied().chain([outside])
}
