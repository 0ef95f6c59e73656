//! Siting; see `linli.locate`.

use std::sync::Arc;

use numpy::{PyArray1, PyReadonlyArray1, PyReadonlyArray2, ToPyArray};
use pyo3::{exceptions::PyOverflowError, prelude::*, types::PyDict};

use super::{
    OrRaise, convert, detached,
    exceptions::wrong,
    reach::{Reach, rows},
};
use crate::{
    control::Control,
    error::Result,
    reach,
    site::{self, Budget, Capacity, Cover, CurvePoint, Separation, Worth},
};

/// The terms of a siting question.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct Terms {
    terms: site::Terms,
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

/// The most people within reach of `p` sites.
#[pyfunction]
pub(super) fn mclp(
    py: Python<'_>,
    reach: &Reach,
    weight: PyReadonlyArray1<'_, f64>,
    p: &Bound<'_, PyAny>,
    terms: &Terms,
) -> PyResult<SitingPlan> {
    let (weight, p) = (numbers(&weight), count("p", p)?);
    solve(py, reach, terms, move |reach, terms, control| site::mclp(reach, &weight, p, terms, control))
}

/// The same when nearer counts more.
#[pyfunction]
pub(super) fn gradual(
    py: Python<'_>,
    reach: &Reach,
    weight: PyReadonlyArray1<'_, f64>,
    p: &Bound<'_, PyAny>,
    full_m: f64,
    terms: &Terms,
) -> PyResult<SitingPlan> {
    let (weight, p) = (numbers(&weight), count("p", p)?);
    solve(py, reach, terms, move |reach, terms, control| site::gradual(reach, &weight, p, full_m, terms, control))
}

/// People who need a service, whether each site offers it, and its own limit, metres.
type Service<'py> = (PyReadonlyArray1<'py, f64>, PyReadonlyArray1<'py, bool>, Option<f64>);
/// People who need it, those who reach it, and the site of each demand row, which counts where the first array is true.
type ServiceCover<'py> = (f64, f64, Bound<'py, PyArray1<bool>>, Bound<'py, PyArray1<i64>>);

/// The most people within reach of what they need, over several services.
#[pyfunction]
pub(super) fn mclp_services<'py>(
    py: Python<'py>,
    reach: &Reach,
    services: Vec<Service<'py>>,
    p: &Bound<'py, PyAny>,
    terms: &Terms,
) -> PyResult<(SitingPlan, Vec<ServiceCover<'py>>)> {
    let p = count("p", p)?;
    let services: Vec<(Vec<f64>, Vec<bool>, Option<f64>)> = services
        .iter()
        .map(|(weight, offers, limit_m)| (numbers(weight), offers.as_array().to_vec(), *limit_m))
        .collect();
    let (reach, terms) = (reach.shared(), terms.terms.clone());
    let (plan, covers) = detached::owned(py, move |control| {
        let services: Vec<site::Service<'_>> = services
            .iter()
            .map(|(weight, offers, limit_m)| site::Service { weight, offers, limit_m: *limit_m })
            .collect();
        site::mclp_services(&reach, &services, p, &terms, control)
    })?;
    let columns = |cover: site::ServiceCover| {
        let (found, site) = convert::places(py, cover.assignment.iter().copied());
        (cover.people, cover.covered, found, site)
    };
    Ok((SitingPlan { plan }, covers.into_iter().map(columns).collect()))
}

/// The fewest sites that reach everyone, or enough people; with costs the cheapest.
#[pyfunction]
pub(super) fn lscp(
    py: Python<'_>,
    reach: &Reach,
    weight: Option<PyReadonlyArray1<'_, f64>>,
    cost: Option<PyReadonlyArray1<'_, f64>>,
    share: f64,
    times: &Bound<'_, PyAny>,
    terms: &Terms,
) -> PyResult<SitingPlan> {
    let (weight, cost) = (weight.as_ref().map(numbers), cost.as_ref().map(numbers));
    // A count fits u32 by its own check.
    let cover = Cover { share, times: count("times", times)? as u32 };
    solve(py, reach, terms, move |reach, terms, control| match cost {
        Some(cost) => site::lscp_cost(reach, weight.as_deref(), &cost, cover, terms, control),
        None => site::lscp(reach, weight.as_deref(), cover, terms, control),
    })
}

