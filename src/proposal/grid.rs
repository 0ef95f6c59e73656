//! Candidates where the data has none: a grid of points inside the outlines.

use std::collections::{BTreeMap, HashSet};

use geo::{Area, BoundingRect, Coord, Geometry, Intersects, MapCoords, Point};

use super::candidates::{Origin, Site};
use crate::{
    city::City,
    error::{Error, Result},
};

/// Spacings to choose from, metres: the smallest that keeps the candidates few enough.
const SPACINGS_M: [f64; 9] = [200.0, 250.0, 300.0, 400.0, 500.0, 750.0, 1000.0, 2000.0, 4000.0];
/// Candidates of a grid whose spacing nobody chose.
const SENSIBLE: f64 = 800.0;
/// Candidates beyond which a spacing is taken for a mistake.
const MOST: f64 = 50_000.0;
/// Height of a row of a grid of triangles, in its spacing.
const ROW: f64 = 0.866_025_403_784_438_6;

/// A grid of candidates.
pub(super) struct Grid {
    pub sites: Vec<Site>,
    pub spacing_m: f64,
    /// Inside what.
    pub inside: &'static str,
}

/// Lattice rows counted downwards and columns, so that they go from north to south and from
/// west to east, with the committee or town they lie in.
type Cells = BTreeMap<(i64, i64), Inside>;

/// A position on the plane, and what it lies in.
type Spot = ([f64; 2], Option<Inside>);

#[derive(Clone, Copy)]
enum Inside {
    Committee(usize),
    Town(usize),
}

/// Points of a triangular grid inside the committees; where these have no
/// outlines, inside the towns; else places where people live, one a cell.
///
/// The grid is laid from the origin of the plane, so the same data gives the
/// same points, and points in two outlines are there once.
pub(super) fn grid(city: &City, wished_m: Option<f64>, taken: &HashSet<&str>) -> Result<Grid> {
    if let Some(spacing_m) = wished_m.filter(|spacing_m| !(spacing_m.is_finite() && *spacing_m > 0.0)) {
        return Err(Error::parameter("spacing_m", &spacing_m, "give a positive number of metres, such as 250"));
    }
    let committees = outlines(city, &city.demand().shape)?;
    let (outlines, inside): (Vec<(Inside, Geometry<f64>)>, _) = if committees.is_empty() {
        let towns = outlines(city, &city.towns().shape)?;
        (towns.into_iter().map(|(row, shape)| (Inside::Town(row), shape)).collect(), "inside the towns")
    } else {
        let within = committees.into_iter().map(|(row, shape)| (Inside::Committee(row), shape));
        (within.collect(), "inside the committees")
    };
    let points = &city.demand().points.xy;
    let area_m2: f64 = if outlines.is_empty() {
        let span = |axis: usize| {
            let ends = points
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |ends, xy| (ends.0.min(xy[axis]), ends.1.max(xy[axis])));
            (ends.1 - ends.0).max(0.0)
        };
        span(0) * span(1)
    } else {
        outlines.iter().map(|(_, shape)| shape.unsigned_area()).sum()
    };
    let expected = |spacing_m: f64| area_m2 / (spacing_m * spacing_m * ROW);
    let last = SPACINGS_M[SPACINGS_M.len() - 1];
    let sensible_m = SPACINGS_M.into_iter().find(|&spacing_m| expected(spacing_m) <= SENSIBLE).unwrap_or(last);
    let spacing_m = wished_m.unwrap_or(sensible_m);
    if expected(spacing_m) > MOST {
        let rule = format!("makes about {:.0} candidates; give {sensible_m} or so", expected(spacing_m));
        return Err(Error::parameter("spacing_m", &spacing_m, &rule));
    }
    let (places, inside): (Vec<Spot>, _) = if outlines.is_empty() {
        (homes(city, spacing_m), "where people live")
    } else {
        let cells = cells(&outlines, spacing_m);
        (
            cells.into_iter().map(|((up, column), within)| (lattice((-up, column), spacing_m), Some(within))).collect(),
            inside,
        )
    };
    let mut sites = vec![];
    let digits = places.len().to_string().len();
    for (number, (xy, within)) in (1..).zip(places) {
        let mut id = format!("G{number:0digits$}");
        while taken.contains(id.as_str()) {
            id.push('*');
        }
        let (near, town) = match within {
            Some(Inside::Committee(row)) => (Some(&city.demand().name[row]), city.demand().town[row]),
            Some(Inside::Town(row)) => (Some(&city.towns().name[row]), Some(row as u32)),
            None => (None, None),
        };
        let name = near.map_or_else(|| id.clone(), |near| format!("{near} {id}"));
        let position = rounded(city, xy)?;
        let xy = city.onto_plane(position)?;
        sites.push(Site { id, name, origin: Origin::Grid, xy, position, facility: None, town });
    }
    Ok(Grid { sites, spacing_m, inside })
}

