//! Whole rows to open sites within their capacities: a good answer to a generalized assignment problem.
//!
//! Start from shares or from what the prices would serve, place what is left
//! by regret, then move single rows, exchange two, or push one on for another
//! while that saves (Martello and Toth 1990, chapter 7).

use super::{Choice, Limited, State, flow::Flow, knapsack::Knapsack};
use crate::site::problem::NONE;

/// Each row at one slot, or left out.
pub(super) struct Serve<'a> {
    limited: &'a Limited,
    open: Vec<u32>,
    room: Vec<f64>,
    /// Slot of each row; the last one is being left out.
    slot: Vec<u32>,
    /// Slot and cost of each row's live entries, then of being left out; cheapest first.
    ways: Vec<(u32, f64)>,
    start: Vec<usize>,
    rows_at: Vec<Vec<u32>>,
    /// Where each row stands among those at its slot.
    stands: Vec<u32>,
    /// Ways looked at, the measure of work.
    work: u64,
}

/// Steps of one knapsack.
const STEPS: usize = 5_000;
/// Most work of one improvement, for each way there is; beyond, what is found so far must do.
const WORK: u64 = 100;

impl<'a> Serve<'a> {
    /// Nobody served yet.
    fn new(limited: &'a Limited, state: &State, open: &[u32]) -> Self {
        let problem = &limited.problem;
        let mut slot_of = vec![NONE; problem.sites()];
        (0..).zip(open).for_each(|(slot, &column)| slot_of[column as usize] = slot);
        let out = open.len() as u32;
        let mut serve = Self {
            limited,
            open: open.to_vec(),
            room: open.iter().map(|&column| limited.capacity[column as usize]).chain([f64::INFINITY]).collect(),
            slot: vec![out; problem.rows()],
            ways: vec![],
            start: vec![0],
            rows_at: vec![vec![]; open.len() + 1],
            stands: (0..problem.rows() as u32).collect(),
            work: 0,
        };
        for row in 0..problem.rows() {
            for at in problem.list(row) {
                let slot = slot_of[problem.site[at] as usize];
                if slot != NONE && !state.cut[at] && problem.cost_at(at) < problem.miss[row] {
                    serve.ways.push((slot, problem.cost_at(at)));
                }
            }
            serve.ways.push((out, problem.miss[row]));
            serve.start.push(serve.ways.len());
            serve.rows_at[out as usize].push(row as u32);
        }
        serve
    }

    /// From the best shares: rows that are whole there stay.
    pub(super) fn round(limited: &'a Limited, state: &State, flow: &Flow<'_>, open: &[u32]) -> Self {
        let mut serve = Self::new(limited, state, open);
        for row in 0..serve.slot.len() {
            if let [(slot, _)] = flow.at[row][..] {
                serve.go(row, slot as usize);
            }
        }
        serve.settle();
        serve
    }

    /// From what sites would serve at some prices; of several sites the cheapest.
    pub(super) fn from_taken(
        limited: &'a Limited,
        state: &State,
        taken: &[Vec<(u32, u32, f64)>],
        open: &[u32],
    ) -> Self {
        let mut serve = Self::new(limited, state, open);
        for (slot, &column) in open.iter().enumerate() {
            for &(_, row, _) in &taken[column as usize] {
                let row = row as usize;
                if serve.cost_of(row, slot) < serve.cost_of(row, serve.slot[row] as usize) {
                    serve.go(row, slot);
                }
            }
        }
        serve.settle();
        serve
    }

    fn ways_of(&self, row: usize) -> &[(u32, f64)] {
        &self.ways[self.start[row]..self.start[row + 1]]
    }

    /// Cost of a row at a slot; infinite where it may not go.
    fn cost_of(&self, row: usize, slot: usize) -> f64 {
        self.ways_of(row).iter().find(|way| way.0 as usize == slot).map_or(f64::INFINITY, |way| way.1)
    }

    fn go(&mut self, row: usize, to: usize) {
        let (from, load) = (self.slot[row] as usize, self.limited.load[row]);
        let place = self.stands[row] as usize;
        self.rows_at[from].swap_remove(place);
        if let Some(&moved) = self.rows_at[from].get(place) {
            self.stands[moved as usize] = place as u32;
        }
        self.stands[row] = self.rows_at[to].len() as u32;
        self.rows_at[to].push(row as u32);
        self.room[from] += load;
        self.room[to] -= load;
        self.slot[row] = to as u32;
    }

    /// Place what is left, and improve until neither moves nor new packing save.
    fn settle(&mut self) {
        self.place();
        self.descend();
        let noise = self.noise();
        for _ in 0..10 {
            let mut better = false;
            for slot in 0..self.open.len() {
                better |= self.repack(slot, noise);
            }
            if !better || self.work > self.most_work() {
                return;
            }
            self.descend();
        }
    }

