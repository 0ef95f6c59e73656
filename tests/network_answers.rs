//! What is asked of a street network beside distances: areas, routes, edits, faults.

use geo::{Contains, Distance, Euclidean, Length, LineString, Point, Polygon};
use linli::{
    Error,
    control::Control,
    crs::Plane,
    network::{Direction, Edits, SnapRule, StreetNetwork},
    reach::Access,
    walk::Walk,
};
use proptest::prelude::*;

fn line(course: &[[f64; 2]]) -> LineString<f64> {
    course.to_vec().into()
}

fn everything(network: StreetNetwork) -> StreetNetwork {
    network.with_snapping(SnapRule { max_m: 200.0, min_junctions: 0 }).unwrap()
}

fn streets(lines: &[LineString<f64>], tolerance_m: f64) -> StreetNetwork {
    everything(StreetNetwork::from_lines(lines, tolerance_m, &Plane::metres()).unwrap())
}

fn walk(network: &StreetNetwork, from: [f64; 2], to: [f64; 2]) -> Option<f64> {
    network.between(&[from], &[to], &Control::new()).unwrap()[0]
}

/// Two streets along a river at y = 0, joined by one bridge at x = 0.
fn river_town() -> StreetNetwork {
    streets(
        &[
            line(&[[-500.0, 50.0], [0.0, 50.0], [500.0, 50.0]]),
            line(&[[-500.0, -50.0], [0.0, -50.0], [500.0, -50.0]]),
            line(&[[0.0, 50.0], [0.0, -50.0]]),
        ],
        0.0,
    )
}

/// Random paths over a lattice, a step at a time; their lengths are what they
/// look like, and no street passes over a node of another.
fn lattice() -> impl Strategy<Value = StreetNetwork> {
    let start = [0..6_i32, 0..6_i32];
    let path = (start, prop::collection::vec(0..4_usize, 1..7)).prop_map(|(start, steps)| {
        let turns = [[1, 0], [0, 1], [-1, 0], [0, -1]];
        let course = steps.into_iter().scan(start, |at, turn| {
            *at = [0, 1].map(|axis| (at[axis] + turns[turn][axis]).clamp(0, 5));
            Some(*at)
        });
        let course = std::iter::once(start).chain(course);
        course.map(|at| at.map(|v| f64::from(v) * 90.0)).collect::<Vec<_>>()
    });
    prop::collection::vec(path, 1..10).prop_map(|paths| {
        let lines: Vec<_> = paths.iter().map(|course| line(course)).collect();
        streets(&lines, 0.0)
    })
}

