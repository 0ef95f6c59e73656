//! Which column holds what: the names planners' tables use, in English and Chinese.

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::{
    ReadOptions, Role,
    aliases::{MEASURES, field_names, fields},
    layer::Layer,
};
use crate::error::{Error, Result};

/// Where each field of a layer was found.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// Field to column, in the order fields are listed.
    pub(super) found: Vec<(String, String)>,
    /// Population columns that were there beside the one used.
    pub(super) other_populations: Vec<String>,
}

impl Columns {
    /// Look for the fields of this role.
    pub(super) fn of(layer: &Layer, role: Role, options: &ReadOptions) -> Self {
        let keys: Vec<(String, &str)> = layer
            .columns
            .iter()
            .filter(|(_, values)| values.iter().any(|value| !value.is_null()))
            .map(|(column, _)| (key(column), column.as_str()))
            .collect();
        let with_measures = matches!(role, Role::Demand | Role::Facilities);
        let measures = MEASURES.into_iter().filter(|_| with_measures);
        let mut columns = Self::default();
        let mut taken: Vec<String> = vec![];
        for field in fields(role).into_iter().chain(measures) {
            let mapped = options.columns.get(field.name).filter(|column| layer.column(column).is_some());
            let known = |alias: &&&str| {
                let alias = key(alias);
                keys.iter().find(|(known, column)| *known == alias && !taken.iter().any(|taken| taken == column))
            };
            let all: Vec<&str> =
                field.aliases.iter().filter_map(|alias| known(&alias)).map(|&(_, column)| column).collect();
            let Some(column) = mapped.cloned().or_else(|| all.first().map(|&column| column.to_owned())) else {
                continue;
            };
            if field.name == "population" {
                columns.other_populations =
                    all.iter().filter(|&&other| other != column).map(|&other| other.to_owned()).collect();
                columns.other_populations.dedup();
            }
            taken.push(column.clone());
            columns.found.push((field.name.to_owned(), column));
        }
        columns
    }

    /// The column a field was found in.
    pub(super) fn column(&self, field: &str) -> Option<&str> {
        self.found.iter().find(|(known, _)| known == field).map(|(_, column)| column.as_str())
    }

    /// The values of a field.
    pub(super) fn values<'l>(&self, layer: &'l Layer, field: &str) -> Option<&'l [Value]> {
        layer.column(self.column(field)?)
    }
}

/// Refuse a mapping that names a field or column that does not exist.
///
/// A column must stand in one of the layers in which its field means something.
pub(super) fn check_mapping(layers: &[(&Layer, Role)], options: &ReadOptions) -> Result<()> {
    for (field, column) in &options.columns {
        if !field_names().contains(field) {
            return Err(Error::Unknown { kind: "field", name: field.clone(), known: field_names() });
        }
        let meant = |role: Role| {
            fields(role).iter().any(|known| known.name == field)
                || (matches!(role, Role::Demand | Role::Facilities) && MEASURES.iter().any(|known| known.name == field))
        };
        let mut places =
            layers.iter().filter(|(layer, role)| meant(*role) && !layer.findings.is_layer_refused()).peekable();
        if places.peek().is_none() || places.clone().any(|(layer, _)| layer.column(column).is_some()) {
            continue;
        }
        let mut known: Vec<String> = vec![];
        for (name, _) in places.flat_map(|(layer, _)| &layer.columns) {
            if !known.contains(name) {
                known.push(name.clone());
            }
        }
        return Err(Error::Unknown { kind: "column", name: column.clone(), known });
    }
    Ok(())
}

/// A column name without width, case, spaces, underscores and hyphens.
pub(super) fn key(name: &str) -> String {
    let plain = name.nfkc().flat_map(char::to_lowercase);
    plain.filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '\u{feff}' | '\u{200b}')).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn columns_of(names: &[&str], role: Role) -> Columns {
        let columns = names.iter().map(|&name| (name.to_owned(), vec![json!("1")])).collect();
        Columns::of(&Layer { columns, ..Layer::default() }, role, &ReadOptions::default())
    }

    #[test]
    fn tables_in_two_languages_are_understood() {
        let found = columns_of(&["代码", "居委会名称", "街镇", "常住人口", "60岁以上", "就业岗位"], Role::Demand);
        for (field, column) in [
            ("id", "代码"),
            ("name", "居委会名称"),
            ("town", "街镇"),
            ("population", "常住人口"),
            ("over_60", "60岁以上"),
            ("jobs", "就业岗位"),
        ] {
            assert_eq!(found.column(field), Some(column));
        }
        let found = columns_of(&["Code", "NAME", "POPULATION", "Over 60"], Role::Demand);
        assert_eq!(found.column("over_60"), Some("Over 60"));
        assert_eq!(found.column("population"), Some("POPULATION"));
    }

    #[test]
    fn of_several_populations_the_residents_count() {
        let found = columns_of(&["户籍人口", "实有人口", "常住人口"], Role::Demand);
        assert_eq!(found.column("population"), Some("常住人口"));
        assert_eq!(found.other_populations, ["实有人口", "户籍人口"]);
    }

    #[test]
    fn a_column_that_is_empty_throughout_is_no_column() {
        let columns = vec![("population".to_owned(), vec![Value::Null]), ("人口".to_owned(), vec![json!(3)])];
        let layer = Layer { columns, ..Layer::default() };
        assert_eq!(Columns::of(&layer, Role::Demand, &ReadOptions::default()).column("population"), Some("人口"));
    }
}
