//! Shapes as the page draws them.

use geo::{Coord, Geometry, LineString, MapCoords, Polygon};

use crate::{
    crs::{Crs, Plane},
    error::Result,
};

/// Outer ring and holes.
pub(super) type Part = Vec<Vec<[f64; 2]>>;

/// A shape in longitude and latitude, or in metres where it has no place on Earth.
pub(super) fn on_map(shape: &Geometry<f64>, crs: &Crs) -> Result<Geometry<f64>> {
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
pub(super) fn rings(shape: &Geometry<f64>) -> Vec<Part> {
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
