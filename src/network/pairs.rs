//! Many searches at once, one for each place of a table.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use rayon::prelude::*;

use super::{
    StreetNetwork,
    contract::{CLOSED, LONGEST_MM},
    search::Worker,
    snap::{Ends, Snapped},
    walk::{limit_mm, metres},
};
use crate::{
    control::Control,
    error::Result,
    reach::{check_limit, pair_count},
    threads,
};

/// Origins searched between two looks at the list of idle workers.
pub(super) const CHUNK: usize = 64;

/// Which table the searches start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    Demand,
    Sites,
}

impl StreetNetwork {
    /// For each origin the targets within the limit: row above, millimetres below, rising.
    pub(super) fn pairs(
        &self,
        origins: &Snapped,
        targets: &Snapped,
        from: From,
        limit_mm: u32,
        control: &Control,
    ) -> Result<Vec<Vec<u64>>> {
        self.check_own(&[origins, targets])?;
        control.expect(origins.len());
        let order = origins.along_the_curve();
        let by_junction = match from {
            From::Demand => Targets::new(self, targets, |ends| ends.toward),
            From::Sites => Targets::new(self, targets, |ends| ends.away),
        };
        let idle = Mutex::new(Vec::<Worker>::new());
        let total = AtomicU64::new(0);
        let found: Vec<Vec<(u32, Vec<u64>)>> = threads::install(|| {
            let chunks = order.par_chunks(CHUNK).map(|rows| {
                let lock = || idle.lock().unwrap_or_else(PoisonError::into_inner);
                let mut worker = lock().pop().unwrap_or_default();
                let mut found = Vec::with_capacity(rows.len());
                for &row in rows {
                    let list = self.list(&mut worker, origins, row, targets, &by_junction, from, limit_mm);
                    let so_far = total.fetch_add(list.len() as u64, Ordering::Relaxed) + list.len() as u64;
                    pair_count(so_far, Some(metres(limit_mm)))?;
                    found.push((row, list));
                    control.step(1)?;
                }
                lock().push(worker);
                Ok(found)
            });
            chunks.collect::<Result<_>>()
        })?;
        let mut lists = vec![vec![]; origins.len()];
        for (row, list) in found.into_iter().flatten() {
            lists[row as usize] = list;
        }
        Ok(lists)
    }

    /// Junctions within a walk of each place, dead ends included: a measure of how
    /// closely knit its streets are. 0 where it is unsnapped.
    ///
    /// Costs one bounded search a place, and is nothing but that search.
    ///
    /// # Errors
    /// Rows snapped to another network; a limit that is negative or not finite;
    /// [`Error::Interrupted`](crate::Error::Interrupted).
    pub fn junctions_within(&self, places: &Snapped, limit_m: f64, control: &Control) -> Result<Vec<u32>> {
        self.check_own(&[places])?;
        check_limit(Some(limit_m))?;
        control.expect(places.len());
        let limit_mm = limit_mm(Some(limit_m));
        let order = places.along_the_curve();
        let counts: Vec<Vec<(u32, u32)>> = threads::install(|| {
            let chunks = order.par_chunks(CHUNK).map_init(Worker::default, |worker, rows| {
                let count = |&row: &u32| {
                    let seeds = places.ends(row).map(|ends| self.seeds(ends, ends.away).collect::<Vec<_>>());
                    worker.search(self.graph.ahead(), &seeds.unwrap_or_default(), limit_mm);
                    control.step(1)?;
                    Ok((row, worker.reached().len() as u32))
                };
                rows.iter().map(count).collect()
            });
            chunks.collect::<Result<_>>()
        })?;
        let mut within = vec![0; places.len()];
        for (row, count) in counts.into_iter().flatten() {
            within[row as usize] = count;
        }
        Ok(within)
    }

    /// One search and what it reaches.
    #[allow(clippy::too_many_arguments)]
    fn list(
        &self,
        worker: &mut Worker,
        origins: &Snapped,
        row: u32,
        targets: &Snapped,
        by_junction: &Targets,
        from: From,
        limit_mm: u32,
    ) -> Vec<u64> {
        let Some(origin) = origins.ends(row) else { return vec![] };
        let (arcs, costs) = match from {
            From::Demand => (self.graph.ahead(), origin.away),
            From::Sites => (self.graph.behind(), origin.toward),
        };
        let seeds: Vec<(u32, u32)> = self.seeds(origin, costs).collect();
        worker.search(arcs, &seeds, limit_mm);
        let mut list = vec![];
        for &junction in worker.reached() {
            for &[target, cost_mm] in by_junction.at(junction) {
                let mm = worker.reached_mm(junction).saturating_add(cost_mm);
                if mm <= limit_mm {
                    list.push((u64::from(target) << 32) | u64::from(mm));
                }
            }
        }
        for target in by_junction.on_edge(origin.edge) {
            let Some(ends) = targets.ends(target) else { continue };
            let along = if from == From::Demand { origin.along(ends) } else { ends.along(origin) };
            if let Some(mm) = along.filter(|&mm| mm <= limit_mm) {
                list.push((u64::from(target) << 32) | u64::from(mm));
            }
        }
        list.sort_unstable();
        list.dedup_by_key(|pair| *pair >> 32);
        list
    }

