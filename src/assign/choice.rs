//! Two truths side by side: where committees belong (行政归属), and where their people would go (自由选择).
//!
//! A committee belongs whole to a centre; its people, living at several places,
//! each walk to the nearest one, in whatever town it stands.

use serde::Serialize;

use crate::{
    city::City,
    control::Control,
    coverage::{Provenance, Question},
    error::{Error, Result},
    paces::Walkers,
    walk::{OnPlane, Walk},
};

/// One committee by assignment and by choice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChoiceRow {
    /// People of the committee; `None` is unknown.
    pub people: Option<f64>,
    /// The centre most of it belongs to; `None` is none.
    pub belongs: Option<u32>,
    /// The centre nearest to most of its people; ties go to the lower row.
    pub chosen: Option<u32>,
    /// Part of its people who belong to a centre and live nearer to another, 0 to 1.
    pub elsewhere: f64,
    /// Mean walk to the centre they belong to, metres; `None` where there is none, or no way.
    pub belongs_m: Option<f64>,
    /// Mean walk of each to their own nearest centre, metres.
    pub chosen_m: Option<f64>,
    /// How much farther those who live nearer to another centre walk to theirs on average, metres.
    pub extra_m: Option<f64>,
}

/// People who walk at one speed, within the limit of either centre.
#[derive(Debug, Clone, PartialEq)]
pub struct ChoiceGroup {
    /// Who they are.
    pub walkers: Walkers,
    /// Part of each committee's people of this speed within the limit of the centre they belong to.
    pub within: Vec<f64>,
    /// The same of their nearest centre.
    pub within_by_choice: Vec<f64>,
}

/// Committee, the centre it belongs to, the centre chosen, and the part of its people of whom both are true.
pub type Flow = (u32, Option<u32>, Option<u32>, f64);

/// Administrative assignment beside free choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// One row per committee.
    pub rows: Vec<ChoiceRow>,
    /// How the people of each committee belong and choose.
    pub flows: Vec<Flow>,
    /// By walking speed; one group where everyone walks at the same.
    pub groups: Vec<ChoiceGroup>,
    /// The assumptions.
    pub provenance: Provenance,
}

