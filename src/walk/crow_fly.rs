//! Straight lines, lengthened by a detour index.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::{Assumptions, Walk};
use crate::{
    control::Control,
    demand::check_finite,
    error::{Error, Result},
    index::{Candidates, SiteIndex, Tiles},
    reach::{Nearest, Reach, check_limit, gib, pair_count},
    threads,
};

/// Demand points between two looks at [`Control`]: a few milliseconds of work.
const CHUNK: usize = 8192;

/// Straight-line distance times a detour index (绕行系数).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CrowFly {
    detour: f64,
}

impl CrowFly {
    /// Walked length over straight-line length; 1.0 is the bare straight line.
    ///
    /// ```
    /// use linli::{control::Control, walk::{CrowFly, Walk}};
    ///
    /// let reach = CrowFly::new(1.2)?.reach(
    ///     &[[0.0, 0.0]],
    ///     &[[900.0, 0.0], [0.0, 500.0], [0.0, 5000.0]],
    ///     Some(1080.0),
    ///     &Control::new(),
    /// )?;
    /// assert_eq!(reach.row(0).collect::<Vec<_>>(), [(0, 1080.0), (1, 600.0)]);
    /// # Ok::<(), linli::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Parameter`] when it is below 1, above 10 or not a number.
    pub fn new(detour: f64) -> Result<Self> {
        if (1.0..=10.0).contains(&detour) {
            return Ok(Self { detour });
        }
        Err(Error::parameter("detour", &detour, "give a number from 1 (straight) to 10; cities measure 1.2 to 1.5"))
    }

    /// Walked length over straight-line length.
    #[must_use]
    pub fn detour(&self) -> f64 {
        self.detour
    }

    /// Walking metres over these differences in easting and northing.
    ///
    /// The definition that every fast path below repeats to the bit.
    #[inline]
    fn walk_m(self, dx: f64, dy: f64) -> f64 {
        self.detour * (dx * dx + dy * dy).sqrt()
    }
}

impl Walk for CrowFly {
    fn nearest(&self, demand: &[[f64; 2]], sites: &[[f64; 2]], control: &Control) -> Result<Nearest> {
        check_finite("demand", demand)?;
        let index = SiteIndex::new(sites)?;
        if sites.is_empty() {
            return Ok(Nearest::none(demand.len()));
        }
        let mut nearest = Nearest::unset(demand.len());
        control.expect(demand.len());
        let (site, walk_m) = nearest.columns_mut();
        threads::install(|| {
            let tiles = Tiles::new(demand, sites, &index, Candidates::Nearest, control)?;
            let rows = demand.par_chunks(CHUNK).zip(site.par_chunks_mut(CHUNK)).zip(walk_m.par_chunks_mut(CHUNK));
            rows.try_for_each(|((demand, site), walk_m)| {
                for ((&[x, y], site), walk_m) in demand.iter().zip(site).zip(walk_m) {
                    let listed = tiles.at([x, y]);
                    let mut best = Nearest::NOWHERE;
                    for ((&candidate, sx), sy) in listed.site.iter().zip(listed.x).zip(listed.y) {
                        let metres = self.walk_m(sx - x, sy - y);
                        if metres < best.1 {
                            best = (candidate, metres);
                        }
                    }
                    (*site, *walk_m) = best;
                }
                control.step(demand.len())
            })
        })?;
        Ok(nearest)
    }

    fn reach(&self, demand: &[[f64; 2]], sites: &[[f64; 2]], limit_m: Option<f64>, control: &Control) -> Result<Reach> {
        check_limit(limit_m)?;
        check_finite("demand", demand)?;
        let index = SiteIndex::new(sites)?;
        let within_m = limit_m.unwrap_or(f64::INFINITY);
        // Once to count and once to write, so that memory never exceeds the answer.
        control.expect(2 * demand.len());
        threads::install(|| {
            let tiles = Tiles::new(demand, sites, &index, Candidates::Within(within_m / self.detour), control)?;
            let start = self.count(&tiles, demand, within_m, control)?;
            self.fill(&tiles, demand, sites.len(), start, limit_m, control)
        })
    }

