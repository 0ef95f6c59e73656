//! Coverage (覆盖): who is within a walk of a centre, and who is not.

mod compare;
mod groups;
mod question;
mod robust;
mod severance;
mod street_report;
mod totals;
mod why;

use serde::Serialize;

pub use compare::{Comparison, compare};
pub use groups::{GroupRows, GroupTotals};
pub use question::{Provenance, Question};
pub use robust::{Change, Loss, Robustness, robustness};
pub use severance::{Severance, severance};
pub use street_report::{Hotspot, Search, StreetReport, street_report};
pub use totals::{Group, Totals};
pub use why::{WayTo, Why, explain};

use crate::{
    city::City,
    control::Control,
    error::Result,
    paces::Walkers,
    reach::{Access, Nearest},
    walk::{OnPlane, Walk},
};

/// Whether the people of a committee are within reach of a centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowStatus {
    /// All of them are.
    Covered,
    /// Some are: its finer demand points lie on both sides of the limit.
    Partial,
    /// None is; the nearest centre is farther than the limit.
    BeyondLimit,
    /// There is no way on foot from here to any centre.
    Unreachable,
    /// No centre is found within the limit, but the walks cross the edge of the
    /// streets we know, behind which one may lie.
    Clipped,
    /// No street is near enough to walk to; the walk is unknown.
    Unsnapped,
    /// The committee has no place in the data: its people count, but not as covered.
    Unlocated,
}

impl RowStatus {
    /// All statuses, in the order tables list them.
    pub const ALL: [Self; 7] = [
        Self::Covered,
        Self::Partial,
        Self::BeyondLimit,
        Self::Unreachable,
        Self::Clipped,
        Self::Unsnapped,
        Self::Unlocated,
    ];

    /// The word used in every file and table.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::Partial => "partial",
            Self::BeyondLimit => "beyond_limit",
            Self::Unreachable => "unreachable",
            Self::Clipped => "clipped",
            Self::Unsnapped => "unsnapped",
            Self::Unlocated => "unlocated",
        }
    }
}

/// What was found for one committee.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Whether its people are within reach.
    pub status: RowStatus,
    /// People (or the group asked for) who live there; `None` is unknown.
    pub people: Option<f64>,
    /// Part of its demand points' people within the limit, 0 to 1.
    pub share: f64,
    /// The centre nearest to most of its people; ties go to the lower row.
    pub nearest: Option<u32>,
    /// Mean walk of its people, each to their own nearest centre, metres.
    pub walk_m: Option<f64>,
    /// Longest of those walks, metres.
    pub farthest_m: Option<f64>,
}

impl Row {
    /// People within the limit; `None` where the population is unknown.
    #[must_use]
    pub fn people_covered(&self) -> Option<f64> {
        self.people.map(|people| people * self.share)
    }

    /// People beyond the limit; `None` where the population is unknown.
    #[must_use]
    pub fn people_uncovered(&self) -> Option<f64> {
        self.people.map(|people| people * (1.0 - self.share))
    }
}

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

/// Gather one committee's points into its row; `nearest` begins with the point `first`.
fn measure_row(
    city: &City,
    row: usize,
    people: Option<f64>,
    nearest: &Nearest,
    first: usize,
    open: &[u32],
    limit_m: f64,
) -> Row {
    let points = &city.demand().points;
    let range = points.of(row);
    let located = !range.is_empty();
    let (mut share, mut all_within, mut any_within) = (0.0, true, false);
    let (mut any_clipped, mut all_unsnapped) = (false, true);
    let (mut walk_m, mut reached, mut farthest_m) = (0.0, 0.0, 0.0_f64);
    let mut nearest_of: Vec<(u32, f64)> = Vec::with_capacity(2);
    for point in range {
        let part = points.share[point];
        let within = match nearest.get(point - first) {
            Some((site, metres)) => {
                walk_m += part * metres;
                reached += part;
                farthest_m = farthest_m.max(metres);
                let facility = open[site as usize];
                match nearest_of.iter_mut().find(|(known, _)| *known == facility) {
                    Some((_, people)) => *people += part,
                    None => nearest_of.push((facility, part)),
                }
                metres <= limit_m
            }
            None => false,
        };
        if within {
            share += part;
        }
        any_clipped |= nearest.access(point - first) == Access::Clipped;
        all_unsnapped &= nearest.access(point - first) == Access::Unsnapped;
        all_within &= within;
        any_within |= within;
    }
    let most = nearest_of.iter().copied().reduce(|best, next| {
        let better = next.1 > best.1 || (next.1 >= best.1 && next.0 < best.0);
        if better { next } else { best }
    });
    let status = match (located, all_within, any_within, most) {
        (false, ..) => RowStatus::Unlocated,
        (_, true, ..) => RowStatus::Covered,
        (_, _, true, _) => RowStatus::Partial,
        _ if any_clipped => RowStatus::Clipped,
        (.., None) if all_unsnapped => RowStatus::Unsnapped,
        (.., None) => RowStatus::Unreachable,
        _ => RowStatus::BeyondLimit,
    };
    // Shares that sum to 1 only up to rounding must not make 99.999… % of "all".
    let share = if status == RowStatus::Covered { 1.0 } else { share.min(1.0) };
    Row {
        status,
        people,
        share,
        nearest: most.map(|(facility, _)| facility),
        walk_m: (reached > 0.0).then(|| walk_m / reached),
        farthest_m: most.map(|_| farthest_m),
    }
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
