//! Supply per person who shares it: the floating catchment family, and spatial availability.

use super::{Within, by_row, check_people, check_supply, pairs::Pairs};
use crate::{
    control::Control,
    error::{Error, Result},
    reach::Reach,
    threads,
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
    threads::install(|| divided(reach, people, supply, within, stages, control))
}

/// The stages one after the other, on linli's threads.
fn divided(
    reach: &Reach,
    people: &[f64],
    supply: &[f64],
    within: &Within,
    stages: Stages,
    control: &Control,
) -> Result<Catchments> {
    let pairs = Pairs::of(reach, within, control)?;
    // 1 over the weights of each row, where the stages standardize by it.
    let shares = match stages {
        Stages::Two => vec![],
        Stages::Three | Stages::Balanced => {
            by_row(reach, control, |row| inverse(pairs.gather(row, |_, weight| weight)))?
        }
    };
    let share = |row: usize| shares.get(row).copied().flatten().unwrap_or(0.0);
    let demand = match stages {
        Stages::Two => pairs.at_sites(control, |row| people[row], |weight| weight)?,
        Stages::Three => pairs.at_sites(control, |row| people[row] * share(row), |weight| weight * weight)?,
        Stages::Balanced => pairs.at_sites(control, |row| people[row] * share(row), |weight| weight)?,
    };
    let column_sums = match stages {
        Stages::Balanced => pairs.at_sites(control, |_| 1.0, |weight| weight)?,
        Stages::Two | Stages::Three => vec![],
    };
    let per_site: Vec<Option<f64>> =
        supply.iter().zip(&demand).map(|(&supply, &demand)| (demand > 0.0).then(|| supply / demand)).collect();
    // What a unit of weight brings from each site.
    let brings: Vec<f64> = per_site
        .iter()
        .enumerate()
        .map(|(site, ratio)| ratio.unwrap_or(0.0) * column_sums.get(site).map_or(1.0, |&sum| inverse(sum)))
        .collect();
    let access = by_row(reach, control, |row| match stages {
        Stages::Two | Stages::Balanced => pairs.gather(row, |site, weight| brings[site] * weight),
        Stages::Three => share(row) * pairs.gather(row, |site, weight| brings[site] * (weight * weight)),
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
    let pairs = Pairs::of(reach, within, control)?;
    let demand = pairs.at_sites(control, |row| pull[row], |weight| weight)?;
    let brings: Vec<f64> = supply.iter().zip(&demand).map(|(supply, &demand)| supply * inverse(demand)).collect();
    by_row(reach, control, |row| pull[row] * pairs.gather(row, |site, weight| brings[site] * weight))
}

/// 1 over a sum, and 0 where there is nothing, or as good as nothing.
fn inverse(sum: f64) -> f64 {
    if sum > 1e-300 { 1.0 / sum } else { 0.0 }
}
