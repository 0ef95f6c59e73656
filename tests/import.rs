//! Every fault of a file has a code, a place and a way out; none is a panic.

use linli::{
    Error,
    crs::Crs,
    error::Severity,
    io::{ImportReport, Inputs, ReadOptions, Role, Source, Table, import_report, read_city},
};
use serde_json::json;

fn bytes(name: &str, content: impl Into<Vec<u8>>) -> Source {
    Source::Bytes { name: name.to_owned(), bytes: content.into() }
}

fn judge_as(role: Role, content: impl Into<Vec<u8>>) -> ImportReport {
    import_report(&bytes("test.geojson", content), Some(role), &ReadOptions::default()).unwrap()
}

fn judge(content: impl Into<Vec<u8>>) -> ImportReport {
    judge_as(Role::Demand, content)
}

/// Refusals as code and feature.
fn refusals(report: &ImportReport) -> Vec<(&'static str, Option<usize>)> {
    report.refused().map(|issue| (issue.code, issue.feature)).collect()
}

fn codes(report: &ImportReport) -> Vec<&'static str> {
    report.issues.iter().map(|issue| issue.code).collect()
}

const SQUARE: &str = "[[121.4,31.25],[121.402,31.25],[121.402,31.252],[121.4,31.252],[121.4,31.25]]";

fn feature(properties: &str, geometry: &str) -> String {
    format!("{{\"type\":\"Feature\",\"properties\":{properties},\"geometry\":{geometry}}}")
}

fn polygon(coordinates: &str) -> String {
    feature("{\"name\":\"x\"}", &format!("{{\"type\":\"Polygon\",\"coordinates\":{coordinates}}}"))
}

fn point(properties: &str, position: &str) -> String {
    feature(properties, &format!("{{\"type\":\"Point\",\"coordinates\":{position}}}"))
}

fn good() -> String {
    point("{\"id\":\"good\",\"name\":\"好\",\"population\":10}", "[121.41,31.26]")
}

fn collection(features: &[String]) -> String {
    format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", features.join(",\n"))
}

/// The faulty feature stands after a good one, so its number must be 1.
fn second(faulty: &str) -> String {
    collection(&[good(), faulty.to_owned()])
}

