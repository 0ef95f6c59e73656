//! A layer: geometries and columns of one file or table, whatever it is read as.

use std::{borrow::Cow, collections::HashMap};

use geo::Geometry;
use geojson::GeometryValue;
use serde_json::Value;

use super::{
    Source, Table, csv_table,
    decode::{decode, looks_like_mojibake, unscrambled},
    document::read_document,
    findings::{At, Findings, Refusal},
    geometry::{Changes, shape_of},
};
use crate::{
    crs::Crs,
    error::{Error, Result},
};

/// One layer, row by row.
#[derive(Debug, Default)]
pub(super) struct Layer {
    /// What to call it.
    pub(super) name: String,
    /// The encoding its text was in.
    pub(super) encoding: String,
    /// Features in the file, refused ones too.
    pub(super) features: usize,
    /// Feature number of each row.
    pub(super) feature: Vec<usize>,
    /// The feature's own id.
    pub(super) feature_id: Vec<Option<Value>>,
    /// Shape of each row.
    pub(super) shape: Vec<Option<Geometry<f64>>>,
    /// Rows whose shape was refused.
    pub(super) shape_refused: Vec<bool>,
    /// Columns in the order they appear, padded with null.
    pub(super) columns: Vec<(String, Vec<Value>)>,
    /// The `crs` member of the file.
    pub(super) crs_member: Option<Value>,
    /// The system a table in memory says it has; once settled, the one its numbers are taken in.
    pub(super) crs: Option<Crs>,
    /// A warning that must travel with it.
    pub(super) note: Option<String>,
    /// Everything found.
    pub(super) findings: Findings,
}

impl Layer {
    /// Rows that could be read.
    pub(super) fn len(&self) -> usize {
        self.feature.len()
    }

    /// A column by its exact name.
    pub(super) fn column(&self, name: &str) -> Option<&[Value]> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, values)| values.as_slice())
    }

    /// How to speak of a row.
    pub(super) fn at(&self, row: usize) -> At {
        let named = ["name", "名称", "NAME", "id", "code", "代码"].iter().find_map(|name| {
            let value = self.column(name)?.get(row)?;
            match value {
                Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            }
        });
        At::named(self.feature.get(row).copied().unwrap_or(row), named)
    }
}

/// What the shapes of a layer must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Points and outlines, where people or centres are.
    Places,
    /// Lines, such as streets.
    Lines,
}

/// Read a source of places as a layer.
///
/// # Errors
/// [`Error::File`] when it cannot be read from disk; all else is in the findings.
pub(super) fn load(source: &Source) -> Result<Layer> {
    load_as(source, Wanted::Places)
}

/// Read a source of places or lines as a layer.
///
/// # Errors
/// As [`load`].
pub(super) fn load_as(source: &Source, wanted: Wanted) -> Result<Layer> {
    let (name, bytes) = match source {
        Source::Table(table) => return Ok(from_table(table, wanted)),
        Source::Bytes { name, bytes } => (name.clone(), Cow::Borrowed(bytes.as_slice())),
        Source::Path(path) => {
            let bytes = std::fs::read(path).map_err(|error| Error::file("cannot read", path, &error))?;
            (path.display().to_string(), Cow::Owned(bytes))
        }
    };
    let mut layer = Layer { name, encoding: "unknown".to_owned(), ..Layer::default() };
    match decode(&bytes) {
        Ok(decoded) => {
            decoded.encoding.clone_into(&mut layer.encoding);
            if decoded.encoding != "UTF-8" {
                layer.findings.note(
                    At::layer(),
                    "encoding",
                    format!("read as {}", decoded.encoding),
                    "check that the names look right; UTF-8 is the safe choice",
                );
            }
            if csv_table::is_table(&layer.name) {
                csv_table::fill(&mut layer, &decoded.text, wanted);
            } else {
                fill(&mut layer, &decoded.text, wanted);
            }
            note_mojibake(&mut layer);
        }
        Err(refusal) => layer.findings.refuse_layer(At::layer(), refusal),
    }
    Ok(layer)
}

/// Read the text of a document into the layer.
fn fill(layer: &mut Layer, text: &str, wanted: Wanted) {
    let mut findings = std::mem::take(&mut layer.findings);
    let mut place: HashMap<String, usize> = HashMap::new();
    let mut shapes = Shapes::of(wanted);
    let name = layer.name.clone();
    let head = read_document(&name, text, &mut findings, |findings, feature, read| {
        let row = layer.feature.len();
        layer.feature.push(feature);
        layer.feature_id.push(read.id);
        for (column, value) in read.properties {
            let place = *place.entry(column).or_insert_with_key(|column| {
                layer.columns.push((column.clone(), vec![]));
                layer.columns.len() - 1
            });
            if let Some((_, values)) = layer.columns.get_mut(place) {
                values.resize(row, Value::Null);
                values.push(value);
            }
        }
        let at = || {
            let name = layer.columns.iter().find(|(column, _)| matches!(column.as_str(), "name" | "名称"));
            let text = name.and_then(|(_, values)| values.get(row)).and_then(Value::as_str);
            At::named(feature, text.map(str::to_owned))
        };
        shapes.take(findings, at(), read.shape, &read.changes);
    });
    for (_, values) in &mut layer.columns {
        values.resize(layer.feature.len(), Value::Null);
    }
    layer.features = head.features;
    layer.crs_member = head.crs;
    layer.note = head.note;
    layer.findings = findings;
    shapes.finish(layer);
}

