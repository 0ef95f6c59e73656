//! The sparse table of walking metres; see `linli.Reach`.

use std::sync::Arc;

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1, PyReadonlyArray2, PyUntypedArrayMethods, ToPyArray};
use pyo3::prelude::*;

use super::{
    detached,
    exceptions::wrong,
    walk::{NearestColumns, nearest_columns},
};
use crate::reach;

/// Walking metres from demand points to sites, cut off at a limit.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct Reach {
    reach: Arc<reach::Reach>,
}

impl Reach {
    pub(super) fn new(reach: reach::Reach) -> Self {
        Self { reach: Arc::new(reach) }
    }

    pub(super) fn shared(&self) -> Arc<reach::Reach> {
        Arc::clone(&self.reach)
    }
}

/// Row starts, sites and metres.
type Csr<'py> = (Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<i32>>, Bound<'py, PyArray1<f64>>);

#[pymethods]
impl Reach {
    /// From a full table of walking metres.
    #[staticmethod]
    #[pyo3(signature = (walk_m, limit_m=None))]
    fn from_dense(py: Python<'_>, walk_m: PyReadonlyArray2<'_, f64>, limit_m: Option<f64>) -> PyResult<Self> {
        let sites = walk_m.shape()[1];
        let Ok(table) = walk_m.as_slice() else {
            return Err(wrong("walk_m", &"a strided view", "must be contiguous, row by row"));
        };
        // Borrowed, because a copy of a full table could be all the memory there is.
        let reach = detached::borrowed(py, |_| reach::Reach::from_dense(table, sites, limit_m))?;
        Ok(Self::new(reach))
    }

    /// From a list of pairs in any order.
    #[staticmethod]
    fn from_pairs(
        py: Python<'_>,
        demand: PyReadonlyArray1<'_, i64>,
        site: PyReadonlyArray1<'_, i64>,
        walk_m: PyReadonlyArray1<'_, f64>,
        shape: (usize, usize),
    ) -> PyResult<Self> {
        let (demand, site) = (rows("demand", &demand)?, rows("site", &site)?);
        let Ok(walk_m) = walk_m.as_slice() else {
            return Err(wrong("walk_m", &"a strided view", "must be contiguous"));
        };
        let walk_m = walk_m.to_vec();
        let reach = detached::owned(py, move |_| reach::Reach::from_pairs(&demand, &site, &walk_m, shape))?;
        Ok(Self::new(reach))
    }

    #[getter]
    fn shape(&self) -> (usize, usize) {
        self.reach.shape()
    }

    #[getter]
    fn pairs(&self) -> usize {
        self.reach.pairs()
    }

    #[getter]
    fn limit_m(&self) -> Option<f64> {
        self.reach.limit_m()
    }

    #[getter]
    fn nbytes(&self) -> usize {
        let (by_demand, by_site) = self.reach.bytes();
        by_demand + by_site
    }

    /// The arrays of a CSR matrix.
    fn csr<'py>(&self, py: Python<'py>) -> PyResult<Csr<'py>> {
        let (start, site, walk_m) = self.reach.csr();
        let start: Vec<i64> = start.iter().map(|&start| i64::from(start)).collect();
        let site = site.iter().map(|&site| i32::try_from(site)).collect::<Result<Vec<i32>, _>>();
        let Ok(site) = site else {
            return Err(wrong("sites", &self.reach.shape().1, "are too many for a SciPy matrix"));
        };
        Ok((start.into_pyarray(py), site.into_pyarray(py), walk_m.to_pyarray(py)))
    }

    /// The nearest site of each demand point.
    fn nearest<'py>(&self, py: Python<'py>) -> PyResult<NearestColumns<'py>> {
        let reach = Arc::clone(&self.reach);
        let nearest = detached::owned(py, move |_| Ok(reach.nearest()))?;
        Ok(nearest_columns(py, &nearest))
    }
}

/// Row numbers, which Python counts in signed integers.
pub(super) fn rows(parameter: &'static str, values: &PyReadonlyArray1<'_, i64>) -> PyResult<Vec<u32>> {
    let checked = |(place, &value): (usize, &i64)| {
        u32::try_from(value)
            .map_err(|_| wrong(parameter, &value, &format!("at position {place} is not a row number, 0 or more")))
    };
    values.as_array().iter().enumerate().map(checked).collect()
}
