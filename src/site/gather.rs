//! From the reach to a problem: rows gathered one by one, equal rows merged.

use crate::reach::Reach;

use super::problem::{NONE, Problem, Role};

impl Problem {
    /// A covering problem: each row needs `times` sites within `limit_m`, or pays its weight for each lacking one.
    ///
    /// Rows that the same sites reach are merged on the way (isomorphic
    /// aggregation); rows that fixed sites already serve are left out.
    pub(super) fn cover(reach: &Reach, weight: &[f64], limit_m: f64, role: &[Role], times: u32) -> Self {
        let mut gather = Gather::new(role, false);
        gather.cover(reach, weight, limit_m, role, times, |_| true);
        gather.covering()
    }

    /// A p-median problem: weight times metres to the nearest chosen site.
    ///
    /// A row without a chosen site on its list pays more than any full service.
    pub(super) fn median(reach: &Reach, weight: &[f64], limit_m: f64, role: &[Role]) -> Self {
        let mut gather = Gather::new(role, true);
        for (row, &weight) in weight.iter().enumerate() {
            gather.list.clear();
            let mut fixed_m = f64::INFINITY;
            for (site, walk_m) in reach.row(row).filter(|&(_, walk_m)| walk_m <= limit_m) {
                match role[site as usize] {
                    Role::Free => gather.list.push((gather.column_of[site as usize], walk_m.to_bits())),
                    Role::Fixed => fixed_m = fixed_m.min(walk_m),
                    Role::Forbidden => {}
                }
            }
            if fixed_m.is_finite() {
                gather.list.retain(|&(_, bits)| f64::from_bits(bits) < fixed_m);
                if weight == 0.0 {
                    continue;
                }
                if gather.list.is_empty() {
                    gather.base += weight * fixed_m;
                    continue;
                }
            }
            // Metres are not negative, so their bits sort as they do.
            gather.list.sort_unstable_by_key(|&(column, bits)| (bits, column));
            gather.add(1, fixed_m.to_bits(), weight);
        }
        let (sums, fixed) = (std::mem::take(&mut gather.sum), std::mem::take(&mut gather.kind));
        let mut problem = gather.problem;
        problem.base = gather.base;
        let mut beyond_all = 1.0;
        for row in 0..problem.rows() {
            for at in problem.list(row) {
                problem.cost[at] *= sums[row];
            }
            let dearest = problem.list(row).last().map_or(0.0, |last| problem.cost[last]);
            let fixed_m = f64::from_bits(fixed[row].1);
            beyond_all += if fixed_m.is_finite() { sums[row] * fixed_m } else { dearest };
        }
        for row in 0..problem.rows() {
            let fixed_m = f64::from_bits(fixed[row].1);
            problem.miss[row] = if fixed_m.is_finite() { sums[row] * fixed_m } else { beyond_all.ceil() };
        }
        problem.index();
        problem
    }

    /// A problem in which a row pays the share of its weight that its best site leaves uncounted.
    pub(super) fn gradual(
        reach: &Reach,
        weight: &[f64],
        limit_m: f64,
        role: &[Role],
        share: impl Fn(f64) -> f64,
    ) -> Self {
        let mut gather = Gather::new(role, true);
        for (row, &weight) in weight.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            gather.list.clear();
            let mut miss = 1.0_f64;
            for (site, walk_m) in reach.row(row).filter(|&(_, walk_m)| walk_m <= limit_m) {
                let left = 1.0 - share(walk_m);
                match role[site as usize] {
                    Role::Free => gather.list.push((gather.column_of[site as usize], left.to_bits())),
                    Role::Fixed => miss = miss.min(left),
                    Role::Forbidden => {}
                }
            }
            gather.list.retain(|&(_, bits)| f64::from_bits(bits) < miss);
            if gather.list.is_empty() {
                gather.base += weight * miss;
                continue;
            }
            gather.list.sort_unstable_by_key(|&(column, bits)| (bits, column));
            gather.add(1, miss.to_bits(), weight);
        }
        let (sums, misses) = (std::mem::take(&mut gather.sum), std::mem::take(&mut gather.kind));
        let mut problem = gather.problem;
        problem.base = gather.base;
        for (row, sum) in sums.into_iter().enumerate() {
            for at in problem.list(row) {
                problem.cost[at] *= sum;
            }
            problem.miss[row] = sum * f64::from_bits(misses[row].1);
        }
        problem.index();
        problem
    }
}

