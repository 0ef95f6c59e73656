//! Division against its definitions: every labelling of small districts is tried.

#[path = "common/districts.rs"]
mod districts;

use districts::{grid, voronoi};
use geo::{Area, BooleanOps, Geometry, MultiPolygon, Rect, unary_union};
use linli::{
    Error,
    control::Control,
    regions::{
        Contiguity, Draw, Ensemble, Improve, Method, Objective, Stop, Terms, Touch, WalkTable, apportion, apportion_by,
        enumerate, metrics, partition, plan_diff, recom,
    },
};
use proptest::prelude::*;

/// A small district: pairs, people, a second measure, towns, today's parts.
#[derive(Debug, Clone)]
struct Small {
    edges: Vec<[u32; 2]>,
    people: Vec<f64>,
    staff: Vec<f64>,
    town: Vec<u32>,
    k: usize,
    tolerance: f64,
}

impl Small {
    fn contiguity(&self) -> Contiguity {
        let xy: Vec<[f64; 2]> = (0..self.people.len()).map(|at| [(at * at % 7) as f64, (at * 3 % 5) as f64]).collect();
        Contiguity::from_edges(self.people.len(), &self.edges, None).unwrap().with_positions(&xy).unwrap()
    }

    /// Every division into `k` connected parts, by definition, in its first numbering.
    fn plans(&self) -> Vec<Vec<u32>> {
        fn grow(label: &mut Vec<u32>, n: usize, k: u32, found: &mut Vec<Vec<u32>>) {
            let used = label.iter().max().map_or(0, |&last| last + 1);
            if label.len() == n {
                if used == k {
                    found.push(label.clone());
                }
                return;
            }
            for part in 0..=used.min(k - 1) {
                label.push(part);
                grow(label, n, k, found);
                label.pop();
            }
        }
        let mut found = vec![];
        grow(&mut vec![], self.people.len(), self.k as u32, &mut found);
        found.retain(|label| connected(&self.edges, label));
        found
    }
}

/// Whether the units of every part reach each other within it.
fn connected(edges: &[[u32; 2]], label: &[u32]) -> bool {
    let mut set: Vec<usize> = (0..label.len()).collect();
    for _ in 0..label.len() {
        for &[a, b] in edges {
            let (a, b) = (a as usize, b as usize);
            if label[a] == label[b] {
                let low = set[a].min(set[b]);
                (set[a], set[b]) = (low, low);
            }
        }
    }
    (0..label.len()).all(|a| (0..label.len()).all(|b| label[a] != label[b] || set[a] == set[b]))
}

fn cut(edges: &[[u32; 2]], label: &[u32]) -> u64 {
    edges.iter().filter(|[a, b]| label[*a as usize] != label[*b as usize]).count() as u64
}

fn deviation(weight: &[f64], label: &[u32], k: usize) -> f64 {
    let ideal = weight.iter().sum::<f64>() / k as f64;
    let held =
        |part: u32| label.iter().zip(weight).filter(|(one, _)| **one == part).map(|(_, weight)| weight).sum::<f64>();
    (0..k as u32).map(|part| (held(part) / ideal - 1.0).abs()).fold(0.0, f64::max)
}

fn small() -> impl Strategy<Value = Small> {
    (2_usize..8).prop_flat_map(|n| {
        let pairs: Vec<[u32; 2]> = (0..n as u32).flat_map(|a| (a + 1..n as u32).map(move |b| [a, b])).collect();
        (
            prop::collection::vec(prop::bool::weighted(0.45), pairs.len()),
            prop::collection::vec(0_u32..9, n),
            prop::collection::vec(1_u32..4, n),
            prop::collection::vec(0_u32..2, n),
            1..=n.min(4),
            prop::sample::select(vec![0.0, 0.1, 0.25, 0.5, 0.9, 2.0]),
        )
            .prop_map(move |(there, people, staff, town, k, tolerance)| Small {
                edges: pairs.iter().zip(there).filter(|(_, there)| *there).map(|(pair, _)| *pair).collect(),
                people: people.iter().enumerate().map(|(at, &one)| f64::from(one) + f64::from(at == 0)).collect(),
                staff: staff.into_iter().map(f64::from).collect(),
                town,
                k,
                tolerance,
            })
    })
}

