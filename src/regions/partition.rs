//! Dividing a district into connected, balanced parts (分区).

use std::time::Instant;

use rayon::prelude::*;

use crate::{
    control::Control,
    error::{Error, Result},
    threads,
};

use super::{
    anneal::Best,
    apportion::allot,
    bound::{STATES, bound},
    check,
    contiguity::{Contiguity, components},
    enumerate::{enumerate, narrow_order, plans_within},
    graph::{Graph, NONE},
    infeasible::{check_band, check_necks, check_units, no_allotment, percent_up, rounded_up, too_tight},
    measure::{Band, Measure, check_k, check_tolerance},
    plan::{Objective, Partition, Stop, Terms},
    random::Random,
    search::{Field, Problem},
    state::{NodeCost, Rules},
};

/// Searches that run side by side; fixed, so that threads change nothing.
const BESIDE: usize = 8;
/// Moves of single units that a question without a limit may look at, roughly: some seconds.
const EFFORT: u64 = 60_000_000;
/// Units up to which all plans are counted when none is found.
const COUNTABLE: usize = 40;

/// Divide the units into `k` connected parts, each within the tolerance of an
/// equal share of every measure.
///
/// `weights` holds one amount per unit for each measure; people first. See
/// [`Terms`] for towns, wishes, objectives and limits.
///
/// ```
/// use linli::{control::Control, regions::{Contiguity, Terms, partition}};
///
/// // A street of six committees into three.
/// let street = Contiguity::from_edges(6, &[[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]], None)?;
/// let terms = Terms { tolerance: vec![0.1], ..Terms::default() };
/// let plan = partition(&street, &[vec![1.0; 6]], 3, &terms, &Control::new())?;
/// assert_eq!(plan.labels, [0, 0, 1, 1, 2, 2]);
/// assert_eq!((plan.value, plan.bound, plan.proven), (2.0, 2.0, true));
/// # Ok::<(), linli::Error>(())
/// ```
///
/// # Errors
/// [`Error::Infeasible`] where no plan exists or none was found, with what
/// stands in the way; [`Error::Parameter`], [`Error::Length`] and
/// [`Error::BadValue`] for input that cannot be.
pub fn partition(
    contiguity: &Contiguity,
    weights: &[Vec<f64>],
    k: usize,
    terms: &Terms,
    control: &Control,
) -> Result<Partition> {
    let start = Instant::now();
    let asked = Asked::new(contiguity, weights, k, terms)?;
    let problem = asked.problem()?;
    let out_of_time = || terms.time_limit_s.is_some_and(|limit_s| start.elapsed().as_secs_f64() >= limit_s);
    let stop = || control.is_stopped() || out_of_time();

    let mut best = problem.first_plan(&mut Random::new(terms.seed, 0), &|| control.is_stopped());
    let first_seconds = start.elapsed().as_secs_f64();
    if !best.valid && asked.has_no_plan(control)? {
        return Err(asked.nothing_found(&best, control));
    }
    let mut rounds = 0;
    let wanted = terms.rounds.unwrap_or_else(|| {
        let some = (EFFORT / problem.work().max(1)).clamp(2, 64) as usize;
        if terms.time_limit_s.is_some() { usize::MAX } else { some }
    });
    let least = if wanted == 0 {
        0.0
    } else {
        bound(contiguity, &asked.measures, &asked.bands, terms, &weights[0], &problem, control)?
    };
    let offset = asked.between_fields(&problem.graph);
    let proven = |best: &Best| best.valid && best.cost + offset <= least + 1e-9 * least.abs();
    control.expect(if wanted == usize::MAX { 0 } else { wanted });
    while rounds < wanted && !stop() && !proven(&best) {
        let batch = BESIDE.min(wanted - rounds);
        let streams = rounds as u64 + 1..(rounds + batch) as u64 + 1;
        let search = |stream| problem.lineage(&mut Random::new(terms.seed, stream), &stop);
        let found: Vec<Best> = threads::install(|| streams.into_par_iter().map(search).collect());
        for other in found {
            if other.beats(&best) {
                best = other;
            }
        }
        rounds += batch;
        let _ = control.step(batch);
        control.report(best.cost + offset, least);
    }
    if !best.valid {
        return Err(asked.nothing_found(&best, control));
    }
    if terms.today.is_none() {
        number_by_lowest(&mut best.label, k);
    }
    let found = check::evaluate(contiguity, weights, k, terms, &best.label)?;
    let agrees = found.value <= least + 1e-9 * least.abs();
    if found.value < least - 1e-6 * least.abs() {
        let rule = format!("the plan found is worth {}; this is a mistake in linli, please report it", found.value);
        return Err(Error::parameter("bound", &least, &rule));
    }
    let least = if agrees { found.value } else { least };
    let why = if agrees {
        Stop::Proven
    } else if control.is_stopped() {
        Stop::Interrupted
    } else if rounds < wanted {
        Stop::Time
    } else {
        Stop::Rounds
    };
    Ok(Partition {
        k,
        objective: terms.objective,
        value: found.value,
        bound: least,
        gap: if agrees { 0.0 } else { (found.value - least) / found.value },
        proven: agrees,
        deviation: found.deviation,
        centres: found.centres,
        town_parts: asked.town_parts(&best.label),
        labels: best.label,
        rounds,
        stop: why,
        seconds: start.elapsed().as_secs_f64(),
        first_seconds,
        seed: terms.seed,
    })
}

