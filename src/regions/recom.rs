//! Ensembles of plans by recombination (ReCom): what else could have been.
//!
//! `DeFord`, Duchin and Solomon, "Recombination: a family of Markov chains for
//! redistricting", Harvard Data Science Review 3 (2021). Every chain has a
//! stream of random numbers of its own, so an ensemble is the same on any
//! number of threads, and goes on where it stopped as if it never had.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    control::Control,
    error::{Error, Result},
    threads,
};

use super::{
    chain::{Bench, Chain},
    contiguity::Contiguity,
    graph::{Graph, Moment, moments},
    infeasible::too_tight,
    is_a_division,
    measure::{Band, Measure, check_tolerance},
    state::inertia,
};

/// On what terms plans are drawn.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Draw {
    /// How far a part may be from an equal share, as a share of it.
    pub tolerance: f64,
    /// Independent chains.
    pub chains: usize,
    /// Seed of all chains.
    pub seed: u64,
    /// Town of each unit, which trees cross the less the larger the surcharge.
    pub within: Option<Vec<u32>>,
    /// What an edge between towns adds to its random weight between 0 and 1;
    /// with 1 or more, a town is left only when it is wholly in the tree.
    pub surcharge: f64,
    /// After so many steps go back to the plan with the fewest cut edges (short bursts).
    pub burst: Option<usize>,
    /// Whether to keep every plan, as the units that moved.
    pub keep: bool,
}

/// What one chain has seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChainRun {
    /// Pairs of neighbours separated, after each step.
    pub cut_edges: Vec<u32>,
    /// Largest deviation of a part from an equal share, after each step.
    pub deviation: Vec<f32>,
    /// Weight × squared metres from the centres of mass, after each step; empty where positions are not known.
    #[serde(default)]
    pub inertia: Vec<f64>,
    /// The plan with the fewest cut edges, the earliest of equals.
    pub best_labels: Vec<u32>,
    /// Its cut edges.
    pub best_cut_edges: u64,
    /// Step after which it was there; 0 is the plan given.
    pub best_step: usize,
    /// Trees drawn.
    pub trees: u64,
    /// Moves of every step, packed; empty unless plans are kept.
    #[serde(skip)]
    moves: Vec<u8>,
    chain: Chain,
    best_chain: Option<Chain>,
}

/// Plans drawn by several chains, one step after the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ensemble {
    /// Number of parts.
    pub k: usize,
    /// Steps of each chain.
    pub steps: usize,
    /// The chains, in the order of their streams.
    pub runs: Vec<ChainRun>,
    /// The plan they began from.
    pub begin: Vec<u32>,
    /// The terms.
    pub draw: Draw,
}

/// Steps between two looks at whether to stop.
const LOOK: usize = 64;

/// Draw `steps` plans with each of the chains, beginning from a valid plan.
///
/// Each step merges two neighbouring parts, every pair as likely as any other,
/// draws a random minimum spanning tree, and cuts one of its balanced edges.
///
/// ```
/// use linli::{control::Control, regions::{Contiguity, Draw, recom}};
///
/// let ring: Vec<[u32; 2]> = (0..12).map(|unit| [unit, (unit + 1) % 12]).collect();
/// let ring = Contiguity::from_edges(12, &ring, None)?;
/// let plan: Vec<u32> = (0..12).map(|unit| unit / 4).collect();
/// let draw = Draw { tolerance: 0.3, chains: 2, ..Draw::default() };
/// let drawn = recom(&ring, &[vec![1.0; 12]], &plan, 50, &draw, &Control::new())?;
/// assert!(drawn.runs.iter().all(|run| run.cut_edges == [3; 50]));
/// # Ok::<(), linli::Error>(())
/// ```
///
/// # Errors
/// [`Error::Parameter`] for labels that are no connected, balanced plan or a
/// term that cannot be; [`Error::Infeasible`] where a chain finds no step;
/// [`Error::Interrupted`].
pub fn recom(
    contiguity: &Contiguity,
    weights: &[Vec<f64>],
    labels: &[u32],
    steps: usize,
    draw: &Draw,
    control: &Control,
) -> Result<Ensemble> {
    let k = labels.iter().max().map_or(0, |&last| last as usize + 1);
    let ground = Ground::new(contiguity, weights, k, draw)?;
    is_a_division(contiguity, labels, k)?;
    let begin = |stream| {
        let chain = Chain::new(&ground.graph, labels, k, draw.seed, stream);
        ground.check_balance(&chain)?;
        Ok(ChainRun {
            cut_edges: vec![],
            deviation: vec![],
            inertia: vec![],
            best_labels: labels.to_vec(),
            best_cut_edges: chain.cut,
            best_step: 0,
            trees: 0,
            moves: vec![],
            best_chain: draw.burst.map(|_| chain.clone()),
            chain,
        })
    };
    let runs = (0..draw.chains.max(1) as u64).map(begin).collect::<Result<Vec<_>>>()?;
    let ensemble = Ensemble { k, steps: 0, runs, begin: labels.to_vec(), draw: draw.clone() };
    ensemble.go_on(contiguity, weights, steps, control)
}

