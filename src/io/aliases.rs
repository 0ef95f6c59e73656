//! The names of columns in planners' tables, in English and Chinese, the preferred first.

use super::Role;

/// A field of ours, with the column names it is known by, the preferred first.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) aliases: &'static [&'static str],
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
pub(super) fn fields(role: Role) -> Vec<Field> {
    let id = |aliases| Field { name: "id", aliases };
    let name = |aliases| Field { name: "name", aliases };
    match role {
        Role::Demand => vec![id(COMMITTEE_ID), name(COMMITTEE_NAME), POPULATION, TOWN, TOWN_CODE],
        Role::Facilities => vec![id(FACILITY_ID), name(FACILITY_NAME), STATUS, SERVICES, TOWN, TOWN_CODE],
        Role::Towns => vec![id(TOWN_ID), name(TOWN_NAME)],
        Role::Points => vec![COMMITTEE, POPULATION],
    }
}
