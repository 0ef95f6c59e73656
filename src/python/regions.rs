//! Dividing a district; see `linli.regions` and `linli.Contiguity`.

use std::sync::{Arc, Mutex, PoisonError};

use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2, PyUntypedArrayMethods, ToPyArray};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict},
};

use super::{OrRaise, convert, detached, exceptions::wrong, layers::read_shape, reach::rows};
use crate::regions::{self, Method, Objective, Touch};

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

/// A division into connected, balanced parts.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct Partition {
    plan: regions::Partition,
}

#[pymethods]
impl Partition {
    fn labels<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        labels_out(py, &self.plan.labels)
    }

    /// Everything but the labels.
    fn facts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let mut facts = match serde_json::to_value(&self.plan) {
            Ok(serde_json::Value::Object(facts)) => facts,
            _ => serde_json::Map::new(),
        };
        facts.remove("labels");
        convert::object(py, &facts)
    }
}

/// The terms of a division, as the Python side spells them out.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(super) struct Asked<'py> {
    tolerance: Vec<f64>,
    within: Option<PyReadonlyArray1<'py, i64>>,
    town_names: Vec<String>,
    town_parts: Option<Vec<usize>>,
    objective: String,
    today: Option<PyReadonlyArray1<'py, i64>>,
    locked: PyReadonlyArray1<'py, i64>,
    together: PyReadonlyArray1<'py, i64>,
    apart: PyReadonlyArray1<'py, i64>,
    walk_m: Option<PyReadonlyArray2<'py, f64>>,
    /// Price of each unit in a part of another town; NaN may not be there.
    exception_cost: Option<PyReadonlyArray1<'py, f64>>,
    /// What every part must hold at least: name, amounts, least.
    at_least: Vec<(String, Vec<f64>, f64)>,
    rounds: Option<usize>,
    time_limit_s: Option<f64>,
    proof: Option<usize>,
    seed: u64,
}

impl Asked<'_> {
    fn read(&self) -> PyResult<regions::Terms> {
        let Some(objective) = Objective::of(&self.objective) else {
            let rule = "give one of cut_edges, border, inertia, moved, walk";
            return Err(wrong("objective", &self.objective, rule));
        };
        let walk = self.walk_m.as_ref().map(|walk_m| regions::WalkTable {
            metres: walk_m.as_array().iter().copied().collect(),
            sites: walk_m.shape()[1],
        });
        Ok(regions::Terms {
            tolerance: self.tolerance.clone(),
            within: self.within.as_ref().map(|within| rows("within", within)).transpose()?,
            town_names: self.town_names.clone(),
            town_parts: self.town_parts.clone(),
            objective,
            today: self.today.as_ref().map(|today| rows("today", today)).transpose()?,
            locked: rows("locked", &self.locked)?,
            together: in_twos("together", &self.together)?,
            apart: in_twos("apart", &self.apart)?,
            walk,
            leaving: self.exception_cost.as_ref().map(|price| regions::Leaving {
                price: price.as_array().iter().map(|&price| (!price.is_nan()).then_some(price)).collect(),
            }),
            at_least: self
                .at_least
                .iter()
                .map(|(what, amount, least)| regions::AtLeast {
                    what: what.clone(),
                    amount: amount.clone(),
                    least: *least,
                })
                .collect(),
            rounds: self.rounds,
            time_limit_s: self.time_limit_s,
            proof: self.proof,
            seed: self.seed,
        })
    }
}

/// Divide into `k` parts.
#[pyfunction]
pub(super) fn partition(
    py: Python<'_>,
    contiguity: &Contiguity,
    weights: PyReadonlyArray2<'_, f64>,
    k: usize,
    terms: Asked<'_>,
) -> PyResult<Partition> {
    let (contiguity, weights, terms) = (contiguity.shared(), measures(&weights), terms.read()?);
    let plan = detached::owned(py, move |control| regions::partition(&contiguity, &weights, k, &terms, control))?;
    Ok(Partition { plan })
}

/// Count every plan.
#[pyfunction]
pub(super) fn enumerate<'py>(
    py: Python<'py>,
    contiguity: &Contiguity,
    weight: PyReadonlyArray1<'_, f64>,
    k: usize,
    tolerance: Option<f64>,
) -> PyResult<(u128, Option<u64>, u128, Option<f64>)> {
    let (contiguity, weight) = (contiguity.shared(), weight.as_array().to_vec());
    let all = detached::owned(py, move |control| regions::enumerate(&contiguity, &weight, k, tolerance, control))?;
    Ok((all.count, all.minimum_cut, all.at_minimum, all.best_deviation))
}