/// A hair for sums that are on the line.
const HAIR: f64 = 1e-8;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_count_is_that_of_the_definition(district in small()) {
        let plans = district.plans();
        for tolerance in [None, Some(district.tolerance)] {
            let all = enumerate(&district.contiguity(), &district.people, district.k, tolerance, &Control::new()).unwrap();
            let off = |label: &Vec<u32>| deviation(&district.people, label, district.k);
            let kept: Vec<&Vec<u32>> =
                plans.iter().filter(|label| tolerance.is_none_or(|tolerance| off(label) <= tolerance + HAIR)).collect();
            prop_assert_eq!(all.count, kept.len() as u128);
            let least = kept.iter().map(|label| cut(&district.edges, label)).min();
            prop_assert_eq!(all.minimum_cut, least);
            let at_least = kept.iter().filter(|label| Some(cut(&district.edges, label)) == least).count();
            prop_assert_eq!(all.at_minimum, at_least as u128);
            let nearest = kept.iter().map(|label| off(label)).fold(f64::INFINITY, f64::min);
            prop_assert!(all.best_deviation.map_or(kept.is_empty(), |best| (best - nearest).abs() < 1e-9));
        }
    }

    #[test]
    fn the_plan_is_valid_and_the_best_of_all(district in small(), towns in any::<bool>(), two in any::<bool>()) {
        let mut weights = vec![district.people.clone()];
        if two {
            weights.push(district.staff.clone());
        }
        let within = towns.then(|| district.town.clone());
        let valid = |label: &Vec<u32>| {
            let balanced = weights.iter().all(|weight| deviation(weight, label, district.k) <= district.tolerance + HAIR);
            let one_town = |a: usize, b: usize| label[a] != label[b] || !towns || district.town[a] == district.town[b];
            balanced && (0..label.len()).all(|a| (0..a).all(|b| one_town(a, b)))
        };
        let plans: Vec<Vec<u32>> = district.plans().into_iter().filter(valid).collect();
        let least = plans.iter().map(|label| cut(&district.edges, label)).min();
        let terms = Terms { tolerance: vec![district.tolerance], within, rounds: Some(2), ..Terms::default() };
        match partition(&district.contiguity(), &weights, district.k, &terms, &Control::new()) {
            Ok(plan) => {
                prop_assert!(plans.contains(&plan.labels), "{:?} is no plan", plan.labels);
                prop_assert_eq!(plan.value, cut(&district.edges, &plan.labels) as f64);
                let least = least.map_or(f64::NAN, |least| least as f64);
                // Towns may share out the parts in a way that was not searched.
                prop_assert!(plan.value == least || (towns && plan.value > least), "{} for {}", plan.value, least);
                prop_assert!(plan.bound <= least);
                // With one measure all plans are looked at.
                prop_assert!(two || towns || plan.proven);
            }
            Err(Error::Infeasible { needed, .. }) => {
                prop_assert_eq!(least, None, "there are plans");
                // What is said to be needed is not more than what any plan needs.
                if !two && !towns && let Some(needed) = needed {
                    let nearest = district.plans().iter().map(|label| deviation(&district.people, label, district.k)).fold(f64::INFINITY, f64::min);
                    prop_assert!(needed <= nearest + 1.1e-4 || needed == district.plans().len() as f64 || nearest.is_infinite());
                }
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn every_objective_is_that_of_the_definition(district in small(), seed in 0_u64..9) {
        let contiguity = district.contiguity();
        let plans: Vec<Vec<u32>> = district.plans().into_iter()
            .filter(|label| deviation(&district.people, label, district.k) <= 0.9 + HAIR).collect();
        let Some(today) = plans.last() else { return Ok(()) };
        let n = district.people.len();
        let mut numbers = districts::Numbers(seed);
        let walk = WalkTable { metres: (0..n * 3).map(|_| (numbers.next() * 900.0).round()).collect(), sites: 3 };
        let xy = contiguity.positions().unwrap();
        let inertia = |label: &[u32]| -> f64 {
            (0..district.k as u32).map(|part| {
                let own: Vec<usize> = (0..n).filter(|&unit| label[unit] == part).collect();
                let mass: f64 = own.iter().map(|&unit| district.people[unit]).sum();
                let centre = |axis: usize| own.iter().map(|&unit| district.people[unit] * xy[unit][axis]).sum::<f64>() / mass;
                if mass == 0.0 { return 0.0 }
                let (x, y) = (centre(0), centre(1));
                own.iter().map(|&unit| district.people[unit] * ((xy[unit][0] - x).powi(2) + (xy[unit][1] - y).powi(2))).sum::<f64>()
            }).sum()
        };
        let walked = |label: &[u32]| -> f64 {
            (0..district.k as u32).map(|part| {
                let to = |site: usize| (0..n).filter(|&unit| label[unit] == part)
                    .map(|unit| district.people[unit] * walk.metres[unit * 3 + site]).sum::<f64>();
                (0..3).map(to).fold(f64::INFINITY, f64::min)
            }).sum()
        };
        for objective in [Objective::Inertia, Objective::Walk, Objective::Moved] {
            let terms = Terms {
                tolerance: vec![0.9], objective, rounds: Some(1), seed, walk: Some(walk.clone()),
                today: Some(today.clone()), ..Terms::default()
            };
            let plan = partition(&contiguity, std::slice::from_ref(&district.people), district.k, &terms, &Control::new()).unwrap();
            let least = |value: &dyn Fn(&[u32]) -> f64| plans.iter().map(|label| value(label)).fold(f64::INFINITY, f64::min);
            let (value, least) = match objective {
                Objective::Inertia => (inertia(&plan.labels), least(&inertia)),
                Objective::Walk => (walked(&plan.labels), least(&walked)),
                _ => (0.0, 0.0),
            };
            prop_assert!((plan.value - value).abs() <= 1e-9 * (1.0 + value), "{:?}: {} is {}", objective, plan.value, value);
            prop_assert!(plan.value >= least - 1e-9 * (1.0 + least) && plan.bound <= plan.value);
        }
    }

    #[test]
    fn the_apportionment_is_the_best_of_all(people in prop::collection::vec(1_u32..500, 1..5), more in 0_usize..7, slack in 0.0..0.5) {
        let (towns, k) = (people.len(), people.len() + more);
        let people: Vec<f64> = people.into_iter().map(f64::from).collect();
        let ideal = people.iter().sum::<f64>() / k as f64;
        let worst = |parts: &[usize]| parts.iter().zip(&people).map(|(&parts, people)| (people / (parts as f64 * ideal) - 1.0).abs()).fold(0.0, f64::max);
        let mut all: Vec<Vec<usize>> = vec![vec![]];
        for _ in 0..towns {
            all = all.iter().flat_map(|begun| (1..=k).map(move |parts| [begun.as_slice(), &[parts]].concat())).collect();
        }
        all.retain(|parts| parts.iter().sum::<usize>() == k);
        let least = all.iter().map(|parts| worst(parts)).fold(f64::INFINITY, f64::min);
        let found = apportion(&people, k, slack).unwrap();
        prop_assert_eq!(found.parts.iter().sum::<usize>(), k);
        prop_assert_eq!(worst(&found.parts), found.deviation);
        prop_assert!((found.deviation - least).abs() < 1e-12);
        let near = all.iter().filter(|parts| worst(parts) <= least + slack - 1e-12).count();
        let listed = found.alternatives.len() + 1;
        prop_assert!(listed == near || slack == 0.0 || all.iter().any(|parts| (worst(parts) - least - slack).abs() < 1e-11), "{} of {}", listed, near);
        for method in [Method::Hamilton, Method::SainteLague, Method::HuntingtonHill] {
            let parts = apportion_by(method, &people, k).unwrap();
            prop_assert!(parts.iter().sum::<usize>() == k && parts.iter().all(|&parts| parts > 0));
        }
    }

    /// A square cut into rectangles, whose borders meet in the middle of others' sides.
    #[test]
    fn borders_are_those_of_the_rectangles(cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>(), 0.2..0.8_f64), 0..14)) {
        let mut tiles: Vec<Rect> = vec![Rect::new((0.0, 0.0), (1000.0, 700.0))];
        for (which, across, at) in cuts {
            let tile = tiles.swap_remove(which.index(tiles.len()));
            let (low, high) = (tile.min(), tile.max());
            let rect = |from: (f64, f64), to: (f64, f64)| Rect::new(from, to);
            if across {
                let x = f64::round(low.x + at * tile.width());
                tiles.extend([rect(low.x_y(), (x, high.y)), rect((x, low.y), high.x_y())]);
            } else {
                let y = f64::round(low.y + at * tile.height());
                tiles.extend([rect(low.x_y(), (high.x, y)), rect((low.x, y), high.x_y())]);
            }
        }
        tiles.retain(|tile| tile.width() >= 1.0 && tile.height() >= 1.0);
        let shapes: Vec<Option<Geometry>> = tiles.iter().map(|tile| Some(tile.to_polygon().into())).collect();
        let common = |from_a: f64, to_a: f64, from_b: f64, to_b: f64| to_a.min(to_b) - from_a.max(from_b);
        for touch in [Touch::Rook, Touch::Queen] {
            let found = Contiguity::from_polygons(&shapes, touch, 0.01).unwrap();
            let mut expected = vec![];
            for a in 0..tiles.len() {
                for b in a + 1..tiles.len() {
                    let (one, two) = (tiles[a], tiles[b]);
                    let wide = common(one.min().x, one.max().x, two.min().x, two.max().x);
                    let high = common(one.min().y, one.max().y, two.min().y, two.max().y);
                    let border_m = wide.max(high);
                    // Apart, or at most a corner in common.
                    if wide >= 0.0 && high >= 0.0 && (border_m > 0.0 || touch == Touch::Queen) {
                        expected.push(([a as u32, b as u32], border_m));
                    }
                }
            }
            prop_assert_eq!(found.edges(), expected.iter().map(|one| one.0).collect::<Vec<_>>());
            for (length_m, (_, expected_m)) in found.border_m().unwrap().iter().zip(&expected) {
                prop_assert!((length_m - expected_m).abs() < 0.05);
            }
        }
        // Shapes of parts are those of the tiles joined.
        let contiguity = Contiguity::from_polygons(&shapes, Touch::Rook, 0.01).unwrap();
        let labels: Vec<u32> = (0..tiles.len() as u32).map(|unit| unit % 3).collect();
        let measured = metrics(&contiguity, &[vec![1.0; tiles.len()]], &labels, None).unwrap();
        for part in 0..measured.k {
            let own: Vec<MultiPolygon> = tiles.iter().zip(&labels).filter(|(_, label)| **label as usize == part)
                .map(|(tile, _)| MultiPolygon(vec![tile.to_polygon()])).collect();
            let joined = unary_union(&own);
            let hull_m2 = geo::ConvexHull::convex_hull(&joined).unsigned_area();
            prop_assert!((measured.area_m2.as_ref().unwrap()[part] - joined.unsigned_area()).abs() < 1e-6 * hull_m2);
            prop_assert!((measured.hull_ratio.as_ref().unwrap()[part] - joined.unsigned_area() / hull_m2).abs() < 1e-6);
            let around: f64 = joined.iter().flat_map(|one| std::iter::once(one.exterior()).chain(one.interiors()))
                .map(|ring| geo::Length::length(&geo::Euclidean, ring)).sum();
            prop_assert!((measured.perimeter_m.as_ref().unwrap()[part] - around).abs() < 0.1);
            let circles = measured.reock.as_ref().unwrap()[part];
            // The smallest circle is no smaller than the widest pair, and no larger than Jung's (1901).
            let corners: Vec<_> = geo::CoordsIter::coords_iter(&joined).collect();
            let apart = |a: &geo::Coord, b: &geo::Coord| (a.x - b.x).hypot(a.y - b.y);
            let widest = corners.iter().flat_map(|a| corners.iter().map(move |b| apart(a, b))).fold(0.0, f64::max);
            let share = |radius: f64| joined.unsigned_area() / (std::f64::consts::PI * radius * radius);
            prop_assert!(circles <= share(widest / 2.0) + 1e-6 && circles >= share(widest / 3_f64.sqrt()) - 1e-6);
        }
        prop_assert!(joined_difference(&tiles) < 1e-6);
    }
}

