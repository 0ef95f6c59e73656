//! What if a gate closed, a river had no bridge there, or a footbridge were built?

use geo::{
    Line, LineString,
    line_intersection::{LineIntersection, line_intersection},
};
use rstar::AABB;
use serde::Serialize;

use super::{
    StreetNetwork,
    contract::{CLOSED, Raw, Segment, millimetres},
    lines::check_lines,
};
use crate::{
    demand::check_finite,
    error::{Error, Result},
};

/// A street ends this far from a barrier that cuts it, so that the people on
/// either side are joined to their own end, metres.
const CLEAR_M: f64 = 0.01;

/// Changes to a network, in metres on its plane. Closing comes before adding: a
/// new footbridge may cross a barrier.
#[derive(Debug, Clone, PartialEq)]
pub struct Edits {
    /// Rivers, walls and railways: every street that crosses or touches one is
    /// cut there, and nobody walks across it to reach a street.
    pub barriers: Vec<LineString<f64>>,
    /// Closed gates: the nearest street is cut at that place. A gate on a
    /// junction closes it to every street that meets there.
    pub gates: Vec<[f64; 2]>,
    /// Ways that are taken out, such as a missing bridge.
    pub closed_ways: Vec<i64>,
    /// New two-way paths. Their ends are joined to the nearest street, and the
    /// straight line to it is part of the path. The way of the first is -1, of
    /// the second -2 and so on, counting on from earlier edits.
    pub additions: Vec<LineString<f64>>,
    /// Farthest a gate or the end of an addition may lie from its street, metres.
    pub join_m: f64,
}

impl Default for Edits {
    /// No change, and 20 m to join what is added.
    fn default() -> Self {
        Self { barriers: vec![], gates: vec![], closed_ways: vec![], additions: vec![], join_m: 20.0 }
    }
}

/// What an edit did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Effect {
    /// Cuts that each barrier made.
    pub cut_by_barrier: Vec<usize>,
    /// Distance from each gate to the street it cut, metres.
    pub gate_m: Vec<f64>,
    /// Length of the ways taken out, metres.
    pub closed_m: f64,
    /// For each addition how far its two ends were from the streets they were joined to, metres.
    pub joined_m: Vec<[f64; 2]>,
}

/// Something that happens along a segment.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Event {
    /// It is cut.
    Cut,
    /// It meets this new vertex.
    Meet(u32),
}

impl StreetNetwork {
    /// The same streets after some changes, and what these did. This network stays as it is.
    ///
    /// Costs as much as building the network from tables. Pieces that a barrier
    /// cuts off stay streets that people are joined to, however small.
    ///
    /// # Errors
    /// Positions that are not finite; [`Error::Unknown`] for a way that is not
    /// in the network; [`Error::Parameter`] for a gate or an end that is
    /// farther than `join_m` from every street, with the distance.
    pub fn edited(&self, edits: &Edits) -> Result<(Self, Effect)> {
        check_lines("barriers", &edits.barriers)?;
        check_lines("additions", &edits.additions)?;
        check_finite("gates", &edits.gates)?;
        let mut effect = Effect::default();
        let is_closed = self.close(&edits.closed_ways, &mut effect)?;
        let mut events: Vec<(u32, f64, Event)> = vec![];
        let mut barriers: Vec<rstar::primitives::Line<[f64; 2]>> = self.barriers.iter().copied().collect();
        for barrier in &edits.barriers {
            let before = events.len();
            for line in barrier.lines() {
                self.cut_along(line, &mut events);
                barriers.push(rstar::primitives::Line::new(line.start.into(), line.end.into()));
            }
            effect.cut_by_barrier.push(events.len() - before);
        }
        for (row, &gate) in edits.gates.iter().enumerate() {
            let (segment, fraction, metres) = self.join("gates", row, gate, edits.join_m, &is_closed)?;
            events.push((segment, fraction, Event::Cut));
            effect.gate_m.push(metres);
        }
        let mut raw = Raw { segments: vec![], before: vec![], ..self.raw.clone() };
        for (row, line) in edits.additions.iter().enumerate() {
            let joined = self.add(row, line, edits.join_m, &is_closed, &mut raw, &mut events)?;
            effect.joined_m.push(joined);
        }
        self.rebuild(&mut raw, &is_closed, events);
        let network =
            Self::build(raw, self.plane.clone(), self.rule, self.extent.clone(), barriers, self.source.clone())?;
        Ok((network, effect))
    }

