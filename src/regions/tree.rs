//! Random spanning trees, and the edges at which they fall into balanced halves.

use super::{
    graph::{Graph, NONE},
    random::Random,
};

/// A set of nodes, the edges among them, and a random minimum spanning tree
/// (as in `ReCom`: `DeFord`, Duchin and Solomon 2021).
///
/// The tree is taken apart leaf by leaf: each node keeps the exclusive-or of
/// its neighbours, which is its parent when only one is left. So no list of
/// the tree's edges is ever made, and a tree of 24 nodes costs a microsecond.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    /// Nodes of the graph by place in this set.
    pub nodes: Vec<u32>,
    /// Place of each node of the graph; of no meaning outside the set.
    place: Vec<u32>,
    pairs: Vec<[u32; 2]>,
    /// What is added to the random weight of each pair; empty where nothing is.
    extra: Vec<u64>,
    keys: Vec<u64>,
    sorted: Vec<u64>,
    drawers: Vec<u32>,
    /// Set of each place while the tree grows, the next place of the set, and how many there are.
    root: Vec<u32>,
    next: Vec<u32>,
    size: Vec<u32>,
    degree: Vec<u32>,
    across: Vec<u32>,
    /// Places, leaves first; the last place left is no part of it.
    pub order: Vec<u32>,
    /// Parent of each place.
    pub parent: Vec<u32>,
    /// Steps below each place, itself included: place by place, measure by measure.
    pub below: Vec<i64>,
    pub inside: Vec<bool>,
}

impl Tree {
    pub(super) fn new(n: usize) -> Self {
        Self { place: vec![NONE; n], ..Self::default() }
    }

    /// Take these nodes and the edges between those of them that are `within`;
    /// `extra` is added to the random weight of an edge, in its whole range.
    pub(super) fn gather(
        &mut self,
        graph: &Graph,
        nodes: impl Iterator<Item = u32>,
        within: impl Fn(u32) -> bool,
        extra: Option<&dyn Fn(u32, u32) -> f64>,
    ) {
        self.nodes.clear();
        self.nodes.extend(nodes);
        for (place, &node) in (0..).zip(&self.nodes) {
            self.place[node as usize] = place;
        }
        self.pairs.clear();
        self.extra.clear();
        for (place, &node) in (0..).zip(&self.nodes) {
            for &near in graph.near(node) {
                if near > node && within(near) {
                    self.pairs.push([place, self.place[near as usize]]);
                    if let Some(extra) = extra {
                        #[allow(clippy::cast_sign_loss)] // surcharges are 0 or more
                        self.extra.push((extra(node, near) * f64::from(1 << 28)) as u64);
                    }
                }
            }
        }
    }

    /// Draw a tree; false where the nodes are not connected.
    pub(super) fn draw(&mut self, graph: &Graph, random: &mut Random) -> bool {
        let n = self.nodes.len();
        self.keys.clear();
        // Two weights of 28 bits from each number, beside the pair's number.
        let mut drawn = 0;
        for pair in 0..self.pairs.len() {
            if pair % 2 == 0 {
                drawn = random.next();
            } else {
                drawn <<= 32;
            }
            let weight = (drawn >> 36) + self.extra.get(pair).copied().unwrap_or(0);
            self.keys.push(weight << 32 | pair as u64);
        }
        self.sort_keys();
        self.root.clear();
        self.root.extend(0..n as u32);
        self.next.clone_from(&self.root);
        self.size.clear();
        self.size.resize(n, 1);
        self.degree.clear();
        self.degree.resize(n, 0);
        self.across.clear();
        self.across.resize(n, 0);
        let mut missing = n - 1;
        for at in 0..self.keys.len() {
            if missing == 0 {
                break;
            }
            let [a, b] = self.pairs[(self.keys[at] & 0xffff_ffff) as usize];
            let (set_a, set_b) = (self.root[a as usize], self.root[b as usize]);
            if set_a != set_b {
                self.unite(set_a, set_b);
                self.degree[a as usize] += 1;
                self.degree[b as usize] += 1;
                self.across[a as usize] ^= b;
                self.across[b as usize] ^= a;
                missing -= 1;
            }
        }
        if missing > 0 {
            return false;
        }
        self.weigh(graph);
        self.strip();
        true
    }

