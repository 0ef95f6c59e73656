//! What lies within a walk of each place, summed: jobs, seats, people.

use rayon::prelude::*;

use super::{
    StreetNetwork,
    pairs::{CHUNK, Targets},
    search::Worker,
    snap::{Ends, Snapped},
    walk::{limit_mm, metres},
};
use crate::{
    control::Control,
    demand::check_length,
    error::{Error, Result},
    reach::check_limit,
    threads,
};

/// How much something counts by its walk, metres.
pub type Weight<'a> = dyn Fn(f64) -> f64 + Send + Sync + 'a;

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
    /// Sum of the targets' amounts within a walk of each place, each times the
    /// `weight` of its walk; `None` counts all alike.
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
        weight: Option<&Weight<'_>>,
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
                        places.ends(row).map(|_| self.sum(tally, places, row, targets, &amounts, limit_mm, weight));
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

    /// The junction at which a place is, so that all its walks begin and end there.
    ///
    /// One may step off the street as well as onto it: not so at the beginning of a one-way street.
    fn exactly_at(&self, ends: Ends) -> Option<u32> {
        let edge = self.edges[ends.edge as usize];
        let end = (0..2).find(|&end: &usize| ends.toward[end] == 0 && ends.away[end] == 0)?;
        Some([edge.tail, edge.head][end])
    }

    fn amounts(&self, targets: &Snapped, amount: &[f64]) -> Amounts {
        let mut at_junction = vec![0.0; self.vertex.len()];
        let mut is_at_junction = vec![false; targets.len()];
        for (row, &amount) in amount.iter().enumerate() {
            let Some(ends) = targets.ends(row as u32) else { continue };
            if let Some(junction) = self.exactly_at(ends) {
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
        weight: Option<&Weight<'_>>,
    ) -> f64 {
        let Some(ends) = places.ends(row) else { return 0.0 };
        let Tally { worker, nearest_mm, met } = tally;
        match self.exactly_at(ends) {
            Some(junction) => worker.search(self.graph.ahead(), &[(junction, 0)], limit_mm),
            None => worker.search(self.graph.ahead(), &self.seeds(ends, ends.away).collect::<Vec<_>>(), limit_mm),
        }
        let mut sum = 0.0;
        match weight {
            None => worker.reached().iter().for_each(|&junction| sum += amounts.at_junction[junction as usize]),
            Some(weight) => {
                for &junction in worker.reached() {
                    let here = amounts.at_junction[junction as usize];
                    if here != 0.0 {
                        sum += here * weight(metres(worker.reached_mm(junction)));
                    }
                }
            }
        }
        if amounts.beside.is_empty() {
            return sum;
        }
        nearest_mm.resize(targets.len(), u32::MAX);
        let mut meet = |target: u32, mm: u32| {
            if mm <= limit_mm {
                if nearest_mm[target as usize] == u32::MAX {
                    met.push(target);
                }
                nearest_mm[target as usize] = nearest_mm[target as usize].min(mm);
            }
        };
        for &junction in worker.reached() {
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
            let here = amounts.amount[target as usize];
            sum += weight.map_or(here, |weight| here * weight(metres(mm)));
        }
        sum
    }
}
