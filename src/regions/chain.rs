//! One chain of plans by recombination.

use serde::{Deserialize, Serialize};

use super::{graph::Graph, measure::Band, random::Random, tree::Tree};

/// A plan that walks: everything a chain needs to go on, and nothing else.
///
/// The order of units within parts, and of parts beside parts, is a part of
/// the state, because random numbers are dealt out in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Chain {
    pub label: Vec<u32>,
    /// Units of each part.
    members: Vec<Vec<u32>>,
    /// Steps that each part holds: part by part, measure by measure.
    pub held: Vec<i64>,
    /// Parts beside each part, and the pairs of units that separate them.
    beside: Vec<Vec<(u32, u32)>>,
    /// Most parts that were ever beside one.
    crowd: usize,
    pub cut: u64,
    random: Random,
    /// Trees drawn so far.
    pub trees: u64,
}

/// Room to work in, shared by the steps of a chain.
#[derive(Debug, Default)]
pub(super) struct Bench {
    tree: Tree,
    ways: Vec<u32>,
    tally: Vec<u32>,
    touched: Vec<u32>,
    moved: Vec<u32>,
}

/// Trees for one pair of parts before another pair is taken.
const TREES: usize = 8;
/// Trees without a step after which a chain is stuck.
const STUCK: u64 = 20_000;

impl Chain {
    pub(super) fn new(graph: &Graph, label: &[u32], k: usize, seed: u64, stream: u64) -> Self {
        let mut members = vec![vec![]; k];
        let mut held = vec![0; k * graph.measures];
        for (unit, &part) in (0..).zip(label) {
            members[part as usize].push(unit);
            for measure in 0..graph.measures {
                held[part as usize * graph.measures + measure] += graph.steps(unit, measure);
            }
        }
        let mut chain = Self {
            label: label.to_vec(),
            members,
            held,
            beside: vec![vec![]; k],
            crowd: 0,
            cut: 0,
            random: Random::new(seed, stream),
            trees: 0,
        };
        let mut bench = Bench::new(graph.len(), k);
        (0..k as u32).for_each(|part| chain.look_beside(graph, part, &mut bench));
        chain.crowd = chain.beside.iter().map(Vec::len).max().unwrap_or(0);
        chain.cut = chain.beside.iter().flatten().map(|&(_, pairs)| u64::from(pairs)).sum::<u64>() / 2;
        chain
    }

    /// Units of a part, in the order in which random numbers are dealt to them.
    pub(super) fn members(&self, part: u32) -> &[u32] {
        &self.members[part as usize]
    }

    /// Go back to an earlier plan, with the random numbers and the count of trees running on.
    pub(super) fn return_to(&mut self, earlier: &Self) {
        let (random, trees) = (self.random.clone(), self.trees);
        self.clone_from(earlier);
        (self.random, self.trees) = (random, trees);
    }

    /// Count the pairs between a part and those beside it.
    fn look_beside(&mut self, graph: &Graph, part: u32, bench: &mut Bench) {
        bench.touched.clear();
        for &unit in &self.members[part as usize] {
            for &near in graph.near(unit) {
                let other = self.label[near as usize];
                if other != part {
                    if bench.tally[other as usize] == 0 {
                        bench.touched.push(other);
                    }
                    bench.tally[other as usize] += 1;
                }
            }
        }
        let own = &mut self.beside[part as usize];
        own.clear();
        for &other in &bench.touched {
            own.push((other, bench.tally[other as usize]));
            bench.tally[other as usize] = 0;
        }
    }

    /// A pair of neighbouring parts, each pair as likely as any other.
    fn pair(&mut self) -> Option<(u32, u32)> {
        if self.crowd == 0 {
            return None;
        }
        loop {
            let drawn = self.random.next();
            let part = (((drawn >> 32) * self.beside.len() as u64) >> 32) as usize;
            let place = (((drawn & 0xffff_ffff) * self.crowd as u64) >> 32) as usize;
            if let Some(&(other, _)) = self.beside[part].get(place) {
                return Some((part as u32, other));
            }
        }
    }

