//! `linli robust`: how sure coverage is.

use clap::Args;
use serde_json::json;

use super::{
    OK, Say,
    ask::{Walking, Whom},
    form::Form,
    print,
    progress::watched,
    sources::Layers,
    table::Table,
};
use crate::{
    city::City,
    coverage::{Question, Robustness, robustness},
    error::Result,
    standard::Standard,
    words::{self, count, percent},
};

/// Say how sure coverage is: a centre lost, other assumptions, other limits.
///
/// Prints who would be lost with each one centre, most people first; coverage
/// when people walk slower or faster, ways are longer or shorter and numbers of
/// people are off; and people within each of many limits.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
#[command(after_help = "Examples:
  linli robust committees.geojson -f centers.geojson
  linli robust committees.geojson -f centers.geojson --service canteen --group over_60 --change 0.2
  linli robust committees.geojson -f centers.geojson --curve 5,10,15 --format json")]
pub(super) struct Robust {
    #[command(flatten)]
    layers: Layers,

    /// How long a walk is near enough, minutes.
    #[arg(long, default_value_t = 15.0, help_heading = "Question")]
    minutes: f64,

    #[command(flatten)]
    whom: Whom,

    /// How much speed, ways and populations may be off, as a part.
    #[arg(long, value_name = "PART", default_value_t = 0.1, help_heading = "Question")]
    change: f64,

    /// Minutes to count people within [default: each from 5 to 30].
    #[arg(long, value_name = "MINUTES", value_delimiter = ',', help_heading = "Question")]
    curve: Vec<f64>,

    #[command(flatten)]
    walking: Walking,

    /// How to write the answer.
    #[arg(long, value_enum, default_value_t = Form::Text, help_heading = "Answer")]
    format: Form,
}

impl Robust {
    pub(super) fn run(&self, say: Say) -> Result<i32> {
        let standard = Standard::new(self.minutes, self.walking.speed()?)?;
        self.walking.check()?;
        let question =
            Question { standard, service: self.whom.service.clone(), group: self.whom.group.clone(), speeds: vec![] };
        let curve = if self.curve.is_empty() { (5..=30).map(f64::from).collect() } else { self.curve.clone() };
        let city = self.layers.read(say)?.city;
        let way = self.walking.way(&city, self.layers.options()?, say)?;
        let asked = |control: &_| robustness(&city, way.walk(), &question, self.change, &curve, control);
        let found = watched(say, asked)?;
        match self.format {
            Form::Text => print(text(&city, &question, &found).as_bytes())?,
            Form::Json => print(format!("{:#}\n", as_json(&city, &found)).as_bytes())?,
        }
        Ok(OK)
    }
}

fn text(city: &City, question: &Question, found: &Robustness) -> String {
    let share = |people: f64| percent((found.people > 0.0).then(|| people / found.people));
    let mut losses = Table::new(&["without this centre", "people", "lost", "others walk more, m"]);
    for loss in &found.losses {
        losses.push([
            city.facilities().name[loss.facility as usize].clone(),
            count(loss.people),
            count(loss.people_lost),
            loss.extra_m.map_or_else(|| "–".to_owned(), count),
        ]);
    }
    let mut changes = Table::new(&["if", "people within", "share"]);
    for change in &found.changes {
        changes.push([
            format!("{} × {:.4}", change.what, change.factor).trim_end_matches('0').to_owned(),
            count(change.people_covered),
            percent(change.share),
        ]);
    }
    let mut curve = Table::new(&["minutes", "people within", "share"]);
    for &(minutes, people) in &found.curve {
        curve.push([minutes.to_string(), count(people), share(people)]);
    }
    format!(
        "{} of {} people are within {} minutes: {}\n\n{}\n{}\n{}\n{}\n{}",
        count(found.people_covered),
        count(found.people),
        question.standard.minutes(),
        share(found.people_covered),
        losses.text(),
        changes.text(),
        curve.text(),
        words::assumptions(&found.provenance),
        found.provenance.note.as_ref().map_or_else(String::new, |note| format!("{note}\n")),
    )
}

fn as_json(city: &City, found: &Robustness) -> serde_json::Value {
    let loss = |loss: &crate::coverage::Loss| {
        json!({
            "facility": city.facilities().id[loss.facility as usize], "people": loss.people,
            "people_lost": loss.people_lost, "extra_m": loss.extra_m,
        })
    };
    let point = |&(minutes, people): &(f64, f64)| json!({"minutes": minutes, "people_covered": people});
    json!({
        "people": found.people,
        "people_covered": found.people_covered,
        "losses": found.losses.iter().map(loss).collect::<Vec<_>>(),
        "changes": found.changes,
        "curve": found.curve.iter().map(point).collect::<Vec<_>>(),
        "provenance": found.provenance,
    })
}