    /// Sort the keys. Evenly spread weights fall into as many drawers as there
    /// are keys, after which hardly any is out of place.
    fn sort_keys(&mut self) {
        const FEW: usize = 40;
        let count = self.keys.len();
        if count < FEW || !self.extra.is_empty() {
            self.keys.sort_unstable();
            return;
        }
        let bits = count.ilog2().min(20);
        let drawer = |key: u64| (key >> (32 + 28 - bits)) as usize;
        self.drawers.clear();
        self.drawers.resize((1 << bits) + 1, 0);
        for &key in &self.keys {
            self.drawers[drawer(key) + 1] += 1;
        }
        let mut sum = 0;
        for next in &mut self.drawers {
            sum += *next;
            *next = sum;
        }
        self.sorted.clear();
        self.sorted.resize(count, 0);
        for &key in &self.keys {
            let place = &mut self.drawers[drawer(key)];
            self.sorted[*place as usize] = key;
            *place += 1;
        }
        for at in 1..count {
            let key = self.sorted[at];
            let mut hole = at;
            while hole > 0 && self.sorted[hole - 1] > key {
                self.sorted[hole] = self.sorted[hole - 1];
                hole -= 1;
            }
            self.sorted[hole] = key;
        }
        std::mem::swap(&mut self.keys, &mut self.sorted);
    }

    /// Give the smaller set the larger one's name.
    ///
    /// Looking a set up is then a single read, which for trees of some hundred
    /// nodes beats following paths.
    #[inline]
    fn unite(&mut self, a: u32, b: u32) {
        let (large, small) = if self.size[a as usize] < self.size[b as usize] { (b, a) } else { (a, b) };
        self.size[large as usize] += self.size[small as usize];
        let mut at = small;
        loop {
            self.root[at as usize] = large;
            let next = self.next[at as usize];
            if next == small {
                break;
            }
            at = next;
        }
        // Two rings become one.
        self.next[at as usize] = self.next[large as usize];
        self.next[large as usize] = small;
    }

    fn weigh(&mut self, graph: &Graph) {
        self.below.clear();
        if graph.measures == 1 {
            self.below.extend(self.nodes.iter().map(|&node| graph.weight[node as usize]));
        } else {
            let weights = self.nodes.iter().flat_map(|&node| {
                let from = node as usize * graph.measures;
                &graph.weight[from..from + graph.measures]
            });
            self.below.extend(weights);
        }
    }

    /// Take the tree apart from its leaves.
    fn strip(&mut self) {
        let n = self.nodes.len();
        let measures = self.below.len() / n;
        self.order.clear();
        self.parent.clear();
        self.parent.resize(n, NONE);
        for first in 0..n as u32 {
            let mut leaf = first;
            while self.degree[leaf as usize] == 1 {
                let parent = self.across[leaf as usize];
                self.order.push(leaf);
                self.parent[leaf as usize] = parent;
                for measure in 0..measures {
                    self.below[parent as usize * measures + measure] += self.below[leaf as usize * measures + measure];
                }
                self.degree[leaf as usize] = 0;
                self.degree[parent as usize] -= 1;
                self.across[parent as usize] ^= leaf;
                // A later place has its turn yet.
                if parent > first {
                    break;
                }
                leaf = parent;
            }
        }
    }

    /// Mark in `inside` which places lie below this one, itself included.
    pub(super) fn mark_side(&mut self, top: u32) {
        self.inside.clear();
        self.inside.resize(self.nodes.len(), false);
        self.inside[top as usize] = true;
        for &place in self.order.iter().rev() {
            if self.inside[self.parent[place as usize] as usize] {
                self.inside[place as usize] = true;
            }
        }
    }
}