    /// One step: two neighbouring parts are merged and divided anew along a
    /// random tree, at one of its balanced edges, each as likely. The units
    /// that changed sides; `None` where no step is found.
    pub(super) fn step<'b>(
        &mut self,
        graph: &Graph,
        bands: &[Band],
        extra: Option<&dyn Fn(u32, u32) -> f64>,
        bench: &'b mut Bench,
    ) -> Option<(u32, u32, &'b [u32])> {
        let until = self.trees + STUCK;
        while self.trees < until {
            let (a, b) = self.pair()?;
            let (first, second) = (&self.members[a as usize], &self.members[b as usize]);
            let label = &self.label;
            let within = |unit: u32| {
                let part = label[unit as usize];
                part == a || part == b
            };
            bench.tree.gather(graph, first.iter().chain(second).copied(), within, extra);
            for _ in 0..TREES {
                self.trees += 1;
                if !bench.tree.draw(graph, &mut self.random) {
                    break;
                }
                if let Some(place) = self.way(a, b, bands, graph.measures, bench) {
                    self.divide(graph, a, b, place, bench);
                    return Some((a, b, &bench.moved));
                }
            }
        }
        None
    }

    /// The place below one of the balanced edges of the tree.
    fn way(&mut self, a: u32, b: u32, bands: &[Band], measures: usize, bench: &mut Bench) -> Option<u32> {
        let (tree, ways) = (&bench.tree, &mut bench.ways);
        ways.clear();
        let total =
            |measure: usize| self.held[a as usize * measures + measure] + self.held[b as usize * measures + measure];
        let (band, all) = (bands[0], total(0));
        let (low, high) = (band.low.max(all - band.high), band.high.min(all - band.low));
        if measures == 1 {
            ways.extend(tree.order.iter().copied().filter(|&place| {
                let below = tree.below[place as usize];
                low <= below && below <= high
            }));
        } else {
            let balanced = |&place: &u32| {
                (0..measures).all(|measure| {
                    let below = tree.below[place as usize * measures + measure];
                    let Band { low, high } = bands[measure];
                    (low..=high).contains(&below) && (low..=high).contains(&(total(measure) - below))
                })
            };
            ways.extend(tree.order.iter().copied().filter(balanced));
        }
        if ways.is_empty() { None } else { Some(ways[self.random.below(ways.len())]) }
    }

    fn divide(&mut self, graph: &Graph, a: u32, b: u32, place: u32, bench: &mut Bench) {
        let Bench { tree, moved, .. } = bench;
        let first = self.members[a as usize].len();
        tree.mark_side(place);
        let side = &tree.inside;
        // Named so that fewer units change their part.
        let stay = side.iter().enumerate().filter(|&(at, below)| *below == (at < first)).count();
        let below_is_a = 2 * stay >= side.len();
        moved.clear();
        let (mut one, mut two) =
            (std::mem::take(&mut self.members[a as usize]), std::mem::take(&mut self.members[b as usize]));
        one.clear();
        two.clear();
        for (at, (&unit, &below)) in tree.nodes.iter().zip(side).enumerate() {
            let in_a = below == below_is_a;
            if in_a != (at < first) {
                moved.push(unit);
                self.label[unit as usize] = if in_a { a } else { b };
            }
            if in_a { one.push(unit) } else { two.push(unit) }
        }
        (self.members[a as usize], self.members[b as usize]) = (one, two);
        let measures = graph.measures;
        for measure in 0..measures {
            let (at_a, at_b) = (a as usize * measures + measure, b as usize * measures + measure);
            let (below, all) = (tree.below[place as usize * measures + measure], self.held[at_a] + self.held[at_b]);
            self.held[at_a] = if below_is_a { below } else { all - below };
            self.held[at_b] = all - self.held[at_a];
        }
        self.rejoin(graph, a, b, bench);
    }

    /// Work out anew what lies beside two parts.
    fn rejoin(&mut self, graph: &Graph, a: u32, b: u32, bench: &mut Bench) {
        let between = |list: &[(u32, u32)], other: u32| {
            list.iter().find(|(part, _)| *part == other).map_or(0, |&(_, pairs)| u64::from(pairs))
        };
        let sum = |list: &[(u32, u32)]| list.iter().map(|&(_, pairs)| u64::from(pairs)).sum::<u64>();
        for part in [a, b] {
            let list = std::mem::take(&mut self.beside[part as usize]);
            self.cut -= sum(&list) - if part == b { between(&list, a) } else { 0 };
            for &(other, _) in &list {
                if other != a && other != b {
                    self.beside[other as usize].retain(|(known, _)| *known != part);
                }
            }
            self.beside[part as usize] = list;
        }
        for part in [a, b] {
            self.look_beside(graph, part, bench);
            let list = std::mem::take(&mut self.beside[part as usize]);
            self.cut += sum(&list) - if part == b { between(&list, a) } else { 0 };
            for &(other, pairs) in &list {
                if other != a && other != b {
                    self.beside[other as usize].push((part, pairs));
                    self.crowd = self.crowd.max(self.beside[other as usize].len());
                }
            }
            self.crowd = self.crowd.max(list.len());
            self.beside[part as usize] = list;
        }
    }
}

impl Bench {
    pub(super) fn new(n: usize, k: usize) -> Self {
        Self { tree: Tree::new(n), tally: vec![0; k], ..Self::default() }
    }
}
