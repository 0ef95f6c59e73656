//! Why a row has the answer it has: its nearest site and the way there.

use std::{cmp::Reverse, collections::BinaryHeap};

use geo::LineString;
use serde::Serialize;

use super::{
    StreetNetwork,
    contract::{CLOSED, Segment},
    snap::Place,
    walk::metres,
};
use crate::{control::Control, error::Result};

/// A walk to the nearest site, step by step.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The nearest site; ties go to the lower row.
    pub site: u32,
    /// The walk, metres: legs and streets.
    pub walk_m: f64,
    /// The straight line, metres.
    pub crow_m: f64,
    /// The walk from the place to its street, metres.
    pub leg_from_m: f64,
    /// The walk from the street to the site, metres.
    pub leg_to_m: f64,
    /// The whole walk on the plane, legs included.
    pub route: LineString<f64>,
    /// The ways walked, in order.
    pub steps: Vec<Step>,
}

impl Explanation {
    /// Walked length over straight-line length; `None` where place and site coincide.
    #[must_use]
    pub fn detour(&self) -> Option<f64> {
        (self.crow_m > 0.0).then(|| self.walk_m / self.crow_m)
    }
}

/// A stretch of one way.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Step {
    /// The way.
    pub way_id: i64,
    /// Walking metres along it.
    pub walk_m: f64,
}

/// A route being written.
struct Route {
    line: Vec<[f64; 2]>,
    steps: Vec<Step>,
}

impl StreetNetwork {
    /// The nearest site of a place and the walk to it; `None` where there is none.
    ///
    /// # Errors
    /// Positions that are not finite.
    pub fn explain(&self, place: [f64; 2], sites: &[[f64; 2]], control: &Control) -> Result<Option<Explanation>> {
        let from = self.snap("place", &[place], control)?;
        let to = self.snap("sites", sites, control)?;
        let Some((site, walk_m)) = self.nearest_of(&from, &to, control)?.get(0) else { return Ok(None) };
        let (Some(start), Some(end)) = (from.rows()[0].on, to.rows()[site as usize].on) else { return Ok(None) };
        let target = sites[site as usize];
        let mut route = Route { line: vec![place], steps: vec![] };
        self.write_route(&mut route, &start, &end);
        route.line.push(target);
        route.line.dedup();
        // A line has two ends, even where they coincide.
        if route.line.len() == 1 {
            route.line.push(target);
        }
        Ok(Some(Explanation {
            site,
            walk_m,
            crow_m: (target[0] - place[0]).hypot(target[1] - place[1]),
            leg_from_m: start.leg_m,
            leg_to_m: end.leg_m,
            route: route.line.into(),
            steps: route.steps,
        }))
    }

    /// The shortest way between two places that have one.
    fn write_route(&self, route: &mut Route, start: &Place, end: &Place) {
        let along_mm = start.ends.along(end.ends);
        let through = self.junctions_between(start, end);
        let edge = start.ends.edge;
        match through {
            Some((mm, junctions)) if along_mm.is_none_or(|along_mm| mm < along_mm) => {
                let (first, last) = (junctions[0], junctions[junctions.len() - 1]);
                self.walk_edge(route, edge, start.ends.place, self.end_place(edge, first, start.ends.away));
                for pair in junctions.windows(2) {
                    if let Some((edge, forward)) = self.edge_between(pair[0], pair[1]) {
                        let ends = (self.tail_place(edge), self.head_place(edge));
                        let (from, to) = if forward { ends } else { (ends.1, ends.0) };
                        self.walk_edge(route, edge, from, to);
                    }
                }
                let edge = end.ends.edge;
                let from = self.end_place(edge, last, end.ends.toward);
                self.walk_edge(route, edge, from, end.ends.place);
            }
            _ => self.walk_edge(route, edge, start.ends.place, end.ends.place),
        }
    }

    fn tail_place(&self, edge: u32) -> (u32, f64) {
        (self.edges[edge as usize].first, 0.0)
    }

    fn head_place(&self, edge: u32) -> (u32, f64) {
        (self.segments_of(edge).end as u32 - 1, 1.0)
    }

