//! A file's text to features: one FeatureCollection, one Feature, or one feature a line.

use std::{cell::Cell, path::Path};

use serde::de::DeserializeSeed;
use serde_json::{Value, value::RawValue};

use super::{
    feature::{Feature, echarts, read_feature, twice},
    findings::{At, Findings, Refusal},
    members::{Features, Members, Streaming, Top},
};

/// RFC 8142 puts this before each record.
const RECORD_SEPARATOR: char = '\u{1e}';

/// Types that describe a shape and nothing else.
const GEOMETRIES: [&str; 7] =
    ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"];

/// What a file says beside its features.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// Its `crs` member.
    pub(super) crs: Option<Value>,
    /// A warning that must travel with it.
    pub(super) note: Option<String>,
    /// Features met, also those that were refused.
    pub(super) features: usize,
}

/// Read a document, handing over each feature with its number.
pub(super) fn read_document(
    name: &str,
    text: &str,
    findings: &mut Findings,
    mut take: impl FnMut(&mut Findings, usize, Feature),
) -> Head {
    let whole = text;
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if let Some(refusal) = known_text(text) {
        findings.refuse_layer(At::layer(), refusal);
        return Head::default();
    }
    let mut lines = Lines::of(whole);
    let mut each = |findings: &mut Findings, feature: usize, raw: &RawValue| match read_feature(raw) {
        Ok(read) => take(findings, feature, read),
        Err(mut refusal) => {
            refusal.cause = format!("{} (line {})", refusal.cause, lines.line(raw.get()));
            findings.refuse(At::feature(feature), refusal);
        }
    };
    if text.starts_with(RECORD_SEPARATOR) {
        let records = text.split(RECORD_SEPARATOR).map(str::trim).filter(|record| !record.is_empty());
        return read_records(whole, records, findings, each);
    }
    if is_one_a_line(name, text) {
        let records = text.lines().map(str::trim).filter(|line| !line.is_empty());
        return read_records(whole, records, findings, each);
    }
    let at = Cell::new(None);
    let mut features = 0;
    let mut json = serde_json::Deserializer::from_str(text);
    let streaming = Streaming {
        each: |feature, raw| {
            features = feature + 1;
            each(findings, feature, raw);
        },
        at: &at,
    };
    let top = streaming.deserialize(&mut json).and_then(|top| json.end().map(|()| top));
    let mut head = Head { features, ..Head::default() };
    match top {
        Ok(top) => read_top(text, &top, &mut head, findings, &mut each),
        Err(error) => {
            head.features = features.max(at.get().map_or(0, |feature| feature + 1));
            findings.refuse_layer(
                At { feature: at.get(), name: None },
                syntax_error(text, Lines::of(whole).line(text), &error, at.get().is_none().then_some(features)),
            );
        }
    }
    head
}

/// What the top object is, and what it says of its features.
fn read_top(
    text: &str,
    top: &Top,
    head: &mut Head,
    findings: &mut Findings,
    each: &mut impl FnMut(&mut Findings, usize, &RawValue),
) {
    let members = &top.members;
    let kind = members.text("type");
    let refusal = match (kind.as_deref(), top.features) {
        (_, Features::Twice) => Some(twice("features")),
        _ if members.repeated().is_some() => members.repeated().map(twice),
        _ if members.get("UTF8Encoding").is_some_and(|flag| flag.get() != "false") => Some(echarts()),
        (Some("FeatureCollection"), Features::Read) => None,
        (Some("FeatureCollection"), Features::Missing) => Some(Refusal::new(
            "no_features",
            "a FeatureCollection without \"features\"",
            "give \"features\": [...], empty if there are none",
        )),
        (Some("FeatureCollection"), Features::NotAnArray) => {
            Some(Refusal::new("features_not_array", "\"features\" is not an array", "give \"features\": [...]"))
        }
        (Some("Feature"), _) => {
            if let Ok(raw) = serde_json::from_str::<&RawValue>(text) {
                each(findings, 0, raw);
            }
            head.features = 1;
            None
        }
        (Some("Topology"), _) => Some(Refusal::new(
            "topojson",
            "this is TopoJSON, not GeoJSON",
            "convert it: topo2geo, or mapshaper in.json -o format=geojson out.geojson",
        )),
        (Some(geometry), _) if GEOMETRIES.contains(&geometry) => Some(Refusal::new(
            "bare_geometry",
            "a geometry without a feature: it has neither name nor people",
            "wrap it: {\"type\": \"Feature\", \"properties\": {...}, \"geometry\": ...}",
        )),
        (Some(other), _) => Some(Refusal::new(
            "not_geojson",
            format!("an object of type {other:?}"),
            "give a FeatureCollection, a Feature, or one Feature a line",
        )),
        (None, _) => Some(Refusal::new(
            "not_geojson",
            "JSON without a GeoJSON \"type\"",
            "give a FeatureCollection, a Feature, or one Feature a line",
        )),
    };
    if let Some(refusal) = refusal {
        findings.refuse_layer(At::layer(), refusal);
    }
    head.crs = members.get("crs").and_then(|raw| serde_json::from_str(raw.get()).ok());
    head.note = note(members);
}

