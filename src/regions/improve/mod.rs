//! Making a plan better (改进), by one of several ways.
//!
//! | way | what it does |
//! |---|---|
//! | annealing | moves of single nodes, worse ones too while it is hot; then neighbouring parts merged, divided anew and cooled |
//! | fm | moves along the borders, best first, and back to the best plan on the way |
//!
//! A large district is coarsened first, and its plan made better again on every finer level.

mod buckets;
mod descent;
mod fm;

use serde::{Deserialize, Serialize};

pub(super) use self::descent::QUICK;
use self::fm::Fm;
use super::{
    anneal::{Best, Schedule, anneal},
    graph::Graph,
    node_cost::NodeCost,
    numbering::rename,
    random::Random,
    search::Problem,
    split::Splitter,
    state::{Rules, State},
};

/// How a plan is made better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Improve {
    /// Annealing, with moves along the borders where they measure better.
    #[default]
    Auto,
    /// Moves of single units, worse ones too while it is hot (Kirkpatrick, Gelatt and Vecchi 1983).
    Annealing,
    /// Moves along the borders, best first (Fiduccia and Mattheyses 1982).
    Fm,
}

impl Improve {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Annealing, Self::Fm];

    /// The word for it, as in Python and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Annealing => "annealing",
            Self::Fm => "fm",
        }
    }

    /// The way by its word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

impl Problem {
    /// One lineage of plans; its best.
    pub(super) fn lineage(&self, random: &mut Random, stop: &dyn Fn() -> bool) -> Best {
        if self.is_large() {
            let today = self.today.as_deref().filter(|_| self.from_today);
            return self.descend(today, self.improve.effort(), random, stop);
        }
        let begun = self.first_plan(random, stop);
        let search = Search { graph: &self.graph, rules: &self.rules };
        let best = match self.improve {
            Improve::Fm => begun,
            _ => search.improve(begun.label, self.node_cost.clone(), !self.from_today, self.anew(), random, stop),
        };
        if self.improve == Improve::Annealing { best } else { search.polish(best, &self.node_cost, random, stop) }
    }

    /// Moves of single nodes that a lineage looks at, roughly.
    pub(super) fn work(&self) -> u64 {
        let n = self.graph.len() as u64;
        match self.improve {
            _ if self.is_large() => self.improve.effort().work(self.graph.len(), self.rules.k),
            Improve::Fm => 300 * n,
            _ => n * (2_000 + 200 * self.anew() as u64),
        }
    }
}

/// Rounds of searches along the borders, at most.
const ROUNDS: usize = 30;

/// Improvement of a plan on one graph.
pub(super) struct Search<'a> {
    pub graph: &'a Graph,
    pub rules: &'a Rules,
}

impl Search<'_> {
    fn cool(
        &self,
        label: Vec<u32>,
        node_cost: &mut NodeCost,
        (moves, hot, cold): (u64, f64, f64),
        random: &mut Random,
        stop: &dyn Fn() -> bool,
    ) -> Best {
        let mut state = State::new(self.graph, self.rules, node_cost.clone(), label);
        let mut best = Best::of(&state);
        let moves = moves * self.graph.len() as u64;
        anneal(&mut state, Schedule { moves, hot, cold, first: false }, random, stop, &mut best);
        if node_cost.reseat(&best.label, self.rules.k) {
            let state = State::new(self.graph, self.rules, node_cost.clone(), best.label);
            best = Best::of(&state);
        }
        best
    }

    /// The nearest plan that no search along the borders makes better.
    fn polish(&self, best: Best, node_cost: &NodeCost, random: &mut Random, stop: &dyn Fn() -> bool) -> Best {
        let mut node_cost = node_cost.clone();
        node_cost.reseat(&best.label, self.rules.k);
        let mut state = State::new(self.graph, self.rules, node_cost, best.label.clone());
        Fm::new(self.graph, &state.node_cost).refine(&mut state, ROUNDS, random, stop);
        let found = Best::of(&state);
        if best.beats(&found) { best } else { found }
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
        let mut best = self.cool(label, &mut node_cost, (2_000, hot, 0.08), random, stop);
        let mut splitter = Splitter::new(self.graph, self.rules);
        for turn in 0..times {
            if stop() || self.rules.k == 1 {
                break;
            }
            let mut label = best.label.clone();
            self.divide_anew(&mut label, 3 + turn % 2, &mut splitter, random);
            let mut cost = node_cost.clone();
            cost.reseat(&label, self.rules.k);
            let found = self.cool(label, &mut cost, (200, 0.12, 0.08), random, stop);
            if !best.beats(&found) {
                best = found;
                node_cost = cost;
            }
        }
        best
    }

    /// Merge so many neighbouring parts and divide them along new trees.
    fn divide_anew(&self, label: &mut [u32], count: usize, splitter: &mut Splitter<'_>, random: &mut Random) {
        let mut parts = vec![label[random.below(label.len())]];
        for _ in 0..1_000 {
            if parts.len() == count || self.graph.ends.is_empty() {
                break;
            }
            let [a, b] = self.graph.ends[random.below(self.graph.ends.len())];
            let (a, b) = (label[a as usize], label[b as usize]);
            match (parts.contains(&a), parts.contains(&b)) {
                (true, false) => parts.push(b),
                (false, true) => parts.push(a),
                _ => {}
            }
        }
        parts.sort_unstable();
        let nodes: Vec<u32> = (0..label.len() as u32).filter(|&node| parts.contains(&label[node as usize])).collect();
        splitter.divide(&nodes, 0, parts.len(), 50 * nodes.len(), random);
        let mut new: Vec<u32> = nodes.iter().map(|&node| splitter.label[node as usize]).collect();
        let rank = |part: u32| parts.iter().position(|&known| known == part).unwrap_or(0) as u32;
        let old: Vec<u32> = nodes.iter().map(|&node| rank(label[node as usize])).collect();
        rename(&mut new, &old, parts.len(), |at| self.graph.steps(nodes[at as usize], 0));
        nodes.iter().zip(new).for_each(|(&node, part)| label[node as usize] = parts[part as usize]);
    }
}
