//! Service areas (等时圈): the streets within a walk, cut exactly where it ends.

use geo::{BooleanOps, Buffer, LineString, MultiLineString, MultiPolygon, Polygon, unary_union};

use super::{
    StreetNetwork,
    contract::CLOSED,
    search::Worker,
    snap::{Ends, Snap},
    walk::limit_mm,
};
use crate::{
    control::Control,
    error::{Error, Result},
    reach::check_limit,
};

/// Which way people walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the place: its customers. The default of every question about centres.
    To,
    /// From the place.
    From,
}

/// A stretch of street within the limit.
#[derive(Debug, Clone, PartialEq)]
pub struct ReachedLine {
    /// The way it belongs to.
    pub way_id: i64,
    /// Its course on the plane, from the nearer end to the farther.
    pub line: LineString<f64>,
    /// Walking metres at the nearer end.
    pub from_m: f64,
    /// Walking metres at the farther end, at most the limit.
    pub to_m: f64,
}

impl ReachedLine {
    /// Minutes at both ends, at a walking speed in metres per second.
    #[must_use]
    pub fn minutes(&self, speed_m_per_s: f64) -> [f64; 2] {
        [self.from_m, self.to_m].map(|walk_m| walk_m / speed_m_per_s / 60.0)
    }
}

/// The streets within a walk of a place.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceArea {
    /// The limit, walking metres.
    pub limit_m: f64,
    /// Where the place was joined to its street; without one nothing is reached.
    pub snap: Snap,
    /// Every stretch of street within the limit, by edge; no two overlap.
    pub lines: Vec<ReachedLine>,
}

impl ServiceArea {
    /// The land within `buffer_m` of a reached street, on the plane.
    ///
    /// For drawing; who is covered is counted by walks, not by this outline. It
    /// crosses no river without a bridge, beyond the buffer itself. Holes, such
    /// as the inside of a large block, are filled. Rounded corners lie up to
    /// 0.5 % of the buffer inside the true arc, so the areas of two limits can
    /// cross by that much; [`StreetNetwork::isochrones`] nests them.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a buffer that is not above 0 and at most 1 km.
    pub fn polygon(&self, buffer_m: f64) -> Result<MultiPolygon<f64>> {
        if !(buffer_m > 0.0 && buffer_m <= 1000.0) {
            return Err(Error::parameter("buffer_m", &buffer_m, "give metres above 0 and at most 1,000"));
        }
        let lines: MultiLineString<f64> = self.lines.iter().map(|reached| reached.line.clone()).collect();
        let area = lines.buffer(buffer_m);
        Ok(filled(area))
    }
}

/// The same land without holes.
fn filled(area: MultiPolygon<f64>) -> MultiPolygon<f64> {
    let filled: Vec<Polygon<f64>> =
        area.0.into_iter().map(|polygon| Polygon::new(polygon.into_inner().0, vec![])).collect();
    // What stood in a hole is part of what filled it.
    if filled.len() > 1 { unary_union(&filled) } else { MultiPolygon(filled) }
}

/// A straight piece of a street with its costs in millimetres; infinite where closed.
#[derive(Debug, Clone, Copy)]
struct Piece {
    p: [f64; 2],
    q: [f64; 2],
    way_id: i64,
    /// Walking cost of the piece for someone who comes along it from p's side, and from q's.
    from_p: f64,
    from_q: f64,
}

impl StreetNetwork {
    /// The streets within a walk of a place. Costs one bounded search.
    ///
    /// # Errors
    /// A position that is not finite; a limit that is negative or not finite.
    pub fn service_area(&self, place: [f64; 2], limit_m: f64, direction: Direction) -> Result<ServiceArea> {
        check_limit(Some(limit_m))?;
        let snap = self.snap("place", &[place], &Control::new())?.rows()[0];
        let mut lines = vec![];
        if let Some(on) = snap.on {
            let (arcs, costs) = match direction {
                Direction::To => (self.graph.behind(), on.ends.toward),
                Direction::From => (self.graph.ahead(), on.ends.away),
            };
            let limit_mm = limit_mm(Some(limit_m));
            let mut worker = Worker::default();
            worker.search(arcs, &self.seeds(on.ends, costs).collect::<Vec<_>>(), limit_mm);
            let limit = f64::from(limit_mm);
            for (number, edge) in (0..).zip(&self.edges) {
                let [tail, head] = [edge.tail, edge.head].map(|junction| worker.mm(junction).map(f64::from));
                if number == on.ends.edge {
                    let (before, after) = self.split(on.ends, on.xy, direction);
                    let leg = Some(f64::from(on.ends.leg_mm));
                    cut(&before, tail, leg, limit, &mut lines);
                    cut(&after, leg, head, limit, &mut lines);
                } else if tail.is_some() || head.is_some() {
                    cut(&self.pieces_of(number, direction), tail, head, limit, &mut lines);
                }
            }
        }
        Ok(ServiceArea { limit_m, snap, lines })
    }

    /// Outlines of the land within a walk (等时圈), one per limit, each within the next larger one.
    ///
    /// In the order of the limits given. See [`ServiceArea::polygon`].
    ///
    /// # Errors
    /// As [`StreetNetwork::service_area`] and [`ServiceArea::polygon`].
    pub fn isochrones(
        &self,
        place: [f64; 2],
        limits_m: &[f64],
        buffer_m: f64,
        direction: Direction,
    ) -> Result<Vec<MultiPolygon<f64>>> {
        let mut order: Vec<usize> = (0..limits_m.len()).collect();
        order.sort_by(|&a, &b| limits_m[a].total_cmp(&limits_m[b]).then(a.cmp(&b)));
        let mut outlines = vec![MultiPolygon(vec![]); limits_m.len()];
        let mut inner = MultiPolygon(vec![]);
        for row in order {
            let area = self.service_area(place, limits_m[row], direction)?.polygon(buffer_m)?;
            inner = if inner.0.is_empty() { area } else { filled(area.union(&inner)) };
            outlines[row].clone_from(&inner);
        }
        Ok(outlines)
    }

