//! `linli assign`: which committee belongs to which centre.

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use super::{
    OK, Say,
    ask::{Answer, Form, Walking, Way, Whom},
    progress::watched,
    room::Rules,
    sources::Layers,
    tables,
};
use crate::{
    assign::{
        PacedAssignment, Row, Rule, assign_paced,
        capacity::{self, CityAssignment},
        compare_choice, nearest,
    },
    city::City,
    coverage::Question,
    error::{Error, Result},
    io::{write_assignment, write_capacity, write_paced},
    standard::Standard,
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
/// centres without room (no_capacity) and out_of_reach. With --speed-of each group of a
/// committee goes to a centre that it can walk to in time; parts says which group goes where.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
#[command(after_help = "Examples:
  linli assign committees.geojson --facilities centers.geojson > assignment.geojson
  linli assign committees.geojson -f centers.geojson --minutes 20 --format table
  linli assign committees.geojson -f centers.geojson --within town --free-choice
  linli assign committees.geojson -f centers.geojson --minutes 15 --speed-of over_60=0.9 --not-everyone --format summary
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

    /// Print for each town how many live nearer to another centre than the one their
    /// committee belongs to, instead of committees; minutes are 15 where none are given.
    #[arg(long, help_heading = "Answer")]
    free_choice: bool,

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
            let (today, speeds) = (&self.rules.today, &self.rules.speed_of);
            if !speeds.is_empty() {
                let found = watched(say, |control| assign_paced(&city, way.walk(), &request, speeds, control))?;
                if self.free_choice {
                    return self.compare(say, &city, &way, &belongs_in_parts(&found.city));
                }
                return self.finish_limited(say, &city, &found.city, Some(&found));
            }
            if today.curve.is_some() {
                let found = watched(say, |control| {
                    capacity::city_trade_off(&city, way.walk(), &request, today.curve_points, control)
                })?;
                today.write(&city, &found)?;
                say.line(&words::division::trade_off(&found));
                return self.finish_limited(say, &city, &found.assignments[today.choose(&found)?], None);
            }
            let found = watched(say, |control| capacity::assign(&city, way.walk(), &request, control))?;
            if self.free_choice {
                return self.compare(say, &city, &way, &belongs_in_parts(&found));
            }
            return self.finish_limited(say, &city, &found, None);
        }
        let found = watched(say, |control| nearest(&city, way.walk(), &rule, control))?;
        if self.free_choice {
            let whole = |row: &Row| row.facility.map(|facility| (facility, 1.0)).into_iter().collect();
            return self.compare(say, &city, &way, &found.rows().iter().map(whole).collect::<Vec<_>>());
        }
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

    /// Compare with everyone going to the nearest centre, and say what was found.
    fn compare(&self, say: Say, city: &City, way: &Way, belongs: &[Vec<(u32, f64)>]) -> Result<i32> {
        let standard = Standard::new(self.minutes.unwrap_or(15.0), self.walking.speed()?)?;
        let (service, group) = (self.whom.service.clone(), self.whom.group.clone());
        let question = Question { standard, service, group, speeds: self.rules.speed_of.clone() };
        let found = watched(say, |control| compare_choice(city, way.walk(), &question, belongs, control))?;
        let lines = [words::division::choice(&found), words::assumptions(&found.provenance)];
        let summary = lines.iter().chain(&found.provenance.note).fold(String::new(), |out, line| out + line + "\n");
        let towns = found.by_town(city);
        let content = match self.answer.form() {
            None | Some(Form::Table) => tables::choice(&towns, standard),
            Some(Form::Summary) => summary.clone(),
            Some(Form::Ndjson) => towns.iter().fold(String::new(), |out, (town, totals)| {
                let mut line = json!(totals);
                line["town"] = json!(town);
                out + &line.to_string() + "\n"
            }),
            Some(Form::Geojson) => {
                let rule = "sums have no shapes; give table or ndjson with --free-choice";
                return Err(Error::parameter("format", &"geojson", rule));
            }
        };
        self.answer.deliver(content.as_bytes())?;
        if self.answer.form() != Some(Form::Summary) {
            say.line(&summary);
        }
        Ok(OK)
    }

    /// Write the answer under rules, and say what was found.
    fn finish_limited(
        &self,
        say: Say,
        city: &City,
        found: &CityAssignment,
        paced: Option<&PacedAssignment>,
    ) -> Result<i32> {
        let lines = [words::division::capacity(found), words::assumptions(&found.provenance)];
        let summary = lines.iter().chain(&found.provenance.note).fold(String::new(), |out, line| out + line + "\n");
        let form = self.answer.form().unwrap_or(Form::Geojson);
        let content = match form.features() {
            Some(format) => {
                let mut content = vec![];
                match paced {
                    Some(paced) => write_paced(city, paced, format, &mut content)?,
                    None => write_capacity(city, found, format, &mut content)?,
                }
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

/// Centres of each committee, and the part of it that goes there.
fn belongs_in_parts(found: &CityAssignment) -> Vec<Vec<(u32, f64)>> {
    let mut belongs = vec![vec![]; found.people.len()];
    for &(row, site, people) in &found.plan.parts {
        let all = found.people[row as usize].filter(|&all| all > 0.0);
        belongs[row as usize].push((found.facility[site as usize], all.map_or(1.0, |all| people / all)));
    }
    belongs
}