/// The warning of a file: its `note`, marked where the file says it is synthetic.
fn note(members: &Members) -> Option<String> {
    let synthetic = members.get("synthetic").is_some_and(|flag| flag.get() == "true");
    match (members.text("note"), synthetic) {
        (note, false) => note,
        (None, true) => Some("Synthetic data".to_owned()),
        (Some(note), true) => {
            let says_so = note.to_lowercase().starts_with("synthetic");
            Some(if says_so { note } else { format!("Synthetic data: {note}") })
        }
    }
}

/// Records of one feature each; a broken one does not stop the others.
fn read_records<'t>(
    text: &'t str,
    records: impl Iterator<Item = &'t str>,
    findings: &mut Findings,
    mut each: impl FnMut(&mut Findings, usize, &RawValue),
) -> Head {
    let mut head = Head::default();
    let mut lines = Lines::of(text);
    for record in records {
        let feature = head.features;
        head.features += 1;
        match serde_json::from_str::<&RawValue>(record) {
            Ok(raw) => each(findings, feature, raw),
            Err(error) => {
                let refusal = syntax_error(record, lines.line(record), &error, None);
                findings.refuse(At::feature(feature), refusal);
            }
        }
    }
    head
}

/// Whether each line is a feature of its own.
fn is_one_a_line(name: &str, text: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|end| end.to_str()).unwrap_or_default().to_lowercase();
    if ["ndjson", "jsonl", "geojsonl", "geojsons", "ndgeojson"].contains(&extension.as_str()) {
        // A whole collection under such a name is still a collection.
        return serde_json::from_str::<Members>(text).is_err() || !text.contains("\"FeatureCollection\"");
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else { return false };
    let is_whole = |line: &str| serde_json::from_str::<Members>(line).is_ok();
    // A first line that is broken must not hide that the others are features of their own.
    let is_feature =
        |line: &str| line.starts_with('{') && line.contains("\"Feature\"") && !line.contains("\"features\"");
    !first.contains("\"FeatureCollection\"") && (is_whole(first) || (is_feature(first) && is_whole(second)))
}

/// Text formats that are not GeoJSON, told from how they begin.
fn known_text(text: &str) -> Option<Refusal> {
    let start: String = text.chars().take(300).collect::<String>().to_lowercase();
    let not_geojson = |what: &str, fix: &str| Some(Refusal::new("not_geojson", format!("this is {what}"), fix));
    let convert = "convert it: ogr2ogr -f GeoJSON out.geojson in";
    match start.chars().next() {
        None => Some(Refusal::new("empty_file", "the file is empty", "check the path, or export it again")),
        Some('<') if start.contains("<!doctype html") || start.contains("<html") => {
            not_geojson("a web page, not GeoJSON", "the server answered with an error page; download the file again")
        }
        Some('<') if start.contains("<kml") => not_geojson("KML, not GeoJSON", convert),
        Some('<') => not_geojson("XML, not GeoJSON", convert),
        Some('[') => not_geojson(
            "a JSON array, not GeoJSON",
            "wrap its features: {\"type\": \"FeatureCollection\", \"features\": [...]}",
        ),
        Some('{' | RECORD_SEPARATOR) => None,
        Some(_) => not_geojson(
            "not JSON: it does not begin with {",
            "give a GeoJSON FeatureCollection, a Feature, or one Feature a line",
        ),
    }
}

/// A syntax error in words, at its line and column.
fn syntax_error(text: &str, first_line: usize, error: &serde_json::Error, after: Option<usize>) -> Refusal {
    let cut_short = error.is_eof();
    let here = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    let from = floor_boundary(here, error.column().saturating_sub(12));
    let near = here.get(from..).unwrap_or_default();
    let near: String = near.chars().take(24).collect();
    let is_not_finite = ["NaN", "Infinity", "nan", "inf"].iter().any(|word| near.contains(word));
    let place = format!("line {} column {}", first_line + error.line().saturating_sub(1), error.column());
    if is_not_finite && !cut_short {
        return Refusal::new(
            "not_finite",
            format!("{near:?} at {place}: JSON has no NaN or Infinity"),
            "write null where a value is unknown; do not write features without a position as NaN",
        );
    }
    let after = after.filter(|&features| features > 0).map(|n| format!(", after {n} features")).unwrap_or_default();
    if cut_short {
        return Refusal::new("truncated", format!("the file ends in the middle of a value, at {place}{after}"), {
            "copy or download the file again"
        });
    }
    let message = error.to_string();
    let why = message.split(" at line ").next().unwrap_or_default();
    let cause = format!("not valid JSON near {near:?}, at {place}: {why}{after}");
    Refusal::new("bad_json", cause, "mend the file at this place")
}

/// Line numbers of parts of a text that are asked for in rising order.
struct Lines<'t> {
    text: &'t str,
    /// Bytes counted so far, and the line they end on.
    counted: (usize, usize),
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        Self { text, counted: (0, 1) }
    }

    /// The line on which a part of the text begins, from 1.
    fn line(&mut self, part: &str) -> usize {
        let (from, line) = self.counted;
        let to = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let between = self.text.as_bytes().get(from..to).unwrap_or_default();
        self.counted = (from.max(to), line + between.iter().map(|&byte| usize::from(byte == b'\n')).sum::<usize>());
        self.counted.1
    }
}

/// The nearest character boundary at or before this byte.
fn floor_boundary(text: &str, mut byte: usize) -> usize {
    byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}