/// Ground that the tiles leave out or claim twice.
fn joined_difference(tiles: &[Rect]) -> f64 {
    let all: Vec<MultiPolygon> = tiles.iter().map(|tile| MultiPolygon(vec![tile.to_polygon()])).collect();
    let sum: f64 = tiles.iter().map(Area::unsigned_area).sum();
    (unary_union(&all).union(&MultiPolygon(vec![])).unsigned_area() - sum).abs()
}

#[test]
fn a_square_has_the_shape_of_a_square() {
    let square = |x: f64, y: f64| Some(Rect::new((x, y), (x + 100.0, y + 100.0)).to_polygon().into());
    let shapes = [square(0.0, 0.0), square(100.0, 0.0), square(0.0, 100.0), square(100.0, 100.0)];
    let contiguity = Contiguity::from_polygons(&shapes, Touch::Rook, 0.0).unwrap();
    assert_eq!((contiguity.edges().len(), contiguity.border_m().unwrap()), (4, &[100.0; 4][..]));
    let found = metrics(&contiguity, &[vec![1.0, 1.0, 1.0, 3.0]], &[0; 4], Some(&[0, 0, 1, 1])).unwrap();
    let near = |a: &Option<Vec<f64>>, b: f64| (a.as_ref().unwrap()[0] - b).abs() < 1e-9;
    assert!(near(&found.polsby_popper, std::f64::consts::FRAC_PI_4) && near(&found.hull_ratio, 1.0));
    assert!(near(&found.reock, std::f64::consts::FRAC_2_PI) && near(&found.perimeter_m, 800.0 - 400.0 + 400.0));
    assert_eq!((found.towns_divided, found.parts_across_towns, found.pieces), (Some(0), Some(1), vec![1]));
}

