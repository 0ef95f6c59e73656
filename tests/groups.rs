//! Groups at their own speeds, layers of demand and free choice, against the definition.

mod common;

use common::{Committee, city, place, walk_m};
use linli::{
    City, Error, Standard,
    assign::{
        assign_paced,
        capacity::{Request, Room, Terms, assign},
        compare_choice,
    },
    city::Frame,
    control::Control,
    coverage::{Question, RowStatus, coverage},
    demand::{Demand, Measure},
    layer::Layer,
    town::Towns,
    walk::CrowFly,
};
use proptest::prelude::*;

const DETOUR: f64 = 1.3;

fn walk() -> CrowFly {
    CrowFly::new(DETOUR).unwrap()
}

fn committees() -> impl Strategy<Value = Vec<Committee>> {
    let committee = prop::collection::vec((place(), 1.0..900.0_f64), 0..5);
    prop::collection::vec(committee, 1..20)
}

/// The city with measures that are parts of each committee's people.
fn with_groups(city: &City, parts: &[(&str, f64)]) -> City {
    let of = |part: f64| city.demand().population.iter().map(|people| people.map(|people| people * part)).collect();
    let measure = |&(name, part): &(&str, f64)| Measure { name: name.to_owned(), values: of(part) };
    let demand = Demand { measures: parts.iter().map(measure).collect(), ..city.demand().clone() };
    City::new(demand, city.facilities().clone(), Towns::default(), Frame::metres()).unwrap()
}

fn speeds() -> Vec<(String, f64)> {
    vec![("over_60".to_owned(), 0.8), ("over_80".to_owned(), 0.5)]
}

fn at_speeds() -> Question {
    Question { speeds: speeds(), ..Question::within(Standard::new(15.0, 1.0).unwrap()) }
}

/// Part of the people, and their speed.
const PACES: [(f64, f64); 3] = [(0.2, 0.8), (0.1, 0.5), (0.7, 1.0)];

