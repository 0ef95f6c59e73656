//! A large district: divided as a small one, and its plan carried down from level to level.

use super::{Improve, Search, fm::Fm};
use crate::regions::{
    anneal::{Best, Schedule, anneal},
    begin::{Begin, Ground},
    coarsen::{Coarse, coarsen_where},
    graph::{Graph, NONE},
    node_cost::NodeCost,
    random::Random,
    search::{Field, Problem},
    state::{Rules, State},
};

/// How much work a descent does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    /// Nodes of the coarsest level, for each part.
    pub nodes: usize,
    /// Moves at the coarsest level, for each node, and divisions anew.
    pub moves: u64,
    pub anew: usize,
    /// Moves at every finer level, for each node.
    pub finer: u64,
    /// Rounds of searches along the borders on every level.
    pub rounds: usize,
}

/// As good a plan as a tenth of a second gives for ten thousand units.
pub(super) const QUICK: Effort = Effort { nodes: 15, moves: 2_000, anew: 0, finer: 0, rounds: 3 };
/// Annealing alone, on every level.
const COOLED: Effort = Effort { nodes: 60, moves: 2_000, anew: 60, finer: 100, rounds: 0 };
/// Long annealing of the coarsest level, then short ones and searches along the borders.
const FULL: Effort = Effort { nodes: 60, moves: 5_000, anew: 0, finer: 20, rounds: 6 };
/// The way's own search at the coarsest level, and along the borders below.
const OTHER: Effort = Effort { nodes: 30, moves: 0, anew: 200, finer: 0, rounds: 5 };

/// Lineages after which the next ones cool more slowly, and how much more slowly the last ones do.
const SLOWER: u64 = 8;
const SLOWEST: u64 = 10;

impl Improve {
    /// What a descent does.
    pub(super) fn effort(self) -> Effort {
        match self {
            Self::Auto => FULL,
            Self::Annealing => COOLED,
            Self::Fm => QUICK,
            _ => OTHER,
        }
    }
}

impl Effort {
    /// For a later lineage: where there is time for many, the later ones cool more slowly.
    pub(super) fn later(self, stream: u64) -> Self {
        Self { moves: self.moves * (1 + stream.saturating_sub(1) / SLOWER).min(SLOWEST), ..self }
    }

    /// Moves of single nodes that a descent looks at, roughly.
    pub(super) fn work(self, way: Improve, nodes: usize, k: usize) -> u64 {
        let n = nodes as u64;
        let coarsest = (self.nodes * k) as u64;
        let [first, again] = way.moves();
        coarsest * (first + self.moves + again * self.anew as u64) + 2 * n * (self.finer + 20 * self.rounds as u64)
    }
}

/// A coarser district, and what it is made of.
pub(super) struct Floor {
    pub coarse: Coarse,
    pub rules: Rules,
    pub node_cost: NodeCost,
}

impl Problem {
    /// Coarsen, begin and search there, and come down level by level; the plan, and how it began.
    ///
    /// From today's parts, where they are a plan: no level merges across their borders.
    pub(super) fn descend(
        &self,
        way: Begin,
        effort: Effort,
        random: &mut Random,
        stop: &dyn Fn() -> bool,
    ) -> (Best, Begin) {
        let plan = self.today.as_deref().filter(|_| self.from_today);
        let way = if plan.is_some() { Begin::Today } else { way };
        let (floors, fields) = self.floors(plan, effort.nodes * self.rules.k, random);
        let (graph, rules, node_cost) = self.on(floors.last());
        let mut node_cost = node_cost.clone();
        let label = match plan {
            Some(plan) => coarser(&floors, plan.to_vec()),
            None => self.begun(way, &floors, &fields, random, stop),
        };
        node_cost.reseat(&label, rules.k);
        let search = Search { graph, rules, way: self.improve };
        let mut best = if effort.anew > 0 {
            search.improve(label, node_cost, plan.is_none(), effort.anew, random, stop)
        } else {
            let mut state = State::new(graph, rules, node_cost, label);
            let mut best = Best::of(&state);
            let hot = if plan.is_none() { 0.3 } else { 0.1 };
            let moves = effort.moves * graph.len() as u64;
            anneal(&mut state, Schedule { moves, hot, cold: 0.08, first: false }, random, stop, &mut best);
            best
        };
        for at in (0..floors.len()).rev() {
            let (graph, rules, node_cost) = self.on(at.checked_sub(1).map(|below| &floors[below]));
            let mut node_cost = node_cost.clone();
            let label = floors[at].coarse.finer(&best.label);
            node_cost.reseat(&label, rules.k);
            let mut state = State::new(graph, rules, node_cost, label);
            if effort.rounds > 0 {
                Fm::new(&state).refine(&mut state, effort.rounds, random, stop);
            }
            best = Best::of(&state);
            if effort.finer > 0 {
                let moves = effort.finer * graph.len() as u64;
                anneal(&mut state, Schedule { moves, hot: 0.1, cold: 0.04, first: false }, random, stop, &mut best);
            }
        }
        let best = if best.valid { best } else { self.mend(&self.graph, best.label, random, stop) };
        (best, way)
    }

