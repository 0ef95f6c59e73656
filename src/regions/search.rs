//! What is to be divided, on what rules, and how it is asked: a plan begins in `begin` and gets better in `improve`.

use super::{
    anneal::{Best, Schedule, anneal},
    begin::Begin,
    coarsen::{Coarse, levels},
    graph::Graph,
    improve::Improve,
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
    pub improve: Improve,
}

/// Divisions anew in a lineage: so many, and so many more for each part.
const ANEW: [usize; 2] = [20, 8];
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

    /// Take over a plan that is better than the best.
    pub(super) fn take_over(&self, label: Vec<u32>, best: &mut Best) {
        let label = self.as_today(label);
        let found = Best::of(&State::new(&self.graph, &self.rules, self.node_cost.clone(), label));
        if found.valid && found.beats(best) {
            *best = found;
        }
    }

    pub(super) fn anew(&self) -> usize {
        ANEW[0] + ANEW[1] * self.rules.k
    }

    /// Whether the district is divided as a coarser one first.
    pub(super) fn is_large(&self) -> bool {
        self.graph.len() > LARGE
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
