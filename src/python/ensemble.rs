//! Plans drawn by recombination; see `linli.regions`.

use std::sync::{Arc, Mutex, PoisonError};

use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2, ToPyArray};
use pyo3::{prelude::*, types::PyBytes};

use super::{
    OrRaise,
    contiguity::{Contiguity, labels_out},
    detached,
    exceptions::wrong,
    reach::rows,
    regions::measures,
};
use crate::regions;

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
