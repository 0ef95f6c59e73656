//! Proposals: the embedded district, small cities against every choice there is, and what is refused.

use linli::{
    City, Error, Standard,
    city::{Frame, WhatIf},
    control::Control,
    coverage::{Question, coverage},
    datasets,
    demand::{Demand, DemandPoints, Measure},
    facility::{Facilities, Status},
    network::{SnapRule, StreetNetwork},
    proposal::{Ask, Candidates, Model, Origin, Place, Proposal, Reason, propose},
    town::Towns,
    walk::CrowFly,
};

fn walk() -> CrowFly {
    CrowFly::new(1.3).unwrap()
}

fn fifteen() -> Ask {
    Ask::within(Standard::new(15.0, 1.33).unwrap())
}

fn ask(city: &City, ask: &Ask) -> linli::Result<Proposal> {
    propose(city, &walk(), ask, &Control::new())
}

/// What coverage says of the city with the plan carried out.
fn covered_in(city: &City, question: &Ask) -> f64 {
    let question = Question {
        service: question.service.clone(),
        group: question.group.clone(),
        ..Question::within(question.standard)
    };
    coverage(city, &walk(), &question, &Control::new()).unwrap().totals().people_covered
}

#[test]
fn coverage_of_the_city_with_the_plan_agrees_with_the_proposal() {
    let city = datasets::putuo().unwrap();
    let canteens = Ask { service: Some("canteen".to_owned()), ..fifteen() };
    let older = Ask { group: Some("over_60".to_owned()), new: vec![2], ..fifteen() };
    let grid = Ask { candidates: Candidates::Grid(Some(500.0)), new: vec![3], ..fifteen() };
    let near = Ask { model: Model::PMedian, ..grid.clone() };
    let phased = Ask { new: vec![2, 1], ..grid.clone() };
    for question in [fifteen(), canteens, older, grid, near, phased] {
        let question = Ask { new: question.new.iter().map(|&new| new.min(3)).collect(), ..question };
        let found = ask(&city, &question).unwrap();
        let (before, after) = (covered_in(&city, &question), found.city(&city, None).unwrap());
        let noise = 1e-6;
        assert!((found.covered_before() - before).abs() < noise, "{question:?}");
        assert!((found.covered_after() - covered_in(&after, &question)).abs() < noise, "{question:?}");
        assert!((found.people() - coverage_people(&city, &question)).abs() < noise);
        let gained: f64 = found.picks().iter().map(|pick| pick.people_gained).sum();
        assert!((before + gained - found.covered_after()).abs() < noise);
        assert_eq!(found.picks().len(), question.new.iter().sum::<usize>());
        // Each in turn left out: what coverage says is lost.
        for pick in found.picks() {
            let site = &found.sites()[pick.site as usize];
            let without = after.what_if(&WhatIf { close: vec![site.id.clone()], ..WhatIf::default() }).unwrap();
            let lost = found.covered_after() - covered_in(&without, &question);
            assert!((lost - pick.people_lost).abs() < noise, "{lost} {pick:?}");
        }
        let people: f64 = found.centres().iter().map(|centre| centre.people).sum();
        assert!((people - found.covered_after()).abs() < noise);
    }
}

fn coverage_people(city: &City, question: &Ask) -> f64 {
    let question = Question { group: question.group.clone(), ..Question::within(question.standard) };
    coverage(city, &walk(), &question, &Control::new()).unwrap().totals().people
}

#[test]
fn a_grid_lies_inside_the_committees_and_is_the_same_every_time() {
    let city = datasets::putuo().unwrap();
    let question = Ask { candidates: Candidates::Grid(None), new: vec![1], ..fifteen() };
    let (a, b) = (ask(&city, &question).unwrap(), ask(&city, &question).unwrap());
    assert_eq!(a.sites(), b.sites());
    let grid: Vec<_> = a.sites().iter().filter(|site| site.origin == Origin::Grid).collect();
    assert!((300..=800).contains(&grid.len()), "{}", grid.len());
    assert_eq!(a.provenance().spacing_m, Some(300.0));
    let mut near = f64::INFINITY;
    for (row, site) in grid.iter().enumerate() {
        assert!(site.town.is_some() && site.name.contains(&site.id), "{site:?}");
        for other in &grid[..row] {
            near = near.min((site.xy[0] - other.xy[0]).hypot(site.xy[1] - other.xy[1]));
        }
    }
    assert!((near - 300.0).abs() < 0.5, "{near}");
}

