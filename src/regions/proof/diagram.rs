//! Every part there could be, as a decision diagram.
//!
//! Units are decided one after the other, in the part or not. As in counting
//! ([`enumerate()`](super::enumerate())), all that matters of the units decided
//! is the frontier: which of it are in the part, how they are connected, and how
//! much the part holds. A path from the first layer to the last is a connected
//! part within the band. Held amounts are told apart in steps only; a node that
//! stands for several amounts knows their range, so a rough diagram has every
//! part there is and some that are none (Bergman, Cire, van Hoeve and Hooker 2016).

use std::collections::HashMap;

use crate::{control::Control, error::Result};

use super::outlook::Outlook;
use crate::regions::{field::Field, graph::NONE, measure::Band, order::QuickHash};

/// Layers of nodes, one for each unit in order and one at the end.
#[derive(Debug, Clone, Default)]
pub(super) struct Diagram {
    /// First node of each layer, and the end of the last.
    pub layer: Vec<usize>,
    /// Node after each when its layer's unit is left out, or taken in; `NONE` where that cannot be.
    pub out: Vec<u32>,
    pub take: Vec<u32>,
    /// Half the cost of the edges between the unit and decided ones outside the part, if it is taken in.
    pub take_cost: Vec<f64>,
    /// The same of all edges to decided units, layer by layer: what taking in does not cost, leaving out does.
    pub near_cost: Vec<f64>,
    /// What the part may hold at a node: least and most.
    pub held: Vec<[i64; 2]>,
    /// The node of each layer from which the part is complete.
    pub done: Vec<u32>,
    /// Whether every node stands for one amount.
    pub exact: bool,
}

/// What is known of a part when its units are decided up to some layer.
const BEFORE: u8 = 0;
const OPEN: u8 = 1;
const DONE: u8 = 2;

impl Diagram {
    pub(super) fn layers(&self) -> usize {
        self.layer.len() - 2
    }

    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    pub(super) fn nodes(&self, layer: usize) -> std::ops::Range<usize> {
        self.layer[layer]..self.layer[layer + 1]
    }

    /// Cost of leaving the layer's unit out.
    #[inline]
    pub(super) fn out_cost(&self, layer: usize, node: usize) -> f64 {
        self.near_cost[layer] - self.take_cost[node]
    }

    /// Begin a layer.
    pub(super) fn begin_layer(&mut self) {
        self.layer.push(self.out.len());
        self.done.push(NONE);
    }

    /// A new node without a way on.
    pub(super) fn push(&mut self, held: [i64; 2]) -> u32 {
        self.out.push(NONE);
        self.take.push(NONE);
        self.take_cost.push(0.0);
        self.held.push(held);
        self.out.len() as u32 - 1
    }

    /// Lead a node's way on, with or without its unit, to a place where this is held.
    pub(super) fn lead(&mut self, node: usize, take: bool, place: u32, held: [i64; 2]) {
        let range = &mut self.held[place as usize];
        *range = [range[0].min(held[0]), range[1].max(held[1])];
        let way = if take { &mut self.take } else { &mut self.out };
        way[node] = place;
    }

