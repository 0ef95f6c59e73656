//! The life circle (生活圈) of each centre: too full, too empty, large enough.

use serde::Serialize;

use crate::{
    city::City,
    control::Control,
    error::Result,
    standard::{Band, Circle},
    walk::{OnPlane, Walk},
};

/// The measure of the centres that holds their floor area.
const FLOOR: &str = "floor_area_m2";

/// How the people of a circle compare with the standard's band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// Fewer than the least.
    TooEmpty,
    /// Within the band, ends included.
    Fits,
    /// More than the most.
    TooFull,
}

impl Fit {
    /// The word used in every file and table.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::TooEmpty => "too_empty",
            Self::Fits => "fits",
            Self::TooFull => "too_full",
        }
    }

    fn of(people: f64, band: Band) -> Self {
        match band.most {
            _ if people < band.least => Self::TooEmpty,
            Some(most) if people > most => Self::TooFull,
            _ => Self::Fits,
        }
    }
}

/// What was found of one centre's circle.
#[derive(Debug, Clone, PartialEq)]
pub struct CircleFound {
    /// Row of the centre.
    pub facility: u32,
    /// People within the limit for whom this is the nearest centre: each counts once.
    pub people: f64,
    /// People within the limit, also those nearer to another centre.
    pub people_within: f64,
    /// How `people` compares with the standard's band, where it has one.
    pub fit: Option<Fit>,
    /// Floor area, where it is known.
    pub floor_m2: Option<f64>,
    /// Whether the floor is large enough; `None` where the standard or the data does not say.
    pub floor_met: Option<bool>,
}

/// Count the people of each open centre's circle.
pub(super) fn circles(
    city: &City,
    walk: &dyn Walk,
    people: &[Option<f64>],
    open: &[u32],
    circle: &Circle,
    limit_m: f64,
    control: &Control,
) -> Result<Vec<CircleFound>> {
    let points = &city.demand().points;
    let facilities = city.facilities();
    let sites = facilities.places(open);
    let walk = OnPlane::new(walk, &city.frame().plane)?;
    let reach = walk.reach(&points.xy, &sites, Some(limit_m), control)?;
    let nearest = reach.nearest();
    let (mut own, mut within) = (vec![0.0; open.len()], vec![0.0; open.len()]);
    for (row, people) in people.iter().enumerate() {
        for point in points.of(row) {
            let living = points.share[point] * people.unwrap_or(0.0);
            reach.row(point).for_each(|(site, _)| within[site as usize] += living);
            if let Some((site, _)) = nearest.get(point) {
                own[site as usize] += living;
            }
        }
    }
    let floors = facilities.measures.iter().find(|measure| measure.name == FLOOR);
    let found = open.iter().enumerate().map(|(site, &facility)| {
        let floor_m2 = floors.and_then(|floors| floors.values[facility as usize]);
        CircleFound {
            facility,
            people: own[site],
            people_within: within[site],
            fit: circle.people.map(|band| Fit::of(own[site], band)),
            floor_m2,
            floor_met: circle.floor_m2.zip(floor_m2).map(|(least, floor)| floor >= least.0),
        }
    });
    Ok(found.collect())
}