#[test]
fn a_mistaken_spacing_is_refused_with_one_that_does() {
    let city = datasets::putuo().unwrap();
    for (spacing_m, says) in
        [(0.5, "candidates; give 300"), (0.0, "positive"), (f64::NAN, "positive"), (-5.0, "positive")]
    {
        let question = Ask { candidates: Candidates::Grid(Some(spacing_m)), ..fifteen() };
        let message = ask(&city, &question).err().unwrap().to_string();
        assert!(message.contains(says), "{message}");
    }
}

/// Committees on a line, 1 km apart, with people; existing centres and candidates at positions on it.
fn street(people: &[Option<f64>], existing: &[f64], candidates: &[f64]) -> City {
    let rows = people.len();
    let names = |prefix: &str, count: usize| (0..count).map(|row| format!("{prefix}{row}")).collect::<Vec<_>>();
    let at: Vec<[f64; 2]> = existing.iter().chain(candidates).map(|&x| [x, 0.0]).collect();
    let mut status = vec![Status::Existing; existing.len()];
    status.resize(at.len(), Status::Candidate);
    let demand = Demand {
        id: names("d", rows),
        name: names("committee ", rows),
        town: vec![None; rows],
        population: people.to_vec(),
        measures: vec![Measure {
            name: "over_60".to_owned(),
            values: people.iter().map(|p| p.map(|p| p / 2.0)).collect(),
        }],
        shape: vec![None; rows],
        points: DemandPoints::one_each((0..rows).map(|row| Some([1000.0 * row as f64, 0.0]))),
    };
    let facilities = Facilities {
        id: names("c", at.len()),
        name: names("centre ", at.len()),
        position: at.clone(),
        xy: at.clone(),
        status,
        town: vec![None; at.len()],
        services: vec![vec![]; at.len()],
        service_names: vec![],
        measures: vec![],
    };
    City::new(demand, facilities, Towns::default(), Frame::metres()).unwrap()
}

#[test]
fn lscp_names_whom_nobody_can_reach_and_the_minutes_that_would_do() {
    let city = street(&[Some(10.0), None, Some(30.0), Some(0.0)], &[0.0], &[100.0]);
    let question = Ask { model: Model::Lscp, new: vec![], ..fifteen() };
    let error = ask(&city, &question).err().unwrap();
    let message = error.to_string();
    assert!(message.contains("committee 2 (row 2)") && message.contains("within 15 minutes"), "{message}");
    let Error::Infeasible { rows, parameter, needed: Some(minutes), .. } = error else { panic!("{message}") };
    // Nobody lives in the last; of the second it is not known, so it counts.
    assert_eq!((rows.as_slice(), parameter), ([2].as_slice(), "minutes"));
    assert!(message.contains(&format!("minutes = {minutes} would do")), "{message}");
    let longer = Ask { standard: Standard::new(minutes, 1.33).unwrap(), ..question.clone() };
    assert!(ask(&city, &longer).is_ok());
    let shorter = Ask { standard: Standard::new(minutes - 0.11, 1.33).unwrap(), ..question };
    assert!(ask(&city, &shorter).is_err());
}

#[test]
fn lscp_opens_the_fewest() {
    let city = street(&[Some(10.0), Some(20.0), Some(30.0), Some(5.0)], &[0.0], &[1000.0, 1500.0, 2500.0, 3000.0]);
    let found = ask(&city, &Ask { model: Model::Lscp, new: vec![], ..fifteen() }).unwrap();
    assert_eq!(found.new_sites().map(|site| site.id.as_str()).collect::<Vec<_>>(), ["c2", "c3"]);
    assert_eq!((found.plan().objective, found.plan().proven), (3.0, true));
    assert_eq!(found.covered_after(), 65.0);
}

