//! Streets from files, and what they say of a city.

mod common;

use std::path::Path;

use common::city;
use geo::{Intersects, LineString, MultiLineString};
use linli::{
    Error, Standard,
    control::Control,
    coverage::{Question, RowStatus, Search, coverage, explain, severance, street_report},
    crs::{Crs, Plane},
    datasets,
    io::{ReadOptions, Source, StreetOptions, read_barriers, read_streets},
    network::{BarrierIndex, Profile, SnapRule, StreetNetwork, Weight},
    walk::{CrowFly, OnPlane, Walk},
};
use proptest::prelude::*;

fn layer(text: &str) -> Source {
    Source::Bytes { name: "streets.geojson".into(), bytes: text.as_bytes().to_vec() }
}

fn feature(geometry: &str, properties: &str) -> String {
    format!(r#"{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}"#)
}

fn line(coordinates: &str) -> String {
    format!(r#"{{"type": "LineString", "coordinates": {coordinates}}}"#)
}

fn metres() -> StreetOptions {
    StreetOptions {
        snap: SnapRule { max_m: 200.0, min_junctions: 0 },
        read: ReadOptions { crs: Some(Crs::metres()), ..ReadOptions::default() },
        ..StreetOptions::default()
    }
}

fn read(text: &str, options: &StreetOptions) -> linli::Result<StreetNetwork> {
    read_streets(&layer(text), options, None, &Control::new()).map(|read| read.network)
}

fn question() -> Question {
    Question::within(Standard::new(15.0, 1.0).unwrap())
}

/// A river along y = 100 with a bridge at x = 1000; streets on both banks.
const RIVERSIDE: [&str; 3] = ["[[0, 50], [1000, 50]]", "[[0, 150], [1000, 150]]", "[[1000, 50], [1000, 150]]"];

fn riverside() -> StreetNetwork {
    let lines: Vec<String> = RIVERSIDE.iter().map(|at| feature(&line(at), "{}")).collect();
    read(&lines.join("\n"), &metres()).unwrap()
}

fn river() -> BarrierIndex {
    let river: LineString = vec![[-500.0, 100.0], [2000.0, 100.0]].into();
    BarrierIndex::new(&[river.into()])
}

#[test]
fn lines_in_parts_keep_the_number_of_their_feature() {
    let parts = r#"{"type": "MultiLineString", "coordinates": [[[0, 0], [100, 0]], [[100, 0], [100, 90]]]}"#;
    let text = [feature(parts, "{}"), feature(&line("[[100, 90], [300, 90]]"), "{}")].join("\n");
    let network = read(&text, &metres()).unwrap();
    let snapped = network.snap("at", &[[50.0, 5.0], [105.0, 40.0], [200.0, 95.0]], &Control::new()).unwrap();
    let ways: Vec<i64> = snapped.rows().iter().map(|row| row.on.unwrap().way_id).collect();
    assert_eq!(ways, [0, 0, 1]);
}

#[test]
fn what_is_no_street_is_refused_with_its_feature() {
    let point = r#"{"type": "Point", "coordinates": [0, 0]}"#;
    let good = feature(&line("[[0, 0], [100, 0]]"), "{}");
    for (bad, code) in [
        (feature(point, "{}"), "not_a_line"),
        (feature(&line("[[0, 0]]"), "{}"), "line_too_short"),
        (feature(&line("[[0, 0], [1, null]]"), "{}"), "bad_geometry"),
        (feature(&line("[[0, 0], [1e300, 0]]"), "{}"), "out_of_range"),
    ] {
        let Err(Error::Rejected { issues, .. }) = read(&format!("{good}\n{bad}"), &metres()) else {
            panic!("{bad} was taken");
        };
        assert_eq!((issues[0].code, issues[0].feature), (code, Some(1)), "{bad}");
    }
    let Err(Error::Rejected { issues, .. }) = read(&feature("null", "{}"), &metres()) else { panic!("empty") };
    assert_eq!(issues[0].code, "empty_layer");
    assert!(matches!(read("", &metres()), Err(Error::Rejected { .. })));
}

#[test]
fn streets_are_still_no_place_for_a_committee() {
    let found = linli::io::import_report(
        &layer(&feature(&line("[[121, 31], [121.1, 31]]"), "{}")),
        None,
        &ReadOptions::default(),
    );
    assert_eq!(found.unwrap().issues[0].code, "line_geometry");
}

#[test]
fn other_openstreetmap_files_are_named_for_what_they_are() {
    for name in ["area.osm", "area.osm.bz2", "area.o5m"] {
        let source = Source::Path(Path::new("/nowhere").join(name));
        let error = read_streets(&source, &StreetOptions::default(), None, &Control::new()).unwrap_err().to_string();
        assert!(error.contains(".osm.pbf"), "{error}");
    }
}

#[test]
fn a_profile_judges_lines_by_their_tags_and_only_then() {
    let text = [
        feature(&line("[[0, 0], [100, 0]]"), r#"{"highway": "footway"}"#),
        feature(&line("[[100, 0], [100, 100]]"), r#"{"highway": "steps"}"#),
        feature(&line("[[100, 100], [0, 100]]"), r#"{"highway": "residential", "access": "private"}"#),
    ]
    .join("\n");
    let wheelchair = StreetOptions { profile: Some(Profile::built_in("wheelchair").unwrap()), ..metres() };
    let network = read(&text, &wheelchair).unwrap();
    assert_eq!(network.size().segments, 1);
    let reading = network.reading().unwrap();
    assert_eq!((reading.ways, reading.walked), (3, 1));
    assert_eq!(reading.refused.iter().map(|(_, ways)| ways).sum::<usize>(), 2);
    // Without a profile all are walked; with one, lines must have tags.
    assert_eq!(read(&text, &metres()).unwrap().size().segments, 3);
    let untagged = feature(&line("[[0, 0], [100, 0]]"), "{}");
    let error = read(&untagged, &wheelchair).unwrap_err().to_string();
    assert!(error.contains("highway"), "{error}");
}

#[test]
fn metres_go_only_with_metres() {
    let plane = Plane::around(&[[121.4, 31.2]]).unwrap();
    let text = feature(&line("[[0, 0], [100, 0]]"), "{}");
    let error = read_streets(&layer(&text), &metres(), Some(&plane), &Control::new()).unwrap_err();
    assert!(error.to_string().contains("METRES"), "{error}");
    let shanghai = datasets::putuo_streets().unwrap();
    let error = OnPlane::new(&shanghai, &Plane::metres()).unwrap_err().to_string();
    assert!(error.contains("place on Earth"), "{error}");
}

#[test]
fn streets_on_a_plane_of_their_own_give_the_same_walks() {
    let city = datasets::putuo().unwrap();
    let same = datasets::putuo_streets().unwrap();
    let own = read(datasets::STREETS, &StreetOptions::default()).unwrap();
    assert_ne!(same.plane(), own.plane());
    let question = Question::within(Standard::new(15.0, 1.33).unwrap());
    let [one, other] = [&same, &own].map(|streets| coverage(&city, streets, &question, &Control::new()).unwrap());
    for (a, b) in one.rows().iter().zip(other.rows()) {
        assert_eq!((a.status, a.nearest), (b.status, b.nearest));
        let (a, b) = (a.walk_m.unwrap(), b.walk_m.unwrap());
        assert!((a - b).abs() < 0.05 + 1e-5 * a, "{a} and {b}");
    }
}

#[test]
fn a_committee_across_the_river_is_told_what_lies_between() {
    // Its centre is 100 m away by air and 2 km on foot; another is 900 m along the bank.
    let city = city(&[vec![([0.0, 50.0], 300.0), ([10.0, 50.0], 100.0)]], &[[0.0, 150.0], [910.0, 50.0]], |_| true);
    let why = explain(&city, &riverside(), &question(), 0, &river(), &Control::new()).unwrap();
    assert_eq!((why.status, why.point), (RowStatus::Partial, Some(0)));
    assert!((why.share - 0.25).abs() < 1e-12 && (why.point_share - 0.75).abs() < 1e-12);
    let (on_foot, by_air) = (why.on_foot.unwrap(), why.by_air.unwrap());
    assert_eq!((on_foot.facility, on_foot.walk_m, on_foot.barriers.as_slice()), (1, Some(910.0), [].as_slice()));
    assert_eq!((by_air.facility, by_air.walk_m, by_air.crow_m), (0, Some(2100.0), 100.0));
    assert_eq!(by_air.barriers, [0]);
    assert_eq!(by_air.detour(), Some(21.0));
    let route = by_air.route.unwrap();
    assert_eq!(route.0.first().zip(route.0.last()), Some((&[0.0, 50.0].into(), &[0.0, 150.0].into())));
    let bridge = LineString::from(vec![[1000.0, 99.0], [1000.0, 101.0]]);
    assert!(route.intersects(&bridge), "the walk crosses by the bridge");
    let error = explain(&city, &riverside(), &question(), 1, &river(), &Control::new()).unwrap_err();
    assert!(error.to_string().contains("rows are 0 to 0"), "{error}");
}

#[test]
fn severance_counts_each_home_once() {
    let homes = vec![
        vec![([0.0, 50.0], 300.0)],   // near by air, far on foot, across the river
        vec![([990.0, 50.0], 200.0)], // near neither way: 1,040 m by air
        vec![([0.0, 150.0], 50.0)],   // at the centre
        vec![([0.0, -400.0], 7.0)],   // near by air, but no street is near
    ];
    let city = city(&homes, &[[0.0, 150.0]], |_| true);
    let by_air = CrowFly::new(1.0).unwrap();
    let found = severance(&city, &by_air, &riverside(), &question(), &river(), &Control::new()).unwrap();
    assert_eq!((found.lost, found.gained, found.unknown), (300.0, 0.0, 7.0));
    assert_eq!(found.by_barrier, [(Some(0), 300.0)]);
    assert_eq!((found.by_air.people_covered, found.on_foot.people_covered), (357.0, 50.0));
}

#[test]
fn the_report_finds_what_is_wrong() {
    // A street that stops 2 m short of the bank, and a bridge everybody needs.
    let lines: Vec<String> =
        RIVERSIDE.iter().chain(&["[[500, 48], [500, -300]]"]).map(|at| feature(&line(at), "{}")).collect();
    let streets = read(&lines.join("\n"), &metres()).unwrap();
    let homes = vec![vec![([0.0, 50.0], 300.0)], vec![([500.0, -200.0], 40.0)], vec![([500.0, 5000.0], 9.0)]];
    let city = city(&homes, &[[0.0, 150.0]], |_| true);
    let report = street_report(&city, &streets, &question(), Search::default(), &river(), &Control::new()).unwrap();
    assert_eq!(report.pieces.len(), 2);
    assert_eq!(report.isolated_committees, [1]);
    assert_eq!(report.unsnapped_committees, [2]);
    assert!(report.isolated_facilities.is_empty() && report.clipped_committees.is_empty());
    assert_eq!(report.near_misses.len(), 1);
    assert!((report.near_misses[0].gap_m - 2.0).abs() < 1e-9);
    assert_eq!(report.critical_streets[0].people, 300.0);
    let spot = &report.hotspots[0];
    assert_eq!((spot.committee, spot.facility, spot.detour.walk_m), (0, 0, Some(2100.0)));
    assert_eq!(spot.barriers, [0]);
}

#[test]
fn barriers_without_names_are_still_counted() {
    let text = [
        feature(&line("[[0, 0], [100, 0]]"), r#"{"名称": "苏州河", "kind": "river"}"#),
        feature(&line("[[0, 9], [100, 9]]"), "{}"),
    ]
    .join("\n");
    let options = ReadOptions { crs: Some(Crs::metres()), ..ReadOptions::default() };
    let barriers = read_barriers(&layer(&text), &options).unwrap();
    assert_eq!(barriers.name, ["苏州河", ""]);
    assert_eq!(barriers.kind, ["river", ""]);
    let index = barriers.index(&Plane::metres()).unwrap();
    assert_eq!(index.between([50.0, 20.0], [50.0, -5.0]), [1, 0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_index_finds_every_barrier_that_a_line_meets(
        lines in prop::collection::vec(prop::collection::vec([0..20_i32, 0..20_i32], 2..5), 0..12),
        from in [0..20_i32, 0..20_i32],
        to in [0..20_i32, 0..20_i32],
    ) {
        let at = |[x, y]: [i32; 2]| geo::Coord { x: f64::from(x), y: f64::from(y) };
        let lines: Vec<MultiLineString> =
            lines.into_iter().map(|line| line.into_iter().map(at).collect::<LineString>().into()).collect();
        let way = geo::Line::new(at(from), at(to));
        let mut expected: Vec<u32> = (0..).zip(&lines).filter(|(_, line)| line.intersects(&way)).map(|(row, _)| row).collect();
        let mut found = BarrierIndex::new(&lines).between(way.start.into(), way.end.into());
        found.sort_unstable();
        expected.sort_unstable();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn sums_are_those_of_the_pairs(
        nodes in prop::collection::vec([0..10_i32, 0..10_i32], 2..14),
        edges in prop::collection::vec((0..1000_usize, 0..1000_usize, 1..300_u32), 1..24),
        directed in any::<bool>(),
        targets in prop::collection::vec(([-20.0..420.0_f64, -20.0..420.0_f64], -5.0..50.0_f64), 0..12),
        places in prop::collection::vec([-20.0..420.0_f64, -20.0..420.0_f64], 1..8),
        limit_m in 0.0..600.0_f64,
    ) {
        let xy: Vec<[f64; 2]> = nodes.iter().map(|at| at.map(|v| f64::from(v) * 40.0)).collect();
        let ends: Vec<[u32; 2]> =
            edges.iter().map(|&(a, b, _)| [(a % xy.len()) as u32, (b % xy.len()) as u32]).collect();
        let length_m: Vec<f64> = edges.iter().map(|&(.., metres)| f64::from(metres)).collect();
        let build = if directed { StreetNetwork::from_directed_edges } else { StreetNetwork::from_edges };
        let rule = SnapRule { max_m: 60.0, min_junctions: 0 };
        let network = build(&xy, &ends, &length_m).unwrap().with_snapping(rule).unwrap();
        // Nodes too, which stand exactly on junctions.
        let (mut target_xy, mut amount): (Vec<_>, Vec<_>) = targets.into_iter().unzip();
        target_xy.extend(&xy);
        amount.extend((0..xy.len()).map(|node| node as f64 + 0.5));
        let mut place_xy = places;
        place_xy.extend(&xy);
        let control = Control::new();
        let reach = network.reach(&place_xy, &target_xy, Some(limit_m), &control).unwrap();
        let snap = |what, xy: &[[f64; 2]]| network.snap(what, xy, &control).unwrap();
        let (from, to) = (snap("places", &place_xy), snap("targets", &target_xy));
        let halves = |walk_m: f64| 1.0 / (1.0 + walk_m / 100.0);
        for weight in [None, Some(&halves as &Weight<'_>)] {
            let sums = network.aggregate(&from, &to, &amount, limit_m, weight, &control).unwrap();
            for (row, sum) in sums.iter().enumerate() {
                prop_assert_eq!(sum.is_some(), from.rows()[row].on.is_some());
                let part = |walk_m| weight.map_or(1.0, |weight| weight(walk_m));
                let expected: f64 = reach.row(row).map(|(site, walk_m)| amount[site as usize] * part(walk_m)).sum();
                let got = sum.unwrap_or(0.0);
                prop_assert!((got - expected).abs() <= 1e-6 * (1.0 + expected.abs()), "{} for {}", got, expected);
            }
        }
    }

    #[test]
    fn walks_between_nodes_need_no_snapping(
        edges in prop::collection::vec((0..12_u32, 0..12_u32, 0..300_u32), 1..24),
        directed in any::<bool>(),
        limit_m in 0.0..900.0_f64,
    ) {
        let xy: Vec<[f64; 2]> = (0..12).map(|node| [f64::from(node % 4) * 97.0, f64::from(node / 4) * 61.0]).collect();
        let ends: Vec<[u32; 2]> = edges.iter().map(|&(a, b, _)| [a, b]).collect();
        let length_m: Vec<f64> = edges.iter().map(|&(.., metres)| f64::from(metres)).collect();
        let build = if directed { StreetNetwork::from_directed_edges } else { StreetNetwork::from_edges };
        let network = build(&xy, &ends, &length_m).unwrap();
        let control = Control::new();
        let nodes = network.nodes();
        let reach = network.reach_of(&nodes, &nodes, Some(limit_m), &control).unwrap();
        // Floyd and Warshall (1962).
        let mut walk = vec![vec![f64::INFINITY; 12]; 12];
        for (&[a, b], &metres) in ends.iter().zip(&length_m) {
            let (a, b) = (a as usize, b as usize);
            (walk[a][a], walk[b][b]) = (0.0, 0.0);
            walk[a][b] = walk[a][b].min(metres);
            if !directed {
                walk[b][a] = walk[b][a].min(metres);
            }
        }
        for via in 0..12 { for from in 0..12 { for to in 0..12 {
            walk[from][to] = walk[from][to].min(walk[from][via] + walk[via][to]);
        }}}
        for (from, walks) in walk.iter().enumerate() {
            let within = (0_u32..).zip(walks).filter(|(_, metres)| **metres <= limit_m);
            let expected: Vec<(u32, f64)> = within.map(|(to, &metres)| (to, metres)).collect();
            prop_assert_eq!(reach.row(from).collect::<Vec<_>>(), expected);
        }
    }
}

#[test]
fn sums_refuse_what_cannot_be_summed() {
    let network = riverside();
    let control = Control::new();
    let rows = network.snap("rows", &[[0.0, 50.0]], &control).unwrap();
    let ask = |amount: &[f64], limit_m| network.aggregate(&rows, &rows, amount, limit_m, None, &control);
    assert_eq!(ask(&[3.0], 0.0).unwrap(), [Some(3.0)]);
    for (amount, limit_m) in [(vec![f64::NAN], 10.0), (vec![1.0, 2.0], 10.0), (vec![1.0], -1.0), (vec![1.0], f64::NAN)]
    {
        assert!(ask(&amount, limit_m).is_err(), "{amount:?} within {limit_m}");
    }
    let stranger = riverside().snap("rows", &[[0.0, 50.0]], &control).unwrap();
    assert!(network.aggregate(&stranger, &rows, &[1.0], 10.0, None, &control).is_err());
}
