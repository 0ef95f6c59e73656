//! Walking metres between tables of places: the network as a [`Walk`].

use rayon::prelude::*;

use super::{
    StreetNetwork,
    contract::LONGEST_MM,
    pairs::{From, Targets},
    search::{NOBODY, Seed, nearest_source},
    snap::{Ends, Snapped},
};
use crate::{
    control::Control,
    crs::Plane,
    demand::check_length,
    error::{Error, Result},
    reach::{Access, Nearest, Reach, check_limit, pair_count},
    threads,
    walk::{Assumptions, Walk},
};

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

    fn between(&self, from: &[[f64; 2]], to: &[[f64; 2]], control: &Control) -> Result<Vec<Option<f64>>> {
        check_length("from", "to", from.len(), to.len())?;
        let (from, to) = (self.snap("from", from, control)?, self.snap("to", to, control)?);
        Ok(self.pairwise(&from, &to, control)?.into_iter().map(|mm| mm.map(metres)).collect())
    }

    fn assumptions(&self) -> Assumptions {
        Assumptions { method: "streets".to_owned(), detour: None, streets: Some(self.street_assumptions()) }
    }

    fn plane(&self) -> Option<&Plane> {
        Some(&self.plane)
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
        let label = nearest_source(self.graph.behind(), &seeds, LONGEST_MM, control)?;
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

    pub(super) fn check_own(&self, tables: &[&Snapped]) -> Result<()> {
        if tables.iter().all(|table| table.serial == self.serial) {
            return Ok(());
        }
        Err(Error::parameter("snapped", &"rows of another network", "snap them to the network that is asked"))
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
