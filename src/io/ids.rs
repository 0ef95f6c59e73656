//! Identifiers and names, made comparable.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::{
    columns::Columns,
    findings::{At, Refusal},
    layer::Layer,
};

/// One id as text: `310107005003`, `"310107005003.0"` and `"310107005003 "` are the same.
///
/// # Errors
/// A number in scientific notation that has lost digits, and what is no id at all.
pub(super) fn normal_id(value: &Value) -> Result<Option<String>, Refusal> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.nfkc().collect::<String>().trim().to_owned(),
        Value::Number(number) => match number.as_f64() {
            // Below 2^53 a float holds every whole number.
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15 => format!("{float:.0}"),
            Some(float) if number.is_f64() && float.abs() >= 9e15 => return Err(precision_lost(&number.to_string())),
            _ => number.to_string(),
        },
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            return Err(Refusal::new("bad_id", format!("id {value} is neither text nor a number"), "give text"));
        }
    };
    if text.is_empty() {
        return Ok(None);
    }
    if is_scientific(&text) {
        return Err(precision_lost(&text));
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, rest)) if digits(whole) && digits(rest) && rest.bytes().all(|byte| byte == b'0') => {
            Ok(Some(whole.to_owned()))
        }
        _ => Ok(Some(text)),
    }
}

/// "3.10107E+11": what a spreadsheet makes of a long code.
fn is_scientific(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let Some((mantissa, exponent)) = lower.split_once('e') else { return false };
    mantissa.contains('.') && mantissa.parse::<f64>().is_ok() && exponent.parse::<i32>().is_ok_and(|power| power >= 5)
}

fn precision_lost(text: &str) -> Refusal {
    Refusal::new(
        "id_precision_lost",
        format!("id {text} is a long code that a spreadsheet shortened; its digits are lost"),
        "format the column as text in the original table and export it again",
    )
}

/// A name to compare by: width, case and outer spaces do not count.
pub(super) fn name_key(name: &str) -> String {
    name.nfkc().flat_map(char::to_lowercase).collect::<String>().trim().to_owned()
}

/// Ids and names of all rows.
pub(super) struct Named {
    pub(super) id: Vec<String>,
    pub(super) name: Vec<String>,
}

