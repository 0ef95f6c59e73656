//! Files in and out: GeoJSON, NDJSON and tables to a [`City`], answers to GeoJSON.
//!
//! Nothing is dropped or guessed silently. Whatever is repaired, refused or
//! worth knowing stands in an [`ImportReport`], with feature, cause and fix.
//!
//! A file is decoded (byte order mark, UTF-8, then GB18030), read feature by
//! feature, its coordinate system decided (its `crs` member, the caller's, else
//! told from the numbers), its outlines checked, and its columns found by their
//! names in English or Chinese. Files named `.csv` or `.tsv` are tables with
//! columns of longitude and latitude.
//!
//! Every issue bears a code that stays the same:
//!
//! | refused | because |
//! |---|---|
//! | `empty_file`, `not_geojson`, `bad_encoding`, `topojson`, `bare_geometry`, `echarts_encoded` | it is no GeoJSON |
//! | `bad_json`, `truncated`, `not_finite`, `no_features`, `features_not_array`, `duplicate_member` | it cannot be read whole |
//! | `not_a_feature`, `bad_properties`, `bad_csv`, `bad_row`, `bad_table`, `bad_position` | a feature or row cannot be read |
//! | `bad_geometry`, `too_deep`, `line_geometry`, `several_points`, `no_geometry` | it is no place |
//! | `not_a_line`, `line_too_short`, `empty_layer` | it is no street |
//! | `empty_ring`, `ring_too_short`, `no_area`, `self_crossing`, `hole_outside`, `holes_overlap`, `parts_overlap` | it is no outline |
//! | `axes_swapped`, `crs_unknown`, `crs_link`, `crs_mismatch`, `out_of_range` | the numbers do not fit |
//! | `bad_id`, `id_missing`, `id_precision_lost`, `duplicate_id`, `column_missing` | rows cannot be told apart |
//! | `population_negative`, `population_not_number`, `bad_measure`, `status_unknown`, `bad_services` | a value cannot be |
//! | `committee_missing`, `committee_unknown`, `outside_committees` | a finer point has no committee |
//!
//! Repaired: `ring_not_closed`, `self_crossing` (when asked), `population_text`,
//! `id_normalised`. Everything else is noted and taken as it is.

mod aliases;
mod amounts;
mod build;
mod columns;
mod crs_choice;
mod csv_table;
mod decode;
mod document;
mod feature;
mod findings;
mod finer;
mod fits;
mod geometry;
mod ids;
mod layer;
mod members;
mod neighbours;
mod number;
mod offers;

mod places;
mod read_layer;
mod read_places;
mod report;
mod save;
mod settle;
mod streets;
mod tables;
mod towns;
mod validity;
mod write;
mod write_capacity;
mod write_check;
mod write_division;
mod write_proposal;

use std::{collections::BTreeMap, path::PathBuf};

use geo::Geometry;
use serde_json::Value;

pub use read_layer::read_layer;
pub use read_places::read_places;
pub use save::save;
pub use streets::{Barriers, ImportedStreets, StreetOptions, read_barriers, read_streets};
pub use write::{write_assignment, write_coverage};
pub use write_capacity::{write_capacity, write_paced};
pub use write_check::{write_circles, write_verdicts};
pub use write_division::write_division;
pub use write_proposal::write_proposal;

use columns::Columns;
use layer::Layer;

use crate::{
    city::City,
    crs::Crs,
    error::{Issue, Result},
};

/// Where a layer comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A file on disk.
    Path(PathBuf),
    /// The bytes of a file, such as standard input; the name is for messages.
    Bytes {
        /// What to call it in messages.
        name: String,
        /// Its content.
        bytes: Vec<u8>,
    },
    /// A table that is already in memory, such as a GeoDataFrame.
    Table(Table),
}

/// A table of geometries and columns.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// What to call it in messages.
    pub name: String,
    /// One geometry per row.
    pub geometry: Vec<Option<Geometry<f64>>>,
    /// Columns by name, one JSON value per row.
    pub columns: Vec<(String, Vec<Value>)>,
    /// Coordinate system; `None` is decided like a file's.
    pub crs: Option<Crs>,
}

