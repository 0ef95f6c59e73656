//! Every plan there is, counted without making any (枚举).
//!
//! Units are decided one after the other. What matters of the units decided is
//! only their frontier, the ones with undecided neighbours: which of them are
//! in one part, which are connected already, and how much each open part
//! holds. Partial plans that agree in this are counted together, as in the
//! decision diagrams of Kawahara et al. (2017) and Fifield et al. (2020).

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use serde::Serialize;

use crate::{
    control::Control,
    error::{Error, Result},
};

use super::{
    contiguity::Contiguity,
    measure::{Band, Measure, check_k, check_tolerance},
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

/// A partial plan, spelled out.
#[derive(Clone, Default)]
struct Partial {
    /// Parts begun, open and closed.
    begun: u8,
    /// Connected set of each frontier unit.
    set: Vec<u8>,
    /// Part of each set.
    part: Vec<u8>,
    /// Weight of each open part.
    held: Vec<i64>,
}

type Partials = HashMap<Box<[u8]>, Tally, QuickHash>;

/// For short byte strings.
pub(super) type QuickHash = BuildHasherDefault<Quick>;

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

/// What every partial plan must keep.
struct Rules {
    k: usize,
    band: Band,
    ideal: f64,
    /// Weight of the undecided units.
    rest: i64,
    /// Whether weights matter.
    follow: bool,
}

impl Partial {
    /// Bytes that are the same for partial plans that agree: sets and parts are
    /// numbered in the order of the frontier.
    fn write(&self, key: &mut Vec<u8>) {
        key.clear();
        key.push(self.begun);
        key.extend_from_slice(&self.set);
        key.extend_from_slice(&self.part);
        self.held.iter().for_each(|held| key.extend_from_slice(&held.to_le_bytes()));
    }

    fn read(&mut self, key: &[u8], frontier: usize, follow: bool) {
        self.begun = key[0];
        self.set.clear();
        self.set.extend_from_slice(&key[1..=frontier]);
        let sets = self.set.iter().max().map_or(0, |&last| last as usize + 1);
        self.part.clear();
        self.part.extend_from_slice(&key[1 + frontier..1 + frontier + sets]);
        let parts = self.part.iter().max().map_or(0, |&last| last as usize + 1);
        self.held.clear();
        if follow {
            let (held, _) = key[1 + frontier + sets..].as_chunks::<8>();
            self.held.extend(held.iter().map(|&bytes| i64::from_le_bytes(bytes)));
        } else {
            self.held.resize(parts, 0);
        }
    }

    /// Put a unit into an open part, or begin one; the pairs this cuts.
    fn decide(&mut self, from: &Self, choice: usize, weight: i64, near: &[usize], rules: &Rules) -> Option<u32> {
        let begins = choice == from.held.len();
        if begins && usize::from(from.begun) == rules.k {
            return None;
        }
        let held = if begins { weight } else { from.held[choice] + weight };
        if rules.follow && held > rules.band.high {
            return None;
        }
        self.clone_from(from);
        if begins {
            self.begun += 1;
            self.held.push(0);
        }
        self.held[choice] = if rules.follow { held } else { 0 };
        let own = self.part.len() as u8;
        self.part.push(choice as u8);
        self.set.push(own);
        let mut cut = 0;
        for &at in near {
            let set = self.set[at];
            if self.part[set as usize] != choice as u8 {
                cut += 1;
            } else if set != own {
                self.set.iter_mut().filter(|other| **other == set).for_each(|other| *other = own);
            }
        }
        Some(cut)
    }

    /// Drop units without undecided neighbours; the largest deviation of the
    /// parts that close, unless one breaks a rule. Numbers sets and parts anew.
    fn leave(&mut self, leaving: &[usize], rules: &Rules) -> Option<f64> {
        const NEW: u8 = u8::MAX;
        let (mut set_name, mut part_name) = ([NEW; 256], [NEW; 256]);
        let mut worst: f64 = 0.0;
        // A set without a unit on the frontier can grow no more.
        for &at in leaving {
            let set = self.set[at];
            let stays = |other: usize| self.set[other] == set && !leaving.contains(&other);
            if (0..self.set.len()).any(stays) {
                continue;
            }
            let part = self.part[set as usize];
            let elsewhere = self.set.iter().any(|&other| other != set && self.part[other as usize] == part);
            if elsewhere {
                return None;
            }
            if rules.follow {
                let held = self.held[part as usize];
                if held < rules.band.low {
                    return None;
                }
                worst = worst.max((held as f64 / rules.ideal - 1.0).abs());
            }
        }
        for &at in leaving.iter().rev() {
            self.set.remove(at);
        }
        let (old_part, old_held) = (std::mem::take(&mut self.part), std::mem::take(&mut self.held));
        for set in &mut self.set {
            let old = *set as usize;
            if set_name[old] == NEW {
                set_name[old] = self.part.len() as u8;
                let part = old_part[old] as usize;
                if part_name[part] == NEW {
                    part_name[part] = self.held.len() as u8;
                    self.held.push(old_held[part]);
                }
                self.part.push(part_name[part]);
            }
            *set = set_name[old];
        }
        Some(worst)
    }

    /// Whether the undecided units can still fill every part.
    fn can_finish(&self, units_left: usize, rules: &Rules) -> bool {
        let to_begin = rules.k - usize::from(self.begun);
        if to_begin > units_left || (self.held.is_empty() && to_begin == 0 && units_left > 0) {
            return false;
        }
        if !rules.follow {
            return true;
        }
        let lacking: i64 = self.held.iter().map(|held| (rules.band.low - held).max(0)).sum();
        let room: i64 = self.held.iter().map(|held| rules.band.high - held).sum();
        let to_begin = to_begin as i64;
        lacking + to_begin * rules.band.low <= rules.rest && rules.rest <= room + to_begin * rules.band.high
    }
}

/// An order of the units with a narrow frontier: greedy from several beginnings.
pub(super) fn narrow_order(contiguity: &Contiguity) -> Vec<u32> {
    let n = contiguity.len();
    let mut best: Option<((usize, usize), Vec<u32>)> = None;
    let step = n.div_ceil(48).max(1);
    for first in (0..n).step_by(step) {
        let mut left: Vec<usize> = (0..n as u32).map(|unit| contiguity.neighbours(unit).len()).collect();
        let (mut decided, mut order) = (vec![false; n], vec![]);
        let (mut width, mut widest, mut area) = (0_usize, 0, 0);
        let mut next = Some(first as u32);
        while let Some(unit) = next {
            decided[unit as usize] = true;
            order.push(unit);
            let near = contiguity.neighbours(unit);
            for &other in near {
                left[other as usize] -= 1;
            }
            let closed = near.iter().filter(|&&other| decided[other as usize] && left[other as usize] == 0).count();
            width = width + usize::from(left[unit as usize] > 0) - closed;
            widest = widest.max(width);
            area += width;
            // The unit that widens the frontier least; among equals the one with most decided neighbours.
            let cost = |unit: u32| {
                let near = contiguity.neighbours(unit);
                let closing = near.iter().filter(|&&o| decided[o as usize] && left[o as usize] == 1).count();
                let opens = usize::from(near.iter().any(|&other| !decided[other as usize]));
                let known = near.iter().filter(|&&other| decided[other as usize]).count();
                (opens as i64 - closing as i64, near.len() as i64 - 2 * known as i64, unit)
            };
            let undecided = (0..n as u32).filter(|&unit| !decided[unit as usize]);
            next = undecided
                .min_by_key(|&unit| (contiguity.neighbours(unit).iter().all(|&o| !decided[o as usize]), cost(unit)));
        }
        if best.as_ref().is_none_or(|(cost, _)| (widest, area) < *cost) {
            best = Some(((widest, area), order));
        }
    }
    best.map_or_else(Vec::new, |(_, order)| order)
}

/// A quick hash of short byte strings (the multiplication of `FxHash`).
#[derive(Default)]
pub(super) struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        let mut tail = [0; 8];
        tail[..rest.len()].copy_from_slice(rest);
        for word in words.iter().chain([&tail]) {
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(*word)).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}