proptest! {
    #[test]
    fn each_person_walks_at_one_speed(
        committees in committees(),
        centres in prop::collection::vec(place(), 1..12),
    ) {
        let city = with_groups(&city(&committees, &centres, |_| false), &[("over_60", 0.3), ("over_80", 0.1)]);
        let found = coverage(&city, &walk(), &at_speeds(), &Control::new()).unwrap();
        let shortest = |xy: [f64; 2]| centres.iter().map(|&c| walk_m(DETOUR, xy, c)).fold(f64::INFINITY, f64::min);
        let mut by_group = [0.0; 3];
        for (at, points) in committees.iter().enumerate() {
            let row = found.rows()[at];
            let near = |(_, speed): (f64, f64), xy: [f64; 2]| shortest(xy) <= 15.0 * 60.0 * speed;
            let mut covered = 0.0;
            for (group, pace) in PACES.into_iter().enumerate() {
                let inside: f64 = points.iter().filter(|(xy, _)| near(pace, *xy)).map(|(_, n)| n * pace.0).sum();
                by_group[group] += inside;
                covered += inside;
            }
            let people: f64 = points.iter().map(|(_, n)| n).sum();
            prop_assert!((row.people_covered().unwrap() - covered).abs() < 1e-6 * people.max(1.0));
            let every = |all: bool| PACES.into_iter().flat_map(|pace| points.iter().map(move |point| (pace, point)))
                .filter(|(pace, (xy, _))| near(*pace, *xy)).count() >= if all { 3 * points.len() } else { 1 };
            let status = match points.len() {
                0 => RowStatus::Unlocated,
                _ if every(true) => RowStatus::Covered,
                _ if every(false) => RowStatus::Partial,
                _ => RowStatus::BeyondLimit,
            };
            prop_assert_eq!(row.status, status);
            let walked: f64 = points.iter().map(|(xy, n)| shortest(*xy) * n).sum::<f64>() / people;
            let minutes: f64 = PACES.into_iter().map(|(part, speed)| part * walked / speed / 60.0).sum();
            if let Some(own) = found.minutes()[at] {
                prop_assert!((own - minutes).abs() < 1e-6 * minutes.max(1.0));
            }
        }
        let groups = found.by_group();
        for (group, expected) in groups.iter().zip(by_group) {
            prop_assert!((group.totals.people_covered - expected).abs() < 1e-6 * expected.max(1.0));
        }
        let sum: f64 = groups.iter().map(|group| group.totals.people_covered).sum();
        prop_assert!((sum - found.totals().people_covered).abs() < 1e-6 * sum.max(1.0));
    }

    /// Of a whole committee, each point's people compare the walk to their own centre with the nearest.
    #[test]
    fn free_choice_is_made_place_by_place(
        committees in committees(),
        centres in prop::collection::vec(place(), 1..6),
        picks in prop::collection::vec(0_usize..7, 20),
    ) {
        let city = with_groups(&city(&committees, &centres, |_| false), &[("over_60", 0.3), ("over_80", 0.1)]);
        let own = |row: usize| Some(picks[row]).filter(|&pick| pick < centres.len());
        let belongs: Vec<Vec<(u32, f64)>> =
            (0..committees.len()).map(|row| own(row).map(|centre| (centre as u32, 1.0)).into_iter().collect()).collect();
        let found = compare_choice(&city, &walk(), &at_speeds(), &belongs, &Control::new()).unwrap();
        for (row, points) in committees.iter().enumerate() {
            let people: f64 = points.iter().map(|(_, n)| n).sum();
            let walks = |xy: [f64; 2]| centres.iter().map(move |&c| walk_m(DETOUR, xy, c));
            let nearest = |xy: [f64; 2]| {
                walks(xy).enumerate().reduce(|best, next| if next.1 < best.1 { next } else { best }).unwrap()
            };
            let away = |xy: [f64; 2]| own(row).filter(|&centre| nearest(xy).0 != centre);
            let elsewhere: f64 = points.iter().filter(|(xy, _)| away(*xy).is_some()).map(|(_, n)| n).sum();
            let extra: f64 = points.iter().filter_map(|(xy, n)| {
                Some(n * (walk_m(DETOUR, *xy, centres[away(*xy)?]) - nearest(*xy).1))
            }).sum();
            let of = found.rows[row];
            prop_assert!((of.elsewhere * people - elsewhere).abs() < 1e-6 * people.max(1.0));
            prop_assert!((of.extra_m.unwrap_or(0.0) * elsewhere - extra).abs() < 1e-6 * extra.max(1.0));
            for (group, (part, speed)) in found.groups.iter().zip(PACES) {
                let near = |metres: f64| metres <= 15.0 * 60.0 * speed;
                let sum = |counts: &dyn Fn([f64; 2]) -> bool| -> f64 {
                    points.iter().filter(|(xy, _)| counts(*xy)).map(|(_, n)| n * part).sum()
                };
                let known = group.walkers.people[row].unwrap();
                let by_choice = sum(&|xy| near(nearest(xy).1));
                let by_own = sum(&|xy| own(row).is_some_and(|centre| near(walk_m(DETOUR, xy, centres[centre]))));
                prop_assert!((group.within_by_choice[row] * known - by_choice).abs() < 1e-6 * people.max(1.0));
                prop_assert!((group.within[row] * known - by_own).abs() < 1e-6 * people.max(1.0));
            }
            let flow: f64 = found.flows.iter().filter(|flow| flow.0 as usize == row).map(|flow| flow.3).sum();
            let all = f64::from(u8::from(!points.is_empty()));
            prop_assert!((flow - all).abs() < 1e-9);
            let moved = found.flows.iter().filter(|f| f.0 as usize == row && f.1.is_some() && f.1 != f.2);
            prop_assert!((moved.map(|flow| flow.3).sum::<f64>() - of.elsewhere).abs() < 1e-9);
        }
    }

    /// With room for all, each group of a committee goes to its nearest centre if that is within its own limit.
    #[test]
    fn groups_are_assigned_within_their_own_limits(
        committees in committees(),
        centres in prop::collection::vec(place(), 1..6),
    ) {
        let city = with_groups(&city(&committees, &centres, |_| false), &[("over_60", 0.3), ("over_80", 0.1)]);
        let found = assign_paced(&city, &walk(), &request(Room::Unlimited), &speeds(), &Control::new()).unwrap();
        for (row, points) in committees.iter().enumerate() {
            let people: f64 = points.iter().map(|(_, n)| n).sum();
            let mean = |c: [f64; 2]| points.iter().map(|(xy, n)| walk_m(DETOUR, *xy, c) * n).sum::<f64>() / people;
            let shortest = centres.iter().map(|&c| mean(c)).fold(f64::INFINITY, f64::min);
            for (group, (part, speed)) in PACES.into_iter().enumerate() {
                let levels = found.levels[group][row];
                let limit_m = 15.0 * 60.0 * speed;
                prop_assert!((levels.people - part * people).abs() < 1e-6 * people.max(1.0));
                // Where rounding decides, either will do.
                if (shortest - limit_m).abs() > 1e-6 && people > 0.0 {
                    let near = shortest <= limit_m;
                    prop_assert_eq!(levels.served > 0.0, near, "{} {}", shortest, limit_m);
                    prop_assert_eq!(levels.out_of_reach > 0.0, !near);
                }
                prop_assert!(levels.no_capacity == 0.0);
            }
        }
        check_sums(&found)?;
    }

    /// Little room: nobody is lost, no centre is over its room, and parts say what levels say.
    #[test]
    fn groups_share_the_room_there_is(
        committees in committees(),
        centres in prop::collection::vec(place(), 1..6),
        room in 50.0..2000.0_f64,
        whole: bool,
    ) {
        let city = with_groups(&city(&committees, &centres, |_| false), &[("over_60", 0.3), ("over_80", 0.1)]);
        let mut request = request(Room::Given(vec![room; centres.len()]));
        (request.terms.whole, request.terms.time_limit_s) = (whole, Some(0.2));
        let found = assign_paced(&city, &walk(), &request, &speeds(), &Control::new()).unwrap();
        check_sums(&found)?;
        for load in &found.city.plan.load {
            prop_assert!(*load <= room + 1e-6);
        }
        if !whole {
            // One speed for all serves at least as many: every slower group has fewer centres in reach.
            let all = assign(&city, &walk(), &request, &Control::new()).unwrap();
            let served = |levels: linli::assign::capacity::Levels| levels.served;
            let own = served(found.city.levels());
            prop_assert!(own <= served(all.levels()) + 1e-6);
        }
    }
}

