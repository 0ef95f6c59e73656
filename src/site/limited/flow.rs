//! Sharing rows out over open sites at least cost: a transportation problem.
//!
//! Rows come one by one and each takes the cheapest way, which may move shares
//! of earlier rows on to other sites (successive shortest paths; Ahuja,
//! Magnanti and Orlin 1993, chapter 9). Shortest ways are looked for among the
//! open sites, not among the rows, and only full sites are ever passed through.

use super::{Choice, Limited, State};
use crate::site::problem::NONE;

/// Loads so small take no room: a cost divided by them might be infinite.
const NOTHING: f64 = 1e-100;

/// Shares of rows at open sites.
pub(super) struct Flow<'a> {
    limited: &'a Limited,
    /// Open columns by slot; one more slot takes what is left out.
    open: Vec<u32>,
    room: Vec<f64>,
    /// Slot and cost per unit of load of each row's live entries, then of being left out.
    ways: Vec<(u32, f64)>,
    start: Vec<usize>,
    /// Rows at each slot, and slots of each row with the load there.
    rows_at: Vec<Vec<u32>>,
    pub at: Vec<Vec<(u32, f64)>>,
    /// Cheapest move of a unit from slot to slot, and the row that is moved.
    moves: Vec<(f64, u32)>,
    stale: Vec<bool>,
}

impl<'a> Flow<'a> {
    /// Share all rows out over these columns.
    pub(super) fn new(limited: &'a Limited, state: &State, open: &[u32]) -> Self {
        let problem = &limited.problem;
        let (rows, slots) = (problem.rows(), open.len() + 1);
        let mut slot_of = vec![NONE; problem.sites()];
        (0..).zip(open).for_each(|(slot, &column)| slot_of[column as usize] = slot);
        let mut flow = Self {
            limited,
            open: open.to_vec(),
            room: open.iter().map(|&column| limited.capacity[column as usize]).chain([f64::INFINITY]).collect(),
            ways: vec![],
            start: vec![0],
            rows_at: vec![vec![]; slots],
            at: vec![vec![]; rows],
            moves: vec![(f64::INFINITY, NONE); slots * slots],
            stale: vec![true; slots],
        };
        for row in 0..rows {
            let unit = unit(limited.load[row]);
            for at in problem.list(row) {
                let slot = slot_of[problem.site[at] as usize];
                if slot != NONE && !state.cut[at] && problem.cost_at(at) < problem.miss[row] {
                    flow.ways.push((slot, problem.cost_at(at) / unit));
                }
            }
            flow.ways.push((open.len() as u32, problem.miss[row] / unit));
            flow.start.push(flow.ways.len());
        }
        // Rows with most to lose first: later rows then move less.
        let regret = |row: usize| {
            let ways = flow.ways_of(row);
            ways.get(1).map_or(0.0, |second| second.1 - ways[0].1)
        };
        let mut order: Vec<usize> = (0..rows).collect();
        order.sort_by(|&a, &b| regret(b).total_cmp(&regret(a)).then(a.cmp(&b)));
        for row in order {
            flow.send(row);
        }
        flow
    }

    fn ways_of(&self, row: usize) -> &[(u32, f64)] {
        &self.ways[self.start[row]..self.start[row + 1]]
    }

    /// Find places for one more row.
    fn send(&mut self, row: usize) {
        let load = self.limited.load[row];
        if load <= NOTHING {
            let slot = self.ways_of(row)[0].0;
            self.at[row].push((slot, 0.0));
            return;
        }
        let slots = self.room.len();
        let mut left = load;
        let mut best = vec![(f64::INFINITY, NONE); slots];
        while left > load * 1e-12 {
            best.fill((f64::INFINITY, NONE));
            for &(slot, cost) in &self.ways[self.start[row]..self.start[row + 1]] {
                best[slot as usize].0 = best[slot as usize].0.min(cost);
            }
            self.relax(&mut best);
            let ends = (0..slots).filter(|&slot| self.room[slot] > 0.0);
            let end = ends.reduce(|a, b| if best[b].0 < best[a].0 { b } else { a }).unwrap_or(slots - 1);
            // Walk back to where the row enters, and see how much fits through.
            let mut path = vec![end];
            while let (_, before) = best[path[path.len() - 1]]
                && before != NONE
            {
                path.push(before as usize);
            }
            path.reverse();
            let mut most = left.min(self.room[end]);
            for step in path.windows(2) {
                let (_, moved) = self.moves[step[0] * slots + step[1]];
                most = most.min(self.load_at(moved as usize, step[0]));
            }
            for step in path.windows(2).rev() {
                let (_, moved) = self.moves[step[0] * slots + step[1]];
                self.shift(moved as usize, step[0], -most);
                self.shift(moved as usize, step[1], most);
            }
            self.shift(row, path[0], most);
            left -= most;
            self.room[end] -= most;
            if end < self.open.len() && self.room[end] <= self.limited.capacity[self.open[end] as usize] * 1e-12 {
                self.room[end] = 0.0;
            }
            for slot in path {
                self.stale[slot] = true;
            }
        }
    }

