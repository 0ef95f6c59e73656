//! How much border parts of limited weight need: people sent out from every unit.
//!
//! Send flows from a unit to the units of a set around it, to each as much as
//! it weighs. Whatever part the unit is in holds no more than `high`, so at
//! least the set's weight less `high` goes to units of other parts and crosses
//! the border. Where all flows together load no edge with more than `c` times
//! its cost, the edges cut cost at least what must cross, divided by `c`. This
//! is the dual of the spreading metrics of Even, Naor, Rao and Schieber (2000);
//! it holds for any graph, connected parts or not, and for any flows, so the
//! search for good ones may be as rough as it likes.

use std::{cmp::Ordering, collections::BinaryHeap};

use rayon::prelude::*;

use crate::threads;

use super::{field::Field, random::Random};

/// Sources are dealt to so many hands, whose loads are added in turn: threads change nothing.
const HANDS: usize = 16;
/// Rounds of flows at most.
const ROUNDS: usize = 240;
/// How much a source counts whose flows cross less for what they load.
const KEEN: i32 = 24;

/// What cutting into parts of at most `high` steps costs at least.
///
/// About `work` nodes are looked at; with less, the bound is lower.
pub(super) fn least_border(field: &Field, high: i64, work: u64, stop: &(dyn Fn() -> bool + Sync)) -> f64 {
    let n = field.weight.len();
    let total: i64 = field.weight.iter().sum();
    if total <= high || field.ends.is_empty() || field.weight.iter().any(|&weight| weight > high) {
        return 0.0;
    }
    let roads = Roads::of(field);
    let mut random = Random::new(0, 0);
    // Relative loads of the edges, and what crosses.
    let mut load = vec![0.0; field.ends.len()];
    let (mut crossing, mut best, mut looked, mut sources) = (0.0, 0.0_f64, 0_u64, n);
    let mut length: Vec<f64> = field.cost.iter().map(|cost| 1.0 / cost).collect();
    for round in 0..ROUNDS {
        if looked >= work || stop() {
            break;
        }
        let mut chosen: Vec<u32> = (0..n as u32).collect();
        if sources < n {
            (0..sources).for_each(|at| chosen.swap(at, at + random.below(n - at)));
            chosen.truncate(sources);
        }
        let Some(sent) = roads.send(&chosen, &length, high) else { break };
        looked += sent.looked;
        // The first round shows what a source takes; all of them should come to speak.
        let each = sent.looked / sources as u64 + 1;
        sources = ((work / 40 / each) as usize).clamp(n.min(32), n);
        let share = 2.0 / (round as f64 + 2.0);
        crossing += share * (sent.crossing - crossing);
        for ((load, new), cost) in load.iter_mut().zip(&sent.load).zip(&field.cost) {
            if *cost > 0.0 {
                *load += share * (new / cost - *load);
            }
        }
        let most = load.iter().copied().fold(0.0, f64::max);
        if most > 0.0 {
            best = best.max(crossing / most);
        }
        // Longer where there is more load, the more sharply the longer this goes on.
        let contrast = 4.0 + 0.5 * (round as f64).min(80.0);
        for ((length, load), cost) in length.iter_mut().zip(&load).zip(&field.cost) {
            *length = (contrast * (load / most - 1.0)).exp() / cost;
        }
    }
    // Sums of millions of numbers are off by far less than this.
    best * (1.0 - 1e-9)
}

/// The edges of each node that can carry flow.
struct Roads<'a> {
    field: &'a Field,
    start: Vec<u32>,
    next: Vec<(u32, u32)>,
}

/// Flows of a round: the load of each edge, and what must cross the border.
struct Sent {
    load: Vec<f64>,
    crossing: f64,
    looked: u64,
}

/// What a source found: the tree to the nodes of its set.
#[derive(Default)]
struct Tree {
    /// Node, edge to it, place of the node before.
    reached: Vec<(u32, u32, u32)>,
    /// Least road to a unit of crossing.
    price: f64,
    crossing: f64,
}

