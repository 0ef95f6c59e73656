//! What siting refuses and how it says so; stopping; threads.

use linli::{
    Error,
    control::Control,
    reach::Reach,
    site::{Cover, SitingPlan, Stop, Terms, Worth, count, curve, exchanges, lscp, mclp, p_center, p_median},
};

/// Three committees in a row, candidates beside the first, the second and the third.
fn village() -> Reach {
    let far = f64::INFINITY;
    Reach::from_dense(&[100.0, 700.0, far, 600.0, 50.0, 900.0, far, 1460.0, 300.0], 3, Some(2000.0)).unwrap()
}

const PEOPLE: [f64; 3] = [3000.0, 4000.0, 1000.0];

fn within(limit_m: f64) -> Terms {
    Terms { limit_m: Some(limit_m), ..Terms::default() }
}

fn said(answer: Result<SitingPlan, Error>) -> String {
    answer.unwrap_err().to_string()
}

#[test]
fn a_plan_says_who_depends_on_which_site() {
    let plan = mclp(&village(), &PEOPLE, 2, &Terms { fixed: vec![0], ..within(650.0) }, &Control::new()).unwrap();
    let sites: Vec<_> = plan.sites.iter().map(|s| (s.site, s.fixed, s.people, s.only_here)).collect();
    assert_eq!(sites, [(0, true, 7000.0, 7000.0), (2, false, 1000.0, 1000.0)]);
    assert_eq!((plan.covered, plan.people, plan.objective), (8000.0, 8000.0, 8000.0));
    assert_eq!(plan.assignment, [Some(0), Some(0), Some(2)]);
    assert!(plan.to_string().starts_with("mclp: 2 sites, 1 of them new; objective 8000, bound 8000 (proven best)"));
}

#[test]
fn rows_that_cannot_be_reached_are_named_with_the_distance_that_would_do() {
    let terms = Terms { forbidden: vec![2], ..within(800.0) };
    let answer = lscp(&village(), Some(&PEOPLE), Cover::default(), &terms, &Control::new());
    let Err(Error::Infeasible { rows, needed, given, parameter, .. }) = &answer else { panic!("{answer:?}") };
    assert_eq!((rows.as_slice(), *needed, *given, *parameter), (&[2][..], Some(1460.0), 800.0, "limit_m"));
    let message = said(answer);
    assert!(message.contains("row 2, 1460 m from what it needs: limit_m = 1460 would do"), "{message}");
    assert!(said(p_center(&village(), 1, &terms, &Control::new())).contains("limit_m = 1460"));
    assert!(said(p_median(&village(), &PEOPLE, 1, &terms, &Control::new())).contains("limit_m = 1460"));
    let twice = lscp(&village(), None, Cover { share: 1.0, times: 3 }, &Terms::default(), &Control::new());
    assert!(said(twice).contains("do not reach 3 of the allowed sites within 2000 m"));
}

#[test]
fn too_few_sites_are_told_how_many_would_do() {
    for answer in [
        p_median(&village(), &PEOPLE, 1, &within(650.0), &Control::new()),
        p_center(&village(), 1, &within(650.0), &Control::new()),
    ] {
        let Err(Error::Infeasible { needed, .. }) = &answer else { panic!("{answer:?}") };
        assert_eq!(*needed, Some(2.0));
        assert!(said(answer).contains("p = 2 would reach all"));
    }
}

#[test]
fn a_share_out_of_reach_is_told_which_is_not() {
    let terms = Terms { forbidden: vec![2], ..within(800.0) };
    let answer = lscp(&village(), Some(&PEOPLE), Cover { share: 0.95, times: 1 }, &terms, &Control::new());
    assert!(said(answer).contains("share = 0.8750 or less would do"));
}

