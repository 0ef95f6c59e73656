//! What siting within limits refuses and how it says so; stopping; threads.

use linli::{
    Error,
    control::Control,
    reach::Reach,
    site::{
        Budget, Capacity, Cover, Separation, SitingPlan, Stop, Terms, Worth, exchanges, gradual, lscp, lscp_cost, mclp,
        p_center, p_median,
    },
};

/// Three committees, four candidates: 0 to 2 beside one each, 3 in the middle.
fn village() -> Reach {
    let far = f64::INFINITY;
    let walk_m = [50.0, 900.0, far, 400.0, 900.0, 50.0, 900.0, 400.0, far, 900.0, 50.0, 400.0];
    Reach::from_dense(&walk_m, 4, Some(1000.0)).unwrap()
}

const PEOPLE: [f64; 3] = [3000.0, 4000.0, 1000.0];
const XY: [[f64; 2]; 4] = [[0.0, 0.0], [900.0, 0.0], [1800.0, 0.0], [900.0, 300.0]];

fn capacity(of_site: [f64; 4], split: bool) -> Terms {
    Terms { capacity: Some(Capacity { of_site: of_site.to_vec(), load: None, split }), ..Terms::default() }
}

fn budget(total: f64, existing: &[u32], closing_cost: &[f64]) -> Terms {
    let (existing, closing_cost) = (existing.to_vec(), closing_cost.to_vec());
    let budget = Budget { total, cost: vec![3.0, 4.0, 2.0, 5.0], existing, closing_cost };
    Terms { budget: Some(budget), ..Terms::default() }
}

fn apart(least_m: f64) -> Terms {
    Terms { separation: Some(Separation::from_xy(least_m, &XY).unwrap()), ..Terms::default() }
}

fn cover(p: usize, terms: &Terms) -> Result<SitingPlan, Error> {
    mclp(&village(), &PEOPLE, p, terms, &Control::new())
}

fn median(p: usize, terms: &Terms) -> Result<SitingPlan, Error> {
    p_median(&village(), &PEOPLE, p, terms, &Control::new())
}

fn sites(plan: &SitingPlan) -> Vec<u32> {
    plan.sites.iter().map(|chosen| chosen.site).collect()
}

#[test]
fn whole_rows_go_where_there_is_room_and_shares_fill_it() {
    let whole = median(2, &capacity([4500.0; 4], false)).unwrap();
    // Site 1 is nearest to two of them but has room for one.
    assert_eq!((whole.objective, whole.proven), (4000.0 * 50.0 + 4000.0 * 400.0, true));
    assert_eq!((sites(&whole), whole.assignment), (vec![1, 3], vec![Some(3), Some(1), Some(3)]));
    let shared = median(2, &capacity([4500.0; 4], true)).unwrap();
    assert!(shared.objective < 1_800_000.0 && shared.proven && shared.shares.len() > 3);
}

#[test]
fn a_shared_row_says_how_much_each_site_serves() {
    let plan = cover(1, &capacity([3500.0; 4], true)).unwrap();
    assert_eq!((plan.objective, plan.covered, plan.proven), (3500.0, 3500.0, true));
    let served: f64 = plan.shares.iter().map(|share| share.share * PEOPLE[share.row as usize]).sum();
    assert!((served - 3500.0).abs() < 1e-9);
    assert_eq!(plan.sites[0].load, Some(3500.0));
}

#[test]
fn a_row_larger_than_every_site_is_named() {
    let answer = median(4, &capacity([3500.0; 4], false));
    let Err(Error::Infeasible { rows, parameter, given, needed, .. }) = &answer else { panic!("{answer:?}") };
    assert_eq!((&rows[..], *parameter, *given, *needed), (&[1][..], "capacity", 3500.0, Some(4000.0)));
    let said = answer.unwrap_err().to_string();
    assert!(said.contains("row 1 takes 4000, the largest site serves 3500"), "{said}");
    assert!(said.contains("a capacity of 4000 within reach of row 1"), "{said}");
}

