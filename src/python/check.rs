//! Planning standards; see `linli.Standard` and `City.check`.

use numpy::IntoPyArray;
use pyo3::{prelude::*, types::PyDict};

use super::{OrRaise, city::City, convert, detached, walk::Walk};
use crate::{
    check::{self, Fit, NeedFound, Verdict},
    coverage::Row,
    standard, words,
};

/// A planning standard in one edition.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct Edition {
    edition: standard::Edition,
}

#[pymethods]
impl Edition {
    /// Names of the standards that come with linli.
    #[staticmethod]
    fn names() -> Vec<&'static str> {
        standard::Edition::names()
    }

    #[staticmethod]
    fn named(name: &str) -> PyResult<Self> {
        Ok(Self { edition: standard::Edition::named(name).or_raise()? })
    }

    #[staticmethod]
    fn from_toml(text: &str) -> PyResult<Self> {
        Ok(Self { edition: standard::Edition::from_toml(text).or_raise()? })
    }

    /// Everything it says.
    fn facts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        convert::serialized(py, &self.edition)
    }
}

/// Columns of the facilities, of the committees for each that is known, of the
/// circles; the assumptions as facts and in a line.
type CheckColumns<'py> =
    (Vec<Bound<'py, PyDict>>, Vec<Option<Bound<'py, PyDict>>>, Bound<'py, PyDict>, Bound<'py, PyAny>, String);

/// How a city compares with a standard.
#[pyfunction]
pub(super) fn city_check<'py>(
    py: Python<'py>,
    city: &City,
    walk: &Walk,
    speed_m_per_s: f64,
    edition: &Edition,
    group: Option<String>,
) -> PyResult<CheckColumns<'py>> {
    let (city, walk, edition) = (city.shared(), walk.shared(), edition.edition.clone());
    let found = detached::owned(py, move |control| {
        check::check(&city, walk.as_ref(), speed_m_per_s, &edition, group.as_deref(), control)
    })?;
    let needs = found.needs.iter().map(|need| need_facts(py, need)).collect::<PyResult<_>>()?;
    let columns = |need: &NeedFound| need.rows.as_ref().map(|rows| row_columns(py, rows)).transpose();
    let rows = found.needs.iter().map(columns).collect::<PyResult<_>>()?;
    let circles = PyDict::new(py);
    let facility: Vec<i64> = found.circles.iter().map(|circle| i64::from(circle.facility)).collect();
    circles.set_item("facility", facility.into_pyarray(py))?;
    circles.set_item("people", convert::amounts(py, found.circles.iter().map(|circle| Some(circle.people))))?;
    let within = found.circles.iter().map(|circle| Some(circle.people_within));
    circles.set_item("people_within", convert::amounts(py, within))?;
    let fit: Vec<Option<&str>> = found.circles.iter().map(|circle| circle.fit.map(Fit::word)).collect();
    circles.set_item("fit", fit)?;
    circles.set_item("floor_m2", convert::amounts(py, found.circles.iter().map(|circle| circle.floor_m2)))?;
    let floor_met: Vec<Option<bool>> = found.circles.iter().map(|circle| circle.floor_met).collect();
    circles.set_item("floor_met", floor_met)?;
    let provenance = convert::serialized(py, &found.provenance)?;
    Ok((needs, rows, circles, provenance, words::assumptions(&found.provenance)))
}

fn need_facts<'py>(py: Python<'py>, need: &NeedFound) -> PyResult<Bound<'py, PyDict>> {
    let facts = PyDict::new(py);
    facts.set_item("facility", &need.service)?;
    facts.set_item("title", &need.title)?;
    facts.set_item("limit_m", need.limit_m)?;
    facts.set_item("strict_m", need.strict_m)?;
    facts.set_item("verified", need.verified)?;
    facts.set_item("centres", need.rows.is_some().then_some(need.centres))?;
    facts.set_item("totals", convert::serialized(py, &need.totals())?)?;
    Ok(facts)
}

fn row_columns<'py>(py: Python<'py>, rows: &[Row]) -> PyResult<Bound<'py, PyDict>> {
    let columns = PyDict::new(py);
    let verdicts: Vec<&str> = rows.iter().map(|row| Verdict::of(row).word()).collect();
    columns.set_item("verdict", verdicts)?;
    columns.set_item("people", convert::amounts(py, rows.iter().map(|row| row.people)))?;
    columns.set_item("people_met", convert::amounts(py, rows.iter().map(Row::people_covered)))?;
    columns.set_item("walk_m", convert::amounts(py, rows.iter().map(|row| row.walk_m)))?;
    Ok(columns)
}
