//! Division in the field: exceptions to towns, what every part must hold, neighbours on foot and across barriers.

use geo::{Geometry, LineString, MultiLineString, polygon};
use linli::{
    Error,
    city::{City, Frame},
    control::Control,
    demand::{Demand, DemandPoints, Measure},
    facility::Facilities,
    network::StreetNetwork,
    regions::{
        AtLeast, Contiguity, Exceptions, Leaving, Neighbourhood, OnFoot, Request, Terms, Walks, Why, divide_among,
        neighbours, partition,
    },
    town::Towns,
    walk::CrowFly,
};
use proptest::prelude::*;

fn grid(rows: u32, cols: u32) -> Contiguity {
    let across = (0..rows).flat_map(|row| (1..cols).map(move |col| [row * cols + col - 1, row * cols + col]));
    let down = (cols..rows * cols).map(|unit| [unit - cols, unit]);
    Contiguity::from_edges((rows * cols) as usize, &across.chain(down).collect::<Vec<_>>(), None).unwrap()
}

/// All plans of three parts of a 3 × 3 grid.
fn plans_of_three() -> &'static [Vec<u32>] {
    static PLANS: std::sync::OnceLock<Vec<Vec<u32>>> = std::sync::OnceLock::new();
    PLANS.get_or_init(|| all_plans(&grid(3, 3), 3))
}

/// Every way to divide so many units into `k` connected parts, part of unit 0 first.
fn all_plans(contiguity: &Contiguity, k: u32) -> Vec<Vec<u32>> {
    let n = contiguity.len();
    let mut plans = vec![];
    let mut label = vec![0_u32; n];
    'all: loop {
        let mut next = 0;
        let canonical = label.iter().all(|&part| {
            let fits = part <= next;
            next = next.max(part + 1);
            fits
        });
        if canonical && next == k && connected(contiguity, &label, k) {
            plans.push(label.clone());
        }
        for place in (0..n).rev() {
            label[place] += 1;
            if label[place] < k {
                continue 'all;
            }
            label[place] = 0;
        }
        return plans;
    }
}

fn connected(contiguity: &Contiguity, label: &[u32], k: u32) -> bool {
    (0..k).all(|part| {
        let own: Vec<u32> = (0..label.len() as u32).filter(|&unit| label[unit as usize] == part).collect();
        let mut found = vec![own[0]];
        let mut at = 0;
        while at < found.len() {
            for &near in contiguity.neighbours(found[at]) {
                if label[near as usize] == part && !found.contains(&near) {
                    found.push(near);
                }
            }
            at += 1;
        }
        found.len() == own.len()
    })
}

