//! What no plan can beat.

use crate::{control::Control, error::Result};

use super::{
    contiguity::Contiguity,
    enumerate::{fewest_cut, narrow_order},
    graph::Graph,
    measure::{Band, Measure},
    plan::{Objective, Terms},
    search::Problem,
};

/// Units up to which a field is worth an attempt to look at all plans.
const SMALL: usize = 60;
/// Partial plans that this attempt may take.
pub(super) const STATES: usize = 200_000;
/// Nodes up to which the narrowest cut is worked out.
const NARROW: usize = 500;

/// No plan has less than this.
///
/// Each bound leaves out some of what plans must keep, so it holds for all of them.
pub(super) fn bound(
    contiguity: &Contiguity,
    measures: &[Measure],
    bands: &[Band],
    terms: &Terms,
    weight: &[f64],
    problem: &Problem,
    control: &Control,
) -> Result<f64> {
    let k = problem.rules.k;
    match terms.objective {
        Objective::CutEdges | Objective::Border => {
            let whole = terms.objective == Objective::CutEdges;
            // Borders between towns are there in every plan.
            let all: f64 = match (whole, contiguity.border_m()) {
                (true, _) => contiguity.edges().len() as f64,
                (false, Some(border_m)) => border_m.iter().sum(),
                (false, None) => 0.0,
            };
            let mut bound = (all - problem.graph.cost.iter().sum::<f64>()).max(0.0);
            // Least cost of all ways to give the fields their parts: least[used] after each field.
            let mut least = vec![f64::INFINITY; k + 1];
            least[0] = 0.0;
            for field in &problem.fields {
                let part = Part::of(&problem.graph, &field.nodes);
                let narrowest = if field.range.1 > 1 { part.narrowest() } else { 0.0 };
                let mut next = vec![f64::INFINITY; k + 1];
                for parts in field.range.0..=field.range.1 {
                    let mut cost = if parts > 1 { narrowest * parts as f64 / 2.0 } else { 0.0 };
                    if whole && parts > 1 {
                        cost = cost.ceil().max(parts as f64 - 1.0);
                        if let Some(exact) = part.exactly(&measures[0], bands[0], parts, control)? {
                            cost = cost.max(exact);
                        }
                    }
                    for used in 0..=k - parts {
                        next[used + parts] = next[used + parts].min(least[used] + cost);
                    }
                }
                least = next;
            }
            if least[k].is_finite() {
                bound += least[k];
            }
            Ok(bound)
        }
        Objective::Inertia => Ok(0.0),
        Objective::Moved => {
            // What is too much must leave its part, and what lacks must come.
            let mut held = vec![0; k];
            let today = terms.today.as_deref().unwrap_or_default();
            today.iter().zip(&measures[0].units).for_each(|(&part, steps)| held[part as usize] += steps);
            let over: i64 = held.iter().map(|held| (held - bands[0].high).max(0)).sum();
            let under: i64 = held.iter().map(|held| (bands[0].low - held).max(0)).sum();
            Ok(measures[0].amount(over.max(under)))
        }
        Objective::Walk => {
            // Everyone at their nearest site.
            let Some(walk) = &terms.walk else { return Ok(0.0) };
            let nearest = walk.metres.chunks(walk.sites).map(|row| row.iter().copied().fold(f64::INFINITY, f64::min));
            Ok(nearest.zip(weight).map(|(metres, people)| metres * people).sum())
        }
    }
}

/// A field by itself, its nodes numbered anew.
struct Part<'a> {
    nodes: &'a [u32],
    ends: Vec<([u32; 2], f64)>,
}

impl<'a> Part<'a> {
    fn of(graph: &Graph, nodes: &'a [u32]) -> Self {
        let mut place = vec![u32::MAX; graph.len()];
        (0..).zip(nodes).for_each(|(at, &node)| place[node as usize] = at);
        let inside = |[a, b]: [u32; 2]| {
            let pair = [place[a as usize], place[b as usize]];
            (pair[0] != u32::MAX && pair[1] != u32::MAX).then_some(pair)
        };
        let pairs = graph.ends.iter().zip(&graph.cost);
        Self { nodes, ends: pairs.filter_map(|(&ends, &cost)| Some((inside(ends)?, cost))).collect() }
    }

    /// The least cost of cutting off anything: every part has at least that much border.
    ///
    /// Stoer and Wagner (1997); 0 for a field too large for it.
    fn narrowest(&self) -> f64 {
        let n = self.nodes.len();
        if !(2..=NARROW).contains(&n) {
            return 0.0;
        }
        let mut between = vec![vec![0.0; n]; n];
        for &([a, b], cost) in &self.ends {
            between[a as usize][b as usize] += cost;
            between[b as usize][a as usize] += cost;
        }
        let mut left: Vec<usize> = (0..n).collect();
        let mut least = f64::INFINITY;
        while left.len() > 1 {
            let mut bond: Vec<f64> = vec![0.0; n];
            let mut rest = left.clone();
            let (mut latest, mut before) = (rest[0], rest[0]);
            while !rest.is_empty() {
                let tightest = (0..rest.len()).max_by(|&a, &b| bond[rest[a]].total_cmp(&bond[rest[b]])).unwrap_or(0);
                (before, latest) = (latest, rest.swap_remove(tightest));
                for &node in &rest {
                    bond[node] += between[latest][node];
                }
            }
            least = least.min(bond[latest]);
            for &node in &left {
                let more = between[latest][node];
                between[before][node] += more;
                between[node][before] += more;
            }
            between[before][before] = 0.0;
            left.retain(|&node| node != latest);
        }
        least
    }

    /// The fewest cut edges of all plans of this field, if they can be looked at.
    fn exactly(&self, measure: &Measure, band: Band, parts: usize, control: &Control) -> Result<Option<f64>> {
        if self.nodes.len() > SMALL {
            return Ok(None);
        }
        let edges: Vec<[u32; 2]> = self.ends.iter().map(|&(pair, _)| pair).collect();
        let contiguity = Contiguity::from_edges(self.nodes.len(), &edges, None)?;
        let weight: Vec<i64> = self.nodes.iter().map(|&node| measure.units[node as usize]).collect();
        let order = narrow_order(&contiguity);
        fewest_cut(&contiguity, &order, &weight, parts, band, STATES, control).map(|cut| cut.map(f64::from))
    }
}
