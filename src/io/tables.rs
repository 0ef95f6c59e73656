//! Columns of a layer to the amounts, statuses and services of our tables.

use geo::{Area, Coord, Geometry, InteriorPoint, MapCoords};
use serde_json::Value;

use super::{
    amounts::{measures, population},
    columns::Columns,
    findings::{At, Refusal},
    ids::{Named, ids_and_names, name_key},
    layer::Layer,
    offers::{services, statuses},
};
use crate::{demand::Measure, facility::Status};

/// Rows of any layer whose ids, names, places and measures are read.
pub(super) struct Rows {
    pub(super) id: Vec<String>,
    pub(super) name: Vec<String>,
    /// A point inside the shape, in the layer's own system.
    pub(super) place: Vec<Option<[f64; 2]>>,
    /// What the town column says.
    pub(super) town: Vec<Option<String>>,
    /// What the town code column says.
    pub(super) town_code: Vec<Option<String>>,
    pub(super) measures: Vec<Measure>,
}

/// Committees as they stand in their layer.
pub(super) struct DemandRows {
    pub(super) rows: Rows,
    pub(super) population: Vec<Option<f64>>,
}

/// Centres as they stand in their layer.
pub(super) struct FacilityRows {
    pub(super) rows: Rows,
    pub(super) status: Vec<Status>,
    pub(super) services: Vec<Vec<u16>>,
    pub(super) service_names: Vec<String>,
}

/// Finer demand points as they stand in their layer.
pub(super) struct PointRows {
    pub(super) committee: Vec<Option<String>>,
    pub(super) population: Vec<Option<f64>>,
    pub(super) place: Vec<Option<[f64; 2]>>,
}

/// Read a layer as committees.
pub(super) fn demand_rows(layer: &mut Layer, columns: &Columns) -> DemandRows {
    let rows = common_rows(layer, columns, &["population"]);
    let unlocated: Vec<usize> = (0..layer.len()).filter(|&row| is_without_shape(layer, row)).collect();
    let kept = "kept: its people count, but not as covered";
    if unlocated.len() == layer.len() && layer.len() > 1 {
        layer.findings.note(At::layer(), "no_geometry", "no feature has a geometry", kept);
    } else {
        for row in unlocated {
            let at = layer.at(row);
            layer.findings.note(at, "no_geometry", "no geometry", kept);
        }
    }
    note_preparatory(layer, &rows.name);
    let population = population(layer, columns);
    DemandRows { rows, population }
}

/// Read a layer as centres.
pub(super) fn facility_rows(layer: &mut Layer, columns: &Columns) -> FacilityRows {
    let rows = common_rows(layer, columns, &[]);
    for row in 0..layer.len() {
        let at = layer.at(row);
        if is_without_shape(layer, row) {
            let refusal = Refusal::new("no_geometry", "no geometry", "give the centre's position, or remove it");
            layer.findings.refuse(at, refusal);
        } else if matches!(layer.shape.get(row), Some(Some(Geometry::Polygon(_) | Geometry::MultiPolygon(_)))) {
            layer.findings.note(at, "polygon_facility", "an outline, not a point", "a point inside it is used");
        }
    }
    let status = statuses(layer, columns);
    let (services, service_names) = services(layer, columns);
    FacilityRows { rows, status, services, service_names }
}

/// Read a layer as towns.
pub(super) fn town_rows(layer: &mut Layer, columns: &Columns) -> Named {
    let unnamed = (0..layer.len()).filter(|&row| is_without_shape(layer, row)).count();
    if unnamed > 0 {
        let cause = format!("{unnamed} town(s) without an outline");
        layer.findings.note(At::layer(), "no_geometry", cause, "committees are matched to them by name only");
    }
    ids_and_names(layer, columns)
}

