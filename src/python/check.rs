//! Planning standards; see `linli.Standard` and `City.check`.

use std::sync::Arc;

use numpy::{IntoPyArray, PyReadonlyArray1};
use pyo3::{prelude::*, types::PyDict};

use super::{
    OrRaise,
    city::City,
    convert, detached,
    exceptions::wrong,
    street_answers::{Barriers, given},
    walk::Walk,
};
use crate::{
    check::{self, Check, CircleFound, CutOff, Lines, NeedFound, Verdict},
    coverage::Row,
    standard::{self, Fit},
    words,
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

    /// How numbers of people compare with the band of its circle or block: `None` where unknown.
    fn fit(&self, people: PyReadonlyArray1<'_, f64>) -> PyResult<Vec<Option<&'static str>>> {
        let circle = self.edition.circle.as_ref().and_then(|circle| circle.people);
        let block = self.edition.neighbourhood_block.as_ref().map(|block| block.people);
        let Some(band) = circle.or(block) else {
            return Err(wrong("standard", &self.edition.name, "says nothing of the people of a circle or block"));
        };
        Ok(words_of(people.as_array().iter().map(|&people| (!people.is_nan()).then(|| band.fit(people)))))
    }
}

/// How a city compares with a standard: facts and columns by name.
#[pyfunction]
pub(super) fn city_check<'py>(
    py: Python<'py>,
    city: &City,
    walk: &Walk,
    speed_m_per_s: f64,
    edition: &Edition,
    group: Option<String>,
    barriers: Option<&Barriers>,
) -> PyResult<Bound<'py, PyDict>> {
    let (city, walk, edition) = (city.shared(), walk.shared(), edition.edition.clone());
    let barriers = given(barriers);
    let names = Arc::clone(&barriers);
    let found = detached::owned(py, move |control| {
        let (index, hash) = (barriers.index(&city.frame().plane)?, barriers.hash());
        let lines = Lines { index: &index, kind: &barriers.kind, hash: hash.as_deref() };
        check::check(&city, walk.as_ref(), speed_m_per_s, &edition, group.as_deref(), Some(&lines), control)
    })?;
    let facts = PyDict::new(py);
    let needs = found.needs.iter().map(|need| need_facts(py, need)).collect::<PyResult<Vec<_>>>()?;
    facts.set_item("needs", needs)?;
    let columns = |need: &NeedFound| need.rows.as_ref().map(|rows| row_columns(py, rows)).transpose();
    facts.set_item("rows", found.needs.iter().map(columns).collect::<PyResult<Vec<_>>>()?)?;
    facts.set_item("circles", circle_columns(py, &found, &names.name)?)?;
    facts.set_item("cut_off", found.cut_off.as_ref().map(|cuts| cut_columns(py, cuts, &names.name)).transpose()?)?;
    let blocks = PyDict::new(py);
    let committee: Vec<i64> = found.blocks.iter().map(|block| i64::from(block.committee)).collect();
    blocks.set_item("committee", committee.into_pyarray(py))?;
    blocks.set_item("people", convert::amounts(py, found.blocks.iter().map(|block| block.people)))?;
    blocks.set_item("fit", words_of(found.blocks.iter().map(|block| block.fit)))?;
    facts.set_item("blocks", blocks)?;
    facts.set_item("not_judged", convert::serialized(py, &found.not_judged)?)?;
    facts.set_item("provenance", convert::serialized(py, &found.provenance)?)?;
    facts.set_item("assumptions", words::assumptions(&found.provenance))?;
    Ok(facts)
}

fn words_of(fits: impl Iterator<Item = Option<Fit>>) -> Vec<Option<&'static str>> {
    fits.map(|fit| fit.map(Fit::word)).collect()
}

fn circle_columns<'py>(py: Python<'py>, found: &Check, barriers: &[String]) -> PyResult<Bound<'py, PyDict>> {
    let circles = &found.circles;
    let columns = PyDict::new(py);
    let facility: Vec<i64> = circles.iter().map(|circle| i64::from(circle.facility)).collect();
    columns.set_item("facility", facility.into_pyarray(py))?;
    columns.set_item("people", convert::amounts(py, circles.iter().map(|circle| Some(circle.people))))?;
    let within = circles.iter().map(|circle| Some(circle.people_within));
    columns.set_item("people_within", convert::amounts(py, within))?;
    columns.set_item("fit", words_of(circles.iter().map(|circle| circle.fit)))?;
    columns.set_item("floor_m2", convert::amounts(py, circles.iter().map(|circle| circle.floor_m2)))?;
    let floor_met: Vec<Option<bool>> = circles.iter().map(|circle| circle.floor_met).collect();
    columns.set_item("floor_met", floor_met)?;
    let people_cut = circles.iter().map(|circle| circle.cut.as_ref().map(|cut| cut.people));
    columns.set_item("people_cut", convert::amounts(py, people_cut))?;
    columns.set_item("share_cut", convert::amounts(py, circles.iter().map(CircleFound::share_cut)))?;
    let cut_by = circles.iter().map(|circle| circle.cut.as_ref().map(|cut| cut.names(barriers).join(", ")));
    columns.set_item("cut_by", cut_by.collect::<Vec<_>>())?;
    Ok(columns)
}

fn cut_columns<'py>(py: Python<'py>, cuts: &[CutOff], barriers: &[String]) -> PyResult<Bound<'py, PyDict>> {
    let columns = PyDict::new(py);
    for (name, rows) in [
        ("committee", cuts.iter().map(|cut| i64::from(cut.committee)).collect::<Vec<_>>()),
        ("facility", cuts.iter().map(|cut| i64::from(cut.facility)).collect()),
    ] {
        columns.set_item(name, rows.into_pyarray(py))?;
    }
    let names: Vec<&str> = cuts.iter().map(|cut| barriers[cut.barrier as usize].as_str()).collect();
    columns.set_item("barrier", names)?;
    columns.set_item("people", convert::amounts(py, cuts.iter().map(|cut| Some(cut.people))))?;
    Ok(columns)
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