#[test]
fn too_little_capacity_says_how_many_sites_or_how_much_more() {
    let answer = median(1, &capacity([4000.0; 4], true));
    let Err(Error::Infeasible { parameter: "p", given: 1.0, needed: Some(2.0), .. }) = &answer else {
        panic!("{answer:?}")
    };
    let answer = p_center(&village(), 4, &capacity([1.0, 0.5, 0.5, 0.5], true), &Control::new());
    let Err(Error::Infeasible { parameter: "capacity", given, needed, .. }) = &answer else { panic!("{answer:?}") };
    assert_eq!((*given, *needed), (2.5, Some(3.0)));
    assert!(answer.unwrap_err().to_string().contains("0.5 more capacity"));
    // Enough in sum, but row 2 does not reach site 0.
    let answer = median(1, &capacity([8000.0, 0.0, 0.0, 0.0], true));
    let Err(Error::Infeasible { rows, parameter: "p", needed: None, .. }) = &answer else { panic!("{answer:?}") };
    assert!(!rows.is_empty());
    let answer = lscp(&village(), Some(&PEOPLE), Cover::default(), &capacity([2000.0; 4], false), &Control::new());
    let Err(Error::Infeasible { rows, parameter: "share", .. }) = &answer else { panic!("{answer:?}") };
    assert_eq!(rows[..], [0, 1]);
}

#[test]
fn a_budget_too_small_says_what_would_do() {
    let answer = median(4, &budget(2.0, &[], &[]));
    let Err(Error::Infeasible { parameter: "budget", given: 2.0, needed: Some(4.0), .. }) = &answer else {
        panic!("{answer:?}")
    };
    assert!(answer.unwrap_err().to_string().contains("budget = 4 would do"));
    let plan = median(4, &budget(4.0, &[], &[])).unwrap();
    assert_eq!((sites(&plan), plan.spent), (vec![1], Some(4.0)));
}

#[test]
fn an_existing_site_makes_way_where_that_pays() {
    // Two sites at most: closing site 0 costs 1, site 3 costs 5.
    let terms = budget(6.0, &[0, 2], &[1.0, 1.0]);
    let plan = cover(1, &terms).unwrap();
    assert_eq!((sites(&plan), plan.closed.clone(), plan.spent), (vec![1], vec![0, 2], Some(6.0)));
    let plan = cover(2, &terms).unwrap();
    assert_eq!((plan.objective, plan.proven), (8000.0, true));
    assert!(plan.spent.unwrap() <= 6.0);
    // Without the money to close one, two existing sites are more than p.
    let answer = cover(1, &budget(0.5, &[0, 2], &[1.0, 2.0]));
    let Err(Error::Infeasible { parameter: "budget", given: 0.5, needed: Some(1.0), .. }) = &answer else {
        panic!("{answer:?}")
    };
    assert!(answer.unwrap_err().to_string().contains("budget = 1 or p = 2 would do"));
}

#[test]
fn new_sites_keep_their_distance_and_old_ones_need_not() {
    let plan = cover(3, &Terms { limit_m: Some(100.0), ..apart(901.0) }).unwrap();
    assert_eq!((sites(&plan), plan.objective, plan.proven), (vec![1], 4000.0, true));
    let fixed = Terms { limit_m: Some(100.0), fixed: vec![1], ..apart(901.0) };
    assert_eq!(sites(&cover(2, &fixed).unwrap()), [0, 1]);
    let answer = p_center(&village(), 3, &Terms { limit_m: Some(100.0), ..apart(901.0) }, &Control::new());
    let Err(Error::Infeasible { rows, needed: None, .. }) = &answer else { panic!("{answer:?}") };
    assert!(!rows.is_empty() && answer.unwrap_err().to_string().contains("901 m between new sites"));
    // On foot: site 0 is 900 m from site 1 one way only.
    let far = f64::INFINITY;
    let between = Reach::from_dense(&[0.0, 900.0, far, 0.0], 2, None).unwrap();
    assert_eq!(Separation::from_reach(901.0, &between).unwrap().near(), [(0, 1, 900.0)]);
}

