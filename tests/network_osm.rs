//! Streets from OpenStreetMap extracts, against a ground truth made with other tools.
//!
//! The extracts are not part of the project. `LINLI_SHARED_DATA` names a
//! directory that holds `osm/porto_portugal.osm.pbf` and its 400 walks.

use std::{fs, io::Write as _, path::PathBuf};

use linli::{
    control::Control,
    crs::Plane,
    network::{OsmStreets, Profile, SnapRule, StreetNetwork},
    reach::Access,
    walk::Walk,
};

/// A file of the shared data, where it is present.
fn shared(name: &str) -> Option<PathBuf> {
    let Some(directory) = std::env::var_os("LINLI_SHARED_DATA") else {
        println!("skipped: LINLI_SHARED_DATA is not set, so {name} is not there to be read");
        return None;
    };
    let path = PathBuf::from(directory).join("osm").join(name);
    assert!(path.exists(), "{} does not exist", path.display());
    Some(path)
}

/// The tag rules of the ground truth, as its description states them.
const GROUND_TRUTH_RULES: &str = include_str!("common/all_ways.toml");

#[test]
fn the_walks_of_porto_are_those_of_the_ground_truth() {
    let (Some(extract), Some(truth)) = (shared("porto_portugal.osm.pbf"), shared("gt_porto_portugal.csv")) else {
        return;
    };
    let profile = Profile::from_toml(GROUND_TRUTH_RULES).unwrap();
    let streets = OsmStreets::read(&extract, &profile, &Control::new()).unwrap();
    let edges: Vec<[u32; 2]> = streets.pieces().map(|(_, pair)| pair).collect();
    println!(
        "{} ways, {} nodes, {} pieces: {:?}",
        streets.ways.len(),
        streets.node_id.len(),
        edges.len(),
        streets.reading
    );
    // Its plane and lengths: a sphere of 6,371,008.8 m.
    let radius_m = 6_371_008.8_f64;
    let per_degree_m = radius_m.to_radians();
    let middle_lat = 41.185_171_f64;
    let onto_plane = |[lon, lat]: [f64; 2]| [lon * per_degree_m * middle_lat.to_radians().cos(), lat * per_degree_m];
    let haversine_m = |[a, b]: [u32; 2]| {
        let [p, q] = [a, b].map(|node| streets.lonlat[node as usize].map(f64::to_radians));
        let half = |x: f64| (x / 2.0).sin().powi(2);
        2.0 * radius_m * (half(q[1] - p[1]) + p[1].cos() * q[1].cos() * half(q[0] - p[0])).sqrt().asin()
    };
    let node_xy: Vec<[f64; 2]> = streets.lonlat.iter().map(|&at| onto_plane(at)).collect();
    let length_m: Vec<f64> = edges.iter().map(|&pair| haversine_m(pair)).collect();
    let largest_only = SnapRule { max_m: 200.0, min_junctions: u32::MAX };
    let network = StreetNetwork::from_edges(&node_xy, &edges, &length_m).unwrap().with_snapping(largest_only).unwrap();
    println!("{network:?} {:?}", network.size());

    let (mut from, mut to, mut expected) = (vec![], vec![], vec![]);
    for row in fs::read_to_string(truth).unwrap().lines().skip(1) {
        let fields: Vec<Option<f64>> = row.split(',').map(|field| field.parse().ok()).collect();
        let place = |at: usize| onto_plane([fields[at].unwrap(), fields[at + 1].unwrap()]);
        from.push(place(0));
        to.push(place(2));
        expected.push((fields[7].unwrap().max(fields[11].unwrap()), fields[12].zip(fields[13])));
    }
    assert_eq!(expected.len(), 400);
    let walks = network.between(&from, &to, &Control::new()).unwrap();
    let (mut compared, mut worst_m) = (0, 0.0_f64);
    for (row, (&walk_m, &(snap_m, truth))) in walks.iter().zip(&expected).enumerate() {
        if snap_m > 200.0 {
            assert_eq!(walk_m, None, "row {row} snaps {snap_m} m away");
            continue;
        }
        compared += 1;
        match (walk_m, truth) {
            (Some(walk_m), Some((_, total_m))) => {
                worst_m = worst_m.max((walk_m - total_m).abs());
                assert!((walk_m - total_m).abs() <= 0.5, "row {row}: {walk_m} m, not {total_m}");
            }
            // Its search stopped at 6,000 m.
            (Some(walk_m), None) => assert!(walk_m > 6000.0, "row {row}: {walk_m} m"),
            (None, Some((_, total_m))) => panic!("row {row}: no walk, not {total_m} m"),
            (None, None) => {}
        }
    }
    println!("{compared} rows compared, largest difference {worst_m:.4} m");
    assert!(compared > 350);
}

