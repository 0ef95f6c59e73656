//! What the border of a part must cost yet, whatever becomes of its undecided units.

use std::collections::HashMap;

use crate::{control::Control, error::Result};

use crate::regions::{field::Field, order::QuickHash};

/// The least half of a border that is still to come, layer by layer, for each
/// set of frontier units in the part; connected or not, and whatever it holds.
///
/// Looked for from the last unit back to the first, up to a limit. What has
/// cost little so far needs no outlook, and what has cost much is dropped unless
/// little is to come: neither side ever looks at both halves (as in search from both ends).
pub(super) struct Outlook {
    limit: f64,
    /// Empty where the frontier is too wide for a word.
    least: Vec<HashMap<u64, f64, QuickHash>>,
}

impl Outlook {
    /// Up to `limit`. `None` beyond so many sets.
    pub(super) fn of(field: &Field, limit: f64, room: usize, control: &Control) -> Result<Option<Self>> {
        let n = field.len();
        let mut place = vec![0; n];
        field.order.iter().enumerate().for_each(|(at, &unit)| place[unit as usize] = at);
        let last_near = |&unit: &u32| field.row(unit).map(|(other, _)| place[other as usize]).max().unwrap_or(0);
        let mut frontiers: Vec<Vec<u32>> = vec![vec![]];
        for (at, &unit) in field.order.iter().enumerate() {
            let with = frontiers[at].iter().chain([&unit]);
            frontiers.push(with.copied().filter(|unit| last_near(unit) > at).collect());
        }
        if frontiers.iter().any(|frontier| frontier.len() >= u64::BITS as usize) {
            return Ok(Some(Self { limit: f64::INFINITY, least: vec![] }));
        }
        let mut least = vec![HashMap::default(); n + 1];
        least[n].insert(0_u64, 0.0);
        let mut all = 0;
        for at in (0..n).rev() {
            control.step(0)?;
            let (unit, before, after) = (field.order[at], &frontiers[at], &frontiers[at + 1]);
            let mut near: Vec<(usize, f64)> = vec![];
            for (other, cost) in field.row(unit) {
                near.extend(before.iter().position(|&one| one == other).map(|bit| (bit, cost / 2.0)));
            }
            // Those that leave may be in the part or not, and so may the unit where it is not on the frontier.
            let stay: Vec<Option<usize>> =
                before.iter().map(|unit| after.iter().position(|other| other == unit)).collect();
            let leaving: Vec<usize> = (0..before.len()).filter(|&bit| stay[bit].is_none()).collect();
            let own = after.iter().position(|&other| other == unit);
            let mut here: HashMap<u64, f64, QuickHash> = HashMap::default();
            for (&set, &cost) in &least[at + 1] {
                let kept = stay.iter().enumerate().filter(|(_, to)| to.is_some_and(|to| set >> to & 1 == 1));
                let kept = kept.fold(0_u64, |all, (bit, _)| all | 1 << bit);
                for free in 0..1_u64 << leaving.len() {
                    let gone = leaving.iter().enumerate().filter(|(place, _)| free >> place & 1 == 1);
                    let from = gone.fold(kept, |all, (_, &bit)| all | 1 << bit);
                    for take in [0, 1] {
                        if own.is_some_and(|own| set >> own & 1 != take) {
                            continue;
                        }
                        let apart = near.iter().filter(|(bit, _)| from >> bit & 1 != take);
                        let cost = cost + apart.map(|(_, cost)| cost).sum::<f64>();
                        if cost <= limit {
                            let known = here.entry(from).or_insert(f64::INFINITY);
                            *known = known.min(cost);
                        }
                    }
                }
                if all + here.len() > room {
                    return Ok(None);
                }
            }
            all += here.len();
            least[at] = here;
        }
        Ok(Some(Self { limit, least }))
    }

    /// What is to come at least at a layer when these units of its frontier are in the part.
    pub(super) fn to_come(&self, layer: usize, inside: impl Iterator<Item = bool>) -> f64 {
        let Some(least) = self.least.get(layer) else { return 0.0 };
        let set = inside.zip(0..u64::BITS).fold(0_u64, |all, (inside, bit)| all | u64::from(inside) << bit);
        least.get(&set).copied().unwrap_or(self.limit)
    }
}
