//! Random numbers counted from a seed and a stream: number `i` depends on nothing but (seed, stream, i).

use serde::{Deserialize, Serialize};

/// `SplitMix64` (Steele, Lea and Flood 2014), whose state is a counter.
///
/// Each chain and each restart has a stream of its own, so it draws the same
/// numbers on whichever thread it runs, and can go on where it stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Random {
    counter: u64,
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    /// Stream `stream` of `seed`.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        Self { counter: mix(seed.wrapping_add(STEP)) ^ mix(stream.wrapping_mul(STEP) ^ 0x5851_f42d_4c95_7f2d) }
    }

    #[inline]
    pub(super) fn next(&mut self) -> u64 {
        self.counter = self.counter.wrapping_add(STEP);
        mix(self.counter)
    }

    /// A number below `end`, which must not be 0.
    #[inline]
    pub(super) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// Put these into any order (Fisher and Yates, as Durstenfeld 1964 has it).
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }

    /// A number from 0 up to but not 1.
    #[inline]
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }
}

#[inline]
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