fn request(room: Room) -> Request {
    Request {
        minutes: Some(15.0),
        speed_m_per_s: 1.0,
        service: None,
        group: None,
        room,
        within_town: false,
        exceptions: vec![],
        neighbours: None,
        stay: vec![],
        together: vec![],
        apart: vec![],
        measures: vec![],
        today: None,
        most_moved: None,
        terms: Terms { everyone: false, ..Terms::default() },
    }
}

fn check_sums(found: &linli::assign::PacedAssignment) -> Result<(), TestCaseError> {
    let all = found.city.levels();
    prop_assert!((all.people - all.served - all.no_capacity - all.out_of_reach).abs() < 1e-6 * all.people.max(1.0));
    let parts: f64 = found.parts.iter().map(|part| part.3).sum();
    prop_assert!((parts - all.served).abs() < 1e-6 * all.people.max(1.0));
    let merged: f64 = found.city.plan.parts.iter().map(|part| part.2).sum();
    prop_assert!((merged - parts).abs() < 1e-6 * all.people.max(1.0));
    let pairs = found.city.plan.parts.windows(2).all(|pair| (pair[0].0, pair[0].1) < (pair[1].0, pair[1].1));
    prop_assert!(pairs, "a committee has one part a centre");
    let centres = found.city.levels_by_centre();
    let served: f64 = centres.iter().map(|levels| levels.served).sum();
    prop_assert!((served - all.served).abs() < 1e-6 * all.people.max(1.0));
    Ok(())
}

