//! Shares of units under limits, exactly: the simplex method with a basis no larger than the limits.
//!
//! Each unit's shares sum to 1, so one of its ways, the key, follows from the
//! others, and only as many more ways are in the basis as there are limits
//! (generalized upper bounding; Dantzig and Van Slyke 1967). Limits that cannot
//! be kept are broken at a price, so that a change of costs or of what is
//! allowed leaves a solution to go on from.

use super::{clock::Clock, model::Model};
use crate::error::Result;

/// What counts as nothing, with costs and amounts scaled to about 1.
const TINY: f64 = 1e-9;
/// Ways looked at before the best so far enters the basis.
const GLANCE: usize = 4096;
/// Exchanges after which the basis is inverted anew.
const REFRESH: usize = 150;
/// Price of breaking a limit, in largest costs; raised where it does not deter.
const FINE: [f64; 3] = [30.0, 3e3, 3e5];

/// What stands at a place of the basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Basic {
    /// A way besides its unit's key.
    Way(u32),
    /// What is left of a limit.
    Slack(u32),
    /// More than a limit's most, or less than its least.
    Over(u32),
    Under(u32),
}

/// Shares, and what their prices prove.
#[derive(Debug, Clone)]
pub(super) struct Relaxed {
    /// Ways of each unit with their shares, the largest first.
    pub(super) shares: Vec<Vec<(u32, f64)>>,
    /// What one unit more of each limit would change the cost by.
    pub(super) price: Vec<f64>,
    /// No shares cost less.
    pub(super) bound: f64,
    /// How far each sum is above its most, or below its least (negative): 0 but where the search was cut off.
    pub(super) broken: Vec<f64>,
}

/// The basis between two questions.
pub(super) struct Simplex<'a> {
    model: &'a Model,
    /// Unit of each way.
    unit: Vec<u32>,
    /// What amounts of each side are divided by; negative where the least is the limit.
    scale: Vec<f64>,
    /// Scaled limit, and how far the sum may stay below it.
    limit: Vec<f64>,
    range: Vec<f64>,
    key: Vec<u32>,
    basic: Vec<Basic>,
    value: Vec<f64>,
    at_upper: Vec<bool>,
    is_basic: Vec<bool>,
    slack_in: Vec<bool>,
    /// Whether breaking a side's most, or its least, is in the basis.
    fined: Vec<[bool; 2]>,
    inverse: Vec<f64>,
    exchanges: usize,
    /// Costs of this question.
    cost: Vec<f64>,
    allowed: Vec<bool>,
    fine: f64,
    next: usize,
    price: Vec<f64>,
    /// Scratch: a column over the basis, and units with their changes.
    column: Vec<f64>,
    moved: Vec<(u32, f64)>,
}

impl<'a> Simplex<'a> {
    pub(super) fn new(model: &'a Model) -> Self {
        let sides = model.sides.len();
        let mut largest = vec![1e-12_f64; sides];
        model.entry.iter().for_each(|&(side, amount)| largest[side as usize] = largest[side as usize].max(amount));
        let scale: Vec<f64> = (0..sides)
            .map(|side| if model.sides[side].most.is_infinite() { -largest[side] } else { largest[side] })
            .collect();
        let limit_of = |side: usize| {
            let of = &model.sides[side];
            if of.most.is_infinite() { of.least / scale[side] } else { of.most / scale[side] }
        };
        let mut unit = vec![0; model.site.len()];
        for of in 0..model.units() {
            model.ways(of).for_each(|way| unit[way] = of as u32);
        }
        Self {
            limit: (0..sides).map(limit_of).collect(),
            range: model.sides.iter().zip(&scale).map(|(of, scale)| (of.most - of.least) / scale.abs()).collect(),
            key: (0..model.units()).map(|unit| model.start[unit] as u32).collect(),
            basic: vec![],
            value: vec![],
            at_upper: vec![false; sides],
            is_basic: vec![false; model.site.len()],
            slack_in: vec![false; sides],
            fined: vec![[false; 2]; sides],
            inverse: vec![],
            exchanges: 0,
            cost: vec![],
            allowed: vec![],
            fine: 0.0,
            next: 0,
            price: vec![0.0; sides],
            column: vec![0.0; sides],
            moved: vec![],
            model,
            unit,
            scale,
        }
    }

