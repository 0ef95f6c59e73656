//! Streets from lines, such as a layer drawn in a GIS.

use geo::{Coord, LineString, MultiLineString};
use rstar::{
    RTree,
    primitives::{GeomWithData, Line},
};

use super::{
    Profile, Reading, SnapRule, Source, StreetNetwork,
    contract::{CLOSED, Raw, Segment, millimetres},
    extent::Extent,
    snap::FARTHEST_M,
    tables::{check_count, rows},
};
use crate::{
    crs::Plane,
    error::{Error, Result},
};

/// Ends may be joined across at most this gap, metres.
const WIDEST_GAP_M: f64 = 50.0;

/// A street as it was drawn, and how it is walked.
#[derive(Debug, Clone, PartialEq)]
pub struct StreetLine {
    /// Its course on the plane, in one or more parts.
    pub parts: MultiLineString<f64>,
    /// Part of the walker's usual speed on it, above 0 and at most 1.
    pub factor: f64,
    /// Whether it is walked in the direction it is drawn in.
    pub forward: bool,
    /// Whether it is walked against it.
    pub backward: bool,
}

impl From<LineString<f64>> for StreetLine {
    /// Walked both ways at full speed.
    fn from(line: LineString<f64>) -> Self {
        Self { parts: MultiLineString(vec![line]), factor: 1.0, forward: true, backward: true }
    }
}

impl StreetNetwork {
    /// Two-way streets from lines in metres on a plane.
    ///
    /// As [`StreetNetwork::from_street_lines`].
    ///
    /// # Errors
    /// As there.
    pub fn from_lines(lines: &[LineString<f64>], tolerance_m: f64, plane: &Plane) -> Result<Self> {
        let streets: Vec<StreetLine> = lines.iter().cloned().map(StreetLine::from).collect();
        Self::from_street_lines(&streets, tolerance_m, plane)
    }

    /// Streets from lines in metres on a plane.
    ///
    /// Lines meet where they share a position exactly, at ends or in between;
    /// lines that merely cross don't. With a tolerance, an end that meets
    /// nothing is joined to the nearest street within it, metres; the gap itself
    /// costs nothing. The default of 0 joins nothing:
    /// [`StreetNetwork::near_misses`] lists what a tolerance would join. The way
    /// of a street is the row of its line. Streets are taken as whole unless
    /// [`StreetNetwork::with_extent`] says otherwise.
    ///
    /// # Errors
    /// Positions that are not finite or not on Earth, naming the line; a
    /// tolerance that is not 0 to 50 m; a factor that is not above 0 and at most 1.
    pub fn from_street_lines(streets: &[StreetLine], tolerance_m: f64, plane: &Plane) -> Result<Self> {
        if !(0.0..=WIDEST_GAP_M).contains(&tolerance_m) {
            return Err(Error::parameter("tolerance_m", &tolerance_m, "give 0 to 50 metres between ends that meet"));
        }
        for (row, street) in streets.iter().enumerate() {
            check_line("lines", row, street.parts.iter())?;
            if !(street.factor > 0.0 && street.factor <= 1.0) {
                let rule = "must be above 0 and at most 1";
                let column = "factor".to_owned();
                return Err(Error::BadValue { table: "lines", row, column, value: street.factor, rule });
            }
        }
        let parts: Vec<(u32, &LineString<f64>)> =
            (0..).zip(streets).flat_map(|(way, street)| street.parts.iter().map(move |part| (way, part))).collect();
        check_count("lines", parts.iter().map(|(_, line)| line.0.len()).sum())?;
        let (mut xy, vertex_of) = vertices(&parts);
        let mut pieces: Vec<(u32, u32, u32)> = vec![];
        let mut rest = vertex_of.as_slice();
        for &(way, line) in &parts {
            let (own, after) = rest.split_at(line.0.len());
            pieces.extend(own.windows(2).filter(|pair| pair[0] != pair[1]).map(|pair| (pair[0], pair[1], way)));
            rest = after;
        }
        if tolerance_m > 0.0 {
            join_ends(&mut xy, &mut pieces, tolerance_m);
        }
        let segments = pieces.into_iter().map(|(a, b, way)| {
            let (p, q) = (xy[a as usize], xy[b as usize]);
            let length_m = (p[0] - q[0]).hypot(p[1] - q[1]);
            let StreetLine { factor, forward, backward, .. } = streets[way as usize];
            let too_long = || Error::parameter("lines", &format!("line {way}"), "is longer than 2,147 km");
            let length_mm = millimetres(length_m).ok_or_else(too_long)?;
            let cost_mm = millimetres(length_m / factor).ok_or_else(too_long)?;
            let cost = |open: bool| if open { cost_mm } else { CLOSED };
            Ok(Segment { a, b, forward_mm: cost(forward), backward_mm: cost(backward), length_mm, way })
        });
        let segments = segments.collect::<Result<Vec<_>>>()?;
        let node_id = rows(xy.len());
        let raw = Raw { xy, node_id, segments, way_id: rows(streets.len()), before: vec![] };
        let source = Source { kind: "lines", ..Source::default() };
        Self::build(raw, plane.clone(), SnapRule::default(), Extent::default(), vec![], source)
    }

    /// The same streets, with what was read of their source.
    pub(crate) fn with_reading(mut self, profile: &Profile, reading: Reading) -> Self {
        self.source.profile = Some((profile.name.clone(), profile.hash()));
        self.source.reading = Some(reading);
        self
    }
}