    /// All parts of a field, amounts told apart in steps of `step`; no part whose
    /// own half of the border costs more than `most`. `None` beyond so many nodes.
    pub(super) fn of(
        field: &Field,
        band: Band,
        step: i64,
        most: f64,
        nodes: usize,
        control: &Control,
    ) -> Result<Option<Self>> {
        let n = field.len();
        // Half of it is looked at from each end.
        let Some(outlook) = Outlook::of(field, most / 2.0, nodes, control)? else { return Ok(None) };
        let mut all = Self { exact: step <= 1, ..Self::default() };
        let mut left: Vec<usize> = (0..n as u32).map(|node| field.degree(node)).collect();
        let mut frontier: Vec<u32> = vec![];
        let mut rest: i64 = field.weight.iter().sum();
        all.begin_layer();
        all.push([0, 0]);
        // What is known at each node of the layer, and the least cost of coming there.
        let mut known: Vec<(Box<[u8]>, f64)> = vec![(vec![BEFORE].into(), 0.0)];
        let mut from = vec![];
        let mut to = vec![];
        for (at, &unit) in field.order.iter().enumerate() {
            control.step(0)?;
            rest -= field.weight[unit as usize];
            let near: Vec<(usize, f64)> = field
                .row(unit)
                .filter_map(|(other, cost)| Some((frontier.iter().position(|&decided| decided == other)?, cost / 2.0)))
                .collect();
            field.row(unit).for_each(|(other, _)| left[other as usize] -= 1);
            frontier.push(unit);
            let leaving: Vec<bool> = frontier.iter().map(|&unit| left[unit as usize] == 0).collect();
            all.near_cost.push(near.iter().map(|(_, cost)| cost).sum());
            let (begin, end) = (all.layer[at], all.out.len());
            all.begin_layer();
            let mut next: HashMap<Box<[u8]>, u32, QuickHash> = HashMap::default();
            let mut arrived: Vec<(Box<[u8]>, f64)> = vec![];
            for node in begin..end {
                from.clear();
                let (key, cost_here) = &known[node - begin];
                from.extend_from_slice(key);
                let [low, high] = all.held[node];
                let outside = near.iter().filter(|(place, _)| from[0] != OPEN || from[1 + place] == 0);
                let take_cost: f64 = outside.map(|(_, cost)| cost).sum();
                all.take_cost[node] = take_cost;
                for take in [false, true] {
                    let weight = if take { field.weight[unit as usize] } else { 0 };
                    let mut held = [low + weight, high + weight];
                    if (take && from[0] == DONE) || held[0] > band.high {
                        continue;
                    }
                    let step_cost = if take { take_cost } else { all.out_cost(at, node) };
                    let cost = cost_here + step_cost;
                    decide(&from, take, &near, frontier.len(), &mut to);
                    if cost > most || !leave(&mut to, &leaving) {
                        continue;
                    }
                    let inside = to[1..].iter().map(|&set| set != 0);
                    if cost > most / 2.0 && cost + outlook.to_come(at + 1, inside) > most {
                        continue;
                    }
                    match to[0] {
                        DONE if from[0] == OPEN || take => {
                            if held[1] < band.low {
                                continue;
                            }
                            held = [0, 0];
                        }
                        BEFORE if rest < band.low || at + 1 == n => continue,
                        OPEN if held[1] + rest < band.low => continue,
                        _ => {}
                    }
                    let flag = to[0];
                    to.extend_from_slice(&(held[0] / step.max(1)).to_le_bytes());
                    let place = if let Some(&place) = next.get(to.as_slice()) {
                        place
                    } else {
                        let place = all.push(held);
                        let key: Box<[u8]> = to.as_slice().into();
                        arrived.push((to[..to.len() - 8].into(), f64::INFINITY));
                        next.insert(key, place);
                        if flag == DONE {
                            all.done[at + 1] = place;
                        }
                        place
                    };
                    let least = &mut arrived[place as usize - end].1;
                    *least = least.min(cost);
                    all.lead(node, take, place, held);
                }
                if all.out.len() > nodes {
                    return Ok(None);
                }
            }
            known = arrived;
            let mut keep = leaving.iter().map(|leaving| !leaving);
            frontier.retain(|_| keep.next().unwrap_or(true));
        }
        all.layer.push(all.out.len());
        Ok(Some(all))
    }
}

/// Put the unit into the part, or not; sets are numbered anew later.
fn decide(from: &[u8], take: bool, near: &[(usize, f64)], frontier: usize, to: &mut Vec<u8>) {
    to.clear();
    to.extend_from_slice(from);
    if !take {
        if to[0] == OPEN {
            to.push(0);
        }
        return;
    }
    if to[0] == BEFORE {
        to[0] = OPEN;
        to.resize(frontier, 0);
    }
    let own = u8::MAX;
    for &(place, _) in near {
        let set = to[1 + place];
        if set != 0 && set != own {
            to[1..].iter_mut().filter(|other| **other == set).for_each(|other| *other = own);
        }
    }
    to.push(own);
}

/// Drop units without undecided neighbours; false where that leaves the part in pieces.
fn leave(to: &mut Vec<u8>, leaving: &[bool]) -> bool {
    if to[0] != OPEN {
        return true;
    }
    let sets = &to[1..];
    for (&set, _) in sets.iter().zip(leaving).filter(|(set, leaving)| **leaving && **set != 0) {
        let goes_on = sets.iter().zip(leaving).any(|(&other, &leaving)| other == set && !leaving);
        if !goes_on && sets.iter().any(|&other| other != 0 && other != set) {
            return false;
        }
    }
    let (mut name, mut used) = ([0_u8; 256], 0);
    let mut write = 1;
    for read in 1..to.len() {
        if !leaving[read - 1] {
            let set = to[read] as usize;
            if set != 0 && name[set] == 0 {
                used += 1;
                name[set] = used;
            }
            to[write] = if set == 0 { 0 } else { name[set] };
            write += 1;
        }
    }
    to.truncate(write);
    if used == 0 {
        to.clear();
        to.push(DONE);
    }
    true
}