    /// Walks between the rows of two equally long tables.
    pub(super) fn pairwise(&self, from: &Snapped, to: &Snapped, control: &Control) -> Result<Vec<Option<u32>>> {
        // Search once from each place of the side with fewer different ones.
        let distinct = |side: &Snapped| {
            let mut order: Vec<u32> = (0..side.len() as u32).collect();
            let key = |row: u32| side.xy[row as usize].map(f64::to_bits);
            order.sort_by_key(|&row| (key(row), row));
            order.chunk_by(|&a, &b| key(a) == key(b)).map(<[u32]>::to_vec).collect::<Vec<_>>()
        };
        let (by_from, by_to) = (distinct(from), distinct(to));
        let (origins, targets, groups, direction) = if by_from.len() <= by_to.len() {
            (from, to, by_from, From::Demand)
        } else {
            (to, from, by_to, From::Sites)
        };
        control.expect(from.len());
        let mut answer = vec![None; from.len()];
        let walked: Vec<Vec<Option<u32>>> = threads::install(|| {
            groups
                .par_iter()
                .map_init(Worker::default, |worker, rows| {
                    control.step(rows.len())?;
                    Ok(self.walks(worker, origins, targets, rows, direction))
                })
                .collect::<Result<_>>()
        })?;
        for (rows, walks) in groups.iter().zip(walked) {
            for (&row, mm) in rows.iter().zip(walks) {
                answer[row as usize] = mm;
            }
        }
        Ok(answer)
    }

    /// Walks of rows that share their origin. The search is widened until all are found.
    fn walks(
        &self,
        worker: &mut Worker,
        origins: &Snapped,
        targets: &Snapped,
        rows: &[u32],
        direction: From,
    ) -> Vec<Option<u32>> {
        const FIRST_MM: u32 = 2_000_000;
        let Some(origin) = origins.ends(rows[0]) else { return vec![None; rows.len()] };
        let (arcs, costs) = match direction {
            From::Demand => (self.graph.ahead(), origin.away),
            From::Sites => (self.graph.behind(), origin.toward),
        };
        let seeds: Vec<(u32, u32)> = self.seeds(origin, costs).collect();
        let mut limit_mm = FIRST_MM;
        loop {
            worker.search(arcs, &seeds, limit_mm);
            let walk = |&row: &u32| {
                let target = targets.ends(row)?;
                let (costs, along) = match direction {
                    From::Demand => (target.toward, origin.along(target)),
                    From::Sites => (target.away, target.along(origin)),
                };
                let through = self.seeds(target, costs).filter_map(|(j, mm)| worker.mm(j)?.checked_add(mm));
                along.into_iter().chain(through).min().filter(|&mm| mm <= limit_mm)
            };
            let walks: Vec<Option<u32>> = rows.iter().map(walk).collect();
            let is_final = |(&row, mm): (&u32, &Option<u32>)| mm.is_some() || targets.ends(row).is_none();
            if limit_mm == LONGEST_MM || rows.iter().zip(&walks).all(is_final) {
                return walks;
            }
            limit_mm = limit_mm.saturating_mul(4).min(LONGEST_MM);
        }
    }

    /// The ends of a place's edge and what lies between, where it may be walked.
    pub(super) fn seeds(&self, ends: Ends, costs: [u32; 2]) -> impl Iterator<Item = (u32, u32)> + use<> {
        let edge = self.edges[ends.edge as usize];
        [(edge.tail, costs[0]), (edge.head, costs[1])].into_iter().filter(|&(_, mm)| mm != CLOSED)
    }
}

/// Snapped rows by the junctions at the ends of their edges.
pub(super) struct Targets {
    start: Vec<u32>,
    /// Row and millimetres between it and the junction.
    list: Vec<[u32; 2]>,
    /// Edge and row, rising.
    on_edge: Vec<(u32, u32)>,
}

impl Targets {
    pub(super) fn new(network: &StreetNetwork, rows: &Snapped, costs: fn(Ends) -> [u32; 2]) -> Self {
        Self::of(network, rows, |_| true, costs)
    }

    /// Of some of the rows only.
    pub(super) fn of(
        network: &StreetNetwork,
        rows: &Snapped,
        is_wanted: impl Fn(u32) -> bool,
        costs: fn(Ends) -> [u32; 2],
    ) -> Self {
        let mut start = vec![0_u32; network.graph.ahead().junctions() + 1];
        let mut on_edge = vec![];
        let mut list = vec![];
        for row in (0..rows.len() as u32).filter(|&row| is_wanted(row)) {
            let Some(ends) = rows.ends(row) else { continue };
            on_edge.push((ends.edge, row));
            for (junction, mm) in network.seeds(ends, costs(ends)) {
                start[junction as usize + 1] += 1;
                list.push((junction, [row, mm]));
            }
        }
        for junction in 1..start.len() {
            start[junction] += start[junction - 1];
        }
        list.sort_unstable();
        on_edge.sort_unstable();
        Self { start, list: list.into_iter().map(|(_, entry)| entry).collect(), on_edge }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.on_edge.is_empty()
    }

    #[inline]
    pub(super) fn at(&self, junction: u32) -> &[[u32; 2]] {
        &self.list[self.start[junction as usize] as usize..self.start[junction as usize + 1] as usize]
    }

    pub(super) fn on_edge(&self, edge: u32) -> impl Iterator<Item = u32> + '_ {
        let first = self.on_edge.partition_point(|&(of, _)| of < edge);
        self.on_edge[first..].iter().take_while(move |&&(of, _)| of == edge).map(|&(_, row)| row)
    }
}
