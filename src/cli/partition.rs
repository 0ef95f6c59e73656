//! `linli partition`: which committee belongs to which grid, and to which block.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{
    OK, Say,
    ask::{Answer, Form, Within, save_map},
    partition_ground::{Ground, pair},
    progress::watched,
    sources::Committees,
    tables,
};
use crate::{
    error::{Error, Result},
    io::write_division,
    map::DivisionMap,
    regions::{Begin, Exceptions, Improve, Objective, Request, Walks, divide_among, neighbours},
    walk::{CrowFly, Walk},
    words,
};

/// Divide the committees into connected parts of nearly equal population.
///
/// Committees touch where their outlines share a border; with --streets they
/// must also be able to walk to each other. The answer keeps the shapes and the coordinate system of DEMAND, and adds part (from 0), block
/// after --subdivide, and what was balanced. A table lists the parts instead.
/// The search says how good the answer is: no division on these terms has less
/// than the bound.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
#[command(after_help = "Examples:
  linli partition committees.geojson --parts 25 --within town --tolerance 0.3 --time-limit 2 > grids.geojson
  linli partition committees.geojson --parts 12 --balance population --balance over_60=0.2 --time-limit 2 --format table
  linli partition committees.geojson --parts 25 --within town --exception-cost 20 --streets streets.geojson --time-limit 2 > grids.geojson
  linli partition committees.geojson --parts 6 --subdivide 24 --tolerance 0.3 --objective border --time-limit 2 --format summary
  linli partition committees.geojson --parts 25 --within town --tolerance 0.3 --time-limit 2 --map grids.html -o grids.geojson")]
pub(super) struct Partition {
    #[command(flatten)]
    committees: Committees,

    /// How many parts.
    #[arg(long, value_name = "COUNT", help_heading = "Question")]
    parts: usize,

    /// No part crosses these borders.
    #[arg(long, value_enum, help_heading = "Question")]
    within: Option<Within>,

    /// Parts of this town, for every town; by default apportioned as evenly as can be (repeatable).
    #[arg(long, value_name = "TOWN=COUNT", value_parser = town_count, requires = "within", help_heading = "Question")]
    town_parts: Vec<(String, usize)>,

    /// Let a committee be in a part of another town at this price, in what the objective counts.
    #[arg(long, value_name = "PRICE", requires = "within", help_heading = "Question")]
    exception_cost: Option<f64>,

    /// The price is for each person, not for each committee.
    #[arg(long, requires = "exception_cost", help_heading = "Question")]
    per_person: bool,

    /// Only this committee may, by id or unique name; without a price, for nothing (repeatable).
    #[arg(long, value_name = "COMMITTEE", requires = "within", help_heading = "Question")]
    exception: Vec<String>,

    /// How far a part may be from an equal share, as a share of it: 0.1 is ten percent.
    #[arg(long, value_name = "SHARE", default_value_t = 0.10, help_heading = "Question")]
    tolerance: f64,

    /// Balance this measure, with its own tolerance if it has one (repeatable) [default: population].
    #[arg(long, value_name = "MEASURE[=SHARE]", value_parser = measure, help_heading = "Question")]
    balance: Vec<(String, Option<f64>)>,

    /// What to make small.
    #[arg(long, value_enum, default_value_t = Small::CutEdges, help_heading = "Question")]
    objective: Small,

    /// Column of DEMAND that holds today's part of each committee, for --lock and the objective moved.
    #[arg(long, value_name = "COLUMN", help_heading = "Question")]
    today: Option<String>,

    /// This committee keeps today's part (repeatable).
    #[arg(long, value_name = "COMMITTEE", requires = "today", help_heading = "Question")]
    lock: Vec<String>,

    /// These two share a part (repeatable).
    #[arg(long, value_name = "A,B", value_parser = pair, help_heading = "Question")]
    together: Vec<[String; 2]>,

    /// These two do not (repeatable).
    #[arg(long, value_name = "A,B", value_parser = pair, help_heading = "Question")]
    apart: Vec<[String; 2]>,

