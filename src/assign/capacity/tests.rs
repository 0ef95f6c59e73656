//! Against every possible assignment, on small random tasks.

use proptest::prelude::*;

use super::*;
use crate::error::Error;

#[derive(Debug, Clone)]
struct Small {
    sites: usize,
    walk_m: Vec<f64>,
    people: Vec<f64>,
    capacity: Vec<f64>,
    neighbours: Vec<(u32, u32)>,
    apart: Vec<(u32, u32)>,
    together: Vec<Vec<u32>>,
}

fn small() -> impl Strategy<Value = Small> {
    (2_usize..7, 1_usize..4).prop_flat_map(|(rows, sites)| {
        let walk = prop_oneof![5 => (1_u32..12).prop_map(|step| f64::from(step) * 100.0), 1 => Just(f64::INFINITY)];
        let row = 0..rows as u32;
        (
            prop::collection::vec(walk, rows * sites),
            prop::collection::vec((0_u32..9).prop_map(f64::from), rows),
            prop::collection::vec((3_u32..25).prop_map(f64::from), sites),
            prop::collection::vec((row.clone(), row.clone()), rows..3 * rows),
            prop::collection::vec((row.clone(), row.clone()), 0..2),
            prop::collection::vec(prop::collection::vec(row, 2), 0..2),
        )
            .prop_map(move |(walk_m, people, capacity, neighbours, apart, together)| Small {
                sites,
                walk_m,
                people,
                capacity,
                neighbours,
                apart: apart.into_iter().filter(|(a, b)| a != b).collect(),
                together,
            })
    })
}

/// Whether the rows of each site hang together.
fn hangs_together(site_of: &[Option<usize>], neighbours: &[(u32, u32)], sites: usize) -> bool {
    (0..sites).all(|site| {
        let mut members: Vec<usize> = (0..site_of.len()).filter(|&row| site_of[row] == Some(site)).collect();
        let Some(mut reached) = members.first().map(|&first| vec![first]) else { return true };
        while let Some(&(a, b)) = neighbours.iter().find(|&&(a, b)| {
            let (a, b) = (a as usize, b as usize);
            members.contains(&a) && members.contains(&b) && reached.contains(&a) != reached.contains(&b)
        }) {
            let next = if reached.contains(&(a as usize)) { b } else { a };
            reached.push(next as usize);
        }
        members.retain(|row| !reached.contains(row));
        members.is_empty()
    })
}

/// The best of all assignments of whole rows: person-metres and longest walk.
fn by_definition(small: &Small, rules: bool) -> (Option<f64>, Option<f64>) {
    let rows = small.people.len();
    let (mut total, mut worst): (Option<f64>, Option<f64>) = (None, None);
    for code in 0..small.sites.pow(rows as u32) {
        let site_of: Vec<Option<usize>> =
            (0..rows).map(|row| Some(code / small.sites.pow(row as u32) % small.sites)).collect();
        let at = |row: usize| site_of[row].unwrap();
        let walk = |row: usize| small.walk_m[row * small.sites + at(row)];
        let fits = (0..small.sites).all(|site| {
            (0..rows).filter(|&row| at(row) == site).map(|row| small.people[row]).sum::<f64>() <= small.capacity[site]
        });
        let apart = small.apart.iter().all(|&(a, b)| at(a as usize) != at(b as usize));
        let together = small.together.iter().all(|rows| at(rows[0] as usize) == at(rows[1] as usize));
        let kept = !rules || (apart && together && hangs_together(&site_of, &small.neighbours, small.sites));
        if fits && kept && (0..rows).all(|row| walk(row).is_finite()) {
            let sum: f64 = (0..rows).map(|row| small.people[row] * walk(row)).sum();
            total = Some(total.map_or(sum, |best| best.min(sum)));
            let longest = (0..rows).map(walk).fold(0.0, f64::max);
            worst = Some(worst.map_or(longest, |best| best.min(longest)));
        }
    }
    (total, worst)
}