    /// The cheapest shares of allowed ways; `None` where it is certain that there are none.
    pub(super) fn solve(&mut self, allowed: &[bool], clock: &Clock<'_>) -> Result<Option<Relaxed>> {
        self.allowed.clear();
        self.allowed.extend_from_slice(allowed);
        let most = self.model.cost.iter().fold(0.0_f64, |most, cost| most.max(cost.abs())).max(1e-12);
        for fine in FINE {
            self.ask(|way| self.model.cost[way] / most, fine);
            let done = self.run(clock)?;
            if !done || !self.is_broken() {
                return Ok(Some(self.answer(most)));
            }
        }
        if self.is_impossible(clock)? {
            return Ok(None);
        }
        self.ask(|way| self.model.cost[way] / most, FINE[2]);
        self.run(clock)?;
        Ok(Some(self.answer(most)))
    }

    /// How far each sum is above its most, or (negative) below its least, when that is as little as can be.
    pub(super) fn least_broken(&mut self, allowed: &[bool], clock: &Clock<'_>) -> Result<Vec<f64>> {
        self.allowed.clear();
        self.allowed.extend_from_slice(allowed);
        self.ask(|_| 0.0, 1.0);
        self.run(clock)?;
        Ok(self.broken())
    }

    /// Whether the least that limits must be broken by is more than rounding.
    fn is_impossible(&mut self, clock: &Clock<'_>) -> Result<bool> {
        self.ask(|_| 0.0, 1.0);
        self.run(clock)?;
        // The prices prove it by themselves, whatever the basis.
        let mut proof = 0.0;
        for unit in 0..self.model.units() {
            let ways = self.model.ways(unit).filter(|&way| self.allowed[way]);
            proof += ways.map(|way| -self.taken(way)).fold(f64::INFINITY, f64::min);
        }
        for (side, &price) in self.price.iter().enumerate() {
            let fair = if price > 0.0 && self.range[side].is_infinite() { 0.0 } else { price };
            proof += if fair > 0.0 { fair * (self.limit[side] - self.range[side]) } else { fair * self.limit[side] };
        }
        Ok(proof > 1e-7)
    }

    /// New costs; ways that are not allowed cost a fine more.
    fn ask(&mut self, cost: impl Fn(usize) -> f64, fine: f64) {
        self.fine = fine;
        self.cost.clear();
        let fined = |way: usize| cost(way) + if self.allowed[way] { 0.0 } else { fine };
        self.cost.extend((0..self.model.site.len()).map(fined));
        if self.basic.is_empty() {
            self.begin();
        } else if self.exchanges > 0 {
            self.refresh();
        }
    }

    /// Everyone at the cheapest, whatever limits that breaks.
    fn begin(&mut self) {
        for unit in 0..self.model.units() {
            let best = self.model.ways(unit).reduce(|a, b| if self.cost[b] < self.cost[a] { b } else { a });
            self.key[unit] = best.unwrap_or(0) as u32;
        }
        let sides = self.limit.len();
        self.basic = vec![Basic::Slack(0); sides];
        self.value = vec![0.0; sides];
        self.inverse = vec![0.0; sides * sides];
        let left = self.left();
        for (side, left) in left.into_iter().enumerate() {
            let place = side as u32;
            self.basic[side] = if left < 0.0 {
                self.fined[side][0] = true;
                Basic::Over(place)
            } else if left > self.range[side] {
                self.at_upper[side] = true;
                self.fined[side][1] = true;
                Basic::Under(place)
            } else {
                self.slack_in[side] = true;
                Basic::Slack(place)
            };
        }
        self.refresh();
    }

