//! Where new centres may stand.

use std::collections::HashSet;

use serde::Serialize;

use super::grid;
use crate::{
    city::City,
    error::{Error, Result},
    facility::Status,
};

/// Where new centres may stand.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Candidates {
    /// The facilities that are planned or candidate; where the data has none, a grid.
    #[default]
    Auto,
    /// The facilities that are planned or candidate.
    Listed,
    /// Points of a grid inside the outlines, this many metres apart; `None` takes a sensible spacing.
    Grid(Option<f64>),
    /// Both of these.
    Both(Option<f64>),
    /// These places.
    Given(Vec<Place>),
}

/// A place that the caller gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Identifier, unique, and not that of a facility.
    pub id: String,
    /// What to call it; the id where empty.
    pub name: String,
    /// Position in the facilities' coordinate system.
    pub position: [f64; 2],
}

/// Where a site comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A centre that is open today and stays open.
    Existing,
    /// A facility that is planned or candidate.
    Listed,
    /// A point of the grid.
    Grid,
    /// A place that the caller gave.
    Given,
}

/// A site: an existing centre or a candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Identifier: that of the facility, or of the place.
    pub id: String,
    /// What to call it.
    pub name: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Easting and northing on the plane, metres.
    pub xy: [f64; 2],
    /// Position in the facilities' coordinate system.
    pub position: [f64; 2],
    /// Row of the facility, where it is one.
    pub facility: Option<u32>,
    /// Row of its town, where that is known.
    pub town: Option<u32>,
}

/// Existing centres and candidates, and how the latter were come by.
pub(super) struct Sites {
    pub all: Vec<Site>,
    /// Existing ones come first.
    pub existing: usize,
    /// The spacing of the grid, where there is one, metres.
    pub spacing_m: Option<f64>,
    /// What there is to say of the candidates.
    pub about: String,
}

impl Sites {
    /// Gather the sites of a city; `service` leaves out facilities that do not offer it.
    pub(super) fn gather(city: &City, candidates: &Candidates, service: Option<&str>) -> Result<Self> {
        let facilities = city.facilities();
        let wanted = match service {
            Some(name) => Some(facilities.service_names.iter().position(|known| known == name).ok_or_else(|| {
                Error::Unknown { kind: "service", name: name.to_owned(), known: facilities.service_names.clone() }
            })? as u16),
            None => None,
        };
        let offers = |row: u32| wanted.is_none_or(|wanted| facilities.services[row as usize].contains(&wanted));
        let with = |statuses: &[Status]| -> Vec<u32> {
            let rows = 0..facilities.len() as u32;
            rows.filter(|&row| statuses.contains(&facilities.status[row as usize]) && offers(row)).collect()
        };
        let site = |&row: &u32, origin| {
            let at = row as usize;
            Site {
                id: facilities.id[at].clone(),
                name: facilities.name[at].clone(),
                origin,
                xy: facilities.xy[at],
                position: facilities.position[at],
                facility: Some(row),
                town: facilities.town[at],
            }
        };
        let existing = with(&[Status::Existing]);
        let listed = with(&[Status::Planned, Status::Candidate]);
        let mut sites: Vec<Site> = existing.iter().map(|row| site(row, Origin::Existing)).collect();
        let is_listed = match candidates {
            Candidates::Auto => !listed.is_empty(),
            Candidates::Listed | Candidates::Both(_) => true,
            Candidates::Grid(_) | Candidates::Given(_) => false,
        };
        if is_listed {
            sites.extend(listed.iter().map(|row| site(row, Origin::Listed)));
        }
        let offering = service.map_or_else(String::new, |service| format!(" that offer {service}"));
        let mut about = format!("{} planned or candidate facilities{offering}", listed.len());
        let spacing = match candidates {
            Candidates::Auto if !is_listed => Some(None),
            Candidates::Grid(spacing_m) | Candidates::Both(spacing_m) => Some(*spacing_m),
            _ => None,
        };
        let mut spacing_m = None;
        if let Some(wished) = spacing {
            let taken: HashSet<&str> = facilities.id.iter().map(String::as_str).collect();
            let grid = grid::grid(city, wished, &taken)?;
            let described = format!("{} points of a grid of {} m {}", grid.sites.len(), grid.spacing_m, grid.inside);
            about = match candidates {
                Candidates::Both(_) => format!("{about} and {described}"),
                Candidates::Auto => format!("{described}, because no facility{offering} is planned or candidate"),
                _ => described,
            };
            sites.extend(grid.sites);
            spacing_m = Some(grid.spacing_m);
        }
        if let Candidates::Given(places) = candidates {
            about = format!("{} places given", places.len());
            sites.extend(given(city, places)?);
        }
        if sites.len() == existing.len() {
            let rule = match candidates {
                Candidates::Given(_) => "give at least one place".to_owned(),
                Candidates::Listed => format!(
                    "no facility{offering} has status \"planned\" or \"candidate\"; give places of your own, or ask for a grid"
                ),
                _ => "no point of the grid lies inside the outlines; give a smaller spacing_m".to_owned(),
            };
            return Err(Error::parameter("candidates", &"none", &rule));
        }
        Ok(Self { existing: existing.len(), all: sites, spacing_m, about })
    }

