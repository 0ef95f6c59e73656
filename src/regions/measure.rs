//! What is to be balanced: people, staff, capacity.

use crate::error::{Error, Result};

/// One amount per unit, in whole steps, so that sums are exact in any order.
///
/// Whole amounts stay as they are. Others are rounded to a power of two so
/// small that the total still fits into 52 bits.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measure {
    pub units: Vec<i64>,
    pub total: i64,
    /// Steps to an amount of 1.
    scale: f64,
}

/// What a part may hold of a measure, in its steps, both ends within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Band {
    pub low: i64,
    pub high: i64,
}

/// Largest total in steps.
const MOST: f64 = (1_u64 << 52) as f64;

impl Measure {
    pub(super) fn new(n: usize, weight: &[f64]) -> Result<Self> {
        if weight.len() != n {
            let (column, expected, got) = ("weight".to_owned(), n, weight.len());
            return Err(Error::Length { table: "units", column, expected, got });
        }
        let bad = |value: &f64| !(value.is_finite() && *value >= 0.0);
        if let Some(row) = weight.iter().position(bad) {
            let rule = "must be a number, 0 or more";
            return Err(Error::BadValue { table: "units", row, column: "weight".into(), value: weight[row], rule });
        }
        let sum: f64 = weight.iter().sum();
        if sum <= 0.0 || sum > MOST {
            return Err(Error::parameter("weight", &sum, "in all: give amounts with a total above 0 and below 2^52"));
        }
        let whole = weight.iter().all(|value| value.fract() == 0.0);
        let scale = if whole { 1.0 } else { (MOST / sum).log2().floor().min(1000.0).exp2() };
        let units: Vec<i64> = weight.iter().map(|value| (value * scale).round() as i64).collect();
        Ok(Self { total: units.iter().sum(), units, scale })
    }

    /// An equal share of the total, in steps.
    pub(super) fn ideal(&self, k: usize) -> f64 {
        self.total as f64 / k as f64
    }

    /// Equal shares within `tolerance`; every amount where there is none.
    pub(super) fn band(&self, k: usize, tolerance: Option<f64>) -> Band {
        let Some(tolerance) = tolerance else { return Band { low: 0, high: self.total } };
        let ideal = self.ideal(k);
        // A part exactly on the line is within, whatever the last bit says.
        let hair = 1e-9 * ideal;
        let low = (ideal * (1.0 - tolerance) - hair).ceil().max(0.0) as i64;
        let high = (ideal * (1.0 + tolerance) + hair).floor().min(self.total as f64) as i64;
        Band { low, high }
    }

    /// Steps that are at least this amount.
    pub(super) fn at_least(&self, amount: f64) -> i64 {
        // An amount exactly on the line is enough, whatever the last bit says.
        (amount * self.scale * (1.0 - 1e-9)).ceil() as i64
    }

    /// Steps as an amount.
    pub(super) fn amount(&self, steps: i64) -> f64 {
        steps as f64 / self.scale
    }
}

/// Refuse a number of parts that cannot be.
pub(super) fn check_k(k: usize, n: usize) -> Result<()> {
    if k == 0 {
        return Err(Error::parameter("k", &k, "give at least 1 part"));
    }
    if k > n {
        return Err(Error::parameter("k", &k, &format!("is more than the {n} units; every part needs a unit")));
    }
    Ok(())
}

/// Refuse a tolerance that is none.
pub(super) fn check_tolerance(tolerance: f64) -> Result<()> {
    if tolerance.is_finite() && tolerance >= 0.0 {
        Ok(())
    } else {
        Err(Error::parameter("tolerance", &tolerance, "give a share of the ideal, such as 0.05 for 5 %"))
    }
}