/// Outlines on the plane, with their rows.
fn outlines(city: &City, shapes: &[Option<Geometry<f64>>]) -> Result<Vec<(usize, Geometry<f64>)>> {
    let frame = city.frame();
    let mut found = vec![];
    for (row, shape) in shapes.iter().enumerate() {
        let Some(shape @ (Geometry::Polygon(_) | Geometry::MultiPolygon(_))) = shape else { continue };
        let on_plane = if frame.crs.is_on_earth() {
            shape.try_map_coords(|Coord { x, y }| {
                frame.plane.forward(frame.crs.to_lonlat([x, y])?).map(|[x, y]| Coord { x, y })
            })?
        } else {
            shape.clone()
        };
        found.push((row, on_plane));
    }
    Ok(found)
}

/// The position in the facilities' system, to a tenth of a metre, so that what is written is what was asked.
fn rounded(city: &City, xy: [f64; 2]) -> Result<[f64; 2]> {
    let scale = if city.frame().facility_crs.is_geographic() { 1e6 } else { 10.0 };
    Ok(city.off_plane(xy)?.map(|value| (value * scale).round() / scale))
}

fn lattice((row, column): (i64, i64), spacing_m: f64) -> [f64; 2] {
    let shift = if row.rem_euclid(2) == 1 { 0.5 } else { 0.0 };
    [(column as f64 + shift) * spacing_m, row as f64 * spacing_m * ROW]
}

/// Points of the lattice inside or on an outline; the first outline has them.
fn cells(outlines: &[(Inside, Geometry<f64>)], spacing_m: f64) -> Cells {
    let mut cells = Cells::new();
    for (within, shape) in outlines {
        let Some(around) = shape.bounding_rect() else { continue };
        let rows =
            (around.min().y / (spacing_m * ROW)).ceil() as i64..=(around.max().y / (spacing_m * ROW)).floor() as i64;
        for row in rows {
            let columns = (around.min().x / spacing_m).floor() as i64..=(around.max().x / spacing_m).ceil() as i64;
            for column in columns {
                let [x, y] = lattice((row, column), spacing_m);
                if !cells.contains_key(&(-row, column)) && shape.intersects(&Point::new(x, y)) {
                    cells.insert((-row, column), *within);
                }
            }
        }
    }
    cells
}

/// Of the demand points in each square, the first.
fn homes(city: &City, spacing_m: f64) -> Vec<Spot> {
    let demand = city.demand();
    let mut found = BTreeMap::new();
    for committee in 0..demand.len() {
        for point in demand.points.of(committee) {
            let xy = demand.points.xy[point];
            let square = (-(xy[1] / spacing_m).floor() as i64, (xy[0] / spacing_m).floor() as i64);
            found.entry(square).or_insert((xy, Some(Inside::Committee(committee))));
        }
    }
    found.into_values().collect()
}
