//! The search for a good plan: first any valid one, then better ones.
//!
//! A lineage begins with a plan of its own (see `begin`), cools it down, and then again and
//! again merges a few neighbouring parts, divides them anew along random trees
//! and cools the result, keeping what is no worse. A large district is coarsened
//! first, and its plan cooled once more on every finer level.

use super::{
    anneal::{Best, Schedule, anneal},
    begin::{Begin, Ground},
    coarsen::{Coarse, coarse_places, levels},
    graph::Graph,
    improve::Search,
    node_cost::NodeCost,
    numbering::rename,
    random::Random,
    state::{Rules, State},
};

/// Connected nodes that share parts with no others, and the parts they get.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub nodes: Vec<u32>,
    pub first: u32,
    pub parts: usize,
    /// The fewest and the most parts it might have been given.
    pub range: (usize, usize),
}

/// What is to be divided, and how.
#[derive(Debug)]
pub(super) struct Problem {
    pub graph: Graph,
    pub rules: Rules,
    pub node_cost: NodeCost,
    pub fields: Vec<Field>,
    /// What to divide for a first plan, where that is more than the fields.
    pub begin: Option<Vec<Field>>,
    /// How to begin.
    pub way: Begin,
    /// Position of each unit, metres, where they are known.
    pub places: Option<Vec<[f64; 2]>>,
    /// Today's parts; plans are numbered after them.
    pub today: Option<Vec<u32>>,
    /// Whether today's parts are a plan to begin with.
    pub from_today: bool,
}

/// Divisions anew in a lineage: so many, and so many more for each part.
const ANEW: [usize; 2] = [20, 8];
/// Divisions anew of a coarsened district, at most: what follows on finer levels counts more.
const COARSE: usize = 60;
/// Nodes above which a district is coarsened.
const LARGE: usize = 3_000;

impl Problem {
    /// Move nodes until the plan is valid, for a while.
    pub(super) fn mend(&self, graph: &Graph, label: Vec<u32>, random: &mut Random, stop: &dyn Fn() -> bool) -> Best {
        let mut cost = if graph.len() == self.graph.len() { self.node_cost.clone() } else { NodeCost::Nothing };
        cost.reseat(&label, self.rules.k);
        let mut state = State::new(graph, &self.rules, cost, label);
        let mut best = Best::of(&state);
        if !best.valid && !stop() {
            let moves = 100 * graph.len() as u64;
            anneal(&mut state, Schedule { moves, hot: 1.5, cold: 0.5, first: true }, random, stop, &mut best);
        }
        best
    }

    /// Lineage number `stream`: its best plan, and how it began.
    pub(super) fn lineage(&self, stream: u64, random: &mut Random, stop: &dyn Fn() -> bool) -> (Best, Begin) {
        if self.is_large() {
            let way = self.way_of(stream, 0);
            return (self.descend(way, random, stop), way);
        }
        let (begun, way) = self.first_plan(stream, random, stop);
        let search = Search { graph: &self.graph, rules: &self.rules };
        let best = search.improve(begun.label, self.node_cost.clone(), !self.from_today, self.anew(), random, stop);
        (best, way)
    }

    /// Coarsen, search there, and come down level by level.
    fn descend(&self, way: Begin, random: &mut Random, stop: &dyn Fn() -> bool) -> Best {
        let (levels, fields) = self.levels(random);
        let graph = levels.last().map_or(&self.graph, |level| &level.graph);
        let places = self.places.as_ref().map(|places| coarse_places(&levels, places));
        let ground = Ground::new(graph, &self.rules, &fields, places.as_deref());
        let begun = ground.begin(way, &self.node_cost, 1, random, stop);
        let search = Search { graph, rules: &self.rules };
        let mut label = search.improve(begun, NodeCost::Nothing, true, self.anew().min(COARSE), random, stop).label;
        let mut best = None;
        for at in (0..levels.len()).rev() {
            label = levels[at].finer(&label);
            let graph = if at == 0 { &self.graph } else { &levels[at - 1].graph };
            let mut state = State::new(graph, &self.rules, NodeCost::Nothing, std::mem::take(&mut label));
            let mut found = Best::of(&state);
            let moves = 100 * graph.len() as u64;
            anneal(&mut state, Schedule { moves, hot: 0.1, cold: 0.04, first: false }, random, stop, &mut found);
            label.clone_from(&found.label);
            best = Some(found);
        }
        match best {
            Some(best) if best.valid => best,
            Some(best) => self.mend(&self.graph, best.label, random, stop),
            None => self.mend(&self.graph, label, random, stop),
        }
    }

    /// Take over a plan that is better than the best.
    pub(super) fn take_over(&self, label: Vec<u32>, best: &mut Best) {
        let label = self.as_today(label);
        let found = Best::of(&State::new(&self.graph, &self.rules, self.node_cost.clone(), label));
        if found.valid && found.beats(best) {
            *best = found;
        }
    }

    fn anew(&self) -> usize {
        ANEW[0] + ANEW[1] * self.rules.k
    }

    /// Moves of single nodes that a lineage looks at, roughly.
    pub(super) fn work(&self) -> u64 {
        let n = self.graph.len() as u64;
        if self.is_large() {
            200 * n + LARGE as u64 * (2_000 + 200 * COARSE as u64)
        } else {
            n * (2_000 + 200 * self.anew() as u64)
        }
    }

    /// Whether the district is divided as a smaller one first.
    pub(super) fn is_large(&self) -> bool {
        self.graph.len() > LARGE && self.can_coarsen()
    }

    fn can_coarsen(&self) -> bool {
        matches!(self.node_cost, NodeCost::Nothing)
            && self.rules.lock.is_empty()
            && self.rules.wish.is_empty()
            && !self.from_today
    }

    /// Ever coarser graphs, down to some tens of nodes a part, and the fields on the coarsest.
    pub(super) fn levels(&self, random: &mut Random) -> (Vec<Coarse>, Vec<Field>) {
        let fields = self.begin.as_ref().unwrap_or(&self.fields);
        if !self.can_coarsen() {
            return (vec![], fields.clone());
        }
        let enough = (40 * self.rules.k).max(LARGE / 2);
        levels(&self.graph, fields, enough, (self.rules.bands[0].high / 20).max(1), random)
    }

    /// The same plan with its parts numbered so that most people stay where they are today.
    pub(super) fn as_today(&self, mut label: Vec<u32>) -> Vec<u32> {
        if let Some(today) = &self.today {
            rename(&mut label, today, self.rules.k, |node| self.graph.steps(node, 0));
        }
        label
    }
}
