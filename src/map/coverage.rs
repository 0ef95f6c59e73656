//! What the map of coverage draws, as data for its script.

use serde::Serialize;

use super::ground::{Ground, Lines, Place, Town, places};
use crate::{
    city::City,
    coverage::{Coverage, Row},
    error::Result,
    words,
};

/// Everything on the page.
#[derive(Debug, Serialize)]
pub(super) struct Drawing<'a> {
    #[serde(flatten)]
    ground: Ground<'a>,
    /// What a proposal says of itself, and of its candidates.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<&'a [String; 2]>,
    share: Option<f64>,
    minutes: f64,
    /// Who is counted: "people", or the name of a group.
    whom: &'a str,
    committees: Vec<Committee<'a>>,
    /// Rows of committees, most people beyond the limit first.
    worst: Vec<u32>,
}

#[derive(Debug, Serialize)]
struct Committee<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    status: &'static str,
    people: Option<f64>,
    covered: Option<f64>,
    minutes: Option<f64>,
    nearest: Option<&'a str>,
}

impl<'a> Drawing<'a> {
    /// Gather what is to be drawn.
    pub(super) fn of(city: &'a City, found: &'a Coverage, lines: &'a Lines, worst: usize) -> Result<Self> {
        let about = found.provenance();
        let said =
            [words::headline(found), words::headline_zh(found), words::details(found), words::assumptions(about)];
        let mut ground = Ground::of(city, said, lines)?;
        let crow_m = about.limit_m.zip(about.walk.detour).map(|(limit_m, detour)| limit_m / detour);
        ground.reach_m = crow_m.map(|crow_m| (crow_m * 10.0).round() / 10.0);
        by_town(city, found, &mut ground.towns);
        let mut uncovered = found.uncovered();
        uncovered.truncate(worst);
        Ok(Self {
            ground,
            proposal: None,
            share: found.totals().share(),
            minutes: about.minutes.unwrap_or(15.0),
            whom: about.group.as_deref().or(about.layer.as_deref()).unwrap_or("people"),
            committees: committees(city, found)?,
            worst: uncovered,
        })
    }

    /// The same with the centres of a proposal told apart from the others.
    pub(super) fn proposed(mut self, new: &[String], proposal: Option<&'a [String; 2]>) -> Self {
        self.proposal = proposal;
        for centre in self.ground.centres.iter_mut().filter(|centre| new.iter().any(|id| id == centre.id)) {
            centre.status = "new";
        }
        self
    }
}

fn committees<'a>(city: &'a City, found: &'a Coverage) -> Result<Vec<Committee<'a>>> {
    let minutes = found.minutes();
    let row = |((place, found), minutes): ((Place<'a>, &'a Row), &Option<f64>)| Committee {
        place,
        status: found.status.word(),
        people: found.people,
        covered: found.people_covered(),
        minutes: minutes.map(|minutes| (minutes * 100.0).round() / 100.0),
        nearest: found.nearest.map(|facility| city.facilities().name[facility as usize].as_str()),
    };
    Ok(places(city)?.into_iter().zip(found.rows()).zip(minutes).map(row).collect())
}

/// Committees and share of each town. Towns with committees come in the towns' order; those without have none.
fn by_town(city: &City, found: &Coverage, towns: &mut [Town<'_>]) {
    let mut with_committees = vec![false; towns.len()];
    city.demand().town.iter().flatten().for_each(|&town| with_committees[town as usize] = true);
    let with = towns.iter_mut().zip(with_committees).filter(|(_, with)| *with);
    for ((town, _), group) in with.zip(&found.by_town()) {
        (town.committees, town.share) = (group.totals.committees, group.totals.share());
    }
}
