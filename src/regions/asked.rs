//! A question of division at the door: checked, and spelled out for the search.

use crate::error::{Error, Result};

use super::{
    apportion,
    begin::Begin,
    contiguity::{Contiguity, components},
    graph::{Graph, Moment, NONE, moments},
    infeasible::{check_band, check_necks, check_units},
    measure::{Band, Measure, check_k, check_tolerance},
    node_cost::NodeCost,
    plan::{Objective, Terms},
    search::{Field, Problem},
    state::Rules,
    wishes::check_wishes,
};

/// A question that passed the door.
pub(super) struct Asked<'a> {
    pub contiguity: &'a Contiguity,
    pub weights: &'a [Vec<f64>],
    pub k: usize,
    pub terms: &'a Terms,
    pub measures: Vec<Measure>,
    pub bands: Vec<Band>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(contiguity: &'a Contiguity, weights: &'a [Vec<f64>], k: usize, terms: &'a Terms) -> Result<Self> {
        let n = contiguity.len();
        check_k(k, n)?;
        if weights.is_empty() {
            return Err(Error::parameter("weight", &"nothing", "give at least one measure to balance"));
        }
        let allowed = [0, 1, weights.len()];
        if !allowed.contains(&terms.tolerance.len()) {
            let rule = format!("give one for all measures or one for each of the {}", weights.len());
            return Err(Error::parameter("tolerance", &format!("{:?}", terms.tolerance), &rule));
        }
        terms.tolerance.iter().try_for_each(|&tolerance| check_tolerance(tolerance))?;
        if let Some(limit_s) = terms.time_limit_s.filter(|limit_s| limit_s.is_nan() || *limit_s < 0.0) {
            return Err(Error::parameter("time_limit_s", &limit_s, "give seconds, 0 or more, or no limit"));
        }
        let measures = weights.iter().map(|weight| Measure::new(n, weight)).collect::<Result<Vec<_>>>()?;
        let asked = Self { contiguity, weights, k, terms, measures, bands: vec![] };
        asked.check_columns()?;
        let bands =
            (0..weights.len()).map(|measure| asked.measures[measure].band(k, asked.tolerance(measure))).collect();
        Self { bands, ..asked }.with_least()
    }

    /// Towns that no part may leave.
    pub(super) fn walls(&self) -> Option<&'a [u32]> {
        self.terms.within.as_deref().filter(|_| self.terms.leaving.is_none())
    }

    pub(super) fn tolerance(&self, measure: usize) -> Option<f64> {
        self.terms.tolerance.get(measure).or(self.terms.tolerance.last()).copied()
    }

    /// Cost of what separates fields in every plan.
    pub(super) fn between_fields(&self, graph: &Graph) -> f64 {
        let all: f64 = match (self.terms.objective, self.contiguity.border_m()) {
            (Objective::CutEdges, _) => self.contiguity.edges().len() as f64,
            (Objective::Border, Some(border_m)) => border_m.iter().sum(),
            _ => 0.0,
        };
        all - graph.cost.iter().sum::<f64>()
    }

    /// The problem to search, unless it is plain that it has no answer.
    pub(super) fn problem(&self) -> Result<Problem> {
        let (n, k, terms) = (self.contiguity.len(), self.k, self.terms);
        let walls = self.walls();
        let town = |unit: u32| walls.map_or(0, |within| within[unit as usize]);
        let inside = |a: u32, b: u32| town(a) == town(b);
        let near = |unit: u32| self.contiguity.neighbours(unit).iter().copied().filter(move |&near| inside(unit, near));
        let (set, sets) = components(n, near);
        let mut members: Vec<Vec<u32>> = vec![vec![]; sets];
        (0..).zip(&set).for_each(|(unit, &set)| members[set as usize].push(unit));
        for (at, (measure, &band)) in self.measures.iter().zip(&self.bands).enumerate() {
            let tolerance = self.tolerance(at).unwrap_or(f64::INFINITY);
            check_band(measure, band, k, tolerance)?;
            check_units(measure, band, k, tolerance)?;
        }
        check_wishes(self, &set)?;
        let parts = self.allot(&members)?;
        let ranges: Vec<(usize, usize)> = members.iter().map(|set| self.range(set)).collect();
        let mut fields = vec![];
        let mut first = 0;
        for ((nodes, parts), range) in members.into_iter().zip(parts).zip(ranges) {
            if parts > 1 {
                for (at, (measure, &band)) in self.measures.iter().zip(&self.bands).enumerate() {
                    let tolerance = self.tolerance(at).unwrap_or(f64::INFINITY);
                    check_necks(self.contiguity, &nodes, inside, measure, band, k, tolerance)?;
                }
            }
            fields.push(Field { nodes, first, parts, range });
            first += parts as u32;
        }
        let cost = |edge: usize| match (terms.objective, self.contiguity.border_m()) {
            (Objective::CutEdges, _) => 1.0,
            (Objective::Border, Some(border_m)) => border_m[edge],
            _ => 0.0,
        };
        let moment = if terms.objective == Objective::Inertia { self.moments() } else { vec![] };
        let graph = Graph::new(self.contiguity, &self.measures, cost, moment, &set);
        let node_cost = self.node_cost();
        let from_today =
            terms.begin == Begin::Auto && terms.today.as_ref().is_some_and(|today| is_a_plan(&graph, &fields, today));
        let per_ideal = self.measures.iter().map(|measure| 1.0 / measure.ideal(k)).collect();
        let rules = Rules { k, bands: self.bands.clone(), per_ideal, lock: self.locks(), wish: self.wishes() };
        let (begin, way) = (self.begin(), terms.begin);
        let places = self.contiguity.positions().map(<[_]>::to_vec);
        let (today, improve) = (terms.today.clone(), terms.improve);
        Ok(Problem { graph, rules, node_cost, fields, begin, way, places, today, from_today, improve })
    }

    /// Towns that may be left, each with parts for its people: where a first plan begins.
    fn begin(&self) -> Option<Vec<Field>> {
        let town = self.terms.within.as_ref().filter(|_| self.terms.leaving.is_some())?;
        let near = |unit: u32| {
            let inside = move |near: &u32| town[unit as usize] == town[*near as usize];
            self.contiguity.neighbours(unit).iter().copied().filter(inside)
        };
        let (set, sets) = components(town.len(), near);
        let mut members: Vec<Vec<u32>> = vec![vec![]; sets];
        (0..).zip(&set).for_each(|(unit, &set)| members[set as usize].push(unit));
        let weight: Vec<f64> = members.iter().map(|set| self.held(set, 0) as f64).collect();
        let ranges: Vec<(usize, usize)> = members.iter().map(|set| (1, self.k.min(set.len()))).collect();
        let parts = apportion::allot(&weight, self.measures[0].ideal(self.k), self.k, &ranges)?;
        let mut first = 0;
        let field = |(nodes, parts): (Vec<u32>, usize)| {
            let field = Field { nodes, first, parts, range: (1, parts) };
            first += parts as u32;
            field
        };
        Some(members.into_iter().zip(parts).map(field).collect())
    }

    pub(super) fn moments(&self) -> Vec<Moment> {
        moments(self.contiguity.positions().unwrap_or_default(), &self.weights[0])
    }

    pub(super) fn node_cost(&self) -> NodeCost {
        let own = self.own_cost();
        let (Some(town), Some(leaving)) = (&self.terms.within, &self.terms.leaving) else { return own };
        let price: Vec<f64> = leaving.price.iter().map(|price| price.unwrap_or(f64::INFINITY)).collect();
        NodeCost::Towns { town: town.clone().into(), price: price.into(), home: vec![0; self.k], beside: Box::new(own) }
    }

    fn own_cost(&self) -> NodeCost {
        match (self.terms.objective, &self.terms.today, &self.terms.walk) {
            (Objective::Moved, Some(today), _) => {
                NodeCost::Home { home: today.clone(), people: self.weights[0].clone() }
            }
            (Objective::Walk, _, Some(walk)) => {
                let rows = walk.metres.chunks(walk.sites).zip(&self.weights[0]);
                let table = rows.flat_map(|(row, people)| row.iter().map(move |metres| metres * people)).collect();
                NodeCost::Walk { table: std::sync::Arc::new(table), sites: walk.sites, centre: vec![0; self.k] }
            }
            _ => NodeCost::Nothing,
        }
    }

    pub(super) fn locks(&self) -> Vec<u32> {
        let Some(today) = self.terms.today.as_ref().filter(|_| !self.terms.locked.is_empty()) else { return vec![] };
        let mut lock = vec![NONE; today.len()];
        self.terms.locked.iter().for_each(|&unit| lock[unit as usize] = today[unit as usize]);
        lock
    }

    pub(super) fn wishes(&self) -> Vec<Vec<(u32, bool)>> {
        let (together, apart) = (&self.terms.together, &self.terms.apart);
        if together.is_empty() && apart.is_empty() {
            return vec![];
        }
        let mut wish = vec![vec![]; self.contiguity.len()];
        let all = together.iter().map(|&pair| (pair, true)).chain(apart.iter().map(|&pair| (pair, false)));
        for ([a, b], share) in all {
            if a != b {
                wish[a as usize].push((b, share));
                wish[b as usize].push((a, share));
            }
        }
        wish
    }

    pub(super) fn town_parts(&self, label: &[u32]) -> Option<Vec<usize>> {
        let within = self.terms.within.as_ref()?;
        let towns = within.iter().max().map_or(0, |&last| last as usize + 1);
        let mut cost = self.node_cost();
        cost.reseat(label, self.k);
        let town_of = if let NodeCost::Towns { home, .. } = cost {
            home
        } else {
            let mut town_of = vec![NONE; self.k];
            label.iter().zip(within).for_each(|(&part, &town)| town_of[part as usize] = town);
            town_of
        };
        let mut parts = vec![0; towns];
        town_of.iter().filter(|&&town| town != NONE).for_each(|&town| parts[town as usize] += 1);
        Some(parts)
    }
}

/// Whether labels are connected parts, each within its field.
fn is_a_plan(graph: &Graph, fields: &[Field], label: &[u32]) -> bool {
    let n = graph.len();
    let near =
        |unit: u32| graph.near(unit).iter().copied().filter(move |&near| label[near as usize] == label[unit as usize]);
    let pieces = components(n, near).1;
    let mut used: Vec<u32> = label.to_vec();
    used.sort_unstable();
    used.dedup();
    let k: usize = fields.iter().map(|field| field.parts).sum();
    let right = |field: &Field| {
        let mut own: Vec<u32> = field.nodes.iter().map(|&node| label[node as usize]).collect();
        own.sort_unstable();
        own.dedup();
        own.len() == field.parts
    };
    pieces == k && used.len() == k && fields.iter().all(right)
}
