//! An assignment to centres with limited room as GeoJSON: each committee with its centre and what becomes of its people.

use std::io::Write;

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Format,
    write::{rounded, who, write_features},
};
use crate::{
    assign::{
        PacedAssignment,
        capacity::{CityAssignment, Filling, Levels, Stop},
    },
    city::City,
    coverage::Provenance,
    error::Result,
    paces::Walkers,
};

/// Write an assignment to centres with limited room, one feature per committee.
///
/// Where some committee is split, each has its centres and their people as `parts`.
///
/// # Errors
/// A destination that cannot be written.
pub fn write_capacity(city: &City, found: &CityAssignment, format: Format, out: &mut dyn Write) -> Result<()> {
    write(city, found, None, format, out)
}

/// The same of groups that walk at speeds of their own: `parts` are each group's centres.
///
/// # Errors
/// A destination that cannot be written.
pub fn write_paced(city: &City, found: &PacedAssignment, format: Format, out: &mut dyn Write) -> Result<()> {
    write(city, &found.city, Some(found), format, out)
}

fn write(
    city: &City,
    found: &CityAssignment,
    paced: Option<&PacedAssignment>,
    format: Format,
    out: &mut dyn Write,
) -> Result<()> {
    #[derive(Serialize)]
    struct About<'a> {
        #[serde(flatten)]
        provenance: &'a Provenance,
        levels: Levels,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        groups: Vec<Group>,
        objective: f64,
        bound: f64,
        optimality_gap: f64,
        proven: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        people_moved: Option<f64>,
        stop: Stop,
        catchments: Vec<Named<'a>>,
    }
    #[derive(Serialize)]
    struct Named<'a> {
        id: &'a str,
        name: &'a str,
        #[serde(flatten)]
        filling: Filling,
    }
    #[derive(Serialize)]
    struct Group {
        name: String,
        speed_m_per_s: f64,
        #[serde(flatten)]
        levels: Levels,
    }
    let group = |(walkers, levels): (&Walkers, &Vec<Levels>)| Group {
        name: walkers.label(),
        speed_m_per_s: walkers.speed_m_per_s,
        levels: levels.iter().copied().sum(),
    };
    let groups = paced.map_or_else(Vec::new, |paced| paced.walkers.iter().zip(&paced.levels).map(group).collect());
    let facilities = city.facilities();
    let name = |filling: Filling| {
        let row = filling.facility as usize;
        Named { id: &facilities.id[row], name: &facilities.name[row], filling }
    };
    let plan = &found.plan;
    let about = About {
        provenance: &found.provenance,
        levels: found.levels(),
        groups,
        objective: plan.objective,
        bound: plan.bound,
        optimality_gap: plan.gap,
        proven: plan.proven,
        people_moved: plan.moved,
        stop: plan.stop,
        catchments: found.fillings().into_iter().map(name).collect(),
    };
    let speed = found.provenance.speed_m_per_s;
    let is_split = plan.parts.windows(2).any(|pair| pair[0].0 == pair[1].0);
    let id_of = |site: u32| facilities.id[found.facility[site as usize] as usize].as_str();
    let name_of = |site: u32| facilities.name[found.facility[site as usize] as usize].as_str();
    let rows = (0..city.demand().len()).map(|row| {
        let (site, levels) = (plan.site(row), found.levels_of(row));
        let (walk_m, choice) = (found.walk_m[row], found.free_choice[row]);
        let people = |known: f64| found.people[row].map(|_| known);
        let mut properties = who(city, row);
        properties.extend(
            [
                ("status", json!(found.status(row))),
                ("facility", json!(site.map(id_of))),
                ("facility_name", json!(site.map(name_of))),
                ("people", json!(found.people[row])),
                ("served", json!(people(levels.served))),
                ("no_capacity", json!(people(levels.no_capacity))),
                ("out_of_reach", json!(people(levels.out_of_reach))),
                ("walk_m", json!(rounded(walk_m, 1))),
                ("minutes", json!(rounded(walk_m.map(|walk_m| walk_m / speed / 60.0), 2))),
                ("nearest", json!(choice.map(|(site, _)| id_of(site)))),
                ("nearest_name", json!(choice.map(|(site, _)| name_of(site)))),
                ("extra_m", json!(rounded(walk_m.zip(choice).map(|(walk_m, (_, near_m))| walk_m - near_m), 1))),
            ]
            .map(|(column, value)| (column.to_owned(), value)),
        );
        if let Some(paced) = paced {
            let own = paced.parts.iter().filter(|part| part.0 as usize == row);
            let part = |&(_, group, site, people): &(u32, u32, u32, f64)| {
                json!({"facility": id_of(site), "group": paced.walkers[group as usize].label(), "people": people})
            };
            properties.insert("parts".to_owned(), own.map(part).collect());
        } else if is_split {
            let own = plan.parts.iter().filter(|part| part.0 as usize == row);
            let parts: Vec<Value> =
                own.map(|&(_, site, people)| json!({"facility": id_of(site), "people": people})).collect();
            properties.insert("parts".to_owned(), json!(parts));
        }
        properties
    });
    write_features(city, "assignment", &about, rows, format, out)
}
