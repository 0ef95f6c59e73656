//! Searches along streets: places joined to them, what lies within a walk, and lists kept between questions.

use std::{
    cell::LazyCell,
    sync::{Arc, Mutex, PoisonError},
};

use numpy::{PyArray1, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::{prelude::*, types::PyDict};

use super::{OrRaise, convert, detached, exceptions::wrong, reach::Reach, streets::StreetNetwork};
use crate::{
    error::Result,
    network::{self, Direction, Weight},
};

pub(super) fn direction(to: bool) -> Direction {
    if to { Direction::To } else { Direction::From }
}

/// Where each position was joined to a street.
pub(super) fn snapped<'py>(
    streets: &StreetNetwork,
    py: Python<'py>,
    xy: Vec<[f64; 2]>,
) -> PyResult<Bound<'py, PyDict>> {
    let network = streets.shared();
    let snapped = detached::owned(py, move |control| network.snap("xy", &xy, control))?;
    let rows = snapped.rows();
    let on = |take: fn(&network::Place) -> f64| rows.iter().map(move |row| row.on.as_ref().map(take));
    let columns = PyDict::new(py);
    columns.set_item("is_snapped", PyArray1::from_iter(py, rows.iter().map(|row| row.on.is_some())))?;
    columns
        .set_item("way_id", PyArray1::from_iter(py, rows.iter().map(|row| row.on.map_or(0, |place| place.way_id))))?;
    columns.set_item("leg_m", convert::amounts(py, on(|place| place.leg_m)))?;
    columns.set_item("nearest_m", convert::amounts(py, rows.iter().map(|row| row.nearest_m)))?;
    columns.set_item("passed_over", PyArray1::from_iter(py, rows.iter().map(network::Snap::passed_over)))?;
    let place = |row: &network::Snap| row.on.map(|place| streets.outward(geo::Point::from(place.xy).into()));
    let places = rows.iter().map(|row| place(row).transpose().map(Option::flatten)).collect::<Result<Vec<_>>>();
    columns.set_item("shape", convert::shapes(py, &places.or_raise()?)?)?;
    Ok(columns)
}

/// The streets within a limit of a place.
pub(super) fn served<'py>(
    streets: &StreetNetwork,
    py: Python<'py>,
    place: [f64; 2],
    limit_m: f64,
    direction: Direction,
) -> PyResult<Bound<'py, PyDict>> {
    let network = streets.shared();
    let area = detached::owned(py, move |_| network.service_area(place, limit_m, direction))?;
    let columns = PyDict::new(py);
    columns.set_item("is_snapped", area.snap.on.is_some())?;
    columns.set_item("way_id", PyArray1::from_iter(py, area.lines.iter().map(|line| line.way_id)))?;
    columns.set_item("from_m", PyArray1::from_iter(py, area.lines.iter().map(|line| line.from_m)))?;
    columns.set_item("to_m", PyArray1::from_iter(py, area.lines.iter().map(|line| line.to_m)))?;
    columns.set_item("shape", streets.shapes(py, area.lines.into_iter().map(|line| line.line.into()))?)?;
    Ok(columns)
}

/// Sum of the targets' amounts within a walk of each place; NaN where it is
/// unsnapped. Places and targets are the network's nodes where they are not given.
pub(super) fn sums_within<'py>(
    py: Python<'py>,
    network: Arc<network::StreetNetwork>,
    [place_xy, target_xy]: [Option<PyReadonlyArray2<'_, f64>>; 2],
    amount: &PyReadonlyArray1<'_, f64>,
    limit_m: f64,
    decay: &str,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let linear = move |walk_m: f64| 1.0 - walk_m / limit_m;
    let exponential = move |walk_m: f64| (-walk_m / limit_m).exp();
    let weight: Option<Box<Weight<'static>>> = match decay {
        "flat" => None,
        // At the limit 0 every walk is 0 metres long.
        _ if limit_m <= 0.0 => None,
        "linear" => Some(Box::new(linear)),
        "exponential" => Some(Box::new(exponential)),
        other => return Err(wrong("decay", &other, "give flat, linear or exponential")),
    };
    let given = |name, xy: Option<PyReadonlyArray2<'_, f64>>| {
        xy.map(|xy| convert::points(name, &xy).map(<[[f64; 2]]>::to_vec)).transpose()
    };
    let (places, targets) = (given("place_xy", place_xy)?, given("target_xy", target_xy)?);
    let amount: Vec<f64> = amount.as_array().iter().copied().collect();
    let sums = detached::owned(py, move |control| {
        let snap = |table, xy: Option<Vec<[f64; 2]>>| xy.map(|xy| network.snap(table, &xy, control)).transpose();
        let (places, targets) = (snap("places", places)?, snap("targets", targets)?);
        // Made only where they are asked for.
        let nodes = LazyCell::new(|| network.nodes());
        network.aggregate(
            places.as_ref().unwrap_or_else(|| &nodes),
            targets.as_ref().unwrap_or_else(|| &nodes),
            &amount,
            limit_m,
            weight.as_deref(),
            control,
        )
    })?;
    Ok(convert::amounts(py, sums))
}

/// The demand points within a limit of every site that was ever asked about.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct ReachLists {
    lists: Arc<Mutex<network::ReachLists<Arc<network::StreetNetwork>>>>,
}

impl ReachLists {
    pub(super) fn new(lists: network::ReachLists<Arc<network::StreetNetwork>>) -> Self {
        Self { lists: Arc::new(Mutex::new(lists)) }
    }
}

#[pymethods]
impl ReachLists {
    /// Reach of these sites, positions on the network's plane.
    fn reach(&self, py: Python<'_>, site_xy: PyReadonlyArray2<'_, f64>) -> PyResult<Reach> {
        let sites = convert::points("site_xy", &site_xy)?.to_vec();
        let lists = Arc::clone(&self.lists);
        let reach = detached::owned(py, move |control| {
            lists.lock().unwrap_or_else(PoisonError::into_inner).reach(&sites, control)
        })?;
        Ok(Reach::new(reach))
    }

    #[getter]
    fn searches(&self) -> usize {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner).searches()
    }

    #[getter]
    fn nbytes(&self) -> usize {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner).bytes()
    }
}
