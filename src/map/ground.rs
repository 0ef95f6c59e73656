//! What every map draws, whatever it is about: committees' shapes, towns, centres, lines.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::shapes::{Part, on_map, paths, rings, rounded};
use crate::{
    city::City,
    error::{Error, Result},
    network::{Street, StreetNetwork},
};

/// Lines by their kind.
pub(super) type Lines = Vec<(String, Vec<Vec<[f64; 2]>>)>;

/// What every page has.
#[derive(Debug, Serialize)]
pub(super) struct Ground<'a> {
    pub headline: String,
    pub headline_zh: String,
    pub details: String,
    pub assumptions: String,
    note: Option<&'a str>,
    /// The limit as the crow flies, metres, where the walk is a multiple of that.
    pub reach_m: Option<f64>,
    /// Whether positions are longitude and latitude; metres otherwise.
    on_earth: bool,
    pub towns: Vec<Town<'a>>,
    pub centres: Vec<Centre<'a>>,
    lines: BTreeMap<&'a str, Vec<Vec<[f64; 2]>>>,
    /// Finer demand points, seen at close range.
    points: Vec<[f64; 2]>,
}

/// A committee's name and shape.
#[derive(Debug, Serialize)]
pub(super) struct Place<'a> {
    name: &'a str,
    town: Option<&'a str>,
    rings: Vec<Part>,
    at: Option<[f64; 2]>,
}

#[derive(Debug, Serialize)]
pub(super) struct Town<'a> {
    name: &'a str,
    pub committees: usize,
    pub share: Option<f64>,
    rings: Vec<Part>,
}

#[derive(Debug, Serialize)]
pub(super) struct Centre<'a> {
    #[serde(skip)]
    pub id: &'a str,
    name: &'a str,
    pub status: &'static str,
    services: Vec<&'a str>,
    at: [f64; 2],
}

impl<'a> Ground<'a> {
    /// The ground under a city, with these words beside it.
    pub(super) fn of(
        city: &'a City,
        [headline, headline_zh, details, assumptions]: [String; 4],
        lines: &'a Lines,
    ) -> Result<Self> {
        let frame = city.frame();
        Ok(Self {
            headline,
            headline_zh,
            details,
            assumptions,
            note: frame.note.as_deref(),
            reach_m: None,
            on_earth: frame.crs.is_on_earth(),
            towns: towns(city)?,
            centres: centres(city)?,
            lines: lines.iter().map(|(kind, paths)| (kind.as_str(), paths.clone())).collect(),
            points: finer_points(city)?,
        })
    }
}

/// Add line features of a GeoJSON text by their `kind`.
pub(super) fn read_lines(lines: &mut Lines, geojson: &str) -> Result<()> {
    let wrong = |cause: &dyn std::fmt::Display| Error::parameter("lines", cause, "give GeoJSON line features");
    let collection: geojson::FeatureCollection = geojson.parse().map_err(|cause| wrong(&cause))?;
    for feature in collection.features {
        let kind = feature.property("kind").and_then(Value::as_str).unwrap_or("street").to_owned();
        let geometry = feature.geometry.ok_or_else(|| wrong(&"a feature without a geometry"))?;
        let shape = geo::Geometry::<f64>::try_from(geometry).map_err(|cause| wrong(&cause))?;
        let paths = paths(&shape);
        match lines.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, known)) => known.extend(paths),
            None => lines.push((kind, paths)),
        }
    }
    Ok(())
}

/// Add streets, unless they would make a page that no browser likes.
pub(super) fn read_streets(lines: &mut Lines, streets: &StreetNetwork) -> Result<()> {
    const MOST: usize = 30_000;
    if streets.size().edges > MOST {
        return Ok(());
    }
    let path = |street: Street| {
        street.line.coords().map(|at| streets.plane().inverse([at.x, at.y])).collect::<Result<Vec<_>>>()
    };
    let paths = streets.streets().into_iter().map(path).collect::<Result<Vec<_>>>()?;
    lines.push(("street".to_owned(), paths));
    Ok(())
}

/// Committees, row by row.
pub(super) fn places(city: &City) -> Result<Vec<Place<'_>>> {
    let (demand, frame) = (city.demand(), city.frame());
    let place = |row: usize| {
        let shape = demand.shape[row].as_ref().map(|shape| on_map(shape, &frame.crs)).transpose()?;
        let rings = shape.as_ref().map(rings).unwrap_or_default();
        // A committee without an outline is drawn where its people live.
        let first = demand.points.of(row).next().map(|point| demand.points.xy[point]);
        let at = match first {
            Some(xy) if rings.is_empty() => Some(rounded(frame.plane.inverse(xy)?, &frame.plane)),
            _ => None,
        };
        let town = demand.town[row].map(|town| city.towns().name[town as usize].as_str());
        Ok(Place { name: &demand.name[row], town, rings, at })
    };
    (0..demand.len()).map(place).collect()
}

fn towns(city: &City) -> Result<Vec<Town<'_>>> {
    let towns = city.towns();
    let town = |row: usize| {
        let shape = towns.shape[row].as_ref().map(|shape| on_map(shape, &city.frame().crs)).transpose()?;
        let rings = shape.as_ref().map(rings).unwrap_or_default();
        Ok(Town { name: &towns.name[row], committees: 0, share: None, rings })
    };
    (0..towns.len()).map(town).collect()
}

/// The demand points of committees that have several; none where they are too many to draw.
fn finer_points(city: &City) -> Result<Vec<[f64; 2]>> {
    const DRAWN: usize = 20_000;
    let (points, plane) = (&city.demand().points, &city.frame().plane);
    let several = (0..city.demand().len()).map(|row| points.of(row)).filter(|range| range.len() > 1).flatten();
    let drawn: Vec<usize> = several.take(DRAWN + 1).collect();
    if drawn.len() > DRAWN {
        return Ok(vec![]);
    }
    drawn.into_iter().map(|point| Ok(rounded(plane.inverse(points.xy[point])?, plane))).collect()
}

fn centres(city: &City) -> Result<Vec<Centre<'_>>> {
    let (facilities, plane) = (city.facilities(), &city.frame().plane);
    (0..facilities.len())
        .map(|row| {
            let services = facilities.services[row].iter();
            Ok(Centre {
                id: &facilities.id[row],
                name: &facilities.name[row],
                status: facilities.status[row].word(),
                services: services.map(|&service| facilities.service_names[service as usize].as_str()).collect(),
                at: rounded(plane.inverse(facilities.xy[row])?, plane),
            })
        })
        .collect()
}
