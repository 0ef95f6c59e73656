//! What the search sees: units or merged units, what they weigh and what separating them costs.

use super::{contiguity::Contiguity, measure::Measure};

/// No part, no unit.
pub(super) const NONE: u32 = u32::MAX;

/// Mass, mass × x, mass × y, mass × (x² + y²): sums of these give a moment of inertia.
pub(super) type Moment = [f64; 4];

/// Moment of each unit about the middle of all, so that squares of large
/// coordinates do not swallow the differences.
pub(super) fn moments(xy: &[[f64; 2]], weight: &[f64]) -> Vec<Moment> {
    let middle = |axis: usize| xy.iter().map(|place| place[axis]).sum::<f64>() / xy.len() as f64;
    let (middle_x, middle_y) = (middle(0), middle(1));
    let moment = |(&[x, y], &mass): (&[f64; 2], &f64)| {
        let (x, y) = (x - middle_x, y - middle_y);
        [mass, mass * x, mass * y, mass * (x * x + y * y)]
    };
    xy.iter().zip(weight).map(moment).collect()
}

/// A graph of nodes; at first units, on coarser levels connected sets of units.
#[derive(Debug, Clone, Default)]
pub(super) struct Graph {
    pub start: Vec<u32>,
    pub neighbour: Vec<u32>,
    /// Edge of each neighbour.
    pub edge: Vec<u32>,
    /// Both ends of each edge.
    pub ends: Vec<[u32; 2]>,
    /// What it costs to separate the ends of each edge.
    pub cost: Vec<f64>,
    /// Steps of each measure, node by node.
    pub weight: Vec<i64>,
    pub measures: usize,
    /// Empty unless the objective is inertia.
    pub moment: Vec<Moment>,
}

impl Graph {
    /// The units of a contiguity; edges between fields are left out.
    pub(super) fn new(
        contiguity: &Contiguity,
        measures: &[Measure],
        cost: impl Fn(usize) -> f64,
        moment: Vec<Moment>,
        field: &[u32],
    ) -> Self {
        let n = contiguity.len();
        let weight = (0..n).flat_map(|unit| measures.iter().map(move |measure| measure.units[unit])).collect();
        let inside = |&edge: &usize| {
            let [a, b] = contiguity.edges()[edge];
            field[a as usize] == field[b as usize]
        };
        let kept: Vec<usize> = (0..contiguity.edges().len()).filter(inside).collect();
        let ends = kept.iter().map(|&edge| contiguity.edges()[edge]).collect();
        let cost = kept.iter().map(|&edge| cost(edge)).collect();
        Self { ends, cost, weight, measures: measures.len(), moment, ..Self::default() }.linked(n)
    }

    /// With rows made from `ends`.
    pub(super) fn linked(mut self, n: usize) -> Self {
        self.start = vec![0; n + 1];
        for &node in self.ends.iter().flatten() {
            self.start[node as usize + 1] += 1;
        }
        (0..n).for_each(|node| self.start[node + 1] += self.start[node]);
        let mut next = self.start.clone();
        self.neighbour = vec![0; 2 * self.ends.len()];
        self.edge = vec![0; 2 * self.ends.len()];
        for side in [1, 0] {
            for (edge, pair) in self.ends.iter().enumerate() {
                let place = next[pair[side] as usize] as usize;
                self.neighbour[place] = pair[1 - side];
                self.edge[place] = edge as u32;
                next[pair[side] as usize] += 1;
            }
        }
        self
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.start.len() - 1
    }

    #[inline]
    pub(super) fn row(&self, node: u32) -> std::ops::Range<usize> {
        self.start[node as usize] as usize..self.start[node as usize + 1] as usize
    }

    #[inline]
    pub(super) fn near(&self, node: u32) -> &[u32] {
        &self.neighbour[self.row(node)]
    }

    /// Steps of one measure that a node weighs.
    #[inline]
    pub(super) fn steps(&self, node: u32, measure: usize) -> i64 {
        self.weight[node as usize * self.measures + measure]
    }
}
