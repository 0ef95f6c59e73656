//! What no plan can beat, against every plan of small districts.
#![allow(clippy::cast_sign_loss)] // no number is below 0

#[path = "common/districts.rs"]
mod districts;

use districts::{Numbers, golden, grid, instance, voronoi};
use linli::{
    control::Control,
    regions::{Contiguity, Objective, Partition, Terms, WalkTable, partition},
};
use proptest::prelude::*;

/// A small connected district with all that any objective needs.
#[derive(Debug, Clone)]
struct Small {
    contiguity: Contiguity,
    people: Vec<f64>,
    /// A second measure to balance.
    staff: Option<Vec<f64>>,
    town: Vec<u32>,
    walk: WalkTable,
    k: usize,
    tolerance: f64,
}

fn small() -> impl Strategy<Value = Small> {
    (4_usize..9, 2_usize..4, 0_u64..1 << 40, prop::sample::select(vec![0.1, 0.3, 0.5, 0.9]), prop::bool::weighted(0.3))
        .prop_map(|(n, k, seed, tolerance, two)| {
            let mut numbers = Numbers(seed);
            let mut edges: Vec<[u32; 2]> = (1..n as u32).map(|b| [(numbers.next() * f64::from(b)) as u32, b]).collect();
            for a in 0..n as u32 {
                edges.extend((a + 1..n as u32).filter(|_| numbers.next() < 0.3).map(|b| [a, b]));
            }
            edges.sort_unstable();
            edges.dedup();
            let border_m: Vec<f64> = edges.iter().map(|_| (numbers.next() * 4.0).floor() * 12.5).collect();
            let xy: Vec<[f64; 2]> = (0..n).map(|_| [numbers.next() * 900.0, numbers.next() * 700.0]).collect();
            let contiguity = Contiguity::from_edges(n, &edges, Some(&border_m)).unwrap().with_positions(&xy).unwrap();
            let people = (0..n).map(|unit| (numbers.next() * 30.0).round() + f64::from(u8::from(unit == 0))).collect();
            let town = (0..n).map(|_| u32::from(numbers.next() < 0.4)).collect();
            let walk = WalkTable { metres: (0..n * 3).map(|_| (numbers.next() * 900.0).round()).collect(), sites: 3 };
            let staff = two.then(|| (0..n).map(|unit| (numbers.next() * 3.0).round() + (unit % 2) as f64).collect());
            Small { contiguity, people, staff, town, walk, k, tolerance }
        })
}

