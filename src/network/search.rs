//! Shortest walks from a few junctions to all within a limit.
//!
//! Dijkstra's algorithm (1959) with a bucket queue (Dial 1969; buckets wider than
//! the shortest street as in Δ-stepping, Meyer and Sanders 2003). Costs are whole
//! millimetres, so sums don't depend on their order, and the order in which a
//! bucket is emptied changes no label.

use super::graph::Csr;
use crate::{control::Control, error::Result};

/// Buckets are at least 2^14 mm = 16.4 m wide, the fastest on a city's streets.
const NARROWEST: u32 = 14;
/// Wider ones are used where a street is so long that more would be needed than this.
const MOST_BUCKETS: u32 = 4096;

/// Entries by millimetres, in a ring of buckets.
#[derive(Debug, Default)]
struct Buckets<T> {
    ring: Vec<Vec<T>>,
    shift: u32,
    at: u32,
    held: usize,
}

impl<T> Buckets<T> {
    /// Make room for entries at most `span_mm` apart, the first at `lowest_mm`.
    fn prepare(&mut self, lowest_mm: u32, span_mm: u32) {
        self.shift = NARROWEST;
        while (span_mm >> self.shift) + 2 > MOST_BUCKETS {
            self.shift += 1;
        }
        let needed = ((span_mm >> self.shift) + 2).next_power_of_two() as usize;
        if self.ring.len() < needed {
            self.ring.resize_with(needed, Vec::new);
        }
        self.at = lowest_mm >> self.shift;
    }

    #[inline]
    fn push(&mut self, mm: u32, entry: T) {
        let place = (mm >> self.shift) as usize & (self.ring.len() - 1);
        self.ring[place].push(entry);
        self.held += 1;
    }

    /// Any entry of the lowest bucket that has one.
    #[inline]
    fn pop(&mut self) -> Option<T> {
        if self.held == 0 {
            return None;
        }
        loop {
            let place = self.at as usize & (self.ring.len() - 1);
            if let Some(entry) = self.ring[place].pop() {
                self.held -= 1;
                return Some(entry);
            }
            self.at += 1;
        }
    }
}

/// One thread's arrays, made once and used for many searches.
///
/// Labels hold a countdown stamp above the millimetres: those of earlier
/// searches compare as larger than any new one, so nothing is cleared.
#[derive(Debug, Default)]
pub(crate) struct Worker {
    label: Vec<u64>,
    stamp: u32,
    touched: Vec<u32>,
    buckets: Buckets<u64>,
}

impl Worker {
    /// Walk from the seeds (junction, millimetres already walked) to every
    /// junction at most `limit_mm` away.
    pub(crate) fn search(&mut self, arcs: &Csr, seeds: &[(u32, u32)], limit_mm: u32) {
        if self.label.len() != arcs.junctions() || self.stamp == 0 {
            self.label = vec![u64::MAX; arcs.junctions()];
            self.stamp = u32::MAX;
        }
        self.stamp -= 1;
        self.touched.clear();
        let started = seeds.iter().map(|&(_, mm)| mm).filter(|&mm| mm <= limit_mm);
        let (Some(first), Some(last)) = (started.clone().min(), started.max()) else { return };
        self.buckets.prepare(first, (last - first).max(arcs.longest_mm().min(limit_mm)));
        for &(junction, mm) in seeds {
            self.offer(junction, mm, limit_mm);
        }
        while let Some(entry) = self.buckets.pop() {
            let (mm, junction) = ((entry >> 32) as u32, entry as u32);
            if self.label[junction as usize] as u32 != mm {
                continue; // a shorter walk was found meanwhile
            }
            for &[to, cost_mm] in arcs.leaving(junction) {
                self.offer(to, mm + cost_mm, limit_mm);
            }
        }
    }

    #[inline]
    fn offer(&mut self, junction: u32, mm: u32, limit_mm: u32) {
        let label = (u64::from(self.stamp) << 32) | u64::from(mm);
        let known = &mut self.label[junction as usize];
        if mm <= limit_mm && label < *known {
            if (*known >> 32) as u32 != self.stamp {
                self.touched.push(junction);
            }
            *known = label;
            self.buckets.push(mm, (u64::from(mm) << 32) | u64::from(junction));
        }
    }

    /// Junctions within the limit of the last search, in no particular order.
    pub(crate) fn reached(&self) -> &[u32] {
        &self.touched
    }

    /// Millimetres to a junction that the last search reached.
    #[inline]
    pub(crate) fn reached_mm(&self, junction: u32) -> u32 {
        self.label[junction as usize] as u32
    }

    /// Millimetres to any junction, if the last search reached it.
    pub(crate) fn mm(&self, junction: u32) -> Option<u32> {
        let label = self.label[junction as usize];
        ((label >> 32) as u32 == self.stamp && label != u64::MAX).then_some(label as u32)
    }
}

/// Where a walk may start: junction, millimetres already walked, and whose it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seed {
    pub junction: u32,
    pub mm: u32,
    pub source: u32,
}

/// Junctions between two looks at [`Control`]: a few milliseconds.
const LOOK_UP: u32 = 1 << 16;

/// No source reaches this junction.
pub(crate) const NOBODY: u64 = u64::MAX;

