//! Ways to begin a plan (起始划分): none can hang, and where one fails another has its turn.
//!
//! Each gives every part of a field a node at least and leaves it connected;
//! balance is approached, and [`Problem::mend`] sees to the rest.

mod gather;
mod ground;
mod growth;
mod hilbert;
mod multilevel;
mod seeds;
mod trees;

#[cfg(test)]
mod tests;

use std::cell::LazyCell;

use serde::{Deserialize, Serialize};

pub(super) use self::ground::Ground;
use super::{anneal::Best, random::Random, search::Problem};

/// How a plan begins, before it is improved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Begin {
    /// Trees for the first plan, and all ways that are open, in turn, for those
    /// searched side by side; today's parts where they are a plan.
    #[default]
    Auto,
    /// Random spanning trees, cut with a way back.
    Trees,
    /// Runs of equal weight along a Hilbert curve of the positions.
    Hilbert,
    /// Parts that grow from seeds far apart, the lightest first.
    Growth,
    /// Trees on merged units, mended on every level on the way back to single ones.
    Multilevel,
    /// Today's parts. Only in answers: they are begun with where they are a plan.
    Today,
    /// A diagram of all possible parts. Only in answers: a plan that searching did not meet.
    Diagram,
}

impl Begin {
    /// What may be asked for.
    const ASKED: [Self; 5] = [Self::Auto, Self::Trees, Self::Hilbert, Self::Growth, Self::Multilevel];

    /// The word for it, as in Python and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Trees => "trees",
            Self::Hilbert => "hilbert",
            Self::Growth => "growth",
            Self::Multilevel => "multilevel",
            Self::Today => "today",
            Self::Diagram => "diagram",
        }
    }

    /// What may be asked for, by its word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ASKED.into_iter().find(|one| one.word() == word)
    }

    /// Whether it may be asked for, and not only be an answer.
    pub(super) fn is_asked(self) -> bool {
        Self::ASKED.contains(&self)
    }
}

/// Beginnings to try for a first valid plan, of a small district and of one that is coarsened.
const TRIES: [usize; 2] = [200, 20];

impl Problem {
    /// The ways that are open, the first one first.
    fn ways(&self) -> Vec<Begin> {
        if self.way != Begin::Auto {
            return vec![self.way];
        }
        let all = [Begin::Trees, Begin::Growth, Begin::Hilbert, Begin::Multilevel];
        let open = |way: &Begin| *way != Begin::Hilbert || self.places.is_some();
        all.into_iter().filter(open).collect()
    }

    /// A plan that is valid if one is soon found, and how it began. Where one
    /// way fails, the next has its turn; search number `stream` begins as many ways later.
    pub(super) fn first_plan(&self, stream: u64, random: &mut Random, stop: &dyn Fn() -> bool) -> (Best, Begin) {
        if self.from_today
            && let Some(today) = &self.today
        {
            return (self.mend(&self.graph, today.clone(), random, stop), Begin::Today);
        }
        let ways = self.ways();
        let fields = self.begin.as_ref().unwrap_or(&self.fields);
        // Trees, which come first, have a ground of their own.
        let ground = LazyCell::new(|| Ground::new(&self.graph, &self.rules, fields, self.places.as_deref()));
        let mut best: Option<(Best, Begin)> = None;
        for turn in 0..TRIES[usize::from(self.is_large())] {
            let way = self.way_of(stream, turn);
            let label = match way {
                Begin::Trees => self.along_trees(turn / ways.len(), random, stop),
                _ => ground.begin(way, &self.node_cost, turn / ways.len(), random, stop),
            };
            let found = self.mend(&self.graph, self.as_today(label), random, stop);
            let done = found.valid || stop();
            if best.as_ref().is_none_or(|(best, _)| found.valid || found.violation < best.violation) {
                best = Some((found, way));
            }
            if done {
                break;
            }
        }
        best.unwrap_or_else(|| (self.mend(&self.graph, vec![0; self.graph.len()], random, stop), Begin::Trees))
    }

    /// Whose turn it is in a search that runs beside others.
    pub(super) fn way_of(&self, stream: u64, turn: usize) -> Begin {
        let ways = self.ways();
        ways[(stream as usize).wrapping_add(turn) % ways.len()]
    }
}
