//! Ensembles of plans by recombination (ReCom): what else could have been.
//!
//! `DeFord`, Duchin and Solomon, "Recombination: a family of Markov chains for
//! redistricting", Harvard Data Science Review 3 (2021). Every chain has a
//! stream of random numbers of its own, so an ensemble is the same on any
//! number of threads, and goes on where it stopped as if it never had.

mod ground;
mod kept;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    control::Control,
    error::{Error, Result},
    threads,
};

use self::ground::Ground;
use super::{chain::Chain, contiguity::Contiguity, is_a_division};

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
}
