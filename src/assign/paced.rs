//! Assignment of groups that walk at speeds of their own: each has a limit of its own in the one reach.

use super::capacity::{CapacityPlan, CityAssignment, Levels, Request, Task, committee_reach, solve};
use crate::{
    assign::capacity::{allowed, in_town, room, stays},
    city::City,
    control::Control,
    coverage::{Provenance, Question},
    error::{Error, Result},
    paces::{Walkers, walkers},
    reach::Reach,
    standard::Standard,
    walk::Walk,
};

/// Who belongs where when groups walk at speeds of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct PacedAssignment {
    /// The committees: groups that go to one centre are one part.
    pub city: CityAssignment,
    /// The groups, all others last.
    pub walkers: Vec<Walkers>,
    /// What becomes of each group of each committee: by group, then by committee.
    pub levels: Vec<Vec<Levels>>,
    /// Committee, group, place of the centre, and people.
    pub parts: Vec<(u32, u32, u32, f64)>,
}

/// One group of one committee.
#[derive(Debug, Clone, Copy)]
struct Need {
    committee: usize,
    group: usize,
}

/// Assign each group of each committee, whole or in parts, to a centre it can walk to in time.
///
/// The same minutes are fewer metres for those who walk slowly, so one group of a
/// committee can be in reach of a centre and another not, and they may go to
/// different centres.
///
/// # Errors
/// As [`assign`](super::capacity::assign); [`Error::Parameter`] for rules that speak of
/// whole committees (`contiguous`, `together`, `apart`), and for a group beside speeds.
pub fn assign_paced(
    city: &City,
    walk: &dyn Walk,
    request: &Request,
    speeds: &[(String, f64)],
    control: &Control,
) -> Result<PacedAssignment> {
    if request.neighbours.is_some() || !request.together.is_empty() || !request.apart.is_empty() {
        let rule = "contiguous, together and apart speak of whole committees; leave them out, or speeds";
        return Err(Error::parameter("speeds", &"given", rule));
    }
    if !request.measures.is_empty() || request.today.is_some() || request.most_moved.is_some() {
        let rule = "further measures and the centres of today speak of whole committees; leave them out, or speeds";
        return Err(Error::parameter("speeds", &"given", rule));
    }
    if let Some(group) = &request.group {
        return Err(Error::parameter("group", group, "speeds counts everyone, group by group: give one of the two"));
    }
    let standard = Standard::new(request.minutes.unwrap_or(15.0), request.speed_m_per_s)?;
    let demand = city.demand();
    let people = demand.population.clone();
    let by_speed = walkers(demand, &people, speeds, standard)?;
    let facility = city.facilities().open(request.service.as_deref())?;
    let capacity = room(city, &facility, &request.room)?;
    let longest_m = by_speed.iter().map(|walkers| walkers.limit_m).fold(0.0, f64::max);
    let reach = committee_reach(city, walk, &facility, request.minutes.map(|_| longest_m), control)?;
    let needs: Vec<Need> = (0..demand.len())
        .flat_map(|committee| (0..by_speed.len()).map(move |group| Need { committee, group }))
        .collect();
    let limit_of = |need: &Need| request.minutes.map(|_| by_speed[need.group].limit_m);
    let own_reach = reach_of(&reach, &needs, limit_of, facility.len())?;
    let counted: Vec<f64> =
        needs.iter().map(|need| by_speed[need.group].people[need.committee].unwrap_or(0.0)).collect();
    let labels: Vec<String> = by_speed.iter().map(Walkers::label).collect();
    let names: Vec<String> =
        needs.iter().map(|need| format!("{} ({})", demand.name[need.committee], labels[need.group])).collect();
    let sites: Vec<String> = facility.iter().map(|&row| city.facilities().name[row as usize].clone()).collect();
    let allowed = allowed_for(city, request, &facility, &needs)?;
    let task = Task { allowed, names: Some((&names, &sites)), ..Task::new(&own_reach, &counted, &capacity) };
    let plan = solve(&task, &request.terms, control).map_err(|error| in_town(city, of_committees(error, &needs)))?;
    let group_levels = |group: usize| {
        let of = |(at, need): (usize, &Need)| {
            (need.group == group).then(|| Levels::of(by_speed[group].people[need.committee], &plan, at))
        };
        needs.iter().enumerate().filter_map(of).collect()
    };
    let levels: Vec<Vec<Levels>> = (0..by_speed.len()).map(group_levels).collect();
    let parts = plan.parts.iter().map(|&(need, site, people)| {
        let need = needs[need as usize];
        (need.committee as u32, need.group as u32, site, people)
    });
    let parts: Vec<(u32, u32, u32, f64)> = parts.collect();
    let nearest = committee_reach(city, walk, &facility, None, control)?.nearest();
    let plan = by_committee(plan, &needs, demand.len());
    let walk_m = (0..demand.len()).map(|row| {
        let site = plan.site(row)?;
        reach.row(row).find(|(known, _)| *known == site).map(|(_, walk_m)| walk_m)
    });
    let question = Question { standard, service: request.service.clone(), group: None, speeds: speeds.to_vec() };
    let limit_m = request.minutes.map(|_| standard.limit_m());
    let provenance = Provenance { minutes: request.minutes, limit_m, ..Provenance::of(city, walk, &question) };
    let (walk_m, free_choice) = (walk_m.collect(), (0..demand.len()).map(|row| nearest.get(row)).collect());
    let of_committee = (0..demand.len()).map(|row| levels.iter().map(|of_group| of_group[row]).sum());
    let city = CityAssignment {
        levels: of_committee.collect(),
        measures: vec![],
        plan,
        facility,
        capacity,
        people,
        walk_m,
        free_choice,
        provenance,
    };
    Ok(PacedAssignment { city, walkers: by_speed, levels, parts })
}

