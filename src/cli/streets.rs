//! `linli streets`: what to mistrust in the streets, and why a committee has its answer.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{
    OK, Say,
    ask::{Pace, StreetsAs},
    form::Form,
    print,
    progress::watched,
    sources::{Layers, source},
    tables,
};
use crate::{
    coverage::{Provenance, Question, Search, StreetReport, explain, severance, street_report},
    error::{Error, Result},
    io::{Barriers, read_barriers},
    standard::Standard,
    words,
};

/// Compare walks along streets with straight lines, and say what to mistrust in the streets.
///
/// Prints who is near a centre by air and not on foot, pieces of network, gaps,
/// committees and centres that stand apart, streets whose loss cuts people off,
/// and detours with what lies between. With --explain, why a committee is or is
/// not covered.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
#[command(after_help = "Examples:
  linli streets committees.geojson -f centers.geojson --streets streets.geojson --barriers barriers.geojson
  linli streets committees.geojson -f centers.geojson --streets streets.geojson --profile wheelchair --format json
  linli streets committees.geojson -f centers.geojson --streets streets.geojson --explain 白桦苑居委会

Streets of the whole world are at hand as .osm.pbf extracts; make one of your area with osmium extract
--strategy complete_ways.")]
pub(super) struct Streets {
    #[command(flatten)]
    layers: Layers,

    /// The streets: an OpenStreetMap extract (.osm.pbf), or lines in GeoJSON or NDJSON.
    #[arg(long = "streets", value_name = "FILE")]
    file: PathBuf,

    /// Rivers, railways and expressways with names, to say what lies between. They cut no street.
    #[arg(long, value_name = "FILE")]
    barriers: Option<PathBuf>,

    /// Only explain this committee, by id or unique name (repeatable).
    #[arg(long, value_name = "COMMITTEE")]
    explain: Vec<String>,

    /// How long a walk is near enough, minutes.
    #[arg(long, default_value_t = 15.0, help_heading = "Question")]
    minutes: f64,

    /// Count only centres that offer this service, such as canteen.
    #[arg(long, help_heading = "Question")]
    service: Option<String>,

    /// Widest gap between a dead end and a street it may be meant to meet, metres.
    #[arg(long, value_name = "METRES", default_value_t = 5.0, help_heading = "Question")]
    gap: f64,

    /// How to write the answer.
    #[arg(long, value_enum, default_value_t = Form::Text, help_heading = "Answer")]
    format: Form,

    #[command(flatten)]
    pace: Pace,

    #[command(flatten)]
    reading: StreetsAs,
}

impl Streets {
    pub(super) fn run(&self, say: Say) -> Result<i32> {
        let speed_m_per_s = self.pace.speed_or(self.reading.usual_m_per_s()?);
        let standard = Standard::new(self.minutes, speed_m_per_s)?;
        let crow_fly = self.pace.crow_fly()?;
        let question = Question { standard, service: self.service.clone(), group: None, speeds: vec![] };
        let city = self.layers.read(say)?.city;
        let streets = self.reading.read(&self.file, &city, self.layers.options()?, say)?;
        let barriers = match &self.barriers {
            Some(path) => read_barriers(&source(path)?, &self.layers.options()?)?,
            None => Barriers::default(),
        };
        let index = barriers.index(streets.plane())?;
        let provenance = Provenance { barriers_hash: barriers.hash(), ..Provenance::of(&city, &streets, &question) };
        if !self.explain.is_empty() {
            for name in &self.explain {
                let row = city.demand().row(name)?;
                let why = watched(say, |control| explain(&city, &streets, &question, row, &index, control))?;
                let text = words::streets::why(&city, &question, &why, &barriers.name);
                print(
                    match self.format {
                        Form::Text => format!("{text}\n{}\n", words::assumptions(&provenance)),
                        Form::Json => {
                            format!("{}\n", json!({"text": text, "facts": why, "provenance": provenance}))
                        }
                    }
                    .as_bytes(),
                )?;
            }
            return Ok(OK);
        }
        let cost = watched(say, |control| severance(&city, &crow_fly, &streets, &question, &index, control))?;
        let search = Search { gap_m: self.gap, ..Search::default() };
        let report = watched(say, |control| street_report(&city, &streets, &question, search, &index, control))?;
        let text = match self.format {
            Form::Text => format!(
                "{}\n{}{}\n",
                tables::severance(&cost, &barriers.name),
                words::streets::report(&city, &streets, &report, &barriers.name),
                words::assumptions(&provenance)
            ),
            Form::Json => {
                format!("{}\n", json!({"severance": cost, "streets": as_json(&report)?, "provenance": provenance}))
            }
        };
        print(text.as_bytes())?;
        Ok(OK)
    }
}

fn as_json(report: &StreetReport) -> Result<serde_json::Value> {
    serde_json::to_value(report).map_err(|cause| Error::parameter("format", &cause, "cannot be written as JSON"))
}
