//! Streets from tables of nodes and edges, as pandana and osmnx hold them.

use super::{
    SnapRule, Source, StreetNetwork,
    contract::{CLOSED, Raw, Segment, millimetres},
    extent::Extent,
    snap::FARTHEST_M,
};
use crate::{
    crs::Plane,
    demand::{check_finite, check_length},
    error::{Error, Result},
};

impl StreetNetwork {
    /// Two-way streets from nodes on a metric plane, edges between rows of them,
    /// and the length of each edge, metres.
    ///
    /// Edges are straight lines for snapping and drawing, whatever their
    /// length. An edge given twice is taken once. The length 0 is allowed and
    /// costs nothing. The way of an edge is its row.
    ///
    /// ```
    /// use linli::{control::Control, network::StreetNetwork, walk::Walk};
    ///
    /// // A bridge in the north is the only way across.
    /// let node_xy = [[0.0, 0.0], [0.0, 300.0], [50.0, 300.0], [50.0, 0.0]];
    /// let streets = StreetNetwork::from_edges(&node_xy, &[[0, 1], [1, 2], [2, 3]], &[300.0, 50.0, 300.0])?;
    /// let reach = streets.reach(&[[0.0, 0.0]], &[[50.0, 0.0]], Some(1200.0), &Control::new())?;
    /// assert_eq!(reach.row(0).collect::<Vec<_>>(), [(0, 650.0)]);
    /// # Ok::<(), linli::Error>(())
    /// ```
    ///
    /// # Errors
    /// Positions that are not finite, edges between nodes that do not exist, and
    /// lengths that are negative, not finite or above 2,147 km, each by its row.
    pub fn from_edges(node_xy: &[[f64; 2]], edges: &[[u32; 2]], length_m: &[f64]) -> Result<Self> {
        let list = checked(node_xy, edges, length_m)?;
        let mut pieces: Vec<Segment> = list
            .into_iter()
            .map(|(way, [a, b], mm)| Segment { a, b, forward_mm: mm, backward_mm: mm, length_mm: mm, way })
            .collect();
        pieces.sort_by_key(|piece| (piece.a.min(piece.b), piece.a.max(piece.b), piece.length_mm, piece.way));
        pieces.dedup_by_key(|piece| (piece.a.min(piece.b), piece.a.max(piece.b), piece.length_mm));
        pieces.sort_by_key(|piece| piece.way);
        Self::from_pieces(node_xy, pieces, edges.len())
    }

    /// One-way streets: each edge leads from its first node to its second only.
    ///
    /// An edge and one that leads back are taken as one street with a cost each
    /// way, so that slopes and one-way footways can be stated. Otherwise as
    /// [`StreetNetwork::from_edges`]; the way of a street is its first edge.
    ///
    /// # Errors
    /// As [`StreetNetwork::from_edges`].
    pub fn from_directed_edges(node_xy: &[[f64; 2]], edges: &[[u32; 2]], length_m: &[f64]) -> Result<Self> {
        let list = checked(node_xy, edges, length_m)?;
        let mut arcs: Vec<([u32; 2], bool, u32, u32)> =
            list.into_iter().map(|(way, [a, b], mm)| ([a.min(b), a.max(b)], a > b, mm, way)).collect();
        arcs.sort_unstable();
        let mut pieces = vec![];
        for street in arcs.chunk_by(|one, other| one.0 == other.0) {
            let (there, back) = street.split_at(street.partition_point(|&(_, back, ..)| !back));
            for pair in 0..there.len().max(back.len()) {
                let (there, back) = (there.get(pair), back.get(pair));
                let cost = |arc: Option<&([u32; 2], bool, u32, u32)>| arc.map_or(CLOSED, |arc| arc.2);
                let way = [there, back].into_iter().flatten().map(|arc| arc.3).min().unwrap_or(0);
                let (forward_mm, backward_mm) = (cost(there), cost(back));
                let [a, b] = street[0].0;
                pieces.push(Segment { a, b, forward_mm, backward_mm, length_mm: forward_mm.min(backward_mm), way });
            }
        }
        pieces.sort_by_key(|piece| piece.way);
        Self::from_pieces(node_xy, pieces, edges.len())
    }

    /// The same streets, the ways of the edges called by these ids: one for each
    /// edge that the network was made of, rising.
    ///
    /// # Errors
    /// [`Error::Length`] when there are more or fewer.
    pub fn with_way_ids(mut self, way_id: Vec<i64>) -> Result<Self> {
        check_length("ways", "way_id", self.raw.way_id.len(), way_id.len())?;
        self.raw.way_id = way_id;
        Ok(self)
    }

    fn from_pieces(node_xy: &[[f64; 2]], segments: Vec<Segment>, ways: usize) -> Result<Self> {
        let raw =
            Raw { xy: node_xy.to_vec(), node_id: rows(node_xy.len()), segments, way_id: rows(ways), before: vec![] };
        let source = Source { kind: "tables", ..Source::default() };
        Self::build(raw, Plane::metres(), SnapRule::default(), Extent::default(), vec![], source)
    }
}

/// Row, nodes and millimetres of each edge.
fn checked(node_xy: &[[f64; 2]], edges: &[[u32; 2]], length_m: &[f64]) -> Result<Vec<(u32, [u32; 2], u32)>> {
    check_finite("nodes", node_xy)?;
    check_length("edges", "length_m", edges.len(), length_m.len())?;
    check_count("nodes", node_xy.len())?;
    check_count("edges", edges.len())?;
    if let Some(row) = node_xy.iter().position(|[x, y]| x.abs() > FARTHEST_M || y.abs() > FARTHEST_M) {
        let value = node_xy[row][0].abs().max(node_xy[row][1].abs());
        return Err(Error::BadValue { table: "nodes", row, column: "xy".into(), value, rule: "is not on Earth" });
    }
    let rows = (0..).zip(edges.iter().zip(length_m)).map(|(way, (&ends, &metres))| {
        let wrong = |column: &str, value: f64, rule| {
            Err(Error::BadValue { table: "edges", row: way as usize, column: column.to_owned(), value, rule })
        };
        if let Some(&end) = ends.iter().find(|&&end| end as usize >= node_xy.len()) {
            return wrong("node", f64::from(end), "is not a row of the nodes");
        }
        match millimetres(metres) {
            Some(mm) => Ok((way, ends, mm)),
            None => wrong("length_m", metres, "must be metres from 0 to 2,147,483"),
        }
    });
    rows.collect()
}

/// Rows are counted in u32, and twice the segments must be, too.
pub(super) fn check_count(table: &'static str, count: usize) -> Result<()> {
    if count < (u32::MAX / 2) as usize {
        return Ok(());
    }
    Err(Error::parameter(table, &count, "at most 2,147,483,646 fit one network; split the area"))
}

/// Row numbers as ids; the count has been checked.
pub(super) fn rows(count: usize) -> Vec<i64> {
    (0..count as u32).map(i64::from).collect()
}
