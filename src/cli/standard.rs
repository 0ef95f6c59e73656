//! `linli check --standard`: how a city compares with a planning standard.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::json;

use super::{
    OK, Say,
    ask::Walking,
    check::Form,
    print,
    progress::watched,
    sources::{self, Reading},
    table::Table,
};
use crate::{
    check::{self, Fit, NeedFound, check},
    city::City,
    datasets,
    error::{Error, Result},
    standard::Edition,
    words::{self, count, percent},
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

    /// Count this measure, such as over_60, instead of all residents.
    #[arg(long, requires = "standard")]
    group: Option<String>,
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
        let group = self.group.as_deref();
        let found = watched(say, |control| check(&city, way.walk(), speed_m_per_s, &edition, group, control))?;
        match form {
            Form::Text => print(text(&city, &found).as_bytes())?,
            Form::Json => print(format!("{:#}\n", json(&city, &found)).as_bytes())?,
        }
        Ok(OK)
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

fn text(city: &City, found: &check::Check) -> String {
    let mut out = String::new();
    let edition = &found.edition;
    let _ = writeln!(out, "{}: {}\n{}; source: {}\n", edition.name, edition.title, edition.edition, edition.source);
    let mut needs = Table::new(&[
        "facility",
        "within m",
        "centres",
        "share of people",
        "met",
        "partial",
        "missed",
        "unknown",
        "numbers",
    ]);
    for need in &found.needs {
        let number = |of: fn(&crate::coverage::Totals) -> usize| {
            need.totals().map_or_else(|| "–".to_owned(), |totals| of(&totals).to_string())
        };
        needs.push([
            format!("{} ({})", need.title, need.service),
            format!("{:.0}", need.limit_m),
            if need.rows.is_some() { need.centres.to_string() } else { "–".to_owned() },
            percent(need.totals().and_then(|totals| totals.share())),
            number(|totals| totals.covered),
            number(|totals| totals.partial),
            number(|totals| totals.beyond),
            number(|totals| totals.unknown + totals.unlocated),
            if need.verified { "verified" } else { "not verified" }.to_owned(),
        ]);
    }
    let _ = writeln!(out, "Committees by facility 设施\n{}", needs.text());
    if !found.unknown().is_empty() {
        let _ = writeln!(out, "No centre of the data names {}: unknown, not missed.\n", found.unknown().join(", "));
    }
    if !found.circles.is_empty() {
        let mut table = Table::new(&["centre", "people", "within reach of all", "circle", "floor m²", "floor"]);
        for circle in &found.circles {
            let floor_met = circle.floor_met.map_or("–", |met| if met { "met" } else { "too small" });
            table.push([
                city.facilities().name[circle.facility as usize].clone(),
                count(circle.people),
                count(circle.people_within),
                circle.fit.map_or("–", Fit::word).to_owned(),
                circle.floor_m2.map_or_else(|| "–".to_owned(), count),
                floor_met.to_owned(),
            ]);
        }
        let _ = writeln!(out, "Circles 生活圈\n{}", table.text());
    }
    let _ = writeln!(out, "{}", words::assumptions(&found.provenance));
    if let Some(note) = &found.provenance.note {
        let _ = writeln!(out, "{note}");
    }
    out
}

fn json(city: &City, found: &check::Check) -> serde_json::Value {
    let need = |need: &NeedFound| {
        let committee = |(row, found): (usize, &crate::coverage::Row)| {
            json!({
                "id": city.demand().id[row],
                "verdict": check::Verdict::of(found),
                "people": found.people,
                "people_met": found.people_covered(),
                "walk_m": found.walk_m,
            })
        };
        let committees: Option<Vec<_>> =
            need.rows.as_ref().map(|rows| rows.iter().enumerate().map(committee).collect());
        json!({
            "facility": need.service, "title": need.title, "limit_m": need.limit_m, "strict_m": need.strict_m,
            "verified": need.verified, "centres": need.centres, "totals": need.totals(), "committees": committees,
        })
    };
    let circle = |circle: &check::CircleFound| {
        json!({
            "facility": city.facilities().id[circle.facility as usize], "people": circle.people,
            "people_within": circle.people_within, "fit": circle.fit, "floor_m2": circle.floor_m2,
            "floor_met": circle.floor_met,
        })
    };
    json!({
        "standard": found.edition,
        "facilities": found.needs.iter().map(need).collect::<Vec<_>>(),
        "circles": found.circles.iter().map(circle).collect::<Vec<_>>(),
        "provenance": found.provenance,
    })
}
