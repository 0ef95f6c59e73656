//! What a network holds: its size, and its streets one by one.

use geo::LineString;
use serde::Serialize;

use super::{StreetNetwork, contract::CLOSED, walk::metres};

/// How large a network is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Size {
    /// Vertices of its lines.
    pub vertices: usize,
    /// Straight pieces between them.
    pub segments: usize,
    /// Junctions, dead ends included.
    pub junctions: usize,
    /// Streets between junctions.
    pub edges: usize,
    /// Length of all streets, metres.
    pub length_m: f64,
}

/// A street from one junction to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Street {
    /// Its first way.
    pub way_id: i64,
    /// Its course on the plane.
    pub line: LineString<f64>,
    /// Its length, metres.
    pub length_m: f64,
    /// Walking metres from its beginning to its end; `None` where that is forbidden.
    pub forward_m: Option<f64>,
    /// Walking metres back.
    pub backward_m: Option<f64>,
}

impl StreetNetwork {
    /// Vertices, straight pieces, junctions and the streets between them.
    #[must_use]
    pub fn size(&self) -> Size {
        Size {
            vertices: self.raw.xy.len(),
            segments: self.raw.segments.len(),
            junctions: self.vertex.len(),
            edges: self.edges.len(),
            length_m: self.raw.segments.iter().map(|segment| u64::from(segment.length_mm)).sum::<u64>() as f64 / 1000.0,
        }
    }

    /// Every street from junction to junction, those that nobody may walk left out.
    #[must_use]
    pub fn streets(&self) -> Vec<Street> {
        let cost = |mm: u32| (mm != CLOSED).then(|| metres(mm));
        let street = |number: u32| {
            let edge = self.edges[number as usize];
            let first = self.raw.segments[edge.first as usize];
            Street {
                way_id: self.raw.way_id[first.way as usize],
                line: self.course(number),
                length_m: self.length_of(number),
                forward_m: cost(edge.forward_mm),
                backward_m: cost(edge.backward_mm),
            }
        };
        let streets = (0..self.edges.len() as u32).map(street);
        streets.filter(|street| street.forward_m.is_some() || street.backward_m.is_some()).collect()
    }

    /// The course of an edge from its tail to its head.
    pub(super) fn course(&self, edge: u32) -> LineString<f64> {
        let segments = &self.raw.segments[self.segments_of(edge)];
        let first = segments.first().map(|segment| segment.a);
        let vertices = first.into_iter().chain(segments.iter().map(|segment| segment.b));
        vertices.map(|vertex| geo::Coord::from(self.raw.xy[vertex as usize])).collect()
    }

    /// The length of an edge on the ground, metres.
    pub(super) fn length_of(&self, edge: u32) -> f64 {
        let segments = &self.raw.segments[self.segments_of(edge)];
        segments.iter().map(|segment| u64::from(segment.length_mm)).sum::<u64>() as f64 / 1000.0
    }
}