    /// Which segments belong to closed ways.
    fn close(&self, ways: &[i64], effect: &mut Effect) -> Result<Vec<bool>> {
        let mut ways = ways.to_vec();
        ways.sort_unstable();
        let mut met = vec![false; ways.len()];
        let mut is_closed = vec![false; self.raw.segments.len()];
        for (segment, is_closed) in self.raw.segments.iter().zip(&mut is_closed) {
            if let Ok(place) = ways.binary_search(&self.raw.way_id[segment.way as usize]) {
                (met[place], *is_closed) = (true, true);
                effect.closed_m += f64::from(segment.length_mm) / 1000.0;
            }
        }
        match ways.iter().zip(met).find(|&(_, met)| !met) {
            Some((way, _)) => Err(Error::Unknown { kind: "way", name: way.to_string(), known: vec![] }),
            None => Ok(is_closed),
        }
    }

    /// Cut every segment that a straight line crosses or touches.
    fn cut_along(&self, line: Line<f64>, events: &mut Vec<(u32, f64, Event)>) {
        let envelope = AABB::from_corners(line.start.into(), line.end.into());
        for item in self.tree().locate_in_envelope_intersecting(&envelope) {
            let street = Line::new(item.geom().from, item.geom().to);
            let fraction = |at: geo::Coord<f64>| {
                let along = street.delta();
                let squared = along.x * along.x + along.y * along.y;
                let dot = (at.x - street.start.x) * along.x + (at.y - street.start.y) * along.y;
                if squared > 0.0 { (dot / squared).clamp(0.0, 1.0) } else { 0.0 }
            };
            match line_intersection(street, line) {
                Some(LineIntersection::SinglePoint { intersection, .. }) => {
                    events.push((item.data, fraction(intersection), Event::Cut));
                }
                // A street along the barrier itself is cut at both ends of what they share.
                Some(LineIntersection::Collinear { intersection }) => {
                    events.push((item.data, fraction(intersection.start), Event::Cut));
                    events.push((item.data, fraction(intersection.end), Event::Cut));
                }
                None => {}
            }
        }
    }

    /// The nearest open street: segment, fraction and distance.
    fn join(
        &self,
        table: &'static str,
        row: usize,
        from: [f64; 2],
        join_m: f64,
        is_closed: &[bool],
    ) -> Result<(u32, f64, f64)> {
        let nearest = self
            .tree()
            .nearest_neighbor_iter_with_distance_2(&from)
            .map(|(item, squared)| (squared, self.raw.segments[item.data as usize].way, item.data))
            .find(|&(.., segment)| !is_closed[segment as usize]);
        let metres = nearest.map_or(f64::INFINITY, |(squared, ..)| squared.sqrt());
        match nearest {
            Some((.., segment)) if metres <= join_m => Ok((segment, self.foot(from, segment).0, metres)),
            _ => {
                let rule = if nearest.is_some() {
                    format!("its nearest street is {metres:.1} m away; move it there or raise join_m from {join_m}")
                } else {
                    "there is no street left to join it to".to_owned()
                };
                Err(Error::parameter(table, &format!("row {row}"), &rule))
            }
        }
    }