/// The shortest walks on average to `p` sites.
#[pyfunction]
pub(super) fn p_median(
    py: Python<'_>,
    reach: &Reach,
    weight: PyReadonlyArray1<'_, f64>,
    p: &Bound<'_, PyAny>,
    terms: &Terms,
) -> PyResult<SitingPlan> {
    let (weight, p) = (numbers(&weight), count("p", p)?);
    solve(py, reach, terms, move |reach, terms, control| site::p_median(reach, &weight, p, terms, control))
}

/// The shortest longest walk with `p` sites.
#[pyfunction]
pub(super) fn p_center(py: Python<'_>, reach: &Reach, p: &Bound<'_, PyAny>, terms: &Terms) -> PyResult<SitingPlan> {
    let p = count("p", p)?;
    solve(py, reach, terms, move |reach, terms, control| site::p_center(reach, p, terms, control))
}

/// Chosen, rejected, the loss of each exchange, and of closing.
pub(super) type Exchanges<'py> = (Vec<u32>, Vec<u32>, Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<f64>>);

/// Exchanges as Python takes them.
pub(super) fn swaps(py: Python<'_>, found: site::Exchanges) -> Exchanges<'_> {
    (found.chosen, found.rejected, found.lost.to_pyarray(py), found.closed.to_pyarray(py))
}

/// What every exchange of a chosen site for a rejected one would lose.
#[pyfunction]
pub(super) fn exchanges<'py>(
    py: Python<'py>,
    reach: &Reach,
    weight: PyReadonlyArray1<'py, f64>,
    chosen: PyReadonlyArray1<'py, i64>,
    model: String,
    terms: &Terms,
) -> PyResult<Exchanges<'py>> {
    let worth = match model.as_str() {
        "mclp" => Worth::Covered,
        "p_median" => Worth::PersonMetres,
        _ => return Err(wrong("model", &model, "give one of mclp, p_median")),
    };
    let (weight, chosen) = (numbers(&weight), rows("chosen", &chosen)?);
    let (reach, terms) = (reach.shared(), terms.terms.clone());
    let found = detached::owned(py, move |_| site::exchanges(&reach, &weight, &chosen, worth, &terms))?;
    Ok(swaps(py, found))
}

/// Sites, plan, what the last site adds, and between what that lies.
pub(super) type Point = (usize, SitingPlan, Option<f64>, Option<(f64, f64)>);

/// The plans for each number of sites from `first` to `last`.
#[pyfunction]
pub(super) fn curve(
    py: Python<'_>,
    reach: &Reach,
    weight: Option<PyReadonlyArray1<'_, f64>>,
    first: &Bound<'_, PyAny>,
    last: &Bound<'_, PyAny>,
    model: String,
    terms: &Terms,
) -> PyResult<Vec<Point>> {
    let sizes = count("p", first)?..=count("p", last)?;
    let known = ["mclp", "p_median", "p_center"];
    if !known.contains(&model.as_str()) {
        return Err(wrong("model", &model, &format!("give one of {}", known.join(", "))));
    }
    let weight = match (weight.as_ref().map(numbers), model == "p_center") {
        (Some(weight), false) => weight,
        (None, true) => vec![],
        (None, false) => return Err(wrong("weight", &"None", &format!("{model} needs the people of each row"))),
        (Some(_), true) => return Err(wrong("weight", &"given", "p_center counts every row alike: leave it out")),
    };
    let (reach, terms) = (reach.shared(), terms.terms.clone());
    let points = detached::owned(py, move |control| {
        site::curve(sizes, |p| match model.as_str() {
            "mclp" => site::mclp(&reach, &weight, p, &terms, control),
            "p_median" => site::p_median(&reach, &weight, p, &terms, control),
            _ => site::p_center(&reach, p, &terms, control),
        })
    })?;
    Ok(points.into_iter().map(point).collect())
}

