//! The embedded district, whose services are known, and standards made for it.

use geo::MultiLineString;
use proptest::prelude::*;

use super::*;
use crate::{
    city::Frame,
    coverage::{Question, coverage},
    datasets,
    demand::{Demand, DemandPoints},
    facility::{Facilities, Status},
    network::BarrierIndex,
    town::Towns,
    walk::CrowFly,
};

fn checked(toml: &str) -> Check {
    let head = "name = \"x\"\ntitle = \"x\"\nedition = \"x\"\nsource = \"x\"\n";
    let edition = Edition::from_toml(&format!("{head}{toml}")).unwrap();
    let city = datasets::putuo().unwrap();
    check(&city, &CrowFly::new(1.3).unwrap(), 1.33, &edition, None, None, &Control::new()).unwrap()
}

#[test]
fn a_facility_is_coverage_by_its_service() {
    let found = checked(
        "[[facility]]\nservice = \"canteen\"\ntitle = \"社区食堂\"\nminutes = 15\nverified = true\nsource = \"x\"\n",
    );
    let city = datasets::putuo().unwrap();
    let question =
        Question { service: Some("canteen".to_owned()), ..Question::within(Standard::new(15.0, 1.33).unwrap()) };
    let same = coverage(&city, &CrowFly::new(1.3).unwrap(), &question, &Control::new()).unwrap();
    assert_eq!(found.needs[0].rows.as_deref(), Some(same.rows()));
    assert!(found.circles.is_empty());
}

#[test]
fn what_the_data_does_not_name_is_unknown_and_not_missed() {
    let found = checked(
        "[[facility]]\nservice = \"opera\"\ntitle = \"歌剧院\"\nradius_m = 500\nverified = true\nsource = \"x\"\n",
    );
    assert_eq!((found.unknown(), found.needs[0].totals()), (vec!["opera"], None));
}

#[test]
fn circles_divide_the_people_within_reach() {
    let found = checked(
        "[circle]\nradius_m = [800, 1000]\npeople = [30000, 50000]\nfloor_m2 = 1700\nverified = true\nsource = \"x\"\n",
    );
    let covered = found.needs[0].totals().unwrap().people_covered;
    let own: f64 = found.circles.iter().map(|circle| circle.people).sum();
    assert!((own - covered).abs() < 1e-6 * covered);
    for circle in &found.circles {
        assert!(circle.people <= circle.people_within + 1e-6);
        let fit = if circle.people < 30_000.0 {
            Fit::TooEmpty
        } else if circle.people > 50_000.0 {
            Fit::TooFull
        } else {
            Fit::Fits
        };
        assert_eq!(circle.fit, Some(fit));
        assert_eq!(circle.floor_met, circle.floor_m2.map(|floor| floor >= 1700.0));
    }
    let counts = [Fit::TooEmpty, Fit::Fits, Fit::TooFull].map(|fit| found.count_fit(fit));
    assert_eq!(counts.iter().sum::<usize>(), 20);
    assert!(counts[0] > 0, "the district has circles with few people: {counts:?}");
}

/// Finer points with their parts, and people.
type Committee = (Vec<([f64; 2], f64)>, Option<f64>);

/// A city of points: committees with their finer points and people, and centres.
fn city_of(committees: &[Committee], centres: &[[f64; 2]]) -> City {
    let rows = committees.len();
    let names =
        |prefix: &str, count: usize| -> Vec<String> { (0..count).map(|row| format!("{prefix}{row}")).collect() };
    let demand = Demand {
        id: names("d", rows),
        name: names("d", rows),
        town: vec![None; rows],
        population: committees.iter().map(|(_, people)| *people).collect(),
        shape: vec![None; rows],
        points: DemandPoints::grouped(committees.iter().map(|(points, _)| points.iter().copied())),
        ..Demand::default()
    };
    let facilities = Facilities {
        id: names("f", centres.len()),
        name: names("f", centres.len()),
        position: centres.to_vec(),
        xy: centres.to_vec(),
        status: vec![Status::Existing; centres.len()],
        town: vec![None; centres.len()],
        services: vec![vec![]; centres.len()],
        ..Facilities::default()
    };
    City::new(demand, facilities, Towns::default(), Frame::metres()).unwrap()
}

fn uncut(kinds: &str) -> Edition {
    Edition::from_toml(&format!(
        "name = \"x\"\ntitle = \"x\"\nedition = \"x\"\nsource = \"x\"\n[circle]\nradius_m = 1000\nnot_cut_by = {kinds}\nverified = true\nsource = \"x\"\n"
    ))
    .unwrap()
}

