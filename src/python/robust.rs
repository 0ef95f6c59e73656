//! How sure coverage is; see `City.robustness`.

use numpy::IntoPyArray;
use pyo3::{prelude::*, types::PyDict};

use super::{
    city::{City, question},
    convert, detached,
    walk::Walk,
};
use crate::{coverage::robustness, words};

/// Columns of the losses, changes and the curve; people, people covered; the assumptions.
type RobustColumns<'py> = (Bound<'py, PyDict>, Bound<'py, PyAny>, Vec<(f64, f64)>, f64, f64, Bound<'py, PyAny>, String);

/// A centre lost, other speeds, detours and populations, other limits.
#[pyfunction]
#[pyo3(signature = (city, walk, *, minutes, speed_m_per_s, service, group, change, curve))]
#[allow(clippy::too_many_arguments)]
pub(super) fn city_robustness<'py>(
    py: Python<'py>,
    city: &City,
    walk: &Walk,
    minutes: f64,
    speed_m_per_s: f64,
    service: Option<String>,
    group: Option<String>,
    change: f64,
    curve: Vec<f64>,
) -> PyResult<RobustColumns<'py>> {
    let question = question(minutes, speed_m_per_s, service, group)?;
    let (city, walk) = (city.shared(), walk.shared());
    let found =
        detached::owned(py, move |control| robustness(&city, walk.as_ref(), &question, change, &curve, control))?;
    let losses = PyDict::new(py);
    let facility: Vec<i64> = found.losses.iter().map(|loss| i64::from(loss.facility)).collect();
    losses.set_item("facility", facility.into_pyarray(py))?;
    losses.set_item("people", convert::amounts(py, found.losses.iter().map(|loss| Some(loss.people))))?;
    losses.set_item("people_lost", convert::amounts(py, found.losses.iter().map(|loss| Some(loss.people_lost))))?;
    losses.set_item("extra_m", convert::amounts(py, found.losses.iter().map(|loss| loss.extra_m)))?;
    let changes = convert::serialized(py, &found.changes)?;
    let provenance = convert::serialized(py, &found.provenance)?;
    let assumptions = words::assumptions(&found.provenance);
    Ok((losses, changes, found.curve, found.people, found.people_covered, provenance, assumptions))
}
