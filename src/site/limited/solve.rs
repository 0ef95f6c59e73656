//! The search within limits: a good choice, a bound, and what is left between them.

use std::collections::HashSet;

use super::{
    Choice, Limited, State,
    cuts::{decide_columns, useless_entries},
    prices::Prices,
    sites::{Sites, feasible},
    tree::Tree,
    within::Within,
};
use crate::site::{
    branch::{Aim, report, settle_bound},
    clock::Clock,
    lagrange::{Lagrange, Patience},
    plan::Stop,
    random::Random,
};

const ROOT: Patience = Patience { rounds: 2500, stall: 20, step: 1.2, least_step: 0.002 };
const AGAIN: Patience = Patience { rounds: 600, stall: 15, step: 0.6, least_step: 0.004 };

/// What the search found.
pub(in crate::site) struct Solved {
    /// The choice; its cost is infinite where no choice keeps the limits.
    pub choice: Choice,
    /// No choice costs less.
    pub bound: f64,
    pub stop: Stop,
}

/// Search for the choice that `aim` asks for.
pub(in crate::site) fn solve(limited: &Limited, aim: Aim, clock: &Clock<'_>) -> Solved {
    let problem = &limited.problem;
    let whole = problem.is_whole() && !limited.split;
    let mut state = limited.start();
    let nothing = vec![0.0; problem.sites()];
    if feasible(limited, &state.place, &nothing).is_none() {
        return Solved { choice: Choice::none(), bound: f64::INFINITY, stop: Stop::Proven };
    }
    let stop = || clock.is_over();
    let mut sites = Sites { limited, state: limited.start(), best: Choice::none(), tried: HashSet::new() };
    first(&mut sites, aim, &stop);
    if !limited.settle(&mut state) {
        // More sites are needed than may be open: whatever is chosen leaves someone out.
        return Solved { bound: sites.best.cost, choice: sites.best, stop: Stop::Proven };
    }
    report(clock, aim, sites.best.cost, problem.base);
    let end = |sites: Sites<'_>, bound: f64| {
        let (bound, stop) = settle_bound(aim, sites.best.cost, bound.max(problem.base), whole, clock.stop());
        Solved { choice: sites.best, bound, stop }
    };
    if aim.is_enough(sites.best.cost, problem.base) {
        return end(sites, problem.base);
    }

    // Prices anew while they decide much: what is decided makes the next ones better.
    let mut u = start_prices(limited, &state, &sites.best.columns);
    let mut floor = problem.base;
    let mut patience = ROOT;
    loop {
        let mut prices = Prices::new(limited, &state);
        let mut last = f64::NEG_INFINITY;
        let found = prices.climb(u.clone(), patience, |round, bound, prices| {
            // Each better bound may open other sites; look now and then, more often at the end.
            let every = if limited.has_capacity() { 10 } else { 15 };
            if round % every == every - 1 || bound > last + 0.05 * (sites.best.cost - bound).abs() && round > 20 {
                last = bound;
                sites.suggest(prices, &stop);
            }
            if round % 16 == 0 {
                report(clock, aim, sites.best.cost, bound.max(floor));
            }
            let ceiling = aim.ceiling(sites.best.cost, whole);
            (!stop() && !aim.is_enough(sites.best.cost, bound)).then_some((sites.best.cost, ceiling))
        });
        floor = floor.max(found.value);
        if patience.rounds == ROOT.rounds && limited.has_capacity() {
            sites.exchange(20 * problem.sites().min(100), &stop);
        }
        report(clock, aim, sites.best.cost, floor);
        let ceiling = aim.ceiling(sites.best.cost, whole);
        if floor > ceiling || aim.is_enough(sites.best.cost, floor) || stop() {
            return end(sites, floor);
        }
        let mut decided = decide_columns(&mut state, &found, ceiling);
        let useless = useless_entries(limited, &state, &found.u, ceiling);
        for &at in &useless {
            state.cut[at as usize] = true;
        }
        if !limited.settle(&mut state) {
            let cost = sites.best.cost;
            return end(sites, cost);
        }
        decided += useless.len();
        u.clone_from(&found.u);
        if decided * 10 < live(limited, &state) + decided || patience.rounds == AGAIN.rounds {
            let mut tree = Tree { aim, whole, clock, sites, floor };
            let why = tree.grow(&state, &found);
            let (bound, stop) = settle_bound(aim, tree.sites.best.cost, tree.floor, whole, why);
            return Solved { choice: tree.sites.best, bound, stop };
        }
        patience = AGAIN;
    }
}

