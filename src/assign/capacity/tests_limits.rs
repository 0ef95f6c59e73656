//! Further measures, today's sites and the front, against every possible assignment.

use proptest::prelude::*;

use super::*;
use crate::error::Error;

#[derive(Debug, Clone)]
struct Small {
    sites: usize,
    walk_m: Vec<f64>,
    people: Vec<f64>,
    capacity: Vec<f64>,
    amount: Vec<f64>,
    least: Vec<f64>,
    most: Vec<f64>,
    today: Vec<Option<u32>>,
    most_moved: Option<f64>,
}

fn small() -> impl Strategy<Value = Small> {
    (2_usize..6, 1_usize..4).prop_flat_map(|(rows, sites)| {
        let walk = prop_oneof![6 => (1_u32..12).prop_map(|step| f64::from(step) * 100.0), 1 => Just(f64::INFINITY)];
        let site = prop_oneof![4 => (0..sites as u32).prop_map(Some), 1 => Just(None), 1 => Just(Some(GONE))];
        (
            prop::collection::vec(walk, rows * sites),
            prop::collection::vec((0_u32..9).prop_map(f64::from), rows),
            prop::collection::vec((5_u32..30).prop_map(f64::from), sites),
            prop::collection::vec((0_u32..9).prop_map(f64::from), rows),
            prop::collection::vec((0_u32..6).prop_map(f64::from), sites),
            prop::collection::vec((0_u32..20).prop_map(f64::from), sites),
            prop::collection::vec(site, rows),
            prop::option::of((0_u32..20).prop_map(f64::from)),
        )
            .prop_map(move |(walk_m, people, capacity, amount, least, room, today, most_moved)| Small {
                sites,
                walk_m,
                people,
                capacity,
                amount,
                most: least.iter().zip(room).map(|(least, room)| least + room).collect(),
                least,
                today,
                most_moved,
            })
    })
}

fn task_of<'a>(small: &'a Small, reach: &'a Reach) -> Task<'a> {
    let (amount, least, most) = (small.amount.clone(), small.least.clone(), small.most.clone());
    Task {
        measures: vec![Measure { name: "beds".to_owned(), amount, least, most }],
        today: Some(small.today.clone()),
        most_moved: small.most_moved,
        ..Task::new(reach, &small.people, &small.capacity)
    }
}

/// Every assignment of whole rows that keeps all limits: people moved, person-metres, longest walk.
fn by_definition(small: &Small) -> Vec<(f64, f64, f64)> {
    let rows = small.people.len();
    let mut all = vec![];
    for code in 0..small.sites.pow(rows as u32) {
        let at = |row: usize| code / small.sites.pow(row as u32) % small.sites;
        let walk = |row: usize| small.walk_m[row * small.sites + at(row)];
        let load =
            |amount: &[f64], site: usize| (0..rows).filter(|&row| at(row) == site).map(|row| amount[row]).sum::<f64>();
        let fits = (0..small.sites).all(|site| {
            let beds = load(&small.amount, site);
            load(&small.people, site) <= small.capacity[site] && beds >= small.least[site] && beds <= small.most[site]
        });
        let moves = |row: &usize| small.today[*row].is_some_and(|today| today as usize != at(*row));
        let away: f64 = (0..rows).filter(moves).map(|row| small.people[row]).sum();
        let few = small.most_moved.is_none_or(|most| away <= most);
        if fits && few && (0..rows).all(|row| walk(row).is_finite()) {
            let sum: f64 = (0..rows).map(|row| small.people[row] * walk(row)).sum();
            all.push((away, sum, (0..rows).map(walk).fold(0.0, f64::max)));
        }
    }
    all
}

fn least(of: impl Iterator<Item = f64>) -> Option<f64> {
    of.reduce(f64::min)
}

