//! Parts for each connected set of units.

use crate::error::{Error, Result};

use super::{
    apportion::allot,
    asked::Asked,
    infeasible::{no_allotment, percent_up, rounded_up, too_tight},
    measure::Band,
    plan::AtLeast,
};

impl Asked<'_> {
    pub(super) fn held(&self, set: &[u32], measure: usize) -> i64 {
        set.iter().map(|&unit| self.measures[measure].units[unit as usize]).sum()
    }

    /// The fewest and the most parts that a connected set can be divided into.
    pub(super) fn range(&self, set: &[u32]) -> (usize, usize) {
        self.range_within(set, &self.bands)
    }

    /// The same within other bands, of the first measures.
    pub(super) fn range_within(&self, set: &[u32], bands: &[Band]) -> (usize, usize) {
        let held: Vec<i64> = (0..bands.len()).map(|measure| self.held(set, measure)).collect();
        let fits = |parts: &usize| {
            let mut all = bands.iter().zip(&held);
            all.all(|(band, &held)| band.low * *parts as i64 <= held && held <= band.high * *parts as i64)
        };
        let most = self.k.min(set.len());
        (1..=most).find(fits).zip((1..=most).rev().find(fits)).unwrap_or((1, 0))
    }

    /// Parts of each connected set, within what the bands and the towns' parts allow.
    pub(super) fn allot(&self, sets: &[Vec<u32>]) -> Result<Vec<usize>> {
        let held = |set: &Vec<u32>, measure: usize| self.held(set, measure);
        let range: Vec<(usize, usize)> = sets.iter().map(|set| self.range(set)).collect();
        let towns = self.walls();
        let tolerance = self.tolerance(0).unwrap_or(f64::INFINITY);
        let name = |unit: u32| Some(self.town_name(towns?[unit as usize]));
        let refused = || {
            let short = self.too_little(sets);
            short.unwrap_or_else(|| no_allotment(sets, name, &self.measures[0], self.k, tolerance))
        };
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
                let fields: Vec<(i64, usize)> = own.iter().map(|&set| (held(&sets[set], 0), sets[set].len())).collect();
                // The same question for this town alone, whose equal share stays what it is.
                let or = self.town_count(&fields, wanted, tolerance);
                let change = needed.map_or("give it at least 1 part".to_owned(), |needed| {
                    format!("a tolerance of at least {} is needed{or}", percent_up(needed))
                });
                let rows = own.iter().flat_map(|&set| sets[set].iter().map(|&unit| unit as usize)).collect();
                return Err(too_tight(why, change, rows, tolerance, needed));
            };
            own.iter().zip(given).for_each(|(&set, given)| parts[set] = given);
        }
        Ok(parts)
    }

    /// The set that has too little of what every part must hold, for the parts its amounts ask for.
    fn too_little(&self, sets: &[Vec<u32>]) -> Option<Error> {
        let balanced = self.weights.len();
        let asked = self.terms.at_least.iter().filter(|asked| asked.least > 0.0);
        for (AtLeast { what, least, .. }, at) in asked.zip(balanced..) {
            for set in sets {
                let fewest = (1..=self.k.min(set.len()))
                    .find(|&parts| (0..balanced).all(|at| self.held(set, at) <= self.bands[at].high * parts as i64))?;
                let held = self.held(set, at);
                if held < self.bands[at].low * fewest as i64 {
                    let town = self.walls().map(|towns| self.town_name(towns[set[0] as usize]));
                    let who = town.unwrap_or_else(|| format!("the connected set of unit {}", set[0]));
                    let held = self.measures[at].amount(held);
                    let why =
                        format!("{who} needs at least {fewest} part(s) and has {held} {what}; each needs {least}");
                    let change = "ask for less in every part, or allow more tolerance".to_owned();
                    let rows = set.iter().map(|&unit| unit as usize).collect();
                    return Some(too_tight(why, change, rows, self.tolerance(0).unwrap_or(f64::INFINITY), None));
                }
            }
        }
        None
    }

    /// ", or give it 3 parts": the nearest number that a town's sets can be given.
    fn town_count(&self, sets: &[(i64, usize)], wanted: usize, tolerance: f64) -> String {
        let band = self.measures[0].band(self.k, Some(tolerance));
        let range = |&(held, units): &(i64, usize)| {
            let fits = |parts: &usize| band.low * *parts as i64 <= held && held <= band.high * *parts as i64;
            let most = units.min(self.k);
            Some(((1..=most).find(fits)?, (1..=most).rev().find(fits)?))
        };
        let Some(ranges) = sets.iter().map(range).collect::<Option<Vec<_>>>() else { return String::new() };
        let (low, high): (Vec<usize>, Vec<usize>) = ranges.into_iter().unzip();
        let nearest = wanted.clamp(low.iter().sum(), high.iter().sum());
        format!(", or give it {nearest} part(s)")
    }

    pub(super) fn town_name(&self, town: u32) -> String {
        self.terms.town_names.get(town as usize).map_or_else(|| format!("town {town}"), |name| format!("town {name:?}"))
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