    /// What is left of each limit when every key takes all of its unit.
    fn left(&self) -> Vec<f64> {
        let mut left = self.limit.clone();
        for &key in &self.key {
            self.entries(key as usize).for_each(|(side, amount)| left[side] -= amount);
        }
        left
    }

    fn entries(&self, way: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.model.entries(way).iter().map(|&(side, amount)| (side as usize, amount / self.scale[side as usize]))
    }

    /// A way's amounts at the prices.
    fn taken(&self, way: usize) -> f64 {
        self.entries(way).map(|(side, amount)| amount * self.price[side]).sum()
    }

    /// The column of something that may be in the basis, over the sides.
    fn fill(&self, what: Basic, out: &mut [f64]) {
        match what {
            Basic::Way(way) => {
                self.entries(way as usize).for_each(|(side, amount)| out[side] += amount);
                let key = self.key[self.unit[way as usize] as usize];
                self.entries(key as usize).for_each(|(side, amount)| out[side] -= amount);
            }
            Basic::Slack(side) | Basic::Under(side) => out[side as usize] += 1.0,
            Basic::Over(side) => out[side as usize] -= 1.0,
        }
    }

    fn cost_of(&self, what: Basic) -> f64 {
        match what {
            Basic::Way(way) => self.cost[way as usize] - self.cost[self.key[self.unit[way as usize] as usize] as usize],
            Basic::Slack(_) => 0.0,
            Basic::Over(_) | Basic::Under(_) => self.fine,
        }
    }

    /// Invert the basis anew, and take the values from it.
    fn refresh(&mut self) {
        let n = self.limit.len();
        let mut matrix = vec![0.0; n * n];
        let mut column = vec![0.0; n];
        for (place, &what) in self.basic.iter().enumerate() {
            column.fill(0.0);
            self.fill(what, &mut column);
            column.iter().enumerate().for_each(|(side, value)| matrix[side * n + place] = *value);
        }
        self.inverse = inverted(matrix, n);
        self.exchanges = 0;
        let mut left = self.left();
        for (side, left) in left.iter_mut().enumerate() {
            if self.at_upper[side] && !self.slack_in[side] {
                *left -= self.range[side];
            }
        }
        for place in 0..n {
            let row = &self.inverse[place * n..][..n];
            self.value[place] = row.iter().zip(&left).map(|(a, b)| a * b).sum();
        }
    }

    fn set_prices(&mut self) {
        let n = self.limit.len();
        self.price.fill(0.0);
        for (place, &what) in self.basic.iter().enumerate() {
            let cost = self.cost_of(what);
            if cost != 0.0 {
                let row = &self.inverse[place * n..][..n];
                self.price.iter_mut().zip(row).for_each(|(price, share)| *price += cost * share);
            }
        }
    }

    /// Exchange until nothing is worth it; false where that took too long.
    fn run(&mut self, clock: &Clock<'_>) -> Result<bool> {
        let most = 2000 + 20 * (self.model.units() + self.limit.len());
        let mut stuck = 0;
        for _ in 0..most {
            clock.step()?;
            if clock.is_late() {
                return Ok(false);
            }
            self.set_prices();
            let careful = stuck > 40 + self.limit.len();
            let Some((what, rise)) = self.entering(careful) else { return Ok(true) };
            let step = self.exchange(what, rise, careful);
            stuck = if step > TINY { 0 } else { stuck + 1 };
            if self.exchanges > REFRESH {
                self.refresh();
            }
        }
        Ok(false)
    }

