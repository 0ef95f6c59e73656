//! The terms of a city's division, from names to rows.

use super::{
    AtLeast, Leaving, Objective, Terms, Walks,
    city::{Exceptions, Request},
    neighbours::committee_of_centre,
};
use crate::{
    city::City,
    error::{Error, Result},
};

/// The terms of a request.
pub(super) fn terms(city: &City, request: &Request, walks: Option<&Walks>) -> Result<Terms> {
    let demand = city.demand();
    let row = |name: &String| demand.row(name).map(|row| row as u32);
    let pairs =
        |list: &[[String; 2]]| -> Result<Vec<[u32; 2]>> { list.iter().map(|[a, b]| Ok([row(a)?, row(b)?])).collect() };
    let towns = if request.within_town { Some(towns_by_name(city)?) } else { None };
    let (within, town_names) = towns.unzip();
    let town_parts = match &town_names {
        Some(names) => town_parts(names, &request.town_parts)?,
        None if request.town_parts.is_empty() => None,
        None => return Err(Error::parameter("town_parts", &request.town_parts.len(), "needs parts within towns")),
    };
    let walk = match (request.objective, walks) {
        (Objective::Walk, Some(walks)) => Some(walks.complete().map_err(|error| named(city, error))?),
        _ => None,
    };
    Ok(Terms {
        tolerance: request.balance.iter().map(|&(_, tolerance)| tolerance).collect(),
        within,
        town_names: town_names.unwrap_or_default(),
        town_parts,
        leaving: request.exceptions.as_ref().map(|asked| leaving(city, asked)).transpose()?,
        at_least: if request.centre_inside { vec![centres(city)?] } else { vec![] },
        objective: request.objective,
        today: request.today.as_ref().map(|column| today(city, column)).transpose()?,
        locked: request.locked.iter().map(row).collect::<Result<_>>()?,
        together: pairs(&request.together)?,
        apart: pairs(&request.apart)?,
        walk,
        begin: request.begin,
        improve: request.improve,
        rounds: request.rounds,
        time_limit_s: request.time_limit_s,
        seed: request.seed,
        ..Terms::default()
    })
}

/// A missing walk in the name of its committee.
fn named(city: &City, error: Error) -> Error {
    match error {
        Error::BadValue { row, rule, .. } => Error::parameter("walk", &city.demand().name[row], rule),
        other => other,
    }
}

/// The price of each committee.
fn leaving(city: &City, asked: &Exceptions) -> Result<Leaving> {
    let demand = city.demand();
    let price = |row: usize| {
        // Nobody knows how many they are: as dear as one person.
        if asked.per_person { asked.cost * demand.population[row].unwrap_or(1.0) } else { asked.cost }
    };
    if asked.only.is_empty() {
        return Ok(Leaving { price: (0..demand.len()).map(|row| Some(price(row))).collect() });
    }
    let mut prices = vec![None; demand.len()];
    for name in &asked.only {
        let row = demand.row(name)?;
        prices[row] = Some(price(row));
    }
    Ok(Leaving { price: prices })
}

/// Open centres, by the committee they stand in; one for each part.
fn centres(city: &City) -> Result<AtLeast> {
    let amount = at_centres(city, |_| Some(1.0)).map(|amount| amount.into_iter().flatten().collect())?;
    Ok(AtLeast { what: "open centres".to_owned(), amount, least: 1.0 })
}

/// The sum of something over the open centres that stand in each committee; `None` where it is unknown of one.
fn at_centres(city: &City, of: impl Fn(usize) -> Option<f64>) -> Result<Vec<Option<f64>>> {
    let committee = committee_of_centre(city)?;
    let mut sums = vec![Some(0.0); city.demand().len()];
    for facility in city.facilities().open(None)? {
        if let Some(row) = committee[facility as usize] {
            let sum = &mut sums[row as usize];
            *sum = sum.zip(of(facility as usize)).map(|(sum, one)| sum + one);
        }
    }
    Ok(sums)
}

