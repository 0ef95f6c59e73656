//! One HTML file with everything in it, Leaflet included.

use serde::Serialize;

use crate::error::{Error, Result};

const PAGE: &str = include_str!("../../assets/map.html");
const PARTS: [(&str, &str); 6] = [
    ("{{leaflet_css}}", include_str!("../../assets/leaflet/leaflet.css")),
    ("{{map_css}}", include_str!("../../assets/map.css")),
    ("{{leaflet_js}}", include_str!("../../assets/leaflet/leaflet.js")),
    ("{{base_js}}", include_str!("../../assets/base.js")),
    ("{{lists_js}}", include_str!("../../assets/lists.js")),
    ("{{labels_js}}", include_str!("../../assets/labels.js")),
];
const COVERAGE: [&str; 3] = [
    include_str!("../../assets/coverage.html"),
    include_str!("../../assets/coverage.js"),
    include_str!("../../assets/panel.js"),
];
const DIVISION: [&str; 2] = [include_str!("../../assets/division.html"), include_str!("../../assets/division.js")];

/// The page of a coverage.
pub(super) fn coverage(drawing: &impl Serialize) -> Result<String> {
    let [sections, scripts @ ..] = COVERAGE;
    page(drawing, sections, &scripts)
}

/// The page of a division.
pub(super) fn division(drawing: &impl Serialize) -> Result<String> {
    let [sections, scripts @ ..] = DIVISION;
    page(drawing, sections, &scripts)
}

fn page(drawing: &impl Serialize, sections: &str, scripts: &[&str]) -> Result<String> {
    let data = serde_json::to_string(drawing)
        .map_err(|cause| Error::parameter("map", &cause, "cannot be written as JSON"))?
        // In JSON a "<" stands only inside text; unescaped it could end the script.
        .replace('<', "\\u003c");
    let scripts: Vec<String> = scripts.iter().map(|script| format!("<script>{script}</script>")).collect();
    let mut page = PAGE.replace("{{sections}}", sections.trim_end()).replace("{{scripts}}", &scripts.join("\n"));
    for (place, part) in PARTS {
        page = page.replace(place, part);
    }
    // Last, so that no name in the data can look like a place to fill.
    Ok(page.replacen("{{data}}", &data, 1))
}
