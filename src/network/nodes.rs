//! The nodes of a network as places, without a search for their streets.

use rayon::prelude::*;

use super::{
    StreetNetwork,
    snap::{Place, Snap, Snapped},
};
use crate::threads;

impl StreetNetwork {
    /// Every node of the tables, lines or ways that the network was made of, in
    /// their order, as a place of its own; later nodes are those that edits made.
    ///
    /// A node belongs to a street that meets there, so its walks begin and end
    /// exactly at it. Nodes without a street are unsnapped.
    #[must_use]
    pub fn nodes(&self) -> Snapped {
        const NONE: u32 = u32::MAX;
        // Twice the segment, plus one where the node is its second end; the lowest of each node.
        let mut half = vec![NONE; self.raw.xy.len()];
        for (row, segment) in self.raw.segments.iter().enumerate().rev() {
            let row = row as u32;
            half[segment.b as usize] = 2 * row + 1;
            half[segment.a as usize] = 2 * row;
        }
        let place = |(&half, &xy): (&u32, &[f64; 2])| {
            if half == NONE {
                return Snap { nearest_m: None, nearest_way: None, on: None };
            }
            let segment = half / 2;
            let fraction = f64::from(half % 2);
            let way_id = self.raw.way_id[self.raw.segments[segment as usize].way as usize];
            let edge = self.edge_of[segment as usize];
            let mut ends = self.ends(edge, segment, fraction, 0);
            // At a junction one may turn into any of its streets, also where this one is one-way.
            let all = self.segments_of(edge);
            for (end, outermost) in [(0, 2 * all.start as u32), (1, 2 * all.end as u32 - 1)] {
                if half == outermost {
                    (ends.away[end], ends.toward[end]) = (0, 0);
                }
            }
            let on = Place { way_id, xy, leg_m: 0.0, fraction, segment, ends };
            Snap { nearest_m: Some(0.0), nearest_way: Some(way_id), on: Some(on) }
        };
        let rows = threads::install(|| half.par_iter().zip(&self.raw.xy).map(place).collect());
        Snapped { rows, xy: self.raw.xy.clone(), serial: self.serial }
    }
}
