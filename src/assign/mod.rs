//! Assignment (分配): which committee belongs to which centre.

pub mod capacity;
mod choice;
mod paced;

pub use choice::{Choice, ChoiceGroup, ChoiceRow, ChoiceTotals, Flow, compare_choice};
pub use paced::{PacedAssignment, assign_paced};
use serde::Serialize;

use crate::{
    city::City,
    control::Control,
    coverage::{Provenance, Question, RowStatus, coverage},
    error::Result,
    standard::Standard,
    walk::{OnPlane, Walk},
};

/// What to ask of an assignment.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Leave committees unassigned whose mean walk is longer; `None` assigns all.
    pub minutes: Option<f64>,
    /// Walking speed, metres per second.
    pub speed_m_per_s: f64,
    /// Count only centres that offer this service.
    pub service: Option<String>,
    /// Count this measure instead of all residents.
    pub group: Option<String>,
}

/// One committee's centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// `Covered` when assigned; otherwise why it is not.
    pub status: RowStatus,
    /// The centre.
    pub facility: Option<u32>,
    /// Mean walk of its people to that centre, metres.
    pub walk_m: Option<f64>,
    /// People (or the group asked for); `None` is unknown.
    pub people: Option<f64>,
}

/// The committees and people of one centre (服务范围).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Catchment {
    /// Row of the centre.
    pub facility: u32,
    /// Committees assigned to it.
    pub committees: usize,
    /// Their people, where known.
    pub people: f64,
    /// Mean walk of these people, metres; `None` where there are none.
    pub mean_walk_m: Option<f64>,
    /// Longest mean walk of one of its committees, metres.
    pub farthest_m: Option<f64>,
}

/// Which committee belongs to which centre: one row per committee, and one catchment per open centre.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    rows: Vec<Row>,
    catchments: Vec<Catchment>,
    provenance: Provenance,
}

/// Assign every committee, whole, to the centre nearest to most of its people.
///
/// Existing centres only. Ties go to the lower row. The walk of a committee is
/// the mean over its people to the centre it is assigned to, which for some of
/// them may not be the nearest.
///
/// # Errors
/// As [`coverage`], and [`Error::Parameter`](crate::Error::Parameter) for
/// minutes or a speed that cannot be.
pub fn nearest(city: &City, walk: &dyn Walk, rule: &Rule, control: &Control) -> Result<Assignment> {
    // Without a limit any will do here: only the nearest centres are used.
    let standard = Standard::new(rule.minutes.unwrap_or(15.0), rule.speed_m_per_s)?;
    let question = Question { standard, service: rule.service.clone(), group: rule.group.clone(), speeds: vec![] };
    let found = coverage(city, walk, &question, control)?;
    let walks = mean_walks(city, walk, found.rows().iter().map(|row| row.nearest), control)?;
    let limit_m = rule.minutes.map(|_| standard.limit_m());
    let rows: Vec<Row> = found
        .rows()
        .iter()
        .zip(walks)
        .map(|(row, walk_m)| {
            let (status, facility) = match (row.nearest, walk_m) {
                (Some(_), Some(walk_m)) if limit_m.is_some_and(|limit_m| walk_m > limit_m) => {
                    (RowStatus::BeyondLimit, None)
                }
                (Some(facility), Some(_)) => (RowStatus::Covered, Some(facility)),
                _ => (row.status, None),
            };
            Row { status, facility, walk_m, people: row.people }
        })
        .collect();
    let open = city.facilities().open(rule.service.as_deref())?;
    let provenance = Provenance { minutes: rule.minutes, limit_m, ..found.provenance().clone() };
    Ok(Assignment { catchments: catchments(&open, &rows), rows, provenance })
}

/// Mean walk of each committee's people to the centre named for it.
fn mean_walks(
    city: &City,
    walk: &dyn Walk,
    facility: impl Iterator<Item = Option<u32>>,
    control: &Control,
) -> Result<Vec<Option<f64>>> {
    let points = &city.demand().points;
    let facility: Vec<Option<u32>> = facility.collect();
    let (mut from, mut to) = (vec![], vec![]);
    for (row, facility) in facility.iter().enumerate() {
        let Some(facility) = *facility else { continue };
        from.extend_from_slice(&points.xy[points.of(row)]);
        to.resize(from.len(), city.facilities().xy[facility as usize]);
    }
    let walk = OnPlane::new(walk, &city.frame().plane)?;
    let mut walks = walk.between(&from, &to, control)?.into_iter();
    let mean = |(row, facility): (usize, &Option<u32>)| {
        (*facility)?;
        let parts = points.of(row).map(|point| points.share[point]);
        // Take every walk of the row, also after one that has no way.
        let walked: Vec<Option<f64>> = parts.map(|part| Some(part * walks.next()??)).collect();
        walked.into_iter().sum::<Option<f64>>()
    };
    Ok(facility.iter().enumerate().map(mean).collect())
}

/// Sum the rows by centre, every open centre once, in its order.
fn catchments(open: &[u32], rows: &[Row]) -> Vec<Catchment> {
    let empty =
        |&facility: &u32| Catchment { facility, committees: 0, people: 0.0, mean_walk_m: None, farthest_m: None };
    let mut catchments: Vec<Catchment> = open.iter().map(empty).collect();
    let mut walked = vec![0.0; open.len()];
    for row in rows {
        let Some(place) = row.facility.and_then(|facility| open.binary_search(&facility).ok()) else { continue };
        let catchment = &mut catchments[place];
        catchment.committees += 1;
        catchment.people += row.people.unwrap_or(0.0);
        catchment.farthest_m = [catchment.farthest_m, row.walk_m].into_iter().flatten().reduce(f64::max);
        walked[place] += row.people.unwrap_or(0.0) * row.walk_m.unwrap_or(0.0);
    }
    for (catchment, walked) in catchments.iter_mut().zip(walked) {
        catchment.mean_walk_m = (catchment.people > 0.0).then(|| walked / catchment.people);
    }
    catchments
}

impl Assignment {
    /// One row per committee, in the data's order.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// One catchment per open centre, in the facilities' order.
    #[must_use]
    pub fn catchments(&self) -> &[Catchment] {
        &self.catchments
    }

    /// The assumptions.
    #[must_use]
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }
}
