//! What is wrong with a network, and which of its streets matter most.

use serde::Serialize;

use super::{StreetNetwork, contract::Incidence, search::Worker, snap::Snapped, walk::metres};
use crate::{
    control::Control,
    demand::check_length,
    error::{Error, Result},
};

/// A piece of network (connected component): streets that hang together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Piece {
    /// Junctions, dead ends included.
    pub junctions: usize,
    /// Length of its streets, metres.
    pub length_m: f64,
    /// Part of the length of all streets, 0 to 1.
    pub share: f64,
    /// South-west corner of its box on the plane.
    pub low: [f64; 2],
    /// North-east corner of its box.
    pub high: [f64; 2],
    /// Whether places are joined to it; small pieces are passed over.
    pub is_used: bool,
}

/// A dead end that stops short of a street it may be meant to meet.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct NearMiss {
    /// The dead end, on the plane.
    pub xy: [f64; 2],
    /// Its node (OpenStreetMap id, or row of the table).
    pub node_id: i64,
    /// Its way.
    pub way_id: i64,
    /// The way it stops short of.
    pub other_way: i64,
    /// The gap, metres.
    pub gap_m: f64,
    /// The walk around, metres; `None` where there is none within a kilometre.
    pub walk_m: Option<f64>,
}

/// A demand point that is near a site as the crow flies and far on foot.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Detour {
    /// Row of the demand point.
    pub demand: u32,
    /// Row of the site.
    pub site: u32,
    /// Straight line, metres.
    pub crow_m: f64,
    /// Walk, metres; `None` where there is no way.
    pub walk_m: Option<f64>,
    /// People of the demand point.
    pub people: f64,
}

impl StreetNetwork {
    /// The pieces this network falls into, longest first.
    #[must_use]
    pub fn pieces(&self) -> Vec<Piece> {
        let nothing = Piece {
            junctions: 0,
            length_m: 0.0,
            share: 0.0,
            low: [f64::INFINITY; 2],
            high: [f64::NEG_INFINITY; 2],
            is_used: false,
        };
        let mut pieces = vec![nothing; self.graph.pieces as usize];
        let mut length_mm = vec![0_u64; pieces.len()];
        self.graph.piece.iter().for_each(|&piece| pieces[piece as usize].junctions += 1);
        for (number, segment) in (0..).zip(&self.raw.segments) {
            let of = self.piece_of(number) as usize;
            length_mm[of] += u64::from(segment.length_mm);
            for vertex in [segment.a, segment.b] {
                let xy = self.raw.xy[vertex as usize];
                let Piece { low, high, .. } = &mut pieces[of];
                *low = [low[0].min(xy[0]), low[1].min(xy[1])];
                *high = [high[0].max(xy[0]), high[1].max(xy[1])];
            }
            pieces[of].is_used = self.matters(number);
        }
        let all_mm = length_mm.iter().sum::<u64>().max(1);
        for (piece, &mm) in pieces.iter_mut().zip(&length_mm) {
            piece.length_m = mm as f64 / 1000.0;
            piece.share = mm as f64 / all_mm as f64;
        }
        // A stable sort: pieces of the same length stay in the order of their first junctions.
        pieces.sort_by(|a, b| b.length_m.total_cmp(&a.length_m));
        pieces
    }

    /// Rows that are not joined to the longest piece of network, or to none at all.
    ///
    /// # Errors
    /// Rows snapped to another network.
    pub fn isolated(&self, rows: &Snapped) -> Result<Vec<u32>> {
        self.check_own(&[rows])?;
        let mut length_mm = vec![0_u64; self.graph.pieces as usize];
        for (number, segment) in (0..).zip(&self.raw.segments) {
            length_mm[self.piece_of(number) as usize] += u64::from(segment.length_mm);
        }
        let longest = (0..self.graph.pieces).rev().max_by_key(|&piece| length_mm[piece as usize]);
        let on = |row: u32| rows.rows[row as usize].on.map(|on| self.piece_of(on.segment));
        Ok((0..rows.len() as u32).filter(|&row| on(row).is_none() || on(row) != longest).collect())
    }

