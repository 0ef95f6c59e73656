//! A plan under search: labels and everything that follows from them, kept up to date move by move.

mod leave;

use self::leave::GROUPS;
use super::{
    graph::{Graph, Moment, NONE},
    measure::Band,
    node_cost::NodeCost,
};

/// What a plan must keep beside contiguity.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    pub k: usize,
    /// One band for each measure.
    pub bands: Vec<Band>,
    /// One over the ideal of each measure.
    pub per_ideal: Vec<f64>,
    /// Part that each node is locked to, or `NONE`; empty where there are no locks.
    pub lock: Vec<u32>,
    /// Nodes that each node must share a part with (`true`) or must not; empty where there are no wishes.
    pub wish: Vec<Vec<(u32, bool)>>,
}

/// Labels and what follows from them.
#[derive(Debug, Clone)]
pub(super) struct State<'a> {
    pub graph: &'a Graph,
    pub rules: &'a Rules,
    pub node_cost: NodeCost,
    pub label: Vec<u32>,
    /// Steps that each part holds, part by part.
    pub held: Vec<i64>,
    /// Nodes of each part.
    pub nodes: Vec<u32>,
    moment: Vec<Moment>,
    /// Separated edges in no order, and where each edge stands among them.
    pub cut: Vec<u32>,
    cut_at: Vec<u32>,
    pub cost: f64,
    /// Steps outside the bands, of each measure.
    pub outside: Vec<i64>,
    /// Locks and wishes that are broken, and nodes where they may not be.
    pub broken: i64,
    /// Whether anything can be broken.
    is_ruled: bool,
    /// Which look at a part a node was last seen in, and by which group of it.
    seen: Vec<u32>,
    look: u32,
    open: [Vec<u32>; GROUPS],
}

/// Which wishes of a node count: all, or each pair once, at its higher end.
#[derive(Clone, Copy, PartialEq)]
enum Pairs {
    All,
    Once,
}

/// What a move would change.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    pub cost: f64,
    /// In shares of the ideals, and broken wishes.
    pub violation: f64,
}

impl<'a> State<'a> {
    pub(super) fn new(graph: &'a Graph, rules: &'a Rules, node_cost: NodeCost, label: Vec<u32>) -> Self {
        let (n, k) = (graph.len(), rules.k);
        let mut state = Self {
            graph,
            rules,
            label,
            held: vec![0; k * graph.measures],
            nodes: vec![0; k],
            moment: vec![[0.0; 4]; if graph.moment.is_empty() { 0 } else { k }],
            cut: vec![],
            cut_at: vec![NONE; graph.ends.len()],
            cost: 0.0,
            outside: vec![0; graph.measures],
            broken: 0,
            is_ruled: !(rules.lock.is_empty() && rules.wish.is_empty()) || matches!(node_cost, NodeCost::Towns { .. }),
            seen: vec![0; n],
            look: 0,
            open: Default::default(),
            node_cost,
        };
        state.refresh();
        state
    }

    /// Work everything out anew from the labels.
    pub(super) fn refresh(&mut self) {
        self.held.fill(0);
        self.nodes.fill(0);
        self.moment.fill([0.0; 4]);
        for (node, &part) in self.label.iter().enumerate() {
            self.nodes[part as usize] += 1;
            for measure in 0..self.graph.measures {
                self.held[part as usize * self.graph.measures + measure] += self.graph.steps(node as u32, measure);
            }
            if let Some(moment) = self.graph.moment.get(node) {
                (0..4).for_each(|at| self.moment[part as usize][at] += moment[at]);
            }
        }
        self.cut.clear();
        self.cut_at.fill(NONE);
        for (edge, &[a, b]) in self.graph.ends.iter().enumerate() {
            if self.label[a as usize] != self.label[b as usize] {
                self.cut_at[edge] = self.cut.len() as u32;
                self.cut.push(edge as u32);
            }
        }
        for measure in 0..self.graph.measures {
            let excess =
                (0..self.rules.k).map(|part| self.excess(measure, self.held[part * self.graph.measures + measure]));
            self.outside[measure] = excess.sum();
        }
        self.broken =
            (0..self.label.len() as u32).map(|node| self.broken_by(node, self.label[node as usize], Pairs::Once)).sum();
        self.reprice();
    }

    /// Work out the cost anew.
    pub(super) fn reprice(&mut self) {
        let edges: f64 = (0..self.graph.ends.len()).map(|edge| self.edge_cost(edge)).sum();
        let nodes: f64 = (0..).zip(&self.label).map(|(node, &part)| self.node_cost.of(node, part)).sum();
        self.cost = edges + nodes + self.moment.iter().map(inertia).sum::<f64>();
    }

    fn edge_cost(&self, edge: usize) -> f64 {
        if self.cut_at[edge] == NONE { 0.0 } else { self.graph.cost[edge] }
    }

    /// Steps that a part holding so much is outside the band.
    #[inline]
    fn excess(&self, measure: usize, held: i64) -> i64 {
        let Band { low, high } = self.rules.bands[measure];
        (held - high).max(0) + (low - held).max(0)
    }

    /// Whether a part is within its bands.
    #[inline]
    pub(super) fn is_inside(&self, part: u32) -> bool {
        let measures = self.graph.measures;
        let held = &self.held[part as usize * measures..(part as usize + 1) * measures];
        held.iter().zip(&self.rules.bands).all(|(held, band)| (band.low..=band.high).contains(held))
    }

