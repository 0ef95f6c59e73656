//! Rules that the flow knows nothing of: contiguity, and rows that must be apart.

use std::cell::RefCell;

use super::{Task, units::Units};

/// A decision of a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fix {
    /// The unit goes to this site.
    Only(u32, u32),
    /// The unit does not go to this site.
    Not(u32, u32),
}

/// Rules on whole units.
pub(super) struct Rules<'a> {
    units: &'a Units,
    /// Rows that touch each row; empty where contiguity is not asked for.
    neighbours: Vec<Vec<u32>>,
    contiguous: bool,
    /// Pairs of units that must not share a site.
    apart: Vec<(u32, u32)>,
    /// As a site, outside.
    sites: u32,
    /// Rows seen by a search, by its number.
    seen: RefCell<(u32, Vec<u32>)>,
}

impl<'a> Rules<'a> {
    pub(super) fn of(task: &Task<'_>, units: &'a Units) -> Self {
        let mut neighbours = vec![vec![]; task.reach.shape().0];
        for &(a, b) in task.neighbours.iter().flatten() {
            neighbours[a as usize].push(b);
            neighbours[b as usize].push(a);
        }
        let unit = |row: u32| units.of_row[row as usize];
        let apart = task.apart.iter().filter_map(|&(a, b)| Some((unit(a)?, unit(b)?))).collect();
        let (contiguous, sites) = (task.neighbours.is_some(), task.capacity.len() as u32);
        let seen = RefCell::new((0, vec![0; neighbours.len()]));
        Self { units, neighbours, contiguous, apart, sites, seen }
    }

    /// Units that must not share a site with this one.
    fn apart_from(&self, unit: u32) -> impl Iterator<Item = u32> + '_ {
        self.apart.iter().filter_map(move |&(a, b)| if a == unit { Some(b) } else { (b == unit).then_some(a) })
    }

    /// Whether units may move, as far as pairs that must be apart go.
    pub(super) fn may_move(&self, moves: &[(u32, u32)], site_of: &[u32]) -> bool {
        if self.apart.is_empty() {
            return true;
        }
        let site = |unit: u32| {
            let own = moves.iter().find(|(known, _)| *known == unit);
            own.map_or(site_of[unit as usize], |(_, to)| *to)
        };
        moves.iter().all(|&(unit, to)| to == self.sites || self.apart_from(unit).all(|other| site(other) != to))
    }

    /// Whether no two that must be apart share a site.
    pub(super) fn are_apart(&self, site_of: &[u32]) -> bool {
        self.apart.iter().all(|&(a, b)| {
            let site = site_of[a as usize];
            site == self.sites || site != site_of[b as usize]
        })
    }

    /// How many pieces a site's catchment has; one where contiguity is not asked for.
    pub(super) fn count_pieces(&self, members: &[u32], site: u32, site_of: &[u32]) -> u32 {
        if !self.contiguous || members.is_empty() || site == self.sites {
            return u32::from(!members.is_empty());
        }
        let mut seen = self.seen.borrow_mut();
        let (mark, seen) = (seen.0 + 1, &mut *seen);
        seen.0 = mark;
        let mut open: Vec<u32> = vec![];
        let mut pieces = 0;
        for &row in members.iter().flat_map(|&unit| &self.units.rows[unit as usize]) {
            if std::mem::replace(&mut seen.1[row as usize], mark) == mark {
                continue;
            }
            pieces += 1;
            open.push(row);
            while let Some(row) = open.pop() {
                for &beside in &self.neighbours[row as usize] {
                    let here = self.units.of_row[beside as usize].is_some_and(|unit| site_of[unit as usize] == site);
                    if here && std::mem::replace(&mut seen.1[beside as usize], mark) != mark {
                        open.push(beside);
                    }
                }
            }
        }
        pieces
    }

    /// The pieces of a site's catchment, as rows, the one with most people first.
    fn pieces(&self, site: u32, site_of: &[u32]) -> Vec<Vec<u32>> {
        let here = |row: u32| self.units.of_row[row as usize].is_some_and(|unit| site_of[unit as usize] == site);
        let members = (0..site_of.len()).filter(|&unit| site_of[unit] == site);
        let mut seen = std::collections::BTreeSet::new();
        let mut pieces: Vec<Vec<u32>> = vec![];
        for row in members.flat_map(|unit| self.units.rows[unit].iter().copied()) {
            if !seen.insert(row) {
                continue;
            }
            let mut piece = vec![row];
            let mut next = 0;
            while let Some(&row) = piece.get(next) {
                next += 1;
                for &beside in &self.neighbours[row as usize] {
                    if here(beside) && seen.insert(beside) {
                        piece.push(beside);
                    }
                }
            }
            pieces.push(piece);
        }
        pieces.sort_by(|a, b| self.people(b).total_cmp(&self.people(a)).then(a[0].cmp(&b[0])));
        pieces
    }

    fn people(&self, rows: &[u32]) -> f64 {
        rows.iter().map(|&row| self.share(row)).sum()
    }

    /// People of a row, as its part of its unit.
    fn share(&self, row: u32) -> f64 {
        self.units.of_row[row as usize]
            .map_or(0.0, |unit| self.units.size[unit as usize] / self.units.rows[unit as usize].len() as f64)
    }

    pub(super) fn is_contiguous(&self) -> bool {
        self.contiguous
    }

    /// Branches that leave out this assignment and no other that keeps the rules; `None` if it keeps them.
    ///
    /// `may_go` says whether a unit can still go to a site at this node.
    pub(super) fn branches(&self, site_of: &[u32], may_go: impl Fn(u32, u32) -> bool) -> Option<Vec<Vec<Fix>>> {
        for &(a, b) in &self.apart {
            let site = site_of[a as usize];
            if site == site_of[b as usize] && site < self.sites {
                return Some(vec![vec![Fix::Not(a, site)], vec![Fix::Only(a, site), Fix::Not(b, site)]]);
            }
        }
        if !self.contiguous {
            return None;
        }
        for site in 0..self.sites {
            let pieces = self.pieces(site, site_of);
            // The largest of the strays decides most.
            let Some(stray) = pieces.get(1) else { continue };
            let biggest = |piece: &[u32]| {
                let units = piece.iter().filter_map(|&row| self.units.of_row[row as usize]);
                units.max_by(|&a, &b| {
                    self.units.size[a as usize].total_cmp(&self.units.size[b as usize]).then(b.cmp(&a))
                })
            };
            let (Some(cut_off), Some(main)) = (biggest(stray), biggest(&pieces[0])) else { continue };
            // Whoever keeps both must lead out of the stray piece over one of these.
            let mut around: Vec<u32> = stray
                .iter()
                .flat_map(|&row| &self.neighbours[row as usize])
                .filter(|row| !stray.contains(row))
                .filter_map(|&row| self.units.of_row[row as usize])
                .filter(|&unit| unit != cut_off && unit != main && may_go(unit, site))
                .collect();
            around.sort_unstable();
            around.dedup();
            let mut branches = vec![vec![Fix::Not(cut_off, site)]];
            let mut so_far = vec![Fix::Only(cut_off, site)];
            if main != cut_off {
                branches.push(vec![Fix::Only(cut_off, site), Fix::Not(main, site)]);
                so_far.push(Fix::Only(main, site));
            }
            for unit in around {
                branches.push([so_far.as_slice(), &[Fix::Only(unit, site)]].concat());
                so_far.push(Fix::Not(unit, site));
            }
            return Some(branches);
        }
        None
    }
}
