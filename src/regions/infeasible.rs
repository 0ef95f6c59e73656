//! Why there is no plan, and the smallest change that would help.

use crate::error::{Error, Result};

use super::{
    apportion::apportion,
    contiguity::Contiguity,
    measure::{Band, Measure},
};

/// An infeasible question whose tolerance is too small.
pub(super) fn too_tight(why: String, change: String, rows: Vec<usize>, given: f64, needed: Option<f64>) -> Error {
    Error::Infeasible {
        model: "partition",
        why: why.into(),
        change: change.into(),
        rows,
        parameter: "tolerance",
        given,
        needed,
    }
}

/// "5.2 %", rounded up: what is said to do must do.
pub(super) fn percent_up(share: f64) -> String {
    format!("{} %", (share * 1e4 - 1e-6).ceil() / 100.0)
}

/// A tolerance as it may be given, rounded up in the fourth digit.
pub(super) fn rounded_up(share: f64) -> f64 {
    (share * 1e4 - 1e-6).ceil() / 1e4
}

/// Refuse bands that no sum of whole amounts meets.
pub(super) fn check_band(measure: &Measure, band: Band, k: usize, tolerance: f64) -> Result<()> {
    if band.low * k as i64 <= measure.total && measure.total <= band.high * k as i64 {
        return Ok(());
    }
    let ideal = measure.ideal(k);
    let needed = (ideal - ideal.floor()).max(ideal.ceil() - ideal) / ideal;
    let why = format!(
        "whole amounts cannot make {k} parts within {} of {:.6}",
        percent_up(tolerance),
        measure.amount(1) * ideal
    );
    Err(too_tight(
        why,
        format!("a tolerance of at least {} is needed", percent_up(needed)),
        vec![],
        tolerance,
        Some(rounded_up(needed)),
    ))
}

/// Refuse where a single unit is more than a part may hold.
pub(super) fn check_units(measure: &Measure, band: Band, k: usize, tolerance: f64) -> Result<()> {
    let rows: Vec<usize> = (0..measure.units.len()).filter(|&unit| measure.units[unit] > band.high).collect();
    let Some(&heaviest) = rows.iter().max_by_key(|&&unit| measure.units[unit]) else { return Ok(()) };
    let share = measure.units[heaviest] as f64 / measure.ideal(k);
    let fewer = (measure.total as f64 * (1.0 + tolerance) / measure.units[heaviest] as f64).floor();
    let others = if rows.len() > 1 { format!(" ({} units are too large)", rows.len()) } else { String::new() };
    let held = measure.units[heaviest];
    let why = format!("unit {heaviest} alone holds {share:.3} of an equal share{others}");
    let pieces = if band.high > 0 { (held + band.high - 1) / band.high } else { held };
    let change = format!(
        "divide the unit of {} in {pieces}, allow a tolerance of {}, or ask for {fewer:.0} parts",
        measure.amount(held),
        percent_up(share - 1.0)
    );
    Err(too_tight(why, change, rows, tolerance, Some(rounded_up(share - 1.0))))
}

/// Why the fields (towns, or what the graph falls into) cannot be given whole numbers of parts.
pub(super) fn no_allotment(
    fields: &[Vec<u32>],
    town: impl Fn(u32) -> Option<String>,
    measure: &Measure,
    k: usize,
    tolerance: f64,
) -> Error {
    let held = |field: &[u32]| field.iter().map(|&unit| measure.units[unit as usize]).sum::<i64>();
    let weight: Vec<f64> = fields.iter().map(|field| held(field) as f64).collect();
    let name =
        |at: usize| town(fields[at][0]).unwrap_or_else(|| format!("the connected set of unit {}", fields[at][0]));
    let Ok(best) = apportion(&weight, k, 0.0) else {
        let why = format!("the units fall into {} sets that do not touch, more than the {k} parts", fields.len());
        return Error::Infeasible {
            model: "partition",
            why: why.into(),
            change: format!("join sets with join(pairs), or ask for at least {} parts", fields.len()).into(),
            rows: fields.iter().map(|field| field[0] as usize).collect(),
            parameter: "k",
            given: k as f64,
            needed: Some(fields.len() as f64),
        };
    };
    let ideal = measure.ideal(k);
    let off = |at: usize| weight[at] / (best.parts[at] as f64 * ideal) - 1.0;
    let worst = (0..fields.len()).max_by(|&a, &b| off(a).abs().total_cmp(&off(b).abs())).unwrap_or(0);
    let why = format!(
        "{} holds {:.3} equal shares; in {} part(s) they are {:+.1} % off on average",
        name(worst),
        weight[worst] / ideal,
        best.parts[worst],
        100.0 * off(worst)
    );
    let or =
        other_count(&fields.iter().map(|field| (held(field), field.len())).collect::<Vec<_>>(), measure, k, tolerance);
    let change = format!("a tolerance of at least {} is needed{or}", percent_up(best.deviation));
    let rows = fields[worst].iter().map(|&unit| unit as usize).collect();
    too_tight(why, change, rows, tolerance, Some(rounded_up(best.deviation)))
}

