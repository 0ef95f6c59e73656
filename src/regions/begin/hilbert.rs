//! Parts as runs along a Hilbert curve.

use std::ops::Range;

use super::{Ground, gather::gather};
use crate::{
    index,
    regions::{graph::NONE, random::Random},
};

/// Runs of equal load along a curve over the positions of each field, turned at
/// random; pieces that a run leaves apart join a neighbouring part.
pub(super) fn along_curve(ground: &Ground<'_>, places: &[[f64; 2]], random: &mut Random) -> Vec<u32> {
    let mut label = vec![NONE; ground.graph.len()];
    for field in ground.fields {
        // A direction, not an angle: sine and cosine differ from machine to machine.
        let (a, b) = (random.unit() - 0.5, random.unit() - 0.5);
        let turned = |&node: &u32| {
            let [x, y] = places[node as usize];
            [a * x - b * y, b * x + a * y]
        };
        let curve = index::hilbert(&field.nodes.iter().map(turned).collect::<Vec<_>>());
        let mut order: Vec<(u32, u32)> = curve.into_iter().zip(field.nodes.iter().copied()).collect();
        order.sort_unstable();
        let load: Vec<f64> = order.iter().map(|&(_, node)| ground.load[node as usize]).collect();
        for (part, run) in (field.first..).zip(runs(&load, field.parts)) {
            order[run].iter().for_each(|&(_, node)| label[node as usize] = part);
        }
    }
    gather(ground, &mut label);
    label
}

/// Cut a row of loads into so many runs of at least one: each ends where all
/// before it hold most nearly as much as they should, the soonest of equals.
fn runs(load: &[f64], parts: usize) -> Vec<Range<usize>> {
    let mut held = Vec::with_capacity(load.len() + 1);
    held.push(0.0);
    for (at, load) in load.iter().enumerate() {
        held.push(held[at] + load);
    }
    let soonest = |amount: f64| held.partition_point(|&held| held < amount);
    let mut from = 0;
    let mut runs = Vec::with_capacity(parts);
    for done in 1..parts {
        let aim = held[load.len()] * done as f64 / parts as f64;
        // Every run has at least one.
        let (first, last) = (from + 1, load.len() - (parts - done));
        let enough = soonest(aim).max(first);
        let less = (enough - 1).min(last);
        let end = if less >= first && (enough > last || aim - held[less] <= held[enough] - aim) {
            soonest(held[less]).max(first)
        } else {
            enough
        };
        runs.push(from..end);
        from = end;
    }
    runs.push(from..load.len());
    runs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::runs;

    proptest! {
        #[test]
        fn runs_end_nearest_to_their_share(load in prop::collection::vec(0_u32..6, 1..30), cuts in any::<prop::sample::Index>()) {
            let parts = cuts.index(load.len()) + 1;
            let load: Vec<f64> = load.into_iter().map(f64::from).collect();
            let found = runs(&load, parts);
            prop_assert_eq!(found.len(), parts);
            let total: f64 = load.iter().sum();
            let mut from = 0;
            for (done, run) in (1_usize..).zip(&found) {
                // The definition: every end that leaves enough for the rest is looked at.
                let off = |end: usize| (load[..end].iter().sum::<f64>() - total * done as f64 / parts as f64).abs();
                let ends = from + 1..=load.len() - (parts - done);
                let best = ends.min_by(|&a, &b| off(a).total_cmp(&off(b)).then(a.cmp(&b))).unwrap();
                prop_assert_eq!(run.clone(), from..if done == parts { load.len() } else { best });
                from = run.end;
            }
        }
    }
}
