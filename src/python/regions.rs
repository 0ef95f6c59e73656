//! Dividing a district; see `linli.regions` and `linli.Contiguity`.

use numpy::{PyArray1, PyReadonlyArray1, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::{prelude::*, types::PyDict};

use super::{
    OrRaise,
    contiguity::{Contiguity, in_twos, labels_out},
    convert, detached,
    exceptions::wrong,
    reach::rows,
};
use crate::regions::{self, Begin, Improve, Method, Objective};

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
    begin: String,
    improve: String,
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
        let Some(begin) = Begin::of(&self.begin) else {
            return Err(wrong("begin", &self.begin, "give one of auto, trees, hilbert, growth, multilevel"));
        };
        let Some(improve) = Improve::of(&self.improve) else {
            let rule = format!("give one of {}", Improve::ALL.map(Improve::word).join(", "));
            return Err(wrong("improve", &self.improve, &rule));
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
            begin,
            improve,
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

/// One row of amounts for each measure.
pub(super) fn measures(weights: &PyReadonlyArray2<'_, f64>) -> Vec<Vec<f64>> {
    weights.as_array().outer_iter().map(|row| row.to_vec()).collect()
}