    /// Locks and wishes that a node breaks in a part.
    fn broken_by(&self, node: u32, part: u32, pairs: Pairs) -> i64 {
        let lock = self.rules.lock.get(node as usize).is_some_and(|&lock| lock != NONE && lock != part);
        let wishes = self.rules.wish.get(node as usize).map_or(0, |wishes| {
            let counts = |other: u32| pairs == Pairs::All || other < node;
            let broken =
                |&&(other, together): &&(u32, bool)| counts(other) && (self.label[other as usize] == part) != together;
            wishes.iter().filter(broken).count()
        });
        i64::from(lock) + wishes as i64 + i64::from(self.node_cost.forbids(node, part))
    }

    pub(super) fn is_valid(&self) -> bool {
        self.broken == 0 && self.outside.iter().all(|&steps| steps == 0)
    }

    /// Shares of the ideals outside the bands, and broken wishes.
    pub(super) fn violation(&self) -> f64 {
        let outside = self.outside.iter().zip(&self.rules.per_ideal).map(|(&steps, per)| steps as f64 * per);
        outside.sum::<f64>() + self.broken as f64
    }

    /// What moving a node to a part would change in the node's own cost and the inertia.
    #[inline]
    pub(super) fn own_change(&self, node: u32, to: u32) -> f64 {
        let from = self.label[node as usize];
        let mut cost = 0.0;
        if !matches!(self.node_cost, NodeCost::Nothing) {
            cost += self.node_cost.of(node, to) - self.node_cost.of(node, from);
        }
        if let Some(&moment) = self.graph.moment.get(node as usize) {
            let (old, new) = (self.moment[from as usize], self.moment[to as usize]);
            cost += inertia(&sum(old, moment, -1.0)) - inertia(&old) + inertia(&sum(new, moment, 1.0)) - inertia(&new);
        }
        cost
    }

    /// What moving a node to a part would change.
    #[inline]
    pub(super) fn change(&self, node: u32, to: u32) -> Change {
        let from = self.label[node as usize];
        let graph = self.graph;
        let mut cost = 0.0;
        for at in graph.row(node) {
            let part = self.label[graph.neighbour[at] as usize];
            if part == from {
                cost += graph.cost[graph.edge[at] as usize];
            } else if part == to {
                cost -= graph.cost[graph.edge[at] as usize];
            }
        }
        cost += self.own_change(node, to);
        let mut violation = 0.0;
        for measure in 0..graph.measures {
            let steps = graph.steps(node, measure);
            let old = self.held[from as usize * graph.measures + measure];
            let new = self.held[to as usize * graph.measures + measure];
            let change = self.excess(measure, old - steps) - self.excess(measure, old)
                + self.excess(measure, new + steps)
                - self.excess(measure, new);
            violation += change as f64 * self.rules.per_ideal[measure];
        }
        if self.is_ruled {
            violation += (self.broken_by(node, to, Pairs::All) - self.broken_by(node, from, Pairs::All)) as f64;
        }
        Change { cost, violation }
    }

    /// Move a node.
    pub(super) fn apply(&mut self, node: u32, to: u32, change: Change) {
        let from = self.label[node as usize];
        let graph = self.graph;
        for measure in 0..graph.measures {
            let steps = graph.steps(node, measure);
            let (old, new) = (from as usize * graph.measures + measure, to as usize * graph.measures + measure);
            self.outside[measure] -= self.excess(measure, self.held[old]) + self.excess(measure, self.held[new]);
            self.held[old] -= steps;
            self.held[new] += steps;
            self.outside[measure] += self.excess(measure, self.held[old]) + self.excess(measure, self.held[new]);
        }
        if self.is_ruled {
            self.broken += self.broken_by(node, to, Pairs::All) - self.broken_by(node, from, Pairs::All);
        }
        if let Some(&moment) = graph.moment.get(node as usize) {
            self.moment[from as usize] = sum(self.moment[from as usize], moment, -1.0);
            self.moment[to as usize] = sum(self.moment[to as usize], moment, 1.0);
        }
        self.nodes[from as usize] -= 1;
        self.nodes[to as usize] += 1;
        self.label[node as usize] = to;
        self.cost += change.cost;
        for at in graph.row(node) {
            let part = self.label[graph.neighbour[at] as usize];
            if part == from {
                let edge = graph.edge[at];
                self.cut_at[edge as usize] = self.cut.len() as u32;
                self.cut.push(edge);
            } else if part == to {
                let place = self.cut_at[graph.edge[at] as usize];
                self.cut.swap_remove(place as usize);
                if let Some(&moved) = self.cut.get(place as usize) {
                    self.cut_at[moved as usize] = place;
                }
                self.cut_at[graph.edge[at] as usize] = NONE;
            }
        }
    }
}

#[inline]
fn sum(a: Moment, b: Moment, sign: f64) -> Moment {
    std::array::from_fn(|at| a[at] + sign * b[at])
}

/// Moment of inertia about the centre of mass.
#[inline]
pub(super) fn inertia(moment: &Moment) -> f64 {
    let [mass, x, y, square] = *moment;
    if mass > 0.0 { (square - (x * x + y * y) / mass).max(0.0) } else { 0.0 }
}
