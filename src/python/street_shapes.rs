//! Shapes and positions between the caller's coordinates and the plane of the streets.

use geo::{Geometry, MapCoords};
use numpy::IntoPyArray;
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict},
};

use super::{OrRaise, convert, exceptions::wrong, layers::read_shape, streets::StreetNetwork};
use crate::{
    crs::{Crs, Plane},
    error::Result,
};

/// Shapes as well-known binary.
pub(super) type Shapes<'py> = Vec<Option<Bound<'py, PyBytes>>>;
/// Shapes that Python gives.
pub(super) type Given<'py> = Vec<Bound<'py, PyBytes>>;

impl StreetNetwork {
    /// A shape of the network's plane in the caller's coordinates.
    pub(super) fn outward(&self, shape: Geometry<f64>) -> Result<Option<Geometry<f64>>> {
        let position = |xy: [f64; 2]| {
            let lonlat = self.network.plane().inverse(xy)?;
            if self.crs.is_on_earth() { self.crs.from_lonlat(lonlat) } else { Ok(lonlat) }
        };
        shape.try_map_coords(|at| position([at.x, at.y]).map(geo::Coord::from)).map(Some)
    }

    /// Shapes of the network's plane as well-known binary in the caller's coordinates.
    pub(super) fn shapes<'py>(
        &self,
        py: Python<'py>,
        shapes: impl Iterator<Item = Geometry<f64>>,
    ) -> PyResult<Shapes<'py>> {
        let shapes = shapes.map(|shape| self.outward(shape)).collect::<Result<Vec<_>>>().or_raise()?;
        convert::shapes(py, &shapes)
    }

    /// A caller's shapes on the network's plane.
    pub(super) fn inward(&self, parameter: &'static str, given: &Given<'_>) -> PyResult<Vec<Geometry<f64>>> {
        let onto = |(row, bytes): (usize, &Bound<'_, PyBytes>)| {
            read_shape(row, bytes.as_bytes())?.try_map_coords(|at| {
                inward(&self.crs, self.network.plane(), &[[at.x, at.y]])
                    .map(|xy| geo::Coord::from(xy[0]))
                    .map_err(|error| wrong(parameter, &format!("row {row}"), &error.to_string()))
            })
        };
        given.iter().enumerate().map(onto).collect()
    }
}

/// Positions of a coordinate system on a plane.
pub(super) fn inward(crs: &Crs, plane: &Plane, xy: &[[f64; 2]]) -> Result<Vec<[f64; 2]>> {
    if !crs.is_on_earth() {
        return Ok(xy.to_vec());
    }
    let lonlat = xy.iter().map(|&xy| crs.to_lonlat(xy)).collect::<Result<Vec<_>>>()?;
    plane.forward_all(&lonlat)
}

/// Lines of one or more parts, each part on its own.
pub(super) fn lines(parameter: &'static str, shapes: Vec<Geometry<f64>>) -> PyResult<Vec<geo::LineString<f64>>> {
    let mut lines = vec![];
    for (row, shape) in shapes.into_iter().enumerate() {
        match shape {
            Geometry::LineString(line) => lines.push(line),
            Geometry::MultiLineString(parts) => lines.extend(parts),
            _ => return Err(wrong(parameter, &format!("row {row}"), "is no line; give LineStrings")),
        }
    }
    Ok(lines)
}

/// Every street, from junction to junction.
pub(super) fn street_columns<'py>(network: &StreetNetwork, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
    let streets = network.network.streets();
    let columns = PyDict::new(py);
    let columns_of = streets.iter().map(|street| (street.way_id, street.length_m));
    let (way_id, length_m): (Vec<i64>, Vec<f64>) = columns_of.unzip();
    columns.set_item("way_id", way_id.into_pyarray(py))?;
    columns.set_item("length_m", length_m.into_pyarray(py))?;
    columns.set_item("forward_m", convert::amounts(py, streets.iter().map(|street| street.forward_m)))?;
    columns.set_item("backward_m", convert::amounts(py, streets.iter().map(|street| street.backward_m)))?;
    columns.set_item("shape", network.shapes(py, streets.into_iter().map(|street| street.line.into()))?)?;
    Ok(columns)
}
