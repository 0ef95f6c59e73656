//! `linli check --standard`: how a city compares with a planning standard.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::{
    OK, Say,
    ask::Walking,
    form::Form,
    print,
    progress::watched,
    sources::{self, Reading},
    standard_answer::{json, text},
    table::Table,
};
use crate::{
    check::{Check, Lines, check},
    city::City,
    datasets,
    error::{Error, Result},
    io::{self, Barriers, Format, read_barriers, write_circles, write_verdicts},
    standard::Edition,
};

/// What to compare, and with what.
#[derive(Debug, Args)]
#[command(next_help_heading = "Standard")]
pub(super) struct Asked {
    /// Name of a standard, or a TOML file of one's own; `list` shows the names.
    #[arg(long, value_name = "NAME")]
    standard: Option<String>,

    /// Community centres, where FILE holds committees.
    #[arg(long, short, value_name = "FILE", requires = "standard")]
    facilities: Option<PathBuf>,

    /// Town outlines.
    #[arg(long, value_name = "FILE", requires = "standard")]
    towns: Option<PathBuf>,

    /// Finer demand points inside committees.
    #[arg(long, value_name = "FILE", requires = "standard")]
    points: Option<PathBuf>,

    /// Rivers, railways and expressways with name and kind, for standards whose circles must not be cut.
    #[arg(long, value_name = "FILE", requires = "standard")]
    barriers: Option<PathBuf>,

    /// Count this measure, such as over_60, instead of all residents.
    #[arg(long, requires = "standard")]
    group: Option<String>,

    /// Also write the committees with their verdicts: .geojson, or .ndjson for one feature a line.
    #[arg(long, value_name = "FILE", requires = "standard")]
    committees: Option<PathBuf>,

    /// Also write the centres with what was found of their circles, likewise.
    #[arg(long, value_name = "FILE", requires = "standard")]
    circles: Option<PathBuf>,
}

impl Asked {
    pub(super) fn is_asked(&self) -> bool {
        self.standard.is_some()
    }

    pub(super) fn run(
        &self,
        demand: Option<&Path>,
        reading: &Reading,
        walking: &Walking,
        form: Form,
        say: Say,
    ) -> Result<i32> {
        let name = self.standard.as_deref().unwrap_or_default();
        if name == "list" {
            return list(form);
        }
        let edition = edition(name)?;
        let speed_m_per_s = walking.speed()?;
        walking.check()?;
        let city = match (demand, &self.facilities) {
            (None, None) => datasets::putuo()?,
            (Some(demand), Some(facilities)) => {
                sources::read(demand, Some(facilities), self.towns.as_deref(), self.points.as_deref(), reading, say)?
                    .city
            }
            (Some(_), None) => {
                return Err(Error::parameter("facilities", &"none", "give the centres with --facilities"));
            }
            (None, Some(_)) => return Err(Error::parameter("layers", &"no FILE", "give the committees first")),
        };
        let way = walking.way(&city, reading.options()?, say)?;
        let barriers = match (&self.barriers, demand) {
            (Some(path), _) => read_barriers(&sources::source(path)?, &reading.options()?)?,
            (None, None) => datasets::putuo_barriers()?,
            (None, Some(_)) => Barriers::default(),
        };
        let (index, hash) = (barriers.index(&city.frame().plane)?, barriers.hash());
        let lines = Lines { index: &index, kind: &barriers.kind, hash: hash.as_deref() };
        let group = self.group.as_deref();
        let asked = |control: &_| check(&city, way.walk(), speed_m_per_s, &edition, group, Some(&lines), control);
        let found = watched(say, asked)?;
        self.save(&city, &found, &barriers.name)?;
        match form {
            Form::Text => print(text(&city, &found, &barriers.name).as_bytes())?,
            Form::Json => print(format!("{:#}\n", json(&city, &found, &barriers.name)).as_bytes())?,
        }
        Ok(OK)
    }

    /// Write the layers that were asked for beside the report.
    fn save(&self, city: &City, found: &Check, barriers: &[String]) -> Result<()> {
        if let Some(path) = &self.committees {
            let mut content = vec![];
            write_verdicts(city, found, format(path)?, &mut content)?;
            io::save(path, &content)?;
        }
        if let Some(path) = &self.circles {
            let mut content = vec![];
            write_circles(city, found, barriers, format(path)?, &mut content)?;
            io::save(path, &content)?;
        }
        Ok(())
    }
}

/// The format that a file's name says.
fn format(path: &Path) -> Result<Format> {
    match path.extension().and_then(|suffix| suffix.to_str()) {
        Some("geojson" | "json") => Ok(Format::GeoJson),
        Some("ndjson" | "jsonl" | "geojsonl") => Ok(Format::NdJson),
        _ => Err(Error::parameter("output", &path.display(), "give a name that ends in .geojson or .ndjson")),
    }
}

/// A standard that comes with linli, or the file of that name.
fn edition(name: &str) -> Result<Edition> {
    let path = Path::new(name);
    if path.extension().is_none_or(|suffix| suffix != "toml") {
        return Edition::named(name);
    }
    let text = std::fs::read_to_string(path).map_err(|error| Error::file("cannot read", path, &error))?;
    Edition::from_toml(&text)
}

fn list(form: Form) -> Result<i32> {
    let editions = Edition::names().into_iter().map(Edition::named).collect::<Result<Vec<_>>>()?;
    if form == Form::Json {
        print(format!("{:#}\n", json!(editions)).as_bytes())?;
        return Ok(OK);
    }
    let mut table = Table::new(&["standard", "what", "source"]);
    for edition in editions {
        table.push([edition.name, edition.title, edition.source]);
    }
    print(table.text().as_bytes())?;
    Ok(OK)
}