#[test]
fn chains_draw_valid_plans_the_same_on_any_number_of_threads() {
    let ((contiguity, people), _) = voronoi(120, 5);
    let weights = [people.clone()];
    let terms = Terms { tolerance: vec![0.15], rounds: Some(0), ..Terms::default() };
    let plan = partition(&contiguity, &weights, 8, &terms, &Control::new()).unwrap();
    let draw = Draw { tolerance: 0.15, chains: 3, seed: 7, keep: true, ..Draw::default() };
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let drawn: Vec<Ensemble> = [1, 2, 64]
        .map(|threads| {
            pool(threads).install(|| recom(&contiguity, &weights, &plan.labels, 90, &draw, &Control::new()).unwrap())
        })
        .into();
    assert_eq!(drawn[0], drawn[1]);
    assert_eq!(drawn[0], drawn[2]);
    for chain in 0..3 {
        let run = &drawn[0].runs[chain];
        let plans: Vec<Vec<u32>> = drawn[0].plans(chain).collect();
        assert_eq!(plans.len(), 90);
        for (label, (&cut_edges, &off)) in plans.iter().zip(run.cut_edges.iter().zip(&run.deviation)) {
            assert!(connected(contiguity.edges(), label));
            let by_definition = deviation(&people, label, 8);
            assert!(by_definition <= 0.15 && (by_definition - f64::from(off)).abs() < 1e-6);
            assert_eq!(u64::from(cut_edges), cut(contiguity.edges(), label));
        }
        let least = run.cut_edges.iter().copied().map(u64::from).min().unwrap();
        assert_eq!(run.best_cut_edges, least.min(cut(contiguity.edges(), &plan.labels)));
        assert_eq!(run.best_cut_edges, cut(contiguity.edges(), &run.best_labels));
    }
    assert_ne!(drawn[0].runs[0].cut_edges, drawn[0].runs[1].cut_edges);

    // Stopped, written down, read and continued: as if it had never stopped.
    let half = recom(&contiguity, &weights, &plan.labels, 40, &draw, &Control::new()).unwrap();
    let read = Ensemble::from_bytes(&half.to_bytes()).unwrap();
    assert_eq!(read.go_on(&contiguity, &weights, 50, &Control::new()).unwrap(), drawn[0]);
    assert!(Ensemble::from_bytes(&half.to_bytes()[..200]).is_err());

    let bursts = Draw { burst: Some(5), ..draw.clone() };
    let burst = recom(&contiguity, &weights, &plan.labels, 90, &bursts, &Control::new()).unwrap();
    let sum = |drawn: &Ensemble| drawn.runs[0].cut_edges.iter().sum::<u32>();
    assert!(sum(&burst) < sum(&drawn[0]), "{} and {}", sum(&burst), sum(&drawn[0]));
}

