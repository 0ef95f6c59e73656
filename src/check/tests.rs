//! The embedded district, whose services are known, and standards made for it.

use super::*;
use crate::{
    coverage::{Question, coverage},
    datasets,
    walk::CrowFly,
};

fn checked(toml: &str) -> Check {
    let head = "name = \"x\"\ntitle = \"x\"\nedition = \"x\"\nsource = \"x\"\n";
    let edition = Edition::from_toml(&format!("{head}{toml}")).unwrap();
    let city = datasets::putuo().unwrap();
    check(&city, &CrowFly::new(1.3).unwrap(), 1.33, &edition, None, &Control::new()).unwrap()
}

#[test]
fn a_facility_is_coverage_by_its_service() {
    let found = checked(
        "[[facility]]\nservice = \"canteen\"\ntitle = \"社区食堂\"\nminutes = 15\nverified = true\nsource = \"x\"\n",
    );
    let city = datasets::putuo().unwrap();
    let question =
        Question { service: Some("canteen".to_owned()), ..Question::within(Standard::new(15.0, 1.33).unwrap()) };
    let same = coverage(&city, &CrowFly::new(1.3).unwrap(), &question, &Control::new()).unwrap();
    assert_eq!(found.needs[0].rows.as_deref(), Some(same.rows()));
    assert!(found.circles.is_empty());
}

#[test]
fn what_the_data_does_not_name_is_unknown_and_not_missed() {
    let found = checked(
        "[[facility]]\nservice = \"opera\"\ntitle = \"歌剧院\"\nradius_m = 500\nverified = true\nsource = \"x\"\n",
    );
    assert_eq!((found.unknown(), found.needs[0].totals()), (vec!["opera"], None));
}

#[test]
fn circles_divide_the_people_within_reach() {
    let found = checked(
        "[circle]\nradius_m = [800, 1000]\npeople = [30000, 50000]\nfloor_m2 = 1700\nverified = true\nsource = \"x\"\n",
    );
    let covered = found.needs[0].totals().unwrap().people_covered;
    let own: f64 = found.circles.iter().map(|circle| circle.people).sum();
    assert!((own - covered).abs() < 1e-6 * covered);
    for circle in &found.circles {
        assert!(circle.people <= circle.people_within + 1e-6);
        let fit = if circle.people < 30_000.0 {
            Fit::TooEmpty
        } else if circle.people > 50_000.0 {
            Fit::TooFull
        } else {
            Fit::Fits
        };
        assert_eq!(circle.fit, Some(fit));
        assert_eq!(circle.floor_met, circle.floor_m2.map(|floor| floor >= 1700.0));
    }
    let counts = [Fit::TooEmpty, Fit::Fits, Fit::TooFull].map(|fit| found.count_fit(fit));
    assert_eq!(counts.iter().sum::<usize>(), 20);
    assert!(counts[0] > 0, "the district has circles with few people: {counts:?}");
}
