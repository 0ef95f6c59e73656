//! What each new centre is worth: what it brings, and what is lost without it.

use super::{ask::Model, table::Table};

/// What a new centre is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Worth {
    pub site: u32,
    /// What it adds to those before it, in the unit of the model; infinite where it is the first of all.
    pub gained: f64,
    /// What is lost when it alone is left out.
    pub lost: f64,
    /// The same two in people within the standard.
    pub people_gained: f64,
    pub people_lost: f64,
}

/// Walks of each row to its nearest open site, and to the second nearest.
pub(super) struct Walks {
    first: Vec<(u32, f64)>,
    second_m: Vec<f64>,
}

const NONE: u32 = u32::MAX;

impl Walks {
    /// With these sites open.
    pub(super) fn with(table: &Table, open: impl Iterator<Item = u32>) -> Self {
        let rows = table.rows.len();
        let mut walks = Self { first: vec![(NONE, f64::INFINITY); rows], second_m: vec![f64::INFINITY; rows] };
        let mut open: Vec<u32> = open.collect();
        // Ties go to the lower site, whatever the order they came in.
        open.sort_unstable();
        for site in open {
            walks.open(table, site);
        }
        walks
    }

    fn open(&mut self, table: &Table, site: u32) {
        for (row, walk_m) in table.reach.column(site as usize) {
            let (first, second_m) = (&mut self.first[row as usize], &mut self.second_m[row as usize]);
            if walk_m < first.1 {
                *second_m = first.1;
                *first = (site, walk_m);
            } else {
                *second_m = second_m.min(walk_m);
            }
        }
    }

    /// The nearest open site of a row and the walk to it, metres.
    pub(super) fn nearest(&self, row: usize) -> Option<(u32, f64)> {
        Some(self.first[row]).filter(|(site, _)| *site != NONE)
    }

    /// People within the standard.
    pub(super) fn covered(&self, table: &Table) -> f64 {
        (0..self.first.len()).map(|row| covered(table, row, self.first[row].1)).sum()
    }

    /// Person-metres, and the people who walk them.
    pub(super) fn walked(&self, table: &Table) -> (f64, f64) {
        let rows = (0..self.first.len()).filter(|&row| self.first[row].1.is_finite());
        rows.fold((0.0, 0.0), |(metres, people), row| {
            (metres + table.weight[row] * self.first[row].1, people + table.weight[row])
        })
    }
}

fn covered(table: &Table, row: usize, walk_m: f64) -> f64 {
    if walk_m <= table.limit_m(row) { table.weight[row] } else { 0.0 }
}

/// What a row counts at this walk, in the unit of the model; more is better.
fn value(table: &Table, row: usize, walk_m: f64) -> f64 {
    match table.model {
        Model::PMedian => -table.weight[row] * walk_m,
        Model::Gradual { .. } => table.weight[row] * table.counted(walk_m),
        Model::Mclp | Model::Lscp | Model::PCenter => covered(table, row, walk_m),
    }
}

/// The new sites of each phase in the order in which they bring most, and what each is worth.
///
/// Of equals the lower row comes first.
pub(super) fn worths(table: &Table, phases: &[Vec<u32>]) -> Vec<Vec<Worth>> {
    let all = || phases.iter().flatten().copied();
    let after = Walks::with(table, (0..table.existing as u32).chain(all()));
    let mut now = Walks::with(table, 0..table.existing as u32);
    let mut found = vec![];
    for phase in phases {
        let mut left = phase.clone();
        left.sort_unstable();
        let mut worths = vec![];
        while !left.is_empty() {
            let gains: Vec<(f64, f64)> = left.iter().map(|&site| gain(table, &now, site)).collect();
            let best = (0..gains.len()).reduce(|best, next| if gains[next].0 > gains[best].0 { next } else { best });
            let Some(best) = best else { break };
            let site = left.remove(best);
            let (gained, people_gained) = gains[best];
            let (lost, people_lost) = loss(table, &after, site);
            worths.push(Worth { site, gained, lost, people_gained, people_lost });
            now.open(table, site);
        }
        found.push(worths);
    }
    found
}

/// What opening a site adds, in the model's unit and in people within the standard.
fn gain(table: &Table, now: &Walks, site: u32) -> (f64, f64) {
    let mut gained = (0.0, 0.0);
    for (row, walk_m) in table.reach.column(site as usize) {
        let row = row as usize;
        let before = now.first[row].1;
        if walk_m < before {
            gained.0 += value(table, row, walk_m) - value(table, row, before);
            gained.1 += covered(table, row, walk_m) - covered(table, row, before);
        }
    }
    gained
}

/// What closing a site loses, in the model's unit and in people within the standard.
fn loss(table: &Table, after: &Walks, site: u32) -> (f64, f64) {
    let mut lost = (0.0, 0.0);
    for (row, walk_m) in table.reach.column(site as usize) {
        let row = row as usize;
        if after.first[row].0 == site {
            lost.0 += value(table, row, walk_m) - value(table, row, after.second_m[row]);
            lost.1 += covered(table, row, walk_m) - covered(table, row, after.second_m[row]);
        }
    }
    lost
}
