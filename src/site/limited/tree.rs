//! Branch and bound within limits: divide by a site, then by a row's sites.
//!
//! As in the search without limits, best bound first and in batches of a fixed
//! size, so that neither the gap nor the answer depends on threads. A row is
//! divided by splitting the sites that may serve it into two halves (Ceselli
//! and Righini 2005).

use std::{cmp::Ordering, collections::BinaryHeap, sync::Arc};

use rayon::prelude::*;

use super::{
    Choice, Limited, Place, State,
    cuts::{decide_columns, useless_entries},
    prices::{Priced, Prices},
    serve::Serve,
    sites::{Sites, feasible, share_out},
};
use crate::site::{
    branch::{Aim, report},
    clock::Clock,
    lagrange::Patience,
    plan::Stop,
};

/// Nodes evaluated together.
const BATCH: usize = 4;
const NODE: Patience = Patience { rounds: 80, stall: 7, step: 1.0, least_step: 0.02 };

/// Decisions beyond the root's, and the bound and prices they were made with.
struct Node {
    bound: f64,
    inside: Vec<u32>,
    outside: Vec<u32>,
    cut: Vec<u32>,
    prices: Arc<Vec<f64>>,
    number: u64,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}
impl Eq for Node {}
impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Node {
    /// The lowest bound is taken first; among equals the youngest.
    fn cmp(&self, other: &Self) -> Ordering {
        other.bound.total_cmp(&self.bound).then(self.number.cmp(&other.number))
    }
}

/// What evaluating a node gave.
struct Step {
    choices: Vec<Choice>,
    children: Vec<Node>,
    /// Bound of what can neither be divided nor closed.
    open: f64,
}

pub(super) struct Tree<'a, 'b> {
    pub aim: Aim,
    pub whole: bool,
    pub clock: &'a Clock<'b>,
    pub sites: Sites<'a>,
    /// Bound of everything still open.
    pub floor: f64,
}

impl Tree<'_, '_> {
    /// Divide what the root left open until nothing is.
    pub(super) fn grow(&mut self, root: &State, found: &Priced) -> Option<Stop> {
        let mut number = 0;
        let mut unresolved = f64::INFINITY;
        let mut heap = BinaryHeap::new();
        let prices = Arc::new(found.u.clone());
        heap.push(Node { bound: self.floor, inside: vec![], outside: vec![], cut: vec![], prices, number });
        while let Some(first) = heap.peek() {
            let ceiling = self.aim.ceiling(self.sites.best.cost, self.whole);
            if first.bound > ceiling {
                break;
            }
            self.floor = self.floor.max(first.bound.min(unresolved));
            report(self.clock, self.aim, self.sites.best.cost, self.floor);
            if self.aim.is_enough(self.sites.best.cost, self.floor) || self.clock.is_over() {
                return self.clock.stop();
            }
            let batch: Vec<Node> = (0..BATCH).filter_map(|_| heap.pop()).collect();
            let this = &*self;
            let steps: Vec<Step> = batch.into_par_iter().map(|node| this.evaluate(root, node, ceiling)).collect();
            for step in steps {
                for choice in step.choices {
                    self.sites.tried.insert(choice.columns.clone());
                    self.sites.offer(choice);
                }
                unresolved = unresolved.min(step.open);
                for mut child in step.children {
                    number += 1;
                    child.number = number;
                    heap.push(child);
                }
            }
        }
        self.floor = self.floor.max(self.sites.best.cost.min(unresolved));
        None
    }

    /// Bound a node, decide what its prices decide, and divide it.
    fn evaluate(&self, root: &State, mut node: Node, ceiling: f64) -> Step {
        let limited = self.sites.limited;
        let mut step = Step { choices: vec![], children: vec![], open: f64::INFINITY };
        let mut state = root.clone();
        node.inside.iter().for_each(|&column| state.place[column as usize] = Place::In);
        node.outside.iter().for_each(|&column| state.place[column as usize] = Place::Out);
        node.cut.iter().for_each(|&at| state.cut[at as usize] = true);
        loop {
            if !limited.settle(&mut state) {
                return step;
            }
            let decided = !state.place.contains(&Place::Free);
            if decided && (limited.split || !limited.has_capacity()) {
                if let Some(open) = feasible(limited, &state.place, &[]) {
                    step.choices.push(share_out(limited, &self.sites.state, &open, f64::INFINITY));
                }
                return step;
            }
            let mut prices = Prices::new(limited, &state);
            let found = prices.climb(node.prices.to_vec(), NODE, |round, _, _| {
                (round % 16 != 15 || !self.clock.is_over()).then_some((self.sites.best.cost, ceiling))
            });
            node.bound = node.bound.max(found.value);
            if node.bound > ceiling {
                return step;
            }
            prices.bound(&found.u);
            self.suggest(&prices, &mut step);
            node.prices = Arc::new(found.u.clone());
            let columns = decide_columns(&mut state, &found, ceiling);
            let useless = useless_entries(limited, &state, &found.u, ceiling);
            for &at in &useless {
                state.cut[at as usize] = true;
            }
            if !limited.settle(&mut state) {
                return step;
            }
            // Once all is decided, shares and knapsacks are exact; else only much that is new is worth new prices.
            let free = state.place.iter().filter(|place| **place == Place::Free).count();
            let new = columns + useless.len();
            let exact =
                free == 0 && (limited.split || !limited.has_capacity() || new > 0 && !is_divisible(limited, &state));
            if exact || new * 6 > free + 12 {
                continue;
            }
            self.note(root, &state, &mut node);
            self.divide(&state, &node, &found, ceiling, &mut step);
            return step;
        }
    }

