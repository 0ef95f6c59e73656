//! `linli site`: where the next centres should go.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{
    OK, Say,
    ask::{Answer, Form, Walking, Whom, save_map},
    progress::watched,
    sources::{Layers, source},
    tables,
};
use crate::{
    city::City,
    coverage::{Question, coverage},
    error::{Error, Result},
    io::{read_places, write_proposal},
    map::Map,
    proposal::{Ask, Candidates, Model, Proposal, propose},
    site::count,
    standard::Standard,
    words,
};

/// Find where the next centres should go; existing ones stay open.
///
/// Candidates are the facilities whose status is planned or candidate; where
/// there are none, or --grid asks for it, the points of a grid inside the
/// outlines; or the places in a file of your own. The answer is every centre
/// open under the plan, new ones (status planned) first, with what each brings.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
#[command(after_help = "Examples:
  linli site committees.geojson --facilities centers.geojson --new 2 > plan.geojson
  linli site committees.geojson -f centers.geojson --new 5 --grid 500 --format table
  linli site committees.geojson -f centers.geojson --phases 3,2 --grid 500 --map plan.html
  linli site committees.geojson -f centers.geojson --model lscp --grid 400 --format summary")]
pub(super) struct Site {
    #[command(flatten)]
    layers: Layers,

    /// How many new centres; 5 by default, lscp finds their number itself.
    #[arg(long, help_heading = "Question", value_name = "COUNT", conflicts_with = "phases")]
    new: Option<f64>,

    /// New centres of each phase; each keeps what the ones before opened.
    #[arg(long, help_heading = "Question", value_name = "COUNT,COUNT", value_delimiter = ',')]
    phases: Vec<f64>,

    /// How long a walk is near enough, minutes.
    #[arg(long, default_value_t = 15.0, help_heading = "Question")]
    minutes: f64,

    /// By what to judge.
    #[arg(long, value_enum, default_value_t = By::Mclp, help_heading = "Question")]
    model: By,

    #[command(flatten)]
    whom: Whom,

    /// Places where new centres may stand: points or outlines, any layer linli reads as facilities.
    #[arg(long, value_name = "FILE", help_heading = "Candidates", conflicts_with = "grid")]
    candidates: Option<PathBuf>,

    /// Points of a grid inside the outlines, this many metres apart.
    #[arg(long, value_name = "METRES", help_heading = "Candidates")]
    grid: Option<f64>,

    /// These candidates may not be chosen, by id or name (repeatable).
    #[arg(long, value_name = "CANDIDATE", num_args = 1.., help_heading = "Candidates")]
    forbid: Vec<String>,

    /// Stop when the answer is this close to the bound: 0.01 is one percent.
    #[arg(long, default_value_t = 0.0, help_heading = "Search")]
    gap: f64,

    /// Stop after so many seconds with the best plan so far and its true gap.
    #[arg(long, value_name = "SECONDS", help_heading = "Search")]
    time_limit: Option<f64>,

    /// Seed of the random restarts.
    #[arg(long, default_value_t = 0, help_heading = "Search")]
    seed: u64,

    /// Also write a map of the plan: one HTML file that works without a network.
    #[arg(long, value_name = "FILE.html", help_heading = "Answer")]
    map: Option<PathBuf>,

    #[command(flatten)]
    walking: Walking,

    #[command(flatten)]
    answer: Answer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum By {
    /// As many people as possible within the minutes.
    Mclp,
    /// As few new centres as bring everyone within the minutes.
    Lscp,
    /// The shortest walks on average.
    PMedian,
    /// The shortest longest walk.
    PCenter,
}

impl Site {
    pub(super) fn run(&self, say: Say) -> Result<i32> {
        let ask = self.ask()?;
        self.walking.check()?;
        let city = self.layers.read(say)?.city;
        let way = self.walking.way(&city, self.layers.options()?, say)?;
        let ask = match &self.candidates {
            Some(path) => {
                let places = read_places(&source(path)?, &self.layers.options()?, &city)?;
                Ask { candidates: Candidates::Given(places), ..ask }
            }
            None => ask,
        };
        let found = watched(say, |control| propose(&city, way.walk(), &ask, control))?;
        if let Some(path) = &self.map {
            let html = watched(say, |control| {
                let after = found.city(&city, None)?;
                let (service, group) = (ask.service.clone(), ask.group.clone());
                let question = Question { standard: ask.standard, service, group, speeds: vec![] };
                let covered = coverage(&after, way.walk(), &question, control)?;
                let mut map = Map::of(&after, &covered).proposal(&found)?;
                if let Some(streets) = way.streets() {
                    map = map.streets(streets)?;
                }
                map.html()
            })?;
            save_map(path, &html)?;
        }
        let form = self.answer.form().unwrap_or(Form::Geojson);
        let summary = summary(&found);
        let content = match form.features() {
            Some(format) => {
                let mut content = vec![];
                write_proposal(&city, &found, format, &mut content)?;
                content
            }
            None if form == Form::Summary => summary.clone().into_bytes(),
            None => table(&city, &found).into_bytes(),
        };
        self.answer.deliver(&content)?;
        if form != Form::Summary {
            say.line(&summary);
        }
        Ok(OK)
    }

    fn ask(&self) -> Result<Ask> {
        let new = match (self.new, self.phases.as_slice()) {
            (None, []) if self.model == By::Lscp => vec![],
            (None, []) => vec![5],
            (Some(new), _) => vec![count("new", new)?],
            (None, phases) => phases.iter().map(|&new| count("phases", new)).collect::<Result<_>>()?,
        };
        Ok(Ask {
            model: match self.model {
                By::Mclp => Model::Mclp,
                By::Lscp => Model::Lscp,
                By::PMedian => Model::PMedian,
                By::PCenter => Model::PCenter,
            },
            new,
            service: self.whom.service.clone(),
            group: self.whom.group.clone(),
            candidates: self.grid.map_or(Candidates::Auto, |spacing_m| Candidates::Grid(Some(spacing_m))),
            forbidden: self.forbid.clone(),
            gap: self.gap,
            time_limit_s: self.time_limit,
            seed: self.seed,
            ..Ask::within(Standard::new(self.minutes, self.walking.speed()?)?)
        })
    }
}

/// Answer, candidates, assumptions and note, a line each.
fn summary(found: &Proposal) -> String {
    let about = &found.provenance().coverage;
    let lines = [words::proposal(found), words::proposal_details(found), words::assumptions(about)];
    lines.iter().chain(&about.note).fold(String::new(), |out, line| out + line + "\n")
}

/// New centres and what each is worth; over phases also what each phase comes to.
fn table(city: &City, found: &Proposal) -> String {
    let mut text = tables::new_centres(city, found);
    if let Some(phases) = found.phases() {
        text = text + "\n" + &tables::phases(phases);
    }
    text
}

/// Parameters that the command line calls otherwise than the library.
pub(super) fn is_usage(error: &Error) -> bool {
    const OURS: [&str; 9] =
        ["new", "phases", "model", "forbidden", "spacing_m", "gap", "time_limit_s", "seed", "candidates"];
    match error {
        Error::Parameter { parameter, .. } => OURS.contains(parameter),
        Error::Unknown { kind, .. } => *kind == "candidate",
        _ => false,
    }
}
