//! What is wrong with the streets under a city, and what it costs its people.

use serde::Serialize;

use super::{Question, RowStatus, measure_rows};
use crate::{
    city::City,
    control::Control,
    error::Result,
    network::{BarrierIndex, CriticalStreet, Detour, NearMiss, Piece, StreetNetwork},
    walk::OnPlane,
};

/// What to look for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Search {
    /// Widest gap between a dead end and a street it may be meant to meet, metres.
    pub gap_m: f64,
    /// A walk this many times the straight line is a detour.
    pub detour_ratio: f64,
    /// Pairs farther apart than this in a straight line are no detours, metres.
    pub detour_within_m: f64,
    /// Nor are walks that are longer than the straight line by less than this, metres.
    pub detour_extra_m: f64,
}

impl Default for Search {
    /// Gaps of 5 m; walks twice the straight line of up to 800 m and 400 m
    /// (five minutes) longer, which finds rivers, railways and walls.
    fn default() -> Self {
        Self { gap_m: 5.0, detour_ratio: 2.0, detour_within_m: 800.0, detour_extra_m: 400.0 }
    }
}

/// A detour, and what the straight line crosses.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hotspot {
    /// Row of the committee.
    pub committee: u32,
    /// Row of the centre.
    pub facility: u32,
    /// Straight line and walk; its rows are demand points and centres of the question.
    pub detour: Detour,
    /// Rows of the barriers between them, in the order the line meets them.
    pub barriers: Vec<u32>,
    /// The home, on the streets' plane.
    pub from: [f64; 2],
    /// The centre, on the streets' plane.
    pub to: [f64; 2],
}

/// What a planner should know of a city's streets before trusting a walk on them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StreetReport {
    /// The pieces the network falls into, longest first.
    pub pieces: Vec<Piece>,
    /// Centres of the question that are not on the longest piece.
    pub isolated_facilities: Vec<u32>,
    /// Committees with people who do not live on the longest piece, and are on some street.
    pub isolated_committees: Vec<u32>,
    /// Committees of which nobody lives near enough to a street.
    pub unsnapped_committees: Vec<u32>,
    /// Committees whose reach crosses the edge of the streets before it finds a centre.
    pub clipped_committees: Vec<u32>,
    /// Dead ends that stop short of a street, widest detour first.
    pub near_misses: Vec<NearMiss>,
    /// Streets whose loss would cut people off from every centre, most people first.
    pub critical_streets: Vec<CriticalStreet>,
    /// People near a centre by air and far from it on foot, most people first.
    pub hotspots: Vec<Hotspot>,
}

/// Look at the streets of a city with a question in mind.
///
/// `barriers` are lines on the network's plane; their rows are named in the
/// hotspots. Committees of unknown population count as nobody.
///
/// # Errors
/// As [`coverage`](super::coverage()) and [`StreetNetwork::near_misses`].
pub fn street_report(
    city: &City,
    streets: &StreetNetwork,
    question: &Question,
    search: Search,
    barriers: &BarrierIndex,
    control: &Control,
) -> Result<StreetReport> {
    question.at_one_speed()?;
    let open = city.facilities().open(question.service.as_deref())?;
    let of_row = city.demand().weight(question.group.as_deref())?;
    let own = OnPlane::new(streets, &city.frame().plane)?;
    let points = &city.demand().points;
    let at = city.facilities().places(&open);
    let (homes, sites) = (own.bring(&points.xy)?, own.bring(&at)?);
    let (demand, centres) = (streets.snap("demand", &homes, control)?, streets.snap("sites", &sites, control)?);
    let walks = streets.nearest_of(&demand, &centres, control)?;
    let found = measure_rows(city, of_row, &walks, &open, question.standard.limit_m());
    let people = points.people(of_row);
    let mut committee_of = vec![0_u32; points.xy.len()];
    for row in 0..city.demand().len() {
        points.of(row).for_each(|point| committee_of[point] = row as u32);
    }
    let committees = |points: &[u32]| {
        let mut rows: Vec<u32> = points.iter().map(|&point| committee_of[point as usize]).collect();
        rows.dedup();
        rows
    };
    let isolated = streets.isolated(&demand)?;
    let on_a_street = |point: &u32| demand.rows()[*point as usize].on.is_some();
    let isolated: Vec<u32> = isolated.into_iter().filter(on_a_street).collect();
    let with = |status: RowStatus| -> Vec<u32> {
        (0..).zip(&found).filter(|(_, row)| row.status == status).map(|(row, _)| row).collect()
    };
    let detours = streets.detours(&homes, &people, &sites, search.detour_ratio, search.detour_within_m, control)?;
    let is_far = |detour: &Detour| detour.walk_m.is_none_or(|walk_m| walk_m - detour.crow_m >= search.detour_extra_m);
    let hotspot = |detour: Detour| Hotspot {
        committee: committee_of[detour.demand as usize],
        facility: open[detour.site as usize],
        barriers: barriers.between(homes[detour.demand as usize], sites[detour.site as usize]),
        from: homes[detour.demand as usize],
        to: sites[detour.site as usize],
        detour,
    };
    Ok(StreetReport {
        pieces: streets.pieces(),
        isolated_facilities: streets.isolated(&centres)?.into_iter().map(|site| open[site as usize]).collect(),
        isolated_committees: committees(&isolated),
        unsnapped_committees: with(RowStatus::Unsnapped),
        clipped_committees: with(RowStatus::Clipped),
        near_misses: streets.near_misses(search.gap_m)?,
        critical_streets: streets.critical_streets(&demand, &people, &centres)?,
        hotspots: detours.into_iter().filter(is_far).map(hotspot).collect(),
    })
}
