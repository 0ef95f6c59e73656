//! Parts of merged nodes, mended level by level on the way back to single ones.

use std::borrow::Cow;

use super::{Ground, trees};
use crate::regions::{
    anneal::{Best, Schedule, anneal},
    coarsen::levels,
    graph::Graph,
    node_cost::NodeCost,
    random::Random,
    state::{Rules, State},
};

/// Nodes that a part has on the coarsest level, about.
const NODES: usize = 6;
/// Nodes that a part can hold at least, however they are merged.
const FEWEST: i64 = 4;
/// Moves of each node for the shape of a plan, and as many again for its balance.
const MOVES: u64 = 20;

/// Merge nodes (heavy-edge matching), divide what is left along trees, and bring
/// the parts into shape and balance on each level (Karypis and Kumar 1998).
pub(super) fn level_by_level(ground: &Ground<'_>, random: &mut Random, stop: &dyn Fn() -> bool) -> Vec<u32> {
    // Locks and wishes are of units and must wait for them.
    let rules = Rules { lock: vec![], wish: vec![], ..ground.rules.clone() };
    let graph = within_fields(ground);
    let cap = (rules.bands[0].high / FEWEST).max(1);
    let (levels, fields) = levels(&graph, ground.fields, NODES * rules.k, cap, random);
    let top = levels.last().map_or(&*graph, |level| &level.graph);
    let mut label = trees::along_trees(&Ground::new(top, &rules, &fields, None), 1, random);
    for level in levels.iter().rev() {
        label = level.finer(&shape(&level.graph, &rules, label, random, stop));
    }
    if levels.is_empty() { label } else { shape(&graph, &rules, label, random, stop) }
}

/// The graph without edges between fields, so that no merged node is of two.
fn within_fields<'a>(ground: &Ground<'a>) -> Cow<'a, Graph> {
    let graph = ground.graph;
    let inside = |&edge: &usize| {
        let [a, b] = graph.ends[edge];
        ground.field[a as usize] == ground.field[b as usize]
    };
    let edges = 0..graph.ends.len();
    if edges.clone().all(|edge| inside(&edge)) {
        return Cow::Borrowed(graph);
    }
    let (ends, cost) = edges.filter(inside).map(|edge| (graph.ends[edge], graph.cost[edge])).unzip();
    let (weight, moment) = (graph.weight.clone(), graph.moment.clone());
    Cow::Owned(Graph { ends, cost, weight, measures: graph.measures, moment, ..Graph::default() }.linked(graph.len()))
}

/// Shorten borders for a while, and balance what is left unbalanced.
fn shape(graph: &Graph, rules: &Rules, label: Vec<u32>, random: &mut Random, stop: &dyn Fn() -> bool) -> Vec<u32> {
    let moves = MOVES * graph.len() as u64;
    let mut state = State::new(graph, rules, NodeCost::Nothing, label);
    let mut best = Best::of(&state);
    anneal(&mut state, Schedule { moves, hot: 0.1, cold: 0.04, first: false }, random, stop, &mut best);
    if !best.valid && !stop() {
        let mut state = State::new(graph, rules, NodeCost::Nothing, best.label.clone());
        anneal(&mut state, Schedule { moves, hot: 1.5, cold: 0.5, first: true }, random, stop, &mut best);
    }
    best.label
}
