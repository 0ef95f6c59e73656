//! Parts along random spanning trees.

use super::Ground;
use crate::regions::{random::Random, search::Problem, split::Splitter};

/// Divisions of a coarsened district to try before one is carried down.
const COARSE_TRIES: usize = 10;

/// Divide every field along trees; every other turn with more patience.
pub(super) fn along_trees(ground: &Ground<'_>, turn: usize, random: &mut Random) -> Vec<u32> {
    let mut splitter = Splitter::new(ground.graph, ground.rules);
    let patience = if turn.is_multiple_of(2) { 2 } else { 30 };
    for field in ground.fields {
        splitter.divide(&field.nodes, field.first, field.parts, patience * field.nodes.len(), random);
    }
    splitter.label
}

impl Problem {
    /// Parts of units along trees, of a large district on its coarsest level.
    pub(super) fn along_trees(&self, turn: usize, random: &mut Random, stop: &dyn Fn() -> bool) -> Vec<u32> {
        let (levels, fields) = self.levels(random);
        let graph = levels.last().map_or(&self.graph, |level| &level.graph);
        let ground = Ground::new(graph, &self.rules, &fields, None);
        if levels.is_empty() {
            return along_trees(&ground, turn, random);
        }
        let mut nearest = None;
        for turn in 0..COARSE_TRIES {
            let found = self.mend(graph, along_trees(&ground, turn, random), random, stop);
            let done = found.valid || stop();
            if nearest.as_ref().is_none_or(|(violation, _)| found.violation < *violation) {
                nearest = Some((found.violation, found.label));
            }
            if done {
                break;
            }
        }
        let label = nearest.map_or_else(Vec::new, |(_, label)| label);
        levels.iter().rev().fold(label, |label, level| level.finer(&label))
    }
}