/// Plans drawn by recombination.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct Ensemble {
    ensemble: Arc<regions::Ensemble>,
}

impl Ensemble {
    fn new(ensemble: regions::Ensemble) -> Self {
        Self { ensemble: Arc::new(ensemble) }
    }

    /// A column of every chain as one table, chain by chain.
    fn table<'py, T: Copy>(
        &self,
        py: Python<'py>,
        column: impl Fn(&regions::ChainRun) -> &[T],
        value: impl Fn(T) -> f64,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let runs = &self.ensemble.runs;
        let flat: Vec<f64> = runs.iter().flat_map(|run| column(run).iter().map(|&one| value(one))).collect();
        flat.to_pyarray(py).reshape([runs.len(), self.ensemble.steps])
    }
}

#[pymethods]
impl Ensemble {
    #[getter]
    fn k(&self) -> usize {
        self.ensemble.k
    }

    #[getter]
    fn chains(&self) -> usize {
        self.ensemble.runs.len()
    }

    #[getter]
    fn steps(&self) -> usize {
        self.ensemble.steps
    }

    #[getter]
    fn seed(&self) -> u64 {
        self.ensemble.draw.seed
    }

    #[getter]
    fn kept_bytes(&self) -> usize {
        self.ensemble.kept_bytes()
    }

    fn cut_edges<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        self.table(py, |run| &run.cut_edges, f64::from)
    }

    fn deviation<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        self.table(py, |run| &run.deviation, f64::from)
    }

    /// None where positions were not known.
    fn inertia<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyArray2<f64>>>> {
        let known = self.ensemble.runs.iter().all(|run| run.inertia.len() == self.ensemble.steps);
        known.then(|| self.table(py, |run| &run.inertia, |one| one)).transpose()
    }

    fn trees(&self) -> Vec<u64> {
        self.ensemble.runs.iter().map(|run| run.trees).collect()
    }

    /// Labels of the best plan, its cut edges, its chain and step.
    fn best<'py>(&self, py: Python<'py>) -> (Bound<'py, PyArray1<i64>>, u64, usize, usize) {
        let best = self.ensemble.best();
        let chain = self.ensemble.runs.iter().position(|run| std::ptr::eq(run, best)).unwrap_or(0);
        (labels_out(py, &best.best_labels), best.best_cut_edges, chain, best.best_step)
    }

    fn rank(&self, cut_edges: u32) -> (f64, f64) {
        self.ensemble.rank(cut_edges)
    }

    /// The kept plans of a chain, one after the other.
    fn plans(&self, chain: usize) -> PyResult<Plans> {
        if chain >= self.ensemble.runs.len() {
            return Err(wrong("chain", &chain, &format!("does not exist; there are {}", self.ensemble.runs.len())));
        }
        let at = Mutex::new((0, self.ensemble.begin.clone()));
        Ok(Plans { ensemble: Arc::clone(&self.ensemble), chain, at })
    }

    fn go_on(
        &self,
        py: Python<'_>,
        contiguity: &Contiguity,
        weights: PyReadonlyArray2<'_, f64>,
        steps: usize,
    ) -> PyResult<Self> {
        let (contiguity, weights) = (contiguity.shared(), measures(&weights));
        let ensemble = Arc::clone(&self.ensemble);
        let longer = detached::owned(py, move |control| {
            regions::Ensemble::clone(&ensemble).go_on(&contiguity, &weights, steps, control)
        })?;
        Ok(Self::new(longer))
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.ensemble.to_bytes())
    }

    #[staticmethod]
    fn from_bytes(bytes: &[u8]) -> PyResult<Self> {
        Ok(Self::new(regions::Ensemble::from_bytes(bytes).or_raise()?))
    }
}

/// A walk through the kept plans of a chain.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct Plans {
    ensemble: Arc<regions::Ensemble>,
    chain: usize,
    /// Bytes read, and the plan they led to.
    at: Mutex<(usize, Vec<u32>)>,
}

#[pymethods]
impl Plans {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyArray1<i64>>> {
        let mut at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        let (read, label) = &mut *at;
        self.ensemble.next_plan(self.chain, read, label).then(|| labels_out(py, label))
    }
}

/// The terms of an ensemble, as the Python side spells them out.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(super) struct Drawn<'py> {
    tolerance: f64,
    chains: usize,
    seed: u64,
    within: Option<PyReadonlyArray1<'py, i64>>,
    surcharge: f64,
    burst: Option<usize>,
    keep: bool,
}

