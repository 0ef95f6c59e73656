//! The pairs that count and their weights: looked at once, then summed by row and by site.

use std::{borrow::Cow, ops::Range};

use rayon::prelude::*;

use super::{CHUNK, Decay, Within};
use crate::{control::Control, error::Result, reach::Reach, threads};

/// Sites and weights of the pairs that count, row by row.
///
/// A reach may hold far more pairs than lie within the limit; they are looked at
/// once. Where all of them count, its own list of sites is used. Everything is
/// kept in chunks of rows, so that threads share the work and nothing is joined.
pub(super) struct Pairs<'a> {
    chunks: Vec<Chunk<'a>>,
    sites: usize,
}

struct Chunk<'a> {
    /// Where the rows start in `site`, counted from the first entry; rows + 1 entries.
    start: Cow<'a, [u32]>,
    site: Cow<'a, [u32]>,
    /// `None` where every pair weighs 1.
    weight: Option<Vec<f64>>,
}

/// Pairs of a row for each thread that looks for its own among them.
const WORTH_A_SEARCH: usize = 64;

impl<'a> Pairs<'a> {
    pub(super) fn of(reach: &'a Reach, within: &Within, control: &Control) -> Result<Self> {
        let (rows, sites) = reach.shape();
        let gather = |chunk: usize| {
            control.step(0)?;
            Ok(Chunk::of(reach, within, chunk * CHUNK..rows.min((chunk + 1) * CHUNK)))
        };
        let chunks: Result<Vec<Chunk>> =
            threads::install(|| (0..rows.div_ceil(CHUNK)).into_par_iter().map(gather).collect());
        Ok(Self { chunks: chunks?, sites })
    }

    /// Sum over the pairs of each site, in the order of the demand points: a
    /// factor of the row times a function of the weight.
    ///
    /// Threads divide the sites and each goes through all rows, so that every
    /// sum has its order whatever their number. To find its sites in a row costs
    /// as much as to add some dozens of pairs; short rows are left to one thread.
    pub(super) fn at_sites(
        &self,
        control: &Control,
        factor: impl Fn(usize) -> f64 + Sync,
        part: impl Fn(f64) -> f64 + Sync,
    ) -> Result<Vec<f64>> {
        let mut sums = vec![0.0; self.sites];
        threads::install(|| {
            let width = self.sites.div_ceil(self.parts(rayon::current_num_threads())).max(1);
            let add = |(range, sums): (usize, &mut [f64])| {
                let first = (range * width) as u32;
                let is_whole = sums.len() == self.sites;
                for (chunk, pairs) in self.chunks.iter().enumerate() {
                    control.step(0)?;
                    for row in 0..pairs.rows() {
                        let (mut sites, mut weights) = pairs.row(row);
                        if !is_whole {
                            let from = sites.partition_point(|&site| site < first);
                            let until = from + sites[from..].partition_point(|&site| site < first + sums.len() as u32);
                            (sites, weights) = (&sites[from..until], weights.map(|weights| &weights[from..until]));
                        }
                        let factor = factor(chunk * CHUNK + row);
                        match weights {
                            None => {
                                let added = factor * part(1.0);
                                sites.iter().for_each(|&site| sums[(site - first) as usize] += added);
                            }
                            Some(weights) => {
                                for (&site, &weight) in sites.iter().zip(weights) {
                                    sums[(site - first) as usize] += factor * part(weight);
                                }
                            }
                        }
                    }
                }
                Ok(())
            };
            sums.par_chunks_mut(width).enumerate().try_for_each(add)
        })?;
        Ok(sums)
    }

    /// Parts of the sites that are worth a thread each.
    fn parts(&self, threads: usize) -> usize {
        let pairs: usize = self.chunks.iter().map(|chunk| chunk.site.len()).sum();
        let rows: usize = self.chunks.iter().map(Chunk::rows).sum();
        (pairs / rows.max(1) / WORTH_A_SEARCH).clamp(1, threads.max(1))
    }