/// Read a layer as finer demand points.
pub(super) fn point_rows(layer: &mut Layer, columns: &Columns) -> PointRows {
    let missing: Vec<&str> =
        ["committee", "population"].into_iter().filter(|field| columns.column(field).is_none()).collect();
    if !missing.is_empty() && layer.len() > 0 {
        let known: Vec<&str> = layer.columns.iter().map(|(name, _)| name.as_str()).collect();
        let refusal = Refusal::new(
            "column_missing",
            format!("no column for {}; the file has {}", missing.join(" and "), known.join(", ")),
            "name the columns: columns = {\"committee\": ..., \"population\": ...}",
        );
        layer.findings.refuse_layer(At::layer(), refusal);
    }
    let committee: Vec<Option<String>> = columns
        .values(layer, "committee")
        .map_or_else(|| vec![None; layer.len()], |values| values.iter().map(label).collect());
    for row in 0..layer.len() {
        let at = layer.at(row);
        if is_without_shape(layer, row) {
            layer.findings.refuse(at, Refusal::new("no_geometry", "no geometry", "give its position, or remove it"));
        } else if committee.get(row).is_some_and(Option::is_none) && missing.is_empty() {
            let refusal = Refusal::new("committee_missing", "no committee", "say which committee it lies in");
            layer.findings.refuse(at, refusal);
        }
    }
    let population = if missing.is_empty() { population(layer, columns) } else { vec![None; layer.len()] };
    let place = places(layer);
    PointRows { committee, population, place }
}

fn common_rows(layer: &mut Layer, columns: &Columns, not_measures: &[&str]) -> Rows {
    let Named { id, name } = ids_and_names(layer, columns);
    let texts = |field: &str| {
        columns
            .values(layer, field)
            .map_or_else(|| vec![None; layer.len()], |values| values.iter().map(label).collect())
    };
    let (town, town_code) = (texts("town"), texts("town_code"));
    let measures = measures(layer, columns, not_measures);
    Rows { id, name, place: places(layer), town, town_code, measures }
}

/// Whether a row has no shape, and none that was refused.
fn is_without_shape(layer: &Layer, row: usize) -> bool {
    layer.shape.get(row).is_none_or(Option::is_none) && !layer.shape_refused.get(row).copied().unwrap_or(false)
}

/// A point inside each shape; of several parts, inside the largest.
///
/// `geo`'s interior point: it always lies inside, where a centroid may fall
/// outside a crescent. It is taken in longitude and latitude, so that one
/// outline stands for the same point whatever system it comes in.
pub(super) fn places(layer: &Layer) -> Vec<Option<[f64; 2]>> {
    let projected = layer.crs.as_ref().filter(|crs| crs.is_on_earth() && !crs.is_lonlat());
    let inside = |shape: &Geometry<f64>| match (shape, projected) {
        (Geometry::Point(_), _) | (_, None) => place(shape),
        (_, Some(crs)) => {
            let lonlat = shape.try_map_coords(|Coord { x, y }| crs.to_lonlat([x, y]).map(|[x, y]| Coord { x, y }));
            lonlat.and_then(|shape| place(&shape).map(|place| crs.from_lonlat(place)).transpose()).ok().flatten()
        }
    };
    layer.shape.iter().map(|shape| shape.as_ref().and_then(inside)).collect()
}

fn place(shape: &Geometry<f64>) -> Option<[f64; 2]> {
    let point = match shape {
        Geometry::Point(point) => Some(*point),
        Geometry::Polygon(polygon) => polygon.interior_point(),
        Geometry::MultiPolygon(parts) => {
            let largest = parts.iter().reduce(|a, b| if b.unsigned_area() > a.unsigned_area() { b } else { a });
            largest.and_then(InteriorPoint::interior_point)
        }
        _ => None,
    };
    point.map(|point| [point.x(), point.y()])
}

/// A cell as a short text, numbers written like ids.
pub(super) fn label(value: &Value) -> Option<String> {
    super::ids::normal_id(value).ok().flatten()
}

/// Committees that are still being set up: （筹） after the name.
fn note_preparatory(layer: &mut Layer, names: &[String]) {
    for (row, name) in names.iter().enumerate() {
        if name_key(name).ends_with("(筹)") {
            let at = layer.at(row);
            layer.findings.note(at, "preparatory", "（筹）: the committee is being set up", "counted like any other");
        }
    }
}
