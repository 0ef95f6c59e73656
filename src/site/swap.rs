//! Good choices quickly: greedy insertion and fast interchange.
//!
//! Resende and Werneck, "A fast swap-based local search procedure for location
//! problems" (Annals of Operations Research 2007): the profit of every swap is
//! kept as gain(in) − loss(out) + extra(in, out), and after a swap only rows
//! whose service changed are looked at again. Restarts kick the best choice a
//! little and descend anew.

use super::{
    problem::{NONE, Problem},
    random::Random,
};

/// A choice of sites and what every swap would change.
pub(super) struct Swap<'a> {
    problem: &'a Problem,
    /// Chosen site of each slot.
    pub chosen: Vec<u32>,
    /// Slot of each site, or `NONE`.
    pub slot: Vec<u32>,
    /// Chosen sites on the row's list (covering problems).
    count: Vec<u32>,
    /// Nearest chosen site of the row or `NONE`, its cost, and the second best cost.
    first: Vec<(u32, f64, f64)>,
    pub gain: Vec<f64>,
    pub loss: Vec<f64>,
    pub extra: Vec<f64>,
    /// Entries looked at, the measure of work.
    pub work: u64,
}

impl<'a> Swap<'a> {
    /// Nothing chosen yet; at most `open` sites will be.
    pub(super) fn new(problem: &'a Problem, open: usize) -> Self {
        let (rows, sites) = (problem.rows(), problem.sites());
        let mut swap = Self {
            problem,
            chosen: Vec::with_capacity(open),
            slot: vec![NONE; sites],
            count: vec![0; rows],
            first: (0..rows).map(|row| (NONE, problem.miss[row], problem.miss[row])).collect(),
            gain: vec![0.0; sites],
            loss: vec![0.0; open],
            extra: vec![0.0; open * sites],
            work: 0,
        };
        (0..rows).for_each(|row| swap.account(row, 1.0));
        swap
    }

    pub(super) fn chosen(&self) -> &[u32] {
        &self.chosen
    }

    /// Add or withdraw what a row contributes to gains, losses and extras.
    fn account(&mut self, row: usize, sign: f64) {
        let (problem, sites) = (self.problem, self.problem.sites());
        if problem.covers() {
            let (count, need) = (self.count[row], problem.need[row]);
            if count > need {
                return;
            }
            let miss = sign * problem.miss[row];
            let list = problem.sites_of(row);
            self.work += list.len() as u64;
            for &site in list {
                match self.slot[site as usize] {
                    NONE if count < need => self.gain[site as usize] += miss,
                    NONE => {}
                    slot => self.loss[slot as usize] += miss,
                }
            }
            if count == need {
                for &open in list {
                    let slot = self.slot[open as usize];
                    if slot == NONE {
                        continue;
                    }
                    let extra = &mut self.extra[slot as usize * sites..][..sites];
                    for &site in list {
                        extra[site as usize] += miss;
                    }
                }
            }
            return;
        }
        let (first, best, second) = self.first[row];
        let extra = match first {
            NONE => &mut [][..],
            open => {
                let slot = self.slot[open as usize] as usize;
                self.loss[slot] += sign * (second - best);
                &mut self.extra[slot * sites..][..sites]
            }
        };
        for at in problem.list(row) {
            let (site, cost) = (problem.site[at] as usize, problem.cost[at]);
            if cost >= second {
                break;
            }
            self.work += 1;
            if cost < best {
                self.gain[site] += sign * (best - cost);
            }
            if let Some(extra) = extra.get_mut(site) {
                *extra += sign * (second - cost.max(best));
            }
        }
    }

    /// The two nearest chosen sites of a row.
    fn look(&mut self, row: usize) {
        let miss = self.problem.miss[row];
        let mut found = (NONE, miss, miss);
        for at in self.problem.list(row) {
            self.work += 1;
            let (site, cost) = (self.problem.site[at], self.problem.cost[at]);
            if cost >= miss {
                break;
            }
            if self.slot[site as usize] != NONE {
                if found.0 != NONE {
                    found.2 = cost;
                    break;
                }
                (found.0, found.1) = (site, cost);
            }
        }
        self.first[row] = found;
    }

    /// Rows whose contribution changes when `site` opens or closes.
    fn touched(&mut self, site: u32) -> Vec<u32> {
        let column = self.problem.column(site as usize);
        self.work += column.len() as u64;
        let rows = &self.problem.row[column.clone()];
        if self.problem.covers() {
            return rows.to_vec();
        }
        let open = self.slot[site as usize] != NONE;
        let touches = |&(&row, &cost): &(&u32, &f64)| {
            let second = self.first[row as usize].2;
            cost < second || open && cost == second
        };
        rows.iter().zip(&self.problem.row_cost[column]).filter(touches).map(|(&row, _)| row).collect()
    }

