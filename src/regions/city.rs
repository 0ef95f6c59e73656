//! Division of a city: its committees into grids, and grids into blocks.

use serde::Serialize;

use super::{Begin, Contiguity, Improve, Objective, Partition, Terms, Walks, city_terms, partition};
use crate::{
    city::City,
    control::Control,
    error::{Error, Result},
};

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
    /// A measure of the centres counts where they stand.
    pub balance: Vec<(String, f64)>,
    /// No part crosses the border of a town.
    pub within_town: bool,
    /// Parts of every town by name; empty apportions them as evenly as the terms allow.
    pub town_parts: Vec<(String, usize)>,
    /// At what price a committee may be in a part of another town after all.
    pub exceptions: Option<Exceptions>,
    /// Measure that holds today's part of each committee.
    pub today: Option<String>,
    /// Committees that keep today's part, by id or unique name.
    pub locked: Vec<String>,
    /// Pairs of committees that share a part.
    pub together: Vec<[String; 2]>,
    /// Pairs that do not.
    pub apart: Vec<[String; 2]>,
    /// Whether every part has an open centre in one of its committees.
    pub centre_inside: bool,
    /// What a good plan makes small.
    pub objective: Objective,
    /// How plans begin.
    pub begin: Begin,
    /// How plans are made better.
    pub improve: Improve,
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
            town_parts: vec![],
            exceptions: None,
            today: None,
            locked: vec![],
            together: vec![],
            apart: vec![],
            centre_inside: false,
            objective: Objective::CutEdges,
            begin: Begin::Auto,
            improve: Improve::Auto,
            rounds: None,
            time_limit_s: None,
            seed: 0,
        }
    }
}

/// Committees that may be in a part of another town, and what that costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Exceptions {
    /// Price of each, in what the objective counts.
    pub cost: f64,
    /// Whether the price is for each person and not for each committee.
    pub per_person: bool,
    /// Which may, by id or unique name; empty is all.
    pub only: Vec<String>,
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
    /// Which committees are neighbours.
    pub contiguity: Contiguity,
    /// Today's part of each committee, where it is known.
    pub today: Option<Vec<u32>>,
    /// Walk of each committee to the centre of its part, and to that of its block,
    /// metres, where the objective counts them.
    pub walk_m: [Option<Vec<f64>>; 2],
    /// Hash of the barriers that part neighbours, where any do.
    pub barriers_hash: Option<String>,
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
/// Committees are neighbours where their outlines share a border. Towns are
/// taken in the order of their names.
///
/// # Errors
/// As [`partition()`]; [`Error::Rejected`] for committees without an outline,
/// [`Error::Unknown`] for a measure that is not in the data, [`Error::BadValue`]
/// where a committee's amount is unknown, and [`Error::Parameter`] for one without a town.
pub fn divide(city: &City, request: &Request, control: &Control) -> Result<Division> {
    divide_among(city, request, &Contiguity::of_committees(city)?, None, control)
}

/// [`divide`] among neighbours of another making, with walks to the centres
/// for [`Objective::Walk`].
///
/// # Errors
/// As [`divide`].
pub fn divide_among(
    city: &City,
    request: &Request,
    contiguity: &Contiguity,
    walks: Option<&Walks>,
    control: &Control,
) -> Result<Division> {
    if let Some(blocks) = request.blocks.filter(|&blocks| blocks < request.parts) {
        let rule = format!("is fewer than the {} parts; every part is at least one block", request.parts);
        return Err(Error::parameter("blocks", &blocks, &rule));
    }
    let amounts = city_terms::balanced(city, &request.balance)?;
    let first = city_terms::terms(city, request, walks)?;
    let divided = |k, terms: &Terms, parameter| {
        partition(contiguity, &amounts, k, terms, control).map_err(|error| in_words(city, error, parameter))
    };
    let plan = divided(request.parts, &first, "parts")?;
    let blocks = match request.blocks {
        Some(blocks) => {
            let second = Terms {
                tolerance: first.tolerance.clone(),
                // Today's parts are no blocks, and people do not move between blocks that are not there yet.
                objective: if request.objective == Objective::Moved { Objective::CutEdges } else { request.objective },
                walk: first.walk.clone(),
                apart: first.apart.clone(),
                within: Some(plan.labels.clone()),
                town_names: (0..plan.k).map(|part| format!("part {part}")).collect(),
                begin: request.begin,
                improve: request.improve,
                rounds: request.rounds,
                time_limit_s: request.time_limit_s,
                seed: request.seed,
                ..Terms::default()
            };
            Some(divided(blocks, &second, "blocks")?)
        }
        None => None,
    };
    let walk_m = |plan: &Partition| {
        let (table, centres) = (first.walk.as_ref()?, plan.centres.as_ref()?);
        let of = |(row, &part): (usize, &u32)| table.metres[row * table.sites + centres[part as usize] as usize];
        Some(plan.labels.iter().enumerate().map(of).collect())
    };
    let walk_m = [walk_m(&plan), blocks.as_ref().and_then(walk_m)];
    let (contiguity, today) = (contiguity.clone(), first.today);
    Ok(Division { request: request.clone(), amounts, plan, blocks, contiguity, today, walk_m, barriers_hash: None })
}

impl Division {
    /// What each part of a plan of this division holds.
    #[must_use]
    pub fn parts(&self, city: &City, plan: &Partition) -> Vec<Part> {
        let is_lower = self.blocks.as_ref().is_some_and(|blocks| std::ptr::eq(blocks, plan));
        let amounts: Vec<&[f64]> = self.amounts.iter().map(Vec::as_slice).collect();
        parts(city, &plan.labels, plan.k, &amounts, is_lower.then_some(&self.plan.labels))
    }
}

/// What each of `k` parts holds of these amounts; `above` are the parts that they divide.
pub(crate) fn parts(city: &City, labels: &[u32], k: usize, amounts: &[&[f64]], above: Option<&[u32]>) -> Vec<Part> {
    let empty = Part {
        committees: 0,
        towns: vec![],
        held: vec![0.0; amounts.len()],
        deviation: vec![0.0; amounts.len()],
        above: None,
    };
    let mut parts = vec![empty; k];
    for (row, &label) in labels.iter().enumerate() {
        let part = &mut parts[label as usize];
        part.committees += 1;
        part.towns.extend(city.demand().town[row]);
        for (held, amounts) in part.held.iter_mut().zip(amounts) {
            *held += amounts[row];
        }
        part.above = above.map(|above| above[row]);
    }
    let shares: Vec<f64> = amounts.iter().map(|amounts| amounts.iter().sum::<f64>() / k as f64).collect();
    for part in &mut parts {
        part.towns.sort_unstable();
        part.towns.dedup();
        let off = |(&held, &share): (&f64, &f64)| if share > 0.0 { held / share - 1.0 } else { 0.0 };
        part.deviation = part.held.iter().zip(&shares).map(off).collect();
    }
    parts
}

/// What the division of units says, of committees and of this argument.
fn in_words(city: &City, error: Error, parts: &'static str) -> Error {
    match error {
        Error::Infeasible { model, why, change, rows, parameter: "k", given, needed } => {
            Error::Infeasible { model, why, change, rows, parameter: parts, given, needed }
        }
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
