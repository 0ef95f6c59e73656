//! Every plan there could be, as a decision diagram.
//!
//! A node stands for plans under way whose parts stand at the same nodes of the
//! diagram of all parts, and hold amounts that are told apart in steps. A way on
//! says which part takes the layer's unit. What is dearer than a better plan can
//! be, or cannot come into the band, is dropped before amounts are told apart
//! more finely, as with single parts, but nothing is estimated here: the
//! cheapest path bounds all plans by itself (Bergman, Cire, van Hoeve and Hooker 2016).

use crate::{control::Control, error::Result};

use super::{field::Field, keys::Keys, measure::Band};

/// No place: the part is complete from this turn on, or was before.
pub(super) const CLOSED: u8 = u8::MAX;
pub(super) const GONE: u8 = u8::MAX - 1;
/// Parts that can be told apart.
pub(super) const MOST_PARTS: usize = GONE as usize;

/// Nodes that are looked at between two looks at the clock.
const CHUNK: usize = 4096;

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
    k: usize,
    /// First node of each layer, and the end of the last.
    layer: Vec<usize>,
    /// First way of each node, and the end of the last.
    start: Vec<usize>,
    way: Vec<Way>,
    turn: Vec<Turn>,
    /// New place of each part, turn by turn.
    places: Vec<u8>,
    /// Whether every node stands for one amount of each part.
    pub exact: bool,
}

#[derive(Debug, Clone, Copy)]
struct Turn {
    part: u8,
    cost: f64,
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

    fn layers(&self) -> usize {
        self.layer.len() - 2
    }

    fn nodes(&self, layer: usize) -> std::ops::Range<usize> {
        self.layer[layer]..self.layer[layer + 1]
    }

    fn ways(&self, node: usize) -> &[Way] {
        &self.way[self.start[node]..self.start[node + 1]]
    }

    fn cost(&self, way: Way) -> f64 {
        self.turn[way.turn as usize].cost
    }

    /// The least cost from each node to the end.
    fn to_come(&self) -> Vec<f64> {
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
        let mut all = Self { turn: self.turn.clone(), places: self.places.clone(), ..Self::begin(self.k, self.exact) };
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

    /// The same plans with amounts told apart in steps of `fine`; without those
    /// that cost more than `most`. `None` beyond so many nodes, or where stopped.
    pub(super) fn refined(
        &self,
        field: &Field,
        band: Band,
        (fine, most, room): (i64, f64, usize),
        control: &Control,
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<Self>> {
        let k = self.k;
        let (to_come, gain) = (self.to_come(), self.gains(field));
        let mut all = Self { turn: self.turn.clone(), places: self.places.clone(), ..Self::begin(k, fine <= 1) };
        // The rougher node that each node is part of, the least cost of coming there, and what each part holds.
        let (mut rough, mut here, mut held) = (vec![0_u32], vec![0.0], vec![[0_i64; 2]; k]);
        let (mut key, mut now) = (vec![0_i64; k + 1], vec![[0_i64; 2]; k]);
        for layer in 0..self.layers() {
            let weight = field.weight[field.order[layer] as usize];
            let mut met = Keys::new(k + 1);
            let (mut next, mut next_here, mut next_held): (Vec<u32>, Vec<f64>, Vec<[i64; 2]>) =
                (vec![], vec![], vec![]);
            let base = all.begin_layer(rough.len());
            for (at, (&node, &cost)) in rough.iter().zip(&here).enumerate() {
                if at % CHUNK == 0 {
                    control.step(0)?;
                    if stop() {
                        return Ok(None);
                    }
                }
                for &way in self.ways(node as usize) {
                    let to = way.to as usize;
                    let cost = cost + self.cost(way);
                    let gain = &gain[to * k..(to + 1) * k];
                    let held = &held[at * k..(at + 1) * k];
                    if cost + to_come[to] > most || !self.moved(way.turn, held, weight, (band, gain), &mut now) {
                        continue;
                    }
                    key[0] = i64::from(way.to);
                    key[1..].iter_mut().zip(&now).for_each(|(word, held)| *word = held[0] / fine.max(1));
                    let name = met.number(&key);
                    if name == next.len() {
                        next.push(way.to);
                        next_here.push(cost);
                        next_held.extend_from_slice(&now);
                    } else {
                        next_here[name] = next_here[name].min(cost);
                        for (range, now) in next_held[name * k..(name + 1) * k].iter_mut().zip(&now) {
                            *range = [range[0].min(now[0]), range[1].max(now[1])];
                        }
                    }
                    all.push(Way { to: (base + name) as u32, ..way });
                }
                all.end_node();
                if base + next.len() > room {
                    return Ok(None);
                }
            }
            (rough, here, held) = (next, next_here, next_held);
        }
        all.end(rough.len());
        Ok(Some(all))
    }

    /// What each part holds after a turn, as far as it can still come into the band; false where one cannot.
    fn moved(
        &self,
        turn: u32,
        held: &[[i64; 2]],
        weight: i64,
        (band, gain): (Band, &[[i64; 2]]),
        now: &mut [[i64; 2]],
    ) -> bool {
        let Turn { part, .. } = self.turn[turn as usize];
        let places = &self.places[turn as usize * self.k..(turn as usize + 1) * self.k];
        // What a complete part holds no longer matters.
        now.fill([0, 0]);
        for (other, (&place, &[low, high])) in places.iter().zip(held).enumerate() {
            if place == GONE {
                continue;
            }
            let more = if other == usize::from(part) { weight } else { 0 };
            let [low, high] = [low + more, high + more];
            let [least, most] = if place == CLOSED { [0, 0] } else { gain[usize::from(place)] };
            let range = [low.max(band.low - most), high.min(band.high - least)];
            if range[0] > range[1] {
                return false;
            }
            if place != CLOSED {
                now[usize::from(place)] = range;
            }
        }
        true
    }

    /// What can still be added to each part from each node on: least and most.
    fn gains(&self, field: &Field) -> Vec<[i64; 2]> {
        const NOWAY: [i64; 2] = [i64::MAX / 4, i64::MIN / 4];
        let k = self.k;
        let mut gain = vec![NOWAY; self.len() * k];
        gain[self.layer[self.layers()] * k..].fill([0, 0]);
        for layer in (0..self.layers()).rev() {
            let weight = field.weight[field.order[layer] as usize];
            for node in self.nodes(layer) {
                let (before, after) = gain.split_at_mut((node + 1) * k);
                let own = &mut before[node * k..];
                for &way in self.ways(node) {
                    let to = way.to as usize - node - 1;
                    let turn = way.turn as usize;
                    for (part, own) in own.iter_mut().enumerate() {
                        let more = if part == usize::from(self.turn[turn].part) { weight } else { 0 };
                        let place = self.places[turn * k + part];
                        let place = usize::from(place);
                        let [least, most] = if place < MOST_PARTS { after[to * k + place] } else { [0, 0] };
                        *own = [own[0].min(least + more), own[1].max(most + more)];
                    }
                }
            }
        }
        gain
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
