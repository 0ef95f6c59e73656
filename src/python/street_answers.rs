//! What streets say of a city: why a row has its answer, and what is wrong with the streets.

use std::sync::Arc;

use geo::Geometry;
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict},
};

use super::{
    OrRaise,
    city::City,
    convert, detached,
    layers::{Source, options},
    streets::StreetNetwork,
    walk::Walk,
};
use crate::{
    coverage::{self, Provenance, Question, Search, WayTo},
    io, network,
    standard::Standard,
    words,
};

/// Lines with names that may lie between places.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct Barriers {
    barriers: Arc<io::Barriers>,
}

impl Barriers {
    pub(super) fn shared(&self) -> Arc<io::Barriers> {
        Arc::clone(&self.barriers)
    }
}

#[pymethods]
impl Barriers {
    /// From a layer of lines.
    #[staticmethod]
    #[pyo3(signature = (source, *, crs=None, swap_axes=false))]
    fn read(py: Python<'_>, source: Source<'_>, crs: Option<&str>, swap_axes: bool) -> PyResult<Self> {
        let (source, options) = (source.take(), options(crs, None, swap_axes, false)?);
        let barriers = detached::owned(py, move |_| io::read_barriers(&source, &options))?;
        Ok(Self { barriers: Arc::new(barriers) })
    }

    #[getter]
    fn names(&self) -> Vec<String> {
        self.barriers.name.clone()
    }

    /// Hash of names, kinds and courses; None without any.
    #[getter]
    fn hash(&self) -> Option<String> {
        self.barriers.hash()
    }

    #[getter]
    fn kinds(&self) -> Vec<String> {
        self.barriers.kind.clone()
    }

    /// Their courses as well-known binary, longitude and latitude.
    fn shapes<'py>(&self, py: Python<'py>) -> PyResult<Vec<Option<Bound<'py, PyBytes>>>> {
        let shapes: Vec<Option<Geometry<f64>>> =
            self.barriers.line.iter().cloned().map(|line| Some(line.into())).collect();
        convert::shapes(py, &shapes)
    }
}

/// The barriers of the embedded district.
#[pyfunction]
pub(super) fn putuo_barriers() -> PyResult<Barriers> {
    Ok(Barriers { barriers: Arc::new(crate::datasets::putuo_barriers().or_raise()?) })
}

/// Barriers; none where none are given.
pub(super) fn given(barriers: Option<&Barriers>) -> Arc<io::Barriers> {
    barriers.map_or_else(Arc::default, |barriers| Arc::clone(&barriers.barriers))
}

/// What an answer along streets that names barriers rests on.
fn provenance(
    city: &crate::City,
    network: &network::StreetNetwork,
    question: &Question,
    barriers: &io::Barriers,
) -> Provenance {
    Provenance { barriers_hash: barriers.hash(), ..Provenance::of(city, network, question) }
}

/// Why a committee is or is not covered.
#[pyfunction]
#[pyo3(signature = (city, streets, committee, *, minutes, speed_m_per_s, service=None, group=None, barriers=None))]
#[allow(clippy::too_many_arguments)]
pub(super) fn explain<'py>(
    py: Python<'py>,
    city: &City,
    streets: &StreetNetwork,
    committee: usize,
    minutes: f64,
    speed_m_per_s: f64,
    service: Option<String>,
    group: Option<String>,
    barriers: Option<&Barriers>,
) -> PyResult<Bound<'py, PyDict>> {
    let question =
        Question { standard: Standard::new(minutes, speed_m_per_s).or_raise()?, service, group, speeds: vec![] };
    let (city, network) = (city.shared(), streets.shared());
    let barriers = given(barriers);
    let (why, text, provenance) = detached::owned(py, move |control| {
        let index = barriers.index(network.plane())?;
        let why = coverage::explain(&city, &network, &question, committee, &index, control)?;
        let text = words::streets::why(&city, &question, &why, &barriers.name);
        Ok((why, text, provenance(&city, &network, &question, &barriers)))
    })?;
    let facts = PyDict::new(py);
    facts.set_item("text", text)?;
    facts.set_item("provenance", convert::serialized(py, &provenance)?)?;
    for (name, way) in [("on_foot", &why.on_foot), ("by_air", &why.by_air)] {
        facts.set_item(name, way.as_ref().map(|way| way_to(py, way)).transpose()?)?;
    }
    facts.set_item("status", why.status.word())?;
    facts.set_item("people", why.people)?;
    facts.set_item("share", why.share)?;
    facts.set_item("point", why.point)?;
    facts.set_item("point_share", why.point_share)?;
    facts.set_item("at", why.at)?;
    facts.set_item("leg_m", why.leg_m)?;
    Ok(facts)
}

fn way_to<'py>(py: Python<'py>, way: &WayTo) -> PyResult<Bound<'py, PyAny>> {
    let facts = convert::serialized(py, way)?;
    let route = way.route.clone().map(Geometry::from);
    facts.set_item("route", convert::shapes(py, &[route])?)?;
    facts.set_item("detour", way.detour())?;
    Ok(facts)
}