#[test]
fn chains_refuse_a_plan_that_is_none() {
    let street = grid(1, 6);
    let drawn = |labels: &[u32]| {
        recom(&street, &[vec![1.0; 6]], labels, 5, &Draw { tolerance: 0.5, ..Draw::default() }, &Control::new())
    };
    assert!(drawn(&[0, 0, 0, 1, 1, 1]).is_ok());
    let message = |labels: &[u32]| drawn(labels).unwrap_err().to_string();
    assert!(message(&[0, 1, 1, 1, 0, 0]).contains("part 0: is in 2 pieces"), "{}", message(&[0, 1, 1, 1, 0, 0]));
    assert!(message(&[0, 0, 0, 2, 2, 2]).contains("part 1: has no unit"));
    assert!(message(&[0, 1, 1, 1, 1, 1]).contains("part 0 is -66.67 % off"));
}

#[test]
fn trees_that_avoid_town_borders_cross_fewer() {
    let square = grid(12, 12);
    let town: Vec<u32> = (0..144).map(|unit| unit % 12 / 4).collect();
    let plan: Vec<u32> = (0..144).map(|unit| unit / 24).collect();
    let across = |surcharge: f64| {
        let draw = Draw { tolerance: 0.2, within: Some(town.clone()), surcharge, keep: true, ..Draw::default() };
        let drawn = recom(&square, &[vec![1.0; 144]], &plan, 200, &draw, &Control::new()).unwrap();
        drawn
            .plans(0)
            .map(|label| metrics(&square, &[vec![1.0; 144]], &label, Some(&town)).unwrap().parts_across_towns.unwrap())
            .sum::<usize>()
    };
    assert!(3 * across(1.0) < 2 * across(0.0), "{} and {}", across(1.0), across(0.0));
}

