//! Walking metres between tables of places: the network as a [`Walk`].

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use rayon::prelude::*;

use super::{
    StreetNetwork,
    contract::{CLOSED, LONGEST_MM},
    search::{NOBODY, Seed, Worker, nearest_source},
    snap::{Ends, Snapped},
};
use crate::{
    control::Control,
    demand::check_length,
    error::{Error, Result},
    reach::{Access, Nearest, Reach, check_limit, pair_count},
    threads,
    walk::{Assumptions, Walk},
};

/// Origins searched between two looks at the list of idle workers.
const CHUNK: usize = 64;

/// Which table the searches start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    Demand,
    Sites,
}

impl Walk for StreetNetwork {
    fn nearest(&self, demand: &[[f64; 2]], sites: &[[f64; 2]], control: &Control) -> Result<Nearest> {
        let demand = self.snap("demand", demand, control)?;
        let sites = self.snap("sites", sites, control)?;
        self.nearest_of(&demand, &sites, control)
    }

    fn reach(&self, demand: &[[f64; 2]], sites: &[[f64; 2]], limit_m: Option<f64>, control: &Control) -> Result<Reach> {
        check_limit(limit_m)?;
        let demand = self.snap("demand", demand, control)?;
        let sites = self.snap("sites", sites, control)?;
        self.reach_of(&demand, &sites, limit_m, control)
    }

    fn between(&self, from: &[[f64; 2]], to: &[[f64; 2]]) -> Result<Vec<Option<f64>>> {
        check_length("from", "to", from.len(), to.len())?;
        let control = Control::new();
        let (from, to) = (self.snap("from", from, &control)?, self.snap("to", to, &control)?);
        Ok(self.pairwise(&from, &to).into_iter().map(|mm| mm.map(metres)).collect())
    }

    fn assumptions(&self) -> Assumptions {
        Assumptions { method: "streets".to_owned(), detour: None, streets: Some(self.street_assumptions()) }
    }
}

impl StreetNetwork {
    /// [`Walk::nearest`] of rows that are snapped already.
    ///
    /// One search from all sites at once, however many rows there are.
    ///
    /// # Errors
    /// Rows snapped to another network; [`Error::Interrupted`].
    pub fn nearest_of(&self, demand: &Snapped, sites: &Snapped, control: &Control) -> Result<Nearest> {
        self.check_own(&[demand, sites])?;
        control.expect(demand.len());
        let targets = Targets::new(self, sites, |ends| ends.toward);
        let mut seeds = vec![];
        for site in 0..sites.len() as u32 {
            let Some(ends) = sites.ends(site) else { continue };
            for (junction, mm) in self.seeds(ends, ends.toward) {
                seeds.push(Seed { junction, mm, source: site });
            }
        }
        let label = nearest_source(self.graph.behind(), &seeds, LONGEST_MM);
        let mut nearest = Nearest::none(demand.len());
        let mut access = vec![Access::Known; demand.len()];
        let (site_of, walk_m) = nearest.columns_mut();
        threads::install(|| {
            (site_of, walk_m, &mut access).into_par_iter().enumerate().try_for_each(
                |(row, (site_of, walk_m, access))| {
                    let Some(ends) = demand.ends(row as u32) else {
                        *access = Access::Unsnapped;
                        return control.step(1);
                    };
                    let best = self.nearest_to(ends, &label, sites, &targets);
                    let exit_mm = self.exit_mm(ends, demand.xy[row]);
                    if let Some((mm, site)) = best {
                        (*site_of, *walk_m) = (site, metres(mm));
                    }
                    *access = match best {
                        Some((mm, _)) if exit_mm.is_none_or(|exit_mm| exit_mm >= mm) => Access::Known,
                        None if exit_mm.is_none() => Access::Unreachable,
                        _ => Access::Clipped,
                    };
                    control.step(1)
                },
            )
        })?;
        Ok(nearest.with_access(access))
    }

    /// The nearest site of one place: millimetres and site, ties to the lower site.
    fn nearest_to(&self, from: Ends, label: &[u64], sites: &Snapped, targets: &Targets) -> Option<(u32, u32)> {
        let through = self.seeds(from, from.away).filter_map(|(junction, away_mm)| {
            let label = label[junction as usize];
            let mm = away_mm.checked_add((label >> 32) as u32)?;
            (label != NOBODY).then_some((mm, label as u32))
        });
        let beside = targets.on_edge(from.edge).filter_map(|site| Some((from.along(sites.ends(site)?)?, site)));
        through.chain(beside).min().filter(|&(mm, _)| mm <= LONGEST_MM)
    }

    /// [`Walk::reach`] of rows that are snapped already.
    ///
    /// Searches from the smaller table. Costs one bounded search for each of
    /// its rows, and memory for the pairs within the limit.
    ///
    /// # Errors
    /// As [`Walk::reach`], and rows snapped to another network.
    pub fn reach_of(
        &self,
        demand: &Snapped,
        sites: &Snapped,
        limit_m: Option<f64>,
        control: &Control,
    ) -> Result<Reach> {
        check_limit(limit_m)?;
        let from = if demand.len() <= sites.len() { From::Demand } else { From::Sites };
        let limit_mm = limit_mm(limit_m);
        let lists = match from {
            From::Demand => self.pairs(demand, sites, From::Demand, limit_mm, control)?,
            From::Sites => self.pairs(sites, demand, From::Sites, limit_mm, control)?,
        };
        let lists: Vec<&[u64]> = lists.iter().map(Vec::as_slice).collect();
        self.gather(demand, sites, from, &lists, limit_m)
    }

