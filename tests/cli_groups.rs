//! Groups, layers and free choice on the command line.

use std::path::Path;

use assert_cmd::Command;
use linli::{
    Standard,
    assign::{
        capacity::{Request, Room, Terms, assign},
        compare_choice,
    },
    control::Control,
    coverage::{Question, coverage},
    datasets,
    walk::CrowFly,
};
use serde_json::Value;
use tempfile::TempDir;

const FILES: [&str; 7] = [
    "committees.geojson",
    "-f",
    "centers.geojson",
    "--points",
    "residential_points.geojson",
    "--towns",
    "towns.geojson",
];

fn ask(folder: &Path, command: &str, extra: &[&str]) -> String {
    let mut run = Command::cargo_bin("linli").unwrap();
    run.current_dir(folder).arg(command).args(FILES).args(extra).arg("--quiet");
    String::from_utf8(run.assert().success().get_output().stdout.clone()).unwrap()
}

fn refused(folder: &Path, command: &str, extra: &[&str]) -> String {
    let mut run = Command::cargo_bin("linli").unwrap();
    run.current_dir(folder).arg(command).args(FILES).args(extra);
    String::from_utf8(run.assert().failure().get_output().stderr.clone()).unwrap()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn district() -> TempDir {
    let folder = TempDir::new().unwrap();
    datasets::export(folder.path()).unwrap();
    folder
}

fn standard() -> Standard {
    Standard::new(15.0, 1.33).unwrap()
}

#[test]
fn groups_add_up_and_are_those_of_the_library() {
    let folder = district();
    let said = ask(folder.path(), "coverage", &["--speed-of", "over_60=0.9", "--by", "group", "--format", "ndjson"]);
    let speeds = vec![("over_60".to_owned(), 0.9)];
    let question = Question { speeds, ..Question::within(standard()) };
    let found = coverage(&datasets::putuo().unwrap(), &CrowFly::new(1.3).unwrap(), &question, &Control::new()).unwrap();
    for (line, group) in lines(&said).iter().zip(found.by_group()) {
        assert_eq!(line["name"], Value::from(group.name));
        assert!((line["people_covered"].as_f64().unwrap() - group.totals.people_covered).abs() < 1.0);
    }
    let table = ask(folder.path(), "coverage", &["--speed-of", "over_60=0.9", "--by", "group"]);
    assert!(table.contains("over_60") && table.contains("others"), "{table}");
    let message = refused(folder.path(), "coverage", &["--by", "group"]);
    assert!(message.contains("--speed-of over_60=0.9"), "{message}");
    assert!(refused(folder.path(), "coverage", &["--speed-of", "over_60"]).contains("GROUP=SPEED"));
    assert!(refused(folder.path(), "coverage", &["--speed-of", "cats=1"]).contains("no group named \"cats\""));
}

#[test]
fn a_layer_is_counted_instead_of_the_residents() {
    let folder = district();
    let said = ask(folder.path(), "coverage", &["--layer", "workplaces.geojson", "--format", "summary"]);
    let jobs = datasets::putuo().unwrap().layer(&[("jobs".to_owned(), 1.0)]).unwrap();
    let found = coverage(&jobs, &CrowFly::new(1.3).unwrap(), &Question::within(standard()), &Control::new()).unwrap();
    let share = format!("{:.1} % of 512,000 jobs are within", 100.0 * found.totals().share().unwrap());
    assert!(said.starts_with(&share), "{said}");
    let message = refused(folder.path(), "coverage", &["--layer", "workplaces.geojson", "--weight", "desks"]);
    assert!(message.contains("no column named \"desks\""), "{message}");
}

#[test]
fn places_are_put_into_the_outline_that_holds_them() {
    let folder = district();
    let place = |x: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"jobs":5}},"geometry":{{"type":"Point","coordinates":[{x},31.24]}}}}"#
        )
    };
    let write = |places: &[f64]| {
        let features: Vec<String> = places.iter().map(|&x| place(x)).collect();
        let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
        std::fs::write(folder.path().join("own.geojson"), text).unwrap();
    };
    write(&[121.37, 121.42]);
    let said = ask(folder.path(), "coverage", &["--layer", "own.geojson", "--format", "summary"]);
    assert!(said.contains("of 10 jobs"), "{said}");
    write(&[121.37, 121.60]);
    let message = refused(folder.path(), "coverage", &["--layer", "own.geojson"]);
    assert!(message.contains("lies in no committee") && message.contains("feature 1"), "{message}");
}

#[test]
fn free_choice_is_told_by_town() {
    let folder = district();
    let said = ask(folder.path(), "assign", &["--within", "town", "--free-choice", "--format", "ndjson"]);
    let city = datasets::putuo().unwrap();
    let request = Request {
        minutes: None,
        speed_m_per_s: 1.33,
        service: None,
        group: None,
        room: Room::Unlimited,
        within_town: true,
        exceptions: vec![],
        neighbours: None,
        stay: vec![],
        together: vec![],
        apart: vec![],
        measures: vec![],
        today: None,
        most_moved: None,
        terms: Terms::default(),
    };
    let (walk, control) = (CrowFly::new(1.3).unwrap(), Control::new());
    let own = assign(&city, &walk, &request, &control).unwrap();
    let centre = |row: usize| own.plan.site(row).map(|site| (own.facility[site as usize], 1.0));
    let belongs: Vec<Vec<(u32, f64)>> = (0..264).map(|row| centre(row).into_iter().collect()).collect();
    let found = compare_choice(&city, &walk, &Question::within(standard()), &belongs, &control).unwrap();
    let towns = found.by_town(&city);
    assert_eq!(towns.len(), 10);
    for (line, (town, totals)) in lines(&said).iter().zip(&towns) {
        assert_eq!(line["town"], Value::from(town.as_str()));
        assert!((line["elsewhere"].as_f64().unwrap() - totals.elsewhere).abs() < 1.0);
        assert!(totals.within_by_choice >= totals.within);
    }
    let summary = ask(folder.path(), "assign", &["--free-choice", "--format", "summary"]);
    assert!(summary.contains("live nearer to another centre than theirs"), "{summary}");
    assert!(ask(folder.path(), "assign", &["--free-choice"]).contains("cut off"));
    let message = refused(folder.path(), "assign", &["--free-choice", "--format", "geojson"]);
    assert!(message.contains("sums have no shapes"), "{message}");
}
