//! Finding a row by what people call it.

use crate::error::{Error, Result};

/// The row with this id or, where it is unique, this name.
///
/// # Errors
/// [`Error::Unknown`], or [`Error::Parameter`] for a name that several have.
pub(crate) fn row_of(kind: &'static str, ids: &[String], names: &[String], wanted: &str) -> Result<usize> {
    if let Some(row) = ids.iter().position(|id| id == wanted) {
        return Ok(row);
    }
    let rows: Vec<usize> = (0..names.len()).filter(|&row| names[row] == wanted).collect();
    match rows.as_slice() {
        [row] => Ok(*row),
        [] => {
            let known = ids.iter().zip(names).map(|(id, name)| format!("{id} ({name})")).collect();
            Err(Error::Unknown { kind, name: wanted.to_owned(), known })
        }
        rows => {
            let same: Vec<&str> = rows.iter().map(|&row| ids[row].as_str()).collect();
            let rule = format!("{} rows bear this name; use one of the ids {}", rows.len(), same.join(", "));
            Err(Error::parameter(kind, &wanted, &rule))
        }
    }
}
