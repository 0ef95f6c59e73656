//! Neighbours and walks of a city's committees, and levels that stay nested; see `linli.regions`.

use std::sync::{Mutex, MutexGuard, PoisonError};

use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2, PyUntypedArrayMethods, ToPyArray};
use pyo3::prelude::*;
use serde::Serialize;

use super::{
    OrRaise,
    city::City,
    contiguity::{Contiguity, labels_out},
    convert, detached,
    exceptions::wrong,
    reach::rows,
    regions::measures,
    street_answers::Barriers,
    streets::StreetNetwork,
    walk::Walk,
};
use crate::{
    error::Error,
    map::DivisionMap,
    regions::{self, Level, Neighbourhood, OnFoot, PairEdit, Walks},
};

/// Pairs of committees by id.
type Names = Vec<[String; 2]>;

/// What was cut and joined, and whether streets alone decided.
#[derive(Serialize)]
struct Edits {
    cut: Vec<PairEdit>,
    joined: Vec<PairEdit>,
    from_streets: bool,
}

/// Who is a neighbour of whom in a city.
#[pyfunction]
#[pyo3(signature = (city, *, cut, join, streets=None, detour=2.5, always_m=800.0, barriers=None, bridges=None,
                    join_islands=false))]
#[allow(clippy::too_many_arguments)]
pub(super) fn city_contiguity<'py>(
    py: Python<'py>,
    city: &City,
    cut: Names,
    join: Names,
    streets: Option<&StreetNetwork>,
    detour: f64,
    always_m: f64,
    barriers: Option<&Barriers>,
    bridges: Option<&StreetNetwork>,
    join_islands: bool,
) -> PyResult<(Contiguity, Bound<'py, PyAny>)> {
    let (city, streets, bridges) =
        (city.shared(), streets.map(StreetNetwork::shared), bridges.map(StreetNetwork::shared));
    let barriers = barriers.map(Barriers::shared);
    let found = detached::owned(py, move |control| {
        let asked = Neighbourhood {
            streets: streets.as_deref(),
            on_foot: OnFoot { detour, always_m },
            barriers: barriers.map(|barriers| barriers.on(&city.frame().plane)).transpose()?,
            bridges: bridges.as_deref(),
            cut,
            join,
            join_islands,
        };
        regions::neighbours(&city, &asked, control)
    })?;
    let edits = Edits { cut: found.cut, joined: found.joined, from_streets: found.from_streets };
    Ok((Contiguity::new(found.contiguity), convert::serialized(py, &edits)?))
}

/// A measure of every committee: its own, or that of the open centres in it.
#[pyfunction]
pub(super) fn city_amounts<'py>(py: Python<'py>, city: &City, name: &str) -> PyResult<Bound<'py, PyArray1<f64>>> {
    Ok(regions::amounts(&city.shared(), name).or_raise()?.to_pyarray(py))
}

/// The committee that each centre stands in.
#[pyfunction]
pub(super) fn committee_of_centre(city: &City) -> PyResult<Vec<Option<u32>>> {
    regions::committee_of_centre(&city.shared()).or_raise()
}

/// Walking metres from every committee to these facilities; NaN where there is no way.
#[pyfunction]
pub(super) fn walks_to_centres<'py>(
    py: Python<'py>,
    city: &City,
    walk: &Walk,
    facilities: Vec<u32>,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let (city, walk) = (city.shared(), walk.shared());
    let found = detached::owned(py, move |control| Walks::to_centres(&city, walk.as_ref(), &facilities, control))?;
    found.metres.to_pyarray(py).reshape([found.units(), found.sites])
}

fn table(metres: &PyReadonlyArray2<'_, f64>) -> PyResult<Walks> {
    if metres.shape()[1] == 0 {
        return Err(wrong("walk_m", &"no column", "give at least one site"));
    }
    Ok(Walks { metres: metres.as_array().iter().copied().collect(), sites: metres.shape()[1] })
}

/// How far the people of each part walk to its centre.
#[pyfunction]
pub(super) fn part_walks<'py>(
    py: Python<'py>,
    metres: PyReadonlyArray2<'py, f64>,
    people: PyReadonlyArray1<'py, f64>,
    labels: PyReadonlyArray1<'py, i64>,
    k: usize,
    limit_m: f64,
) -> PyResult<Bound<'py, PyAny>> {
    let (walks, labels) = (table(&metres)?, rows("labels", &labels)?);
    let found = walks.of_plan(&people.as_array().to_vec(), &labels, k, limit_m).or_raise()?;
    convert::serialized(py, &found)
}