    /// Add a path, its ends joined to streets.
    fn add(
        &self,
        row: usize,
        line: &LineString<f64>,
        join_m: f64,
        is_closed: &[bool],
        raw: &mut Raw,
        events: &mut Vec<(u32, f64, Event)>,
    ) -> Result<[f64; 2]> {
        let (Some(first), Some(last)) = (line.0.first(), line.0.last()) else {
            return Err(Error::parameter("additions", &format!("row {row}"), "has no position"));
        };
        let mut course = vec![];
        let mut joined = [0.0; 2];
        let mut feet = [[0.0; 2]; 2];
        for (end, at) in [*first, *last].into_iter().enumerate() {
            let (segment, fraction, metres) = self.join("additions", row, at.into(), join_m, is_closed)?;
            feet[end] = self.foot(at.into(), segment).1;
            joined[end] = metres;
            events.push((segment, fraction, Event::Meet((raw.xy.len() + end) as u32)));
        }
        // The two feet are the first new vertices, the path's own come after.
        let start = raw.xy.len() as u32;
        raw.xy.extend(feet);
        course.push(start);
        for at in &line.0 {
            course.push(raw.xy.len() as u32);
            raw.xy.push((*at).into());
        }
        course.push(start + 1);
        raw.node_id.resize(raw.xy.len(), -1);
        let way = raw.way_id.len() as u32;
        raw.way_id.push(raw.way_id.iter().copied().fold(0, i64::min) - 1);
        for pair in course.windows(2) {
            let (p, q) = (raw.xy[pair[0] as usize], raw.xy[pair[1] as usize]);
            let length_m = (p[0] - q[0]).hypot(p[1] - q[1]);
            let length_mm = millimetres(length_m)
                .ok_or_else(|| Error::parameter("additions", &format!("row {row}"), "is longer than 2,147 km"))?;
            let (a, b) = (pair[0], pair[1]);
            raw.segments.push(Segment { a, b, forward_mm: length_mm, backward_mm: length_mm, length_mm, way });
            raw.before.push(0);
        }
        Ok(joined)
    }

    /// Write the open segments, divided where something happens on them.
    fn rebuild(&self, raw: &mut Raw, is_closed: &[bool], mut events: Vec<(u32, f64, Event)>) {
        events.sort_by(|x, y| x.0.cmp(&y.0).then(x.1.total_cmp(&y.1)));
        let mut at = 0;
        for (number, &segment) in (0_u32..).zip(&self.raw.segments) {
            let first = at;
            while events.get(at).is_some_and(|event| event.0 == number) {
                at += 1;
            }
            if is_closed[number as usize] {
                continue;
            }
            let before = self.piece_weight[self.piece_of(number) as usize];
            for piece in divide(segment, &events[first..at], raw) {
                raw.segments.push(piece);
                raw.before.push(before);
            }
        }
    }
}

/// The parts of a segment between the events on it.
fn divide(segment: Segment, events: &[(u32, f64, Event)], raw: &mut Raw) -> Vec<Segment> {
    let (p, q) = (raw.xy[segment.a as usize], raw.xy[segment.b as usize]);
    let length_m = (p[0] - q[0]).hypot(p[1] - q[1]);
    let clear = if length_m > 0.0 { (CLEAR_M / length_m).min(0.25) } else { 0.0 };
    let mut vertex = |fraction: f64| {
        raw.xy.push([p[0] + fraction * (q[0] - p[0]), p[1] + fraction * (q[1] - p[1])]);
        raw.node_id.push(-1);
        raw.xy.len() as u32 - 1
    };
    let cost = |mm: u32, from: f64, to: f64| {
        #[allow(clippy::cast_sign_loss)] // fractions are 0 to 1
        let part = |fraction: f64| (f64::from(mm) * fraction).round() as u32;
        if mm == CLOSED { CLOSED } else { part(to) - part(from) }
    };
    let mut pieces = vec![];
    let (mut from, mut start) = (0.0, segment.a);
    let close = |pieces: &mut Vec<Segment>, from: f64, start: u32, to: f64, end: u32| {
        pieces.push(Segment {
            a: start,
            b: end,
            forward_mm: cost(segment.forward_mm, from, to),
            backward_mm: cost(segment.backward_mm, from, to),
            length_mm: cost(segment.length_mm, from, to),
            way: segment.way,
        });
    };
    for &(_, fraction, event) in events {
        match event {
            Event::Meet(meet) => {
                let to = fraction.max(from);
                close(&mut pieces, from, start, to, meet);
                (from, start) = (to, meet);
            }
            Event::Cut => {
                // What is cleared is lost, so that what remains is as long as it looks.
                if fraction > from {
                    let to = (fraction - clear).max(f64::midpoint(from, fraction));
                    let end = vertex(to);
                    close(&mut pieces, from, start, to, end);
                }
                from = (fraction + clear).min(f64::midpoint(fraction, 1.0));
                start = vertex(from);
            }
        }
    }
    let is_cut_at_end = matches!(events.last(), Some(&(_, fraction, Event::Cut)) if fraction >= 1.0);
    if !is_cut_at_end {
        close(&mut pieces, from, start, 1.0, segment.b);
    }
    pieces
}
