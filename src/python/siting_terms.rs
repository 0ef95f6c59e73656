//! The terms of a siting question, and the numbers in it; see `linli.locate`.

use numpy::{PyReadonlyArray1, PyReadonlyArray2};
use pyo3::{exceptions::PyOverflowError, prelude::*};

use super::{
    OrRaise, convert,
    exceptions::wrong,
    reach::{Reach, rows},
};
use crate::site::{self, Budget, Capacity, Separation};

/// The terms of a siting question.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct Terms {
    pub(super) terms: site::Terms,
}

#[pymethods]
impl Terms {
    #[new]
    fn new(
        limit_m: Option<f64>,
        fixed: PyReadonlyArray1<'_, i64>,
        forbidden: PyReadonlyArray1<'_, i64>,
        time_limit_s: Option<f64>,
        gap: f64,
        seed: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let (fixed, forbidden) = (rows("fixed", &fixed)?, rows("forbidden", &forbidden)?);
        let seed = self::seed(seed)?;
        let plain = site::Terms::default();
        Ok(Self { terms: site::Terms { limit_m, fixed, forbidden, time_limit_s, gap, seed, ..plain } })
    }

    /// The same with what each site can serve, and what each demand row takes of it.
    fn with_capacity(
        &self,
        of_site: PyReadonlyArray1<'_, f64>,
        load: Option<PyReadonlyArray1<'_, f64>>,
        split: bool,
    ) -> Self {
        let capacity = Capacity { of_site: numbers(&of_site), load: load.as_ref().map(numbers), split };
        Self { terms: site::Terms { capacity: Some(capacity), ..self.terms.clone() } }
    }

    /// The same with what sites cost and what there is to spend.
    fn with_budget(
        &self,
        total: f64,
        cost: PyReadonlyArray1<'_, f64>,
        existing: PyReadonlyArray1<'_, i64>,
        closing_cost: PyReadonlyArray1<'_, f64>,
    ) -> PyResult<Self> {
        let (existing, closing_cost) = (rows("existing", &existing)?, numbers(&closing_cost));
        let budget = Budget { total, cost: numbers(&cost), existing, closing_cost };
        Ok(Self { terms: site::Terms { budget: Some(budget), ..self.terms.clone() } })
    }

    /// The same with how far new sites keep from each other in a straight line.
    fn with_places(&self, least_m: f64, site_xy: PyReadonlyArray2<'_, f64>) -> PyResult<Self> {
        let places = convert::points("site_xy", &site_xy)?;
        let separation = Some(Separation::from_xy(least_m, places).or_raise()?);
        Ok(Self { terms: site::Terms { separation, ..self.terms.clone() } })
    }

    /// The same on foot.
    fn with_walks(&self, least_m: f64, site_reach: &Reach) -> PyResult<Self> {
        let separation = Some(Separation::from_reach(least_m, &site_reach.shared()).or_raise()?);
        Ok(Self { terms: site::Terms { separation, ..self.terms.clone() } })
    }
}

pub(super) fn numbers(values: &PyReadonlyArray1<'_, f64>) -> Vec<f64> {
    values.as_array().to_vec()
}

/// A count from anything that Python counts with.
pub(super) fn count(parameter: &'static str, value: &Bound<'_, PyAny>) -> PyResult<usize> {
    if is_truth_value(value) {
        return Err(wrong(parameter, value, "is a truth value; give a whole number"));
    }
    match value.extract::<f64>() {
        Ok(number) => site::count(parameter, number).or_raise(),
        Err(error) if error.is_instance_of::<PyOverflowError>(value.py()) => {
            Err(wrong(parameter, &"a number beyond 10**308", "is more than there can be sites"))
        }
        Err(_) => Err(wrong(parameter, &value.repr()?, "is not a number; give a whole number")),
    }
}

/// A seed from anything that Python counts with.
pub(super) fn seed(value: &Bound<'_, PyAny>) -> PyResult<u64> {
    let seed = value.extract().ok().filter(|_| !is_truth_value(value));
    seed.map_or_else(|| Err(wrong("seed", &value.repr()?, "give a whole number from 0 to 2**64 - 1")), Ok)
}

/// Whether this is `True` or `False`, of Python or of NumPy, which would pass for 1 or 0.
pub(super) fn is_truth_value(value: &Bound<'_, PyAny>) -> bool {
    value.get_type().name().is_ok_and(|name| name == "bool" || name == "bool_")
}
