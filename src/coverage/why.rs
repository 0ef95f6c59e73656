//! Why a committee has the answer it has: its nearest centres, the way there and what lies between.

use std::borrow::Cow;

use geo::{LineString, MapCoords};
use serde::Serialize;

use super::{Question, RowStatus, measure_row};
use crate::{
    city::City,
    control::Control,
    error::{Error, Result},
    network::{BarrierIndex, Step, StreetNetwork},
    walk::OnPlane,
};

/// What stands between a committee and a centre.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WayTo {
    /// Row of the centre.
    pub facility: u32,
    /// The walk, metres; `None` where there is no way.
    pub walk_m: Option<f64>,
    /// The walk at the question's speed, minutes.
    pub minutes: Option<f64>,
    /// Straight line, metres.
    pub crow_m: f64,
    /// Rows of the barriers that the straight line crosses, in that order.
    pub barriers: Vec<u32>,
    /// The walk in the coordinate system of the committees, the legs to and from the streets included.
    #[serde(skip)]
    pub route: Option<LineString<f64>>,
    /// The ways walked, in order.
    pub steps: Vec<Step>,
}

impl WayTo {
    /// Walked length over straight-line length; `None` without a walk or where both places coincide.
    #[must_use]
    pub fn detour(&self) -> Option<f64> {
        self.walk_m.filter(|_| self.crow_m > 0.0).map(|walk_m| walk_m / self.crow_m)
    }
}

/// Why a committee is or is not covered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Why {
    /// Row of the committee.
    pub committee: u32,
    /// What coverage says of it.
    pub status: RowStatus,
    /// Its people; `None` is unknown.
    pub people: Option<f64>,
    /// Part of them within the limit, 0 to 1.
    pub share: f64,
    /// The demand point explained: of those beyond the limit the one where most
    /// people live, and where all are within it, the farthest. `None` for a
    /// committee without a place.
    pub point: Option<u32>,
    /// Part of the committee's people who live there.
    pub point_share: f64,
    /// Where it is, in the coordinate system of the committees.
    pub at: Option<[f64; 2]>,
    /// Straight line from there to its street, metres; `None` where none is within the snapping distance.
    pub leg_m: Option<f64>,
    /// The centre nearest on foot.
    pub on_foot: Option<WayTo>,
    /// The centre nearest in a straight line.
    pub by_air: Option<WayTo>,
}

/// Explain the coverage of one committee, walking along streets.
///
/// `barriers` are lines on the network's plane; their rows are named in the answer.
///
/// # Errors
/// As [`coverage`](super::coverage()); [`Error::Parameter`] for a row that is not in the city.
pub fn explain(
    city: &City,
    streets: &StreetNetwork,
    question: &Question,
    committee: usize,
    barriers: &BarrierIndex,
    control: &Control,
) -> Result<Why> {
    question.at_one_speed()?;
    let open = city.facilities().open(question.service.as_deref())?;
    let Some(&people) = city.demand().weight(question.group.as_deref())?.get(committee) else {
        let rule = format!("rows are 0 to {}", city.demand().len().saturating_sub(1));
        return Err(Error::parameter("committee", &committee, &rule));
    };
    let own = OnPlane::new(streets, &city.frame().plane)?;
    let points = &city.demand().points;
    let range = points.of(committee);
    let at = city.facilities().places(&open);
    let (homes, sites) = (own.bring(&points.xy[range.clone()])?, own.bring(&at)?);
    let snapped = streets.snap("demand", &homes, control)?;
    let walks = streets.nearest_of(&snapped, &streets.snap("sites", &sites, control)?, control)?;
    let limit_m = question.standard.limit_m();
    let row = measure_row(city, committee, people, &walks, range.start, &open, limit_m);
    let mut why = Why {
        committee: committee as u32,
        status: row.status,
        people: row.people,
        share: row.share,
        point: None,
        point_share: 0.0,
        at: None,
        leg_m: None,
        on_foot: None,
        by_air: None,
    };
    let beyond = |place: &usize| walks.get(*place).is_none_or(|(_, walk_m)| walk_m > limit_m);
    let share = |place: usize| points.share[range.start + place];
    let walk = |place: usize| walks.get(place).map_or(f64::INFINITY, |(_, walk_m)| walk_m);
    let places = 0..range.len();
    // Of equals the first: `max_by` would give the last.
    let most = places.clone().rev().filter(beyond).max_by(|&a, &b| share(a).total_cmp(&share(b)));
    let Some(place) = most.or_else(|| places.rev().max_by(|&a, &b| walk(a).total_cmp(&walk(b)))) else {
        return Ok(why);
    };
    let home = homes[place];
    let back = Back { city, streets };
    why.point = Some((range.start + place) as u32);
    why.point_share = share(place);
    why.at = Some(back.position(home)?);
    why.leg_m = snapped.rows()[place].on.map(|on| on.leg_m);
    let ask = Ask { back, home, sites, open: &open, speed_m_per_s: question.standard.speed_m_per_s(), barriers };
    why.on_foot = walks.get(place).map(|(site, _)| ask.way_to(site as usize, control)).transpose()?;
    let crow_m = |site: usize| ask.crow_m(site);
    let by_air = (0..open.len()).rev().min_by(|&a, &b| crow_m(a).total_cmp(&crow_m(b)).then(a.cmp(&b)));
    why.by_air = by_air.map(|site| ask.way_to(site, control)).transpose()?;
    Ok(why)
}

/// From the streets' plane to the committees' coordinates.
#[derive(Clone, Copy)]
struct Back<'a> {
    city: &'a City,
    streets: &'a StreetNetwork,
}

impl Back<'_> {
    fn position(self, xy: [f64; 2]) -> Result<[f64; 2]> {
        let crs = &self.city.frame().crs;
        if crs.is_on_earth() { crs.from_lonlat(self.streets.plane().inverse(xy)?) } else { Ok(xy) }
    }
}

/// One place asking for its way to a centre.
struct Ask<'a> {
    back: Back<'a>,
    home: [f64; 2],
    sites: Cow<'a, [[f64; 2]]>,
    open: &'a [u32],
    speed_m_per_s: f64,
    barriers: &'a BarrierIndex,
}

impl Ask<'_> {
    fn crow_m(&self, site: usize) -> f64 {
        let [x, y] = self.sites[site];
        (x - self.home[0]).hypot(y - self.home[1])
    }

    fn way_to(&self, site: usize, control: &Control) -> Result<WayTo> {
        let to = self.sites[site];
        let way = self.back.streets.explain(self.home, &[to], control)?;
        let onto =
            |line: &LineString<f64>| line.try_map_coords(|at| self.back.position([at.x, at.y]).map(geo::Coord::from));
        Ok(WayTo {
            facility: self.open[site],
            walk_m: way.as_ref().map(|way| way.walk_m),
            minutes: way.as_ref().map(|way| way.walk_m / self.speed_m_per_s / 60.0),
            crow_m: self.crow_m(site),
            barriers: self.barriers.between(self.home, to),
            route: way.as_ref().map(|way| onto(&way.route)).transpose()?,
            steps: way.map_or(vec![], |way| way.steps),
        })
    }
}
