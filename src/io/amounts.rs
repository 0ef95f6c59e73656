//! How many: population and the other measures of a layer.

use serde_json::Value;

use super::{
    aliases::MEASURES,
    columns::{Columns, key},
    findings::{At, Refusal},
    layer::Layer,
    number::{Amount, amount},
};
use crate::demand::Measure;

/// People of each row; what is no number is refused, what is unknown noted.
pub(super) fn population(layer: &mut Layer, columns: &Columns) -> Vec<Option<f64>> {
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
pub(super) fn measures(layer: &mut Layer, columns: &Columns, not_measures: &[&str]) -> Vec<Measure> {
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
    let key = key(column);
    ["lon", "lng", "longitude", "lat", "latitude", "x", "y", "经度", "纬度", "fid", "objectid"].contains(&key.as_str())
}