/// The definition: each part in the town that costs least; `None` where a unit is away that may not be.
fn price(label: &[u32], town: &[u32], price: &[Option<f64>], k: u32) -> Option<f64> {
    let of_part = |part: u32| {
        let own: Vec<usize> = (0..label.len()).filter(|&unit| label[unit] == part).collect();
        let cost =
            |home: u32| own.iter().filter(|&&unit| town[unit] != home).map(|&unit| price[unit]).sum::<Option<f64>>();
        own.iter().filter_map(|&unit| cost(town[unit])).min_by(f64::total_cmp)
    };
    (0..k).map(of_part).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn leaving_a_town_costs_what_the_definition_says(
        people in prop::collection::vec(1..9_u32, 9),
        town in prop::collection::vec(0..3_u32, 9),
        prices in prop::collection::vec(prop::option::weighted(0.8, 0..6_u32), 9),
        tolerance in prop::sample::select(vec![0.3, 0.6, 1.0]),
        at_least in prop::option::of(prop::collection::vec(0..3_u32, 9)),
        seed in any::<u64>(),
    ) {
        let contiguity = grid(3, 3);
        let people: Vec<f64> = people.into_iter().map(f64::from).collect();
        let prices: Vec<Option<f64>> = prices.into_iter().map(|one| one.map(f64::from)).collect();
        let amount: Option<Vec<f64>> = at_least.map(|amount| amount.into_iter().map(f64::from).collect());
        let ideal = people.iter().sum::<f64>() / 3.0;
        let held = |label: &[u32], of: &[f64], part: u32| -> f64 {
            label.iter().zip(of).filter(|(label, _)| **label == part).map(|(_, one)| one).sum()
        };
        let least = plans_of_three().iter().filter(|label| {
            let balanced = |part| (held(label, &people, part) / ideal - 1.0).abs() <= tolerance + 1e-9;
            let enough = |part| amount.as_ref().is_none_or(|amount| held(label, amount, part) >= 2.0);
            (0..3).all(|part| balanced(part) && enough(part))
        }).filter_map(|label| {
            let cut = contiguity.edges().iter().filter(|[a, b]| label[*a as usize] != label[*b as usize]).count();
            Some(cut as f64 + price(label, &town, &prices, 3)?)
        }).min_by(f64::total_cmp);
        let terms = Terms {
            tolerance: vec![tolerance],
            within: Some(town.clone()),
            leaving: Some(Leaving { price: prices.clone() }),
            at_least: amount.iter().map(|amount| AtLeast { what: "centres".into(), amount: amount.clone(), least: 2.0 }).collect(),
            rounds: Some(1),
            seed,
            ..Terms::default()
        };
        match (partition(&contiguity, std::slice::from_ref(&people), 3, &terms, &Control::new()), least) {
            (Ok(plan), Some(least)) => {
                let cut = contiguity.edges().iter().filter(|[a, b]| plan.labels[*a as usize] != plan.labels[*b as usize]).count();
                let cost = price(&plan.labels, &town, &prices, 3).unwrap();
                prop_assert!((plan.exceptions_cost - cost).abs() < 1e-9);
                prop_assert!((plan.value - cut as f64 - cost).abs() < 1e-9);
                prop_assert!(plan.bound <= least + 1e-9 && least <= plan.value + 1e-9);
                let listed: f64 = plan.exceptions.unwrap().iter().map(|one| prices[one.unit as usize].unwrap()).sum();
                prop_assert!((listed - cost).abs() < 1e-9);
            }
            (Err(Error::Infeasible { .. }), None) => {}
            (found, least) => prop_assert!(false, "{:?} where the least is {:?}", found, least),
        }
    }
}

#[test]
fn a_price_buys_balance_and_a_higher_one_fewer_exceptions() {
    // Towns of 10 and 6 units into 4: inside towns a part is 25 % off.
    let contiguity = grid(4, 4);
    let town: Vec<u32> = (0..16).map(|unit| u32::from(unit >= 10)).collect();
    let ask = |cost: Option<f64>, tolerance| {
        let leaving = cost.map(|cost| Leaving { price: vec![Some(cost); 16] });
        let terms = Terms {
            tolerance: vec![tolerance],
            within: Some(town.clone()),
            leaving,
            rounds: Some(4),
            ..Terms::default()
        };
        partition(&contiguity, &[vec![1.0; 16]], 4, &terms, &Control::new())
    };
    assert!(matches!(ask(None, 0.1), Err(Error::Infeasible { .. })));
    let plan = ask(Some(5.0), 0.1).unwrap();
    assert_eq!(plan.exceptions.as_ref().map(Vec::len), Some(2), "{plan:?}");
    assert_eq!(plan.deviation, 0.0);
    let free = ask(Some(0.0), 0.1).unwrap();
    assert_eq!((free.value, free.exceptions_cost), (8.0, 0.0));
    let dear = ask(Some(5.0), 0.26).unwrap();
    assert_eq!(dear.exceptions.map(|all| all.len()), Some(0));
}

