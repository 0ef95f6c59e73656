//! Which committees of a city are neighbours: by outline, on foot, across barriers, as asked.

use geo::{Coord, Geometry, MapCoords, MultiLineString};

use super::{
    Contiguity, Touch,
    border::{Shared, borders},
    foot::{BESIDE_M, OnFoot, PairEdit, Why, barred},
};
use crate::{
    city::City,
    control::Control,
    demand::check_length,
    error::{Error, Result},
    network::StreetNetwork,
    walk::{OnPlane, Walk},
};

/// Outlines of committees are drawn to about a metre.
const SNAP_M: f64 = 1.0;

/// Who is a neighbour of whom in a city.
#[derive(Debug, Default)]
pub struct Neighbourhood<'a> {
    /// Neighbours must be able to walk to each other along these streets.
    pub streets: Option<&'a StreetNetwork>,
    /// Without a long detour, which is this.
    pub on_foot: OnFoot,
    /// Rivers, railways and expressways on the city's plane, which part those whose border runs along them.
    pub barriers: Option<Vec<MultiLineString<f64>>>,
    /// Streets that cross barriers, where they are not those to walk along.
    pub bridges: Option<&'a StreetNetwork>,
    /// Committees that are no neighbours, by id or unique name.
    pub cut: Vec<[String; 2]>,
    /// Committees that are.
    pub join: Vec<[String; 2]>,
    /// Whether sets that touch no other are joined to the nearest committee outside them.
    pub join_islands: bool,
}

/// The neighbours of a city, and what they are beyond outlines that touch.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbours {
    /// Who touches whom.
    pub contiguity: Contiguity,
    /// Pairs that touch and are no neighbours.
    pub cut: Vec<PairEdit>,
    /// Pairs that do not touch and are.
    pub joined: Vec<PairEdit>,
    /// Whether they come from the streets alone, because outlines are missing.
    pub from_streets: bool,
}

/// Find the neighbours of a city's committees (邻接).
///
/// Committees with outlines are neighbours where they share a border. With
/// streets they must also be able to walk to each other, see
/// [`Contiguity::on_foot`]; where an outline is missing, streets alone decide, see
/// [`StreetNetwork::neighbours_on_foot`]. Then barriers cut, then `cut` and
/// `join` as asked, then islands are joined.
///
/// # Errors
/// As [`Contiguity::from_polygons`] without streets; [`Error::Unknown`] for a
/// committee that does not exist, [`Error::Parameter`] for a pair to cut that does not touch.
pub fn neighbours(city: &City, asked: &Neighbourhood<'_>, control: &Control) -> Result<Neighbours> {
    let demand = city.demand();
    let has_outlines =
        demand.shape.iter().all(|shape| matches!(shape, Some(Geometry::Polygon(_) | Geometry::MultiPolygon(_))));
    let from_streets = !has_outlines && asked.streets.is_some();
    let (mut contiguity, mut cut) = match asked.streets {
        Some(streets) if from_streets => (of_cells(city, streets, control)?, vec![]),
        Some(streets) => {
            let walk = OnPlane::new(streets, &city.frame().plane)?;
            Contiguity::of_committees(city)?.on_foot(&demand.points, &walk, asked.on_foot, control)?
        }
        None => (Contiguity::of_committees(city)?, vec![]),
    };
    if let Some(barriers) = &asked.barriers {
        if from_streets {
            let rule = "are for committees with outlines; streets alone go around barriers by themselves";
            return Err(Error::parameter("barriers", &"given", rule));
        }
        let edits = across_barriers(city, barriers, asked.bridges.or(asked.streets))?;
        let edits: Vec<PairEdit> =
            edits.into_iter().filter(|edit| contiguity.edges().binary_search(&edit.pair).is_ok()).collect();
        contiguity = contiguity.cut(&pairs(&edits))?;
        cut.extend(edits);
    }
    let rows = |list: &[[String; 2]]| -> Result<Vec<PairEdit>> {
        let edit = |[a, b]: &[String; 2]| {
            let (a, b) = (demand.row(a)? as u32, demand.row(b)? as u32);
            Ok(PairEdit { pair: [a.min(b), a.max(b)], why: Why::Asked })
        };
        list.iter().map(edit).collect()
    };
    let without = rows(&asked.cut)?;
    let known: Vec<[u32; 2]> = pairs(&cut);
    // Cut already is as good as cut.
    let without: Vec<PairEdit> = without.into_iter().filter(|edit| !known.contains(&edit.pair)).collect();
    contiguity = contiguity.cut(&pairs(&without)).map_err(|error| named(city, error, &without, &contiguity))?;
    cut.extend(without);
    let mut joined = rows(&asked.join)?;
    joined.retain(|edit| contiguity.edges().binary_search(&edit.pair).is_err());
    contiguity = contiguity.join(&pairs(&joined))?;
    cut.retain(|edit| !joined.iter().any(|join| join.pair == edit.pair));
    if asked.join_islands {
        let (whole, islands) = contiguity.join_islands()?;
        contiguity = whole;
        joined.extend(islands);
    }
    Ok(Neighbours { contiguity, cut, joined, from_streets })
}