    /// Rows of the candidates named, by id or unique name.
    pub(super) fn forbidden(&self, city: &City, names: &[String]) -> Result<Vec<u32>> {
        let mut rows = vec![];
        for name in names {
            let row = self.row(city, name)?;
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        Ok(rows)
    }

    fn row(&self, city: &City, name: &str) -> Result<u32> {
        let candidates = || (self.existing..self.all.len()).map(|row| (row as u32, &self.all[row]));
        if let Some((row, _)) = candidates().find(|(_, site)| site.id == name) {
            return Ok(row);
        }
        let named: Vec<(u32, &Site)> = candidates().filter(|(_, site)| site.name == name).collect();
        match named.as_slice() {
            [(row, _)] => Ok(*row),
            [] if self.all[..self.existing].iter().any(|site| site.id == name || site.name == name) => {
                let rule = "is open today and stays open; to see the city without it, close it first";
                Err(Error::parameter("forbidden", &format!("{name:?}"), rule))
            }
            [] if city.facilities().row(name).is_ok() => {
                let rule = "is a facility, but none of the candidates";
                Err(Error::parameter("forbidden", &format!("{name:?}"), rule))
            }
            [] => Err(Error::Unknown {
                kind: "candidate",
                name: name.to_owned(),
                known: candidates().map(|(_, site)| site.id.clone()).collect(),
            }),
            several => {
                let ids: Vec<&str> = several.iter().map(|(_, site)| site.id.as_str()).collect();
                let rule = format!("{} candidates bear this name; use one of the ids {}", ids.len(), ids.join(", "));
                Err(Error::parameter("forbidden", &format!("{name:?}"), &rule))
            }
        }
    }
}

/// Sites at the places that the caller gives.
fn given(city: &City, places: &[Place]) -> Result<Vec<Site>> {
    let mut taken: HashSet<&str> = city.facilities().id.iter().map(String::as_str).collect();
    let mut sites = vec![];
    for (row, place) in places.iter().enumerate() {
        let [x, y] = place.position;
        if !(x.is_finite() && y.is_finite()) {
            return Err(Error::NotFinite { table: "candidates", row, x, y });
        }
        if !taken.insert(&place.id) {
            let rule = "is the id of another candidate or of a facility; give ids of their own";
            return Err(Error::parameter("candidates", &format!("row {row}, {:?}", place.id), rule));
        }
        sites.push(Site {
            id: place.id.clone(),
            name: if place.name.is_empty() { place.id.clone() } else { place.name.clone() },
            origin: Origin::Given,
            xy: city.onto_plane(place.position)?,
            position: place.position,
            facility: None,
            town: None,
        });
    }
    Ok(sites)
}
