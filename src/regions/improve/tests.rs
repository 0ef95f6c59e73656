use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{
    Improve, QUICK, Search,
    buckets::Buckets,
    chains::Chains,
    fm::{Fm, HAIR, border},
    polish,
};
use crate::regions::{
    anneal::Best,
    begin::Begin,
    graph::{Graph, NONE},
    measure::Band,
    node_cost::NodeCost,
    random::Random,
    search::{Field, Problem},
    split::Splitter,
    state::{Rules, State},
};

/// A district with what may be said of it.
#[derive(Debug)]
struct Case {
    graph: Graph,
    rules: Rules,
    node_cost: NodeCost,
    label: Vec<u32>,
}

/// A grid with some diagonals; costs whole or not, with or without locks, wishes, costs of nodes and inertia.
fn case(width: usize, height: usize, k: usize, kind: usize, slack: f64, seed: u64) -> Case {
    let (n, mut random) = (width * height, Random::new(seed, 5));
    let mut ends = BTreeSet::new();
    for node in 0..n {
        let (x, y) = (node % width, node / width);
        let mut join = |to: usize| ends.insert([node as u32, to as u32]);
        if x + 1 < width {
            join(node + 1);
        }
        if y + 1 < height {
            join(node + width);
        }
        if x + 1 < width && y + 1 < height && random.below(3) == 0 {
            join(node + width + 1);
        }
    }
    let ends: Vec<[u32; 2]> = ends.into_iter().collect();
    let real = kind % 2 == 1;
    let cost = ends.iter().map(|_| if real { 10.0 * random.unit() } else { 1.0 }).collect();
    let weight: Vec<i64> = (0..n).map(|_| 1 + random.below(9) as i64).collect();
    let moment = |node: usize| {
        let (mass, x, y) = (weight[node] as f64, (node % width) as f64, (node / width) as f64);
        [mass, mass * x, mass * y, mass * (x * x + y * y)]
    };
    let moment = if kind == 3 { (0..n).map(moment).collect() } else { vec![] };
    let ideal = weight.iter().sum::<i64>() as f64 / k as f64;
    let band = Band { low: (ideal * (1.0 - slack)).ceil() as i64, high: (ideal * (1.0 + slack)).floor() as i64 };
    let people: Vec<f64> = weight.iter().map(|&weight| weight as f64 * 0.3).collect();
    let own = match kind {
        4 => NodeCost::Home { home: (0..n).map(|_| random.below(k) as u32).collect(), people },
        5 => {
            let table: Vec<f64> = (0..n * 3).map(|_| random.unit()).collect();
            NodeCost::Walk { table: table.into(), sites: 3, centre: vec![0; k] }
        }
        6 => NodeCost::Towns {
            town: (0..n).map(|node| u32::from(node % width >= width / 2)).collect::<Vec<u32>>().into(),
            price: (0..n)
                .map(|_| if random.below(4) == 0 { f64::INFINITY } else { random.unit() })
                .collect::<Vec<f64>>()
                .into(),
            home: vec![0; k],
            beside: Box::default(),
        },
        _ => NodeCost::Nothing,
    };
    let mut rules = Rules { k, bands: vec![band], per_ideal: vec![1.0 / ideal], lock: vec![], wish: vec![] };
    let graph = Graph { ends, cost, weight, measures: 1, moment, ..Graph::default() }.linked(n);
    let nodes: Vec<u32> = (0..n as u32).collect();
    let mut splitter = Splitter::new(&graph, &rules);
    splitter.divide(&nodes, 0, k, 50 * n, &mut random);
    let label = splitter.label;
    if kind == 2 {
        rules.lock = vec![NONE; n];
        rules.wish = vec![vec![]; n];
        for _ in 0..2 {
            let node = random.below(n);
            rules.lock[node] = label[node];
            let (a, b, share) = (random.below(n), random.below(n), random.below(2) == 0);
            if a != b {
                rules.wish[a].push((b as u32, share));
                rules.wish[b].push((a as u32, share));
            }
        }
    }
    let mut node_cost = own;
    node_cost.reseat(&label, k);
    Case { graph, rules, node_cost, label }
}