fn pairs(edits: &[PairEdit]) -> Vec<[u32; 2]> {
    edits.iter().map(|edit| edit.pair).collect()
}

/// A refused cut in the names of committees.
fn named(city: &City, error: Error, asked: &[PairEdit], contiguity: &Contiguity) -> Error {
    let missing = asked.iter().find(|edit| contiguity.edges().binary_search(&edit.pair).is_err());
    let Some(PairEdit { pair: [a, b], .. }) = missing else { return error };
    let name = |row: u32| &city.demand().name[row as usize];
    Error::parameter("cut", &format!("{} and {}", name(*a), name(*b)), "do not touch, so there is nothing to cut")
}

/// Neighbours by the streets alone: committees whose demand points' cells touch.
fn of_cells(city: &City, streets: &StreetNetwork, control: &Control) -> Result<Contiguity> {
    let (points, rows) = (&city.demand().points, city.demand().len());
    let walk = OnPlane::new(streets, &city.frame().plane)?;
    let row_of: Vec<u32> = (0..rows).flat_map(|row| points.of(row).map(move |_| row as u32)).collect();
    let found = along_streets(streets, &walk.bring(&points.xy)?, &row_of, rows, control)?;
    // Committees without a place stand at the middle of the others, for pictures and shapes only.
    placed(found, middles(&points.xy, &points.share, &row_of, rows))
}

/// Units whose streets touch, without positions.
fn along_streets(
    streets: &StreetNetwork,
    xy: &[[f64; 2]],
    unit: &[u32],
    units: usize,
    control: &Control,
) -> Result<Contiguity> {
    let snapped = streets.snap("points", xy, control)?;
    let pairs = streets.neighbours_on_foot(&snapped, control)?;
    let pairs = pairs.into_iter().map(|pair| pair.map(|point| unit[point as usize])).filter(|[a, b]| a != b);
    Contiguity::from_edges(units, &pairs.collect::<Vec<_>>(), None)
}

fn placed(found: Contiguity, places: Option<Vec<[f64; 2]>>) -> Result<Contiguity> {
    match places {
        Some(places) => found.with_positions(&places),
        None => Ok(found),
    }
}

/// The middle of each unit's points; `None` where a unit has none.
fn middles(xy: &[[f64; 2]], share: &[f64], unit: &[u32], units: usize) -> Option<Vec<[f64; 2]>> {
    let mut sums = vec![[0.0; 3]; units];
    for ((&[x, y], &part), &unit) in xy.iter().zip(share).zip(unit) {
        let sum: &mut [f64; 3] = &mut sums[unit as usize];
        *sum = [sum[0] + part * x, sum[1] + part * y, sum[2] + part];
    }
    sums.iter().map(|[x, y, all]| (*all > 0.0).then(|| [x / all, y / all])).collect()
}

