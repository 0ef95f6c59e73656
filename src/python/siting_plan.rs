//! Which sites to open and what that achieves; see `linli.locate`.

use numpy::{PyArray1, ToPyArray};
use pyo3::{prelude::*, types::PyDict};

use super::convert;
use crate::site;

/// Which sites to open, how good that is, and how good anything could be.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct SitingPlan {
    plan: site::SitingPlan,
}

impl SitingPlan {
    pub(super) fn new(plan: site::SitingPlan) -> Self {
        Self { plan }
    }
}

#[pymethods]
impl SitingPlan {
    #[getter]
    fn model(&self) -> &'static str {
        self.plan.model
    }

    #[getter]
    fn objective(&self) -> f64 {
        self.plan.objective
    }

    #[getter]
    fn bound(&self) -> f64 {
        self.plan.bound
    }

    #[getter]
    fn gap(&self) -> f64 {
        self.plan.gap
    }

    #[getter]
    fn proven(&self) -> bool {
        self.plan.proven
    }

    /// Why the search ended, in a word.
    #[getter]
    fn stop<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        convert::serialized(py, &self.plan.stop)
    }

    #[getter]
    fn seconds(&self) -> f64 {
        self.plan.seconds
    }

    #[getter]
    fn seed(&self) -> u64 {
        self.plan.seed
    }

    #[getter]
    fn people(&self) -> f64 {
        self.plan.people
    }

    #[getter]
    fn people_covered(&self) -> f64 {
        self.plan.covered
    }

    /// Columns of the chosen sites.
    fn sites<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let sites = &self.plan.sites;
        let site: Vec<i64> = sites.iter().map(|chosen| i64::from(chosen.site)).collect();
        let fixed: Vec<bool> = sites.iter().map(|chosen| chosen.fixed).collect();
        let people: Vec<f64> = sites.iter().map(|chosen| chosen.people).collect();
        let only_here: Vec<f64> = sites.iter().map(|chosen| chosen.only_here).collect();
        let columns = PyDict::new(py);
        columns.set_item("site", site.to_pyarray(py))?;
        columns.set_item("fixed", fixed.to_pyarray(py))?;
        if self.plan.spent.is_some() {
            let existing: Vec<bool> = sites.iter().map(|chosen| chosen.existing).collect();
            columns.set_item("existing", existing.to_pyarray(py))?;
        }
        columns.set_item("people", people.to_pyarray(py))?;
        columns.set_item("only_here", only_here.to_pyarray(py))?;
        if sites.iter().any(|chosen| chosen.load.is_some()) {
            let load: Vec<f64> = sites.iter().map(|chosen| chosen.load.unwrap_or(0.0)).collect();
            columns.set_item("load", load.to_pyarray(py))?;
        }
        Ok(columns)
    }

    /// Which site serves how much of each demand row.
    fn shares<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let shares = &self.plan.shares;
        let row: Vec<i64> = shares.iter().map(|share| i64::from(share.row)).collect();
        let site: Vec<i64> = shares.iter().map(|share| i64::from(share.site)).collect();
        let share: Vec<f64> = shares.iter().map(|share| share.share).collect();
        let columns = PyDict::new(py);
        columns.set_item("demand", row.to_pyarray(py))?;
        columns.set_item("site", site.to_pyarray(py))?;
        columns.set_item("share", share.to_pyarray(py))?;
        Ok(columns)
    }

    #[getter]
    fn closed(&self) -> Vec<u32> {
        self.plan.closed.clone()
    }

    #[getter]
    fn spent(&self) -> Option<f64> {
        self.plan.spent
    }

    /// The site of each demand row, which counts where the first array is true.
    fn assignment<'py>(&self, py: Python<'py>) -> (Bound<'py, PyArray1<bool>>, Bound<'py, PyArray1<i64>>) {
        convert::places(py, self.plan.assignment.iter().copied())
    }
}
