//! Connected parts from parts in pieces.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{Ground, ground::in_order};
use crate::regions::{contiguity::components, graph::NONE};

/// Leave each part its heaviest piece; every other piece, heaviest first, joins
/// the lightest part beside it. Fields must be connected, and no part be in two.
pub(super) fn gather(ground: &Ground<'_>, label: &mut [u32]) {
    let before = &*label;
    let own = |node: u32| {
        let part = before[node as usize];
        ground.near(node).filter(move |&near| before[near as usize] == part)
    };
    let (piece, pieces) = components(label.len(), own);
    let mut load = vec![0.0; pieces];
    let mut members: Vec<Vec<u32>> = vec![vec![]; pieces];
    for (node, &piece) in (0..).zip(&piece) {
        load[piece as usize] += ground.load[node as usize];
        members[piece as usize].push(node);
    }
    let mut core = vec![NONE; ground.rules.k];
    for (at, members) in members.iter().enumerate() {
        let core = &mut core[label[members[0] as usize] as usize];
        if *core == NONE || load[at] > load[*core as usize] {
            *core = at as u32;
        }
    }
    let mut settled = vec![false; pieces];
    let mut held = vec![0.0; core.len()];
    for (held, &core) in held.iter_mut().zip(core.iter().filter(|&&core| core != NONE)) {
        settled[core as usize] = true;
        *held = load[core as usize];
    }
    // A piece comes up as soon as it is beside a part.
    let mut known = settled.clone();
    let mut open = BinaryHeap::new();
    for at in (0..pieces).filter(|&at| !settled[at]) {
        if members[at].iter().any(|&node| ground.near(node).any(|near| settled[piece[near as usize] as usize])) {
            known[at] = true;
            open.push((in_order(load[at]), Reverse(at)));
        }
    }
    while let Some((_, Reverse(at))) = open.pop() {
        let around = members[at].iter().flat_map(|&node| ground.near(node));
        let parts = around.filter(|&near| settled[piece[near as usize] as usize]).map(|near| label[near as usize]);
        let Some(to) = parts.min_by_key(|&part| (in_order(held[part as usize]), part)) else { continue };
        held[to as usize] += load[at];
        settled[at] = true;
        for &node in &members[at] {
            label[node as usize] = to;
            for near in ground.near(node) {
                let next = piece[near as usize] as usize;
                if !std::mem::replace(&mut known[next], true) {
                    open.push((in_order(load[next]), Reverse(next)));
                }
            }
        }
    }
}
