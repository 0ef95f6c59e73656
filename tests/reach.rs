//! Which sites are within reach, against the definition.

mod common;

use common::{place, walk_m};
use linli::{
    Error,
    control::Control,
    reach::Reach,
    walk::{CrowFly, Walk},
};
use proptest::prelude::*;

/// The definition, without tree, tiles or threads.
fn by_definition(detour: f64, from: [f64; 2], sites: &[[f64; 2]], limit_m: f64) -> Vec<(u32, f64)> {
    let all = (0..).zip(sites).map(|(row, &site)| (row, walk_m(detour, from, site)));
    all.filter(|&(_, metres)| metres <= limit_m).collect()
}

fn reach(detour: f64, demand: &[[f64; 2]], sites: &[[f64; 2]], limit_m: Option<f64>) -> Reach {
    CrowFly::new(detour).unwrap().reach(demand, sites, limit_m, &Control::new()).unwrap()
}

proptest! {
    #[test]
    fn reach_holds_what_the_definition_finds(
        demand in prop::collection::vec(place(), 0..300),
        sites in prop::collection::vec(place(), 0..60),
        detour in 1.0..2.0,
        limit_m in prop_oneof![0.0..3000.0_f64, Just(500.0), Just(0.0)],
    ) {
        let reach = reach(detour, &demand, &sites, Some(limit_m));
        prop_assert_eq!(reach.shape(), (demand.len(), sites.len()));
        for (row, &from) in demand.iter().enumerate() {
            let found: Vec<_> = reach.row(row).collect();
            prop_assert_eq!(found, by_definition(detour, from, &sites, limit_m));
        }
    }

    #[test]
    fn the_nearest_site_is_the_first_of_the_shortest_walks(
        demand in prop::collection::vec(place(), 0..300),
        sites in prop::collection::vec(place(), 0..60),
        detour in 1.0..2.0,
    ) {
        let nearest = CrowFly::new(detour).unwrap().nearest(&demand, &sites, &Control::new()).unwrap();
        for (row, &from) in demand.iter().enumerate() {
            let all = by_definition(detour, from, &sites, f64::INFINITY);
            let first = all.iter().copied().reduce(|best, next| if next.1 < best.1 { next } else { best });
            prop_assert_eq!(nearest.get(row), first);
        }
    }

    #[test]
    fn both_directions_hold_the_same_pairs(
        demand in prop::collection::vec(place(), 0..80),
        sites in prop::collection::vec(place(), 1..30),
    ) {
        let reach = reach(1.3, &demand, &sites, Some(900.0));
        let mut by_rows: Vec<_> = (0..demand.len() as u32)
            .flat_map(|row| reach.row(row as usize).map(move |(site, m)| (site, row, m.to_bits())))
            .collect();
        by_rows.sort_unstable();
        let by_sites: Vec<_> = (0..sites.len() as u32)
            .flat_map(|site| reach.column(site as usize).map(move |(row, m)| (site, row, m.to_bits())))
            .collect();
        prop_assert_eq!(by_rows, by_sites);
    }

    #[test]
    fn a_full_table_and_its_pairs_give_the_same_reach(
        table in prop::collection::vec(prop_oneof![3 => 0.0..2000.0_f64, 1 => Just(f64::INFINITY)], 1..60),
    ) {
        let sites = 1 + table.len() % 5;
        let table = &table[..table.len() / sites * sites];
        prop_assume!(!table.is_empty());
        let dense = Reach::from_dense(table, sites, None).unwrap();
        let known: Vec<_> = (0..table.len()).rev().filter(|&entry| table[entry].is_finite()).collect();
        let demand: Vec<u32> = known.iter().map(|entry| (entry / sites) as u32).collect();
        let site: Vec<u32> = known.iter().map(|entry| (entry % sites) as u32).collect();
        let metres: Vec<f64> = known.iter().map(|&entry| table[entry]).collect();
        let pairs = Reach::from_pairs(&demand, &site, &metres, (table.len() / sites, sites)).unwrap();
        prop_assert_eq!(dense.csr(), pairs.csr());
        prop_assert_eq!(dense.nearest(), pairs.nearest());
    }
}

#[test]
fn a_centre_on_the_line_is_within_reach() {
    let reach = reach(1.0, &[[0.0, 0.0]], &[[1080.0, 0.0], [0.0, -1_080.000_001]], Some(1080.0));
    assert_eq!(reach.row(0).collect::<Vec<_>>(), [(0, 1080.0)]);
}

#[test]
fn without_a_limit_every_pair_is_held() {
    let reach = reach(1.3, &[[0.0, 0.0], [9e5, 0.0]], &[[0.0, 0.0], [1.0, 1.0], [-9e5, 3.0]], None);
    assert_eq!((reach.pairs(), reach.limit_m()), (6, None));
}