#[test]
fn arguments_that_cannot_be_each_have_their_message() {
    let ask = |p, terms: &Terms| said(mclp(&village(), &PEOPLE, p, terms, &Control::new()));
    let plain = Terms::default();
    for (message, part) in [
        (ask(0, &plain), "give at least 1"),
        (ask(4, &plain), "p = 4, but only 3 sites may be open; ask for 3 or add candidates"),
        (ask(3, &Terms { forbidden: vec![1], ..plain.clone() }), "allow some of the 1 forbidden"),
        (ask(1, &Terms { fixed: vec![0, 1], ..plain.clone() }), "2 fixed sites are more than p = 1"),
        (ask(1, &Terms { fixed: vec![3], ..plain.clone() }), "there are 3 sites, rows 0 to 2"),
        (ask(1, &Terms { fixed: vec![1, 1], ..plain.clone() }), "given twice"),
        (ask(1, &Terms { fixed: vec![1], forbidden: vec![1], ..plain.clone() }), "fixed and forbidden at once"),
        (ask(1, &within(-1.0)), "limit_m"),
        (ask(1, &within(f64::NAN)), "limit_m"),
        (ask(1, &within(2500.0)), "measure it up to 2500 m"),
        (ask(1, &Terms { gap: 1.0, ..plain.clone() }), "gap"),
        (ask(1, &Terms { gap: f64::NAN, ..plain.clone() }), "gap"),
        (ask(1, &Terms { time_limit_s: Some(-1.0), ..plain.clone() }), "seconds"),
    ] {
        assert!(message.contains(part), "{message}");
    }
    for (people, part) in [
        (&[1.0, f64::NAN, 1.0][..], "row 1: weight = NaN is not a number"),
        (&[1.0, 1.0, -2.0], "row 2: weight = -2 is negative"),
        (&[f64::INFINITY, 1.0, 1.0], "row 0: weight = inf is infinite"),
        (&[1.0, 1.0], "2 rows"),
        (&[0.0; 3], "nobody lives"),
    ] {
        let message = said(mclp(&village(), people, 1, &plain, &Control::new()));
        assert!(message.contains(part), "{message}");
    }
    for (p, part) in [(f64::NAN, "not a number"), (-1.0, "negative"), (2.5, "whole number"), (1e12, "more than")] {
        assert!(count("p", p).unwrap_err().to_string().contains(part));
    }
    for (cover, part) in [
        (Cover { share: 0.0, times: 1 }, "above 0"),
        (Cover { share: f64::NAN, times: 1 }, "above 0"),
        (Cover { share: 1.5, times: 1 }, "at most 1"),
        (Cover { share: 1.0, times: 0 }, "give 1"),
        (Cover { share: 0.5, times: 2 }, "backup is for everyone"),
    ] {
        assert!(said(lscp(&village(), Some(&PEOPLE), cover, &plain, &Control::new())).contains(part));
    }
    let share = Cover { share: 0.5, times: 1 };
    assert!(said(lscp(&village(), None, share, &plain, &Control::new())).contains("needs the people"));
}

#[test]
fn a_curve_says_what_each_more_site_is_worth() {
    let points = curve(1..=3, |p| p_median(&village(), &PEOPLE, p, &within(1500.0), &Control::new())).unwrap();
    assert_eq!(points.iter().map(|point| point.p).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(points[1].gain_range, points[1].gain.map(|gain| (gain, gain)));
    // One site reaches everyone only within 1,460 m: the curve then starts at two.
    let points = curve(1..=3, |p| p_median(&village(), &PEOPLE, p, &within(650.0), &Control::new())).unwrap();
    assert_eq!((points[0].p, points[0].gain), (2, None));
}

#[test]
fn the_next_best_site_is_named_with_what_it_loses() {
    let found = exchanges(&village(), &PEOPLE, &[0, 2], Worth::Covered, &within(650.0)).unwrap();
    assert_eq!((found.chosen.as_slice(), found.rejected.as_slice()), (&[0, 2][..], &[1][..]));
    assert_eq!(found.closed, [7000.0, 1000.0]);
    assert_eq!(found.next_best(0), Some((1, 3000.0)));
}

/// A question that takes a while: 600 rows, each within reach of a tenth of 150 sites.
fn hard() -> (Reach, Vec<f64>) {
    let walk_m = |pair: u64| {
        let mixed = (pair ^ 0x5bd1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        if (mixed >> 33).is_multiple_of(10) { 100.0 } else { f64::INFINITY }
    };
    let walks = (0..600 * 150).map(walk_m);
    let people = (0..600_u32).map(|row| f64::from(row * 31 % 50 + 1)).collect();
    (Reach::from_dense(&walks.collect::<Vec<_>>(), 150, None).unwrap(), people)
}

#[test]
fn the_time_limit_returns_the_best_plan_with_an_honest_gap() {
    let (reach, people) = hard();
    let terms = Terms { time_limit_s: Some(0.3), ..Terms::default() };
    let control = Control::new();
    let plan = mclp(&reach, &people, 12, &terms, &control).unwrap();
    assert_eq!((plan.stop, plan.proven), (Stop::Time, false));
    assert!(plan.gap > 0.0 && plan.bound > plan.objective && plan.seconds < 3.0, "{plan}");
    assert!(control.best().0 <= plan.objective && control.best().1 >= plan.bound);
    let plan = mclp(&reach, &people, 12, &Terms { gap: 0.5, ..Terms::default() }, &Control::new()).unwrap();
    assert!(plan.stop == Stop::Gap && plan.gap <= 0.5);
}

#[test]
fn a_stopped_search_returns_the_best_plan_found() {
    let (reach, people) = hard();
    let control = Control::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(std::time::Duration::from_millis(300));
            control.stop();
        });
        let plan = mclp(&reach, &people, 12, &Terms::default(), &control).unwrap();
        assert_eq!((plan.stop, plan.proven), (Stop::Interrupted, false));
        assert!(plan.bound > plan.objective && plan.objective > 0.0);
    });
    let plan = lscp(&reach, None, Cover::default(), &Terms::default(), &control).unwrap();
    assert!(plan.stop == Stop::Interrupted && plan.bound < plan.objective && plan.covered == 600.0);
}

#[test]
fn the_same_plan_on_any_number_of_threads() {
    let (reach, people) = hard();
    let answer = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let terms = Terms { seed: 7, ..Terms::default() };
        pool.install(|| {
            let mut plan = mclp(&reach, &people, 4, &terms, &Control::new()).unwrap();
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
