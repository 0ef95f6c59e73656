//! How sure coverage is: a centre lost, other speeds, detours and populations, other limits.

use serde::Serialize;

use super::{Provenance, Question};
use crate::{
    city::City,
    control::Control,
    error::{Error, Result},
    reach::Nearest,
    walk::{OnPlane, Walk},
};

/// What the loss of one centre would mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Loss {
    /// Row of the centre.
    pub facility: u32,
    /// People within the limit for whom it is the nearest centre.
    pub people: f64,
    /// Of these, people whom no other centre is within the limit of.
    pub people_lost: f64,
    /// How much farther the others would walk on average, metres; `None` where there are none.
    pub extra_m: Option<f64>,
}

/// Coverage under another assumption.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Change {
    /// What is other: `speed`, `detour` or `population`.
    pub what: &'static str,
    /// By which factor; of the population, of those covered, against the inverse change of the others.
    pub factor: f64,
    /// People within the limit.
    pub people_covered: f64,
    /// Share of people within the limit; `None` where nobody is known to live.
    pub share: Option<f64>,
}

/// How sure a coverage is.
#[derive(Debug, Clone, PartialEq)]
pub struct Robustness {
    /// People whose number is known.
    pub people: f64,
    /// People within the limit.
    pub people_covered: f64,
    /// One row per open centre, most people lost first; ties keep the facilities' order.
    pub losses: Vec<Loss>,
    /// Less and more of each assumption.
    pub changes: Vec<Change>,
    /// Minutes asked for, and people within them.
    pub curve: Vec<(f64, f64)>,
    /// The assumptions.
    pub provenance: Provenance,
}

/// Ask how sure the coverage of a question is.
///
/// `change` is a part, such as 0.1 for ±10 %. Speed: people walk so much slower
/// or faster. Detour: all ways are so much longer or shorter. Population: the
/// two ends of what the share can be when every committee's number may be off by
/// that part. All from one look for the nearest centres and one reach.
///
/// # Errors
/// As [`coverage()`](super::coverage), and [`Error::Parameter`] for a change
/// that is not between 0 and 1 or minutes that are not positive.
pub fn robustness(
    city: &City,
    walk: &dyn Walk,
    question: &Question,
    change: f64,
    minutes: &[f64],
    control: &Control,
) -> Result<Robustness> {
    if !(change > 0.0 && change < 1.0) {
        return Err(Error::parameter("change", &change, "give a part between 0 and 1, such as 0.1"));
    }
    if let Some(minutes) = minutes.iter().find(|minutes| !(minutes.is_finite() && **minutes > 0.0)) {
        return Err(Error::parameter("curve", minutes, "give positive minutes"));
    }
    question.at_one_speed()?;
    let open = city.facilities().open(question.service.as_deref())?;
    let people = city.demand().weight(question.group.as_deref())?;
    let points = &city.demand().points;
    let living = points.people(people);
    let sites = city.facilities().places(&open);
    let walk = &OnPlane::new(walk, &city.frame().plane)?;
    let nearest = walk.nearest(&points.xy, &sites, control)?;
    let limit_m = question.standard.limit_m();
    let within = |limit_m: f64| people_within(&nearest, &living, limit_m);
    let all = people.iter().flatten().fold(0.0, |sum, people| sum + people);
    let covered = within(limit_m);
    let share = |covered: f64, all: f64| (all > 0.0).then(|| covered / all);
    let mut changes = vec![];
    for factor in [1.0 - change, 1.0 + change] {
        let by_speed = within(limit_m * factor);
        changes.push(Change { what: "speed", factor, people_covered: by_speed, share: share(by_speed, all) });
    }
    for factor in [1.0 - change, 1.0 + change] {
        let by_detour = within(limit_m / factor);
        changes.push(Change { what: "detour", factor, people_covered: by_detour, share: share(by_detour, all) });
    }
    for factor in [1.0 - change, 1.0 + change] {
        // The others are off the other way, which moves the share the farthest.
        let (counted, others) = (covered * factor, (all - covered) * (2.0 - factor));
        changes.push(Change {
            what: "population",
            factor,
            people_covered: counted,
            share: share(counted, counted + others),
        });
    }
    let per_minute_m = question.standard.speed_m_per_s() * 60.0;
    let curve = minutes.iter().map(|&minutes| (minutes, within(minutes * per_minute_m))).collect();
    Ok(Robustness {
        people: all,
        people_covered: covered,
        losses: losses(walk, &points.xy, &sites, &living, &open, limit_m, control)?,
        changes,
        curve,
        provenance: Provenance::of(city, walk, question),
    })
}

