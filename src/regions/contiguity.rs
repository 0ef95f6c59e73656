//! Which units touch (邻接), and along how much border.

use geo::{Intersects, Line, LineString};
use serde::Serialize;

use crate::error::{Error, Result};

use super::outline::Outlines;

/// Units and the pairs of them that touch, in compressed rows.
///
/// Units are numbered from 0. A pair is an edge and knows its border length,
/// metres, where that is known. Nothing assumes that the graph can be drawn
/// without crossings: London's cannot. It never changes; an edit is another
/// contiguity.
///
/// ```
/// use linli::regions::Contiguity;
///
/// let chain = Contiguity::from_edges(4, &[[0, 1], [1, 2], [2, 3]], None)?;
/// assert_eq!(chain.neighbours(1), [0, 2]);
/// assert_eq!(chain.cut(&[[1, 2]])?.components().1, 2);
/// # Ok::<(), linli::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Contiguity {
    start: Vec<u32>,
    neighbour: Vec<u32>,
    edge_at: Vec<u32>,
    edges: Vec<[u32; 2]>,
    border_m: Option<Vec<f64>>,
    pub(super) outlines: Option<Outlines>,
}

/// What a reader should know of the units before dividing them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// Units that touch no other.
    pub islands: Vec<u32>,
    /// Units of several separate pieces, which count as connected in themselves.
    pub multipart: Vec<u32>,
    /// Sets of units that are connected among themselves.
    pub components: usize,
    /// Pairs that touch.
    pub pairs: usize,
}

