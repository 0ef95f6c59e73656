//! The search every model asks: a good choice, a bound, and what is left between them.

use super::{
    clock::Clock,
    lagrange::{Lagrange, Patience},
    plan::Stop,
    problem::Problem,
    random::Random,
    swap::Swap,
    tree::Tree,
};

const ROOT: Patience = Patience { rounds: 3000, stall: 20, step: 1.2, least_step: 0.002 };

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
    pub(super) fn ceiling(&self, best: f64, whole: bool) -> f64 {
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

    pub(super) fn is_enough(&self, best: f64, bound: f64) -> bool {
        let value = if self.offset == 0.0 { best } else { self.offset - best };
        self.most.is_some_and(|most| best <= most) || best - bound <= self.gap * value.abs()
    }
}

/// The best choice so far.
pub(super) struct Best {
    pub cost: f64,
    pub sites: Vec<u32>,
}

impl Best {
    /// Take a choice of columns if it is cheaper.
    pub(super) fn offer(&mut self, problem: &Problem, cost: f64, chosen: &[u32], also: &[u32]) -> bool {
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
    // Whatever the time: without a whole first choice there is nothing to return.
    swap.fill(aim.open, &|| false);
    swap.descend(&|| clock.is_over());
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
            swap.descend(&|| clock.is_over());
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

/// Fewest sites that prices for `aim.open` sites do not rule out; `choice` is a good choice of as many.
pub(super) fn fewest(problem: &Problem, aim: Aim, choice: &[u32], clock: &Clock<'_>) -> usize {
    let Some(most) = aim.most.filter(|_| problem.rows() > 0) else { return 0 };
    let mut lagrange = Lagrange::new(problem, aim.open);
    let (cost, prices) = (problem.price(choice), Lagrange::first_prices(problem, choice));
    let ceiling = aim.ceiling(cost, problem.is_whole());
    let found = lagrange.climb(prices, (cost, ceiling), ROOT, |_, _, _| (!clock.is_over()).then_some((cost, ceiling)));
    if found.value > ceiling {
        lagrange.fewest(&found.u, most).max(aim.open + 1)
    } else {
        lagrange.fewest(&found.u, most)
    }
}

pub(super) fn report(clock: &Clock<'_>, aim: Aim, cost: f64, bound: f64) {
    let value = |cost: f64| if aim.offset == 0.0 { cost } else { aim.offset - cost };
    clock.control().report(value(cost), value(bound));
}

/// State the bound as it can be claimed.
fn finish(aim: Aim, best: Best, bound: f64, least: f64, whole: bool, stop: Option<Stop>, fewest: usize) -> Found {
    let (bound, stop) = settle_bound(aim, best.cost, bound.max(least), whole, stop);
    Found { cost: best.cost, sites: best.sites, bound, stop, fewest }
}

/// The bound rounded as far as it holds, and why the search ended.
pub(super) fn settle_bound(aim: Aim, cost: f64, bound: f64, whole: bool, stop: Option<Stop>) -> (f64, Stop) {
    let mut bound = bound;
    if whole {
        bound = (bound - aim.noise(cost).clamp(1e-6, 0.5)).ceil();
    }
    if bound >= cost - 2.0 * aim.noise(cost) {
        bound = cost;
    }
    (bound, if bound >= cost { Stop::Proven } else { stop.unwrap_or(Stop::Gap) })
}