impl Small {
    /// Every division into `k` connected, balanced parts, by definition, in its first numbering.
    fn plans(&self, towns: bool) -> Vec<Vec<u32>> {
        let n = self.people.len();
        let mut found = vec![];
        let mut label = vec![0_u32; n];
        'all: loop {
            let numbered = (0..n).all(|unit| label[unit] <= label[..unit].iter().max().map_or(0, |most| most + 1));
            if numbered && self.is_a_plan(&label, towns) {
                found.push(label.clone());
            }
            for unit in (0..n).rev() {
                label[unit] += 1;
                if (label[unit] as usize) < self.k {
                    continue 'all;
                }
                label[unit] = 0;
            }
            return found;
        }
    }

    fn is_a_plan(&self, label: &[u32], towns: bool) -> bool {
        let balanced = |amount: &[f64], own: &[usize]| {
            let ideal = amount.iter().sum::<f64>() / self.k as f64;
            let held: f64 = own.iter().map(|&unit| amount[unit]).sum();
            (held - ideal).abs() <= ideal * (self.tolerance + 1e-9)
        };
        (0..self.k as u32).all(|part| {
            let own: Vec<usize> = (0..label.len()).filter(|&unit| label[unit] == part).collect();
            let mut reached: Vec<usize> = own.first().copied().into_iter().collect();
            let mut at = 0;
            while let Some(&unit) = reached.get(at) {
                let near = self.contiguity.neighbours(unit as u32).iter().map(|&near| near as usize);
                let new: Vec<usize> = near.filter(|near| label[*near] == part && !reached.contains(near)).collect();
                reached.extend(new);
                at += 1;
            }
            let together = !towns || own.iter().all(|&unit| self.town[unit] == self.town[own[0]]);
            !own.is_empty()
                && reached.len() == own.len()
                && together
                && balanced(&self.people, &own)
                && self.staff.as_ref().is_none_or(|staff| balanced(staff, &own))
        })
    }

    fn value(&self, objective: Objective, today: &[u32], label: &[u32]) -> f64 {
        let parts = 0..self.k as u32;
        let own = |part: u32| (0..label.len()).filter(move |&unit| label[unit] == part);
        let separated = self.contiguity.edges().iter().enumerate();
        let separated = separated.filter(|(_, [a, b])| label[*a as usize] != label[*b as usize]);
        match objective {
            Objective::CutEdges => separated.count() as f64,
            Objective::Border => separated.map(|(edge, _)| self.contiguity.border_m().unwrap()[edge]).sum(),
            Objective::Moved => {
                (0..label.len()).filter(|&unit| label[unit] != today[unit]).map(|unit| self.people[unit]).sum()
            }
            Objective::Walk => parts
                .map(|part| {
                    let to = |site: usize| {
                        own(part).map(|unit| self.people[unit] * self.walk.metres[unit * 3 + site]).sum::<f64>()
                    };
                    (0..3).map(to).fold(f64::INFINITY, f64::min)
                })
                .sum(),
            Objective::Inertia => {
                let xy = self.contiguity.positions().unwrap();
                parts
                    .map(|part| {
                        // Half the mean squared distance of all pairs.
                        let mass: f64 = own(part).map(|unit| self.people[unit]).sum();
                        let pair = |a: usize, b: usize| {
                            self.people[a]
                                * self.people[b]
                                * ((xy[a][0] - xy[b][0]).powi(2) + (xy[a][1] - xy[b][1]).powi(2))
                        };
                        let all: f64 = own(part).map(|a| own(part).map(|b| pair(a, b)).sum::<f64>()).sum();
                        if mass > 0.0 { all / (2.0 * mass) } else { 0.0 }
                    })
                    .sum()
            }
        }
    }

    fn divide(&self, terms: Terms) -> linli::Result<Partition> {
        let terms = Terms { tolerance: vec![self.tolerance], rounds: Some(1), ..terms };
        let weights: Vec<Vec<f64>> = [&self.people].into_iter().chain(&self.staff).cloned().collect();
        partition(&self.contiguity, &weights, self.k, &terms, &Control::new())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_plan_has_less_than_the_bound(district in small(), towns in any::<bool>()) {
        let plans = district.plans(towns);
        let within = towns.then(|| district.town.clone());
        let Some(today) = district.plans(false).pop() else { return Ok(()) };
        for objective in [Objective::CutEdges, Objective::Border, Objective::Inertia, Objective::Walk] {
            let least = plans.iter().map(|label| district.value(objective, &[], label)).fold(f64::INFINITY, f64::min);
            for proof in [Some(0), Some(40), None] {
                let walk = Some(district.walk.clone());
                let terms = Terms { within: within.clone(), objective, walk, proof, ..Terms::default() };
                let Ok(plan) = district.divide(terms) else {
                    prop_assert!(plans.is_empty() || towns || district.staff.is_some());
                    continue;
                };
                let hair = 1e-9 * least.abs() + 1e-9;
                prop_assert!(plan.bound <= least + hair, "{:?}: bound {} above {}", objective, plan.bound, least);
                prop_assert!(plan.value >= least - hair);
                // All parts of so few units are looked at, with one measure.
                if proof.is_none() && !towns && district.staff.is_none() && matches!(objective, Objective::CutEdges | Objective::Border) {
                    prop_assert!(plan.proven && (plan.value - least).abs() <= hair, "{:?}: {} for {}", objective, plan, least);
                }
            }
        }
        // Today's plan with other people in it.
        let mut grown = district.clone();
        grown.people.rotate_left(1);
        let all = grown.plans(false);
        let terms = Terms { today: Some(today.clone()), objective: Objective::Moved, ..Terms::default() };
        if let Ok(plan) = grown.divide(terms) {
            // Parts keep their names: every numbering of every plan counts.
            let least = all.iter().flat_map(|label| renamed(label, grown.k)).map(|label| grown.value(Objective::Moved, &today, &label));
            let least = least.fold(f64::INFINITY, f64::min);
            prop_assert!(plan.bound <= least + 1e-9, "moved: bound {} above {}", plan.bound, least);
        }
    }
}

