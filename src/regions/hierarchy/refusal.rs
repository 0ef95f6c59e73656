//! Where a unit can move, and what stands in the way where it cannot.

use serde::Serialize;

use super::Hierarchy;

/// Why a unit cannot move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum Refusal {
    /// It is there already.
    There,
    /// It touches nothing of that part.
    Apart,
    /// It would leave a part that it cannot leave.
    Fixed {
        /// The level of that part.
        level: usize,
        /// The part.
        from: u32,
        /// Where the move would take it.
        to: u32,
    },
    /// It is the last of its part.
    Last {
        /// The level of that part.
        level: usize,
        /// The part.
        part: u32,
    },
    /// Without it a part falls apart.
    Cuts {
        /// The level of that part.
        level: usize,
        /// The part.
        part: u32,
        /// The units cut off from the rest, rising.
        units: Vec<u32>,
    },
}

impl Hierarchy {
    /// Parts of the lowest level that a unit could move to.
    #[must_use]
    pub fn targets(&mut self, unit: u32) -> Vec<u32> {
        let labels = self.labels(self.tiers.len() - 1);
        let mut beside: Vec<u32> = self.contiguity.neighbours(unit).iter().map(|&near| labels[near as usize]).collect();
        beside.sort_unstable();
        beside.dedup();
        beside.retain(|&part| self.refusal(unit, part).is_none());
        beside
    }

    /// Why a unit cannot move to a part of the lowest level; `None` where it can.
    pub fn refusal(&mut self, unit: u32, to: u32) -> Option<Refusal> {
        let lowest = self.tiers.len() - 1;
        let labels = self.labels(lowest);
        if labels[unit as usize] == to {
            return Some(Refusal::There);
        }
        if !self.contiguity.neighbours(unit).iter().any(|&near| labels[near as usize] == to) {
            return Some(Refusal::Apart);
        }
        for level in 0..self.tiers.len() {
            let tier = &self.tiers[level];
            let (from, to) = (tier.level.labels[unit as usize], tier.above(to, &self.tiers[lowest]));
            if from == to {
                continue;
            }
            if tier.level.is_fixed {
                return Some(Refusal::Fixed { level, from, to });
            }
            if tier.members[from as usize].len() == 1 {
                return Some(Refusal::Last { level, part: from });
            }
            let units = self.cut_off(level, unit);
            if !units.is_empty() {
                return Some(Refusal::Cuts { level, part: from, units });
            }
        }
        None
    }

    /// Units of a part that its largest rest does not reach without this one.
    fn cut_off(&mut self, level: usize, unit: u32) -> Vec<u32> {
        let tier = &self.tiers[level];
        let part = tier.level.labels[unit as usize];
        let members = &tier.members[part as usize];
        let label = &tier.level.labels;
        self.seen[unit as usize] = true;
        let mut pieces: Vec<Vec<u32>> = vec![];
        let mut found = 1;
        for &first in self.contiguity.neighbours(unit) {
            if label[first as usize] != part || self.seen[first as usize] {
                continue;
            }
            let mut piece = vec![first];
            self.seen[first as usize] = true;
            let mut at = 0;
            while let Some(&here) = piece.get(at) {
                at += 1;
                for &near in self.contiguity.neighbours(here) {
                    if label[near as usize] == part && !self.seen[near as usize] {
                        self.seen[near as usize] = true;
                        piece.push(near);
                    }
                }
            }
            found += piece.len();
            pieces.push(piece);
            if found == members.len() {
                break;
            }
        }
        for &member in members {
            self.seen[member as usize] = false;
        }
        let largest = (0..pieces.len()).max_by_key(|&at| (pieces[at].len(), std::cmp::Reverse(at)));
        let others = pieces.into_iter().enumerate().filter(|&(at, _)| Some(at) != largest);
        let mut units: Vec<u32> = others.flat_map(|(_, piece)| piece).collect();
        units.sort_unstable();
        units
    }
}
