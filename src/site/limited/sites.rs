//! Better sites where capacities hold: move to the middle of one's rows, exchange, and share out anew.

use std::collections::HashSet;

use super::{Choice, Limited, Place, ROUNDING, State, flow::Flow, prices::Prices, serve::Serve};

/// Columns looked at in the place of each open one.
const NEAR: usize = 8;

/// Share the rows out over these columns as well as can be found.
pub(super) fn share_out(limited: &Limited, state: &State, open: &[u32], worth: f64) -> Choice {
    if !limited.has_capacity() {
        return Choice { cost: limited.problem.price(open), columns: open.to_vec(), shares: vec![] };
    }
    let flow = Flow::new(limited, state, open);
    if limited.split {
        return flow.choice();
    }
    // Shares cost no more than whole rows do: nothing to gain where they cost too much.
    if flow.cost() >= worth {
        return Choice::none();
    }
    Serve::round(limited, state, &flow, open).choice()
}

/// Columns that may be open together: those inside, then by falling score as far as the limits allow.
pub(super) fn feasible(limited: &Limited, place: &[Place], score: &[f64]) -> Option<Vec<u32>> {
    let mut chosen: Vec<u32> = (0..place.len() as u32).filter(|&at| place[at as usize] == Place::In).collect();
    let mut left = limited.left(chosen.iter().copied());
    let free = (0..place.len() as u32).filter(|&at| place[at as usize] == Place::Free);
    let mut order: Vec<u32> = free.collect();
    if left < 0.0 {
        // Keep open what would cost most to close, until the money suffices.
        order.sort_by(|&a, &b| limited.spend(a as usize).total_cmp(&limited.spend(b as usize)));
        for &column in &order {
            if left < 0.0 && chosen.len() < limited.most_open && limited.spend(column as usize) < 0.0 {
                left -= limited.spend(column as usize);
                chosen.push(column);
            }
        }
    }
    order.sort_by(|&a, &b| score[b as usize].total_cmp(&score[a as usize]).then(a.cmp(&b)));
    for column in order {
        let spend = limited.spend(column as usize);
        let apart = !limited.rivals(column).iter().any(|rival| chosen.contains(rival));
        if chosen.len() < limited.most_open && apart && spend <= left && !chosen.contains(&column) {
            left -= spend;
            chosen.push(column);
        }
    }
    chosen.sort_unstable();
    limited.may_open(&chosen).then_some(chosen)
}

/// The best choice so far, and which columns were tried.
pub(super) struct Sites<'a> {
    pub limited: &'a Limited,
    pub state: State,
    pub best: Choice,
    pub tried: HashSet<Vec<u32>>,
}

/// What could stand in the place of an open column.
struct Instead {
    column: u32,
    /// Closed columns that would do best there, capacities aside.
    others: Vec<u32>,
    /// The one that serves all its rows at least cost, if at less than now.
    middle: Option<u32>,
}

