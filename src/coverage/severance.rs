//! Severance (community severance, 阻隔): who is near a centre by air and not on foot,
//! and what lies between.

use serde::Serialize;

use super::{Question, Totals, coverage};
use crate::{
    city::City,
    control::Control,
    error::Result,
    network::{BarrierIndex, StreetNetwork},
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
/// As [`coverage`].
pub fn severance(
    city: &City,
    by_air: &dyn Walk,
    streets: &StreetNetwork,
    question: &Question,
    barriers: &BarrierIndex,
    control: &Control,
) -> Result<Severance> {
    let (air, foot) = (coverage(city, by_air, question, control)?, coverage(city, streets, question, control)?);
    let open = city.facilities().open(question.service.as_deref())?;
    let points = &city.demand().points;
    let sites: Vec<[f64; 2]> = open.iter().map(|&row| city.facilities().xy[row as usize]).collect();
    let own = OnPlane::new(streets, &city.frame().plane)?;
    let near_by_air = OnPlane::new(by_air, &city.frame().plane)?.nearest(&points.xy, &sites, control)?;
    let near_on_foot = own.nearest(&points.xy, &sites, control)?;
    let (homes, centres) = (own.bring(&points.xy)?, own.bring(&sites)?);
    let limit_m = question.standard.limit_m();
    let (mut lost, mut gained, mut unknown) = (0.0, 0.0, 0.0);
    let mut by_barrier: Vec<(Option<u32>, f64)> = vec![];
    for (row, found) in air.rows().iter().enumerate() {
        for point in points.of(row) {
            let people = found.people.unwrap_or(0.0) * points.share[point];
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
    }
    by_barrier.retain(|(_, people)| *people > 0.0);
    by_barrier.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(Severance { by_air: air.totals(), on_foot: foot.totals(), lost, gained, unknown, by_barrier })
}