/// Rows gathered one by one; equal lists become one row with the sum of the weights.
pub(super) struct Gather {
    pub problem: Problem,
    pub column_of: Vec<u32>,
    /// The row at hand: columns with the bits of their metres.
    pub list: Vec<(u32, u64)>,
    pub sum: Vec<f64>,
    /// What else must agree: sites needed, and the metres to the nearest fixed site.
    pub kind: Vec<(u32, u64)>,
    pub base: f64,
    /// Open addressing: rows by the hash of their list.
    table: Vec<u32>,
    costs: bool,
}

impl Gather {
    pub(super) fn new(role: &[Role], costs: bool) -> Self {
        let mut problem = Problem::empty(costs);
        let mut column_of = vec![NONE; role.len()];
        for (site, _) in role.iter().enumerate().filter(|(_, role)| **role == Role::Free) {
            column_of[site] = problem.ids.len() as u32;
            problem.ids.push(site as u32);
        }
        let (list, sum, kind) = (vec![], vec![], vec![]);
        Self { problem, column_of, list, sum, kind, base: 0.0, table: vec![NONE; 1024], costs }
    }

    /// Add the rows of a covering problem in which only sites that offer something count.
    pub(super) fn cover(
        &mut self,
        reach: &Reach,
        weight: &[f64],
        limit_m: f64,
        role: &[Role],
        times: u32,
        offers: impl Fn(u32) -> bool,
    ) {
        for (row, &weight) in weight.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            self.list.clear();
            let mut need = times;
            for (site, _) in reach.row(row).filter(|&(site, walk_m)| walk_m <= limit_m && offers(site)) {
                match role[site as usize] {
                    Role::Free => self.list.push((self.column_of[site as usize], 0)),
                    Role::Fixed => need = need.saturating_sub(1),
                    Role::Forbidden => {}
                }
            }
            self.add(need, 0, weight);
        }
    }

    /// The covering problem of the rows added.
    pub(super) fn covering(self) -> Problem {
        let mut problem = self.problem;
        problem.miss = self.sum;
        problem.base = self.base;
        problem.index();
        problem
    }

    /// Add the row at hand.
    pub(super) fn add(&mut self, need: u32, kind: u64, weight: f64) {
        if need == 0 || (self.list.is_empty() && !self.costs) {
            self.base += f64::from(need) * weight;
            return;
        }
        if self.sum.len() * 2 >= self.table.len() {
            self.grow();
        }
        let mask = self.table.len() - 1;
        let mut slot = hash(need, kind, self.list.iter().copied()) as usize & mask;
        while self.table[slot] != NONE {
            let row = self.table[slot] as usize;
            if self.kind[row] == (need, kind) && self.is_list(row) {
                self.sum[row] += weight;
                return;
            }
            slot = (slot + 1) & mask;
        }
        self.table[slot] = self.sum.len() as u32;
        self.sum.push(weight);
        self.kind.push((need, kind));
        self.problem.need.push(need);
        self.problem.miss.push(0.0);
        self.problem.site.extend(self.list.iter().map(|&(column, _)| column));
        if self.costs {
            self.problem.cost.extend(self.list.iter().map(|&(_, bits)| f64::from_bits(bits)));
        }
        self.problem.start.push(self.problem.site.len() as u32);
    }

    fn entry(&self, at: usize) -> (u32, u64) {
        (self.problem.site[at], self.problem.cost.get(at).map_or(0, |cost| cost.to_bits()))
    }

    fn is_list(&self, row: usize) -> bool {
        let list = self.problem.list(row);
        list.len() == self.list.len() && list.zip(&self.list).all(|(at, &entry)| self.entry(at) == entry)
    }

    fn grow(&mut self) {
        let mask = self.table.len() * 4 - 1;
        let mut table = vec![NONE; mask + 1];
        for row in 0..self.sum.len() {
            let (need, kind) = self.kind[row];
            let mut slot = hash(need, kind, self.problem.list(row).map(|at| self.entry(at))) as usize & mask;
            while table[slot] != NONE {
                slot = (slot + 1) & mask;
            }
            table[slot] = row as u32;
        }
        self.table = table;
    }
}

/// A hash of a row; equal rows are still compared entry by entry.
fn hash(need: u32, kind: u64, list: impl Iterator<Item = (u32, u64)>) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = (u64::from(need) ^ kind).wrapping_mul(ODD);
    for (column, bits) in list {
        hash = (hash.rotate_left(23) ^ bits ^ (u64::from(column) << 1 | 1)).wrapping_mul(ODD);
    }
    hash ^ (hash >> 29)
}
