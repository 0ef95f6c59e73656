//! Good choices within a budget and a separation, where sites serve any number.
//!
//! The interchange of [`Swap`] with closing and opening beside it; a move is
//! looked up only if it saves and made only if the limits allow it.

use super::{Limited, ROUNDING};
use crate::site::{problem::NONE, random::Random, swap::Swap};

/// Numbers in the table of exchanges, at most; beyond, fewer sites are looked at here.
const MOST_TABLE: usize = 1 << 25;

impl Swap<'_> {
    /// Close the site of a slot; the last slot takes its place.
    fn close(&mut self, slot: usize) {
        let sites = self.slot.len();
        self.change(self.chosen[slot], NONE);
        let last = self.chosen.len() - 1;
        if slot < last {
            self.chosen[slot] = self.chosen[last];
            self.slot[self.chosen[slot] as usize] = slot as u32;
            self.loss.swap(slot, last);
            self.extra.copy_within(last * sites..(last + 1) * sites, slot * sites);
            self.extra[last * sites..][..sites].fill(0.0);
        }
        self.chosen.pop();
    }
}

/// A choice within the limits and what every move would change.
pub(super) struct Within<'a> {
    limited: &'a Limited,
    swap: Swap<'a>,
    most_open: usize,
    /// Money left.
    left: f64,
    /// Open rivals of each column.
    blocked: Vec<u32>,
    /// Columns that stay open.
    kept: Vec<bool>,
}

impl<'a> Within<'a> {
    pub(super) fn new(limited: &'a Limited) -> Self {
        // No more slots than the cheapest sites would fill: the tables are slots × sites.
        let mut spends = limited.spend.clone();
        spends.sort_unstable_by(f64::total_cmp);
        let mut left = limited.budget;
        let most_open = if spends.is_empty() {
            limited.most_open
        } else {
            let afford = |spend: &&f64| {
                left -= **spend;
                left >= -ROUNDING * limited.budget.abs() || **spend < 0.0
            };
            limited.most_open.min(spends.iter().take_while(afford).count())
        };
        let most_open =
            most_open.min(limited.problem.sites()).min((MOST_TABLE / limited.problem.sites().max(1)).max(1));
        let most_open = most_open.max(limited.must.len());
        let mut within = Self {
            limited,
            swap: Swap::new(&limited.problem, most_open),
            most_open,
            left: limited.left(std::iter::empty()),
            blocked: vec![0; limited.problem.sites()],
            kept: vec![false; limited.problem.sites()],
        };
        for &column in &limited.must {
            within.kept[column as usize] = true;
            within.open(column);
        }
        within
    }

    pub(super) fn cost(&self) -> f64 {
        self.swap.cost()
    }

    pub(super) fn chosen(&self) -> Vec<u32> {
        let mut chosen = self.swap.chosen().to_vec();
        chosen.sort_unstable();
        chosen
    }

    pub(super) fn work(&self) -> u64 {
        self.swap.work
    }

    fn account(&mut self, column: u32, opened: bool) {
        for &rival in self.limited.rivals(column) {
            let blocked = &mut self.blocked[rival as usize];
            *blocked = if opened { *blocked + 1 } else { *blocked - 1 };
        }
        // Summed anew, so that money does not drift.
        self.left = self.limited.left(self.swap.chosen().iter().copied());
    }

    fn open(&mut self, column: u32) {
        self.swap.open(column);
        self.account(column, true);
    }

    fn close(&mut self, slot: usize) {
        let column = self.swap.chosen[slot];
        self.swap.close(slot);
        self.account(column, false);
    }

    fn exchange(&mut self, slot: usize, column: u32) {
        let closed = self.swap.chosen[slot];
        self.swap.exchange(slot, column);
        self.account(closed, false);
        self.account(column, true);
    }

    fn may_open(&self, column: usize) -> bool {
        self.swap.slot[column] == NONE
            && self.swap.chosen.len() < self.most_open
            && self.blocked[column] == 0
            && self.limited.spend(column) <= self.left.max(0.0)
    }

    fn may_exchange(&self, slot: usize, column: usize) -> bool {
        let closed = self.swap.chosen[slot];
        let rivals = u32::from(self.limited.rivals(closed).binary_search(&(column as u32)).is_ok());
        self.swap.slot[column] == NONE
            && !self.kept[closed as usize]
            && self.blocked[column] == rivals
            && self.limited.spend(column) <= self.left + self.limited.spend(closed as usize)
    }

