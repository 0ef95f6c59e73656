//! Shared borders of polygons: who touches whom, and for how many metres.
//!
//! Borders drawn with the same corners are found by sorting. What is left, a
//! long side along several short ones or corners a hair apart, goes through an
//! R-tree of sides. So a clean layer costs O(s log s) for s sides and no search.

use geo::{Geometry, MultiPolygon};
use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Line as Side},
};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

use super::{
    contiguity::Contiguity,
    outline::{Outlines, polygons},
};

/// What counts as touching.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Touch {
    /// A border of some length (as a rook moves).
    Rook,
    /// A border or a corner (as a queen moves).
    Queen,
}

/// One side of an outline, lower end first, and its unit.
#[derive(Clone, Copy)]
struct Piece {
    from: [f64; 2],
    to: [f64; 2],
    unit: u32,
}

/// Sides whose directions differ by more than this (1 − cosine squared) only cross.
const PARALLEL: f64 = 1e-3;

impl Contiguity {
    /// Units from their polygons, in metres, one row each.
    ///
    /// Sides up to `snap_m` apart count as one border; their corners need not
    /// coincide. Outlines may overlap. Positions are centroids.
    ///
    /// # Errors
    /// [`Error::Rejected`] for rows without a polygon, [`Error::NotFinite`],
    /// [`Error::Parameter`] for `snap_m`.
    pub fn from_polygons(shapes: &[Option<Geometry<f64>>], touch: Touch, snap_m: f64) -> Result<Self> {
        if !(snap_m.is_finite() && snap_m >= 0.0) {
            return Err(Error::parameter("snap_m", &snap_m, "give metres, 0 or more"));
        }
        let units = polygons(shapes)?;
        let outlines = Outlines::of(&units)?;
        let mut found: Found = common(&units, snap_m).map(|(pair, from, to)| (pair, length(from, to))).collect();
        if touch == Touch::Queen {
            corners(&units, snap_m, &mut found);
        }
        found.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let (mut edges, mut border_m): (Vec<[u32; 2]>, Vec<f64>) = (vec![], vec![]);
        for (pair, length_m) in found {
            if edges.last() == Some(&pair) {
                if let Some(total) = border_m.last_mut() {
                    *total += length_m;
                }
            } else {
                edges.push(pair);
                border_m.push(length_m);
            }
        }
        Ok(Self::compressed(units.len(), edges, Some(border_m), Some(outlines)))
    }
}

/// Pieces of border: which units they part, and from where to where they run, metres.
///
/// Every side counts for each pair it parts, in the order of the pairs.
///
/// # Errors
/// As [`Contiguity::from_polygons`].
pub(super) fn borders(shapes: &[Option<Geometry<f64>>], snap_m: f64) -> Result<Vec<Shared>> {
    let mut found: Vec<Shared> = common(&polygons(shapes)?, snap_m).collect();
    found.sort_by_key(|&(pair, ..)| pair);
    Ok(found)
}

/// A piece of border: its units, and its ends.
pub(super) type Shared = ([u32; 2], [f64; 2], [f64; 2]);
/// Pairs of units and a length that they share.
type Found = Vec<([u32; 2], f64)>;

fn common(units: &[MultiPolygon], snap_m: f64) -> impl Iterator<Item = Shared> + use<> {
    let mut pieces = sides(units);
    let mut found = shared(&mut pieces);
    along(&pieces, snap_m, &mut found);
    found.into_iter()
}

fn sides(units: &[MultiPolygon]) -> Vec<Piece> {
    let mut pieces = vec![];
    for (unit, polygons) in (0..).zip(units) {
        for polygon in polygons {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                for line in ring.lines() {
                    let (a, b): ([f64; 2], [f64; 2]) = (line.start.into(), line.end.into());
                    if a != b {
                        let (from, to) = if a < b { (a, b) } else { (b, a) };
                        pieces.push(Piece { from, to, unit });
                    }
                }
            }
        }
    }
    pieces
}

