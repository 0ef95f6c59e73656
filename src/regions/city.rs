//! Division of a city: its committees into grids, and grids into blocks.

use geo::{Coord, Geometry, MapCoords};
use serde::Serialize;

use super::{Contiguity, Objective, Partition, Terms, Touch, partition};
use crate::{
    city::City,
    control::Control,
    error::{Error, Result},
};

/// Outlines of committees are drawn to about a metre.
const SNAP_M: f64 = 1.0;
/// Rows named in a message.
const NAMED: usize = 3;

/// How to divide a city.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// How many parts.
    pub parts: usize,
    /// How many blocks in all, none across a part; `None` divides once.
    pub blocks: Option<usize>,
    /// What to balance, people first, and how far a part may be from an equal share, as a share of it.
    pub balance: Vec<(String, f64)>,
    /// No part crosses the border of a town.
    pub within_town: bool,
    /// What a good plan makes small.
    pub objective: Objective,
    /// Independent searches of each division; see [`Terms::rounds`].
    pub rounds: Option<usize>,
    /// Stop each division after this many seconds with the best plan so far.
    pub time_limit_s: Option<f64>,
    /// Seed of all that is random.
    pub seed: u64,
}

impl Request {
    /// So many parts, each within 10 % of an equal share of the people.
    #[must_use]
    pub fn into(parts: usize) -> Self {
        Self {
            parts,
            blocks: None,
            balance: vec![("population".to_owned(), 0.1)],
            within_town: false,
            objective: Objective::CutEdges,
            rounds: None,
            time_limit_s: None,
            seed: 0,
        }
    }
}

/// Which committee belongs to which part (分区), and to which block of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Division {
    /// What was asked.
    pub request: Request,
    /// Amounts of each committee, for each measure that was balanced.
    pub amounts: Vec<Vec<f64>>,
    /// The parts.
    pub plan: Partition,
    /// The blocks, where they were asked for.
    pub blocks: Option<Partition>,
}

/// What one part or block holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// Committees in it.
    pub committees: usize,
    /// Rows of the towns it lies in, rising.
    pub towns: Vec<u32>,
    /// The amount of each measure.
    pub held: Vec<f64>,
    /// Above (or, negative, below) an equal share of each measure, as a share of it.
    pub deviation: Vec<f64>,
    /// The part that a block divides.
    pub above: Option<u32>,
}

/// Divide a city's committees into connected, balanced parts, and those into blocks.
///
/// Towns are taken in the order of their names.
///
/// # Errors
/// As [`partition()`]; [`Error::Rejected`] for committees without an outline,
/// [`Error::Unknown`] for a measure that is not in the data, [`Error::BadValue`]
/// where a committee's amount is unknown, and [`Error::Parameter`] for one without a town.
pub fn divide(city: &City, request: &Request, control: &Control) -> Result<Division> {
    if request.balance.is_empty() {
        return Err(Error::parameter("balance", &"nothing", "name what to balance, such as population"));
    }
    let mut names: Vec<&String> = request.balance.iter().map(|(name, _)| name).collect();
    names.sort();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Error::parameter("balance", pair[0], "is named twice"));
    }
    let amounts = request.balance.iter().map(|(name, _)| amounts(city, name)).collect::<Result<Vec<_>>>()?;
    let towns = if request.within_town { Some(towns_by_name(city)?) } else { None };
    let contiguity = Contiguity::of_committees(city)?;
    let terms = Terms {
        tolerance: request.balance.iter().map(|&(_, tolerance)| tolerance).collect(),
        objective: request.objective,
        rounds: request.rounds,
        time_limit_s: request.time_limit_s,
        seed: request.seed,
        ..Terms::default()
    };
    let (within, town_names) = towns.unzip();
    let first = Terms { within, town_names: town_names.unwrap_or_default(), ..terms.clone() };
    let divided = |k, terms: &Terms, parameter| {
        partition(&contiguity, &amounts, k, terms, control).map_err(|error| in_words(city, error, parameter))
    };
    if let Some(blocks) = request.blocks.filter(|&blocks| blocks < request.parts) {
        let rule = format!("is fewer than the {} parts; every part is at least one block", request.parts);
        return Err(Error::parameter("blocks", &blocks, &rule));
    }
    let plan = divided(request.parts, &first, "parts")?;
    let blocks = match request.blocks {
        Some(blocks) => {
            let town_names = (0..plan.k).map(|part| format!("part {part}")).collect();
            let second = Terms { within: Some(plan.labels.clone()), town_names, ..terms };
            Some(divided(blocks, &second, "blocks")?)
        }
        None => None,
    };
    Ok(Division { request: request.clone(), amounts, plan, blocks })
}

