//! Several levels of one plan, kept true while single units move (层级): town, grid, block.

mod moved;
mod refusal;

pub use self::{
    moved::{Moved, PartChange, PartState},
    refusal::Refusal,
};
use crate::{
    demand::check_length,
    error::{Error, Result},
};

use super::{
    contiguity::Contiguity,
    is_a_division,
    measure::{Measure, check_tolerance},
    walks::Walks,
};

/// One level as it is given.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Its name: "town", "grid".
    pub name: String,
    /// Part of each unit, numbered without gaps from 0.
    pub labels: Vec<u32>,
    /// How far a part may be from an equal share of each measure; `None` is not balanced.
    pub tolerance: Option<Vec<f64>>,
    /// Whether units never change their part: a town is what it is.
    pub is_fixed: bool,
}

/// Nested levels with what follows from them, and every move made.
///
/// ```
/// use linli::regions::{Contiguity, Hierarchy, Level};
///
/// let street = Contiguity::from_edges(6, &[[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]], None)?;
/// let level = |name: &str, labels: &[u32]| Level {
///     name: name.to_owned(), labels: labels.to_vec(), tolerance: Some(vec![0.5]), is_fixed: false,
/// };
/// let levels = [level("grid", &[0, 0, 0, 1, 1, 1]), level("block", &[0, 0, 1, 1 + 1, 3, 3])];
/// let mut plan = Hierarchy::new(street, &[vec![100.0; 6]], &levels, None, 1080.0)?;
/// let moved = plan.move_unit(1, 1).expect("block 1 is beside it");
/// assert_eq!((moved.from, moved.to), (vec![0, 0], vec![0, 1]));
/// assert!(plan.move_unit(2, 0).is_err());
/// plan.undo();
/// assert_eq!(plan.labels(1), [0, 0, 1, 2, 3, 3]);
/// # Ok::<(), linli::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Hierarchy {
    contiguity: Contiguity,
    measures: Vec<Measure>,
    people: Vec<f64>,
    walks: Option<Walks>,
    limit_m: f64,
    tiers: Vec<Tier>,
    /// Units that moved and the lowest part they came from.
    history: Vec<(u32, u32)>,
    seen: Vec<bool>,
}

#[derive(Debug, Clone)]
struct Tier {
    level: Level,
    /// Steps that each part holds, measure by measure.
    held: Vec<i64>,
    /// Units of each part, rising.
    members: Vec<Vec<u32>>,
}

impl Hierarchy {
    /// Levels from the highest down, each nested in the one before.
    ///
    /// `weights` holds one row for each measure, people first. Walks are counted
    /// against `limit_m`.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::BadValue`]; [`Error::Parameter`] for levels
    /// that are not nested or not connected (fixed ones may be in pieces).
    pub fn new(
        contiguity: Contiguity,
        weights: &[Vec<f64>],
        levels: &[Level],
        walks: Option<Walks>,
        limit_m: f64,
    ) -> Result<Self> {
        let n = contiguity.len();
        let Some(people) = weights.first().cloned() else {
            return Err(Error::parameter("weight", &"nothing", "give at least one measure"));
        };
        if levels.is_empty() {
            return Err(Error::parameter("levels", &"none", "give at least one"));
        }
        let measures = weights.iter().map(|weight| Measure::new(n, weight)).collect::<Result<Vec<_>>>()?;
        if let Some(walks) = &walks {
            check_length("units", "walk_m", n, walks.units())?;
        }
        let mut tiers: Vec<Tier> = vec![];
        for level in levels {
            check_length("units", &level.name, n, level.labels.len())?;
            let k = level.labels.iter().max().map_or(0, |&last| last as usize + 1);
            if !level.is_fixed {
                is_a_division(&contiguity, &level.labels, k)?;
            }
            if let Some(tolerance) = &level.tolerance {
                check_length("measures", "tolerance", measures.len(), tolerance.len())?;
                tolerance.iter().try_for_each(|&one| check_tolerance(one))?;
            }
            let mut tier = Tier { level: level.clone(), held: vec![0; k * measures.len()], members: vec![vec![]; k] };
            for (unit, &part) in (0..).zip(&level.labels) {
                tier.members[part as usize].push(unit);
                for (at, measure) in measures.iter().enumerate() {
                    tier.held[part as usize * measures.len() + at] += measure.units[unit as usize];
                }
            }
            if let Some(above) = tiers.last() {
                let across = |members: &Vec<u32>| {
                    let part = |unit: &u32| above.level.labels[*unit as usize];
                    members.iter().any(|unit| part(unit) != part(&members[0]))
                };
                if let Some(part) = tier.members.iter().position(across) {
                    let rule = format!("lies in several parts of level {:?}; levels must be nested", above.level.name);
                    return Err(Error::parameter("levels", &format!("part {part} of {:?}", level.name), &rule));
                }
            }
            tiers.push(tier);
        }
        Ok(Self { contiguity, measures, people, walks, limit_m, tiers, history: vec![], seen: vec![false; n] })
    }

