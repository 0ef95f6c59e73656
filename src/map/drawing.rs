//! What the map draws, as data for its script.

use std::collections::BTreeMap;

use geo::{Coord, Geometry, LineString, MapCoords, Polygon};
use serde::Serialize;

use crate::{
    city::City,
    coverage::Coverage,
    crs::{Crs, Plane},
    error::Result,
    words,
};

/// Outer ring and holes.
type Part = Vec<Vec<[f64; 2]>>;

/// Everything on the page.
#[derive(Debug, Serialize)]
pub(super) struct Drawing<'a> {
    headline: String,
    details: String,
    assumptions: String,
    note: Option<&'a str>,
    share: Option<f64>,
    minutes: f64,
    /// Whether positions are longitude and latitude; metres otherwise.
    on_earth: bool,
    committees: Vec<Committee<'a>>,
    towns: Vec<Town<'a>>,
    centres: Vec<Centre<'a>>,
    /// Rows of committees, most people beyond the limit first.
    worst: Vec<u32>,
    lines: BTreeMap<&'a str, Vec<Vec<[f64; 2]>>>,
}

#[derive(Debug, Serialize)]
struct Committee<'a> {
    name: &'a str,
    town: Option<&'a str>,
    status: &'static str,
    people: Option<f64>,
    covered: Option<f64>,
    minutes: Option<f64>,
    nearest: Option<&'a str>,
    rings: Vec<Part>,
    at: Option<[f64; 2]>,
}

#[derive(Debug, Serialize)]
struct Town<'a> {
    name: &'a str,
    rings: Vec<Part>,
}

#[derive(Debug, Serialize)]
struct Centre<'a> {
    name: &'a str,
    status: &'static str,
    services: Vec<&'a str>,
    at: [f64; 2],
}

impl<'a> Drawing<'a> {
    /// Gather what is to be drawn.
    pub(super) fn of(
        city: &'a City,
        found: &'a Coverage,
        lines: &'a [(String, Vec<Vec<[f64; 2]>>)],
        worst: usize,
    ) -> Result<Self> {
        let frame = city.frame();
        let mut uncovered = found.uncovered();
        uncovered.truncate(worst);
        Ok(Self {
            headline: words::headline(found),
            details: words::details(found),
            assumptions: words::assumptions(found.provenance()),
            note: frame.note.as_deref(),
            share: found.totals().share(),
            minutes: found.provenance().minutes.unwrap_or(15.0),
            on_earth: frame.crs.is_on_earth(),
            committees: committees(city, found)?,
            towns: towns(city)?,
            centres: centres(city)?,
            worst: uncovered,
            lines: lines.iter().map(|(kind, paths)| (kind.as_str(), paths.clone())).collect(),
        })
    }
}

fn committees<'a>(city: &'a City, found: &'a Coverage) -> Result<Vec<Committee<'a>>> {
    let (demand, frame) = (city.demand(), city.frame());
    let speed = found.provenance().speed_m_per_s;
    let row = |(row, found): (usize, &'a crate::coverage::Row)| {
        let shape = demand.shape[row].as_ref().map(|shape| on_map(shape, &frame.crs)).transpose()?;
        let rings = shape.as_ref().map(rings).unwrap_or_default();
        // A committee without an outline is drawn where its people live.
        let first = demand.points.of(row).next().map(|point| demand.points.xy[point]);
        let at = match first {
            Some(xy) if rings.is_empty() => Some(rounded(frame.plane.inverse(xy)?, &frame.plane)),
            _ => None,
        };
        Ok(Committee {
            name: &demand.name[row],
            town: demand.town[row].map(|town| city.towns().name[town as usize].as_str()),
            status: found.status.word(),
            people: found.people,
            covered: found.people_covered(),
            minutes: found.walk_m.map(|walk_m| (walk_m / speed / 60.0 * 100.0).round() / 100.0),
            nearest: found.nearest.map(|facility| city.facilities().name[facility as usize].as_str()),
            rings,
            at,
        })
    };
    found.rows().iter().enumerate().map(row).collect()
}

fn towns(city: &City) -> Result<Vec<Town<'_>>> {
    let towns = city.towns();
    let outlined = towns.name.iter().zip(&towns.shape).filter_map(|(name, shape)| Some((name, shape.as_ref()?)));
    outlined.map(|(name, shape)| Ok(Town { name, rings: rings(&on_map(shape, &city.frame().crs)?) })).collect()
}

fn centres(city: &City) -> Result<Vec<Centre<'_>>> {
    let (facilities, plane) = (city.facilities(), &city.frame().plane);
    (0..facilities.len())
        .map(|row| {
            let services = facilities.services[row].iter();
            Ok(Centre {
                name: &facilities.name[row],
                status: facilities.status[row].word(),
                services: services.map(|&service| facilities.service_names[service as usize].as_str()).collect(),
                at: rounded(plane.inverse(facilities.xy[row])?, plane),
            })
        })
        .collect()
}

/// A shape in longitude and latitude, or in metres where it has no place on Earth.
fn on_map(shape: &Geometry<f64>, crs: &Crs) -> Result<Geometry<f64>> {
    if crs.is_lonlat() || !crs.is_on_earth() {
        return Ok(shape.clone());
    }
    shape.try_map_coords(|Coord { x, y }| crs.to_lonlat([x, y]).map(|[x, y]| Coord { x, y }))
}

/// Six decimals of a degree or one of a metre: a tenth of a metre either way.
fn rounded(position: [f64; 2], plane: &Plane) -> [f64; 2] {
    let scale = if plane.origin().is_some() { 1e6 } else { 10.0 };
    position.map(|value| (value * scale).round() / scale)
}

/// A position of a line or outline, to a tenth of a metre.
fn place(Coord { x, y }: Coord<f64>) -> [f64; 2] {
    [x, y].map(|value| (value * 1e6).round() / 1e6)
}

fn ring(line: &LineString<f64>) -> Vec<[f64; 2]> {
    line.coords().copied().map(place).collect()
}

/// The parts of a polygon or multipolygon; nothing for points and lines.
fn rings(shape: &Geometry<f64>) -> Vec<Part> {
    let part = |polygon: &Polygon<f64>| {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect::<Part>()
    };
    match shape {
        Geometry::Polygon(polygon) => vec![part(polygon)],
        Geometry::MultiPolygon(polygons) => polygons.iter().map(part).collect(),
        Geometry::GeometryCollection(shapes) => shapes.iter().flat_map(rings).collect(),
        _ => vec![],
    }
}

/// The lines of a shape; outlines count as lines.
pub(super) fn paths(shape: &Geometry<f64>) -> Vec<Vec<[f64; 2]>> {
    match shape {
        Geometry::LineString(line) => vec![ring(line)],
        Geometry::MultiLineString(lines) => lines.iter().map(ring).collect(),
        Geometry::GeometryCollection(shapes) => shapes.iter().flat_map(paths).collect(),
        other => rings(other).into_iter().flatten().collect(),
    }
}
