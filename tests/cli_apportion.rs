//! How many parts each town gets, on the command line, and parts as they are given.

use std::{collections::HashMap, path::Path};

use assert_cmd::Command;
use linli::datasets;
use serde_json::Value;
use tempfile::TempDir;

fn district() -> TempDir {
    let folder = TempDir::new().unwrap();
    datasets::export(folder.path()).unwrap();
    folder
}

fn linli(folder: &Path, args: &[&str]) -> Command {
    let mut run = Command::cargo_bin("linli").unwrap();
    run.current_dir(folder).args(args).timeout(std::time::Duration::from_secs(120));
    run
}

fn asked(folder: &Path, args: &[&str]) -> Value {
    serde_json::from_slice(&linli(folder, args).assert().success().get_output().stdout).unwrap()
}

#[test]
fn no_choice_of_numbers_is_nearer_to_equal_shares() {
    let folder = district();
    let ask = ["apportion", "committees.geojson", "--parts", "25", "--format", "json", "-q"];
    let found = asked(folder.path(), &ask);
    let held: Vec<f64> = found["held"].as_object().unwrap().values().map(|held| held.as_f64().unwrap()).collect();
    let share = held.iter().sum::<f64>() / 25.0;
    assert_eq!(found["equal_share"].as_f64().unwrap(), share);
    let off = |town: usize, parts: u64| (held[town] / (parts as f64 * share) - 1.0).abs();
    let worst = |parts: &Value| {
        let parts = parts.as_object().unwrap();
        assert_eq!(parts.values().map(|one| one.as_u64().unwrap()).sum::<u64>(), 25);
        (0..).zip(parts.values()).map(|(town, parts)| off(town, parts.as_u64().unwrap())).fold(0.0, f64::max)
    };
    let best = found["deviation"].as_f64().unwrap();
    assert!((worst(&found["town_parts"]) - best).abs() < 1e-12);
    // By definition: below that, the towns' ranges of numbers do not sum to 25.
    let range = |town: usize| {
        let within: Vec<u64> = (1..=25).filter(|&parts| off(town, parts) < best - 1e-9).collect();
        Some((*within.first()?, *within.last()?))
    };
    let ranges: Option<Vec<(u64, u64)>> = (0..held.len()).map(range).collect();
    let (least, most) = ranges.map_or((99, 0), |all| {
        (all.iter().map(|range| range.0).sum::<u64>(), all.iter().map(|range| range.1).sum::<u64>())
    });
    assert!(!(least..=most).contains(&25), "{least} to {most}");
    for rule in found["rules"]
        .as_object()
        .unwrap()
        .values()
        .chain(found["alternatives"].as_array().unwrap().iter().map(|other| &other["parts"]))
    {
        assert!(worst(rule) >= best - 1e-12);
    }
    let text = linli(folder.path(), &ask[..4]).assert().success();
    let text = String::from_utf8(text.get_output().stdout.clone()).unwrap();
    for word in ["25 parts of 49,592 people in 10 towns", "桃浦镇", "Sainte-Laguë", "instead"] {
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[test]
fn a_division_takes_the_numbers_that_it_is_given() {
    let folder = district();
    let apportioned =
        asked(folder.path(), &["apportion", "committees.geojson", "--parts", "25", "--format", "json", "-q"]);
    let other = apportioned["alternatives"][0]["parts"].as_object().unwrap();
    let given: Vec<String> = other.iter().map(|(town, parts)| format!("{town}={parts}")).collect();
    let mut ask =
        vec!["partition", "committees.geojson", "--parts", "25", "--within", "town", "--tolerance", "0.9", "-q"];
    ask.extend(["--rounds", "0"]);
    let mut with = ask.clone();
    for one in &given {
        with.extend(["--town-parts", one]);
    }
    let found = asked(folder.path(), &with);
    let mut parts: HashMap<String, Vec<u64>> = HashMap::new();
    for feature in found["features"].as_array().unwrap() {
        let about = &feature["properties"];
        let of_town = parts.entry(about["town"].as_str().unwrap().to_owned()).or_default();
        of_town.push(about["part"].as_u64().unwrap());
    }
    for (town, mut own) in parts {
        own.sort_unstable();
        own.dedup();
        assert_eq!(own.len() as u64, other[&town].as_u64().unwrap(), "{town}");
    }
    for (wrong, word) in [
        (vec!["--town-parts", "桃浦镇=4"], "give one to every town"),
        (vec!["--town-parts", "Mars=4"], "is no town"),
        (vec!["--town-parts", "桃浦镇"], "TOWN=COUNT"),
        (vec!["--town-parts", "桃浦镇=many"], "no number of parts"),
    ] {
        let run = linli(folder.path(), &[&ask[..], &wrong].concat()).assert().code(2);
        let said = String::from_utf8(run.get_output().stderr.clone()).unwrap();
        assert!(said.contains(word), "{wrong:?}: {said}");
    }
    let run = linli(folder.path(), &["apportion", "committees.geojson", "--parts", "7"]).assert().code(2);
    assert!(String::from_utf8(run.get_output().stderr.clone()).unwrap().contains("number of towns, 10"));
}
