//! The junctions and what it costs to walk between them.

use super::contract::{CLOSED, Contracted};

/// Arcs by the junction they leave, compressed: target and millimetres side by side.
#[derive(Debug, Clone, Default)]
pub(crate) struct Csr {
    start: Vec<u32>,
    arcs: Vec<[u32; 2]>,
    longest_mm: u32,
}

impl Csr {
    /// Arcs (from, to, millimetres) in any order. Of parallel arcs the shortest
    /// stays; loops can shorten no walk and are left out.
    pub(crate) fn new(junctions: usize, mut list: Vec<(u32, u32, u32)>) -> Self {
        list.retain(|&(from, to, _)| from != to);
        list.sort_unstable();
        list.dedup_by_key(|&mut (from, to, _)| (from, to));
        let mut start = vec![0_u32; junctions + 1];
        for &(from, ..) in &list {
            start[from as usize + 1] += 1;
        }
        for junction in 0..junctions {
            start[junction + 1] += start[junction];
        }
        let longest_mm = list.iter().map(|&(.., mm)| mm).max().unwrap_or(0);
        Self { start, arcs: list.into_iter().map(|(_, to, mm)| [to, mm]).collect(), longest_mm }
    }

    #[inline]
    pub(crate) fn leaving(&self, junction: u32) -> &[[u32; 2]] {
        &self.arcs[self.start[junction as usize] as usize..self.start[junction as usize + 1] as usize]
    }

    pub(crate) fn junctions(&self) -> usize {
        self.start.len() - 1
    }

    pub(crate) fn longest_mm(&self) -> u32 {
        self.longest_mm
    }
}

/// The graph that is searched, in both directions, and the pieces it falls into.
#[derive(Debug, Clone, Default)]
pub(crate) struct Graph {
    ahead: Csr,
    /// `None` where every street costs the same both ways.
    behind: Option<Csr>,
    /// Piece (connected component, one-ways taken as two-way) of each junction.
    pub piece: Vec<u32>,
    pub pieces: u32,
}

impl Graph {
    pub(crate) fn new(streets: &Contracted) -> Self {
        let junctions = streets.vertex.len();
        let mut ahead = Vec::with_capacity(2 * streets.edges.len());
        for edge in &streets.edges {
            let ways = [(edge.tail, edge.head, edge.forward_mm), (edge.head, edge.tail, edge.backward_mm)];
            ahead.extend(ways.into_iter().filter(|&(.., mm)| mm != CLOSED));
        }
        let is_symmetric = streets.edges.iter().all(|edge| edge.forward_mm == edge.backward_mm);
        let behind =
            (!is_symmetric).then(|| Csr::new(junctions, ahead.iter().map(|&(from, to, mm)| (to, from, mm)).collect()));
        let (piece, pieces) = pieces(junctions, streets);
        Self { ahead: Csr::new(junctions, ahead), behind, piece, pieces }
    }

    /// Arcs in walking direction.
    pub(crate) fn ahead(&self) -> &Csr {
        &self.ahead
    }

    /// Arcs against walking direction: a search along them finds who can walk here.
    pub(crate) fn behind(&self) -> &Csr {
        self.behind.as_ref().unwrap_or(&self.ahead)
    }
}

/// Connected components, numbered by their lowest junction.
fn pieces(junctions: usize, streets: &Contracted) -> (Vec<u32>, u32) {
    let mut parent: Vec<u32> = (0..junctions as u32).collect();
    for edge in &streets.edges {
        let (a, b) = (root(&mut parent, edge.tail), root(&mut parent, edge.head));
        parent[a.max(b) as usize] = a.min(b);
    }
    let mut number = vec![u32::MAX; junctions];
    let mut count = 0;
    let piece = (0..junctions as u32)
        .map(|junction| {
            let root = root(&mut parent, junction) as usize;
            if number[root] == u32::MAX {
                number[root] = count;
                count += 1;
            }
            number[root]
        })
        .collect();
    (piece, count)
}

/// The representative of a set, shortening the path to it.
fn root(parent: &mut [u32], mut of: u32) -> u32 {
    while parent[of as usize] != of {
        parent[of as usize] = parent[parent[of as usize] as usize];
        of = parent[of as usize];
    }
    of
}