/// The nearest source of every junction: millimetres above, source below, so that
/// of equal walks the lower source is the smaller label; [`NOBODY`] without one.
///
/// # Errors
/// [`Error::Interrupted`](crate::Error::Interrupted).
pub(crate) fn nearest_source(arcs: &Csr, seeds: &[Seed], limit_mm: u32, control: &Control) -> Result<Vec<u64>> {
    let mut label = vec![NOBODY; arcs.junctions()];
    let started = seeds.iter().map(|seed| seed.mm).filter(|&mm| mm <= limit_mm);
    let (Some(first), Some(last)) = (started.clone().min(), started.max()) else { return Ok(label) };
    let mut buckets = Buckets::<(u64, u32)>::default();
    buckets.prepare(first, (last - first).max(arcs.longest_mm().min(limit_mm)));
    for seed in seeds.iter().filter(|seed| seed.mm <= limit_mm) {
        let offered = (u64::from(seed.mm) << 32) | u64::from(seed.source);
        if offered < label[seed.junction as usize] {
            label[seed.junction as usize] = offered;
            buckets.push(seed.mm, (offered, seed.junction));
        }
    }
    let mut taken = 0_u32;
    while let Some((entry, junction)) = buckets.pop() {
        taken = taken.wrapping_add(1);
        if taken.is_multiple_of(LOOK_UP) {
            control.step(0)?;
        }
        if label[junction as usize] != entry {
            continue;
        }
        let mm = (entry >> 32) as u32;
        for &[to, cost_mm] in arcs.leaving(junction) {
            let offered = entry + (u64::from(cost_mm) << 32);
            if mm + cost_mm <= limit_mm && offered < label[to as usize] {
                label[to as usize] = offered;
                buckets.push(mm + cost_mm, (offered, to));
            }
        }
    }
    Ok(label)
}

#[cfg(test)]
mod tests {
    use std::{cmp::Reverse, collections::BinaryHeap};

    use proptest::prelude::*;

    use super::*;

    /// The same question put to the standard library's heap.
    fn by_heap(arcs: &Csr, seeds: &[(u32, u32)], limit_mm: u32) -> Vec<Option<u32>> {
        let mut best = vec![None; arcs.junctions()];
        let mut heap: BinaryHeap<_> = seeds.iter().map(|&(junction, mm)| Reverse((mm, junction))).collect();
        while let Some(Reverse((mm, junction))) = heap.pop() {
            if mm > limit_mm || best[junction as usize].is_some() {
                continue;
            }
            best[junction as usize] = Some(mm);
            heap.extend(arcs.leaving(junction).iter().map(|&[to, cost]| Reverse((mm + cost, to))));
        }
        best
    }

    fn arcs() -> impl Strategy<Value = Csr> {
        let cost = prop_oneof![Just(0_u32), 1..50_000_u32, Just(5_000_000_u32), Just(1_200_000_000_u32)];
        (1..40_u32).prop_flat_map(move |n| {
            prop::collection::vec((0..n, 0..n, cost.clone()), 0..120).prop_map(move |list| Csr::new(n as usize, list))
        })
    }

    proptest! {
        #[test]
        fn buckets_find_what_the_heap_finds(
            arcs in arcs(),
            seeds in prop::collection::vec((0..1000_u32, 0..300_000_u32), 0..6),
            limits in prop::collection::vec(prop_oneof![0..200_000_u32, Just(u32::MAX / 2)], 1..4),
        ) {
            let mut worker = Worker::default();
            let n = arcs.junctions() as u32;
            for limit_mm in limits {
                // The number of seeds falls, so that labels of earlier searches are about.
                for used in (0..=seeds.len()).rev() {
                    let seeds: Vec<_> = seeds[..used].iter().map(|&(junction, mm)| (junction % n, mm)).collect();
                    worker.search(&arcs, &seeds, limit_mm);
                    let expected = by_heap(&arcs, &seeds, limit_mm);
                    let found: Vec<_> = (0..n).map(|junction| worker.mm(junction)).collect();
                    prop_assert_eq!(&found, &expected);
                    prop_assert_eq!(worker.reached().len(), expected.iter().flatten().count());
                }
            }
        }

        #[test]
        fn the_nearest_source_is_the_lowest_of_the_nearest(
            arcs in arcs(),
            seeds in prop::collection::vec((0..1000_u32, prop_oneof![Just(0_u32), 0..300_000_u32], 0..5_u32), 0..8),
        ) {
            let n = arcs.junctions() as u32;
            let limit_mm = u32::MAX / 2;
            let seeds: Vec<_> =
                seeds.into_iter().map(|(junction, mm, source)| Seed { junction: junction % n, mm, source }).collect();
            let mut expected = vec![NOBODY; n as usize];
            for source in 0..5 {
                let own: Vec<_> =
                    seeds.iter().filter(|seed| seed.source == source).map(|seed| (seed.junction, seed.mm)).collect();
                for (junction, mm) in by_heap(&arcs, &own, limit_mm).into_iter().enumerate() {
                    let label = mm.map_or(NOBODY, |mm| (u64::from(mm) << 32) | u64::from(source));
                    expected[junction] = expected[junction].min(label);
                }
            }
            prop_assert_eq!(nearest_source(&arcs, &seeds, limit_mm, &Control::new()).unwrap(), expected);
        }
    }
}
