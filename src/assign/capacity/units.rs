//! What is assigned as one: a row, or the rows that go together.

use super::Task;
use crate::error::{Error, Result};

/// Rows that go together, with the sites they may go to.
#[derive(Debug, Clone)]
pub(super) struct Units {
    /// Rows of each unit.
    pub(super) rows: Vec<Vec<u32>>,
    /// The unit of each row.
    pub(super) of_row: Vec<Option<u32>>,
    /// People of each unit.
    pub(super) size: Vec<f64>,
    /// What each unit adds to further measures: a list of units for each.
    pub(super) amount: Vec<Vec<f64>>,
    /// People of each unit who would not stay where they are today, at each of its sites, and outside.
    pub(super) moved: Vec<Vec<f64>>,
    pub(super) moved_out: Vec<f64>,
    /// Sites and metres for each of its people.
    pub(super) arcs: Vec<Vec<(u32, f64)>>,
    /// The longest walk of one of its rows to each of these sites.
    pub(super) longest: Vec<Vec<f64>>,
}

impl Units {
    /// Units of a task; rows without any site are in none.
    pub(super) fn of(task: &Task<'_>) -> Result<Self> {
        let rows = task.reach.shape().0;
        let mut group: Vec<usize> = (0..rows).collect();
        for together in &task.together {
            let lowest = together.iter().map(|&row| group[row as usize]).min().unwrap_or(0);
            let merged: Vec<usize> = together.iter().map(|&row| group[row as usize]).collect();
            group.iter_mut().filter(|of| merged.contains(of)).for_each(|of| *of = lowest);
        }
        let mut members: Vec<Vec<u32>> = vec![vec![]; rows];
        (0..rows).for_each(|row| members[group[row]].push(row as u32));
        let mut units = Self::none(rows, task.measures.len());
        for members in members.into_iter().filter(|members| !members.is_empty()) {
            units.push(task, members)?;
        }
        Ok(units)
    }

    fn push(&mut self, task: &Task<'_>, members: Vec<u32>) -> Result<()> {
        let size: f64 = members.iter().map(|&row| task.people[row as usize]).sum();
        // Where nobody is counted, rows count alike.
        let part = |row: u32| if size > 0.0 { task.people[row as usize] / size } else { 1.0 / members.len() as f64 };
        let (mut arcs, mut longest) = (vec![], vec![]);
        for (site, _) in task.sites_of(members[0] as usize) {
            let walks: Option<Vec<f64>> = members
                .iter()
                .map(|&row| task.sites_of(row as usize).find(|(known, _)| *known == site).map(|to| to.1))
                .collect();
            let Some(walks) = walks else { continue };
            // A unit of one row keeps its walk to the bit.
            let mean = walks.iter().zip(&members).map(|(walk, &row)| walk * part(row)).sum::<f64>();
            arcs.push((site, if walks.len() == 1 { walks[0] } else { mean }));
            longest.push(walks.iter().copied().fold(0.0, f64::max));
        }
        if arcs.is_empty() {
            if members.len() > 1 {
                return Err(Error::parameter(
                    "together",
                    &format!("{members:?}"),
                    "no site may serve all of these rows",
                ));
            }
            return Ok(());
        }
        let unit = self.rows.len() as u32;
        for &row in &members {
            self.of_row[row as usize] = Some(unit);
        }
        let today = |row: u32| task.today.as_ref().and_then(|today| today[row as usize]);
        let moved = |site: Option<u32>| {
            let moves = members.iter().filter(|&&row| today(row).is_some_and(|today| Some(today) != site));
            moves.map(|&row| task.people[row as usize]).sum::<f64>()
        };
        self.moved.push(arcs.iter().map(|&(site, _)| moved(Some(site))).collect());
        self.moved_out.push(moved(None));
        for (amounts, measure) in self.amount.iter_mut().zip(&task.measures) {
            amounts.push(members.iter().map(|&row| measure.amount[row as usize]).sum());
        }
        self.rows.push(members);
        self.size.push(size);
        self.arcs.push(arcs);
        self.longest.push(longest);
        Ok(())
    }

    fn none(rows: usize, measures: usize) -> Self {
        Self {
            rows: vec![],
            of_row: vec![None; rows],
            size: vec![],
            amount: vec![vec![]; measures],
            moved: vec![],
            moved_out: vec![],
            arcs: vec![],
            longest: vec![],
        }
    }

    /// The units of a component alone.
    pub(super) fn part(&self, members: &[u32]) -> Self {
        fn pick<T: Clone>(of: &[T], members: &[u32]) -> Vec<T> {
            members.iter().map(|&unit| of[unit as usize].clone()).collect()
        }
        let mut of_row = vec![None; self.of_row.len()];
        for (at, &unit) in members.iter().enumerate() {
            self.rows[unit as usize].iter().for_each(|&row| of_row[row as usize] = Some(at as u32));
        }
        Self {
            rows: pick(&self.rows, members),
            of_row,
            size: pick(&self.size, members),
            amount: self.amount.iter().map(|amounts| pick(amounts, members)).collect(),
            moved: pick(&self.moved, members),
            moved_out: pick(&self.moved_out, members),
            arcs: pick(&self.arcs, members),
            longest: pick(&self.longest, members),
        }
    }

    /// What leaving a person out costs: more than any chain of moves that would make room.
    pub(super) fn outside_m(&self, moved_m: f64) -> f64 {
        let longest = moved_m + self.arcs.iter().flatten().map(|(_, walk_m)| *walk_m).fold(1.0, f64::max);
        let sites = self.arcs.iter().flatten().map(|(site, _)| site + 1).max().unwrap_or(1);
        longest * 2.0 * f64::from(sites + 1)
    }

    /// The same units without walks beyond a limit; those left without a site stay, and fit nowhere.
    pub(super) fn within(&self, limit_m: f64) -> Self {
        let mut units = self.clone();
        for unit in 0..units.rows.len() {
            let kept: Vec<bool> = units.longest[unit].iter().map(|&longest| longest <= limit_m).collect();
            let (mut of_arc, mut of_moved) = (kept.iter(), kept.iter());
            units.arcs[unit].retain(|_| *of_arc.next().unwrap_or(&false));
            units.moved[unit].retain(|_| *of_moved.next().unwrap_or(&false));
            units.longest[unit].retain(|&longest| longest <= limit_m);
        }
        units
    }

    /// Rows, sites and people of who goes where; outside is left out.
    pub(super) fn parts(&self, task: &Task<'_>, at: &[Vec<(u32, f64)>]) -> Vec<(u32, u32, f64)> {
        let mut parts = vec![];
        for (unit, at) in at.iter().enumerate() {
            for &(site, people) in at.iter().filter(|(site, _)| (*site as usize) < task.capacity.len()) {
                // Whole rows keep their people to the bit.
                let share = if at.len() == 1 || self.size[unit] == 0.0 { 1.0 } else { people / self.size[unit] };
                parts.extend(self.rows[unit].iter().map(|&row| (row, site, task.people[row as usize] * share)));
            }
        }
        parts
    }

    /// People with a site today who have none to go to.
    pub(super) fn moved_anyway(&self, task: &Task<'_>) -> f64 {
        let today = task.today.iter().flatten().zip(&self.of_row).zip(task.people);
        today.filter(|((today, unit), _)| today.is_some() && unit.is_none()).map(|(_, people)| people).sum()
    }
}
