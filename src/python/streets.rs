//! Streets and what is asked of them; see `linli.StreetNetwork`.

use std::sync::Arc;

use geo::Geometry;
use numpy::{PyArray1, PyArray2, PyReadonlyArray1, PyReadonlyArray2, ndarray::Array2};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict},
};

use super::{
    OrRaise,
    city::City,
    convert, detached,
    exceptions::wrong,
    layers::{Source, options},
    reach::{Reach, rows},
    report,
    street_searches::{ReachLists, direction, served, snapped, sums_within},
    street_shapes::{Given, Shapes, inward, lines, street_columns},
    walk::Walk,
};
use crate::{
    crs::{Crs, Plane},
    error::Result,
    io::{StreetOptions, read_streets},
    network::{self, Edits, Profile, SnapRule},
};

/// Streets on a metric plane, and the coordinate system that positions are given in.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct StreetNetwork {
    pub(super) network: Arc<network::StreetNetwork>,
    pub(super) crs: Crs,
}

impl StreetNetwork {
    pub(super) fn new(network: network::StreetNetwork, crs: Crs) -> Self {
        Self { network: Arc::new(network), crs }
    }

    pub(super) fn shared(&self) -> Arc<network::StreetNetwork> {
        Arc::clone(&self.network)
    }
}