/// Number parts by their lowest unit.
pub(super) fn number_by_lowest(label: &mut [u32], k: usize) {
    let mut name = vec![NONE; k];
    let mut next = 0;
    for part in label.iter_mut() {
        let name = &mut name[*part as usize];
        if *name == NONE {
            *name = next;
            next += 1;
        }
        *part = *name;
    }
}

/// A question that passed the door.
struct Asked<'a> {
    contiguity: &'a Contiguity,
    weights: &'a [Vec<f64>],
    k: usize,
    terms: &'a Terms,
    measures: Vec<Measure>,
    bands: Vec<Band>,
}

impl<'a> Asked<'a> {
    fn new(contiguity: &'a Contiguity, weights: &'a [Vec<f64>], k: usize, terms: &'a Terms) -> Result<Self> {
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
        Ok(Self { bands, ..asked })
    }

    fn tolerance(&self, measure: usize) -> Option<f64> {
        self.terms.tolerance.get(measure).or(self.terms.tolerance.last()).copied()
    }

    fn check_columns(&self) -> Result<()> {
        let (n, terms) = (self.contiguity.len(), self.terms);
        let columns = [("within", terms.within.as_ref()), ("today", terms.today.as_ref())];
        for (name, column) in columns {
            if let Some(column) = column.filter(|column| column.len() != n) {
                let (column_name, got) = (name.to_owned(), column.len());
                return Err(Error::Length { table: "units", column: column_name, expected: n, got });
            }
        }
        if let Some(part) = terms.today.iter().flatten().find(|&&part| part as usize >= self.k) {
            let rule = format!("is no part; number today's parts from 0 to {}", self.k - 1);
            return Err(Error::parameter("today", part, &rule));
        }
        let pairs = terms.together.iter().chain(&terms.apart).flatten();
        if let Some(unit) = pairs.chain(&terms.locked).find(|&&unit| unit as usize >= n) {
            return Err(Error::parameter("unit", unit, &format!("does not exist; units are 0 to {}", n - 1)));
        }
        if terms.today.is_none() && !terms.locked.is_empty() {
            return Err(Error::parameter(
                "locked",
                &terms.locked.len(),
                "units keep today's part: give today's labels",
            ));
        }
        let lacking = match terms.objective {
            Objective::Border if self.contiguity.border_m().is_none() => Some("border lengths of the contiguity"),
            Objective::Inertia if self.contiguity.positions().is_none() => Some("positions of the units"),
            Objective::Moved if terms.today.is_none() => Some("today's labels"),
            Objective::Walk if terms.walk.is_none() => Some("walks from every unit to every possible centre"),
            _ => None,
        };
        if let Some(lacking) = lacking {
            return Err(Error::parameter("objective", &terms.objective.word(), &format!("needs {lacking}")));
        }
        if let Some(walk) = &terms.walk {
            if walk.sites == 0 || walk.metres.len() != n * walk.sites {
                let (column, expected, got) = ("walk_m".to_owned(), n * walk.sites.max(1), walk.metres.len());
                return Err(Error::Length { table: "units", column, expected, got });
            }
            if let Some(at) = walk.metres.iter().position(|metres| !(metres.is_finite() && *metres >= 0.0)) {
                let (row, column, rule) = (at / walk.sites, "walk_m".to_owned(), "must be metres, 0 or more");
                return Err(Error::BadValue { table: "units", row, column, value: walk.metres[at], rule });
            }
        }
        Ok(())
    }

