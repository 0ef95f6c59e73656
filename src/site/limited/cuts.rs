//! What the prices decide: columns that must be open or cannot be, and rows that a site cannot serve.

use super::{
    Limited, Place, State,
    prices::{Priced, Prices},
};

/// Decide the columns whose other way costs more than the ceiling; returns how many.
pub(super) fn decide_columns(state: &mut State, found: &Priced, ceiling: f64) -> usize {
    let mut decided = 0;
    for (column, place) in state.place.iter_mut().enumerate().filter(|(_, place)| **place == Place::Free) {
        if found.with[column] > ceiling {
            *place = Place::Out;
            decided += 1;
        } else if found.without[column] > ceiling {
            *place = Place::In;
            decided += 1;
        }
    }
    decided
}

/// Entries, by place in the rows' lists, whose use would cost more than the ceiling at prices `u`.
///
/// With the row forced upon the site, the rest of its capacity earns no more
/// than its fractional knapsack does. Only for whole rows: a share of a row
/// could still be served there.
pub(super) fn useless_entries(limited: &Limited, state: &State, u: &[f64], ceiling: f64) -> Vec<u32> {
    let mut useless = vec![];
    if !limited.has_capacity() || limited.split {
        return useless;
    }
    let problem = &limited.problem;
    let mut prices = Prices::new(limited, state);
    let value = prices.bound(u);
    let mut of_column = vec![vec![]; problem.sites()];
    for row in 0..problem.rows() {
        for at in limited.live(state, row) {
            of_column[problem.site[at] as usize].push((at, row));
        }
    }
    for (column, entries) in of_column.into_iter().enumerate() {
        let open = match state.place[column] {
            Place::Out => continue,
            Place::In => value,
            Place::Free => value + prices.pick.give_up(limited, column).0,
        };
        prices.fill(column);
        for (at, row) in entries {
            let most =
                u[row] - problem.cost_at(at) + prices.knapsack.at_most(limited.capacity[column] - limited.load[row]);
            if open + (prices.earn[column] - most).max(0.0) > ceiling {
                useless.push(at as u32);
            }
        }
    }
    useless
}
