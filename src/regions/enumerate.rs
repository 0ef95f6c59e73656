//! Every plan there is, counted without making any (枚举).
//!
//! Units are decided one after the other. What matters of the units decided is
//! only their frontier, the ones with undecided neighbours: which of them are
//! in one part, which are connected already, and how much each open part
//! holds. Partial plans that agree in this are counted together, as in the
//! decision diagrams of Kawahara et al. (2017) and Fifield et al. (2020).

use std::collections::HashMap;

use serde::Serialize;

use crate::{
    control::Control,
    error::{Error, Result},
};

use super::{
    contiguity::Contiguity,
    frontier::{Partial, Rules},
    measure::{Band, Measure, check_k, check_tolerance},
    order::{QuickHash, narrow_order},
};

/// How many plans there are, and the best among them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Enumeration {
    /// Plans: ways to divide the units into `k` connected parts, whatever their order.
    pub count: u128,
    /// Fewest pairs of neighbours that any of them separates; `None` where there is no plan.
    pub minimum_cut: Option<u64>,
    /// Plans with that few.
    pub at_minimum: u128,
    /// Smallest possible largest deviation of a part from the ideal, as a share of it.
    pub best_deviation: Option<f64>,
}

/// Partial plans to keep at once: about 4 GiB.
const MOST_STATES: usize = 30_000_000;

/// Count all plans of `k` connected parts, each within `tolerance` of an equal
/// share of the weight; without a tolerance, all plans.
///
/// Takes time and memory with the number of distinct frontiers: right for some
/// dozens of units (a 6 × 6 grid into 6: 0.1 s), hopeless for hundreds.
///
/// ```
/// use linli::{control::Control, regions::{Contiguity, enumerate}};
///
/// // A ring of four into two: each of its 4 corners alone, or 2 halves.
/// let ring = Contiguity::from_edges(4, &[[0, 1], [1, 2], [2, 3], [3, 0]], None)?;
/// let all = enumerate(&ring, &[1.0; 4], 2, None, &Control::new())?;
/// assert_eq!((all.count, all.minimum_cut, all.best_deviation), (6, Some(2), Some(0.0)));
/// # Ok::<(), linli::Error>(())
/// ```
///
/// # Errors
/// [`Error::Parameter`] for `k`, weights or a tolerance that cannot be, or where
/// more partial plans differ than memory holds; [`Error::Interrupted`].
pub fn enumerate(
    contiguity: &Contiguity,
    weight: &[f64],
    k: usize,
    tolerance: Option<f64>,
    control: &Control,
) -> Result<Enumeration> {
    check_k(k, contiguity.len())?;
    let measure = Measure::new(contiguity.len(), weight)?;
    tolerance.map_or(Ok(()), check_tolerance)?;
    if k > 250 {
        return Err(Error::parameter("k", &k, "is more than the 250 parts whose plans can be counted"));
    }
    let order = narrow_order(contiguity);
    let rules = |tolerance: Option<f64>| Rules {
        k,
        band: measure.band(k, tolerance),
        ideal: measure.ideal(k),
        rest: measure.total,
        follow: tolerance.is_some(),
    };
    let all = |tolerance| count(contiguity, &order, &measure.units, rules(tolerance), MOST_STATES, control);
    let beyond = || {
        let rule = format!("needs more than {MOST_STATES} partial plans at once; ask for fewer units or parts");
        Error::parameter("k", &k, &rule)
    };
    let found = all(tolerance)?.ok_or_else(beyond)?;
    let mut best = (found.count > 0).then_some(found.worst);
    if tolerance.is_none() && found.count > 0 {
        // Without a tolerance weights are not followed; look within rising ones.
        best = None;
        let mut within = 0.01;
        while best.is_none() && within < 4.0 * k as f64 {
            match all(Some(within))? {
                Some(some) if some.count > 0 => best = Some(some.worst),
                Some(_) => within *= 2.0,
                None => break,
            }
        }
    }
    let any = found.count > 0;
    Ok(Enumeration {
        count: found.count,
        minimum_cut: any.then_some(u64::from(found.cut)),
        at_minimum: if any { found.at_cut } else { 0 },
        best_deviation: best,
    })
}

