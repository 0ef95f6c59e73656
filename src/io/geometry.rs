//! Geometries as GeoJSON writes them to the shapes we keep: points, lines and outlines in two dimensions.

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, Point, Polygon};
use geojson::{GeometryValue, Position};

use super::findings::Refusal;

/// How deep GeometryCollections may stand inside one another.
pub(super) const DEEPEST_COLLECTION: usize = 32;

/// What was changed or worth knowing while converting one geometry.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Positions had a third or further number, which was dropped.
    pub(super) extra_ordinates: bool,
    /// Rings that did not end where they began, and were closed.
    pub(super) closed_rings: usize,
    /// The shape was taken out of a GeometryCollection.
    pub(super) from_collection: bool,
}

/// A point, line or outline, lines and outlines in one or more parts; `None` where there is no geometry.
///
/// # Errors
/// What cannot be read as one of them, and why.
pub(super) fn shape_of(value: &GeometryValue, changes: &mut Changes) -> Result<Option<Geometry<f64>>, Refusal> {
    match value {
        GeometryValue::Point { coordinates } if coordinates.is_empty() => Ok(None),
        GeometryValue::Point { coordinates } => Ok(Some(Point(coord(coordinates, changes)?).into())),
        GeometryValue::MultiPoint { coordinates } => match coordinates.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(Point(coord(only, changes)?).into())),
            several => Err(Refusal::new(
                "several_points",
                format!("a MultiPoint of {} positions; a place needs one", several.len()),
                "give one Point, an outline, or a layer of finer points",
            )),
        },
        GeometryValue::LineString { coordinates } if coordinates.is_empty() => Ok(None),
        GeometryValue::LineString { coordinates } => Ok(Some(line(coordinates, changes)?.into())),
        GeometryValue::MultiLineString { coordinates } => {
            let parts: Vec<LineString> =
                coordinates.iter().map(|part| line(part, changes)).collect::<Result<_, _>>()?;
            Ok((!parts.is_empty()).then(|| MultiLineString(parts).into()))
        }
        GeometryValue::Polygon { coordinates } if coordinates.is_empty() => Ok(None),
        GeometryValue::Polygon { coordinates } => Ok(Some(polygon(coordinates, changes)?.into())),
        GeometryValue::MultiPolygon { coordinates } => {
            let parts: Vec<Polygon> =
                coordinates.iter().map(|rings| polygon(rings, changes)).collect::<Result<_, _>>()?;
            Ok((!parts.is_empty()).then(|| MultiPolygon(parts).into()))
        }
        GeometryValue::GeometryCollection { .. } => {
            let (mut outlines, mut points) = (vec![], vec![]);
            flatten(value, 1, changes, &mut outlines, &mut points)?;
            changes.from_collection = true;
            match (outlines.len(), points.as_slice()) {
                (0, []) => Ok(None),
                (0, [only]) => Ok(Some((*only).into())),
                (0, several) => Err(Refusal::new(
                    "several_points",
                    format!("a GeometryCollection of {} points and no outline", several.len()),
                    "give one Point or a Polygon",
                )),
                (1, _) => Ok(outlines.pop().map(Geometry::from)),
                _ => Ok(Some(MultiPolygon(outlines).into())),
            }
        }
    }
}

/// The polygons and points of a collection, however deep.
fn flatten(
    value: &GeometryValue,
    depth: usize,
    changes: &mut Changes,
    outlines: &mut Vec<Polygon>,
    points: &mut Vec<Point>,
) -> Result<(), Refusal> {
    if depth > DEEPEST_COLLECTION {
        return Err(too_deep());
    }
    match value {
        GeometryValue::GeometryCollection { geometries } => {
            geometries.iter().try_for_each(|part| flatten(&part.value, depth + 1, changes, outlines, points))
        }
        // A street or boundary line beside the outline says nothing about the place.
        GeometryValue::LineString { .. } | GeometryValue::MultiLineString { .. } => Ok(()),
        single => {
            match shape_of(single, changes)? {
                Some(Geometry::Polygon(outline)) => outlines.push(outline),
                Some(Geometry::MultiPolygon(parts)) => outlines.extend(parts),
                Some(Geometry::Point(point)) => points.push(point),
                _ => {}
            }
            Ok(())
        }
    }
}

pub(super) fn too_deep() -> Refusal {
    Refusal::new(
        "too_deep",
        format!("GeometryCollections inside one another, more than {DEEPEST_COLLECTION} deep"),
        "write the outline as a plain Polygon or MultiPolygon",
    )
}

fn coord(position: &Position, changes: &mut Changes) -> Result<Coord, Refusal> {
    match *position.as_slice() {
        [x, y, ref extra @ ..] => {
            changes.extra_ordinates |= !extra.is_empty();
            if x.is_finite() && y.is_finite() {
                Ok(Coord { x, y })
            } else {
                Err(Refusal::new(
                    "not_finite",
                    format!("position ({x}, {y}) is not finite"),
                    "give the position, or null where there is none",
                ))
            }
        }
        ref short => Err(Refusal::new(
            "bad_geometry",
            format!("a position of {} number(s); two are needed", short.len()),
            "write [longitude, latitude]",
        )),
    }
}

fn line(positions: &[Position], changes: &mut Changes) -> Result<LineString, Refusal> {
    if positions.len() < 2 {
        let cause = format!("a line of {} position(s); it needs at least 2", positions.len());
        return Err(Refusal::new("line_too_short", cause, "mend or remove the line"));
    }
    positions.iter().map(|position| coord(position, changes)).collect()
}

fn polygon(rings: &[Vec<Position>], changes: &mut Changes) -> Result<Polygon, Refusal> {
    let mut rings = rings.iter().enumerate().map(|(number, positions)| ring(number, positions, changes));
    let exterior = rings.next().unwrap_or_else(|| {
        Err(Refusal::new("empty_ring", "a part of the MultiPolygon has no ring", "remove the empty part"))
    })?;
    Ok(Polygon::new(exterior, rings.collect::<Result<_, _>>()?))
}

/// A closed ring of at least three places.
fn ring(number: usize, positions: &[Position], changes: &mut Changes) -> Result<LineString, Refusal> {
    // Ends nearer than this are the same place written twice with rounding.
    const SAME: f64 = 1e-9;
    let called = if number == 0 { "the outer ring".to_owned() } else { format!("hole {number}") };
    let mut coords: Vec<Coord> = positions.iter().map(|position| coord(position, changes)).collect::<Result<_, _>>()?;
    let (Some(&first), Some(&last)) = (coords.first(), coords.last()) else {
        return Err(Refusal::new("empty_ring", format!("{called} has no positions"), "remove the empty ring"));
    };
    if last != first {
        changes.closed_rings += 1;
        if coords.len() > 3 && (last.x - first.x).abs() <= SAME && (last.y - first.y).abs() <= SAME {
            coords.pop();
        }
        coords.push(first);
    }
    if coords.len() < 4 {
        let given = positions.len();
        return Err(Refusal::new(
            "ring_too_short",
            format!("{called} has {given} position(s); an outline needs at least 4, the last equal to the first"),
            "give the whole outline, or a Point",
        ));
    }
    Ok(LineString(coords))
}