/// A point of the curve as Python takes it.
pub(super) fn point(CurvePoint { p, plan, gain, gain_range }: CurvePoint) -> Point {
    (p, SitingPlan { plan }, gain, gain_range)
}

/// What opens in each phase: sites open, sites opened, plan, the best plan that need not be nested.
type Phase = (usize, Vec<u32>, SitingPlan, SitingPlan);

/// Sites, people covered, person-metres, the exchange rate, and whether it is proven.
pub(super) type Tradeoff = (Vec<u32>, f64, f64, f64, bool);

/// A plan of a front as Python takes it.
pub(super) fn tradeoff(point: site::Tradeoff) -> Tradeoff {
    (point.sites, point.covered, point.walked, point.penalty_m, point.proven)
}

/// Plans between most people covered and shortest walks; whether all are found, and people in all.
#[pyfunction]
pub(super) fn pareto(
    py: Python<'_>,
    reach: &Reach,
    weight: PyReadonlyArray1<'_, f64>,
    p: &Bound<'_, PyAny>,
    limit_m: f64,
    most: &Bound<'_, PyAny>,
    terms: &Terms,
) -> PyResult<(Vec<Tradeoff>, bool, f64)> {
    let (weight, p, most) = (numbers(&weight), count("p", p)?, count("most", most)?);
    let (reach, terms) = (reach.shared(), terms.terms.clone());
    let front = detached::owned(py, move |control| site::pareto(&reach, &weight, p, limit_m, most, &terms, control))?;
    Ok((front.points.into_iter().map(tradeoff).collect(), front.complete, front.people))
}

/// Objective, bound, gap, whether it is proven, and seconds.
type Proof = (f64, f64, f64, bool, f64);

/// Phases of a nested plan; objective, bound, gap, whether it is proven, and seconds.
#[pyfunction]
pub(super) fn phases(
    py: Python<'_>,
    reach: &Reach,
    weight: PyReadonlyArray1<'_, f64>,
    steps: Vec<Bound<'_, PyAny>>,
    model: String,
    terms: &Terms,
) -> PyResult<(Vec<Phase>, Proof)> {
    let known = ["mclp", "p_median"];
    if !known.contains(&model.as_str()) {
        return Err(wrong("model", &model, &format!("give one of {}", known.join(", "))));
    }
    let (weight, steps) =
        (numbers(&weight), steps.iter().map(|step| count("steps", step)).collect::<PyResult<Vec<_>>>()?);
    let (reach, terms) = (reach.shared(), terms.terms.clone());
    let covering = model == "mclp";
    let sites = reach.shape().1;
    let found = detached::owned(py, move |control| {
        site::phases(&steps, &terms, covering, sites, control, |p, terms| {
            let model = if covering { site::mclp } else { site::p_median };
            model(&reach, &weight, p, terms, control)
        })
    })?;
    let proof = (found.objective, found.bound, found.gap, found.proven, found.seconds);
    let phase = |phase: site::Phase| (phase.p, phase.opened, SitingPlan::new(phase.plan), SitingPlan::new(phase.free));
    Ok((found.phases.into_iter().map(phase).collect(), proof))
}

/// Ask beside the interpreter.
fn solve(
    py: Python<'_>,
    reach: &Reach,
    terms: &Terms,
    model: impl FnOnce(&reach::Reach, &site::Terms, &Control) -> Result<site::SitingPlan> + Send + 'static,
) -> PyResult<SitingPlan> {
    let (reach, terms): (Arc<reach::Reach>, _) = (reach.shared(), terms.terms.clone());
    let plan = detached::owned(py, move |control| model(&reach, &terms, control))?;
    Ok(SitingPlan { plan })
}

fn numbers(values: &PyReadonlyArray1<'_, f64>) -> Vec<f64> {
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
