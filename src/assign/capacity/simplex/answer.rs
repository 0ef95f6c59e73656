//! What a basis says: the shares, what their prices prove, and which limits are broken.

use super::{Basic, Simplex, TINY};
use crate::{assign::capacity::clock::Clock, error::Result};

/// Shares, and what their prices prove.
#[derive(Debug, Clone)]
pub(crate) struct Relaxed {
    /// Ways of each unit with their shares, the largest first.
    pub(crate) shares: Vec<Vec<(u32, f64)>>,
    /// What one unit more of each limit would change the cost by.
    pub(crate) price: Vec<f64>,
    /// No shares cost less.
    pub(crate) bound: f64,
    /// How far each sum is above its most, or below its least (negative): 0 but where the search was cut off.
    pub(crate) broken: Vec<f64>,
}

impl Simplex<'_> {
    /// Whether the least that limits must be broken by is more than rounding.
    pub(super) fn is_impossible(&mut self, clock: &Clock<'_>) -> Result<bool> {
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

    /// How far each sum is above its most, or (negative) below its least.
    pub(super) fn broken(&self) -> Vec<f64> {
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
    pub(super) fn is_broken(&self) -> bool {
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

    pub(super) fn answer(&self, largest: f64) -> Relaxed {
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
