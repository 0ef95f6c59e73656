//! From straight pieces of street to junctions and the streets between them.

use crate::{
    error::{Error, Result},
    index::hilbert,
};

/// The cost of a direction nobody may walk.
pub(crate) const CLOSED: u32 = u32::MAX;

/// The longest walk that is looked for, millimetres: 2,147 km. The sum of two
/// such numbers still fits a u32, so no search can overflow.
pub(crate) const LONGEST_MM: u32 = u32::MAX / 2;

/// One straight piece of street between two vertices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment {
    pub a: u32,
    pub b: u32,
    /// Walking cost from a to b and back, millimetres at full speed; [`CLOSED`] where forbidden.
    pub forward_mm: u32,
    pub backward_mm: u32,
    /// Length on the ground.
    pub length_mm: u32,
    /// Row in [`Raw::way_id`].
    pub way: u32,
}

impl Segment {
    /// The same piece, seen from its other end.
    fn turned(self) -> Self {
        Self { a: self.b, b: self.a, forward_mm: self.backward_mm, backward_mm: self.forward_mm, ..self }
    }

    fn open(self) -> (bool, bool) {
        (self.forward_mm != CLOSED, self.backward_mm != CLOSED)
    }
}

/// Streets as they were read: vertices and the pieces between them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Raw {
    pub xy: Vec<[f64; 2]>,
    pub node_id: Vec<i64>,
    pub segments: Vec<Segment>,
    /// Ids of the ways: rising as read, additions after them.
    pub way_id: Vec<i64>,
    /// Junctions of the piece of network each segment belonged to before it was
    /// edited; empty for streets that were not.
    pub before: Vec<u32>,
}

/// A street between two junctions: a chain of segments, contiguous in their list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Edge {
    pub tail: u32,
    pub head: u32,
    /// Its first segment; the next edge's first ends it.
    pub first: u32,
    pub forward_mm: u32,
    pub backward_mm: u32,
}

/// Junctions in Hilbert order, edges in the order of their junctions.
#[derive(Debug, Default)]
pub(crate) struct Contracted {
    pub edges: Vec<Edge>,
    /// Vertex of each junction.
    pub vertex: Vec<u32>,
}

/// Segment ends at each vertex: twice the segment, plus one where the vertex is its `b`.
pub(crate) struct Incidence {
    start: Vec<u32>,
    halves: Vec<u32>,
}

impl Incidence {
    pub(crate) fn new(vertices: usize, segments: &[Segment]) -> Self {
        let mut start = vec![0_u32; vertices + 1];
        for segment in segments {
            start[segment.a as usize + 1] += 1;
            start[segment.b as usize + 1] += 1;
        }
        for vertex in 0..vertices {
            start[vertex + 1] += start[vertex];
        }
        let mut next = start.clone();
        let mut halves = vec![0; 2 * segments.len()];
        for (row, segment) in (0_u32..).zip(segments) {
            for (vertex, half) in [(segment.a, 2 * row), (segment.b, 2 * row + 1)] {
                halves[next[vertex as usize] as usize] = half;
                next[vertex as usize] += 1;
            }
        }
        Self { start, halves }
    }

    pub(crate) fn of(&self, vertex: u32) -> &[u32] {
        &self.halves[self.start[vertex as usize] as usize..self.start[vertex as usize + 1] as usize]
    }
}

/// Whether a walker can only pass through here: two segments meet, and both are
/// open in the same directions.
fn is_passed_through(segments: &[Segment], halves: &[u32]) -> bool {
    let &[one, other] = halves else { return false };
    if one / 2 == other / 2 {
        return false;
    }
    let outward = |half: u32| {
        let (forward, backward) = segments[half as usize / 2].open();
        if half.is_multiple_of(2) { (forward, backward) } else { (backward, forward) }
    };
    let ((leave_one, enter_one), (leave_other, enter_other)) = (outward(one), outward(other));
    leave_one == enter_other && enter_one == leave_other
}

