//! A division as GeoJSON: each committee with its part and block.

use std::io::Write;

use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{
    Format,
    write::{who, write_features},
};
use crate::{
    city::City,
    error::Result,
    network::hex,
    regions::{Begin, Contiguity, Division, Objective, Part, Partition, Stop, number_by_lowest},
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
    #[serde(skip_serializing_if = "Option::is_none")]
    exceptions_cost: Option<f64>,
    plan_hash: String,
    parts: Vec<Part>,
}

impl Level {
    fn of(city: &City, found: &Division, plan: &Partition) -> Self {
        let &Partition { k, objective, value, bound, gap, proven, deviation, begin, stop, seed, .. } = plan;
        let exceptions = plan.exceptions.as_ref().map(Vec::len);
        let exceptions_cost = exceptions.map(|_| plan.exceptions_cost);
        let (plan_hash, parts) = (plan_hash(plan), found.parts(city, plan));
        Self {
            k,
            objective,
            value,
            bound,
            gap,
            proven,
            deviation,
            begin,
            stop,
            seed,
            exceptions,
            exceptions_cost,
            plan_hash,
            parts,
        }
    }
}

/// SHA-256 of which committees share a part, whatever the numbers of the parts: one number a
/// line, from 0 by the lowest row of the part. The first 16 hexadecimal digits.
fn plan_hash(plan: &Partition) -> String {
    let (mut labels, mut digest) = (plan.labels.clone(), Sha256::new());
    number_by_lowest(&mut labels, plan.k);
    for label in labels {
        digest.update(format!("{label}\n"));
    }
    hex(&digest.finalize()[..8])
}

/// Write a division, one feature per committee.
///
/// The collection holds all that is needed to check it without the data: neighbours, which of
/// them differ from outlines that touch, and, where the objective counts them, today's
/// parts and walks. See `linli verify`.
///
/// # Errors
/// A destination that cannot be written.
pub fn write_division(city: &City, found: &Division, format: Format, out: &mut dyn Write) -> Result<()> {
    #[derive(Serialize)]
    struct About<'a> {
        format: &'static str,
        #[serde(flatten)]
        level: Level,
        blocks: Option<Level>,
        balance: Map<String, Value>,
        within: Option<&'a str>,
        input_hash: &'a str,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        committees_alone: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        barriers_hash: Option<&'a str>,
        version: &'a str,
        neighbours: &'a [[u32; 2]],
        #[serde(skip_serializing_if = "Option::is_none")]
        border_m: Option<&'a [f64]>,
        #[serde(flatten)]
        edits: Option<Edits>,
    }
    /// Pairs that touch and are no neighbours, and the reverse.
    #[derive(Serialize)]
    struct Edits {
        cut: Vec<[u32; 2]>,
        joined: Vec<[u32; 2]>,
    }
    let pairs = found.contiguity.edges();
    // Without outlines there is nothing to differ from.
    let edits = Contiguity::of_committees(city).ok().map(|touching| {
        let but = |of: &[[u32; 2]], not: &[[u32; 2]]| {
            of.iter().filter(|&pair| not.binary_search(pair).is_err()).copied().collect()
        };
        Edits { cut: but(touching.edges(), pairs), joined: but(pairs, touching.edges()) }
    });
    let balance = &found.request.balance;
    let about = About {
        format: "linli division 2",
        level: Level::of(city, found, &found.plan),
        blocks: found.blocks.as_ref().map(|blocks| Level::of(city, found, blocks)),
        balance: balance.iter().map(|(name, tolerance)| (name.clone(), json!(tolerance))).collect(),
        within: found.request.within_town.then_some("town"),
        input_hash: city.input_hash(),
        committees_alone: city.facilities().is_empty(),
        barriers_hash: found.barriers_hash.as_deref(),
        version: env!("CARGO_PKG_VERSION"),
        neighbours: pairs,
        border_m: found.contiguity.border_m(),
        edits,
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
        if let Some(today) = &found.today {
            properties.insert("today".to_owned(), json!(today[row]));
        }
        for (name, walk_m) in ["walk_m", "block_walk_m"].into_iter().zip(&found.walk_m) {
            if let Some(walk_m) = walk_m {
                properties.insert(name.to_owned(), json!(walk_m[row]));
            }
        }
        if let Some(exceptions) = &found.plan.exceptions {
            let is_one = exceptions.binary_search_by_key(&(row as u32), |one| one.unit).is_ok();
            properties.insert("exception".to_owned(), json!(is_one));
        }
        properties
    });
    write_features(city, "division", &about, rows, format, out)
}
