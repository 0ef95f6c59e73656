//! A proposal as GeoJSON: every centre that is open under the plan, new ones first.

use std::io::{self, Write};

use geo::Geometry;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    Format,
    write::{crs_member, rounded, write_feature},
};
use crate::{
    city::City,
    error::{Error, Result},
    proposal::{Centre, Pick, Proposal, Provenance},
    words,
};

/// Write a proposal, one feature per centre in the facilities' coordinate system.
///
/// New centres come first, with status `planned` and what each is worth, then
/// the existing ones; the file can be read again as a layer of facilities.
///
/// # Errors
/// A destination that cannot be written.
pub fn write_proposal(city: &City, found: &Proposal, format: Format, out: &mut dyn Write) -> Result<()> {
    #[derive(Serialize)]
    struct About<'a> {
        #[serde(flatten)]
        provenance: &'a Provenance,
        answer: String,
        objective: f64,
        bound: f64,
        optimality_gap: f64,
        proven: bool,
        people: f64,
        covered_before: f64,
        covered_after: f64,
    }
    let (objective, bound, gap, proven, _) = found.proof();
    let about = About {
        provenance: found.provenance(),
        answer: words::proposal(found),
        objective,
        bound,
        optimality_gap: gap,
        proven,
        people: found.people(),
        covered_before: found.covered_before(),
        covered_after: found.covered_after(),
    };
    let written = || -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        let collection = format == Format::GeoJson;
        if collection {
            write!(out, "{{\"type\":\"FeatureCollection\",\"name\":\"proposal\",")?;
            if let Some(crs) = crs_member(&city.frame().facility_crs) {
                write!(out, "\"crs\":{crs},")?;
            }
            write!(out, "\"linli\":{},", serde_json::to_string(&about)?)?;
            if let Some(note) = &city.frame().note {
                write!(out, "\"note\":{},", json!(note))?;
            }
            writeln!(out, "\"features\":[")?;
        }
        for (row, centre) in found.centres().iter().enumerate() {
            if row > 0 {
                out.write_all(if collection { b",\n" } else { b"\n" })?;
            }
            let [x, y] = found.sites()[centre.site as usize].position;
            let place = Geometry::Point(geo::Point::new(x, y));
            write_feature(&properties(city, found, centre), Some(&place), &mut out)?;
        }
        out.write_all(if collection { b"\n]}\n" } else { b"\n" })?;
        out.flush()
    };
    written().map_err(|error| Error::file("cannot write", std::path::Path::new("proposal"), &error))
}

fn properties(city: &City, found: &Proposal, centre: &Centre) -> Map<String, Value> {
    let site = &found.sites()[centre.site as usize];
    let speed = found.ask().standard.speed_m_per_s();
    let pick = found.picks().iter().find(|pick| pick.site == centre.site);
    let of = |value: fn(&Pick) -> f64| json!(rounded(pick.map(value), 1));
    let town = site.town.and_then(|town| city.towns().name.get(town as usize));
    let columns = [
        ("id", json!(site.id)),
        ("name", json!(site.name)),
        ("town", json!(town)),
        ("status", json!(if pick.is_some() { "planned" } else { "existing" })),
        ("origin", json!(site.origin)),
        ("phase", json!(centre.phase)),
        ("people_gained", of(|pick| pick.people_gained)),
        ("people_lost", of(|pick| pick.people_lost)),
        ("people", json!(rounded(Some(centre.people), 1))),
        ("mean_minutes", json!(rounded(centre.mean_walk_m.map(|walk_m| walk_m / speed / 60.0), 2))),
        ("farthest_m", json!(rounded(centre.farthest_m, 1))),
    ];
    columns.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
