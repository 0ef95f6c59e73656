//! Several levels of one plan, kept true while single units move (层级): town, grid, block.

use serde::Serialize;

use crate::{
    demand::check_length,
    error::{Error, Result},
};

use super::{
    contiguity::Contiguity,
    is_a_division,
    measure::{Measure, check_tolerance},
    walks::{PartWalk, Walks},
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WIDE: u32 = 6;

    fn grid() -> Contiguity {
        let across = (0..WIDE).flat_map(|row| (0..WIDE - 1).map(move |col| [row * WIDE + col, row * WIDE + col + 1]));
        let down = (0..WIDE * (WIDE - 1)).map(|unit| [unit, unit + WIDE]);
        Contiguity::from_edges((WIDE * WIDE) as usize, &across.chain(down).collect::<Vec<_>>(), None).unwrap()
    }

    /// Towns are halves, grids are quarters, blocks are halves of quarters.
    fn levels() -> Vec<Level> {
        let half = |unit: u32| unit % WIDE / 3;
        let quarter = |unit: u32| 2 * (unit / WIDE / 3) + half(unit);
        let block = |unit: u32| 2 * quarter(unit) + u32::from(unit / WIDE % 3 == 2);
        let level = |name: &str, of: &dyn Fn(u32) -> u32, is_fixed| Level {
            name: name.to_owned(),
            labels: (0..WIDE * WIDE).map(of).collect(),
            tolerance: Some(vec![0.3, 0.4]),
            is_fixed,
        };
        vec![level("town", &half, true), level("grid", &quarter, false), level("block", &block, false)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn moves_keep_every_level_true(
            people in prop::collection::vec(0..50_u32, 36),
            metres in prop::collection::vec(prop::option::weighted(0.9, 0..2000_u32), 36 * 3),
            wanted in prop::collection::vec((0..36_u32, 0..8_u32), 1..60),
            fixed in any::<bool>(),
        ) {
            prop_assume!(people.iter().any(|&people| people > 0));
            let weights = [people.iter().map(|&one| f64::from(one)).collect::<Vec<_>>(), vec![0.3; 36]];
            let walks = Walks { metres: metres.iter().map(|one| one.map_or(f64::NAN, f64::from)).collect(), sites: 3 };
            let mut given = levels();
            given[0].is_fixed = fixed;
            let mut plan = Hierarchy::new(grid(), &weights, &given, Some(walks.clone()), 900.0).unwrap();
            let begun = plan.clone();
            for (unit, to) in wanted {
                let before = plan.clone();
                let mut labels: Vec<Vec<u32>> = (0..3).map(|level| plan.labels(level).to_vec()).collect();
                let home = labels[2].iter().position(|&label| label == to);
                let answer = plan.move_unit(unit, to);
                // The definition: move it, and see whether every level is a division as before.
                let parts: Option<Vec<u32>> = home.map(|home| (0..3).map(|level| labels[level][home]).collect());
                let parts = parts.unwrap();
                let leaves_town = labels[0][unit as usize] != parts[0];
                let stays = labels[2][unit as usize] == to;
                (0..3).for_each(|level| labels[level][unit as usize] = parts[level]);
                let whole = (0..3).all(|level| is_a_division(&grid(), &labels[level], before.parts(level)).is_ok());
                prop_assert_eq!(answer.is_ok(), whole && !stays && !(fixed && leaves_town), "{:?}", answer);
                if let Ok(moved) = answer {
                    let anew: Vec<Level> = given.iter().zip(&labels)
                        .map(|(level, labels)| Level { labels: labels.clone(), ..level.clone() }).collect();
                    let anew = Hierarchy::new(grid(), &weights, &anew, Some(walks.clone()), 900.0).unwrap();
                    for level in 0..3 {
                        prop_assert_eq!(plan.labels(level), anew.labels(level));
                        for part in 0..plan.parts(level) as u32 {
                            prop_assert_eq!(format!("{:?}", plan.part(level, part)), format!("{:?}", anew.part(level, part)));
                            let changed = moved.changes.iter().find(|one| (one.level, one.part) == (level, part));
                            let (old, new) = (format!("{:?}", before.part(level, part)), format!("{:?}", plan.part(level, part)));
                            if let Some(one) = changed { prop_assert_eq!((format!("{:?}", one.before), format!("{:?}", one.after)), (old, new)) } else { prop_assert_eq!(old, new) }
                        }
                    }
                } else {
                    prop_assert_eq!(plan.labels(2), before.labels(2));
                }
            }
            while plan.undo().is_some() {}
            for level in 0..3 {
                prop_assert_eq!(plan.labels(level), begun.labels(level));
                for part in 0..plan.parts(level) as u32 {
                    prop_assert_eq!(format!("{:?}", plan.part(level, part)), format!("{:?}", begun.part(level, part)));
                }
            }
        }
    }

    #[test]
    fn a_refusal_says_what_stands_in_the_way() {
        let mut plan = Hierarchy::new(
            grid(),
            &[vec![1.0; 36]],
            &levels().into_iter().map(|level| Level { tolerance: None, ..level }).collect::<Vec<_>>(),
            None,
            900.0,
        )
        .unwrap();
        assert_eq!(plan.refusal(0, 0), Some(Refusal::There));
        assert_eq!(plan.refusal(0, 7), Some(Refusal::Apart));
        assert_eq!(plan.refusal(2, 2), Some(Refusal::Fixed { level: 0, from: 0, to: 1 }));
        assert_eq!(plan.refusal(13, 0), Some(Refusal::Cuts { level: 2, part: 1, units: vec![14] }));
        assert_eq!(plan.targets(12), [0, 4]);
        plan.move_unit(14, 0).unwrap();
        plan.move_unit(13, 0).unwrap();
        assert_eq!(plan.refusal(12, 0), Some(Refusal::Last { level: 2, part: 1 }));
        let torn = Level {
            name: "torn".into(),
            labels: (0..36).map(|unit| unit % 2).collect(),
            tolerance: None,
            is_fixed: false,
        };
        assert!(Hierarchy::new(grid(), &[vec![1.0; 36]], &[torn], None, 900.0).is_err());
    }
}
