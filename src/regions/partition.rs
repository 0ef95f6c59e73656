//! Dividing a district into connected, balanced parts (分区).

use rayon::prelude::*;

use crate::{
    control::Control,
    error::{Error, Result},
    threads,
};

use super::{
    anneal::Best,
    asked::Asked,
    begin::Begin,
    bound::bound,
    check,
    clock::Clock,
    contiguity::Contiguity,
    exact,
    graph::NONE,
    plan::{Partition, Stop, Terms},
    random::Random,
    search::Problem,
};

/// Searches that run side by side; fixed, so that threads change nothing.
const BESIDE: usize = 8;
/// Moves of single units that a question without a limit may look at, roughly: about a second.
const EFFORT: u64 = 30_000_000;

/// Nodes and plans that a proof may look at unless the terms say otherwise.
const PROOF: usize = 2_000_000;

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
    let mut clock = Clock::new(terms.time_limit_s, control);
    let asked = Asked::new(contiguity, weights, k, terms)?;
    let problem = asked.problem()?;
    let patient = clock.patient();
    let (best, begin) = problem.first_plan(0, &mut Random::new(terms.seed, 0), &|| patient.is_stopped());
    let first_seconds = clock.start.elapsed().as_secs_f64();
    if !best.valid
        && let Some(field) = asked.without_plan(&problem, &patient)?
    {
        return Err(asked.no_plan(field, &patient)?);
    }
    let Searched { mut best, begin, rounds, least, cut_short } =
        search(&asked, &problem, (best, begin), &mut clock, control)?;
    if !best.valid {
        return Err(asked.nothing_found(&best));
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
    } else if cut_short {
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
        exceptions: found.exceptions,
        exceptions_cost: found.exceptions_cost,
        town_parts: asked.town_parts(&best.label),
        labels: best.label,
        begin,
        rounds,
        stop: why,
        seconds: clock.start.elapsed().as_secs_f64(),
        first_seconds,
        seed: terms.seed,
    })
}

/// What the search came to.
struct Searched {
    best: Best,
    begin: Begin,
    rounds: usize,
    /// No plan costs less.
    least: f64,
    /// Whether the time was up before all was done.
    cut_short: bool,
}

/// Search for better plans and better bounds in turn.
fn search(
    asked: &Asked<'_>,
    problem: &Problem,
    (mut best, mut begin): (Best, Begin),
    clock: &mut Clock,
    control: &Control,
) -> Result<Searched> {
    let (terms, timed) = (asked.terms, clock.timed());
    let stop = || timed.is_stopped();
    let wanted = terms.rounds.unwrap_or_else(|| {
        let some = (EFFORT / problem.work().max(1)).clamp(2, 64) as usize;
        if terms.time_limit_s.is_some() { usize::MAX } else { some }
    });
    if wanted > 0
        && let Some(way) = problem.hasten(&mut best, terms.seed, &stop)
    {
        begin = way;
    }
    let (mut rounds, mut cut_short) = (0, false);
    let mut bounds = (wanted > 0).then(|| bound(asked, problem, &stop));
    let mut least = bounds.as_mut().map_or(0.0, |bounds| clock.raise(bounds, problem));
    let offset = asked.between_fields(&problem.graph);
    let effort = terms.proof.unwrap_or(PROOF);
    let mut tried = f64::INFINITY;
    let proven = |best: &Best, least: f64| best.valid && best.cost + offset <= least + 1e-9 * least.abs();
    control.expect(if wanted == usize::MAX { 0 } else { wanted });
    while rounds < wanted && !stop() && !proven(&best, least) {
        let batch = BESIDE.min(wanted - rounds);
        let streams = rounds as u64 + 1..(rounds + batch) as u64 + 1;
        let search = |stream| (!stop()).then(|| problem.lineage(terms.seed, stream, &stop));
        let found: Vec<Option<(Best, Begin)>> = threads::install(|| streams.into_par_iter().map(search).collect());
        for (other, way) in found.into_iter().flatten() {
            if other.beats(&best) {
                (best, begin) = (other, way);
            }
        }
        let searched = (best.valid, best.cost);
        rounds += batch;
        // Once when a good plan is known, and once more at the end if it got better.
        if let Some(bounds) = bounds
            .as_mut()
            .filter(|_| best.valid && effort > 0 && (rounds == batch || (rounds >= wanted && best.cost < tried)))
        {
            tried = best.cost;
            match bounds.prove(asked, problem, &mut best, effort, &timed, &stop) {
                // The plan stands, with the bound as far as it came.
                Ok(()) | Err(Error::Interrupted) => {}
                Err(other) => return Err(other),
            }
            least = bounds.total();
        }
        begin = if (best.valid, best.cost) == searched { begin } else { Begin::Diagram };
        if let Some(bounds) = bounds.as_mut().filter(|_| !stop() && !proven(&best, least)) {
            least = clock.raise_on(bounds, problem);
        }
        // The last rounds, or their proof, may have ended before they were done.
        cut_short = timed.is_late();
        let _ = control.step(batch);
        control.report(best.cost + offset, least);
    }
    if !best.valid && effort > 0 && !stop() {
        exact::build(asked, problem, &mut best, effort, &timed, &stop)
            .or_else(|error| if timed.is_late() { Ok(()) } else { Err(error) })?;
        begin = Begin::Diagram;
    }
    Ok(Searched { best, begin, rounds, least, cut_short: rounds < wanted || cut_short })
}

/// Number parts by their lowest unit.
pub(crate) fn number_by_lowest(label: &mut [u32], k: usize) {
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
