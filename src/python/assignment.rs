//! Assignment and catchments; see `linli.Assignment`.

use std::sync::Arc;

use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict},
};

use super::{
    convert,
    coverage::{format, status_codes},
    detached,
};
use crate::{assign, city::City, io::write_assignment, words};

/// Which committee belongs to which centre.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct Assignment {
    city: Arc<City>,
    found: Arc<assign::Assignment>,
}

impl Assignment {
    pub(super) fn new(city: Arc<City>, found: assign::Assignment) -> Self {
        Self { city, found: Arc::new(found) }
    }
}

#[pymethods]
impl Assignment {
    /// Columns of the rows; `facility` counts where `has_facility` is true.
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let rows = self.found.rows();
        let (has_facility, facility) = convert::places(py, rows.iter().map(|row| row.facility));
        let columns = PyDict::new(py);
        columns.set_item("status", status_codes(py, rows.iter().map(|row| row.status)))?;
        columns.set_item("has_facility", has_facility)?;
        columns.set_item("facility", facility)?;
        columns.set_item("people", convert::amounts(py, rows.iter().map(|row| row.people)))?;
        columns.set_item("walk_m", convert::amounts(py, rows.iter().map(|row| row.walk_m)))?;
        columns.set_item("minutes", convert::amounts(py, rows.iter().map(|row| self.minutes(row.walk_m))))?;
        Ok(columns)
    }

    /// Columns of the catchments, one row per open centre.
    fn catchments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let catchments = self.found.catchments();
        let facility: Vec<u32> = catchments.iter().map(|catchment| catchment.facility).collect();
        let committees: Vec<usize> = catchments.iter().map(|catchment| catchment.committees).collect();
        let people: Vec<f64> = catchments.iter().map(|catchment| catchment.people).collect();
        let columns = PyDict::new(py);
        columns.set_item("facility", facility)?;
        columns.set_item("committees", committees)?;
        columns.set_item("people", people)?;
        columns
            .set_item("mean_walk_m", convert::amounts(py, catchments.iter().map(|catchment| catchment.mean_walk_m)))?;
        columns.set_item("minutes", convert::amounts(py, catchments.iter().map(|c| self.minutes(c.mean_walk_m))))?;
        columns
            .set_item("farthest_m", convert::amounts(py, catchments.iter().map(|catchment| catchment.farthest_m)))?;
        Ok(columns)
    }

    /// The assumptions.
    fn provenance<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        convert::serialized(py, self.found.provenance())
    }

    /// The assumptions in a line.
    #[getter]
    fn assumptions(&self) -> String {
        words::assumptions(self.found.provenance())
    }

    /// The rows as GeoJSON, or one feature a line.
    #[pyo3(signature = (*, one_per_line=false))]
    fn geojson<'py>(&self, py: Python<'py>, one_per_line: bool) -> PyResult<Bound<'py, PyBytes>> {
        let (city, found) = (Arc::clone(&self.city), Arc::clone(&self.found));
        let text = detached::owned(py, move |_| {
            let mut text = vec![];
            write_assignment(&city, &found, format(one_per_line), &mut text)?;
            Ok(text)
        })?;
        Ok(PyBytes::new(py, &text))
    }
}

impl Assignment {
    fn minutes(&self, walk_m: Option<f64>) -> Option<f64> {
        walk_m.map(|walk_m| walk_m / self.found.provenance().speed_m_per_s / 60.0)
    }
}
