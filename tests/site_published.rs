//! Siting against published optima (`golden/siting.toml`).
//!
//! A part of the instances, so that a debug build stays quick; all of them are
//! in `cargo bench --bench site`.

#[path = "common/instances.rs"]
mod instances;

use instances::{cordeau, euclid, pmed, sjc};
use linli::{
    control::Control,
    site::{Terms, mclp, p_center, p_median},
};

/// The numbers of a list in the golden file: `key = [a, b, …]` under `[table]`.
fn golden(table: &str, key: &str) -> Vec<f64> {
    let text = include_str!("golden/siting.toml");
    let from = text.split(&format!("[{table}]\n")).nth(1).unwrap();
    let line = from.lines().find(|line| line.starts_with(&format!("{key} = ["))).unwrap();
    let list = line.split(['[', ']']).nth(1).unwrap();
    list.split(',').map(|number| number.trim().parse().unwrap()).collect()
}

#[test]
fn the_medians_of_the_or_library_are_proven() {
    let published = golden("pmed", "median");
    for number in [1, 2, 3, 4, 5, 6, 7, 9, 10, 14] {
        let Some((reach, p)) = pmed(number) else { return };
        let everyone = vec![1.0; reach.shape().0];
        let plan = p_median(&reach, &everyone, p, &Terms::default(), &Control::new()).unwrap();
        assert_eq!((plan.objective, plan.bound, plan.proven), (published[number - 1], published[number - 1], true));
    }
}

#[test]
fn the_centers_of_the_or_library_are_proven() {
    let published = golden("pmed", "center");
    for number in (1..=15).chain([20]) {
        let Some((reach, p)) = pmed(number) else { return };
        let plan = p_center(&reach, p, &Terms::default(), &Control::new()).unwrap();
        assert_eq!((plan.objective, plan.bound, plan.proven), (published[number - 1], published[number - 1], true));
    }
}

#[test]
fn the_coverage_of_sao_jose_dos_campos_is_proven() {
    for nodes in [324, 402, 500] {
        let published = golden("sjc_800_m", &nodes.to_string());
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
    for (candidates, points, radius, p, covered) in
        [(100, 10_000, 3.25, 15, 284_316.0), (200, 10_000, 3.25, 20, 366_564.0)]
    {
        let (sites, demand, people) = cordeau(candidates, points, 1);
        let reach = euclid(&demand, &sites, Some(radius));
        let plan = mclp(&reach, &people, p, &Terms::default(), &Control::new()).unwrap();
        assert_eq!((plan.objective, plan.bound, plan.proven), (covered, covered, true));
    }
}
