//! Indices of inequality and poverty.

use super::{check, check_amounts, lorenz::ordered};
use crate::error::{Error, Result};

/// Mean over the people.
///
/// # Errors
/// As [`lorenz`](super::lorenz()).
pub fn mean(values: &[f64], people: &[f64]) -> Result<f64> {
    check(values, people)?;
    Ok(weighted_mean(values, people))
}

/// Gini index (基尼系数), 0 where all have the same: `Σ_i Σ_j p_i p_j |x_i − x_j| / (2 P² μ)`.
///
/// ```
/// assert_eq!(linli::equity::gini(&[0.0, 1.0], &[1.0, 1.0])?, Some(0.5));
/// # Ok::<(), linli::Error>(())
/// ```
///
/// # Errors
/// As [`lorenz`](super::lorenz()).
pub fn gini(values: &[f64], people: &[f64]) -> Result<Option<f64>> {
    check(values, people)?;
    let mean = weighted_mean(values, people);
    Ok((mean > 0.0).then(|| ordered(values, people, values).doubled_area().max(0.0)))
}

/// Palma ratio: mean of the top tenth of the people over mean of the bottom two fifths.
///
/// People are ordered by `income` where it is given and by the values
/// themselves where not; a row on the line is split. Cobham & Sumner (2013) take
/// shares, which is a quarter of this ratio of means. `None` where the bottom
/// has 0.
///
/// # Errors
/// As [`lorenz`](super::lorenz()).
pub fn palma(values: &[f64], people: &[f64], income: Option<&[f64]>) -> Result<Option<f64>> {
    check(values, people)?;
    if let Some(income) = income {
        check_amounts("income", income, values.len())?;
    }
    if weighted_mean(values, people) == 0.0 {
        return Ok(None);
    }
    let curve = ordered(values, people, income.unwrap_or(values));
    let (top, bottom) = ((1.0 - curve.at(0.9)) / 0.1, curve.at(0.4) / 0.4);
    Ok((bottom > 0.0).then(|| top / bottom))
}

/// Theil's T, whole and in parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Theil {
    /// `Σ_i (p_i/P) (x_i/μ) ln(x_i/μ)`; 0 where all have the same.
    pub total: f64,
    /// What remains when everyone has the mean of their group.
    pub between: f64,
    /// The rest: inequality inside the groups.
    pub within: f64,
}

/// Theil's T index (泰尔指数), divided into between and within groups (one a row, by number).
///
/// # Errors
/// As [`lorenz`](super::lorenz()).
pub fn theil(values: &[f64], people: &[f64], groups: &[u32]) -> Result<Option<Theil>> {
    check(values, people)?;
    if groups.len() != values.len() {
        let column = "groups".to_owned();
        return Err(Error::Length { table: "values", column, expected: values.len(), got: groups.len() });
    }
    let (all, mean): (f64, f64) = (people.iter().sum(), weighted_mean(values, people));
    if mean == 0.0 {
        return Ok(None);
    }
    let part = |people: f64, value: f64| {
        let relative = value / mean;
        if value > 0.0 { people / all * relative * relative.ln() } else { 0.0 }
    };
    let total: f64 = people.iter().zip(values).map(|(&people, &value)| part(people, value)).sum();
    let count = groups.iter().max().map_or(0, |&last| last as usize + 1);
    let mut of_group = vec![(0.0, 0.0); count];
    for ((&people, &value), &group) in people.iter().zip(values).zip(groups) {
        let (counted, had) = &mut of_group[group as usize];
        *counted += people;
        *had += people * value;
    }
    let between: f64 =
        of_group.iter().filter(|(people, _)| *people > 0.0).map(|&(people, had)| part(people, had / people)).sum();
    // Rounding must not make either less than nothing.
    let (total, between) = (total.max(0.0), between.clamp(0.0, total.max(0.0)));
    Ok(Some(Theil { total, between, within: total - between }))
}

/// Concentration index (集中指数), −1 to 1: positive where the rich have more.
///
/// Twice the area between the diagonal and the values of the people in order of
/// `income`; people of the same income stand side by side (Kakwani, Wagstaff &
/// van Doorslaer 1997).
///
/// # Errors
/// As [`lorenz`](super::lorenz()).
pub fn concentration(values: &[f64], people: &[f64], income: &[f64]) -> Result<Option<f64>> {
    check(values, people)?;
    check_amounts("income", income, values.len())?;
    let mean = weighted_mean(values, people);
    Ok((mean > 0.0).then(|| ordered(values, people, income).doubled_area()))
}

/// The concentration index corrected for values between two bounds: `4 μ C / (most − least)`,
/// Erreygers (2009), −1 to 1 whatever the mean.
///
/// # Errors
/// As [`concentration`], and [`Error::Parameter`] for bounds that do not hold the values.
pub fn erreygers(values: &[f64], people: &[f64], income: &[f64], (least, most): (f64, f64)) -> Result<Option<f64>> {
    let index = concentration(values, people, income)?;
    let holds = values.iter().all(|&value| least <= value && value <= most);
    if !(holds && least.is_finite() && most.is_finite() && least < most) {
        let bounds = format!("({least}, {most})");
        return Err(Error::parameter("bounds", &bounds, "give the least and the greatest value there can be"));
    }
    Ok(index.map(|index| 4.0 * weighted_mean(values, people) * index / (most - least)))
}

/// Foster–Greer–Thorbecke poverty (1984): mean over all people of `((line − x) / line) ^ alpha`
/// for those below the line. 0 counts them, 1 is how far below they are, 2 weighs the farthest most.
///
/// # Errors
/// As [`lorenz`](super::lorenz()), and [`Error::Parameter`] for a line that is not positive or an
/// exponent below 0.
pub fn fgt(values: &[f64], people: &[f64], line: f64, alpha: f64) -> Result<f64> {
    check(values, people)?;
    if !(line.is_finite() && line > 0.0) {
        return Err(Error::parameter("line", &line, "give the value below which people are poorly served, above 0"));
    }
    if !(alpha.is_finite() && alpha >= 0.0) {
        return Err(Error::parameter("alpha", &alpha, "give 0 (how many), 1 (how far below) or 2 (how severe)"));
    }
    let all: f64 = people.iter().sum();
    let below = people.iter().zip(values).filter(|(_, value)| **value < line);
    let sum = below.fold(0.0, |sum, (people, value)| sum + people * ((line - value) / line).powf(alpha));
    Ok(sum / all)
}

fn weighted_mean(values: &[f64], people: &[f64]) -> f64 {
    let all: f64 = people.iter().sum();
    values.iter().zip(people).map(|(value, people)| value * people).sum::<f64>() / all
}
