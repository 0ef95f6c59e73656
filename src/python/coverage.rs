//! Coverage and before/after; see `linli.Coverage`.

use std::sync::Arc;

use numpy::{PyArray1, ToPyArray};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict},
};

use super::{OrRaise, convert, detached};
use crate::{
    city::City,
    coverage::{self, Question, RowStatus},
    io::{Format, write_coverage},
    map::Map,
    walk::Walk,
    words,
};

/// Who is within the standard of a centre.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct Coverage {
    city: Arc<City>,
    walk: Arc<dyn Walk + Send + Sync>,
    question: Question,
    found: Arc<coverage::Coverage>,
}

impl Coverage {
    pub(super) fn new(
        city: Arc<City>,
        walk: Arc<dyn Walk + Send + Sync>,
        question: Question,
        found: coverage::Coverage,
    ) -> Self {
        Self { city, walk, question, found: Arc::new(found) }
    }
}

#[pymethods]
impl Coverage {
    /// Sums over the city, with the shares.
    fn totals<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        convert::serialized(py, &self.found.totals())
    }

    /// Share of people within the limit.
    #[getter]
    fn share(&self) -> Option<f64> {
        self.found.totals().share()
    }

    /// Sums for each town.
    fn by_town<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        convert::serialized(py, &self.found.by_town())
    }

    /// Sums for each walking speed; empty where there is one.
    fn by_group<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        convert::serialized(py, &self.found.by_group())
    }

    /// Sums for each service that is offered.
    fn by_service<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let (city, walk, question) = (Arc::clone(&self.city), Arc::clone(&self.walk), self.question.clone());
        let groups =
            detached::owned(py, move |control| coverage::by_service(&city, walk.as_ref(), &question, control))?;
        convert::serialized(py, &groups)
    }

    /// Columns of the rows; `nearest` is a facility row and counts where `has_nearest` is true.
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let rows = self.found.rows();
        let (has_nearest, nearest) = convert::places(py, rows.iter().map(|row| row.nearest));
        let share: Vec<f64> = rows.iter().map(|row| row.share).collect();
        let columns = PyDict::new(py);
        columns.set_item("status", status_codes(py, rows.iter().map(|row| row.status)))?;
        columns.set_item("people", convert::amounts(py, rows.iter().map(|row| row.people)))?;
        columns.set_item("people_covered", convert::amounts(py, rows.iter().map(coverage::Row::people_covered)))?;
        columns.set_item("people_uncovered", convert::amounts(py, rows.iter().map(coverage::Row::people_uncovered)))?;
        columns.set_item("share_covered", share.to_pyarray(py))?;
        columns.set_item("has_nearest", has_nearest)?;
        columns.set_item("nearest", nearest)?;
        columns.set_item("walk_m", convert::amounts(py, rows.iter().map(|row| row.walk_m)))?;
        columns.set_item("minutes", convert::amounts(py, self.found.minutes().iter().copied()))?;
        columns.set_item("farthest_m", convert::amounts(py, rows.iter().map(|row| row.farthest_m)))?;
        Ok(columns)
    }

    /// Rows that are not wholly covered, most people beyond the limit first.
    fn uncovered<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<u32>> {
        self.found.uncovered().to_pyarray(py)
    }

    /// The assumptions.
    fn provenance<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        convert::serialized(py, self.found.provenance())
    }

    /// The answer in a sentence, the same as on the map and the command line.
    #[getter]
    fn headline(&self) -> String {
        words::headline(&self.found)
    }

    /// The assumptions in a line.
    #[getter]
    fn assumptions(&self) -> String {
        words::assumptions(self.found.provenance())
    }

    /// The offline map, with these GeoJSON texts of lines drawn beneath.
    fn map_html(&self, py: Python<'_>, lines: Vec<String>) -> PyResult<String> {
        let (city, found) = (Arc::clone(&self.city), Arc::clone(&self.found));
        detached::owned(py, move |_| {
            let empty = Map::of(&city, &found);
            lines.iter().try_fold(empty, |map, geojson| map.lines(geojson))?.html()
        })
    }

    /// What a change of centres means, in people.
    fn compare(&self, after: &Self) -> PyResult<Comparison> {
        Ok(Comparison { comparison: coverage::compare(&self.found, &after.found).or_raise()? })
    }

    /// The rows as GeoJSON, or one feature a line.
    #[pyo3(signature = (*, one_per_line=false))]
    fn geojson<'py>(&self, py: Python<'py>, one_per_line: bool) -> PyResult<Bound<'py, PyBytes>> {
        let (city, found) = (Arc::clone(&self.city), Arc::clone(&self.found));
        let text = detached::owned(py, move |_| {
            let mut text = vec![];
            write_coverage(&city, &found, format(one_per_line), &mut text)?;
            Ok(text)
        })?;
        Ok(PyBytes::new(py, &text))
    }
}

/// The difference between two coverages of the same committees.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct Comparison {
    comparison: coverage::Comparison,
}

#[pymethods]
impl Comparison {
    #[getter]
    fn people_gained(&self) -> f64 {
        self.comparison.people_gained()
    }

    #[getter]
    fn people_lost(&self) -> f64 {
        self.comparison.people_lost()
    }

    /// Shares of people within the limit before and after.
    #[getter]
    fn shares(&self) -> (Option<f64>, Option<f64>) {
        (self.comparison.before.share(), self.comparison.after.share())
    }

    /// Per row, people within the limit after, less before.
    fn gained<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        convert::amounts(py, self.comparison.gained.iter().copied())
    }
}

/// Positions in the list of statuses, in the order of `RowStatus::ALL`.
pub(super) fn status_codes<'py>(
    py: Python<'py>,
    statuses: impl Iterator<Item = RowStatus>,
) -> (Vec<&'static str>, Bound<'py, PyArray1<i8>>) {
    let code = |status: RowStatus| RowStatus::ALL.iter().position(|known| *known == status).unwrap_or(0) as i8;
    let codes: Vec<i8> = statuses.map(code).collect();
    (RowStatus::ALL.iter().map(|status| status.word()).collect(), codes.to_pyarray(py))
}

/// How features are written.
pub(super) fn format(one_per_line: bool) -> Format {
    if one_per_line { Format::NdJson } else { Format::GeoJson }
}