/// What all chains walk on.
struct Ground {
    graph: Graph,
    bands: Vec<Band>,
    per_ideal: Vec<f64>,
    /// Moment of each unit, where positions are known.
    moment: Vec<Moment>,
}

impl Ground {
    fn new(contiguity: &Contiguity, weights: &[Vec<f64>], k: usize, draw: &Draw) -> Result<Self> {
        let n = contiguity.len();
        if weights.is_empty() {
            return Err(Error::parameter("weight", &"nothing", "give at least one measure to balance"));
        }
        check_tolerance(draw.tolerance)?;
        if !(0.0..=8.0).contains(&draw.surcharge) {
            return Err(Error::parameter("surcharge", &draw.surcharge, "give 0 to 8"));
        }
        if draw.burst == Some(0) {
            return Err(Error::parameter("burst", &0, "give at least 1 step, or none for plain chains"));
        }
        if let Some(within) = draw.within.as_ref().filter(|within| within.len() != n) {
            let (column, got) = ("within".to_owned(), within.len());
            return Err(Error::Length { table: "units", column, expected: n, got });
        }
        let measures = weights.iter().map(|weight| Measure::new(n, weight)).collect::<Result<Vec<_>>>()?;
        let bands = measures.iter().map(|measure| measure.band(k.max(1), Some(draw.tolerance))).collect();
        let per_ideal = measures.iter().map(|measure| 1.0 / measure.ideal(k.max(1))).collect();
        let graph = Graph::new(contiguity, &measures, |_| 1.0, vec![], &vec![0; n]);
        let moment = contiguity.positions().map_or_else(Vec::new, |xy| moments(xy, &weights[0]));
        Ok(Self { graph, bands, per_ideal, moment })
    }

    fn check_balance(&self, chain: &Chain) -> Result<()> {
        let measures = self.graph.measures;
        for (at, held) in chain.held.iter().enumerate() {
            let (part, measure) = (at / measures, at % measures);
            if !(self.bands[measure].low..=self.bands[measure].high).contains(held) {
                let off = *held as f64 * self.per_ideal[measure] - 1.0;
                let rule = format!(
                    "part {part} is {:+.2} % off an equal share, beyond the tolerance; give a plan within it, such as one of partition",
                    100.0 * off
                );
                return Err(Error::parameter("labels", &"a plan", &rule));
            }
        }
        Ok(())
    }

    fn deviation(&self, chain: &Chain) -> f32 {
        let measures = self.graph.measures;
        let off = |(at, &held): (usize, &i64)| (held as f64 * self.per_ideal[at % measures] - 1.0).abs();
        chain.held.iter().enumerate().map(off).fold(0.0, f64::max) as f32
    }

    /// Inertia of a part, added up in the order in which the chain keeps its units.
    fn inertia(&self, chain: &Chain, part: u32) -> f64 {
        let mut sum = [0.0; 4];
        for &unit in chain.members(part) {
            let moment = self.moment[unit as usize];
            (0..4).for_each(|at| sum[at] += moment[at]);
        }
        inertia(&sum)
    }