fn place() -> impl Strategy<Value = [f64; 2]> {
    [-50.0..500.0_f64, -50.0..500.0_f64]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn a_service_area_holds_the_places_within_the_walk_and_no_others(
        network in lattice(),
        centre in place(),
        others in prop::collection::vec(place(), 1..12),
        limit_m in 0.0..900.0_f64,
    ) {
        let area = network.service_area(centre, limit_m, Direction::To).unwrap();
        let snapped = network.snap("others", &others, &Control::new()).unwrap();
        for (place, snap) in others.iter().zip(snapped.rows()) {
            let Some(on) = snap.on else { continue };
            // To the street only: the leg to the place itself is not on the map.
            let Some(walk_m) = walk(&network, *place, centre).map(|walk_m| walk_m - on.leg_m) else { continue };
            let nearest_m = area
                .lines
                .iter()
                .map(|reached| Euclidean.distance(&Point::from(on.xy), &reached.line))
                .fold(f64::INFINITY, f64::min);
            if walk_m < limit_m - 0.01 {
                prop_assert!(nearest_m < 0.01, "{walk_m} m is within {limit_m}, but {nearest_m} m off the area");
            }
            if nearest_m < 1e-6 {
                prop_assert!(walk_m <= limit_m + 0.01, "{walk_m} m is beyond {limit_m}, but in the area");
            }
        }
        for reached in &area.lines {
            prop_assert!(reached.from_m <= reached.to_m && reached.to_m <= limit_m);
            let length_m = Euclidean.length(&reached.line);
            prop_assert!((reached.to_m - reached.from_m - length_m).abs() < 0.01 * reached.line.0.len() as f64);
        }
    }

    #[test]
    fn the_area_of_a_shorter_walk_lies_within_that_of_a_longer_one(
        network in lattice(),
        centre in place(),
        limit_m in 30.0..500.0_f64,
        more_m in 0.0..300.0_f64,
    ) {
        let near = network.service_area(centre, limit_m, Direction::To).unwrap();
        prop_assume!(!near.lines.is_empty());
        let limits_m = [limit_m + more_m, limit_m];
        let areas = network.isochrones(centre, &limits_m, 40.0, Direction::To).unwrap();
        for polygon in &areas[1] {
            prop_assert!(polygon.interiors().is_empty());
            for at in polygon.exterior().points() {
                prop_assert!(Euclidean.distance(&at, &areas[0]) < 1e-3, "{at:?}");
            }
        }
        for reached in &near.lines {
            prop_assert!(reached.line.points().all(|at| areas[1].contains(&at)));
        }
    }

    #[test]
    fn an_explained_walk_is_as_long_as_its_route(
        network in lattice(),
        from in place(),
        sites in prop::collection::vec(place(), 1..6),
    ) {
        let control = Control::new();
        let nearest = network.nearest(&[from], &sites, &control).unwrap();
        let explained = network.explain(from, &sites, &control).unwrap();
        prop_assert_eq!(nearest.get(0), explained.as_ref().map(|found| (found.site, found.walk_m)));
        let Some(found) = explained else { return Ok(()) };
        let route_m = Euclidean.length(&found.route);
        prop_assert!((route_m - found.walk_m).abs() < 0.03, "{route_m} {}", found.walk_m);
        let steps_m: f64 = found.steps.iter().map(|step| step.walk_m).sum();
        prop_assert!((steps_m + found.leg_from_m + found.leg_to_m - found.walk_m).abs() < 0.03);
        let ends = [found.route.0[0], found.route.0[found.route.0.len() - 1]];
        prop_assert_eq!(ends.map(|at| [at.x, at.y]), [from, sites[found.site as usize]]);
    }

    #[test]
    fn kept_reach_lists_answer_as_fresh_searches_do(
        network in lattice(),
        demand in prop::collection::vec(place(), 0..12),
        sites in prop::collection::vec(place(), 1..6),
        moved in place(),
    ) {
        let control = Control::new();
        let mut lists = network.reach_lists(&demand, Some(400.0), &control).unwrap();
        let fresh = |sites: &[[f64; 2]]| network.reach(&demand, sites, Some(400.0), &control).unwrap();
        for _ in 0..2 {
            let kept = lists.reach(&sites, &control).unwrap();
            let again = fresh(&sites);
            prop_assert_eq!(kept.csr(), again.csr());
            prop_assert_eq!(lists.searches(), sites.len());
        }
        let mut changed = sites.clone();
        changed[0] = moved;
        let kept = lists.reach(&changed, &control).unwrap();
        let again = fresh(&changed);
        prop_assert_eq!(kept.csr(), again.csr());
        prop_assert_eq!(lists.searches(), sites.len() + 1);
    }

    #[test]
    fn a_critical_street_is_one_whose_loss_cuts_people_off(
        n in 2..9_u32,
        edges in prop::collection::vec([0..9_u32, 0..9_u32], 1..14),
        lived_at in prop::collection::vec(0..9_u32, 1..5),
        served_at in prop::collection::vec(0..9_u32, 1..4),
    ) {
        // Two dead ends at each node make it a junction whatever meets there.
        // On a circle no street passes a node that it does not end at.
        let circle = |i: u32| f64::from(i) * std::f64::consts::TAU / f64::from(n);
        let mut node_xy: Vec<[f64; 2]> = (0..n).map(|i| [circle(i).cos() * 500.0, circle(i).sin() * 500.0]).collect();
        let mut all: Vec<[u32; 2]> = edges.iter().map(|ends| ends.map(|node| node % n)).collect();
        all.sort_unstable();
        all.dedup();
        let kept = all.len();
        for node in 0..n {
            for side in [-1.0, 1.0] {
                let at = node_xy[node as usize];
                all.push([node, node_xy.len() as u32]);
                node_xy.push([at[0] * 1.01 + side, at[1] * 1.01 + 1.0]);
            }
        }
        // The order of a pair makes no different street here.
        let network = everything(StreetNetwork::from_edges(&node_xy, &all, &vec![10.0; all.len()]).unwrap());
        let at = |nodes: &[u32]| nodes.iter().map(|node| node_xy[(node % n) as usize]).collect::<Vec<_>>();
        let control = Control::new();
        let demand = network.snap("demand", &at(&lived_at), &control).unwrap();
        let sites = network.snap("sites", &at(&served_at), &control).unwrap();
        let people: Vec<f64> = (0..lived_at.len()).map(|row| 10.0 + row as f64).collect();
        let found = network.critical_streets(&demand, &people, &sites).unwrap();
        let served = |without: Option<usize>| -> Vec<bool> {
            let mut is_served = vec![false; node_xy.len()];
            for node in &served_at {
                is_served[(node % n) as usize] = true;
            }
            for _ in 0..node_xy.len() {
                for (row, &[a, b]) in all.iter().enumerate() {
                    let twin = without.is_some_and(|gone| all[gone] == [a, b] || all[gone] == [b, a]);
                    // Given in both orders it is still one street.
                    if without != Some(row) && !twin {
                        let either = is_served[a as usize] || is_served[b as usize];
                        (is_served[a as usize], is_served[b as usize]) = (either, either);
                    }
                }
            }
            lived_at.iter().map(|node| is_served[(node % n) as usize]).collect()
        };
        let before = served(None);
        let mut expected: Vec<(f64, usize)> = vec![];
        for (row, &[a, b]) in all.iter().enumerate().take(kept) {
            if a == b || all[..row].contains(&[b, a]) {
                continue;
            }
            let after = served(Some(row));
            let lost: Vec<usize> = (0..lived_at.len()).filter(|&i| before[i] && !after[i]).collect();
            if !lost.is_empty() {
                expected.push((lost.iter().map(|&i| people[i]).sum(), lost.len()));
            }
        }
        expected.sort_by(|x, y| y.0.total_cmp(&x.0));
        let found: Vec<(f64, usize)> = found.iter().map(|street| (street.people, street.rows)).collect();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn lines_meet_where_they_share_a_position_and_not_where_they_cross() {
    let crossing = [line(&[[0.0, 0.0], [100.0, 0.0]]), line(&[[50.0, -50.0], [50.0, 50.0]])];
    assert_eq!(walk(&streets(&crossing, 0.0), [0.0, 0.0], [50.0, 50.0]), None);
    let meeting = [line(&[[0.0, 0.0], [50.0, 0.0], [100.0, 0.0]]), line(&[[50.0, -0.0], [50.0, 50.0]])];
    assert_eq!(walk(&streets(&meeting, 0.0), [0.0, 0.0], [50.0, 50.0]), Some(100.0));
}

#[test]
fn a_gap_is_reported_and_joined_only_within_the_tolerance() {
    let gap =
        [line(&[[0.0, 0.0], [100.0, 0.0]]), line(&[[50.0, 2.0], [50.0, 80.0]]), line(&[[103.0, 0.0], [200.0, 0.0]])];
    let apart = streets(&gap, 0.0);
    let misses = apart.near_misses(5.0).unwrap();
    let found: Vec<_> = misses.iter().map(|miss| (miss.way_id, miss.other_way, miss.gap_m, miss.walk_m)).collect();
    assert_eq!(found, [(0, 2, 3.0, None), (1, 0, 2.0, None), (2, 0, 3.0, None)]);
    assert_eq!(apart.pieces().len(), 3);
    let near = streets(&gap, 2.5);
    assert_eq!(near.pieces().len(), 2);
    assert_eq!(walk(&near, [0.0, 0.0], [50.0, 80.0]), Some(50.04 + 78.0));
    let joined = streets(&gap, 3.0);
    assert_eq!((joined.pieces().len(), joined.near_misses(5.0).unwrap().len()), (1, 0));
    for bad in [-1.0, 51.0, f64::NAN] {
        assert!(StreetNetwork::from_lines(&gap, bad, &Plane::metres()).is_err());
        assert!(apart.near_misses(bad).is_err());
    }
    let broken = [line(&[[0.0, 0.0], [0.0, f64::NAN]])];
    assert!(StreetNetwork::from_lines(&broken, 0.0, &Plane::metres()).unwrap_err().to_string().contains("lines row 0"));
}

#[test]
fn a_barrier_cuts_streets_and_the_way_to_them() {
    let town = river_town();
    let (north, south) = ([100.0, 60.0], [100.0, -60.0]);
    assert_eq!(walk(&town, north, south), Some(320.0));
    let river = Edits { barriers: vec![line(&[[-900.0, 0.0], [900.0, 0.0]])], ..Edits::default() };
    let (cut, effect) = town.edited(&river).unwrap();
    assert_eq!(effect.cut_by_barrier, [1]);
    assert_eq!(walk(&cut, north, south), None);
    assert_eq!(walk(&cut, north, [0.0, 2.0]), Some(10.0 + 100.0 + 48.0));
    // At the foot of the lost bridge one is joined to the own side's stump.
    assert_eq!(walk(&cut, [1.0, -0.5], [0.0, -50.0]).map(|m| (m * 10.0).round() / 10.0), Some(1.0 + 49.5));
    assert_ne!(cut.hash(), town.hash());

    // A street network on one side only: nobody wades to it.
    let one_side = streets(&[line(&[[-500.0, 50.0], [500.0, 50.0]])], 0.0);
    assert!(walk(&one_side, [0.0, -40.0], [100.0, 50.0]).is_some());
    let (cut, _) = one_side.edited(&river).unwrap();
    let nearest = cut.nearest(&[[0.0, -40.0]], &[[100.0, 50.0]], &Control::new()).unwrap();
    assert_eq!((nearest.get(0), nearest.access(0)), (None, Access::Unsnapped));

    // A new footbridge crosses the river all the same.
    let bridge = Edits { additions: vec![line(&[[400.0, 45.0], [400.0, -45.0]])], ..Edits::default() };
    let (bridged, effect) = cut_town(&town, &river).edited(&bridge).unwrap();
    assert_eq!(effect.joined_m, [[5.0, 5.0]]);
    assert_eq!(walk(&bridged, north, south), Some(10.0 + 300.0 + 100.0 + 300.0 + 10.0));
    assert_eq!(bridged.explain(north, &[south], &Control::new()).unwrap().unwrap().steps[1].way_id, -1);
}

fn cut_town(town: &StreetNetwork, edits: &Edits) -> StreetNetwork {
    town.edited(edits).unwrap().0
}

#[test]
fn a_gate_cuts_its_street_and_a_missing_bridge_is_taken_out() {
    let town = river_town();
    let gate = Edits { gates: vec![[250.0, 55.0]], ..Edits::default() };
    let (gated, effect) = town.edited(&gate).unwrap();
    assert_eq!(effect.gate_m, [5.0]);
    assert_eq!(walk(&gated, [200.0, 50.0], [300.0, 50.0]), None);
    assert_eq!(walk(&gated, [200.0, 50.0], [0.0, -50.0]), Some(300.0));
    let (unbridged, effect) = town.edited(&Edits { closed_ways: vec![2], ..Edits::default() }).unwrap();
    assert_eq!((effect.closed_m, unbridged.pieces().len()), (100.0, 2));
    let unknown = town.edited(&Edits { closed_ways: vec![9], ..Edits::default() });
    assert!(matches!(unknown, Err(Error::Unknown { .. })));
    let far = town.edited(&Edits { gates: vec![[0.0, 500.0]], ..Edits::default() });
    assert!(far.unwrap_err().to_string().contains("450.0 m away"));
    // No change is no change.
    let (same, _) = town.edited(&Edits::default()).unwrap();
    assert_eq!(walk(&same, [100.0, 60.0], [100.0, -60.0]), Some(320.0));
}

#[test]
fn a_compound_behind_a_closed_gate_keeps_its_people() {
    // A large town with a small estate behind one gate: cut off, it is still theirs.
    let mut lines: Vec<LineString<f64>> =
        (0..30).map(|i| line(&[[f64::from(i) * 20.0, 0.0], [f64::from(i) * 20.0, 15.0]])).collect();
    lines.push((0..30).map(|i| (f64::from(i) * 20.0, 0.0)).collect());
    lines.push(line(&[[0.0, 0.0], [0.0, -60.0], [0.0, -100.0], [50.0, -100.0]]));
    let town = StreetNetwork::from_lines(&lines, 0.0, &Plane::metres()).unwrap();
    let gated = cut_town(&town, &Edits { gates: vec![[0.0, -60.0]], ..Edits::default() });
    let nearest = gated.nearest(&[[30.0, -90.0]], &[[100.0, 0.0]], &Control::new()).unwrap();
    assert_eq!((nearest.get(0), nearest.access(0)), (None, Access::Unreachable));
    let snapped = gated.snap("demand", &[[30.0, -90.0]], &Control::new()).unwrap();
    assert_eq!(gated.isolated(&snapped).unwrap(), [0]);
}

#[test]
fn rows_from_which_one_walks_off_the_map_are_clipped() {
    let street = streets(&[line(&[[0.0, 0.0], [500.0, 0.0], [1000.0, 0.0]])], 0.0);
    let outline = Polygon::new(line(&[[-10.0, -10.0], [900.0, -10.0], [900.0, 10.0], [-10.0, 10.0]]), vec![]);
    let (demand, sites) = ([[100.0, 0.0], [700.0, 0.0], [850.0, 0.0]], [[600.0, 0.0]]);
    let control = Control::new();
    let whole = street.reach(&demand, &sites, Some(400.0), &control).unwrap();
    assert!((0..3).all(|row| whole.access(row) == Access::Known));
    let street = street.with_extent(Some(&outline)).unwrap();
    let reach = street.reach(&demand, &sites, Some(400.0), &control).unwrap();
    assert_eq!([0, 1, 2].map(|row| reach.access(row)), [Access::Known, Access::Clipped, Access::Clipped]);
    // The nearest site of the second is nearer than any way out; that of the third is not.
    let nearest = street.nearest(&demand, &sites, &control).unwrap();
    assert_eq!([0, 1, 2].map(|row| nearest.access(row)), [Access::Known, Access::Known, Access::Clipped]);
    let island = street.with_extent(None).unwrap();
    assert_eq!(island.reach(&demand, &sites, Some(400.0), &control).unwrap().access(1), Access::Known);
}

#[test]
fn people_beside_a_river_have_a_detour_and_the_bridge_is_critical() {
    let town = river_town();
    let control = Control::new();
    let (demand, sites) = ([[300.0, 60.0], [-20.0, 60.0]], [[300.0, -60.0]]);
    let found = town.detours(&demand, &[70.0, 30.0], &sites, 3.0, 500.0, &Control::new()).unwrap();
    assert_eq!(
        found.iter().map(|row| (row.demand, row.crow_m, row.walk_m)).collect::<Vec<_>>(),
        [(0, 120.0, Some(720.0))]
    );
    let demand = town.snap("demand", &demand, &control).unwrap();
    let sites = town.snap("sites", &sites, &control).unwrap();
    let critical = town.critical_streets(&demand, &[70.0, 30.0], &sites).unwrap();
    assert_eq!((critical[0].people, critical[0].rows, critical[0].way_ids.clone()), (100.0, 2, vec![2]));
    assert_eq!(critical[0].length_m, 100.0);
    assert!(town.critical_streets(&demand, &[1.0], &sites).is_err());
}

#[test]
fn a_service_area_names_its_minutes_and_crosses_no_river() {
    let town = river_town();
    let area = town.service_area([100.0, 50.0], 150.0, Direction::To).unwrap();
    let length_m: f64 = area.lines.iter().map(|reached| Euclidean.length(&reached.line)).sum();
    // 150 m to the right; 100 m to the bridge, and 50 m beyond it in two directions.
    assert!((length_m - (150.0 + 100.0 + 50.0 + 50.0)).abs() < 1e-9);
    assert_eq!(area.lines[0].minutes(1.0).map(f64::is_finite), [true, true]);
    let polygon = area.polygon(40.0).unwrap();
    assert_eq!(polygon.0.len(), 1);
    assert!(polygon.contains(&Point::new(100.0, 20.0)) && !polygon.contains(&Point::new(100.0, -30.0)));
    let nothing = town.service_area([5000.0, 0.0], 150.0, Direction::To).unwrap();
    assert!(nothing.lines.is_empty() && nothing.snap.on.is_none() && nothing.polygon(40.0).unwrap().0.is_empty());
    assert!(area.polygon(0.0).is_err() && town.service_area([0.0, 0.0], f64::NAN, Direction::To).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn no_walk_crosses_a_barrier_and_an_edit_never_shortens_one_without_a_path(
        network in lattice(),
        wall in prop::collection::vec([0..6_i32, 0..6_i32], 2..4),
        shift in prop_oneof![Just(0.0), 1.0..89.0_f64],
        gates in prop::collection::vec(place(), 0..3),
        from in place(),
        to in place(),
    ) {
        use geo::Intersects;
        prop_assume!(network.size().segments > 0);
        let wall: Vec<[f64; 2]> = wall.iter().map(|at| at.map(|v| f64::from(v) * 90.0 + shift)).collect();
        let wall = line(&wall);
        let edits = Edits { barriers: vec![wall.clone()], gates, join_m: 1e4, ..Edits::default() };
        let (cut, _) = network.edited(&edits).unwrap();
        let Some(found) = cut.explain(from, &[to], &Control::new()).unwrap() else { return Ok(()) };
        for leg in found.route.lines() {
            prop_assert!(!leg.intersects(&wall), "{leg:?} crosses {wall:?}");
        }
        let before = walk(&network, from, to);
        let same_streets = |network: &StreetNetwork| {
            network.snap("both", &[from, to], &Control::new()).unwrap().rows().iter().map(|row| row.on.map(|on| on.xy)).collect::<Vec<_>>()
        };
        if same_streets(&network) == same_streets(&cut) {
            prop_assert!(before.is_some_and(|before| found.walk_m > before - 0.01), "{before:?} {}", found.walk_m);
        }
    }
}

/// Lines of an embedded layer on a plane.
fn layer(name: &str, plane: &Plane) -> Vec<LineString<f64>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/putuo").join(name);
    let features: geojson::FeatureCollection = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let lines = features.features.into_iter().map(|feature| {
        let line: LineString<f64> = feature.geometry.unwrap().try_into().unwrap();
        line.0.iter().map(|at| plane.forward([at.x, at.y]).unwrap()).collect::<Vec<_>>().into()
    });
    lines.collect()
}

#[test]
fn the_embedded_district_hangs_together_over_its_bridges() {
    let plane = Plane::around(&[[121.33, 31.21], [121.48, 31.31]]).unwrap();
    let lines = layer("streets.geojson", &plane);
    let district = StreetNetwork::from_lines(&lines, 0.0, &plane).unwrap();
    let pieces = district.pieces();
    assert!(pieces[0].share > 0.99, "{pieces:?}");
    assert!((district.size().length_m - 619e3).abs() < 1e3, "{district:?}");
    // Its creek and railways are crossed by bridges only: without them it falls apart.
    let barriers = Edits { barriers: layer("barriers.geojson", &plane), ..Edits::default() };
    let (divided, effect) = district.edited(&barriers).unwrap();
    assert!(effect.cut_by_barrier.iter().all(|&cuts| cuts > 0), "{effect:?}");
    assert!(divided.pieces()[0].share < 0.6, "{:?}", &divided.pieces()[..3]);
}
