//! What centres offer, and whether they are open.

use std::str::FromStr;

use serde_json::Value;

use super::{
    columns::Columns,
    findings::{At, Refusal},
    layer::Layer,
};
use crate::facility::Status;

/// The status of each centre; a word that is not known is refused.
pub(super) fn statuses(layer: &mut Layer, columns: &Columns) -> Vec<Status> {
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
pub(super) fn services(layer: &mut Layer, columns: &Columns) -> (Vec<Vec<u16>>, Vec<String>) {
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