#[test]
fn plans_are_the_same_on_any_number_of_threads() {
    let ((contiguity, people), _) = voronoi(60, 3);
    let terms = Terms { tolerance: vec![0.1], rounds: Some(5), seed: 3, proof: Some(100_000), ..Terms::default() };
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| partition(&contiguity, std::slice::from_ref(&people), 5, &terms, &Control::new()).unwrap())
    };
    let (one, two) = (on(1), on(2));
    assert_eq!((one.labels, one.value, one.rounds), (two.labels, two.value, two.rounds));
}

#[test]
fn every_way_to_improve_gives_the_same_on_any_number_of_threads() {
    let ((contiguity, people), _) = voronoi(24, 3);
    for improve in Improve::ALL {
        let terms =
            Terms { tolerance: vec![0.1], rounds: Some(2), seed: 3, proof: Some(0), improve, ..Terms::default() };
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| partition(&contiguity, std::slice::from_ref(&people), 3, &terms, &Control::new()).unwrap())
        };
        let (one, two) = (on(1), on(2));
        assert_eq!((&one.labels, one.value), (&two.labels, two.value), "{improve:?}");
        let first = Terms { rounds: Some(0), ..terms.clone() };
        let first = partition(&contiguity, std::slice::from_ref(&people), 3, &first, &Control::new()).unwrap();
        assert!(one.value <= first.value, "{improve:?}: {} after {}", one.value, first.value);
    }
}