    fn between(&self, from: &[[f64; 2]], to: &[[f64; 2]], _control: &Control) -> Result<Vec<Option<f64>>> {
        check_finite("from", from)?;
        check_finite("to", to)?;
        Ok(from.iter().zip(to).map(|(a, b)| Some(self.walk_m(b[0] - a[0], b[1] - a[1]))).collect())
    }

    fn assumptions(&self) -> Assumptions {
        Assumptions { method: "crow-fly".to_owned(), detour: Some(self.detour), streets: None }
    }
}

impl CrowFly {
    /// Row starts: how many sites lie within reach of the points before.
    fn count(self, tiles: &Tiles, demand: &[[f64; 2]], within_m: f64, control: &Control) -> Result<Vec<u32>> {
        let mut start = vec![0_u32; demand.len() + 1];
        let total = AtomicU64::new(0);
        start[1..].par_chunks_mut(CHUNK).zip(demand.par_chunks(CHUNK)).try_for_each(|(counts, demand)| {
            for (count, &[x, y]) in counts.iter_mut().zip(demand) {
                let listed = tiles.at([x, y]);
                let places = listed.x.iter().zip(listed.y);
                *count = places.map(|(sx, sy)| u32::from(self.walk_m(sx - x, sy - y) <= within_m)).sum();
            }
            total.fetch_add(counts.iter().map(|&count| u64::from(count)).sum(), Ordering::Relaxed);
            control.step(demand.len())
        })?;
        pair_count(total.into_inner(), Some(within_m))?;
        let mut pairs = 0;
        for count in &mut start {
            pairs += *count;
            *count = pairs;
        }
        Ok(start)
    }

    /// Write the pairs, each chunk of demand into its own part of the answer.
    fn fill(
        self,
        tiles: &Tiles,
        demand: &[[f64; 2]],
        sites: usize,
        start: Vec<u32>,
        limit_m: Option<f64>,
        control: &Control,
    ) -> Result<Reach> {
        let within_m = limit_m.unwrap_or(f64::INFINITY);
        let pairs = start[demand.len()] as usize;
        let mut site = zeroed(pairs, limit_m)?;
        let mut walk_m = zeroed(pairs, limit_m)?;
        let mut parts = Vec::with_capacity(demand.len().div_ceil(CHUNK));
        let (mut site_rest, mut walk_rest) = (site.as_mut_slice(), walk_m.as_mut_slice());
        for first in (0..demand.len()).step_by(CHUNK) {
            let last = (first + CHUNK).min(demand.len());
            let length = (start[last] - start[first]) as usize;
            let (site_part, site_after) = site_rest.split_at_mut(length);
            let (walk_part, walk_after) = walk_rest.split_at_mut(length);
            (site_rest, walk_rest) = (site_after, walk_after);
            parts.push((&demand[first..last], site_part, walk_part));
        }
        parts.into_par_iter().try_for_each(|(demand, site, walk_m)| {
            let mut pairs = site.iter_mut().zip(walk_m);
            for &[x, y] in demand {
                let listed = tiles.at([x, y]);
                for ((&candidate, sx), sy) in listed.site.iter().zip(listed.x).zip(listed.y) {
                    let metres = self.walk_m(sx - x, sy - y);
                    if metres <= within_m
                        && let Some((site, walk_m)) = pairs.next()
                    {
                        (*site, *walk_m) = (candidate, metres);
                    }
                }
            }
            control.step(demand.len())
        })?;
        Ok(Reach::trusted(sites, start, site, walk_m, limit_m))
    }
}

/// Memory for the pairs, or an error instead of the end of the process.
fn zeroed<T: Clone + Default>(pairs: usize, limit_m: Option<f64>) -> Result<Vec<T>> {
    Vec::<T>::new().try_reserve_exact(pairs).map_err(|_| Error::TooManyPairs {
        pairs: pairs as u64,
        limit_m: limit_m.unwrap_or(f64::INFINITY),
        gib: gib(pairs as u64),
        why: "more memory than this machine grants",
    })?;
    // Fresh zeroed pages cost nothing until a thread writes to them.
    Ok(vec![T::default(); pairs])
}
