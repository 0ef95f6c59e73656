//! Streets and other lines from files and tables: OpenStreetMap extracts, and lines of a GIS.

use std::path::Path;

use geo::{Geometry, LineString, MapCoords, MultiLineString};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    ImportReport, ReadOptions, Source,
    columns::Columns,
    crs_choice,
    findings::{At, Refusal},
    layer::{Layer, Wanted, load_as},
};
use crate::{
    control::Control,
    crs::{Crs, Plane},
    error::{Error, Result},
    network::{BarrierIndex, Profile, Reading, Reason, SnapRule, StreetLine, StreetNetwork, Verdict, hex},
};

/// How streets are read and places joined to them.
#[derive(Debug, Clone, Default)]
pub struct StreetOptions {
    /// Who walks: which ways, by their OpenStreetMap tags. `None` is `adult` for
    /// an extract, and every line of a layer.
    pub profile: Option<Profile>,
    /// Farthest two ends of drawn lines may lie apart and still meet, metres.
    pub tolerance_m: f64,
    /// How places are joined to streets.
    pub snap: SnapRule,
    /// Coordinate system and axes of layers that do not say it themselves.
    pub read: ReadOptions,
}

/// Streets, and what happened on the way in.
#[derive(Debug)]
pub struct ImportedStreets {
    /// The streets.
    pub network: StreetNetwork,
    /// The coordinate system of the source.
    pub crs: Crs,
    /// What was accepted, repaired and refused of a layer of lines; an extract
    /// has its [`StreetNetwork::reading`].
    pub report: Option<ImportReport>,
}

/// Lines with names, such as rivers, railways and expressways.
#[derive(Debug, Clone, Default)]
pub struct Barriers {
    /// Name of each, empty where it has none.
    pub name: Vec<String>,
    /// What it is: its `kind`, empty where that is not said.
    pub kind: Vec<String>,
    /// Its course in longitude and latitude, or in metres without a place on Earth.
    pub line: Vec<MultiLineString<f64>>,
}

impl Barriers {
    /// SHA-256 of names, kinds and courses: answers that name barriers depend on
    /// it. The first 16 hexadecimal digits; `None` where there are no barriers.
    #[must_use]
    pub fn hash(&self) -> Option<String> {
        if self.line.is_empty() {
            return None;
        }
        let mut digest = Sha256::new();
        for text in self.name.iter().chain(&self.kind) {
            digest.update((text.len() as u64).to_le_bytes());
            digest.update(text);
        }
        for line in self.line.iter().flatten() {
            digest.update((line.0.len() as u64).to_le_bytes());
            for at in &line.0 {
                digest.update(at.x.to_le_bytes());
                digest.update(at.y.to_le_bytes());
            }
        }
        Some(hex(&digest.finalize()[..8]))
    }

    /// An index of them on a plane, to ask what lies between two places.
    ///
    /// # Errors
    /// Positions that cannot be projected.
    pub fn index(&self, plane: &Plane) -> Result<BarrierIndex> {
        self.on(plane).map(|lines| BarrierIndex::new(&lines))
    }

    /// Their courses on a plane.
    ///
    /// # Errors
    /// Positions that cannot be projected.
    pub fn on(&self, plane: &Plane) -> Result<Vec<MultiLineString<f64>>> {
        let onto =
            |line: &MultiLineString<f64>| line.try_map_coords(|at| plane.forward([at.x, at.y]).map(geo::Coord::from));
        self.line.iter().map(onto).collect()
    }
}

/// Read streets: an `.osm.pbf` extract, or lines in GeoJSON, NDJSON or a table.
///
/// `plane` is that of the city that will be asked about; `None` makes one
/// around the streets. A profile judges drawn lines by their columns, which must
/// then be OpenStreetMap tags: `highway`, `foot`, `access` and so on.
///
/// # Errors
/// [`Error::Rejected`] with every line that cannot be taken; as
/// [`StreetNetwork::from_osm`] and [`StreetNetwork::from_street_lines`];
/// [`Error::Parameter`] for a profile where no line has a `highway`.
pub fn read_streets(
    source: &Source,
    options: &StreetOptions,
    plane: Option<&Plane>,
    control: &Control,
) -> Result<ImportedStreets> {
    if let Source::Path(path) = source {
        if has_suffix(path, &["pbf"]) {
            let profile = options.profile.clone().map_or_else(|| Profile::built_in("adult"), Ok)?;
            let network = StreetNetwork::from_osm(path, &profile, plane, control)?.with_snapping(options.snap)?;
            return Ok(ImportedStreets { network, crs: Crs::lonlat(), report: None });
        }
        if has_suffix(path, &["osm", "bz2", "o5m"]) {
            let cause = "only .osm.pbf is read; convert it: osmium cat in.osm -o out.osm.pbf";
            return Err(Error::file("cannot read", path, &cause));
        }
    }
    let (layer, crs) = lines(source, &options.read)?;
    let lonlat = shapes(&layer, &crs)?;
    let plane = match plane {
        Some(plane) if plane.origin().is_some() == crs.is_on_earth() => plane.clone(),
        Some(_) => {
            let rule = "streets in METRES go only with a city in METRES; give the coordinate system of both";
            return Err(Error::parameter("crs", &crs.name(), rule));
        }
        None if crs.is_on_earth() => Plane::around(&positions(&lonlat))?,
        None => Plane::metres(),
    };
    let report = ImportReport::of(&layer, Some(&crs), &Columns::default());
    let onto =
        |line: &MultiLineString<f64>| line.try_map_coords(|at| plane.forward([at.x, at.y]).map(geo::Coord::from));
    let parts = lonlat.iter().map(onto).collect::<Result<Vec<_>>>()?;
    let network = if let Some(profile) = &options.profile {
        let (verdicts, reading) = judge(&layer, profile)?;
        let streets: Vec<StreetLine> = parts.into_iter().zip(verdicts).map(judged).collect();
        StreetNetwork::from_street_lines(&streets, options.tolerance_m, &plane)?.with_reading(profile, reading)
    } else {
        let both = |parts| StreetLine { parts, factor: 1.0, forward: true, backward: true };
        let streets: Vec<StreetLine> = parts.into_iter().map(both).collect();
        StreetNetwork::from_street_lines(&streets, options.tolerance_m, &plane)?
    };
    if network.size().segments == 0 {
        let rule = "holds no street that is walked; check the layer and the profile";
        return Err(Error::parameter("streets", &layer.name, rule));
    }
    Ok(ImportedStreets { network: network.with_snapping(options.snap)?, crs, report: Some(report) })
}

