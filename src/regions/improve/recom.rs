//! Neighbouring parts merged and divided anew along random trees, the best of several ways.

use super::Search;
use crate::regions::{numbering::rename, random::Random, split::Splitter, state::inertia};

impl Search<'_> {
    /// Merge so many neighbouring parts and divide them along new trees, `draws`
    /// times; the cheapest division is kept, before all others one within the bands.
    pub(super) fn divide_anew(
        &self,
        label: &mut [u32],
        (count, draws): (usize, usize),
        splitter: &mut Splitter<'_>,
        random: &mut Random,
    ) {
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
        let mut best: Option<(bool, f64, Vec<u32>)> = None;
        for _ in 0..draws {
            let is_valid = splitter.divide(&nodes, 0, parts.len(), 50 * nodes.len(), random);
            let cost = if draws > 1 { self.inner_cost(&nodes, &splitter.label, parts.len()) } else { 0.0 };
            let is_better = |best: &(bool, f64, Vec<u32>)| (is_valid, -cost) > (best.0, -best.1);
            if best.as_ref().is_none_or(is_better) {
                best = Some((is_valid, cost, nodes.iter().map(|&node| splitter.label[node as usize]).collect()));
            }
        }
        let mut new = best.map_or_else(Vec::new, |(_, _, label)| label);
        let rank = |part: u32| parts.iter().position(|&known| known == part).unwrap_or(0) as u32;
        let old: Vec<u32> = nodes.iter().map(|&node| rank(label[node as usize])).collect();
        rename(&mut new, &old, parts.len(), |at| self.graph.steps(nodes[at as usize], 0));
        nodes.iter().zip(new).for_each(|(&node, part)| label[node as usize] = parts[part as usize]);
    }

    /// Border among these nodes, and the inertia of their parts: what differs between divisions of them.
    fn inner_cost(&self, nodes: &[u32], label: &[u32], parts: usize) -> f64 {
        let graph = self.graph;
        let mut moment = vec![[0.0; 4]; parts];
        let mut cost = 0.0;
        for &node in nodes {
            let part = label[node as usize];
            if let Some(own) = graph.moment.get(node as usize) {
                (0..4).for_each(|at| moment[part as usize][at] += own[at]);
            }
            for at in graph.row(node) {
                let near = graph.neighbour[at];
                if near > node && nodes.binary_search(&near).is_ok() && label[near as usize] != part {
                    cost += graph.cost[graph.edge[at] as usize];
                }
            }
        }
        cost + moment.iter().map(inertia).sum::<f64>()
    }
}