#[test]
fn locks_and_wishes_are_granted() {
    let square = grid(6, 6);
    let today: Vec<u32> = (0..36).map(|unit| unit / 12).collect();
    let terms = Terms {
        tolerance: vec![0.1],
        today: Some(today.clone()),
        locked: vec![0, 35],
        together: vec![[5, 30]],
        apart: vec![[14, 15], [0, 5]],
        rounds: Some(2),
        ..Terms::default()
    };
    let plan = partition(&square, &[vec![1.0; 36]], 3, &terms, &Control::new()).unwrap();
    let label = &plan.labels;
    assert_eq!((label[0], label[35], label[5]), (0, 2, label[30]));
    assert!(label[14] != label[15] && label[0] != label[5]);

    // Nobody need move when today's plan is within the terms.
    let stay =
        Terms { tolerance: vec![0.1], today: Some(today.clone()), objective: Objective::Moved, ..Terms::default() };
    let plan = partition(&square, &[vec![1.0; 36]], 3, &stay, &Control::new()).unwrap();
    assert_eq!((plan.labels, plan.value, plan.proven), (today.clone(), 0.0, true));
    // Units 12 to 17 grow; the fewest people who must move are one unit's.
    let people: Vec<f64> = (0..36).map(|unit| if (12..18).contains(&unit) { 13.0 } else { 10.0 }).collect();
    let grown = Terms { tolerance: vec![0.06], ..stay };
    let plan = partition(&square, std::slice::from_ref(&people), 3, &grown, &Control::new()).unwrap();
    assert_eq!(plan.value, 10.0);
    assert_eq!(plan_diff(&today, &plan.labels, &people).unwrap().moved, 10.0);
}

#[test]
fn a_second_level_stays_inside_the_first() {
    let ((contiguity, people), _) = voronoi(200, 9);
    let weights = [people];
    let terms = Terms { tolerance: vec![0.1], rounds: Some(0), ..Terms::default() };
    let grids = partition(&contiguity, &weights, 5, &terms, &Control::new()).unwrap();
    let inside = Terms { tolerance: vec![0.3], within: Some(grids.labels.clone()), ..terms };
    let blocks = partition(&contiguity, &weights, 12, &inside, &Control::new()).unwrap();
    assert_eq!(
        metrics(&contiguity, &weights, &blocks.labels, Some(&grids.labels)).unwrap().parts_across_towns,
        Some(0)
    );
    let parts = blocks.town_parts.unwrap();
    assert_eq!((parts.len(), parts.iter().sum::<usize>()), (5, 12));
    let wanted = Terms { town_parts: Some(parts.clone()), ..inside.clone() };
    assert_eq!(partition(&contiguity, &weights, 12, &wanted, &Control::new()).unwrap().town_parts, Some(parts));
    let uneven = Terms { town_parts: Some(vec![8, 1, 1, 1, 1]), ..inside };
    let refused = partition(&contiguity, &weights, 12, &uneven, &Control::new()).unwrap_err().to_string();
    assert!(refused.contains("town 0 holds") && refused.contains("8 part(s)"), "{refused}");
}

