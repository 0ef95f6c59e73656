//! Every plan there could be, as a decision diagram.
//!
//! A node stands for plans under way whose parts stand at the same nodes of the
//! diagram of all parts, and hold amounts that are told apart in steps. A way on
//! says which part takes the layer's unit. What is dearer than a better plan can
//! be, or cannot come into the band, is dropped before amounts are told apart
//! more finely, as with single parts, but nothing is estimated here: the
//! cheapest path bounds all plans by itself (Bergman, Cire, van Hoeve and Hooker 2016).

use super::keys::Keys;

/// No place: the part is complete from this turn on, or was before.
pub(super) const CLOSED: u8 = u8::MAX;
pub(super) const GONE: u8 = u8::MAX - 1;
/// Parts that can be told apart.
pub(super) const MOST_PARTS: usize = GONE as usize;

/// A way on from a node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    pub to: u32,
    /// Which part takes the unit, what it costs, and where the parts stand then.
    pub turn: u32,
}

/// Layers of nodes, one for each unit in order and one at the end.
#[derive(Debug, Clone)]
pub(super) struct Plans {
    pub k: usize,
    /// First node of each layer, and the end of the last.
    pub layer: Vec<usize>,
    /// First way of each node, and the end of the last.
    start: Vec<usize>,
    way: Vec<Way>,
    pub turn: Vec<Turn>,
    /// New place of each part, turn by turn.
    pub places: Vec<u8>,
    /// Whether every node stands for one amount of each part.
    pub exact: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    pub part: u8,
    pub cost: f64,
}

/// Turns that have been met.
pub(super) struct Turns {
    met: Keys,
    row: Vec<i64>,
}

impl Turns {
    pub(super) fn new(k: usize) -> Self {
        Self { met: Keys::new(k + 2), row: vec![0; k + 2] }
    }

    /// The number of a turn.
    pub(super) fn number(&mut self, plans: &mut Plans, part: usize, cost: f64, places: &[u8]) -> u32 {
        self.row[0] = part as i64;
        self.row[1] = cost.to_bits() as i64;
        self.row[2..].iter_mut().zip(places).for_each(|(word, &place)| *word = i64::from(place));
        let number = self.met.number(&self.row);
        if number == plans.turn.len() {
            plans.turn.push(Turn { part: part as u8, cost });
            plans.places.extend_from_slice(places);
        }
        number as u32
    }
}

impl Plans {
    pub(super) fn begin(k: usize, exact: bool) -> Self {
        Self { k, layer: vec![], start: vec![0], way: vec![], turn: vec![], places: vec![], exact }
    }

    /// Begin again with the same turns.
    pub(super) fn anew(&self, exact: bool) -> Self {
        Self { turn: self.turn.clone(), places: self.places.clone(), ..Self::begin(self.k, exact) }
    }

    /// Begin a layer of so many nodes; returns the first node of the next.
    pub(super) fn begin_layer(&mut self, nodes: usize) -> usize {
        let first = self.start.len() - 1;
        self.layer.push(first);
        first + nodes
    }

    /// A way on from the node that is not ended.
    pub(super) fn push(&mut self, way: Way) {
        self.way.push(way);
    }

    pub(super) fn end_node(&mut self) {
        self.start.push(self.way.len());
    }

    /// Add the last layer.
    pub(super) fn end(&mut self, nodes: usize) {
        let end = self.begin_layer(nodes);
        self.start.resize(end + 1, self.way.len());
        self.layer.push(end);
    }

    /// No plan at all.
    pub(super) fn without_any(mut self, layers: usize) -> Self {
        self.layer = vec![0; layers + 2];
        self.layer[1..].fill(1);
        self.start = vec![0; 2];
        self
    }

    pub(super) fn len(&self) -> usize {
        self.start.len() - 1
    }

    pub(super) fn layers(&self) -> usize {
        self.layer.len() - 2
    }

    pub(super) fn nodes(&self, layer: usize) -> std::ops::Range<usize> {
        self.layer[layer]..self.layer[layer + 1]
    }

    pub(super) fn ways(&self, node: usize) -> &[Way] {
        &self.way[self.start[node]..self.start[node + 1]]
    }

    pub(super) fn cost(&self, way: Way) -> f64 {
        self.turn[way.turn as usize].cost
    }

    /// The least cost from each node to the end.
    pub(super) fn to_come(&self) -> Vec<f64> {
        let mut least = vec![f64::INFINITY; self.len()];
        least[self.nodes(self.layers())].fill(0.0);
        for node in (0..self.layer[self.layers()]).rev() {
            let ways = self.ways(node).iter().map(|&way| self.cost(way) + least[way.to as usize]);
            least[node] = ways.fold(f64::INFINITY, f64::min);
        }
        least
    }

    /// What no plan costs less than; infinite where there is none.
    pub(super) fn least(&self) -> f64 {
        self.to_come()[0]
    }

    /// Without the nodes and ways of plans that cost more than `most`.
    pub(super) fn trimmed(&self, most: f64) -> Self {
        let to_come = self.to_come();
        let mut all = self.anew(self.exact);
        let (mut name, mut old, mut here) = (vec![u32::MAX; self.len()], vec![0_u32], vec![0.0]);
        for _ in 0..self.layers() {
            let (mut next, mut next_here) = (vec![], vec![]);
            let base = all.begin_layer(old.len());
            for (&node, &cost) in old.iter().zip(&here) {
                for &way in self.ways(node as usize) {
                    let cost = cost + self.cost(way);
                    if cost + to_come[way.to as usize] > most {
                        continue;
                    }
                    let name = &mut name[way.to as usize];
                    if *name == u32::MAX {
                        *name = (base + next.len()) as u32;
                        next.push(way.to);
                        next_here.push(cost);
                    }
                    let here: &mut f64 = &mut next_here[*name as usize - base];
                    *here = here.min(cost);
                    all.push(Way { to: *name, ..way });
                }
                all.end_node();
            }
            (old, here) = (next, next_here);
        }
        all.end(old.len());
        all
    }

    /// The part of each unit, in order, along the cheapest path.
    pub(super) fn cheapest(&self) -> Option<Vec<u32>> {
        let to_come = self.to_come();
        if to_come[0].is_infinite() {
            return None;
        }
        // Who stands at each place; a complete part stands at none.
        let mut owner: Vec<Option<u32>> = (0..self.k as u32).map(Some).collect();
        let (mut node, mut label) = (0, vec![]);
        for _ in 0..self.layers() {
            let ahead = |way: &Way| self.cost(*way) + to_come[way.to as usize];
            let way = *self.ways(node).iter().min_by(|a, b| ahead(a).total_cmp(&ahead(b)))?;
            let turn = way.turn as usize;
            label.push(owner[usize::from(self.turn[turn].part)]?);
            let mut next = vec![None; self.k];
            for (&place, &one) in self.places[turn * self.k..(turn + 1) * self.k].iter().zip(&owner) {
                if usize::from(place) < MOST_PARTS {
                    next[usize::from(place)] = one;
                }
            }
            (owner, node) = (next, way.to as usize);
        }
        Some(label)
    }
}
