//! What is written can be read again; what is not GeoJSON never panics.

use std::fmt::Write as _;

use linli::{
    City, Error, Standard,
    assign::{Rule, nearest},
    control::Control,
    coverage::{Question, coverage},
    io::{Format, Inputs, ReadOptions, Role, Source, import_report, read_city, save, write_assignment, write_coverage},
    walk::CrowFly,
};
use proptest::prelude::*;
use serde_json::Value;

fn bytes(name: &str, content: impl Into<Vec<u8>>) -> Source {
    Source::Bytes { name: name.to_owned(), bytes: content.into() }
}

fn answers(city: &City, format: Format) -> (Vec<u8>, Vec<u8>) {
    let walk = CrowFly::new(1.3).unwrap();
    let question = Question::within(Standard::new(15.0, 1.33).unwrap());
    let found = coverage(city, &walk, &question, &Control::new()).unwrap();
    let rule = Rule { minutes: None, speed_m_per_s: 1.33, service: None, group: None };
    let assigned = nearest(city, &walk, &rule, &Control::new()).unwrap();
    let (mut covered, mut assignment) = (vec![], vec![]);
    write_coverage(city, &found, format, &mut covered).unwrap();
    write_assignment(city, &assigned, format, &mut assignment).unwrap();
    (covered, assignment)
}

#[test]
fn the_district_survives_being_written_and_read() {
    let city = linli::datasets::putuo().unwrap();
    assert!(city.frame().note.as_deref().is_some_and(|note| note.starts_with("Synthetic district")));
    for format in [Format::GeoJson, Format::NdJson] {
        let (covered, assignment) = answers(&city, format);
        for answer in [covered, assignment] {
            let options = ReadOptions {
                columns: [("population".to_owned(), "people".to_owned())].into(),
                ..ReadOptions::default()
            };
            let inputs = Inputs {
                demand: bytes("answer", answer.clone()),
                facilities: bytes("centers", linli::datasets::FILES[2].1),
                towns: None,
                points: None,
            };
            let again = read_city(&inputs, &options).unwrap().city;
            assert_eq!(again.demand().id, city.demand().id);
            assert_eq!(again.demand().population, city.demand().population);
            assert_eq!(again.demand().shape, city.demand().shape);
            assert_eq!(again.frame().note.is_some(), format == Format::GeoJson);
        }
    }
    let (covered, _) = answers(&city, Format::GeoJson);
    let json: Value = serde_json::from_slice(&covered).unwrap();
    assert_eq!(json["linli"]["totals"]["committees"], 264);
    assert_eq!(json["linli"]["input_hash"], city.input_hash());
    assert!(json.get("crs").is_none());
    let first = &json["features"][0]["properties"];
    let names =
        ["id", "name", "town", "status", "people", "people_covered", "share_covered", "nearest", "nearest_name"];
    assert!(names.iter().chain(&["walk_m", "minutes", "farthest_m"]).all(|name| first.get(*name).is_some()), "{first}");
    let (lines, _) = answers(&city, Format::NdJson);
    assert_eq!(String::from_utf8(lines).unwrap().lines().count(), 264);
}

#[test]
fn metres_of_a_named_system_return_in_it() {
    let demand = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:4549"}},"features":[
{"type":"Feature","properties":{"id":"1","population":10},"geometry":{"type":"Point","coordinates":[629877.27,3463008.75]}},
{"type":"Feature","properties":{"id":"2","population":10},"geometry":null}]}"#;
    let inputs = Inputs { demand: bytes("d", demand), facilities: bytes("f", demand), towns: None, points: None };
    assert!(
        matches!(read_city(&inputs, &ReadOptions::default()), Err(Error::Rejected { .. })),
        "a centre needs a place"
    );
    let center =
        r#"{"type":"Feature","properties":{"id":"C"},"geometry":{"type":"Point","coordinates":[121.37,31.28]}}"#;
    let inputs = Inputs { facilities: bytes("f", center), ..inputs };
    let city = read_city(&inputs, &ReadOptions::default()).unwrap().city;
    let (covered, _) = answers(&city, Format::GeoJson);
    let json: Value = serde_json::from_slice(&covered).unwrap();
    assert_eq!(json["crs"]["properties"]["name"], "EPSG:4549");
    assert_eq!(json["features"][0]["geometry"]["coordinates"], serde_json::json!([629_877.27, 3_463_008.75]));
    assert!(json["features"][1]["geometry"].is_null() && json["features"][1]["properties"]["walk_m"].is_null());
    assert_eq!(json["features"][1]["properties"]["status"], "unlocated");
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answer.geojson");
    save(&path, b"one").unwrap();
    save(&path, b"two").unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"two");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    assert!(matches!(save(folder.path(), b"x"), Err(Error::File { .. })));
    assert!(matches!(save(&folder.path().join("no/such/folder.json"), b"x"), Err(Error::File { .. })));
    let written = linli::datasets::export(&folder.path().join("putuo")).unwrap();
    assert_eq!(written.len(), linli::datasets::FILES.len());
}

fn never_panics(name: &str, content: &[u8]) {
    for role in [None, Some(Role::Facilities), Some(Role::Towns), Some(Role::Points)] {
        for repair in [false, true] {
            let options = ReadOptions { repair, swap_axes: repair, ..ReadOptions::default() };
            let report = import_report(&bytes(name, content), role, &options).unwrap();
            assert!(report.accepted <= report.features);
            let _ = report.to_string();
        }
    }
}

/// A number as a careless writer may put it.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (121_000..122_000_i32).prop_map(|n| (f64::from(n) / 1000.0).to_string()),
        4 => (31_000..32_000_i32).prop_map(|n| (f64::from(n) / 1000.0).to_string()),
        1 => any::<f64>().prop_map(|n| serde_json::to_string(&n).unwrap()),
        1 => (-5..5_i32).prop_map(|n| n.to_string()),
    ]
}

