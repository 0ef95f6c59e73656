//! A bound on what any choice must cost, by Lagrangian relaxation.
//!
//! The rule that each row is served is priced at `u` instead of enforced; what
//! remains is a choice of the sites that earn most. For every `u` between 0 and
//! the miss this is a true bound, and its best value is that of the linear
//! relaxation (Cornuéjols, Fisher and Nemhauser 1977; Galvão and ReVelle 1996
//! for MCLP). The price of forcing a site in or out fixes most sites for good.

use super::problem::{NONE, Problem};

/// How long to look for better prices.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// Most rounds.
    pub rounds: usize,
    /// Rounds without a better bound before the step is halved.
    pub stall: usize,
    /// First step, in units of the distance to the best known cost.
    pub step: f64,
    /// Give up when the step is shorter than this.
    pub least_step: f64,
}

/// What was found.
pub(super) struct Bound {
    /// No choice costs less.
    pub value: f64,
    /// The prices that prove it.
    pub u: Vec<f64>,
    /// How often each site was among those that earn most, late rounds counting most.
    pub often: Vec<f64>,
    /// Sites in every choice cheaper than the ceiling.
    pub inside: Vec<bool>,
    /// Sites in no choice cheaper than the ceiling.
    pub outside: Vec<bool>,
    /// Sites that earn most at the best prices.
    pub chosen: Vec<u32>,
    /// Lower bound on the cost with the site chosen, and without it.
    pub with: Vec<f64>,
    pub without: Vec<f64>,
}

/// Prices and what sites earn at them.
pub(super) struct Lagrange<'a> {
    problem: &'a Problem,
    open: usize,
    earn: Vec<f64>,
    order: Vec<u32>,
    taken: Vec<u32>,
}

impl<'a> Lagrange<'a> {
    pub(super) fn new(problem: &'a Problem, open: usize) -> Self {
        let open = open.min(problem.sites());
        Self {
            problem,
            open,
            earn: vec![0.0; problem.sites()],
            order: (0..problem.sites() as u32).collect(),
            taken: vec![0; problem.rows()],
        }
    }

    /// Prices from a choice: what a second site is worth to each row.
    pub(super) fn first_prices(problem: &Problem, chosen: &[u32]) -> Vec<f64> {
        let mut open = vec![false; problem.sites()];
        for &site in chosen {
            open[site as usize] = true;
        }
        let price = |row: usize| {
            let mut served = problem.list(row).filter(|&at| open[problem.site[at] as usize]);
            if problem.covers() {
                let count = served.count() as u32;
                let share =
                    if count < problem.need[row] { 1.0 } else { 0.5 / f64::from(1 + count - problem.need[row]) };
                return problem.miss[row] * share;
            }
            let cheapest = problem.list(row).next().map_or(0.0, |at| problem.cost[at]);
            let first = served.next().map_or(problem.miss[row], |at| problem.cost[at]);
            let second = served.next().map_or(problem.miss[row], |at| problem.cost[at]);
            let price = if second > 2.0 * first + 1.0 { 1.2 * first } else { 0.5 * (first + second) };
            price.max(cheapest).min(problem.miss[row])
        };
        (0..problem.rows()).map(price).collect()
    }

    /// What each site earns at prices `u`, and the bound they prove.
    fn bound(&mut self, u: &[f64]) -> f64 {
        let problem = self.problem;
        let mut total = problem.base;
        if problem.covers() {
            for (row, &price) in u.iter().enumerate() {
                total += price * f64::from(problem.need[row]);
            }
            for (site, earn) in self.earn.iter_mut().enumerate() {
                *earn = problem.rows_of(site).iter().map(|&row| u[row as usize]).sum();
            }
        } else {
            self.earn.fill(0.0);
            for (row, &price) in u.iter().enumerate() {
                total += price;
                for at in problem.list(row) {
                    let cost = problem.cost[at];
                    if cost >= price {
                        break;
                    }
                    self.earn[problem.site[at] as usize] += price - cost;
                }
            }
        }
        self.sort();
        total - self.order[..self.open].iter().map(|&site| self.earn[site as usize]).sum::<f64>()
    }

    /// The sites that earn most come first; the last of them and the next stand at their places.
    fn sort(&mut self) {
        let earn = &self.earn;
        let more = |a: &u32, b: &u32| earn[*b as usize].total_cmp(&earn[*a as usize]).then(a.cmp(b));
        if self.open < self.order.len() {
            self.order.select_nth_unstable_by(self.open, more);
        }
        if self.open > 0 {
            self.order[..self.open].select_nth_unstable_by(self.open - 1, more);
        }
    }

    /// Earnings of the least of the chosen and of the best of the others.
    fn threshold(&self) -> (f64, f64) {
        let at = |place: usize| self.order.get(place).map(|&site| self.earn[site as usize]);
        let least = self.open.checked_sub(1).and_then(at).unwrap_or(f64::INFINITY);
        (least, at(self.open).unwrap_or(0.0))
    }

