//! An order of units for looking at all plans, and a hash for what is known of them.

use std::hash::{BuildHasherDefault, Hasher};

use super::contiguity::Contiguity;

/// Beginnings that are tried, and how many of the orders from there are improved.
const BEGINNINGS: usize = 48;
const IMPROVED: usize = 6;
/// Units in a row that are put into their best order.
const WINDOW: usize = 9;

/// An order of the units with a narrow frontier: greedy from several beginnings, then improved window by window.
pub(super) fn narrow_order(contiguity: &Contiguity) -> Vec<u32> {
    let n = contiguity.len();
    let step = n.div_ceil(BEGINNINGS).max(1);
    let mut orders: Vec<Vec<u32>> = (0..n).step_by(step).map(|first| greedy(contiguity, first as u32)).collect();
    orders.sort_by(|a, b| size(contiguity, a).total_cmp(&size(contiguity, b)));
    orders.truncate(IMPROVED);
    for order in &mut orders {
        let mut before = f64::INFINITY;
        loop {
            for first in (0..n.saturating_sub(WINDOW / 2)).step_by(WINDOW / 2) {
                improve(contiguity, order, first);
            }
            let now = size(contiguity, order);
            if now >= before * 0.999 {
                break;
            }
            before = now;
        }
    }
    orders.into_iter().min_by(|a, b| size(contiguity, a).total_cmp(&size(contiguity, b))).unwrap_or_default()
}

/// Units on the frontier, after each unit of an order.
fn widths(contiguity: &Contiguity, order: &[u32]) -> Vec<usize> {
    let mut left: Vec<usize> = (0..order.len() as u32).map(|unit| contiguity.neighbours(unit).len()).collect();
    let (mut decided, mut width) = (vec![false; order.len()], 0);
    let decide = |&unit: &u32| {
        decided[unit as usize] = true;
        let near = contiguity.neighbours(unit);
        for &other in near {
            left[other as usize] -= 1;
        }
        let closed = near.iter().filter(|&&other| decided[other as usize] && left[other as usize] == 0).count();
        width = width + usize::from(left[unit as usize] > 0) - closed;
        width
    };
    order.iter().map(decide).collect()
}

/// What a diagram in this order may grow to, about: twice as much for each unit of the frontier.
fn size(contiguity: &Contiguity, order: &[u32]) -> f64 {
    widths(contiguity, order).into_iter().map(|width| (width as f64).exp2()).sum()
}

/// An order that widens the frontier least each time.
fn greedy(contiguity: &Contiguity, first: u32) -> Vec<u32> {
    let n = contiguity.len();
    let mut left: Vec<usize> = (0..n as u32).map(|unit| contiguity.neighbours(unit).len()).collect();
    let (mut decided, mut order) = (vec![false; n], vec![]);
    let mut next = Some(first);
    while let Some(unit) = next {
        decided[unit as usize] = true;
        order.push(unit);
        for &other in contiguity.neighbours(unit) {
            left[other as usize] -= 1;
        }
        // Among those that widen it equally, the one with most decided neighbours.
        let cost = |unit: u32| {
            let near = contiguity.neighbours(unit);
            let closing = near.iter().filter(|&&o| decided[o as usize] && left[o as usize] == 1).count();
            let opens = usize::from(near.iter().any(|&other| !decided[other as usize]));
            let known = near.iter().filter(|&&other| decided[other as usize]).count();
            (opens as i64 - closing as i64, near.len() as i64 - 2 * known as i64, unit)
        };
        let undecided = (0..n as u32).filter(|&unit| !decided[unit as usize]);
        next = undecided
            .min_by_key(|&unit| (contiguity.neighbours(unit).iter().all(|&o| !decided[o as usize]), cost(unit)));
    }
    order
}

/// Put the units of one window into the order that keeps the frontier narrowest, all sets of them looked at.
fn improve(contiguity: &Contiguity, order: &mut [u32], first: usize) {
    let end = (first + WINDOW).min(order.len());
    let mut place = vec![usize::MAX; order.len()];
    order.iter().enumerate().for_each(|(at, &unit)| place[unit as usize] = at);
    // The units whose last undecided neighbour is in the window: on the frontier once
    // they are decided, until these neighbours are. Others do not depend on the order.
    let mut passing: Vec<(usize, usize)> = vec![];
    let mut staying = vec![];
    for (at, &unit) in order[..end].iter().enumerate() {
        let near = contiguity.neighbours(unit).iter().map(|&other| place[other as usize]);
        let own = if at < first { 0 } else { 1 << (at - first) };
        if near.clone().any(|near| near >= end) {
            staying.push(own);
        } else {
            let needed = near.filter(|&near| near >= first).fold(0, |all, near| all | 1 << (near - first));
            passing.push((own, needed));
        }
    }
    passing.retain(|&(_, needed)| needed != 0);
    staying.retain(|&own| own != 0);
    let all = 1_usize << (end - first);
    let mut best = vec![(f64::INFINITY, 0_usize); all];
    best[0].0 = 0.0;
    for set in 1..all {
        let passing = passing.iter().filter(|&&(own, needed)| own & set == own && needed & set != needed).count();
        let staying = staying.iter().filter(|&&own| own & set == own).count();
        let last = (0..end - first).filter(|unit| set >> unit & 1 == 1);
        // The one that stands last now, where it does not matter.
        let before = last.map(|unit| (best[set & !(1 << unit)].0, unit)).rev().min_by(|a, b| a.0.total_cmp(&b.0));
        let Some((before, unit)) = before else { continue };
        best[set] = (before + ((passing + staying) as f64).exp2(), unit);
    }
    let window = order[first..end].to_vec();
    let mut set = all - 1;
    for at in (first..end).rev() {
        let unit = best[set].1;
        order[at] = window[unit];
        set &= !(1 << unit);
    }
}

/// For short byte strings.
pub(super) type QuickHash = BuildHasherDefault<Quick>;

/// A quick hash of short byte strings (the multiplication of `FxHash`).
#[derive(Default)]
pub(super) struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        let mut tail = [0; 8];
        tail[..rest.len()].copy_from_slice(rest);
        for word in words.iter().chain([&tail]) {
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(*word)).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}
