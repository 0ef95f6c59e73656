//! An order of units for looking at all plans, and a hash for what is known of them.

use std::hash::{BuildHasherDefault, Hasher};

use super::contiguity::Contiguity;

/// An order of the units with a narrow frontier: greedy from several beginnings.
pub(super) fn narrow_order(contiguity: &Contiguity) -> Vec<u32> {
    let n = contiguity.len();
    let mut best: Option<((usize, usize), Vec<u32>)> = None;
    let step = n.div_ceil(48).max(1);
    for first in (0..n).step_by(step) {
        let mut left: Vec<usize> = (0..n as u32).map(|unit| contiguity.neighbours(unit).len()).collect();
        let (mut decided, mut order) = (vec![false; n], vec![]);
        let (mut width, mut widest, mut area) = (0_usize, 0, 0);
        let mut next = Some(first as u32);
        while let Some(unit) = next {
            decided[unit as usize] = true;
            order.push(unit);
            let near = contiguity.neighbours(unit);
            for &other in near {
                left[other as usize] -= 1;
            }
            let closed = near.iter().filter(|&&other| decided[other as usize] && left[other as usize] == 0).count();
            width = width + usize::from(left[unit as usize] > 0) - closed;
            widest = widest.max(width);
            area += width;
            // The unit that widens the frontier least; among equals the one with most decided neighbours.
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
        if best.as_ref().is_none_or(|(cost, _)| (widest, area) < *cost) {
            best = Some(((widest, area), order));
        }
    }
    best.map_or_else(Vec::new, |(_, order)| order)
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
