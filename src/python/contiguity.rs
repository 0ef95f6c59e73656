//! Units that touch; see `linli.Contiguity`.

use std::sync::Arc;

use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2, ToPyArray};
use pyo3::{prelude::*, types::PyBytes};

use super::{OrRaise, convert, detached, layers::read_shape, reach::rows, streets::StreetNetwork};
use crate::regions::{self, Touch};

/// Units and the pairs of them that touch.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct Contiguity {
    contiguity: Arc<regions::Contiguity>,
}

impl Contiguity {
    pub(super) fn new(contiguity: regions::Contiguity) -> Self {
        Self { contiguity: Arc::new(contiguity) }
    }

    pub(super) fn shared(&self) -> Arc<regions::Contiguity> {
        Arc::clone(&self.contiguity)
    }
}

#[pymethods]
impl Contiguity {
    /// From pairs, flat, and the border of each.
    #[staticmethod]
    #[pyo3(signature = (n, pairs, border_m=None))]
    fn from_edges(
        py: Python<'_>,
        n: usize,
        pairs: PyReadonlyArray1<'_, i64>,
        border_m: Option<PyReadonlyArray1<'_, f64>>,
    ) -> PyResult<Self> {
        let pairs = in_twos("edges", &pairs)?;
        let border_m = border_m.map(|border_m| border_m.as_array().to_vec());
        let found = detached::owned(py, move |_| regions::Contiguity::from_edges(n, &pairs, border_m.as_deref()))?;
        Ok(Self::new(found))
    }

    /// From outlines in metres as well-known binary.
    #[staticmethod]
    fn from_polygons(
        py: Python<'_>,
        shapes: Vec<Option<Bound<'_, PyBytes>>>,
        queen: bool,
        snap_m: f64,
    ) -> PyResult<Self> {
        let shape = |(row, bytes): (usize, &Option<Bound<'_, PyBytes>>)| {
            bytes.as_ref().map(|bytes| read_shape(row, bytes.as_bytes())).transpose()
        };
        let shapes = shapes.iter().enumerate().map(shape).collect::<PyResult<Vec<_>>>()?;
        let touch = if queen { Touch::Queen } else { Touch::Rook };
        let found = detached::owned(py, move |_| regions::Contiguity::from_polygons(&shapes, touch, snap_m))?;
        Ok(Self::new(found))
    }

    /// Units whose streets touch, from places on the network's plane and the unit of each.
    #[staticmethod]
    fn from_streets(
        py: Python<'_>,
        streets: &StreetNetwork,
        xy: PyReadonlyArray2<'_, f64>,
        unit: PyReadonlyArray1<'_, i64>,
        units: usize,
    ) -> PyResult<Self> {
        let (xy, unit) = (convert::points("points", &xy)?.to_vec(), rows("unit", &unit)?);
        let streets = streets.shared();
        let found = detached::owned(py, move |control| {
            regions::Contiguity::from_streets(&streets, &xy, &unit, units, control)
        })?;
        Ok(Self::new(found))
    }

    fn with_positions(&self, xy: PyReadonlyArray2<'_, f64>) -> PyResult<Self> {
        let xy = convert::points("positions", &xy)?;
        let known = regions::Contiguity::clone(&self.contiguity);
        Ok(Self::new(known.with_positions(xy).or_raise()?))
    }

    /// Every set that touches no other joined to the nearest unit outside it, and these pairs, flat.
    fn join_islands<'py>(&self, py: Python<'py>) -> PyResult<(Self, Bound<'py, PyArray1<i64>>)> {
        let (joined, edits) = self.contiguity.join_islands().or_raise()?;
        let flat: Vec<i64> = edits.iter().flat_map(|edit| edit.pair).map(i64::from).collect();
        Ok((Self::new(joined), flat.to_pyarray(py)))
    }

    fn cut(&self, pairs: PyReadonlyArray1<'_, i64>) -> PyResult<Self> {
        Ok(Self::new(self.contiguity.cut(&in_twos("pairs", &pairs)?).or_raise()?))
    }

    fn cut_along(&self, line: PyReadonlyArray2<'_, f64>) -> PyResult<Self> {
        Ok(Self::new(self.contiguity.cut_along(convert::points("line", &line)?).or_raise()?))
    }

    fn join(&self, pairs: PyReadonlyArray1<'_, i64>) -> PyResult<Self> {
        Ok(Self::new(self.contiguity.join(&in_twos("pairs", &pairs)?).or_raise()?))
    }

    fn __len__(&self) -> usize {
        self.contiguity.len()
    }

    /// Pairs that touch, flat.
    fn pairs<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        let flat: Vec<i64> = self.contiguity.edges().iter().flatten().map(|&unit| i64::from(unit)).collect();
        flat.to_pyarray(py)
    }

    fn border_m<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyArray1<f64>>> {
        self.contiguity.border_m().map(|border_m| border_m.to_pyarray(py))
    }

    fn positions<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyArray2<f64>>>> {
        let flat = self.contiguity.positions().map(<[[f64; 2]]>::as_flattened);
        flat.map(|flat| flat.to_pyarray(py).reshape([flat.len() / 2, 2])).transpose()
    }

    fn components<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        labels_out(py, &self.contiguity.components().0)
    }

    fn findings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        convert::serialized(py, &self.contiguity.findings())
    }
}

/// Pairs from a flat list of units.
pub(super) fn in_twos(parameter: &'static str, flat: &PyReadonlyArray1<'_, i64>) -> PyResult<Vec<[u32; 2]>> {
    Ok(rows(parameter, flat)?.as_chunks::<2>().0.to_vec())
}

pub(super) fn labels_out<'py>(py: Python<'py>, labels: &[u32]) -> Bound<'py, PyArray1<i64>> {
    labels.iter().map(|&part| i64::from(part)).collect::<Vec<_>>().to_pyarray(py)
}