/// Prices of a good choice; or, where they say less, what each row pays when it is left out.
fn start_prices(limited: &Limited, state: &State, columns: &[u32]) -> Vec<f64> {
    let first = Lagrange::first_prices(&limited.problem, columns);
    if !limited.has_capacity() || !limited.problem.covers() {
        return first;
    }
    let mut prices = Prices::new(limited, state);
    let full = limited.problem.miss.clone();
    if prices.bound(&full) > prices.bound(&first) { full } else { first }
}

/// A good choice only, and no bound.
pub(in crate::site) fn quick(limited: &Limited, aim: Aim, clock: &Clock<'_>) -> Solved {
    let mut sites = Sites { limited, state: limited.start(), best: Choice::none(), tried: HashSet::new() };
    first(&mut sites, aim, &|| clock.is_over());
    if limited.has_capacity() {
        sites.exchange(limited.problem.sites().min(200), &|| clock.is_over());
    }
    Solved { choice: sites.best, bound: limited.problem.base, stop: Stop::Gap }
}

/// What any choice must cost, by prices alone.
pub(in crate::site) fn root_bound(limited: &Limited, aim: Aim, clock: &Clock<'_>) -> f64 {
    let mut state = limited.start();
    if !limited.settle(&mut state) {
        return f64::INFINITY;
    }
    let ceiling = aim.ceiling(f64::INFINITY, limited.problem.is_whole() && !limited.split);
    let u = Lagrange::first_prices(&limited.problem, &[]);
    let target = limited.problem.base + limited.problem.miss.iter().sum::<f64>();
    let found = Prices::new(limited, &state).climb(u, AGAIN, |_, _, _| (!clock.is_over()).then_some((target, ceiling)));
    found.value.max(limited.problem.base)
}

/// Columns and entries that are not decided.
fn live(limited: &Limited, state: &State) -> usize {
    let entries = (0..state.cut.len()).filter(|&at| limited.is_live(state, at)).count();
    entries + state.place.iter().filter(|place| **place == super::Place::Free).count()
}

/// First choices: as if there were no capacities, and by what sites could take.
fn first(sites: &mut Sites<'_>, aim: Aim, stop: &impl Fn() -> bool) {
    let limited = sites.limited;
    let problem = &limited.problem;
    let size = problem.site.len() + limited.most_open.min(problem.sites()) * problem.sites();
    let work = (100 * size as u64).min(20_000_000);
    let mut random = Random::new(aim.seed);
    for by_rate in [false, true] {
        if by_rate && limited.spend.is_empty() {
            continue;
        }
        let mut within = Within::new(limited);
        within.fill(by_rate);
        within.descend(stop);
        let enough = if limited.has_capacity() { problem.base } else { aim.most.unwrap_or(problem.base) };
        let work = if limited.has_capacity() { work / 10 } else { work };
        let (_, chosen) = within.restart(&mut random, work, enough, stop);
        let mut score = vec![0.0; problem.sites()];
        for &column in &chosen {
            score[column as usize] = 1.0;
        }
        let full = feasible(limited, &limited.start().place, &score);
        for open in [Some(chosen), full].into_iter().flatten().filter(|open| limited.may_open(open)) {
            sites.attempt(open, stop);
        }
    }
    if limited.has_capacity()
        && let Some(open) = feasible(limited, &limited.start().place, &limited.capacity)
    {
        sites.attempt(open, stop);
    }
}
