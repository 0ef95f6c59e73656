//! Merging neighbours, so that a large district is first divided as a small one.

use super::{
    graph::{Graph, NONE},
    random::Random,
    search::Field,
};

/// A coarser graph, and the node of it that each finer node became.
#[derive(Debug)]
pub(super) struct Coarse {
    pub graph: Graph,
    pub into: Vec<u32>,
}

impl Coarse {
    /// The same parts of the finer nodes.
    pub(super) fn finer(&self, label: &[u32]) -> Vec<u32> {
        self.into.iter().map(|&node| label[node as usize]).collect()
    }

    /// What the coarser nodes have, given what the finer have: of those merged, what the last one has.
    pub(super) fn coarser(&self, of_node: &[u32]) -> Vec<u32> {
        let mut coarser = vec![NONE; self.graph.len()];
        self.into.iter().zip(of_node).for_each(|(&to, &one)| coarser[to as usize] = one);
        coarser
    }

    /// Fields in the coarser nodes; `None` where one would have fewer of them than parts.
    pub(super) fn fields(&self, finer: &[Field]) -> Option<Vec<Field>> {
        let coarser = |field: &Field| {
            let mut nodes: Vec<u32> = field.nodes.iter().map(|&node| self.into[node as usize]).collect();
            nodes.sort_unstable();
            nodes.dedup();
            (nodes.len() >= field.parts).then_some(Field { nodes, ..*field })
        };
        finer.iter().map(coarser).collect()
    }

    /// The middles of what was merged.
    pub(super) fn places(&self, finer: &[[f64; 2]]) -> Vec<[f64; 2]> {
        let mut sum = vec![[0.0; 3]; self.graph.len()];
        for (&to, &[x, y]) in self.into.iter().zip(finer) {
            let sum = &mut sum[to as usize];
            *sum = [sum[0] + x, sum[1] + y, sum[2] + 1.0];
        }
        sum.into_iter().map(|[x, y, count]| [x / count, y / count]).collect()
    }
}

/// Ever coarser graphs, down to at most twice as many nodes as are `enough`, and
/// the fields in the nodes of the coarsest. No field has fewer nodes than parts.
pub(super) fn levels(
    graph: &Graph,
    fields: &[Field],
    enough: usize,
    cap: i64,
    random: &mut Random,
) -> (Vec<Coarse>, Vec<Field>) {
    let mut levels: Vec<Coarse> = vec![];
    let mut fields = fields.to_vec();
    loop {
        let graph = levels.last().map_or(graph, |level| &level.graph);
        if graph.len() <= 2 * enough {
            return (levels, fields);
        }
        let Some(level) = coarsen(graph, cap, random) else { return (levels, fields) };
        let Some(coarser) = level.fields(&fields) else { return (levels, fields) };
        fields = coarser;
        levels.push(level);
    }
}

/// Pair nodes with the neighbour they share most border with for their weight
/// (heavy-edge matching: Karypis and Kumar 1998). No merged node weighs more
/// than `cap` steps of the first measure. `None` where hardly any can be merged.
pub(super) fn coarsen(graph: &Graph, cap: i64, random: &mut Random) -> Option<Coarse> {
    coarsen_where(graph, cap, |_, _| true, random)
}

/// The same of pairs that `may` merge.
pub(super) fn coarsen_where(
    graph: &Graph,
    cap: i64,
    may: impl Fn(u32, u32) -> bool,
    random: &mut Random,
) -> Option<Coarse> {
    let n = graph.len();
    let mut order: Vec<u32> = (0..n as u32).collect();
    random.shuffle(&mut order);
    let mut into = vec![NONE; n];
    let mut merged = 0;
    for &node in &order {
        if into[node as usize] != NONE {
            continue;
        }
        let own = graph.steps(node, 0);
        let mut best: Option<(f64, u32)> = None;
        for at in graph.row(node) {
            let near = graph.neighbour[at];
            let both = own + graph.steps(near, 0);
            if into[near as usize] == NONE && both <= cap && may(node, near) {
                let bond = graph.cost[graph.edge[at] as usize] / (both.max(1)) as f64;
                if best.is_none_or(|(most, _)| bond > most) {
                    best = Some((bond, near));
                }
            }
        }
        into[node as usize] = merged;
        if let Some((_, near)) = best {
            into[near as usize] = merged;
        }
        merged += 1;
    }
    let coarse = merged as usize;
    (coarse * 10 < n * 9).then(|| Coarse { graph: merge(graph, &into, coarse), into })
}

fn merge(graph: &Graph, into: &[u32], coarse: usize) -> Graph {
    let measures = graph.measures;
    let mut weight = vec![0; coarse * measures];
    let mut moment = vec![[0.0; 4]; if graph.moment.is_empty() { 0 } else { coarse }];
    for (node, &to) in into.iter().enumerate() {
        for measure in 0..measures {
            weight[to as usize * measures + measure] += graph.weight[node * measures + measure];
        }
        if let Some(part) = graph.moment.get(node) {
            (0..4).for_each(|at| moment[to as usize][at] += part[at]);
        }
    }
    // Distances within a merged node cannot be changed any more and are left in its moment.
    let mut pairs: Vec<([u32; 2], f64)> = Vec::with_capacity(graph.ends.len());
    for (&[a, b], &cost) in graph.ends.iter().zip(&graph.cost) {
        let (a, b) = (into[a as usize], into[b as usize]);
        if a != b {
            pairs.push(([a.min(b), a.max(b)], cost));
        }
    }
    // A stable sort: lengths are summed in one order on every machine.
    pairs.sort_by_key(|&(pair, _)| pair);
    let (mut ends, mut cost): (Vec<[u32; 2]>, Vec<f64>) = (vec![], vec![]);
    for (pair, length) in pairs {
        if ends.last() == Some(&pair) {
            if let Some(total) = cost.last_mut() {
                *total += length;
            }
        } else {
            ends.push(pair);
            cost.push(length);
        }
    }
    Graph { ends, cost, weight, measures, moment, ..Graph::default() }.linked(coarse)
}