    /// Shortest ways to all slots through full ones (Bellman 1958): moves may save cost, but no circle does.
    fn relax(&mut self, best: &mut [(f64, u32)]) {
        let slots = best.len();
        let mut queue: Vec<usize> =
            (0..slots - 1).filter(|&slot| self.room[slot] <= 0.0 && best[slot].0.is_finite()).collect();
        let mut rounds = 0;
        while !queue.is_empty() && rounds < slots {
            rounds += 1;
            let mut next = vec![];
            for &from in &queue {
                if self.stale[from] {
                    self.refresh(from);
                }
                let so_far = best[from].0;
                for to in 0..slots {
                    let cost = so_far + self.moves[from * slots + to].0;
                    // What is shorter by rounding only could lead in a circle.
                    if cost < best[to].0 - 1e-12 * (so_far.abs() + 1e-300) && !leads_to(best, from, to) {
                        best[to] = (cost, from as u32);
                        if self.room[to] <= 0.0 && !next.contains(&to) {
                            next.push(to);
                        }
                    }
                }
            }
            queue = next;
        }
    }

    /// Cheapest moves from a slot to every other.
    fn refresh(&mut self, from: usize) {
        let slots = self.room.len();
        self.stale[from] = false;
        let moves = &mut self.moves[from * slots..(from + 1) * slots];
        moves.fill((f64::INFINITY, NONE));
        for &row in &self.rows_at[from] {
            let ways = &self.ways[self.start[row as usize]..self.start[row as usize + 1]];
            let here = ways.iter().find(|way| way.0 as usize == from).map_or(f64::INFINITY, |way| way.1);
            for &(to, cost) in ways.iter().filter(|way| way.0 as usize != from) {
                let to = &mut moves[to as usize];
                if cost - here < to.0 {
                    *to = (cost - here, row);
                }
            }
        }
    }

    fn load_at(&self, row: usize, slot: usize) -> f64 {
        self.at[row].iter().find(|at| at.0 as usize == slot).map_or(0.0, |at| at.1)
    }

    fn shift(&mut self, row: usize, slot: usize, load: f64) {
        let Some(place) = self.at[row].iter().position(|at| at.0 as usize == slot) else {
            self.at[row].push((slot as u32, load));
            self.rows_at[slot].push(row as u32);
            return;
        };
        self.at[row][place].1 += load;
        if self.at[row][place].1 <= self.limited.load[row] * 1e-12 {
            self.at[row].swap_remove(place);
            self.rows_at[slot].retain(|&at| at as usize != row);
        }
    }

    /// Share of a row at one of its slots.
    pub(super) fn share(&self, row: usize, load: f64) -> f64 {
        if self.at[row].len() == 1 { 1.0 } else { load / self.limited.load[row] }
    }

    /// Cost of the shares, by the entries.
    pub(super) fn cost(&self) -> f64 {
        let unit = |row: usize| unit(self.limited.load[row]);
        let of = |row: usize| {
            let cost = |&(slot, load): &(u32, f64)| {
                let way = self.ways_of(row).iter().find(|way| way.0 == slot).map_or(0.0, |way| way.1);
                way * unit(row) * self.share(row, load)
            };
            self.at[row].iter().map(cost).sum::<f64>()
        };
        self.limited.problem.base + (0..self.at.len()).map(of).sum::<f64>()
    }

    /// The choice that these shares are.
    pub(super) fn choice(&self) -> Choice {
        let mut columns = self.open.clone();
        columns.sort_unstable();
        let mut shares = vec![];
        for row in 0..self.at.len() {
            let mut of: Vec<(u32, u32, f64)> = self.at[row]
                .iter()
                .filter(|at| (at.0 as usize) < self.open.len())
                .map(|&(slot, load)| (row as u32, self.open[slot as usize], self.share(row, load)))
                .collect();
            of.sort_unstable_by_key(|share| share.1);
            shares.extend(of);
        }
        Choice { cost: self.cost(), columns, shares }
    }
}

/// What costs are divided by.
fn unit(load: f64) -> f64 {
    if load <= NOTHING { 1.0 } else { load }
}

/// Whether the way to `from` passes through `to`.
fn leads_to(best: &[(f64, u32)], from: usize, to: usize) -> bool {
    let mut at = from;
    for _ in 0..best.len() {
        if at == to {
            return true;
        }
        match best[at].1 {
            NONE => return false,
            before => at = before as usize,
        }
    }
    true
}