/// What a planner should know of a city's streets.
#[pyfunction]
#[pyo3(signature = (city, streets, *, minutes, speed_m_per_s, service=None, group=None, gap_m=5.0, detour_ratio=2.0,
                    detour_within_m=800.0, detour_extra_m=400.0, barriers=None))]
#[allow(clippy::too_many_arguments)]
pub(super) fn street_report<'py>(
    py: Python<'py>,
    city: &City,
    streets: &StreetNetwork,
    minutes: f64,
    speed_m_per_s: f64,
    service: Option<String>,
    group: Option<String>,
    gap_m: f64,
    detour_ratio: f64,
    detour_within_m: f64,
    detour_extra_m: f64,
    barriers: Option<&Barriers>,
) -> PyResult<Bound<'py, PyDict>> {
    let question =
        Question { standard: Standard::new(minutes, speed_m_per_s).or_raise()?, service, group, speeds: vec![] };
    let search = Search { gap_m, detour_ratio, detour_within_m, detour_extra_m };
    let (city, network) = (city.shared(), streets.shared());
    let barriers = given(barriers);
    let (report, text, provenance) = detached::owned(py, move |control| {
        let index = barriers.index(network.plane())?;
        let report = coverage::street_report(&city, &network, &question, search, &index, control)?;
        let text = words::streets::report(&city, &network, &report, &barriers.name);
        Ok((report, text, provenance(&city, &network, &question, &barriers)))
    })?;
    let facts = PyDict::new(py);
    facts.set_item("text", text)?;
    facts.set_item("provenance", convert::serialized(py, &provenance)?)?;
    facts.set_item("pieces", convert::serialized(py, &report.pieces)?)?;
    facts.set_item("isolated_facilities", &report.isolated_facilities)?;
    facts.set_item("isolated_committees", &report.isolated_committees)?;
    facts.set_item("unsnapped_committees", &report.unsnapped_committees)?;
    facts.set_item("clipped_committees", &report.clipped_committees)?;
    facts.set_item("near_misses", convert::serialized(py, &report.near_misses)?)?;
    facts.set_item(
        "near_miss_shapes",
        streets.shapes(py, report.near_misses.iter().map(|miss| geo::Point::from(miss.xy).into()))?,
    )?;
    let straight = |spot: &coverage::Hotspot| geo::Line::new(spot.from, spot.to);
    let straights = report.hotspots.iter().map(|spot| geo::LineString::from(straight(spot)).into());
    facts.set_item("hotspot_shapes", streets.shapes(py, straights)?)?;
    facts.set_item("hotspots", convert::serialized(py, &report.hotspots)?)?;
    let critical = PyDict::new(py);
    let streets_of = &report.critical_streets;
    critical.set_item("way_ids", streets_of.iter().map(|street| street.way_ids.clone()).collect::<Vec<_>>())?;
    critical.set_item("length_m", streets_of.iter().map(|street| street.length_m).collect::<Vec<_>>())?;
    critical.set_item("people", streets_of.iter().map(|street| street.people).collect::<Vec<_>>())?;
    critical.set_item("demand_points", streets_of.iter().map(|street| street.rows).collect::<Vec<_>>())?;
    critical.set_item("shape", streets.shapes(py, streets_of.iter().map(|street| street.line.clone().into()))?)?;
    facts.set_item("critical_streets", critical)?;
    Ok(facts)
}

/// Who is near a centre by air and not on foot.
#[pyfunction]
#[pyo3(signature = (city, air, streets, *, minutes, speed_m_per_s, service=None, group=None, barriers=None))]
#[allow(clippy::too_many_arguments)]
pub(super) fn severance<'py>(
    py: Python<'py>,
    city: &City,
    air: &Walk,
    streets: &StreetNetwork,
    minutes: f64,
    speed_m_per_s: f64,
    service: Option<String>,
    group: Option<String>,
    barriers: Option<&Barriers>,
) -> PyResult<Bound<'py, PyAny>> {
    let question =
        Question { standard: Standard::new(minutes, speed_m_per_s).or_raise()?, service, group, speeds: vec![] };
    let (city, air, network, barriers) = (city.shared(), air.shared(), streets.shared(), given(barriers));
    let by_air = convert::serialized(py, &air.assumptions())?;
    let (found, provenance) = detached::owned(py, move |control| {
        let index = barriers.index(network.plane())?;
        let found = coverage::severance(&city, air.as_ref(), &network, &question, &index, control)?;
        Ok((found, provenance(&city, &network, &question, &barriers)))
    })?;
    let (facts, about) = (convert::serialized(py, &found)?, convert::serialized(py, &provenance)?);
    about.set_item("by_air", by_air)?;
    facts.set_item("provenance", about)?;
    Ok(facts)
}
