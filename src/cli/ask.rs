//! What to assume and where to put the answer: options that coverage and assignment share.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::print;
use crate::{
    error::{Error, Result},
    io,
    walk::CrowFly,
};

/// How people walk.
#[derive(Debug, Args)]
#[command(next_help_heading = "Walking")]
pub(super) struct Walking {
    /// Walking speed, metres per second; an older person walks about 0.9.
    #[arg(long, default_value_t = 1.33, value_name = "M_PER_S")]
    pub(super) speed: f64,

    /// Detour index: walked length over straight-line length.
    #[arg(long, default_value_t = 1.3)]
    detour: f64,
}

impl Walking {
    pub(super) fn walk(&self) -> Result<CrowFly> {
        CrowFly::new(self.detour)
    }
}

/// Whom to count, and for what.
#[derive(Debug, Args)]
#[command(next_help_heading = "Question")]
pub(super) struct Whom {
    /// Count only centres that offer this service, such as canteen.
    #[arg(long)]
    pub(super) service: Option<String>,

    /// Count this measure, such as over_60, instead of all residents.
    #[arg(long)]
    pub(super) group: Option<String>,
}

/// How the answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// One GeoJSON FeatureCollection.
    Geojson,
    /// One GeoJSON feature a line.
    Ndjson,
    /// A table to read.
    Table,
}

/// Where the answer goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Answer")]
pub(super) struct Answer {
    /// How to write it; told from the output file's name where that says it.
    #[arg(long, value_enum)]
    format: Option<Form>,

    /// Write to this file, whole or not at all, instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Answer {
    pub(super) fn form(&self) -> Form {
        let by_name = || match self.output.as_deref().and_then(Path::extension)?.to_str()? {
            "ndjson" | "jsonl" | "geojsonl" => Some(Form::Ndjson),
            "txt" => Some(Form::Table),
            _ => None,
        };
        self.format.or_else(by_name).unwrap_or(Form::Geojson)
    }

    /// Write the answer where it was asked for.
    pub(super) fn deliver(&self, content: &[u8]) -> Result<()> {
        match &self.output {
            Some(path) => io::save(path, content),
            None => print(content),
        }
    }
}

impl Form {
    /// The feature format, for the forms that have features.
    pub(super) fn features(self) -> Option<io::Format> {
        match self {
            Self::Geojson => Some(io::Format::GeoJson),
            Self::Ndjson => Some(io::Format::NdJson),
            Self::Table => None,
        }
    }
}

/// Write a map, after making sure that its name says what it is.
pub(super) fn save_map(path: &Path, html: &str) -> Result<()> {
    let is_html = path.extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("html"));
    if !is_html {
        return Err(Error::parameter(
            "output",
            &path.display(),
            "a map is an HTML file; give a name that ends in .html",
        ));
    }
    io::save(path, html.as_bytes())
}
