//! Accessibility (可达性): how much each demand point can walk to, alone or shared with others.
//!
//! Every measure is asked of a [`Reach`]. People and supply are given by
//! position: one number per demand point, one per site. What cannot be known,
//! because no street is near a demand point, is `None` and never 0.
//!
//! - [`gravity`]: supply within reach, weighted by how far it is (cumulative
//!   opportunities where the weight is 1 up to a limit).
//! - [`floating_catchment`]: supply per person who shares it (2SFCA, E2SFCA,
//!   3SFCA, balanced).
//! - [`spatial_availability`]: supply divided among those who can walk to it, so
//!   that the shares add up to the supply.
//! - [`kth_nearest`]: the walk to the k-th nearest site.

mod catchment;
mod city;
mod decay;
mod pairs;

use rayon::prelude::*;

pub use catchment::{Catchments, Stages, floating_catchment, spatial_availability};
pub use city::{CityAccess, Measure, of_city};
pub use decay::Decay;

use crate::{
    control::Control,
    error::{Error, Result},
    reach::{self, Reach},
    threads,
};

/// Demand points that are dealt with between two looks at the [`Control`].
const CHUNK: usize = 256;

/// Which pairs count, and how much: a decay, cut off at a limit.
#[derive(Debug, Clone, PartialEq)]
pub struct Within {
    /// How the weight of a site falls with the walk to it.
    pub decay: Decay,
    /// Longest walk that counts, metres, inclusive; `None` takes every pair of the reach.
    pub limit_m: Option<f64>,
}

impl Within {
    /// Refuse a limit or bands that ask for pairs which the reach does not hold.
    fn check(&self, reach: &Reach) -> Result<()> {
        reach::check_limit(self.limit_m)?;
        self.decay.check()?;
        let Some(cut_m) = reach.limit_m() else { return Ok(()) };
        let rule =
            format!("the reach was cut off at {cut_m} m, so longer walks are missing; make it with a longer limit");
        if let Some(limit_m) = self.limit_m.filter(|&limit_m| limit_m > cut_m) {
            return Err(Error::parameter("limit_m", &limit_m, &rule));
        }
        match self.decay.last_m() {
            Some(last_m) if last_m > cut_m && self.limit_m.is_none() => Err(Error::parameter("decay", &last_m, &rule)),
            _ => Ok(()),
        }
    }

    /// Weight of a walk.
    fn weight(&self, walk_m: f64) -> f64 {
        if self.limit_m.is_some_and(|limit_m| walk_m > limit_m) { 0.0 } else { self.decay.weight(walk_m) }
    }
}

/// Supply that each demand point can walk to, weighted by the walk.
///
/// With [`Decay::Flat`] these are cumulative opportunities; with the others the
/// potential of Hansen (1959), `Σ_j S_j f(d_ij)`.
///
/// ```
/// use linli::{access::{Decay, Within, gravity}, control::Control, reach::Reach};
///
/// let reach = Reach::from_dense(&[100.0, 900.0, 700.0, 300.0], 2, None)?;
/// let near = Within { decay: Decay::Flat, limit_m: Some(800.0) };
/// let found = gravity(&reach, &[10.0, 5.0], &near, &Control::new())?;
/// assert_eq!(found, [Some(10.0), Some(15.0)]);
/// # Ok::<(), linli::Error>(())
/// ```
///
/// # Errors
/// [`Error::Length`] and [`Error::BadValue`] for supply that does not fit the
/// sites; [`Error::Parameter`] for a limit beyond that of the reach.
pub fn gravity(reach: &Reach, supply: &[f64], within: &Within, control: &Control) -> Result<Vec<Option<f64>>> {
    within.check(reach)?;
    check_supply(reach, supply)?;
    by_row(reach, control, |row| {
        reach
            .row(row)
            .map(|(site, walk_m)| supply[site as usize] * within.weight(walk_m))
            .fold(0.0, |sum, part| sum + part)
    })
}

/// The walk of each demand point to its k-th nearest site, metres; `None` where fewer are within reach.
///
/// # Errors
/// [`Error::Parameter`] for k = 0.
pub fn kth_nearest(reach: &Reach, k: usize, control: &Control) -> Result<Vec<Option<f64>>> {
    if k == 0 {
        return Err(Error::parameter("k", &k, "give 1 for the nearest site, 2 for the second nearest"));
    }
    let walks = by_row(reach, control, |row| {
        let mut walks: Vec<f64> = reach.row(row).map(|(_, walk_m)| walk_m).collect();
        (walks.len() >= k).then(|| *walks.select_nth_unstable_by(k - 1, f64::total_cmp).1)
    })?;
    Ok(walks.into_iter().map(Option::flatten).collect())
}

/// Evaluate every demand point whose walks are known, in parallel and in order.
fn by_row<T: Send>(reach: &Reach, control: &Control, value: impl Fn(usize) -> T + Sync) -> Result<Vec<Option<T>>> {
    let rows = reach.shape().0;
    let known = |row: usize| (reach.access(row) != reach::Access::Unsnapped).then(|| value(row));
    let chunks: Result<Vec<Vec<Option<T>>>> = threads::install(|| {
        (0..rows.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let range = chunk * CHUNK..rows.min((chunk + 1) * CHUNK);
                control.step(0)?;
                Ok(range.map(known).collect())
            })
            .collect()
    });
    Ok(chunks?.into_iter().flatten().collect())
}

fn check_people(reach: &Reach, people: &[f64]) -> Result<()> {
    check_column("demand", "people", reach.shape().0, people)
}

fn check_supply(reach: &Reach, supply: &[f64]) -> Result<()> {
    check_column("site", "supply", reach.shape().1, supply)
}

fn check_column(table: &'static str, column: &str, expected: usize, values: &[f64]) -> Result<()> {
    if values.len() != expected {
        return Err(Error::Length { table, column: column.to_owned(), expected, got: values.len() });
    }
    match values.iter().position(|value| !(value.is_finite() && *value >= 0.0)) {
        Some(row) => Err(Error::BadValue {
            table,
            row,
            column: column.to_owned(),
            value: values[row],
            rule: "must be a finite number, 0 or more",
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
