//! `linli coverage`: who is within a walk of a centre.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::json;

use super::{
    OK, Say,
    ask::{Answer, Form, Speeds, Walking, Way, Whom, save_map},
    progress::watched,
    sources::Layers,
    tables,
};
use crate::{
    city::City,
    coverage::{Coverage as Found, Group, GroupTotals, Question, by_service, coverage},
    error::{Error, Result},
    io::write_coverage,
    map::Map,
    standard::Standard,
    words,
};

/// Say for each committee whether its people are within a walk of a centre.
///
/// Only centres whose status is existing count. The answer keeps the shapes and
/// the coordinate system of DEMAND, and adds status, people, people_covered,
/// share_covered, nearest, nearest_name, walk_m, minutes and farthest_m.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
#[command(after_help = "Examples:
  linli coverage committees.geojson --facilities centers.geojson > coverage.geojson
  cat committees.geojson | linli coverage - -f centers.geojson --service canteen --format table
  linli coverage committees.geojson -f centers.geojson --by town
  linli coverage committees.geojson -f centers.geojson --speed-of over_60=0.9 --by group
  linli coverage committees.geojson -f centers.geojson --layer workplaces.geojson --weight jobs
  linli coverage committees.geojson -f centers.geojson --streets streets.geojson --profile older
  linli coverage committees.geojson -f centers.geojson --points residential_points.geojson --map map.html -o coverage.ndjson")]
pub(super) struct Coverage {
    #[command(flatten)]
    layers: Layers,

    /// How long a walk is near enough, minutes.
    #[arg(long, default_value_t = 15.0, help_heading = "Question")]
    minutes: f64,

    #[command(flatten)]
    whom: Whom,

    #[command(flatten)]
    speeds: Speeds,

    /// Print sums by town, service or group with a speed of its own instead of committees: a table, or JSON a line with --format ndjson.
    #[arg(long, value_enum, help_heading = "Question")]
    by: Option<By>,

    /// Also write a map: one HTML file that works without a network.
    #[arg(long, value_name = "FILE.html", help_heading = "Answer")]
    map: Option<PathBuf>,

    #[command(flatten)]
    walking: Walking,

    #[command(flatten)]
    answer: Answer,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum By {
    /// Each town.
    Town,
    /// Each service that some existing centre offers.
    Service,
    /// Each group with a speed of its own, and all others.
    Group,
}

impl Coverage {
    pub(super) fn run(&self, say: Say) -> Result<i32> {
        let standard = Standard::new(self.minutes, self.walking.speed()?)?;
        self.walking.check()?;
        let speeds = self.speeds.speed_of.clone();
        if matches!(self.by, Some(By::Group)) && speeds.is_empty() {
            return Err(Error::parameter("by", &"group", "name the groups, such as --speed-of over_60=0.9"));
        }
        let (service, group) = (self.whom.service.clone(), self.whom.group.clone());
        let question = Question { standard, service, group, speeds };
        let city = self.layers.read(say)?.city;
        let way = self.walking.way(&city, self.layers.options()?, say)?;
        let found = watched(say, |control| coverage(&city, way.walk(), &question, control))?;
        let form = self.answer.form();
        let content = match (self.by, form) {
            (Some(By::Town), _) => groups("town", &found.by_town(), form)?,
            (Some(By::Service), _) => {
                let services = watched(say, |control| by_service(&city, way.walk(), &question, control))?;
                groups("service", &services, form)?
            }
            (Some(By::Group), _) => {
                let totals = found.by_group();
                let sums = |group: &GroupTotals| Group { name: group.name.clone(), totals: group.totals };
                match form {
                    Some(Form::Ndjson) => lines(&totals),
                    _ => groups("group", &totals.iter().map(sums).collect::<Vec<_>>(), form)?,
                }
            }
            (None, Some(Form::Table)) => tables::committees(&city, &found, &found.uncovered()),
            (None, Some(Form::Summary)) => words::summary(&found),
            (None, _) => {
                let mut content = vec![];
                let format = form.and_then(Form::features).unwrap_or_default();
                write_coverage(&city, &found, format, &mut content)?;
                return self.finish(say, &city, &way, &found, &content);
            }
        };
        self.finish(say, &city, &way, &found, content.as_bytes())
    }

    /// Write the map and the answer, and say what was found.
    fn finish(&self, say: Say, city: &City, way: &Way, found: &Found, content: &[u8]) -> Result<i32> {
        if let Some(path) = &self.map {
            let mut map = Map::of(city, found);
            if let Some(streets) = way.streets() {
                map = map.streets(streets)?;
            }
            save_map(path, &map.html()?)?;
        }
        self.answer.deliver(content)?;
        if self.by.is_some() || self.answer.form() != Some(Form::Summary) {
            say.line(&words::summary(found));
        }
        Ok(OK)
    }
}

/// Sums as a table, or one JSON object a line for programs.
fn groups(head: &str, groups: &[Group], form: Option<Form>) -> Result<String> {
    match form {
        None | Some(Form::Table | Form::Summary) => Ok(tables::groups(head, groups)),
        Some(Form::Ndjson) => Ok(lines(groups)),
        Some(Form::Geojson) => {
            Err(Error::parameter("format", &"geojson", "sums have no shapes; give table or ndjson with --by"))
        }
    }
}

fn lines(rows: &[impl Serialize]) -> String {
    rows.iter().fold(String::new(), |out, row| out + &json!(row).to_string() + "\n")
}
