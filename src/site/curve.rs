//! What the first, second, … n-th new centre is worth.

use serde::Serialize;

use crate::error::{Error, Result};

use super::plan::SitingPlan;

/// One point of a p-curve.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CurvePoint {
    /// Sites open, the fixed ones among them.
    pub p: usize,
    /// The plan with as many sites.
    pub plan: SitingPlan,
    /// What this site adds to the plan with one site fewer: more people
    /// covered, or fewer person-metres or metres. `None` for the first point.
    pub gain: Option<f64>,
    /// Between these the true gain lies; both equal `gain` where both plans are proven.
    pub gain_range: Option<(f64, f64)>,
}

/// The plans for each number of sites in `p`, and what each more site is worth.
///
/// The plans are not nested: the best five need not contain the best four. A
/// plan that turns out worse than the one with a site fewer (which can happen
/// only when time ran out) is reported as it is.
///
/// ```
/// use linli::{control::Control, reach::Reach, site::{Terms, curve, mclp}};
///
/// let reach = Reach::from_pairs(&[0, 1, 2, 2], &[0, 1, 1, 2], &[5.0; 4], (3, 3))?;
/// let people = [50.0, 20.0, 10.0];
/// let points = curve(1..=3, |p| mclp(&reach, &people, p, &Terms::default(), &Control::new()))?;
/// let covered: Vec<f64> = points.iter().map(|point| point.plan.objective).collect();
/// assert_eq!(covered, [50.0, 80.0, 80.0]);
/// assert_eq!(points[2].gain, Some(0.0));
/// # Ok::<(), linli::Error>(())
/// ```
///
/// # Errors
/// Those of `solve`; a `p` that is infeasible because it is too small is left
/// out as long as a larger one is not.
pub fn curve(
    p: std::ops::RangeInclusive<usize>,
    mut solve: impl FnMut(usize) -> Result<SitingPlan>,
) -> Result<Vec<CurvePoint>> {
    let last = *p.end();
    let mut points: Vec<CurvePoint> = vec![];
    for p in p {
        let plan = match solve(p) {
            Err(Error::Infeasible { needed: Some(needed), .. })
                if points.is_empty() && p < last && needed > p as f64 =>
            {
                continue;
            }
            plan => plan?,
        };
        let before = points.last().map(|point| &point.plan);
        let sign = if matches!(plan.model, "mclp" | "mclp_services" | "gradual") { 1.0 } else { -1.0 };
        let gain = before.map(|before| sign * (plan.objective - before.objective));
        let gain_range = before.map(|before| {
            let ends = [sign * (plan.objective - before.bound), sign * (plan.bound - before.objective)];
            (ends[0].max(0.0), ends[1].max(0.0))
        });
        points.push(CurvePoint { p, plan, gain, gain_range });
    }
    Ok(points)
}
