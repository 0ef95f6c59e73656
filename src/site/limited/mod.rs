//! Siting within limits: sites serve no more than their capacity, cost money, or keep their distance.
//!
//! The same rows and lists as elsewhere ([`Problem`]), but which sites may be
//! open together is limited, and a row is served by whole rows or shares of
//! them up to each site's capacity. One engine for all of it: `prices` bound it
//! (rows are priced, each site packs a knapsack, `pick` opens the sites that
//! earn most), `flow` and `serve` share the rows out over given sites, `sites`
//! looks for better sites, and `tree` divides what is left.

mod build;
mod cuts;
mod flow;
mod knapsack;
mod pick;
mod prices;
mod serve;
mod sites;
mod solve;
mod tree;
mod within;

pub(super) use build::{covering, median};
pub(crate) use knapsack::Knapsack;
pub(super) use solve::{Solved, quick, root_bound, solve};

use super::problem::{NONE, Problem};

/// Capacities hold up to this share of rounding.
pub(super) const ROUNDING: f64 = 1e-9;

/// Rows to serve and sites to open within limits.
#[derive(Debug, Clone)]
pub(super) struct Limited {
    pub problem: Problem,
    /// Demand row of each row, where rows were not merged.
    pub demand: Vec<u32>,
    /// What each row takes of a capacity; empty where nothing is limited.
    pub load: Vec<f64>,
    /// What each column can serve, rounding included.
    pub capacity: Vec<f64>,
    /// Whether a row may be shared by several sites.
    pub split: bool,
    /// Columns that stay open.
    pub must: Vec<u32>,
    /// Most columns open, those that must be among them.
    pub most_open: usize,
    /// Money each column takes when open, less than 0 where closing costs; empty without a budget.
    pub spend: Vec<f64>,
    /// Money there is; those that must be open take none.
    pub budget: f64,
    /// Columns too close to each column; empty without a separation.
    pub rivals: Vec<Vec<u32>>,
    /// A clique of rivals that the column is in; empty without a separation.
    pub clique: Vec<u32>,
    pub cliques: usize,
    /// What a row pays that must be served and is not; infinite where none must.
    pub beyond: f64,
}

/// Whether a column is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Free,
    In,
    Out,
}

/// Decisions: on columns, and entries that are not to be used.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub place: Vec<Place>,
    /// By place in the rows' lists; empty where nothing is cut.
    pub cut: Vec<bool>,
}

/// A choice of columns and who serves whom.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Choice {
    pub cost: f64,
    /// Columns, rising.
    pub columns: Vec<u32>,
    /// Row, column and share, where there are capacities.
    pub shares: Vec<(u32, u32, f64)>,
}

impl Choice {
    pub(super) fn none() -> Self {
        Self { cost: f64::INFINITY, columns: vec![], shares: vec![] }
    }
}

impl Limited {
    pub(super) fn has_capacity(&self) -> bool {
        !self.load.is_empty()
    }

    pub(super) fn spend(&self, column: usize) -> f64 {
        self.spend.get(column).copied().unwrap_or(0.0)
    }

    pub(super) fn rivals(&self, column: u32) -> &[u32] {
        self.rivals.get(column as usize).map_or(&[], Vec::as_slice)
    }

    /// Money that a choice leaves, rounding included.
    pub(super) fn left(&self, chosen: impl Iterator<Item = u32>) -> f64 {
        if self.spend.is_empty() {
            return f64::INFINITY;
        }
        self.budget - chosen.map(|column| self.spend[column as usize]).sum::<f64>()
    }

    /// Whether these columns may be open together.
    pub(super) fn may_open(&self, chosen: &[u32]) -> bool {
        chosen.len() <= self.most_open
            && self.must.iter().all(|must| chosen.contains(must))
            && self.left(chosen.iter().copied()) >= 0.0
            && chosen.iter().all(|&column| !self.rivals(column).iter().any(|rival| chosen.contains(rival)))
    }

    /// Nothing decided but what must be open.
    pub(super) fn start(&self) -> State {
        let mut place = vec![Place::Free; self.problem.sites()];
        self.must.iter().for_each(|&column| place[column as usize] = Place::In);
        State { place, cut: vec![false; if self.has_capacity() { self.problem.site.len() } else { 0 }] }
    }

    /// Draw what follows from the decisions; false where no choice keeps them.
    pub(super) fn settle(&self, state: &mut State) -> bool {
        let columns = self.problem.sites();
        loop {
            let mut changed = false;
            let inside: Vec<u32> = (0..columns as u32).filter(|&at| state.place[at as usize] == Place::In).collect();
            for &column in &inside {
                for &rival in self.rivals(column) {
                    match state.place[rival as usize] {
                        Place::In => return false,
                        Place::Free => (state.place[rival as usize], changed) = (Place::Out, true),
                        Place::Out => {}
                    }
                }
            }
            if inside.len() > self.most_open {
                return false;
            }
            let free = |state: &State, at: usize| state.place[at] == Place::Free;
            if inside.len() == self.most_open {
                for at in 0..columns {
                    if free(state, at) {
                        (state.place[at], changed) = (Place::Out, true);
                    }
                }
            }
            let left = self.left(inside.iter().copied());
            let saved: f64 = (0..columns).filter(|&at| free(state, at)).map(|at| (-self.spend(at)).max(0.0)).sum();
            if left + saved < 0.0 {
                return false;
            }
            for at in 0..columns {
                if free(state, at) && self.spend(at) > left + saved {
                    (state.place[at], changed) = (Place::Out, true);
                }
            }
            if self.beyond.is_finite() && self.has_capacity() {
                for row in 0..self.problem.rows() {
                    let only = {
                        let mut used = self.live(state, row);
                        used.next().filter(|_| used.next().is_none())
                    };
                    if let Some(at) = only {
                        let column = self.problem.site[at] as usize;
                        if free(state, column) {
                            (state.place[column], changed) = (Place::In, true);
                        }
                    }
                }
            }
            if !changed {
                return true;
            }
        }
    }

    /// Whether the entry at a place in the rows' lists may be used.
    pub(super) fn is_live(&self, state: &State, at: usize) -> bool {
        state.place[self.problem.site[at] as usize] != Place::Out && !state.cut.get(at).copied().unwrap_or(false)
    }

    /// The entries of a row, by place in the rows' lists, that may be used.
    pub(super) fn live<'a>(&'a self, state: &'a State, row: usize) -> impl Iterator<Item = usize> + 'a {
        self.problem.list(row).filter(|&at| self.is_live(state, at))
    }

    /// Group columns that are too close to each other: greedily, each new clique around the first column left.
    pub(super) fn group(&mut self) {
        let columns = self.problem.sites();
        self.clique = vec![NONE; columns];
        self.cliques = 0;
        for column in 0..columns as u32 {
            if self.clique[column as usize] != NONE {
                continue;
            }
            let mut members = vec![column];
            for &rival in &self.rivals[column as usize] {
                let all = members.iter().all(|member| self.rivals[rival as usize].binary_search(member).is_ok());
                if self.clique[rival as usize] == NONE && all {
                    members.push(rival);
                }
            }
            for member in members {
                self.clique[member as usize] = self.cliques as u32;
            }
            self.cliques += 1;
        }
    }
}