    /// Cost of what separates fields in every plan.
    fn between_fields(&self, graph: &Graph) -> f64 {
        let all: f64 = match (self.terms.objective, self.contiguity.border_m()) {
            (Objective::CutEdges, _) => self.contiguity.edges().len() as f64,
            (Objective::Border, Some(border_m)) => border_m.iter().sum(),
            _ => 0.0,
        };
        all - graph.cost.iter().sum::<f64>()
    }

    /// The problem to search, unless it is plain that it has no answer.
    fn problem(&self) -> Result<Problem> {
        let (n, k, terms) = (self.contiguity.len(), self.k, self.terms);
        let town = |unit: u32| terms.within.as_ref().map_or(0, |within| within[unit as usize]);
        let inside = |a: u32, b: u32| town(a) == town(b);
        let near = |unit: u32| self.contiguity.neighbours(unit).iter().copied().filter(move |&near| inside(unit, near));
        let (set, sets) = components(n, near);
        let mut members: Vec<Vec<u32>> = vec![vec![]; sets];
        (0..).zip(&set).for_each(|(unit, &set)| members[set as usize].push(unit));
        for (measure, &band) in self.measures.iter().zip(&self.bands) {
            let tolerance = self.tolerance(0).unwrap_or(f64::INFINITY);
            check_band(measure, band, k, tolerance)?;
            check_units(measure, band, k, tolerance)?;
        }
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
        let from_today = terms.today.as_ref().is_some_and(|today| is_a_plan(&graph, &fields, today));
        let per_ideal = self.measures.iter().map(|measure| 1.0 / measure.ideal(k)).collect();
        let rules = Rules { k, bands: self.bands.clone(), per_ideal, lock: self.locks(), wish: self.wishes() };
        Ok(Problem { graph, rules, node_cost, fields, today: terms.today.clone(), from_today })
    }

    fn held(&self, set: &[u32], measure: usize) -> i64 {
        set.iter().map(|&unit| self.measures[measure].units[unit as usize]).sum()
    }

    /// The fewest and the most parts that a connected set can be divided into.
    fn range(&self, set: &[u32]) -> (usize, usize) {
        let held: Vec<i64> = (0..self.measures.len()).map(|measure| self.held(set, measure)).collect();
        let fits = |parts: usize| {
            let all = self.bands.iter().zip(&held);
            all.clone().all(|(band, &held)| band.low * parts as i64 <= held && held <= band.high * parts as i64)
        };
        let most = self.k.min(set.len());
        let first = (1..=most).find(|&parts| fits(parts));
        let last = (1..=most).rev().find(|&parts| fits(parts));
        first.zip(last).unwrap_or((1, 0))
    }