/// Whether every part has a node and is in one piece, by walking through it.
fn is_division(graph: &Graph, label: &[u32], k: usize) -> bool {
    (0..k as u32).all(|part| {
        let all: BTreeSet<u32> = (0..label.len() as u32).filter(|&node| label[node as usize] == part).collect();
        let Some(&first) = all.first() else { return false };
        let (mut reached, mut open) = (BTreeSet::from([first]), vec![first]);
        while let Some(at) = open.pop() {
            for &[a, b] in &graph.ends {
                for (from, to) in [(a, b), (b, a)] {
                    if from == at && all.contains(&to) && reached.insert(to) {
                        open.push(to);
                    }
                }
            }
        }
        reached == all
    })
}

/// The same as a state made from its labels.
fn agrees(state: &State<'_>) -> Result<(), TestCaseError> {
    let fresh = State::new(state.graph, state.rules, state.node_cost.clone(), state.label.clone());
    prop_assert!((state.cost - fresh.cost).abs() <= 1e-9 * (1.0 + fresh.cost.abs()), "{} {}", state.cost, fresh.cost);
    let set = |state: &State<'_>| state.cut.iter().copied().collect::<BTreeSet<u32>>();
    prop_assert_eq!(set(state), set(&fresh));
    prop_assert_eq!(state.cut.len(), fresh.cut.len());
    prop_assert_eq!((&state.held, &state.nodes), (&fresh.held, &fresh.nodes));
    prop_assert_eq!((&state.outside, state.broken), (&fresh.outside, fresh.broken));
    Ok(())
}

