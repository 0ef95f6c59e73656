//! A first plan that cannot hang: bisection along random trees, with a way back and an end.

use super::{
    graph::{Graph, NONE},
    measure::Band,
    random::Random,
    state::Rules,
    tree::Tree,
};

/// Divides sets of nodes into parts.
pub(super) struct Splitter<'a> {
    graph: &'a Graph,
    rules: &'a Rules,
    tree: Tree,
    pub label: Vec<u32>,
    /// Which set each node is in while it is divided.
    set: Vec<u32>,
    sets: u32,
    /// Nodes that may yet be looked at before what there is must do.
    work: i64,
}

/// A way to cut a tree: below this place lie so many parts.
#[derive(Clone, Copy)]
struct Way {
    place: u32,
    parts: usize,
}

impl<'a> Splitter<'a> {
    pub(super) fn new(graph: &'a Graph, rules: &'a Rules) -> Self {
        let n = graph.len();
        Self { graph, rules, tree: Tree::new(n), label: vec![NONE; n], set: vec![NONE; n], sets: 0, work: 0 }
    }

    /// Divide connected nodes into parts `first..first + parts`. Where no valid
    /// division is found with the work allowed, one that is as near as a tree gives.
    pub(super) fn divide(&mut self, nodes: &[u32], first: u32, parts: usize, work: usize, random: &mut Random) -> bool {
        self.work = work as i64;
        self.try_divide(nodes, first, parts, random) || {
            self.settle(nodes, first, parts, random);
            false
        }
    }

    fn held(&self, nodes: &[u32], measure: usize) -> i64 {
        nodes.iter().map(|&node| self.graph.steps(node, measure)).sum()
    }

    /// Whether so many parts can hold so much.
    fn fits(band: Band, parts: usize, steps: i64) -> bool {
        band.low * parts as i64 <= steps && steps <= band.high * parts as i64
    }

    fn try_divide(&mut self, nodes: &[u32], first: u32, parts: usize, random: &mut Random) -> bool {
        let bands = &self.rules.bands;
        let totals: Vec<i64> = (0..bands.len()).map(|measure| self.held(nodes, measure)).collect();
        if nodes.len() < parts || !bands.iter().zip(&totals).all(|(&band, &total)| Self::fits(band, parts, total)) {
            return false;
        }
        if parts == 1 {
            for &node in nodes {
                self.label[node as usize] = first;
            }
            return true;
        }
        let attempts = (20_000 / nodes.len()).clamp(4, 60);
        let mut ways = vec![];
        for _ in 0..attempts {
            if self.work <= 0 {
                return false;
            }
            if !self.draw(nodes, random) {
                return false;
            }
            self.ways(parts, &totals, &mut ways);
            let Some(way) = self.choose(&ways, parts, random) else { continue };
            let (below, above) = self.cut(way);
            let rest = first + way.parts as u32;
            if self.try_divide(&below, first, way.parts, random)
                && self.try_divide(&above, rest, parts - way.parts, random)
            {
                return true;
            }
        }
        false
    }

    fn draw(&mut self, nodes: &[u32], random: &mut Random) -> bool {
        self.sets += 1;
        let set = self.sets;
        for &node in nodes {
            self.set[node as usize] = set;
        }
        let within = &self.set;
        self.tree.gather(self.graph, nodes.iter().copied(), |node| within[node as usize] == set, None);
        self.work -= nodes.len() as i64;
        self.tree.draw(self.graph, random)
    }

    /// Every cut of the tree that leaves both sides divisible.
    fn ways(&self, parts: usize, totals: &[i64], ways: &mut Vec<Way>) {
        ways.clear();
        let (tree, measures) = (&self.tree, totals.len());
        let first = self.rules.bands[0];
        for &place in &tree.order {
            let below = &tree.below[place as usize * measures..(place as usize + 1) * measures];
            let least = if first.high > 0 { (below[0] + first.high - 1) / first.high } else { 1 };
            let most = if first.low > 0 { below[0] / first.low } else { parts as i64 };
            for count in least.max(1)..=most.min(parts as i64 - 1) {
                #[allow(clippy::cast_sign_loss)] // from 1 on
                let count = count as usize;
                let both = |measure: usize| {
                    let (band, below) = (self.rules.bands[measure], below[measure]);
                    Self::fits(band, count, below) && Self::fits(band, parts - count, totals[measure] - below)
                };
                if (0..measures).all(both) {
                    ways.push(Way { place, parts: count });
                }
            }
        }
    }

    /// One of the ways, sooner one that divides the parts evenly.
    fn choose(&self, ways: &[Way], parts: usize, random: &mut Random) -> Option<Way> {
        let uneven = |way: &Way| (2 * way.parts).abs_diff(parts);
        let least = ways.iter().map(uneven).min()?;
        let even: Vec<&Way> = ways.iter().filter(|way| uneven(way) <= least + parts / 4).collect();
        let measures = self.graph.measures;
        let strain = |way: &Way| {
            let below = self.tree.below[way.place as usize * measures] as f64 * self.rules.per_ideal[0];
            (below - way.parts as f64).abs()
        };
        // The least strained of three: both sides keep room for what follows.
        let drawn = (0..3).map(|_| *even[random.below(even.len())]);
        drawn.min_by(|a, b| strain(a).total_cmp(&strain(b)))
    }

    fn cut(&mut self, way: Way) -> (Vec<u32>, Vec<u32>) {
        self.tree.mark_side(way.place);
        let (below, above): (Vec<_>, Vec<_>) =
            self.tree.nodes.iter().zip(&self.tree.inside).partition(|(_, below)| **below);
        let nodes = |pairs: Vec<(&u32, &bool)>| pairs.into_iter().map(|(&node, _)| node).collect();
        (nodes(below), nodes(above))
    }

    /// Divide whatever the bands say: each time where a tree comes nearest.
    fn settle(&mut self, nodes: &[u32], first: u32, parts: usize, random: &mut Random) {
        if parts == 1 || !self.draw(nodes, random) {
            for &node in nodes {
                self.label[node as usize] = first;
            }
            return;
        }
        let measures = self.graph.measures;
        let total = self.held(nodes, 0) as f64;
        let half = parts / 2;
        let mut sizes = vec![1_usize; nodes.len()];
        let mut best: Option<(f64, u32)> = None;
        for &place in &self.tree.order {
            let size = sizes[place as usize];
            sizes[self.tree.parent[place as usize] as usize] += size;
            let below = self.tree.below[place as usize * measures] as f64;
            let off = (below - total * half as f64 / parts as f64).abs();
            // Every part needs a node.
            if size >= half && nodes.len() - size >= parts - half && best.is_none_or(|(least, _)| off < least) {
                best = Some((off, place));
            }
        }
        let Some((_, place)) = best else { return self.peel(first, parts) };
        let (below, above) = self.cut(Way { place, parts: half });
        self.settle(&below, first, half, random);
        self.settle(&above, first + half as u32, parts - half, random);
    }

    /// Too few nodes for an even cut: single leaves as parts, and the rest as the last.
    fn peel(&mut self, first: u32, parts: usize) {
        let (tree, label) = (&self.tree, &mut self.label);
        tree.nodes.iter().for_each(|&node| label[node as usize] = first + parts as u32 - 1);
        for (part, &place) in (first..).zip(tree.order.iter().take(parts - 1)) {
            label[tree.nodes[place as usize] as usize] = part;
        }
    }
}