    /// What is divided on a level; units where there is none.
    fn on<'a>(&'a self, floor: Option<&'a Floor>) -> (&'a Graph, &'a Rules, &'a NodeCost) {
        match floor {
            Some(floor) => (&floor.coarse.graph, &floor.rules, &floor.node_cost),
            None => (&self.graph, &self.rules, &self.node_cost),
        }
    }

    /// A division of the coarsest level to begin with.
    fn begun(
        &self,
        way: Begin,
        floors: &[Floor],
        fields: &[Field],
        random: &mut Random,
        stop: &dyn Fn() -> bool,
    ) -> Vec<u32> {
        let (graph, rules, node_cost) = self.on(floors.last());
        let up = |places: &Vec<[f64; 2]>| floors.iter().fold(places.clone(), |at, floor| floor.coarse.places(&at));
        let places = self.places.as_ref().map(up);
        let ground = Ground::new(graph, rules, fields, places.as_deref());
        let label = ground.begin(way, node_cost, 1, random, stop);
        if self.today.is_none() {
            return label;
        }
        let finest = floors.iter().rev().fold(label, |label, floor| floor.coarse.finer(&label));
        coarser(floors, self.as_today(finest))
    }

    /// Ever coarser districts, down to so many nodes or a few more.
    ///
    /// Nodes are merged only where no rule tells them apart: in one town, in
    /// one part of the plan, and never those that are locked or wished anywhere.
    /// With the fields in the coarsest nodes; none has fewer of them than parts.
    pub(super) fn floors(&self, plan: Option<&[u32]>, enough: usize, random: &mut Random) -> (Vec<Floor>, Vec<Field>) {
        let mut floors: Vec<Floor> = vec![];
        let mut fields = self.begin.as_ref().unwrap_or(&self.fields).clone();
        let cap = (self.rules.bands[0].high / 12).max(1);
        let mut part = plan.map(<[u32]>::to_vec).unwrap_or_default();
        loop {
            let (graph, rules, node_cost) = self.on(floors.last());
            if graph.len() <= enough * 3 / 2 {
                return (floors, fields);
            }
            let tied = |node: u32| {
                rules.lock.get(node as usize).is_some_and(|&lock| lock != NONE)
                    || rules.wish.get(node as usize).is_some_and(|wishes| !wishes.is_empty())
            };
            let is_free = rules.lock.is_empty() && rules.wish.is_empty();
            let may = |a: u32, b: u32| {
                (is_free || !tied(a) && !tied(b))
                    && part.get(a as usize) == part.get(b as usize)
                    && node_cost.may_merge(a, b)
            };
            let Some(coarse) = coarsen_where(graph, cap, may, random) else { return (floors, fields) };
            let Some(fewer) = coarse.fields(&fields) else { return (floors, fields) };
            fields = fewer;
            let count = coarse.graph.len();
            // What no unit has, no node has.
            let moved = |of_node: &[u32]| if of_node.is_empty() { vec![] } else { coarse.coarser(of_node) };
            let mut wish = vec![vec![]; if rules.wish.is_empty() { 0 } else { count }];
            for (&to, wishes) in coarse.into.iter().zip(&rules.wish) {
                wish[to as usize].extend(wishes.iter().map(|&(other, share)| (coarse.into[other as usize], share)));
            }
            let rules = Rules { lock: moved(&rules.lock), wish, ..rules.clone() };
            let node_cost = node_cost.merged(&coarse.into, count);
            part = moved(&part);
            floors.push(Floor { coarse, rules, node_cost });
        }
    }
}

/// What belongs to each unit, of the nodes of the coarsest level.
fn coarser(floors: &[Floor], of_unit: Vec<u32>) -> Vec<u32> {
    floors.iter().fold(of_unit, |of_node, floor| floor.coarse.coarser(&of_node))
}
