//! Every way to begin against what all of them promise.

use proptest::prelude::*;

use super::{Begin, Ground};
use crate::{
    control::Control,
    regions::{
        AtLeast, Contiguity, Objective, Terms, WalkTable, asked::Asked, partition, random::Random, search::Problem,
    },
};

/// Units, pairs that touch (in one set or several), and what is asked of them.
#[derive(Debug, Clone)]
struct District {
    contiguity: Contiguity,
    weights: Vec<Vec<f64>>,
    k: usize,
    terms: Terms,
}

impl District {
    /// The problem, unless it is refused at the door.
    fn problem(&self) -> Option<Problem> {
        Asked::new(&self.contiguity, &self.weights, self.k, &self.terms).ok()?.problem().ok()
    }
}

prop_compose! {
    fn district()(n in 1_usize..40, heavy in prop::bool::weighted(0.2))(
        // Each unit touches an earlier one, or, now and then, none: a new set.
        earlier in prop::collection::vec((any::<prop::sample::Index>(), prop::bool::weighted(0.95)), n),
        more in prop::collection::vec((0..n as u32, 0..n as u32), 0..2 * n),
        people in prop::collection::vec(0_u32..30, n),
        staff in prop::option::weighted(0.3, prop::collection::vec(0_u32..5, n)),
        centres in prop::option::weighted(0.3, prop::collection::vec(0_u32..3, n)),
        within in prop::option::weighted(0.4, prop::collection::vec(0_u32..3, n)),
        today in prop::option::weighted(0.3, prop::collection::vec(any::<prop::sample::Index>(), n)),
        locked in prop::collection::vec(0..n as u32, 0..3),
        xy in prop::collection::vec((-50_i32..50, -50_i32..50), n),
        k in 1..=n,
        tolerance in prop::sample::select(vec![0.3, 1.0, 1e6, 1e6]),
        walk in prop::bool::weighted(0.2),
        heavy in Just(heavy),
        n in Just(n),
    ) -> District {
        let mut edges = vec![];
        for (unit, (at, joined)) in earlier.iter().enumerate().skip(1) {
            if *joined {
                edges.push([at.index(unit) as u32, unit as u32]);
            }
        }
        edges.extend(more.iter().filter(|(a, b)| a != b && a.abs_diff(*b) < 6).map(|&(a, b)| [a, b]));
        let floats = |column: &Vec<u32>| column.iter().map(|&one| f64::from(one)).collect::<Vec<f64>>();
        let mut weights = vec![floats(&people)];
        weights[0][0] += if heavy { 10_000.0 } else { 1.0 };
        weights.extend(staff.as_ref().map(|staff| {
            let mut staff = floats(staff);
            staff[n - 1] += 1.0;
            staff
        }));
        let xy: Vec<[f64; 2]> = xy.into_iter().map(|(x, y)| [f64::from(x), f64::from(y)]).collect();
        let today: Option<Vec<u32>> = today.map(|today| today.iter().map(|at| at.index(k) as u32).collect());
        let locked = if today.is_some() { locked } else { vec![] };
        let metres = xy.iter().flat_map(|[x, y]| [x.hypot(*y), (x - 30.0).hypot(*y)]).collect();
        let terms = Terms {
            tolerance: vec![tolerance],
            within,
            at_least: centres.into_iter().map(|amount| AtLeast { what: "centres".into(), amount: floats(&amount), least: 1.0 }).collect(),
            objective: if walk { Objective::Walk } else { Objective::CutEdges },
            walk: Some(WalkTable { metres, sites: 2 }),
            today,
            locked,
            ..Terms::default()
        };
        let contiguity = Contiguity::from_edges(n, &edges, None).unwrap().with_positions(&xy).unwrap();
        District { contiguity, weights, k, terms }
    }
}

