//! Siting against published optima (`golden/siting.toml`).
//!
//! A part of the instances, so that a debug build stays quick; all of them are
//! in `cargo bench --bench site`.

#[path = "common/instances.rs"]
mod instances;

use instances::{Cpmp, cordeau, cpmp, euclid, pmed, sjc, tsplib};
use linli::{
    control::Control,
    site::{Capacity, Terms, mclp, p_center, p_median},
};

/// A table of the golden file.
fn golden(table: &str) -> toml::Table {
    let all: toml::Table = include_str!("golden/siting.toml").parse().unwrap();
    all[table].as_table().unwrap().clone()
}

/// A number of the golden file, whole or not.
fn number(value: &toml::Value) -> f64 {
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64)).unwrap()
}

/// The numbers of a list in the golden file.
fn list(table: &str, key: &str) -> Vec<f64> {
    golden(table)[key].as_array().unwrap().iter().map(number).collect()
}

/// The rows of a table in the golden file.
fn rows(table: &str) -> Vec<Vec<toml::Value>> {
    golden(table)["rows"].as_array().unwrap().iter().map(|row| row.as_array().unwrap().clone()).collect()
}

#[test]
fn the_medians_of_the_or_library_are_proven() {
    let published = list("pmed", "median");
    for number in [1, 2, 3, 4, 5, 6, 7, 9, 10, 14] {
        let Some((reach, p)) = pmed(number) else { return };
        let everyone = vec![1.0; reach.shape().0];
        let plan = p_median(&reach, &everyone, p, &Terms::default(), &Control::new()).unwrap();
        assert_eq!((plan.objective, plan.bound, plan.proven), (published[number - 1], published[number - 1], true));
    }
}

#[test]
fn the_centers_of_the_or_library_are_proven() {
    let published = list("pmed", "center");
    for number in (1..=15).chain([20]) {
        let Some((reach, p)) = pmed(number) else { return };
        let plan = p_center(&reach, p, &Terms::default(), &Control::new()).unwrap();
        assert_eq!((plan.objective, plan.bound, plan.proven), (published[number - 1], published[number - 1], true));
    }
}

#[test]
fn the_coverage_of_sao_jose_dos_campos_is_proven() {
    for nodes in [324, 402, 500] {
        let published = list("sjc_800_m", &nodes.to_string());
        for (p, covered) in (1..).zip(published) {
            let Some((reach, people)) = sjc(nodes, Some(800.0)) else { return };
            let plan = mclp(&reach, &people, p, &Terms::default(), &Control::new()).unwrap();
            assert_eq!((plan.objective, plan.bound, plan.proven), (covered, covered, true), "{nodes} nodes, p = {p}");
        }
    }
}

/// Needs no files: the generator is part of the test.
#[test]
fn the_coverage_of_generated_squares_is_proven() {
    for row in rows("cordeau") {
        let [candidates, points, radius, p, covered] = row.iter().map(number).collect::<Vec<_>>()[..] else { panic!() };
        let whole = |value: f64| format!("{value}").parse::<usize>().unwrap();
        // The others take long without optimization.
        if points > 10_000.0 || radius > 4.0 {
            continue;
        }
        let (sites, demand, people) = cordeau(whole(candidates), whole(points), 1);
        let reach = euclid(&demand, &sites, Some(radius));
        let plan = mclp(&reach, &people, whole(p), &Terms::default(), &Control::new()).unwrap();
        assert_eq!((plan.objective, plan.bound, plan.proven), (covered, covered, true));
    }
}

#[test]
fn capacitated_medians_are_proven() {
    let rows = rows("capacitated_median");
    assert_eq!(rows.len(), 10);
    for row in rows {
        let (name, metres) = (row[0].as_str().unwrap(), number(&row[1]));
        let Some(Cpmp { reach, p, capacity, load }) = cpmp(name) else { return };
        // The others take long without optimization.
        if reach.shape().0 > 100 {
            continue;
        }
        let terms = Terms {
            capacity: Some(Capacity { of_site: capacity, load: Some(load), split: false }),
            ..Terms::default()
        };
        let everyone = vec![1.0; reach.shape().0];
        let plan = p_median(&reach, &everyone, p, &terms, &Control::new()).unwrap();
        // Published to the cent.
        assert!((plan.objective - metres).abs() < 0.005 && plan.proven, "{name}: {plan}");
        assert_eq!((plan.sites.len(), plan.shares.len()), (p, reach.shape().0));
    }
}

/// Within the time the proof is out of reach, but neither side may cross the published value.
#[test]
fn medians_of_the_plane_lie_around_the_published_ones() {
    for row in rows("tsplib_median") {
        let (name, p, metres) = (row[0].as_str().unwrap(), row[1].as_integer().unwrap(), number(&row[2]));
        let Some(xy) = tsplib(name) else { return };
        if xy.len() > 2000 {
            continue;
        }
        let terms = Terms { time_limit_s: Some(3.0), ..Terms::default() };
        let everyone = vec![1.0; xy.len()];
        let p = usize::try_from(p).unwrap();
        let plan = p_median(&euclid(&xy, &xy, None), &everyone, p, &terms, &Control::new()).unwrap();
        assert!(plan.objective > metres * (1.0 - 3e-6) && plan.objective < metres * 1.2, "{name}: {plan}");
        assert!(plan.bound < metres * (1.0 + 3e-6), "{name}: {plan}");
    }
}