fn across_barriers(
    city: &City,
    barriers: &[MultiLineString<f64>],
    streets: Option<&StreetNetwork>,
) -> Result<Vec<PairEdit>> {
    let pieces = borders(&on_plane(city)?, SNAP_M)?;
    let Some(streets) = streets else { return Ok(barred(&pieces, barriers, None, BESIDE_M)) };
    let way = OnPlane::new(streets as &dyn Walk, &city.frame().plane)?;
    let bring = |xy: [f64; 2]| way.bring(&[xy]).map(|xy| xy[0]);
    let pieces = pieces.into_iter().map(|(pair, from, to)| Ok((pair, bring(from)?, bring(to)?)));
    let lines = barriers.iter().map(|line| line.try_map_coords(|at| bring([at.x, at.y]).map(Coord::from)));
    let (pieces, lines) = (pieces.collect::<Result<Vec<Shared>>>()?, lines.collect::<Result<Vec<_>>>()?);
    Ok(barred(&pieces, &lines, Some(streets), BESIDE_M))
}

/// Outlines of a city's committees on its plane.
fn on_plane(city: &City) -> Result<Vec<Option<Geometry<f64>>>> {
    let frame = city.frame();
    let on_plane = |shape: &Geometry<f64>| {
        if !frame.crs.is_on_earth() {
            return Ok(shape.clone());
        }
        shape.try_map_coords(|Coord { x, y }| {
            frame.plane.forward(frame.crs.to_lonlat([x, y])?).map(|[x, y]| Coord { x, y })
        })
    };
    city.demand().shape.iter().map(|shape| shape.as_ref().map(on_plane).transpose()).collect()
}

impl Contiguity {
    /// Which committees of a city share a border, by their outlines on its plane.
    ///
    /// # Errors
    /// As [`Contiguity::from_polygons`].
    pub fn of_committees(city: &City) -> Result<Self> {
        Self::from_polygons(&on_plane(city)?, Touch::Rook, SNAP_M)
    }

    /// Units whose streets touch, see [`StreetNetwork::neighbours_on_foot`]: `unit` is that of
    /// each place, metres on the plane of the network. Units without a place near a street have
    /// no neighbour. Positions are the middles of each unit's places, where all have some.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Parameter`] for a unit that does not exist, and positions
    /// that are not finite.
    pub fn from_streets(
        streets: &StreetNetwork,
        xy: &[[f64; 2]],
        unit: &[u32],
        units: usize,
        control: &Control,
    ) -> Result<Self> {
        check_length("points", "unit", xy.len(), unit.len())?;
        if let Some(wrong) = unit.iter().find(|&&unit| unit as usize >= units) {
            return Err(Error::parameter("unit", wrong, &format!("does not exist; there are {units} units")));
        }
        let found = along_streets(streets, xy, unit, units, control)?;
        placed(found, middles(xy, &vec![1.0; xy.len()], unit, units))
    }
}

/// The committee in whose outline each centre stands, or whose people are nearest to it.
///
/// `None` only where no committee has a place.
///
/// # Errors
/// Positions that cannot be projected.
pub fn committee_of_centre(city: &City) -> Result<Vec<Option<u32>>> {
    use geo::Contains;
    let (shapes, points) = (on_plane(city)?, &city.demand().points);
    let row_of = |xy: &[f64; 2]| {
        let place = geo::Point::new(xy[0], xy[1]);
        let inside = (0..).zip(&shapes).find(|(_, shape)| shape.as_ref().is_some_and(|shape| shape.contains(&place)));
        inside.map(|(row, _)| row).or_else(|| {
            let apart = |at: usize| (points.xy[at][0] - xy[0]).powi(2) + (points.xy[at][1] - xy[1]).powi(2);
            let rows = (0..city.demand().len()).flat_map(|row| points.of(row).map(move |at| (apart(at), row as u32)));
            rows.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map(|(_, row)| row)
        })
    };
    Ok(city.facilities().xy.iter().map(row_of).collect())
}
