//! The edge of the streets we know, and who can walk off it.

use geo::Intersects;

use super::{
    StreetNetwork,
    contract::LONGEST_MM,
    search::{NOBODY, Seed, nearest_source},
    snap::Ends,
};
use crate::{control::Control, error::Result};

/// Where the streets we know end.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Extent {
    /// Vertices from which streets lead on that we don't know.
    pub exits: Vec<u32>,
    /// Where the edge is unknown: the convex hull of the streets, which is
    /// taken for it in a straight line.
    pub hull: Vec<[f64; 2]>,
}

impl StreetNetwork {
    /// The same streets, complete within an outline on the plane and not beyond.
    ///
    /// Rows from which one can walk out of it are
    /// [`Clipped`](crate::reach::Access::Clipped). `None` says that no street
    /// leads on: an island. Without this, an OpenStreetMap extract takes the
    /// box in its header, or else the convex hull of its streets and straight
    /// lines to it; other streets are taken as whole.
    ///
    /// # Errors
    /// As building the network.
    pub fn with_extent(&self, outline: Option<&geo::Polygon<f64>>) -> Result<Self> {
        let mut extent = Extent::default();
        if let Some(outline) = outline {
            let is_outside = |&(_, xy): &(u32, &[f64; 2])| !outline.intersects(&geo::Point::from(*xy));
            extent.exits = (0..).zip(&self.raw.xy).filter(is_outside).map(|(vertex, _)| vertex).collect();
        }
        let barriers = self.barriers.iter().copied().collect();
        Self::build(self.raw.clone(), self.plane.clone(), self.rule, extent, barriers, self.source.clone())
    }

    /// Millimetres from a place to where the known streets end; `None` where no way leads there.
    pub(crate) fn exit_mm(&self, ends: Ends, from: [f64; 2]) -> Option<u32> {
        let exits = self.exit_of.get_or_init(|| {
            let mut seeds = vec![];
            for (number, vertex) in (0..).zip(&self.vertex) {
                if self.extent.exits.binary_search(vertex).is_ok() {
                    seeds.push(Seed { junction: number, mm: 0, source: 0 });
                }
            }
            // Nobody holds this control, so nobody can stop it.
            nearest_source(self.graph.behind(), &seeds, LONGEST_MM, &Control::new()).unwrap_or_default()
        });
        let through = self.seeds(ends, ends.away).filter_map(|(junction, away_mm)| {
            let label = exits[junction as usize];
            (label != NOBODY).then(|| away_mm.saturating_add((label >> 32) as u32))
        });
        let straight = (!self.extent.hull.is_empty()).then(|| {
            #[allow(clippy::cast_sign_loss)] // a distance; the cast stops at the largest number
            let mm = (ring_m(&self.extent.hull, from) * 1000.0) as u32;
            mm
        });
        through.chain(straight).min()
    }
}

/// Straight line to a closed ring, metres; 0 outside of it, which must turn left and be convex.
fn ring_m(ring: &[[f64; 2]], from: [f64; 2]) -> f64 {
    let mut nearest_m = f64::INFINITY;
    for (here, next) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let along = [next[0] - here[0], next[1] - here[1]];
        let length_m = along[0].hypot(along[1]);
        if length_m > 0.0 {
            let inward_m = (along[0] * (from[1] - here[1]) - along[1] * (from[0] - here[0])) / length_m;
            nearest_m = nearest_m.min(inward_m.max(0.0));
        }
    }
    nearest_m
}
