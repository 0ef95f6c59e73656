//! Arrays, columns and JSON between Python and the core.

use numpy::{PyArray1, PyReadonlyArray2, PyUntypedArrayMethods, ToPyArray};
use pyo3::{
    prelude::*,
    types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple},
};
use serde::Serialize;
use serde_json::{Map, Number, Value};

use super::exceptions::wrong;

/// Borrow an array of shape (n, 2) as points.
pub(super) fn points<'a>(parameter: &'static str, array: &'a PyReadonlyArray2<'_, f64>) -> PyResult<&'a [[f64; 2]]> {
    let shape = array.shape();
    if shape[1] != 2 {
        return Err(wrong(parameter, &format!("shape ({}, {})", shape[0], shape[1]), "must have shape (n, 2)"));
    }
    match array.as_slice() {
        Ok(flat) => Ok(flat.as_chunks::<2>().0),
        Err(_) => Err(wrong(parameter, &"a strided view", "must be contiguous, row by row")),
    }
}

/// Amounts as an array; NaN where they are unknown, as pandas has it.
pub(super) fn amounts<'py>(
    py: Python<'py>,
    values: impl IntoIterator<Item = Option<f64>>,
) -> Bound<'py, PyArray1<f64>> {
    let values: Vec<f64> = values.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect();
    values.to_pyarray(py)
}

/// Rows of another table as places in it, and whether there is one.
pub(super) fn places<'py>(
    py: Python<'py>,
    rows: impl Iterator<Item = Option<u32>> + Clone,
) -> (Bound<'py, PyArray1<bool>>, Bound<'py, PyArray1<i64>>) {
    let found: Vec<bool> = rows.clone().map(|row| row.is_some()).collect();
    let place: Vec<i64> = rows.map(|row| row.map_or(0, i64::from)).collect();
    (found.to_pyarray(py), place.to_pyarray(py))
}

/// Shapes as well-known binary, which shapely reads.
pub(super) fn shapes<'py>(
    py: Python<'py>,
    shapes: &[Option<geo::Geometry<f64>>],
) -> PyResult<Vec<Option<Bound<'py, PyBytes>>>> {
    let options = wkb::writer::WriteOptions::default();
    let as_bytes = |shape: &geo::Geometry<f64>| {
        let mut bytes = vec![];
        wkb::writer::write_geometry(&mut bytes, shape, &options)
            .map_err(|error| super::exceptions::LinliError::new_err(error.to_string()))?;
        Ok(PyBytes::new(py, &bytes))
    };
    shapes.iter().map(|shape| shape.as_ref().map(as_bytes).transpose()).collect()
}

/// Anything serializable as dicts, lists and scalars.
pub(super) fn serialized<'py>(py: Python<'py>, value: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    let value =
        serde_json::to_value(value).map_err(|error| super::exceptions::LinliError::new_err(error.to_string()))?;
    python(py, &value)
}

/// A JSON object as a dict.
pub(super) fn object<'py>(py: Python<'py>, object: &Map<String, Value>) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, value) in object {
        dict.set_item(name, python(py, value)?)?;
    }
    Ok(dict)
}

fn python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(flag) => flag.into_pyobject(py)?.to_owned().into_any(),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole.into_pyobject(py)?.into_any(),
            (None, Some(float)) => float.into_pyobject(py)?.into_any(),
            (None, None) => number.to_string().into_pyobject(py)?.into_any(),
        },
        Value::String(text) => text.into_pyobject(py)?.into_any(),
        Value::Array(items) => {
            let items = items.iter().map(|item| python(py, item)).collect::<PyResult<Vec<_>>>()?;
            PyList::new(py, items)?.into_any()
        }
        Value::Object(members) => object(py, members)?.into_any(),
    })
}

/// A cell of a Python table as the JSON value that a file would hold.
///
/// NaN is an empty cell. What JSON cannot say (infinity, dates) becomes text,
/// so that the importer can name it rather than lose it.
pub(super) fn cell(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    if value.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Value::String(text.to_str()?.to_owned()));
    }
    if let Ok(flag) = value.cast::<PyBool>() {
        return Ok(Value::Bool(flag.is_true()));
    }
    if value.is_instance_of::<PyInt>() {
        return Ok(match value.extract::<i64>() {
            Ok(whole) => Value::Number(whole.into()),
            Err(_) => Value::String(value.str()?.to_str()?.to_owned()),
        });
    }
    if let Ok(float) = value.cast::<PyFloat>() {
        return Ok(number(float.value()));
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        let items = value.try_iter()?.map(|item| cell(&item?)).collect::<PyResult<Vec<_>>>()?;
        return Ok(Value::Array(items));
    }
    Ok(Value::String(value.str()?.to_str()?.to_owned()))
}

/// A float as a cell.
pub(super) fn number(value: f64) -> Value {
    match Number::from_f64(value) {
        Some(number) => Value::Number(number),
        None if value.is_nan() => Value::Null,
        None => Value::String(value.to_string()),
    }
}