#[test]
fn a_refusal_says_who_and_what_would_help() {
    let refused = |contiguity: &Contiguity, people: &[f64], k, tolerance, within: Option<Vec<u32>>| {
        let terms = Terms { tolerance: vec![tolerance], within, ..Terms::default() };
        let error = partition(contiguity, &[people.to_vec()], k, &terms, &Control::new()).unwrap_err();
        let Error::Infeasible { needed, rows, .. } = &error else { panic!("{error}") };
        (error.to_string(), needed.unwrap(), rows.clone())
    };
    let street = grid(1, 6);
    // A unit that is too large by itself.
    let (text, needed, rows) = refused(&street, &[1.0, 1.0, 8.0, 1.0, 1.0, 0.0], 3, 0.1, None);
    assert!(
        text.contains("unit 2 alone holds 2.000 of an equal share") && text.contains("a tolerance of 100 %"),
        "{text}"
    );
    assert_eq!((needed, rows), (1.0, vec![2]));
    // A neck: the middle of a star.
    let star = Contiguity::from_edges(7, &[[0, 1], [0, 2], [0, 3], [0, 4], [0, 5], [0, 6]], None).unwrap();
    let (text, needed, rows) = refused(&star, &[1.0; 7], 2, 0.2, None);
    assert!(text.contains("unit 0 is the only way") && text.contains("2.000 of an equal share"), "{text}");
    assert_eq!((needed, rows), (0.7143, vec![0]));
    assert!(
        partition(&star, &[vec![1.0; 7]], 2, &Terms { tolerance: vec![0.7143], ..Terms::default() }, &Control::new())
            .is_ok()
    );
    // A town between two numbers of parts.
    let (text, needed, _) = refused(&street, &[1.0; 6], 3, 0.1, Some(vec![0, 0, 0, 1, 1, 1]));
    assert!(text.contains("town") && text.contains("1.500 equal shares"), "{text}");
    assert_eq!(needed, 0.5);
    // Sets that do not touch.
    let apart = street.cut(&[[1, 2], [3, 4]]).unwrap();
    let terms = Terms { tolerance: vec![0.5], ..Terms::default() };
    let text = partition(&apart, &[vec![1.0; 6]], 2, &terms, &Control::new()).unwrap_err().to_string();
    assert!(text.contains("3 sets that do not touch") && text.contains("at least 3 parts"), "{text}");
    // Whole people.
    let (text, needed, _) = refused(&grid(2, 5), &[1.0; 10], 3, 0.0, None);
    assert!(text.contains("whole amounts") && needed == 0.2, "{text}");
}

#[test]
fn an_edit_is_another_contiguity() {
    let square = grid(3, 3);
    let river = square.cut_along(&[[-50.0, 50.0], [250.0, 50.0]]).unwrap();
    assert_eq!((river.edges().len(), river.components()), (9, (vec![0, 0, 0, 1, 1, 1, 1, 1, 1], 2)));
    let bridge = river.join(&[[4, 1]]).unwrap();
    assert_eq!((bridge.edges().len(), bridge.components().1, bridge.neighbours(1)), (10, 1, &[0, 2, 4][..]));
    assert_eq!(square.edges().len(), 12);
    assert!(river.cut(&[[1, 4]]).unwrap_err().to_string().contains("(1, 4): do not touch"));
    let islands = square.cut(&[[0, 1], [0, 3]]).unwrap().findings();
    assert_eq!((islands.islands, islands.components), (vec![0], 2));
}

#[test]
fn a_search_says_that_its_rounds_are_done_only_if_the_clock_cut_none_short() {
    let ((contiguity, people), _) = voronoi(300, 0);
    let weights = [people];
    let search = |time_limit_s| {
        let terms = Terms { tolerance: vec![0.05], rounds: Some(1), time_limit_s, ..Terms::default() };
        partition(&contiguity, &weights, 25, &terms, &Control::new()).unwrap()
    };
    let whole = search(None);
    for share in [0.3, 0.7] {
        let plan = search(Some(share * whole.seconds));
        assert!(plan.stop != Stop::Rounds || plan.labels == whole.labels, "{share} of the time");
    }
}