    /// An open centre stands in every part; needs --facilities.
    #[arg(long, requires = "facilities", help_heading = "Question")]
    centre_inside: bool,

    /// Community centres, for the objective walk, --centre-inside and measures of the centres. With
    /// them the hash of the data is that of the other commands; without, that of the committees alone.
    #[arg(long, short, value_name = "FILE")]
    facilities: Option<PathBuf>,

    #[command(flatten)]
    ground: Ground,

    /// Divide the parts again: so many blocks in all, none across a part.
    #[arg(long, value_name = "COUNT", help_heading = "Question")]
    subdivide: Option<usize>,

    /// How plans begin.
    #[arg(long, value_enum, default_value_t = Start::Auto, value_name = "WAY", help_heading = "Search")]
    begin: Start,

    /// How plans are made better.
    #[arg(long, value_enum, default_value_t = Way::Auto, help_heading = "Search")]
    improve: Way,

    /// Independent searches: more find more, 0 takes the first valid plan [default: about a second's worth].
    #[arg(long, value_name = "COUNT", help_heading = "Search")]
    rounds: Option<usize>,

    /// Seed of all that is random.
    #[arg(long, default_value_t = 0, help_heading = "Search")]
    seed: u64,

    /// Stop each division after so many seconds with the best so far and its bound.
    #[arg(long, value_name = "SECONDS", help_heading = "Search")]
    time_limit: Option<f64>,

    /// Also write a map of the parts: one HTML file that works without a network.
    #[arg(long, value_name = "FILE.html", help_heading = "Answer")]
    map: Option<PathBuf>,

