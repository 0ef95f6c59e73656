//! The Lorenz curve (洛伦兹曲线): what part of it all the worst-off part of the people has.

use super::{check, check_amounts, order};
use crate::error::Result;

/// Cumulative shares, from (0, 0) to (1, 1), worst-off first.
#[derive(Debug, Clone, PartialEq)]
pub struct Lorenz {
    /// Part of the people up to here, 0 to 1.
    pub people: Vec<f64>,
    /// Part of the whole that these people have, 0 to 1.
    pub share: Vec<f64>,
}

/// The curve of values over people, with a point for each different value.
///
/// Where everyone has 0, the curve is the diagonal: nobody has more than another.
///
/// ```
/// let curve = linli::equity::lorenz(&[3.0, 1.0], &[1.0, 1.0])?;
/// assert_eq!((curve.people, curve.share), (vec![0.0, 0.5, 1.0], vec![0.0, 0.25, 1.0]));
/// # Ok::<(), linli::Error>(())
/// ```
///
/// # Errors
/// [`Error::Length`](crate::Error::Length) and [`Error::BadValue`](crate::Error::BadValue)
/// for columns that do not fit; [`Error::Parameter`](crate::Error::Parameter) where nobody lives.
pub fn lorenz(values: &[f64], people: &[f64]) -> Result<Lorenz> {
    check(values, people)?;
    Ok(ordered(values, people, values))
}

/// The concentration curve (集中曲线): what part of the whole the poorest part of the people has,
/// with a point for each different income. It lies above the diagonal where the poor have more.
///
/// ```
/// let curve = linli::equity::concentration_curve(&[3.0, 1.0], &[1.0, 1.0], &[10.0, 20.0])?;
/// assert_eq!(curve.share, [0.0, 0.75, 1.0]);
/// # Ok::<(), linli::Error>(())
/// ```
///
/// # Errors
/// As [`lorenz`].
pub fn concentration_curve(values: &[f64], people: &[f64], income: &[f64]) -> Result<Lorenz> {
    check(values, people)?;
    check_amounts("income", income, values.len())?;
    Ok(ordered(values, people, income))
}

/// The curve with the people in the order of another column, ties merged.
pub(super) fn ordered(values: &[f64], people: &[f64], by: &[f64]) -> Lorenz {
    let mut curve = Lorenz { people: vec![0.0], share: vec![0.0] };
    let (mut counted, mut had) = (0.0, 0.0);
    let mut last = None;
    for row in order(by) {
        if people[row] == 0.0 {
            continue;
        }
        counted += people[row];
        had += people[row] * values[row];
        if last == Some(by[row]) {
            curve.people.pop();
            curve.share.pop();
        }
        curve.people.push(counted);
        curve.share.push(had);
        last = Some(by[row]);
    }
    curve.share = if had > 0.0 {
        curve.share.iter().map(|share| share / had).collect()
    } else {
        curve.people.iter().map(|people| people / counted).collect()
    };
    curve.people.iter_mut().for_each(|people| *people /= counted);
    curve
}

impl Lorenz {
    /// Part of the whole that the first `people` (0 to 1) have; a straight line between the points.
    #[must_use]
    pub fn at(&self, people: f64) -> f64 {
        let after = self.people.partition_point(|&known| known < people).clamp(1, self.people.len() - 1);
        let (x0, x1) = (self.people[after - 1], self.people[after]);
        let (y0, y1) = (self.share[after - 1], self.share[after]);
        y0 + (y1 - y0) * ((people - x0) / (x1 - x0)).clamp(0.0, 1.0)
    }

    /// Twice the area between the diagonal and the curve: −1 to 1.
    #[must_use]
    pub fn doubled_area(&self) -> f64 {
        let corners = self.people.windows(2).zip(self.share.windows(2));
        1.0 - corners.map(|(x, y)| (x[1] - x[0]) * (y[1] + y[0])).sum::<f64>()
    }
}
