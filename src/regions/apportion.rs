//! How many parts each town gets (名额分配).

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Parts for each town, as even as can be, and what else comes near.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Apportionment {
    /// Parts of each town, at least 1.
    pub parts: Vec<usize>,
    /// The worst deviation of a town's mean part from the ideal, as a share of it. No apportionment has less.
    pub deviation: f64,
    /// Other apportionments within the slack that was asked for, best first, and their worst deviation.
    pub alternatives: Vec<(Vec<usize>, f64)>,
}

/// A classical rule of apportionment, here with at least one part each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Whole quotas, then the largest remainders.
    Hamilton,
    /// The largest weight / (2 × parts + 1) gets the next part.
    SainteLague,
    /// The largest weight / √(parts × (parts + 1)) gets the next part.
    HuntingtonHill,
}

/// Alternatives looked at, at most.
const MOST: usize = 10_000;

/// Apportion `k` parts to towns so that the worst deviation of a town's mean
/// part from an equal share is least, and of those the least sum of squares.
///
/// `slack` asks for alternatives whose worst deviation is up to this much more.
///
/// ```
/// use linli::regions::apportion;
///
/// let best = apportion(&[52_000.0, 31_000.0, 17_000.0], 5, 0.3)?;
/// assert_eq!(best.parts, [2, 2, 1]);
/// assert!((best.deviation - 0.3).abs() < 1e-12); // 52,000 in two parts of 26,000
/// assert_eq!(best.alternatives[0].0, [3, 1, 1]);
/// # Ok::<(), linli::Error>(())
/// ```
///
/// # Errors
/// [`Error::BadValue`] for a weight that is no amount, [`Error::Parameter`]
/// for fewer parts than towns or a slack that is none.
pub fn apportion(weight: &[f64], k: usize, slack: f64) -> Result<Apportionment> {
    let ideal = check(weight, k)?;
    if !(slack.is_finite() && slack >= 0.0) {
        return Err(Error::parameter("slack", &slack, "give a share of the ideal, 0 or more"));
    }
    let off = |town: usize, parts: usize| (weight[town] / (parts as f64 * ideal) - 1.0).abs();
    let most = k + 1 - weight.len();
    let mut steps: Vec<f64> =
        (0..weight.len()).flat_map(|town| (1..=most).map(move |parts| off(town, parts))).collect();
    steps.sort_by(f64::total_cmp);
    steps.dedup();
    // The least deviation at which the towns' ranges of parts can sum to k.
    let works = |limit: f64| {
        let ranges = ranges(weight.len(), most, |town, parts| off(town, parts) <= limit);
        ranges.is_some_and(|ranges| fits(&ranges, k))
    };
    let at = steps.partition_point(|&limit| !works(limit));
    let deviation = steps[at.min(steps.len() - 1)];
    let within = |limit: f64| ranges(weight.len(), most, |town, parts| off(town, parts) <= limit);
    let parts = within(deviation).and_then(|ranges| allot(weight, ideal, k, &ranges)).unwrap_or_default();
    let mut alternatives = vec![];
    if slack > 0.0
        && let Some(ranges) = within(deviation + slack)
    {
        let mut chosen = vec![];
        every(&ranges, k, &mut chosen, &mut alternatives);
        alternatives.retain(|other| *other != parts);
    }
    let worst = |parts: &[usize]| (0..).zip(parts).map(|(town, &parts)| off(town, parts)).fold(0.0, f64::max);
    let mut alternatives: Vec<(Vec<usize>, f64)> =
        alternatives.into_iter().map(|parts| (worst(&parts), parts)).map(|(worst, parts)| (parts, worst)).collect();
    alternatives.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
    Ok(Apportionment { parts, deviation, alternatives })
}

fn check(weight: &[f64], k: usize) -> Result<f64> {
    if let Some(row) = weight.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0)) {
        let (column, rule) = ("weight".to_owned(), "must be a number, 0 or more");
        return Err(Error::BadValue { table: "towns", row, column, value: weight[row], rule });
    }
    if weight.is_empty() || k < weight.len() {
        let rule = format!("must be at least the number of towns, {}: every town has a part", weight.len());
        return Err(Error::parameter("k", &k, &rule));
    }
    let total: f64 = weight.iter().sum();
    if total <= 0.0 || !total.is_finite() {
        return Err(Error::parameter("weight", &total, "in all: there is nobody to apportion by"));
    }
    Ok(total / k as f64)
}

/// First and last number of parts that each town may have; `None` where one has none.
///
/// What is allowed must be one run of numbers, as within a limit it is.
fn ranges(towns: usize, most: usize, allowed: impl Fn(usize, usize) -> bool) -> Option<Vec<(usize, usize)>> {
    let range = |town: usize| {
        let first = (1..=most).find(|&parts| allowed(town, parts))?;
        let last = (first..=most).rev().find(|&parts| allowed(town, parts))?;
        Some((first, last))
    };
    (0..towns).map(range).collect()
}