/// The definition: in each field just its own parts, each with a node and in one piece.
fn promised(problem: &Problem, label: &[u32]) -> Result<(), String> {
    if label.len() != problem.graph.len() {
        return Err(format!("{} labels", label.len()));
    }
    let mut parts: Vec<Vec<u32>> = vec![vec![]; problem.rules.k];
    for field in &problem.fields {
        for &node in &field.nodes {
            let part = label[node as usize];
            if part < field.first || part >= field.first + field.parts as u32 {
                return Err(format!("node {node} in part {part}, which is not of its field"));
            }
            parts[part as usize].push(node);
        }
    }
    for (part, nodes) in parts.iter().enumerate() {
        let Some(&first) = nodes.first() else { return Err(format!("part {part} is empty")) };
        let mut reached = vec![first];
        for _ in 0..nodes.len() {
            let next = nodes.iter().find(|&&node| {
                !reached.contains(&node)
                    && problem
                        .graph
                        .ends
                        .iter()
                        .any(|&[a, b]| (a == node && reached.contains(&b)) || (b == node && reached.contains(&a)))
            });
            reached.extend(next);
        }
        if reached.len() != nodes.len() {
            return Err(format!("part {part} is in pieces"));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_way_gives_connected_parts_and_leaves_no_unit(district in district(), seed in any::<u64>(), turn in 0_usize..2) {
        let Some(problem) = district.problem() else { return Ok(()) };
        let ground = Ground::new(&problem.graph, &problem.rules, &problem.fields, problem.places.as_deref());
        for way in [Begin::Trees, Begin::Hilbert, Begin::Growth, Begin::Multilevel] {
            let begin = || ground.begin(way, &problem.node_cost, turn, &mut Random::new(seed, 7), &|| false);
            let label = begin();
            if let Err(what) = promised(&problem, &label) {
                prop_assert!(false, "{way:?}: {what}: {label:?}");
            }
            prop_assert_eq!(&label, &begin(), "{:?} again", way);
        }
    }

    #[test]
    fn where_towns_may_be_left_every_way_begins_town_by_town(district in district(), seed in any::<u64>()) {
        let n = district.contiguity.len();
        let leaving = Some(crate::regions::Leaving { price: vec![Some(1.0); n] });
        let within = Some(district.terms.within.clone().unwrap_or_else(|| (0..n as u32).map(|unit| unit % 2).collect()));
        let district = District { terms: Terms { within, leaving, ..district.terms }, ..district };
        let Some(mut problem) = district.problem() else { return Ok(()) };
        let Some(fields) = problem.begin.take() else { return Ok(()) };
        problem.fields = fields;
        let ground = Ground::new(&problem.graph, &problem.rules, &problem.fields, problem.places.as_deref());
        for way in [Begin::Trees, Begin::Hilbert, Begin::Growth, Begin::Multilevel] {
            let label = ground.begin(way, &problem.node_cost, 0, &mut Random::new(seed, 7), &|| false);
            if let Err(what) = promised(&problem, &label) {
                prop_assert!(false, "{way:?}: {what}: {label:?}");
            }
        }
    }

}

proptest! {
    // Each case searches with every way, twice.
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn every_way_leads_to_plans_that_keep_the_terms(district in district(), seed in any::<u64>()) {
        let ask = |begin| {
            let terms = Terms { begin, rounds: Some(0), proof: Some(0), seed, ..district.terms.clone() };
            partition(&district.contiguity, &district.weights, district.k, &terms, &Control::new())
        };
        for begin in Begin::ASKED {
            // Where there may be none, looking in vain takes long.
            let Ok(plan) = ask(begin) else { return Ok(()) };
            prop_assert_eq!(&plan.labels, &ask(begin).unwrap().labels);
            let expected = match begin {
                Begin::Auto => vec![Begin::Trees, Begin::Hilbert, Begin::Growth, Begin::Multilevel, Begin::Today],
                own => vec![own],
            };
            prop_assert!(expected.contains(&plan.begin), "{:?} from {:?}", plan.begin, begin);
        }
    }
}

#[test]
fn ways_that_are_closed_are_left_out() {
    let street = Contiguity::from_edges(6, &[[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]], None).unwrap();
    let weights = [vec![1.0; 6]];
    let terms = Terms { tolerance: vec![0.1], ..Terms::default() };
    let ways = |contiguity: &Contiguity, begin| {
        let terms = Terms { begin, ..terms.clone() };
        Asked::new(contiguity, &weights, 3, &terms).unwrap().problem().unwrap().ways()
    };
    assert!(!ways(&street, Begin::Auto).contains(&Begin::Hilbert));
    assert_eq!(partition(&street, &weights, 3, &terms, &Control::new()).unwrap().labels, [0, 0, 1, 1, 2, 2]);
    let placed = street.clone().with_positions(&[[0.0; 2]; 6]).unwrap();
    assert_eq!(ways(&placed, Begin::Auto)[0], Begin::Trees);
    assert!(ways(&placed, Begin::Auto).contains(&Begin::Hilbert));
    assert_eq!(ways(&placed, Begin::Growth), [Begin::Growth]);
    for (begin, place, said) in [
        (Begin::Hilbert, &street, "begin = hilbert: needs positions of the units"),
        (Begin::Today, &placed, "begin = today: is what an answer may say; give one of auto, trees"),
        (Begin::Diagram, &placed, "begin = diagram: is what an answer may say"),
    ] {
        let terms = Terms { begin, ..terms.clone() };
        let refused = partition(place, &weights, 3, &terms, &Control::new()).unwrap_err().to_string();
        assert!(refused.contains(said), "{refused}");
    }
}

#[test]
fn words_are_read_back_where_they_may_be_asked() {
    for begin in Begin::ASKED {
        assert_eq!(Begin::of(begin.word()), Some(begin));
        assert_eq!(serde_json::to_value(begin).unwrap(), begin.word());
    }
    for word in ["", "Trees", "today", "diagram"] {
        assert_eq!(Begin::of(word), None);
    }
}

#[test]
fn the_plan_of_today_is_begun_with_unless_another_way_is_asked_for() {
    let street = Contiguity::from_edges(6, &[[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]], None).unwrap();
    let ask = |begin, today: &[u32]| {
        let today = Some(today.to_vec());
        let terms = Terms { tolerance: vec![0.5], begin, today, rounds: Some(0), ..Terms::default() };
        partition(&street, &[vec![1.0; 6]], 3, &terms, &Control::new()).unwrap()
    };
    let kept = ask(Begin::Auto, &[2, 0, 0, 0, 1, 1]);
    assert_eq!((kept.labels.as_slice(), kept.begin), ([2, 0, 0, 0, 1, 1].as_slice(), Begin::Today));
    assert_eq!(ask(Begin::Growth, &[2, 0, 0, 0, 1, 1]).begin, Begin::Growth);
    assert_eq!(ask(Begin::Auto, &[0, 1, 0, 1, 2, 2]).begin, Begin::Trees);
}

#[test]
fn as_many_parts_as_units_and_one_heavy_unit_are_no_trouble() {
    let n = 300_u32;
    let edges: Vec<[u32; 2]> = (1..n).map(|unit| [unit - 1, unit]).collect();
    let xy: Vec<[f64; 2]> = (0..n).map(|unit| [f64::from(unit), 0.0]).collect();
    let chain = Contiguity::from_edges(n as usize, &edges, None).unwrap().with_positions(&xy).unwrap();
    let mut heavy = vec![1.0; n as usize];
    heavy[n as usize / 2] = 1e6;
    for (k, weight) in [(n as usize, vec![1.0; n as usize]), (9, heavy), (1, vec![1.0; n as usize])] {
        for begin in Begin::ASKED {
            let terms = Terms { tolerance: vec![1e6], begin, rounds: Some(0), ..Terms::default() };
            let plan = partition(&chain, std::slice::from_ref(&weight), k, &terms, &Control::new()).unwrap();
            let mut parts = plan.labels;
            parts.dedup();
            assert_eq!(parts.len(), k, "{begin:?}");
        }
    }
}