/// Draw plans.
#[pyfunction]
pub(super) fn recom(
    py: Python<'_>,
    contiguity: &Contiguity,
    weights: PyReadonlyArray2<'_, f64>,
    labels: PyReadonlyArray1<'_, i64>,
    steps: usize,
    terms: Drawn<'_>,
) -> PyResult<Ensemble> {
    let (contiguity, weights, labels) = (contiguity.shared(), measures(&weights), rows("labels", &labels)?);
    let draw = regions::Draw {
        tolerance: terms.tolerance,
        chains: terms.chains,
        seed: terms.seed,
        within: terms.within.as_ref().map(|within| rows("within", within)).transpose()?,
        surcharge: terms.surcharge,
        burst: terms.burst,
        keep: terms.keep,
    };
    let ensemble =
        detached::owned(py, move |control| regions::recom(&contiguity, &weights, &labels, steps, &draw, control))?;
    Ok(Ensemble::new(ensemble))
}

/// Measure a plan.
#[pyfunction]
pub(super) fn metrics<'py>(
    py: Python<'py>,
    contiguity: &Contiguity,
    weights: PyReadonlyArray2<'_, f64>,
    labels: PyReadonlyArray1<'_, i64>,
    within: Option<PyReadonlyArray1<'_, i64>>,
) -> PyResult<Bound<'py, PyAny>> {
    let (contiguity, weights, labels) = (contiguity.shared(), measures(&weights), rows("labels", &labels)?);
    let within = within.as_ref().map(|within| rows("within", within)).transpose()?;
    let found = detached::owned(py, move |_| regions::metrics(&contiguity, &weights, &labels, within.as_deref()))?;
    convert::serialized(py, &found)
}

/// Labels of the later plan, numbered after the earlier; moves as three columns; their weight.
type Diff<'py> = (Bound<'py, PyArray1<i64>>, [Bound<'py, PyArray1<i64>>; 3], f64);

/// How one plan differs from another.
#[pyfunction]
pub(super) fn plan_diff<'py>(
    py: Python<'py>,
    before: PyReadonlyArray1<'_, i64>,
    after: PyReadonlyArray1<'_, i64>,
    weight: PyReadonlyArray1<'_, f64>,
) -> PyResult<Diff<'py>> {
    let (before, after) = (rows("before", &before)?, rows("after", &after)?);
    let diff = regions::plan_diff(&before, &after, &weight.as_array().to_vec()).or_raise()?;
    let column = |of: fn(&(u32, u32, u32)) -> u32| labels_out(py, &diff.moves.iter().map(of).collect::<Vec<_>>());
    let columns = [column(|one| one.0), column(|one| one.1), column(|one| one.2)];
    Ok((labels_out(py, &diff.labels), columns, diff.moved))
}

/// Parts, worst deviation, alternatives.
type Apportioned = (Vec<usize>, f64, Vec<(Vec<usize>, f64)>);

/// Apportion parts to towns as evenly as can be.
#[pyfunction]
pub(super) fn apportion(weight: PyReadonlyArray1<'_, f64>, k: usize, slack: f64) -> PyResult<Apportioned> {
    let best = regions::apportion(&weight.as_array().to_vec(), k, slack).or_raise()?;
    Ok((best.parts, best.deviation, best.alternatives))
}

/// Apportion by a classical rule.
#[pyfunction]
pub(super) fn apportion_by(method: &str, weight: PyReadonlyArray1<'_, f64>, k: usize) -> PyResult<Vec<usize>> {
    let method = match method {
        "hamilton" => Method::Hamilton,
        "sainte_lague" => Method::SainteLague,
        "huntington_hill" => Method::HuntingtonHill,
        _ => return Err(wrong("method", &method, "give one of exact, hamilton, sainte_lague, huntington_hill")),
    };
    regions::apportion_by(method, &weight.as_array().to_vec(), k).or_raise()
}

/// Pairs from a flat list of units.
fn in_twos(parameter: &'static str, flat: &PyReadonlyArray1<'_, i64>) -> PyResult<Vec<[u32; 2]>> {
    Ok(rows(parameter, flat)?.as_chunks::<2>().0.to_vec())
}

/// One row of amounts for each measure.
pub(super) fn measures(weights: &PyReadonlyArray2<'_, f64>) -> Vec<Vec<f64>> {
    weights.as_array().outer_iter().map(|row| row.to_vec()).collect()
}

pub(super) fn labels_out<'py>(py: Python<'py>, labels: &[u32]) -> Bound<'py, PyArray1<i64>> {
    labels.iter().map(|&part| i64::from(part)).collect::<Vec<_>>().to_pyarray(py)
}
