//! Whole or split units as one linear problem: what each way costs, and what it adds to which limit.

use super::{Objective, Task, units::Units};

/// A limit on a sum over units: a load of a site, or people who move.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Side {
    /// What is limited.
    pub(super) what: What,
    /// The sum is at least this; negative infinity for no limit.
    pub(super) least: f64,
    /// And at most this.
    pub(super) most: f64,
    /// How many people one unit of the sum stands for.
    pub(super) people: f64,
}

/// What a [`Side`] limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A measure's load of a site; 0 is the people, against the capacity.
    Load(usize, u32),
    /// People who do not stay where they are today.
    Moved,
    /// People who are left outside.
    Outside,
}

impl Side {
    /// How far a sum is beyond the limit.
    pub(super) fn beyond(&self, sum: f64) -> f64 {
        // Sums of whole loads are rounded.
        let slack = 1e-9 + 1e-12 * sum.abs();
        let off = (sum - self.most).max(self.least - sum);
        if off <= slack { 0.0 } else { off }
    }
}

/// Ways of each unit with cost and what they add to the limits.
#[derive(Debug, Clone)]
pub(super) struct Model {
    /// Number of sites; as a site, outside.
    pub(super) sites: u32,
    /// People of each unit; a little where there are none, so that they too go where it is near.
    pub(super) size: Vec<f64>,
    /// Ways of unit `u`: `start[u]..start[u + 1]`. Where units may be left outside, that is the last.
    pub(super) start: Vec<usize>,
    /// Site of each way.
    pub(super) site: Vec<u32>,
    /// Cost of the whole unit there.
    pub(super) cost: Vec<f64>,
    /// What of the cost of leaving each unit outside is for that alone.
    pub(super) leave: Vec<f64>,
    /// Entries of way `w`: `entry_start[w]..entry_start[w + 1]`.
    pub(super) entry_start: Vec<usize>,
    /// Side and amount.
    pub(super) entry: Vec<(u32, f64)>,
    /// The limits.
    pub(super) sides: Vec<Side>,
}

impl Model {
    /// The problem of some units; `outside_m` is what leaving out a person costs, where that is allowed.
    pub(super) fn new(task: &Task<'_>, units: &Units, objective: Objective, outside_m: Option<f64>) -> Self {
        let sites = task.capacity.len();
        let sum = |of: &[f64]| of.iter().sum::<f64>();
        let everyone = sum(&units.size);
        // Sites that none of these units reaches are another's.
        let mut reached = vec![false; sites];
        units.arcs.iter().flatten().for_each(|&(site, _)| reached[site as usize] = true);
        let mut limits = vec![];
        let mut limit_of = vec![];
        for (measure, amount) in std::iter::once(&units.size).chain(&units.amount).enumerate() {
            let total = sum(amount);
            let people = if measure == 0 || total <= 0.0 { 1.0 } else { everyone.max(1.0) / total };
            for site in 0..sites as u32 {
                let (least, most) = task.bounds(measure, site as usize);
                let is_limit = reached[site as usize] && (most < total || least > 0.0);
                limit_of.push(if is_limit { limits.len() as u32 } else { u32::MAX });
                if is_limit {
                    let least = if least > 0.0 { least } else { f64::NEG_INFINITY };
                    limits.push(Side { what: What::Load(measure, site), least, most, people });
                }
            }
        }
        let moved_side = task.most_moved.map(|most| {
            let most = (most - units.moved_anyway(task)).max(0.0);
            limits.push(Side { what: What::Moved, least: f64::NEG_INFINITY, most, people: 1.0 });
            limits.len() as u32 - 1
        });
        let mean = everyone / units.size.len().max(1) as f64;
        let little = if mean > 0.0 { 1e-10 * mean } else { 1.0 };
        let mut model = Self {
            sites: sites as u32,
            size: units.size.iter().map(|size| size.max(little)).collect(),
            start: vec![0],
            site: vec![],
            cost: vec![],
            leave: vec![],
            entry_start: vec![0],
            entry: vec![],
            sides: limits,
        };
        for unit in 0..units.size.len() {
            let size = model.size[unit];
            let ways = units.arcs[unit].iter().zip(&units.moved[unit]).map(|(&(site, walk_m), &moved)| {
                let cost = match objective {
                    Objective::Moved => moved,
                    _ => size * walk_m + task.moved_m * moved,
                };
                (site, cost, moved)
            });
            let outside = outside_m.map(|outside_m| {
                let moved = units.moved_out[unit];
                let (leave, rest) = match objective {
                    Objective::Moved => (2.0 * (sites + 1) as f64 * size.max(1e-3 * mean), moved),
                    _ => (size.max(1e-3 * mean) * outside_m, task.moved_m * moved),
                };
                model.leave.push(leave);
                (sites as u32, leave + rest, moved)
            });
            for (site, cost, moved) in ways.chain(outside) {
                model.site.push(site);
                model.cost.push(cost);
                if (site as usize) < sites {
                    for (measure, amount) in std::iter::once(&units.size).chain(&units.amount).enumerate() {
                        let limit = limit_of[measure * sites + site as usize];
                        if limit != u32::MAX && amount[unit] > 0.0 {
                            model.entry.push((limit, amount[unit]));
                        }
                    }
                }
                model.entry.extend(moved_side.filter(|_| moved > 0.0).map(|side| (side, moved)));
                model.entry_start.push(model.entry.len());
            }
            model.start.push(model.site.len());
        }
        model
    }