#[test]
fn too_few_centres_are_counted() {
    let centres = |amount: Vec<f64>| AtLeast { what: "open centres".into(), amount, least: 1.0 };
    let ask = |amount: Vec<f64>, within| {
        let terms = Terms {
            tolerance: vec![0.3],
            at_least: vec![centres(amount)],
            within,
            rounds: Some(1),
            ..Terms::default()
        };
        partition(&grid(2, 3), &[vec![1.0; 6]], 3, &terms, &Control::new())
    };
    let refused = ask(vec![1.0, 1.0, 0.0, 0.0, 0.0, 0.0], None).unwrap_err().to_string();
    assert!(refused.contains("2 open centres for 3 parts"), "{refused}");
    let plan = ask(vec![1.0, 1.0, 1.0, 0.0, 0.0, 0.0], None).unwrap();
    assert_eq!(plan.labels, [0, 1, 2, 0, 1, 2]);
    let town = Some(vec![0, 0, 1, 0, 0, 1]);
    let refused = ask(vec![0.0, 1.0, 2.0, 0.0, 0.0, 0.0], town).unwrap_err().to_string();
    assert!(refused.contains("town 0 needs at least 2 part(s) and has 1 open centres"), "{refused}");
}

/// Two rows of three committees of 400 m, on both sides of a river that is the border between the rows.
fn two_banks(outlines: bool) -> City {
    let square = |row: u32, col: u32| {
        let (x, y) = (f64::from(col) * 400.0, f64::from(row) * 400.0);
        let shape: Geometry<f64> =
            polygon![(x: x, y: y), (x: x + 400.0, y: y), (x: x + 400.0, y: y + 400.0), (x: x, y: y + 400.0)].into();
        shape
    };
    let cells: Vec<(u32, u32)> = (0..2).flat_map(|row| (0..3).map(move |col| (row, col))).collect();
    let middle = |&(row, col): &(u32, u32)| [f64::from(col) * 400.0 + 200.0, f64::from(row) * 400.0 + 200.0];
    let demand = Demand {
        id: (0..6).map(|row| format!("c{row}")).collect(),
        name: (0..6).map(|row| format!("委{row}")).collect(),
        town: cells.iter().map(|&(row, _)| Some(row)).collect(),
        population: vec![Some(1000.0); 6],
        measures: vec![Measure { name: "today".into(), values: [1.0, 1.0, 1.0, 3.0, 3.0, 3.0].map(Some).to_vec() }],
        shape: cells.iter().map(|&(row, col)| outlines.then(|| square(row, col))).collect(),
        points: DemandPoints::one_each(cells.iter().map(|cell| Some(middle(cell)))),
    };
    let towns =
        Towns { id: vec!["n".into(), "s".into()], name: vec!["北".into(), "南".into()], shape: vec![None, None] };
    let facilities = Facilities {
        id: vec!["a".into(), "b".into()],
        name: vec!["a".into(), "b".into()],
        town: vec![None; 2],
        status: vec![linli::facility::Status::Existing; 2],
        position: vec![[200.0, 210.0], [1000.0, 590.0]],
        xy: vec![[200.0, 210.0], [1000.0, 590.0]],
        service_names: vec![],
        services: vec![vec![]; 2],
        measures: vec![Measure { name: "staff".into(), values: vec![Some(4.0), Some(2.0)] }],
    };
    City::new(demand, facilities, towns, Frame::metres()).unwrap()
}

/// A street on each bank, and a bridge in the east.
fn streets() -> StreetNetwork {
    let xy = [[0.0, 200.0], [1000.0, 200.0], [1200.0, 200.0], [0.0, 600.0], [1000.0, 600.0], [1200.0, 600.0]];
    let edges = [[0, 1], [1, 2], [3, 4], [4, 5], [1, 4]];
    let length_m = [1000.0, 200.0, 1000.0, 200.0, 400.0];
    StreetNetwork::from_edges(&xy, &edges, &length_m).unwrap()
}

fn pairs(contiguity: &Contiguity) -> Vec<[u32; 2]> {
    contiguity.edges().to_vec()
}