#[test]
fn what_asks_of_one_speed_says_so() {
    let city =
        with_groups(&city(&[vec![([0.0, 0.0], 9.0)]], &[[0.0, 0.0]], |_| false), &[("over_60", 0.3), ("over_80", 0.1)]);
    let grouped = Question { group: Some("over_60".to_owned()), ..at_speeds() };
    let message = coverage(&city, &walk(), &grouped, &Control::new()).unwrap_err().to_string();
    assert!(message.contains("give one of the two"), "{message}");
    let message = linli::coverage::robustness(&city, &walk(), &at_speeds(), 0.1, &[15.0], &Control::new());
    assert!(message.unwrap_err().to_string().contains("walk at one speed"));
    let touching = Request { neighbours: Some(vec![]), ..request(Room::Unlimited) };
    let message = assign_paced(&city, &walk(), &touching, &speeds(), &Control::new()).unwrap_err().to_string();
    assert!(message.contains("whole committees"), "{message}");
    let limited = Request { most_moved: Some(0.0), ..request(Room::Unlimited) };
    let message = assign_paced(&city, &walk(), &limited, &speeds(), &Control::new()).unwrap_err().to_string();
    assert!(message.contains("centres of today"), "{message}");
    let closed = compare_choice(&city, &walk(), &at_speeds(), &[vec![(7, 1.0)]], &Control::new()).unwrap_err();
    assert!(closed.to_string().contains("not open"), "{closed}");
    let short = compare_choice(&city, &walk(), &at_speeds(), &[], &Control::new()).unwrap_err();
    assert!(matches!(short, Error::Length { .. }));
}

#[test]
fn a_group_that_cannot_walk_to_the_centre_it_stays_at_goes_nowhere() {
    let city = with_groups(
        &city(&[vec![([0.0, 0.0], 100.0)]], &[[100.0, 0.0], [500.0, 0.0]], |_| false),
        &[("over_60", 0.3), ("over_80", 0.1)],
    );
    let stays = Request { stay: vec![(0, 1)], ..request(Room::Unlimited) };
    let found = assign_paced(&city, &walk(), &stays, &speeds(), &Control::new()).unwrap();
    // 650 m on foot: within 900 m and 720 m, beyond the 450 m of those over 80.
    let fates: Vec<(f64, f64)> = found.levels.iter().map(|of| (of[0].served, of[0].out_of_reach)).collect();
    assert_eq!(fates, [(20.0, 0.0), (0.0, 10.0), (70.0, 0.0)]);
}

#[test]
fn a_layer_is_demand_like_any_other() {
    let residents = city(&[vec![([0.0, 0.0], 100.0)], vec![([9000.0, 0.0], 50.0)]], &[[9000.0, 0.0]], |_| false);
    let jobs = Layer::new("jobs", 2, &[(0, [8900.0, 0.0], Some(40.0))]).unwrap();
    let both = residents.with_layer(jobs).unwrap();
    assert_eq!(both.input_hash(), residents.input_hash());
    let ask =
        |city: &City| coverage(city, &walk(), &Question::within(Standard::new(15.0, 1.0).unwrap()), &Control::new());
    assert_eq!(ask(&both).unwrap().totals().people_covered.to_bits(), 50.0_f64.to_bits());
    let at_noon = both.layer(&[("jobs".to_owned(), 1.0)]).unwrap();
    let found = ask(&at_noon).unwrap();
    assert_eq!((found.totals().people, found.totals().people_covered), (40.0, 40.0));
    assert_eq!(found.provenance().layer.as_deref(), Some("jobs"));
    assert_ne!(at_noon.input_hash(), residents.input_hash());
    let again = at_noon.layer(&[("jobs".to_owned(), 1.0)]).unwrap_err().to_string();
    assert!(again.contains("ask the city it came from"), "{again}");
    let other = Layer::new("jobs", 3, &[]).unwrap();
    assert!(matches!(residents.with_layer(other).unwrap_err(), Error::Length { .. }));
}
