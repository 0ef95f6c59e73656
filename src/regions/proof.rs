//! The least border of all plans of a field, or what it is not below.

use crate::{control::Control, error::Result};

use super::{
    diagram::Diagram,
    field::Field,
    joint::{Joint, cheapest},
    measure::Band,
    prices::Prices,
};

/// What is asked of a proof.
pub(super) struct Question<'a> {
    pub field: &'a Field,
    pub band: Band,
    pub parts: usize,
    /// What the best plan known costs.
    pub known: f64,
    /// Whether plans cost whole numbers.
    pub whole: bool,
    /// Nodes of a diagram, and plans under way, to look at.
    pub effort: usize,
}

/// What came of it.
#[derive(Debug, Clone)]
pub(super) struct Proof {
    /// No plan of the field costs less; infinite where there is none.
    pub bound: f64,
    /// The part of each unit in a plan that costs just this, where one cheaper than the known was met.
    pub plan: Option<Vec<u32>>,
}

/// Sweeps over the prices between one heat and the next.
const SWEEPS: usize = 6;
/// How strict draws are: at first, again on a finer diagram, and at last, in typical costs of an edge.
const FIRST: f64 = 1.0;
const AGAIN: f64 = 0.15;
const LAST: f64 = 0.01;
const COOLER: f64 = 0.4;
/// How much finer amounts are told apart each time.
const FINER: i64 = 3;

impl Question<'_> {
    /// The least that can be still of interest: what would be better than the plan known.
    fn target(&self) -> f64 {
        if self.whole { self.known - 1.0 } else { self.known }
    }

    fn up(&self, bound: f64) -> f64 {
        if self.whole { (bound - 1e-6).ceil() } else { bound }
    }

    pub(super) fn answer(&self, least: f64, control: &Control, stop: &dyn Fn() -> bool) -> Result<Proof> {
        let mut proof = Proof { bound: self.up(least), plan: None };
        let (field, k, target) = (self.field, self.parts, self.target());
        if k < 2 || proof.bound > target {
            return Ok(proof);
        }
        let verbose = std::env::var_os("LINLI_PROOF").is_some();
        let begun = std::time::Instant::now();
        let ideal = (field.weight.iter().sum::<i64>() / k as i64).max(1);
        let most = if k == 2 { target / 2.0 } else { target };
        let mut step = ideal / 4 + 1;
        let Some(mut diagram) = Diagram::of(field, self.band, step, most + 1e-6, self.effort, control)? else {
            if verbose { eprintln!("  no diagram"); }
            return Ok(proof);
        };
        let mut prices = Prices::none(field.len());
        let typical = field.cost.iter().sum::<f64>() / field.cost.len().max(1) as f64;
        let mut heat = FIRST;
        loop {
            // Strictness in stages, each with the diagram that the last one left.
            let mut bound = f64::NEG_INFINITY;
            while heat > LAST {
                let next = heat * COOLER;
                bound = prices.climb(&diagram, k, [heat * typical, next * typical], SWEEPS, target + 1e-6, stop);
                // What was left out costs no less than the plan known.
                proof.bound = proof.bound.max(self.up(bound)).min(self.known);
                if verbose { eprintln!("  step {step}: heat {heat:.3} {} nodes, bound {bound:.3} {:.2} s", diagram.len(), begun.elapsed().as_secs_f64()); }
                if proof.bound > target || stop() {
                    return Ok(proof);
                }
                diagram = diagram.trimmed(&prices, target - bound + 1e-6);
                heat = next;
            }
            if diagram.exact {
                break;
            }
            step = (step / FINER).max(1);
            let finer = diagram.refined(field, self.band, &prices, (step, target - bound + 1e-6, self.effort), control)?;
            let Some(finer) = finer else { break };
            diagram = finer;
            heat = AGAIN;
        }
        let bound = prices.bound(&diagram, k);
        let mut allowed = if self.whole { proof.bound } else { target };
        while allowed <= target && !stop() {
            let found = cheapest(&diagram, &prices, k, allowed - bound + 1e-6, self.effort, control)?;
            if verbose { eprintln!("     joint {allowed}: {} {:.2} s", match &found { Joint::Nothing => "nothing", Joint::TooMany => "too many", Joint::Found(_) => "found" }, begun.elapsed().as_secs_f64()); }
            match found {
                Joint::TooMany => break,
                Joint::Nothing => proof.bound = if self.whole { allowed + 1.0 } else { self.known },
                Joint::Found(order) => {
                    let mut plan = vec![0; field.len()];
                    field.order.iter().zip(order).for_each(|(&unit, part)| plan[unit as usize] = part);
                    let cost: f64 = field
                        .ends
                        .iter()
                        .zip(&field.cost)
                        .filter(|([a, b], _)| plan[*a as usize] != plan[*b as usize])
                        .map(|(_, cost)| cost)
                        .sum();
                    proof.bound = proof.bound.max(if self.whole { cost.round() } else { cost - 1e-9 * cost.abs() });
                    proof.plan = diagram.exact.then_some(plan);
                    break;
                }
            }
            allowed += 1.0;
            if !self.whole {
                break;
            }
        }
        Ok(proof)
    }
}