/// ", or 26 parts": the nearest number of parts that fields of these amounts and
/// units can be given within the tolerance; the higher of two.
pub(super) fn other_count(fields: &[(i64, usize)], measure: &Measure, k: usize, tolerance: f64) -> String {
    let fits = |parts: usize| {
        let band = measure.band(parts, Some(tolerance));
        // The fewest and the most parts of each field.
        let ranges = fields.iter().map(|&(held, units)| {
            let fits = |parts: &usize| band.low * *parts as i64 <= held && held <= band.high * *parts as i64;
            let most = units.min(parts);
            Some(((1..=most).find(fits)?, (1..=most).rev().find(fits)?))
        });
        let all: Option<Vec<(usize, usize)>> = ranges.collect();
        all.is_some_and(|all| {
            (all.iter().map(|range| range.0).sum()..=all.iter().map(|range| range.1).sum()).contains(&parts)
        })
    };
    let units: usize = fields.iter().map(|field| field.1).sum();
    let near = (1..=k.max(4)).flat_map(|off| [k + off, k.saturating_sub(off)]);
    match near.filter(|parts| (fields.len().max(1)..=units).contains(parts)).find(|&parts| fits(parts)) {
        Some(parts) => format!(", or {parts} parts"),
        None => String::new(),
    }
}

/// Refuse where a unit is the only way to pieces too small to be parts, and
/// together with them is more than a part may hold.
///
/// `field` marks the units that are divided among themselves.
pub(super) fn check_necks(
    contiguity: &Contiguity,
    field: &[u32],
    inside: impl Fn(u32, u32) -> bool,
    measure: &Measure,
    band: Band,
    k: usize,
    tolerance: f64,
) -> Result<()> {
    let ideal = measure.ideal(k);
    for (neck, mut branches) in necks(contiguity, field, inside, measure) {
        let own = measure.units[neck as usize];
        let tied: i64 = branches.iter().filter(|&&branch| branch < band.low).sum();
        if own + tied <= band.high {
            continue;
        }
        branches.sort_unstable_by_key(|&branch| std::cmp::Reverse(branch));
        // The heaviest `alone` branches stand alone, the rest goes with the neck.
        let needed = |alone: usize| {
            let lightest = if alone == 0 { 0.0 } else { 1.0 - branches[alone - 1] as f64 / ideal };
            let rest: i64 = branches[alone..].iter().sum();
            lightest.max((own + rest) as f64 / ideal - 1.0)
        };
        let least = (0..=branches.len()).map(needed).fold(f64::INFINITY, f64::min);
        let why = format!(
            "unit {neck} is the only way to pieces too small to be parts, and with them holds {:.3} of an equal share",
            (own + tied) as f64 / ideal
        );
        let change =
            format!("join one of the pieces elsewhere with join(pairs), or allow a tolerance of {}", percent_up(least));
        return Err(too_tight(why, change, vec![neck as usize], tolerance, Some(rounded_up(least))));
    }
    Ok(())
}

/// Articulation units of a connected field, and what hangs on each of them
/// (Hopcroft and Tarjan 1973, without recursion).
fn necks(
    contiguity: &Contiguity,
    field: &[u32],
    inside: impl Fn(u32, u32) -> bool,
    measure: &Measure,
) -> Vec<(u32, Vec<i64>)> {
    let n = contiguity.len();
    let total: i64 = field.iter().map(|&unit| measure.units[unit as usize]).sum();
    let (mut found_at, mut low, mut below) = (vec![0_u32; n], vec![0_u32; n], vec![0_i64; n]);
    let mut branches: Vec<Vec<i64>> = vec![vec![]; n];
    let root = field[0];
    let mut time = 1;
    let mut path: Vec<(u32, u32, usize)> = vec![(root, root, 0)];
    (found_at[root as usize], low[root as usize]) = (1, 1);
    below[root as usize] = measure.units[root as usize];
    while let Some(&mut (unit, parent, ref mut next)) = path.last_mut() {
        if let Some(&near) = contiguity.neighbours(unit).get(*next) {
            *next += 1;
            if near == parent || !inside(unit, near) {
                continue;
            }
            if found_at[near as usize] == 0 {
                time += 1;
                (found_at[near as usize], low[near as usize]) = (time, time);
                below[near as usize] = measure.units[near as usize];
                path.push((near, unit, 0));
            } else {
                low[unit as usize] = low[unit as usize].min(found_at[near as usize]);
            }
        } else {
            path.pop();
            if unit != root {
                below[parent as usize] += below[unit as usize];
                low[parent as usize] = low[parent as usize].min(low[unit as usize]);
                if low[unit as usize] >= found_at[parent as usize] {
                    branches[parent as usize].push(below[unit as usize]);
                }
            }
        }
    }
    let mut necks = vec![];
    for &unit in field {
        let mut hanging = std::mem::take(&mut branches[unit as usize]);
        let rest = total - measure.units[unit as usize] - hanging.iter().sum::<i64>();
        if unit != root && !hanging.is_empty() {
            hanging.push(rest);
        }
        if hanging.len() > 1 {
            necks.push((unit, hanging));
        }
    }
    necks
}
