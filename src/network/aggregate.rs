//! What lies within a walk of each place, summed: jobs, seats, people.

use rayon::prelude::*;

use super::{
    StreetNetwork,
    contract::CLOSED,
    pairs::{CHUNK, Targets},
    search::Worker,
    snap::Snapped,
    walk::limit_mm,
};
use crate::{
    control::Control,
    demand::check_length,
    error::{Error, Result},
    reach::check_limit,
    threads,
};

/// How much something counts that is farther away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Decay {
    /// All within the limit count alike.
    #[default]
    Flat,
    /// Falls in a straight line from 1 at the door to 0 at the limit.
    Linear,
    /// Falls as exp(−walk ÷ limit): 0.37 at the limit, and nothing beyond it.
    Exponential,
}

impl Decay {
    fn of(self, mm: u32, limit_mm: u32) -> f64 {
        let part = || if limit_mm == 0 { 0.0 } else { f64::from(mm) / f64::from(limit_mm) };
        match self {
            Self::Flat => 1.0,
            Self::Linear => 1.0 - part(),
            Self::Exponential => (-part()).exp(),
        }
    }
}

/// Targets by where a search meets them.
struct Amounts {
    /// Sum of what stands exactly at each junction.
    at_junction: Vec<f64>,
    /// Everything else, row by row.
    beside: Targets,
    amount: Vec<f64>,
}

/// Arrays of one thread; a target that is reached from both ends of its street counts once.
#[derive(Default)]
struct Tally {
    worker: Worker,
    nearest_mm: Vec<u32>,
    met: Vec<u32>,
}

impl StreetNetwork {
    /// Sum of the targets' amounts within a walk of each place, weighted by `decay`.
    ///
    /// One bounded search a place and no list of pairs: memory does not grow
    /// with what is reached. Unsnapped places have no sum; what stands on
    /// unsnapped targets is reached by nobody. The sum of a place is added in an
    /// order of its own, the same on any number of threads.
    ///
    /// # Errors
    /// Rows snapped to another network; amounts that are not finite or not one
    /// per target; a limit that is negative or not finite; [`Error::Interrupted`].
    pub fn aggregate(
        &self,
        places: &Snapped,
        targets: &Snapped,
        amount: &[f64],
        limit_m: f64,
        decay: Decay,
        control: &Control,
    ) -> Result<Vec<Option<f64>>> {
        self.check_own(&[places, targets])?;
        check_limit(Some(limit_m))?;
        check_length("targets", "amount", targets.len(), amount.len())?;
        if let Some(row) = amount.iter().position(|value| !value.is_finite()) {
            let column = "amount".to_owned();
            return Err(Error::BadValue { table: "targets", row, column, value: amount[row], rule: "is not finite" });
        }
        control.expect(places.len());
        let limit_mm = limit_mm(Some(limit_m));
        let amounts = self.amounts(targets, amount);
        let order = places.along_the_curve();
        let sums: Vec<Vec<(u32, Option<f64>)>> = threads::install(|| {
            let chunks = order.par_chunks(CHUNK).map_init(Tally::default, |tally, rows| {
                let sum = |&row: &u32| {
                    let sum =
                        places.ends(row).map(|_| self.sum(tally, places, row, targets, &amounts, limit_mm, decay));
                    control.step(1)?;
                    Ok((row, sum))
                };
                rows.iter().map(sum).collect()
            });
            chunks.collect::<Result<_>>()
        })?;
        let mut answer = vec![None; places.len()];
        for (row, sum) in sums.into_iter().flatten() {
            answer[row as usize] = sum;
        }
        Ok(answer)
    }

    fn amounts(&self, targets: &Snapped, amount: &[f64]) -> Amounts {
        let mut at_junction = vec![0.0; self.vertex.len()];
        let mut is_at_junction = vec![false; targets.len()];
        for (row, &amount) in amount.iter().enumerate() {
            let Some(ends) = targets.ends(row as u32) else { continue };
            // Who comes over the other end passes this one. On a one-way street someone
            // may stand at its beginning and not be able to step onto the junction.
            let is_open = ends.away.iter().chain(&ends.toward).all(|&mm| mm != CLOSED);
            if let Some((junction, _)) = self.seeds(ends, ends.toward).find(|&(_, mm)| mm == 0 && is_open) {
                at_junction[junction as usize] += amount;
                is_at_junction[row] = true;
            }
        }
        let beside = Targets::of(self, targets, |row| !is_at_junction[row as usize], |ends| ends.toward);
        Amounts { at_junction, beside, amount: amount.to_vec() }
    }

    #[allow(clippy::too_many_arguments)]
    fn sum(
        &self,
        tally: &mut Tally,
        places: &Snapped,
        row: u32,
        targets: &Snapped,
        amounts: &Amounts,
        limit_mm: u32,
        decay: Decay,
    ) -> f64 {
        let Some(ends) = places.ends(row) else { return 0.0 };
        let Tally { worker, nearest_mm, met } = tally;
        nearest_mm.resize(targets.len(), u32::MAX);
        let seeds: Vec<(u32, u32)> = self.seeds(ends, ends.away).collect();
        worker.search(self.graph.ahead(), &seeds, limit_mm);
        let mut sum = 0.0;
        let mut meet = |target: u32, mm: u32| {
            if mm <= limit_mm {
                if nearest_mm[target as usize] == u32::MAX {
                    met.push(target);
                }
                nearest_mm[target as usize] = nearest_mm[target as usize].min(mm);
            }
        };
        for &junction in worker.reached() {
            let here = amounts.at_junction[junction as usize];
            if here != 0.0 {
                sum += if decay == Decay::Flat { here } else { here * decay.of(worker.reached_mm(junction), limit_mm) };
            }
            for &[target, cost_mm] in amounts.beside.at(junction) {
                meet(target, worker.reached_mm(junction).saturating_add(cost_mm));
            }
        }
        for target in amounts.beside.on_edge(ends.edge) {
            if let Some(mm) = targets.ends(target).and_then(|there| ends.along(there)) {
                meet(target, mm);
            }
        }
        for target in met.drain(..) {
            let mm = std::mem::replace(&mut nearest_mm[target as usize], u32::MAX);
            sum += amounts.amount[target as usize] * decay.of(mm, limit_mm);
        }
        sum
    }
}
