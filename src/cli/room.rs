//! `linli assign` when centres have limited room, or catchments must keep other rules.

use clap::{ArgGroup, Args, ValueEnum};

use super::{
    ask::{Within, group_and_speed},
    today::{Today, check_curve},
};
use crate::{
    assign::{
        Rule,
        capacity::{Balance, CityMeasure, Objective, Request, Room, Terms},
    },
    city::City,
    error::{Error, Result},
    regions::Contiguity,
};

/// Rules that more than the nearest centre is needed for.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limited room", group = ArgGroup::new("rule").multiple(true))]
pub(super) struct Rules {
    /// People that each centre has room for: a column of the centres, or one number for each.
    #[arg(long, value_name = "COLUMN|NUMBER", group = "rule")]
    capacity: Option<String>,

    /// Committees go to centres inside these borders.
    #[arg(long, value_enum, group = "rule")]
    within: Option<Within>,

    /// Every catchment hangs together, by the outlines of the committees.
    #[arg(long, group = "rule")]
    contiguous: bool,

    /// This committee goes to this centre, each by id or name (repeatable).
    #[arg(long, value_name = "COMMITTEE=CENTRE", value_parser = committee_and_centre, group = "rule")]
    stay: Vec<(String, String)>,

    /// This committee may go to this centre though it lies elsewhere (repeatable).
    #[arg(long, value_name = "COMMITTEE:CENTRE", value_parser = committee_and_centre, requires = "within")]
    exception: Vec<(String, String)>,

    /// These committees go to one centre (repeatable).
    #[arg(long, value_name = "COMMITTEE,COMMITTEE", value_parser = several, group = "rule")]
    together: Vec<Vec<String>>,

    /// These committees go to different centres (repeatable).
    #[arg(long, value_name = "COMMITTEE,COMMITTEE", value_parser = several, group = "rule")]
    apart: Vec<Vec<String>>,

    /// Each centre has room for so much of this group of people: a column of the centres, or a number (repeatable).
    #[arg(long, value_name = "GROUP=COLUMN|NUMBER", value_parser = named, group = "rule")]
    measure: Vec<(String, String)>,

    /// Each centre's load is within this part of its share, equal or by a column such as staff (repeatable).
    #[arg(long, value_name = "GROUP=PART[:COLUMN]", value_parser = balance, group = "rule")]
    balance: Vec<(String, f64, Option<String>)>,

    /// This group walks at this speed, metres per second, and may go to other centres than the rest of its committee (repeatable).
    #[arg(long, value_name = "GROUP=M_PER_S", value_parser = group_and_speed, group = "rule", help_heading = "Walking")]
    pub(super) speed_of: Vec<(String, f64)>,

    #[command(flatten)]
    pub(super) today: Today,

    /// What is to be small.
    #[arg(long, value_enum, requires = "rule", default_value_t = Small::Total)]
    objective: Small,

    /// A committee may be split between centres.
    #[arg(long, requires = "rule", conflicts_with_all = ["contiguous", "together", "apart"])]
    split: bool,

    /// Serve as many people as can be; without this, nobody may be left without a place.
    #[arg(long, requires = "rule")]
    not_everyone: bool,

    /// Stop when the answer is this close to the bound: 0.01 is one percent.
    #[arg(long, value_name = "SHARE", requires = "rule", default_value_t = 0.0)]
    gap: f64,

    /// Stop after so many seconds with the best assignment so far and its true gap.
    #[arg(long, value_name = "SECONDS", requires = "rule", default_value_t = 30.0)]
    time_limit: f64,
}

/// What an assignment makes small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Small {
    /// The sum of all walks.
    Total,
    /// The longest mean walk of a committee.
    Worst,
    /// The people who change the centre they have today.
    Moved,
}

impl Rules {
    /// Whether the nearest centre is not enough.
    pub(super) fn are_asked(&self) -> bool {
        let named = [self.stay.is_empty(), self.together.is_empty(), self.apart.is_empty()];
        let limits = [self.capacity.is_none(), self.measure.is_empty(), self.balance.is_empty()];
        let all = named.into_iter().chain(limits).all(|none| none) && self.speed_of.is_empty();
        !all || self.within.is_some() || self.contiguous || self.today.is_asked()
    }

    /// Refuse what cannot be before anything is read.
    pub(super) fn check(&self) -> Result<()> {
        if let Some(path) = &self.today.curve {
            check_curve(path)?;
        }
        match self.number() {
            Some(number) if !(number.is_finite() && number >= 0.0) => {
                Err(Error::parameter("capacity", &number, "give a number of people, 0 or more, or a column"))
            }
            _ => Ok(()),
        }
    }

    fn number(&self) -> Option<f64> {
        self.capacity.as_ref()?.parse().ok()
    }

