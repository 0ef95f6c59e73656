//! The best choice, proven: branch and bound on the Lagrangian bound.
//!
//! Best bound first, so that the gap is honest whenever the search is stopped.
//! Nodes are taken in batches of a fixed size and each batch is evaluated in
//! parallel against the best choice known before it: the answer does not depend
//! on the number of threads.

use std::{cmp::Ordering, collections::BinaryHeap, sync::Arc};

use rayon::prelude::*;

use super::{
    clock::Clock,
    lagrange::{Bound, Lagrange, Patience},
    plan::Stop,
    problem::Problem,
    random::Random,
    reduce::{decide, reduce},
    swap::Swap,
};

/// Nodes evaluated together.
const BATCH: usize = 4;
/// Bytes of prices held by open nodes; beyond, children start from the root's prices.
const MOST_BYTES: usize = 1 << 30;

const ROOT: Patience = Patience { rounds: 3000, stall: 20, step: 1.2, least_step: 0.002 };
const AGAIN: Patience = Patience { rounds: 1000, stall: 20, step: 0.6, least_step: 0.002 };
const NODE: Patience = Patience { rounds: 100, stall: 8, step: 1.2, least_step: 0.02 };

/// What is asked of the search.
#[derive(Debug, Clone, Copy)]
pub(super) struct Aim {
    /// Sites to choose, at most.
    pub open: usize,
    /// Stop as soon as a choice costs no more than this, or none can; `None` asks for the cheapest.
    pub most: Option<f64>,
    /// Relative gap that will do, of the value.
    pub gap: f64,
    /// The value is this less the cost, or the cost itself for 0.
    pub offset: f64,
    /// For the restarts.
    pub seed: u64,
}

/// What the search found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Cost of the choice.
    pub cost: f64,
    /// The choice, as site rows of the reach.
    pub sites: Vec<u32>,
    /// No choice costs less.
    pub bound: f64,
    /// Why the search ended.
    pub stop: Stop,
    /// No fewer sites reach `most`.
    pub fewest: usize,
}

impl Aim {
    /// Costs above this are of no interest once `best` is known.
    fn ceiling(&self, best: f64, whole: bool) -> f64 {
        let noise = self.noise(best);
        match self.most {
            Some(most) => most + if whole { 0.5 } else { noise },
            None if whole => best - 1.0 + noise.clamp(1e-6, 0.5),
            None => best - noise,
        }
    }

    /// What rounding may do to a cost.
    fn noise(&self, best: f64) -> f64 {
        1e-9 * best.abs().max(self.offset.abs())
    }

    fn is_enough(&self, best: f64, bound: f64) -> bool {
        let value = if self.offset == 0.0 { best } else { self.offset - best };
        self.most.is_some_and(|most| best <= most) || best - bound <= self.gap * value.abs()
    }
}

/// The best choice so far.
struct Best {
    cost: f64,
    sites: Vec<u32>,
}

impl Best {
    /// Take a choice of columns if it is cheaper.
    fn offer(&mut self, problem: &Problem, cost: f64, chosen: &[u32], also: &[u32]) -> bool {
        if cost >= self.cost {
            return false;
        }
        self.cost = cost;
        self.sites.clear();
        self.sites.extend(chosen.iter().map(|&site| problem.ids[site as usize]));
        self.sites.extend_from_slice(also);
        self.sites.sort_unstable();
        true
    }
}