    /// Parts of each connected set, within what the bands and the towns' parts allow.
    fn allot(&self, sets: &[Vec<u32>]) -> Result<Vec<usize>> {
        let held = |set: &Vec<u32>, measure: usize| self.held(set, measure);
        let range: Vec<(usize, usize)> = sets.iter().map(|set| self.range(set)).collect();
        let towns = self.terms.within.as_deref();
        let tolerance = self.tolerance(0).unwrap_or(f64::INFINITY);
        let name = |unit: u32| Some(self.town_name(towns?[unit as usize]));
        let refused = || no_allotment(sets, name, &self.measures[0], self.k, tolerance);
        if sets.len() > self.k {
            return Err(refused());
        }
        let give = |chosen: &[usize], parts: usize| {
            let weight: Vec<f64> = chosen.iter().map(|&set| held(&sets[set], 0) as f64).collect();
            let ranges: Vec<(usize, usize)> = chosen.iter().map(|&set| range[set]).collect();
            if ranges.iter().any(|(first, last)| first > last) {
                return None;
            }
            allot(&weight, self.measures[0].ideal(self.k), parts, &ranges)
        };
        let Some(wanted) = &self.terms.town_parts else {
            // Today's numbers, where they are within the terms.
            if let Some(today) = self.terms.today.as_ref().map(|today| today_parts(sets, today))
                && today.iter().sum::<usize>() == self.k
                && today.iter().zip(&range).all(|(parts, (first, last))| (first..=last).contains(&parts))
            {
                return Ok(today);
            }
            return give(&(0..sets.len()).collect::<Vec<_>>(), self.k).ok_or_else(refused);
        };
        let count = towns.map_or(0, |towns| towns.iter().max().map_or(0, |&last| last as usize + 1));
        if wanted.len() != count || wanted.iter().sum::<usize>() != self.k {
            let rule = format!("give the parts of each of the {count} towns, {} in all", self.k);
            return Err(Error::parameter("town_parts", &format!("{wanted:?}"), &rule));
        }
        let mut parts = vec![0; sets.len()];
        for (town, &wanted) in (0..).zip(wanted) {
            let own: Vec<usize> = (0..sets.len())
                .filter(|&set| towns.is_some_and(|towns| towns[sets[set][0] as usize] == town))
                .collect();
            if own.is_empty() && wanted == 0 {
                continue;
            }
            let Some(given) = give(&own, wanted) else {
                let share =
                    own.iter().map(|&set| held(&sets[set], 0)).sum::<i64>() as f64 / self.measures[0].ideal(self.k);
                let why =
                    format!("{} holds {share:.3} equal shares and was given {wanted} part(s)", self.town_name(town));
                let needed = if wanted == 0 { None } else { Some(rounded_up((share / wanted as f64 - 1.0).abs())) };
                let change = needed.map_or("give it at least 1 part".to_owned(), |needed| {
                    format!("a tolerance of at least {} is needed, or another number of parts", percent_up(needed))
                });
                let rows = own.iter().flat_map(|&set| sets[set].iter().map(|&unit| unit as usize)).collect();
                return Err(too_tight(why, change, rows, tolerance, needed));
            };
            own.iter().zip(given).for_each(|(&set, given)| parts[set] = given);
        }
        Ok(parts)
    }

    fn town_name(&self, town: u32) -> String {
        self.terms.town_names.get(town as usize).map_or_else(|| format!("town {town}"), |name| format!("town {name:?}"))
    }

    fn moments(&self) -> Vec<[f64; 4]> {
        let xy = self.contiguity.positions().unwrap_or_default();
        // Around the middle, so that squares of large coordinates do not swallow the differences.
        let middle = |axis: usize| xy.iter().map(|place| place[axis]).sum::<f64>() / xy.len() as f64;
        let (middle_x, middle_y) = (middle(0), middle(1));
        let moment = |(&[x, y], &mass): (&[f64; 2], &f64)| {
            let (x, y) = (x - middle_x, y - middle_y);
            [mass, mass * x, mass * y, mass * (x * x + y * y)]
        };
        xy.iter().zip(&self.weights[0]).map(moment).collect()
    }

