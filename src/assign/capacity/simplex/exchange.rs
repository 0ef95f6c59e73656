//! What enters the basis, how far it goes, and what leaves for it.

use super::{Basic, Simplex, TINY};

/// Ways looked at before the best so far enters the basis.
const GLANCE: usize = 4096;

/// What ends a step.
#[derive(Clone, Copy)]
enum Stop {
    Itself,
    Place(usize),
    Upper(usize),
    Key(u32),
}

impl Simplex<'_> {
    /// What is worth entering the basis, and whether it rises; by number where careful, against circles.
    pub(super) fn entering(&mut self, careful: bool) -> Option<(Basic, bool)> {
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
    pub(super) fn exchange(&mut self, what: Basic, rise: bool, careful: bool) -> f64 {
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
}

/// Add to a unit's change.
fn note(moved: &mut Vec<(u32, f64)>, unit: u32, change: f64) {
    match moved.iter_mut().find(|(known, _)| *known == unit) {
        Some((_, sum)) => *sum += change,
        None => moved.push((unit, change)),
    }
}