/// The walks of each group within its own limit.
fn reach_of(reach: &Reach, needs: &[Need], limit_m: impl Fn(&Need) -> Option<f64>, sites: usize) -> Result<Reach> {
    let (mut start, mut site, mut walk_m, mut access) = (vec![0], vec![], vec![], vec![]);
    for need in needs {
        let limit_m = limit_m(need);
        for (to, metres) in reach.row(need.committee) {
            if limit_m.is_none_or(|limit_m| metres <= limit_m) {
                site.push(to);
                walk_m.push(metres);
            }
        }
        start.push(site.len() as u32);
        access.push(reach.access(need.committee));
    }
    Ok(Reach::from_csr(sites, start, site, walk_m, reach.limit_m())?.with_access(access))
}

/// Centres of the committee's town and the one it stays at: a group that cannot
/// walk to the latter in time goes nowhere else.
fn allowed_for(city: &City, request: &Request, facility: &[u32], needs: &[Need]) -> Result<Option<Vec<Vec<u32>>>> {
    if !request.within_town && request.stay.is_empty() {
        return Ok(None);
    }
    let mut of_committee: Vec<Vec<u32>> = if request.within_town {
        allowed(city, facility, &request.exceptions)
    } else {
        vec![(0..facility.len() as u32).collect(); city.demand().len()]
    };
    for (row, place) in stays(facility, &request.stay)? {
        of_committee[row as usize] = vec![place];
    }
    Ok(Some(needs.iter().map(|need| of_committee[need.committee].clone()).collect()))
}

/// The same plan by committee: groups that go to one centre are one part.
fn by_committee(plan: CapacityPlan, needs: &[Need], committees: usize) -> CapacityPlan {
    let mut parts: Vec<(u32, u32, f64)> = vec![];
    for &(need, site, people) in &plan.parts {
        let row = needs[need as usize].committee as u32;
        match parts.iter_mut().rev().take_while(|part| part.0 == row).find(|part| part.1 == site) {
            Some(part) => part.2 += people,
            None => parts.push((row, site, people)),
        }
    }
    parts.sort_by_key(|part| (part.0, part.1));
    let (mut served, mut in_reach) = (vec![0.0; committees], vec![false; committees]);
    for (at, need) in needs.iter().enumerate() {
        served[need.committee] += plan.served[at];
        in_reach[need.committee] |= plan.in_reach[at];
    }
    CapacityPlan { parts, served, in_reach, ..plan }
}

/// Rows of a shortage as committees.
fn of_committees(error: Error, needs: &[Need]) -> Error {
    match error {
        Error::Infeasible { model, why, change, rows, parameter, given, needed } => {
            let mut rows: Vec<usize> = rows.into_iter().map(|row| needs[row].committee).collect();
            rows.dedup();
            Error::Infeasible { model, why, change, rows, parameter, given, needed }
        }
        other => other,
    }
}
