//! Sums of coverage over a city, a town, a service.

use serde::Serialize;

use super::{Row, RowStatus};

/// People and committees, covered and not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Totals {
    /// People whose number is known, wherever they live.
    pub people: f64,
    /// People within the limit.
    pub people_covered: f64,
    /// Committees.
    pub committees: usize,
    /// Committees all of whose people are within the limit.
    pub covered: usize,
    /// Committees some of whose people are.
    pub partial: usize,
    /// Committees whose people are all beyond it, or cannot walk to a centre.
    pub beyond: usize,
    /// Committees of which it is not known, because no street is near or the
    /// streets end too soon: their people count, but not as covered.
    pub unknown: usize,
    /// Committees without a place: their people count, but not as covered.
    pub unlocated: usize,
    /// Committees of unknown population: they count in no number of people.
    pub population_unknown: usize,
}

impl Totals {
    /// Sums in the rows' order, so that the same rows give the same bits.
    pub(crate) fn of<'a>(rows: impl Iterator<Item = &'a Row>) -> Self {
        let mut totals = Self::default();
        for row in rows {
            totals.committees += 1;
            match (row.people, row.people_covered()) {
                (Some(people), Some(covered)) => {
                    totals.people += people;
                    totals.people_covered += covered;
                }
                _ => totals.population_unknown += 1,
            }
            match row.status {
                RowStatus::Covered => totals.covered += 1,
                RowStatus::Partial => totals.partial += 1,
                RowStatus::BeyondLimit | RowStatus::Unreachable => totals.beyond += 1,
                RowStatus::Clipped | RowStatus::Unsnapped => totals.unknown += 1,
                RowStatus::Unlocated => totals.unlocated += 1,
            }
        }
        totals
    }

    /// Share of people within the limit, 0 to 1; `None` where nobody is known to live.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.people > 0.0).then(|| self.people_covered / self.people)
    }

    /// Share of committees all of whose people are within the limit, 0 to 1.
    #[must_use]
    pub fn share_of_committees(&self) -> Option<f64> {
        (self.committees > 0).then(|| self.covered as f64 / self.committees as f64)
    }
}

/// Totals of a town or a service.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// Name of the town or service.
    pub name: String,
    /// Its sums.
    #[serde(flatten)]
    pub totals: Totals,
}