#[test]
fn documents_that_are_not_geojson_are_named() {
    for (content, code) in [
        ("", "empty_file"),
        (" \n\t", "empty_file"),
        ("<!DOCTYPE html><html><body>502</body></html>", "not_geojson"),
        ("<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"></kml>", "not_geojson"),
        ("<gml/>", "not_geojson"),
        ("[1,2]", "not_geojson"),
        ("null", "not_geojson"),
        ("name,lon,lat", "not_geojson"),
        ("{}", "not_geojson"),
        ("{\"features\":[]}", "not_geojson"),
        ("{\"type\":\"Topology\",\"objects\":{},\"arcs\":[]}", "topojson"),
        ("{\"type\":\"Point\",\"coordinates\":[121.4,31.2]}", "bare_geometry"),
        ("{\"type\":\"GeometryCollection\",\"geometries\":[]}", "bare_geometry"),
        ("{\"type\":\"featurecollection\",\"features\":[]}", "not_geojson"),
        ("{\"type\":\"FeatureCollection\"}", "no_features"),
        ("{\"type\":\"FeatureCollection\",\"features\":null}", "features_not_array"),
        ("{\"type\":\"FeatureCollection\",\"features\":{}}", "features_not_array"),
        ("{\"type\":\"FeatureCollection\",\"features\":\"a\"}", "features_not_array"),
        ("{\"type\":\"FeatureCollection\",\"features\":3}", "features_not_array"),
        ("{\"type\":\"FeatureCollection\",\"features\":[],\"features\":[]}", "duplicate_member"),
        ("{\"type\":\"FeatureCollection\",\"type\":\"FeatureCollection\",\"features\":[]}", "duplicate_member"),
        ("{\"type\":\"FeatureCollection\",\"UTF8Encoding\":true,\"features\":[]}", "echarts_encoded"),
        ("{\"type\":\"FeatureCollection\",\"features\":[]} extra", "bad_json"),
        ("{\"type\":\"FeatureCollection\",\"features\":[],}", "bad_json"),
        ("{'type':'FeatureCollection'}", "bad_json"),
    ] {
        let report = judge(content);
        assert_eq!(refusals(&report), [(code, None)], "{content}");
        assert_eq!(report.accepted, 0);
    }
}

#[test]
fn files_of_other_kinds_are_told_by_their_bytes() {
    for (content, word) in [
        (&b"\x1f\x8b\x08\0\0"[..], "gzip"),
        (b"PK\x03\x04....", "zip"),
        (b"\0\0\x27\x0a\0\0\0\0", "shapefile"),
        (b"SQLite format 3\0....", "GeoPackage"),
        (b"\0\0\0\x0d\x0a\x09OSMHeader\x18", "pbf"),
        (b"fgb\x03fgb\0", "FlatGeobuf"),
        (b"PAR1\x15\x04", "Parquet"),
    ] {
        let report = judge(content);
        assert_eq!(refusals(&report), [("not_geojson", None)]);
        assert!(report.issues[0].cause.contains(word), "{}", report.issues[0]);
    }
    assert_eq!(refusals(&judge(b"\xff\xfe{\0\0\xd8")), [("bad_encoding", None)]);
    assert_eq!(refusals(&judge(b"{\xff\xff\0\xff")), [("bad_encoding", None)]);
}

#[test]
fn a_syntax_error_names_the_feature_and_the_line() {
    let other = |id: &str| point(&format!("{{\"id\":\"{id}\",\"name\":\"another\"}}"), "[121.42,31.26]");
    let whole = collection(&[good(), other("a"), other("b")]);
    let cut = &whole[..whole.len() - 60];
    let report = judge(cut);
    assert_eq!(refusals(&report).first(), Some(&("truncated", Some(2))));
    assert!(report.issues[0].cause.contains("line 3"), "{}", report.issues[0]);
    assert_eq!(report.accepted, 0);

    for (broken, code) in [
        (point("{}", "[NaN,31.2]"), "not_finite"),
        (point("{}", "[121.4,Infinity]"), "not_finite"),
        (point("{}", "[121.4,-Infinity]"), "not_finite"),
        (point("{\"population\":NaN}", "[121.4,31.2]"), "not_finite"),
        (point("{\"a\":1,}", "[121.4,31.2]"), "bad_json"),
        (point("{\"a\":0x10}", "[121.4,31.2]"), "bad_json"),
        (point("{\"a\":01}", "[121.4,31.2]"), "bad_json"),
        (point("{a:1}", "[121.4,31.2]"), "bad_json"),
    ] {
        let report = judge(second(&broken));
        assert_eq!(refusals(&report).first(), Some(&(code, Some(1))), "{broken}: {report}");
        assert_eq!(report.accepted, 0);
    }
}

#[test]
fn what_is_no_feature_is_refused_where_it_stands() {
    for (faulty, code) in [
        ("null", "not_a_feature"),
        ("5", "not_a_feature"),
        ("\"a\"", "not_a_feature"),
        ("[]", "not_a_feature"),
        ("{}", "not_a_feature"),
        ("{\"type\":\"Point\",\"coordinates\":[121.4,31.2]}", "not_a_feature"),
        ("{\"type\":\"FeatureCollection\",\"features\":[]}", "not_a_feature"),
        ("{\"type\":\"Feature\",\"properties\":[],\"geometry\":null}", "bad_properties"),
        ("{\"type\":\"Feature\",\"properties\":\"a\",\"geometry\":null}", "bad_properties"),
        ("{\"type\":\"Feature\",\"id\":{},\"properties\":{},\"geometry\":null}", "bad_id"),
        ("{\"type\":\"Feature\",\"id\":true,\"properties\":{},\"geometry\":null}", "bad_id"),
        ("{\"type\":\"Feature\",\"type\":\"Feature\",\"properties\":{},\"geometry\":null}", "duplicate_member"),
        ("{\"type\":\"Feature\",\"properties\":{\"a\":1,\"a\":2},\"geometry\":null}", "duplicate_member"),
        ("{\"type\":\"Feature\",\"properties\":{\"a\":1e999},\"geometry\":null}", "bad_json"),
    ] {
        let report = judge(second(faulty));
        assert_eq!(refusals(&report), [(code, Some(1))], "{faulty}");
        assert_eq!((report.accepted, report.features), (1, 2), "{faulty}");
        assert!(report.issues[0].cause.ends_with("(line 2)"), "{report}");
    }
}

#[test]
fn geometries_that_are_none_are_refused() {
    let bow_tie = "[[[121.4,31.25],[121.402,31.252],[121.402,31.25],[121.4,31.252],[121.4,31.25]]]";
    let spike = "[[[121.4,31.25],[121.402,31.25],[121.404,31.25],[121.402,31.25],[121.402,31.252],[121.4,31.25]]]";
    let flat = "[[[121.4,31.25],[121.401,31.25],[121.402,31.25],[121.4,31.25]]]";
    let hole_outside =
        format!("[{SQUARE},[[121.5,31.25],[121.502,31.25],[121.502,31.252],[121.5,31.252],[121.5,31.25]]]");
    let any = |kind: &str, coordinates: &str| {
        feature("{\"id\":\"x\"}", &format!("{{\"type\":\"{kind}\",\"coordinates\":{coordinates}}}"))
    };
    let deep = |depth: usize| {
        let open = "{\"type\":\"GeometryCollection\",\"geometries\":[".repeat(depth);
        let close = "]}".repeat(depth);
        feature("{\"id\":\"x\"}", &format!("{open}{{\"type\":\"Point\",\"coordinates\":[121.4,31.2]}}{close}"))
    };
    for (faulty, code) in [
        (any("Point", "[121.4]"), "bad_geometry"),
        (any("Point", "[\"121.4\",\"31.2\"]"), "bad_geometry"),
        (any("Point", "[121.4,null]"), "bad_geometry"),
        (any("Point", "[1e999,31.2]"), "bad_geometry"),
        (any("Point", "[[121.4,31.2]]"), "bad_geometry"),
        (any("Point", "\"121.4,31.2\""), "bad_geometry"),
        (any("point", "[121.4,31.2]"), "bad_geometry"),
        (any("Circle", "[121.4,31.2]"), "bad_geometry"),
        (any("Polygon", SQUARE), "bad_geometry"),
        (feature("{}", "{\"type\":\"Point\"}"), "bad_geometry"),
        (feature("{}", "{\"coordinates\":[121.4,31.2]}"), "bad_geometry"),
        (feature("{}", "5"), "bad_geometry"),
        (feature("{}", "{\"type\":\"Point\",\"coordinates\":[1,2],\"coordinates\":[3,4]}"), "duplicate_member"),
        (
            feature("{}", "{\"type\":\"Polygon\",\"coordinates\":[\"@@AB\"],\"encodeOffsets\":[[1,2]]}"),
            "echarts_encoded",
        ),
        (any("LineString", "[[121.4,31.2],[121.5,31.2]]"), "line_geometry"),
        (any("MultiLineString", "[[[121.4,31.2],[121.5,31.2]]]"), "line_geometry"),
        (any("MultiPoint", "[[121.4,31.2],[121.5,31.2]]"), "several_points"),
        (any("Polygon", "[[]]"), "empty_ring"),
        (any("MultiPolygon", "[[]]"), "bad_geometry"),
        (any("MultiPolygon", &format!("[[{SQUARE}],[]]")), "empty_ring"),
        (any("Polygon", "[[[121.4,31.25],[121.402,31.25],[121.4,31.25]]]"), "ring_too_short"),
        (any("Polygon", "[[[121.4,31.25],[121.402,31.25]]]"), "ring_too_short"),
        (any("Polygon", "[[[121.4,31.25]]]"), "ring_too_short"),
        (any("Polygon", flat), "self_crossing"),
        (any("Polygon", "[[[121.4,31.25],[121.4,31.25],[121.4,31.25],[121.4,31.25]]]"), "no_area"),
        (any("Polygon", bow_tie), "self_crossing"),
        (any("Polygon", spike), "self_crossing"),
        (any("Polygon", &hole_outside), "hole_outside"),
        (any("MultiPolygon", &format!("[[{SQUARE}],[{SQUARE}]]")), "parts_overlap"),
        (deep(33), "too_deep"),
        (deep(10_000), "too_deep"),
        (any("Polygon", &format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))), "too_deep"),
        (any("Point", "[700.0,31.2]"), "out_of_range"),
        (any("Point", "[31.2,121.4]"), "axes_swapped"),
    ] {
        // Two good ones, so that a bad place is the feature's fault and not the layer's.
        let other = point("{\"id\":\"other\"}", "[121.42,31.26]");
        let report = judge(collection(&[good(), faulty.clone(), other]));
        let shown: String = faulty.chars().take(200).collect();
        assert!(refusals(&report).contains(&(code, Some(1))), "{code} {shown}: {report}");
        assert_eq!((report.accepted, report.features), (2, 3), "{shown}");
    }
    assert!(judge(second(&deep(31))).is_clean());
}