    /// The end of an edge that is this junction: of a loop, the one that costs less.
    fn end_place(&self, edge: u32, junction: u32, costs: [u32; 2]) -> (u32, f64) {
        let ends = self.edges[edge as usize];
        let is_tail = ends.tail == junction && (ends.head != junction || costs[0] <= costs[1]);
        if is_tail { self.tail_place(edge) } else { self.head_place(edge) }
    }

    /// Follow an edge from one place on it to another.
    fn walk_edge(&self, route: &mut Route, edge: u32, from: (u32, f64), to: (u32, f64)) {
        let is_forward = from <= to;
        let range = self.segments_of(edge);
        let (low, high) = if is_forward { (from, to) } else { (to, from) };
        let inside = range.filter(|&row| row >= low.0 as usize && row <= high.0 as usize);
        let mut pieces: Vec<(&Segment, f64, f64)> = inside
            .map(|row| {
                let part = |place: (u32, f64), other: f64| if place.0 as usize == row { place.1 } else { other };
                (&self.raw.segments[row], part(low, 0.0), part(high, 1.0))
            })
            .collect();
        if !is_forward {
            pieces.reverse();
        }
        for (segment, start, end) in pieces {
            let (a, b) = (self.raw.xy[segment.a as usize], self.raw.xy[segment.b as usize]);
            let at = |part: f64| [a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])];
            let (first, last, cost) =
                if is_forward { (start, end, segment.forward_mm) } else { (end, start, segment.backward_mm) };
            route.line.extend([at(first), at(last)]);
            let walk_m = if cost == CLOSED { 0.0 } else { metres(cost) * (end - start) };
            let way_id = self.raw.way_id[segment.way as usize];
            match route.steps.last_mut() {
                Some(step) if step.way_id == way_id => step.walk_m += walk_m,
                _ if walk_m > 0.0 => route.steps.push(Step { way_id, walk_m }),
                _ => {}
            }
        }
    }

    /// The cheapest edge between two junctions and whether it is walked from its tail; the lowest of equal ones.
    fn edge_between(&self, from: u32, to: u32) -> Option<(u32, bool)> {
        let key = (from.min(to), from.max(to));
        let of = |edge: &super::Edge| (edge.tail.min(edge.head), edge.tail.max(edge.head));
        let first = self.edges.partition_point(|edge| of(edge) < key);
        let parallel = (first as u32..).zip(self.edges[first..].iter().take_while(|edge| of(edge) == key));
        parallel
            .map(|(number, edge)| {
                let forward = edge.tail == from;
                (if forward { edge.forward_mm } else { edge.backward_mm }, number, forward)
            })
            .min()
            .map(|(_, number, forward)| (number, forward))
    }

    /// The cheapest chain of junctions from one place to another, and its millimetres.
    fn junctions_between(&self, start: &Place, end: &Place) -> Option<(u32, Vec<u32>)> {
        let arcs = self.graph.ahead();
        let mut known: Vec<(u32, u32)> = vec![(u32::MAX, u32::MAX); arcs.junctions()];
        let mut heap = BinaryHeap::new();
        for (junction, mm) in self.seeds(start.ends, start.ends.away) {
            if mm < known[junction as usize].0 {
                known[junction as usize] = (mm, junction);
                heap.push(Reverse((mm, junction)));
            }
        }
        let arrivals: Vec<(u32, u32)> = self.seeds(end.ends, end.ends.toward).collect();
        let mut best: Option<(u32, u32)> = None;
        while let Some(Reverse((mm, junction))) = heap.pop() {
            if best.is_some_and(|(best_mm, _)| mm >= best_mm) {
                break;
            }
            if known[junction as usize].0 != mm {
                continue;
            }
            for &(_, rest_mm) in arrivals.iter().filter(|arrival| arrival.0 == junction) {
                let arrival = (mm.saturating_add(rest_mm), junction);
                best = Some(best.map_or(arrival, |best| best.min(arrival)));
            }
            for &[to, cost_mm] in arcs.leaving(junction) {
                let offered = mm.saturating_add(cost_mm);
                if offered < known[to as usize].0 {
                    known[to as usize] = (offered, junction);
                    heap.push(Reverse((offered, to)));
                }
            }
        }
        let (mm, last) = best?;
        let mut chain = vec![last];
        let mut at = last;
        while known[at as usize].1 != at {
            at = known[at as usize].1;
            chain.push(at);
        }
        chain.reverse();
        Some((mm, chain))
    }
}
