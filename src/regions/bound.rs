//! What no plan can beat.
//!
//! Each bound leaves out some of what plans must keep, so it holds for all of them.

use crate::{control::Control, error::Result};

use super::{
    anneal::Best,
    asked::Asked,
    centres::{Centres, Ground},
    field::Field,
    node_cost::NodeCost,
    plan::Objective,
    proof::Question,
    search::Problem,
    spread::least_border,
};

/// Nodes that flows may look at for a bound, of all fields together: some seconds at most.
const FLOWS: u64 = 8_000_000;

/// Units of a field that is too large to look at its parts.
const LARGE: usize = 1000;

/// Units times parts of a field from which on a proof has never come of the usual effort.
const HOPELESS: usize = 2000;

/// The least that every plan costs, put together from its fields.
pub(super) struct Bound {
    /// What separates the fields in every plan.
    between: f64,
    fields: Vec<Least>,
    k: usize,
    /// Whether plans cost whole numbers.
    whole: bool,
}

/// What a field costs at least, for each number of parts that it may have.
struct Least {
    field: Field,
    first: usize,
    cost: Vec<f64>,
}

/// The bound of an objective, and what is needed to raise it.
pub(super) fn bound(asked: &Asked<'_>, problem: &Problem, stop: &(dyn Fn() -> bool + Sync)) -> Bound {
    let k = problem.rules.k;
    let whole = asked.terms.objective == Objective::CutEdges;
    let between = asked.between_fields(&problem.graph).max(0.0);
    let mut bound = Bound { between, fields: vec![], k, whole };
    if asked.terms.objective == Objective::Moved {
        bound.between = moved(asked, k);
        return bound;
    }
    for nodes in &problem.fields {
        let field = Field::of(&problem.graph, &nodes.nodes);
        let work = FLOWS * field.len() as u64 / problem.graph.len() as u64;
        let (first, most) = nodes.range;
        let cost = if let Some(ground) = ground(asked, problem, &nodes.nodes) {
            let centres = Centres { weight: field.weight.clone(), ground, band: asked.bands[0] };
            centres.least(nodes.parts, most, 5 * work, stop).split_off(first)
        } else {
            let (narrowest, border) = if most > 1 {
                (field.narrowest(), least_border(&field, asked.bands[0].high, work, stop))
            } else {
                (0.0, 0.0)
            };
            let cost = |parts: usize| match (parts, whole) {
                (1, _) => 0.0,
                (_, false) => border.max(narrowest * parts as f64 / 2.0),
                // A connected field in so many parts has a tree of borders at least.
                (_, true) => (border.max(narrowest * parts as f64 / 2.0) - 1e-6).ceil().max(parts as f64 - 1.0),
            };
            (first..=most).map(cost).collect()
        };
        bound.fields.push(Least { field, first, cost });
    }
    bound
}

/// What the units of a field cost around centres, where that is the objective.
fn ground(asked: &Asked<'_>, problem: &Problem, nodes: &[u32]) -> Option<Ground> {
    match (asked.terms.objective, &problem.node_cost) {
        (Objective::Walk, NodeCost::Walk { table, sites, .. }) => {
            let row = |&node: &u32| table[node as usize * sites..(node as usize + 1) * sites].iter().copied();
            Some(Ground::Sites { cost: nodes.iter().flat_map(row).collect(), sites: *sites })
        }
        (Objective::Inertia, _) => {
            let xy = asked.contiguity.positions().unwrap_or_default();
            let mass = nodes.iter().map(|&node| asked.weights[0][node as usize]).collect();
            Some(Ground::Plane { xy: nodes.iter().map(|&node| xy[node as usize]).collect(), mass })
        }
        _ => None,
    }
}

/// The fewest people who must change their part: what is too much must leave, and what lacks must come.
fn moved(asked: &Asked<'_>, k: usize) -> f64 {
    let (measure, band) = (&asked.measures[0], asked.bands[0]);
    let mut held = vec![0; k];
    let today = asked.terms.today.as_deref().unwrap_or_default();
    today.iter().zip(&measure.units).for_each(|(&part, steps)| held[part as usize] += steps);
    let over: i64 = held.iter().map(|held| (held - band.high).max(0)).sum();
    let under: i64 = held.iter().map(|held| (band.low - held).max(0)).sum();
    measure.amount(over.max(under))
}

impl Bound {
    /// No plan costs less.
    pub(super) fn total(&self) -> f64 {
        if self.fields.is_empty() {
            return self.between;
        }
        let least = self.others(usize::MAX)[self.k];
        if least.is_finite() { self.between + least } else { f64::INFINITY }
    }

    /// The least cost of all fields but one, for each number of parts that they have together.
    fn others(&self, but: usize) -> Vec<f64> {
        let mut least = vec![f64::INFINITY; self.k + 1];
        least[0] = 0.0;
        for (_, field) in self.fields.iter().enumerate().filter(|(at, _)| *at != but) {
            let mut next = vec![f64::INFINITY; self.k + 1];
            for (parts, cost) in (field.first..).zip(&field.cost) {
                for used in 0..(self.k + 1).saturating_sub(parts) {
                    next[used + parts] = next[used + parts].min(least[used] + cost);
                }
            }
            least = next;
        }
        least
    }

    /// Look at all plans that might be better than the best known, field by
    /// field, as far as the effort goes. Takes over a better plan that is met.
    pub(super) fn prove(
        &mut self,
        asked: &Asked<'_>,
        problem: &Problem,
        best: &mut Best,
        effort: usize,
        control: &Control,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<()> {
        if !matches!(asked.terms.objective, Objective::CutEdges | Objective::Border) {
            return Ok(());
        }
        // The parts that the best plan gives each field come first.
        let given: Vec<(usize, usize)> =
            problem.fields.iter().enumerate().map(|(at, field)| (at, field.parts)).collect();
        let rest = (0..self.fields.len()).flat_map(|at| {
            let counts = self.fields[at].first..self.fields[at].first + self.fields[at].cost.len();
            counts.filter(move |&parts| parts != problem.fields[at].parts).map(move |parts| (at, parts))
        });
        let all: Vec<(usize, usize)> = given.into_iter().chain(rest.collect::<Vec<_>>()).collect();
        for (at, parts) in all {
            if stop() || self.total() >= best.cost + self.between {
                break;
            }
            let others = self.others(at)[self.k - parts];
            let field = &mut self.fields[at];
            let unasked = asked.terms.proof.is_none();
            let hopeless = unasked && field.field.len() * parts > HOPELESS;
            if parts < 2 || others.is_infinite() || field.field.len() > LARGE || hopeless {
                continue;
            }
            if field.field.order.is_empty() {
                field.field.put_in_order()?;
            }
            let own = if parts == problem.fields[at].parts {
                field
                    .field
                    .cut(&problem.fields[at].nodes.iter().map(|&node| best.label[node as usize]).collect::<Vec<_>>())
            } else {
                f64::INFINITY
            };
            let question = Question {
                field: &field.field,
                band: asked.bands[0],
                parts,
                known: own.min(best.cost - others),
                whole: self.whole,
                effort,
            };
            let place = parts - field.first;
            let proof = question.answer(field.cost[place], control, stop)?;
            self.fields[at].cost[place] = self.fields[at].cost[place].max(proof.bound);
            if let Some(plan) = proof.plan.filter(|_| own.is_finite()) {
                let mut label = best.label.clone();
                let field = &problem.fields[at];
                field.nodes.iter().zip(plan).for_each(|(&node, part)| label[node as usize] = field.first + part);
                problem.take_over(label, best);
            }
        }
        Ok(())
    }
}