    /// The same question under these rules.
    pub(super) fn request(&self, city: &City, rule: Rule) -> Result<Request> {
        let room = match (&self.capacity, self.number()) {
            (None, _) => Room::Unlimited,
            (Some(_), Some(number)) => Room::Given(vec![number; city.facilities().len()]),
            (Some(column), None) => Room::Measure(column.clone()),
        };
        let neighbours = if self.contiguous {
            let contiguity = Contiguity::of_committees(city)?;
            Some(contiguity.edges().iter().map(|&[a, b]| (a, b)).collect())
        } else {
            None
        };
        Ok(Request {
            minutes: rule.minutes,
            speed_m_per_s: rule.speed_m_per_s,
            stay: self.stays(city, rule.service.as_deref())?,
            service: rule.service,
            group: rule.group,
            room,
            within_town: self.within == Some(Within::Town),
            exceptions: self.exceptions(city)?,
            neighbours,
            together: rows_of(city, &self.together)?,
            apart: pairs(&rows_of(city, &self.apart)?),
            measures: self.measures(city),
            today: self.today.read(city)?,
            most_moved: self.today.most_moved.filter(|_| self.today.curve.is_none()),
            terms: Terms {
                whole: !self.split,
                everyone: !self.not_everyone,
                time_limit_s: Some(self.time_limit),
                gap: self.gap,
                objective: match self.objective {
                    Small::Total => Objective::Total,
                    Small::Worst => Objective::Worst,
                    Small::Moved => Objective::Moved,
                },
            },
        })
    }

    fn exceptions(&self, city: &City) -> Result<Vec<(u32, u32)>> {
        let of = |(committee, centre): &(String, String)| {
            Ok((city.demand().row(committee)? as u32, city.facilities().row(centre)? as u32))
        };
        self.exception.iter().map(of).collect()
    }

    /// Limits of further measures, each once.
    fn measures(&self, city: &City) -> Vec<CityMeasure> {
        let mut measures: Vec<CityMeasure> = vec![];
        let mut of = |name: &String| {
            let known = measures.iter().position(|measure| measure.name == *name);
            known.unwrap_or_else(|| {
                measures.push(CityMeasure { name: name.clone(), room: Room::Unlimited, balance: None });
                measures.len() - 1
            })
        };
        let rooms: Vec<usize> = self.measure.iter().map(|(name, _)| of(name)).collect();
        let balances: Vec<usize> = self.balance.iter().map(|(name, ..)| of(name)).collect();
        for ((_, room), at) in self.measure.iter().zip(rooms) {
            measures[at].room = match room.parse() {
                Ok(number) => Room::Given(vec![number; city.facilities().len()]),
                Err(_) => Room::Measure(room.clone()),
            };
        }
        for ((_, tolerance, by), at) in self.balance.iter().zip(balances) {
            measures[at].balance = Some(Balance { tolerance: *tolerance, by: by.clone() });
        }
        measures
    }

    /// Rows of the committees that stay and of their centres.
    fn stays(&self, city: &City, service: Option<&str>) -> Result<Vec<(u32, u32)>> {
        let mut stays: Vec<(u32, u32)> = vec![];
        for (committee, centre) in &self.stay {
            let row = city.demand().row(committee)? as u32;
            let facility = city.facilities().row(centre)? as u32;
            let refused = |rule| Err(Error::parameter("stay", &format!("{committee}={centre}"), rule));
            if stays.iter().any(|&(known, _)| known == row) {
                return refused("this committee is named twice");
            }
            if city.facilities().open(service)?.binary_search(&facility).is_err() {
                return refused("this centre is not open, or lacks the service");
            }
            stays.push((row, facility));
        }
        Ok(stays)
    }
}

fn committee_and_centre(text: &str) -> std::result::Result<(String, String), String> {
    match text.split_once('=').or_else(|| text.split_once(':')) {
        Some((committee, centre)) if !committee.is_empty() && !centre.is_empty() => {
            Ok((committee.to_owned(), centre.to_owned()))
        }
        _ => Err("give COMMITTEE=CENTRE, each by id or name".to_owned()),
    }
}

fn several(text: &str) -> std::result::Result<Vec<String>, String> {
    let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    if names.len() < 2 || names.iter().any(String::is_empty) {
        return Err("give two or more committees with commas between, each by id or name".to_owned());
    }
    Ok(names)
}

fn named(text: &str) -> std::result::Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("give GROUP=COLUMN or GROUP=NUMBER".to_owned()),
    }
}

fn balance(text: &str) -> std::result::Result<(String, f64, Option<String>), String> {
    let (name, rest) = named(text).map_err(|_| "give GROUP=PART, such as population=0.1".to_owned())?;
    let (part, by) = rest.split_once(':').map_or((rest.as_str(), None), |(part, by)| (part, Some(by.to_owned())));
    match part.parse::<f64>() {
        Ok(part) if part.is_finite() && part >= 0.0 => Ok((name, part, by)),
        _ => Err(format!("{part} is no part of a share: 0.1 is 10 %")),
    }
}

/// Rows of committees in groups.
fn rows_of(city: &City, groups: &[Vec<String>]) -> Result<Vec<Vec<u32>>> {
    let row = |name: &String| city.demand().row(name).map(|row| row as u32);
    groups.iter().map(|names| names.iter().map(row).collect()).collect()
}

/// All pairs of each group.
fn pairs(groups: &[Vec<u32>]) -> Vec<(u32, u32)> {
    let of = |rows: &Vec<u32>| {
        let pair = |at: usize| rows[at + 1..].iter().map(move |&other| (rows[at], other));
        (0..rows.len()).flat_map(pair).collect::<Vec<_>>()
    };
    groups.iter().flat_map(of).collect()
}