#[test]
fn an_extract_is_read_on_the_plane_of_the_city() {
    let Some(extract) = shared("bayfront_singapore.osm.pbf") else { return };
    let control = Control::new();
    let adult = Profile::default();
    let network = StreetNetwork::from_osm(&extract, &adult, None, &control).unwrap();
    let reading = network.reading().unwrap();
    assert_eq!((reading.nodes, reading.ways), (2843, 468));
    let refused: usize = reading.refused.iter().map(|(_, count)| count).sum();
    assert!(reading.walked > 200 && reading.walked + refused <= 332 + 136, "{reading:?}");
    let plane = Plane::around(&[[103.85, 1.27], [103.86, 1.28]]).unwrap();
    let moved = StreetNetwork::from_osm(&extract, &adult, Some(&plane), &control).unwrap();
    let park = plane.forward([103.8590, 1.2840]).unwrap();
    let snapped = moved.snap("demand", &[park], &control).unwrap();
    assert!(snapped.rows()[0].on.is_some_and(|on| on.leg_m < 100.0), "{:?}", snapped.rows());
    assert!((moved.size().length_m / network.size().length_m - 1.0).abs() < 1e-4);
    assert_eq!(moved.assumptions().streets.unwrap().profile_hash, Some(adult.hash()));
    let wheelchair = Profile::built_in("wheelchair").unwrap();
    let on_wheels = StreetNetwork::from_osm(&extract, &wheelchair, Some(&plane), &control).unwrap();
    assert!(on_wheels.size().length_m < moved.size().length_m);
    assert!(StreetNetwork::from_osm(&extract, &adult, Some(&Plane::metres()), &control).is_err());
    // A row in the middle of a park of this size is a short walk from where the streets end.
    let nearest = moved.reach(&[park], &[park], Some(5000.0), &control).unwrap();
    assert_eq!(nearest.access(0), Access::Clipped);
}

#[test]
fn damaged_files_are_refused_and_never_panic() {
    let directory = tempfile::tempdir().unwrap();
    let refused = |name: &str, bytes: &[u8]| {
        let path = directory.path().join(name);
        fs::File::create(&path).unwrap().write_all(bytes).unwrap();
        let message =
            StreetNetwork::from_osm(&path, &Profile::default(), None, &Control::new()).unwrap_err().to_string();
        assert!(message.contains(name), "{message}");
        message
    };
    assert!(
        refused("text.osm.pbf", b"{\"type\": \"FeatureCollection\", \"features\": []}").contains("not an .osm.pbf")
    );
    assert!(refused("empty.osm.pbf", b"").contains("no header"));
    refused("short.osm.pbf", &[0, 0]);
    let missing = directory.path().join("missing.osm.pbf");
    assert!(StreetNetwork::from_osm(&missing, &Profile::default(), None, &Control::new()).is_err());

    let Some(extract) = shared("bayfront_singapore.osm.pbf") else { return };
    let whole = fs::read(extract).unwrap();
    for cut in (1..whole.len() - 1).step_by(whole.len() / 61) {
        refused("cut.osm.pbf", &whole[..cut]);
    }
    refused("cut.osm.pbf", &whole[..whole.len() - 1]);
    let longer: Vec<u8> = whole.iter().copied().chain([7, 7]).collect();
    assert!(refused("longer.osm.pbf", &longer).contains("after the last block"));
    for at in (0..whole.len()).step_by(whole.len() / 97) {
        let mut changed = whole.clone();
        changed[at] ^= 0x55;
        let path = directory.path().join("changed.osm.pbf");
        fs::write(&path, changed).unwrap();
        // Refused or read, but without a panic.
        let _ = StreetNetwork::from_osm(&path, &Profile::default(), None, &Control::new());
    }
}

#[test]
fn any_changed_byte_is_read_or_refused_without_a_panic() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("changed.osm.pbf");
    let nodes: Vec<(i64, f64, f64)> = (1..=3).map(|id| (id, 121.4 + id as f64 * 1e-3, 31.2)).collect();
    // Not compressed, so that no checksum stands between a change and what it means.
    let whole = pbf_with(&[way(7, &[1, 2, 3])], &nodes, Some([121.4, 31.1, 121.5, 31.3]), Some(2));
    for at in 0..whole.len() {
        for mask in [0x01, 0x10, 0x7f, 0x80, 0xff] {
            let mut changed = whole.clone();
            changed[at] ^= mask;
            fs::write(&path, changed).unwrap();
            let _ = StreetNetwork::from_osm(&path, &Profile::default(), None, &Control::new());
        }
    }
}

#[test]
fn ways_without_their_nodes_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ways.osm.pbf");
    fs::write(&path, pbf(&[way(7, &[1, 2])], &[])).unwrap();
    let message = StreetNetwork::from_osm(&path, &Profile::default(), None, &Control::new()).unwrap_err().to_string();
    assert!(message.contains("complete_ways"), "{message}");
}

