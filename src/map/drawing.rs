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
    headline_zh: String,
    /// What a proposal says of itself, and of its candidates.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<&'a [String; 2]>,
    details: String,
    assumptions: String,
    note: Option<&'a str>,
    share: Option<f64>,
    minutes: f64,
    /// Who is counted: "people", or the name of a group.
    whom: &'a str,
    /// The limit as the crow flies, metres, where the walk is a multiple of that.
    reach_m: Option<f64>,
    /// Whether positions are longitude and latitude; metres otherwise.
    on_earth: bool,
    committees: Vec<Committee<'a>>,
    towns: Vec<Town<'a>>,
    centres: Vec<Centre<'a>>,
    /// Rows of committees, most people beyond the limit first.
    worst: Vec<u32>,
    lines: BTreeMap<&'a str, Vec<Vec<[f64; 2]>>>,
    /// Finer demand points, seen at close range.
    points: Vec<[f64; 2]>,
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
    committees: usize,
    share: Option<f64>,
    rings: Vec<Part>,
}

#[derive(Debug, Serialize)]
struct Centre<'a> {
    #[serde(skip)]
    id: &'a str,
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
        let (frame, about) = (city.frame(), found.provenance());
        let mut uncovered = found.uncovered();
        uncovered.truncate(worst);
        Ok(Self {
            headline: words::headline(found),
            headline_zh: words::headline_zh(found),
            proposal: None,
            details: words::details(found),
            assumptions: words::assumptions(about),
            note: frame.note.as_deref(),
            share: found.totals().share(),
            minutes: about.minutes.unwrap_or(15.0),
            whom: about.group.as_deref().or(about.layer.as_deref()).unwrap_or("people"),
            reach_m: about
                .limit_m
                .zip(about.walk.detour)
                .map(|(limit_m, detour)| (limit_m / detour * 10.0).round() / 10.0),
            on_earth: frame.crs.is_on_earth(),
            committees: committees(city, found)?,
            towns: towns(city, found)?,
            centres: centres(city)?,
            worst: uncovered,
            lines: lines.iter().map(|(kind, paths)| (kind.as_str(), paths.clone())).collect(),
            points: finer_points(city)?,
        })
    }

    /// The same with the centres of a proposal told apart from the others.
    pub(super) fn proposed(mut self, new: &[String], proposal: Option<&'a [String; 2]>) -> Self {
        self.proposal = proposal;
        for centre in self.centres.iter_mut().filter(|centre| new.iter().any(|id| id == centre.id)) {
            centre.status = "new";
        }
        self
    }
}

fn committees<'a>(city: &'a City, found: &'a Coverage) -> Result<Vec<Committee<'a>>> {
    let (demand, frame) = (city.demand(), city.frame());
    let minutes = found.minutes();
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
            minutes: minutes[row].map(|minutes| (minutes * 100.0).round() / 100.0),
            nearest: found.nearest.map(|facility| city.facilities().name[facility as usize].as_str()),
            rings,
            at,
        })
    };
    found.rows().iter().enumerate().map(row).collect()
}

fn towns<'a>(city: &'a City, found: &Coverage) -> Result<Vec<Town<'a>>> {
    let towns = city.towns();
    let groups = found.by_town();
    // Towns with committees come in the towns' order; those without are left out.
    let mut with_committees = vec![false; towns.len()];
    city.demand().town.iter().flatten().for_each(|&town| with_committees[town as usize] = true);
    let mut groups = groups.iter();
    let town = |row: usize| {
        let totals = if with_committees[row] { groups.next().map(|group| group.totals) } else { None };
        let shape = towns.shape[row].as_ref().map(|shape| on_map(shape, &city.frame().crs)).transpose()?;
        Ok(Town {
            name: &towns.name[row],
            committees: totals.map_or(0, |totals| totals.committees),
            share: totals.and_then(|totals| totals.share()),
            rings: shape.as_ref().map(rings).unwrap_or_default(),
        })
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

/// A shape in longitude and latitude, or in metres where it has no place on Earth.
fn on_map(shape: &Geometry<f64>, crs: &Crs) -> Result<Geometry<f64>> {
    if crs.is_lonlat() || !crs.is_on_earth() {
        return Ok(shape.clone());
    }
    shape.try_map_coords(|Coord { x, y }| crs.to_lonlat([x, y]).map(|[x, y]| Coord { x, y }))
}

/// Six decimals of a degree or one of a metre: a tenth of a metre either way.
pub(super) fn rounded(position: [f64; 2], plane: &Plane) -> [f64; 2] {
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