#[test]
fn what_is_not_known_is_left_out_by_name() {
    let city = street(&[Some(10.0), None, Some(30.0)], &[0.0], &[1000.0, 2000.0]);
    let mut demand = city.demand().clone();
    demand.points = DemandPoints::one_each([Some([0.0, 0.0]), Some([1000.0, 0.0]), None]);
    let city = City::new(demand, city.facilities().clone(), Towns::default(), Frame::metres()).unwrap();
    let found = ask(&city, &Ask { new: vec![1], ..fifteen() }).unwrap();
    let left: Vec<_> = found.left_out().iter().map(|out| (out.row, out.reason, out.people)).collect();
    assert_eq!(left, [(1, Reason::PopulationUnknown, None), (2, Reason::Unlocated, Some(30.0))]);
    assert_eq!((found.people(), found.covered_before(), found.covered_after()), (40.0, 10.0, 10.0));
}

#[test]
fn on_streets_it_is_said_who_cannot_walk() {
    // A street past the first three; the third piece is cut off, the last committee far from any.
    let city = street(&[Some(10.0), Some(20.0), Some(30.0), Some(40.0)], &[0.0], &[500.0, 1000.0]);
    let node_xy = [[0.0, 0.0], [500.0, 0.0], [1000.0, 0.0], [1990.0, 0.0], [2010.0, 0.0]];
    let edges = [[0, 1], [1, 2], [3, 4]];
    let streets = StreetNetwork::from_edges(&node_xy, &edges, &[500.0, 500.0, 20.0]).unwrap();
    let rule = SnapRule { min_junctions: 1, ..streets.snap_rule() };
    let streets = streets.with_snapping(rule).unwrap();
    for model in [Model::Mclp, Model::PMedian, Model::PCenter] {
        let question = Ask { model, new: vec![1], ..fifteen() };
        let found = propose(&city, &streets, &question, &Control::new()).unwrap();
        let left: Vec<_> = found.left_out().iter().map(|out| (out.row, out.reason, out.people)).collect();
        assert_eq!(left, [(2, Reason::Unreachable, Some(30.0)), (3, Reason::Unsnapped, Some(40.0))], "{model:?}");
        assert_eq!((found.people(), found.covered_before(), found.covered_after()), (100.0, 30.0, 30.0));
        if model == Model::PMedian {
            assert_eq!(found.new_sites().next().unwrap().id, "c2");
            assert_eq!(found.plan().objective, 0.0);
        }
    }
}

#[test]
fn groups_walk_at_their_own_speed() {
    // 900 m on foot is near for most, too far at 0.9 m/s.
    let city = street(&[Some(100.0), Some(200.0)], &[0.0], &[300.0, 1900.0]);
    let question = Ask { new: vec![1], speeds: vec![("over_60".to_owned(), 0.7)], ..fifteen() };
    let found = ask(&city, &question).unwrap();
    let groups = found.groups();
    assert_eq!(groups.len(), 2);
    assert_eq!((groups[0].name.as_deref(), groups[0].limit_m), (Some("over_60"), 630.0));
    // 1.3 × 700 m is beyond 630 m, 1.3 × 900 m within 1,197 m: both reach the others only.
    assert_eq!((groups[0].people, groups[0].covered_before, groups[0].covered_after), (150.0, 50.0, 50.0));
    assert_eq!((groups[1].people, groups[1].covered_before, groups[1].covered_after), (150.0, 50.0, 150.0));
    assert_eq!((found.covered_before(), found.covered_after()), (100.0, 200.0));
    assert_eq!(found.lines().iter().map(|line| line.people).sum::<f64>(), 200.0);
}

#[test]
fn nobody_without_a_centre_today_is_no_fault() {
    let city = street(&[Some(100.0), Some(200.0)], &[], &[0.0, 1000.0]);
    for model in [Model::Mclp, Model::PMedian, Model::PCenter] {
        let found = ask(&city, &Ask { model, new: vec![1], ..fifteen() }).unwrap();
        assert_eq!(found.covered_before(), 0.0);
        assert_eq!(found.picks().len(), 1);
        assert_eq!(found.picks()[0].gained.is_none(), model == Model::PMedian);
    }
}