fn is_no_worse(state: &State<'_>, violation: f64, cost: f64) -> bool {
    let hair = 1e-9 * (1.0 + cost.abs());
    state.violation() < violation - HAIR || state.violation() <= violation + HAIR && state.cost <= cost + hair
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_never_gets_worse(
        (width, height, k) in (2_usize..7, 2_usize..6, 2_usize..5),
        kind in 0_usize..7,
        slack in 0.0..0.5_f64,
        seed in 0_u64..u64::MAX,
        how in 0_usize..3,
    ) {
        prop_assume!(width * height >= 2 * k);
        let case = case(width, height, k, kind, slack, seed);
        prop_assume!(is_division(&case.graph, &case.label, k));
        let mut state = State::new(&case.graph, &case.rules, case.node_cost.clone(), case.label.clone());
        let (violation, cost, valid) = (state.violation(), state.cost, state.is_valid());
        let mut random = Random::new(seed, 6);
        let better = match how {
            0 => Fm::new(&state).refine(&mut state, 5, &mut random, &|| false),
            1 => Chains::new(k).refine(&mut state, 5, &|| false),
            _ => {
                polish(&mut state, &mut random, &|| false);
                state.label != case.label
            }
        };
        agrees(&state)?;
        prop_assert!(is_division(&case.graph, &state.label, k));
        prop_assert!(is_no_worse(&state, violation, cost), "{violation} {cost}: {} {}", state.violation(), state.cost);
        prop_assert!(!valid || state.is_valid());
        prop_assert!(better || (state.violation(), &state.label) == (violation, &case.label));
    }

    #[test]
    fn every_way_makes_a_plan_better(
        kind in 0_usize..7,
        slack in 0.05..0.5_f64,
        seed in 0_u64..u64::MAX,
        way in 0_usize..Improve::ALL.len(),
    ) {
        let (k, way) = (3, Improve::ALL[way]);
        let case = case(5, 4, k, kind, slack, seed);
        prop_assume!(is_division(&case.graph, &case.label, k));
        let search = Search { graph: &case.graph, rules: &case.rules, way };
        let begun = Best::of(&State::new(&case.graph, &case.rules, case.node_cost.clone(), case.label.clone()));
        let run = || search.improve(case.label.clone(), case.node_cost.clone(), false, 3, &mut Random::new(seed, 7), &|| false);
        let found = run();
        prop_assert!(is_division(&case.graph, &found.label, k));
        prop_assert!(!begun.beats(&found) || found.cost <= begun.cost * (1.0 + 1e-9), "{begun:?} {found:?}");
        let mut node_cost = case.node_cost.clone();
        node_cost.reseat(&found.label, k);
        let state = State::new(&case.graph, &case.rules, node_cost, found.label.clone());
        prop_assert_eq!(state.is_valid(), found.valid);
        prop_assert!((state.cost - found.cost).abs() <= 1e-9 * (1.0 + state.cost.abs()), "{} {}", state.cost, found.cost);
        prop_assert_eq!(run().label, found.label);
    }

    #[test]
    fn the_first_move_is_the_best_of_all(
        (width, height, k) in (2_usize..6, 2_usize..5, 2_usize..4),
        slack in 0.05..0.6_f64,
        seed in 0_u64..u64::MAX,
    ) {
        let case = case(width, height, k, 0, slack, seed);
        prop_assume!(is_division(&case.graph, &case.label, k));
        let mut state = State::new(&case.graph, &case.rules, NodeCost::Nothing, case.label.clone());
        let cut = |label: &[u32]| case.graph.ends.iter().filter(|[a, b]| label[*a as usize] != label[*b as usize]).count();
        let outside = |label: &[u32]| {
            let held = |part: u32| (0..label.len()).filter(|&node| label[node] == part).map(|node| case.graph.weight[node]).sum();
            let Band { low, high } = case.rules.bands[0];
            let of = |held: i64| (held - high).max(0) + (low - held).max(0);
            (0..k as u32).map(|part| of(held(part))).sum::<i64>()
        };
        let now = outside(&case.label);
        let mut best: Option<usize> = None;
        for node in 0..case.label.len() {
            for to in 0..k as u32 {
                let beside = case.graph.near(node as u32).iter().any(|&near| case.label[near as usize] == to);
                let mut label = case.label.clone();
                label[node] = to;
                let after = outside(&label);
                let may = if now > 0 { after < now } else { after == 0 };
                if beside && to != case.label[node] && may && is_division(&case.graph, &label, k) {
                    best = Some(best.map_or(cut(&label), |least| least.min(cut(&label))));
                }
            }
        }
        let first = Fm::new(&state).first_move(&mut state);
        let found = first.map(|(node, found)| {
            let mut label = case.label.clone();
            label[node as usize] = found.to;
            cut(&label)
        });
        prop_assert_eq!(found, best);
    }

    #[test]
    fn buckets_give_the_largest_gain(turns in prop::collection::vec((0_u32..20, -6_i32..7, 0_u8..4), 1..80)) {
        let mut buckets = Buckets::new(20, 6.0, true);
        let mut known = [None; 20];
        for (node, gain, what) in turns {
            if what == 0 {
                let most = known.iter().flatten().max().copied();
                let popped = buckets.pop().map(|(node, _)| known[node as usize].take());
                prop_assert_eq!(popped.flatten(), most);
            } else if what == 1 {
                buckets.take(node);
                known[node as usize] = None;
            } else {
                buckets.put(node, f64::from(gain));
                known[node as usize] = Some(gain);
            }
        }
        buckets.clear();
        prop_assert!(buckets.pop().is_none());
    }

    #[test]
    fn a_descent_keeps_the_rules(kind in 0_usize..7, seed in 0_u64..u64::MAX) {
        let k = 3;
        let case = case(14, 14, k, kind, 0.2, seed);
        let begun = Best::of(&State::new(&case.graph, &case.rules, case.node_cost.clone(), case.label.clone()));
        let n = case.graph.len();
        let field = Field { nodes: (0..n as u32).collect(), first: 0, parts: k, range: (1, k) };
        let mut problem = Problem {
            graph: case.graph,
            rules: case.rules,
            node_cost: case.node_cost,
            fields: vec![field],
            begin: None,
            way: Begin::Auto,
            places: None,
            today: Some(case.label.clone()),
            from_today: true,
            improve: Improve::Auto,
        };
        for (from_today, way) in [(true, Begin::Today), (false, Begin::Trees), (false, Begin::Growth)] {
            problem.from_today = from_today;
            let (found, began) = problem.descend(way, QUICK, &mut Random::new(seed, 3), &|| false);
            prop_assert_eq!(began, way);
            prop_assert!(is_division(&problem.graph, &found.label, k));
            prop_assert!(!from_today || !begun.valid || found.valid);
            let state = State::new(&problem.graph, &problem.rules, NodeCost::Nothing, found.label.clone());
            prop_assert!(!found.valid || state.is_valid());
        }
        problem.levels_agree(&case.label, &mut Random::new(seed, 4))?;
    }
}