/// A plan under every numbering of its parts.
fn renamed(label: &[u32], k: usize) -> Vec<Vec<u32>> {
    let mut names: Vec<Vec<u32>> = vec![vec![]];
    for _ in 0..k {
        let free = |begun: &Vec<u32>| {
            (0..k as u32)
                .filter(|part| !begun.contains(part))
                .map(|part| [begun.as_slice(), &[part]].concat())
                .collect::<Vec<_>>()
        };
        names = names.iter().flat_map(free).collect();
    }
    names.iter().map(|names| label.iter().map(|&part| names[part as usize]).collect()).collect()
}

/// Squares of a chessboard in equal quarters: the bound of the centres is near.
#[test]
fn bounds_are_near() {
    let board = grid(8, 8);
    let people = vec![1.0; 64];
    let sites: Vec<usize> = vec![9, 14, 27, 49, 54];
    let far = |a: usize, b: usize| (a % 8).abs_diff(b % 8) + (a / 8).abs_diff(b / 8);
    let metres = (0..64).flat_map(|unit| sites.iter().map(move |&site| 100.0 * far(unit, site) as f64)).collect();
    let walk = Some(WalkTable { metres, sites: sites.len() });
    for (objective, nearest) in [(Objective::Border, 0.0), (Objective::Inertia, 0.07), (Objective::Walk, 0.02)] {
        let terms = Terms { tolerance: vec![0.0], objective, walk: walk.clone(), rounds: Some(2), ..Terms::default() };
        let plan = partition(&board, std::slice::from_ref(&people), 4, &terms, &Control::new()).unwrap();
        assert!(plan.gap <= nearest, "{objective:?}: {plan}");
    }
}

/// Nine tenths of 300 units' border are not far; a debug build looks at fewer flows.
#[test]
fn flows_bound_a_district_of_any_size() {
    let ((contiguity, people), _) = voronoi(300, 0);
    let terms = Terms { tolerance: vec![0.05], rounds: Some(1), proof: Some(0), ..Terms::default() };
    let plan = partition(&contiguity, std::slice::from_ref(&people), 25, &terms, &Control::new()).unwrap();
    assert!(plan.gap < 0.2, "{plan}");
}

/// A question that is stopped or out of time has its first plan and no bound to speak of, at any size.
#[test]
fn a_bound_ends_with_its_question() {
    let side = if cfg!(debug_assertions) { 60 } else { 250 };
    let board = grid(side, side);
    let people = [vec![1.0; (side * side) as usize]];
    for objective in [Objective::CutEdges, Objective::Inertia] {
        let terms = Terms { tolerance: vec![0.1], objective, time_limit_s: Some(0.0), ..Terms::default() };
        let plan = partition(&board, &people, 3, &terms, &Control::new()).unwrap();
        assert_eq!((plan.rounds, plan.stop), (0, linli::regions::Stop::Time), "{plan}");
        assert!(plan.bound <= 2.0 && plan.value > 0.0, "{plan}");
    }
}

/// In a debug build only the quickest.
#[test]
fn the_minimum_of_counties_is_proven() {
    for row in golden("minimum_cut") {
        let (name, k, least) = (row[0].as_str().unwrap(), &row[1], row[2].as_integer().unwrap() as f64);
        let (quick, effort) =
            if cfg!(debug_assertions) { (["county20"].as_slice(), 200_000) } else { (ALL, 2_000_000) };
        if !quick.contains(&name) {
            continue;
        }
        let Some((counties, people)) = instance(name) else { return };
        let k = usize::try_from(k.as_integer().unwrap()).unwrap();
        let terms = Terms { tolerance: vec![0.005], rounds: Some(4), proof: Some(effort), ..Terms::default() };
        let plan = partition(&counties, &[people], k, &terms, &Control::new()).unwrap();
        assert!(plan.value == least && plan.bound == least, "{name}: {plan}");
    }
}

const ALL: &[&str] = &["county01", "county19", "county20", "county40"];
