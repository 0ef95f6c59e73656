//! Neighbours on foot (步行邻接): who touches, and can walk to each other.

use geo::{Line, MultiLineString};
use rstar::{
    PointDistance, RTree,
    primitives::{GeomWithData, Line as Side},
};
use serde::Serialize;

use super::{
    border::Shared,
    contiguity::{Contiguity, components},
};
use crate::{
    control::Control,
    demand::DemandPoints,
    error::{Error, Result},
    network::StreetNetwork,
    reach::Access,
    walk::Walk,
};

/// How far neighbours may walk to each other and still be neighbours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OnFoot {
    /// Longest walk over the straight line.
    pub detour: f64,
    /// A walk of so many metres is never too long.
    pub always_m: f64,
}

impl Default for OnFoot {
    fn default() -> Self {
        Self { detour: 2.5, always_m: 800.0 }
    }
}

/// Why two units that touch are no neighbours, or two that do not are.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum Why {
    /// The walk from one to the other is too long, or (`None`) there is no way.
    Walk {
        /// Walking metres between their nearest demand points.
        walk_m: Option<f64>,
        /// The straight line between them, metres.
        straight_m: f64,
    },
    /// Their border runs along a barrier that no street crosses there.
    Barrier {
        /// Row of the barrier.
        barrier: u32,
        /// Share of the border that runs along barriers.
        share: f64,
    },
    /// It was asked for.
    Asked,
    /// One was in a set that touched no other; this is the nearest to it.
    Island,
}

/// A pair of units that an edit cut or joined.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairEdit {
    /// The units, lower first.
    pub pair: [u32; 2],
    /// Why.
    #[serde(flatten)]
    pub why: Why,
}

impl Contiguity {
    /// Without the pairs that cannot walk to each other without a long detour: a river without a bridge.
    ///
    /// Of each pair the two demand points nearest to each other are taken, one of
    /// either unit. The pair stays where the walk between them is at most
    /// `always_m`, or at most `detour` times the straight line. Pairs with a unit
    /// that has no place near a street stay too: their walks are unknown.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Parameter`] for a rule that cannot be, and as [`Walk::between`].
    pub fn on_foot(
        &self,
        points: &DemandPoints,
        walk: &dyn Walk,
        rule: OnFoot,
        control: &Control,
    ) -> Result<(Self, Vec<PairEdit>)> {
        if points.start.len() != self.len() + 1 {
            let (expected, got) = (self.len(), points.start.len().saturating_sub(1));
            return Err(Error::Length { table: "units", column: "points".to_owned(), expected, got });
        }
        if !(rule.detour >= 1.0 && rule.detour.is_finite()) {
            return Err(Error::parameter("detour", &rule.detour, "give walk over straight line, 1 or more"));
        }
        if rule.always_m.is_nan() || rule.always_m < 0.0 {
            return Err(Error::parameter("always_m", &rule.always_m, "give metres, 0 or more"));
        }
        let snapped = walk.nearest(&points.xy, &points.xy, control)?;
        let known: Vec<Option<[usize; 2]>> = self
            .edges()
            .iter()
            .map(|&pair| {
                nearest_points(points, pair)
                    .filter(|ends| ends.iter().all(|&at| snapped.access(at) != Access::Unsnapped))
            })
            .collect();
        let (from, to): (Vec<_>, Vec<_>) = known.iter().flatten().map(|&[a, b]| (points.xy[a], points.xy[b])).unzip();
        let mut walks = walk.between(&from, &to, control)?.into_iter().zip(from.iter().zip(&to));
        let (mut keep, mut edits) = (vec![true; known.len()], vec![]);
        for (edge, _) in known.iter().enumerate().filter(|(_, ends)| ends.is_some()) {
            let Some((walk_m, (from, to))) = walks.next() else { break };
            let straight_m = (from[0] - to[0]).hypot(from[1] - to[1]);
            let limit_m = rule.always_m.max(rule.detour * straight_m);
            if walk_m.is_none_or(|walk_m| walk_m > limit_m) {
                keep[edge] = false;
                edits.push(PairEdit { pair: self.edges()[edge], why: Why::Walk { walk_m, straight_m } });
            }
        }
        Ok((self.keeping(&keep), edits))
    }