impl Problem {
    /// A plan costs and breaks the same on every level.
    fn levels_agree(&self, plan: &[u32], random: &mut Random) -> Result<(), TestCaseError> {
        let (floors, _) = self.floors(Some(plan), 20, random);
        prop_assert!(!floors.is_empty());
        let mut label = plan.to_vec();
        let mut node_cost = self.node_cost.clone();
        node_cost.reseat(&label, self.rules.k);
        let fine = State::new(&self.graph, &self.rules, node_cost, label.clone());
        for floor in &floors {
            label = floor.coarse.coarser(&label);
            let mut node_cost = floor.node_cost.clone();
            node_cost.reseat(&label, self.rules.k);
            let state = State::new(&floor.coarse.graph, &floor.rules, node_cost, label.clone());
            prop_assert_eq!(&state.held, &fine.held);
            prop_assert_eq!(state.broken == 0, fine.broken == 0);
            // Of a part that breaks rules, how many nodes do so decides on its town, and merged ones are fewer.
            let agrees = (state.cost - fine.cost).abs() <= 1e-9 * (1.0 + fine.cost);
            prop_assert!(agrees || fine.broken > 0, "{} {}", state.cost, fine.cost);
        }
        Ok(())
    }
}

#[test]
fn a_swap_helps_where_no_move_does() {
    // Two rows of four; each part must have four nodes.
    //   A A A B        A A B B
    //   A B B B        A A B B
    let at = |row: u32, column: u32| row * 4 + column;
    let mut ends = vec![];
    for column in 0..4 {
        ends.push([at(0, column), at(1, column)]);
        for row in 0..2 {
            if column < 3 {
                ends.push([at(row, column), at(row, column + 1)]);
            }
        }
    }
    ends.sort_unstable();
    let cost = vec![1.0; ends.len()];
    let graph = Graph { ends, cost, weight: vec![1; 8], measures: 1, ..Graph::default() }.linked(8);
    let bands = vec![Band { low: 4, high: 4 }];
    let rules = Rules { k: 2, bands, per_ideal: vec![0.25], lock: vec![], wish: vec![] };
    let mut state = State::new(&graph, &rules, NodeCost::Nothing, vec![0, 0, 0, 1, 0, 1, 1, 1]);
    assert!(!Fm::new(&state).refine(&mut state, 9, &mut Random::new(0, 0), &|| false));
    assert!(Chains::new(2).refine(&mut state, 9, &|| false));
    assert_eq!((state.label.as_slice(), state.cost), (&[0, 0, 1, 1, 0, 0, 1, 1][..], 2.0));
    assert_eq!(border(&state), [1, 2, 5, 6]);
}

#[test]
fn three_parts_pass_nodes_on_where_no_swap_does() {
    // A ring of three parts; each has a node that lies among the next one's: 0 to B, 4 to C, 8 to A.
    let part = |own: u32| (0..4).map(move |at| own * 4 + at);
    let mut ends = BTreeSet::new();
    for own in 0..3 {
        let (loose, next) = (own * 4, (own + 1) % 3);
        let members: Vec<u32> = part(own).collect();
        // A chain of the three that stay, and the loose one at its end.
        ends.extend([[members[0], members[1]], [members[1], members[2]], [members[2], members[3]]]);
        for to in [next * 4 + 2, next * 4 + 3] {
            ends.insert([loose.min(to), loose.max(to)]);
        }
    }
    let ends: Vec<[u32; 2]> = ends.into_iter().collect();
    let cost = vec![1.0; ends.len()];
    let graph = Graph { ends, cost, weight: vec![1; 12], measures: 1, ..Graph::default() }.linked(12);
    let bands = vec![Band { low: 4, high: 4 }];
    let rules = Rules { k: 3, bands, per_ideal: vec![0.25], lock: vec![], wish: vec![] };
    let mut state = State::new(&graph, &rules, NodeCost::Nothing, (0..12).map(|node| node / 4).collect());
    assert_eq!(state.cost, 6.0);
    assert!(!Fm::new(&state).refine(&mut state, 9, &mut Random::new(0, 0), &|| false));
    assert!(Chains::new(3).refine(&mut state, 9, &|| false));
    assert_eq!(state.cost, 3.0);
    assert!(state.is_valid());
}

#[test]
fn words_come_back() {
    for way in Improve::ALL {
        assert_eq!(Improve::of(way.word()), Some(way));
    }
    assert_eq!(Improve::of("best"), None);
}