#[test]
fn limits_that_cannot_be_each_have_their_message() {
    let said = |terms: &Terms| cover(2, terms).unwrap_err().to_string();
    let load = |load: Vec<f64>| Terms {
        capacity: Some(Capacity { of_site: vec![1.0; 4], load: Some(load), split: false }),
        ..Terms::default()
    };
    let short =
        Terms { capacity: Some(Capacity { of_site: vec![1.0; 3], load: None, split: false }), ..Terms::default() };
    let places = Separation::from_xy(1.0, &XY[..2]).unwrap();
    for (terms, part) in [
        (short, "capacity has 3 rows, but the sites table has 4"),
        (capacity([1.0, -1.0, 1.0, 1.0], false), "sites row 1: capacity = -1 is negative"),
        (capacity([f64::NAN; 4], false), "sites row 0: capacity = NaN is not a number"),
        (load(vec![1.0]), "load has 1 rows, but the demand table has 3"),
        (load(vec![1.0, f64::INFINITY, 1.0]), "demand row 1: load = inf is infinite"),
        (budget(-1.0, &[], &[]), "budget = -1: give a finite amount"),
        (budget(f64::NAN, &[], &[]), "budget = NaN"),
        (budget(1.0, &[9], &[0.0]), "existing = 9: there are 4 sites"),
        (budget(1.0, &[1, 1], &[0.0, 0.0]), "existing = 1: is given twice"),
        (budget(1.0, &[1], &[]), "closing_cost has 0 rows"),
        (budget(1.0, &[1], &[f64::INFINITY]), "closing_cost = inf"),
        (Terms { fixed: vec![1], ..budget(1.0, &[1], &[0.0]) }, "existing = 1: is fixed too"),
        (Terms { forbidden: vec![1], ..budget(1.0, &[1], &[0.0]) }, "existing = 1: is forbidden too"),
        (Terms { separation: Some(places), ..Terms::default() }, "separation has 2 rows, but the sites table has 4"),
    ] {
        let message = said(&terms);
        assert!(message.contains(part), "{message} for {part}");
    }
    let between = Reach::from_dense(&[0.0, 10.0], 2, Some(50.0)).unwrap();
    let square = Reach::from_dense(&[0.0, 10.0, 10.0, 0.0], 2, Some(50.0)).unwrap();
    for (answer, part) in [
        (Separation::from_xy(f64::NAN, &XY), "separation_m = NaN"),
        (Separation::from_xy(-1.0, &XY), "separation_m = -1"),
        (Separation::from_xy(1.0, &[[f64::NAN, 0.0]]), "sites row 0: position"),
        (Separation::from_reach(1.0, &between), "1 × 2 walks"),
        (Separation::from_reach(60.0, &square), "known up to 50 m only"),
    ] {
        let message = answer.unwrap_err().to_string();
        assert!(message.contains(part), "{message}");
    }
    let limited = capacity([9000.0; 4], false);
    for answer in [
        gradual(&village(), &PEOPLE, 1, 0.0, &limited, &Control::new()).map(|_| ()),
        exchanges(&village(), &PEOPLE, &[0], Worth::Covered, &limited).map(|_| ()),
        lscp(&village(), None, Cover { share: 1.0, times: 2 }, &limited, &Control::new()).map(|_| ()),
        lscp(&village(), None, Cover::default(), &budget(1.0, &[], &[]), &Control::new()).map(|_| ()),
    ] {
        assert!(matches!(answer, Err(Error::Parameter { .. })));
    }
}

