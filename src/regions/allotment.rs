//! Parts for each connected set of units, and what to say where there are none.

use crate::{
    control::Control,
    error::{Error, Result},
};

use super::{
    anneal::Best,
    apportion::allot,
    asked::Asked,
    check,
    enumerate::{enumerate, narrow_order, plans_within},
    infeasible::{no_allotment, percent_up, rounded_up, too_tight},
    plan::AtLeast,
};

/// Units up to which all plans are counted when none is found.
const COUNTABLE: usize = 40;
/// Partial plans that this may take at once.
const STATES: usize = 200_000;

impl Asked<'_> {
    pub(super) fn held(&self, set: &[u32], measure: usize) -> i64 {
        set.iter().map(|&unit| self.measures[measure].units[unit as usize]).sum()
    }

    /// The fewest and the most parts that a connected set can be divided into.
    pub(super) fn range(&self, set: &[u32]) -> (usize, usize) {
        let held: Vec<i64> = (0..self.measures.len()).map(|measure| self.held(set, measure)).collect();
        let fits = |parts: usize| {
            let all = self.bands.iter().zip(&held);
            all.clone().all(|(band, &held)| band.low * parts as i64 <= held && held <= band.high * parts as i64)
        };
        let most = self.k.min(set.len());
        let first = (1..=most).find(|&parts| fits(parts));
        let last = (1..=most).rev().find(|&parts| fits(parts));
        first.zip(last).unwrap_or((1, 0))
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
                let change = needed.map_or("give it at least 1 part".to_owned(), |needed| {
                    format!("a tolerance of at least {} is needed, or another number of parts", percent_up(needed))
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

    pub(super) fn town_name(&self, town: u32) -> String {
        self.terms.town_names.get(town as usize).map_or_else(|| format!("town {town}"), |name| format!("town {name:?}"))
    }

    /// Whether all plans can be counted, and there is none.
    pub(super) fn has_no_plan(&self, control: &Control) -> Result<bool> {
        let (n, terms) = (self.contiguity.len(), self.terms);
        if n > COUNTABLE || self.measures.len() > 1 || terms.within.is_some() {
            return Ok(false);
        }
        let order = narrow_order(self.contiguity);
        let weight = &self.measures[0].units;
        let plans = plans_within(self.contiguity, &order, weight, self.k, self.bands[0], STATES, control)?;
        Ok(plans == Some(0))
    }

    /// No valid plan was found; where all plans can be counted, whether there is any.
    pub(super) fn nothing_found(&self, best: &Best, control: &Control) -> Error {
        let tolerance = self.tolerance(0).unwrap_or(f64::INFINITY);
        let off: Vec<f64> =
            self.weights.iter().map(|weight| check::largest_deviation(weight, &best.label, self.k)).collect();
        let worst = off.iter().copied().fold(0.0, f64::max);
        let alone = self.measures.len() == 1 && self.terms.within.is_none();
        if alone && self.contiguity.len() <= COUNTABLE {
            match enumerate(self.contiguity, &self.weights[0], self.k, self.terms.tolerance.first().copied(), control) {
                Err(Error::Interrupted) => return Error::Interrupted,
                Ok(all) if all.count == 0 => {
                    let wider = enumerate(self.contiguity, &self.weights[0], self.k, None, control);
                    let needed = wider.ok().and_then(|all| all.best_deviation);
                    let why = format!(
                        "none of the ways to make {} connected parts is within {}",
                        self.k,
                        percent_up(tolerance)
                    );
                    let change = needed.map_or("ask for another number of parts".to_owned(), |needed| {
                        format!("a tolerance of {} would do", percent_up(needed))
                    });
                    return too_tight(why, change, vec![], tolerance, needed.map(rounded_up));
                }
                _ => {}
            }
        }
        let terms = self.terms;
        let wishes = !(terms.locked.is_empty()
            && terms.together.is_empty()
            && terms.apart.is_empty()
            && terms.at_least.is_empty()
            && terms.leaving.is_none());
        let why = if wishes && worst <= tolerance + 1e-9 {
            "no plan was found that grants every lock, wish and limit".to_owned()
        } else {
            format!("no plan was found; the nearest has a part {} off an equal share", percent_up(worst))
        };
        let needed = (!wishes).then(|| rounded_up(worst));
        let change = if wishes {
            "withdraw one of them, or allow more tolerance or time".to_owned()
        } else {
            format!("a tolerance of {} would do; more rounds may find less", percent_up(worst))
        };
        too_tight(why, change, vec![], tolerance, needed)
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
