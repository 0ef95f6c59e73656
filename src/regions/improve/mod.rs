//! Making a plan better (改进), by one of several ways.
//!
//! | way | what it does |
//! |---|---|
//! | annealing | moves of single nodes, worse ones too while it is hot |
//! | fm | moves along the borders, best first, and back to the best plan on the way |
//! | recom | several divisions anew of neighbouring parts, the best of them, then `fm` |
//! | tabu | the best move that is not forbidden, and moves back forbidden for a while |
//! | chains | `fm`, then several moves at once where the bands allow no single one |
//!
//! Every way goes on the same: again and again some neighbouring parts are
//! merged and divided anew along random trees, made better, and kept if no
//! worse (an iterated local search). A large district is coarsened first, and
//! its plan made better again on every finer level by moves along the borders;
//! there `fm` begins with a short annealing of some hundred nodes.

mod buckets;
mod chains;
mod descent;
mod fm;
mod recom;
mod tabu;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use self::{chains::Chains, descent::QUICK, fm::Fm, tabu::tabu};
use super::{
    anneal::{Best, Schedule, anneal},
    begin::Begin,
    graph::Graph,
    node_cost::NodeCost,
    random::Random,
    search::Problem,
    split::Splitter,
    state::{Rules, State},
};

/// How a plan is made better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Improve {
    /// A little annealing, then `chains`: the mix that measures best.
    #[default]
    Auto,
    /// Moves of single units, worse ones too while it is hot (Kirkpatrick, Gelatt and Vecchi 1983).
    Annealing,
    /// Moves along the borders, best first (Fiduccia and Mattheyses 1982).
    Fm,
    /// Several divisions anew of neighbouring parts, the best of them.
    Recom,
    /// The best move that is not forbidden (Glover 1989).
    Tabu,
    /// Several moves at once where the bands allow no single one (Glover 1996).
    Chains,
}

impl Improve {
    /// Every way.
    pub const ALL: [Self; 6] = [Self::Auto, Self::Annealing, Self::Fm, Self::Recom, Self::Tabu, Self::Chains];

    /// The word for it, as in Python and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Annealing => "annealing",
            Self::Fm => "fm",
            Self::Recom => "recom",
            Self::Tabu => "tabu",
            Self::Chains => "chains",
        }
    }

    /// The way by its word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// Moves that making a plan better looks at for each node, roughly: the first time, and after a division anew.
    fn moves(self) -> [u64; 2] {
        match self {
            Self::Auto => [300, 30],
            Self::Annealing => [2_000, 200],
            Self::Fm | Self::Recom | Self::Chains => [60, 20],
            Self::Tabu => [400, 40],
        }
    }
}

impl Problem {
    /// Lineage number `stream`, with random numbers of its own: its best plan, and how it began.
    pub(super) fn lineage(&self, seed: u64, stream: u64, stop: &dyn Fn() -> bool) -> (Best, Begin) {
        let random = &mut Random::new(seed, stream);
        if self.is_large() {
            return self.descend(self.way_of(stream, 0), self.improve.effort().later(stream), random, stop);
        }
        let (begun, way) = self.first_plan(stream, random, stop);
        let search = Search { graph: &self.graph, rules: &self.rules, way: self.improve };
        let best = search.improve(begun.label, self.node_cost.clone(), !self.from_today, self.anew(), random, stop);
        (best, way)
    }

    /// A good plan of a large district at once, before the long searches; how it began, if it is better.
    pub(super) fn hasten(&self, best: &mut Best, seed: u64, stop: &dyn Fn() -> bool) -> Option<Begin> {
        if self.improve != Improve::Auto || !self.is_large() || stop() {
            return None;
        }
        let (found, way) = self.descend(self.way_of(0, 0), QUICK, &mut Random::new(seed, u64::MAX), stop);
        found.beats(best).then(|| {
            *best = found;
            way
        })
    }

    /// Moves of single nodes that a lineage looks at, roughly.
    pub(super) fn work(&self) -> u64 {
        if self.is_large() {
            return self.improve.effort().work(self.improve, self.graph.len(), self.rules.k);
        }
        let [first, again] = self.improve.moves();
        self.graph.len() as u64 * (first + again * self.anew() as u64)
    }
}

/// Rounds of searches along the borders, and sweeps of chains, at most.
const ROUNDS: usize = 30;
/// Divisions anew that `recom` chooses among.
const DRAWS: usize = 8;

/// Improvement of a plan on one graph.
pub(super) struct Search<'a> {
    pub graph: &'a Graph,
    pub rules: &'a Rules,
    pub way: Improve,
}

impl Search<'_> {
    /// Make a plan better, a first time or after a division anew.
    fn settle(
        &self,
        label: Vec<u32>,
        node_cost: &mut NodeCost,
        (turn, hot): (usize, f64),
        random: &mut Random,
        stop: &dyn Fn() -> bool,
    ) -> Best {
        let mut state = State::new(self.graph, self.rules, node_cost.clone(), label);
        let mut best = Best::of(&state);
        let moves = self.way.moves()[turn] * self.graph.len() as u64;
        match self.way {
            Improve::Auto | Improve::Annealing => {
                let schedule = Schedule { moves, hot, cold: 0.08, first: false };
                anneal(&mut state, schedule, random, stop, &mut best);
                if self.way == Improve::Auto {
                    state = State::new(self.graph, self.rules, node_cost.clone(), best.label);
                    polish(&mut state, random, stop);
                    best = Best::of(&state);
                }
            }
            Improve::Tabu => tabu(&mut state, moves / 20, random, stop, &mut best),
            Improve::Fm | Improve::Recom => {
                Fm::new(&state).refine(&mut state, ROUNDS, random, stop);
                best = Best::of(&state);
            }
            Improve::Chains => {
                polish(&mut state, random, stop);
                best = Best::of(&state);
            }
        }
        if node_cost.reseat(&best.label, self.rules.k) {
            let state = State::new(self.graph, self.rules, node_cost.clone(), best.label);
            best = Best::of(&state);
        }
        best
    }

    fn improve(
        &self,
        label: Vec<u32>,
        mut node_cost: NodeCost,
        melt: bool,
        times: usize,
        random: &mut Random,
        stop: &dyn Fn() -> bool,
    ) -> Best {
        node_cost.reseat(&label, self.rules.k);
        let hot = if melt { 0.3 } else { 0.1 };
        let mut best = self.settle(label, &mut node_cost, (0, hot), random, stop);
        let mut splitter = Splitter::new(self.graph, self.rules);
        for turn in 0..times {
            if stop() || self.rules.k == 1 {
                break;
            }
            let mut label = best.label.clone();
            let ways = if self.way == Improve::Recom { (2 + turn % 3, DRAWS) } else { (3 + turn % 2, 1) };
            self.divide_anew(&mut label, ways, &mut splitter, random);
            let mut cost = node_cost.clone();
            cost.reseat(&label, self.rules.k);
            let found = self.settle(label, &mut cost, (1, 0.12), random, stop);
            if !best.beats(&found) {
                best = found;
                node_cost = cost;
            }
        }
        best
    }
}

/// The nearest plan that neither a search along the borders nor a chain makes better.
fn polish(state: &mut State<'_>, random: &mut Random, stop: &dyn Fn() -> bool) {
    let mut fm = Fm::new(state);
    let mut chains = Chains::new(state.rules.k);
    for _ in 0..ROUNDS {
        fm.refine(state, ROUNDS, random, stop);
        if stop() || !chains.refine(state, ROUNDS, stop) {
            break;
        }
    }
}
