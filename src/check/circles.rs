//! The life circle (生活圈) of each centre: too full, too empty, large enough.

use super::cut::{Cut, CutOff, Lines, cut_off};
use crate::{
    city::City,
    control::Control,
    error::Result,
    standard::{Circle, Fit},
    walk::{OnPlane, Walk},
};

/// The measure of the centres that holds their floor area.
const FLOOR: &str = "floor_area_m2";

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
    /// What cuts it; `None` where the standard or the data does not say.
    pub cut: Option<Cut>,
}

impl CircleFound {
    /// Part of its people who live across a line from its centre; `None` where
    /// that is not known, or nobody is known to live in it.
    #[must_use]
    pub fn share_cut(&self) -> Option<f64> {
        self.cut.as_ref().filter(|_| self.people > 0.0).map(|cut| cut.people / self.people)
    }
}

/// The circles, and who is cut off in them.
pub(super) struct Circles {
    pub(super) found: Vec<CircleFound>,
    pub(super) cut_off: Option<Vec<CutOff>>,
}

/// Count the people of each open centre's circle, and those across a line in it.
pub(super) fn circles(
    city: &City,
    walk: &dyn Walk,
    people: &[Option<f64>],
    open: &[u32],
    (circle, limit_m): (&Circle, f64),
    lines: Option<&Lines>,
    control: &Control,
) -> Result<Circles> {
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
    let cut_off = cut_off(city, people, open, &nearest, circle, lines);
    let floors = facilities.measures.iter().find(|measure| measure.name == FLOOR);
    let found = open.iter().enumerate().map(|(site, &facility)| {
        let floor_m2 = floors.and_then(|floors| floors.values[facility as usize]);
        CircleFound {
            facility,
            people: own[site],
            people_within: within[site],
            fit: circle.people.map(|band| band.fit(own[site])),
            floor_m2,
            floor_met: circle.floor_m2.zip(floor_m2).map(|(least, floor)| floor >= least.0),
            cut: cut_off.as_ref().map(|cut_off| Cut::of(facility, cut_off)),
        }
    });
    Ok(Circles { found: found.collect(), cut_off })
}