/// Take out the sides that several units have corner for corner.
fn shared(pieces: &mut Vec<Piece>) -> Vec<Shared> {
    let order = |a: &Piece, b: &Piece| {
        let by_corner = |(a, b): (&f64, &f64)| a.total_cmp(b);
        let corners = a.from.iter().chain(&a.to).zip(b.from.iter().chain(&b.to));
        corners
            .map(by_corner)
            .find(|order| order.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
            .then(a.unit.cmp(&b.unit))
    };
    pieces.sort_by(order);
    let mut found = vec![];
    let mut rest = vec![];
    for same in pieces.chunk_by(|a, b| a.from == b.from && a.to == b.to) {
        let mut units: Vec<u32> = same.iter().map(|piece| piece.unit).collect();
        units.dedup();
        if let [_] = units.as_slice() {
            rest.push(same[0]);
        }
        let (from, to) = (same[0].from, same[0].to);
        for (place, &a) in units.iter().enumerate() {
            units[place + 1..].iter().for_each(|&b| found.push(([a, b], from, to)));
        }
    }
    *pieces = rest;
    found
}

fn length(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// Lengths along which sides of different units run within `snap_m`.
fn along(pieces: &[Piece], snap_m: f64, found: &mut Vec<Shared>) {
    let boxed = |(place, piece): (usize, &Piece)| GeomWithData::new(Side::new(piece.from, piece.to), place);
    let tree = RTree::bulk_load(pieces.iter().enumerate().map(boxed).collect());
    for (place, piece) in pieces.iter().enumerate() {
        for near in tree.locate_in_envelope_intersecting(&around(piece.from, piece.to, snap_m)) {
            let other = &pieces[near.data];
            if near.data <= place || other.unit == piece.unit {
                continue;
            }
            let (from_m, to_m) = overlap(piece, other, snap_m);
            if to_m - from_m > snap_m {
                let share = 1.0 / length(piece.from, piece.to);
                let at = |metres: f64| {
                    std::array::from_fn(|axis| piece.from[axis] + metres * share * (piece.to[axis] - piece.from[axis]))
                };
                let pair = [piece.unit.min(other.unit), piece.unit.max(other.unit)];
                found.push((pair, at(from_m), at(to_m)));
            }
        }
    }
}

fn around(a: [f64; 2], b: [f64; 2], margin_m: f64) -> AABB<[f64; 2]> {
    let low = [a[0].min(b[0]) - margin_m, a[1].min(b[1]) - margin_m];
    let high = [a[0].max(b[0]) + margin_m, a[1].max(b[1]) + margin_m];
    AABB::from_corners(low, high)
}

/// From which to which metre of `a` runs `b` within `snap_m`, as good as parallel.
fn overlap(a: &Piece, b: &Piece, snap_m: f64) -> (f64, f64) {
    let long_m = length(a.from, a.to);
    let along = [(a.to[0] - a.from[0]) / long_m, (a.to[1] - a.from[1]) / long_m];
    // Of a corner of b: how far along a, and how far beside it.
    let place = |corner: [f64; 2]| {
        let [x, y] = [corner[0] - a.from[0], corner[1] - a.from[1]];
        (x * along[0] + y * along[1], y * along[0] - x * along[1])
    };
    let (mut low, mut high) = (place(b.from), place(b.to));
    if low.0 > high.0 {
        (low, high) = (high, low);
    }
    let (run_m, rise_m) = (high.0 - low.0, high.1 - low.1);
    if rise_m * rise_m > PARALLEL * (run_m * run_m + rise_m * rise_m) {
        return (0.0, 0.0);
    }
    let beside = |at: f64| low.1 + rise_m * (at - low.0) / run_m;
    let (mut from, mut to) = (low.0.max(0.0), high.0.min(long_m));
    if from >= to {
        return (0.0, 0.0);
    }
    // Where b leaves the band around a, only the part within counts.
    if rise_m != 0.0 {
        let reaches = |offset: f64| low.0 + (offset - low.1) * run_m / rise_m;
        let (enters, leaves) = (reaches(-snap_m), reaches(snap_m));
        from = from.max(enters.min(leaves));
        to = to.min(enters.max(leaves));
    } else if beside(from).abs() > snap_m {
        return (0.0, 0.0);
    }
    (from, to.max(from))
}

/// Units with a corner within `snap_m` of another's side touch at least there.
fn corners(units: &[MultiPolygon], snap_m: f64, found: &mut Found) {
    let pieces = sides(units);
    let boxed = |piece: &Piece| GeomWithData::new(Side::new(piece.from, piece.to), piece.unit);
    let tree = RTree::bulk_load(pieces.iter().map(boxed).collect());
    let mut pairs = vec![];
    for piece in &pieces {
        for corner in [piece.from, piece.to] {
            let near = tree.locate_within_distance(corner, snap_m * snap_m);
            let others = near.map(|side| side.data).filter(|&unit| unit != piece.unit);
            pairs.extend(others.map(|unit| [unit.min(piece.unit), unit.max(piece.unit)]));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    found.extend(pairs.into_iter().map(|pair| (pair, 0.0)));
}