    /// What is worth entering the basis, and whether it rises; by number where careful, against circles.
    fn entering(&mut self, careful: bool) -> Option<(Basic, bool)> {
        // Large fines leave more of rounding behind.
        let mut best: (f64, Option<(Basic, bool)>) = (-TINY * (1.0 + self.fine * 1e-3), None);
        let offer = |best: &mut (f64, Option<(Basic, bool)>), worth: f64, what: Basic, rise: bool| {
            if worth < best.0 && !(careful && best.1.is_some()) {
                *best = (worth, Some((what, rise)));
            }
        };
        for (side, &price) in self.price.iter().enumerate() {
            let place = side as u32;
            if !self.slack_in[side] && self.range[side] > 0.0 {
                if self.at_upper[side] {
                    offer(&mut best, price, Basic::Slack(place), false);
                } else {
                    offer(&mut best, -price, Basic::Slack(place), true);
                }
            }
            if !self.fined[side][0] {
                offer(&mut best, self.fine + price, Basic::Over(place), true);
            }
            if !self.fined[side][1] {
                offer(&mut best, self.fine - price, Basic::Under(place), true);
            }
        }
        let units = self.model.units();
        let mut seen = 0;
        if careful {
            self.next = 0;
        }
        for turn in 0..units {
            let unit = (self.next + turn) % units;
            let key = self.key[unit] as usize;
            let here = self.cost[key] - self.taken(key);
            for way in self.model.ways(unit) {
                if self.allowed[way] && way != key && !self.is_basic[way] {
                    offer(&mut best, self.cost[way] - self.taken(way) - here, Basic::Way(way as u32), true);
                }
            }
            seen += self.model.ways(unit).len();
            if seen > GLANCE && best.1.is_some() {
                self.next = (unit + 1) % units;
                break;
            }
        }
        best.1
    }

    /// Bring something into the basis as far as it goes; returns how far that was.
    fn exchange(&mut self, what: Basic, rise: bool, careful: bool) -> f64 {
        let n = self.limit.len();
        let mut raw = vec![0.0; n];
        self.fill(what, &mut raw);
        for place in 0..n {
            let row = &self.inverse[place * n..][..n];
            self.column[place] = row.iter().zip(&raw).map(|(a, b)| a * b).sum();
        }
        let sign = if rise { 1.0 } else { -1.0 };
        // What stops it: its own range, a place of the basis, or the key of a unit.
        let (mut step, mut by, mut slopes) = (f64::INFINITY, Stop::Itself, 0.0);
        if let Basic::Slack(side) = what {
            step = self.range[side as usize];
        }
        let consider = |found: f64, who: Stop, slope: f64, step: &mut f64, by: &mut Stop, slopes: &mut f64| {
            let found = found.max(0.0);
            let closer = found < *step - 1e-12;
            let tie = found <= *step + 1e-12 && slope > *slopes && !careful;
            if closer || tie {
                (*step, *by, *slopes) = (found.min(*step), who, slope);
            }
        };
        self.moved.clear();
        for place in 0..n {
            let change = -sign * self.column[place];
            if let Basic::Way(way) = self.basic[place] {
                note(&mut self.moved, self.unit[way as usize], change);
            }
            let upper =
                if let Basic::Slack(side) = self.basic[place] { self.range[side as usize] } else { f64::INFINITY };
            if change < -TINY {
                consider(self.value[place] / -change, Stop::Place(place), -change, &mut step, &mut by, &mut slopes);
            } else if change > TINY && upper.is_finite() {
                let room = (upper - self.value[place]) / change;
                consider(room, Stop::Upper(place), change, &mut step, &mut by, &mut slopes);
            }
        }
        if let Basic::Way(way) = what {
            note(&mut self.moved, self.unit[way as usize], 1.0);
        }
        for at in 0..self.moved.len() {
            let (unit, change) = self.moved[at];
            if change > TINY {
                let share = self.key_share(unit);
                consider(share / change, Stop::Key(unit), change, &mut step, &mut by, &mut slopes);
            }
        }
        if step.is_infinite() {
            // Nothing stops what costs less and less: only rounding can say so.
            return 0.0;
        }
        for place in 0..n {
            self.value[place] -= sign * step * self.column[place];
        }
        let from = match what {
            Basic::Slack(side) if !rise => self.range[side as usize],
            _ => 0.0,
        };
        let place = match by {
            Stop::Itself => {
                if let Basic::Slack(side) = what {
                    self.at_upper[side as usize] = rise;
                }
                return step;
            }
            Stop::Place(place) | Stop::Upper(place) => place,
            Stop::Key(unit) => match self.change_key(unit, what) {
                Some(place) => place,
                None => return step,
            },
        };
        match self.basic[place] {
            Basic::Slack(side) => {
                self.slack_in[side as usize] = false;
                self.at_upper[side as usize] = matches!(by, Stop::Upper(_));
            }
            Basic::Way(way) => self.is_basic[way as usize] = false,
            Basic::Over(side) => self.fined[side as usize][0] = false,
            Basic::Under(side) => self.fined[side as usize][1] = false,
        }
        match what {
            Basic::Slack(side) => self.slack_in[side as usize] = true,
            Basic::Way(way) => self.is_basic[way as usize] = true,
            Basic::Over(side) => self.fined[side as usize][0] = true,
            Basic::Under(side) => self.fined[side as usize][1] = true,
        }
        self.basic[place] = what;
        self.value[place] = from + sign * step;
        self.pivot(place);
        step
    }