/// Refuse lines with positions that no plane has.
pub(super) fn check_lines(table: &'static str, lines: &[LineString<f64>]) -> Result<()> {
    lines.iter().enumerate().try_for_each(|(row, line)| check_line(table, row, std::iter::once(line)))
}

fn check_line<'a>(table: &'static str, row: usize, mut parts: impl Iterator<Item = &'a LineString<f64>>) -> Result<()> {
    let is_lost = |at: &&Coord<f64>| !(at.x.abs() <= FARTHEST_M && at.y.abs() <= FARTHEST_M);
    match parts.find_map(|part| part.0.iter().find(is_lost)) {
        Some(at) => Err(Error::NotFinite { table, row, x: at.x, y: at.y }),
        None => Ok(()),
    }
}

/// One vertex for each different position, numbered as they first appear.
fn vertices(parts: &[(u32, &LineString<f64>)]) -> (Vec<[f64; 2]>, Vec<u32>) {
    // Adding zero turns -0.0 into 0.0, so that they are one position.
    let all: Vec<[f64; 2]> = parts.iter().flat_map(|(_, line)| &line.0).map(|at| [at.x + 0.0, at.y + 0.0]).collect();
    let key = |row: u32| all[row as usize].map(f64::to_bits);
    let mut order: Vec<u32> = (0..all.len() as u32).collect();
    order.sort_unstable_by_key(|&row| (key(row), row));
    let mut first = vec![0; all.len()];
    for same in order.chunk_by(|&a, &b| key(a) == key(b)) {
        for &row in same {
            first[row as usize] = same[0];
        }
    }
    let mut xy = vec![];
    let mut number = vec![0; all.len()];
    for row in 0..all.len() {
        if first[row] as usize == row {
            number[row] = xy.len() as u32;
            xy.push(all[row]);
        } else {
            number[row] = number[first[row] as usize];
        }
    }
    (xy, number)
}

/// Join ends that meet nothing to the nearest street within a tolerance.
fn join_ends(xy: &mut [[f64; 2]], pieces: &mut Vec<(u32, u32, u32)>, tolerance_m: f64) {
    let mut meeting = vec![0_u32; xy.len()];
    for &(a, b, _) in pieces.iter() {
        meeting[a as usize] += 1;
        meeting[b as usize] += 1;
    }
    let tree = RTree::bulk_load(
        (0_u32..)
            .zip(pieces.iter())
            .map(|(row, &(a, b, _))| GeomWithData::new(Line::new(xy[a as usize], xy[b as usize]), row))
            .collect(),
    );
    let mut same: Vec<u32> = (0..xy.len() as u32).collect();
    // Piece, how far along it, and the end that joins there.
    let mut splits: Vec<(u32, f64, u32)> = vec![];
    for end in (0..xy.len() as u32).filter(|&v| meeting[v as usize] == 1) {
        let from = xy[end as usize];
        let others = tree
            .nearest_neighbor_iter_with_distance_2(&from)
            .map(|(item, squared)| (item.data, squared))
            .filter(|&(row, _)| pieces[row as usize].0 != end && pieces[row as usize].1 != end);
        let Some((row, squared)) = others.into_iter().next() else { continue };
        if squared.sqrt() > tolerance_m {
            continue;
        }
        let (a, b, _) = pieces[row as usize];
        let (p, q) = (xy[a as usize], xy[b as usize]);
        let along = [q[0] - p[0], q[1] - p[1]];
        let dot = (from[0] - p[0]) * along[0] + (from[1] - p[1]) * along[1];
        let fraction = dot / (along[0] * along[0] + along[1] * along[1]);
        // A corner within the tolerance is joined rather than the street beside it.
        let near = |v: u32| {
            let at = xy[v as usize];
            (at[0] - from[0]).hypot(at[1] - from[1]) <= tolerance_m
        };
        if near(a) || fraction <= 0.0 {
            unite(&mut same, end, a);
        } else if near(b) || fraction >= 1.0 {
            unite(&mut same, end, b);
        } else {
            splits.push((row, fraction, end));
        }
    }
    splits.sort_by(|x, y| x.0.cmp(&y.0).then(x.1.total_cmp(&y.1)).then(x.2.cmp(&y.2)));
    for on_piece in splits.chunk_by(|x, y| x.0 == y.0) {
        let (_, last, way) = pieces[on_piece[0].0 as usize];
        for (place, &(row, _, end)) in on_piece.iter().enumerate() {
            if place == 0 {
                pieces[row as usize].1 = end;
            }
            let next = on_piece.get(place + 1).map_or(last, |next| next.2);
            pieces.push((end, next, way));
        }
    }
    for piece in pieces.iter_mut() {
        (piece.0, piece.1) = (root(&same, piece.0), root(&same, piece.1));
    }
    pieces.retain(|piece| piece.0 != piece.1);
    pieces.sort_by_key(|piece| piece.2);
}

/// Let two vertices be the same one: the lower.
fn unite(same: &mut [u32], one: u32, other: u32) {
    let (one, other) = (root(same, one), root(same, other));
    same[one.max(other) as usize] = one.min(other);
}

fn root(same: &[u32], mut of: u32) -> u32 {
    while same[of as usize] != of {
        of = same[of as usize];
    }
    of
}
