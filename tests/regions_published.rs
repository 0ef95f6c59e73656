//! Division against published truths (`golden/partition.toml`).
//!
//! A part of the instances, so that a debug build stays quick; all of them are
//! in `cargo bench --bench regions`.

#[path = "common/districts.rs"]
mod districts;

use districts::{golden, grid, instance};
use linli::{
    control::Control,
    regions::{Terms, enumerate, partition},
};

fn whole(value: &toml::Value) -> u64 {
    u64::try_from(value.as_integer().unwrap()).unwrap()
}

#[test]
fn all_plans_of_25_precincts_are_counted() {
    let Some((precincts, people)) = instance("fl25") else { return };
    for row in golden("fl25") {
        let tolerance = Some(row[0].as_float().unwrap()).filter(|tolerance| *tolerance > 0.0);
        let all = enumerate(&precincts, &people, 3, tolerance, &Control::new()).unwrap();
        assert_eq!(all.count, u128::from(whole(&row[1])), "{tolerance:?}");
        assert_eq!((all.minimum_cut, all.at_minimum), (Some(whole(&row[2])), u128::from(whole(&row[3]))));
        assert!((all.best_deviation.unwrap() - 0.007_186_805_527_784_612).abs() < 1e-15);
    }
}

/// Needs no files. The larger grids are in the bench.
#[test]
fn all_plans_of_grids_are_counted() {
    for row in golden("grid").iter().filter(|row| whole(&row[0]) < 6) {
        let (n, k) = (whole(&row[0]) as u32, whole(&row[1]) as usize);
        let cells = f64::from(n * n);
        let ideal = cells / k as f64;
        for (spread, count) in [(Some(0.0), &row[2]), (Some(1.0), &row[3]), (Some(2.0), &row[4]), (None, &row[5])] {
            let tolerance = spread.map(|spread| spread / ideal);
            let all = enumerate(&grid(n, n), &vec![1.0; (n * n) as usize], k, tolerance, &Control::new()).unwrap();
            assert_eq!(all.count, u128::from(whole(count)), "{n} × {n} into {k}, {spread:?}");
        }
    }
}

#[test]
fn the_best_plan_of_25_precincts_is_found_and_proven() {
    let Some((precincts, people)) = instance("fl25") else { return };
    for row in golden("fl25").iter().skip(1) {
        let terms = Terms { tolerance: vec![row[0].as_float().unwrap()], ..Terms::default() };
        let plan = partition(&precincts, std::slice::from_ref(&people), 3, &terms, &Control::new()).unwrap();
        assert_eq!((plan.value, plan.bound, plan.proven), (whole(&row[2]) as f64, plan.value, true));
    }
    let tight = Terms { tolerance: vec![0.005], ..Terms::default() };
    let refused = partition(&precincts, &[people], 3, &tight, &Control::new()).unwrap_err();
    assert_eq!(refused.facts()["needed"], 0.0072, "{refused}");
}

#[test]
fn the_fewest_cut_edges_of_counties_are_found() {
    for row in golden("minimum_cut") {
        let (name, k, cut) = (row[0].as_str().unwrap(), whole(&row[1]) as usize, whole(&row[2]));
        if !["county19", "county20"].contains(&name) {
            continue;
        }
        let Some((counties, people)) = instance(name) else { return };
        let terms = Terms { tolerance: vec![0.005], rounds: Some(4), proof: Some(0), ..Terms::default() };
        let plan = partition(&counties, &[people], k, &terms, &Control::new()).unwrap();
        assert_eq!(plan.value, cut as f64, "{name}");
    }
}