#[test]
fn a_river_without_a_bridge_parts_neighbours() {
    let (city, streets) = (two_banks(true), streets());
    let touching = neighbours(&city, &Neighbourhood::default(), &Control::new()).unwrap();
    assert_eq!(pairs(&touching.contiguity), [[0, 1], [0, 3], [1, 2], [1, 4], [2, 5], [3, 4], [4, 5]]);
    assert!(touching.cut.is_empty() && touching.joined.is_empty());
    // 400 m across the river and 1,200 or 2,000 m over the bridge.
    let on_foot = Neighbourhood {
        streets: Some(&streets),
        on_foot: OnFoot { detour: 2.5, always_m: 800.0 },
        ..Neighbourhood::default()
    };
    let found = neighbours(&city, &on_foot, &Control::new()).unwrap();
    assert_eq!(pairs(&found.contiguity), [[0, 1], [1, 2], [2, 5], [3, 4], [4, 5]]);
    assert_eq!(found.cut.iter().map(|edit| edit.pair).collect::<Vec<_>>(), [[0, 3], [1, 4]]);
    assert_eq!(found.cut[0].why, Why::Walk { walk_m: Some(2000.0), straight_m: 400.0 });
    let patient = Neighbourhood { on_foot: OnFoot { detour: 3.0, always_m: 800.0 }, ..on_foot };
    let found = neighbours(&city, &patient, &Control::new()).unwrap();
    assert_eq!(found.cut.len(), 1);
    // As asked, by id or name; what is cut already may be cut again.
    let asked = Neighbourhood {
        cut: vec![["c2".into(), "委5".into()], ["c0".into(), "c3".into()]],
        join: vec![["c1".into(), "c4".into()]],
        ..patient
    };
    let found = neighbours(&city, &asked, &Control::new()).unwrap();
    assert_eq!(pairs(&found.contiguity), [[0, 1], [1, 2], [1, 4], [3, 4], [4, 5]]);
    let wrong = Neighbourhood { cut: vec![["c0".into(), "c5".into()]], ..Neighbourhood::default() };
    let refused = neighbours(&city, &wrong, &Control::new()).unwrap_err().to_string();
    assert!(refused.contains("委0 and 委5"), "{refused}");
}

#[test]
fn a_barrier_parts_those_whose_border_runs_along_it() {
    let (city, streets) = (two_banks(true), streets());
    let river = || Some(vec![MultiLineString(vec![LineString::from(vec![[-100.0, 405.0], [1300.0, 395.0]])])]);
    let barred = Neighbourhood { barriers: river(), ..Neighbourhood::default() };
    let found = neighbours(&city, &barred, &Control::new()).unwrap();
    assert_eq!(found.cut.iter().map(|edit| edit.pair).collect::<Vec<_>>(), [[0, 3], [1, 4], [2, 5]]);
    assert_eq!(found.contiguity.components().1, 2);
    // The bridge is at 1,000 m: in the border of the third pair.
    let bridged = Neighbourhood { barriers: river(), bridges: Some(&streets), ..Neighbourhood::default() };
    let found = neighbours(&city, &bridged, &Control::new()).unwrap();
    assert_eq!(found.cut.iter().map(|edit| edit.pair).collect::<Vec<_>>(), [[0, 3], [1, 4]]);
    // A line that only crosses the borders parts nobody.
    let across = Some(vec![MultiLineString(vec![LineString::from(vec![[600.0, -100.0], [600.0, 900.0]])])]);
    let found = neighbours(&city, &Neighbourhood { barriers: across, ..Neighbourhood::default() }, &Control::new());
    assert!(found.unwrap().cut.is_empty());
}

#[test]
fn without_outlines_streets_say_who_is_a_neighbour() {
    let (city, streets) = (two_banks(false), streets());
    assert!(matches!(neighbours(&city, &Neighbourhood::default(), &Control::new()), Err(Error::Rejected { .. })));
    let asked = Neighbourhood { streets: Some(&streets), ..Neighbourhood::default() };
    let found = neighbours(&city, &asked, &Control::new()).unwrap();
    assert!(found.from_streets);
    assert_eq!(pairs(&found.contiguity), [[0, 1], [1, 2], [2, 5], [3, 4], [4, 5]]);
    // Shapes of parts are not known, positions are.
    assert!(found.contiguity.positions().is_some());
}

