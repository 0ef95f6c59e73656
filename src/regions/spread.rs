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
/// Sources of a round at least, where there are so many.
const FEW: usize = 32;
/// Nodes reached between one look at whether to stop and the next.
const LOOK: u32 = 4096;
/// Rounds of flows at most.
const ROUNDS: u32 = 240;
/// How much a source counts whose flows cross less for what they load.
const KEEN: i32 = 24;

/// What cutting into parts of at most `high` steps costs at least; raised by work, as long as anybody likes.
pub(super) struct Spread {
    high: i64,
    roads: Roads,
    random: Random,
    /// Relative loads of the edges, what crosses, and the lengths that the next flows go by.
    load: Vec<f64>,
    crossing: f64,
    length: Vec<f64>,
    round: u32,
    /// Sources of the next round.
    sources: usize,
    best: f64,
    done: bool,
}

impl Spread {
    pub(super) fn of(field: &Field, high: i64) -> Self {
        let total: i64 = field.weight.iter().sum();
        let hopeless = total <= high || field.ends.is_empty() || field.weight.iter().any(|&weight| weight > high);
        Self {
            high,
            roads: Roads::of(field),
            random: Random::new(0, 0),
            load: vec![0.0; field.ends.len()],
            crossing: 0.0,
            length: field.cost.iter().map(|cost| 1.0 / cost).collect(),
            round: 0,
            sources: field.len().min(FEW),
            best: 0.0,
            done: hopeless,
        }
    }

    /// No plan has less border.
    pub(super) fn bound(&self) -> f64 {
        // Sums of millions of numbers are off by far less than this.
        self.best * (1.0 - 1e-9)
    }

    /// Look at about `work` nodes more; how many it were.
    pub(super) fn raise(&mut self, field: &Field, work: u64, stop: &(dyn Fn() -> bool + Sync)) -> u64 {
        let n = field.len();
        let mut looked = 0;
        if self.round == 0 {
            // A set of three times what a part may hold is a good guess.
            let total: i64 = field.weight.iter().sum();
            let each = 3.0 * self.high as f64 / total.max(1) as f64 * n as f64 + 1.0;
            #[allow(clippy::cast_sign_loss)] // above 0
            let sources = (work as f64 / 40.0 / each) as usize;
            self.sources = sources.clamp(n.min(FEW), n);
        }
        while !self.done && looked < work && !stop() {
            let mut chosen: Vec<u32> = (0..n as u32).collect();
            if self.sources < n {
                (0..self.sources).for_each(|at| chosen.swap(at, at + self.random.below(n - at)));
                chosen.truncate(self.sources);
            }
            let Some(sent) = self.roads.send(field, &chosen, &self.length, self.high, stop) else { break };
            looked += sent.looked;
            if sent.crossing == 0.0 {
                self.done = true;
                break;
            }
            // All sources should come to speak.
            let each = sent.looked / self.sources as u64 + 1;
            self.sources = ((work / 40 / each) as usize).clamp(n.min(FEW), n);
            self.add(field, &sent);
            self.done = self.round >= ROUNDS;
        }
        looked
    }

    fn add(&mut self, field: &Field, sent: &Sent) {
        let share = 2.0 / (f64::from(self.round) + 2.0);
        self.crossing += share * (sent.crossing - self.crossing);
        for ((load, new), cost) in self.load.iter_mut().zip(&sent.load).zip(&field.cost) {
            if *cost > 0.0 {
                *load += share * (new / cost - *load);
            }
        }
        let most = self.load.iter().copied().fold(0.0, f64::max);
        if most > 0.0 {
            self.best = self.best.max(self.crossing / most);
        }
        // Longer where there is more load, the more sharply the longer this goes on.
        let contrast = 4.0 + 0.5 * f64::from(self.round).min(80.0);
        for ((length, load), cost) in self.length.iter_mut().zip(&self.load).zip(&field.cost) {
            *length = (contrast * (load / most - 1.0)).exp() / cost;
        }
        self.round += 1;
    }
}

/// The edges of each node that can carry flow.
struct Roads {
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

impl Roads {
    fn of(field: &Field) -> Self {
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
        Self { start, next }
    }

    /// Flows from these sources along shortest roads; `None` where it was stopped on the way.
    fn send(
        &self,
        field: &Field,
        sources: &[u32],
        length: &[f64],
        high: i64,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Option<Sent> {
        let hand = sources.len().div_ceil(HANDS).max(1);
        let hands: Option<Vec<Vec<Tree>>> = threads::install(|| {
            let look = |hand: &[u32]| {
                let mut walker = Walker::new(field.len());
                hand.iter().map(|&source| walker.around(self, field, source, length, high, stop)).collect()
            };
            sources.par_chunks(hand).map(look).collect()
        });
        let hands = hands?;
        let trees = || hands.iter().flatten().filter(|tree| tree.crossing > 0.0);
        let least = trees().map(|tree| tree.price).fold(f64::INFINITY, f64::min);
        let mut sent = Sent { load: vec![0.0; length.len()], crossing: 0.0, looked: 0 };
        sent.looked = hands.iter().flatten().map(|tree| tree.reached.len() as u64).sum();
        let mut through = vec![];
        for tree in trees() {
            // So much of this source: one unit of crossing, less where the roads are long.
            let much = (least / tree.price).powi(KEEN) / tree.crossing;
            sent.crossing += much * tree.crossing;
            through.clear();
            through.extend(tree.reached.iter().map(|&(node, _, _)| field.weight[node as usize] as f64));
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
    fn around(
        &mut self,
        roads: &Roads,
        field: &Field,
        source: u32,
        length: &[f64],
        high: i64,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Option<Tree> {
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
            if place.is_multiple_of(LOOK) && stop() {
                return None;
            }
            self.place[node as usize] = place;
            tree.reached.push((node, edge, before));
            let weight = field.weight[node as usize];
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
        Some(tree)
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