/// What a layer is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Committees.
    Demand,
    /// Community centres.
    Facilities,
    /// Towns.
    Towns,
    /// Finer demand points inside committees.
    Points,
}

/// How to read, where the file does not say it itself.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Coordinate system of files that name none.
    pub crs: Option<Crs>,
    /// Our field name (`id`, `name`, `population`, `town`, `status`, `services`, `committee`) to the file's column.
    ///
    /// Also `town_code` and the measures `over_60`, `over_65`, `jobs`, `households`,
    /// `staff`, `capacity`, `floor_area_m2` and `cost`. A column need stand only in
    /// the layers it is meant for.
    pub columns: BTreeMap<String, String>,
    /// The file holds latitude before longitude.
    pub swap_axes: bool,
    /// Mend self-crossing outlines instead of refusing them.
    pub repair: bool,
}

/// The layers of a city.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// Committees, points or polygons.
    pub demand: Source,
    /// Community centres.
    pub facilities: Source,
    /// Town outlines; without them towns are the names that stand in the data.
    pub towns: Option<Source>,
    /// Finer demand points inside committees.
    pub points: Option<Source>,
}

/// What was accepted, repaired and refused of one layer.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportReport {
    /// The file or layer.
    pub layer: String,
    /// Features in it.
    pub features: usize,
    /// Features taken.
    pub accepted: usize,
    /// Encoding the text was read in, such as "UTF-8" or "GB18030".
    pub encoding: String,
    /// Coordinate system the numbers were taken in.
    pub crs: String,
    /// Field to the column it was read from.
    pub columns: Vec<(String, String)>,
    /// Everything found, refusals first, then by feature.
    pub issues: Vec<Issue>,
}

/// A city, and what happened to each layer on the way in.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The city.
    pub city: City,
    /// One report per layer read.
    pub reports: Vec<ImportReport>,
}

/// How to write features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// One FeatureCollection.
    #[default]
    GeoJson,
    /// One feature a line (RFC 8142 without separators).
    NdJson,
}

/// Read a city from its layers.
///
/// An outline is represented by a point that always lies inside it (`geo`'s
/// interior point, of the largest part), taken in the file's own coordinates.
/// Layers may be in different systems; all meet on one plane.
///
/// ```
/// use linli::io::{Inputs, ReadOptions, Source, read_city};
///
/// let layer = |text: &str| Source::Bytes { name: "layer".to_owned(), bytes: text.as_bytes().to_vec() };
/// let inputs = Inputs {
///     demand: layer(r#"{"type": "Feature", "properties": {"名称": "花溪园居委会", "常住人口": "4,696人"},
///                       "geometry": {"type": "Point", "coordinates": [121.401, 31.251]}}"#),
///     facilities: layer(r#"{"type": "Feature", "properties": {"id": "C1"},
///                           "geometry": {"type": "Point", "coordinates": [121.405, 31.250]}}"#),
///     towns: None,
///     points: None,
/// };
/// let imported = read_city(&inputs, &ReadOptions::default())?;
/// assert_eq!(imported.city.demand().population, [Some(4696.0)]);
/// println!("{}", imported.reports[0]);
/// # Ok::<(), linli::Error>(())
/// ```
///
/// # Errors
/// [`Error::Rejected`](crate::Error::Rejected) naming the first refused feature
/// and counting the rest; [`Error::Unknown`](crate::Error::Unknown) for a mapped
/// column that no layer has; files that cannot be read.
pub fn read_city(inputs: &Inputs, options: &ReadOptions) -> Result<Imported> {
    build::read_city(inputs, options)
}

/// Read one layer and say what was accepted, repaired and refused; never fails
/// for what stands in the file.
///
/// Without a role, it is told from the columns: centres have services, status
/// or capacity, finer points a committee; all else is read as committees.
///
/// # Errors
/// Files that cannot be read from disk; a mapping of a field that does not exist.
pub fn import_report(source: &Source, role: Option<Role>, options: &ReadOptions) -> Result<ImportReport> {
    settle::report_on(layer::load(source)?, role, options)
}