#[test]
fn islands_are_joined_to_the_nearest() {
    let xy = [[0.0, 0.0], [10.0, 0.0], [100.0, 0.0], [108.0, 0.0], [300.0, 0.0]];
    let apart = Contiguity::from_edges(5, &[[0, 1], [2, 3]], None).unwrap();
    assert!(apart.join_islands().is_err());
    let (joined, edits) = apart.with_positions(&xy).unwrap().join_islands().unwrap();
    assert_eq!(pairs(&joined), [[0, 1], [1, 2], [2, 3], [3, 4]]);
    assert_eq!(edits.iter().map(|edit| edit.pair).collect::<Vec<_>>(), [[3, 4], [1, 2]]);
}

#[test]
fn a_city_is_divided_on_every_term() {
    let city = two_banks(true);
    let contiguity = Contiguity::of_committees(&city).unwrap();
    let walks = Walks::to_centres(&city, &CrowFly::new(1.0).unwrap(), &[0, 1], &Control::new()).unwrap();
    let ask = |request: Request| divide_among(&city, &request, &contiguity, Some(&walks), &Control::new());
    let two = Request { rounds: Some(2), ..Request::into(2) };
    let inside = ask(Request { within_town: true, ..two.clone() }).unwrap();
    assert_eq!(inside.plan.labels, [0, 0, 0, 1, 1, 1]);
    let only = Exceptions { cost: 1.0, per_person: false, only: vec!["c2".into()] };
    let refused = ask(Request {
        within_town: true,
        exceptions: Some(only),
        together: vec![["c1".into(), "c4".into()]],
        ..two.clone()
    });
    assert!(matches!(refused, Err(Error::Infeasible { .. })), "{refused:?}");
    let priced = Exceptions { cost: 0.001, per_person: true, only: vec![] };
    let across = ask(Request {
        within_town: true,
        exceptions: Some(priced),
        together: vec![["c0".into(), "c3".into()]],
        ..two.clone()
    });
    let plan = across.unwrap().plan;
    let exceptions = plan.exceptions.unwrap();
    assert_eq!(plan.exceptions_cost, exceptions.len() as f64);
    let held = ask(Request {
        today: Some("today".into()),
        locked: vec!["c0".into(), "c5".into()],
        apart: vec![["c3".into(), "c4".into()]],
        ..two.clone()
    });
    let labels = held.unwrap().plan.labels;
    assert_eq!((labels[0], labels[5], labels[3] == labels[4]), (0, 1, false));
    let centred =
        ask(Request { centre_inside: true, objective: linli::regions::Objective::Walk, ..two.clone() }).unwrap();
    assert!(centred.plan.labels[0] != centred.plan.labels[5]);
    let by_staff =
        ask(Request { balance: vec![("population".into(), 0.4), ("staff".into(), 0.4)], ..two.clone() }).unwrap();
    assert_eq!(by_staff.amounts[1], [4.0, 0.0, 0.0, 0.0, 0.0, 2.0]);
    let three = ask(Request { centre_inside: true, ..Request::into(3) }).unwrap_err().to_string();
    assert!(three.contains("2 open centres for 3 parts"), "{three}");
}

#[test]
fn walks_of_parts_by_definition() {
    let walks = Walks { metres: vec![100.0, f64::NAN, 300.0, 50.0, 500.0, 20.0], sites: 2 };
    let people = [10.0, 20.0, 70.0];
    let parts = walks.of_plan(&people, &[0, 0, 1], 3, 300.0).unwrap();
    // Site 1 has no way for the first unit.
    assert_eq!(parts[0].centre, Some(0));
    assert_eq!((parts[0].walk_m, parts[0].walk_95_m, parts[0].share_within), (7000.0 / 30.0, 300.0, 1.0));
    assert_eq!((parts[1].centre, parts[1].walk_m), (Some(1), 20.0));
    assert!(parts[2].walk_m.is_nan() && parts[2].share_within.is_nan());
    assert!(walks.complete().is_err());
    assert!(walks.of_plan(&people, &[0, 0], 1, 1.0).is_err());
}