    /// Make another way of a unit its key, since the key's share is used up.
    ///
    /// Returns the place of the basis where the old key now stands, or `None`
    /// where the way that enters becomes the key and the basis stays.
    fn change_key(&mut self, unit: u32, what: Basic) -> Option<usize> {
        let n = self.limit.len();
        let own = |place: &usize| matches!(self.basic[*place], Basic::Way(way) if self.unit[way as usize] == unit);
        let places: Vec<usize> = (0..n).filter(own).collect();
        let largest = places.iter().copied().reduce(|a, b| if self.value[b] > self.value[a] { b } else { a });
        let enters = match what {
            Basic::Way(way) if self.unit[way as usize] == unit => Some(way),
            _ => None,
        };
        let Some(place) = largest else {
            if let Some(way) = enters {
                self.key[unit as usize] = way;
            }
            return None;
        };
        let Basic::Way(new) = self.basic[place] else { return None };
        // Columns of the unit now differ from the new key: its row of the inverse turns.
        let mut row = vec![0.0; n];
        for &other in &places {
            row.iter_mut().zip(&self.inverse[other * n..][..n]).for_each(|(sum, value)| *sum -= value);
        }
        self.inverse[place * n..][..n].copy_from_slice(&row);
        let mut column: f64 = -places.iter().map(|&other| self.column[other]).sum::<f64>();
        if enters.is_some() {
            column += 1.0;
        }
        self.column[place] = column;
        let old = std::mem::replace(&mut self.key[unit as usize], new);
        self.is_basic[new as usize] = false;
        self.basic[place] = Basic::Way(old);
        self.is_basic[old as usize] = true;
        Some(place)
    }

    /// The column takes this place of the basis.
    fn pivot(&mut self, place: usize) {
        let n = self.limit.len();
        let by = self.column[place];
        let row: Vec<f64> = self.inverse[place * n..][..n].iter().map(|value| value / by).collect();
        for other in (0..n).filter(|&other| other != place) {
            let factor = self.column[other];
            if factor != 0.0 {
                self.inverse[other * n..][..n].iter_mut().zip(&row).for_each(|(value, pivot)| *value -= factor * pivot);
            }
        }
        self.inverse[place * n..][..n].copy_from_slice(&row);
        self.exchanges += 1;
    }

    fn key_share(&self, unit: u32) -> f64 {
        let mut share = 1.0;
        for (place, &what) in self.basic.iter().enumerate() {
            if matches!(what, Basic::Way(way) if self.unit[way as usize] == unit) {
                share -= self.value[place];
            }
        }
        share
    }

    /// How far each sum is above its most, or (negative) below its least.
    fn broken(&self) -> Vec<f64> {
        let mut broken = vec![0.0; self.limit.len()];
        for (&what, &value) in self.basic.iter().zip(&self.value).filter(|(_, value)| **value > 1e-8) {
            match what {
                Basic::Over(side) => broken[side as usize] += value * self.scale[side as usize],
                Basic::Under(side) => broken[side as usize] -= value * self.scale[side as usize],
                Basic::Way(_) | Basic::Slack(_) => {}
            }
        }
        broken
    }

