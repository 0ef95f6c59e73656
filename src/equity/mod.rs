//! Equity (公平): how evenly something is spread over people.
//!
//! Each row has a value, such as accessibility, and the people who have it; all
//! people of a row count alike. People of 0 count for nothing. Values of 0 or
//! more; an index that divides by the mean has no value (`None`) where everyone has 0.

mod lorenz;
mod spread;

pub use lorenz::{Lorenz, concentration_curve, lorenz};
pub use spread::{Theil, concentration, erreygers, fgt, gini, mean, palma, theil};

use crate::error::{Error, Result};

/// Values and people, checked: equally long, finite, 0 or more, somebody there.
fn check(values: &[f64], people: &[f64]) -> Result<()> {
    check_amounts("values", values, values.len())?;
    check_amounts("people", people, values.len())?;
    if people.iter().all(|&people| people == 0.0) {
        return Err(Error::parameter("people", &"nobody", "give at least one row with people"));
    }
    Ok(())
}

fn check_amounts(column: &str, amounts: &[f64], rows: usize) -> Result<()> {
    const TABLE: &str = "values";
    if amounts.len() != rows {
        return Err(Error::Length { table: TABLE, column: column.to_owned(), expected: rows, got: amounts.len() });
    }
    match amounts.iter().position(|amount| !(amount.is_finite() && *amount >= 0.0)) {
        Some(row) => Err(Error::BadValue {
            table: TABLE,
            row,
            column: column.to_owned(),
            value: amounts[row],
            rule: "must be a finite number, 0 or more; leave rows out whose value is unknown",
        }),
        None => Ok(()),
    }
}

/// Rows by rising value; ties keep the data's order.
fn order(by: &[f64]) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..by.len()).collect();
    rows.sort_by(|&a, &b| by[a].total_cmp(&by[b]));
    rows
}

#[cfg(test)]
mod tests;
