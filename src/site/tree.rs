//! What the root left open, divided until nothing is: branch and bound on the Lagrangian bound.
//!
//! Best bound first, so that the gap is honest whenever the search is stopped.
//! Nodes are taken in batches of a fixed size and each batch is evaluated in
//! parallel against the best choice known before it: the answer does not depend
//! on the number of threads.

use std::{borrow::Cow, cmp::Ordering, collections::BinaryHeap, sync::Arc};

use rayon::prelude::*;

use super::{
    branch::{Aim, Best, report},
    clock::Clock,
    lagrange::{Bound, Lagrange, Patience},
    plan::Stop,
    problem::Problem,
    reduce::{decide, reduce},
};

/// Nodes evaluated together.
const BATCH: usize = 4;
/// Bytes of prices held by open nodes; beyond, children start from the root's prices.
const MOST_BYTES: usize = 1 << 30;

const AGAIN: Patience = Patience { rounds: 1000, stall: 20, step: 0.6, least_step: 0.002 };
const NODE: Patience = Patience { rounds: 100, stall: 8, step: 1.2, least_step: 0.02 };

/// Decisions, and the bound and prices they were made with.
struct Node {
    bound: f64,
    chosen: Vec<u32>,
    out: Vec<bool>,
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
    cost: f64,
    choice: Vec<u32>,
    children: Vec<Node>,
}

pub(super) struct Tree<'a, 'b> {
    pub aim: Aim,
    /// Whether every price is whole.
    pub whole: bool,
    pub clock: &'a Clock<'b>,
    pub best: Best,
    /// Bound of everything still open.
    pub floor: f64,
}

impl Tree<'_, '_> {
    /// Apply what the root decided, bound what is left anew, and search it.
    pub(super) fn shrink(&mut self, problem: &Problem, root: Bound) -> Option<Stop> {
        let mut problem = Cow::Borrowed(problem);
        let mut root = root;
        let mut decided: Vec<u32> = vec![];
        loop {
            let inside: Vec<u32> = (0..problem.sites() as u32).filter(|&site| root.inside[site as usize]).collect();
            let out = root.outside.iter().filter(|out| **out).count();
            if inside.is_empty() && out * 10 < problem.sites() {
                return self.grow(&problem, &root, &decided);
            }
            decided.extend(inside.iter().map(|&site| problem.ids[site as usize]));
            let rest = decide(&problem, &inside, &root.outside);
            let prices = Lagrange::carry(&rest.problem, &rest.rows, &root.u);
            let open = self.aim.open.checked_sub(decided.len());
            let Some(open) = open else {
                // More sites are needed than there may be: nothing cheaper exists.
                self.floor = self.best.cost;
                return None;
            };
            let smaller = reduce(rest.problem.clone());
            let prices = if smaller.rows() == rest.problem.rows() {
                prices
            } else {
                Lagrange::first_prices(&smaller, &columns(&smaller, &self.best.sites))
            };
            if smaller.sites() <= open || open == 0 {
                let chosen: Vec<u32> = (0..smaller.sites().min(open) as u32).collect();
                self.best.offer(&smaller, smaller.price(&chosen), &chosen, &decided);
                self.floor = self.best.cost;
                return None;
            }
            let ceiling = self.aim.ceiling(self.best.cost, self.whole);
            let (aim, clock, best) = (self.aim, self.clock, self.best.cost);
            root = Lagrange::new(&smaller, open).climb(prices, (best, ceiling), AGAIN, |_, bound, _| {
                (!clock.is_over() && !aim.is_enough(best, bound)).then_some((best, ceiling))
            });
            self.floor = self.floor.max(root.value);
            report(clock, aim, best, self.floor);
            if root.value > ceiling {
                self.floor = self.best.cost;
                return None;
            }
            if aim.is_enough(best, self.floor) || clock.is_over() {
                return clock.stop();
            }
            problem = Cow::Owned(smaller);
        }
    }