/// Compare where committees belong with where their people would go.
///
/// `belongs` has the centres of each committee with the part of it that goes there:
/// one with 1 for a whole committee, none for one that has no centre. Parts of a
/// split committee are spread evenly over its places. People walk to the nearest
/// open centre (that offers the service), whatever its room and town.
///
/// # Errors
/// As [`coverage()`](crate::coverage::coverage); [`Error::Length`] and
/// [`Error::Parameter`] for an assignment of other committees or to centres that are not open.
pub fn compare_choice(
    city: &City,
    walk: &dyn Walk,
    question: &Question,
    belongs: &[Vec<(u32, f64)>],
    control: &Control,
) -> Result<Choice> {
    let demand = city.demand();
    let (expected, got) = (demand.len(), belongs.len());
    if expected != got {
        return Err(Error::Length { table: "demand", column: "belongs".to_owned(), expected, got });
    }
    let open = city.facilities().open(question.service.as_deref())?;
    if let Some((row, facility)) = first_closed(belongs, &open) {
        let (committee, centre) = (&demand.name[row], city.facilities().name.get(facility as usize));
        let pair = format!("{committee} to {}", centre.map_or("no centre of the data", String::as_str));
        return Err(Error::parameter("belongs", &pair, "this centre is not open, or lacks the service"));
    }
    let people = demand.weight(question.group.as_deref())?;
    let by_speed = question.walkers(city)?;
    let on_plane = OnPlane::new(walk, &city.frame().plane)?;
    let nearest = on_plane.nearest(&demand.points.xy, &city.facilities().places(&open), control)?;
    let own = own_walks(city, &on_plane, belongs, control)?;
    let empty = |walkers: Walkers| ChoiceGroup { walkers, within: vec![], within_by_choice: vec![] };
    let mut groups: Vec<ChoiceGroup> = by_speed.into_iter().map(empty).collect();
    let (mut rows, mut flows) = (vec![], vec![]);
    for row in 0..demand.len() {
        let places: Vec<Place> = (demand.points.of(row).enumerate())
            .map(|(at, point)| Place {
                share: demand.points.share[point],
                chosen: nearest.get(point).map(|(site, walk_m)| (open[site as usize], walk_m)),
                belongs: own[row].iter().map(|(facility, part, walks)| (*facility, *part, walks[at])).collect(),
            })
            .collect();
        let all_of_it: f64 = belongs[row].iter().map(|(_, part)| part).sum();
        rows.push(measured(people[row], &belongs[row], &places));
        for group in &mut groups {
            let limit_m = group.walkers.limit_m;
            group.within.push(places.iter().map(|place| place.within(limit_m)).sum::<f64>().min(1.0));
            let chosen = places.iter().filter(|place| place.chosen.is_some_and(|(_, walk_m)| walk_m <= limit_m));
            group.within_by_choice.push(chosen.map(|place| place.share).sum::<f64>().min(1.0));
        }
        let mut own_flows: Vec<(Option<u32>, Option<u32>, f64)> = vec![];
        let outside = (None, 1.0 - all_of_it);
        let parts = belongs[row].iter().map(|&(facility, part)| (Some(facility), part)).chain([outside]);
        for (belongs, part) in parts.filter(|(_, part)| *part > 1e-9) {
            for place in &places {
                let chosen = place.chosen.map(|(facility, _)| facility);
                match own_flows.iter_mut().find(|flow| (flow.0, flow.1) == (belongs, chosen)) {
                    Some(flow) => flow.2 += part * place.share,
                    None => own_flows.push((belongs, chosen, part * place.share)),
                }
            }
        }
        flows.extend(own_flows.into_iter().map(|(belongs, chosen, part)| (row as u32, belongs, chosen, part)));
    }
    Ok(Choice { rows, flows, groups, provenance: Provenance::of(city, walk, question) })
}

/// Where some of a committee's people live.
struct Place {
    share: f64,
    chosen: Option<(u32, f64)>,
    /// Centre, part of the committee, and the walk from here.
    belongs: Vec<(u32, f64, Option<f64>)>,
}

impl Place {
    /// The part of the committee's people who live here and have their own centre within the limit.
    fn within(&self, limit_m: f64) -> f64 {
        let near = self.belongs.iter().filter(|(_, _, walk_m)| walk_m.is_some_and(|walk_m| walk_m <= limit_m));
        self.share * near.map(|(_, part, _)| part).sum::<f64>()
    }
}

/// Centres and parts of a committee, with the walk from each of its points.
type OwnWalks = Vec<Vec<(u32, f64, Vec<Option<f64>>)>>;

fn own_walks(city: &City, walk: &OnPlane<'_>, belongs: &[Vec<(u32, f64)>], control: &Control) -> Result<OwnWalks> {
    let points = &city.demand().points;
    let (mut from, mut to) = (vec![], vec![]);
    for (row, parts) in belongs.iter().enumerate() {
        for &(facility, _) in parts {
            from.extend_from_slice(&points.xy[points.of(row)]);
            to.resize(from.len(), city.facilities().xy[facility as usize]);
        }
    }
    let mut walks = walk.between(&from, &to, control)?.into_iter();
    let of_row = |(row, parts): (usize, &Vec<(u32, f64)>)| {
        let one =
            |&(facility, part): &(u32, f64)| (facility, part, walks.by_ref().take(points.of(row).len()).collect());
        parts.iter().map(one).collect()
    };
    Ok(belongs.iter().enumerate().map(of_row).collect())
}