/// The offline map of a city's parts, and of the blocks within them.
#[pyfunction]
#[pyo3(signature = (city, contiguity, levels, measures, *, details, minutes, lines, barriers_hash=None))]
#[allow(clippy::too_many_arguments)]
pub(super) fn division_map(
    py: Python<'_>,
    city: &City,
    contiguity: &Contiguity,
    levels: Vec<PyReadonlyArray1<'_, i64>>,
    measures: Vec<(String, PyReadonlyArray1<'_, f64>)>,
    details: String,
    minutes: Vec<Option<f64>>,
    lines: Vec<String>,
    barriers_hash: Option<String>,
) -> PyResult<String> {
    let (city, contiguity) = (city.shared(), contiguity.shared());
    let levels = levels.iter().map(|labels| rows("labels", labels)).collect::<PyResult<Vec<_>>>()?;
    let measures: Vec<_> = measures.into_iter().map(|(name, amounts)| (name, amounts.as_array().to_vec())).collect();
    detached::owned(py, move |_| {
        let Some((parts, blocks)) = levels.split_first() else {
            return Err(Error::parameter("levels", &0, "give the parts, or the parts and their blocks"));
        };
        let map = DivisionMap::new(&city, &contiguity, parts)?.said(details).minutes(minutes);
        let mut map = map.barriers(barriers_hash.as_deref());
        for labels in blocks {
            map = map.level(labels)?;
        }
        for (name, amounts) in &measures {
            map = map.measure(name, amounts)?;
        }
        lines.iter().try_fold(map, |map, geojson| map.lines(geojson))?.html()
    })
}

/// A level as Python gives it: name, labels, tolerance, whether it is fixed.
type Given<'py> = (String, PyReadonlyArray1<'py, i64>, Option<Vec<f64>>, bool);

/// Nested levels that stay true while single units move.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct Hierarchy {
    plan: Mutex<regions::Hierarchy>,
}

impl Hierarchy {
    fn plan(&self) -> MutexGuard<'_, regions::Hierarchy> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn checked(plan: &regions::Hierarchy, unit: u32, to: u32) -> PyResult<()> {
        let lowest = plan.levels() - 1;
        let (units, parts) = (plan.labels(lowest).len(), plan.parts(lowest));
        if unit as usize >= units {
            return Err(wrong("unit", &unit, &format!("does not exist; units are 0 to {}", units - 1)));
        }
        if to as usize >= parts {
            return Err(wrong("to", &to, &format!("does not exist; parts are 0 to {}", parts - 1)));
        }
        Ok(())
    }
}

#[pymethods]
impl Hierarchy {
    #[new]
    fn new(
        contiguity: &Contiguity,
        weights: PyReadonlyArray2<'_, f64>,
        levels: Vec<Given<'_>>,
        walk_m: Option<PyReadonlyArray2<'_, f64>>,
        limit_m: f64,
    ) -> PyResult<Self> {
        let level = |(name, labels, tolerance, is_fixed): Given<'_>| {
            Ok(Level { name, labels: rows("labels", &labels)?, tolerance, is_fixed })
        };
        let levels = levels.into_iter().map(level).collect::<PyResult<Vec<_>>>()?;
        let walks = walk_m.as_ref().map(table).transpose()?;
        let contiguity = regions::Contiguity::clone(&contiguity.shared());
        let plan = regions::Hierarchy::new(contiguity, &measures(&weights), &levels, walks, limit_m).or_raise()?;
        Ok(Self { plan: Mutex::new(plan) })
    }

    #[getter]
    fn moves(&self) -> usize {
        self.plan().moves()
    }

    fn labels<'py>(&self, py: Python<'py>, level: usize) -> PyResult<Bound<'py, PyArray1<i64>>> {
        let plan = self.plan();
        if level >= plan.levels() {
            return Err(wrong("level", &level, &format!("does not exist; there are {}", plan.levels())));
        }
        Ok(labels_out(py, plan.labels(level)))
    }

    /// What every part of a level holds.
    fn parts<'py>(&self, py: Python<'py>, level: usize) -> PyResult<Bound<'py, PyAny>> {
        let plan = self.plan();
        if level >= plan.levels() {
            return Err(wrong("level", &level, &format!("does not exist; there are {}", plan.levels())));
        }
        let all: Vec<_> = (0..plan.parts(level) as u32).map(|part| plan.part(level, part)).collect();
        convert::serialized(py, &all)
    }

    /// Parts beyond their tolerance.
    fn off(&self) -> Vec<(usize, u32)> {
        self.plan().off()
    }

    /// Parts of the lowest level that a unit could move to.
    fn targets(&self, unit: u32) -> PyResult<Vec<u32>> {
        let mut plan = self.plan();
        Self::checked(&plan, unit, 0)?;
        Ok(plan.targets(unit))
    }

    /// Why a unit cannot move to a part; None where it can.
    fn refusal<'py>(&self, py: Python<'py>, unit: u32, to: u32) -> PyResult<Option<Bound<'py, PyAny>>> {
        let mut plan = self.plan();
        Self::checked(&plan, unit, to)?;
        plan.refusal(unit, to).map(|refusal| convert::serialized(py, &refusal)).transpose()
    }

    /// What changed, or why not.
    fn move_unit<'py>(&self, py: Python<'py>, unit: u32, to: u32) -> PyResult<(bool, Bound<'py, PyAny>)> {
        let mut plan = self.plan();
        Self::checked(&plan, unit, to)?;
        match plan.move_unit(unit, to) {
            Ok(moved) => Ok((true, convert::serialized(py, &moved)?)),
            Err(refusal) => Ok((false, convert::serialized(py, &refusal)?)),
        }
    }

    /// What changed back; None where there is nothing to undo.
    fn undo<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.plan().undo().map(|moved| convert::serialized(py, &moved)).transpose()
    }
}
