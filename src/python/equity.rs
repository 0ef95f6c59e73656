//! Equity; see `linli.equity`.

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use super::{OrRaise, reach::rows};
use crate::equity;

type Amounts<'py> = Bound<'py, PyArray1<f64>>;
type Column<'py> = PyReadonlyArray1<'py, f64>;

fn column(values: &Column<'_>) -> Vec<f64> {
    values.as_array().to_vec()
}

/// Cumulative shares of people and of what they have.
#[pyfunction]
pub(super) fn lorenz<'py>(
    py: Python<'py>,
    values: Column<'py>,
    people: Column<'py>,
) -> PyResult<(Amounts<'py>, Amounts<'py>)> {
    let curve = equity::lorenz(&column(&values), &column(&people)).or_raise()?;
    Ok((curve.people.into_pyarray(py), curve.share.into_pyarray(py)))
}

/// Cumulative shares of people by income and of what they have.
#[pyfunction]
pub(super) fn concentration_curve<'py>(
    py: Python<'py>,
    values: Column<'py>,
    people: Column<'py>,
    income: Column<'py>,
) -> PyResult<(Amounts<'py>, Amounts<'py>)> {
    let curve = equity::concentration_curve(&column(&values), &column(&people), &column(&income)).or_raise()?;
    Ok((curve.people.into_pyarray(py), curve.share.into_pyarray(py)))
}

/// Mean over the people.
#[pyfunction]
pub(super) fn mean(values: Column<'_>, people: Column<'_>) -> PyResult<f64> {
    equity::mean(&column(&values), &column(&people)).or_raise()
}

/// Gini index.
#[pyfunction]
pub(super) fn gini(values: Column<'_>, people: Column<'_>) -> PyResult<Option<f64>> {
    equity::gini(&column(&values), &column(&people)).or_raise()
}

/// Palma ratio.
#[pyfunction]
pub(super) fn palma(values: Column<'_>, people: Column<'_>, income: Option<Column<'_>>) -> PyResult<Option<f64>> {
    let income = income.as_ref().map(column);
    equity::palma(&column(&values), &column(&people), income.as_deref()).or_raise()
}

/// Theil's T: total, between and within.
#[pyfunction]
pub(super) fn theil(
    values: Column<'_>,
    people: Column<'_>,
    groups: PyReadonlyArray1<'_, i64>,
) -> PyResult<Option<(f64, f64, f64)>> {
    let found = equity::theil(&column(&values), &column(&people), &rows("groups", &groups)?).or_raise()?;
    Ok(found.map(|theil| (theil.total, theil.between, theil.within)))
}

/// Concentration index, corrected where bounds are given.
#[pyfunction]
pub(super) fn concentration(
    values: Column<'_>,
    people: Column<'_>,
    income: Column<'_>,
    bounds: Option<(f64, f64)>,
) -> PyResult<Option<f64>> {
    let (values, people, income) = (column(&values), column(&people), column(&income));
    match bounds {
        Some(bounds) => equity::erreygers(&values, &people, &income, bounds),
        None => equity::concentration(&values, &people, &income),
    }
    .or_raise()
}

/// Foster–Greer–Thorbecke poverty.
#[pyfunction]
pub(super) fn fgt(values: Column<'_>, people: Column<'_>, line: f64, alpha: f64) -> PyResult<f64> {
    equity::fgt(&column(&values), &column(&people), line, alpha).or_raise()
}
