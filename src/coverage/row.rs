//! What was found for one committee: its status, its share within reach and its walks.

use serde::Serialize;

use crate::{
    city::City,
    reach::{Access, Nearest},
};

/// Whether the people of a committee are within reach of a centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowStatus {
    /// All of them are.
    Covered,
    /// Some are: its finer demand points lie on both sides of the limit.
    Partial,
    /// None is; the nearest centre is farther than the limit.
    BeyondLimit,
    /// There is no way on foot from here to any centre.
    Unreachable,
    /// No centre is found within the limit, but the walks cross the edge of the
    /// streets we know, behind which one may lie.
    Clipped,
    /// No street is near enough to walk to; the walk is unknown.
    Unsnapped,
    /// The committee has no place in the data: its people count, but not as covered.
    Unlocated,
}

impl RowStatus {
    /// All statuses, in the order tables list them.
    pub const ALL: [Self; 7] = [
        Self::Covered,
        Self::Partial,
        Self::BeyondLimit,
        Self::Unreachable,
        Self::Clipped,
        Self::Unsnapped,
        Self::Unlocated,
    ];

    /// The word used in every file and table.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::Partial => "partial",
            Self::BeyondLimit => "beyond_limit",
            Self::Unreachable => "unreachable",
            Self::Clipped => "clipped",
            Self::Unsnapped => "unsnapped",
            Self::Unlocated => "unlocated",
        }
    }
}

/// What was found for one committee.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Whether its people are within reach.
    pub status: RowStatus,
    /// People (or the group asked for) who live there; `None` is unknown.
    pub people: Option<f64>,
    /// Part of its demand points' people within the limit, 0 to 1.
    pub share: f64,
    /// The centre nearest to most of its people; ties go to the lower row.
    pub nearest: Option<u32>,
    /// Mean walk of its people, each to their own nearest centre, metres.
    pub walk_m: Option<f64>,
    /// Longest of those walks, metres.
    pub farthest_m: Option<f64>,
}

impl Row {
    /// People within the limit; `None` where the population is unknown.
    #[must_use]
    pub fn people_covered(&self) -> Option<f64> {
        self.people.map(|people| people * self.share)
    }

    /// People beyond the limit; `None` where the population is unknown.
    #[must_use]
    pub fn people_uncovered(&self) -> Option<f64> {
        self.people.map(|people| people * (1.0 - self.share))
    }
}

/// Gather one committee's points into its row; `nearest` begins with the point `first`.
pub(super) fn measure_row(
    city: &City,
    row: usize,
    people: Option<f64>,
    nearest: &Nearest,
    first: usize,
    open: &[u32],
    limit_m: f64,
) -> Row {
    let points = &city.demand().points;
    let range = points.of(row);
    let located = !range.is_empty();
    let (mut share, mut all_within, mut any_within) = (0.0, true, false);
    let (mut any_clipped, mut all_unsnapped) = (false, true);
    let (mut walk_m, mut reached, mut farthest_m) = (0.0, 0.0, 0.0_f64);
    let mut nearest_of: Vec<(u32, f64)> = Vec::with_capacity(2);
    for point in range {
        let part = points.share[point];
        let within = match nearest.get(point - first) {
            Some((site, metres)) => {
                walk_m += part * metres;
                reached += part;
                farthest_m = farthest_m.max(metres);
                let facility = open[site as usize];
                match nearest_of.iter_mut().find(|(known, _)| *known == facility) {
                    Some((_, people)) => *people += part,
                    None => nearest_of.push((facility, part)),
                }
                metres <= limit_m
            }
            None => false,
        };
        if within {
            share += part;
        }
        any_clipped |= nearest.access(point - first) == Access::Clipped;
        all_unsnapped &= nearest.access(point - first) == Access::Unsnapped;
        all_within &= within;
        any_within |= within;
    }
    let most = nearest_of.iter().copied().reduce(|best, next| {
        let better = next.1 > best.1 || (next.1 >= best.1 && next.0 < best.0);
        if better { next } else { best }
    });
    let status = match (located, all_within, any_within, most) {
        (false, ..) => RowStatus::Unlocated,
        (_, true, ..) => RowStatus::Covered,
        (_, _, true, _) => RowStatus::Partial,
        _ if any_clipped => RowStatus::Clipped,
        (.., None) if all_unsnapped => RowStatus::Unsnapped,
        (.., None) => RowStatus::Unreachable,
        _ => RowStatus::BeyondLimit,
    };
    // Shares that sum to 1 only up to rounding must not make 99.999… % of "all".
    let share = if status == RowStatus::Covered { 1.0 } else { share.min(1.0) };
    Row {
        status,
        people,
        share,
        nearest: most.map(|(facility, _)| facility),
        walk_m: (reached > 0.0).then(|| walk_m / reached),
        farthest_m: most.map(|_| farthest_m),
    }
}