/// A question that takes a while: 150 points, each also a site, with rooms for a little more than all.
fn hard() -> (Reach, Vec<f64>, Terms) {
    let unit = |of: u32| f64::from(of.wrapping_mul(2_654_435_761) >> 8) / f64::from(1_u32 << 24);
    let xy: Vec<[f64; 2]> = (0..150).map(|at| [unit(at * 2 + 1) * 5000.0, unit(at * 2 + 2) * 5000.0]).collect();
    let people: Vec<f64> = (0..150).map(|at| (unit(at + 999) * 90.0).floor() + 5.5).collect();
    let of_site = vec![people.iter().sum::<f64>() / 10.0 * 1.02; 150];
    let walk_m: Vec<f64> = xy.iter().flat_map(|a| xy.iter().map(move |b| (a[0] - b[0]).hypot(a[1] - b[1]))).collect();
    let capacity = Some(Capacity { of_site, load: None, split: false });
    (Reach::from_dense(&walk_m, 150, None).unwrap(), people, Terms { capacity, ..Terms::default() })
}

#[test]
fn the_time_limit_returns_the_best_plan_with_an_honest_gap() {
    let (reach, people, terms) = hard();
    let terms = Terms { time_limit_s: Some(2.0), ..terms };
    let plan = p_median(&reach, &people, 10, &terms, &Control::new()).unwrap();
    assert_eq!((plan.stop, plan.proven), (Stop::Time, false));
    let hasty =
        p_median(&reach, &people, 10, &Terms { time_limit_s: Some(0.0), ..terms.clone() }, &Control::new()).unwrap();
    assert!(hasty.stop == Stop::Time && hasty.bound <= plan.objective && hasty.objective >= plan.bound, "{hasty}");
    assert!(plan.gap > 0.0 && plan.bound > 0.0 && plan.bound < plan.objective && plan.seconds < 6.0, "{plan}");
}

#[test]
fn a_stopped_search_returns_the_best_plan_found() {
    let (reach, people, terms) = hard();
    let control = Control::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(std::time::Duration::from_millis(1500));
            control.stop();
        });
        let start = std::time::Instant::now();
        let plan = p_median(&reach, &people, 10, &terms, &control).unwrap();
        assert_eq!((plan.stop, plan.proven), (Stop::Interrupted, false));
        assert!(start.elapsed().as_secs_f64() < 3.0 && plan.shares.len() == 150);
    });
}

#[test]
fn the_same_plan_on_any_number_of_threads() {
    let (reach, people, terms) = hard();
    // A part of the rows, so that the proof comes soon.
    let rows: Vec<f64> =
        (0..40).flat_map(|row| reach.row(row).take(40).map(|pair| pair.1).collect::<Vec<_>>()).collect();
    let reach = Reach::from_dense(&rows, 40, None).unwrap();
    let terms =
        Terms { seed: 7, capacity: Some(Capacity { of_site: vec![800.0; 40], load: None, split: false }), ..terms };
    let answer = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut plan = p_median(&reach, &people[..40], 4, &terms, &Control::new()).unwrap();
            plan.seconds = 0.0;
            plan
        })
    };
    let one = answer(1);
    assert!(one.proven);
    for threads in [2, 8] {
        assert_eq!(one, answer(threads));
    }
}

#[test]
fn what_the_last_decisions_leave_is_looked_at() {
    // The last node of the search is decided by its prices alone; its bound must be that of what was decided.
    let far = f64::INFINITY;
    let reach = Reach::from_dense(&[far, 600.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 5, Some(500.0)).unwrap();
    let cost = [4.17, 8.04, 5.97, 1.59, 8.14];
    let capacity = Capacity { of_site: vec![0.0, 0.0, 0.0, 1.0, 3.0], load: Some(vec![3.0, 1.0]), split: false };
    let terms = Terms { fixed: vec![0, 1, 2], capacity: Some(capacity), ..Terms::default() };
    let most = Cover { share: 0.8, times: 1 };
    let plan = lscp_cost(&reach, Some(&[2.0, 3.0]), &cost, most, &terms, &Control::new()).unwrap();
    assert!(plan.proven && plan.objective == cost[3] + cost[4], "{plan}");
}