/// Read ids and names, refusing what is not unique or not whole.
pub(super) fn ids_and_names(layer: &mut Layer, columns: &Columns) -> Named {
    let rows = layer.len();
    let given = columns.values(layer, "name");
    let text = |row: usize| match given.and_then(|values| values.get(row)) {
        Some(Value::String(text)) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let names: Vec<Option<String>> = (0..rows).map(text).collect();
    let ids = read_ids(layer, columns, &names);
    let at = |layer: &Layer, row: usize| {
        At::named(layer.feature.get(row).copied().unwrap_or(row), names.get(row).cloned().flatten())
    };
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (row, id) in ids.iter().enumerate() {
        if let Some(&before) = first.get(id.as_str()) {
            let refusal = Refusal::new(
                "duplicate_id",
                format!(
                    "id {id:?} stands in feature {} and in feature {} too",
                    layer.feature.get(before).copied().unwrap_or(before),
                    layer.feature.get(row).copied().unwrap_or(row)
                ),
                "give each feature an id of its own; 1, \"1\", \"1.0\" and \"1 \" are the same id",
            );
            let at = at(layer, row);
            layer.findings.refuse(at, refusal);
        } else {
            first.insert(id, row);
        }
    }
    let mut bearers: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (row, name) in names.iter().enumerate() {
        if let Some(name) = name {
            bearers.entry(name_key(name)).or_default().push(row);
        }
    }
    for rows in bearers.values().filter(|rows| rows.len() > 1) {
        let which: Vec<String> =
            rows.iter().take(5).filter_map(|&row| layer.feature.get(row)).map(usize::to_string).collect();
        let at = rows.first().map_or_else(At::layer, |&row| at(layer, row));
        let cause = format!("{} features bear this name: {}", rows.len(), which.join(", "));
        layer.findings.note(at, "duplicate_name", cause, "kept apart by id; ask for them by id");
    }
    let name = names.into_iter().zip(&ids).map(|(name, id)| name.unwrap_or_else(|| id.clone())).collect();
    Named { id: ids, name }
}

/// Ids from their column, else the features' own, else names where unique, else row numbers.
fn read_ids(layer: &mut Layer, columns: &Columns, names: &[Option<String>]) -> Vec<String> {
    let rows = layer.len();
    let own_ids = || layer.feature_id.iter().map(|id| id.clone().unwrap_or_default()).collect::<Vec<Value>>();
    let given: Option<Vec<Value>> = match columns.values(layer, "id") {
        Some(values) => Some(values.to_vec()),
        None if layer.feature_id.iter().any(Option::is_some) => Some(own_ids()),
        None => None,
    };
    let Some(given) = given else {
        let mut keys: Vec<String> = names.iter().flatten().map(|name| name_key(name)).collect();
        keys.sort();
        let all_named = keys.len() == rows && keys.windows(2).all(|pair| pair.first() != pair.last());
        let (ids, cause): (Vec<String>, _) = if all_named {
            (names.iter().flatten().cloned().collect(), "no id column; names are unique and serve as ids")
        } else {
            ((0..rows).map(|row| row.to_string()).collect(), "no id column, and names do not tell all features apart")
        };
        let fix = if all_named {
            "add an id column to keep ids when names change"
        } else {
            "row numbers from 0 serve as ids"
        };
        if rows > 0 {
            layer.findings.note(At::layer(), "no_id", cause, fix);
        }
        return ids;
    };
    let mut changed = 0;
    let mut ids = Vec::with_capacity(rows);
    for (row, value) in given.iter().enumerate() {
        let at = At::named(layer.feature.get(row).copied().unwrap_or(row), names.get(row).cloned().flatten());
        let id = match normal_id(value) {
            Ok(Some(id)) => {
                changed += usize::from(value.as_str().is_some_and(|text| text != id) || value.is_f64());
                id
            }
            Ok(None) => {
                let refusal = Refusal::new("id_missing", "no id, where other features have one", "give it an id");
                layer.findings.refuse(at, refusal);
                format!("\u{0}missing {row}")
            }
            Err(refusal) => {
                layer.findings.refuse(at, refusal);
                format!("\u{0}refused {row}")
            }
        };
        ids.push(id);
    }
    if changed > 0 {
        let cause = format!("{changed} id(s) with a decimal, spaces or full-width characters");
        layer.findings.repaired(At::layer(), "id_normalised", cause, "written as plain text without them");
    }
    ids
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_code_in_many_spellings_is_one_id() {
        for value in
            [json!(310_107_005_003_u64), json!("310107005003.0"), json!("310107005003 "), json!(310_107_005_003.0)]
        {
            assert_eq!(normal_id(&value).unwrap_or_default().as_deref(), Some("310107005003"), "{value}");
        }
        assert_eq!(normal_id(&json!("3.5")).unwrap_or_default().as_deref(), Some("3.5"));
        assert_eq!(normal_id(&json!("007")).unwrap_or_default().as_deref(), Some("007"));
        assert_eq!(normal_id(&json!("1e5")).unwrap_or_default().as_deref(), Some("1e5"));
    }

    #[test]
    fn a_code_that_lost_its_digits_is_refused() {
        for value in [json!("3.10107E+11"), json!("3.10107e11"), json!(3.1e20)] {
            assert_eq!(normal_id(&value).err().map(|refusal| refusal.code), Some("id_precision_lost"), "{value}");
        }
    }

    #[test]
    fn full_and_half_width_names_compare_equal() {
        assert_eq!(name_key("新建花苑居委会（筹）"), name_key("新建花苑居委会(筹)"));
    }
}
