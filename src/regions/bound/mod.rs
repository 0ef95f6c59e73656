//! What no plan can beat.
//!
//! Each bound leaves out some of what plans must keep, so it holds for all of them.

mod centres;
mod detour;
mod roads;
mod spread;

use crate::{control::Control, error::Result};

use self::{
    centres::{Centres, Ground},
    spread::Spread,
};
use super::{
    anneal::Best,
    asked::Asked,
    field::Field,
    node_cost::NodeCost,
    plan::Objective,
    proof::Question,
    search::{self, Problem},
};

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
    way: Way,
}

/// How the bound of a field is raised.
enum Way {
    Nothing,
    Flows(Spread),
    /// Once only.
    Centres(Centres),
}

/// What is known at once of an objective, and what is needed to raise it.
pub(super) fn bound(asked: &Asked<'_>, problem: &Problem, stop: &(dyn Fn() -> bool + Sync)) -> Bound {
    let k = problem.rules.k;
    let whole = asked.terms.objective == Objective::CutEdges;
    let between = asked.between_fields(&problem.graph).max(0.0);
    let mut bound = Bound { between, fields: vec![], k, whole };
    if asked.terms.objective == Objective::Moved {
        bound.between = moved(asked, k);
        return bound;
    }
    let cuts = matches!(asked.terms.objective, Objective::CutEdges | Objective::Border);
    for nodes in &problem.fields {
        let (first, most) = nodes.range;
        let field = if cuts && most < 2 { Field::default() } else { Field::of(&problem.graph, &nodes.nodes) };
        let mut least = Least { field, first, cost: vec![0.0; most + 1 - first], way: Way::Nothing };
        if let Some(ground) = ground(asked, problem, &nodes.nodes) {
            let centres = Centres { weight: least.field.weight.clone(), ground, band: asked.bands[0] };
            least.cost.fill(centres.least_of_any());
            least.way = Way::Centres(centres);
        } else if cuts && most > 1 {
            let narrowest = least.field.narrowest(stop);
            for (parts, cost) in (first..).zip(&mut least.cost).filter(|(parts, _)| *parts > 1) {
                *cost = narrowest * parts as f64 / 2.0;
            }
            least.way = Way::Flows(Spread::of(&least.field, asked.bands[0].high));
        }
        least.round_up(whole);
        bound.fields.push(least);
    }
    bound
}

impl Least {
    /// Plans of whole cost; a connected field in so many parts has a tree of borders at least.
    fn round_up(&mut self, whole: bool) {
        for (parts, cost) in (self.first..).zip(&mut self.cost).filter(|_| whole) {
            *cost = (*cost - 1e-6).ceil().max(parts as f64 - 1.0);
        }
    }

    /// Look at about `work` nodes more.
    fn raise(&mut self, nodes: &search::Field, work: u64, whole: bool, stop: &(dyn Fn() -> bool + Sync)) {
        match &mut self.way {
            Way::Nothing => return,
            Way::Flows(spread) => {
                spread.raise(work, stop);
                let border = spread.bound();
                let costs = (self.first..).zip(&mut self.cost).filter(|(parts, _)| *parts > 1);
                costs.for_each(|(_, cost)| *cost = cost.max(border));
            }
            Way::Centres(centres) => {
                let found = centres.least(nodes.parts, nodes.range.1, 5 * work, stop);
                self.cost.iter_mut().zip(&found[self.first..]).for_each(|(cost, found)| *cost = cost.max(*found));
                self.way = Way::Nothing;
            }
        }
        self.round_up(whole);
    }
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

/// The fewest people who must change their part: of each measure, what is too much must leave, and what lacks must come.
fn moved(asked: &Asked<'_>, k: usize) -> f64 {
    let today = asked.terms.today.as_deref().unwrap_or_default();
    let people = &asked.weights[0];
    let (mut leave, mut come) = (vec![0.0_f64; k], vec![0.0_f64; k]);
    for (measure, band) in asked.measures.iter().zip(&asked.bands) {
        let mut held = vec![0; k];
        today.iter().zip(&measure.units).for_each(|(&part, steps)| held[part as usize] += steps);
        // Those that weigh most for their people go first.
        let per_step = |unit: usize| people[unit] / measure.units[unit] as f64;
        let mut order: Vec<usize> = (0..today.len()).filter(|&unit| measure.units[unit] > 0).collect();
        order.sort_unstable_by(|&a, &b| per_step(a).total_cmp(&per_step(b)).then(a.cmp(&b)));
        let fewest = |steps: i64, inside: &dyn Fn(usize) -> bool| {
            let (mut left, mut all, mut least) = (steps, 0.0, f64::INFINITY);
            for unit in order.iter().copied().filter(|&unit| steps > 0 && inside(unit)) {
                let much = left.min(measure.units[unit]);
                all += per_step(unit) * much as f64;
                left -= much;
                least = least.min(people[unit]);
            }
            // At least one whole unit goes, if any.
            if least.is_finite() { all.max(least) } else { 0.0 }
        };
        for part in 0..k {
            let own = |unit: usize| today[unit] as usize == part;
            leave[part] = leave[part].max(fewest(held[part] - band.high, &own));
            come[part] = come[part].max(fewest(band.low - held[part], &|unit| !own(unit)));
        }
    }
    let all = |of: &[f64]| of.iter().sum::<f64>();
    // Sums of shares are off by far less than this.
    let least = all(&leave).max(all(&come)) * (1.0 - 1e-10);
    let whole = people.iter().all(|people| people.fract() == 0.0);
    if whole && least < 1e9 { (least - 1e-6).ceil().max(0.0) } else { least }
}

impl Bound {
    /// Look at about `work` nodes more, of all fields together.
    pub(super) fn raise(&mut self, problem: &Problem, work: u64, stop: &(dyn Fn() -> bool + Sync)) {
        for (field, nodes) in self.fields.iter_mut().zip(&problem.fields) {
            let share = work * nodes.nodes.len() as u64 / problem.graph.len() as u64;
            field.raise(nodes, share, self.whole, stop);
        }
    }

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