    /// How far each row is from being served as often as it needs.
    fn slack(&mut self, u: &[f64], slack: &mut [f64]) {
        let problem = self.problem;
        self.taken.fill(0);
        for &site in &self.order[..self.open] {
            let column = problem.column(site as usize);
            if problem.covers() {
                problem.row[column].iter().for_each(|&row| self.taken[row as usize] += 1);
            } else {
                for at in column {
                    let row = problem.row[at] as usize;
                    self.taken[row] += u32::from(problem.row_cost[at] < u[row]);
                }
            }
        }
        for (row, slack) in slack.iter_mut().enumerate() {
            *slack = f64::from(problem.need[row]) - f64::from(self.taken[row]);
        }
    }

    /// Look for the best prices, from `u`, by deflected subgradient steps (Camerini, Fratta and Maffioli 1975).
    ///
    /// `best_cost` is the best known cost, `ceiling` the bound from which the
    /// problem is of no interest. `seen` is shown the chosen sites of each
    /// better bound and may lower both.
    pub(super) fn climb(
        &mut self,
        mut u: Vec<f64>,
        (mut best_cost, mut ceiling): (f64, f64),
        patience: Patience,
        mut seen: impl FnMut(usize, f64, &[u32]) -> Option<(f64, f64)>,
    ) -> Bound {
        let (rows, sites) = (self.problem.rows(), self.problem.sites());
        let mut found = Bound {
            value: f64::NEG_INFINITY,
            u: u.clone(),
            often: vec![0.0; sites],
            inside: vec![false; sites],
            outside: vec![false; sites],
            chosen: vec![],
            with: vec![f64::NEG_INFINITY; sites],
            without: vec![f64::NEG_INFINITY; sites],
        };
        let (mut slack, mut way) = (vec![0.0; rows], vec![0.0; rows]);
        let scale = self.scale();
        let (mut step, mut since) = (patience.step, 0);
        for round in 0..patience.rounds {
            let value = self.bound(&u);
            found.often.iter_mut().for_each(|often| *often *= 0.9);
            self.order[..self.open].iter().for_each(|&site| found.often[site as usize] += 0.1);
            self.fix(value, ceiling, &mut found);
            if value > found.value {
                let little = value - found.value < 1e-6 * (best_cost - value).abs();
                since = if little { since + 1 } else { 0 };
                found.value = value;
                found.u.copy_from_slice(&u);
                found.chosen.clear();
                found.chosen.extend_from_slice(&self.order[..self.open]);
            } else {
                since += 1;
            }
            let Some((cost, end)) = seen(round, found.value, &self.order[..self.open]) else { break };
            (best_cost, ceiling) = (cost, end);
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
                if toward > 0.0 && u[row] >= self.problem.miss[row] || toward < 0.0 && u[row] <= 0.0 {
                    toward = 0.0;
                }
                way[row] = toward;
                length += scale[row] * toward * toward;
            }
            if length == 0.0 {
                // Nothing pulls anywhere: these prices are the best there are, or the way has died out.
                if slack.iter().all(|slack| *slack == 0.0) {
                    break;
                }
                continue;
            }
            let stride = step * (best_cost - value).max(1e-9 * best_cost.abs()) / length;
            for row in 0..rows {
                u[row] = (u[row] + stride * scale[row] * way[row]).clamp(0.0, self.problem.miss[row]);
            }
        }
        found
    }

    /// Prices of rows with many people move farther: steps go with the root of the miss.
    fn scale(&self) -> Vec<f64> {
        if !self.problem.covers() {
            return vec![1.0; self.problem.rows()];
        }
        let mean = self.problem.miss.iter().sum::<f64>() / self.problem.rows() as f64;
        self.problem.miss.iter().map(|miss| (miss / mean).sqrt()).collect()
    }

    /// What forcing a site in or out would cost at the prices at hand.
    fn fix(&self, value: f64, ceiling: f64, found: &mut Bound) {
        let (least, next) = self.threshold();
        for (place, &site) in self.order.iter().enumerate() {
            let (site, earn) = (site as usize, self.earn[site as usize]);
            if place < self.open {
                let without = value + earn - next;
                found.without[site] = found.without[site].max(without);
                found.with[site] = found.with[site].max(value);
                found.inside[site] |= without > ceiling;
            } else {
                let with = value + least - earn;
                found.with[site] = found.with[site].max(with);
                found.without[site] = found.without[site].max(value);
                found.outside[site] |= with > ceiling;
            }
        }
    }

    /// Fewest sites whose earnings at prices `u` do not rule out a cost of `most`.
    pub(super) fn fewest(&mut self, u: &[f64], most: f64) -> usize {
        let total = self.bound(u) + self.order[..self.open].iter().map(|&site| self.earn[site as usize]).sum::<f64>();
        let mut earn = self.earn.clone();
        earn.sort_unstable_by(|a, b| b.total_cmp(a));
        let mut left = total;
        let noise = 1e-9 * total.abs();
        for (sites, earn) in earn.iter().enumerate() {
            if left <= most + noise {
                return sites;
            }
            left -= earn;
        }
        earn.len()
    }

    /// Prices carried over to a smaller problem.
    pub(super) fn carry(problem: &Problem, rows: &[u32], u: &[f64]) -> Vec<f64> {
        debug_assert!(!rows.contains(&NONE));
        let price = |(row, &was): (usize, &u32)| u[was as usize].clamp(0.0, problem.miss[row]);
        rows.iter().enumerate().map(price).collect()
    }
}
