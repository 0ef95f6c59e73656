//! What all chains of an ensemble walk on, and the walk of one of them.

use super::{ChainRun, Draw, kept::pack};
use crate::{
    control::Control,
    error::{Error, Result},
    regions::{
        chain::{Bench, Chain},
        contiguity::Contiguity,
        graph::{Graph, Moment, moments},
        infeasible::too_tight,
        measure::{Band, Measure, check_tolerance},
        state::inertia,
    },
};

/// Steps between two looks at whether to stop.
const LOOK: usize = 64;

/// What all chains walk on.
pub(super) struct Ground {
    pub(super) graph: Graph,
    bands: Vec<Band>,
    per_ideal: Vec<f64>,
    /// Moment of each unit, where positions are known.
    moment: Vec<Moment>,
}

impl Ground {
    pub(super) fn new(contiguity: &Contiguity, weights: &[Vec<f64>], k: usize, draw: &Draw) -> Result<Self> {
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

    pub(super) fn check_balance(&self, chain: &Chain) -> Result<()> {
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

    pub(super) fn walk(
        &self,
        run: &mut ChainRun,
        begun: usize,
        steps: usize,
        draw: &Draw,
        control: &Control,
    ) -> Result<()> {
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
