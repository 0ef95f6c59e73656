//! The answer to a question of division, and the terms it is asked on.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{begin::Begin, improve::Improve};

/// What a good plan makes small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    /// Pairs of neighbours in different parts.
    #[default]
    CutEdges,
    /// Metres of border between parts.
    Border,
    /// Weight × squared metres from the centre of mass of the part.
    Inertia,
    /// People who change their part.
    Moved,
    /// Person-metres to the part's centre.
    Walk,
}

impl Objective {
    /// The word for it, as in Python and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::CutEdges => "cut_edges",
            Self::Border => "border",
            Self::Inertia => "inertia",
            Self::Moved => "moved",
            Self::Walk => "walk",
        }
    }

    /// The objective by its word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::CutEdges, Self::Border, Self::Inertia, Self::Moved, Self::Walk]
            .into_iter()
            .find(|one| one.word() == word)
    }
}

/// Walking metres from every unit to every site where a centre may be.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WalkTable {
    /// Metres, unit by unit.
    pub metres: Vec<f64>,
    /// Sites.
    pub sites: usize,
}

/// What it costs to leave a town (跨街镇): the price of each unit that is in a part of another town.
///
/// A part belongs to the town for which its other units cost least; `None` is
/// a unit that stays in its town in every plan.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Leaving {
    /// Price of each unit, in what the objective counts.
    pub price: Vec<Option<f64>>,
}

/// What every part must hold at least, beside what is balanced: a centre, a kindergarten.
#[derive(Debug, Clone, PartialEq)]
pub struct AtLeast {
    /// What it is, for messages, in the plural: "centres".
    pub what: String,
    /// How much of it each unit has.
    pub amount: Vec<f64>,
    /// The least of a part.
    pub least: f64,
}

/// A unit in a part of another town.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Exception {
    /// The unit.
    pub unit: u32,
    /// Its town.
    pub town: u32,
    /// Its part.
    pub part: u32,
    /// The part's town.
    pub part_town: u32,
}

/// On what terms a district is divided.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Terms {
    /// How far a part may be from an equal share, as a share of it, above and
    /// below; one for each measure, or one for all.
    pub tolerance: Vec<f64>,
    /// Town of each unit: no part crosses a town border, unless at the price of `leaving`.
    pub within: Option<Vec<u32>>,
    /// At what price a unit may be in a part of another town after all.
    pub leaving: Option<Leaving>,
    /// What every part must hold at least.
    pub at_least: Vec<AtLeast>,
    /// Names of the towns, for messages; by default their numbers.
    pub town_names: Vec<String>,
    /// Parts of each town; by default apportioned as evenly as the terms allow.
    pub town_parts: Option<Vec<usize>>,
    /// What a good plan makes small.
    pub objective: Objective,
    /// Today's part of each unit; plans are numbered after them.
    pub today: Option<Vec<u32>>,
    /// Units that keep today's part.
    pub locked: Vec<u32>,
    /// Pairs of units that must share a part.
    pub together: Vec<[u32; 2]>,
    /// Pairs of units that must not.
    pub apart: Vec<[u32; 2]>,
    /// Walks to possible centres, for [`Objective::Walk`].
    pub walk: Option<WalkTable>,
    /// How plans begin.
    pub begin: Begin,
    /// How plans are made better.
    pub improve: Improve,
    /// Independent searches; 0 takes the first valid plan; by default as many
    /// as take about a second, or as the time limit allows.
    pub rounds: Option<usize>,
    /// Stop after this many seconds with the best plan so far; a bound on cut edges,
    /// border or centres has up to 15 % of them, a first plan half a second more.
    pub time_limit_s: Option<f64>,
    /// For the two borders, how many nodes of a diagram and plans under way may
    /// be looked at to prove a plan the best of all; 0 for a plain bound only.
    /// By default two million, some seconds and 400 MB at most, and none where
    /// units times parts is above 2,000.
    pub proof: Option<usize>,
    /// Seed of all that is random.
    pub seed: u64,
}

/// Why a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// No better plan exists.
    Proven,
    /// The rounds asked for are done.
    Rounds,
    /// The time was up.
    Time,
    /// [`Control::stop`](crate::control::Control::stop) was called.
    Interrupted,
}

/// A division into connected, balanced parts.
///
/// Contiguity, balance, towns, wishes and objective are checked again by code
/// that shares nothing with the search before a plan is returned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Partition {
    /// Number of parts.
    pub k: usize,
    /// Part of each unit. Without today's parts, parts are numbered by their lowest unit.
    pub labels: Vec<u32>,
    /// What was made small.
    pub objective: Objective,
    /// How much of it there is: edges, metres, weight × m², people or person-metres,
    /// and the price of the exceptions.
    pub value: f64,
    /// No plan on these terms has less.
    pub bound: f64,
    /// (value − bound) / value; 0 where both are equal.
    pub gap: f64,
    /// Whether value and bound agree, up to rounding (1e-9 of the value).
    pub proven: bool,
    /// Largest deviation of a part from an equal share, of any measure, as a share of it.
    pub deviation: f64,
    /// Site of each part's centre, for [`Objective::Walk`].
    pub centres: Option<Vec<u32>>,
    /// Parts of each town, where there are towns.
    pub town_parts: Option<Vec<usize>>,
    /// Units in parts of another town, where they may be.
    pub exceptions: Option<Vec<Exception>>,
    /// Their price, which `value` includes.
    pub exceptions_cost: f64,
    /// How the plan began: what of the ways to begin it came from.
    pub begin: Begin,
    /// Independent searches that were done.
    pub rounds: usize,
    /// Why the search ended.
    pub stop: Stop,
    /// Seconds it took.
    pub seconds: f64,
    /// Seconds until the first valid plan.
    pub first_seconds: f64,
    /// The seed.
    pub seed: u64,
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} parts of {} units within {:.2} % of equal shares; {} {}, {}; {:.2} s",
            self.k,
            self.labels.len(),
            100.0 * self.deviation,
            self.objective.word(),
            self.value,
            if self.proven {
                "proven least".to_owned()
            } else {
                format!("bound {} (gap {:.1} %)", self.bound, 100.0 * self.gap)
            },
            self.seconds
        )
    }
}
