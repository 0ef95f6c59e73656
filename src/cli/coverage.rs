//! `linli coverage`: who is within a walk of a centre.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{
    OK, Say,
    ask::{Answer, Walking, Whom, save_map},
    progress::watched,
    sources::Layers,
    tables,
};
use crate::{
    coverage::{Question, by_service, coverage},
    error::Result,
    io::write_coverage,
    map::coverage_map,
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
  linli coverage committees.geojson -f centers.geojson --points residential_points.geojson --map map.html -o coverage.ndjson")]
pub(super) struct Coverage {
    #[command(flatten)]
    layers: Layers,

    /// How long a walk is near enough, minutes.
    #[arg(long, default_value_t = 15.0, help_heading = "Question")]
    minutes: f64,

    #[command(flatten)]
    whom: Whom,

    /// Print sums by town or by service instead of committees.
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
}

impl Coverage {
    pub(super) fn run(&self, say: Say) -> Result<i32> {
        let standard = Standard::new(self.minutes, self.walking.speed)?;
        let question = Question { standard, service: self.whom.service.clone(), group: self.whom.group.clone() };
        let walk = self.walking.walk()?;
        let city = self.layers.read(say)?.city;
        let found = watched(say, |control| coverage(&city, &walk, &question, control))?;
        let content = match (self.by, self.answer.form().features()) {
            (Some(By::Town), _) => tables::groups("town", &found.by_town()).into_bytes(),
            (Some(By::Service), _) => {
                let services = watched(say, |control| by_service(&city, &walk, &question, control))?;
                tables::groups("service", &services).into_bytes()
            }
            (None, Some(format)) => {
                let mut content = vec![];
                write_coverage(&city, &found, format, &mut content)?;
                content
            }
            (None, None) => tables::committees(&city, &found, &found.uncovered()).into_bytes(),
        };
        if let Some(path) = &self.map {
            save_map(path, &coverage_map(&city, &found)?)?;
        }
        self.answer.deliver(&content)?;
        say.line(&words::headline(&found));
        say.line(&words::details(&found));
        say.line(&words::assumptions(found.provenance()));
        if let Some(note) = &found.provenance().note {
            say.line(note);
        }
        Ok(OK)
    }
}
