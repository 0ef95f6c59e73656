//! Accessibility; see `linli.access`.

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::{prelude::*, types::PyDict};

use super::{
    OrRaise,
    city::{City, question},
    convert, detached,
    exceptions::wrong,
    reach::Reach,
    walk::Walk,
};
use crate::{
    access::{self, Measure, Stages, Within},
    words,
};

type Amounts<'py> = Bound<'py, PyArray1<f64>>;
/// Access and people of committees, columns of centres, assumptions as facts and in a line.
type CityColumns<'py> = (Amounts<'py>, Amounts<'py>, Bound<'py, PyDict>, Bound<'py, PyAny>, String);

/// How the weight of a site falls with the walk to it.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct Decay {
    decay: access::Decay,
}

#[pymethods]
impl Decay {
    /// Every walk counts in full.
    #[staticmethod]
    fn flat() -> Self {
        Self { decay: access::Decay::Flat }
    }

    #[staticmethod]
    fn step(bands: Vec<(f64, f64)>) -> PyResult<Self> {
        Self::checked(access::Decay::Step(bands))
    }

    #[staticmethod]
    fn power(exponent: f64, scale_m: f64, least_m: f64) -> PyResult<Self> {
        Self::checked(access::Decay::Power { exponent, scale_m, least_m })
    }

    #[staticmethod]
    fn exponential(scale_m: f64) -> PyResult<Self> {
        Self::checked(access::Decay::Exponential { scale_m })
    }

    #[staticmethod]
    fn gaussian(sigma_m: f64) -> PyResult<Self> {
        Self::checked(access::Decay::Gaussian { sigma_m })
    }

    /// Weights of walks.
    fn weights<'py>(&self, py: Python<'py>, walk_m: PyReadonlyArray1<'py, f64>) -> Amounts<'py> {
        let weights: Vec<f64> = walk_m.as_array().iter().map(|&walk_m| self.decay.weight(walk_m)).collect();
        weights.into_pyarray(py)
    }
}

impl Decay {
    fn checked(decay: access::Decay) -> PyResult<Self> {
        decay.check().or_raise()?;
        Ok(Self { decay })
    }

    fn within(&self, limit_m: Option<f64>) -> Within {
        Within { decay: self.decay.clone(), limit_m }
    }
}

/// Supply within reach, weighted by the walk.
#[pyfunction]
pub(super) fn gravity<'py>(
    py: Python<'py>,
    reach: &Reach,
    supply: PyReadonlyArray1<'py, f64>,
    decay: &Decay,
    limit_m: Option<f64>,
) -> PyResult<Amounts<'py>> {
    let (reach, supply, within) = (reach.shared(), supply.as_array().to_vec(), decay.within(limit_m));
    let found = detached::owned(py, move |control| access::gravity(&reach, &supply, &within, control))?;
    Ok(convert::amounts(py, found))
}

/// The walk to the k-th nearest site.
#[pyfunction]
pub(super) fn kth_nearest<'py>(py: Python<'py>, reach: &Reach, k: usize) -> PyResult<Amounts<'py>> {
    let reach = reach.shared();
    let found = detached::owned(py, move |control| access::kth_nearest(&reach, k, control))?;
    Ok(convert::amounts(py, found))
}

/// Supply per person at each demand point, and at each site.
#[pyfunction]
pub(super) fn floating_catchment<'py>(
    py: Python<'py>,
    reach: &Reach,
    people: PyReadonlyArray1<'py, f64>,
    supply: PyReadonlyArray1<'py, f64>,
    decay: &Decay,
    limit_m: Option<f64>,
    stages: &str,
) -> PyResult<(Amounts<'py>, Amounts<'py>)> {
    let Measure::Catchment(stages) = measure(stages)? else {
        return Err(wrong("stages", &stages, "give two, three or balanced"));
    };
    let (reach, within) = (reach.shared(), decay.within(limit_m));
    let (people, supply) = (people.as_array().to_vec(), supply.as_array().to_vec());
    let found = detached::owned(py, move |control| {
        access::floating_catchment(&reach, &people, &supply, &within, stages, control)
    })?;
    Ok((convert::amounts(py, found.access), convert::amounts(py, found.per_site)))
}

/// Supply divided among the people who can walk to it.
#[pyfunction]
pub(super) fn spatial_availability<'py>(
    py: Python<'py>,
    reach: &Reach,
    people: PyReadonlyArray1<'py, f64>,
    supply: PyReadonlyArray1<'py, f64>,
    decay: &Decay,
    limit_m: Option<f64>,
    alpha: f64,
) -> PyResult<Amounts<'py>> {
    let (reach, within) = (reach.shared(), decay.within(limit_m));
    let (people, supply) = (people.as_array().to_vec(), supply.as_array().to_vec());
    let found = detached::owned(py, move |control| {
        access::spatial_availability(&reach, &people, &supply, &within, alpha, control)
    })?;
    Ok(convert::amounts(py, found))
}

/// How well a city's committees are served: columns of committees and of centres, and the assumptions.
#[pyfunction]
#[pyo3(signature = (city, walk, *, minutes, speed_m_per_s, service, group, measure, k, decay, supply))]
#[allow(clippy::too_many_arguments)]
pub(super) fn city_access<'py>(
    py: Python<'py>,
    city: &City,
    walk: &Walk,
    minutes: f64,
    speed_m_per_s: f64,
    service: Option<String>,
    group: Option<String>,
    measure: &str,
    k: usize,
    decay: &Decay,
    supply: Option<String>,
) -> PyResult<CityColumns<'py>> {
    let question = question(minutes, speed_m_per_s, service, group)?;
    let measure = if measure == "kth_nearest" { Measure::KthNearest(k) } else { self::measure(measure)? };
    let decay = decay.decay.clone();
    let (city, walk) = (city.shared(), walk.shared());
    let found = detached::owned(py, move |control| {
        access::of_city(&city, walk.as_ref(), &question, measure, &decay, supply.as_deref(), control)
    })?;
    let centres = PyDict::new(py);
    let facility: Vec<i64> = found.facility.iter().map(|&row| i64::from(row)).collect();
    centres.set_item("facility", facility.into_pyarray(py))?;
    centres.set_item("supply", found.supply.into_pyarray(py))?;
    centres.set_item("per_person", convert::amounts(py, found.per_site))?;
    let provenance = convert::serialized(py, &found.provenance)?;
    let assumptions = words::assumptions(&found.provenance);
    Ok((convert::amounts(py, found.access), convert::amounts(py, found.people), centres, provenance, assumptions))
}

fn measure(name: &str) -> PyResult<Measure> {
    Ok(match name {
        "gravity" => Measure::Gravity,
        "two" => Measure::Catchment(Stages::Two),
        "three" => Measure::Catchment(Stages::Three),
        "balanced" => Measure::Catchment(Stages::Balanced),
        "availability" => Measure::Availability,
        _ => return Err(wrong("measure", &name, "give gravity, two, three, balanced or availability")),
    })
}
