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
        let mut units = Self { rows: vec![], of_row: vec![None; rows], size: vec![], arcs: vec![], longest: vec![] };
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
        self.rows.push(members);
        self.size.push(size);
        self.arcs.push(arcs);
        self.longest.push(longest);
        Ok(())
    }

    /// What leaving a person out costs: more than any chain of moves that would make room.
    pub(super) fn outside_m(&self) -> f64 {
        let longest = self.arcs.iter().flatten().map(|(_, walk_m)| *walk_m).fold(1.0, f64::max);
        let sites = self.arcs.iter().flatten().map(|(site, _)| site + 1).max().unwrap_or(1);
        longest * 2.0 * f64::from(sites + 1)
    }

    /// The same units without walks beyond a limit; those left without a site stay, and fit nowhere.
    pub(super) fn within(&self, limit_m: f64) -> Self {
        let mut units = self.clone();
        for (arcs, longest) in units.arcs.iter_mut().zip(&mut units.longest) {
            let kept: Vec<bool> = longest.iter().map(|&longest| longest <= limit_m).collect();
            let mut keep = kept.iter();
            arcs.retain(|_| *keep.next().unwrap_or(&false));
            longest.retain(|&longest| longest <= limit_m);
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

    /// A bound on walked person-metres from one that counts the people outside too.
    pub(super) fn walked_bound(&self, task: &Task<'_>, bound: f64, parts: &[(u32, u32, f64)]) -> f64 {
        let placed: f64 = parts.iter().map(|part| part.2).sum();
        let all: f64 = self.rows.iter().flatten().map(|&row| task.people[row as usize]).sum();
        let outside = (all - placed).max(0.0);
        // Rounding of the sum of people must not pass for somebody outside.
        let outside = if outside <= 1e-9 * all { 0.0 } else { outside };
        bound - outside * self.outside_m()
    }
}
