//! Locks and wishes that no plan can grant.

use std::collections::BTreeMap;

use crate::error::{Error, Result};

use super::{
    asked::Asked,
    infeasible::{percent_up, rounded_up, too_tight},
};

/// Refuse units that must share a part but weigh too much for one, cannot touch
/// or must not share it. `set` is the connected set (of a town) that each unit is in.
pub(super) fn check_wishes(asked: &Asked<'_>, set: &[u32]) -> Result<()> {
    let terms = asked.terms;
    if terms.together.is_empty() && terms.locked.is_empty() && terms.apart.is_empty() {
        return Ok(());
    }
    let mut groups = Groups { lower: (0..asked.contiguity.len() as u32).collect(), tied: vec![] };
    terms.together.iter().for_each(|&[a, b]| groups.join(a, b));
    // The first unit locked in each part stands for it.
    let mut locked: Vec<Option<u32>> = vec![None; asked.k];
    if let Some(today) = &terms.today {
        for &unit in &terms.locked {
            let part = &mut locked[today[unit as usize] as usize];
            groups.join(*part.get_or_insert(unit), unit);
        }
    }
    let kept: Vec<(usize, u32)> = (0..).zip(locked).filter_map(|(part, unit)| Some((part, groups.of(unit?)))).collect();
    for (at, &(part, group)) in kept.iter().enumerate() {
        if let Some((other, _)) = kept[..at].iter().find(|(_, known)| *known == group) {
            let why = format!("units locked in part {other} and in part {part} are wished together");
            let members = groups.all().remove(&group).unwrap_or_default();
            return Err(refused(why, "withdraw a lock or a wish", members));
        }
    }
    if let Some(&[a, b]) = terms.apart.iter().find(|[a, b]| groups.of(*a) == groups.of(*b)) {
        let why = format!("units {a} and {b} are wished apart, and kept together by other wishes or locks");
        return Err(refused(why, "withdraw one of them", vec![a as usize, b as usize]));
    }
    for (unit, members) in groups.all() {
        if let Some(&other) = members.iter().find(|&&other| set[other] != set[unit as usize]) {
            let why = format!("units {unit} and {other} must share a part, and are in towns or sets that cannot");
            return Err(refused(
                why,
                "withdraw the lock or wish, or join the sets with join(pairs)",
                vec![unit as usize, other],
            ));
        }
        for (at, (measure, band)) in asked.measures.iter().zip(&asked.bands).enumerate() {
            let held: i64 = members.iter().map(|&unit| measure.units[unit]).sum();
            if held > band.high {
                let share = held as f64 / measure.ideal(asked.k);
                let why = format!(
                    "the {} units kept together with unit {unit} hold {share:.3} of an equal share",
                    members.len()
                );
                let change = format!("withdraw a lock or wish, or allow a tolerance of {}", percent_up(share - 1.0));
                let tolerance = asked.tolerance(at).unwrap_or(f64::INFINITY);
                return Err(too_tight(why, change, members, tolerance, Some(rounded_up(share - 1.0))));
            }
        }
    }
    Ok(())
}

fn refused(why: String, change: &str, rows: Vec<usize>) -> Error {
    Error::Infeasible {
        model: "partition",
        why: why.into(),
        change: change.into(),
        rows,
        parameter: "together",
        given: 0.0,
        needed: None,
    }
}

/// Units that must share a part, known by the lowest of them.
struct Groups {
    lower: Vec<u32>,
    tied: Vec<u32>,
}

impl Groups {
    fn of(&self, unit: u32) -> u32 {
        let mut at = unit;
        while self.lower[at as usize] != at {
            at = self.lower[at as usize];
        }
        at
    }

    fn join(&mut self, a: u32, b: u32) {
        self.tied.extend([a, b]);
        let roots = [self.of(a), self.of(b)];
        let low = roots[0].min(roots[1]);
        // Shorter ways next time.
        for start in [a, b] {
            let mut at = start;
            while at != low {
                at = std::mem::replace(&mut self.lower[at as usize], low);
            }
        }
        for root in roots {
            self.lower[root as usize] = low;
        }
    }

    /// All groups of several units, in the order of their lowest.
    fn all(&self) -> BTreeMap<u32, Vec<usize>> {
        let mut tied = self.tied.clone();
        tied.sort_unstable();
        tied.dedup();
        let mut all: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for unit in tied {
            all.entry(self.of(unit)).or_default().push(unit as usize);
        }
        all.retain(|_, members| members.len() > 1);
        all
    }
}
