//! Further measures (度量) besides people that sites have limits of.

use crate::{
    city::City,
    error::{Error, Result},
};

use super::Room;

/// An amount of each row, and how much of it each site must and may have.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Its name, for messages.
    pub name: String,
    /// What each row has of it.
    pub amount: Vec<f64>,
    /// Least load of each site.
    pub least: Vec<f64>,
    /// Most load of each site; infinite for no limit.
    pub most: Vec<f64>,
}

impl Measure {
    /// Each site's load within `tolerance` of its share: equal, or in proportion to `by`.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a tolerance below 0, or shares that cannot be.
    pub fn balanced(name: &str, amount: Vec<f64>, sites: usize, tolerance: f64, by: Option<&[f64]>) -> Result<Self> {
        let total: f64 = amount.iter().sum();
        let share = shares(name, &vec![total], &vec![0; sites], by)?;
        Self { name: name.to_owned(), amount, least: vec![0.0; sites], most: vec![f64::INFINITY; sites] }
            .within(tolerance, &share)
    }

    /// The same with loads within `tolerance` of these shares too.
    fn within(mut self, tolerance: f64, share: &[f64]) -> Result<Self> {
        if !(tolerance >= 0.0 && tolerance.is_finite()) {
            let given = format!("{}: {tolerance}", self.name);
            return Err(Error::parameter("balance", &given, "give a part of the share, 0 or more: 0.1 is 10 %"));
        }
        for (site, &share) in share.iter().enumerate() {
            self.least[site] = self.least[site].max(share * (1.0 - tolerance)).max(0.0);
            self.most[site] = self.most[site].min(share * (1.0 + tolerance));
        }
        Ok(self)
    }
}

/// Each site's part of what its group has.
fn shares(name: &str, total: &[f64], group: &[usize], by: Option<&[f64]>) -> Result<Vec<f64>> {
    let equal = vec![1.0; group.len()];
    let by = by.unwrap_or(&equal);
    if by.len() != group.len() || by.iter().any(|by| !(by.is_finite() && *by >= 0.0)) {
        let rule = format!("give a number, 0 or more, for each of {} sites to share by", group.len());
        return Err(Error::parameter("balance", &name, &rule));
    }
    let mut sums = vec![0.0; total.len()];
    group.iter().zip(by).for_each(|(&group, by)| sums[group] += by);
    let of = |(&group, by): (&usize, &f64)| if sums[group] > 0.0 { total[group] * by / sums[group] } else { 0.0 };
    Ok(group.iter().zip(by).map(of).collect())
}

/// What a city's centres have limits of, by name.
#[derive(Debug, Clone, PartialEq)]
pub struct CityMeasure {
    /// `population` or a group of the committees.
    pub name: String,
    /// How much of it each centre has room for.
    pub room: Room,
    /// How near to its share each centre's load must be.
    pub balance: Option<Balance>,
}

/// A centre's load is near its share.
#[derive(Debug, Clone, PartialEq)]
pub struct Balance {
    /// By at most this part of the share: 0.1 is 10 %.
    pub tolerance: f64,
    /// Shares are in proportion to this measure of the centres, such as staff; `None` for equal ones.
    pub by: Option<String>,
}

impl CityMeasure {
    /// The measure of these centres. Within towns, shares are those of the town.
    pub(super) fn resolve(&self, city: &City, facility: &[u32], within_town: bool) -> Result<Measure> {
        let amount: Vec<f64> =
            city.demand().weight(Some(&self.name))?.iter().map(|amount| amount.unwrap_or(0.0)).collect();
        let most = super::city::room(city, facility, &self.room)?;
        let measure = Measure { name: self.name.clone(), amount, least: vec![0.0; facility.len()], most };
        let Some(balance) = &self.balance else { return Ok(measure) };
        let towns = city.towns().len();
        let of = |town: Option<u32>| if within_town { town.map_or(towns, |town| town as usize) } else { 0 };
        let mut total = vec![0.0; towns + 1];
        for (row, amount) in measure.amount.iter().enumerate() {
            total[of(city.demand().town[row])] += amount;
        }
        let group: Vec<usize> = facility.iter().map(|&row| of(city.facilities().town[row as usize])).collect();
        let by = balance.by.as_ref().map(|by| city.facilities().amounts(facility, by)).transpose()?;
        let share = shares(&self.name, &total, &group, by.as_deref())?;
        measure.within(balance.tolerance, &share)
    }
}