#[test]
fn shapes_that_can_be_used_are_used() {
    let exclave = format!("[[{SQUARE}],[[[121.43,31.25],[121.44,31.25],[121.44,31.26],[121.43,31.25]]]]");
    let any = |kind: &str, coordinates: &str| {
        feature("{\"id\":\"x\"}", &format!("{{\"type\":\"{kind}\",\"coordinates\":{coordinates}}}"))
    };
    for (fine, noted) in [
        (any("MultiPoint", "[[121.4,31.2]]"), None),
        (any("MultiPolygon", &exclave), None),
        (any("Point", "[121.4,31.2,4.5]"), Some("extra_ordinates")),
        (any("Polygon", "[[[121.4,31.25],[121.402,31.25],[121.402,31.252],[121.4,31.252]]]"), Some("ring_not_closed")),
        (
            any(
                "Polygon",
                "[[[121.4,31.25],[121.402,31.25],[121.402,31.252],[121.4,31.252],[121.4000000000001,31.25]]]",
            ),
            Some("ring_not_closed"),
        ),
        (any("Polygon", "[]"), Some("no_geometry")),
        (feature("{\"id\":\"x\"}", "null"), Some("no_geometry")),
        ("{\"type\":\"Feature\",\"properties\":{\"id\":\"x\"}}".to_owned(), Some("no_geometry")),
        (
            feature(
                "{\"id\":\"x\"}",
                &format!(
                    "{{\"type\":\"GeometryCollection\",\"geometries\":[{{\"type\":\"Polygon\",\"coordinates\":[{SQUARE}]}},\
                     {{\"type\":\"Point\",\"coordinates\":[121.4,31.25]}}]}}"
                ),
            ),
            Some("geometry_collection"),
        ),
    ] {
        let report = judge(second(&fine));
        assert_eq!((report.accepted, report.features), (2, 2), "{report}");
        let found = codes(&report);
        assert!(noted.is_none_or(|code| found.contains(&code)), "{noted:?} {report}");
    }
}

