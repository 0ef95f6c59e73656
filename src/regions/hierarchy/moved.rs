//! A move, what it changes in every part, and taking it back.

use serde::Serialize;

use super::{Hierarchy, Refusal};
use crate::regions::walks::PartWalk;

/// What one part holds and how far its people walk.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartState {
    /// Units in it.
    pub units: usize,
    /// The amount of each measure.
    pub held: Vec<f64>,
    /// Above (or, negative, below) an equal share of each measure, as a share of it.
    pub deviation: Vec<f64>,
    /// Whether a deviation is beyond its tolerance.
    pub is_off: bool,
    /// The walk to its centre, where walks are known.
    pub walk: Option<PartWalk>,
}

/// A part that a move changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartChange {
    /// Its level, 0 is the highest.
    pub level: usize,
    /// Its number.
    pub part: u32,
    /// What it was.
    pub before: PartState,
    /// What it is.
    pub after: PartState,
}

/// What a move changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moved {
    /// The unit.
    pub unit: u32,
    /// Its part on every level before.
    pub from: Vec<u32>,
    /// And after.
    pub to: Vec<u32>,
    /// The parts that changed, from the highest level down, the one it left first.
    pub changes: Vec<PartChange>,
}

impl Hierarchy {
    /// Move a unit to a part of the lowest level, and so to the parts above it.
    ///
    /// Costs what the parts it leaves and joins hold, whatever the others do.
    ///
    /// # Errors
    /// The reason why not; nothing has changed then.
    ///
    /// # Panics
    /// For a unit or part that does not exist.
    pub fn move_unit(&mut self, unit: u32, to: u32) -> std::result::Result<Moved, Refusal> {
        assert!((unit as usize) < self.people.len() && (to as usize) < self.parts(self.tiers.len() - 1));
        if let Some(refusal) = self.refusal(unit, to) {
            return Err(refusal);
        }
        self.history.push((unit, self.labels(self.tiers.len() - 1)[unit as usize]));
        Ok(self.apply(unit, to))
    }

    /// Take back the last move; `None` where there is none.
    pub fn undo(&mut self) -> Option<Moved> {
        let (unit, to) = self.history.pop()?;
        Some(self.apply(unit, to))
    }

    fn apply(&mut self, unit: u32, to: u32) -> Moved {
        let lowest = self.tiers.len() - 1;
        let targets: Vec<u32> = self.tiers.iter().map(|tier| tier.above(to, &self.tiers[lowest])).collect();
        let from: Vec<u32> = self.tiers.iter().map(|tier| tier.level.labels[unit as usize]).collect();
        let differ: Vec<(usize, u32)> = (0..self.tiers.len())
            .filter(|&level| from[level] != targets[level])
            .flat_map(|level| [(level, from[level]), (level, targets[level])])
            .collect();
        let before: Vec<PartState> = differ.iter().map(|&(level, part)| self.part(level, part)).collect();
        for (tier, (&from, &to)) in self.tiers.iter_mut().zip(from.iter().zip(&targets)) {
            if from != to {
                tier.shift(unit, from, to, &self.measures);
            }
        }
        let change = |((level, part), before): ((usize, u32), PartState)| {
            let after = self.part(level, part);
            PartChange { level, part, before, after }
        };
        let changes = differ.into_iter().zip(before).map(change).collect();
        Moved { unit, from, to: targets, changes }
    }
}