#[test]
fn a_crowd_in_an_empty_landscape_is_divided_and_still_exact() {
    // One village far away stretches the first grid; the crowd then falls into one tile.
    let mut demand: Vec<[f64; 2]> = (0..40_000).map(|i| [f64::from(i % 200) * 7.0, f64::from(i / 200) * 7.0]).collect();
    demand.push([900_000.0, 900_000.0]);
    let sites: Vec<[f64; 2]> = (0..400).map(|i| [f64::from(i % 20) * 70.0, f64::from(i / 20) * 70.0]).collect();
    let found = reach(1.3, &demand, &sites, Some(200.0));
    let nearest = CrowFly::new(1.3).unwrap().nearest(&demand, &sites, &Control::new()).unwrap();
    for row in (0..demand.len()).step_by(997).chain([40_000]) {
        let expected = by_definition(1.3, demand[row], &sites, 200.0);
        assert_eq!(found.row(row).collect::<Vec<_>>(), expected);
        let all = by_definition(1.3, demand[row], &sites, f64::INFINITY);
        assert_eq!(nearest.get(row), all.into_iter().reduce(|a, b| if b.1 < a.1 { b } else { a }));
    }
}

#[test]
fn coinciding_points_do_not_divide_for_ever() {
    let demand = vec![[5.0, 5.0]; 50_000];
    let sites: Vec<[f64; 2]> = (0..100).map(|i| [f64::from(i), 0.0]).collect();
    assert_eq!(reach(1.0, &demand, &sites, Some(10.0)).pairs(), 50_000 * 14);
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let demand: Vec<[f64; 2]> =
        (0..30_000_u32).map(|i| [f64::from(i * 7919 % 10_007), f64::from(i * 104_729 % 6_007)]).collect();
    let sites: Vec<[f64; 2]> = (0..300_u32).map(|i| [f64::from(i * 31 % 10_007), f64::from(i * 17 % 6_007)]).collect();
    let answer = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| reach(1.3, &demand, &sites, Some(800.0)))
    };
    let one = answer(1);
    for threads in [2, 8] {
        let many = answer(threads);
        assert_eq!(one.csr(), many.csr());
    }
}

#[test]
fn memory_is_twelve_bytes_a_pair_and_eight_more_for_the_other_direction() {
    let demand = vec![[0.0, 0.0]; 10];
    let reach = reach(1.0, &demand, &[[1.0, 0.0], [2.0, 0.0]], Some(5.0));
    assert_eq!(reach.bytes(), (12 * 20 + 4 * 11, 0));
    reach.by_site();
    assert_eq!(reach.bytes(), (12 * 20 + 4 * 11, 8 * 20 + 4 * 3));
}

#[test]
fn a_stopped_question_says_so() {
    let control = Control::new();
    control.stop();
    let walk = CrowFly::new(1.3).unwrap();
    let places = vec![[0.0, 0.0]; 10];
    assert!(matches!(walk.reach(&places, &places, None, &control), Err(Error::Interrupted)));
    assert!(matches!(walk.nearest(&places, &places, &control), Err(Error::Interrupted)));
}

#[test]
fn bad_numbers_are_named_and_never_panic() {
    let walk = CrowFly::new(1.3).unwrap();
    let control = Control::new();
    let fine = [[0.0, 0.0]];
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let broken = [[0.0, 0.0], [1.0, bad]];
        let message = walk.reach(&broken, &fine, Some(9.0), &control).unwrap_err().to_string();
        assert!(message.contains("demand row 1"), "{message}");
        let message = walk.nearest(&fine, &broken, &control).unwrap_err().to_string();
        assert!(message.contains("sites row 1"), "{message}");
        assert!(CrowFly::new(bad).is_err());
        assert!(walk.reach(&fine, &fine, Some(bad), &control).is_err());
    }
    // Finite, but the square overflows: beyond any limit, and no panic.
    let far = [[1e200, 1e200]];
    assert_eq!(walk.reach(&fine, &far, Some(1e6), &control).unwrap().pairs(), 0);
    for detour in [0.0, 0.99, -1.3, 11.0] {
        assert!(CrowFly::new(detour).unwrap_err().to_string().contains("detour"));
    }
    assert!(walk.reach(&fine, &fine, Some(-1.0), &control).is_err());
}

#[test]
fn tables_that_are_no_reach_are_refused() {
    let refused = [
        Reach::from_dense(&[1.0, 2.0, 3.0], 2, None),
        Reach::from_dense(&[1.0], 0, None),
        Reach::from_dense(&[f64::NAN, 1.0], 2, None),
        Reach::from_dense(&[-1.0, 1.0], 2, None),
        Reach::from_dense(&[1.0], 1, Some(f64::NAN)),
        Reach::from_pairs(&[0, 0], &[1, 1], &[5.0, 6.0], (1, 2)),
        Reach::from_pairs(&[0], &[1, 1], &[5.0, 6.0], (1, 2)),
        Reach::from_pairs(&[1], &[0], &[5.0], (1, 2)),
        Reach::from_pairs(&[0], &[2], &[5.0], (1, 2)),
        Reach::from_pairs(&[0], &[0], &[f64::NAN], (1, 2)),
        Reach::from_csr(2, vec![0, 2], vec![1, 0], vec![1.0, 2.0], None),
        Reach::from_csr(2, vec![0, 1], vec![2], vec![1.0], None),
        Reach::from_csr(2, vec![0, 2, 1], vec![0], vec![1.0], None),
        Reach::from_csr(2, vec![1, 1], vec![0], vec![1.0], None),
        Reach::from_csr(2, vec![0, 1], vec![0], vec![9.0], Some(8.0)),
    ];
    for (case, table) in refused.into_iter().enumerate() {
        assert!(matches!(table, Err(Error::Parameter { .. })), "case {case} was taken");
    }
}