    /// Open the best column again and again, by what it gains or by what it gains for its money.
    pub(super) fn fill(&mut self, by_rate: bool) {
        // Keep what would cost most to close until the money suffices.
        let mut saving: Vec<u32> =
            (0..self.blocked.len() as u32).filter(|&at| self.limited.spend(at as usize) < 0.0).collect();
        saving.sort_by(|&a, &b| self.limited.spend(a as usize).total_cmp(&self.limited.spend(b as usize)));
        for column in saving {
            if self.left < 0.0 && self.swap.chosen.len() < self.most_open && self.swap.slot[column as usize] == NONE {
                self.open(column);
            }
        }
        loop {
            let worth = |column: usize| {
                let gain = self.swap.gain[column];
                if by_rate { gain / self.limited.spend(column).max(1e-9) } else { gain }
            };
            let allowed = (0..self.blocked.len()).filter(|&at| self.swap.gain[at] > 0.0 && self.may_open(at));
            let Some(best) = allowed.reduce(|a, b| if worth(b) > worth(a) { b } else { a }) else { return };
            self.open(best as u32);
        }
    }

    /// Make the best opening or exchange while one saves more than rounding.
    pub(super) fn descend(&mut self, stop: &impl Fn() -> bool) {
        let columns = self.blocked.len();
        let noise = 1e-9
            * self.limited.problem.miss.iter().copied().filter(|miss| *miss < self.limited.beyond).fold(1e-3, f64::max);
        let mut cost = self.cost();
        while !stop() {
            let mut best = (noise, None, 0);
            for column in 0..columns {
                let gain = self.swap.gain[column];
                if gain > best.0 && self.may_open(column) {
                    best = (gain, None, column);
                }
            }
            for slot in 0..self.swap.chosen.len() {
                let loss = self.swap.loss[slot];
                let extra = &self.swap.extra[slot * columns..][..columns];
                for (column, (gain, extra)) in self.swap.gain.iter().zip(extra).enumerate() {
                    let profit = gain - loss + extra;
                    if profit > best.0 && self.may_exchange(slot, column) {
                        best = (profit, Some(slot), column);
                    }
                }
            }
            self.swap.work += (columns * (1 + self.swap.chosen.len())) as u64 / 4;
            match best {
                (profit, _, _) if profit <= noise => return,
                (_, Some(slot), column) => self.exchange(slot, column as u32),
                (_, None, column) => self.open(column as u32),
            }
            let before = std::mem::replace(&mut cost, self.cost());
            if cost >= before {
                return;
            }
        }
    }

    /// Go to another choice that the limits allow.
    pub(super) fn go_to(&mut self, choice: &[u32]) {
        for slot in (0..self.swap.chosen.len()).rev() {
            if choice.binary_search(&self.swap.chosen[slot]).is_err() {
                self.close(slot);
            }
        }
        for &column in choice.iter().take(self.most_open) {
            if self.swap.slot[column as usize] == NONE {
                self.open(column);
            }
        }
    }

    /// Kick the best choice and improve it anew, until so much work is done or `enough` is reached.
    pub(super) fn restart(
        &mut self,
        random: &mut Random,
        work: u64,
        enough: f64,
        stop: &impl Fn() -> bool,
    ) -> (f64, Vec<u32>) {
        let mut best = (self.cost(), self.chosen());
        let columns = self.blocked.len();
        let until = self.work() + work;
        let mut round = 0;
        while self.work() < until && best.0 > enough && !stop() && !best.1.is_empty() {
            let kicks = 1 + round % 3.min(self.swap.chosen.len().max(1));
            round += 1;
            for _ in 0..kicks {
                if self.swap.chosen.is_empty() {
                    break;
                }
                let slot = random.below(self.swap.chosen.len());
                let closed = self.swap.chosen[slot] as usize;
                let column = random.below(columns);
                if self.may_exchange(slot, column) {
                    self.exchange(slot, column as u32);
                } else if self.left + self.limited.spend(closed) >= 0.0 && !self.kept[closed] {
                    self.close(slot);
                    if self.may_open(column) {
                        self.open(column as u32);
                    }
                }
            }
            self.descend(stop);
            let cost = self.cost();
            if cost < best.0 {
                best = (cost, self.chosen());
            } else if cost > best.0 {
                self.go_to(&best.1.clone());
            }
            self.swap.work += 1;
        }
        best
    }
}