#[test]
fn one_feature_a_line_is_read_and_a_broken_line_is_named() {
    let lines = [good(), point("{\"id\":\"2\",\"population\":3}", "[121.42,31.26]")].join("\n");
    assert_eq!(judge(lines.clone()).accepted, 2);
    assert_eq!(judge(format!("\u{1e}{}\n\u{1e}{}\n", good(), point("{\"id\":\"2\"}", "[121.42,31.26]"))).accepted, 2);
    assert_eq!(judge(format!("\u{feff}{lines}")).accepted, 2);
    assert_eq!(judge(good()).accepted, 1);

    let report =
        judge(format!("{}\n{{\"type\":\"Feature\",\"geom\n{}", good(), point("{\"id\":\"3\"}", "[121.4,31.2]")));
    assert_eq!(refusals(&report), [("truncated", Some(1))]);
    assert_eq!((report.accepted, report.features), (2, 3));
}

#[test]
fn people_are_counted_or_the_row_is_named() {
    let with = |value: &str| point(&format!("{{\"id\":\"x\",\"population\":{value}}}"), "[121.4,31.2]");
    for (value, code) in [
        ("-5", "population_negative"),
        ("\"-5\"", "population_negative"),
        ("true", "population_not_number"),
        ("[5]", "population_not_number"),
        ("{}", "population_not_number"),
        ("\"许多\"", "population_not_number"),
        ("\"NaN\"", "population_not_number"),
        ("\"Infinity\"", "population_not_number"),
    ] {
        assert_eq!(refusals(&judge(second(&with(value)))), [(code, Some(1))], "{value}");
    }
    for (value, code) in [
        ("null", "population_unknown"),
        ("\"--\"", "population_unknown"),
        ("\"约5000\"", "population_approximate"),
        ("\"1,234人\"", "population_text"),
    ] {
        let report = judge(second(&with(value)));
        assert!(report.is_clean() && codes(&report).contains(&code), "{report}");
    }
    assert!(codes(&judge(collection(&[point("{\"id\":\"a\"}", "[121.4,31.2]")]))).contains(&"no_population"));
}