#[test]
fn a_way_that_the_extract_cut_off_ends_where_its_nodes_do() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("cut_way.osm.pbf");
    let nodes: Vec<(i64, f64, f64)> = (1..=4).map(|id| (id, 121.4 + id as f64 * 1e-3, 31.2)).collect();
    fs::write(&path, pbf(&[way(7, &[1, 2, 99, 3, 4])], &nodes)).unwrap();
    let network = StreetNetwork::from_osm(&path, &Profile::default(), None, &Control::new()).unwrap();
    let reading = network.reading().unwrap();
    assert_eq!((reading.cut_ways, reading.missing_nodes, network.size().edges), (1, 1, 2));
}

#[test]
fn streets_that_leave_the_box_of_the_extract_clip_who_can_walk_there() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("box.osm.pbf");
    let nodes: Vec<(i64, f64, f64)> = (1..=20).map(|id| (id, 121.4 + id as f64 * 1e-3, 31.2)).collect();
    let street = way(7, &(1..=20).collect::<Vec<_>>());
    // The last node lies outside of the box.
    fs::write(&path, pbf_with(&[street], &nodes, Some([121.4, 31.1, 121.4195, 31.3]), None)).unwrap();
    let network = StreetNetwork::from_osm(&path, &Profile::default(), None, &Control::new()).unwrap();
    let at = |lon: f64| network.plane().forward([lon, 31.2]).unwrap();
    let (demand, sites) = ([at(121.402), at(121.416)], [at(121.410)]);
    let reach = network.reach(&demand, &sites, Some(800.0), &Control::new()).unwrap();
    assert_eq!([reach.access(0), reach.access(1)], [Access::Known, Access::Clipped]);
    assert_eq!(reach.pairs(), 2);
}

#[test]
fn a_gate_that_is_closed_to_walkers_cuts_its_way() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("gate.osm.pbf");
    let nodes: Vec<(i64, f64, f64)> = (1..=3).map(|id| (id, 121.4 + id as f64 * 1e-3, 31.2)).collect();
    for (gate, pieces) in [(None, 1), (Some(2), 2)] {
        fs::write(&path, pbf_with(&[way(7, &[1, 2, 3])], &nodes, None, gate)).unwrap();
        let network = StreetNetwork::from_osm(&path, &Profile::default(), None, &Control::new()).unwrap();
        assert_eq!((network.pieces().len(), network.reading().unwrap().closed_gates), (pieces, pieces - 1));
    }
}

/// A file of one block with plain nodes, in the format's uncompressed form.
fn pbf(ways: &[Vec<u8>], nodes: &[(i64, f64, f64)]) -> Vec<u8> {
    pbf_with(ways, nodes, None, None)
}

/// The same with a box (west, south, east, north) in its header and a private gate at a node.
fn pbf_with(ways: &[Vec<u8>], nodes: &[(i64, f64, f64)], bounds: Option<[f64; 4]>, gate: Option<i64>) -> Vec<u8> {
    let words = ["", "highway", "footway", "barrier", "gate", "access", "private"];
    let strings: Vec<u8> = words.iter().flat_map(|text| field(1, text.as_bytes())).collect();
    let zigzag = |value: i64| ((value << 1) ^ (value >> 63)).cast_unsigned();
    let degrees = |value: f64, unit: f64| zigzag((value * unit).round() as i64);
    let mut group = vec![];
    for &(id, lon, lat) in nodes {
        let tags = if gate == Some(id) { [field(2, &[3, 5]), field(3, &[4, 6])].concat() } else { vec![] };
        let node = [number(1, zigzag(id)), tags, number(8, degrees(lat, 1e7)), number(9, degrees(lon, 1e7))].concat();
        group.extend(field(1, &node));
    }
    for way in ways {
        group.extend(field(3, way));
    }
    let block = [field(1, &strings), field(2, &group)].concat();
    let mut header = vec![];
    if let Some([west, south, east, north]) = bounds {
        let sides = [(1, west), (2, east), (3, north), (4, south)];
        header = field(1, &sides.map(|(tag, side)| number(tag, degrees(side, 1e9))).concat());
    }
    header.extend([field(4, b"OsmSchema-V0.6"), field(4, b"DenseNodes")].concat());
    [blob("OSMHeader", &header), blob("OSMData", &block)].concat()
}

fn way(id: u64, nodes: &[i64]) -> Vec<u8> {
    let mut refs = vec![];
    let mut last = 0;
    for &node in nodes {
        let step = node - last;
        refs.extend(varint(((step << 1) ^ (step >> 63)).cast_unsigned()));
        last = node;
    }
    [number(1, id), field(2, &[1]), field(3, &[2]), field(8, &refs)].concat()
}

fn blob(kind: &str, content: &[u8]) -> Vec<u8> {
    let body = field(1, content);
    let header = [field(1, kind.as_bytes()), number(3, body.len() as u64)].concat();
    [(header.len() as u32).to_be_bytes().to_vec(), header, body].concat()
}

fn field(tag: u64, content: &[u8]) -> Vec<u8> {
    [varint(tag << 3 | 2), varint(content.len() as u64), content.to_vec()].concat()
}

fn number(tag: u64, value: u64) -> Vec<u8> {
    [varint(tag << 3), varint(value)].concat()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = vec![];
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}