    #[command(flatten)]
    answer: Answer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Small {
    /// Pairs of neighbours in different parts.
    CutEdges,
    /// Metres of border between parts.
    Border,
    /// People × squared metres from the middle of their part.
    Inertia,
    /// People who leave today's part.
    Moved,
    /// Person-metres to the part's best open centre.
    Walk,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Start {
    /// Trees first, then every way in turn.
    Auto,
    /// Random spanning trees, cut.
    Trees,
    /// Runs along a Hilbert curve.
    Hilbert,
    /// Parts that grow from seeds far apart.
    Growth,
    /// Trees on merged committees, mended level by level.
    Multilevel,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Way {
    /// A little annealing, then chains: the mix that measures best.
    Auto,
    /// Moves of single committees, worse ones too while it is hot.
    Annealing,
    /// Moves along the borders, best first.
    Fm,
    /// Several new divisions of neighbouring parts, the best of them.
    Recom,
    /// The best move that is not forbidden, and moves back forbidden for a while.
    Tabu,
    /// Several moves at once where the tolerance allows no single one.
    Chains,
}

impl From<Way> for Improve {
    fn from(way: Way) -> Self {
        match way {
            Way::Auto => Self::Auto,
            Way::Annealing => Self::Annealing,
            Way::Fm => Self::Fm,
            Way::Recom => Self::Recom,
            Way::Tabu => Self::Tabu,
            Way::Chains => Self::Chains,
        }
    }
}

impl Partition {
    pub(super) fn run(&self, say: Say) -> Result<i32> {
        let request = self.request()?;
        let city = self.committees.read_with(self.facilities.as_deref(), say)?.city;
        let read = self.committees.options()?;
        let streets = self.ground.streets(&city, &read, say)?;
        let barriers = self.ground.barriers(&read)?;
        let asked = self.ground.asked(&city, streets.as_ref(), barriers.as_ref())?;
        let around = watched(say, |control| neighbours(&city, &asked, control))?;
        let note = words::division::neighbours(&city, &around);
        let walks = if request.objective == Objective::Walk {
            let by_air = CrowFly::new(1.3)?;
            let walk: &dyn Walk = streets.as_ref().map_or(&by_air, |streets| streets);
            let open = city.facilities().open(None)?;
            Some(watched(say, |control| Walks::to_centres(&city, walk, &open, control))?)
        } else {
            None
        };
        let mut found =
            watched(say, |control| divide_among(&city, &request, &around.contiguity, walks.as_ref(), control))?;
        found.barriers_hash = barriers.and_then(|barriers| barriers.hash());
        if let Some(path) = &self.map {
            let mut map = DivisionMap::of(&city, &around.contiguity, &found)?;
            if let Some(streets) = &streets {
                map = map.streets(streets)?;
            }
            save_map(path, &map.html()?)?;
        }
        let summary = words::division::division(&city, &found) + &note;
        let form = self.answer.form().unwrap_or(Form::Geojson);
        let content = match form.features() {
            Some(format) => {
                let mut content = vec![];
                write_division(&city, &found, format, &mut content)?;
                content
            }
            None if form == Form::Summary => summary.clone().into_bytes(),
            None => tables::division(&city, &found).into_bytes(),
        };
        self.answer.deliver(&content)?;
        if form != Form::Summary {
            say.line(&summary);
        }
        Ok(OK)
    }

    /// What to ask, with what cannot be refused before anything is read.
    fn request(&self) -> Result<Request> {
        for (parameter, count) in [("parts", Some(self.parts)), ("blocks", self.subdivide)] {
            if count == Some(0) {
                return Err(Error::parameter(parameter, &0, "give at least 1"));
            }
        }
        let balance = match self.balance.as_slice() {
            [] => vec![("population".to_owned(), self.tolerance)],
            asked => asked.iter().map(|(name, own)| (name.clone(), own.unwrap_or(self.tolerance))).collect(),
        };
        if self.objective == Small::Walk && self.facilities.is_none() {
            return Err(Error::parameter("objective", &"walk", "needs the centres: --facilities FILE"));
        }
        if self.objective == Small::Moved && self.today.is_none() {
            return Err(Error::parameter("objective", &"moved", "needs today's parts: --today COLUMN"));
        }
        let exceptions = (self.exception_cost.is_some() || !self.exception.is_empty()).then(|| Exceptions {
            cost: self.exception_cost.unwrap_or(0.0),
            per_person: self.per_person,
            only: self.exception.clone(),
        });
        Ok(Request {
            exceptions,
            today: self.today.clone(),
            locked: self.lock.clone(),
            together: self.together.clone(),
            apart: self.apart.clone(),
            centre_inside: self.centre_inside,
            improve: self.improve.into(),
            rounds: self.rounds,
            blocks: self.subdivide,
            balance,
            town_parts: self.town_parts.clone(),
            within_town: self.within == Some(Within::Town),
            objective: match self.objective {
                Small::CutEdges => Objective::CutEdges,
                Small::Border => Objective::Border,
                Small::Inertia => Objective::Inertia,
                Small::Moved => Objective::Moved,
                Small::Walk => Objective::Walk,
            },
            begin: match self.begin {
                Start::Auto => Begin::Auto,
                Start::Trees => Begin::Trees,
                Start::Hilbert => Begin::Hilbert,
                Start::Growth => Begin::Growth,
                Start::Multilevel => Begin::Multilevel,
            },
            time_limit_s: self.time_limit,
            seed: self.seed,
            ..Request::into(self.parts)
        })
    }
}

fn measure(text: &str) -> std::result::Result<(String, Option<f64>), String> {
    let (name, own) = match text.split_once('=') {
        Some((name, share)) => (name, Some(share.parse::<f64>().ok())),
        None => (text, None),
    };
    match own {
        Some(None) => Err("give MEASURE or MEASURE=SHARE, such as over_60=0.2".to_owned()),
        _ if name.is_empty() => Err("name a measure, such as population".to_owned()),
        own => Ok((name.to_owned(), own.flatten())),
    }
}

fn town_count(text: &str) -> std::result::Result<(String, usize), String> {
    let (town, count) = text.rsplit_once('=').ok_or("give TOWN=COUNT, such as 桃浦镇=4")?;
    let count = count.trim().parse().map_err(|_| format!("{count:?} is no number of parts"))?;
    Ok((town.trim().to_owned(), count))
}