    fn node_cost(&self) -> NodeCost {
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

    fn locks(&self) -> Vec<u32> {
        let Some(today) = self.terms.today.as_ref().filter(|_| !self.terms.locked.is_empty()) else { return vec![] };
        let mut lock = vec![NONE; today.len()];
        self.terms.locked.iter().for_each(|&unit| lock[unit as usize] = today[unit as usize]);
        lock
    }

    fn wishes(&self) -> Vec<Vec<(u32, bool)>> {
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

    fn town_parts(&self, label: &[u32]) -> Option<Vec<usize>> {
        let within = self.terms.within.as_ref()?;
        let towns = within.iter().max().map_or(0, |&last| last as usize + 1);
        let mut town_of = vec![NONE; self.k];
        label.iter().zip(within).for_each(|(&part, &town)| town_of[part as usize] = town);
        let mut parts = vec![0; towns];
        town_of.iter().filter(|&&town| town != NONE).for_each(|&town| parts[town as usize] += 1);
        Some(parts)
    }

    /// Whether all plans can be counted, and there is none.
    fn has_no_plan(&self, control: &Control) -> Result<bool> {
        let (n, terms) = (self.contiguity.len(), self.terms);
        if n > COUNTABLE || self.weights.len() > 1 || terms.within.is_some() {
            return Ok(false);
        }
        let order = narrow_order(self.contiguity);
        let weight = &self.measures[0].units;
        let plans = plans_within(self.contiguity, &order, weight, self.k, self.bands[0], STATES, control)?;
        Ok(plans == Some(0))
    }

    /// No valid plan was found; where all plans can be counted, whether there is any.
    fn nothing_found(&self, best: &Best, control: &Control) -> Error {
        let tolerance = self.tolerance(0).unwrap_or(f64::INFINITY);
        let off: Vec<f64> =
            self.weights.iter().map(|weight| check::largest_deviation(weight, &best.label, self.k)).collect();
        let worst = off.iter().copied().fold(0.0, f64::max);
        let alone = self.weights.len() == 1 && self.terms.within.is_none();
        if alone && self.contiguity.len() <= COUNTABLE {
            match enumerate(self.contiguity, &self.weights[0], self.k, self.terms.tolerance.first().copied(), control) {
                Err(Error::Interrupted) => return Error::Interrupted,
                Ok(all) if all.count == 0 => {
                    let wider = enumerate(self.contiguity, &self.weights[0], self.k, None, control);
                    let needed = wider.ok().and_then(|all| all.best_deviation);
                    let why = format!(
                        "none of the ways to make {} connected parts is within {}",
                        self.k,
                        percent_up(tolerance)
                    );
                    let change = needed.map_or("ask for another number of parts".to_owned(), |needed| {
                        format!("a tolerance of {} would do", percent_up(needed))
                    });
                    return too_tight(why, change, vec![], tolerance, needed.map(rounded_up));
                }
                _ => {}
            }
        }
        let wishes = !(self.terms.locked.is_empty() && self.terms.together.is_empty() && self.terms.apart.is_empty());
        let why = if wishes && worst <= tolerance + 1e-9 {
            "no plan was found that grants every lock and wish".to_owned()
        } else {
            format!("no plan was found; the nearest has a part {} off an equal share", percent_up(worst))
        };
        let needed = (!wishes).then(|| rounded_up(worst));
        let change = if wishes {
            "withdraw one of them, or allow more tolerance or time".to_owned()
        } else {
            format!("a tolerance of {} would do; more rounds may find less", percent_up(worst))
        };
        too_tight(why, change, vec![], tolerance, needed)
    }
}

/// How many of today's parts each set has; a part in two sets counts in both.
fn today_parts(sets: &[Vec<u32>], today: &[u32]) -> Vec<usize> {
    let count = |set: &Vec<u32>| {
        let mut parts: Vec<u32> = set.iter().map(|&unit| today[unit as usize]).collect();
        parts.sort_unstable();
        parts.dedup();
        parts.len()
    };
    sets.iter().map(count).collect()
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
