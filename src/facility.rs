//! Facilities (设施): the community centres, what they offer and whether they are open.

use std::{fmt, str::FromStr};

use serde::Serialize;

use crate::{
    demand::{Measure, check_amounts, check_finite, check_length, check_towns, check_unique_ids},
    error::{Error, Result},
    lookup::row_of,
};

/// Whether residents can use a facility, now or in a plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Open today (运营).
    #[default]
    Existing,
    /// Decided, not yet open (规划).
    Planned,
    /// A place where one could be opened (候选).
    Candidate,
    /// No longer open (关闭).
    Closed,
}

impl Status {
    /// All statuses, in the order of their codes.
    pub const ALL: [Self; 4] = [Self::Existing, Self::Planned, Self::Candidate, Self::Closed];

    /// The word used in every file and table.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Existing => "existing",
            Self::Planned => "planned",
            Self::Candidate => "candidate",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Status {
    type Err = Error;

    /// Reads the words above and those that planners' tables use for them.
    fn from_str(text: &str) -> Result<Self> {
        match text.trim().to_lowercase().as_str() {
            "existing" | "open" | "operating" | "operational" | "已建" | "现状" | "运营" | "在用" | "已开放" => {
                Ok(Self::Existing)
            }
            "planned" | "plan" | "规划" | "计划" | "在建" | "拟建" | "筹建" => Ok(Self::Planned),
            "candidate" | "potential" | "候选" | "备选" => Ok(Self::Candidate),
            "closed" | "关闭" | "停用" | "撤销" => Ok(Self::Closed),
            _ => Err(Error::parameter("status", &text, "give existing, planned, candidate or closed")),
        }
    }
}

/// Community centres and other facilities, one row each.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facilities {
    /// Identifier, unique.
    pub id: Vec<String>,
    /// Name as written in the data.
    pub name: Vec<String>,
    /// Position in the caller's coordinate system.
    pub position: Vec<[f64; 2]>,
    /// Easting and northing on the plane, metres.
    pub xy: Vec<[f64; 2]>,
    /// Whether it is open.
    pub status: Vec<Status>,
    /// Row of its town.
    pub town: Vec<Option<u32>>,
    /// What each offers, as positions in `service_names`, rising.
    pub services: Vec<Vec<u16>>,
    /// Every service (服务) that some facility offers.
    pub service_names: Vec<String>,
    /// Further measures: capacity (服务能力), floor area, staff (力量配置), cost.
    pub measures: Vec<Measure>,
}

impl Facilities {
    /// Rows in the table.
    #[must_use]
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// Whether the table has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// The row of a facility, by id or, where it is unique, by name.
    ///
    /// # Errors
    /// [`Error::Unknown`], or [`Error::Parameter`] for a name that several have.
    pub fn row(&self, id_or_name: &str) -> Result<usize> {
        row_of("facility", &self.id, &self.name, id_or_name)
    }

    /// Places of some facilities on the plane, in the order of the rows given.
    pub(crate) fn places(&self, rows: &[u32]) -> Vec<[f64; 2]> {
        rows.iter().map(|&row| self.xy[row as usize]).collect()
    }

    /// Rows of the facilities that residents can use today: existing ones, and
    /// of those the ones that offer `service` where one is named.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a service nobody offers; [`Error::NoFacility`]
    /// when no facility is left.
    pub fn open(&self, service: Option<&str>) -> Result<Vec<u32>> {
        let wanted = service.map(|name| self.service(name)).transpose()?;
        let open: Vec<u32> = (0..self.len() as u32)
            .filter(|&row| self.status[row as usize] == Status::Existing)
            .filter(|&row| wanted.is_none_or(|wanted| self.services[row as usize].binary_search(&wanted).is_ok()))
            .collect();
        if !open.is_empty() {
            return Ok(open);
        }
        let existing = self.status.iter().filter(|&&status| status == Status::Existing).count();
        Err(Error::NoFacility {
            why: match service {
                Some(name) => format!("none of the {existing} existing facilities offers {name:?}"),
                None => format!("of {} facilities none has status \"existing\"", self.len()),
            },
        })
    }

    /// A measure of these facilities; every one must have it.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a measure that is not in the data, and
    /// [`Error::Parameter`] for a facility of which it is unknown.
    pub fn amounts(&self, rows: &[u32], name: &str) -> Result<Vec<f64>> {
        let found = self.measures.iter().find(|measure| measure.name == name).ok_or_else(|| Error::Unknown {
            kind: "column",
            name: name.to_owned(),
            known: self.measures.iter().map(|measure| measure.name.clone()).collect(),
        })?;
        let of = |&row: &u32| {
            found.values[row as usize].ok_or_else(|| {
                let row = row as usize;
                let centre = format!("{} ({})", self.name[row], self.id[row]);
                let rule = format!("facilities row {row}: its {name} is unknown; fill it in, or close the centre");
                Error::parameter("facility", &centre, &rule)
            })
        };
        rows.iter().map(of).collect()
    }

    /// Position of a service in `service_names`.
    fn service(&self, name: &str) -> Result<u16> {
        self.service_names
            .iter()
            .position(|known| known == name)
            .map(|found| found as u16)
            .ok_or_else(|| Error::Unknown { kind: "service", name: name.to_owned(), known: self.service_names.clone() })
    }

    /// Refuse columns of other lengths, repeated ids, and numbers that cannot be.
    pub(crate) fn check(&self, towns: usize) -> Result<()> {
        const TABLE: &str = "facilities";
        let rows = self.len();
        let lengths = [
            ("name", self.name.len()),
            ("position", self.position.len()),
            ("xy", self.xy.len()),
            ("status", self.status.len()),
            ("town", self.town.len()),
            ("services", self.services.len()),
        ];
        for (column, got) in lengths {
            check_length(TABLE, column, rows, got)?;
        }
        for measure in &self.measures {
            check_length(TABLE, &measure.name, rows, measure.values.len())?;
            check_amounts(TABLE, &measure.name, &measure.values)?;
        }
        let offered = self.services.iter().flatten().all(|&service| usize::from(service) < self.service_names.len());
        let rising = self.services.iter().all(|services| services.is_sorted_by(|a, b| a < b));
        if !(offered && rising) {
            return Err(Error::parameter("services", &"this", "must be rising positions in service_names"));
        }
        check_unique_ids(TABLE, &self.id)?;
        check_towns(TABLE, &self.town, towns)?;
        check_finite(TABLE, &self.xy)
    }
}