fn task_of<'a>(small: &'a Small, reach: &'a Reach, rules: bool) -> Task<'a> {
    let plain = Task::new(reach, &small.people, &small.capacity);
    if !rules {
        return plain;
    }
    let neighbours = Some(small.neighbours.clone());
    Task { neighbours, apart: small.apart.clone(), together: small.together.clone(), ..plain }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn whole_rows_go_where_the_definition_sends_them(small in small(), rules in any::<bool>()) {
        let reach = Reach::from_dense(&small.walk_m, small.sites, None).unwrap();
        let task = task_of(&small, &reach, rules);
        let (total, worst) = by_definition(&small, rules);
        let found = solve(&task, &Terms::default(), &Control::new());
        match (total, found) {
            (Some(total), Ok(plan)) => {
                prop_assert!(plan.proven);
                prop_assert!((plan.objective - total).abs() <= 1e-7 * total.max(1.0), "{} {}", plan.objective, total);
                for site in 0..small.sites {
                    prop_assert!(plan.load[site] <= small.capacity[site] + 1e-9);
                }
                let site_of: Vec<Option<usize>> = (0..small.people.len()).map(|row| plan.site(row).map(|s| s as usize)).collect();
                if rules {
                    prop_assert!(hangs_together(&site_of, &small.neighbours, small.sites));
                }
            }
            (None, Err(Error::Infeasible { .. } | Error::Parameter { .. })) => {}
            (total, found) => prop_assert!(false, "{:?} {:?}", total, found),
        }
        let found = solve(&task, &Terms { objective: Objective::Worst, ..Terms::default() }, &Control::new());
        match (worst, found) {
            (Some(worst), Ok(plan)) => prop_assert_eq!((plan.objective, plan.bound), (worst, worst)),
            (None, Err(Error::Infeasible { .. } | Error::Parameter { .. })) => {}
            (worst, found) => prop_assert!(false, "{:?} {:?}", worst, found),
        }
    }

    #[test]
    fn split_rows_serve_as_many_as_there_is_room_for(small in small()) {
        let reach = Reach::from_dense(&small.walk_m, small.sites, None).unwrap();
        let task = task_of(&small, &reach, false);
        let plan = solve(&task, &Terms { whole: false, everyone: false, ..Terms::default() }, &Control::new()).unwrap();
        prop_assert!(plan.proven);
        // Hall: no set of rows can be served beyond the room at its sites.
        let rows = small.people.len();
        let mut most = f64::INFINITY;
        for set in 0..1_usize << rows {
            let inside = |row: usize| set >> row & 1 == 1;
            let near = |site: usize| (0..rows).any(|row| inside(row) && small.walk_m[row * small.sites + site].is_finite());
            let room: f64 = (0..small.sites).filter(|&site| near(site)).map(|site| small.capacity[site]).sum();
            let others: f64 = (0..rows).filter(|&row| !inside(row)).map(|row| small.people[row]).sum();
            most = most.min(room + others);
        }
        let served: f64 = plan.served.iter().sum();
        prop_assert!((served - most).abs() < 1e-4, "served {} most {}", served, most);
        for site in 0..small.sites {
            prop_assert!(plan.load[site] <= small.capacity[site] + 1e-4);
        }
        // Whole rows serve no more, and where everyone fits whole, cost no less.
        let whole = solve(&task, &Terms { everyone: false, ..Terms::default() }, &Control::new()).unwrap();
        prop_assert!(whole.served.iter().sum::<f64>() <= served + 1e-4);
    }
}

#[test]
fn a_shortage_names_rows_sites_and_the_change() {
    let reach = Reach::from_dense(&[100.0, f64::INFINITY, 200.0, f64::INFINITY, f64::INFINITY, 50.0], 2, None).unwrap();
    let task = Task::new(&reach, &[60.0, 50.0, 10.0], &[80.0, 500.0]);
    let message = solve(&task, &Terms::default(), &Control::new()).unwrap_err().to_string();
    assert_eq!(
        message,
        "assign has no answer: 2 rows with 110 people may go only to site 0, with room for 80: 30 too few; room for 30 \
         more at any of these would do for them"
    );
    let task = Task::new(&reach, &[60.0, 50.0, 10.0], &[110.0, 500.0]);
    assert!(solve(&task, &Terms::default(), &Control::new()).unwrap().proven);
    // Room in parts, but not for whole rows.
    let reach = Reach::from_dense(&[100.0, 200.0, 100.0, 200.0, 100.0, 200.0], 2, None).unwrap();
    let task = Task::new(&reach, &[60.0, 60.0, 60.0], &[90.0, 90.0]);
    let error = solve(&task, &Terms::default(), &Control::new()).unwrap_err().to_string();
    assert!(error.contains("not for every row whole") && error.contains("whole=False"), "{error}");
    assert!(solve(&task, &Terms { whole: false, ..Terms::default() }, &Control::new()).unwrap().proven);
}

#[test]
fn faults_name_their_row() {
    let reach = Reach::from_dense(&[100.0, 200.0], 1, None).unwrap();
    let ask = |task: Task<'_>| solve(&task, &Terms::default(), &Control::new()).unwrap_err().to_string();
    assert!(ask(Task::new(&reach, &[1.0, -1.0], &[5.0])).starts_with("demand row 1: people = -1"));
    assert!(ask(Task::new(&reach, &[1.0, 1.0], &[f64::NAN])).starts_with("site row 0: capacity = NaN"));
    assert!(ask(Task { stay: vec![(0, 4)], ..Task::new(&reach, &[1.0, 1.0], &[5.0]) }).contains("is no row"));
    assert!(ask(Task { apart: vec![(1, 1)], ..Task::new(&reach, &[1.0, 1.0], &[5.0]) }).contains("itself"));
}
