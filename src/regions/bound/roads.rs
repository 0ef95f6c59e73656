//! Shortest roads from a unit to a set around it that more live in than a part may hold.

use rayon::prelude::*;

use crate::threads;

use crate::regions::{field::Field, graph::NONE};

/// Distances that are told apart: between two rings nearer and farther are one.
pub(super) const RINGS: usize = 512;
/// Threads among which sources are dealt, at most: each needs room for all nodes.
const HANDS: usize = 16;
/// Nodes reached between one look at whether to stop and the next.
const LOOK: usize = 4096;

/// A field with its units and edges in an order in which neighbours are near each
/// other, without the edges that cost nothing.
pub(super) struct Roads {
    pub weight: Vec<i64>,
    pub ends: Vec<[u32; 2]>,
    pub cost: Vec<f64>,
    start: Vec<u32>,
    /// Node and edge.
    next: Vec<(u32, u32)>,
}

/// What a source found: the tree to the nodes of its set.
#[derive(Default)]
pub(super) struct Tree {
    /// Node, edge to it, place of the node before.
    pub reached: Vec<(u32, u32, u32)>,
    /// Least road to a unit of crossing.
    pub price: f64,
    /// What is sent to other parts at least.
    pub crossing: f64,
}

impl Roads {
    pub(super) fn of(field: &Field) -> Self {
        let order = breadth_first(field);
        let mut place = vec![0; field.len()];
        (0..).zip(&order).for_each(|(at, &node)| place[node as usize] = at);
        let carries = field.ends.iter().zip(&field.cost).filter(|(_, cost)| **cost > 0.0);
        let pair =
            |[a, b]: [u32; 2]| [place[a as usize].min(place[b as usize]), place[a as usize].max(place[b as usize])];
        let mut edges: Vec<([u32; 2], f64)> = carries.map(|(&ends, &cost)| (pair(ends), cost)).collect();
        edges.sort_unstable_by_key(|(ends, _)| *ends);
        let (ends, cost): (Vec<[u32; 2]>, Vec<f64>) = edges.into_iter().unzip();
        let mut start = vec![0; field.len() + 1];
        ends.iter().flatten().for_each(|&node| start[node as usize + 1] += 1);
        (0..field.len()).for_each(|node| start[node + 1] += start[node]);
        let (mut at, mut next) = (start.clone(), vec![(0, 0); 2 * ends.len()]);
        for (edge, &[a, b]) in (0..).zip(&ends) {
            for (from, to) in [(a, b), (b, a)] {
                next[at[from as usize] as usize] = (to, edge);
                at[from as usize] += 1;
            }
        }
        Self { weight: order.iter().map(|&node| field.weight[node as usize]).collect(), ends, cost, start, next }
    }

    /// Neighbours of a node, and the edges to them.
    pub(super) fn row(&self, node: u32) -> &[(u32, u32)] {
        &self.next[self.start[node as usize] as usize..self.start[node as usize + 1] as usize]
    }

