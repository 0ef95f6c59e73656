//! `linli assign --today`: who has which centre now, and what moving people is worth.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::{Value, json};

use crate::{
    assign::capacity::{CityTradeOff, Objective},
    city::City,
    error::{Error, Result},
    io,
};

/// Today's assignment, and what may change.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limited room")]
pub(super) struct Today {
    /// Each committee's centre today: CSV with columns id and facility, or an earlier answer of this command.
    #[arg(long = "today", id = "today", value_name = "FILE", group = "rule")]
    file: Option<PathBuf>,

    /// At most so many people may change the centre they have today.
    #[arg(long, value_name = "PEOPLE", requires = "today")]
    pub(super) most_moved: Option<f64>,

    /// Write what more people who change their centre are worth in shorter walks, as CSV or (.json) with each assignment.
    #[arg(long, value_name = "FILE", requires = "today", conflicts_with = "not_everyone")]
    pub(super) curve: Option<PathBuf>,

    /// Assignments on the curve, at most.
    #[arg(long, value_name = "NUMBER", requires = "curve", default_value_t = 12)]
    pub(super) curve_points: usize,
}

impl Today {
    pub(super) fn is_asked(&self) -> bool {
        self.file.is_some()
    }

    /// Rows of the centres that committees have today.
    pub(super) fn read(&self, city: &City) -> Result<Option<Vec<Option<u32>>>> {
        let Some(path) = &self.file else { return Ok(None) };
        let fault = |cause: String| Error::File { action: "cannot read", path: path.clone(), cause };
        let content = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
        let is_csv = path.extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("csv"));
        let pairs = if is_csv { of_csv(&content) } else { of_features(&content) }.map_err(fault)?;
        let mut today = vec![None; city.demand().len()];
        for (committee, centre) in pairs {
            let row = city.demand().row(&committee)?;
            today[row] = match centre {
                Some(centre) => Some(city.facilities().row(&centre)? as u32),
                None => None,
            };
        }
        Ok(Some(today))
    }

    /// Write the curve where it was asked for.
    pub(super) fn write(&self, city: &City, found: &CityTradeOff) -> Result<()> {
        let Some(path) = &self.curve else { return Ok(()) };
        let is_json = path.extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("json"));
        io::save(path, if is_json { as_json(city, found) } else { as_csv(found) }.as_bytes())
    }

    /// The place on the curve of the best assignment that moves few enough.
    pub(super) fn choose(&self, found: &CityTradeOff) -> Result<usize> {
        let most = self.most_moved.unwrap_or(f64::INFINITY);
        let few = |point: &crate::assign::capacity::Point| point.moved <= most * (1.0 + 1e-9);
        found.front.points.iter().rposition(few).ok_or_else(|| {
            let fewest = found.front.points.first().map_or(0.0, |point| point.moved);
            let rule = format!("at least {fewest:.0} people must change their centre; give {fewest:.0} or more");
            Error::parameter("most-moved", &most, &rule)
        })
    }
}

type Pairs = std::result::Result<Vec<(String, Option<String>)>, String>;

fn of_csv(content: &str) -> Pairs {
    let mut reader = csv::Reader::from_reader(content.trim_start_matches('\u{feff}').as_bytes());
    let heads = reader.headers().map_err(|error| error.to_string())?.clone();
    let column = |names: [&str; 2]| {
        let found = heads.iter().position(|head| names.contains(&head.trim()));
        found
            .ok_or_else(|| format!("no column {} (columns: {})", names[0], heads.iter().collect::<Vec<_>>().join(", ")))
    };
    let (id, centre) = (column(["id", "committee"])?, column(["facility", "centre"])?);
    let pair = |record: csv::Result<csv::StringRecord>| {
        let record = record.map_err(|error| error.to_string())?;
        let cell = |at: usize| record.get(at).unwrap_or_default().trim().to_owned();
        Ok((cell(id), Some(cell(centre)).filter(|centre| !centre.is_empty())))
    };
    reader.records().map(pair).collect()
}

fn of_features(content: &str) -> Pairs {
    let whole: std::result::Result<Value, _> = serde_json::from_str(content);
    let features: Vec<Value> = match whole {
        Ok(mut whole) if whole["features"].is_array() => match whole["features"].take() {
            Value::Array(features) => features,
            _ => vec![],
        },
        _ => {
            let lines = content.lines().filter(|line| !line.trim().is_empty());
            lines.map(serde_json::from_str).collect::<std::result::Result<_, _>>().map_err(|error| error.to_string())?
        }
    };
    let pair = |(at, feature): (usize, &Value)| {
        let of = &feature["properties"];
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if of["id"].is_null() || of.get("facility").is_none() {
            return Err(format!("feature {at} has no properties id and facility"));
        }
        Ok((text(&of["id"]), (!of["facility"].is_null()).then(|| text(&of["facility"]))))
    };
    features.iter().enumerate().map(pair).collect()
}

fn as_csv(found: &CityTradeOff) -> String {
    let mut out = "people_moved,mean_walk_m,longest_m,bound,gap,proven,supported\n".to_owned();
    for point in &found.front.points {
        let (mean_m, bound) = means(found, point);
        let (plan, supported) = (&point.plan, point.supported);
        let _ = writeln!(
            out,
            "{},{mean_m:.3},{:.3},{bound:.3},{:.6},{},{supported}",
            point.moved, plan.longest_m, plan.gap, plan.proven
        );
    }
    out
}

/// Mean walk, and the bound in the unit of what was asked for.
fn means(found: &CityTradeOff, point: &crate::assign::capacity::Point) -> (f64, f64) {
    let people: f64 = point.plan.served.iter().sum();
    let per = if people > 0.0 { people } else { 1.0 };
    let bound = if found.front.objective == Objective::Worst { point.bound } else { point.bound / per };
    (point.plan.walked_m / per, bound)
}

fn as_json(city: &City, found: &CityTradeOff) -> String {
    let one = |(at, point): (usize, &crate::assign::capacity::Point)| {
        let (mean_m, bound) = means(found, point);
        let assignment = &found.assignments[at];
        let id = |site: u32| city.facilities().id[assignment.facility[site as usize] as usize].as_str();
        let rows =
            (0..city.demand().len()).map(|row| (city.demand().id[row].clone(), json!(point.plan.site(row).map(id))));
        json!({
            "people_moved": point.moved,
            "mean_walk_m": mean_m,
            "longest_m": point.plan.longest_m,
            "bound": bound,
            "gap": point.plan.gap,
            "proven": point.plan.proven,
            "supported": point.supported,
            "facility": rows.collect::<serde_json::Map<String, Value>>(),
        })
    };
    let points: Vec<Value> = found.front.points.iter().enumerate().map(one).collect();
    let curve = json!({"objective": found.front.objective, "complete": found.front.complete, "points": points});
    format!("{curve:#}\n")
}

/// Whether a path can be a curve's: its suffix says how.
pub(super) fn check_curve(path: &Path) -> Result<()> {
    let suffix = path.extension().and_then(|suffix| suffix.to_str()).map(str::to_lowercase);
    match suffix.as_deref() {
        Some("csv" | "json") => Ok(()),
        _ => Err(Error::parameter("curve", &path.display(), "name a .csv or .json file")),
    }
}