    fn walk(&self, run: &mut ChainRun, begun: usize, steps: usize, draw: &Draw, control: &Control) -> Result<()> {
        let mut bench = Bench::new(self.graph.len(), run.chain.held.len() / self.graph.measures);
        let crosses = draw.within.as_ref().filter(|_| draw.surcharge > 0.0);
        let crosses = crosses.map(|town| {
            move |a: u32, b: u32| {
                if town[a as usize] == town[b as usize] { 0.0 } else { draw.surcharge }
            }
        });
        let extra = crosses.as_ref().map(|crosses| crosses as &dyn Fn(u32, u32) -> f64);
        // A chain that began without them goes on without them.
        let has_inertia = !self.moment.is_empty() && run.inertia.len() == begun;
        let k = if has_inertia { run.chain.held.len() / self.graph.measures } else { 0 };
        let mut of_part: Vec<f64> = (0..k as u32).map(|part| self.inertia(&run.chain, part)).collect();
        run.cut_edges.reserve(steps);
        run.deviation.reserve(steps);
        for step in begun + 1..=begun + steps {
            let Some((a, b, moved)) = run.chain.step(&self.graph, &self.bands, extra, &mut bench) else {
                return Err(too_tight(
                    format!(
                        "a chain found no step after {step} plans: no tree of two neighbouring parts has a balanced edge"
                    ),
                    "allow a larger tolerance".into(),
                    vec![],
                    draw.tolerance,
                    None,
                ));
            };
            if draw.keep {
                pack(&mut run.moves, a, b, moved);
            }
            run.cut_edges.push(run.chain.cut as u32);
            run.deviation.push(self.deviation(&run.chain));
            if has_inertia {
                for part in [a, b] {
                    of_part[part as usize] = self.inertia(&run.chain, part);
                }
                run.inertia.push(of_part.iter().sum());
            }
            if run.chain.cut < run.best_cut_edges {
                run.best_cut_edges = run.chain.cut;
                run.best_step = step;
                run.best_labels.clone_from(&run.chain.label);
            }
            if let (Some(burst), Some(best)) = (draw.burst, &mut run.best_chain) {
                // Of equals the latest, so that bursts wander over a plateau.
                if run.chain.cut <= best.cut {
                    best.clone_from(&run.chain);
                }
                if step % burst == 0 {
                    run.chain.return_to(best);
                    of_part = (0..k as u32).map(|part| self.inertia(&run.chain, part)).collect();
                }
            }
            if step % LOOK == 0 {
                control.step(LOOK)?;
            }
        }
        run.trees = run.chain.trees;
        Ok(())
    }
}

impl Ensemble {
    /// The same ensemble some steps later, on the same district.
    ///
    /// # Errors
    /// As [`recom`].
    pub fn go_on(
        mut self,
        contiguity: &Contiguity,
        weights: &[Vec<f64>],
        steps: usize,
        control: &Control,
    ) -> Result<Self> {
        if self.begin.len() != contiguity.len() {
            let (column, expected, got) = ("labels".to_owned(), contiguity.len(), self.begin.len());
            return Err(Error::Length { table: "units", column, expected, got });
        }
        let ground = Ground::new(contiguity, weights, self.k, &self.draw)?;
        control.expect(steps * self.runs.len());
        let (draw, begun) = (&self.draw, self.steps);
        threads::install(|| {
            let walk = |run: &mut ChainRun| ground.walk(run, begun, steps, draw, control);
            self.runs.par_iter_mut().map(walk).collect::<Result<Vec<()>>>()
        })?;
        self.steps += steps;
        Ok(self)
    }

    /// The chain whose best plan has the fewest cut edges, the first of equals.
    #[must_use]
    pub fn best(&self) -> &ChainRun {
        self.runs.iter().min_by_key(|run| run.best_cut_edges).unwrap_or(&self.runs[0])
    }

