//! The best move that is not forbidden, also at a loss (tabu search: Glover 1989).
//!
//! A node that was moved may not go back for a while, unless that gives the
//! best plan so far. The bands are priced, dearer while the plan is outside.

use super::{
    buckets::Buckets,
    fm::{Move, border, gains, offer},
};
use crate::regions::{
    anneal::{Best, Price, typical},
    graph::NONE,
    random::Random,
    state::State,
};

/// Moves weighed against each other in each turn.
const LIST: usize = 16;
/// Turns between two looks at whether to stop.
const LOOK: u64 = 256;

/// Make so many moves; the best plan on the way is in `best`.
pub(super) fn tabu(state: &mut State<'_>, moves: u64, random: &mut Random, stop: &dyn Fn() -> bool, best: &mut Best) {
    let scale = typical(state, random);
    let mut price = Price::new(scale);
    let mut buckets = Buckets::of_plan(state);
    let mut parts = vec![];
    let nodes = border(state);
    #[allow(clippy::cast_sign_loss)] // a root
    let tenure = 4 + (nodes.len() as f64).sqrt() as usize;
    for &node in &nodes {
        offer(&mut buckets, state, node, &mut parts);
    }
    // The part each node may not go back to, and until which turn.
    let mut left = vec![(NONE, 0_u64); state.label.len()];
    let (mut list, mut popped): (Vec<(f64, u32, Move)>, Vec<u32>) = (vec![], vec![]);
    for turn in 1..=moves {
        if turn % LOOK == 0 && stop() {
            return;
        }
        price.follow(state.is_valid());
        list.clear();
        popped.clear();
        while list.len() < LIST {
            let Some((node, _)) = buckets.pop() else { break };
            popped.push(node);
            gains(state, node, &mut parts);
            let (part, until) = left[node as usize];
            for &(to, _) in &parts {
                let change = state.change(node, to);
                let is_best =
                    (state.violation() + change.violation).abs() < 1e-12 && state.cost + change.cost < best.cost;
                if to != part || turn > until || best.valid && is_best {
                    list.push((change.cost + price.now * change.violation, node, Move { to, change }));
                }
            }
        }
        // The latest of a bucket comes first: put back as they were.
        for &node in popped.iter().rev() {
            offer(&mut buckets, state, node, &mut parts);
        }
        list.sort_by(|a, b| a.0.total_cmp(&b.0));
        let Some(&(_, node, found)) = list.iter().find(|(_, node, _)| state.can_leave(*node)) else { return };
        let from = state.label[node as usize];
        state.apply(node, found.to, found.change);
        left[node as usize] = (from, turn + (tenure + random.below(tenure)) as u64);
        best.after(node, state);
        offer(&mut buckets, state, node, &mut parts);
        for &near in state.graph.near(node) {
            offer(&mut buckets, state, near, &mut parts);
        }
    }
}