    /// Open a site in a slot, or close it (`NONE`).
    pub(super) fn change(&mut self, site: u32, slot: u32) {
        let rows = self.touched(site);
        for &row in &rows {
            self.account(row as usize, -1.0);
        }
        let closed = self.slot[site as usize];
        self.slot[site as usize] = slot;
        if self.problem.covers() {
            for &row in &rows {
                let count = &mut self.count[row as usize];
                *count = if slot == NONE { *count - 1 } else { *count + 1 };
            }
        } else {
            for &row in &rows {
                self.look(row as usize);
            }
        }
        if closed != NONE {
            // What rounding left behind must not pile up.
            let sites = self.problem.sites();
            self.extra[closed as usize * sites..][..sites].fill(0.0);
            self.loss[closed as usize] = 0.0;
        }
        self.gain[site as usize] = 0.0;
        for &row in &rows {
            self.account(row as usize, 1.0);
        }
    }

    /// Open a site that is closed.
    pub(super) fn open(&mut self, site: u32) {
        let slot = self.chosen.len() as u32;
        self.chosen.push(site);
        self.change(site, slot);
    }

    /// Close the site of a slot and open another there.
    pub(super) fn exchange(&mut self, slot: usize, site: u32) {
        self.change(self.chosen[slot], NONE);
        self.chosen[slot] = site;
        self.change(site, slot as u32);
    }

    /// Open the best site again and again until `open` are, or it is time to stop.
    pub(super) fn fill(&mut self, open: usize, stop: &impl Fn() -> bool) {
        while self.chosen.len() < open && !stop() {
            let closed = (0..self.gain.len()).filter(|&site| self.slot[site] == NONE);
            let Some(best) = closed.reduce(|best, site| if self.gain[site] > self.gain[best] { site } else { best })
            else {
                return;
            };
            self.open(best as u32);
        }
    }

    /// Make the best swap while one saves more than rounding.
    pub(super) fn descend(&mut self, stop: &impl Fn() -> bool) {
        let sites = self.gain.len();
        let scale = self.problem.miss.iter().copied().filter(|miss| *miss < 1e300).fold(0.0, f64::max);
        let noise = if self.problem.covers() { scale * 1e-9 } else { 1e-6_f64.max(self.cost() * 1e-12) };
        let mut cost = self.cost();
        while !stop() {
            let mut best = (noise, 0, 0);
            for slot in 0..self.chosen.len() {
                let extra = &self.extra[slot * sites..][..sites];
                let loss = self.loss[slot];
                for (site, (gain, extra)) in self.gain.iter().zip(extra).enumerate() {
                    let profit = gain - loss + extra;
                    if profit > best.0 && self.slot[site] == NONE {
                        best = (profit, slot, site);
                    }
                }
            }
            self.work += (self.chosen.len() * sites) as u64 / 4;
            if best.0 <= noise {
                return;
            }
            self.exchange(best.1, best.2 as u32);
            // A profit that was only rounding must not be chased for ever.
            let before = std::mem::replace(&mut cost, self.cost());
            if cost >= before {
                return;
            }
        }
    }

    /// Cost of the choice at hand.
    pub(super) fn cost(&self) -> f64 {
        let rows = 0..self.problem.rows();
        self.problem.base
            + if self.problem.covers() {
                let lacking = |row: usize| f64::from(self.problem.need[row].saturating_sub(self.count[row]));
                rows.map(|row| lacking(row) * self.problem.miss[row]).sum::<f64>()
            } else {
                rows.map(|row| self.first[row].1).sum::<f64>()
            }
    }

    /// Go to another choice of as many sites, exchanging only what differs.
    pub(super) fn go_to(&mut self, choice: &[u32]) {
        let mut wanted = vec![false; self.slot.len()];
        for &site in choice {
            wanted[site as usize] = true;
        }
        let missing: Vec<u32> = choice.iter().copied().filter(|&site| self.slot[site as usize] == NONE).collect();
        let mut missing = missing.into_iter();
        for slot in 0..self.chosen.len() {
            if !wanted[self.chosen[slot] as usize] {
                let Some(site) = missing.next() else { return };
                self.exchange(slot, site);
            }
        }
    }

    /// Kick the best choice and descend, until `work` is used up or `enough` is reached.
    ///
    /// Returns the best choice found and its cost.
    pub(super) fn restart(
        &mut self,
        random: &mut Random,
        work: u64,
        enough: f64,
        stop: &impl Fn() -> bool,
    ) -> (f64, Vec<u32>) {
        let mut best = (self.cost(), self.chosen.clone());
        let (open, sites) = (self.chosen.len(), self.slot.len());
        if open == 0 || open >= sites {
            return best;
        }
        let until = self.work + work;
        let mut round = 0;
        while self.work < until && best.0 > enough && !stop() {
            let kicks = 2 + round % 4.min(open);
            round += 1;
            for _ in 0..kicks {
                let slot = random.below(open);
                let site = random.below(sites) as u32;
                if self.slot[site as usize] == NONE {
                    self.exchange(slot, site);
                }
            }
            self.descend(stop);
            let cost = self.cost();
            if cost < best.0 {
                best = (cost, self.chosen.clone());
            } else if cost > best.0 {
                self.go_to(&best.1.clone());
            }
            self.work += 1;
        }
        best
    }
}
