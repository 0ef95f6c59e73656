//! Tables as text: CSV and TSV, with positions in longitude and latitude columns.

use serde_json::{Number, Value};

use super::{
    columns::key,
    findings::{At, Refusal},
    geometry::Changes,
    layer::{Layer, Shapes, Wanted},
};

/// Names of the column of longitudes or eastings.
const X: [&str; 10] = ["lon", "lng", "long", "longitude", "经度", "x", "x坐标", "easting", "东坐标", "坐标x"];
/// Names of the column of latitudes or northings.
const Y: [&str; 8] = ["lat", "latitude", "纬度", "y", "y坐标", "northing", "北坐标", "坐标y"];

/// Whether a file of this name is a table in text.
pub(super) fn is_table(name: &str) -> bool {
    let extension = std::path::Path::new(name).extension().and_then(|end| end.to_str()).unwrap_or_default();
    ["csv", "tsv"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Read the text of a table into the layer.
pub(super) fn fill(layer: &mut Layer, text: &str, wanted: Wanted) {
    let mut findings = std::mem::take(&mut layer.findings);
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter(text)).flexible(true).from_reader(text.trim().as_bytes());
    let headers: Vec<String> = match reader.headers() {
        Ok(headers) => headers.iter().map(|name| name.trim().to_owned()).collect(),
        Err(error) => {
            let refusal = Refusal::new("bad_csv", error.to_string(), "save the table as UTF-8 CSV");
            findings.refuse_layer(At::layer(), refusal);
            vec![]
        }
    };
    let mut sorted = headers.clone();
    sorted.sort();
    if let Some(twice) = sorted.windows(2).find_map(|pair| (pair.first() == pair.last()).then(|| pair.first())?) {
        findings.refuse_layer(
            At::layer(),
            Refusal::new("duplicate_member", format!("two columns are called {twice:?}"), "rename one of them"),
        );
    }
    let mut cells: Vec<Vec<String>> = vec![vec![]; headers.len()];
    for (row, record) in reader.records().enumerate() {
        layer.features += 1;
        match read_row(record, headers.len(), row) {
            Ok(record) => {
                layer.feature.push(row);
                layer.feature_id.push(None);
                cells.iter_mut().zip(&record).for_each(|(column, cell)| column.push(cell.trim().to_owned()));
            }
            Err(refusal) => findings.refuse(At::feature(row), refusal),
        }
    }
    layer.columns = headers.into_iter().zip(cells.into_iter().map(typed)).collect();
    layer.findings = findings;
    place(layer, wanted);
}

/// A row with as many cells as the header.
fn read_row(record: csv::Result<csv::StringRecord>, columns: usize, row: usize) -> Result<csv::StringRecord, Refusal> {
    let fix = "mend the row; put text that holds the separator into quotes";
    let record = record.map_err(|error| Refusal::new("bad_csv", error.to_string(), fix))?;
    if record.len() == columns {
        return Ok(record);
    }
    let line = record.position().map_or(row as u64 + 2, csv::Position::line);
    let cause = format!("line {line} has {} cells, the header {columns}", record.len());
    Err(Refusal::new("bad_row", cause, fix))
}

/// The separator the header uses most.
fn delimiter(text: &str) -> u8 {
    let header = text.trim_start().lines().next().unwrap_or_default();
    let count = |separator: u8| header.matches(char::from(separator)).count();
    // Of equals the last wins, so the comma stands last.
    [b'\t', b';', b','].into_iter().max_by_key(|&separator| count(separator)).unwrap_or(b',')
}

/// Numbers where every cell is plainly one; text otherwise, so that 0031 and 3.1E+11 stay as written.
fn typed(cells: Vec<String>) -> Vec<Value> {
    let plain = |cell: &str| {
        let digits = cell.strip_prefix('-').unwrap_or(cell);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        all_digits(whole) && all_digits(fraction) && whole.len() <= 15 && (whole == "0" || !whole.starts_with('0'))
    };
    let numeric = cells.iter().all(|cell| cell.is_empty() || plain(cell));
    let number = |cell: &str| match cell.parse::<i64>() {
        Ok(whole) => Some(Number::from(whole)),
        Err(_) => cell.parse().ok().and_then(Number::from_f64),
    };
    let value = |cell: String| match number(&cell) {
        _ if cell.is_empty() => Value::Null,
        Some(number) if numeric => Value::Number(number),
        _ => Value::String(cell),
    };
    cells.into_iter().map(value).collect()
}

/// Positions from the coordinate columns, where there are any.
fn place(layer: &mut Layer, wanted: Wanted) {
    let column = |names: &[&str]| {
        let found = names.iter().find_map(|name| layer.columns.iter().find(|(column, _)| key(column) == *name));
        found.map(|(name, values)| (name.clone(), values.clone()))
    };
    let mut shapes = Shapes::of(wanted);
    let mut findings = std::mem::take(&mut layer.findings);
    if let (Some(x), Some(y)) = (column(&X), column(&Y)) {
        let cause = format!("positions read from the columns {} and {}", x.0, y.0);
        findings.note(At::layer(), "position_columns", cause, "longitude or easting first");
        for row in 0..layer.len() {
            let position = [&x, &y].map(|(name, values)| (name, values.get(row).unwrap_or(&Value::Null)));
            shapes.take(&mut findings, layer.at(row), position_of(position), &Changes::default());
        }
    } else {
        if layer.len() > 0 {
            let cause = "no columns of longitude and latitude";
            findings.note(At::layer(), "no_position_columns", cause, "add columns lon and lat (or 经度 and 纬度)");
        }
        (0..layer.len()).for_each(|_| shapes.take(&mut findings, At::layer(), Ok(None), &Changes::default()));
    }
    layer.findings = findings;
    shapes.finish(layer);
}

/// A point, none where both cells are empty.
fn position_of(cells: [(&String, &Value); 2]) -> Result<Option<geo::Geometry<f64>>, Refusal> {
    let fix = "give both as numbers, or leave both empty";
    let number = |(name, cell): (&String, &Value)| match cell {
        Value::Null => Ok(None),
        Value::Number(number) => Ok(number.as_f64()),
        other => match other.as_str().and_then(|text| text.trim().parse::<f64>().ok()).filter(|n| n.is_finite()) {
            Some(number) => Ok(Some(number)),
            None => Err(Refusal::new("bad_position", format!("{name} = {other} is not a number"), fix)),
        },
    };
    let [x, y] = cells;
    match (number(x)?, number(y)?) {
        (Some(x), Some(y)) => Ok(Some(geo::Point::new(x, y).into())),
        (None, None) => Ok(None),
        _ => Err(Refusal::new("bad_position", "only one of the two coordinates is given", fix)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn codes_stay_as_written_and_numbers_become_numbers() {
        let column = |cells: &[&str]| typed(cells.iter().map(|&cell| cell.to_owned()).collect());
        assert_eq!(column(&["12", "", "-3.5"]), [json!(12), Value::Null, json!(-3.5)]);
        assert_eq!(column(&["0031", "12"]), [json!("0031"), json!("12")]);
        assert_eq!(column(&["3.10107E+11"]), [json!("3.10107E+11")]);
        assert_eq!(column(&["1,234"]), [json!("1,234")]);
    }

    #[test]
    fn the_separator_is_told_from_the_header() {
        assert_eq!(
            [delimiter("a,b,c\n1;2"), delimiter("a;b\n1,2"), delimiter("a\tb"), delimiter("a")],
            [b',', b';', b'\t', b',']
        );
    }
}
