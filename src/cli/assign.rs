//! `linli assign`: which committee belongs to which centre.

use std::fmt::Write as _;

use clap::Args;

use super::{
    OK, Say,
    ask::{Answer, Form, Walking, Whom},
    progress::watched,
    room::Rules,
    sources::Layers,
    tables,
};
use crate::{
    assign::{
        Rule,
        capacity::{self, CityAssignment},
        nearest,
    },
    city::City,
    error::Result,
    io::{write_assignment, write_capacity},
    words,
};

/// Assign every committee, whole, to the centre nearest to most of its people.
///
/// Only centres whose status is existing count. The answer keeps the shapes and
/// the coordinate system of DEMAND, and adds status, facility, facility_name,
/// people, walk_m and minutes. A table lists the catchments instead.
///
/// With --capacity, --within, --contiguous or another rule the sum of all walks is made
/// small under these rules instead, and people are told apart: served, near
/// centres without room (no_capacity) and out_of_reach.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
#[command(after_help = "Examples:
  linli assign committees.geojson --facilities centers.geojson > assignment.geojson
  linli assign committees.geojson -f centers.geojson --minutes 20 --format table
  linli assign committees.geojson -f centers.geojson --capacity 80000 --contiguous --gap 0.05 > assignment.geojson
  linli assign committees.geojson -f centers.geojson --capacity 80000 --within town --not-everyone --time-limit 2 --format table
  linli assign committees.geojson -f centers.geojson --capacity 60000 --split --not-everyone --minutes 30 --format summary
  linli assign committees.geojson -f centers.geojson --capacity 90000 --balance population=0.5 --gap 0.05 --time-limit 5 --format table
  linli assign committees.geojson -f centers.geojson --capacity 80000 --today assignment.geojson --most-moved 120000 --gap 0.02 --format summary
  linli assign committees.geojson -f centers.geojson --capacity 80000 --today assignment.geojson --curve curve.csv --curve-points 3 --gap 0.05 --format summary

Whole committees in limited room are a hard question: give --gap or --time-limit where it takes long.")]
pub(super) struct Assign {
    #[command(flatten)]
    layers: Layers,

    /// Leave committees unassigned whose mean walk is longer, minutes.
    #[arg(long, help_heading = "Question")]
    minutes: Option<f64>,

    #[command(flatten)]
    whom: Whom,

    #[command(flatten)]
    rules: Rules,

    #[command(flatten)]
    walking: Walking,

    #[command(flatten)]
    answer: Answer,
}

impl Assign {
    pub(super) fn run(&self, say: Say) -> Result<i32> {
        let rule = Rule {
            minutes: self.minutes,
            speed_m_per_s: self.walking.speed()?,
            service: self.whom.service.clone(),
            group: self.whom.group.clone(),
        };
        self.walking.check()?;
        self.rules.check()?;
        let city = self.layers.read(say)?.city;
        let way = self.walking.way(&city, self.layers.options()?, say)?;
        if self.rules.are_asked() {
            let request = self.rules.request(&city, rule)?;
            let today = &self.rules.today;
            if today.curve.is_some() {
                let found = watched(say, |control| {
                    capacity::city_trade_off(&city, way.walk(), &request, today.curve_points, control)
                })?;
                today.write(&city, &found)?;
                say.line(&words::division::trade_off(&found));
                return self.finish_limited(say, &city, &found.assignments[today.choose(&found)?]);
            }
            let found = watched(say, |control| capacity::assign(&city, way.walk(), &request, control))?;
            return self.finish_limited(say, &city, &found);
        }
        let found = watched(say, |control| nearest(&city, way.walk(), &rule, control))?;
        let assigned = found.rows().iter().filter(|row| row.facility.is_some()).count();
        let (rows, centres) = (found.rows().len(), found.catchments().len());
        let mut summary = format!(
            "{assigned} of {rows} committees are assigned to {centres} centres.\n{}\n",
            words::assumptions(found.provenance())
        );
        if let Some(note) = &found.provenance().note {
            let _ = writeln!(summary, "{note}");
        }
        let form = self.answer.form().unwrap_or(Form::Geojson);
        let content = match form.features() {
            Some(format) => {
                let mut content = vec![];
                write_assignment(&city, &found, format, &mut content)?;
                content
            }
            None if form == Form::Summary => summary.clone().into_bytes(),
            None => tables::catchments(&city, &found).into_bytes(),
        };
        self.answer.deliver(&content)?;
        if form != Form::Summary {
            say.line(&summary);
        }
        Ok(OK)
    }
    /// Write the answer under rules, and say what was found.
    fn finish_limited(&self, say: Say, city: &City, found: &CityAssignment) -> Result<i32> {
        let lines = [words::division::capacity(found), words::assumptions(&found.provenance)];
        let summary = lines.iter().chain(&found.provenance.note).fold(String::new(), |out, line| out + line + "\n");
        let form = self.answer.form().unwrap_or(Form::Geojson);
        let content = match form.features() {
            Some(format) => {
                let mut content = vec![];
                write_capacity(city, found, format, &mut content)?;
                content
            }
            None if form == Form::Summary => summary.clone().into_bytes(),
            None => tables::fillings(city, found).into_bytes(),
        };
        self.answer.deliver(&content)?;
        if form != Form::Summary {
            say.line(&summary);
        }
        Ok(OK)
    }
}