    /// With every set of units that touches no other joined to the nearest unit outside it, smallest sets first.
    ///
    /// # Errors
    /// [`Error::Parameter`] where positions are not known.
    pub fn join_islands(&self) -> Result<(Self, Vec<PairEdit>)> {
        let Some(xy) = self.positions() else {
            return Err(Error::parameter("islands", &"join", "needs positions of the units"));
        };
        let (set, sets) = self.components();
        let mut members: Vec<Vec<u32>> = vec![vec![]; sets];
        (0..).zip(&set).for_each(|(unit, &set)| members[set as usize].push(unit));
        let mut edits = vec![];
        while members.len() > 1 {
            let smallest = (0..members.len()).min_by_key(|&at| (members[at].len(), members[at][0])).unwrap_or(0);
            let island = members.swap_remove(smallest);
            let mut best = (f64::INFINITY, [0, 0], 0);
            for (at, others) in members.iter().enumerate() {
                for (&a, &b) in island.iter().flat_map(|a| others.iter().map(move |b| (a, b))) {
                    let [from, to] = [xy[a as usize], xy[b as usize]];
                    let apart_m = (from[0] - to[0]).hypot(from[1] - to[1]);
                    let pair = [a.min(b), a.max(b)];
                    if (apart_m, pair) < (best.0, best.1) {
                        best = (apart_m, pair, at);
                    }
                }
            }
            members[best.2].extend(island);
            members[best.2].sort_unstable();
            edits.push(PairEdit { pair: best.1, why: Why::Island });
        }
        let pairs: Vec<[u32; 2]> = edits.iter().map(|edit| edit.pair).collect();
        let joined = self.join(&pairs)?;
        debug_assert!(components(joined.len(), |unit| joined.neighbours(unit).iter().copied()).1 <= 1);
        Ok((joined, edits))
    }
}

/// The demand points of two units that are nearest to each other; `None` where one has none.
fn nearest_points(points: &DemandPoints, [a, b]: [u32; 2]) -> Option<[usize; 2]> {
    let pairs = points.of(a as usize).flat_map(|from| points.of(b as usize).map(move |to| [from, to]));
    let apart = |&[from, to]: &[usize; 2]| {
        let (from, to) = (points.xy[from], points.xy[to]);
        (from[0] - to[0]).powi(2) + (from[1] - to[1]).powi(2)
    };
    pairs.min_by(|one, two| apart(one).total_cmp(&apart(two)).then(one.cmp(two)))
}

/// Borders run along a barrier where they are this near to it, metres: rivers are drawn by their middle.
pub const BESIDE_M: f64 = 60.0;
/// The least share of a border that must run along barriers.
const MOSTLY: f64 = 0.5;
/// Borders are looked at in pieces of at most so many metres.
const PIECE_M: f64 = 10.0;

/// Pairs whose common border runs mostly along barriers, where no street crosses one beside it.
///
/// `borders` are all pieces of border, pair by pair; a piece runs along a
/// barrier where its middle is at most `beside_m` from it. Without streets
/// nothing crosses. All on one plane.
pub(super) fn barred(
    borders: &[Shared],
    barriers: &[MultiLineString<f64>],
    streets: Option<&StreetNetwork>,
    beside_m: f64,
) -> Vec<PairEdit> {
    let lines: Vec<(u32, Line<f64>)> = (0..)
        .zip(barriers)
        .flat_map(|(row, line)| line.iter().flat_map(geo::LineString::lines).map(move |piece| (row, piece)))
        .collect();
    let side = |&(row, line): &(u32, Line<f64>)| GeomWithData::new(Side::new(line.start.into(), line.end.into()), row);
    let barrier_tree: RTree<GeomWithData<Side<[f64; 2]>, u32>> = RTree::bulk_load(lines.iter().map(side).collect());
    let plain: Vec<Line<f64>> = lines.iter().map(|&(_, line)| line).collect();
    let crossings: RTree<[f64; 2]> =
        RTree::bulk_load(streets.map_or_else(Vec::new, |streets| streets.crossings(&plain)));
    let near2 = beside_m * beside_m;
    let mut edits = vec![];
    for same in borders.chunk_by(|a, b| a.0 == b.0) {
        let (mut all_m, mut along_m, mut is_crossed) = (0.0, 0.0, false);
        let mut metres_of: std::collections::BTreeMap<u32, f64> = std::collections::BTreeMap::new();
        for &(_, from, to) in same {
            let long_m = (to[0] - from[0]).hypot(to[1] - from[1]);
            let pieces = (long_m / PIECE_M).ceil().max(1.0);
            let piece_m = long_m / pieces;
            #[allow(clippy::cast_sign_loss)] // from 1 on
            for at in 0..pieces as u32 {
                let part = (f64::from(at) + 0.5) / pieces;
                let middle: [f64; 2] = std::array::from_fn(|axis| from[axis] + part * (to[axis] - from[axis]));
                all_m += piece_m;
                // By metres, then by row: which of two barriers is nearer must not hang on the tree.
                let beside = barrier_tree.locate_within_distance(middle, near2);
                let nearest = beside.map(|line| (line.geom().distance_2(&middle), line.data));
                if let Some((_, row)) = nearest.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))) {
                    along_m += piece_m;
                    *metres_of.entry(row).or_default() += piece_m;
                }
                is_crossed |= crossings.locate_within_distance(middle, near2).next().is_some();
            }
        }
        if along_m > 0.0 && along_m >= MOSTLY * all_m && !is_crossed {
            let longest = metres_of.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)));
            let barrier = longest.map_or(0, |(&row, _)| row);
            edits.push(PairEdit { pair: same[0].0, why: Why::Barrier { barrier, share: along_m / all_m } });
        }
    }
    edits
}