#[test]
fn ids_tell_features_apart_or_are_refused() {
    let with = |id: &str| point(&format!("{{\"id\":{id},\"name\":\"好\"}}"), "[121.4,31.2]");
    let pair = |a: &str, b: &str| judge(collection(&[with(a), with(b)]));
    for (a, b) in [("1", "\"1\""), ("310107005003", "\"310107005003.0\""), ("\"a \"", "\"a\""), ("\"１\"", "1")] {
        let report = pair(a, b);
        assert_eq!(refusals(&report), [("duplicate_id", Some(1))], "{a} {b}");
        assert!(report.issues[0].cause.contains("feature 0"), "{}", report.issues[0]);
    }
    assert_eq!(refusals(&pair("\"a\"", "null")), [("id_missing", Some(1))]);
    assert_eq!(refusals(&pair("\"a\"", "\"3.10107E+11\"")), [("id_precision_lost", Some(1))]);
    assert_eq!(refusals(&pair("\"a\"", "[1]")), [("bad_id", Some(1))]);
    assert!(pair("1", "2").is_clean());
    assert!(codes(&pair("1", "2")).contains(&"duplicate_name"));
    assert!(pair("-1", "1").is_clean());
}

#[test]
fn coordinate_systems_are_said_or_asked_for() {
    let with_crs = |crs: &str, x: &str| {
        format!("{{\"type\":\"FeatureCollection\",\"crs\":{crs},\"features\":[{}]}}", point("{\"id\":\"x\"}", x))
    };
    let named = |name: &str| format!("{{\"type\":\"name\",\"properties\":{{\"name\":\"{name}\"}}}}");
    for (crs, position, code) in [
        (named("EPSG:99999"), "[121.4,31.2]", "crs_unknown"),
        (named("Mars"), "[121.4,31.2]", "crs_unknown"),
        (
            "{\"type\":\"link\",\"properties\":{\"href\":\"http://example.com/crs\"}}".to_owned(),
            "[121.4,31.2]",
            "crs_link",
        ),
        ("5".to_owned(), "[121.4,31.2]", "crs_unknown"),
        ("{}".to_owned(), "[121.4,31.2]", "crs_unknown"),
        (named("urn:ogc:def:crs:EPSG::4326"), "[31.25,121.4]", "axes_swapped"),
        (named("urn:ogc:def:crs:EPSG::4490"), "[31.25,121.4]", "axes_swapped"),
        (named("EPSG:4549"), "[121.4,31.2]", "crs_mismatch"),
        (named("EPSG:4549"), "[3463008.75,629877.27]", "axes_swapped"),
        (named("EPSG:4326"), "[629877.27,3463008.75]", "out_of_range"),
    ] {
        let report = judge(with_crs(&crs, position));
        assert_eq!(refusals(&report).first().map(|refusal| refusal.0), Some(code), "{crs} {position}: {report}");
        assert_eq!(report.accepted, 0);
    }
    for (crs, position, known_as) in [
        ("null".to_owned(), "[121.4,31.2]", "OGC:CRS84"),
        (named("urn:ogc:def:crs:OGC:1.3:CRS84"), "[121.4,31.2]", "urn:ogc:def:crs:OGC:1.3:CRS84"),
        (named("GCJ-02"), "[121.4,31.2]", "GCJ-02"),
        (named("EPSG:4549"), "[629877.27,3463008.75]", "EPSG:4549"),
        ("{\"type\":\"EPSG\",\"properties\":{\"code\":4549}}".to_owned(), "[629877.27,3463008.75]", "EPSG:4549"),
    ] {
        let report = judge(with_crs(&crs, position));
        assert!(report.is_clean(), "{report}");
        assert_eq!(report.crs, known_as);
    }
    let leeds = collection(&[point("{\"id\":\"leeds\"}", "[-1.5,53.8]")]);
    assert!(judge(leeds).is_clean());
    let swapped = collection(&[point("{\"id\":\"x\"}", "[31.25,121.4]")]);
    let options = ReadOptions { swap_axes: true, ..ReadOptions::default() };
    assert!(import_report(&bytes("x", swapped), None, &options).unwrap().is_clean());
}

