//! The one problem behind every siting model: rows to serve, sites to choose.
//!
//! A row is served by the cheapest chosen site on its list, or pays its `miss`.
//! In a covering problem every entry on a list is free, a row may need several
//! sites, and it pays its miss for each one that is lacking. MCLP, LSCP and
//! p-center are covering problems; p-median has costs.

use crate::reach::Reach;

/// What the caller says about a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// May be chosen.
    Free,
    /// Stays open.
    Fixed,
    /// May not be chosen.
    Forbidden,
}

/// Rows, their lists of sites, and what it costs to leave them out.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    /// Site rows of the reach, by column of this problem.
    pub ids: Vec<u32>,
    /// List of row r: entries `start[r]..start[r + 1]`, cheapest first.
    pub start: Vec<u32>,
    /// Column of each entry.
    pub site: Vec<u32>,
    /// Cost of each entry; empty in a covering problem, where all are 0.
    pub cost: Vec<f64>,
    /// What a row pays when no site on its list is chosen (each lacking site in a covering problem).
    pub miss: Vec<f64>,
    /// Sites a row needs; 1 unless backup cover is asked for.
    pub need: Vec<u32>,
    /// Paid whatever is chosen.
    pub base: f64,
    /// Entries grouped by column: `column_start[c]..column_start[c + 1]`, rows rising.
    pub column_start: Vec<u32>,
    /// Row of each of these.
    pub row: Vec<u32>,
    /// Cost of each of these; empty in a covering problem.
    pub row_cost: Vec<f64>,
}

impl Problem {
    pub(super) fn rows(&self) -> usize {
        self.miss.len()
    }

