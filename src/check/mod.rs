//! Does the city meet a planning standard (达标检查)? Committee by facility, and circle by circle.
//!
//! A facility of the standard is met for a committee when all its people walk no
//! farther than the lenient reading of the standard to an existing centre that
//! offers it. A facility that no centre of the data names is unknown, not missed,
//! and what cannot be judged at all is said to be so.

mod circles;
mod cut;

use serde::Serialize;

pub use circles::CircleFound;
pub use cut::{Cut, CutOff, Lines};

use circles::Circles;

use crate::{
    city::City,
    control::Control,
    coverage::{self, Provenance, Question, Row, Totals},
    error::{Error, Result},
    standard::{Edition, Fit, NotJudged, Standard},
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

/// What was found of one finer demand point, taken for a neighbourhood block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlockFound {
    /// Row of its committee.
    pub committee: u32,
    /// People; `None` where those of the committee are not known.
    pub people: Option<f64>,
    /// How they compare with the standard's band.
    pub fit: Option<Fit>,
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
    /// People across a line from their centre, in the order of the committees;
    /// `None` where the standard or the data names no such line.
    pub cut_off: Option<Vec<CutOff>>,
    /// One row per finer demand point, taken for a neighbourhood block (居住街坊); empty
    /// where the standard has no such unit or the data no finer points.
    pub blocks: Vec<BlockFound>,
    /// What the standard asks for and this answer does not say.
    pub not_judged: Vec<NotJudged>,
    /// The assumptions.
    pub provenance: Provenance,
}

/// Compare a city with a standard.
///
/// Distances are walked: a standard that means straight lines is asked with
/// `CrowFly` and a detour of 1. Floor area is the measure
/// `floor_area_m2` of the centres, where they have it. `lines` are the barriers
/// of the city, for standards whose circles must not be cut.
///
/// # Errors
/// As [`coverage()`](crate::coverage::coverage).
pub fn check(
    city: &City,
    walk: &dyn Walk,
    speed_m_per_s: f64,
    edition: &Edition,
    group: Option<&str>,
    lines: Option<&Lines>,
    control: &Control,
) -> Result<Check> {
    crate::standard::check_speed(speed_m_per_s)?;
    let people = city.demand().weight(group)?;
    let open = city.facilities().open(None)?;
    let mut needs = vec![];
    let mut circles = Circles { found: vec![], cut_off: None };
    if let Some(circle) = &edition.circle {
        let limit_m = circle.limit_m(speed_m_per_s);
        let rows = coverage::rows(city, walk, people, &open, limit_m, control)?;
        circles = circles::circles(city, walk, people, &open, (circle, limit_m), lines, control)?;
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
    let blocks = blocks(city, people, edition);
    let not_judged = not_judged(edition, circles.cut_off.is_some(), !blocks.is_empty());
    // Each facility has a limit of its own, so that of the question is not said.
    let standard = Standard::new(1.0, speed_m_per_s)?;
    let question = Question { standard, service: None, group: group.map(str::to_owned), speeds: vec![] };
    // Lines of kinds that the standard does not name change nothing.
    let barriers_hash = circles.cut_off.as_ref().and(lines).and_then(|lines| lines.hash.map(str::to_owned));
    let provenance =
        Provenance { minutes: None, limit_m: None, barriers_hash, ..Provenance::of(city, walk, &question) };
    let Circles { found: circles, cut_off } = circles;
    Ok(Check { edition: edition.clone(), needs, circles, cut_off, blocks, not_judged, provenance })
}

/// Finer demand points as neighbourhood blocks. A committee without finer points is larger than a block.
fn blocks(city: &City, people: &[Option<f64>], edition: &Edition) -> Vec<BlockFound> {
    let points = &city.demand().points;
    let Some(block) = edition.neighbourhood_block.as_ref().filter(|_| points.xy.len() > city.demand().len()) else {
        return vec![];
    };
    let found = people.iter().enumerate().flat_map(|(row, people)| {
        points.of(row).map(move |point| {
            let people = people.map(|people| points.share[point] * people);
            BlockFound { committee: row as u32, people, fit: people.map(|people| block.people.fit(people)) }
        })
    });
    found.collect()
}

/// What the standard itself leaves open, and what this city's data does.
fn not_judged(edition: &Edition, knows_cuts: bool, knows_blocks: bool) -> Vec<NotJudged> {
    let mut open = edition.not_judged.clone();
    if let Some(circle) = edition.circle.as_ref().filter(|circle| !circle.not_cut_by.is_empty() && !knows_cuts) {
        open.push(NotJudged {
            what: "circles cut 生活圈被分割".to_owned(),
            says: format!("not cut by {}", circle.not_cut_by.join(", ")),
            reason: "no barrier of the data is of such a kind; give barriers with a column kind".to_owned(),
            verified: circle.verified,
            source: circle.source.clone(),
        });
    }
    if let Some(block) = edition.neighbourhood_block.as_ref().filter(|_| !knows_blocks) {
        let most = block.people.most.map_or_else(|| "more".to_owned(), |most| most.to_string());
        open.push(NotJudged {
            what: "people of a neighbourhood block 居住街坊人口".to_owned(),
            says: format!("{} to {most} people", block.people.least),
            reason: "the data has no finer demand points, and a committee is larger than a block".to_owned(),
            verified: block.verified,
            source: block.source.clone(),
        });
    }
    open
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

    /// Circles that a line cuts; `None` where that is not known.
    #[must_use]
    pub fn count_cut(&self) -> Option<usize> {
        self.cut_off.as_ref()?;
        Some(self.circles.iter().filter(|circle| circle.cut.as_ref().is_some_and(|cut| !cut.by.is_empty())).count())
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