fn fits(ranges: &[(usize, usize)], k: usize) -> bool {
    ranges.iter().map(|range| range.0).sum::<usize>() <= k && k <= ranges.iter().map(|range| range.1).sum::<usize>()
}

/// Parts within these ranges that sum to `k`, with the least sum of squared deviations.
pub(super) fn allot(weight: &[f64], ideal: f64, k: usize, ranges: &[(usize, usize)]) -> Option<Vec<usize>> {
    // best[used]: least sum of squares of the towns so far.
    let mut best = vec![f64::INFINITY; k + 1];
    best[0] = 0.0;
    let mut choices: Vec<Vec<u32>> = vec![];
    for (&weight, &(first, last)) in weight.iter().zip(ranges) {
        let mut next = vec![f64::INFINITY; k + 1];
        let mut choice = vec![0; k + 1];
        for used in 0..=k {
            for parts in first..=last.min(k - used) {
                let off = weight / (parts as f64 * ideal) - 1.0;
                let sum = best[used] + off * off;
                if sum < next[used + parts] {
                    next[used + parts] = sum;
                    choice[used + parts] = parts as u32;
                }
            }
        }
        best = next;
        choices.push(choice);
    }
    if best[k].is_infinite() {
        return None;
    }
    let mut used = k;
    let mut parts: Vec<usize> = choices
        .iter()
        .rev()
        .map(|choice| {
            let parts = choice[used] as usize;
            used -= parts;
            parts
        })
        .collect();
    parts.reverse();
    Some(parts)
}

/// Every choice within the ranges that sums to `k`, up to a number of them.
fn every(ranges: &[(usize, usize)], k: usize, chosen: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
    let Some((&(first, last), rest)) = ranges.split_first() else {
        if k == 0 {
            found.push(chosen.clone());
        }
        return;
    };
    for parts in first..=last.min(k) {
        if found.len() >= MOST {
            return;
        }
        if rest.is_empty() && parts != k || !rest.is_empty() && !fits(rest, k - parts) {
            continue;
        }
        chosen.push(parts);
        every(rest, k - parts, chosen, found);
        chosen.pop();
    }
}

/// Apportion by a classical rule, each town at least one part.
///
/// ```
/// use linli::regions::{Method, apportion_by};
///
/// // The example of Balinski and Young (1982): five states, 26 seats.
/// let people = [9061.0, 7179.0, 5259.0, 3319.0, 1182.0];
/// assert_eq!(apportion_by(Method::Hamilton, &people, 26)?, [9, 7, 5, 4, 1]);
/// assert_eq!(apportion_by(Method::SainteLague, &people, 26)?, [9, 8, 5, 3, 1]);
/// assert_eq!(apportion_by(Method::HuntingtonHill, &people, 26)?, [9, 7, 6, 3, 1]);
/// # Ok::<(), linli::Error>(())
/// ```
///
/// # Errors
/// As [`apportion`].
pub fn apportion_by(method: Method, weight: &[f64], k: usize) -> Result<Vec<usize>> {
    check(weight, k)?;
    if method == Method::Hamilton {
        return Ok(hamilton(weight, k));
    }
    let mut parts = vec![1_usize; weight.len()];
    for _ in weight.len()..k {
        let claim = |town: usize| {
            let held = parts[town] as f64;
            let divisor = if method == Method::SainteLague { 2.0 * held + 1.0 } else { (held * (held + 1.0)).sqrt() };
            weight[town] / divisor
        };
        // Of equal claims the lower town's comes first.
        let next = (0..weight.len()).max_by(|&a, &b| claim(a).total_cmp(&claim(b)).then(b.cmp(&a)));
        if let Some(town) = next {
            parts[town] += 1;
        }
    }
    Ok(parts)
}

/// Towns with less than a whole quota get one part; the others share what is left.
fn hamilton(weight: &[f64], k: usize) -> Vec<usize> {
    let mut single = vec![false; weight.len()];
    loop {
        let left = k - single.iter().filter(|single| **single).count();
        let total: f64 = weight.iter().zip(&single).filter(|(_, single)| !**single).map(|(weight, _)| weight).sum();
        let quota = |town: usize| weight[town] * left as f64 / total;
        let small = (0..weight.len()).find(|&town| !single[town] && quota(town) < 1.0);
        if let Some(town) = small {
            single[town] = true;
            continue;
        }
        let mut parts: Vec<usize> =
            (0..weight.len()).map(|town| if single[town] { 1 } else { whole(quota(town)) }).collect();
        let mut rest: Vec<usize> = (0..weight.len()).filter(|&town| !single[town]).collect();
        rest.sort_by(|&a, &b| quota(b).fract().total_cmp(&quota(a).fract()).then(a.cmp(&b)));
        let missing = k - parts.iter().sum::<usize>();
        rest.iter().take(missing).for_each(|&town| parts[town] += 1);
        return parts;
    }
}

/// The whole part of a quota, which is neither negative nor beyond `k`.
#[allow(clippy::cast_sign_loss)]
fn whole(quota: f64) -> usize {
    quota.floor() as usize
}