    pub(super) fn sites(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn covers(&self) -> bool {
        self.cost.is_empty()
    }

    pub(super) fn list(&self, row: usize) -> std::ops::Range<usize> {
        self.start[row] as usize..self.start[row + 1] as usize
    }

    pub(super) fn column(&self, site: usize) -> std::ops::Range<usize> {
        self.column_start[site] as usize..self.column_start[site + 1] as usize
    }

    /// Sites of a row, cheapest first.
    pub(super) fn sites_of(&self, row: usize) -> &[u32] {
        &self.site[self.list(row)]
    }

    /// Rows on whose list a site is, rising.
    pub(super) fn rows_of(&self, site: usize) -> &[u32] {
        &self.row[self.column(site)]
    }

    /// Cost of the entry at a place in `site`.
    pub(super) fn cost_at(&self, at: usize) -> f64 {
        self.cost.get(at).copied().unwrap_or(0.0)
    }

    /// What a choice of columns costs, from the definition.
    pub(super) fn price(&self, chosen: &[u32]) -> f64 {
        let mut open = vec![false; self.sites()];
        chosen.iter().for_each(|&site| open[site as usize] = true);
        let mut total = self.base;
        for row in 0..self.rows() {
            let mut served = self.list(row).filter(|&at| open[self.site[at] as usize]);
            if self.covers() {
                let lacking = (self.need[row] as usize).saturating_sub(served.count());
                total += self.miss[row] * lacking as f64;
            } else {
                total += served.next().map_or(self.miss[row], |at| self.cost_at(at).min(self.miss[row]));
            }
        }
        total
    }

    /// Whether every price is a whole number, so that a bound may be rounded up.
    pub(super) fn is_whole(&self) -> bool {
        let whole = |value: &f64| value.fract() == 0.0 && value.abs() < 1e15;
        whole(&self.base) && self.miss.iter().all(whole) && self.cost.iter().all(whole)
    }

    /// A covering problem: each row needs `times` sites within `limit_m`, or pays its weight for each lacking one.
    ///
    /// Rows that the same sites reach are merged on the way (isomorphic
    /// aggregation); rows that fixed sites already serve are left out.
    pub(super) fn cover(reach: &Reach, weight: &[f64], limit_m: f64, role: &[Role], times: u32) -> Self {
        let mut gather = Gather::new(role, false);
        for (row, &weight) in weight.iter().enumerate() {
            if weight <= 0.0 {
                continue;
            }
            gather.list.clear();
            let mut need = times;
            for (site, walk_m) in reach.row(row) {
                match role[site as usize] {
                    Role::Free if walk_m <= limit_m => gather.list.push((gather.column_of[site as usize], 0)),
                    Role::Fixed if walk_m <= limit_m => need = need.saturating_sub(1),
                    _ => {}
                }
            }
            gather.add(need, 0, weight);
        }
        let sums = std::mem::take(&mut gather.sum);
        let mut problem = gather.problem;
        for (row, sum) in sums.into_iter().enumerate() {
            problem.miss[row] = sum;
        }
        problem.base = gather.base;
        problem.index();
        problem
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

    /// The problem that is left when some columns are chosen and others are out.
    pub(super) fn restrict(&self, chosen: &[u32], keep: impl Fn(usize) -> bool) -> Rest {
        let mut column_of = vec![NONE; self.sites()];
        let mut columns = vec![];
        for (site, column) in column_of.iter_mut().enumerate() {
            if keep(site) {
                *column = columns.len() as u32;
                columns.push(site as u32);
            }
        }
        chosen.iter().for_each(|&site| column_of[site as usize] = CHOSEN);
        let mut rest = Self {
            ids: columns.iter().map(|&site| self.ids[site as usize]).collect(),
            base: self.base,
            ..Self::empty(!self.covers())
        };
        let mut rows = vec![];
        for row in 0..self.rows() {
            let (mut need, mut miss) = (self.need[row], self.miss[row]);
            let before = rest.site.len();
            for at in self.list(row) {
                let (column, cost) = (column_of[self.site[at] as usize], self.cost_at(at));
                if cost >= miss && !self.covers() {
                    break;
                }
                if column == CHOSEN {
                    if self.covers() {
                        need = need.saturating_sub(1);
                    } else {
                        miss = cost;
                    }
                } else if column != NONE {
                    rest.site.push(column);
                    if !self.covers() {
                        rest.cost.push(cost);
                    }
                }
            }
            if need == 0 || rest.site.len() == before {
                rest.base += miss * f64::from(need);
                rest.site.truncate(before);
                rest.cost.truncate(if self.covers() { 0 } else { before });
                continue;
            }
            rest.start.push(rest.site.len() as u32);
            rest.miss.push(miss);
            rest.need.push(need);
            rows.push(row as u32);
        }
        rest.index();
        Rest { problem: rest, rows, columns }
    }

    fn empty(costs: bool) -> Self {
        Self {
            ids: vec![],
            start: vec![0],
            site: vec![],
            cost: Vec::with_capacity(usize::from(costs)),
            miss: vec![],
            need: vec![],
            base: 0.0,
            column_start: vec![],
            row: vec![],
            row_cost: vec![],
        }
    }

    /// Group the entries by column.
    pub(super) fn index(&mut self) {
        let mut start = vec![0_u32; self.sites() + 1];
        self.site.iter().for_each(|&site| start[site as usize + 1] += 1);
        for site in 0..self.sites() {
            start[site + 1] += start[site];
        }
        let mut next = start.clone();
        self.row = vec![0; self.site.len()];
        self.row_cost = vec![0.0; self.cost.len()];
        for row in 0..self.rows() {
            for at in self.list(row) {
                let slot = &mut next[self.site[at] as usize];
                self.row[*slot as usize] = row as u32;
                if let Some(cost) = self.row_cost.get_mut(*slot as usize) {
                    *cost = self.cost[at];
                }
                *slot += 1;
            }
        }
        self.column_start = start;
    }
}

pub(super) const NONE: u32 = u32::MAX;
const CHOSEN: u32 = u32::MAX - 1;

/// What [`Problem::restrict`] leaves, and where it came from.
pub(super) struct Rest {
    pub problem: Problem,
    /// Row of the larger problem, by row.
    pub rows: Vec<u32>,
    /// Column of the larger problem, by column.
    pub columns: Vec<u32>,
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