impl Contiguity {
    /// Which committees of a city share a border, by their outlines on its plane.
    ///
    /// # Errors
    /// As [`Contiguity::from_polygons`].
    pub fn of_committees(city: &City) -> Result<Self> {
        let frame = city.frame();
        let on_plane = |shape: &Geometry<f64>| {
            if !frame.crs.is_on_earth() {
                return Ok(shape.clone());
            }
            shape.try_map_coords(|Coord { x, y }| {
                frame.plane.forward(frame.crs.to_lonlat([x, y])?).map(|[x, y]| Coord { x, y })
            })
        };
        let shapes = city.demand().shape.iter().map(|shape| shape.as_ref().map(on_plane).transpose());
        Self::from_polygons(&shapes.collect::<Result<Vec<_>>>()?, Touch::Rook, SNAP_M)
    }
}

impl Division {
    /// What each part of a plan of this division holds.
    #[must_use]
    pub fn parts(&self, city: &City, plan: &Partition) -> Vec<Part> {
        let measures = self.amounts.len();
        let empty = Part {
            committees: 0,
            towns: vec![],
            held: vec![0.0; measures],
            deviation: vec![0.0; measures],
            above: None,
        };
        let mut parts = vec![empty; plan.k];
        for (row, &label) in plan.labels.iter().enumerate() {
            let part = &mut parts[label as usize];
            part.committees += 1;
            part.towns.extend(city.demand().town[row]);
            for (held, amounts) in part.held.iter_mut().zip(&self.amounts) {
                *held += amounts[row];
            }
            part.above =
                self.blocks.as_ref().filter(|blocks| std::ptr::eq(*blocks, plan)).map(|_| self.plan.labels[row]);
        }
        for part in &mut parts {
            part.towns.sort_unstable();
            part.towns.dedup();
            for (at, amounts) in self.amounts.iter().enumerate() {
                let share = amounts.iter().sum::<f64>() / plan.k as f64;
                part.deviation[at] = part.held[at] / share - 1.0;
            }
        }
        parts
    }
}

/// A measure of every committee.
fn amounts(city: &City, name: &str) -> Result<Vec<f64>> {
    let known = |(row, value): (usize, &Option<f64>)| {
        value.ok_or_else(|| Error::BadValue {
            table: "demand",
            row,
            column: name.to_owned(),
            value: f64::NAN,
            rule: "is unknown; fill it in, or balance another measure",
        })
    };
    city.demand().weight(Some(name))?.iter().enumerate().map(known).collect()
}

/// The town of each committee and the towns' names, numbered in the order of the names.
fn towns_by_name(city: &City) -> Result<(Vec<u32>, Vec<String>)> {
    let demand = city.demand();
    let town_of = |(row, town): (usize, &Option<u32>)| {
        town.map(|town| city.towns().name[town as usize].as_str()).ok_or_else(|| {
            let rule = format!("demand row {row} has no town, and no part may cross a town's border; fill it in");
            Error::parameter("town", &demand.name[row], &rule)
        })
    };
    let of_row = demand.town.iter().enumerate().map(town_of).collect::<Result<Vec<&str>>>()?;
    let mut names = of_row.clone();
    names.sort_unstable();
    names.dedup();
    let number = |name: &&str| names.binary_search(name).unwrap_or_default() as u32;
    Ok((of_row.iter().map(number).collect(), names.iter().map(|&name| name.to_owned()).collect()))
}

/// What the division of units says, of committees and of this argument.
fn in_words(city: &City, error: Error, parts: &'static str) -> Error {
    match error {
        Error::Parameter { parameter: "k", value, rule } => Error::Parameter { parameter: parts, value, rule },
        Error::Infeasible { model, why, change, rows, parameter, given, needed } => {
            let name = |&row: &usize| format!("{row} {}", city.demand().name[row]);
            let mut names: Vec<String> = rows.iter().take(NAMED).map(name).collect();
            if rows.len() > NAMED {
                names.push("…".to_owned());
            }
            let level = if parts == "blocks" { "of the blocks, " } else { "" };
            let who =
                if rows.is_empty() { String::new() } else { format!(" (committees by row: {})", names.join(", ")) };
            let why = format!("{level}{why}{who}").into();
            Error::Infeasible { model, why, change, rows, parameter, given, needed }
        }
        other => other,
    }
}