#[test]
fn an_outline_that_crosses_itself_is_mended_only_when_asked() {
    let bow_tie = polygon("[[[121.4,31.25],[121.402,31.252],[121.402,31.25],[121.4,31.252],[121.4,31.25]]]");
    let options = ReadOptions { repair: true, ..ReadOptions::default() };
    let report = import_report(&bytes("x", collection(&[bow_tie])), None, &options).unwrap();
    assert!(report.is_clean());
    assert!(report.issues.iter().any(|issue| issue.code == "self_crossing" && issue.severity == Severity::Repaired));
}

#[test]
fn centres_need_a_place_and_a_known_status() {
    let center = |properties: &str, geometry: &str| collection(&[good(), feature(properties, geometry)]);
    let here = "{\"type\":\"Point\",\"coordinates\":[121.4,31.2]}";
    let judge = |content: String| judge_as(Role::Facilities, content);
    assert_eq!(refusals(&judge(center("{\"id\":\"c\"}", "null"))), [("no_geometry", Some(1))]);
    assert_eq!(refusals(&judge(center("{\"id\":\"c\",\"status\":\"maybe\"}", here))), [("status_unknown", Some(1))]);
    assert_eq!(refusals(&judge(center("{\"id\":\"c\",\"services\":5}", here))), [("bad_services", Some(1))]);
    assert_eq!(refusals(&judge(center("{\"id\":\"c\",\"staff\":-3}", here))), [("bad_measure", Some(1))]);
    let outline = format!("{{\"type\":\"Polygon\",\"coordinates\":[{SQUARE}]}}");
    let report = judge(center("{\"id\":\"c\",\"状态\":\"规划\",\"服务\":\"助餐、日托\"}", &outline));
    assert!(report.is_clean() && codes(&report).contains(&"polygon_facility"), "{report}");
}

