//! The search for a good plan: first any valid one, then better ones.
//!
//! A lineage begins with a plan of its own, cools it down, and then again and
//! again merges a few neighbouring parts, divides them anew along random trees
//! and cools the result, keeping what is no worse. A large district is coarsened
//! first, and its plan cooled once more on every finer level.

use super::{
    anneal::{Best, Schedule, anneal},
    coarsen::{Coarse, coarsen},
    graph::{Graph, NONE},
    improve::Improve,
    node_cost::NodeCost,
    numbering::rename,
    random::Random,
    split::Splitter,
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
    /// Today's parts; plans are numbered after them.
    pub today: Option<Vec<u32>>,
    /// Whether today's parts are a plan to begin with.
    pub from_today: bool,
    pub improve: Improve,
}

/// Divisions anew in a lineage: so many, and so many more for each part.
const ANEW: [usize; 2] = [20, 8];
/// Beginnings to try for a first valid plan.
const TRIES: usize = 200;
/// Nodes above which a district is coarsened.
const LARGE: usize = 3_000;

impl Problem {
    /// A plan that is valid if one is soon found.
    pub(super) fn first_plan(&self, random: &mut Random, stop: &dyn Fn() -> bool) -> Best {
        if self.from_today
            && let Some(today) = &self.today
        {
            return self.mend(&self.graph, today.clone(), random, stop);
        }
        let levels = self.levels(random);
        let (graph, fields) = self.top(&levels);
        let mut best: Option<Best> = None;
        for turn in 0..TRIES {
            let label = self.split(graph, &fields, turn, random);
            let label = if levels.is_empty() { self.as_today(label) } else { label };
            let found = self.mend(graph, label, random, stop);
            let done = found.valid || stop();
            if best.as_ref().is_none_or(|best| found.valid || found.violation < best.violation) {
                best = Some(found);
            }
            if done {
                break;
            }
        }
        let mut label = best.map_or_else(Vec::new, |best| best.label);
        for level in levels.iter().rev() {
            label = level.into.iter().map(|&node| label[node as usize]).collect();
        }
        let label = if levels.is_empty() { label } else { self.as_today(label) };
        self.mend(&self.graph, label, random, stop)
    }

    /// Parts along random trees; every other turn with more patience.
    pub(super) fn split(&self, graph: &Graph, fields: &[Field], turn: usize, random: &mut Random) -> Vec<u32> {
        let mut splitter = Splitter::new(graph, &self.rules);
        let patience = if turn.is_multiple_of(2) { 2 } else { 30 };
        for field in fields {
            splitter.divide(&field.nodes, field.first, field.parts, patience * field.nodes.len(), random);
        }
        splitter.label
    }

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

    /// Ever coarser graphs, down to some tens of nodes a part.
    fn levels(&self, random: &mut Random) -> Vec<Coarse> {
        let mut levels: Vec<Coarse> = vec![];
        if !self.can_coarsen() {
            return levels;
        }
        let enough = (40 * self.rules.k).max(LARGE / 2);
        let cap = (self.rules.bands[0].high / 20).max(1);
        loop {
            let graph = levels.last().map_or(&self.graph, |level| &level.graph);
            if graph.len() <= 2 * enough {
                return levels;
            }
            let Some(level) = coarsen(graph, cap, random) else { return levels };
            levels.push(level);
        }
    }

    /// The coarsest graph and the fields in its nodes.
    fn top<'a>(&'a self, levels: &'a [Coarse]) -> (&'a Graph, Vec<Field>) {
        let Some(last) = levels.last() else {
            return (&self.graph, self.begin.as_ref().unwrap_or(&self.fields).clone());
        };
        let mut field = vec![NONE; self.graph.len()];
        for (at, members) in (0..).zip(&self.fields) {
            members.nodes.iter().for_each(|&node| field[node as usize] = at);
        }
        for level in levels {
            let mut coarser = vec![NONE; level.graph.len()];
            level.into.iter().zip(&field).for_each(|(&to, &field)| coarser[to as usize] = field);
            field = coarser;
        }
        let mut fields: Vec<Field> = self.fields.iter().map(|field| Field { nodes: vec![], ..field.clone() }).collect();
        (0..).zip(&field).for_each(|(node, &at)| fields[at as usize].nodes.push(node));
        (&last.graph, fields)
    }

    /// The same plan with its parts numbered so that most people stay where they are today.
    pub(super) fn as_today(&self, mut label: Vec<u32>) -> Vec<u32> {
        if let Some(today) = &self.today {
            rename(&mut label, today, self.rules.k, |node| self.graph.steps(node, 0));
        }
        label
    }
}