    /// How many levels.
    #[must_use]
    pub fn levels(&self) -> usize {
        self.tiers.len()
    }

    /// Parts of a level.
    #[must_use]
    pub fn parts(&self, level: usize) -> usize {
        self.tiers[level].members.len()
    }

    /// The part of each unit on a level.
    #[must_use]
    pub fn labels(&self, level: usize) -> &[u32] {
        &self.tiers[level].level.labels
    }

    /// How many moves can be undone.
    #[must_use]
    pub fn moves(&self) -> usize {
        self.history.len()
    }

    /// What a part holds.
    #[must_use]
    pub fn part(&self, level: usize, part: u32) -> PartState {
        let tier = &self.tiers[level];
        let (own, k) = (part as usize * self.measures.len(), tier.members.len());
        let held = &tier.held[own..own + self.measures.len()];
        let deviation: Vec<f64> =
            held.iter().zip(&self.measures).map(|(&held, measure)| held as f64 / measure.ideal(k) - 1.0).collect();
        let members = &tier.members[part as usize];
        let is_off = tier.level.tolerance.as_ref().is_some_and(|tolerance| {
            deviation.iter().zip(tolerance).any(|(deviation, tolerance)| deviation.abs() > tolerance + 1e-9)
        });
        PartState {
            units: members.len(),
            held: held.iter().zip(&self.measures).map(|(&held, measure)| measure.amount(held)).collect(),
            deviation,
            is_off,
            walk: self.walks.as_ref().map(|walks| walks.of_part(&self.people, members, self.limit_m)),
        }
    }

    /// Parts that are beyond their tolerance: level and number.
    #[must_use]
    pub fn off(&self) -> Vec<(usize, u32)> {
        let all = (0..self.tiers.len()).flat_map(|level| (0..self.parts(level) as u32).map(move |part| (level, part)));
        all.filter(|&(level, part)| self.part(level, part).is_off).collect()
    }
}

impl Tier {
    /// The part of this level that a part of the lowest lies in.
    fn above(&self, part: u32, lowest: &Self) -> u32 {
        self.level.labels[lowest.members[part as usize][0] as usize]
    }

    fn shift(&mut self, unit: u32, from: u32, to: u32, measures: &[Measure]) {
        self.level.labels[unit as usize] = to;
        let old = &mut self.members[from as usize];
        if let Ok(at) = old.binary_search(&unit) {
            old.remove(at);
        }
        let new = &mut self.members[to as usize];
        if let Err(at) = new.binary_search(&unit) {
            new.insert(at, unit);
        }
        for (at, measure) in measures.iter().enumerate() {
            let steps = measure.units[unit as usize];
            self.held[from as usize * measures.len() + at] -= steps;
            self.held[to as usize * measures.len() + at] += steps;
        }
    }
}

#[cfg(test)]
mod tests;