fn measured(people: Option<f64>, belongs: &[(u32, f64)], places: &[Place]) -> ChoiceRow {
    let (mut chosen_m, mut chosen_share, mut belongs_m, mut lost) = (0.0, 0.0, 0.0, false);
    let (mut elsewhere, mut extra_m) = (0.0, 0.0);
    let mut chosen: Vec<(u32, f64)> = vec![];
    for place in places {
        for &(facility, part, walk_m) in &place.belongs {
            let here = place.share * part;
            match walk_m {
                Some(walk_m) => belongs_m += here * walk_m,
                None => lost = true,
            }
            if let (Some((near, near_m)), Some(walk_m)) = (place.chosen, walk_m)
                && near != facility
            {
                elsewhere += here;
                extra_m += here * (walk_m - near_m);
            }
        }
        let Some((facility, walk_m)) = place.chosen else { continue };
        chosen_m += place.share * walk_m;
        chosen_share += place.share;
        match chosen.iter_mut().find(|(known, _)| *known == facility) {
            Some((_, share)) => *share += place.share,
            None => chosen.push((facility, place.share)),
        }
    }
    let most = |parts: &[(u32, f64)]| {
        let better = |best: (u32, f64), next: (u32, f64)| {
            if next.1 > best.1 || (next.1 >= best.1 && next.0 < best.0) { next } else { best }
        };
        parts.iter().copied().reduce(better).map(|(facility, _)| facility)
    };
    let part: f64 = belongs.iter().map(|(_, part)| part).sum();
    ChoiceRow {
        people,
        belongs: most(belongs),
        chosen: most(&chosen),
        elsewhere,
        belongs_m: (part > 0.0 && !lost && !places.is_empty()).then(|| belongs_m / part),
        chosen_m: (chosen_share > 0.0).then(|| chosen_m / chosen_share),
        extra_m: (elsewhere > 0.0).then(|| extra_m / elsewhere),
    }
}

fn first_closed(belongs: &[Vec<(u32, f64)>], open: &[u32]) -> Option<(usize, u32)> {
    let all = belongs.iter().enumerate().flat_map(|(row, parts)| parts.iter().map(move |part| (row, part.0)));
    all.into_iter().find(|(_, facility)| open.binary_search(facility).is_err())
}

/// Sums of a comparison over a city or a town.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct ChoiceTotals {
    /// People whose number is known.
    pub people: f64,
    /// Those who belong to a centre and live nearer to another.
    pub elsewhere: f64,
    /// How much farther these walk to theirs on average, metres; `None` where there are none.
    pub extra_m: Option<f64>,
    /// People with the centre they belong to within the limit.
    pub within: f64,
    /// People with any centre within the limit.
    pub within_by_choice: f64,
}

impl Choice {
    /// Sums over the whole city.
    #[must_use]
    pub fn totals(&self) -> ChoiceTotals {
        self.sum(0..self.rows.len())
    }

    /// Sums for each town, in the towns' order; committees without a town come
    /// last, under an empty name. Towns without committees are left out.
    #[must_use]
    pub fn by_town(&self, city: &City) -> Vec<(String, ChoiceTotals)> {
        let names = &city.towns().name;
        let towns = (0..names.len() as u32).map(Some).chain([None]);
        let of = |town: Option<u32>| {
            let rows: Vec<usize> = (0..self.rows.len()).filter(|&row| city.demand().town[row] == town).collect();
            let name = town.map_or(String::new(), |town| names[town as usize].clone());
            (!rows.is_empty()).then(|| (name, self.sum(rows.into_iter())))
        };
        towns.filter_map(of).collect()
    }

    fn sum(&self, rows: impl Iterator<Item = usize>) -> ChoiceTotals {
        let (mut totals, mut extra) = (ChoiceTotals::default(), 0.0);
        for row in rows {
            let found = &self.rows[row];
            let elsewhere = found.people.unwrap_or(0.0) * found.elsewhere;
            totals.people += found.people.unwrap_or(0.0);
            totals.elsewhere += elsewhere;
            extra += elsewhere * found.extra_m.unwrap_or(0.0);
            for group in &self.groups {
                let people = group.walkers.people[row].unwrap_or(0.0);
                totals.within += people * group.within[row];
                totals.within_by_choice += people * group.within_by_choice[row];
            }
        }
        totals.extra_m = (totals.elsewhere > 0.0).then(|| extra / totals.elsewhere);
        totals
    }
}
