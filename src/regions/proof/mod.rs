//! The least border of all plans of a field, or what it is not below.
//!
//! A rough diagram of all parts gives prices and a bound; parts dearer than a
//! plan better than the known one can afford are left out, and amounts are told
//! apart more finely among the rest. Then all parts of a plan are put together in
//! a second diagram, and amounts are told apart more finely among its plans until
//! none is left, or they are exact.

mod diagram;
mod finer;
mod joint;
mod keys;
mod outlook;
mod plans;
mod prices;
mod refine;
mod together;

use crate::{control::Control, error::Result};

use self::{diagram::Diagram, prices::Prices};
use super::{field::Field, measure::Band};

/// What is asked of a proof.
pub(super) struct Question<'a> {
    pub field: &'a Field,
    pub band: Band,
    pub parts: usize,
    /// What the best plan known costs, or more.
    pub known: f64,
    /// Whether plans cost whole numbers.
    pub whole: bool,
    /// Nodes of a diagram, and plans under way, to look at.
    pub effort: usize,
}

/// What came of it.
#[derive(Debug, Clone)]
pub(super) struct Proof {
    /// No plan of the field costs less than this, or than the known plan.
    pub bound: f64,
    /// The part of each unit in a cheapest plan, where one cheaper than the known was met.
    pub plan: Option<Vec<u32>>,
}

/// Sweeps over the prices between one heat and the next.
const SWEEPS: usize = 3;
/// How strict draws are: at first, again on a finer diagram, and at last, in typical costs of an edge.
const FIRST: f64 = 0.4;
const AGAIN: f64 = 0.15;
const LAST: f64 = 0.03;
const COOLER: f64 = 0.4;
/// How much finer amounts are told apart each time, and where there is much room for nodes.
pub(super) const FINER: i64 = 2;
pub(super) const MUCH_FINER: i64 = 30;
/// Plans under way for each node of the diagram while it can still be finer.
const SOME_PLANS: usize = 3;
/// What costs are allowed to be off by sums of doubles, in typical costs of an edge.
pub(super) const HAIR: f64 = 1e-6;

