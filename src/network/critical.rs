//! The streets that people depend on: those without a way around.

use geo::LineString;
use serde::Serialize;

use super::{StreetNetwork, contract::CLOSED, snap::Snapped};
use crate::{demand::check_length, error::Result};

/// A street whose loss would cut people off from every site.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CriticalStreet {
    /// Its ways, in order.
    pub way_ids: Vec<i64>,
    /// Its course on the plane.
    #[serde(skip)]
    pub line: LineString<f64>,
    /// Its length, metres.
    pub length_m: f64,
    /// People who could reach a site before and none after.
    pub people: f64,
    /// Demand points that they live at.
    pub rows: usize,
}

impl StreetNetwork {
    /// Streets whose loss would cut people off from every site (bridges of the
    /// graph, Tarjan 1974), most people first; ties go to the lower street.
    ///
    /// Costs one pass over the network. One-way streets count as two-way. People
    /// who live on such a street itself are counted at its nearer end. People
    /// who can reach no site as it is are not counted.
    ///
    /// # Errors
    /// Rows snapped to another network; people that are not one per demand point.
    pub fn critical_streets(&self, demand: &Snapped, people: &[f64], sites: &Snapped) -> Result<Vec<CriticalStreet>> {
        self.check_own(&[demand, sites])?;
        check_length("demand", "people", demand.len(), people.len())?;
        let mut load = vec![Load::default(); self.vertex.len()];
        let mut put = |rows: &Snapped, add: &dyn Fn(&mut Load, usize)| {
            for row in 0..rows.len() {
                if let Some(ends) = rows.ends(row as u32) {
                    let edge = self.edges[ends.edge as usize];
                    let near_tail = ends.toward[0].min(ends.away[0]) <= ends.toward[1].min(ends.away[1]);
                    add(&mut load[if near_tail { edge.tail } else { edge.head } as usize], row);
                }
            }
        };
        put(demand, &|load, row| {
            load.people += people[row];
            load.rows += 1;
        });
        put(sites, &|load, _| load.sites += 1);
        let mut found = self.bridges(&load);
        found.retain(|(_, lost)| lost.rows > 0);
        found.sort_by(|a, b| b.1.people.total_cmp(&a.1.people).then(a.0.cmp(&b.0)));
        Ok(found.into_iter().map(|(edge, lost)| self.critical(edge, lost)).collect())
    }

    fn critical(&self, edge: u32, lost: Load) -> CriticalStreet {
        let segments = &self.raw.segments[self.segments_of(edge)];
        let mut way_ids: Vec<i64> = segments.iter().map(|segment| self.raw.way_id[segment.way as usize]).collect();
        way_ids.dedup();
        CriticalStreet {
            way_ids,
            line: self.course(edge),
            length_m: self.length_of(edge),
            people: lost.people,
            rows: lost.rows,
        }
    }

    /// Every bridge of the graph with what its loss cuts off from all sites.
    fn bridges(&self, load: &[Load]) -> Vec<(u32, Load)> {
        const UNSEEN: u32 = u32::MAX;
        let at = EdgesAt::new(self);
        let n = self.vertex.len();
        let (mut seen, mut low, mut next) = (vec![UNSEEN; n], vec![0_u32; n], at.start.clone());
        let mut below = load.to_vec();
        let mut found: Vec<(u32, Load, u32)> = vec![];
        let mut total = vec![Load::default(); self.graph.pieces as usize];
        let mut clock = 0;
        for root in 0..n as u32 {
            if seen[root as usize] != UNSEEN {
                continue;
            }
            // Junction and the edge it was entered by.
            let mut path = vec![(root, UNSEEN)];
            (seen[root as usize], low[root as usize]) = (clock, clock);
            clock += 1;
            while let Some(&(junction, entered)) = path.last() {
                let here = junction as usize;
                if next[here] < at.start[here + 1] {
                    let edge = at.list[next[here] as usize];
                    next[here] += 1;
                    let ends = self.edges[edge as usize];
                    let far = if ends.tail == junction { ends.head } else { ends.tail } as usize;
                    if edge == entered {
                        continue;
                    }
                    if seen[far] == UNSEEN {
                        (seen[far], low[far]) = (clock, clock);
                        clock += 1;
                        path.push((far as u32, edge));
                    } else {
                        low[here] = low[here].min(seen[far]);
                    }
                    continue;
                }
                path.pop();
                let Some(&(parent, _)) = path.last() else { continue };
                let parent = parent as usize;
                low[parent] = low[parent].min(low[here]);
                if low[here] > seen[parent] {
                    found.push((entered, below[here], self.graph.piece[here]));
                }
                let own = below[here];
                below[parent].add(own);
            }
            total[self.graph.piece[root as usize] as usize] = below[root as usize];
        }
        let lost = |(edge, inside, piece): (u32, Load, u32)| {
            let whole = total[piece as usize];
            if whole.sites == 0 || (inside.sites > 0 && inside.sites < whole.sites) {
                return None;
            }
            let rest = Load {
                people: whole.people - inside.people,
                rows: whole.rows - inside.rows,
                sites: whole.sites - inside.sites,
            };
            Some((edge, if inside.sites == 0 { inside } else { rest }))
        };
        found.into_iter().filter_map(lost).collect()
    }
}

/// What stands at a junction, or beyond one.
#[derive(Debug, Clone, Copy, Default)]
struct Load {
    people: f64,
    rows: usize,
    sites: usize,
}

impl Load {
    fn add(&mut self, other: Self) {
        self.people += other.people;
        self.rows += other.rows;
        self.sites += other.sites;
    }
}

/// Edges at each junction, loops and streets that nobody may walk left out.
struct EdgesAt {
    start: Vec<u32>,
    list: Vec<u32>,
}

impl EdgesAt {
    fn new(network: &StreetNetwork) -> Self {
        let is_open =
            |edge: &&super::Edge| edge.tail != edge.head && (edge.forward_mm != CLOSED || edge.backward_mm != CLOSED);
        let mut start = vec![0_u32; network.vertex.len() + 1];
        for edge in network.edges.iter().filter(is_open) {
            start[edge.tail as usize + 1] += 1;
            start[edge.head as usize + 1] += 1;
        }
        for junction in 1..start.len() {
            start[junction] += start[junction - 1];
        }
        let mut next = start.clone();
        let mut list = vec![0; start[start.len() - 1] as usize];
        for (number, edge) in (0..).zip(&network.edges).filter(|(_, edge)| is_open(edge)) {
            for junction in [edge.tail, edge.head] {
                list[next[junction as usize] as usize] = number;
                next[junction as usize] += 1;
            }
        }
        Self { start, list }
    }
}
