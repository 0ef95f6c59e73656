//! Which files to read, and how: options that every question shares.

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

use clap::Args;

use super::Say;
use crate::{
    crs::Crs,
    error::{Error, Result, Severity},
    io::{ImportReport, Imported, Inputs, ReadOptions, Source, Table, read_city, read_layer},
};

/// How to read files that do not say it themselves.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
pub(super) struct Reading {
    /// Coordinate system of files that name none: EPSG:4549, GCJ-02, SHANGHAI_LOCAL, METRES ...
    #[arg(long, value_name = "CRS")]
    crs: Option<String>,

    /// Read a field from a column of another name, such as population=POP2020 (repeatable).
    #[arg(long = "column", value_name = "FIELD=COLUMN", value_parser = field_and_column)]
    columns: Vec<(String, String)>,

    /// The files hold latitude before longitude.
    #[arg(long)]
    swap_axes: bool,

    /// Mend outlines that cross themselves instead of refusing them.
    #[arg(long)]
    repair: bool,
}

impl Reading {
    pub(super) fn options(&self) -> Result<ReadOptions> {
        Ok(ReadOptions {
            crs: self.crs.as_deref().map(Crs::parse).transpose()?,
            columns: self.columns.iter().cloned().collect(),
            swap_axes: self.swap_axes,
            repair: self.repair,
        })
    }
}

/// The committees, without centres.
#[derive(Debug, Args)]
pub(super) struct Committees {
    /// Committees (居委会): GeoJSON, NDJSON or CSV, points or polygons; - reads standard input.
    #[arg(value_name = "DEMAND")]
    demand: PathBuf,

    /// Town outlines; without them towns are the names that stand in the data.
    #[arg(long, value_name = "FILE")]
    towns: Option<PathBuf>,

    /// Finer demand points inside committees, with columns committee and population.
    #[arg(long, value_name = "FILE")]
    points: Option<PathBuf>,

    #[command(flatten)]
    reading: Reading,
}

impl Committees {
    /// Read the committees as a city, with centres where they are given.
    pub(super) fn read_with(&self, facilities: Option<&Path>, say: Say) -> Result<Imported> {
        read(&self.demand, facilities, self.towns.as_deref(), self.points.as_deref(), &self.reading, say)
    }

    /// How files are read that do not say it themselves.
    pub(super) fn options(&self) -> Result<ReadOptions> {
        self.reading.options()
    }
}

/// The layers of a city.
#[derive(Debug, Args)]
pub(super) struct Layers {
    /// Community centres.
    #[arg(long, short, value_name = "FILE")]
    facilities: PathBuf,

    /// Count the people of this layer instead of the residents, such as workplaces with
    /// their jobs: each place is in the committee that a column committee names, else in
    /// the one whose outline holds it.
    #[arg(long, value_name = "FILE", help_heading = "Question")]
    layer: Option<PathBuf>,

    /// Column of the layer that counts them.
    #[arg(long, value_name = "COLUMN", default_value = "jobs", help_heading = "Question")]
    weight: String,

    #[command(flatten)]
    committees: Committees,
}

impl Layers {
    /// How files are read that do not say it themselves.
    pub(super) fn options(&self) -> Result<ReadOptions> {
        self.committees.reading.options()
    }

    /// Read the city; say on standard error what was repaired or worth knowing.
    pub(super) fn read(&self, say: Say) -> Result<Imported> {
        let Committees { demand, towns, points, reading } = &self.committees;
        let mut imported = read(demand, Some(&self.facilities), towns.as_deref(), points.as_deref(), reading, say)?;
        if let Some(path) = &self.layer {
            let weight = self.weight.as_str();
            let (city, report) = read_layer(&imported.city, weight, &source(path)?, weight, &reading.options()?)?;
            if is_worth_saying(&report) {
                say.line(&report.to_string());
            }
            imported.city = city.layer(&[(weight.to_owned(), 1.0)])?;
            imported.reports.push(report);
        }
        Ok(imported)
    }
}

/// Read the layers of a city; say on standard error what was repaired or worth knowing.
pub(super) fn read(
    demand: &Path,
    facilities: Option<&Path>,
    towns: Option<&Path>,
    points: Option<&Path>,
    reading: &Reading,
    say: Say,
) -> Result<Imported> {
    let paths = [Some(demand), facilities, towns, points];
    if paths.iter().flatten().filter(|path| is_stdin(path)).count() > 1 {
        return Err(Error::parameter("layers", &"-", "only one layer can come from standard input"));
    }
    let none = || Ok(Source::Table(Table { name: "centres".to_owned(), ..Table::default() }));
    let inputs = Inputs {
        demand: source(demand)?,
        facilities: facilities.map_or_else(none, source)?,
        towns: towns.map(source).transpose()?,
        points: points.map(source).transpose()?,
    };
    let mut imported = read_city(&inputs, &reading.options()?)?;
    if facilities.is_none() {
        // The second report speaks of the centres, of which nothing is to be said.
        imported.reports.remove(1);
    }
    for report in imported.reports.iter().filter(|report| is_worth_saying(report)) {
        say.line(&report.to_string());
    }
    Ok(imported)
}

pub(super) fn is_worth_saying(report: &ImportReport) -> bool {
    report.issues.iter().any(|issue| issue.severity <= Severity::Noted)
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// A file, or standard input for `-`.
pub(super) fn source(path: &Path) -> Result<Source> {
    if !is_stdin(path) {
        return Ok(Source::Path(path.to_owned()));
    }
    let name = "standard input".to_owned();
    let mut bytes = vec![];
    io::stdin().read_to_end(&mut bytes).map_err(|error| Error::file("cannot read", Path::new(&name), &error))?;
    Ok(Source::Bytes { name, bytes })
}

fn field_and_column(text: &str) -> std::result::Result<(String, String), String> {
    match text.split_once('=') {
        Some((field, column)) if !field.is_empty() && !column.is_empty() => Ok((field.to_owned(), column.to_owned())),
        _ => Err("give FIELD=COLUMN, such as population=POP2020".to_owned()),
    }
}