    /// Dead ends within `gap_m` of a street that they don't meet, widest detour
    /// first: those on different pieces, and those where the walk around is more
    /// than 100 m longer than the gap. Ties go to the lower node.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a gap that is not 0 to 50 m.
    pub fn near_misses(&self, gap_m: f64) -> Result<Vec<NearMiss>> {
        const FARTHEST_MM: u32 = 1_000_000;
        const WORTH_JOINING_M: f64 = 100.0;
        if !(0.0..=50.0).contains(&gap_m) {
            return Err(Error::parameter("gap_m", &gap_m, "give 0 to 50 metres"));
        }
        let at = Incidence::new(self.raw.xy.len(), &self.raw.segments);
        let mut worker = Worker::default();
        let mut misses = vec![];
        for (junction, &vertex) in (0_u32..).zip(&self.vertex) {
            let &[half] = at.of(vertex) else { continue };
            let xy = self.raw.xy[vertex as usize];
            let touches = |segment: u32| {
                let segment = self.raw.segments[segment as usize];
                segment.a == vertex || segment.b == vertex
            };
            let near = self
                .tree()
                .nearest_neighbor_iter_with_distance_2(&xy)
                .take_while(|(_, squared)| squared.sqrt() <= gap_m)
                .map(|(item, squared)| (item.data, squared.sqrt()));
            let Some((other, gap_m)) = near.into_iter().find(|&(segment, _)| !touches(segment)) else { continue };
            worker.search(self.graph.ahead(), &[(junction, 0)], FARTHEST_MM);
            let foot = self.ends(self.edge_of[other as usize], other, self.foot(xy, other).0, 0);
            let through = self.seeds(foot, foot.toward).filter_map(|(j, mm)| worker.mm(j)?.checked_add(mm));
            let walk_m = through.min().filter(|&mm| mm <= FARTHEST_MM).map(metres);
            if walk_m.is_some_and(|walk_m| walk_m <= gap_m + WORTH_JOINING_M) {
                continue;
            }
            let way = |segment: u32| self.raw.way_id[self.raw.segments[segment as usize].way as usize];
            misses.push(NearMiss {
                xy,
                node_id: self.raw.node_id[vertex as usize],
                way_id: way(half / 2),
                other_way: way(other),
                gap_m,
                walk_m,
            });
        }
        let walk = |miss: &NearMiss| miss.walk_m.unwrap_or(f64::INFINITY);
        misses.sort_by(|a, b| walk(b).total_cmp(&walk(a)).then(a.node_id.cmp(&b.node_id)));
        Ok(misses)
    }

    /// Demand points with a site within `crow_m` in a straight line and a walk of
    /// more than `ratio` times that line to it, or none; most people first, then
    /// the lower row. 3 and 500 m find rivers, railways and walls.
    ///
    /// # Errors
    /// Positions that are not finite; people that are not one per demand point.
    pub fn detours(
        &self,
        demand: &[[f64; 2]],
        people: &[f64],
        sites: &[[f64; 2]],
        ratio: f64,
        crow_m: f64,
        control: &Control,
    ) -> Result<Vec<Detour>> {
        use crate::walk::Walk;
        check_length("demand", "people", demand.len(), people.len())?;
        let index = crate::index::SiteIndex::new(sites)?;
        let mut pairs = vec![];
        crate::demand::check_finite("demand", demand)?;
        for (row, &from) in (0_u32..).zip(demand) {
            for site in index.within(from, crow_m) {
                let to = sites[site as usize];
                let straight_m = (to[0] - from[0]).hypot(to[1] - from[1]);
                if straight_m <= crow_m {
                    pairs.push((row, site, straight_m));
                }
            }
        }
        let (from, to): (Vec<_>, Vec<_>) =
            pairs.iter().map(|&(row, site, _)| (demand[row as usize], sites[site as usize])).unzip();
        let walks = self.between(&from, &to, control)?;
        let mut found: Vec<Detour> = pairs
            .into_iter()
            .zip(walks)
            .filter(|&((.., crow_m), walk_m)| walk_m.is_none_or(|walk_m| walk_m > ratio * crow_m))
            .map(|((row, site, crow_m), walk_m)| Detour {
                demand: row,
                site,
                crow_m,
                walk_m,
                people: people[row as usize],
            })
            .collect();
        found.sort_by(|a, b| b.people.total_cmp(&a.people).then((a.demand, a.site).cmp(&(b.demand, b.site))));
        Ok(found)
    }
}
