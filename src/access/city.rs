//! Accessibility of a city's committees to its centres.

use super::{Decay, Stages, Within, floating_catchment, gravity, kth_nearest, spatial_availability};
use crate::{
    city::City,
    control::Control,
    coverage::{Provenance, Question},
    error::Result,
    walk::{OnPlane, Walk},
};

/// What to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Supply within reach, weighted by the walk.
    Gravity,
    /// Supply per person who shares it.
    Catchment(Stages),
    /// Supply divided among those who can walk to it, per person.
    Availability,
    /// The walk to the k-th nearest centre, metres.
    KthNearest(usize),
}

/// Accessibility, one row per committee.
#[derive(Debug, Clone, PartialEq)]
pub struct CityAccess {
    /// Mean over the people of each committee; `None` where it has no place or no street is near,
    /// and where fewer than k centres are within the limit of some, if the k-th was asked for.
    pub access: Vec<Option<f64>>,
    /// People (or the group asked for); `None` is unknown, and they share no supply.
    pub people: Vec<Option<f64>>,
    /// Rows of the open centres.
    pub facility: Vec<u32>,
    /// Supply of each open centre.
    pub supply: Vec<f64>,
    /// Supply per person who shares each open centre, where the measure has it.
    pub per_site: Vec<Option<f64>>,
    /// The assumptions.
    pub provenance: Provenance,
}

/// Measure how well committees are served by the existing centres.
///
/// The people of a committee live at its finer points; its value is their mean.
/// `supply` names a measure of the centres, such as `capacity`; `None` counts
/// centres.
///
/// # Errors
/// As [`coverage`](crate::coverage::coverage); [`Error::Unknown`](crate::Error::Unknown) for a measure
/// that centres do not have, and [`Error::Parameter`](crate::Error::Parameter) for an open centre of
/// which it is unknown.
pub fn of_city(
    city: &City,
    walk: &dyn Walk,
    question: &Question,
    measure: Measure,
    decay: &Decay,
    supply: Option<&str>,
    control: &Control,
) -> Result<CityAccess> {
    let facility = city.facilities().open(question.service.as_deref())?;
    let people = city.demand().weight(question.group.as_deref())?;
    let supply =
        supply.map_or_else(|| Ok(vec![1.0; facility.len()]), |name| city.facilities().amounts(&facility, name))?;
    let sites = city.facilities().places(&facility);
    let points = &city.demand().points;
    let limit_m = question.standard.limit_m();
    let walk = OnPlane::new(walk, &city.frame().plane)?;
    let reach = walk.reach(&points.xy, &sites, Some(limit_m), control)?;
    let within = Within { decay: decay.clone(), limit_m: Some(limit_m) };
    let living = points.people(people);
    let (at_points, per_site) = match measure {
        Measure::Gravity => (gravity(&reach, &supply, &within, control)?, vec![None; facility.len()]),
        Measure::Catchment(stages) => {
            let found = floating_catchment(&reach, &living, &supply, &within, stages, control)?;
            (found.access, found.per_site)
        }
        Measure::KthNearest(k) => (kth_nearest(&reach, k, control)?, vec![None; facility.len()]),
        Measure::Availability => {
            let parts = spatial_availability(&reach, &living, &supply, &within, 1.0, control)?;
            let per_person =
                |(part, &people): (Option<f64>, &f64)| part.map(|part| if people > 0.0 { part / people } else { 0.0 });
            (parts.into_iter().zip(&living).map(per_person).collect(), vec![None; facility.len()])
        }
    };
    let mean = |row: usize| {
        let range = points.of(row);
        let parts = range.clone().map(|point| Some(points.share[point] * at_points[point]?));
        if range.is_empty() { None } else { parts.sum::<Option<f64>>() }
    };
    Ok(CityAccess {
        access: (0..city.demand().len()).map(mean).collect(),
        people: people.to_vec(),
        facility,
        supply,
        per_site,
        provenance: Provenance::of(city, &walk, question),
    })
}