    fn grow(&mut self, problem: &Problem, root: &Bound, decided: &[u32]) -> Option<Stop> {
        let prices = Arc::new(root.u.clone());
        let open = self.aim.open - decided.len();
        let mut number = 0;
        let mut heap = BinaryHeap::new();
        let node =
            Node { bound: root.value, chosen: vec![], out: root.outside.clone(), prices: prices.clone(), number };
        heap.extend(self.branch(problem, node, root, &(0..problem.sites() as u32).collect::<Vec<_>>(), &prices));
        while let Some(first) = heap.peek() {
            let ceiling = self.aim.ceiling(self.best.cost, self.whole);
            if first.bound > ceiling {
                break;
            }
            self.floor = self.floor.max(first.bound);
            report(self.clock, self.aim, self.best.cost, self.floor);
            if self.aim.is_enough(self.best.cost, self.floor) || self.clock.is_over() {
                return self.clock.stop();
            }
            let batch: Vec<Node> = (0..BATCH).filter_map(|_| heap.pop()).collect();
            let spare = heap.len() * problem.rows() * 4 < MOST_BYTES;
            let this = &*self;
            let steps: Vec<Step> =
                batch.into_par_iter().map(|node| this.evaluate(problem, node, open, ceiling)).collect();
            for step in steps {
                self.best.offer(problem, step.cost, &step.choice, decided);
                for mut child in step.children {
                    number += 1;
                    child.number = number;
                    if !spare {
                        child.prices = prices.clone();
                    }
                    heap.push(child);
                }
            }
        }
        self.floor = self.best.cost;
        None
    }

    /// Bound a node, decide what its prices decide, and divide it.
    fn evaluate(&self, problem: &Problem, node: Node, open: usize, ceiling: f64) -> Step {
        let mut step = Step { cost: f64::INFINITY, choice: vec![], children: vec![] };
        let mut node = node;
        loop {
            let Some(left) = open.checked_sub(node.chosen.len()) else { return step };
            let rest = decide(problem, &node.chosen, &node.out);
            if left == 0 || rest.problem.sites() <= left {
                let free = if left == 0 { &[][..] } else { &rest.columns[..] };
                step.offer(problem, node.chosen.iter().chain(free).copied().collect());
                return step;
            }
            let prices = Lagrange::carry(&rest.problem, &rest.rows, &node.prices);
            let found =
                Lagrange::new(&rest.problem, left).climb(prices, (self.best.cost, ceiling), NODE, |round, _, _| {
                    (round % 16 != 15 || !self.clock.is_over()).then_some((self.best.cost, ceiling))
                });
            node.bound = node.bound.max(found.value);
            if node.bound > ceiling {
                return step;
            }
            let chosen = found.chosen.iter().map(|&site| rest.columns[site as usize]);
            step.offer(problem, node.chosen.iter().copied().chain(chosen).collect());
            let mut prices = node.prices.to_vec();
            rest.rows.iter().zip(&found.u).for_each(|(&row, &price)| prices[row as usize] = price);
            node.prices = Arc::new(prices);
            let mut changed = 0;
            for (site, &column) in rest.columns.iter().enumerate() {
                if found.inside[site] {
                    node.chosen.push(column);
                    changed += 1;
                } else if found.outside[site] {
                    node.out[column as usize] = true;
                    changed += 1;
                }
            }
            if changed * 6 > rest.columns.len() {
                continue;
            }
            let prices = node.prices.clone();
            step.children = self.branch(problem, node, &found, &rest.columns, &prices);
            return step;
        }
    }

    /// Divide a node by the site the prices are least sure of.
    fn branch(
        &self,
        problem: &Problem,
        node: Node,
        found: &Bound,
        columns: &[u32],
        prices: &Arc<Vec<f64>>,
    ) -> Vec<Node> {
        let ceiling = self.aim.ceiling(self.best.cost, self.whole);
        let doubt = |&site: &usize| {
            let often = found.often[site].clamp(0.0, 1.0);
            let reach: f64 = problem.rows_of(columns[site] as usize).len() as f64;
            (often.min(1.0 - often) + 1e-6) * (1.0 + 1e-9 * reach)
        };
        let open = (0..columns.len()).filter(|&site| !found.inside[site] && !found.outside[site]);
        let Some(site) = open.reduce(|best, site| if doubt(&site) > doubt(&best) { site } else { best }) else {
            // Everything is decided: one child, to be priced.
            return vec![node];
        };
        let column = columns[site];
        let mut children = vec![];
        let mut out = node.out.clone();
        out[column as usize] = true;
        for (bound, chosen, out) in [
            (found.without[site], node.chosen.clone(), out),
            (found.with[site], node.chosen.iter().copied().chain([column]).collect(), node.out),
        ] {
            let bound = bound.max(node.bound);
            if bound <= ceiling {
                children.push(Node { bound, chosen, out, prices: prices.clone(), number: 0 });
            }
        }
        children
    }
}

impl Step {
    fn offer(&mut self, problem: &Problem, choice: Vec<u32>) {
        let cost = problem.price(&choice);
        if cost < self.cost {
            (self.cost, self.choice) = (cost, choice);
        }
    }
}

/// Columns of these site rows, as far as the problem has them.
fn columns(problem: &Problem, sites: &[u32]) -> Vec<u32> {
    let has = |(_, id): &(u32, &u32)| sites.binary_search(id).is_ok();
    (0..).zip(&problem.ids).filter(has).map(|(column, _)| column).collect()
}
