//! Errors of the core as Python exceptions that carry the same facts.

use pyo3::{exceptions::PyKeyboardInterrupt, prelude::*, types::PyDict};

use super::convert;
use crate::error::Error;

pyo3::import_exception!(linli.errors, LinliError);
pyo3::import_exception!(linli.errors, InvalidInput);
pyo3::import_exception!(linli.errors, Infeasible);

/// The exception for an error of the core.
pub(super) fn raise(error: Error) -> PyErr {
    if matches!(error, Error::Interrupted) {
        return PyKeyboardInterrupt::new_err(());
    }
    let message = error.to_string();
    let facts = error.facts();
    Python::attach(|py| {
        let raised = match error {
            // The machine's fault rather than the input's.
            Error::File { .. } => LinliError::new_err(message),
            Error::Infeasible { .. } => Infeasible::new_err(message),
            _ => InvalidInput::new_err(message),
        };
        match convert::object(py, &facts) {
            Ok(facts) => with_facts(py, raised, &facts),
            Err(failed) => failed,
        }
    })
}

/// A panic as an exception: a fault of linli's own, never the end of the session.
pub(super) fn bug(payload: &(dyn std::any::Any + Send)) -> PyErr {
    let words = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned());
    LinliError::new_err(format!("a fault in linli itself ({words}); please report it with the data that shows it"))
}

/// An argument that Python gave in another form than the function takes.
pub(super) fn wrong(parameter: &'static str, value: &impl std::fmt::Display, rule: &str) -> PyErr {
    raise(Error::parameter(parameter, value, rule))
}

fn with_facts(py: Python<'_>, raised: PyErr, facts: &Bound<'_, PyDict>) -> PyErr {
    match raised.value(py).setattr("facts", facts) {
        Ok(()) => raised,
        Err(failed) => failed,
    }
}
