//! `linli assign` when centres have limited room, or catchments must keep other rules.

use clap::{ArgGroup, Args};

use super::ask::Within;
use crate::{
    assign::{
        Rule,
        capacity::{Request, Room, Terms},
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

    /// A committee may be split between centres.
    #[arg(long, requires = "capacity", conflicts_with = "contiguous")]
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

impl Rules {
    /// Whether the nearest centre is not enough.
    pub(super) fn are_asked(&self) -> bool {
        self.capacity.is_some() || self.within.is_some() || self.contiguous || !self.stay.is_empty()
    }

    /// Refuse what cannot be before anything is read.
    pub(super) fn check(&self) -> Result<()> {
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
            exceptions: vec![],
            neighbours,
            together: vec![],
            apart: vec![],
            measures: vec![],
            today: None,
            most_moved: None,
            terms: Terms {
                whole: !self.split,
                everyone: !self.not_everyone,
                time_limit_s: Some(self.time_limit),
                gap: self.gap,
                ..Terms::default()
            },
        })
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
    match text.split_once('=') {
        Some((committee, centre)) if !committee.is_empty() && !centre.is_empty() => {
            Ok((committee.to_owned(), centre.to_owned()))
        }
        _ => Err("give COMMITTEE=CENTRE, each by id or name".to_owned()),
    }
}
