//! What a plan begins on: units, or connected sets of them.

use super::{Begin, growth, hilbert, multilevel, trees};
use crate::regions::{
    graph::{Graph, NONE},
    node_cost::NodeCost,
    random::Random,
    search::Field,
    state::Rules,
};

/// Nodes to divide, field by field.
pub(in crate::regions) struct Ground<'a> {
    pub graph: &'a Graph,
    pub rules: &'a Rules,
    pub fields: &'a [Field],
    /// Position of each node, metres, where they are known.
    pub places: Option<&'a [[f64; 2]]>,
    /// Field of each node.
    pub field: Vec<u32>,
    /// Shares of a part that each node weighs, on average over what is balanced.
    pub load: Vec<f64>,
    /// Measures that parts must only hold enough of.
    pub needed: Vec<usize>,
}

impl<'a> Ground<'a> {
    pub(in crate::regions) fn new(
        graph: &'a Graph,
        rules: &'a Rules,
        fields: &'a [Field],
        places: Option<&'a [[f64; 2]]>,
    ) -> Self {
        let mut field = vec![NONE; graph.len()];
        for (at, members) in (0..).zip(fields) {
            members.nodes.iter().for_each(|&node| field[node as usize] = at);
        }
        let all = |measure: usize| graph.weight.iter().skip(measure).step_by(graph.measures).sum::<i64>();
        // What parts must only hold enough of is not balanced; people always are.
        let (balanced, needed): (Vec<usize>, Vec<usize>) =
            (0..graph.measures).partition(|&at| at == 0 || rules.bands[at].high < all(at));
        let share = |node: u32, at: usize| graph.steps(node, at) as f64 * rules.per_ideal[at];
        let load = |node: u32| balanced.iter().map(|&at| share(node, at)).sum::<f64>() / balanced.len() as f64;
        let load = (0..graph.len() as u32).map(load).collect();
        Self { graph, rules, fields, places, field, load, needed }
    }

    /// Labels by one of the ways.
    pub(in crate::regions) fn begin(
        &self,
        way: Begin,
        cost: &NodeCost,
        turn: usize,
        random: &mut Random,
        stop: &dyn Fn() -> bool,
    ) -> Vec<u32> {
        match (way, self.places) {
            (Begin::Hilbert, Some(places)) => hilbert::along_curve(self, places, random),
            (Begin::Growth, _) => growth::grow(self, cost, random),
            (Begin::Multilevel, _) => multilevel::level_by_level(self, random, stop),
            _ => trees::along_trees(self, turn, random),
        }
    }

    /// Neighbours of a node in its field.
    pub(super) fn near(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        let own = self.field[node as usize];
        self.graph.near(node).iter().copied().filter(move |&near| self.field[near as usize] == own)
    }
}

/// Loads in the order of their size; none is negative.
pub(super) fn in_order(load: f64) -> u64 {
    load.to_bits()
}
