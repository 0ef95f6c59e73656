//! Who is covered and who belongs to which centre, against the definition.

mod common;

use common::{Committee, city, place, walk_m};
use linli::{
    Error, Standard,
    assign::{self, Rule},
    city::WhatIf,
    control::Control,
    coverage::{Question, RowStatus, by_service, compare, coverage},
    walk::CrowFly,
};
use proptest::prelude::*;

const DETOUR: f64 = 1.3;

fn walk() -> CrowFly {
    CrowFly::new(DETOUR).unwrap()
}

fn fifteen_minutes() -> Question {
    Question::within(Standard::new(15.0, 1.0).unwrap())
}

fn committees() -> impl Strategy<Value = Vec<Committee>> {
    let committee = prop::collection::vec((place(), 0.0..900.0_f64), 0..5);
    prop::collection::vec(committee, 1..40)
}

proptest! {
    #[test]
    fn coverage_counts_the_people_within_the_limit(
        committees in committees(),
        centres in prop::collection::vec(place(), 1..12),
    ) {
        let city = city(&committees, &centres, |_| false);
        let found = coverage(&city, &walk(), &fifteen_minutes(), &Control::new()).unwrap();
        let mut covered_people = 0.0;
        for (points, row) in committees.iter().zip(found.rows()) {
            let people: f64 = points.iter().map(|(_, people)| people).sum();
            // Where nobody is counted, the points stand for equal shares.
            let part = |of: f64| if people > 0.0 { of / people } else { 1.0 / points.len() as f64 };
            let shortest = |xy: [f64; 2]| centres.iter().map(|&c| walk_m(DETOUR, xy, c)).fold(f64::INFINITY, f64::min);
            let within = |xy: [f64; 2]| shortest(xy) <= 900.0;
            let expected = match points.iter().filter(|(xy, _)| within(*xy)).count() {
                _ if points.is_empty() => RowStatus::Unlocated,
                inside if inside == points.len() => RowStatus::Covered,
                0 => RowStatus::BeyondLimit,
                _ => RowStatus::Partial,
            };
            prop_assert_eq!(row.status, expected);
            let share: f64 = points.iter().filter(|(xy, _)| within(*xy)).map(|(_, people)| part(*people)).sum();
            prop_assert!((row.share - share).abs() < 1e-9);
            covered_people += people * share;
            if !points.is_empty() {
                let mean: f64 = points.iter().map(|(xy, people)| part(*people) * shortest(*xy)).sum();
                prop_assert!((row.walk_m.unwrap() - mean).abs() < 1e-6 * mean.max(1.0));
                let farthest = points.iter().map(|(xy, _)| shortest(*xy)).fold(0.0, f64::max);
                prop_assert_eq!(row.farthest_m.unwrap().to_bits(), farthest.to_bits());
            }
        }
        let totals = found.totals();
        prop_assert!((totals.people_covered - covered_people).abs() < 1e-6 * covered_people.max(1.0));
        prop_assert_eq!(totals.covered + totals.partial + totals.beyond + totals.unlocated, committees.len());
        let uncovered = found.uncovered();
        prop_assert_eq!(uncovered.len(), committees.len() - totals.covered);
        let beyond: Vec<f64> = uncovered.iter().map(|&r| found.rows()[r as usize].people_uncovered().unwrap()).collect();
        prop_assert!(beyond.is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn a_committee_belongs_to_the_centre_nearest_to_most_of_its_people(
        committees in committees(),
        centres in prop::collection::vec(place(), 1..12),
    ) {
        let city = city(&committees, &centres, |_| false);
        let rule = Rule { minutes: None, speed_m_per_s: 1.0, service: None, group: None };
        let found = assign::nearest(&city, &walk(), &rule, &Control::new()).unwrap();
        for (points, row) in committees.iter().zip(found.rows()) {
            let Some(facility) = row.facility else {
                prop_assert!(points.is_empty());
                continue;
            };
            let people: f64 = points.iter().map(|(_, people)| people).sum();
            let part = |of: f64| if people > 0.0 { of / people } else { 1.0 / points.len() as f64 };
            let mut held = vec![0.0; centres.len()];
            for (xy, people) in points {
                let walks: Vec<f64> = centres.iter().map(|&c| walk_m(DETOUR, *xy, c)).collect();
                let first = (0..centres.len()).reduce(|a, b| if walks[b] < walks[a] { b } else { a }).unwrap();
                held[first] += part(*people);
            }
            let most = held.iter().copied().fold(0.0, f64::max);
            prop_assert!(held[facility as usize] >= most - 1e-9);
            let mean: f64 = points.iter().map(|(xy, people)| part(*people) * walk_m(DETOUR, *xy, centres[facility as usize])).sum();
            prop_assert!((row.walk_m.unwrap() - mean).abs() < 1e-6 * mean.max(1.0));
        }
        let people: f64 = found.catchments().iter().map(|catchment| catchment.people).sum();
        let located: f64 = found.rows().iter().filter(|row| row.facility.is_some()).filter_map(|row| row.people).sum();
        prop_assert!((people - located).abs() < 1e-6 * located.max(1.0));
        prop_assert_eq!(found.catchments().len(), centres.len());
    }

    #[test]
    fn opening_a_centre_takes_coverage_from_nobody(
        committees in committees(),
        centres in prop::collection::vec(place(), 1..8),
        new in place(),
    ) {
        let before = city(&committees, &centres, |_| false);
        let after = before.what_if(&WhatIf { add: vec![("new".into(), new)], ..WhatIf::default() }).unwrap();
        let ask = |city| coverage(city, &walk(), &fifteen_minutes(), &Control::new()).unwrap();
        let change = compare(&ask(&before), &ask(&after)).unwrap();
        prop_assert_eq!(change.people_lost(), 0.0);
        prop_assert!((change.after.people_covered - change.before.people_covered - change.people_gained()).abs() < 1e-6);
    }
}

#[test]
fn the_committee_on_the_line_is_covered_and_the_one_behind_it_is_not() {
    let one = |x: f64| vec![([x, 0.0], 100.0)];
    let city = city(&[one(900.0), one(900.1)], &[[0.0, 0.0]], |_| false);
    let straight = CrowFly::new(1.0).unwrap();
    let found = coverage(&city, &straight, &fifteen_minutes(), &Control::new()).unwrap();
    assert_eq!(found.rows()[0].status, RowStatus::Covered);
    assert_eq!(found.rows()[1].status, RowStatus::BeyondLimit);
    assert_eq!(found.totals().share(), Some(0.5));
}

#[test]
fn a_service_is_offered_only_where_it_is() {
    let city = city(&[vec![([0.0, 0.0], 100.0)]], &[[10.0, 0.0], [5000.0, 0.0]], |centre| centre == 1);
    let services = by_service(&city, &walk(), &fifteen_minutes(), &Control::new()).unwrap();
    let shares: Vec<_> = services.iter().map(|group| (group.name.as_str(), group.totals.share())).collect();
    assert_eq!(shares, [("canteen", Some(1.0)), ("health_station", Some(0.0))]);
}

#[test]
fn people_without_a_place_count_but_are_not_covered() {
    let city = city(&[vec![([0.0, 0.0], 100.0)], vec![]], &[[10.0, 0.0]], |_| false);
    let mut demand = city.demand().clone();
    demand.population[1] = Some(300.0);
    let city = linli::City::new(demand, city.facilities().clone(), city.towns().clone(), city.frame().clone()).unwrap();
    let found = coverage(&city, &walk(), &fifteen_minutes(), &Control::new()).unwrap();
    assert_eq!(found.rows()[1].status, RowStatus::Unlocated);
    assert_eq!(found.totals().share(), Some(0.25));
}

#[test]
fn unknown_population_is_not_zero() {
    let city = city(&[vec![([0.0, 0.0], 100.0)]], &[[10.0, 0.0]], |_| false);
    let mut demand = city.demand().clone();
    demand.population[0] = None;
    let city = linli::City::new(demand, city.facilities().clone(), city.towns().clone(), city.frame().clone()).unwrap();
    let found = coverage(&city, &walk(), &fifteen_minutes(), &Control::new()).unwrap();
    assert_eq!(found.totals().share(), None);
    assert_eq!(found.totals().share_of_committees(), Some(1.0));
    assert_eq!(found.totals().population_unknown, 1);
}

#[test]
fn a_limit_leaves_far_committees_unassigned() {
    let city = city(&[vec![([0.0, 0.0], 1.0)], vec![([9000.0, 0.0], 1.0)]], &[[10.0, 0.0]], |_| false);
    let rule = Rule { minutes: Some(15.0), speed_m_per_s: 1.0, service: None, group: None };
    let found = assign::nearest(&city, &walk(), &rule, &Control::new()).unwrap();
    assert_eq!((found.rows()[0].facility, found.rows()[1].facility), (Some(0), None));
    assert_eq!(found.rows()[1].status, RowStatus::BeyondLimit);
    assert_eq!(found.catchments()[0].committees, 1);
}

#[test]
fn questions_that_cannot_be_asked_name_what_could() {
    let city = city(&[vec![([0.0, 0.0], 1.0)]], &[[10.0, 0.0]], |_| false);
    let ask = |question: Question| coverage(&city, &walk(), &question, &Control::new()).unwrap_err();
    let message = ask(Question { service: Some("sauna".into()), ..fifteen_minutes() }).to_string();
    assert!(message.contains("sauna") && message.contains("canteen"), "{message}");
    let message = ask(Question { group: Some("cats".into()), ..fifteen_minutes() }).to_string();
    assert!(message.contains("over_60"), "{message}");
    let error = ask(Question { service: Some("health_station".into()), ..fifteen_minutes() });
    assert!(matches!(error, Error::NoFacility { .. }), "{error}");
    for (minutes, speed) in [(0.0, 1.0), (-5.0, 1.0), (f64::NAN, 1.0), (15.0, 0.0), (15.0, 80.0), (15.0, f64::NAN)] {
        assert!(matches!(Standard::new(minutes, speed), Err(Error::Parameter { .. })));
    }
}

#[test]
fn scenarios_leave_the_city_as_it_was() {
    let before = city(&[vec![([0.0, 0.0], 1.0)]], &[[10.0, 0.0], [20.0, 0.0]], |_| false);
    let hash = before.input_hash().to_owned();
    let change = WhatIf {
        close: vec!["c0".into()],
        relocate: vec![("centre 1".into(), [4000.0, 0.0])],
        add: vec![("new".into(), [3.0, 4.0])],
        ..WhatIf::default()
    };
    let after = before.what_if(&change).unwrap();
    assert_eq!(after.facilities().open(None).unwrap(), [1, 2]);
    assert_eq!(before.facilities().open(None).unwrap(), [0, 1]);
    assert_eq!(before.input_hash(), hash);
    assert_ne!(after.input_hash(), hash);
    for (change, word) in [
        (WhatIf { open: vec!["c9".into()], ..WhatIf::default() }, "c9"),
        (WhatIf { add: vec![("c0".into(), [0.0, 0.0])], ..WhatIf::default() }, "exists"),
        (WhatIf { add: vec![("n".into(), [f64::NAN, 0.0])], ..WhatIf::default() }, "finite"),
    ] {
        let message = before.what_if(&change).unwrap_err().to_string();
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn on_streets_what_is_not_known_is_not_called_beyond() {
    use linli::network::StreetNetwork;
    // A street of 4 km with a junction every 100 m, and an island out of its reach.
    let mut nodes: Vec<[f64; 2]> = (0..41).map(|i| [f64::from(i) * 100.0, 0.0]).collect();
    let mut edges: Vec<[u32; 2]> = (0..40).map(|i| [i, i + 1]).collect();
    // Side streets make every node a junction.
    for i in 0..41 {
        nodes.push([f64::from(i) * 100.0, 50.0]);
        edges.push([i, 41 + i]);
    }
    let lengths: Vec<f64> = edges.iter().map(|&[a, _]| if a < 41 { 100.0 } else { 50.0 }).collect();
    let network = StreetNetwork::from_edges(&nodes, &edges, &lengths).unwrap();
    let near = vec![([500.0, 10.0], 100.0)];
    let far = vec![([1900.0, 10.0], 100.0)];
    let nowhere = vec![([2000.0, 5000.0], 100.0)];
    let city = city(&[near, far, nowhere], &[[100.0, 10.0]], |_| false);
    let found = coverage(&city, &network, &fifteen_minutes(), &Control::new()).unwrap();
    let statuses: Vec<RowStatus> = found.rows().iter().map(|row| row.status).collect();
    assert_eq!(statuses[0], RowStatus::Covered);
    assert!(matches!(statuses[1], RowStatus::BeyondLimit | RowStatus::Clipped), "{statuses:?}");
    assert_eq!(statuses[2], RowStatus::Unsnapped);
    let totals = found.totals();
    assert_eq!(totals.covered + totals.beyond + totals.unknown, 3);
    assert!(totals.unknown >= 1);
    assert_eq!(totals.people, 300.0);
    assert_eq!(totals.people_covered, 100.0);
}