#[test]
fn finer_points_need_a_committee_that_exists() {
    let committees = collection(&[
        point("{\"id\":\"A\",\"name\":\"甲\",\"population\":100}", "[121.40,31.25]"),
        point("{\"id\":\"B\",\"name\":\"乙\",\"population\":50}", "[121.41,31.25]"),
    ]);
    let centers = collection(&[point("{\"id\":\"C\",\"status\":\"existing\"}", "[121.40,31.25]")]);
    let read = |points: String| {
        let inputs = Inputs {
            demand: bytes("committees", committees.clone()),
            facilities: bytes("centers", centers.clone()),
            towns: None,
            points: Some(bytes("points", points)),
        };
        read_city(&inputs, &ReadOptions::default())
    };
    let at = |committee: &str, people: u32, x: &str| {
        point(&format!("{{\"committee\":\"{committee}\",\"population\":{people}}}"), &format!("[{x},31.25]"))
    };
    let imported = read(collection(&[at("A", 30, "121.399"), at("甲", 60, "121.401")])).unwrap();
    let points = &imported.city.demand().points;
    assert_eq!((points.of(0), points.of(1)), (0..2, 2..3));
    assert!((points.share[0] - 1.0 / 3.0).abs() < 1e-12 && (points.share[2] - 1.0).abs() < 1e-12);
    let report = imported.reports.last().unwrap();
    assert!(codes(report).contains(&"points_sum"), "{report}");

    let error = read(collection(&[at("A", 1, "121.4"), at("Z", 1, "121.4")])).unwrap_err();
    let Error::Rejected { layer, issues } = error else { panic!("{error}") };
    assert_eq!((layer.as_str(), issues[0].code, issues[0].feature), ("points", "committee_unknown", Some(1)));
    assert!(matches!(read(collection(&[good()])), Err(Error::Rejected { .. })));
}

#[test]
fn a_mapping_must_name_fields_and_columns_that_exist() {
    let text = collection(&[point("{\"bianhao\":\"7\",\"rens\":\"12\"}", "[121.4,31.2]")]);
    let options = |field: &str, column: &str| ReadOptions {
        columns: [(field.to_owned(), column.to_owned())].into(),
        ..ReadOptions::default()
    };
    let report = import_report(&bytes("x", text.clone()), None, &options("population", "rens")).unwrap();
    assert!(report.columns.contains(&("population".to_owned(), "rens".to_owned())));
    let report = import_report(&bytes("x", text.clone()), None, &options("population", "people")).unwrap();
    assert_eq!(refusals(&report), [("column_missing", None)]);
    assert!(report.issues[0].cause.contains("bianhao, rens"), "{report}");
    let error = import_report(&bytes("x", text), None, &options("popluation", "rens")).unwrap_err();
    assert!(matches!(error, Error::Unknown { kind: "field", .. }), "{error}");
}

#[test]
fn towns_are_found_by_name_code_or_place() {
    let towns = collection(&[
        feature(
            "{\"id\":\"310107005\",\"name\":\"曹杨新村街道\"}",
            &format!("{{\"type\":\"Polygon\",\"coordinates\":[{SQUARE}]}}"),
        ),
        feature("{\"id\":\"310107102\",\"name\":\"长征镇\"}", "null"),
    ]);
    let committees = collection(&[
        point("{\"id\":\"1\",\"街镇\":\"曹杨新村\"}", "[121.5,31.25]"),
        point("{\"id\":\"2\",\"街镇\":\"310107102\"}", "[121.5,31.25]"),
        point("{\"id\":\"3\"}", "[121.401,31.251]"),
        point("{\"id\":\"4\",\"街镇\":\"桃浦镇\"}", "[121.5,31.25]"),
    ]);
    let inputs = Inputs {
        demand: bytes("committees", committees),
        facilities: bytes("centers", collection(&[point("{\"id\":\"C\",\"town\":\"长征镇\"}", "[121.4,31.25]")])),
        towns: Some(bytes("towns", towns)),
        points: None,
    };
    let imported = read_city(&inputs, &ReadOptions::default()).unwrap();
    assert_eq!(imported.city.demand().town, [Some(0), Some(1), Some(0), None]);
    assert_eq!(imported.city.facilities().town, [Some(1)]);
    let found = codes(&imported.reports[0]);
    assert!(["town_by_place", "town_unknown", "town_missing"].iter().all(|code| found.contains(code)), "{found:?}");
}