/// Check a city by air against `not_cut_by = ["railway", "expressway"]`, with these lines.
fn cuts(city: &City, lines: &[(Vec<[f64; 2]>, &str)]) -> Check {
    let shapes: Vec<MultiLineString<f64>> =
        lines.iter().map(|(line, _)| MultiLineString(vec![line.clone().into()])).collect();
    let kind: Vec<String> = lines.iter().map(|(_, kind)| (*kind).to_owned()).collect();
    let index = BarrierIndex::new(&shapes);
    let lines = Lines { index: &index, kind: &kind, hash: Some("0123") };
    let walk = CrowFly::new(1.0).unwrap();
    check(city, &walk, 1.33, &uncut("[\"railway\", \"expressway\"]"), None, Some(&lines), &Control::new()).unwrap()
}

/// A centre at the origin and one far to the west; a railway 100 m to the east, a river beyond it.
///
/// Of the committees, one lives on both sides of the railway, one beyond it in
/// unknown number, one beyond the river too, one touches the railway, and one is
/// out of reach across it.
#[test]
fn people_across_a_railway_are_cut_off() {
    let at = |x: f64| ([x, 0.0], 1.0);
    let committees = [
        (vec![([50.0, 0.0], 3.0), ([200.0, 0.0], 1.0), ([210.0, 10.0], 0.0)], Some(400.0)),
        (vec![at(300.0)], None),
        (vec![at(600.0)], Some(70.0)),
        (vec![at(100.0)], Some(5.0)),
        (vec![at(1200.0)], Some(1000.0)),
        (vec![at(-2500.0)], Some(30.0)),
    ];
    let city = city_of(&committees, &[[0.0, 0.0], [-3000.0, 0.0]]);
    let railway = vec![[100.0, -50.0], [100.0, 50.0]];
    let river = vec![[500.0, -50.0], [500.0, 50.0]];
    let found = cuts(&city, &[(river.clone(), "river"), (railway.clone(), "railway")]);
    let off = |committee, people| CutOff { committee, facility: 0, barrier: 1, people };
    assert_eq!(found.cut_off, Some(vec![off(0, 100.0), off(1, 0.0), off(2, 70.0), off(3, 5.0)]));
    assert_eq!(found.circles[0].cut, Some(Cut { people: 175.0, by: vec![1] }));
    assert_eq!(found.circles[0].share_cut(), Some(175.0 / 475.0));
    assert_eq!(found.circles[1].cut, Some(Cut::default()));
    assert_eq!((found.count_cut(), found.not_judged.len()), (Some(1), 0));

    // Where the river runs before the railway it is still the railway that is named.
    let nearer = vec![[80.0, -50.0], [80.0, 50.0]];
    assert_eq!(cuts(&city, &[(nearer, "river"), (railway, "railway")]).circles, found.circles);

    // Without such a line it is not known, and said to be so.
    let unknown = cuts(&city, &[(river, "river")]);
    assert_eq!((unknown.count_cut(), unknown.circles[0].cut.as_ref()), (None, None));
    assert!(unknown.not_judged[0].reason.contains("no barrier of the data"));
    assert_eq!(unknown.not_judged[0].says, "not cut by railway, expressway");
}

#[test]
fn each_cut_names_the_line_met_first_and_most_people_come_first() {
    let committees = [(vec![([0.0, 300.0], 1.0)], Some(10.0)), (vec![([300.0, 0.0], 1.0)], Some(20.0))];
    let city = city_of(&committees, &[[0.0, 0.0]]);
    let across = |y: f64| vec![[-50.0, y], [50.0, y]];
    let found = cuts(
        &city,
        &[(across(100.0), "railway"), (across(50.0), "expressway"), (vec![[150.0, -9.0], [150.0, 9.0]], "railway")],
    );
    // From home the railway at 100 m comes before the expressway at 50 m.
    assert_eq!(found.circles[0].cut, Some(Cut { people: 30.0, by: vec![2, 0] }));
    let names = ["沪宁铁路", "", "沪宁铁路"].map(str::to_owned);
    assert_eq!(Cut { people: 0.0, by: vec![2, 1, 0] }.names(&names), ["沪宁铁路", "(a barrier without a name)"]);
}

