//! Improvement of a plan on one graph: neighbouring parts merged, divided anew and cooled.

use super::{
    anneal::{Best, Schedule, anneal},
    graph::Graph,
    node_cost::NodeCost,
    numbering::rename,
    random::Random,
    split::Splitter,
    state::{Rules, State},
};

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

    pub(super) fn improve(
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
