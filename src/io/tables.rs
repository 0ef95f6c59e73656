//! Columns of a layer to the amounts, statuses and services of our tables.

use std::str::FromStr;

use geo::{Area, Geometry, InteriorPoint};
use serde_json::Value;

use super::{
    columns::{Columns, MEASURES},
    findings::{At, Refusal},
    ids::{Named, ids_and_names, name_key},
    layer::Layer,
    number::{Amount, amount},
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
    for row in unlocated {
        let at = layer.at(row);
        layer.findings.note(at, "no_geometry", "no geometry", "kept: its people count, but not as covered");
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
/// `geo`'s interior point, taken in the layer's own coordinates: it always
/// lies inside, where a centroid may fall outside a crescent.
fn places(layer: &Layer) -> Vec<Option<[f64; 2]>> {
    layer.shape.iter().map(|shape| shape.as_ref().and_then(place)).collect()
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
fn label(value: &Value) -> Option<String> {
    super::ids::normal_id(value).ok().flatten()
}

/// People of each row; what is no number is refused, what is unknown noted.
fn population(layer: &mut Layer, columns: &Columns) -> Vec<Option<f64>> {
    let Some(column) = columns.column("population").map(str::to_owned) else {
        if layer.len() > 0 {
            layer.findings.note(
                At::layer(),
                "no_population",
                "no population column",
                "coverage counts committees; add a column such as population or 常住人口 to count people",
            );
        }
        return vec![None; layer.len()];
    };
    if !columns.other_populations.is_empty() {
        let others = columns.other_populations.join(", ");
        layer.findings.note(
            At::layer(),
            "several_populations",
            format!("{column} is used as population; there are also {others}"),
            "to use another, map it: columns = {\"population\": ...}",
        );
    }
    let cells = layer.column(&column).map(<[Value]>::to_vec).unwrap_or_default();
    cells.iter().enumerate().map(|(row, cell)| population_cell(layer, row, &column, cell)).collect()
}

fn population_cell(layer: &mut Layer, row: usize, column: &str, cell: &Value) -> Option<f64> {
    let shown: String = cell.to_string().chars().take(40).collect();
    let refuse = |layer: &mut Layer, code, why: &str| {
        let at = layer.at(row);
        let fix = "give the number of residents, 0 or more; leave it empty where it is unknown";
        layer.findings.refuse(at, Refusal::new(code, format!("{column} = {shown} {why}"), fix));
        None
    };
    match amount(cell) {
        Amount::Known { value, .. } if value < 0.0 => refuse(layer, "population_negative", "is below zero"),
        Amount::Known { value, .. } if !value.is_finite() => refuse(layer, "population_not_number", "is not finite"),
        Amount::NotANumber => refuse(layer, "population_not_number", "is not a number"),
        Amount::Unknown => {
            let at = layer.at(row);
            let cause = format!("{column} is {}", if cell.is_null() { "empty" } else { &shown });
            layer.findings.note(at, "population_unknown", cause, "kept as unknown, which is not zero");
            None
        }
        Amount::Known { value, approximate } => {
            if approximate {
                let at = layer.at(row);
                let cause = format!("{column} = {shown} is approximate");
                layer.findings.note(at, "population_approximate", cause, format!("read as {value}"));
            } else if cell.is_string() {
                let at = layer.at(row);
                let cause = format!("{column} = {shown} is text");
                layer.findings.repaired(at, "population_text", cause, format!("read as {value}"));
            }
            Some(value)
        }
    }
}

/// Measures under our names, then every other column of plain numbers under its own.
fn measures(layer: &mut Layer, columns: &Columns, not_measures: &[&str]) -> Vec<Measure> {
    let mut measures = vec![];
    for (field, column) in &columns.found {
        if !MEASURES.iter().any(|known| known.name == field) || not_measures.contains(&field.as_str()) {
            continue;
        }
        let cells = layer.column(column).map(<[Value]>::to_vec).unwrap_or_default();
        let values = cells.iter().enumerate().map(|(row, cell)| match amount(cell) {
            Amount::Known { value, .. } if value >= 0.0 && value.is_finite() => Some(value),
            Amount::Unknown => None,
            _ => {
                let at = layer.at(row);
                let shown: String = cell.to_string().chars().take(40).collect();
                let cause = format!("{column} = {shown} is not a number of 0 or more");
                let fix = "give a number; leave it empty where it is unknown";
                layer.findings.refuse(at, Refusal::new("bad_measure", cause, fix));
                None
            }
        });
        let values = values.collect();
        measures.push(Measure { name: field.clone(), values });
    }
    let used: Vec<&str> = columns.found.iter().map(|(_, column)| column.as_str()).collect();
    let mut negative = vec![];
    for (column, cells) in layer.columns.iter().filter(|(column, _)| !used.contains(&column.as_str())) {
        let values: Vec<Option<f64>> = cells.iter().map(Value::as_f64).collect();
        let is_numeric =
            cells.iter().all(|cell| cell.is_number() || cell.is_null()) && values.iter().any(Option::is_some);
        let is_known = measures.iter().any(|measure| measure.name == *column) || column == "population";
        if !is_numeric || is_known || is_coordinate(column) {
            continue;
        }
        if values.iter().flatten().all(|value| value.is_finite() && *value >= 0.0) {
            measures.push(Measure { name: column.clone(), values });
        } else {
            negative.push(column.clone());
        }
    }
    if !negative.is_empty() {
        let cause = format!("{} hold(s) numbers below zero", negative.join(", "));
        layer.findings.note(At::layer(), "not_a_measure", cause, "left out: a measure counts people or things");
    }
    measures
}

fn is_coordinate(column: &str) -> bool {
    let key = super::columns::key(column);
    ["lon", "lng", "longitude", "lat", "latitude", "x", "y", "经度", "纬度", "fid", "objectid"].contains(&key.as_str())
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

fn statuses(layer: &mut Layer, columns: &Columns) -> Vec<Status> {
    let Some(column) = columns.column("status").map(str::to_owned) else {
        if layer.len() > 0 {
            layer.findings.note(At::layer(), "no_status", "no status column", "every centre is taken as existing");
        }
        return vec![Status::Existing; layer.len()];
    };
    let cells = layer.column(&column).map(<[Value]>::to_vec).unwrap_or_default();
    let mut empty = 0;
    let status = cells.iter().enumerate().map(|(row, cell)| match cell {
        Value::Null => {
            empty += 1;
            Status::Existing
        }
        Value::String(text) if text.trim().is_empty() => {
            empty += 1;
            Status::Existing
        }
        cell => {
            let text = cell.as_str().map_or_else(|| cell.to_string(), str::to_owned);
            Status::from_str(&text).unwrap_or_else(|_| {
                let at = layer.at(row);
                let fix = "give existing, planned, candidate or closed (已建, 规划, 候选, 关闭)";
                let cause = format!("{column} = {text:?} is not a known status");
                layer.findings.refuse(at, Refusal::new("status_unknown", cause, fix));
                Status::Existing
            })
        }
    });
    let status = status.collect();
    if empty > 0 {
        let cause = format!("{empty} centre(s) without a status");
        layer.findings.note(At::layer(), "status_empty", cause, "taken as existing");
    }
    status
}

/// Services of each row as positions in the list of all, in order of appearance.
fn services(layer: &mut Layer, columns: &Columns) -> (Vec<Vec<u16>>, Vec<String>) {
    let mut names: Vec<String> = vec![];
    let Some(column) = columns.column("services").map(str::to_owned) else {
        return (vec![vec![]; layer.len()], names);
    };
    let cells = layer.column(&column).map(<[Value]>::to_vec).unwrap_or_default();
    let mut rows = Vec::with_capacity(cells.len());
    for (row, cell) in cells.iter().enumerate() {
        let Some(offered) = service_list(cell) else {
            let at = layer.at(row);
            let shown: String = cell.to_string().chars().take(40).collect();
            let fix = "give a JSON array of texts, or one text with ; between services";
            layer.findings.refuse(at, Refusal::new("bad_services", format!("{column} = {shown} is no list"), fix));
            rows.push(vec![]);
            continue;
        };
        let mut positions: Vec<u16> = vec![];
        for service in offered {
            let place = names.iter().position(|known| *known == service).unwrap_or_else(|| {
                names.push(service);
                names.len() - 1
            });
            positions.push(u16::try_from(place).unwrap_or(u16::MAX));
        }
        positions.sort_unstable();
        positions.dedup();
        rows.push(positions);
    }
    if names.len() > usize::from(u16::MAX) {
        let refusal =
            Refusal::new("bad_services", format!("{} different services", names.len()), "is this the right column?");
        layer.findings.refuse_layer(At::layer(), refusal);
    }
    (rows, names)
}

/// The services in a cell: an array of texts, or texts between ; , 、 | and /.
fn service_list(cell: &Value) -> Option<Vec<String>> {
    let tidy = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    match cell {
        Value::Null => Some(vec![]),
        Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            Some(texts?.into_iter().filter_map(tidy).collect())
        }
        // Writers that know no lists put the array's JSON into the text.
        Value::String(text) if text.trim_start().starts_with('[') => match serde_json::from_str(text) {
            Ok(list @ Value::Array(_)) => service_list(&list),
            _ => None,
        },
        Value::String(text) => {
            let between = [';', '；', ',', '，', '、', '|', '/'];
            Some(text.split(between).filter_map(tidy).collect())
        }
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn services_are_lists_or_text_with_separators() {
        let expected = Some(vec!["助餐".to_owned(), "日托".to_owned()]);
        for cell in [
            json!(["助餐", "日托"]),
            json!("助餐;日托"),
            json!("助餐、 日托"),
            json!("助餐|日托|"),
            json!("[\"助餐\",\"日托\"]"),
        ] {
            assert_eq!(service_list(&cell), expected, "{cell}");
        }
        assert_eq!(service_list(&Value::Null), Some(vec![]));
        assert_eq!(service_list(&json!(5)), None);
    }
}