/// What is kept of all partial plans that agree.
#[derive(Clone, Copy)]
struct Tally {
    count: u128,
    cut: u32,
    at_cut: u128,
    /// Least largest deviation of a closed part.
    worst: f64,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.count += other.count;
        match other.cut.cmp(&self.cut) {
            std::cmp::Ordering::Less => (self.cut, self.at_cut) = (other.cut, other.at_cut),
            std::cmp::Ordering::Equal => self.at_cut += other.at_cut,
            std::cmp::Ordering::Greater => {}
        }
        self.worst = self.worst.min(other.worst);
    }
}

type Partials = HashMap<Box<[u8]>, Tally, QuickHash>;

/// The number of plans within the band; `None` beyond so many partial plans at once.
pub(super) fn plans_within(
    contiguity: &Contiguity,
    order: &[u32],
    weight: &[i64],
    k: usize,
    band: Band,
    states: usize,
    control: &Control,
) -> Result<Option<u128>> {
    Ok(within(contiguity, order, weight, k, band, states, control)?.map(|found| found.count))
}

fn within(
    contiguity: &Contiguity,
    order: &[u32],
    weight: &[i64],
    k: usize,
    band: Band,
    states: usize,
    control: &Control,
) -> Result<Option<Tally>> {
    if k > 250 {
        return Ok(None);
    }
    let rest: i64 = weight.iter().sum();
    let rules = Rules { k, band, ideal: rest as f64 / k as f64, rest, follow: true };
    count(contiguity, order, weight, rules, states, control)
}

/// All plans together; `None` beyond so many partial plans at once.
fn count(
    contiguity: &Contiguity,
    order: &[u32],
    weight: &[i64],
    mut rules: Rules,
    states: usize,
    control: &Control,
) -> Result<Option<Tally>> {
    let follow = rules.follow;
    let mut partials = Partials::default();
    let nothing = Partial::default();
    let mut key = vec![];
    nothing.write(&mut key);
    partials.insert(key.as_slice().into(), Tally { count: 1, cut: 0, at_cut: 1, worst: 0.0 });
    let mut frontier: Vec<u32> = vec![];
    let mut left: Vec<usize> = (0..contiguity.len() as u32).map(|unit| contiguity.neighbours(unit).len()).collect();
    let (mut from, mut to) = (Partial::default(), Partial::default());
    control.expect(order.len());
    for (done, &unit) in order.iter().enumerate() {
        let weight = weight[unit as usize];
        rules.rest -= weight;
        let near: Vec<usize> = contiguity
            .neighbours(unit)
            .iter()
            .filter_map(|other| frontier.iter().position(|decided| decided == other))
            .collect();
        contiguity.neighbours(unit).iter().for_each(|&other| left[other as usize] -= 1);
        frontier.push(unit);
        let leaving: Vec<usize> = (0..frontier.len()).filter(|&at| left[frontier[at] as usize] == 0).collect();
        let units_left = order.len() - done - 1;
        let mut next = Partials::default();
        for (visited, (state, tally)) in partials.iter().enumerate() {
            if visited % 4096 == 0 {
                control.step(0)?;
            }
            from.read(state, frontier.len() - 1, follow);
            for choice in 0..=from.held.len() {
                let Some(cut) = to.decide(&from, choice, weight, &near, &rules) else { continue };
                let Some(worst) = to.leave(&leaving, &rules) else { continue };
                if !to.can_finish(units_left, &rules) {
                    continue;
                }
                to.write(&mut key);
                let grown = Tally { cut: tally.cut + cut, worst: tally.worst.max(worst), ..*tally };
                match next.get_mut(key.as_slice()) {
                    Some(known) => known.add(&grown),
                    None => drop(next.insert(key.as_slice().into(), grown)),
                }
            }
            if next.len() > states {
                return Ok(None);
            }
        }
        for &at in leaving.iter().rev() {
            frontier.remove(at);
        }
        partials = next;
        control.step(1)?;
    }
    let none = Tally { count: 0, cut: u32::MAX, at_cut: 0, worst: f64::INFINITY };
    Ok(Some(partials.values().fold(none, |mut all, tally| {
        all.add(tally);
        all
    })))
}
