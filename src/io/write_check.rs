//! A city beside a standard as GeoJSON: committees with their verdicts, centres with their circles.

use std::io::{self, Write};

use geo::Geometry;
use serde_json::{Map, Value, json};

use super::{
    Format,
    write::{crs_member, rounded, who, write_feature, write_features},
};
use crate::{
    check::{Check, CircleFound, Verdict},
    city::City,
    error::{Error, Result},
};

/// Write the verdicts, one feature per committee: a column for each facility of the standard,
/// `met`, `partial`, `missed` or `unknown`.
///
/// # Errors
/// A destination that cannot be written.
pub fn write_verdicts(city: &City, found: &Check, format: Format, out: &mut dyn Write) -> Result<()> {
    let rows = (0..city.demand().len()).map(|row| {
        let mut properties = who(city, row);
        for need in &found.needs {
            let verdict = need.rows.as_ref().map_or(Verdict::Unknown, |rows| Verdict::of(&rows[row]));
            properties.insert(need.service.clone(), json!(verdict));
        }
        properties
    });
    write_features(city, "check", &about(found), rows, format, out)
}

/// Write the circles, one feature per existing centre in the facilities' coordinate system.
///
/// `barriers` are the names of the lines that were asked about.
///
/// # Errors
/// A destination that cannot be written.
pub fn write_circles(
    city: &City,
    found: &Check,
    barriers: &[String],
    format: Format,
    out: &mut dyn Write,
) -> Result<()> {
    let written = || -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        let collection = format == Format::GeoJson;
        if collection {
            write!(out, "{{\"type\":\"FeatureCollection\",\"name\":\"circles\",")?;
            if let Some(crs) = crs_member(&city.frame().facility_crs) {
                write!(out, "\"crs\":{crs},")?;
            }
            write!(out, "\"linli\":{},", about(found))?;
            if let Some(note) = &city.frame().note {
                write!(out, "\"note\":{},", json!(note))?;
            }
            writeln!(out, "\"features\":[")?;
        }
        for (row, circle) in found.circles.iter().enumerate() {
            if row > 0 {
                out.write_all(if collection { b",\n" } else { b"\n" })?;
            }
            let [x, y] = city.facilities().position[circle.facility as usize];
            let place = Geometry::Point(geo::Point::new(x, y));
            write_feature(&properties(city, circle, barriers), Some(&place), &mut out)?;
        }
        out.write_all(if collection { b"\n]}\n" } else { b"\n" })?;
        out.flush()
    };
    written().map_err(|error| Error::file("cannot write", std::path::Path::new("circles"), &error))
}

fn about(found: &Check) -> Value {
    json!({"standard": found.edition, "provenance": found.provenance})
}

fn properties(city: &City, circle: &CircleFound, barriers: &[String]) -> Map<String, Value> {
    let (facilities, row) = (city.facilities(), circle.facility as usize);
    let cut_by = circle.cut.as_ref().map(|cut| cut.names(barriers));
    let columns = [
        ("id", json!(facilities.id[row])),
        ("name", json!(facilities.name[row])),
        ("people", json!(rounded(Some(circle.people), 1))),
        ("people_within", json!(rounded(Some(circle.people_within), 1))),
        ("fit", json!(circle.fit)),
        ("floor_m2", json!(circle.floor_m2)),
        ("floor_met", json!(circle.floor_met)),
        ("people_cut", json!(rounded(circle.cut.as_ref().map(|cut| cut.people), 1))),
        ("share_cut", json!(rounded(circle.share_cut(), 4))),
        ("cut_by", json!(cut_by)),
    ];
    columns.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
