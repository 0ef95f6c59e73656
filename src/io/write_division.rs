//! A division as GeoJSON: each committee with its part and block.

use std::io::Write;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    Format,
    write::{who, write_features},
};
use crate::{
    city::City,
    error::Result,
    regions::{Begin, Division, Objective, Part, Partition, Stop},
};

/// What is said of one level of a division; no times, so that the same answer is the same bytes.
#[derive(Serialize)]
struct Level {
    k: usize,
    objective: Objective,
    value: f64,
    bound: f64,
    gap: f64,
    proven: bool,
    deviation: f64,
    begin: Begin,
    stop: Stop,
    seed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    exceptions: Option<usize>,
    parts: Vec<Part>,
}

impl Level {
    fn of(city: &City, found: &Division, plan: &Partition) -> Self {
        let &Partition { k, objective, value, bound, gap, proven, deviation, begin, stop, seed, .. } = plan;
        let exceptions = plan.exceptions.as_ref().map(Vec::len);
        let parts = found.parts(city, plan);
        Self { k, objective, value, bound, gap, proven, deviation, begin, stop, seed, exceptions, parts }
    }
}

/// Write a division, one feature per committee.
///
/// # Errors
/// A destination that cannot be written.
pub fn write_division(city: &City, found: &Division, format: Format, out: &mut dyn Write) -> Result<()> {
    #[derive(Serialize)]
    struct About<'a> {
        #[serde(flatten)]
        level: Level,
        blocks: Option<Level>,
        balance: Map<String, Value>,
        within: Option<&'a str>,
        input_hash: &'a str,
        version: &'a str,
    }
    let balance = &found.request.balance;
    let about = About {
        level: Level::of(city, found, &found.plan),
        blocks: found.blocks.as_ref().map(|blocks| Level::of(city, found, blocks)),
        balance: balance.iter().map(|(name, tolerance)| (name.clone(), json!(tolerance))).collect(),
        within: found.request.within_town.then_some("town"),
        input_hash: city.input_hash(),
        version: env!("CARGO_PKG_VERSION"),
    };
    let rows = (0..city.demand().len()).map(|row| {
        let mut properties = who(city, row);
        properties.insert("part".to_owned(), json!(found.plan.labels[row]));
        if let Some(blocks) = &found.blocks {
            properties.insert("block".to_owned(), json!(blocks.labels[row]));
        }
        for ((name, _), amounts) in balance.iter().zip(&found.amounts) {
            properties.insert(name.clone(), json!(amounts[row]));
        }
        if let Some(exceptions) = &found.plan.exceptions {
            let is_one = exceptions.binary_search_by_key(&(row as u32), |one| one.unit).is_ok();
            properties.insert("exception".to_owned(), json!(is_one));
        }
        properties
    });
    write_features(city, "division", &about, rows, format, out)
}