    /// The same where outside is free, but for at most so many people.
    pub(super) fn with_outside(&self, most: f64) -> Self {
        let mut model = self.clone();
        let side = model.sides.len() as u32;
        model.sides.push(Side { what: What::Outside, least: f64::NEG_INFINITY, most, people: 1.0 });
        model.entry.clear();
        model.entry_start.truncate(1);
        for unit in 0..self.units() {
            for way in self.ways(unit) {
                model.entry.extend_from_slice(self.entries(way));
                if self.site[way] == self.sites {
                    model.entry.push((side, self.size[unit]));
                    model.cost[way] -= model.leave[unit];
                }
                model.entry_start.push(model.entry.len());
            }
        }
        model
    }

    /// How many units.
    pub(super) fn units(&self) -> usize {
        self.start.len() - 1
    }

    /// Ways of a unit.
    pub(super) fn ways(&self, unit: usize) -> std::ops::Range<usize> {
        self.start[unit]..self.start[unit + 1]
    }

    /// What a way adds to the limits.
    pub(super) fn entries(&self, way: usize) -> &[(u32, f64)] {
        &self.entry[self.entry_start[way]..self.entry_start[way + 1]]
    }

    /// The way of a unit to a site.
    pub(super) fn way_to(&self, unit: usize, site: u32) -> Option<usize> {
        self.ways(unit).find(|&way| self.site[way] == site)
    }

    /// Cost of a way and of what it takes of the limits, at prices.
    pub(super) fn paid(&self, way: usize, price: &[f64]) -> f64 {
        self.cost[way] - self.entries(way).iter().map(|&(side, amount)| price[side as usize] * amount).sum::<f64>()
    }

    /// What prices of the limits prove: no shares of the allowed ways cost less.
    ///
    /// A price is what one unit more of the sum would change the cost by; where
    /// that could only be at a limit that there is not, it counts as 0.
    pub(super) fn bound(&self, price: &[f64], allowed: &[bool]) -> f64 {
        let price: Vec<f64> = price.iter().zip(&self.sides).map(|(&price, side)| side.fair(price)).collect();
        let rents: f64 = price.iter().zip(&self.sides).map(|(&price, side)| side.rent(price)).sum();
        let mut paid = 0.0;
        for unit in 0..self.units() {
            let ways = self.ways(unit).filter(|&way| allowed[way]);
            paid += ways.map(|way| self.paid(way, &price)).fold(f64::INFINITY, f64::min);
        }
        paid + rents
    }
}

impl Side {
    /// A price that this side can have: the least limit's are positive, the most's negative.
    pub(super) fn fair(&self, price: f64) -> f64 {
        if (price > 0.0 && self.least.is_infinite()) || (price < 0.0 && self.most.is_infinite()) { 0.0 } else { price }
    }

    /// What the limit is worth at a fair price.
    pub(super) fn rent(&self, price: f64) -> f64 {
        if price > 0.0 {
            price * self.least
        } else if price < 0.0 {
            price * self.most
        } else {
            0.0
        }
    }
}