fn people_within(nearest: &Nearest, living: &[f64], limit_m: f64) -> f64 {
    let near = living.iter().enumerate().filter(|&(point, _)| nearest.get(point).is_some_and(|(_, m)| m <= limit_m));
    near.fold(0.0, |sum, (_, people)| sum + people)
}

/// What each centre's loss would mean.
fn losses(
    walk: &dyn Walk,
    points: &[[f64; 2]],
    sites: &[[f64; 2]],
    living: &[f64],
    open: &[u32],
    limit_m: f64,
    control: &Control,
) -> Result<Vec<Loss>> {
    let reach = walk.reach(points, sites, Some(limit_m), control)?;
    let empty = |&facility: &u32| Loss { facility, people: 0.0, people_lost: 0.0, extra_m: None };
    let mut losses: Vec<Loss> = open.iter().map(empty).collect();
    let mut extra = vec![0.0; open.len()];
    for (point, &people) in living.iter().enumerate() {
        let (mut first, mut second): (Option<(u32, f64)>, Option<f64>) = (None, None);
        for (site, walk_m) in reach.row(point) {
            match first {
                Some((_, best_m)) if walk_m >= best_m => second = Some(second.map_or(walk_m, |m| m.min(walk_m))),
                _ => {
                    second = first.map(|(_, best_m)| best_m);
                    first = Some((site, walk_m));
                }
            }
        }
        let Some((site, walk_m)) = first else { continue };
        let loss = &mut losses[site as usize];
        loss.people += people;
        match second {
            Some(second_m) => extra[site as usize] += people * (second_m - walk_m),
            None => loss.people_lost += people,
        }
    }
    for (loss, extra) in losses.iter_mut().zip(extra) {
        let kept = loss.people - loss.people_lost;
        loss.extra_m = (kept > 0.0).then(|| extra / kept);
    }
    losses.sort_by(|a, b| b.people_lost.total_cmp(&a.people_lost).then(a.facility.cmp(&b.facility)));
    Ok(losses)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{city::WhatIf, coverage::coverage, datasets, standard::Standard, walk::CrowFly};

    /// Every figure is a coverage of its own.
    #[test]
    fn each_figure_is_what_coverage_finds() {
        let city = datasets::putuo().unwrap();
        let walk = |detour| CrowFly::new(detour).unwrap();
        let asked = |minutes, speed| Question::within(Standard::new(minutes, speed).unwrap());
        let covered = |city: &City, detour, minutes, speed| {
            let found = coverage(city, &walk(detour), &asked(minutes, speed), &Control::new()).unwrap();
            found.totals().people_covered
        };
        let found =
            robustness(&city, &walk(1.3), &asked(15.0, 1.33), 0.1, &[5.0, 15.0, 30.0], &Control::new()).unwrap();
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-6 * b.max(1.0);
        assert!(close(found.people_covered, covered(&city, 1.3, 15.0, 1.33)));
        for loss in &found.losses {
            let close_it =
                WhatIf { close: vec![city.facilities().id[loss.facility as usize].clone()], ..WhatIf::default() };
            let after = covered(&city.what_if(&close_it).unwrap(), 1.3, 15.0, 1.33);
            assert!(close(found.people_covered - loss.people_lost, after), "{loss:?}");
        }
        let figure = |what, factor: f64| {
            found.changes.iter().find(|c| c.what == what && (c.factor - factor).abs() < 1e-9).unwrap()
        };
        assert!(close(figure("speed", 0.9).people_covered, covered(&city, 1.3, 15.0, 1.33 * 0.9)));
        assert!(close(figure("speed", 1.1).people_covered, covered(&city, 1.3, 15.0, 1.33 * 1.1)));
        assert!(close(figure("detour", 1.1).people_covered, covered(&city, 1.3 * 1.1, 15.0, 1.33)));
        assert!(close(figure("detour", 0.9).people_covered, covered(&city, 1.3 * 0.9, 15.0, 1.33)));
        for (minutes, people) in &found.curve {
            assert!(close(*people, covered(&city, 1.3, *minutes, 1.33)));
        }
        let ends = [figure("population", 0.9).share.unwrap(), figure("population", 1.1).share.unwrap()];
        let share = found.people_covered / found.people;
        assert!(ends[0] < share && share < ends[1]);
        assert!(found.losses.is_sorted_by(|a, b| a.people_lost >= b.people_lost));
    }
}
