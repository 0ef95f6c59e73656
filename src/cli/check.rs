//! `linli check`: what would be accepted, repaired and refused of a file.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{FAULT, OK, Say, print, sources};
use crate::{
    error::Result,
    io::{Role, import_report},
};

/// Say what is right and wrong with a file before anything is asked of it.
///
/// Every feature is accepted, repaired or refused; each note has the feature's
/// number, a code, the cause and the fix. Exits with 1 when anything is refused.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  linli check committees.geojson
  cat centers.geojson | linli check - --role facilities --format json")]
pub(super) struct Check {
    /// The file; - reads standard input.
    file: PathBuf,

    /// What the file holds; told from its columns where it is not said.
    #[arg(long, value_enum)]
    role: Option<What>,

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

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    /// To read.
    Text,
    /// For programs.
    Json,
}

impl Check {
    pub(super) fn run(&self, _say: Say) -> Result<i32> {
        let role = self.role.map(|what| match what {
            What::Demand => Role::Demand,
            What::Facilities => Role::Facilities,
            What::Towns => Role::Towns,
            What::Points => Role::Points,
        });
        let report = import_report(&sources::source(&self.file)?, role, &self.reading.options()?)?;
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
