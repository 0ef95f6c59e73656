//! What lies between two places: the rivers, railways and expressways that a straight line crosses.

use geo::{Intersects, LineString, MultiLineString};
use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Line},
};

/// Lines that may lie between places, indexed once and asked many times.
///
/// They cut nothing; for that, see [`Edits`](super::Edits).
#[derive(Debug)]
pub struct BarrierIndex {
    tree: RTree<GeomWithData<Line<[f64; 2]>, u32>>,
}

impl BarrierIndex {
    /// An index of these lines, metres on a plane.
    #[must_use]
    pub fn new(lines: &[MultiLineString<f64>]) -> Self {
        let pieces = (0..).zip(lines).flat_map(|(row, line)| {
            let pieces = line.iter().flat_map(LineString::lines);
            pieces.map(move |piece| GeomWithData::new(Line::new(piece.start.into(), piece.end.into()), row))
        });
        Self { tree: RTree::bulk_load(pieces.collect()) }
    }

    /// Rows of the lines that a straight line from one place to the other meets,
    /// in the order it meets them.
    ///
    /// ```
    /// use linli::network::BarrierIndex;
    ///
    /// let river: geo::LineString = vec![[0.0, 100.0], [500.0, 100.0]].into();
    /// let rail: geo::LineString = vec![[0.0, 50.0], [500.0, 50.0]].into();
    /// let barriers = BarrierIndex::new(&[river.into(), rail.into()]);
    /// assert_eq!(barriers.between([10.0, 0.0], [10.0, 200.0]), [1, 0]);
    /// assert!(barriers.between([10.0, 0.0], [90.0, 0.0]).is_empty());
    /// ```
    #[must_use]
    pub fn between(&self, from: [f64; 2], to: [f64; 2]) -> Vec<u32> {
        let way = geo::Line::new(from, to);
        let met = self.tree.locate_in_envelope_intersecting(&AABB::from_corners(from, to)).filter_map(|piece| {
            let line = piece.geom();
            let line = geo::Line::new(line.from, line.to);
            line.intersects(&way).then(|| (along(way, line), piece.data))
        });
        let mut met: Vec<(f64, u32)> = met.collect();
        met.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut rows: Vec<u32> = vec![];
        for (_, row) in met {
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        rows
    }
}

/// How far along a way, 0 to 1, a line that meets it does.
fn along(way: geo::Line<f64>, line: geo::Line<f64>) -> f64 {
    let (d, e) = (way.delta(), line.delta());
    let cross = d.x * e.y - d.y * e.x;
    let offset = line.start - way.start;
    let part = (offset.x * e.y - offset.y * e.x) / cross;
    // Parallel lines that meet lie on one another: the nearer of their ends counts.
    if part.is_finite() { part } else { (offset.x.hypot(offset.y) / d.x.hypot(d.y)).min(1.0) }
}
