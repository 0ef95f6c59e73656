//! Layers from Python: paths, and tables in memory.

use std::{collections::BTreeMap, path::PathBuf};

use geo_traits::to_geo::ToGeoGeometry;
use numpy::{PyReadonlyArray1, PyReadonlyArray2};
use pyo3::{prelude::*, types::PyBytes};
use serde_json::Value;

use super::{OrRaise, convert, detached::guarded, exceptions::wrong};
use crate::{
    crs::Crs,
    io::{self, ReadOptions, Role},
};

/// A table in memory: one geometry and one cell per column for each row.
#[pyclass(frozen, module = "linli._linli")]
#[derive(Clone)]
pub(super) struct Table {
    table: io::Table,
}

#[pymethods]
impl Table {
    /// Geometry as points (rows of NaN have no place) or as well-known binary.
    #[new]
    #[pyo3(signature = (name, geometry, columns, crs=None))]
    fn new(
        name: String,
        geometry: GeometryColumn<'_>,
        columns: Vec<(String, CellColumn<'_>)>,
        crs: Option<&str>,
    ) -> PyResult<Self> {
        let crs = crs.map(Crs::parse).transpose().or_raise()?;
        let geometry = guarded(|| geometry.read())?;
        let columns =
            columns.into_iter().map(|(name, cells)| Ok((name, cells.read()?))).collect::<PyResult<Vec<_>>>()?;
        Ok(Self { table: io::Table { name, geometry, columns, crs } })
    }

    fn __len__(&self) -> usize {
        self.table.geometry.len()
    }
}

/// The geometry column of a table.
#[derive(FromPyObject)]
enum GeometryColumn<'py> {
    Points(PyReadonlyArray2<'py, f64>),
    WellKnownBinary(Vec<Option<Bound<'py, PyBytes>>>),
}

impl GeometryColumn<'_> {
    fn read(&self) -> PyResult<Vec<Option<geo::Geometry<f64>>>> {
        match self {
            Self::Points(array) => {
                let place = |&[x, y]: &[f64; 2]| (!(x.is_nan() || y.is_nan())).then(|| geo::Point::new(x, y).into());
                Ok(convert::points("geometry", array)?.iter().map(place).collect())
            }
            Self::WellKnownBinary(rows) => {
                let shape = |(row, bytes): (usize, &Option<Bound<'_, PyBytes>>)| {
                    bytes.as_ref().map(|bytes| read_shape(row, bytes.as_bytes())).transpose()
                };
                rows.iter().enumerate().map(shape).collect()
            }
        }
    }
}

pub(super) fn read_shape(row: usize, bytes: &[u8]) -> PyResult<geo::Geometry<f64>> {
    let unreadable = |why: &str| wrong("geometry", &format!("row {row}"), why);
    let shape = wkb::reader::read_wkb(bytes).map_err(|error| unreadable(&error.to_string()))?;
    shape.try_to_geometry().ok_or_else(|| unreadable("holds an empty point"))
}

/// Any other column of a table.
#[derive(FromPyObject)]
enum CellColumn<'py> {
    Floats(PyReadonlyArray1<'py, f64>),
    Integers(PyReadonlyArray1<'py, i64>),
    Cells(Vec<Bound<'py, PyAny>>),
}

impl CellColumn<'_> {
    fn read(self) -> PyResult<Vec<Value>> {
        match self {
            Self::Floats(values) => Ok(values.as_array().iter().map(|&value| convert::number(value)).collect()),
            Self::Integers(values) => Ok(values.as_array().iter().map(|&value| Value::Number(value.into())).collect()),
            Self::Cells(cells) => cells.iter().map(convert::cell).collect(),
        }
    }
}

/// A layer as Python names it.
#[derive(FromPyObject)]
pub(super) enum Source<'py> {
    Table(Bound<'py, Table>),
    Path(PathBuf),
}

impl Source<'_> {
    pub(super) fn take(self) -> io::Source {
        match self {
            Self::Table(table) => io::Source::Table(table.get().table.clone()),
            Self::Path(path) => io::Source::Path(path),
        }
    }
}

/// Options of reading, from keywords.
pub(super) fn options(
    crs: Option<&str>,
    columns: Option<BTreeMap<String, String>>,
    swap_axes: bool,
    repair: bool,
) -> PyResult<ReadOptions> {
    let crs = crs.map(Crs::parse).transpose().or_raise()?;
    Ok(ReadOptions { crs, columns: columns.unwrap_or_default(), swap_axes, repair })
}

/// What a layer is read as, by the names of the arguments of `read`.
pub(super) fn role(name: &str) -> PyResult<Role> {
    match name {
        "demand" => Ok(Role::Demand),
        "facilities" => Ok(Role::Facilities),
        "towns" => Ok(Role::Towns),
        "points" => Ok(Role::Points),
        _ => Err(wrong("role", &name, "give demand, facilities, towns or points")),
    }
}