#[pymethods]
impl StreetNetwork {
    /// From an extract or a layer of lines; on the plane of a city where one is given.
    #[staticmethod]
    #[pyo3(signature = (source, *, profile_toml=None, tolerance_m=0.0, max_snap_m=200.0, min_junctions=40,
                        crs=None, swap_axes=false, city=None))]
    #[allow(clippy::too_many_arguments)]
    fn read<'py>(
        py: Python<'py>,
        source: Source<'py>,
        profile_toml: Option<&str>,
        tolerance_m: f64,
        max_snap_m: f64,
        min_junctions: u32,
        crs: Option<&str>,
        swap_axes: bool,
        city: Option<Bound<'py, City>>,
    ) -> PyResult<(Self, Option<Bound<'py, PyDict>>)> {
        let options = StreetOptions {
            profile: profile_toml.map(Profile::from_toml).transpose().or_raise()?,
            tolerance_m,
            snap: SnapRule { max_m: max_snap_m, min_junctions },
            read: options(crs, None, swap_axes, false)?,
        };
        let source = source.take();
        let city = city.map(|city| city.get().shared());
        let read = detached::owned(py, move |control| {
            let plane = city.as_ref().map(|city| &city.frame().plane);
            read_streets(&source, &options, plane, control)
        })?;
        let report = read.report.map(|layer| report::as_dict(py, &layer)).transpose()?;
        Ok((Self::new(read.network, read.crs), report))
    }

    /// From nodes, edges between their rows, and lengths in metres.
    #[staticmethod]
    #[allow(clippy::too_many_arguments)]
    fn from_edges(
        py: Python<'_>,
        node_xy: PyReadonlyArray2<'_, f64>,
        start: PyReadonlyArray1<'_, i64>,
        end: PyReadonlyArray1<'_, i64>,
        length_m: PyReadonlyArray1<'_, f64>,
        way: PyReadonlyArray1<'_, i64>,
        crs: &str,
        twoway: bool,
        max_snap_m: f64,
        min_junctions: u32,
    ) -> PyResult<Self> {
        let crs = Crs::parse(crs).or_raise()?;
        let nodes = convert::points("node_xy", &node_xy)?.to_vec();
        let edges: Vec<[u32; 2]> =
            rows("from", &start)?.into_iter().zip(rows("to", &end)?).map(|(from, to)| [from, to]).collect();
        let length_m: Vec<f64> = length_m.as_array().iter().copied().collect();
        let way: Vec<i64> = way.as_array().iter().copied().collect();
        let rule = SnapRule { max_m: max_snap_m, min_junctions };
        let build = move || -> Result<Self> {
            let plane = if crs.is_on_earth() {
                Plane::around(&nodes.iter().map(|&xy| crs.to_lonlat(xy)).collect::<Result<Vec<_>>>()?)?
            } else {
                Plane::metres()
            };
            let xy = inward(&crs, &plane, &nodes)?;
            let network = if twoway {
                network::StreetNetwork::from_edges(&xy, &edges, &length_m)?
            } else {
                network::StreetNetwork::from_directed_edges(&xy, &edges, &length_m)?
            };
            Ok(Self::new(network.with_plane(plane).with_way_ids(way)?.with_snapping(rule)?, crs))
        };
        detached::owned(py, move |_| build())
    }

    /// The same streets, complete within an outline, or complete as they are.
    fn with_extent(&self, outline: Option<Bound<'_, PyBytes>>) -> PyResult<Self> {
        let outline = outline.map(|bytes| self.inward("outline", &vec![bytes])).transpose()?;
        let outline = match outline.as_deref() {
            Some([Geometry::Polygon(outline)]) => Some(outline),
            Some(_) => return Err(wrong("outline", &"not a Polygon", "give one Polygon")),
            None => None,
        };
        let network = self.network.with_extent(outline).or_raise()?;
        Ok(Self::new(network, self.crs.clone()))
    }

    /// This network as a way of walking; positions are on its plane.
    fn walk(&self) -> Walk {
        Walk::of(self.shared())
    }

    #[getter]
    fn crs(&self) -> &str {
        self.crs.name()
    }

    #[getter]
    fn hash(&self) -> &str {
        self.network.hash()
    }

    /// Vertices, segments, junctions, edges and metres.
    #[getter]
    fn size<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        convert::serialized(py, &self.network.size())
    }

    /// What was read and refused, where a profile chose the ways.
    #[getter]
    fn reading<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        convert::serialized(py, &self.network.reading())
    }

    /// Its size and what was refused, in words.
    #[getter]
    fn sentence(&self) -> String {
        crate::words::streets::network(&self.network)
    }

    /// Method, network hash, profile and snapping rule.
    #[getter]
    fn assumptions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        use crate::walk::Walk;
        convert::serialized(py, &self.network.assumptions())
    }

    /// Positions of the caller's coordinates on the network's plane.
    fn to_plane<'py>(&self, py: Python<'py>, xy: PyReadonlyArray2<'_, f64>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let xy = convert::points("xy", &xy)?.to_vec();
        let (crs, network) = (self.crs.clone(), self.shared());
        let xy = detached::owned(py, move |_| inward(&crs, network.plane(), &xy))?;
        Ok(PyArray2::from_owned_array(py, Array2::from(xy)))
    }

    /// Every street, from junction to junction.
    fn lines<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        street_columns(self, py)
    }

    /// Where each position was joined to a street.
    fn snap<'py>(&self, py: Python<'py>, xy: PyReadonlyArray2<'_, f64>) -> PyResult<Bound<'py, PyDict>> {
        let xy = convert::points("xy", &xy)?.to_vec();
        snapped(self, py, xy)
    }

    /// Outlines of the land within each limit of a place.
    fn isochrones<'py>(
        &self,
        py: Python<'py>,
        place: [f64; 2],
        limits_m: Vec<f64>,
        buffer_m: f64,
        to: bool,
    ) -> PyResult<Shapes<'py>> {
        let network = self.shared();
        let outlines = detached::owned(py, move |_| network.isochrones(place, &limits_m, buffer_m, direction(to)))?;
        self.shapes(py, outlines.into_iter().map(Geometry::from))
    }

    /// The streets within a limit of a place.
    fn service_area<'py>(
        &self,
        py: Python<'py>,
        place: [f64; 2],
        limit_m: f64,
        to: bool,
    ) -> PyResult<Bound<'py, PyDict>> {
        served(self, py, place, limit_m, direction(to))
    }

    /// Sum of the targets' amounts within a walk of each place; NaN where it is
    /// unsnapped. Places and targets are the network's nodes where they are not given.
    #[allow(clippy::too_many_arguments)]
    fn aggregate<'py>(
        &self,
        py: Python<'py>,
        place_xy: Option<PyReadonlyArray2<'_, f64>>,
        target_xy: Option<PyReadonlyArray2<'_, f64>>,
        amount: PyReadonlyArray1<'_, f64>,
        limit_m: f64,
        decay: &str,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        sums_within(py, self.shared(), [place_xy, target_xy], &amount, limit_m, decay)
    }

    /// All pairs of the network's nodes within a limit.
    fn reach_of_nodes(&self, py: Python<'_>, limit_m: Option<f64>) -> PyResult<Reach> {
        let network = self.shared();
        let reach = detached::owned(py, move |control| {
            let nodes = network.nodes();
            network.reach_of(&nodes, &nodes, limit_m, control)
        })?;
        Ok(Reach::new(reach))
    }

    /// The same streets after some changes, and what these did.
    #[allow(clippy::too_many_arguments)]
    fn edited<'py>(
        &self,
        py: Python<'py>,
        barriers: Given<'py>,
        gates: PyReadonlyArray2<'_, f64>,
        closed_ways: Vec<i64>,
        additions: Given<'py>,
        join_m: f64,
    ) -> PyResult<(Self, Bound<'py, PyAny>)> {
        let edits = Edits {
            barriers: lines("barriers", self.inward("barriers", &barriers)?)?,
            gates: inward(&self.crs, self.network.plane(), convert::points("gates", &gates)?).or_raise()?,
            closed_ways,
            additions: lines("additions", self.inward("additions", &additions)?)?,
            join_m,
        };
        let network = self.shared();
        let (edited, effect) = detached::owned(py, move |_| network.edited(&edits))?;
        Ok((Self::new(edited, self.crs.clone()), convert::serialized(py, &effect)?))
    }

    /// Pieces the network falls into, longest first.
    fn pieces<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        convert::serialized(py, &self.network.pieces())
    }

    /// Dead ends near streets that they don't meet, and where they are.
    fn near_misses<'py>(&self, py: Python<'py>, gap_m: f64) -> PyResult<(Bound<'py, PyAny>, Shapes<'py>)> {
        let network = self.shared();
        let misses = detached::owned(py, move |_| network.near_misses(gap_m))?;
        let shapes = self.shapes(py, misses.iter().map(|miss| geo::Point::from(miss.xy).into()))?;
        Ok((convert::serialized(py, &misses)?, shapes))
    }

    /// Reach lists that are kept between questions.
    fn reach_lists(
        &self,
        py: Python<'_>,
        demand_xy: PyReadonlyArray2<'_, f64>,
        limit_m: Option<f64>,
    ) -> PyResult<ReachLists> {
        let demand = convert::points("demand_xy", &demand_xy)?.to_vec();
        let network = self.shared();
        let lists = detached::owned(py, move |control| network::ReachLists::new(network, &demand, limit_m, control))?;
        Ok(ReachLists::new(lists))
    }
}

/// Streets of the embedded district.
#[pyfunction]
pub(super) fn putuo_streets(py: Python<'_>) -> PyResult<StreetNetwork> {
    let network = detached::owned(py, |_| crate::datasets::putuo_streets())?;
    Ok(StreetNetwork::new(network, Crs::lonlat()))
}
