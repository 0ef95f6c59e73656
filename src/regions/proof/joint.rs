//! All parts of a plan together: as many paths through one diagram, each unit on exactly one of them.
//!
//! Of a plan under way all that matters is the node at which each of its parts
//! stands. Its cost so far and the least that each part has yet to cost, by the
//! prices, say what it must cost in the end.

use crate::{control::Control, error::Result};

use super::{
    diagram::Diagram,
    keys::Keys,
    plans::{CLOSED, GONE, MOST_PARTS, Plans, Turns, Way},
    prices::Prices,
};
use crate::regions::graph::NONE;

/// Plans under way that are looked at between two looks at the clock.
const CHUNK: usize = 4096;

impl Plans {
    /// All plans of `k` parts that cost no more than `gap` above the bound of the
    /// prices. `None` beyond so many nodes, or where stopped.
    pub(super) fn of(
        diagram: &Diagram,
        prices: &Prices,
        k: usize,
        (gap, room): (f64, usize),
        control: &Control,
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<Self>> {
        if k > MOST_PARTS {
            return Ok(None);
        }
        let to_come = prices.to_come(diagram);
        let mut all = Self::begin(k, diagram.exact);
        if to_come[0].is_infinite() {
            return Ok(Some(all.without_any(diagram.layers())));
        }
        let mut turns = Turns::new(k);
        let (mut here, mut cost) = (Keys::new(k), vec![0.0]);
        here.number(&vec![0; k]);
        let (mut more, mut less) = (vec![0.0; k], vec![0.0; k]);
        let (mut nodes, mut order) = (vec![0_usize; k], vec![(0_usize, 0_usize); k]);
        let (mut key, mut places) = (vec![0_i64; k], vec![0_u8; k]);
        for layer in 0..diagram.layers() {
            let (mut next, mut next_cost) = (Keys::new(k), vec![]);
            let done = diagram.done[layer + 1] as usize;
            let gone = diagram.done[layer] as usize;
            let base = all.begin_layer(cost.len());
            for (at, &so_far) in cost.iter().enumerate() {
                if at % CHUNK == 0 {
                    control.step(0)?;
                    if stop() {
                        return Ok(None);
                    }
                }
                nodes.iter_mut().zip(here.row(at)).for_each(|(node, &word)| *node = word.cast_unsigned() as usize);
                // Where one part cannot leave the unit out, it is the one that takes it.
                let (mut stays, mut real, mut bound_to, mut clash) = (0.0, 0.0, None, false);
                for (part, &node) in nodes.iter().enumerate() {
                    let (out, take) = (diagram.out[node], diagram.take[node]);
                    let ahead = |way: u32, cost: f64| {
                        if way == NONE { f64::INFINITY } else { cost + to_come[way as usize] - to_come[node] }
                    };
                    let kept = diagram.out_cost(layer, node);
                    more[part] = ahead(take, prices.take(diagram, layer, node));
                    less[part] = ahead(out, kept);
                    real += kept;
                    if less[part].is_infinite() {
                        clash |= bound_to.is_some();
                        bound_to = Some(part);
                    } else {
                        stays += less[part];
                    }
                }
                for part in 0..k {
                    let bound_elsewhere = clash || bound_to.is_some_and(|bound| bound != part);
                    if bound_elsewhere || (part > 0 && nodes[part] == nodes[part - 1]) {
                        continue;
                    }
                    let others = if bound_to.is_some() { stays } else { stays - less[part] };
                    let total = so_far + others + more[part];
                    // Not a number is none, either.
                    if total.is_nan() || total > gap {
                        continue;
                    }
                    for (other, (&node, place)) in nodes.iter().zip(&mut order).enumerate() {
                        let way = if other == part { diagram.take[node] } else { diagram.out[node] };
                        *place = (way as usize, other);
                    }
                    order.sort_unstable();
                    for (place, &(node, other)) in order.iter().enumerate() {
                        key[place] = node as i64;
                        places[other] = match (node == done, nodes[other] == gone) {
                            (_, true) => GONE,
                            (true, _) => CLOSED,
                            _ => place as u8,
                        };
                    }
                    let to = next.number(&key);
                    if to == next_cost.len() {
                        next_cost.push(f64::INFINITY);
                    }
                    next_cost[to] = next_cost[to].min(total);
                    let node = nodes[part];
                    let paid = real - diagram.out_cost(layer, node) + diagram.take_cost[node];
                    let turn = turns.number(&mut all, part, paid, &places);
                    all.push(Way { to: (base + to) as u32, turn });
                }
                all.end_node();
                if base + next_cost.len() > room {
                    return Ok(None);
                }
            }
            (here, cost) = (next, next_cost);
        }
        all.end(cost.len());
        Ok(Some(all))
    }
}