    /// The table of pairs from one list per origin.
    pub(super) fn gather(
        &self,
        demand: &Snapped,
        sites: &Snapped,
        from: From,
        lists: &[&[u64]],
        limit_m: Option<f64>,
    ) -> Result<Reach> {
        let pairs = pair_count(lists.iter().map(|list| list.len() as u64).sum(), limit_m)? as usize;
        let mut start = vec![0_u32; demand.len() + 1];
        let (mut site, mut walk_m) = (vec![0_u32; pairs], vec![0.0; pairs]);
        match from {
            From::Demand => {
                let mut at = 0;
                for (row, list) in lists.iter().enumerate() {
                    for &pair in *list {
                        (site[at], walk_m[at]) = ((pair >> 32) as u32, metres(pair as u32));
                        at += 1;
                    }
                    start[row + 1] = at as u32;
                }
            }
            From::Sites => {
                for &pair in lists.iter().copied().flatten() {
                    start[(pair >> 32) as usize + 1] += 1;
                }
                for row in 0..demand.len() {
                    start[row + 1] += start[row];
                }
                let mut next = start.clone();
                for (number, list) in (0..).zip(lists) {
                    for &pair in *list {
                        let at = &mut next[(pair >> 32) as usize];
                        (site[*at as usize], walk_m[*at as usize]) = (number, metres(pair as u32));
                        *at += 1;
                    }
                }
            }
        }
        let access = self.access(demand, sites, limit_mm(limit_m), &start);
        Ok(Reach::trusted(sites.len(), start, site, walk_m, limit_m).with_access(access))
    }

    /// What is known of each row within a limit, given where its pairs start.
    fn access(&self, demand: &Snapped, sites: &Snapped, limit_mm: u32, start: &[u32]) -> Vec<Access> {
        let mut is_served = vec![false; self.graph.pieces as usize];
        for site in 0..sites.len() as u32 {
            if let Some(ends) = sites.ends(site) {
                is_served[self.graph.piece[self.edges[ends.edge as usize].tail as usize] as usize] = true;
            }
        }
        let access = |row: u32| {
            let Some(ends) = demand.ends(row) else { return Access::Unsnapped };
            let piece = self.graph.piece[self.edges[ends.edge as usize].tail as usize];
            match self.exit_mm(ends, demand.xy[row as usize]) {
                Some(exit_mm) if exit_mm <= limit_mm => Access::Clipped,
                _ if !is_served[piece as usize] => Access::Unreachable,
                // One-way streets can keep walkers from sites in their own piece.
                _ if limit_mm == LONGEST_MM && start[row as usize] == start[row as usize + 1] => Access::Unreachable,
                _ => Access::Known,
            }
        };
        (0..demand.len() as u32).map(access).collect()
    }

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
    fn pairwise(&self, from: &Snapped, to: &Snapped) -> Vec<Option<u32>> {
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
        let mut answer = vec![None; from.len()];
        let walked: Vec<Vec<Option<u32>>> = threads::install(|| {
            groups
                .par_iter()
                .map_init(Worker::default, |worker, rows| self.walks(worker, origins, targets, rows, direction))
                .collect()
        });
        for (rows, walks) in groups.iter().zip(walked) {
            for (&row, mm) in rows.iter().zip(walks) {
                answer[row as usize] = mm;
            }
        }
        answer
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

    pub(super) fn check_own(&self, tables: &[&Snapped]) -> Result<()> {
        if tables.iter().all(|table| table.serial == self.serial) {
            return Ok(());
        }
        Err(Error::parameter("snapped", &"rows of another network", "snap them to the network that is asked"))
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
    fn new(network: &StreetNetwork, rows: &Snapped, costs: fn(Ends) -> [u32; 2]) -> Self {
        let mut start = vec![0_u32; network.graph.ahead().junctions() + 1];
        let mut on_edge = vec![];
        let mut list = vec![];
        for row in 0..rows.len() as u32 {
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

    #[inline]
    fn at(&self, junction: u32) -> &[[u32; 2]] {
        &self.list[self.start[junction as usize] as usize..self.start[junction as usize + 1] as usize]
    }

    fn on_edge(&self, edge: u32) -> impl Iterator<Item = u32> + '_ {
        let first = self.on_edge.partition_point(|&(of, _)| of < edge);
        self.on_edge[first..].iter().take_while(move |&&(of, _)| of == edge).map(|&(_, row)| row)
    }
}

/// Walking metres of whole millimetres.
pub(crate) fn metres(mm: u32) -> f64 {
    f64::from(mm) / 1000.0
}

/// The most millimetres that, as metres, are within the limit.
pub(crate) fn limit_mm(limit_m: Option<f64>) -> u32 {
    let Some(limit_m) = limit_m.filter(|&limit_m| limit_m < metres(LONGEST_MM)) else { return LONGEST_MM };
    #[allow(clippy::cast_sign_loss)] // limits are 0 or more
    let about = (limit_m * 1000.0) as u32;
    (about.saturating_sub(1)..=about + 1).rev().find(|&mm| metres(mm) <= limit_m).unwrap_or(0)
}