impl<'a> Roads<'a> {
    fn of(field: &'a Field) -> Self {
        let n = field.weight.len();
        let carries: Vec<usize> = (0..field.ends.len()).filter(|&edge| field.cost[edge] > 0.0).collect();
        let mut start = vec![0; n + 1];
        carries.iter().flat_map(|&edge| field.ends[edge]).for_each(|node| start[node as usize + 1] += 1);
        (0..n).for_each(|node| start[node + 1] += start[node]);
        let mut at = start.clone();
        let mut next = vec![(0, 0); 2 * carries.len()];
        for edge in carries {
            let [a, b] = field.ends[edge];
            for (from, to) in [(a, b), (b, a)] {
                next[at[from as usize] as usize] = (to, edge as u32);
                at[from as usize] += 1;
            }
        }
        Self { field, start, next }
    }

    /// Flows from these sources along shortest roads; `None` where nothing need cross.
    fn send(&self, sources: &[u32], length: &[f64], high: i64) -> Option<Sent> {
        let hand = sources.len().div_ceil(HANDS).max(1);
        let hands: Vec<Vec<Tree>> = threads::install(|| {
            let look = |hand: &[u32]| {
                let mut walker = Walker::new(self.field.weight.len());
                hand.iter().map(|&source| walker.around(self, source, length, high)).collect()
            };
            sources.par_chunks(hand).map(look).collect()
        });
        let trees = || hands.iter().flatten().filter(|tree| tree.crossing > 0.0);
        let least = trees().map(|tree| tree.price).fold(f64::INFINITY, f64::min);
        if !least.is_finite() {
            return None;
        }
        let mut sent = Sent { load: vec![0.0; length.len()], crossing: 0.0, looked: 0 };
        sent.looked = hands.iter().flatten().map(|tree| tree.reached.len() as u64).sum();
        let mut through = vec![];
        for tree in trees() {
            // So much of this source: one unit of crossing, less where the roads are long.
            let much = (least / tree.price).powi(KEEN) / tree.crossing;
            sent.crossing += much * tree.crossing;
            through.clear();
            through.extend(tree.reached.iter().map(|&(node, _, _)| self.field.weight[node as usize] as f64));
            for at in (1..tree.reached.len()).rev() {
                let (_, edge, before) = tree.reached[at];
                sent.load[edge as usize] += much * through[at];
                through[before as usize] += through[at];
            }
        }
        Some(sent)
    }
}

/// Looks for the roads from one source after the other.
struct Walker {
    /// Place of each node among those reached, and which source's it is.
    place: Vec<u32>,
    mine: Vec<u32>,
    turn: u32,
    heap: BinaryHeap<Open>,
}

impl Walker {
    fn new(n: usize) -> Self {
        Self { place: vec![0; n], mine: vec![0; n], turn: 0, heap: BinaryHeap::new() }
    }

    /// The set around a source, nearest first, whose roads are shortest for what must cross.
    fn around(&mut self, roads: &Roads<'_>, source: u32, length: &[f64], high: i64) -> Tree {
        self.turn += 1;
        self.heap.clear();
        self.heap.push(Open { far: 0.0, node: source, edge: u32::MAX, before: 0 });
        let mut tree = Tree { price: f64::INFINITY, ..Tree::default() };
        let (mut held, mut paid) = (0_i64, 0.0);
        while let Some(Open { far, node, edge, before }) = self.heap.pop() {
            if self.mine[node as usize] == self.turn {
                continue;
            }
            // From here on every node adds more road than it is worth.
            if far >= tree.price {
                break;
            }
            self.mine[node as usize] = self.turn;
            let place = tree.reached.len() as u32;
            self.place[node as usize] = place;
            tree.reached.push((node, edge, before));
            let weight = roads.field.weight[node as usize];
            held += weight;
            paid += weight as f64 * far;
            if held > high {
                tree.crossing = (held - high) as f64;
                tree.price = paid / tree.crossing;
            }
            for &(next, edge) in
                &roads.next[roads.start[node as usize] as usize..roads.start[node as usize + 1] as usize]
            {
                if self.mine[next as usize] != self.turn {
                    self.heap.push(Open { far: far + length[edge as usize], node: next, edge, before: place });
                }
            }
        }
        tree
    }
}

/// A node to go to, the nearest first; ties go to the lower node and edge.
struct Open {
    far: f64,
    node: u32,
    edge: u32,
    before: u32,
}

impl Ord for Open {
    fn cmp(&self, other: &Self) -> Ordering {
        other.far.total_cmp(&self.far).then((other.node, other.edge).cmp(&(self.node, self.edge)))
    }
}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Open {}
