//! Siting; see `linli.locate`.

use std::sync::Arc;

use numpy::{PyArray1, PyReadonlyArray1, ToPyArray};
use pyo3::prelude::*;

use super::{
    convert, detached,
    exceptions::wrong,
    reach::{Reach, rows},
    siting_plan::SitingPlan,
    siting_terms::{Terms, count, numbers},
};
use crate::{
    control::Control,
    error::Result,
    reach,
    site::{self, Cover, CurvePoint, Worth},
};

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
    Ok((SitingPlan::new(plan), covers.into_iter().map(columns).collect()))
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
    (p, SitingPlan::new(plan), gain, gain_range)
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
    Ok(SitingPlan::new(plan))
}