impl Sites<'_> {
    /// Take a choice if it is cheaper.
    pub(super) fn offer(&mut self, choice: Choice) -> bool {
        let better = choice.cost < self.best.cost;
        if better {
            self.best = choice;
        }
        better
    }

    /// Try these columns, and better middles of what they serve; returns whether the best became better.
    pub(super) fn attempt(&mut self, open: Vec<u32>, stop: &impl Fn() -> bool) -> bool {
        let mut better = false;
        let mut open = open;
        // Whatever the time: without a first choice there is nothing to return.
        while self.tried.insert(open.clone()) && (self.best.columns.is_empty() || !stop()) {
            let choice = share_out(self.limited, &self.state, &open, self.best.cost * 1.02 + 1.0);
            if choice.cost.is_infinite() || !self.limited.has_capacity() {
                return self.offer(choice) || better;
            }
            open = self.middles(&choice);
            better |= self.offer(choice);
        }
        better
    }

    /// What the prices of a round suggest.
    pub(super) fn suggest(&mut self, prices: &Prices<'_>, stop: &impl Fn() -> bool) -> bool {
        let Some(open) = feasible(self.limited, &prices.state.place, prices.pick.net()) else { return false };
        let mut better = false;
        if self.limited.has_capacity() && !self.limited.split && !stop() {
            better = self.offer(Serve::from_taken(self.limited, &self.state, &prices.taken, &open).choice());
        }
        self.attempt(open, stop) || better
    }

    /// What each other column could do in the place of each open one, as if rows could not go elsewhere.
    fn instead(&self, choice: &Choice) -> Vec<Instead> {
        let problem = &self.limited.problem;
        // Rows that are left out, as far as they are, are anyone's gain.
        let mut left = vec![1.0; problem.rows()];
        choice.shares.iter().for_each(|&(row, _, share)| left[row as usize] -= share);
        let mut gain = vec![0.0; problem.sites()];
        for (row, &left) in left.iter().enumerate().filter(|(_, left)| **left > ROUNDING) {
            for at in problem.list(row) {
                gain[problem.site[at] as usize] += left * (problem.miss[row] - problem.cost_at(at)).max(0.0);
            }
        }
        let mut saved = vec![0.0; problem.sites()];
        let of = |&column: &u32| {
            saved.fill(0.0);
            let (mut load, mut missed) = (0.0, 0.0);
            for &(row, _, share) in choice.shares.iter().filter(|served| served.1 == column) {
                let row = row as usize;
                load += share * self.limited.load[row];
                missed += share * problem.miss[row];
                for at in problem.list(row) {
                    saved[problem.site[at] as usize] += share * (problem.miss[row] - problem.cost_at(at)).max(0.0);
                }
            }
            let own = missed - saved[column as usize];
            let costs = |&other: &u32| missed - saved[other as usize] - gain[other as usize];
            let mut others: Vec<u32> =
                (0..saved.len() as u32).filter(|other| choice.columns.binary_search(other).is_err()).collect();
            others.sort_by(|a, b| costs(a).total_cmp(&costs(b)).then(a.cmp(b)));
            // The middle must have room for all of them, and may not count on others.
            let room = |&&other: &&u32| load <= self.limited.capacity[other as usize];
            let middle = others
                .iter()
                .filter(room)
                .copied()
                .reduce(|a, b| if saved[b as usize] > saved[a as usize] { b } else { a });
            let middle = middle.filter(|&middle| missed - saved[middle as usize] < own);
            others.truncate(NEAR);
            Instead { column, others, middle }
        };
        choice.columns.iter().map(of).collect()
    }

    /// Each open column moved to where its rows are served at least cost.
    fn middles(&self, choice: &Choice) -> Vec<u32> {
        let mut open = choice.columns.clone();
        for Instead { column, middle, .. } in self.instead(choice) {
            let Some(middle) = middle.filter(|_| !self.limited.must.contains(&column)) else { continue };
            if let Some(moved) = exchanged(&open, column, middle).filter(|moved| self.limited.may_open(moved)) {
                open = moved;
            }
        }
        open
    }

    /// Exchange open columns for others near them while that helps, for at most so many attempts.
    pub(super) fn exchange(&mut self, attempts: usize, stop: &impl Fn() -> bool) {
        let mut left = attempts;
        loop {
            let choice = self.best.clone();
            let mut better = false;
            let open = choice.columns.clone();
            for Instead { column, others, .. } in self.instead(&choice) {
                if self.limited.must.contains(&column) {
                    continue;
                }
                for other in others {
                    if left == 0 || stop() {
                        return;
                    }
                    let Some(moved) = exchanged(&open, column, other) else { continue };
                    if self.limited.may_open(&moved) && !self.tried.contains(&moved) {
                        left -= 1;
                        better |= self.attempt(moved, stop);
                    }
                }
                if better {
                    break;
                }
            }
            if !better {
                return;
            }
        }
    }
}

/// The choice with one column in the place of another, rising.
fn exchanged(open: &[u32], column: u32, other: u32) -> Option<Vec<u32>> {
    if open.contains(&other) {
        return None;
    }
    let mut moved: Vec<u32> = open.iter().copied().filter(|&at| at != column).chain([other]).collect();
    moved.sort_unstable();
    Some(moved)
}
