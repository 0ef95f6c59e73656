//! Severance (community severance, 阻隔): who is near a centre by air and not on foot,
//! and what lies between.

use serde::Serialize;

use super::{Question, Totals, measure_rows, nearest};
use crate::{
    city::City,
    control::Control,
    error::Result,
    network::{BarrierIndex, StreetNetwork},
    reach::Nearest,
    walk::{OnPlane, Walk},
};

/// Coverage by air and on foot, side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Severance {
    /// Sums by air.
    pub by_air: Totals,
    /// Sums on foot.
    pub on_foot: Totals,
    /// People within the limit by air and beyond it on foot.
    pub lost: f64,
    /// People beyond the limit by air and within it on foot: the detour index is too large for them.
    pub gained: f64,
    /// People within the limit by air whose walk is not known: no street is near, or the streets end too soon.
    pub unknown: f64,
    /// The people lost by the barrier that the straight line to their centre meets
    /// first, most people first; `None` where it meets none.
    pub by_barrier: Vec<(Option<u32>, f64)>,
}

/// Compare a walk by air with one along streets, and count who loses by what.
///
/// `barriers` are lines on the network's plane; their rows are named in the answer.
///
/// # Errors
/// As [`coverage`](super::coverage()).
pub fn severance(
    city: &City,
    by_air: &dyn Walk,
    streets: &StreetNetwork,
    question: &Question,
    barriers: &BarrierIndex,
    control: &Control,
) -> Result<Severance> {
    question.at_one_speed()?;
    let open = city.facilities().open(question.service.as_deref())?;
    let people = city.demand().weight(question.group.as_deref())?;
    let points = &city.demand().points;
    let own = OnPlane::new(streets, &city.frame().plane)?;
    let near_by_air = nearest(city, by_air, &open, control)?;
    let near_on_foot = nearest(city, &own, &open, control)?;
    let at = city.facilities().places(&open);
    let (homes, centres) = (own.bring(&points.xy)?, own.bring(&at)?);
    let limit_m = question.standard.limit_m();
    let totals = |nearest: &Nearest| Totals::of(measure_rows(city, people, nearest, &open, limit_m).iter());
    let (mut lost, mut gained, mut unknown) = (0.0, 0.0, 0.0);
    let mut by_barrier: Vec<(Option<u32>, f64)> = vec![];
    for (point, &people) in points.people(people).iter().enumerate() {
        let air = near_by_air.get(point).filter(|&(_, walk_m)| walk_m <= limit_m);
        let foot = near_on_foot.get(point).filter(|&(_, walk_m)| walk_m <= limit_m);
        match (air, foot) {
            (Some((site, _)), None) if near_on_foot.access(point).is_known() => {
                lost += people;
                let first = barriers.between(homes[point], centres[site as usize]).first().copied();
                match by_barrier.iter_mut().find(|(known, _)| *known == first) {
                    Some((_, sum)) => *sum += people,
                    None => by_barrier.push((first, people)),
                }
            }
            (Some(_), None) => unknown += people,
            (None, Some(_)) => gained += people,
            _ => {}
        }
    }
    by_barrier.retain(|(_, people)| *people > 0.0);
    by_barrier.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(Severance { by_air: totals(&near_by_air), on_foot: totals(&near_on_foot), lost, gained, unknown, by_barrier })
}