    /// Whether a limit is broken, or a way is used that is not allowed.
    fn is_broken(&self) -> bool {
        let used = |way: u32, share: f64| !self.allowed[way as usize] && share > 1e-8;
        self.broken().iter().any(|broken| *broken != 0.0)
            || self
                .basic
                .iter()
                .zip(&self.value)
                .any(|(what, value)| matches!(what, Basic::Way(way) if used(*way, *value)))
            || (0..self.key.len())
                .any(|unit| !self.allowed[self.key[unit] as usize] && self.key_share(unit as u32) > 1e-8)
    }

    fn answer(&self, largest: f64) -> Relaxed {
        let mut shares: Vec<Vec<(u32, f64)>> = self.key.iter().map(|&key| vec![(key, 1.0)]).collect();
        for (&what, &value) in self.basic.iter().zip(&self.value) {
            let Basic::Way(way) = what else { continue };
            let value = value.clamp(0.0, 1.0);
            if value > TINY {
                let own = &mut shares[self.unit[way as usize] as usize];
                own[0].1 -= value;
                own.push((way, value));
            }
        }
        for own in &mut shares {
            if own.len() > 1 {
                own.retain(|(_, share)| *share > TINY);
                let sum: f64 = own.iter().map(|(_, share)| share).sum();
                for (_, share) in own.iter_mut() {
                    *share /= sum;
                }
                own.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            }
        }
        let price: Vec<f64> = (0..self.scale.len())
            .map(|side| self.model.sides[side].fair(self.price[side] * largest / self.scale[side]))
            .collect();
        let bound = self.model.bound(&price, &self.allowed);
        Relaxed { shares, price, bound, broken: self.broken() }
    }
}

/// What ends a step.
#[derive(Clone, Copy)]
enum Stop {
    Itself,
    Place(usize),
    Upper(usize),
    Key(u32),
}

/// Add to a unit's change.
fn note(moved: &mut Vec<(u32, f64)>, unit: u32, change: f64) {
    match moved.iter_mut().find(|(known, _)| *known == unit) {
        Some((_, sum)) => *sum += change,
        None => moved.push((unit, change)),
    }
}

/// The inverse of an `n` × `n` matrix, by elimination with the largest pivot of each column.
fn inverted(mut matrix: Vec<f64>, n: usize) -> Vec<f64> {
    let mut inverse = vec![0.0; n * n];
    (0..n).for_each(|at| inverse[at * n + at] = 1.0);
    for column in 0..n {
        let largest = |a: usize, b: usize| {
            if matrix[b * n + column].abs() > matrix[a * n + column].abs() { b } else { a }
        };
        let Some(pivot) = (column..n).reduce(largest) else { continue };
        if pivot != column {
            for at in 0..n {
                matrix.swap(pivot * n + at, column * n + at);
                inverse.swap(pivot * n + at, column * n + at);
            }
        }
        let by = matrix[column * n + column];
        let (own, own_inverse): (Vec<f64>, Vec<f64>) = (
            matrix[column * n..][..n].iter().map(|value| value / by).collect(),
            inverse[column * n..][..n].iter().map(|value| value / by).collect(),
        );
        for row in (0..n).filter(|&row| row != column) {
            let factor = matrix[row * n + column];
            if factor != 0.0 {
                matrix[row * n..][..n].iter_mut().zip(&own).for_each(|(value, pivot)| *value -= factor * pivot);
                inverse[row * n..][..n]
                    .iter_mut()
                    .zip(&own_inverse)
                    .for_each(|(value, pivot)| *value -= factor * pivot);
            }
        }
        matrix[column * n..][..n].copy_from_slice(&own);
        inverse[column * n..][..n].copy_from_slice(&own_inverse);
    }
    inverse
}

#[cfg(test)]
mod tests;
