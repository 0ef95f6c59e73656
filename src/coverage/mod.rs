//! Coverage (覆盖): who is within a walk of a centre, and who is not.

mod compare;
mod groups;
mod question;
mod robust;
mod row;
mod severance;
mod street_report;
mod totals;
mod why;

pub use compare::{Comparison, compare};
pub use groups::{GroupRows, GroupTotals};
pub use question::{Provenance, Question};
pub use robust::{Change, Loss, Robustness, robustness};
pub use row::{Row, RowStatus};
pub use severance::{Severance, severance};
pub use street_report::{Hotspot, Search, StreetReport, street_report};
pub use totals::{Group, Totals};
pub use why::{WayTo, Why, explain};

use self::row::measure_row;
use crate::{
    city::City,
    control::Control,
    error::Result,
    paces::Walkers,
    reach::Nearest,
    walk::{OnPlane, Walk},
};

/// Who is within the standard of a centre: one row per committee, in the data's order.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    rows: Vec<Row>,
    /// Minutes of each row's mean walk, each person at their own speed.
    minutes: Vec<Option<f64>>,
    /// By walking speed, where there is more than one.
    groups: Vec<GroupRows>,
    town: Vec<Option<u32>>,
    town_names: Vec<String>,
    provenance: Provenance,
}

/// Measure coverage: for each committee its status, nearest centre and walk.
///
/// Only existing centres count, and of those the ones that offer the service
/// asked for. Each demand point walks to its nearest one; a walk of exactly the
/// limit is within. Groups with a speed of their own have a limit of their own, and
/// everyone is counted once. Costs one nearest-site question per demand point.
///
/// # Errors
/// [`Error::Unknown`](crate::Error::Unknown) for a service or group that is not
/// in the data, [`Error::NoFacility`](crate::Error::NoFacility) when no centre
/// is open, [`Error::Interrupted`](crate::Error::Interrupted).
pub fn coverage(city: &City, walk: &dyn Walk, question: &Question, control: &Control) -> Result<Coverage> {
    let open = city.facilities().open(question.service.as_deref())?;
    let people = city.demand().weight(question.group.as_deref())?;
    let standard = question.standard;
    let apart = question.walkers(city)?;
    let nearest = nearest(city, walk, &open, control)?;
    let (rows, minutes, groups) = if question.speeds.is_empty() {
        let rows = measure_rows(city, people, &nearest, &open, standard.limit_m());
        let minutes = rows.iter().map(|row| row.walk_m.map(|walk_m| standard.minutes_for(walk_m))).collect();
        (rows, minutes, vec![])
    } else {
        // The nearest centre is the same at any speed; only the limit differs.
        let of = |walkers: Walkers| {
            let rows = measure_rows(city, &walkers.people, &nearest, &open, walkers.limit_m);
            GroupRows { walkers, rows }
        };
        let groups: Vec<GroupRows> = apart.into_iter().map(of).collect();
        let (rows, minutes) = groups::combined(&groups, standard);
        (rows, minutes, groups)
    };
    Ok(Coverage {
        rows,
        minutes,
        groups,
        town: city.demand().town.clone(),
        town_names: city.towns().name.clone(),
        provenance: Provenance::of(city, walk, question),
    })
}

/// One row per committee: who of these people is within a limit of one of these centres.
pub(crate) fn rows(
    city: &City,
    walk: &dyn Walk,
    people: &[Option<f64>],
    open: &[u32],
    limit_m: f64,
    control: &Control,
) -> Result<Vec<Row>> {
    let nearest = nearest(city, walk, open, control)?;
    Ok(measure_rows(city, people, &nearest, open, limit_m))
}

/// The nearest of these centres to every demand point.
fn nearest(city: &City, walk: &dyn Walk, open: &[u32], control: &Control) -> Result<Nearest> {
    let points = &city.demand().points.xy;
    if open.is_empty() {
        return Ok(Nearest::none(points.len()));
    }
    OnPlane::new(walk, &city.frame().plane)?.nearest(points, &city.facilities().places(open), control)
}

/// Gather all points into the rows of their committees.
fn measure_rows(city: &City, people: &[Option<f64>], nearest: &Nearest, open: &[u32], limit_m: f64) -> Vec<Row> {
    (0..city.demand().len()).map(|row| measure_row(city, row, people[row], nearest, 0, open, limit_m)).collect()
}

/// Coverage by each service that some existing centre offers, most covered first.
///
/// # Errors
/// As [`coverage`].
pub fn by_service(city: &City, walk: &dyn Walk, question: &Question, control: &Control) -> Result<Vec<Group>> {
    let facilities = city.facilities();
    let offered = facilities.service_names.iter().filter(|name| facilities.open(Some(name)).is_ok());
    let mut groups = offered
        .map(|name| {
            let question = Question { service: Some(name.clone()), ..question.clone() };
            Ok(Group { name: name.clone(), totals: coverage(city, walk, &question, control)?.totals() })
        })
        .collect::<Result<Vec<_>>>()?;
    groups.sort_by(|a, b| b.totals.people_covered.total_cmp(&a.totals.people_covered).then(a.name.cmp(&b.name)));
    Ok(groups)
}

impl Coverage {
    /// One row per committee, in the data's order.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Minutes of each row's mean walk, each of its people at their own speed.
    #[must_use]
    pub fn minutes(&self) -> &[Option<f64>] {
        &self.minutes
    }

    /// By walking speed, the groups asked for and all others; empty where everyone walks at one speed.
    #[must_use]
    pub fn groups(&self) -> &[GroupRows] {
        &self.groups
    }

    /// Sums for each walking speed: they add up to the totals.
    #[must_use]
    pub fn by_group(&self) -> Vec<GroupTotals> {
        self.groups.iter().map(GroupRows::totals).collect()
    }

    /// The assumptions.
    #[must_use]
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// Sums over the whole city.
    #[must_use]
    pub fn totals(&self) -> Totals {
        Totals::of(self.rows.iter())
    }

    /// Sums for each town, in the towns' order; committees without a town come
    /// last, under an empty name. Towns without committees are left out.
    #[must_use]
    pub fn by_town(&self) -> Vec<Group> {
        let towns = (0..self.town_names.len() as u32).map(Some).chain([None]);
        let groups = towns.map(|town| {
            let rows = self.rows.iter().zip(&self.town).filter(|(_, of)| **of == town).map(|(row, _)| row);
            let name = town.map_or(String::new(), |town| self.town_names[town as usize].clone());
            Group { name, totals: Totals::of(rows) }
        });
        groups.filter(|group| group.totals.committees > 0).collect()
    }

    /// Committees that are not wholly covered, most people beyond the limit
    /// first; those of unknown population come last. Ties keep the data's order.
    #[must_use]
    pub fn uncovered(&self) -> Vec<u32> {
        let mut rows: Vec<u32> =
            (0..self.rows.len() as u32).filter(|&row| self.rows[row as usize].status != RowStatus::Covered).collect();
        let beyond = |row: u32| self.rows[row as usize].people_uncovered().unwrap_or(-1.0);
        rows.sort_by(|&a, &b| beyond(b).total_cmp(&beyond(a)).then(a.cmp(&b)));
        rows
    }
}