impl Question<'_> {
    /// What a plan costs at most that is better than the known one.
    fn target(&self) -> f64 {
        if self.whole { self.known - 1.0 } else { self.known }
    }

    pub(super) fn up(&self, bound: f64) -> f64 {
        if self.whole { (bound - HAIR).ceil() } else { bound }
    }

    /// What is shown where no plan costs as little as that.
    pub(super) fn beyond(&self, goal: f64) -> f64 {
        if goal >= self.target() { self.known } else { goal + f64::from(u8::from(self.whole)) }
    }

    /// Raise a bound as far as the effort goes.
    pub(super) fn answer(&self, bound: f64, control: &Control, stop: &dyn Fn() -> bool) -> Result<Proof> {
        let mut proof = Proof { bound: self.up(bound).min(self.known), plan: None };
        let typical = self.field.cost.iter().sum::<f64>() / self.field.cost.len().max(1) as f64;
        let target = self.target();
        if self.parts < 2 || !target.is_finite() || typical <= 0.0 {
            return Ok(proof);
        }
        let unit = if self.whole { 1.0 } else { typical };
        // Where there are too many parts, there may be fewer that do for a lower goal.
        let (mut goal, mut failed) = (target, f64::INFINITY);
        while proof.bound <= goal && !stop() {
            if !self.reached(goal, typical, &mut proof, control, stop)? {
                failed = goal;
            } else if goal >= target || proof.bound <= goal || proof.plan.is_some() {
                break;
            }
            let half = f64::midpoint(proof.bound, failed);
            goal = if self.whole { half.floor() } else { half };
            if failed - goal < unit || failed - proof.bound < 2.0 * unit {
                break;
            }
        }
        Ok(proof)
    }

    /// Raise the bound by looking at plans that cost no more than a goal; whether there was room for their parts.
    fn reached(
        &self,
        goal: f64,
        typical: f64,
        proof: &mut Proof,
        control: &Control,
        stop: &dyn Fn() -> bool,
    ) -> Result<bool> {
        let (field, k, most_shown) = (self.field, self.parts, self.beyond(goal));
        let hair = HAIR * typical;
        let Some((mut diagram, mut grain)) = self.parts_within(goal / 2.0 + hair, control)? else {
            return Ok(false);
        };
        let mut prices = Prices::none(field.len());
        let (mut heat, mut few) = (FIRST, false);
        loop {
            let before = proof.bound;
            let mut gap = 0.0;
            while heat > LAST {
                let next = heat * COOLER;
                let bound = prices.climb(&diagram, k, [heat * typical, next * typical], SWEEPS, goal + hair, stop);
                // What was left out costs more than the goal.
                proof.bound = proof.bound.max(self.up(bound).min(most_shown));
                if bound > goal + hair || proof.bound > goal {
                    proof.bound = proof.bound.max(most_shown);
                    return Ok(true);
                }
                if stop() {
                    return Ok(true);
                }
                gap = goal - bound + hair;
                diagram = diagram.trimmed(&prices, gap);
                heat = next;
            }
            let room = (SOME_PLANS * diagram.len()).min(self.room());
            if diagram.exact {
                break;
            }
            if self.settled(&diagram, &prices, (goal, room, hair), proof, control, stop)? {
                return Ok(true);
            }
            let finer = grain / if few || diagram.len() < self.effort / 40 { MUCH_FINER } else { FINER };
            let mut refined = None;
            // As fine as there is room for.
            for finer_now in [finer, finer + grain / 4] {
                grain = finer_now.max(1);
                refined = diagram.refined(field, self.band, &prices, (grain, gap, self.effort), control)?;
                if refined.is_some() {
                    break;
                }
            }
            let Some(finer) = refined else { break };
            // Where amounts hardly matter any more they may as well be exact.
            few = finer.len() < diagram.len() + diagram.len() / 4;
            diagram = finer;
            heat = if proof.bound > before { AGAIN } else { AGAIN * COOLER };
        }
        self.together(&diagram, &prices, proof, (goal, typical), control, stop)?;
        Ok(true)
    }

    /// All parts with no more than so much of half a border, in rough amounts, and how rough.
    fn parts_within(&self, most: f64, control: &Control) -> Result<Option<(Diagram, i64)>> {
        let (total, none) = (self.field.weight.iter().sum::<i64>(), Prices::none(self.field.len()));
        // Any amount at first.
        let all = Diagram::of(self.field, self.band, total + 1, most, self.effort, control)?;
        let Some(all) = all else { return Ok(None) };
        let grain = total / self.parts as i64 / 4 + 1;
        let gap = |diagram: &Diagram| (most - none.to_come(diagram)[0]).max(0.0);
        let all = all.trimmed(&none, gap(&all));
        let rough = all.refined(self.field, self.band, &none, (grain, gap(&all), self.effort), control)?;
        Ok(rough.map(|rough| (rough.trimmed(&none, gap(&rough)), grain)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Costs of all divisions into `k` connected parts within the band, by definition.
    fn costs(field: &Field, k: usize, band: Band) -> Vec<f64> {
        let n = field.len();
        let mut costs = vec![];
        let mut label = vec![0_u32; n];
        'all: loop {
            let firsts = (0..n).all(|unit| label[unit] <= label[..unit].iter().max().map_or(0, |most| most + 1));
            if firsts && label.iter().max() == Some(&(k as u32 - 1)) && is_a_plan(field, &label, k, band) {
                costs.push(field.cut(&label));
            }
            for unit in (0..n).rev() {
                label[unit] += 1;
                if (label[unit] as usize) < k {
                    continue 'all;
                }
                label[unit] = 0;
            }
            return costs;
        }
    }

    fn is_a_plan(field: &Field, label: &[u32], k: usize, band: Band) -> bool {
        (0..k as u32).all(|part| {
            let held: i64 = (0..field.len()).filter(|&unit| label[unit] == part).map(|unit| field.weight[unit]).sum();
            let mut seen: Vec<bool> = label.iter().map(|&one| one != part).collect();
            let mut open: Vec<u32> = seen.iter().position(|seen| !seen).map(|unit| unit as u32).into_iter().collect();
            while let Some(unit) = open.pop() {
                if !std::mem::replace(&mut seen[unit as usize], true) {
                    open.extend(field.row(unit).map(|(near, _)| near));
                }
            }
            (band.low..=band.high).contains(&held) && seen.into_iter().all(|seen| seen)
        })
    }

    fn fields() -> impl Strategy<Value = (Field, usize, Band)> {
        (3_usize..9, 2_usize..5).prop_flat_map(|(n, k)| {
            let pairs: Vec<[u32; 2]> = (0..n as u32).flat_map(|a| (a + 1..n as u32).map(move |b| [a, b])).collect();
            (
                prop::collection::vec(prop::bool::weighted(0.4), pairs.len()),
                prop::collection::vec(0_i64..40, n),
                prop::collection::vec(0_u32..5, pairs.len()),
                any::<bool>(),
                prop::sample::select(vec![0.05, 0.2, 0.4, 0.9]),
            )
                .prop_map(move |(there, weight, length, whole, tolerance)| {
                    // A tree keeps the field connected.
                    let kept = |at: usize, [a, b]: [u32; 2]| there[at] || (a == b / 2 && b > 0);
                    let kept: Vec<usize> = (0..pairs.len()).filter(|&at| kept(at, pairs[at])).collect();
                    let cost = |&at: &usize| if whole { 1.0 } else { f64::from(length[at]) * 0.37 };
                    let ends = kept.iter().map(|&at| pairs[at]).collect();
                    let ideal = weight.iter().sum::<i64>() as f64 / k as f64;
                    let band = Band {
                        low: (ideal * (1.0 - tolerance)).ceil() as i64,
                        high: (ideal * (1.0 + tolerance)).floor() as i64,
                    };
                    let mut field = Field::new(weight, ends, kept.iter().map(cost).collect());
                    field.put_in_order().unwrap();
                    (field, k, band)
                })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// Whatever plan is known, the best of all is met, or nothing better than the known.
        #[test]
        fn the_best_of_all_is_proven((field, k, band) in fields(), more in 0_usize..6, effort in prop::sample::select(vec![20, 60, 200, 1_000_000])) {
            let costs = costs(&field, k, band);
            let whole = field.cost.iter().all(|&cost| cost == 1.0);
            let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
            let known = if least.is_finite() { least + more as f64 } else { field.cost.iter().sum::<f64>() + 1.0 };
            prop_assume!(field.cost.iter().any(|&cost| cost > 0.0));
            let question = Question { field: &field, band, parts: k, known, whole, effort };
            let proof = question.answer(0.0, &Control::new(), &|| false).unwrap();
            prop_assert!(proof.bound <= least.min(known) + 1e-9, "{} above {}", proof.bound, least);
            if let Some(plan) = &proof.plan {
                prop_assert!(is_a_plan(&field, plan, k, band));
                prop_assert!((field.cut(plan) - least).abs() < 1e-9);
            }
            if effort == 1_000_000 {
                prop_assert!(proof.bound > least.min(known) - 1e-3, "{} for {}", proof.bound, least);
                prop_assert!(proof.plan.is_some() || more == 0 || least.is_infinite());
            }
        }
    }
}
