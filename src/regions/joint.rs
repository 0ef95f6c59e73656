//! All parts of a plan together: as many paths through one diagram, each unit on exactly one of them.
//!
//! Of a plan under way all that matters is the node at which each of its parts
//! stands. Its cost so far and the least that each part has yet to cost, by the
//! prices, say what it must cost in the end.

use crate::{control::Control, error::Result};

use super::{diagram::Diagram, graph::NONE, prices::Prices};

/// What the search for a plan came to.
pub(super) enum Joint {
    /// No plan costs as little.
    Nothing,
    /// The part of each unit, in order; the least of all plans in the diagram.
    Found(Vec<u32>),
    /// More plans under way than allowed.
    TooMany,
}

/// The cheapest plan of `k` parts that costs no more than `gap` above the bound of the prices.
pub(super) fn cheapest(
    diagram: &Diagram,
    prices: &Prices,
    k: usize,
    gap: f64,
    states: usize,
    control: &Control,
) -> Result<Joint> {
    let to_come = prices.to_come(diagram);
    if to_come[0].is_infinite() {
        return Ok(Joint::Nothing);
    }
    let mut level = Level::new(k);
    level.arrive(&vec![0; k], 0.0, (0, 0));
    let mut past: Vec<Vec<(u32, u32)>> = vec![];
    let mut all = 0;
    let (mut more, mut less) = (vec![0.0; k], vec![0.0; k]);
    let mut key = vec![0_u32; k];
    for layer in 0..diagram.layers() {
        let mut next = Level::new(k);
        for (at, (nodes, &cost)) in level.keys.chunks_exact(k).zip(&level.cost).enumerate() {
            if at % 4096 == 0 {
                control.step(0)?;
            }
            // Where one part cannot leave the unit out, it is the one that takes it.
            let (mut stays, mut bound_to) = (0.0, None);
            let mut torn = false;
            for (part, &node) in nodes.iter().enumerate() {
                let node = node as usize;
                let (out, take) = (diagram.out[node], diagram.take[node]);
                let least = to_come[node];
                more[part] = if take == NONE {
                    f64::INFINITY
                } else {
                    prices.take(diagram, layer, node) + to_come[take as usize] - least
                };
                less[part] = if out == NONE {
                    f64::INFINITY
                } else {
                    diagram.out_cost(layer, node) + to_come[out as usize] - least
                };
                if less[part].is_infinite() {
                    torn |= bound_to.is_some();
                    bound_to = Some(part);
                } else {
                    stays += less[part];
                }
            }
            if torn {
                continue;
            }
            for part in 0..k {
                if bound_to.is_some_and(|bound| bound != part) || (part > 0 && nodes[part] == nodes[part - 1]) {
                    continue;
                }
                let others = if bound_to.is_some() { stays } else { stays - less[part] };
                let total = cost + others + more[part];
                // Not a number is none, either.
                if total.is_nan() || total > gap {
                    continue;
                }
                for (other, (new, &node)) in key.iter_mut().zip(nodes).enumerate() {
                    let node = node as usize;
                    *new = if other == part { diagram.take[node] } else { diagram.out[node] };
                }
                key.sort_unstable();
                next.arrive(&key, total, (at as u32, nodes[part]));
            }
            if all + next.cost.len() > states {
                return Ok(Joint::TooMany);
            }
        }
        all += next.cost.len();
        past.push(std::mem::take(&mut next.from));
        level = next;
    }
    let Some(best) = (0..level.cost.len()).min_by(|&a, &b| level.cost[a].total_cmp(&level.cost[b])) else {
        return Ok(Joint::Nothing);
    };
    Ok(Joint::Found(trace(diagram, k, &past, best)))
}

/// The parts along the way to a plan.
fn trace(diagram: &Diagram, k: usize, past: &[Vec<(u32, u32)>], end: usize) -> Vec<u32> {
    let mut taken = vec![];
    let mut at = end;
    for layer in past.iter().rev() {
        let (before, node) = layer[at];
        taken.push(node);
        at = before as usize;
    }
    let mut nodes = vec![0_u32; k];
    let mut label = vec![];
    for node in taken.into_iter().rev() {
        let owner = nodes.iter().position(|&one| one == node).unwrap_or(0);
        label.push(owner as u32);
        for (other, one) in nodes.iter_mut().enumerate() {
            *one = if other == owner { diagram.take[*one as usize] } else { diagram.out[*one as usize] };
        }
    }
    label
}

/// Plans under way at a layer, each known by the nodes of its parts in rising order.
struct Level {
    k: usize,
    keys: Vec<u32>,
    cost: Vec<f64>,
    /// The plan before, and the node whose part took the unit.
    from: Vec<(u32, u32)>,
    table: Vec<u32>,
}

impl Level {
    fn new(k: usize) -> Self {
        Self { k, keys: vec![], cost: vec![], from: vec![], table: vec![NONE; 64] }
    }

    fn slot(&self, key: &[u32]) -> usize {
        let mut mixed = 0_u64;
        for &node in key {
            mixed = (mixed.rotate_left(5) ^ u64::from(node)).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
        let mask = self.table.len() - 1;
        let mut slot = (mixed ^ (mixed >> 32)) as usize & mask;
        while self.table[slot] != NONE {
            let known = self.table[slot] as usize * self.k;
            if self.keys[known..known + self.k] == *key {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// Note a plan under way, unless one that stands alike costs no more.
    fn arrive(&mut self, key: &[u32], cost: f64, from: (u32, u32)) {
        let slot = self.slot(key);
        let known = self.table[slot];
        if known != NONE {
            let known = known as usize;
            if cost < self.cost[known] {
                (self.cost[known], self.from[known]) = (cost, from);
            }
            return;
        }
        self.table[slot] = self.cost.len() as u32;
        self.keys.extend_from_slice(key);
        self.cost.push(cost);
        self.from.push(from);
        if 2 * self.cost.len() > self.table.len() {
            self.table = vec![NONE; 4 * self.table.len()];
            for at in 0..self.cost.len() {
                let slot = self.slot(&self.keys[at * self.k..(at + 1) * self.k]);
                self.table[slot] = at as u32;
            }
        }
    }
}
