//! `linli apportion`: how many parts each town gets.

use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;
use serde_json::json;

use super::{OK, Say, form::Form, print, sources::Committees, table::Table};
use crate::{
    city::City,
    error::{Error, Result},
    regions::{Apportionment, Method, apportion, apportion_by, town_amounts},
    words::{count, measure, percent},
};

/// Rules of old, to compare with.
const RULES: [(Method, &str); 3] = [
    (Method::Hamilton, "Hamilton"),
    (Method::SainteLague, "Sainte-Laguë"),
    (Method::HuntingtonHill, "Huntington–Hill"),
];
/// Alternatives that are listed to read.
const LISTED: usize = 12;

/// Say how many parts each town gets, as evenly as can be.
///
/// The worst deviation of a town's mean part from an equal share is as small as it can be, each town
/// has a part, and the parts sum to --parts. Beside it stand what other apportionments come near, what
/// they cost, and what Hamilton, Sainte-Laguë and Huntington–Hill would give.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
#[command(after_help = "Examples:
  linli apportion committees.geojson --parts 25
  linli apportion committees.geojson --parts 59 --measure over_60 --slack 0.1 --format json")]
pub(super) struct Apportion {
    #[command(flatten)]
    committees: Committees,

    /// How many parts in all.
    #[arg(long, value_name = "COUNT", help_heading = "Question")]
    parts: usize,

    /// What is shared out.
    #[arg(long, value_name = "MEASURE", default_value = "population", help_heading = "Question")]
    measure: String,

    /// List apportionments whose worst deviation is up to this much more, as a share of an equal share.
    #[arg(long, value_name = "SHARE", default_value_t = 0.05, help_heading = "Question")]
    slack: f64,

    /// How to write the answer.
    #[arg(long, value_enum, default_value_t = Form::Text, help_heading = "Answer")]
    format: Form,
}

/// Towns, what each holds, and the answers.
struct Found {
    names: Vec<String>,
    held: Vec<f64>,
    best: Apportionment,
    by_rule: Vec<Vec<usize>>,
}

impl Apportion {
    pub(super) fn run(&self, say: Say) -> Result<i32> {
        let city = self.committees.read_with(None, say)?.city;
        let (names, held) = town_amounts(&city, &self.measure)?;
        let asked = |error| match error {
            Error::Parameter { parameter: "k", value, rule } => Error::Parameter { parameter: "parts", value, rule },
            other => other,
        };
        let best = apportion(&held, self.parts, self.slack).map_err(asked)?;
        let by_rule = RULES.iter().map(|&(rule, _)| apportion_by(rule, &held, self.parts)).collect::<Result<_>>()?;
        let found = Found { names, held, best, by_rule };
        match self.format {
            Form::Text => print(self.text(&city, &found).as_bytes())?,
            Form::Json => print(format!("{:#}\n", self.as_json(&city, &found)).as_bytes())?,
        }
        Ok(OK)
    }

    fn share(&self, found: &Found) -> f64 {
        found.held.iter().sum::<f64>() / self.parts as f64
    }

    fn text(&self, city: &City, found: &Found) -> String {
        let (share, best) = (self.share(found), &found.best);
        let what = measure(&self.measure);
        let mut heads = vec!["town", what, "equal shares", "parts", "each", "off"];
        heads.extend(RULES.iter().map(|(_, name)| *name));
        let mut towns = Table::new(&heads);
        for (town, (name, &held)) in found.names.iter().zip(&found.held).enumerate() {
            let each = held / best.parts[town] as f64;
            let mut row = vec![
                name.clone(),
                count(held),
                format!("{:.2}", held / share),
                best.parts[town].to_string(),
                count(each),
                format!("{:+.2} %", 100.0 * (each / share - 1.0)),
            ];
            row.extend(found.by_rule.iter().map(|parts| parts[town].to_string()));
            towns.push(row);
        }
        let mut out = format!(
            "{} parts of {} {what} in {} towns: at worst {} off an equal share; no apportionment is nearer\n\n{}",
            self.parts,
            count(share),
            found.names.len(),
            percent(Some(best.deviation)),
            towns.text()
        );
        if best.alternatives.is_empty() {
            let _ = writeln!(out, "\nNo other apportionment within {} of that.", percent(Some(self.slack)));
        } else {
            let mut others = Table::new(&["instead", "at worst"]);
            for (parts, worst) in best.alternatives.iter().take(LISTED) {
                others.push([change(&found.names, &best.parts, parts), percent(Some(*worst))]);
            }
            out = out + "\n" + &others.text();
            if best.alternatives.len() > LISTED {
                let _ = writeln!(out, "… and {} more; --format json lists them", best.alternatives.len() - LISTED);
            }
        }
        city.frame().note.iter().fold(out, |out, note| out + "\n" + note + "\n")
    }

    fn as_json(&self, city: &City, found: &Found) -> serde_json::Value {
        let named = |parts: &[usize]| by_name(&found.names, parts);
        let rules = found.by_rule.iter().map(|parts| named(parts)).collect::<Vec<_>>();
        let other = |(parts, worst): &(Vec<usize>, f64)| json!({"parts": named(parts), "deviation": worst});
        json!({
            "parts": self.parts,
            "measure": self.measure,
            "equal_share": self.share(found),
            "held": by_name(&found.names, &found.held),
            "town_parts": named(&found.best.parts),
            "deviation": found.best.deviation,
            "alternatives": found.best.alternatives.iter().map(other).collect::<Vec<_>>(),
            "rules": by_name(&RULES.map(|(_, name)| name.to_owned()), &rules),
            "note": city.frame().note,
        })
    }
}

/// Values by name, as JSON.
fn by_name(names: &[String], values: &[impl Serialize]) -> serde_json::Map<String, serde_json::Value> {
    names.iter().cloned().zip(values.iter().map(|value| json!(value))).collect()
}

/// "长征镇 +1, 桃浦镇 −1"
fn change(names: &[String], from: &[usize], to: &[usize]) -> String {
    let moved = names.iter().zip(from.iter().zip(to)).filter(|(_, (from, to))| from != to);
    let one = |(name, (&from, &to)): (&String, (&usize, &usize))| {
        let (sign, by) = if to > from { ("+", to - from) } else { ("−", from - to) };
        format!("{name} {sign}{by}")
    };
    moved.map(one).collect::<Vec<_>>().join(", ")
}