#[test]
fn what_cannot_be_asked_is_refused_in_its_own_words() {
    let city = street(&[Some(100.0), Some(200.0)], &[0.0], &[1000.0, 1200.0]);
    let place = |id: &str, x: f64| Place { id: id.to_owned(), name: String::new(), position: [x, 0.0] };
    let one = || Ask { new: vec![1], ..fifteen() };
    let named = |name: &str| Ask { forbidden: vec![name.to_owned()], ..one() };
    let wrong = [
        (Ask { new: vec![0], ..one() }, "at least 1 new centre"),
        (Ask { new: vec![], ..one() }, "how many"),
        (Ask { new: vec![1, 0], ..one() }, "phase 2 opens no centre"),
        (Ask { new: vec![3], ..one() }, "3 new centres, but only 2 candidates"),
        (Ask { new: vec![2], ..named("c1") }, "only 1 candidates besides the 1 forbidden"),
        (Ask { model: Model::Lscp, ..one() }, "lscp finds the fewest"),
        (Ask { model: Model::PCenter, new: vec![1, 1], ..one() }, "cannot be added up"),
        (Ask { model: Model::Gradual { full_minutes: 15.0 }, ..one() }, "below the 15"),
        (named("c9"), "no candidate named \"c9\"; known: c1, c2"),
        (named("c0"), "is open today"),
        (Ask { service: Some("canteen".to_owned()), ..one() }, "no service named"),
        (Ask { group: Some("under_6".to_owned()), ..one() }, "no group named"),
        (Ask { speeds: vec![("under_6".to_owned(), 0.9)], ..one() }, "no group named"),
        (Ask { speeds: vec![("over_60".to_owned(), 90.0)], ..one() }, "metres per second"),
        (Ask { speeds: vec![("over_60".to_owned(), 0.9); 2], ..one() }, "given twice"),
        (
            Ask { speeds: vec![("over_60".to_owned(), 0.9)], group: Some("over_60".to_owned()), ..one() },
            "one of the two",
        ),
        (Ask { speeds: vec![("over_60".to_owned(), 0.9)], model: Model::PMedian, ..one() }, "only mclp and lscp"),
        (Ask { candidates: Candidates::Given(vec![]), ..one() }, "at least one place"),
        (Ask { candidates: Candidates::Given(vec![place("c1", 5.0)]), ..one() }, "ids of their own"),
        (Ask { candidates: Candidates::Given(vec![place("x", f64::NAN)]), ..one() }, "not finite"),
        (Ask { gap: 1.0, ..one() }, "share from 0"),
        (Ask { time_limit_s: Some(-1.0), ..one() }, "seconds"),
    ];
    for (question, says) in wrong {
        let message = ask(&city, &question).err().unwrap_or_else(|| panic!("{question:?}")).to_string();
        assert!(message.contains(says), "{says}: {message}");
    }
    let nobody = street(&[Some(0.0), None], &[0.0], &[1000.0]);
    let message = ask(&nobody, &one()).err().unwrap().to_string();
    assert!(message.contains("nobody"), "{message}");
}

#[test]
fn sure_sites_are_told_from_those_that_could_be_others() {
    // The first candidate alone reaches the large committee; either of the others the small one.
    let city =
        street(&[Some(10.0), None, None, Some(500.0), None, None, Some(20.0)], &[0.0], &[3000.0, 6100.0, 6200.0]);
    let found = ask(&city, &Ask { new: vec![2], ..fifteen() }).unwrap();
    let robust = found.robust(0.01, 0.0, &Control::new()).unwrap();
    let sure: Vec<_> = robust.iter().map(|one| (one.lost, one.in_every_plan)).collect();
    assert_eq!(sure, [(Some(500.0), Some(true)), (Some(0.0), Some(false))]);
    // Without either of the two that stand beside each other, nobody reaches the small one.
    let places = found.robust(0.01, 200.0, &Control::new()).unwrap();
    assert_eq!((places[1].lost, places[1].in_every_plan), (Some(20.0), Some(true)));
    assert!(found.robust(0.01, f64::NAN, &Control::new()).unwrap_err().to_string().contains("nearby_m"));
    let swaps = found.exchanges().unwrap();
    assert_eq!(swaps.next_best(1), Some((3, 0.0)));
    assert_eq!(found.robust(1.0, 0.0, &Control::new()).unwrap_err().to_string().split(':').next(), Some("within = 1"));
    let curve = found.curve(3, &Control::new()).unwrap();
    assert_eq!(curve.iter().map(|point| point.plan.objective).collect::<Vec<_>>(), [10.0, 510.0, 530.0, 530.0]);
    assert!(found.curve(4, &Control::new()).unwrap_err().to_string().contains("3 candidates"));
    let front = found.pareto(&city, &walk(), 10, &Control::new()).unwrap();
    assert!(front.complete);
    assert_eq!(front.points.last().unwrap().covered, 530.0);
}