/// Merge chains of segments into edges and number junctions along a Hilbert curve.
///
/// The segments come back reordered and turned so that each edge's lie
/// together and run from its tail to its head. Vertices in `kept` become
/// junctions in any case.
///
/// # Errors
/// A street longer than the longest walk.
pub(crate) fn contract(raw: &mut Raw, kept: &[u32]) -> Result<Contracted> {
    let vertices = raw.xy.len() as u32;
    let at = Incidence::new(raw.xy.len(), &raw.segments);
    let mut is_junction: Vec<bool> =
        (0..vertices).map(|v| !at.of(v).is_empty() && !is_passed_through(&raw.segments, at.of(v))).collect();
    for &v in kept {
        is_junction[v as usize] = !at.of(v).is_empty();
    }
    let mut used = vec![false; raw.segments.len()];
    let mut chains: Vec<Vec<u32>> = vec![];
    // Junctions first; what is left then are closed loops, each entered at its lowest vertex.
    for loops in [false, true] {
        for vertex in 0..vertices {
            if !loops && !is_junction[vertex as usize] {
                continue;
            }
            for &half in at.of(vertex) {
                if !used[half as usize / 2] {
                    is_junction[vertex as usize] = true;
                    chains.push(follow(&raw.segments, &at, &is_junction, &mut used, half));
                }
            }
        }
    }
    let junction_number = number(raw, &is_junction);
    assemble(raw, &chains, &junction_number)
}

/// The halves passed from a junction to the next one.
fn follow(segments: &[Segment], at: &Incidence, is_junction: &[bool], used: &mut [bool], start: u32) -> Vec<u32> {
    let mut chain = vec![];
    let mut half = start;
    loop {
        used[half as usize / 2] = true;
        chain.push(half);
        let segment = segments[half as usize / 2];
        let far = if half.is_multiple_of(2) { segment.b } else { segment.a };
        let arrived = half ^ 1;
        match at.of(far).iter().find(|&&leaving| leaving != arrived) {
            Some(&leaving) if !is_junction[far as usize] => half = leaving,
            _ => return chain,
        }
    }
}

/// Junction vertices in Hilbert order; ties by vertex.
fn number(raw: &Raw, is_junction: &[bool]) -> Vec<u32> {
    let curve = hilbert(&raw.xy);
    let mut vertex: Vec<u32> = (0..raw.xy.len() as u32).filter(|&v| is_junction[v as usize]).collect();
    vertex.sort_unstable_by_key(|&v| (curve[v as usize], v));
    vertex
}

fn assemble(raw: &mut Raw, chains: &[Vec<u32>], vertex: &[u32]) -> Result<Contracted> {
    let mut junction = vec![u32::MAX; raw.xy.len()];
    for (number, &v) in (0..).zip(vertex) {
        junction[v as usize] = number;
    }
    let turned = |half: u32| {
        let segment = raw.segments[half as usize / 2];
        if half.is_multiple_of(2) { segment } else { segment.turned() }
    };
    let ends = |chain: &[u32]| {
        let (first, last) = (turned(chain[0]), turned(chain[chain.len() - 1]));
        (junction[first.a as usize], junction[last.b as usize])
    };
    let mut order: Vec<(u32, u32, u32)> = (0..)
        .zip(chains)
        .map(|(row, chain)| {
            let (tail, head) = ends(chain);
            (tail.min(head), tail.max(head), row)
        })
        .collect();
    order.sort_unstable();
    let mut edges = Vec::with_capacity(chains.len());
    let mut segments = Vec::with_capacity(raw.segments.len());
    let mut before = Vec::with_capacity(raw.before.len());
    for (.., row) in order {
        let chain = &chains[row as usize];
        let (tail, head) = ends(chain);
        let first = segments.len() as u32;
        segments.extend(chain.iter().map(|&half| turned(half)));
        if !raw.before.is_empty() {
            before.extend(chain.iter().map(|&half| raw.before[half as usize / 2]));
        }
        let pieces: &[Segment] = &segments[first as usize..];
        let forward_mm = total(pieces.iter().map(|segment| segment.forward_mm))?;
        let backward_mm = total(pieces.iter().map(|segment| segment.backward_mm))?;
        edges.push(Edge { tail, head, first, forward_mm, backward_mm });
    }
    raw.segments = segments;
    raw.before = before;
    Ok(Contracted { edges, vertex: vertex.to_vec() })
}

/// Sum of costs; closed when one of them is.
fn total(costs: impl Iterator<Item = u32>) -> Result<u32> {
    let mut sum = 0_u64;
    for cost in costs {
        if cost == CLOSED {
            return Ok(CLOSED);
        }
        sum += u64::from(cost);
    }
    match u32::try_from(sum) {
        Ok(sum) if sum <= LONGEST_MM => Ok(sum),
        _ => Err(Error::parameter(
            "length_m",
            &(sum as f64 / 1000.0),
            "one street without a junction is longer than 2,147 km; are the lengths in millimetres?",
        )),
    }
}

/// Metres to whole millimetres, where a walk can be that long.
pub(crate) fn millimetres(metres: f64) -> Option<u32> {
    let mm = (metres * 1000.0).round();
    #[allow(clippy::cast_sign_loss)] // checked to be 0 or more
    (mm >= 0.0 && mm <= f64::from(LONGEST_MM)).then_some(mm as u32)
}