    /// Share of the drawn plans with fewer cut edges than this, and of those with as many.
    #[must_use]
    pub fn rank(&self, cut_edges: u32) -> (f64, f64) {
        let all = self.runs.iter().flat_map(|run| &run.cut_edges);
        let (mut below, mut equal, mut count) = (0_u64, 0_u64, 0_u64);
        for &cut in all {
            below += u64::from(cut < cut_edges);
            equal += u64::from(cut == cut_edges);
            count += 1;
        }
        (below as f64 / count.max(1) as f64, equal as f64 / count.max(1) as f64)
    }

    /// Bytes that the kept plans of all chains take.
    #[must_use]
    pub fn kept_bytes(&self) -> usize {
        self.runs.iter().map(|run| run.moves.len()).sum()
    }

    /// The kept plans of a chain, one after the other; none where plans are not kept.
    pub fn plans(&self, chain: usize) -> impl Iterator<Item = Vec<u32>> + '_ {
        let (mut read, mut label) = (0, self.begin.clone());
        std::iter::from_fn(move || self.next_plan(chain, &mut read, &mut label).then(|| label.clone()))
    }

    /// Turn a plan of a chain into the next; false after the last.
    ///
    /// `read` counts the bytes read, from 0; `label` begins as [`Ensemble::begin`].
    pub fn next_plan(&self, chain: usize, read: &mut usize, label: &mut [u32]) -> bool {
        let moves = self.runs.get(chain).map_or(&[][..], |run| run.moves.as_slice());
        let mut rest = moves.get(*read..).unwrap_or_default();
        if rest.is_empty() {
            return false;
        }
        unpack(&mut rest, label);
        *read = moves.len() - rest.len();
        true
    }

    /// Everything, to go on with at another time or on another machine.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let head = serde_json::to_vec(self).unwrap_or_default();
        let mut bytes = MARK.to_vec();
        bytes.extend((head.len() as u64).to_le_bytes());
        bytes.extend(head);
        for run in &self.runs {
            bytes.extend((run.moves.len() as u64).to_le_bytes());
            bytes.extend(&run.moves);
        }
        bytes
    }

    /// An ensemble from [`Ensemble::to_bytes`].
    ///
    /// # Errors
    /// [`Error::Parameter`] for other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let wrong =
            || Error::parameter("bytes", &format!("{} bytes", bytes.len()), "are no ensemble, or not all of it");
        let mut rest = bytes.strip_prefix(MARK).ok_or_else(wrong)?;
        let mut block = || {
            let (size, after) = rest.split_first_chunk::<8>()?;
            let size = usize::try_from(u64::from_le_bytes(*size)).ok()?;
            let (block, after) = after.split_at_checked(size)?;
            rest = after;
            Some(block)
        };
        let mut ensemble: Self = serde_json::from_slice(block().ok_or_else(wrong)?).map_err(|_| wrong())?;
        for run in &mut ensemble.runs {
            run.moves = block().ok_or_else(wrong)?.to_vec();
        }
        Ok(ensemble)
    }
}

/// How the bytes of an ensemble begin.
const MARK: &[u8] = b"linli ensemble 1\n";

/// A number in as few bytes as it needs, seven bits each.
fn put(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take(bytes: &mut &[u8]) -> u32 {
    let (mut number, mut shift) = (0, 0);
    while let Some((&byte, rest)) = bytes.split_first() {
        *bytes = rest;
        number |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
        shift += 7;
    }
    number
}

/// The units that changed sides between two parts, as the distances from one to the next.
fn pack(bytes: &mut Vec<u8>, a: u32, b: u32, moved: &[u32]) {
    let mut moved = moved.to_vec();
    moved.sort_unstable();
    for number in [a, b, moved.len() as u32] {
        put(bytes, number);
    }
    let mut last = 0;
    for unit in moved {
        put(bytes, unit - last);
        last = unit;
    }
}

fn unpack(bytes: &mut &[u8], label: &mut [u32]) {
    let (a, b, count) = (take(bytes), take(bytes), take(bytes));
    let mut unit = 0;
    for _ in 0..count {
        unit += take(bytes);
        let part = &mut label[unit as usize];
        *part = if *part == a { b } else { a };
    }
}
