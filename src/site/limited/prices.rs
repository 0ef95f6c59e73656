//! A bound by Lagrangian relaxation: rows are priced, sites pack what earns most.
//!
//! The rule that a row is served at most once is priced at `u`; each site then
//! serves what earns most within its capacity, and [`Pick`] opens the sites
//! that earn most. With whole rows the bound is that of column generation
//! (Lorena and Senne 2004; Ceselli and Righini 2005), well above the linear one.

use crate::site::lagrange::Patience;

use super::{Limited, Place, State, knapsack::Knapsack, pick::Pick};

/// Steps of all knapsacks of a round, and of one at least, before their fractional bound must do.
const STEPS: usize = 2_000_000;
const FEWEST_STEPS: usize = 2_000;

/// Prices, and what sites earn at them.
pub(super) struct Prices<'a> {
    pub limited: &'a Limited,
    pub state: &'a State,
    pub pick: Pick,
    pub earn: Vec<f64>,
    /// What each column would serve: place in the rows' lists, row, share.
    pub taken: Vec<Vec<(u32, u32, f64)>>,
    /// Profitable entries of each column: place in the rows' lists, row, profit.
    items: Vec<Vec<(u32, u32, f64)>>,
    pub knapsack: Knapsack,
}

/// What was found.
pub(super) struct Priced {
    /// No choice that keeps the decisions costs less.
    pub value: f64,
    /// The prices that prove it.
    pub u: Vec<f64>,
    /// How often, of late, each column and each entry was used.
    pub often: Vec<f64>,
    pub used: Vec<f64>,
    /// Least cost with the column open, and with it closed.
    pub with: Vec<f64>,
    pub without: Vec<f64>,
}

impl<'a> Prices<'a> {
    pub(super) fn new(limited: &'a Limited, state: &'a State) -> Self {
        let (columns, held) =
            (limited.problem.sites(), if limited.has_capacity() { limited.problem.sites() } else { 0 });
        Self {
            limited,
            state,
            pick: Pick::default(),
            earn: vec![0.0; columns],
            taken: vec![vec![]; held],
            items: vec![vec![]; held],
            knapsack: Knapsack::default(),
        }
    }

    /// The bound that prices `u` prove.
    pub(super) fn bound(&mut self, u: &[f64]) -> f64 {
        let problem = &self.limited.problem;
        let total = problem.base + u.iter().sum::<f64>();
        if self.limited.has_capacity() {
            self.pack(u);
        } else if problem.covers() {
            for (column, earn) in self.earn.iter_mut().enumerate() {
                *earn = if self.state.place[column] == Place::Out {
                    0.0
                } else {
                    problem.rows_of(column).iter().map(|&row| u[row as usize]).sum()
                };
            }
        } else {
            self.earn.fill(0.0);
            for (row, &price) in u.iter().enumerate() {
                for at in problem.list(row).take_while(|&at| problem.cost[at] < price) {
                    self.earn[problem.site[at] as usize] += price - problem.cost[at];
                }
            }
        }
        total - self.pick.choose(self.limited, &self.state.place, &self.earn)
    }

    /// Pack every column's knapsack.
    fn pack(&mut self, u: &[f64]) {
        let (limited, problem) = (self.limited, &self.limited.problem);
        let steps = (STEPS / problem.sites().max(1)).max(FEWEST_STEPS);
        self.items.iter_mut().for_each(Vec::clear);
        for (row, &price) in u.iter().enumerate() {
            for at in problem.list(row).take_while(|&at| problem.cost_at(at) < price) {
                if !self.state.cut[at] {
                    self.items[problem.site[at] as usize].push((at as u32, row as u32, price - problem.cost_at(at)));
                }
            }
        }
        for column in 0..problem.sites() {
            self.taken[column].clear();
            self.earn[column] = 0.0;
            if self.state.place[column] == Place::Out {
                continue;
            }
            self.fill(column);
            let room = limited.capacity[column];
            self.earn[column] =
                if limited.split { self.knapsack.split(room) } else { self.knapsack.whole(room, steps) };
            let items = &self.items[column];
            let taken = self.knapsack.taken.iter().map(|&(item, share)| {
                let (at, row, _) = items[item as usize];
                (at, row, share)
            });
            self.taken[column].extend(taken);
        }
    }

    /// Put a column's profitable entries into the knapsack, sorted.
    pub(super) fn fill(&mut self, column: usize) {
        self.knapsack.clear();
        for (item, &(_, row, profit)) in self.items[column].iter().enumerate() {
            self.knapsack.push(item as u32, profit, self.limited.load[row as usize]);
        }
        self.knapsack.sort();
    }