/// Search `problem` for the choice that `aim` asks for.
pub(super) fn search(problem: &Problem, aim: Aim, clock: &Clock<'_>) -> Found {
    let mut best = Best { cost: f64::INFINITY, sites: vec![] };
    let everything: Vec<u32> = (0..problem.sites() as u32).collect();
    if problem.sites() <= aim.open || aim.open == 0 || problem.rows() == 0 {
        let chosen = &everything[..aim.open.min(everything.len())];
        let cost = problem.price(chosen);
        best.offer(problem, cost, chosen, &[]);
        return Found { cost, sites: best.sites, bound: cost, stop: Stop::Proven, fewest: 0 };
    }
    let whole = problem.is_whole();
    let size = problem.site.len() + aim.open * problem.sites();
    let work = (400 * size as u64).min(40_000_000);
    let mut random = Random::new(aim.seed);
    let mut swap = Swap::new(problem, aim.open);
    swap.fill(aim.open);
    swap.descend();
    let enough = aim.most.unwrap_or(problem.base);
    let (cost, chosen) = swap.restart(&mut random, work / 4, enough, &|| clock.is_over());
    best.offer(problem, cost, &chosen, &[]);
    swap.go_to(&chosen);
    report(clock, aim, best.cost, problem.base);
    if aim.is_enough(best.cost, problem.base) {
        return finish(aim, best, problem.base, problem.base, whole, None, 0);
    }

    // The root: prices, and choices that the prices suggest.
    let mut lagrange = Lagrange::new(problem, aim.open);
    let prices = Lagrange::first_prices(problem, &chosen);
    let root = lagrange.climb(prices, (best.cost, aim.ceiling(best.cost, whole)), ROOT, |round, bound, earning| {
        if round % 15 == 14 {
            swap.go_to(earning);
            swap.descend();
            if best.offer(problem, swap.cost(), swap.chosen(), &[]) {
                report(clock, aim, best.cost, bound);
            }
        }
        (!clock.is_over() && !aim.is_enough(best.cost, bound)).then(|| (best.cost, aim.ceiling(best.cost, whole)))
    });
    let fewest = aim.most.map_or(0, |most| lagrange.fewest(&root.u, most));
    drop(lagrange);
    report(clock, aim, best.cost, root.value);
    if root.value > aim.ceiling(best.cost, whole) || aim.is_enough(best.cost, root.value) || clock.is_over() {
        return finish(aim, best, root.value, problem.base, whole, clock.stop(), fewest);
    }
    let (cost, chosen) = swap.restart(&mut random, work, enough.max(root.value), &|| clock.is_over());
    best.offer(problem, cost, &chosen, &[]);
    drop(swap);
    report(clock, aim, best.cost, root.value);

    let mut tree = Tree { aim, whole, clock, best, floor: root.value };
    let stop = tree.shrink(problem, root);
    let bound = tree.floor;
    finish(aim, tree.best, bound, problem.base, whole, stop, fewest)
}

fn report(clock: &Clock<'_>, aim: Aim, cost: f64, bound: f64) {
    let value = |cost: f64| if aim.offset == 0.0 { cost } else { aim.offset - cost };
    clock.control().report(value(cost), value(bound));
}

/// State the bound as it can be claimed.
fn finish(aim: Aim, best: Best, bound: f64, least: f64, whole: bool, stop: Option<Stop>, fewest: usize) -> Found {
    let mut bound = bound.max(least);
    if whole {
        bound = (bound - aim.noise(best.cost).clamp(1e-6, 0.5)).ceil();
    }
    if bound >= best.cost - 2.0 * aim.noise(best.cost) {
        bound = best.cost;
    }
    let stop = if bound >= best.cost { Stop::Proven } else { stop.unwrap_or(Stop::Gap) };
    Found { cost: best.cost, sites: best.sites, bound, stop, fewest }
}

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

struct Tree<'a, 'b> {
    aim: Aim,
    whole: bool,
    clock: &'a Clock<'b>,
    best: Best,
    /// Bound of everything still open.
    floor: f64,
}

impl Tree<'_, '_> {
    /// Apply what the root decided, bound what is left anew, and search it.
    fn shrink(&mut self, problem: &Problem, root: Bound) -> Option<Stop> {
        let mut problem = std::borrow::Cow::Borrowed(problem);
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
            problem = std::borrow::Cow::Owned(smaller);
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
