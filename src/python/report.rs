//! The import report, layer by layer.

use std::collections::BTreeMap;

use pyo3::{prelude::*, types::PyDict};

use super::{
    convert, detached,
    layers::{self, Source, options},
};
use crate::io::{self, ImportReport};

/// Read one layer and say what was accepted, repaired and refused.
#[pyfunction]
#[pyo3(signature = (source, *, role=None, crs=None, columns=None, swap_axes=false, repair=false))]
pub(super) fn import_report<'py>(
    py: Python<'py>,
    source: Source<'py>,
    role: Option<&str>,
    crs: Option<&str>,
    columns: Option<BTreeMap<String, String>>,
    swap_axes: bool,
    repair: bool,
) -> PyResult<Bound<'py, PyDict>> {
    let role = role.map(layers::role).transpose()?;
    let options = options(crs, columns, swap_axes, repair)?;
    let source = source.take();
    let report = detached::owned(py, move |_| io::import_report(&source, role, &options))?;
    as_dict(py, &report)
}

/// A report as a dict of its facts.
pub(super) fn as_dict<'py>(py: Python<'py>, report: &ImportReport) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("layer", &report.layer)?;
    dict.set_item("features", report.features)?;
    dict.set_item("accepted", report.accepted)?;
    dict.set_item("encoding", &report.encoding)?;
    dict.set_item("crs", &report.crs)?;
    dict.set_item("columns", report.columns.clone())?;
    dict.set_item("issues", convert::serialized(py, &report.issues)?)?;
    dict.set_item("text", report.to_string())?;
    Ok(dict)
}
