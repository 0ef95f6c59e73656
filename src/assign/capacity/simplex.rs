//! Shares of units under limits, exactly: the simplex method with a basis no larger than the limits.
//!
//! Each unit's shares sum to 1, so one of its ways, the key, follows from the
//! others, and only as many more ways are in the basis as there are limits
//! (generalized upper bounding; Dantzig and Van Slyke 1967). Limits that cannot
//! be kept are broken at a price, so that a change of costs or of what is
//! allowed leaves a solution to go on from.

mod answer;
mod basis;
mod exchange;

pub(super) use self::answer::Relaxed;
use super::{clock::Clock, model::Model};
use crate::error::Result;

/// What counts as nothing, with costs and amounts scaled to about 1.
const TINY: f64 = 1e-9;
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
}

#[cfg(test)]
mod tests;