    /// The trees of these sources, rings being `width` apart; `None` where it was stopped on the way.
    pub(super) fn around(
        &self,
        sources: &[u32],
        length: &[f32],
        (high, width): (i64, f32),
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Option<Vec<Tree>> {
        let hand = sources.len().div_ceil(HANDS);
        let walker = || Walker::new(self.weight.len());
        let look = |walker: &mut Walker, &source: &u32| walker.around(self, source, length, (high, width), stop);
        threads::install(|| sources.par_iter().with_min_len(hand).map_init(walker, look).collect())
    }
}

impl Tree {
    /// Add the loads of the flows to all nodes of the tree, times `much`.
    pub(super) fn load(&self, roads: &Roads, much: f64, through: &mut Vec<f64>, load: &mut [f64]) {
        through.clear();
        through.extend(self.reached.iter().map(|&(node, _, _)| roads.weight[node as usize] as f64));
        for at in (1..self.reached.len()).rev() {
            let (_, edge, before) = self.reached[at];
            load[edge as usize] += much * through[at];
            through[before as usize] += through[at];
        }
    }
}

/// All nodes, those of a connected set from one end of it to the other.
fn breadth_first(field: &Field) -> Vec<u32> {
    let mut order = vec![];
    for from_end in [false, true] {
        let begin: Vec<u32> =
            if from_end { order.drain(..).rev().collect() } else { (0..field.len() as u32).collect() };
        let mut seen = vec![false; field.len()];
        for node in begin {
            let mut at = order.len();
            if !std::mem::replace(&mut seen[node as usize], true) {
                order.push(node);
            }
            while let Some(&node) = order.get(at) {
                for (near, _) in field.row(node) {
                    if !std::mem::replace(&mut seen[near as usize], true) {
                        order.push(near);
                    }
                }
                at += 1;
            }
        }
    }
    order
}

/// Looks for the roads from one source after the other.
struct Walker {
    /// Whose each node is, and how far: twice the turn once seen, and one more once reached.
    seen: Vec<(u32, f32)>,
    turn: u32,
    /// The latest way into each ring.
    ring: Vec<u32>,
    ways: Vec<Way>,
}

/// A way to a node that may yet be gone.
#[derive(Clone, Copy)]
struct Way {
    far: f32,
    node: u32,
    edge: u32,
    before: u32,
    /// The next way into the same ring.
    next: u32,
}

impl Walker {
    fn new(n: usize) -> Self {
        Self { seen: vec![(0, 0.0); n], turn: 0, ring: vec![NONE; RINGS], ways: vec![] }
    }

    /// The set around a source, nearest first, whose roads are shortest for what must cross.
    fn around(
        &mut self,
        roads: &Roads,
        source: u32,
        length: &[f32],
        (high, width): (i64, f32),
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Option<Tree> {
        self.turn += 2;
        let (seen, reached) = (self.turn, self.turn + 1);
        self.ways.clear();
        self.ring.fill(NONE);
        self.push(0, Way { far: 0.0, node: source, edge: NONE, before: 0, next: NONE });
        let mut tree = Tree { price: f64::INFINITY, ..Tree::default() };
        let (mut held, mut paid, mut ring) = (0_i64, 0.0, 0);
        // From the price on every node adds more road than it is worth.
        while ring < RINGS && (ring as f64 * f64::from(width) < tree.price) {
            if self.ring[ring] == NONE {
                ring += 1;
                continue;
            }
            let Way { far, node, edge, before, next } = self.ways[self.ring[ring] as usize];
            self.ring[ring] = next;
            if self.seen[node as usize].0 == reached || f64::from(far) >= tree.price {
                continue;
            }
            self.seen[node as usize].0 = reached;
            let place = tree.reached.len();
            if place % LOOK == LOOK - 1 && stop() {
                return None;
            }
            tree.reached.push((node, edge, before));
            let weight = roads.weight[node as usize];
            held += weight;
            paid += weight as f64 * f64::from(far);
            if held > high {
                tree.crossing = (held - high) as f64;
                tree.price = paid / tree.crossing;
            }
            for &(node, edge) in roads.row(node) {
                let (whose, known) = &mut self.seen[node as usize];
                let far = far + length[edge as usize];
                if *whose != reached && (*whose != seen || far < *known) {
                    (*whose, *known) = (seen, far);
                    #[allow(clippy::cast_sign_loss)] // no road is shorter than 0
                    let there = ((far / width) as usize).clamp(ring, RINGS - 1);
                    self.push(there, Way { far, node, edge, before: place as u32, next: NONE });
                }
            }
        }
        Some(tree)
    }

    fn push(&mut self, ring: usize, way: Way) {
        self.ways.push(Way { next: self.ring[ring], ..way });
        self.ring[ring] = self.ways.len() as u32 - 1;
    }
}