/// Read lines that walks may have to go around, with their names.
///
/// # Errors
/// As [`read_streets`].
pub fn read_barriers(source: &Source, options: &ReadOptions) -> Result<Barriers> {
    let (layer, crs) = lines(source, options)?;
    let text = |names: &[&str]| -> Vec<String> {
        let column = names.iter().find_map(|name| layer.column(name));
        let cell = |row: usize| column?.get(row)?.as_str().map(|text| text.trim().to_owned());
        (0..layer.len()).map(|row| cell(row).unwrap_or_default()).collect()
    };
    Ok(Barriers {
        name: text(&["name", "名称", "NAME", "name_en", "id"]),
        kind: text(&["kind", "类型"]),
        line: shapes(&layer, &crs)?,
    })
}

fn has_suffix(path: &Path, suffixes: &[&str]) -> bool {
    let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
    suffixes.iter().any(|suffix| end.eq_ignore_ascii_case(suffix))
}

/// A layer of lines whose coordinates are settled.
fn lines(source: &Source, options: &ReadOptions) -> Result<(Layer, Crs)> {
    let mut layer = load_as(source, Wanted::Lines)?;
    let crs = if layer.findings.is_layer_refused() { None } else { crs_choice::decide(&mut layer, options) };
    if !layer.findings.is_layer_refused() && layer.shape.iter().all(Option::is_none) {
        let refusal = Refusal::new("empty_layer", "no line in it", "is this the right file?");
        layer.findings.refuse_layer(At::layer(), refusal);
    }
    match crs {
        Some(crs) if !layer.findings.any_refused() => Ok((layer, crs)),
        _ => Err(Error::Rejected { layer: layer.name.clone(), issues: layer.findings.sorted() }),
    }
}

/// The lines in longitude and latitude; a row without one has no parts.
fn shapes(layer: &Layer, crs: &Crs) -> Result<Vec<MultiLineString<f64>>> {
    let parts = |shape: &Option<Geometry<f64>>| match shape {
        Some(Geometry::LineString(line)) => MultiLineString(vec![line.clone()]),
        Some(Geometry::MultiLineString(parts)) => parts.clone(),
        _ => MultiLineString(vec![]),
    };
    let lines = layer.shape.iter().map(parts);
    if !crs.is_on_earth() {
        return Ok(lines.collect());
    }
    lines.map(|line| line.try_map_coords(|at| crs.to_lonlat([at.x, at.y]).map(geo::Coord::from))).collect()
}

fn positions(lines: &[MultiLineString<f64>]) -> Vec<[f64; 2]> {
    lines.iter().flatten().flat_map(LineString::coords).map(|at| [at.x, at.y]).collect()
}

/// A line as it was judged.
fn judged((parts, verdict): (MultiLineString<f64>, Verdict)) -> StreetLine {
    match verdict {
        Verdict::Walkable { factor, forward, backward } => StreetLine { parts, factor, forward, backward },
        // Kept as a row without a line, so that ways keep their row numbers.
        Verdict::Refused(_) => {
            StreetLine { parts: MultiLineString(vec![]), factor: 1.0, forward: false, backward: false }
        }
    }
}

/// What a profile makes of each line, its columns taken for tags.
fn judge(layer: &Layer, profile: &Profile) -> Result<(Vec<Verdict>, Reading)> {
    if !layer.column("highway").is_some_and(|cells| cells.iter().any(Value::is_string)) {
        let rule = "judges OpenStreetMap tags, and no line has a column highway; leave the profile out to walk all";
        return Err(Error::parameter("profile", &profile.name, rule));
    }
    let mut reading = Reading { ways: layer.len(), ..Reading::default() };
    let mut refused = Reason::COUNTED.map(|reason| (reason, 0));
    let verdicts = (0..layer.len()).map(|row| {
        let tag = |(key, cells): &'_ (String, Vec<Value>)| match cells.get(row) {
            Some(Value::String(value)) if !value.is_empty() => Some((key.clone(), value.clone())),
            _ => None,
        };
        let tags: Vec<(String, String)> = layer.columns.iter().filter_map(tag).collect();
        let tags: Vec<(&str, &str)> = tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let verdict = profile.judge(&tags);
        match verdict {
            Verdict::Walkable { .. } => reading.walked += 1,
            Verdict::Refused(why) => {
                refused.iter_mut().filter(|(reason, _)| *reason == why).for_each(|(_, count)| *count += 1);
            }
        }
        verdict
    });
    let verdicts = verdicts.collect();
    reading.refused = refused.to_vec();
    Ok((verdicts, reading))
}