    /// Sum over the pairs of a row.
    pub(super) fn gather(&self, row: usize, part: impl Fn(usize, f64) -> f64) -> f64 {
        let (sites, weights) = self.chunks[row / CHUNK].row(row % CHUNK);
        match weights {
            None => sites.iter().fold(0.0, |sum, &site| sum + part(site as usize, 1.0)),
            Some(weights) => {
                sites.iter().zip(weights).fold(0.0, |sum, (&site, &weight)| sum + part(site as usize, weight))
            }
        }
    }
}

impl<'a> Chunk<'a> {
    fn of(reach: &'a Reach, within: &Within, rows: Range<usize>) -> Self {
        let (start, site, walk_m) = reach.csr();
        let start = &start[rows.start..=rows.end];
        let pairs = start[0] as usize..start[start.len() - 1] as usize;
        let (site, walk_m) = (&site[pairs.clone()], &walk_m[pairs]);
        let limit_m = within.limit_m.unwrap_or(f64::INFINITY);
        let all_within = within.limit_m.is_none() || reach.limit_m().is_some_and(|cut_m| cut_m <= limit_m);
        let (start, site, walk_m) = if all_within {
            (Cow::Borrowed(start), Cow::Borrowed(site), Cow::Borrowed(walk_m))
        } else {
            let (start, site, walk_m) = near(start, site, walk_m, limit_m);
            (Cow::Owned(start), Cow::Owned(site), Cow::Owned(walk_m))
        };
        if within.decay == Decay::Flat {
            return Self { start, site, weight: None };
        }
        let weight = within.decay.weights(&walk_m);
        if weight.iter().fold(true, |all, &weight| all & (weight > 0.0)) {
            return Self { start, site, weight: Some(weight) };
        }
        let (start, site, weight) = weighty(&start, &site, &weight);
        Self { start: Cow::Owned(start), site: Cow::Owned(site), weight: Some(weight) }
    }

    fn rows(&self) -> usize {
        self.start.len() - 1
    }

    fn row(&self, row: usize) -> (&[u32], Option<&[f64]>) {
        let start = &self.start;
        let range = (start[row] - start[0]) as usize..(start[row + 1] - start[0]) as usize;
        (&self.site[range.clone()], self.weight.as_ref().map(|weight| &weight[range]))
    }
}

/// Row starts, sites and metres of the pairs within a limit.
///
/// In a full table few are: 64 are compared without a branch, and only those within are visited.
fn near(start: &[u32], site: &[u32], walk_m: &[f64], limit_m: f64) -> (Vec<u32>, Vec<u32>, Vec<f64>) {
    let (mut starts, mut sites, mut walks) = (vec![0], vec![], vec![]);
    for row in start.windows(2) {
        let range = (row[0] - start[0]) as usize..(row[1] - start[0]) as usize;
        let blocks = site[range.clone()].chunks(64).zip(walk_m[range].chunks(64));
        for (site, walk_m) in blocks {
            let mut is_near = [0_u8; 64];
            for (is_near, &walk_m) in is_near.iter_mut().zip(walk_m) {
                *is_near = u8::from(walk_m <= limit_m);
            }
            let mut mask = is_near.as_chunks::<8>().0.iter().rev().fold(0, |mask, eight| mask << 8 | bits(*eight));
            while mask != 0 {
                let pair = mask.trailing_zeros() as usize;
                sites.push(site[pair]);
                walks.push(walk_m[pair]);
                mask &= mask - 1;
            }
        }
        starts.push(sites.len() as u32);
    }
    (starts, sites, walks)
}

/// Eight bytes of 0 or 1 as eight bits, the first lowest: the product moves each to its place in the top byte.
fn bits(eight: [u8; 8]) -> u64 {
    u64::from_le_bytes(eight).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Row starts, sites and weights of the pairs that weigh something.
fn weighty(start: &[u32], site: &[u32], weight: &[f64]) -> (Vec<u32>, Vec<u32>, Vec<f64>) {
    let (mut starts, mut sites, mut weights) = (vec![0], vec![], vec![]);
    for row in start.windows(2) {
        let range = (row[0] - start[0]) as usize..(row[1] - start[0]) as usize;
        for (&site, &weight) in site[range.clone()].iter().zip(&weight[range]).filter(|(_, weight)| **weight > 0.0) {
            sites.push(site);
            weights.push(weight);
        }
        starts.push(sites.len() as u32);
    }
    (starts, sites, weights)
}
