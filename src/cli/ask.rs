//! What to assume and where to put the answer: options that coverage and assignment share.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{
    Say, print,
    progress::watched,
    sources::{is_worth_saying, source},
};
use crate::{
    city::City,
    error::{Error, Result},
    io::{self, ReadOptions, StreetOptions},
    network::{Profile, SnapRule, StreetNetwork},
    walk::{CrowFly, Walk},
    words,
};

/// An adult's walking speed, metres per second.
pub(super) const ADULT_M_PER_S: f64 = 1.33;

/// How fast people walk, and how far it is by air.
#[derive(Debug, Args)]
#[command(next_help_heading = "Walking")]
pub(super) struct Pace {
    /// Walking speed, metres per second; an older person walks about 0.9 [default: 1.33, or the profile's].
    #[arg(long, value_name = "M_PER_S")]
    speed: Option<f64>,

    /// Detour index: walked length over straight-line length, where there are no streets.
    #[arg(long, default_value_t = 1.3)]
    detour: f64,
}

impl Pace {
    /// As the crow flies.
    pub(super) fn crow_fly(&self) -> Result<CrowFly> {
        CrowFly::new(self.detour)
    }

    /// The speed that was asked for, or else this one.
    pub(super) fn speed_or(&self, usual_m_per_s: f64) -> f64 {
        self.speed.unwrap_or(usual_m_per_s)
    }
}

/// How people walk.
#[derive(Debug, Args)]
#[command(next_help_heading = "Walking")]
pub(super) struct Walking {
    #[command(flatten)]
    pace: Pace,

    /// Walk along these streets: an OpenStreetMap extract (.osm.pbf), or lines in GeoJSON or NDJSON.
    #[arg(long, value_name = "FILE")]
    streets: Option<PathBuf>,

    #[command(flatten)]
    streets_as: StreetsAs,
}

/// How streets are read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Walking")]
pub(super) struct StreetsAs {
    /// Who walks: adult, older, stroller, wheelchair, or a .toml file of tag rules.
    #[arg(long, value_name = "PROFILE")]
    profile: Option<String>,

    /// Join ends of drawn streets that lie at most this far from another, metres.
    #[arg(long, value_name = "METRES", default_value_t = 0.0)]
    tolerance: f64,

    /// Farthest a place may lie from its street, metres.
    #[arg(long, value_name = "METRES", default_value_t = SnapRule::default().max_m)]
    max_snap: f64,
}

impl StreetsAs {
    /// As streets are read where nothing else is said.
    pub(super) fn usual() -> Self {
        Self { profile: None, tolerance: 0.0, max_snap: SnapRule::default().max_m }
    }

    fn profile(&self) -> Result<Option<Profile>> {
        let Some(name) = &self.profile else { return Ok(None) };
        let path = Path::new(name);
        if path.extension().is_none_or(|end| !end.eq_ignore_ascii_case("toml")) {
            return Profile::built_in(name).map(Some);
        }
        let text = std::fs::read_to_string(path).map_err(|error| Error::file("cannot read", path, &error))?;
        Profile::from_toml(&text).map(Some)
    }

    /// The walker's usual speed, metres per second.
    pub(super) fn usual_m_per_s(&self) -> Result<f64> {
        Ok(self.profile()?.map_or(ADULT_M_PER_S, |profile| profile.speed_m_per_s))
    }

    /// Read the streets onto the plane of a city.
    pub(super) fn read(&self, path: &Path, city: &City, read: ReadOptions, say: Say) -> Result<StreetNetwork> {
        let snap = SnapRule { max_m: self.max_snap, ..SnapRule::default() };
        let options = StreetOptions { profile: self.profile()?, tolerance_m: self.tolerance, snap, read };
        let source = source(path)?;
        let imported = watched(say, |control| io::read_streets(&source, &options, Some(&city.frame().plane), control))?;
        if let Some(report) = imported.report.filter(is_worth_saying) {
            say.line(&report.to_string());
        }
        say.line(&format!("Streets: {}", words::streets::network(&imported.network)));
        Ok(imported.network)
    }
}

/// A way of walking, with its streets where it has some.
#[derive(Debug)]
pub(super) enum Way {
    /// As the crow flies.
    Air(CrowFly),
    /// Along streets.
    Streets(Box<StreetNetwork>),
}

impl Way {
    pub(super) fn walk(&self) -> &dyn Walk {
        match self {
            Self::Air(walk) => walk,
            Self::Streets(streets) => streets.as_ref(),
        }
    }

    pub(super) fn streets(&self) -> Option<&StreetNetwork> {
        match self {
            Self::Air(_) => None,
            Self::Streets(streets) => Some(streets),
        }
    }
}

impl Walking {
    /// Walking speed, metres per second.
    pub(super) fn speed(&self) -> Result<f64> {
        if self.streets.is_none() && self.streets_as.profile.is_some() {
            return Err(Error::parameter("profile", &"given without streets", "give --streets, or --speed alone"));
        }
        Ok(self.pace.speed_or(self.streets_as.usual_m_per_s()?))
    }

    /// The way people walk in this city, read with the options of its layers.
    pub(super) fn way(&self, city: &City, read: ReadOptions, say: Say) -> Result<Way> {
        match &self.streets {
            None => self.pace.crow_fly().map(Way::Air),
            Some(path) => Ok(Way::Streets(Box::new(self.streets_as.read(path, city, read, say)?))),
        }
    }

    /// Refuse what cannot be before anything is read.
    pub(super) fn check(&self) -> Result<()> {
        self.pace.crow_fly().map(drop)
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

/// Who walks at a speed of their own.
#[derive(Debug, Args)]
#[command(next_help_heading = "Walking")]
pub(super) struct Speeds {
    /// This group walks at this speed, metres per second; everyone is counted once (repeatable).
    #[arg(long, value_name = "GROUP=M_PER_S", value_parser = group_and_speed)]
    pub(super) speed_of: Vec<(String, f64)>,
}

pub(super) fn group_and_speed(text: &str) -> std::result::Result<(String, f64), String> {
    let wrong = || "give GROUP=SPEED in metres per second, such as over_60=0.9".to_owned();
    let (group, speed) = text.split_once('=').filter(|(group, _)| !group.is_empty()).ok_or_else(wrong)?;
    speed.parse().map(|speed| (group.to_owned(), speed)).map_err(|_| wrong())
}

/// What must not be crossed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Within {
    /// The borders of towns.
    Town,
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
    /// The answer in a few sentences.
    Summary,
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
    /// The form that was asked for, in so many words or by the file's name.
    pub(super) fn form(&self) -> Option<Form> {
        let by_name = || match self.output.as_deref().and_then(Path::extension)?.to_str()? {
            "ndjson" | "jsonl" | "geojsonl" => Some(Form::Ndjson),
            "geojson" | "json" => Some(Form::Geojson),
            "txt" => Some(Form::Table),
            _ => None,
        };
        self.format.or_else(by_name)
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
            Self::Table | Self::Summary => None,
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
