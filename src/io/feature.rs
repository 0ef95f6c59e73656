//! One feature: its members checked, its geometry through the `geojson` crate.

use geo::Geometry;
use geojson::GeometryValue;
use serde_json::{Map, Value, value::RawValue};

use super::{
    findings::Refusal,
    geometry::{Changes, DEEPEST_COLLECTION, shape_of, too_deep},
    members::Members,
};

/// A feature that could be read.
#[derive(Debug)]
pub(super) struct Feature {
    pub(super) id: Option<Value>,
    pub(super) properties: Map<String, Value>,
    /// Its shape, or why it has none that can be used.
    pub(super) shape: Result<Option<Geometry<f64>>, Refusal>,
    pub(super) changes: Changes,
}

/// Read the text of a feature.
///
/// # Errors
/// What is not a feature at all, or says something twice.
pub(super) fn read_feature(raw: &RawValue) -> Result<Feature, Refusal> {
    let text = raw.get();
    if !text.starts_with('{') {
        let what = text.chars().take(20).collect::<String>();
        return Err(not_a_feature(&format!("{what} stands where a feature should")));
    }
    let members: Members = serde_json::from_str(text).map_err(|error| malformed(&error))?;
    if let Some(name) = members.repeated() {
        return Err(twice(name));
    }
    match members.text("type").as_deref() {
        Some("Feature") => {}
        Some(other) => return Err(not_a_feature(&format!("type {other:?} stands where \"Feature\" should"))),
        None => return Err(not_a_feature("an object without \"type\": \"Feature\"")),
    }
    let mut changes = Changes::default();
    let shape = match members.get("geometry") {
        Some(raw) => read_geometry(raw, &mut changes),
        None => Ok(None),
    };
    Ok(Feature { id: read_id(&members)?, properties: read_properties(&members)?, shape, changes })
}

fn read_id(members: &Members) -> Result<Option<Value>, Refusal> {
    let Some(raw) = members.get("id") else { return Ok(None) };
    match serde_json::from_str(raw.get()) {
        Ok(id @ (Value::String(_) | Value::Number(_))) => Ok(Some(id)),
        _ => Err(Refusal::new("bad_id", format!("id {} is neither text nor a number", cut(raw.get())), "give text")),
    }
}

fn read_properties(members: &Members) -> Result<Map<String, Value>, Refusal> {
    let Some(raw) = members.get("properties") else { return Ok(Map::new()) };
    if !raw.get().starts_with('{') {
        return Err(Refusal::new(
            "bad_properties",
            format!("properties is {}", cut(raw.get())),
            "give an object or null",
        ));
    }
    let properties: Members = serde_json::from_str(raw.get()).map_err(|error| malformed(&error))?;
    if let Some(name) = properties.repeated() {
        return Err(twice(name));
    }
    let value = |(name, raw): (String, &RawValue)| Ok((name, serde_json::from_str(raw.get())?));
    properties.0.into_iter().map(value).collect::<Result<_, serde_json::Error>>().map_err(|error| malformed(&error))
}

fn read_geometry(raw: &RawValue, changes: &mut Changes) -> Result<Option<Geometry<f64>>, Refusal> {
    // Each collection opens an object and an array; coordinates add four more.
    if nesting(raw.get()) > 2 * DEEPEST_COLLECTION + 6 {
        return Err(too_deep());
    }
    let members: Members = serde_json::from_str(raw.get()).map_err(|error| bad_geometry(&error.to_string()))?;
    if let Some(name) = members.repeated() {
        return Err(twice(name));
    }
    let kind = members.text("type").unwrap_or_default();
    if members.get("encodeOffsets").is_some() {
        return Err(echarts());
    }
    let known = ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"];
    if known.contains(&kind.as_str()) && members.get("coordinates").is_none() {
        return Err(bad_geometry(&format!("a {kind} without coordinates")));
    }
    let geometry: geojson::Geometry = raw.get().parse().map_err(|error: geojson::Error| {
        let hint = if kind.is_empty() { "the geometry has no type" } else { "" };
        bad_geometry(&format!("{hint}{}{error}", if hint.is_empty() { "" } else { ": " }))
    })?;
    let value: GeometryValue = geometry.value;
    shape_of(&value, changes)
}

/// How deep brackets stand inside one another, text left out.
fn nesting(json: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    let (mut in_text, mut escaped) = (false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn not_a_feature(cause: &str) -> Refusal {
    Refusal::new("not_a_feature", cause, "put only Feature objects into \"features\"")
}

fn malformed(error: &serde_json::Error) -> Refusal {
    let why = without_place(&error.to_string());
    Refusal::new("bad_json", format!("the feature cannot be read: {why}"), "mend or remove this feature")
}

fn bad_geometry(why: &str) -> Refusal {
    let why = without_place(why);
    Refusal::new("bad_geometry", format!("the geometry cannot be read: {why}"), "mend the geometry, or write null")
}

pub(super) fn twice(name: &str) -> Refusal {
    Refusal::new("duplicate_member", format!("{name:?} stands twice; which one counts?"), "remove one of them")
}

pub(super) fn echarts() -> Refusal {
    Refusal::new(
        "echarts_encoded",
        "an ECharts map with compressed coordinates (UTF8Encoding, encodeOffsets)",
        "export the map as plain GeoJSON; note that such maps are most often in GCJ-02 (crs = GCJ-02)",
    )
}

/// A parser's message without its line and column, which count from the feature and not from the file.
fn without_place(message: &str) -> String {
    let message = message.trim_start_matches("Error while deserializing GeoJSON: ");
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}