impl Wanted {
    /// The shape, if it is what is wanted.
    fn check(self, shape: Geometry<f64>) -> std::result::Result<Geometry<f64>, Refusal> {
        let is_line = matches!(shape, Geometry::LineString(_) | Geometry::MultiLineString(_));
        match (self, is_line) {
            (Self::Places, false) | (Self::Lines, true) => Ok(shape),
            (Self::Places, true) => {
                Err(Refusal::new("line_geometry", "a line has no inside and is no place", "give a Point or a Polygon"))
            }
            (Self::Lines, false) => {
                let cause = "a point or an outline is no street";
                Err(Refusal::new("not_a_line", cause, "give a LineString; remove everything else from the layer"))
            }
        }
    }
}

/// Shapes as they come in, and what is said of them once for all.
pub(super) struct Shapes {
    wanted: Wanted,
    shape: Vec<Option<Geometry<f64>>>,
    refused: Vec<bool>,
    extra_ordinates: usize,
}

impl Shapes {
    pub(super) fn of(wanted: Wanted) -> Self {
        Self { wanted, shape: vec![], refused: vec![], extra_ordinates: 0 }
    }

    pub(super) fn take(
        &mut self,
        findings: &mut Findings,
        at: At,
        shape: std::result::Result<Option<Geometry<f64>>, Refusal>,
        changes: &Changes,
    ) {
        self.extra_ordinates += usize::from(changes.extra_ordinates);
        if shape.is_ok() && changes.closed_rings > 0 {
            findings.repaired(
                at.clone(),
                "ring_not_closed",
                format!("{} ring(s) do not end where they begin", changes.closed_rings),
                "closed with a straight line",
            );
        }
        if shape.is_ok() && changes.from_collection {
            findings.note(
                at.clone(),
                "geometry_collection",
                "a GeometryCollection",
                "its polygons are used, its points and lines are not; without polygons its only point is",
            );
        }
        let shape = shape.and_then(|shape| shape.map(|shape| self.wanted.check(shape)).transpose());
        let refused = shape.is_err();
        self.refused.push(refused);
        self.shape.push(shape.unwrap_or_else(|refusal| {
            findings.refuse(at, refusal);
            None
        }));
    }

    pub(super) fn finish(self, layer: &mut Layer) {
        if self.extra_ordinates > 0 {
            layer.findings.note(
                At::layer(),
                "extra_ordinates",
                format!("{} feature(s) have positions of more than two numbers", self.extra_ordinates),
                "heights and measures were dropped",
            );
        }
        layer.shape = self.shape;
        layer.shape_refused = self.refused;
    }
}

/// A table in memory as a layer.
fn from_table(table: &Table, wanted: Wanted) -> Layer {
    let rows = table.geometry.len().max(table.columns.iter().map(|(_, values)| values.len()).max().unwrap_or(0));
    let mut layer = Layer {
        name: if table.name.is_empty() { "table".to_owned() } else { table.name.clone() },
        encoding: "in memory".to_owned(),
        features: rows,
        feature: (0..rows).collect(),
        feature_id: vec![None; rows],
        crs: table.crs.clone(),
        columns: table.columns.clone(),
        ..Layer::default()
    };
    let uneven =
        table.columns.iter().find(|(_, values)| values.len() != rows).map(|(name, values)| (name, values.len()));
    if let Some((column, got)) =
        uneven.or((table.geometry.len() != rows).then_some((&"geometry".to_owned(), table.geometry.len())))
    {
        layer.findings.refuse_layer(
            At::layer(),
            Refusal::new(
                "bad_table",
                format!("{column} has {got} rows, the longest column {rows}"),
                "give columns of equal length",
            ),
        );
    }
    for (_, values) in &mut layer.columns {
        values.resize(rows, Value::Null);
    }
    let mut findings = std::mem::take(&mut layer.findings);
    let mut shapes = Shapes::of(wanted);
    for row in 0..rows {
        let mut changes = Changes::default();
        let given = table.geometry.get(row).and_then(Option::as_ref);
        let shape = given.map_or(Ok(None), |shape| shape_of(&GeometryValue::from(shape), &mut changes));
        shapes.take(&mut findings, layer.at(row), shape, &changes);
    }
    layer.findings = findings;
    shapes.finish(&mut layer);
    note_mojibake(&mut layer);
    layer
}

/// Say when names look like UTF-8 that was saved as Latin-1.
fn note_mojibake(layer: &mut Layer) {
    let names = layer.columns.iter().map(|(name, _)| name.as_str());
    let cells = layer.columns.iter().flat_map(|(_, values)| values.iter().filter_map(Value::as_str));
    if !looks_like_mojibake(names.chain(cells)) {
        return;
    }
    let mut texts = layer.columns.iter().flat_map(|(_, values)| values.iter().filter_map(Value::as_str));
    let example = texts.find_map(|text| unscrambled(text).map(|meant| (text, meant)));
    let cause = match &example {
        Some((text, meant)) => format!("names look like UTF-8 read as Latin-1: {text:?} is probably {meant:?}"),
        None => "names look like UTF-8 read as Latin-1".to_owned(),
    };
    layer.findings.note(
        At::layer(),
        "mojibake",
        cause,
        "kept as they are; to repair, re-encode the file: iconv -f utf-8 -t latin1 in > out",
    );
}