    fn pieces_of(&self, edge: u32, direction: Direction) -> Vec<Piece> {
        let cost = |mm: u32| if mm == CLOSED { f64::INFINITY } else { f64::from(mm) };
        let piece = |segment: &super::contract::Segment| {
            let (forward, backward) = (cost(segment.forward_mm), cost(segment.backward_mm));
            let (from_p, from_q) = match direction {
                Direction::From => (forward, backward),
                Direction::To => (backward, forward),
            };
            let (p, q) = (self.raw.xy[segment.a as usize], self.raw.xy[segment.b as usize]);
            Piece { p, q, way_id: self.raw.way_id[segment.way as usize], from_p, from_q }
        };
        self.raw.segments[self.segments_of(edge)].iter().map(piece).collect()
    }

    /// The pieces of a place's own edge before and after it.
    fn split(&self, ends: Ends, at: [f64; 2], direction: Direction) -> (Vec<Piece>, Vec<Piece>) {
        let mut before = self.pieces_of(ends.edge, direction);
        let place = ends.place.0 as usize - self.edges[ends.edge as usize].first as usize;
        let mut after = before.split_off(place);
        let fraction = ends.place.1;
        let part = |cost: f64, part: f64| if part > 0.0 { cost * part } else { 0.0 };
        let whole = after[0];
        before.push(Piece {
            q: at,
            from_p: part(whole.from_p, fraction),
            from_q: part(whole.from_q, fraction),
            ..whole
        });
        after[0] = Piece {
            p: at,
            from_p: part(whole.from_p, 1.0 - fraction),
            from_q: part(whole.from_q, 1.0 - fraction),
            ..whole
        };
        (before, after)
    }
}

/// The parts of a street within the limit, given the walks to its two ends.
fn cut(pieces: &[Piece], first: Option<f64>, last: Option<f64>, limit: f64, lines: &mut Vec<ReachedLine>) {
    // Walks to each vertex that come from the first end, and from the last.
    let mut ahead = vec![first.unwrap_or(f64::INFINITY)];
    ahead.extend(pieces.iter().scan(ahead[0], |walked, piece| {
        *walked += piece.from_p;
        Some(*walked)
    }));
    let mut back = vec![last.unwrap_or(f64::INFINITY)];
    back.extend(pieces.iter().rev().scan(back[0], |walked, piece| {
        *walked += piece.from_q;
        Some(*walked)
    }));
    back.reverse();
    // Where the two meet: people come from the first end up to there.
    let meeting = |row: usize, piece: &Piece| {
        let (a, b) = (ahead[row], back[row]);
        match (a <= b, ahead[row + 1] <= back[row + 1]) {
            (true, true) => 1.0,
            (false, _) => 0.0,
            // A piece that is closed from its far side is walked from the near one to its end.
            (true, false) => {
                let (rise, fall) = (piece.from_p, piece.from_q);
                if rise.is_infinite() {
                    0.0
                } else if fall.is_infinite() || b.is_infinite() {
                    1.0
                } else if rise + fall > 0.0 {
                    ((b - a) / (rise + fall)).clamp(0.0, 1.0)
                } else {
                    1.0
                }
            }
        }
    };
    let part = |start: f64, cost: f64, most: f64| {
        if start > limit || most <= 0.0 {
            0.0
        } else if cost > 0.0 {
            ((limit - start) / cost).min(most)
        } else {
            most
        }
    };
    let mut stretch = Stretch { lines, limit, is_new: true };
    for (row, piece) in pieces.iter().enumerate() {
        let near = part(ahead[row], piece.from_p, meeting(row, piece));
        stretch.add(piece.way_id, [piece.p, piece.q], near, ahead[row], piece.from_p);
    }
    stretch.is_new = true;
    for (row, piece) in pieces.iter().enumerate().rev() {
        let far = part(back[row + 1], piece.from_q, 1.0 - meeting(row, piece));
        stretch.add(piece.way_id, [piece.q, piece.p], far, back[row + 1], piece.from_q);
    }
}

/// Lines being written, each as long as its way goes on.
struct Stretch<'a> {
    lines: &'a mut Vec<ReachedLine>,
    limit: f64,
    is_new: bool,
}

impl Stretch<'_> {
    /// Add the first part of a piece.
    fn add(&mut self, way_id: i64, [p, q]: [[f64; 2]; 2], part: f64, start: f64, cost: f64) {
        let end = if part >= 1.0 { q } else { [p[0] + part * (q[0] - p[0]), p[1] + part * (q[1] - p[1])] };
        if part <= 0.0 || p == end {
            self.is_new |= part < 1.0;
            return;
        }
        let walked = if cost > 0.0 { part.min(1.0) * cost } else { 0.0 };
        let to_m = (start + walked).min(self.limit) / 1000.0;
        match self.lines.last_mut() {
            Some(line) if !self.is_new && line.way_id == way_id => {
                line.line.0.push(end.into());
                line.to_m = to_m;
            }
            _ => {
                self.lines.push(ReachedLine { way_id, line: vec![p, end].into(), from_m: start / 1000.0, to_m });
            }
        }
        self.is_new = part < 1.0;
    }
}
