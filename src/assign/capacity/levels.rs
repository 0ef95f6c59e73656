//! People of an assignment by what becomes of them.

use std::iter::Sum;

use serde::Serialize;

use super::{CapacityPlan, CityAssignment};

/// People with a place, near centres without room, and without any centre in reach.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Levels {
    /// People whose number is known.
    pub people: f64,
    /// With a place.
    pub served: f64,
    /// In reach of a centre they may go to, but there is no room.
    pub no_capacity: f64,
    /// Without a centre they may go to in reach.
    pub out_of_reach: f64,
}

impl Levels {
    /// What a plan makes of the people of a row; `None` is unknown.
    pub(crate) fn of(people: Option<f64>, plan: &CapacityPlan, row: usize) -> Self {
        let Some(people) = people else { return Self::default() };
        if !plan.in_reach[row] {
            return Self { people, out_of_reach: people, ..Self::default() };
        }
        let served = plan.served[row].min(people);
        // Parts that sum up to all but a rounding are all.
        let no_capacity = if people - served <= 1e-9 * people { 0.0 } else { people - served };
        Self { people, served: people - no_capacity, no_capacity, out_of_reach: 0.0 }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.people += other.people;
        self.served += other.served;
        self.no_capacity += other.no_capacity;
        self.out_of_reach += other.out_of_reach;
    }
}

impl Sum for Levels {
    fn sum<Each: Iterator<Item = Self>>(all: Each) -> Self {
        all.fold(Self::default(), |mut sum, one| {
            sum.add(one);
            sum
        })
    }
}

impl CityAssignment {
    /// One committee's people by what becomes of them.
    #[must_use]
    pub fn levels_of(&self, row: usize) -> Levels {
        self.levels[row]
    }

    /// The same for the whole district.
    #[must_use]
    pub fn levels(&self) -> Levels {
        self.levels_by(|_| Some(0), 1).pop().unwrap_or_default()
    }

    /// The same summed up by group of rows; rows of no group are left out.
    #[must_use]
    pub fn levels_by(&self, group: impl Fn(usize) -> Option<usize>, groups: usize) -> Vec<Levels> {
        let mut sums = vec![Levels::default(); groups];
        for row in 0..self.people.len() {
            if let Some(group) = group(row) {
                sums[group].add(self.levels_of(row));
            }
        }
        sums
    }

    /// The same for each centre: those it serves, and those without a place to
    /// whom it is the nearest. People out of reach belong to none.
    #[must_use]
    pub fn levels_by_centre(&self) -> Vec<Levels> {
        let mut sums = vec![Levels::default(); self.facility.len()];
        for &(_, site, people) in &self.plan.parts {
            sums[site as usize].served += people;
            sums[site as usize].people += people;
        }
        for row in 0..self.people.len() {
            let turned_away = self.levels_of(row).no_capacity;
            if let Some((site, _)) = self.free_choice[row] {
                sums[site as usize].no_capacity += turned_away;
                sums[site as usize].people += turned_away;
            }
        }
        sums
    }
}
