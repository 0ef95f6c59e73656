//! All parts of a plan sought together, at rising costs.

use crate::{control::Control, error::Result};

use super::{FINER, HAIR, MUCH_FINER, Proof, Question, diagram::Diagram, plans::Plans, prices::Prices};

/// Plans under way for each node of effort.
const PLANS: usize = 2;
/// What the cost of one plan is allowed to be off by sums of doubles, as a share of it.
const SUMS: f64 = 1e-10;

/// What the search for a plan came to.
enum Joint {
    /// No plan costs as little.
    Nothing,
    /// The part of each unit, in order; the least of all plans in the diagram.
    Found(Vec<u32>),
    /// More plans under way than allowed; none costs less than this.
    TooMany(f64),
}

impl Question<'_> {
    /// Plans under way that may be looked at.
    pub(super) fn room(&self) -> usize {
        PLANS * self.effort
    }

    /// Seek all parts together, at rising costs.
    pub(super) fn together(
        &self,
        diagram: &Diagram,
        prices: &Prices,
        proof: &mut Proof,
        (goal, typical): (f64, f64),
        control: &Control,
        stop: &dyn Fn() -> bool,
    ) -> Result<()> {
        let (room, hair) = (self.room(), HAIR * typical);
        let (least, unit) = if self.whole { (0.0, 1.0) } else { (typical, typical) };
        // Twice as far each time, while there is room.
        let (mut rise, mut highest) = (least, goal);
        while (proof.bound < highest || (self.whole && proof.bound <= highest)) && !stop() {
            let allowed = (proof.bound + rise).min(highest);
            let settled = self.settled(diagram, prices, (allowed, room, hair), proof, control, stop)?;
            if settled {
                if allowed >= goal || proof.plan.is_some() {
                    break;
                }
                rise = 2.0 * rise + unit;
            } else {
                if rise <= least {
                    break;
                }
                (rise, highest) = (least, allowed - unit);
            }
        }
        Ok(())
    }

    /// Raise the bound by the plans that cost no more than allowed; whether there was room for them.
    pub(super) fn settled(
        &self,
        diagram: &Diagram,
        prices: &Prices,
        (allowed, room, hair): (f64, usize, f64),
        proof: &mut Proof,
        control: &Control,
        stop: &dyn Fn() -> bool,
    ) -> Result<bool> {
        match self.cheapest(diagram, prices, (allowed, room, hair), control, stop)? {
            Joint::TooMany(bound) => {
                proof.bound = proof.bound.max(self.up(bound)).min(self.known);
                return Ok(false);
            }
            Joint::Nothing => {
                proof.bound = proof.bound.max(self.beyond(allowed)).min(self.known);
            }
            Joint::Found(parts) => {
                let mut plan = vec![0; self.field.len()];
                self.field.order.iter().zip(parts).for_each(|(&unit, part)| plan[unit as usize] = part);
                let cost = self.field.cut(&plan);
                let least = if self.whole { cost } else { cost * (1.0 - SUMS) };
                proof.bound = proof.bound.max(least).min(self.known);
                proof.plan = Some(plan);
            }
        }
        Ok(true)
    }

    /// The cheapest plan that costs no more than allowed.
    fn cheapest(
        &self,
        diagram: &Diagram,
        prices: &Prices,
        (allowed, room, hair): (f64, usize, f64),
        control: &Control,
        stop: &dyn Fn() -> bool,
    ) -> Result<Joint> {
        let gap = allowed - prices.bound(diagram, self.parts) + hair;
        let plans = Plans::of(diagram, prices, self.parts, (gap, room), control, stop)?;
        let Some(mut plans) = plans else { return Ok(Joint::TooMany(0.0)) };
        let most = allowed + hair;
        let mut grain = self.field.weight.iter().sum::<i64>() / self.parts as i64 / 4 + 1;
        loop {
            let least = plans.least();
            if least > most {
                return Ok(Joint::Nothing);
            }
            plans = plans.trimmed(most);
            if plans.exact {
                return Ok(plans.cheapest().map_or(Joint::Nothing, Joint::Found));
            }
            grain = (grain / if plans.len() < room / 40 { MUCH_FINER } else { FINER }).max(1);
            let refined = plans.refined(self.field, self.band, (grain, most, room), control, stop)?;
            let Some(finer) = refined else { return Ok(Joint::TooMany(least)) };
            plans = finer;
        }
    }
}