#[test]
fn finer_points_are_blocks_where_there_are_any() {
    let toml = "name = \"x\"\ntitle = \"x\"\nedition = \"x\"\nsource = \"x\"\n[neighbourhood_block]\npeople = [1000, 3000]\nverified = false\nsource = \"x\"\n";
    let edition = Edition::from_toml(toml).unwrap();
    let walk = CrowFly::new(1.0).unwrap();
    let checked = |city: &City| check(city, &walk, 1.33, &edition, None, None, &Control::new()).unwrap();
    let points = vec![([0.0, 0.0], 1.0), ([9.0, 0.0], 3.0), ([9.0, 9.0], 4.0)];
    let city = city_of(&[(points.clone(), Some(8000.0)), (points, None)], &[[0.0, 0.0]]);
    let found = checked(&city);
    let fits: Vec<_> = found.blocks.iter().map(|block| (block.committee, block.people, block.fit)).collect();
    assert_eq!(
        fits[..3],
        [(0, Some(1000.0), Some(Fit::Fits)), (0, Some(3000.0), Some(Fit::Fits)), (0, Some(4000.0), Some(Fit::TooFull))]
    );
    assert_eq!(fits[3..], [(1, None, None); 3]);
    let coarse = checked(&city_of(&[(vec![([0.0, 0.0], 1.0)], Some(2000.0))], &[[0.0, 0.0]]));
    assert!(coarse.blocks.is_empty() && coarse.not_judged[0].says == "1000 to 3000 people");
}

/// Whether two straight pieces share a point, by where the ends of each lie beside the other. Whole
/// numbers, so nothing is rounded.
fn meet(a: [i32; 2], b: [i32; 2], c: [i32; 2], d: [i32; 2]) -> bool {
    let side = |p: [i32; 2], q: [i32; 2], r: [i32; 2]| {
        ((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])).signum()
    };
    let on = |p: [i32; 2], q: [i32; 2], r: [i32; 2]| {
        side(p, q, r) == 0 && (0..2).all(|axis| p[axis].min(q[axis]) <= r[axis] && r[axis] <= p[axis].max(q[axis]))
    };
    (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0)
        || on(a, b, c)
        || on(a, b, d)
        || on(c, d, a)
        || on(c, d, b)
}

fn place() -> impl Strategy<Value = [i32; 2]> {
    [-12..12_i32, -12..12_i32]
}

proptest! {
    /// Everyone whose straight line to their nearest centre meets a line of these kinds, counted one by one.
    #[test]
    fn cuts_are_what_their_definition_says(
        homes in prop::collection::vec((place(), 0..50_u32), 1..12),
        centres in prop::collection::vec(place(), 1..4),
        lines in prop::collection::vec((prop::collection::vec(place(), 2..4), 0..3_usize), 0..5),
    ) {
        const KINDS: [&str; 3] = ["river", "railway", "expressway"];
        let metres = |at: [i32; 2]| at.map(|value| f64::from(value) * 60.0);
        let committees: Vec<_> =
            homes.iter().map(|&(at, people)| (vec![(metres(at), 1.0)], Some(f64::from(people)))).collect();
        let sites: Vec<_> = centres.iter().copied().map(metres).collect();
        let drawn: Vec<_> = lines.iter().map(|(line, kind)| (line.iter().copied().map(metres).collect(), KINDS[*kind])).collect();
        let found = cuts(&city_of(&committees, &sites), &drawn);
        if lines.iter().all(|(_, kind)| *kind == 0) {
            prop_assert!(found.count_cut().is_none() && found.circles.iter().all(|circle| circle.cut.is_none()));
            return Ok(());
        }
        let mut expected = vec![(0.0, 0.0); centres.len()];
        for &(home, people) in &homes {
            let squared = |to: [i32; 2]| (home[0] - to[0]).pow(2) + (home[1] - to[1]).pow(2);
            let site = (0..centres.len()).min_by_key(|&site| (squared(centres[site]), site)).unwrap();
            // 1,000 m in steps of 60 m.
            if f64::from(squared(centres[site])) * 3600.0 > 1e6 { continue; }
            let crosses = |line: &[[i32; 2]]| line.windows(2).any(|piece| meet(home, centres[site], piece[0], piece[1]));
            let cut = lines.iter().any(|(line, kind)| *kind > 0 && crosses(line));
            expected[site].0 += f64::from(people);
            expected[site].1 += if cut { f64::from(people) } else { 0.0 };
        }
        for (circle, (people, cut)) in found.circles.iter().zip(expected) {
            prop_assert_eq!(circle.people, people);
            let found_cut = circle.cut.as_ref().unwrap();
            prop_assert_eq!(found_cut.people, cut);
            prop_assert_eq!(found_cut.by.is_empty(), cut == 0.0);
            prop_assert!(found_cut.by.iter().all(|&line| drawn[line as usize].1 != "river"));
        }
        let off: f64 = found.cut_off.iter().flatten().map(|cut| cut.people).sum();
        prop_assert_eq!(off, found.circles.iter().map(|circle| circle.cut.as_ref().unwrap().people).sum::<f64>());
    }
}
