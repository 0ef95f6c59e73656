//! The standards that come with linli.

/// Their names, and what their files hold.
pub(super) const BUILT_IN: &[(&str, &str)] = &[
    ("gb50180-2018/15", include_str!("editions/gb50180-2018-15.toml")),
    ("gb50180-2018/10", include_str!("editions/gb50180-2018-10.toml")),
    ("gb50180-2018/5", include_str!("editions/gb50180-2018-5.toml")),
    ("gb50180-2018/block", include_str!("editions/gb50180-2018-block.toml")),
    ("shanghai-2016/15", include_str!("editions/shanghai-2016-15.toml")),
    ("shanghai-2016/elderly", include_str!("editions/shanghai-2016-elderly.toml")),
    ("shanghai-2016/childcare", include_str!("editions/shanghai-2016-childcare.toml")),
    ("shanghai-2016/grid", include_str!("editions/shanghai-2016-grid.toml")),
    ("shanghai-2024-draft/main-city", include_str!("editions/shanghai-2024-draft-main-city.toml")),
    ("shanghai-2024-draft/new-city", include_str!("editions/shanghai-2024-draft-new-city.toml")),
    ("shanghai-2024-draft/new-town", include_str!("editions/shanghai-2024-draft-new-town.toml")),
    ("tdt1062-2021/15", include_str!("editions/tdt1062-2021-15.toml")),
    ("tdt1062-2021/10", include_str!("editions/tdt1062-2021-10.toml")),
    ("tdt1062-2021/5", include_str!("editions/tdt1062-2021-5.toml")),
    ("mofcom-2021", include_str!("editions/mofcom-2021.toml")),
    ("xuhui-linlihui", include_str!("editions/xuhui-linlihui.toml")),
    ("tongji-2020", include_str!("editions/tongji-2020.toml")),
];
