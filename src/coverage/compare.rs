//! Before and after: what a change of centres means, in people.

use super::{Coverage, Totals};
use crate::error::{Error, Result};

/// The difference between two coverages of the same committees.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Sums before.
    pub before: Totals,
    /// Sums after.
    pub after: Totals,
    /// Per committee: people within the limit after, less before; `None` where
    /// the population is unknown.
    pub gained: Vec<Option<f64>>,
}

impl Comparison {
    /// People newly within the limit, summed over the committees that gain.
    #[must_use]
    pub fn people_gained(&self) -> f64 {
        // An empty sum of floats is -0.0, which nobody wants to read.
        self.gained.iter().flatten().filter(|&&gain| gain > 0.0).fold(0.0, |sum, gain| sum + gain)
    }

    /// People no longer within the limit, summed over the committees that lose.
    #[must_use]
    pub fn people_lost(&self) -> f64 {
        -self.gained.iter().flatten().filter(|&&gain| gain < 0.0).sum::<f64>()
    }
}

/// Compare coverage before and after a change.
///
/// # Errors
/// [`Error::Length`] when the two are not about the same committees, and
/// [`Error::Parameter`] when they count different groups.
pub fn compare(before: &Coverage, after: &Coverage) -> Result<Comparison> {
    let (expected, got) = (before.rows.len(), after.rows.len());
    if expected != got {
        return Err(Error::Length { table: "before", column: "after".to_owned(), expected, got });
    }
    let [group_before, group_after] = [before, after].map(|coverage| coverage.provenance.group.as_deref());
    if group_before != group_after {
        let values = format!("{group_before:?} before and {group_after:?} after");
        return Err(Error::parameter("group", &values, "compare the same group of people"));
    }
    let rows = before.rows.iter().zip(&after.rows);
    let gained = rows.map(|(b, a)| Some(a.people_covered()? - b.people_covered()?)).collect();
    Ok(Comparison { before: before.totals(), after: after.totals(), gained })
}
