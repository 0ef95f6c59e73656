//! Answers as GeoJSON: each committee with its own shape, in the system it came in.

use std::io::{self, Write};

use geo::Geometry;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Format;
use crate::{
    assign::{Assignment, Catchment},
    city::City,
    coverage::{Coverage, Provenance, Totals},
    crs::Crs,
    error::{Error, Result},
};

/// Write coverage, one feature per committee.
///
/// # Errors
/// A destination that cannot be written.
pub fn write_coverage(city: &City, found: &Coverage, format: Format, out: &mut dyn Write) -> Result<()> {
    #[derive(Serialize)]
    struct About<'a> {
        #[serde(flatten)]
        provenance: &'a Provenance,
        totals: Totals,
        share: Option<f64>,
    }
    let totals = found.totals();
    let about = About { provenance: found.provenance(), totals, share: totals.share() };
    let minutes = found.minutes();
    let facilities = city.facilities();
    let rows = found.rows().iter().enumerate().map(|(row, found)| {
        let mut properties = who(city, row);
        let facility = found.nearest.map(|facility| facility as usize);
        properties.extend([
            ("status".to_owned(), json!(found.status.word())),
            ("people".to_owned(), json!(found.people)),
            ("people_covered".to_owned(), json!(found.people_covered())),
            ("share_covered".to_owned(), json!(found.share)),
            ("nearest".to_owned(), json!(facility.and_then(|facility| facilities.id.get(facility)))),
            ("nearest_name".to_owned(), json!(facility.and_then(|facility| facilities.name.get(facility)))),
            ("walk_m".to_owned(), json!(rounded(found.walk_m, 1))),
            ("minutes".to_owned(), json!(rounded(minutes[row], 2))),
            ("farthest_m".to_owned(), json!(rounded(found.farthest_m, 1))),
        ]);
        properties
    });
    write_features(city, "coverage", &about, rows, format, out)
}

/// Write an assignment, one feature per committee.
///
/// # Errors
/// A destination that cannot be written.
pub fn write_assignment(city: &City, found: &Assignment, format: Format, out: &mut dyn Write) -> Result<()> {
    #[derive(Serialize)]
    struct About<'a> {
        #[serde(flatten)]
        provenance: &'a Provenance,
        catchments: Vec<Named<'a>>,
    }
    #[derive(Serialize)]
    struct Named<'a> {
        id: Option<&'a String>,
        name: Option<&'a String>,
        #[serde(flatten)]
        catchment: &'a Catchment,
    }
    let facilities = city.facilities();
    let name = |facility: u32| facilities.name.get(facility as usize);
    let id = |facility: u32| facilities.id.get(facility as usize);
    let mut catchments = vec![];
    for catchment in found.catchments() {
        catchments.push(Named { id: id(catchment.facility), name: name(catchment.facility), catchment });
    }
    let about = About { provenance: found.provenance(), catchments };
    let speed = found.provenance().speed_m_per_s;
    let rows = found.rows().iter().enumerate().map(|(row, found)| {
        let mut properties = who(city, row);
        let facility = found.facility.map(|facility| facility as usize);
        properties.extend([
            ("status".to_owned(), json!(found.status.word())),
            ("facility".to_owned(), json!(facility.and_then(|facility| facilities.id.get(facility)))),
            ("facility_name".to_owned(), json!(facility.and_then(|facility| facilities.name.get(facility)))),
            ("people".to_owned(), json!(found.people)),
            ("walk_m".to_owned(), json!(rounded(found.walk_m, 1))),
            ("minutes".to_owned(), json!(rounded(found.walk_m.map(|walk_m| walk_m / speed / 60.0), 2))),
        ]);
        properties
    });
    write_features(city, "assignment", &about, rows, format, out)
}

/// Id, name and town of a committee.
pub(super) fn who(city: &City, row: usize) -> Map<String, Value> {
    let demand = city.demand();
    let town = demand.town.get(row).copied().flatten();
    let town = town.and_then(|town| city.towns().name.get(town as usize));
    [("id", json!(demand.id.get(row))), ("name", json!(demand.name.get(row))), ("town", json!(town))]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

pub(super) fn rounded(value: Option<f64>, decimals: i32) -> Option<f64> {
    let scale = 10_f64.powi(decimals);
    value.map(|value| (value * scale).round() / scale)
}

/// Features one a line, inside a collection or on their own.
pub(super) fn write_features(
    city: &City,
    name: &str,
    about: &impl Serialize,
    rows: impl Iterator<Item = Map<String, Value>>,
    format: Format,
    out: &mut dyn Write,
) -> Result<()> {
    let written = || -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        if format == Format::GeoJson {
            write!(out, "{{\"type\":\"FeatureCollection\",\"name\":{},", json!(name))?;
            if let Some(crs) = crs_member(&city.frame().crs) {
                write!(out, "\"crs\":{crs},")?;
            }
            write!(out, "\"linli\":{},", serde_json::to_string(about)?)?;
            if let Some(note) = &city.frame().note {
                write!(out, "\"note\":{},", json!(note))?;
            }
            writeln!(out, "\"features\":[")?;
        }
        for (row, properties) in rows.enumerate() {
            if row > 0 {
                out.write_all(if format == Format::GeoJson { b",\n" } else { b"\n" })?;
            }
            let shape = city.demand().shape.get(row).and_then(Option::as_ref);
            write_feature(&properties, shape, &mut out)?;
        }
        out.write_all(if format == Format::GeoJson { b"\n]}\n" } else { b"\n" })?;
        out.flush()
    };
    written().map_err(|error| Error::file("cannot write", std::path::Path::new(name), &error))
}

pub(super) fn write_feature(
    properties: &Map<String, Value>,
    shape: Option<&Geometry<f64>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let geometry = shape.map(|shape| geojson::Geometry::new(geojson::GeometryValue::from(shape)));
    let geometry = serde_json::to_string(&geometry)?;
    let properties = serde_json::to_string(properties)?;
    write!(out, "{{\"type\":\"Feature\",\"properties\":{properties},\"geometry\":{geometry}}}")
}

/// RFC 7946 knows only longitude and latitude; anything else is named as GeoJSON 2008 did.
pub(super) fn crs_member(crs: &Crs) -> Option<Value> {
    (!crs.is_lonlat()).then(|| json!({"type": "name", "properties": {"name": crs.name()}}))
}