    /// How far each row is from being served once.
    fn slack(&self, u: &[f64], slack: &mut [f64]) {
        let problem = &self.limited.problem;
        slack.fill(1.0);
        for (column, &share) in self.pick.share.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            if self.limited.has_capacity() {
                self.taken[column].iter().for_each(|&(_, row, part)| slack[row as usize] -= share * part);
                continue;
            }
            for at in problem.column(column) {
                let row = problem.row[at] as usize;
                if problem.covers() || problem.row_cost[at] < u[row] {
                    slack[row] -= share;
                }
            }
        }
    }

    /// Look for the best prices from `u`, by deflected subgradient steps.
    ///
    /// `seen` is shown each round, the bound and what the round would open and
    /// serve; it gives the best known cost and the ceiling above which nothing
    /// is of interest, or ends the search.
    pub(super) fn climb(
        &mut self,
        mut u: Vec<f64>,
        patience: Patience,
        mut seen: impl FnMut(usize, f64, &Self) -> Option<(f64, f64)>,
    ) -> Priced {
        let problem = &self.limited.problem;
        let (rows, columns) = (problem.rows(), problem.sites());
        self.close_prices(&mut u);
        let mut found = Priced {
            value: f64::NEG_INFINITY,
            u: u.clone(),
            often: vec![0.0; columns],
            used: vec![0.0; self.state.cut.len()],
            with: vec![f64::NEG_INFINITY; columns],
            without: vec![f64::NEG_INFINITY; columns],
        };
        let scale = self.scale();
        let (mut slack, mut way) = (vec![0.0; rows], vec![0.0; rows]);
        let still: Vec<bool> = self.single_rows();
        let (mut step, mut since, mut weight, mut weights) = (patience.step, 0, 1.0, 0.0);
        for round in 0..patience.rounds {
            let value = self.bound(&u);
            weights += weight;
            self.count(weight, &mut found);
            weight /= 0.9;
            if weight > 1e100 {
                found.often.iter_mut().chain(&mut found.used).for_each(|often| *often /= weight);
                weights /= weight;
                weight = 1.0;
            }
            self.look(value, &mut found);
            let Some((best_cost, ceiling)) = seen(round, found.value.max(value), self) else {
                if value > found.value {
                    found.value = value;
                    found.u.copy_from_slice(&u);
                }
                break;
            };
            if value > found.value {
                let little = value - found.value < 1e-6 * (best_cost - value).abs();
                since = if little { since + 1 } else { 0 };
                found.value = value;
                found.u.copy_from_slice(&u);
            } else {
                since += 1;
            }
            if found.value > ceiling {
                break;
            }
            if since >= patience.stall {
                step *= 0.7;
                since = 0;
                if step < patience.least_step {
                    break;
                }
            }
            self.slack(&u, &mut slack);
            let mut length = 0.0;
            for row in 0..rows {
                let mut toward = slack[row] + 0.95 * way[row];
                let stuck = toward > 0.0 && u[row] >= problem.miss[row] || toward < 0.0 && u[row] <= 0.0;
                if stuck || still[row] {
                    toward = 0.0;
                }
                way[row] = toward;
                length += scale[row] * toward * toward;
            }
            if length == 0.0 {
                if (0..rows).all(|row| slack[row] == 0.0 || still[row]) {
                    break;
                }
                continue;
            }
            // Where nobody knows yet how to serve all rows, the best cost says nothing of the bound.
            let aim = if best_cost < self.limited.beyond { best_cost } else { value + 0.05 * value.abs() + 1.0 };
            let stride = step * (aim - value).max(1e-9 * aim.abs()) / length;
            for row in 0..rows {
                u[row] = (u[row] + stride * scale[row] * way[row]).clamp(0.0, problem.miss[row]);
            }
        }
        found.often.iter_mut().chain(&mut found.used).for_each(|often| *often /= weights.max(1e-300));
        found
    }

    fn count(&self, weight: f64, found: &mut Priced) {
        for (column, &share) in self.pick.share.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            found.often[column] += weight * share;
            if let Some(taken) = self.taken.get(column) {
                for &(at, _, part) in taken {
                    found.used[at as usize] += weight * share * part;
                }
            }
        }
    }

    /// What having each free column open or closed would cost at least.
    fn look(&self, value: f64, found: &mut Priced) {
        for column in (0..self.earn.len()).filter(|&column| self.state.place[column] == Place::Free) {
            let (open, closed) = self.pick.give_up(self.limited, column);
            found.with[column] = found.with[column].max(value + open);
            found.without[column] = found.without[column].max(value + closed);
        }
    }

    /// Rows that one site at most can serve: their best price is their miss, whatever the others'.
    fn single_rows(&self) -> Vec<bool> {
        if !self.limited.has_capacity() {
            return vec![false; self.limited.problem.rows()];
        }
        let single = |row: usize| self.limited.live(self.state, row).nth(1).is_none();
        (0..self.limited.problem.rows()).map(single).collect()
    }

    /// Set the prices that are known.
    fn close_prices(&self, u: &mut [f64]) {
        for (row, single) in self.single_rows().into_iter().enumerate() {
            if single {
                u[row] = self.limited.problem.miss[row];
            }
        }
    }

    /// Prices of rows that pay much when left out move farther: steps go with the root of the miss.
    fn scale(&self) -> Vec<f64> {
        let problem = &self.limited.problem;
        if !problem.covers() {
            return vec![1.0; problem.rows()];
        }
        let mean = problem.miss.iter().sum::<f64>() / problem.rows() as f64;
        problem.miss.iter().map(|miss| (miss / mean).sqrt()).collect()
    }
}