    /// Choices that the prices of a node suggest.
    fn suggest(&self, prices: &Prices<'_>, step: &mut Step) {
        let limited = self.sites.limited;
        let Some(open) = feasible(limited, &prices.state.place, prices.pick.net()) else { return };
        if limited.has_capacity() && !limited.split {
            step.choices.push(Serve::from_taken(limited, &self.sites.state, &prices.taken, &open).choice());
        }
        if !self.sites.tried.contains(&open) {
            step.choices.push(share_out(limited, &self.sites.state, &open, self.sites.best.cost * 1.02 + 1.0));
        }
    }

    /// Keep in the node what its state says beyond the root's.
    fn note(&self, root: &State, state: &State, node: &mut Node) {
        let beyond = |wanted: Place| {
            let differs = |&at: &usize| state.place[at] == wanted && root.place[at] != wanted;
            (0..state.place.len()).filter(differs).map(|at| at as u32).collect()
        };
        (node.inside, node.outside) = (beyond(Place::In), beyond(Place::Out));
        let problem = &self.sites.limited.problem;
        let cut = |&at: &usize| state.cut[at] && !root.cut[at] && state.place[problem.site[at] as usize] != Place::Out;
        node.cut = (0..state.cut.len()).filter(cut).map(|at| at as u32).collect();
    }

    /// Divide a node by what the prices are least sure of.
    fn divide(&self, state: &State, node: &Node, found: &Priced, ceiling: f64, step: &mut Step) {
        let limited = self.sites.limited;
        let doubt = |&at: &usize| {
            let often = found.often[at].clamp(0.0, 1.0);
            often.min(1.0 - often)
        };
        let free = (0..state.place.len()).filter(|&at| state.place[at] == Place::Free);
        let column = free.reduce(|a, b| if doubt(&b) > doubt(&a) { b } else { a });
        let halves =
            if column.is_some_and(|column| doubt(&column) > 0.05) { None } else { halves(limited, state, found) };
        if let Some(halves) = halves {
            for half in halves {
                let cut = node.cut.iter().copied().chain(half).collect();
                step.children.push(Node {
                    cut,
                    inside: node.inside.clone(),
                    outside: node.outside.clone(),
                    prices: node.prices.clone(),
                    bound: node.bound,
                    number: 0,
                });
            }
            return;
        }
        let Some(column) = column else {
            // Every row has one site at most: the knapsacks are all there is to know.
            step.open = node.bound;
            return;
        };
        let add = |columns: &[u32]| columns.iter().copied().chain([column as u32]).collect::<Vec<u32>>();
        for (bound, inside, outside) in [
            (found.without[column], node.inside.clone(), add(&node.outside)),
            (found.with[column], add(&node.inside), node.outside.clone()),
        ] {
            let bound = bound.max(node.bound);
            if bound <= ceiling {
                step.children.push(Node {
                    bound,
                    inside,
                    outside,
                    cut: node.cut.clone(),
                    prices: node.prices.clone(),
                    number: 0,
                });
            }
        }
    }
}

/// Whether some row may still go to more than one site.
fn is_divisible(limited: &Limited, state: &State) -> bool {
    (0..limited.problem.rows()).any(|row| limited.live(state, row).nth(1).is_some())
}

/// The live entries of the row the prices are least sure of, in two halves; whole rows only.
fn halves(limited: &Limited, state: &State, found: &Priced) -> Option<[Vec<u32>; 2]> {
    if !limited.has_capacity() || limited.split {
        return None;
    }
    let problem = &limited.problem;
    let live = |row: usize| limited.live(state, row).collect::<Vec<usize>>();
    let doubt = |row: &usize| {
        let most = live(*row).iter().map(|&at| found.used[at]).fold(0.0, f64::max);
        (1.0 - most).abs().min(1.0)
    };
    let rows = (0..problem.rows()).filter(|&row| live(row).len() > 1).map(|row| (doubt(&row), row));
    let (_, row) = rows.reduce(|a, b| if b.0 > a.0 { b } else { a })?;
    let mut entries = live(row);
    entries.sort_by(|&a, &b| found.used[b].total_cmp(&found.used[a]).then(a.cmp(&b)));
    let total: f64 = entries.iter().map(|&at| found.used[at]).sum();
    let mut halves = [vec![], vec![]];
    let mut first = 0.0;
    let last = entries.len() - 1;
    for (place, at) in entries.into_iter().enumerate() {
        let fills_second = place > 0 && (first >= 0.5 * total || place == last && halves[1].is_empty());
        if !fills_second {
            first += found.used[at];
        }
        halves[usize::from(fills_second)].push(at as u32);
    }
    Some(halves)
}
