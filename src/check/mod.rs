//! Does the city meet a planning standard (达标检查)? Committee by facility, and circle by circle.
//!
//! A facility of the standard is met for a committee when all its people walk no
//! farther than the lenient reading of the standard to an existing centre that
//! offers it. A facility that no centre of the data names is unknown, not missed.

mod circles;

use serde::Serialize;

pub use circles::{CircleFound, Fit};

use crate::{
    city::City,
    control::Control,
    coverage::{self, Provenance, Question, Row, Totals},
    error::{Error, Result},
    standard::{Edition, Standard},
    walk::Walk,
};

/// The name under which the circle itself is asked for: any existing centre.
pub const ANY_CENTRE: &str = "centre";

/// What was found of one facility of the standard.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedFound {
    /// Its name, [`ANY_CENTRE`] for the circle itself.
    pub service: String,
    /// Its name in the standard.
    pub title: String,
    /// The lenient limit, walking metres.
    pub limit_m: f64,
    /// The strict limit, where the standard gives a band.
    pub strict_m: Option<f64>,
    /// Whether the standard's numbers were seen in a source.
    pub verified: bool,
    /// Existing centres that offer it.
    pub centres: usize,
    /// One row per committee; `None` where no centre of the data names such a service.
    pub rows: Option<Vec<Row>>,
}

impl NeedFound {
    /// Sums over the committees.
    #[must_use]
    pub fn totals(&self) -> Option<Totals> {
        self.rows.as_ref().map(|rows| Totals::of(rows.iter()))
    }
}

/// A city beside a standard.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// The standard.
    pub edition: Edition,
    /// What was found of each facility, the circle first.
    pub needs: Vec<NeedFound>,
    /// One row per existing centre; empty where the standard has no circle.
    pub circles: Vec<CircleFound>,
    /// The assumptions.
    pub provenance: Provenance,
}

/// Compare a city with a standard.
///
/// Distances are walked: a standard that means straight lines is asked with
/// `CrowFly` and a detour of 1. Floor area is the measure
/// `floor_area_m2` of the centres, where they have it.
///
/// # Errors
/// As [`coverage()`](crate::coverage::coverage).
pub fn check(
    city: &City,
    walk: &dyn Walk,
    speed_m_per_s: f64,
    edition: &Edition,
    group: Option<&str>,
    control: &Control,
) -> Result<Check> {
    crate::standard::check_speed(speed_m_per_s)?;
    let people = city.demand().weight(group)?;
    let open = city.facilities().open(None)?;
    let mut needs = vec![];
    let mut circles = vec![];
    if let Some(circle) = &edition.circle {
        let limit_m = circle.limit_m(speed_m_per_s);
        let rows = coverage::rows(city, walk, people, &open, limit_m, control)?;
        circles = circles::circles(city, walk, people, &open, circle, limit_m, control)?;
        needs.push(NeedFound {
            service: ANY_CENTRE.to_owned(),
            title: "any centre 中心".to_owned(),
            limit_m,
            strict_m: strict(circle.radius_m, limit_m),
            verified: circle.verified,
            centres: open.len(),
            rows: Some(rows),
        });
    }
    for need in &edition.facilities {
        let limit_m = need.limit_m(speed_m_per_s);
        let known = names(city, &need.service, &need.title, &need.also);
        let offering: Vec<u32> = open.iter().copied().filter(|&row| offers(city, row, &known)).collect();
        let rows = if known.is_empty() {
            None
        } else {
            Some(coverage::rows(city, walk, people, &offering, limit_m, control)?)
        };
        needs.push(NeedFound {
            service: need.service.clone(),
            title: need.title.clone(),
            limit_m,
            strict_m: strict(need.radius_m, limit_m),
            verified: need.verified,
            centres: offering.len(),
            rows,
        });
    }
    let longest_m = needs.iter().map(|need| need.limit_m).fold(0.0, f64::max);
    let standard = Standard::new(longest_m / speed_m_per_s / 60.0, speed_m_per_s)?;
    let question = Question { standard, service: None, group: group.map(str::to_owned), speeds: vec![] };
    // Each facility has a limit of its own.
    let provenance = Provenance { minutes: None, limit_m: None, ..Provenance::of(city, walk, &question) };
    Ok(Check { edition: edition.clone(), needs, circles, provenance })
}

fn strict(radius_m: Option<crate::standard::Band>, limit_m: f64) -> Option<f64> {
    radius_m.map(|band| band.least).filter(|&least| least < limit_m)
}

/// Places in the city's service names that count as this facility.
fn names(city: &City, service: &str, title: &str, also: &[String]) -> Vec<u16> {
    let counts = |name: &str| name == service || name == title || also.iter().any(|also| also == name);
    let names = city.facilities().service_names.iter().enumerate();
    names.filter(|(_, name)| counts(name)).map(|(place, _)| place as u16).collect()
}

fn offers(city: &City, facility: u32, known: &[u16]) -> bool {
    city.facilities().services[facility as usize].iter().any(|offered| known.contains(offered))
}

impl Check {
    /// What was found of one facility.
    ///
    /// # Errors
    /// [`Error::Unknown`] with the facilities of the standard.
    pub fn need(&self, service: &str) -> Result<&NeedFound> {
        self.needs.iter().find(|need| need.service == service).ok_or_else(|| Error::Unknown {
            kind: "facility",
            name: service.to_owned(),
            known: self.needs.iter().map(|need| need.service.clone()).collect(),
        })
    }

    /// Facilities of the standard that the data does not name.
    #[must_use]
    pub fn unknown(&self) -> Vec<&str> {
        self.needs.iter().filter(|need| need.rows.is_none()).map(|need| need.service.as_str()).collect()
    }

    /// Circles with too few or too many people.
    #[must_use]
    pub fn count_fit(&self, fit: Fit) -> usize {
        self.circles.iter().filter(|circle| circle.fit == Some(fit)).count()
    }
}

/// Whether all, some or none of a committee's people are near enough, for tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// All its people are near enough.
    Met,
    /// Some are.
    Partial,
    /// None is.
    Missed,
    /// The data does not say.
    Unknown,
}

impl Verdict {
    /// The verdict for a row of coverage.
    #[must_use]
    pub fn of(row: &Row) -> Self {
        use coverage::RowStatus::{BeyondLimit, Clipped, Covered, Partial, Unlocated, Unreachable, Unsnapped};
        match row.status {
            Covered => Self::Met,
            Partial => Self::Partial,
            BeyondLimit | Unreachable => Self::Missed,
            Clipped | Unsnapped | Unlocated => Self::Unknown,
        }
    }

    /// The word used in every file and table.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Partial => "partial",
            Self::Missed => "missed",
            Self::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests;