    /// Pack a slot anew from its rows and those that are left out; returns whether that saves.
    fn repack(&mut self, slot: usize, noise: f64) -> bool {
        let out = self.open.len();
        let mut knapsack = Knapsack::default();
        let (mut rows, mut before) = (vec![], 0.0);
        for &row in self.rows_at[slot].iter().chain(&self.rows_at[out]) {
            let here = self.cost_of(row as usize, slot);
            if here.is_finite() {
                let profit = self.cost_of(row as usize, out) - here;
                before += if self.slot[row as usize] as usize == slot { profit } else { 0.0 };
                rows.push(row);
                knapsack.push(rows.len() as u32 - 1, profit, self.limited.load[row as usize]);
            }
        }
        if rows.len() == self.rows_at[slot].len() {
            return false;
        }
        self.work += 10 * rows.len() as u64;
        knapsack.sort();
        knapsack.whole(self.limited.capacity[self.open[slot] as usize], STEPS);
        let mut taken = vec![false; rows.len()];
        knapsack.taken.iter().for_each(|&(item, _)| taken[item as usize] = true);
        let profit = |row: u32| self.cost_of(row as usize, out) - self.cost_of(row as usize, slot);
        let after: f64 = rows.iter().zip(&taken).filter(|(_, taken)| **taken).map(|(&row, _)| profit(row)).sum();
        if after <= before + noise {
            return false;
        }
        for (&row, &taken) in rows.iter().zip(&taken) {
            let to = if taken { slot } else { out };
            if self.slot[row as usize] as usize != to {
                self.go(row as usize, to);
            }
        }
        true
    }

    /// Place the rows that are left out, those with most to lose first.
    fn place(&mut self) {
        let out = self.open.len();
        let mut waiting = self.rows_at[out].clone();
        waiting.sort_unstable();
        while !waiting.is_empty() {
            // What a row loses if its best slot fills up; what takes most room is hardest to place.
            let regret = |&row: &u32| {
                let load = self.limited.load[row as usize];
                let mut fits = self.ways_of(row as usize).iter().filter(|way| load <= self.room[way.0 as usize]);
                let (_, cost) = *fits.next().filter(|way| (way.0 as usize) < out)?;
                Some((fits.next().map_or(0.0, |second| second.1 - cost) * (1.0 + load), row))
            };
            let mut order: Vec<(f64, u32)> = waiting.iter().filter_map(regret).collect();
            order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            // A few at a time: each one placed changes what the others lose.
            let now = order.len().div_ceil(40);
            for &(_, row) in &order[..now] {
                let load = self.limited.load[row as usize];
                let slot = self.ways_of(row as usize).iter().find(|way| load <= self.room[way.0 as usize]);
                if let Some(slot) = slot.map(|way| way.0 as usize).filter(|slot| *slot < out) {
                    self.go(row as usize, slot);
                }
            }
            waiting = order[now..].iter().map(|waits| waits.1).collect();
        }
    }

    fn most_work(&self) -> u64 {
        1_000_000 + WORK * self.ways.len() as u64
    }

    /// What rounding may do to a cost.
    fn noise(&self) -> f64 {
        1e-9 * self.limited.problem.miss.iter().copied().filter(|miss| *miss < self.limited.beyond).fold(1e-6, f64::max)
    }

    /// Improve while a move, an exchange or a push saves.
    fn descend(&mut self) {
        let noise = self.noise();
        for _ in 0..200 {
            let mut better = false;
            for row in 0..self.slot.len() {
                better |= self.improve(row, noise);
                if self.work > self.most_work() {
                    return;
                }
            }
            if !better {
                return;
            }
        }
    }

    /// Bring a row to a cheaper slot, whatever must make way for it.
    fn improve(&mut self, row: usize, noise: f64) -> bool {
        let from = self.slot[row] as usize;
        let (here, load) = (self.cost_of(row, from), self.limited.load[row]);
        let mut best: (f64, usize, Option<(usize, usize)>) = (-noise, 0, None);
        for way in self.start[row]..self.start[row + 1] {
            let (to, cost) = (self.ways[way].0 as usize, self.ways[way].1);
            if cost >= here {
                break;
            }
            let saved = cost - here;
            let lacking = load - self.room[to];
            if lacking <= 0.0 {
                if saved < best.0 {
                    best = (saved, to, None);
                }
                continue;
            }
            self.work += self.rows_at[to].len() as u64;
            for &other in &self.rows_at[to] {
                let other = other as usize;
                let other_load = self.limited.load[other];
                if other_load < lacking {
                    continue;
                }
                let there = self.cost_of(other, to);
                for &(on, cost) in &self.ways[self.start[other]..self.start[other + 1]] {
                    self.work += 1;
                    let on = on as usize;
                    if saved + cost - there >= best.0 {
                        break;
                    }
                    let room = if on == from { self.room[on] + load } else { self.room[on] };
                    if on != to && other_load <= room {
                        best = (saved + cost - there, to, Some((other, on)));
                        break;
                    }
                }
            }
        }
        if best.0 >= -noise {
            return false;
        }
        if let Some((other, on)) = best.2 {
            self.go(other, on);
        }
        self.go(row, best.1);
        true
    }

    pub(super) fn cost(&self) -> f64 {
        let of = |row: usize| self.cost_of(row, self.slot[row] as usize);
        self.limited.problem.base + (0..self.slot.len()).map(of).sum::<f64>()
    }

    /// The choice that this is.
    pub(super) fn choice(&self) -> Choice {
        let mut columns = self.open.clone();
        columns.sort_unstable();
        let served = (0..self.slot.len()).filter(|&row| (self.slot[row] as usize) < self.open.len());
        let shares = served.map(|row| (row as u32, self.open[self.slot[row] as usize], 1.0)).collect();
        Choice { cost: self.cost(), columns, shares }
    }
}