#[test]
fn layers_in_different_systems_meet_on_one_plane() {
    let committees = collection(&[point("{\"id\":\"1\",\"population\":1}", "[121.3638767,31.2816916]")]);
    let centers = "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"EPSG:4549\"}},\
                   \"features\":[{\"type\":\"Feature\",\"properties\":{\"id\":\"C\"},\"geometry\":{\"type\":\"Point\",\
                   \"coordinates\":[629877.27,3463008.75]}}]}";
    let inputs = Inputs {
        demand: bytes("committees", committees.clone()),
        facilities: bytes("centers", centers),
        towns: None,
        points: None,
    };
    let city = read_city(&inputs, &ReadOptions::default()).unwrap().city;
    let ([x, y], [u, v]) = (city.demand().points.xy[0], city.facilities().xy[0]);
    assert!((x - u).hypot(y - v) < 0.1, "{x} {y} {u} {v}");
    assert_eq!(city.facilities().position, [[629_877.27, 3_463_008.75]]);

    let far = collection(&[point("{\"id\":\"C\"}", "[-1.5,53.8]")]);
    let inputs = Inputs { facilities: bytes("centers", far), ..inputs };
    let message = read_city(&inputs, &ReadOptions::default()).unwrap_err().to_string();
    assert!(message.contains("centres lie around (-1.500, 53.800)"), "{message}");
}

#[test]
fn undeclared_web_map_coordinates_are_suspected() {
    let web_map = Crs::parse("GCJ-02").unwrap();
    let town = |west: f64, name: &str| {
        let ring: Vec<[f64; 2]> = [[0.0, 0.0], [0.004, 0.0], [0.004, 0.004], [0.0, 0.004], [0.0, 0.0]]
            .iter()
            .map(|d| [west + d[0], 31.25 + d[1]])
            .collect();
        feature(&format!("{{\"id\":\"{name}\"}}"), &json!({"type": "Polygon", "coordinates": [ring]}).to_string())
    };
    let committee = |west: f64, id: usize, name: &str| {
        let [x, y] = web_map.from_lonlat([west + 0.002, 31.252]).unwrap();
        point(&format!("{{\"id\":\"{id}\",\"town\":\"{name}\"}}"), &format!("[{x},{y}]"))
    };
    let wests = [121.400, 121.404, 121.408, 121.412];
    let name = |i: usize| format!("T{i}");
    let towns: Vec<String> = wests.iter().enumerate().map(|(i, &west)| town(west, &name(i))).collect();
    let demand: Vec<String> = wests.iter().enumerate().map(|(i, &west)| committee(west, i, &name(i))).collect();
    let inputs = Inputs {
        demand: bytes("committees", collection(&demand)),
        facilities: bytes("centers", collection(&[good()])),
        towns: Some(bytes("towns", collection(&towns))),
        points: None,
    };
    let imported = read_city(&inputs, &ReadOptions::default()).unwrap();
    assert!(codes(&imported.reports[0]).contains(&"maybe_gcj02"), "{}", imported.reports[0]);
}

#[test]
fn a_table_is_read_like_a_file() {
    let table = Table {
        name: "gdf".to_owned(),
        geometry: vec![Some(geo::Point::new(121.4, 31.2).into()), None, Some(geo::Point::new(f64::NAN, 31.2).into())],
        columns: vec![("居委会名称".to_owned(), vec![json!("甲"), json!("乙"), json!("丙")])],
        crs: None,
    };
    let report = import_report(&Source::Table(table.clone()), Some(Role::Demand), &ReadOptions::default()).unwrap();
    assert_eq!(refusals(&report), [("not_finite", Some(2))]);
    assert_eq!(report.accepted, 2);
    let uneven = Table { geometry: vec![], ..table };
    let report = import_report(&Source::Table(uneven), None, &ReadOptions::default()).unwrap();
    assert_eq!(refusals(&report).first(), Some(&("bad_table", None)));
}

#[test]
fn a_report_is_text_and_data() {
    let report = judge(second(&point("{\"id\":\"x\",\"population\":-1}", "[121.4,31.2]")));
    let text = report.to_string();
    assert!(text.contains("1 of 2 features accepted") && text.contains("population_negative"), "{text}");
    let data = serde_json::to_value(&report).unwrap();
    assert_eq!((&data["accepted"], &data["columns"]["id"]), (&json!(1), &json!("id")));
    assert_eq!(data["issues"][0]["severity"], "rejected");
}