/// Plans of which none is better in both.
fn front(all: impl Iterator<Item = (f64, f64)> + Clone) -> Vec<(f64, f64)> {
    let beaten = |of: (f64, f64)| all.clone().any(|other| other != of && other.0 <= of.0 && other.1 <= of.1);
    let mut front: Vec<(f64, f64)> = all.clone().filter(|&of| !beaten(of)).collect();
    front.sort_by(|a, b| a.partial_cmp(b).unwrap());
    front.dedup();
    front
}

fn is_refusal<T>(found: &Result<T>) -> bool {
    matches!(found, Err(Error::Infeasible { .. }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn whole_rows_keep_every_limit_at_least_cost(small in small()) {
        let reach = Reach::from_dense(&small.walk_m, small.sites, None).unwrap();
        let task = task_of(&small, &reach);
        let all = by_definition(&small);
        for (objective, best) in [
            (Objective::Total, least(all.iter().map(|of| of.1))),
            (Objective::Worst, least(all.iter().map(|of| of.2))),
            (Objective::Moved, least(all.iter().map(|of| of.0))),
        ] {
            let found = solve(&task, &Terms { objective, ..Terms::default() }, &Control::new());
            let Some(best) = best else {
                prop_assert!(is_refusal(&found), "{:?}", found);
                continue;
            };
            let plan = found.unwrap();
            prop_assert!(plan.proven, "{:?}", plan);
            prop_assert!((plan.objective - best).abs() <= 1e-7 * best.max(1.0), "{:?} {}", plan, best);
            prop_assert!(plan.moved.unwrap() <= small.most_moved.unwrap_or(f64::INFINITY) + 1e-9);
        }
    }

    /// Parts cost no more than whole rows, keep every limit, and meet their own bound.
    #[test]
    fn parts_meet_their_bound(small in small()) {
        let reach = Reach::from_dense(&small.walk_m, small.sites, None).unwrap();
        let task = task_of(&small, &reach);
        let whole = least(by_definition(&small).into_iter().map(|of| of.1));
        let found = solve(&task, &Terms { whole: false, ..Terms::default() }, &Control::new());
        let plan = match found {
            Ok(plan) => plan,
            Err(Error::Infeasible { .. }) => {
                prop_assert!(whole.is_none());
                return Ok(());
            }
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        };
        prop_assert!(plan.proven, "{:?}", plan);
        prop_assert!(whole.is_none_or(|whole| plan.objective <= whole * (1.0 + 1e-9) + 1e-7));
        let mut beds = vec![0.0; small.sites];
        for &(row, site, people) in &plan.parts {
            let row = row as usize;
            let share = if small.people[row] > 0.0 { people / small.people[row] } else { f64::NAN };
            beds[site as usize] += share * small.amount[row];
        }
        for site in 0..small.sites {
            prop_assert!(plan.load[site] <= small.capacity[site] + 1e-6);
            // Shares of rows without people are not told; those of others are.
            if !beds[site].is_nan() {
                prop_assert!(beds[site] <= small.most[site] + 1e-5 && beds[site] >= small.least[site] - 1e-5);
            }
        }
        prop_assert!(plan.moved.unwrap() <= small.most_moved.unwrap_or(f64::INFINITY) + 1e-6);
        // Nobody is better served by leaving people out; rows without people may be.
        if small.people.contains(&0.0) {
            return Ok(());
        }
        let asked = Terms { whole: false, everyone: false, ..Terms::default() };
        let some = solve(&task, &asked, &Control::new()).unwrap();
        prop_assert!((some.objective - plan.objective).abs() <= 1e-6 * plan.objective.max(1.0));
    }

    #[test]
    fn the_front_is_the_definition(small in small()) {
        let reach = Reach::from_dense(&small.walk_m, small.sites, None).unwrap();
        let task = Task { measures: vec![], ..task_of(&small, &reach) };
        let all = by_definition(&Small {
            least: vec![0.0; small.sites],
            most: vec![f64::INFINITY; small.sites],
            ..small.clone()
        });
        let sums = front(all.iter().map(|of| (of.0, of.1)));
        let walks = front(all.iter().map(|of| (of.0, of.2)));
        for (objective, expected) in [(Objective::Total, sums), (Objective::Worst, walks)] {
            let found = trade_off(&task, &Terms { objective, ..Terms::default() }, 99, &Control::new());
            if expected.is_empty() {
                prop_assert!(is_refusal(&found));
                continue;
            }
            let found = found.unwrap();
            prop_assert!(found.complete, "{:?}", found);
            let points: Vec<(f64, f64)> = found.points.iter().map(|point| (point.moved, point.value)).collect();
            prop_assert_eq!(points.len(), expected.len(), "{:?} {:?} {:?}", objective, points, expected);
            for (point, expected) in points.iter().zip(&expected) {
                prop_assert!((point.0 - expected.0).abs() < 1e-6 && (point.1 - expected.1).abs() < 1e-4, "{:?} {:?}", points, expected);
            }
        }
    }
}

#[test]
fn a_limit_that_cannot_be_kept_is_named() {
    let reach = Reach::from_dense(&[100.0, 500.0, 200.0, 300.0], 2, None).unwrap();
    let beds = |least: f64, most: f64| Measure {
        name: "beds".to_owned(),
        amount: vec![40.0, 30.0],
        least: vec![least, 0.0],
        most: vec![most, 20.0],
    };
    let ask = |measure: Measure, whole: bool| {
        let task = Task { measures: vec![measure], ..Task::new(&reach, &[1.0, 1.0], &[5.0, 5.0]) };
        solve(&task, &Terms { whole, ..Terms::default() }, &Control::new()).map_err(|error| error.to_string())
    };
    assert!(ask(beds(0.0, 50.0), false).is_ok());
    let message = ask(beds(0.0, 45.0), false).unwrap_err();
    assert!(message.contains("5 too many") && message.contains("room for 5 beds more at site"), "{message}");
    let message = ask(beds(80.0, 90.0), true).unwrap_err();
    assert!(message.contains("site 0 cannot have its least of 80 beds: 10 too few"), "{message}");
    assert!(ask(beds(0.0, 60.0), true).unwrap_err().contains("not for every row whole"));
    let today = Some(vec![Some(0), Some(GONE)]);
    let task = Task { today, most_moved: Some(0.0), ..Task::new(&reach, &[1.0, 7.0], &[9.0, 9.0]) };
    let message = solve(&task, &Terms::default(), &Control::new()).unwrap_err().to_string();
    assert!(message.contains("at most 0 people may change their site, but 7 must"), "{message}");
    assert!(message.contains("most_moved = 7 would do"), "{message}");
    let alone = Task { today: None, ..task };
    let message = solve(&alone, &Terms::default(), &Control::new()).unwrap_err().to_string();
    assert!(message.starts_with("today = nothing"), "{message}");
}

#[test]
fn a_time_limit_bites_before_there_is_an_answer() {
    // Everyone whole in rooms that a third of all subsets fill: hard, and no answer is near.
    let rows = 300_usize;
    let walk_m: Vec<f64> = (0..rows * 30).map(|at| f64::from((at * 7919 % 1009) as u32)).collect();
    let people: Vec<f64> = (0..rows).map(|row| f64::from(1000 + (row * 607 % 997) as u32)).collect();
    let all: f64 = people.iter().sum();
    let capacity = vec![(all / 30.0).ceil(); 30];
    let reach = Reach::from_dense(&walk_m, 30, None).unwrap();
    let task = Task::new(&reach, &people, &capacity);
    let begun = std::time::Instant::now();
    let terms = Terms { time_limit_s: Some(0.5), ..Terms::default() };
    match solve(&task, &terms, &Control::new()) {
        Ok(plan) => assert!(plan.gap >= 0.0 && plan.bound <= plan.objective),
        Err(error) => assert!(error.to_string().starts_with("time_limit_s = 0.5: no assignment was found"), "{error}"),
    }
    // The root alone takes its time in a debug build.
    assert!(begun.elapsed().as_secs_f64() < 20.0);
}
