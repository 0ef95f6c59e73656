//! Against the formulas as they are printed, on full tables.

use proptest::prelude::*;

use super::*;

const LIMIT_M: f64 = 900.0;

/// Walks (some without a way), people and supply of a random town.
fn towns() -> impl Strategy<Value = (usize, Vec<f64>, Vec<f64>, Vec<f64>)> {
    (1_usize..12, 1_usize..8).prop_flat_map(|(rows, sites)| {
        let walk = prop_oneof![4 => (0_u32..15).prop_map(|step| f64::from(step) * 100.0), 1 => Just(f64::INFINITY)];
        (
            Just(sites),
            prop::collection::vec(walk, rows * sites),
            prop::collection::vec((0_u32..5).prop_map(|people| f64::from(people) * 70.0), rows),
            prop::collection::vec((0_u32..5).prop_map(|supply| f64::from(supply) * 3.0), sites),
        )
    })
}

fn decays() -> impl Strategy<Value = Decay> {
    prop_oneof![
        Just(Decay::Flat),
        Just(Decay::Step(vec![(300.0, 1.0), (700.0, 0.6), (900.0, 0.1)])),
        (0.5..3.0).prop_map(|exponent| Decay::Power { exponent, scale_m: 400.0, least_m: 50.0 }),
        (100.0..900.0).prop_map(|scale_m| Decay::Exponential { scale_m }),
        (100.0..900.0).prop_map(|sigma_m| Decay::Gaussian { sigma_m }),
    ]
}

fn close(found: &[Option<f64>], printed: &[f64]) -> bool {
    found
        .iter()
        .zip(printed)
        .all(|(found, printed)| found.is_some_and(|found| (found - printed).abs() <= 1e-9 * printed.abs().max(1e-9)))
}

proptest! {
    #[test]
    fn every_measure_equals_its_formula(
        (sites, walk_m, people, supply) in towns(),
        decay in decays(),
    ) {
        let rows = people.len();
        let within = Within { decay: decay.clone(), limit_m: Some(LIMIT_M) };
        let reach = Reach::from_dense(&walk_m, sites, None).unwrap();
        let control = Control::new();
        let w = |i: usize, j: usize| {
            let d = walk_m[i * sites + j];
            if d <= LIMIT_M { decay.weight(d) } else { 0.0 }
        };
        let over = |n: usize, f: &dyn Fn(usize) -> f64| (0..n).map(f).sum::<f64>();
        let ratio = |a: f64, b: f64| if b > 0.0 { a / b } else { 0.0 };

        let printed: Vec<f64> = (0..rows).map(|i| over(sites, &|j| supply[j] * w(i, j))).collect();
        prop_assert!(close(&gravity(&reach, &supply, &within, &control).unwrap(), &printed));

        let found = |stages| floating_catchment(&reach, &people, &supply, &within, stages, &control).unwrap().access;
        let r2 = |j: usize| ratio(supply[j], over(rows, &|i| people[i] * w(i, j)));
        let printed: Vec<f64> = (0..rows).map(|i| over(sites, &|j| r2(j) * w(i, j))).collect();
        prop_assert!(close(&found(Stages::Two), &printed));

        let g = |i: usize, j: usize| ratio(w(i, j), over(sites, &|k| w(i, k)));
        let r3 = |j: usize| ratio(supply[j], over(rows, &|i| people[i] * w(i, j) * g(i, j)));
        let printed: Vec<f64> = (0..rows).map(|i| over(sites, &|j| r3(j) * w(i, j) * g(i, j))).collect();
        prop_assert!(close(&found(Stages::Three), &printed));

        let by_site = |i: usize, j: usize| ratio(w(i, j), over(rows, &|k| w(k, j)));
        let rb = |j: usize| ratio(supply[j], over(rows, &|i| people[i] * g(i, j)));
        let printed: Vec<f64> = (0..rows).map(|i| over(sites, &|j| rb(j) * by_site(i, j))).collect();
        prop_assert!(close(&found(Stages::Balanced), &printed));

        // Soukhov et al. in their own factors.
        let alpha = 1.3;
        let pull: Vec<f64> = people.iter().map(|p| p.powf(alpha)).collect();
        let fp = |i: usize| ratio(pull[i], pull.iter().sum());
        let ft = |i: usize, j: usize| ratio(fp(i) * by_site(i, j), over(rows, &|k| fp(k) * by_site(k, j)));
        let printed: Vec<f64> = (0..rows).map(|i| over(sites, &|j| supply[j] * ft(i, j))).collect();
        let found = spatial_availability(&reach, &people, &supply, &within, alpha, &control).unwrap();
        prop_assert!(close(&found, &printed));
        // Its parts add up to the supply that somebody can walk to.
        let reached = over(sites, &|j| if over(rows, &|i| pull[i] * w(i, j)) > 0.0 { supply[j] } else { 0.0 });
        prop_assert!((found.iter().flatten().sum::<f64>() - reached).abs() <= 1e-9 * reached.max(1.0));

        for k in 1..=sites {
            let printed = (0..rows).map(|i| {
                let mut walks: Vec<f64> = walk_m[i * sites..(i + 1) * sites].to_vec();
                walks.sort_by(f64::total_cmp);
                Some(walks[k - 1]).filter(|walk| walk.is_finite())
            });
            prop_assert_eq!(kth_nearest(&reach, k, &control).unwrap(), printed.collect::<Vec<_>>());
        }
    }
}

