//! Supply per person who shares it: the floating catchment family, and spatial availability.

use super::{CHUNK, Within, by_row, check_people, check_supply};
use crate::{
    control::Control,
    error::{Error, Result},
    reach::Reach,
};

/// Which member of the floating catchment family (移动搜索法).
///
/// With `w = f(d_ij)`, `P` people and `S` supply:
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stages {
    /// `R_j = S_j / Σ_i P_i w`, `A_i = Σ_j R_j w`. Luo & Wang (2003) where w is
    /// flat (2SFCA), Luo & Qi (2009) with bands (E2SFCA).
    Two,
    /// As `Two` with `w · G`, where `G = w / Σ_j w` is the part of a demand
    /// point's visits that a site attracts. Wan, Zou & Sternberg (2012), 3SFCA.
    Three,
    /// `R_j = S_j / Σ_i P_i w / Σ_j w`, `A_i = Σ_j R_j w / Σ_i w`: nobody and
    /// no supply is counted twice. Páez, Higgins & Vivona (2019), BFCA.
    Balanced,
}

/// Supply per person at each demand point and at each site.
#[derive(Debug, Clone, PartialEq)]
pub struct Catchments {
    /// At each demand point; `None` where no street is near.
    pub access: Vec<Option<f64>>,
    /// Supply per person who shares each site; `None` where nobody does.
    pub per_site: Vec<Option<f64>>,
}

/// Supply per person, by catchments that float with the demand point.
///
/// A site that nobody shares has no ratio and adds nothing, also to a demand
/// point where nobody lives.
///
/// ```
/// use linli::{access::{Decay, Stages, Within, floating_catchment}, control::Control, reach::Reach};
///
/// // Two committees share the second centre; only the first walks to the first.
/// let reach = Reach::from_pairs(&[0, 0, 1], &[0, 1, 1], &[200.0, 500.0, 300.0], (2, 2))?;
/// let within = Within { decay: Decay::Flat, limit_m: None };
/// let (people, places) = ([100.0, 300.0], [10.0, 20.0]);
/// let found = floating_catchment(&reach, &people, &places, &within, Stages::Two, &Control::new())?;
/// assert_eq!(found.per_site, [Some(0.1), Some(0.05)]);
/// assert_eq!(found.access[1], Some(0.05));
/// # Ok::<(), linli::Error>(())
/// ```
///
/// # Errors
/// [`Error::Length`] and [`Error::BadValue`] for people or supply that do not
/// fit the reach; [`Error::Parameter`] for a limit beyond that of the reach.
pub fn floating_catchment(
    reach: &Reach,
    people: &[f64],
    supply: &[f64],
    within: &Within,
    stages: Stages,
    control: &Control,
) -> Result<Catchments> {
    within.check(reach)?;
    check_people(reach, people)?;
    check_supply(reach, supply)?;
    let row_sums = match stages {
        Stages::Two => vec![],
        Stages::Three | Stages::Balanced => {
            by_row(reach, control, |row| reach.row(row).map(|(_, walk_m)| within.weight(walk_m)).sum::<f64>())?
        }
    };
    let row_sum = |row: usize| row_sums.get(row).copied().flatten().filter(|&sum| sum > 0.0).unwrap_or(1.0);
    // What a pair adds to the demand of its site, for each of the people.
    let demanded = |row_sum: f64, weight: f64| match stages {
        Stages::Two => weight,
        Stages::Three => weight * weight / row_sum,
        Stages::Balanced => weight / row_sum,
    };
    let demand = at_sites(reach, control, |row, walk_m| people[row] * demanded(row_sum(row), within.weight(walk_m)))?;
    let column_sums = match stages {
        Stages::Balanced => at_sites(reach, control, |_, walk_m| within.weight(walk_m))?,
        Stages::Two | Stages::Three => vec![],
    };
    let per_site: Vec<Option<f64>> =
        supply.iter().zip(&demand).map(|(&supply, &demand)| (demand > 0.0).then(|| supply / demand)).collect();
    let access = by_row(reach, control, |row| {
        let parts = reach.row(row).map(|(site, walk_m)| {
            let (site, weight) = (site as usize, within.weight(walk_m));
            // A weight of 0 adds 0, also where the sum of the column is 0.
            let taken = match stages {
                _ if weight == 0.0 => 0.0,
                Stages::Balanced => weight / column_sums[site],
                Stages::Two | Stages::Three => demanded(row_sum(row), weight),
            };
            per_site[site].unwrap_or(0.0) * taken
        });
        parts.fold(0.0, |sum, part| sum + part)
    })?;
    Ok(Catchments { access, per_site })
}

/// Supply divided among the people who can walk to it: the parts add up to the supply in reach.
///
/// `V_i = Σ_j S_j P_i^α f(d_ij) / Σ_k P_k^α f(d_kj)`: Soukhov, Páez, Higgins &
/// Mohamed (2023), "Introducing spatial availability", PLOS ONE 18(1): their
/// balancing factors for people and for distance, multiplied out. The result is
/// supply and not supply per person; divide by the people for that.
///
/// # Errors
/// As [`floating_catchment`], and [`Error::Parameter`] for an exponent that is
/// not finite and positive.
pub fn spatial_availability(
    reach: &Reach,
    people: &[f64],
    supply: &[f64],
    within: &Within,
    alpha: f64,
    control: &Control,
) -> Result<Vec<Option<f64>>> {
    within.check(reach)?;
    check_people(reach, people)?;
    check_supply(reach, supply)?;
    if !(alpha.is_finite() && alpha > 0.0) {
        return Err(Error::parameter("alpha", &alpha, "give a positive finite exponent; 1 counts every person alike"));
    }
    let pull: Vec<f64> = people.iter().map(|people| people.powf(alpha)).collect();
    let demand = at_sites(reach, control, |row, walk_m| pull[row] * within.weight(walk_m))?;
    by_row(reach, control, |row| {
        let parts = reach.row(row).map(|(site, walk_m)| {
            let (site, part) = (site as usize, pull[row] * within.weight(walk_m));
            if part > 0.0 { supply[site] * (part / demand[site]) } else { 0.0 }
        });
        parts.fold(0.0, |sum, part| sum + part)
    })
}

/// Sum over the pairs of each site, in the order of the demand points.
fn at_sites(reach: &Reach, control: &Control, part: impl Fn(usize, f64) -> f64) -> Result<Vec<f64>> {
    let (rows, sites) = reach.shape();
    let mut sums = vec![0.0; sites];
    for row in 0..rows {
        if row % CHUNK == 0 {
            control.step(0)?;
        }
        for (site, walk_m) in reach.row(row) {
            sums[site as usize] += part(row, walk_m);
        }
    }
    Ok(sums)
}
