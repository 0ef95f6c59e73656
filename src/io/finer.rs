//! Finer demand points: which committee each lies in, and how they share its people.

use std::collections::HashMap;

use super::{
    findings::{At, Findings, Refusal},
    ids::name_key,
    layer::Layer,
    tables::{DemandRows, PointRows},
};
use crate::demand::DemandPoints;

/// Committees by id, and by name where one alone bears it.
fn committee_rows(committees: &DemandRows) -> HashMap<String, Option<usize>> {
    let mut rows: HashMap<String, Option<usize>> = HashMap::new();
    for (row, name) in committees.rows.name.iter().enumerate() {
        rows.entry(name_key(name)).and_modify(|known| *known = None).or_insert(Some(row));
    }
    for (row, id) in committees.rows.id.iter().enumerate() {
        rows.insert(name_key(id), Some(row));
    }
    rows
}

/// Refuse points of committees that do not exist.
pub(super) fn refuse_strangers(points: &PointRows, committees: &DemandRows, layer: &mut Layer) {
    let known = committee_rows(committees);
    for (row, committee) in points.committee.iter().enumerate() {
        let Some(committee) = committee else { continue };
        let cause = match known.get(&name_key(committee)) {
            Some(Some(_)) => continue,
            Some(None) => format!("several committees are called {committee:?}"),
            None => format!("no committee has the id or name {committee:?}"),
        };
        let at = layer.at(row);
        let fix = "give the id of a committee in the demand layer";
        layer.findings.refuse(at, Refusal::new("committee_unknown", cause, fix));
    }
}

/// Where a committee's people are not counted but all of its points' are, their sum is its population.
pub(super) fn count_people(points: &PointRows, committees: &mut DemandRows, findings: &mut Findings) {
    let known = committee_rows(committees);
    let mut sums: Vec<Option<f64>> = vec![None; committees.population.len()];
    let mut incomplete = vec![false; sums.len()];
    for (committee, people) in points.committee.iter().zip(&points.population) {
        let row = committee.as_ref().and_then(|committee| known.get(&name_key(committee)).copied().flatten());
        let Some(row) = row else { continue };
        if let (Some(sum), Some(incomplete)) = (sums.get_mut(row), incomplete.get_mut(row)) {
            match people {
                Some(people) => *sum = Some(sum.unwrap_or(0.0) + people),
                None => *incomplete = true,
            }
        }
    }
    let mut counted = 0;
    for ((population, sum), incomplete) in committees.population.iter_mut().zip(sums).zip(incomplete) {
        if population.is_none() && sum.is_some() && !incomplete {
            *population = sum;
            counted += 1;
        }
    }
    if counted > 0 {
        let cause = format!("{counted} committee(s) have no population of their own");
        findings.note(At::layer(), "population_from_points", cause, "the sum of their points' people is taken");
    }
}

/// Finer points under their committees; a committee without any keeps the point inside its shape.
pub(super) fn finer_points(
    points: &PointRows,
    xy: &[Option<[f64; 2]>],
    committees: &DemandRows,
    own: &[Option<[f64; 2]>],
    findings: Option<&mut Findings>,
) -> DemandPoints {
    /// Largest difference between a committee and its points that is rounding.
    const TOLERANCE: f64 = 0.005;
    let known = committee_rows(committees);
    let mut rows: Vec<Vec<([f64; 2], f64)>> = vec![vec![]; committees.rows.id.len()];
    for ((committee, xy), people) in points.committee.iter().zip(xy).zip(&points.population) {
        let row = committee.as_ref().and_then(|committee| known.get(&name_key(committee)).copied().flatten());
        if let (Some(points), Some(xy)) = (row.and_then(|row| rows.get_mut(row)), xy) {
            points.push((*xy, people.unwrap_or(0.0)));
        }
    }
    let differences = rows.iter().zip(&committees.population).enumerate().filter_map(|(row, (points, people))| {
        let people = (*people)?;
        let sum: f64 = points.iter().map(|(_, people)| people).sum();
        let differs = !points.is_empty() && (sum - people).abs() > TOLERANCE * people;
        differs.then_some((row, sum, people))
    });
    let differences: Vec<(usize, f64, f64)> = differences.collect();
    let worst = differences.iter().max_by(|a, b| (a.1 - a.2).abs().total_cmp(&(b.1 - b.2).abs()));
    if let (Some(findings), Some((row, sum, people))) = (findings, worst) {
        let name = committees.rows.name.get(*row).map(String::as_str).unwrap_or_default();
        let cause = format!(
            "in {} committee(s) the points' people differ from the committee's by more than 0.5 %; most in {name}: {sum} against {people}",
            differences.len()
        );
        findings.note(At::layer(), "points_sum", cause, "the committee's number counts; points only share it out");
    }
    let with_own = rows.into_iter().zip(own).map(|(points, own)| match own {
        Some(xy) if points.is_empty() => vec![(*xy, 1.0)],
        _ => points,
    });
    DemandPoints::grouped(with_own)
}
