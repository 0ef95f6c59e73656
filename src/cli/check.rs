//! `linli check`: what would be accepted, repaired and refused of a file; or, with
//! a standard, whether the city meets it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{FAULT, OK, Say, ask::Walking, form::Form, print, sources, standard};
use crate::{
    error::Result,
    io::{Role, import_report},
};

/// Say what is right and wrong with a file before anything is asked of it.
///
/// Every feature is accepted, repaired or refused; each note has the feature's
/// number, a code, the cause and the fix. Exits with 1 when anything is refused.
///
/// With --standard it says instead how the city compares with a planning
/// standard: facility by facility, and circle by circle. FILE then holds the
/// committees; without it the embedded district is compared, which is synthetic.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
#[command(after_help = "Examples:
  linli check committees.geojson
  cat centers.geojson | linli check - --role facilities --format json
  linli check --standard list
  linli check --standard shanghai-2024-draft/main-city
  linli check committees.geojson -f centers.geojson --standard gb50180-2018/5 --format json
  linli check committees.geojson -f centers.geojson --standard shanghai-2024-draft/main-city --barriers barriers.geojson --circles cut.geojson")]
pub(super) struct Check {
    /// The file; - reads standard input.
    #[arg(required_unless_present = "standard")]
    file: Option<PathBuf>,

    /// What the file holds; told from its columns where it is not said.
    #[arg(long, value_enum, conflicts_with = "standard")]
    role: Option<What>,

    #[command(flatten)]
    standard: standard::Asked,

    #[command(flatten)]
    walking: Walking,

    /// How to write the report.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,

    #[command(flatten)]
    reading: sources::Reading,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    /// Committees.
    Demand,
    /// Community centres.
    Facilities,
    /// Towns.
    Towns,
    /// Finer demand points.
    Points,
}

impl Check {
    pub(super) fn run(&self, say: Say) -> Result<i32> {
        let Some(file) = self.file.as_deref().filter(|_| !self.standard.is_asked()) else {
            return self.standard.run(self.file.as_deref(), &self.reading, &self.walking, self.format, say);
        };
        let role = self.role.map(|what| match what {
            What::Demand => Role::Demand,
            What::Facilities => Role::Facilities,
            What::Towns => Role::Towns,
            What::Points => Role::Points,
        });
        let report = import_report(&sources::source(file)?, role, &self.reading.options()?)?;
        match self.format {
            Form::Text => print(report.to_string().as_bytes())?,
            Form::Json => {
                let json = serde_json::to_string_pretty(&report).unwrap_or_default();
                print(format!("{json}\n").as_bytes())?;
            }
        }
        Ok(if report.is_clean() { OK } else { FAULT })
    }
}
