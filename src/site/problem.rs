//! The one problem behind every siting model: rows to serve, sites to choose.
//!
//! A row is served by the cheapest chosen site on its list, or pays its `miss`.
//! In a covering problem every entry on a list is free, a row may need several
//! sites, and it pays its miss for each one that is lacking. MCLP, LSCP and
//! p-center are covering problems; p-median has costs.

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
        for &site in chosen {
            open[site as usize] = true;
        }
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
        for &site in chosen {
            column_of[site as usize] = CHOSEN;
        }
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

    pub(super) fn empty(costs: bool) -> Self {
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
