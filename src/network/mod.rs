//! Streets (路网): how far it is on foot along the ways people walk.
//!
//! A [`StreetNetwork`] is read once, from an OpenStreetMap extract, from lines or
//! from tables of nodes and edges, and then only asked. It is a [`Walk`] like
//! [`CrowFly`](crate::walk::CrowFly), so every question can be asked of either.
//!
//! Places are joined to the nearest point of a street, walk the straight line to
//! it, along the streets, and the straight line at the other end. Lengths are
//! whole millimetres, so the same input gives the same bits on any number of
//! threads, and searching from either side gives the same walk.

mod aggregate;
mod barriers;
mod cache;
mod cells;
mod contract;
mod critical;
mod edits;
mod explain;
mod extent;
mod graph;
mod inventory;
mod isochrone;
mod lines;
mod nodes;
mod osm;
mod pairs;
mod pbf;
mod profile;
mod report;
mod search;
mod snap;
mod tables;
mod verdict;
mod walk;

use std::{
    fmt,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use rstar::{
    RTree,
    primitives::{GeomWithData, Line},
};
use sha2::{Digest, Sha256};

pub use aggregate::Weight;
pub use barriers::BarrierIndex;
pub use cache::ReachLists;
use contract::{Edge, Raw, contract};
pub use critical::CriticalStreet;
pub use edits::{Edits, Effect};
pub use explain::{Explanation, Step};
use extent::Extent;
use graph::Graph;
pub use inventory::{Size, Street};
pub use isochrone::{Direction, ReachedLine, ServiceArea};
pub use lines::StreetLine;
pub use osm::{OsmStreets, OsmWay, Reading};
pub use profile::{Foot, Gates, Highway, Permit, Profile, Slower};
pub use report::{Detour, NearMiss, Piece};
use snap::SegmentTree;
pub use snap::{Place, Snap, SnapRule, Snapped};
pub use verdict::{Reason, Verdict};

use crate::{crs::Plane, error::Result, walk::StreetAssumptions};

#[allow(unused_imports)] // the documentation above speaks of it
use crate::walk::Walk;

/// Streets on a metric plane, ready to be asked.
///
/// Two graphs in one: straight pieces of street for snapping and drawing, and
/// junctions with the streets between them, numbered along a Hilbert curve, for
/// searching. It never changes; an edit makes another one.
pub struct StreetNetwork {
    plane: Plane,
    raw: Raw,
    edges: Vec<Edge>,
    /// Vertex of each junction.
    vertex: Vec<u32>,
    /// Edge of each segment.
    edge_of: Vec<u32>,
    graph: Graph,
    /// Junctions of each piece, or of the piece it was cut from.
    piece_weight: Vec<u32>,
    heaviest: u32,
    /// Made when a place is first looked for: who asks only of nodes needs none.
    tree: OnceLock<SegmentTree>,
    rule: SnapRule,
    /// Lines that no walk crosses, also not on the way to its street.
    barriers: RTree<Line<[f64; 2]>>,
    extent: Extent,
    exit_of: OnceLock<Vec<u64>>,
    source: Source,
    hash: OnceLock<String>,
    serial: u64,
}

/// Where streets came from.
#[derive(Debug, Clone, PartialEq, Default)]
struct Source {
    kind: &'static str,
    /// Name and hash of the walker's profile.
    profile: Option<(String, String)>,
    reading: Option<Reading>,
}

impl StreetNetwork {
    fn build(
        mut raw: Raw,
        plane: Plane,
        rule: SnapRule,
        extent: Extent,
        barriers: Vec<Line<[f64; 2]>>,
        source: Source,
    ) -> Result<Self> {
        static SERIAL: AtomicU64 = AtomicU64::new(0);
        let streets = contract(&mut raw, &extent.exits)?;
        let graph = Graph::new(&streets);
        let mut edge_of = Vec::with_capacity(raw.segments.len());
        for (number, edge) in (0..).zip(&streets.edges) {
            let next = streets.edges.get(number as usize + 1).map_or(raw.segments.len(), |next| next.first as usize);
            edge_of.resize(edge_of.len() + next - edge.first as usize, number);
        }
        let mut piece_weight = vec![0_u32; graph.pieces as usize];
        if raw.before.is_empty() {
            graph.piece.iter().for_each(|&piece| piece_weight[piece as usize] += 1);
        } else {
            for (&edge, &before) in edge_of.iter().zip(&raw.before) {
                let weight = &mut piece_weight[graph.piece[streets.edges[edge as usize].tail as usize] as usize];
                *weight = before.max(*weight);
            }
        }
        Ok(Self {
            tree: OnceLock::new(),
            heaviest: piece_weight.iter().copied().max().unwrap_or(0),
            edges: streets.edges,
            vertex: streets.vertex,
            barriers: RTree::bulk_load(barriers),
            exit_of: OnceLock::new(),
            hash: OnceLock::new(),
            serial: SERIAL.fetch_add(1, Ordering::Relaxed),
            plane,
            raw,
            edge_of,
            graph,
            piece_weight,
            rule,
            extent,
            source,
        })
    }

    /// The same streets with another rule for snapping.
    ///
    /// # Errors
    /// [`Error::Parameter`](crate::Error::Parameter) for a distance that is not 0 to 100 km.
    pub fn with_snapping(mut self, rule: SnapRule) -> Result<Self> {
        self.rule = rule.check()?;
        Ok(self)
    }

    /// The plane that every position of this network is on. Tables that are
    /// asked about must be on the same one.
    #[must_use]
    pub fn plane(&self) -> &Plane {
        &self.plane
    }

    /// The same streets on another plane, for tables whose positions are on one.
    #[must_use]
    pub fn with_plane(mut self, plane: Plane) -> Self {
        self.plane = plane;
        self
    }

    /// How places are joined to streets.
    #[must_use]
    pub fn snap_rule(&self) -> SnapRule {
        self.rule
    }

    /// What was read and what was left out, for streets from OpenStreetMap.
    #[must_use]
    pub fn reading(&self) -> Option<&Reading> {
        self.source.reading.as_ref()
    }

    /// SHA-256 of vertices, segments and barriers, the first 16 hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        self.hash.get_or_init(|| {
            let mut digest = Sha256::new();
            for [x, y] in &self.raw.xy {
                digest.update(x.to_le_bytes());
                digest.update(y.to_le_bytes());
            }
            for segment in &self.raw.segments {
                for number in [segment.a, segment.b, segment.forward_mm, segment.backward_mm, segment.length_mm] {
                    digest.update(number.to_le_bytes());
                }
                digest.update(self.raw.way_id[segment.way as usize].to_le_bytes());
            }
            let mut barriers: Vec<[u64; 4]> = self
                .barriers
                .iter()
                .map(|line| [line.from[0], line.from[1], line.to[0], line.to[1]].map(f64::to_bits))
                .collect();
            barriers.sort_unstable();
            barriers.iter().flatten().for_each(|bits| digest.update(bits.to_le_bytes()));
            hex(&digest.finalize()[..8])
        })
    }

    fn street_assumptions(&self) -> StreetAssumptions {
        let (profile, profile_hash) = self.source.profile.clone().unzip();
        StreetAssumptions {
            source: self.source.kind.to_owned(),
            network_hash: self.hash().to_owned(),
            profile,
            profile_hash,
            max_snap_m: self.rule.max_m,
            min_junctions: self.rule.min_junctions,
        }
    }

    /// Every straight piece of street, by where it is.
    fn tree(&self) -> &SegmentTree {
        self.tree.get_or_init(|| {
            let items = (0..).zip(&self.raw.segments).map(|(number, segment)| {
                let line = Line::new(self.raw.xy[segment.a as usize], self.raw.xy[segment.b as usize]);
                GeomWithData::new(line, number)
            });
            RTree::bulk_load(items.collect())
        })
    }

    fn piece_of(&self, segment: u32) -> u32 {
        self.graph.piece[self.edges[self.edge_of[segment as usize] as usize].tail as usize]
    }

    /// The segments of an edge, from its tail to its head.
    fn segments_of(&self, edge: u32) -> std::ops::Range<usize> {
        let next = self.edges.get(edge as usize + 1).map_or(self.raw.segments.len(), |next| next.first as usize);
        self.edges[edge as usize].first as usize..next
    }

    /// Whether a straight line crosses or touches a barrier.
    fn is_cut_off(&self, from: [f64; 2], to: [f64; 2]) -> bool {
        use geo::Intersects;
        if self.barriers.size() == 0 {
            return false;
        }
        let line = |a: [f64; 2], b: [f64; 2]| geo::Line::new(a, b);
        let box_of = rstar::AABB::from_corners(from, to);
        self.barriers
            .locate_in_envelope_intersecting(&box_of)
            .any(|barrier| line(barrier.from, barrier.to).intersects(&line(from, to)))
    }
}

impl fmt::Debug for StreetNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Size { junctions, edges, length_m, .. } = self.size();
        write!(f, "StreetNetwork({junctions} junctions, {edges} streets, {:.1} km)", length_m / 1000.0)
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
