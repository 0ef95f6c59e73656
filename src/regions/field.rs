//! Units that share parts with no others, numbered anew: a district by itself.

use super::{contiguity::Contiguity, graph::Graph, order::narrow_order};
use crate::error::Result;

/// Connected units, what they weigh, and what separating them costs.
#[derive(Debug, Clone, Default)]
pub(super) struct Field {
    /// Steps of the first measure.
    pub weight: Vec<i64>,
    pub ends: Vec<[u32; 2]>,
    pub cost: Vec<f64>,
    /// An order of the units with a narrow frontier.
    pub order: Vec<u32>,
    start: Vec<usize>,
    near: Vec<(u32, f64)>,
}

impl Field {
    /// Nodes of a graph, and the edges between them.
    pub(super) fn of(graph: &Graph, nodes: &[u32]) -> Self {
        let mut place = vec![u32::MAX; graph.len()];
        (0..).zip(nodes).for_each(|(at, &node)| place[node as usize] = at);
        let inside = |[a, b]: [u32; 2]| {
            let pair = [place[a as usize], place[b as usize]];
            (pair[0] != u32::MAX && pair[1] != u32::MAX).then_some(pair)
        };
        let pairs = graph.ends.iter().zip(&graph.cost);
        let (ends, cost) = pairs.filter_map(|(&ends, &cost)| Some((inside(ends)?, cost))).unzip();
        Self::new(nodes.iter().map(|&node| graph.steps(node, 0)).collect(), ends, cost)
    }

    pub(super) fn new(weight: Vec<i64>, ends: Vec<[u32; 2]>, cost: Vec<f64>) -> Self {
        let n = weight.len();
        let mut start = vec![0; n + 1];
        ends.iter().flatten().for_each(|&node| start[node as usize + 1] += 1);
        (0..n).for_each(|node| start[node + 1] += start[node]);
        let (mut at, mut near) = (start.clone(), vec![(0, 0.0); 2 * ends.len()]);
        for (&[a, b], &cost) in ends.iter().zip(&cost) {
            for (from, to) in [(a, b), (b, a)] {
                near[at[from as usize]] = (to, cost);
                at[from as usize] += 1;
            }
        }
        Self { weight, ends, cost, order: vec![], start, near }
    }

    /// Find an order of the units.
    pub(super) fn put_in_order(&mut self) -> Result<()> {
        self.order = narrow_order(&Contiguity::from_edges(self.len(), &self.ends, None)?);
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.weight.len()
    }

    /// Neighbours, and what separating them costs.
    pub(super) fn row(&self, node: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        self.near[self.start[node as usize]..self.start[node as usize + 1]].iter().copied()
    }

    /// How many neighbours.
    pub(super) fn degree(&self, node: u32) -> usize {
        self.start[node as usize + 1] - self.start[node as usize]
    }
}
/// Nodes up to which the narrowest cut is worked out.
const NARROW: usize = 500;

impl Field {
    /// What separating parts costs.
    pub(super) fn cut(&self, label: &[u32]) -> f64 {
        let apart = self.ends.iter().zip(&self.cost).filter(|([a, b], _)| label[*a as usize] != label[*b as usize]);
        apart.map(|(_, cost)| cost).sum()
    }

    /// The least cost of cutting off anything: every part has at least that much border.
    ///
    /// Stoer and Wagner (1997); 0 for a field too large for it, or where it was stopped.
    pub(super) fn narrowest(&self, stop: &dyn Fn() -> bool) -> f64 {
        let n = self.len();
        if !(2..=NARROW).contains(&n) {
            return 0.0;
        }
        let mut between = vec![vec![0.0; n]; n];
        for (&[a, b], &cost) in self.ends.iter().zip(&self.cost) {
            between[a as usize][b as usize] += cost;
            between[b as usize][a as usize] += cost;
        }
        let mut left: Vec<usize> = (0..n).collect();
        let mut least = f64::INFINITY;
        while left.len() > 1 {
            if stop() {
                return 0.0;
            }
            let mut bond: Vec<f64> = vec![0.0; n];
            let mut rest = left.clone();
            let (mut latest, mut before) = (rest[0], rest[0]);
            while !rest.is_empty() {
                let tightest = (0..rest.len()).max_by(|&a, &b| bond[rest[a]].total_cmp(&bond[rest[b]])).unwrap_or(0);
                (before, latest) = (latest, rest.swap_remove(tightest));
                for &node in &rest {
                    bond[node] += between[latest][node];
                }
            }
            least = least.min(bond[latest]);
            for &node in &left {
                let more = between[latest][node];
                between[before][node] += more;
                between[node][before] += more;
            }
            between[before][before] = 0.0;
            left.retain(|&node| node != latest);
        }
        least
    }
}
