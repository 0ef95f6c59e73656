//! Crow-fly questions on a 10 × 6 km plane: the nearest centre, and all pairs within 1,200 m.
//!
//! `cargo bench --bench walk`. The comparison with peers is `benches/peers.py`.

use divan::{Bencher, counter::ItemsCount};
use linli::{
    control::Control,
    index::SiteIndex,
    walk::{CrowFly, Walk},
};

const LIMIT_M: f64 = 1200.0;

fn main() {
    divan::main();
}

/// Places spread evenly over the plane; the same on every run.
fn places(count: usize, seed: u64) -> Vec<[f64; 2]> {
    let mut state = seed;
    let mut unit = || {
        // SplitMix64 (Steele, Lea and Flood 2014).
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..count).map(|_| [unit() * 10_000.0, unit() * 6_000.0]).collect()
}

#[divan::bench(args = [10_000, 1_000_000], sample_count = 10)]
fn nearest(bencher: Bencher, points: usize) {
    let (demand, sites) = (places(points, 1), places(1_000, 2));
    let walk = CrowFly::new(1.0).unwrap();
    bencher.counter(ItemsCount::new(points)).bench(|| walk.nearest(&demand, &sites, &Control::new()).unwrap());
}

#[divan::bench(args = [10_000, 1_000_000], sample_count = 5)]
fn reach(bencher: Bencher, points: usize) {
    let (demand, sites) = (places(points, 1), places(1_000, 2));
    let walk = CrowFly::new(1.0).unwrap();
    bencher
        .counter(ItemsCount::new(points))
        .bench(|| walk.reach(&demand, &sites, Some(LIMIT_M), &Control::new()).unwrap());
}

/// The tree asked once a point: what the tiles are measured against.
#[divan::bench(args = [10_000], sample_count = 5)]
fn tree_alone(bencher: Bencher, points: usize) {
    let (demand, sites) = (places(points, 1), places(1_000, 2));
    let index = SiteIndex::new(&sites).unwrap();
    bencher
        .counter(ItemsCount::new(points))
        .bench(|| demand.iter().map(|&from| index.within(from, LIMIT_M).len()).sum::<usize>());
}
