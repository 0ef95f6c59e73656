//! A diagram made finer, and freed of parts that no plan good enough has.

use std::collections::HashMap;

use crate::{control::Control, error::Result};

use super::{diagram::Diagram, prices::Prices};
use crate::regions::{field::Field, graph::NONE, measure::Band, order::QuickHash};

impl Diagram {
    /// The same parts with amounts told apart in steps of `step`; without those
    /// whose reduced cost is more than `gap` above the least. `None` beyond so many nodes.
    pub(super) fn refined(
        &self,
        field: &Field,
        band: Band,
        prices: &Prices,
        (step, gap, nodes): (i64, f64, usize),
        control: &Control,
    ) -> Result<Option<Self>> {
        let n = self.layers();
        let to_come = prices.to_come(self);
        let most = to_come[0] + gap;
        let gain = self.gains(field, &to_come);
        let mut all = Self { exact: step <= 1, near_cost: self.near_cost.clone(), ..Self::default() };
        all.begin_layer();
        all.push([0, 0]);
        // The rougher node that each node of the layer is part of, and the least cost of coming there.
        let mut known = vec![(0_u32, 0.0)];
        for at in 0..n {
            control.step(0)?;
            let weight = field.weight[field.order[at] as usize];
            let (begin, end) = (all.layer[at], all.out.len());
            all.begin_layer();
            let mut next: HashMap<(u32, i64), u32, QuickHash> = HashMap::default();
            let mut arrived: Vec<(u32, f64)> = vec![];
            for node in begin..end {
                let (rough, here) = known[node - begin];
                let rough = rough as usize;
                all.take_cost[node] = self.take_cost[rough];
                for take in [false, true] {
                    let child = if take { self.take[rough] } else { self.out[rough] };
                    if child == NONE {
                        continue;
                    }
                    let cost = here + if take { prices.take(self, at, rough) } else { self.out_cost(at, rough) };
                    if cost + to_come[child as usize] > most {
                        continue;
                    }
                    let held = all.held[node];
                    let more = if take { weight } else { 0 };
                    let mut held = [held[0] + more, held[1] + more];
                    let [least, most] = gain[child as usize];
                    let complete = self.done[at] == rough as u32;
                    if !complete && (held[0] + least > band.high || held[1] + most < band.low) {
                        continue;
                    }
                    if child == self.done[at + 1] {
                        held = [0, 0];
                    }
                    let place = *next.entry((child, held[0] / step.max(1))).or_insert_with(|| {
                        arrived.push((child, f64::INFINITY));
                        all.push(held)
                    });
                    if child == self.done[at + 1] {
                        all.done[at + 1] = place;
                    }
                    let least = &mut arrived[place as usize - end].1;
                    *least = least.min(cost);
                    all.lead(node, take, place, held);
                }
                if all.out.len() > nodes {
                    return Ok(None);
                }
            }
            known = arrived;
        }
        all.layer.push(all.out.len());
        Ok(Some(all))
    }

    /// What can still be added to the part from each node on: least and most.
    fn gains(&self, field: &Field, to_come: &[f64]) -> Vec<[i64; 2]> {
        const NOWAY: [i64; 2] = [i64::MAX / 4, i64::MIN / 4];
        let mut gain = vec![NOWAY; self.len()];
        gain[self.nodes(self.layers())].fill([0, 0]);
        for at in (0..self.layers()).rev() {
            let weight = field.weight[field.order[at] as usize];
            for node in self.nodes(at) {
                if to_come[node].is_infinite() {
                    continue;
                }
                let mut all = NOWAY;
                for (child, more) in [(self.out[node], 0), (self.take[node], weight)] {
                    if child != NONE && to_come[child as usize].is_finite() {
                        let [least, most] = gain[child as usize];
                        all = [all[0].min(least + more), all[1].max(most + more)];
                    }
                }
                gain[node] = all;
            }
        }
        gain
    }

    /// Without the nodes and ways whose reduced cost is more than `gap` above the least.
    pub(super) fn trimmed(&self, prices: &Prices, gap: f64) -> Self {
        let n = self.layers();
        let to_come = prices.to_come(self);
        let most = to_come[0] + gap;
        let mut all = Self { exact: self.exact, near_cost: self.near_cost.clone(), ..Self::default() };
        let mut name = vec![NONE; self.len()];
        let mut here = vec![f64::INFINITY; self.len()];
        here[0] = 0.0;
        all.begin_layer();
        name[0] = all.push(self.held[0]);
        for at in 0..n {
            all.begin_layer();
            for node in self.nodes(at) {
                if name[node] == NONE {
                    continue;
                }
                let new = name[node] as usize;
                all.take_cost[new] = self.take_cost[node];
                for take in [false, true] {
                    let child = if take { self.take[node] } else { self.out[node] };
                    if child == NONE {
                        continue;
                    }
                    let cost = here[node] + if take { prices.take(self, at, node) } else { self.out_cost(at, node) };
                    if cost + to_come[child as usize] > most {
                        continue;
                    }
                    let child = child as usize;
                    if name[child] == NONE {
                        name[child] = all.push(self.held[child]);
                    }
                    here[child] = here[child].min(cost);
                    if take {
                        all.take[new] = name[child];
                    } else {
                        all.out[new] = name[child];
                    }
                }
            }
            if self.done[at + 1] != NONE {
                all.done[at + 1] = name[self.done[at + 1] as usize];
            }
        }
        all.layer.push(all.out.len());
        all
    }
}
