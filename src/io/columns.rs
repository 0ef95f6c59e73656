//! Which column holds what: the names planners' tables use, in English and Chinese.

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::{ReadOptions, Role, layer::Layer};
use crate::error::{Error, Result};

/// A field of ours, with the column names it is known by, the preferred first.
pub(super) struct Field {
    pub(super) name: &'static str,
    aliases: &'static [&'static str],
}

const COMMITTEE_ID: &[&str] = &[
    "id",
    "code",
    "代码",
    "编码",
    "编号",
    "居委会代码",
    "居委代码",
    "社区代码",
    "村居代码",
    "区划代码",
    "统计用区划代码",
    "统计代码",
    "行政区划代码",
    "committee_id",
    "community_id",
    "adcode",
    "gid",
];
const COMMITTEE_NAME: &[&str] = &[
    "name",
    "名称",
    "居委会名称",
    "居委名称",
    "居村委名称",
    "社区名称",
    "居委会",
    "居委",
    "居村委",
    "村居",
    "村居名称",
    "社区",
    "村委会",
    "committee_name",
    "community_name",
    "committee",
    "community",
    "name_zh",
    "title",
    "标题",
];
const FACILITY_ID: &[&str] = &[
    "id",
    "code",
    "代码",
    "编码",
    "编号",
    "设施代码",
    "设施编号",
    "中心编号",
    "facility_id",
    "center_id",
    "centre_id",
    "gid",
];
const FACILITY_NAME: &[&str] = &[
    "name",
    "名称",
    "设施名称",
    "中心名称",
    "社区中心",
    "服务中心",
    "设施",
    "facility_name",
    "center_name",
    "centre_name",
    "facility",
    "center",
    "centre",
    "name_zh",
    "title",
    "标题",
];
const TOWN_ID: &[&str] = &[
    "id",
    "code",
    "代码",
    "编码",
    "街镇代码",
    "街道代码",
    "乡镇代码",
    "区划代码",
    "统计用区划代码",
    "行政区划代码",
    "town_code",
    "town_id",
    "adcode",
];
const TOWN_NAME: &[&str] = &[
    "name",
    "名称",
    "街镇名称",
    "街道名称",
    "乡镇名称",
    "街镇",
    "街道",
    "乡镇",
    "镇",
    "街道镇",
    "town",
    "town_name",
    "subdistrict",
    "township",
    "name_zh",
    "title",
];
const POPULATION: Field = Field {
    name: "population",
    aliases: &[
        "population",
        "pop",
        "residents",
        "people",
        "total_population",
        "常住人口",
        "常住人口数",
        "实有人口",
        "实有人口数",
        "人口",
        "人口数",
        "总人口",
        "总人口数",
        "人口总数",
        "居住人口",
        "服务人口",
        "户籍人口",
        "户籍人口数",
        "poptotal",
        "pop_total",
    ],
};
const TOWN: Field = Field {
    name: "town",
    aliases: &[
        "town",
        "街镇",
        "街道",
        "乡镇",
        "镇",
        "街道镇",
        "街道乡镇",
        "所属街镇",
        "所属街道",
        "所在街道",
        "所在街镇",
        "街镇名称",
        "街道名称",
        "乡镇名称",
        "town_name",
        "subdistrict",
        "township",
        "jiedao",
        "street_town",
    ],
};
const TOWN_CODE: Field = Field {
    name: "town_code",
    aliases: &["town_code", "town_id", "街镇代码", "街道代码", "乡镇代码", "所属街道代码", "subdistrict_code"],
};
const STATUS: Field =
    Field { name: "status", aliases: &["status", "状态", "建设状态", "运营状态", "现状", "state"] };
const SERVICES: Field = Field {
    name: "services",
    aliases: &[
        "services",
        "service",
        "服务",
        "服务项目",
        "服务功能",
        "服务内容",
        "功能",
        "设施功能",
        "functions",
        "function",
    ],
};
const COMMITTEE: Field = Field {
    name: "committee",
    aliases: &[
        "committee",
        "committee_id",
        "居委会",
        "居委",
        "居委会代码",
        "居委代码",
        "居委会名称",
        "社区",
        "社区代码",
        "社区名称",
        "所属居委会",
        "所属社区",
        "demand",
        "demand_id",
        "community",
        "community_id",
    ],
};

/// Measures that have a name of ours, whatever the column is called.
pub(super) const MEASURES: [Field; 8] = [
    Field {
        name: "over_60",
        aliases: &[
            "over_60",
            "60岁以上",
            "60岁及以上",
            "60岁以上人口",
            "60岁及以上人口",
            "60周岁以上",
            "老年人口",
            "老年人",
            "老年人数",
            "elderly",
            "pop_60",
            "pop60plus",
            "age_60_plus",
            "aged_60_plus",
            "60+",
        ],
    },
    Field {
        name: "over_65",
        aliases: &["over_65", "65岁以上", "65岁及以上", "65岁以上人口", "pop_65", "age_65_plus", "65+"],
    },
    Field {
        name: "jobs",
        aliases: &["jobs", "岗位", "岗位数", "就业岗位", "就业", "就业人口", "就业人数", "employment", "employees"],
    },
    Field { name: "households", aliases: &["households", "户数", "总户数", "居民户数", "家庭户数"] },
    Field {
        name: "staff",
        aliases: &["staff", "力量配置", "工作人员", "工作人员数", "人员配置", "社工", "社工数", "社区工作者"],
    },
    Field { name: "capacity", aliases: &["capacity", "服务能力", "容量", "服务容量", "接待能力"] },
    Field {
        name: "floor_area_m2", aliases: &["floor_area_m2", "建筑面积", "floor_area", "gfa", "建筑面积平方米"]
    },
    Field { name: "cost", aliases: &["cost", "造价", "投资", "投资额", "建设成本"] },
];

/// The fields a caller may map to a column.
pub(super) fn field_names() -> Vec<String> {
    let fixed = ["id", "name", "population", "town", "town_code", "status", "services", "committee"];
    fixed.into_iter().chain(MEASURES.iter().map(|field| field.name)).map(str::to_owned).collect()
}

/// The fields that mean something in a layer of this role.
fn fields(role: Role) -> Vec<Field> {
    let id = |aliases| Field { name: "id", aliases };
    let name = |aliases| Field { name: "name", aliases };
    match role {
        Role::Demand => vec![id(COMMITTEE_ID), name(COMMITTEE_NAME), POPULATION, TOWN, TOWN_CODE],
        Role::Facilities => vec![id(FACILITY_ID), name(FACILITY_NAME), STATUS, SERVICES, TOWN, TOWN_CODE],
        Role::Towns => vec![id(TOWN_ID), name(TOWN_NAME)],
        Role::Points => vec![COMMITTEE, POPULATION],
    }
}

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
