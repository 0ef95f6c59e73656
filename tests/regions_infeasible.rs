//! Refusals: who stands in the way, and whether the change that is named is the smallest that helps.

#[path = "common/districts.rs"]
mod districts;

use districts::{Numbers, grid};
use linli::{
    Error,
    control::Control,
    regions::{Contiguity, Partition, Terms, enumerate, partition},
};
use proptest::prelude::*;

fn divide(contiguity: &Contiguity, people: &[f64], k: usize, terms: &Terms) -> linli::Result<Partition> {
    let terms = Terms { rounds: Some(1), ..terms.clone() };
    partition(contiguity, &[people.to_vec()], k, &terms, &Control::new())
}

/// The message, the tolerance needed and the units of a refusal.
fn refusal(contiguity: &Contiguity, people: &[f64], k: usize, terms: &Terms) -> (String, Option<f64>, Vec<usize>) {
    match divide(contiguity, people, k, terms) {
        Err(error) => match &error {
            Error::Infeasible { needed, rows, .. } => (error.to_string(), *needed, rows.clone()),
            _ => panic!("{error}"),
        },
        Ok(plan) => panic!("{plan}"),
    }
}

fn within(tolerance: f64) -> Terms {
    Terms { tolerance: vec![tolerance], ..Terms::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What is said to do does, and nothing less.
    #[test]
    fn the_tolerance_named_is_the_smallest(rows in 2_u32..4, columns in 2_u32..5, k in 2_usize..5, seed in any::<u64>(), towns in any::<bool>()) {
        let district = grid(rows, columns);
        let mut numbers = Numbers(seed);
        let people: Vec<f64> = (0..district.len()).map(|_| 100.0 + (numbers.next() * 900.0).floor()).collect();
        prop_assume!(k < district.len());
        let town = towns.then(|| (0..district.len() as u32).map(|unit| u32::from(unit % columns >= columns / 2)).collect());
        let terms = Terms { within: town, ..within(0.02) };
        let Err(error) = divide(&district, &people, k, &terms) else { return Ok(()) };
        let Error::Infeasible { needed: Some(needed), change, .. } = &error else {
            return Err(TestCaseError::fail(error.to_string()));
        };
        let wider = |tolerance: f64| divide(&district, &people, k, &Terms { tolerance: vec![tolerance], ..terms.clone() });
        if let Ok(plan) = wider(needed - 1.1e-4) {
            return Err(TestCaseError::fail(format!("{error}; yet {plan}")));
        }
        // With towns other reasons may show up, but what "would do" must do.
        if change.contains("would do") {
            let all = enumerate(&district, &people, k, Some(*needed), &Control::new()).unwrap();
            prop_assert!(all.count > 0 && wider(*needed).is_ok(), "{} does not do: {} plans, {:?}; {}", needed, all.count, wider(*needed).map(|plan| plan.deviation).map_err(|error| error.to_string()), error);
        }
        // Another number of parts that is named can be made.
        let or = change.split(", or ").nth(1).filter(|_| change.contains("would do"));
        if let Some(parts) = or.and_then(|text| text.split(' ').next()).and_then(|word| word.parse::<usize>().ok()) {
            let all = enumerate(&district, &people, parts, Some(0.02), &Control::new()).unwrap();
            prop_assert!(all.count > 0, "{} parts cannot be made: {}", parts, error);
        }
    }

    /// Where one round of the search meets no plan, all are looked at.
    #[test]
    fn a_small_district_is_divided_wherever_it_can_be(rows in 1_u32..4, columns in 2_u32..5, k in 2_usize..6, seed in any::<u64>(), tolerance in 0.01..0.6_f64) {
        let district = grid(rows, columns);
        let mut numbers = Numbers(seed);
        let people: Vec<f64> = (0..district.len()).map(|_| 100.0 + (numbers.next() * 900.0).floor()).collect();
        prop_assume!(k < district.len());
        let all = enumerate(&district, &people, k, Some(tolerance), &Control::new()).unwrap();
        let found = divide(&district, &people, k, &within(tolerance));
        prop_assert_eq!(found.is_ok(), all.count > 0, "{} plans; {:?}", all.count, found.err().map(|error| error.to_string()));
    }
}

#[test]
fn another_number_of_parts_is_named() {
    // Two towns of 3 and 2 shares: 4 parts fit neither, 5 fit both.
    let street = grid(1, 10);
    let terms = Terms { within: Some((0..10).map(|unit| u32::from(unit >= 6)).collect()), ..within(0.05) };
    let (text, needed, rows) = refusal(&street, &[100.0; 10], 4, &terms);
    assert!(text.contains("or 5 parts"), "{text}");
    assert_eq!((needed, rows.len()), (Some(0.2), 4));
    let five = divide(&street, &[100.0; 10], 5, &terms).unwrap();
    assert_eq!(five.town_parts, Some(vec![3, 2]));
    // Any two of a ring of four are too much for a third, and one is too little.
    let (text, needed, _) = refusal(&grid(2, 2), &[100.0, 100.0, 100.0, 150.0], 3, &within(0.2));
    assert!(text.contains("none of the ways to make 3 connected parts is within 20 %"), "{text}");
    assert!(text.contains("a tolerance of 33.34 % would do, or 2 parts"), "{text}");
    assert_eq!(needed, Some(0.3334));
}

#[test]
fn a_town_without_a_plan_is_named() {
    // The second town is a star that cannot be halved; its total would allow it.
    let edges = [[0, 1], [2, 3], [2, 4], [2, 5], [1, 2]];
    let district = Contiguity::from_edges(6, &edges, None).unwrap();
    let terms =
        Terms { within: Some(vec![0, 0, 1, 1, 1, 1]), town_names: vec!["north".into(), "south".into()], ..within(0.2) };
    let (text, needed, rows) = refusal(&district, &[2.0, 2.0, 1.0, 1.0, 1.0, 1.0], 4, &terms);
    assert!(text.contains("unit 2 is the only way") || text.contains("town \"south\""), "{text}");
    assert!(needed.is_some() && rows.iter().all(|&row| row >= 2), "{needed:?} {rows:?}");
}

#[test]
fn a_unit_too_large_is_to_be_divided() {
    let (text, needed, rows) = refusal(&grid(1, 4), &[100.0, 100.0, 700.0, 100.0], 4, &within(0.1));
    assert!(text.contains("unit 2 alone holds 2.800") && text.contains("divide the unit of 700 in 3"), "{text}");
    assert_eq!((needed, rows), (Some(1.8), vec![2]));
}

#[test]
fn wishes_that_cannot_be_granted_are_named() {
    let square = grid(4, 4);
    let today: Vec<u32> = (0..16).map(|unit| unit / 4).collect();
    let terms = |terms: Terms| Terms { today: Some(today.clone()), ..terms };
    let heavy = terms(Terms { together: vec![[0, 1], [1, 2], [2, 3], [3, 7]], ..within(0.2) });
    let (text, needed, rows) = refusal(&square, &[1.0; 16], 4, &heavy);
    assert!(text.contains("5 units kept together with unit 0 hold 1.250"), "{text}");
    assert_eq!((needed, rows), (Some(0.25), vec![0, 1, 2, 3, 7]));
    assert!(divide(&square, &[1.0; 16], 4, &Terms { tolerance: vec![0.25], ..heavy }).is_ok());
    let torn = terms(Terms { locked: vec![0, 15], together: vec![[0, 5], [5, 15]], ..within(0.2) });
    let (text, _, rows) = refusal(&square, &[1.0; 16], 4, &torn);
    assert!(text.contains("units locked in part 0 and in part 3"), "{text}");
    assert_eq!(rows, [0, 5, 15]);
    let both = terms(Terms { together: vec![[4, 5], [5, 6]], apart: vec![[6, 4]], ..within(0.2) });
    let (text, _, rows) = refusal(&square, &[1.0; 16], 4, &both);
    assert!(text.contains("units 6 and 4 are wished apart"), "{text}");
    assert_eq!(rows, [6, 4]);
    let towns = Terms { within: Some(today.clone()), together: vec![[0, 4]], ..within(0.2) };
    let (text, _, _) = refusal(&square, &[1.0; 16], 4, &towns);
    assert!(text.contains("units 0 and 4 must share a part"), "{text}");
}

/// Too large to count, and no plan is within: the nearest is described, and nothing is claimed.
#[test]
fn a_plan_not_found_is_not_said_to_be_impossible() {
    let road = grid(2, 30);
    let people: Vec<f64> = (0..60).map(|unit| 1000.0 * f64::from(unit % 7 + 1) + f64::from(unit)).collect();
    let (text, needed, rows) = refusal(&road, &people, 7, &within(0.0001));
    assert!(text.contains("though there may be one"), "{text}");
    assert!(needed.is_some_and(|needed| needed > 0.0001) && !rows.is_empty());
    assert!(divide(&road, &people, 7, &within(needed.unwrap())).is_ok());
}