/// Geometry out of small pieces: most are wrong somewhere.
fn geometry() -> impl Strategy<Value = String> {
    let position = prop::collection::vec(number(), 0..4).prop_map(|n| format!("[{}]", n.join(",")));
    let good = (121_000..121_020_i32, 31_000..31_020_i32)
        .prop_map(|(x, y)| format!("[{},{}]", f64::from(x) / 1000.0, f64::from(y) / 1000.0));
    let position = prop_oneof![1 => position, 12 => good];
    let ring = prop::collection::vec(position.clone(), 0..9).prop_map(|mut ring| {
        if ring.len() % 3 > 0 {
            ring.extend(ring.first().cloned());
        }
        format!("[{}]", ring.join(","))
    });
    let rings = prop::collection::vec(ring.clone(), 0..3).prop_map(|rings| format!("[{}]", rings.join(",")));
    let parts = prop::collection::vec(rings.clone(), 0..3).prop_map(|parts| format!("[{}]", parts.join(",")));
    let of = |kind: &'static str| move |c: String| format!("{{\"type\":\"{kind}\",\"coordinates\":{c}}}");
    let single = prop_oneof![
        1 => position.prop_map(of("Point")),
        1 => ring.clone().prop_map(of("MultiPoint")),
        1 => ring.prop_map(of("LineString")),
        4 => rings.prop_map(of("Polygon")),
        4 => parts.prop_map(of("MultiPolygon")),
        1 => Just("null".to_owned()),
    ];
    single.prop_recursive(3, 6, 3, |inner| {
        prop::collection::vec(inner, 0..3)
            .prop_map(|g| format!("{{\"type\":\"GeometryCollection\",\"geometries\":[{}]}}", g.join(",")))
    })
}

fn document() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        number(),
        Just("null".to_owned()),
        Just("true".to_owned()),
        "[\\PC]{0,6}".prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    let name =
        prop::sample::select(vec!["id", "name", "population", "人口", "status", "services", "town", "committee", "x"]);
    let properties = prop::collection::btree_map(name, value, 0..5).prop_map(|map| {
        let members: Vec<String> = map.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    });
    let feature = (properties, geometry())
        .prop_map(|(p, g)| format!("{{\"type\":\"Feature\",\"properties\":{p},\"geometry\":{g}}}"));
    let crs = prop::sample::select(vec![
        "",
        "EPSG:4549",
        "EPSG:3857",
        "EPSG:4490",
        "GCJ-02",
        "SHANGHAI_LOCAL",
        "METRES",
        "+proj=utm +zone=51",
    ]);
    (crs, prop::collection::vec(feature, 0..5)).prop_map(|(crs, features)| {
        let crs = match crs {
            "" => String::new(),
            crs => format!("\"crs\":{{\"type\":\"name\",\"properties\":{{\"name\":\"{crs}\"}}}},"),
        };
        format!("{{\"type\":\"FeatureCollection\",{crs}\"features\":[{}]}}", features.join(",\n"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_judged_without_a_panic(content in prop::collection::vec(any::<u8>(), 0..200), csv in any::<bool>()) {
        never_panics(if csv { "x.csv" } else { "x.geojson" }, &content);
    }

    #[test]
    fn any_text_is_judged_without_a_panic(content in "\\PC{0,80}", name in "x\\.(csv|ndjson|geojson)") {
        never_panics(&name, content.as_bytes());
    }

    #[test]
    fn any_geometry_is_judged_without_a_panic(content in document()) {
        never_panics("x.geojson", content.as_bytes());
    }

    #[test]
    fn a_damaged_file_is_judged_without_a_panic(
        content in document(),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut content = content.into_bytes();
        let place = place.index(content.len());
        content[place] = byte;
        never_panics("x.geojson", &content);
        content.truncate(cut.index(content.len()));
        never_panics("x.geojson", &content);
    }

    #[test]
    fn a_sound_table_of_committees_is_read_whole(
        rows in prop::collection::vec((121.0..121.5_f64, 31.0..31.5_f64, prop::option::of(0..9000_u32)), 1..40),
    ) {
        let mut csv = "编号,名称,经度,纬度,常住人口\n".to_owned();
        let mut features = vec![];
        for (row, (lon, lat, people)) in rows.iter().enumerate() {
            let shown = people.map_or(String::new(), |people| people.to_string());
            writeln!(csv, "C{row},第{row}居委会,{lon},{lat},{shown}").unwrap();
            let people = people.map_or("null".to_owned(), |people| people.to_string());
            features.push(format!(
                "{{\"type\":\"Feature\",\"properties\":{{\"id\":\"C{row}\",\"name\":\"第{row}居委会\",\"population\":{people}}},\
                 \"geometry\":{{\"type\":\"Point\",\"coordinates\":[{lon},{lat}]}}}}"
            ));
        }
        let json = format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", features.join(","));
        let center = r#"{"type":"Feature","properties":{"id":"C"},"geometry":{"type":"Point","coordinates":[121.2,31.2]}}"#;
        let read = |demand: Source| {
            let inputs = Inputs { demand, facilities: bytes("f", center), towns: None, points: None };
            read_city(&inputs, &ReadOptions::default()).unwrap().city
        };
        let (a, b) = (read(bytes("d.csv", csv)), read(bytes("d.geojson", json)));
        prop_assert_eq!(a.input_hash(), b.input_hash());
        prop_assert_eq!(&a.demand().name, &b.demand().name);
        let people: Vec<Option<f64>> = rows.iter().map(|row| row.2.map(f64::from)).collect();
        prop_assert_eq!(&a.demand().population, &people);
    }
}