#[test]
fn unknown_walks_are_not_zero_access() {
    let reach = Reach::from_dense(&[100.0, 200.0], 1, None).unwrap();
    let reach = reach.with_access(vec![reach::Access::Known, reach::Access::Unsnapped]);
    let within = Within { decay: Decay::Flat, limit_m: None };
    assert_eq!(gravity(&reach, &[4.0], &within, &Control::new()).unwrap(), [Some(4.0), None]);
}

#[test]
fn a_limit_beyond_the_reach_is_refused() {
    let reach = Reach::from_dense(&[100.0], 1, Some(800.0)).unwrap();
    let ask = |decay, limit_m| gravity(&reach, &[1.0], &Within { decay, limit_m }, &Control::new());
    assert!(ask(Decay::Flat, Some(900.0)).unwrap_err().to_string().contains("cut off at 800 m"));
    assert!(ask(Decay::Step(vec![(900.0, 1.0)]), None).is_err());
    assert!(ask(Decay::Step(vec![(900.0, 1.0)]), Some(800.0)).is_ok());
    assert!(ask(Decay::Step(vec![(300.0, 1.0), (900.0, 0.0)]), None).is_ok());
}

#[test]
fn a_fault_names_its_row() {
    let reach = Reach::from_dense(&[100.0, 200.0], 1, None).unwrap();
    let within = Within { decay: Decay::Flat, limit_m: None };
    let ask = |people: &[f64], supply: &[f64]| {
        floating_catchment(&reach, people, supply, &within, Stages::Two, &Control::new()).unwrap_err().to_string()
    };
    assert!(ask(&[1.0, f64::NAN], &[1.0]).starts_with("demand row 1: people = NaN"));
    assert!(ask(&[1.0, 1.0], &[-2.0]).starts_with("site row 0: supply = -2"));
    assert_eq!(ask(&[1.0], &[1.0]), "people has 1 rows, but the demand table has 2");
}

/// Sums in the order of rows and sites, one pair after the other.
fn plainly(reach: &Reach, people: &[f64], supply: &[f64], within: &Within, stages: Stages) -> Vec<f64> {
    let (rows, sites) = reach.shape();
    let pairs = |row: usize| {
        reach.row(row).map(|(site, walk_m)| (site as usize, within.weight(walk_m))).filter(|(_, w)| *w > 0.0)
    };
    let one_over = |sum: f64| if sum > 1e-300 { 1.0 / sum } else { 0.0 };
    let share: Vec<f64> = (0..rows)
        .map(|row| if stages == Stages::Two { 1.0 } else { one_over(pairs(row).fold(0.0, |sum, (_, w)| sum + w)) })
        .collect();
    let (mut demand, mut column) = (vec![0.0; sites], vec![0.0; sites]);
    for row in 0..rows {
        for (site, w) in pairs(row) {
            let crowd = people[row] * share[row];
            demand[site] += crowd * if stages == Stages::Three { w * w } else { w };
            column[site] += w;
        }
    }
    let brings = |site: usize| {
        let ratio = if demand[site] > 0.0 { supply[site] / demand[site] } else { 0.0 };
        if stages == Stages::Balanced { ratio * one_over(column[site]) } else { ratio * 1.0 }
    };
    let brings: Vec<f64> = (0..sites).map(brings).collect();
    let of_row = |row: usize| {
        let sum =
            pairs(row).fold(0.0, |sum, (site, w)| sum + brings[site] * if stages == Stages::Three { w * w } else { w });
        if stages == Stages::Three { share[row] * sum } else { sum }
    };
    (0..rows).map(of_row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Whatever is left out of the copying, and however many threads divide the sites.
    #[test]
    fn every_bit_is_that_of_plain_sums(
        seed in any::<u32>(),
        (rows, sites) in prop_oneof![(1_usize..700, 1_usize..40), (1_usize..300, 150_usize..400)],
        decay in prop_oneof![
            4 => decays(),
            1 => Just(Decay::Step((1..=18).map(|band| (f64::from(band) * 50.0, 1.0 / f64::from(band))).collect())),
            1 => Just(Decay::Step(vec![(200.0, 0.0), (500.0, 2.0), (900.0, 0.0)])),
            1 => Just(Decay::Gaussian { sigma_m: 20.0 }),
        ],
        cut in prop_oneof![Just(None), Just(Some(LIMIT_M)), Just(Some(1100.0))],
        limit_m in prop_oneof![Just(None), Just(Some(LIMIT_M)), Just(Some(350.0))],
        stages in prop_oneof![Just(Stages::Two), Just(Stages::Three), Just(Stages::Balanced)],
    ) {
        let mut state = u64::from(seed) | 1;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as f64 / f64::from(1_u32 << 31)
        };
        let walk_m: Vec<f64> = (0..rows * sites).map(|_| (random() * 25.0).floor() * 50.0).collect();
        let people: Vec<f64> = (0..rows).map(|_| (random() * 90.0).floor()).collect();
        let supply: Vec<f64> = (0..sites).map(|_| random() * 9.0).collect();
        let reach = Reach::from_dense(&walk_m, sites, cut).unwrap();
        let within = Within { decay, limit_m };
        let expected = plainly(&reach, &people, &supply, &within, stages);
        for threads in 1..=3 {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let found = pool.install(|| floating_catchment(&reach, &people, &supply, &within, stages, &Control::new()));
            let found: Vec<u64> = found.unwrap().access.into_iter().map(|access| access.unwrap().to_bits()).collect();
            prop_assert_eq!(&found, &expected.iter().map(|access| access.to_bits()).collect::<Vec<_>>());
        }
    }
}