impl Contiguity {
    /// Units `0..n` and the pairs that touch, in any order and direction.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a unit outside `0..n`, a unit that touches
    /// itself, a border length that is negative or not finite, and a pair given
    /// twice with different lengths.
    pub fn from_edges(n: usize, edges: &[[u32; 2]], border_m: Option<&[f64]>) -> Result<Self> {
        if n >= u32::MAX as usize || edges.len() >= u32::MAX as usize / 2 {
            return Err(Error::parameter("n", &n, "is more units or pairs than can be counted in 32 bits"));
        }
        if let Some(border_m) = border_m.filter(|border_m| border_m.len() != edges.len()) {
            let (column, expected, got) = ("border_m".to_owned(), edges.len(), border_m.len());
            return Err(Error::Length { table: "edges", column, expected, got });
        }
        let mut sorted = Vec::with_capacity(edges.len());
        for (row, &[a, b]) in edges.iter().enumerate() {
            if a.max(b) as usize >= n {
                let rule = format!("at row {row} of the edges; the units are 0 to {}", n.saturating_sub(1));
                return Err(Error::parameter("edges", &a.max(b), &rule));
            }
            if a == b {
                return Err(Error::parameter("edges", &a, &format!("at row {row} touches itself; leave the row out")));
            }
            let length_m = border_m.map_or(0.0, |border_m| border_m[row]);
            if !(length_m.is_finite() && length_m >= 0.0) {
                let (column, rule) = ("border_m".to_owned(), "is no length in metres, 0 or more");
                return Err(Error::BadValue { table: "edges", row, column, value: length_m, rule });
            }
            sorted.push(([a.min(b), a.max(b)], length_m));
        }
        sorted.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1) {
            let rule = format!("was given borders of {} m and of {} m; give one", pair[0].1, pair[1].1);
            return Err(Error::parameter("edges", &format!("{:?}", pair[0].0), &rule));
        }
        sorted.dedup_by_key(|(pair, _)| *pair);
        let lengths = border_m.map(|_| sorted.iter().map(|&(_, length_m)| length_m).collect());
        Ok(Self::compressed(n, sorted.into_iter().map(|(pair, _)| pair).collect(), lengths, None))
    }

    /// Rows from sorted, distinct pairs.
    pub(super) fn compressed(
        n: usize,
        edges: Vec<[u32; 2]>,
        border_m: Option<Vec<f64>>,
        outlines: Option<Outlines>,
    ) -> Self {
        let mut start = vec![0; n + 1];
        edges.iter().flatten().for_each(|&unit| start[unit as usize + 1] += 1);
        (0..n).for_each(|unit| start[unit + 1] += start[unit]);
        let mut next = start.clone();
        let mut neighbour = vec![0; 2 * edges.len()];
        let mut edge_at = vec![0; 2 * edges.len()];
        // Lower neighbours first, then higher ones: pairs are sorted, so each row rises.
        for side in [1, 0] {
            for (edge, pair) in edges.iter().enumerate() {
                let place = &mut next[pair[side] as usize];
                neighbour[*place as usize] = pair[1 - side];
                edge_at[*place as usize] = edge as u32;
                *place += 1;
            }
        }
        Self { start, neighbour, edge_at, edges, border_m, outlines }
    }

    /// The same with a position for each unit, metres; moments of inertia and
    /// cuts along a line need them.
    ///
    /// # Errors
    /// [`Error::Length`] or [`Error::NotFinite`].
    pub fn with_positions(mut self, xy: &[[f64; 2]]) -> Result<Self> {
        if xy.len() != self.len() {
            let (column, expected, got) = ("positions".to_owned(), self.len(), xy.len());
            return Err(Error::Length { table: "units", column, expected, got });
        }
        if let Some(row) = xy.iter().position(|[x, y]| !(x.is_finite() && y.is_finite())) {
            let [x, y] = xy[row];
            return Err(Error::NotFinite { table: "units", row, x, y });
        }
        match &mut self.outlines {
            Some(outlines) => outlines.xy = xy.to_vec(),
            None => self.outlines = Some(Outlines::points(xy)),
        }
        Ok(self)
    }

    /// How many units.
    #[must_use]
    pub fn len(&self) -> usize {
        self.start.len() - 1
    }

    /// Whether there are no units.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The units that touch this one, rising.
    #[must_use]
    pub fn neighbours(&self, unit: u32) -> &[u32] {
        &self.neighbour[self.row(unit)]
    }

    /// The edge to each of [`neighbours`](Self::neighbours).
    #[must_use]
    pub fn edges_of(&self, unit: u32) -> &[u32] {
        &self.edge_at[self.row(unit)]
    }

    fn row(&self, unit: u32) -> std::ops::Range<usize> {
        self.start[unit as usize] as usize..self.start[unit as usize + 1] as usize
    }

    /// The pairs that touch, lower unit first, rising.
    #[must_use]
    pub fn edges(&self) -> &[[u32; 2]] {
        &self.edges
    }

    /// Border of each edge, metres; `None` where lengths were not given.
    #[must_use]
    pub fn border_m(&self) -> Option<&[f64]> {
        self.border_m.as_deref()
    }

    /// Position of each unit, metres, where they are known.
    #[must_use]
    pub fn positions(&self) -> Option<&[[f64; 2]]> {
        self.outlines.as_ref().map(|outlines| outlines.xy.as_slice())
    }

    /// The connected set of each unit, numbered by its lowest unit, and how many there are.
    #[must_use]
    pub fn components(&self) -> (Vec<u32>, usize) {
        components(self.len(), |unit| self.neighbours(unit).iter().copied())
    }

    /// Islands, units of several pieces, connected sets.
    #[must_use]
    pub fn findings(&self) -> Findings {
        let islands = (0..self.len() as u32).filter(|&unit| self.neighbours(unit).is_empty()).collect();
        let multipart = self.outlines.as_ref().map_or_else(Vec::new, |outlines| {
            (0..).zip(&outlines.pieces).filter(|&(_, &pieces)| pieces > 1).map(|(unit, _)| unit).collect()
        });
        Findings { islands, multipart, components: self.components().1, pairs: self.edges.len() }
    }

    /// Without these pairs: a river without a bridge, an expressway.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a pair that does not touch.
    pub fn cut(&self, pairs: &[[u32; 2]]) -> Result<Self> {
        let mut keep = vec![true; self.edges.len()];
        for &[a, b] in pairs {
            let Ok(edge) = self.edges.binary_search(&[a.min(b), a.max(b)]) else {
                return Err(Error::parameter(
                    "pairs",
                    &format!("({a}, {b})"),
                    "do not touch, so there is nothing to cut",
                ));
            };
            keep[edge] = false;
        }
        Ok(self.keeping(&keep))
    }

    /// Without the pairs between whose positions this line runs, metres.
    ///
    /// # Errors
    /// [`Error::Parameter`] where positions are not known, or one of the line's is not finite.
    pub fn cut_along(&self, line: &[[f64; 2]]) -> Result<Self> {
        let Some(xy) = self.positions() else {
            return Err(Error::parameter("line", &"a line", "needs positions of the units: give them, or pairs"));
        };
        if let Some(row) = line.iter().position(|[x, y]| !(x.is_finite() && y.is_finite())) {
            let [x, y] = line[row];
            return Err(Error::NotFinite { table: "line", row, x, y });
        }
        let line: LineString = line.iter().map(|&[x, y]| (x, y)).collect();
        let apart = |&[a, b]: &[u32; 2]| Line::new(xy[a as usize], xy[b as usize]).intersects(&line);
        Ok(self.keeping(&self.edges.iter().map(|pair| !apart(pair)).collect::<Vec<_>>()))
    }

    /// With these pairs too: a bridge, a tunnel. A pair that touches already stays as it is;
    /// a new one has a border of 0 m.
    ///
    /// # Errors
    /// As [`Contiguity::from_edges`].
    pub fn join(&self, pairs: &[[u32; 2]]) -> Result<Self> {
        let new = pairs.iter().filter(|&&[a, b]| self.edges.binary_search(&[a.min(b), a.max(b)]).is_err());
        let new: Vec<[u32; 2]> = new.copied().collect();
        let edges = [self.edges.as_slice(), &new].concat();
        let border_m = self.border_m.as_ref().map(|border_m| {
            let zeros = vec![0.0; new.len()];
            [border_m.as_slice(), &zeros].concat()
        });
        let joined = Self::from_edges(self.len(), &edges, border_m.as_deref())?;
        Ok(Self { outlines: self.outlines.clone(), ..joined })
    }

    /// Only the edges marked.
    pub(super) fn keeping(&self, keep: &[bool]) -> Self {
        let kept = |edge: &usize| keep[*edge];
        let edges = (0..self.edges.len()).filter(kept).map(|edge| self.edges[edge]).collect();
        let border_m = self.border_m.as_ref();
        let border_m = border_m.map(|border_m| (0..border_m.len()).filter(kept).map(|edge| border_m[edge]).collect());
        Self::compressed(self.len(), edges, border_m, self.outlines.clone())
    }
}

/// Connected sets of units `0..n`, numbered by their lowest unit.
pub(super) fn components<I: Iterator<Item = u32>>(n: usize, neighbours: impl Fn(u32) -> I) -> (Vec<u32>, usize) {
    let mut set = vec![u32::MAX; n];
    let mut sets = 0;
    let mut open = vec![];
    for first in 0..n {
        if set[first] != u32::MAX {
            continue;
        }
        set[first] = sets;
        open.push(first as u32);
        while let Some(unit) = open.pop() {
            for next in neighbours(unit) {
                if set[next as usize] == u32::MAX {
                    set[next as usize] = sets;
                    open.push(next);
                }
            }
        }
        sets += 1;
    }
    (set, sets as usize)
}