/// Today's parts from a measure: whole numbers, numbered anew without gaps.
fn today(city: &City, column: &str) -> Result<Vec<u32>> {
    let values = city.demand().weight(Some(column))?;
    let whole = |(row, value): (usize, &Option<f64>)| {
        value.filter(|value| value.fract() == 0.0).ok_or_else(|| Error::BadValue {
            table: "demand",
            row,
            column: column.to_owned(),
            value: value.unwrap_or(f64::NAN),
            rule: "is no part; give every committee the whole number of its part today",
        })
    };
    let labels: Vec<f64> = values.iter().enumerate().map(whole).collect::<Result<_>>()?;
    let mut known = labels.clone();
    known.sort_by(f64::total_cmp);
    known.dedup();
    Ok(labels.iter().map(|label| known.partition_point(|one| one < label) as u32).collect())
}

/// Amounts of each committee for each measure to balance.
pub(super) fn balanced(city: &City, balance: &[(String, f64)]) -> Result<Vec<Vec<f64>>> {
    if balance.is_empty() {
        return Err(Error::parameter("balance", &"nothing", "name what to balance, such as population"));
    }
    let mut names: Vec<&String> = balance.iter().map(|(name, _)| name).collect();
    names.sort();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Error::parameter("balance", pair[0], "is named twice"));
    }
    balance.iter().map(|(name, _)| amounts(city, name)).collect()
}

/// A measure of every committee: its own, or that of the open centres that stand in it.
///
/// # Errors
/// [`Error::Unknown`] for a measure of neither, [`Error::BadValue`] where it is unknown.
pub fn amounts(city: &City, name: &str) -> Result<Vec<f64>> {
    let facilities = city.facilities();
    let own = city.demand().weight(Some(name));
    let values = match (own, facilities.measures.iter().find(|measure| measure.name == name)) {
        (Ok(values), _) => values.to_vec(),
        (Err(_), Some(measure)) => at_centres(city, |facility| measure.values[facility])?,
        (Err(error), None) => return Err(error),
    };
    let known = |(row, value): (usize, Option<f64>)| {
        value.ok_or_else(|| Error::BadValue {
            table: "demand",
            row,
            column: name.to_owned(),
            value: f64::NAN,
            rule: "is unknown; fill it in, or balance another measure",
        })
    };
    values.into_iter().enumerate().map(known).collect()
}

/// The towns of a city in the order of their names, and how much of a measure each holds.
///
/// # Errors
/// As [`amounts`]; [`Error::Parameter`] for a committee without a town.
pub fn town_amounts(city: &City, name: &str) -> Result<(Vec<String>, Vec<f64>)> {
    let (town, names) = towns_by_name(city)?;
    let mut held = vec![0.0; names.len()];
    town.iter().zip(amounts(city, name)?).for_each(|(&town, amount)| held[town as usize] += amount);
    Ok((names, held))
}

/// The parts of each town, in the order of the towns' names.
fn town_parts(names: &[String], asked: &[(String, usize)]) -> Result<Option<Vec<usize>>> {
    let list = || names.join(", ");
    if let Some((name, _)) = asked.iter().find(|(name, _)| !names.contains(name)) {
        return Err(Error::parameter("town_parts", name, &format!("is no town; towns are {}", list())));
    }
    let of = |name: &String| {
        let mut given = asked.iter().filter(|(town, _)| town == name);
        match (given.next(), given.next()) {
            (Some(&(_, parts)), None) => Ok(parts),
            (None, _) => Err(Error::parameter("town_parts", name, "has no number of parts; give one to every town")),
            (Some(_), Some(_)) => Err(Error::parameter("town_parts", name, "has two numbers of parts")),
        }
    };
    if asked.is_empty() { Ok(None) } else { names.iter().map(of).collect::<Result<_>>().map(Some) }
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
