//! What planners' files really look like: 27 of them, each with the answer it should get.
//!
//! The files are not part of this repository; set `LINLI_SHARED_DATA` to the
//! folder that holds `quirky/`.

use std::path::PathBuf;

use geo::{Contains, Geometry};
use linli::{
    City,
    crs::Crs,
    error::Severity,
    io::{ImportReport, Inputs, ReadOptions, Source, import_report, read_city},
};

/// The report of a file, or `None` where the files are not there.
fn report_with(name: &str, options: &ReadOptions) -> Option<ImportReport> {
    Some(import_report(&Source::Path(file(name)?), None, options).unwrap())
}

fn report(name: &str) -> Option<ImportReport> {
    report_with(name, &ReadOptions::default())
}

fn file(name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("LINLI_SHARED_DATA") else {
        println!("skipped: LINLI_SHARED_DATA is not set");
        return None;
    };
    Some(PathBuf::from(folder).join("quirky").join(name))
}

/// A city of the file's committees and one centre near them.
fn city_with(name: &str, options: &ReadOptions) -> Option<City> {
    let center = r#"{"type":"Feature","properties":{"id":"C","status":"existing"},
                     "geometry":{"type":"Point","coordinates":[121.41,31.25]}}"#;
    let center = center.replace('\n', " ").into_bytes();
    let inputs = Inputs {
        demand: Source::Path(file(name)?),
        facilities: Source::Bytes { name: "center".to_owned(), bytes: center },
        towns: None,
        points: None,
    };
    Some(read_city(&inputs, options).unwrap().city)
}

fn city(name: &str) -> Option<City> {
    city_with(name, &ReadOptions::default())
}

fn has(report: &ImportReport, code: &str, severity: Severity) -> bool {
    report.issues.iter().any(|issue| issue.code == code && issue.severity == severity)
}

/// The codes refused, with their features.
fn refused(report: &ImportReport) -> Vec<(&'static str, Option<usize>)> {
    report.refused().map(|issue| (issue.code, issue.feature)).collect()
}

#[test]
fn encodings_01_02_03() {
    for (name, encoding) in
        [("01_utf8_bom.geojson", "UTF-8"), ("02_gbk.geojson", "GB18030"), ("03_utf16le_bom.geojson", "UTF-16LE")]
    {
        let Some(report) = report(name) else { return };
        assert!(report.is_clean(), "{report}");
        assert_eq!(report.encoding, encoding);
        let city = city(name).unwrap();
        assert_eq!(city.demand().id, ["310107005003"]);
        assert_eq!(city.demand().name, ["花溪园居委会"]);
        assert_eq!(city.demand().population, [Some(4696.0)]);
    }
}

#[test]
fn swapped_axes_04_06() {
    for name in ["04_swapped_axes.geojson", "06_crs_4326_urn_latlon.geojson"] {
        let Some(found) = report(name) else { return };
        assert_eq!(refused(&found), [("axes_swapped", Some(0))], "{found}");
        assert!(found.issues[0].fix.contains("swap_axes"));
        let options = ReadOptions { swap_axes: true, ..ReadOptions::default() };
        assert!(report_with(name, &options).unwrap().is_clean());
    }
}

#[test]
fn declared_systems_05_07() {
    let Some(found) = report("05_crs_4490_member.geojson") else { return };
    assert!(found.is_clean() && has(&found, "crs_cgcs2000", Severity::Noted), "{found}");
    let found = report("07_projected_4549.geojson").unwrap();
    assert!(found.is_clean() && found.crs == "EPSG:4549", "{found}");
    let city = city("07_projected_4549.geojson").unwrap();
    let [lon, lat] = city.frame().plane.inverse(city.demand().points.xy[0]).unwrap();
    assert!((lon - 121.363_876_7).abs() < 1e-6 && (lat - 31.281_691_6).abs() < 1e-6, "{lon} {lat}");
}

#[test]
fn metres_without_a_name_08_09_10() {
    let (taopu, taopu_town) = ([121.363_876_7, 31.281_691_6], [121.361_553, 31.282_47]);
    for (name, code, hint, crs, there, good_to_m) in [
        ("08_projected_4528_zone_prefix.geojson", "crs_unknown", "EPSG:4528", "EPSG:4528", taopu, 0.1),
        ("09_projected_axis_swapped.geojson", "axes_swapped", "swap_axes", "EPSG:4549", taopu, 0.1),
        ("10_shanghai_local.geojson", "crs_unknown", "SHANGHAI_LOCAL", "SHANGHAI_LOCAL", taopu_town, 30.0),
    ] {
        let Some(found) = report(name) else { return };
        assert_eq!(refused(&found), [(code, Some(0))], "{found}");
        assert!(found.issues[0].fix.contains(hint), "{found}");
        let crs = Some(Crs::parse(crs).unwrap());
        let options = ReadOptions { crs, swap_axes: code == "axes_swapped", ..ReadOptions::default() };
        let city = city_with(name, &options).unwrap();
        let [x, y] = city.demand().points.xy[0];
        let [there_x, there_y] = city.frame().plane.forward(there).unwrap();
        let off_m = (x - there_x).hypot(y - there_y);
        assert!(off_m < good_to_m, "{name}: {off_m} m");
    }
}

#[test]
fn web_map_coordinates_11_are_read_when_said() {
    let Some(found) = report("11_gcj02_undeclared.geojson") else { return };
    assert!(found.is_clean(), "{found}");
    let options = ReadOptions { crs: Some(Crs::parse("GCJ-02").unwrap()), ..ReadOptions::default() };
    assert_eq!(report_with("11_gcj02_undeclared.geojson", &options).unwrap().crs, "GCJ-02");
}

#[test]
fn population_as_text_12() {
    let Some(city) = city("12_string_population.geojson") else { return };
    assert_eq!(city.demand().population, [Some(1234.0), Some(4700.0), Some(1234.0), Some(5000.0), None, None]);
    let found = report("12_string_population.geojson").unwrap();
    let unknown = found.issues.iter().filter(|issue| issue.code == "population_unknown");
    assert_eq!(unknown.map(|issue| issue.feature).collect::<Vec<_>>(), [Some(4), Some(5)]);
    assert!(has(&found, "population_approximate", Severity::Noted));
}

#[test]
fn an_exclave_13_is_represented_inside_its_largest_part() {
    let Some(city) = city("13_multipolygon_exclave.geojson") else { return };
    let [lon, lat] = city.frame().plane.inverse(city.demand().points.xy[0]).unwrap();
    let Some(Geometry::MultiPolygon(parts)) = &city.demand().shape[0] else { panic!("two parts") };
    assert!(parts.contains(&geo::Point::new(lon, lat)));
}

#[test]
fn a_committee_without_a_place_14_keeps_its_people() {
    let Some(city) = city("14_null_geometry.geojson") else { return };
    assert_eq!(city.demand().population, [Some(3000.0), Some(1.0)]);
    assert!(city.demand().shape[0].is_none() && city.demand().points.of(0).is_empty());
    let found = report("14_null_geometry.geojson").unwrap();
    assert!(found.is_clean() && has(&found, "no_geometry", Severity::Noted), "{found}");
}

#[test]
fn rings_15_16() {
    let Some(found) = report("15_unclosed_ring.geojson") else { return };
    assert!(found.is_clean() && has(&found, "ring_not_closed", Severity::Repaired), "{found}");
    let found = report("16_bowtie.geojson").unwrap();
    assert_eq!(refused(&found), [("self_crossing", Some(0))]);
    let options = ReadOptions { repair: true, ..ReadOptions::default() };
    let mended = report_with("16_bowtie.geojson", &options).unwrap();
    assert!(mended.is_clean() && has(&mended, "self_crossing", Severity::Repaired), "{mended}");
}

#[test]
fn names_and_ids_17_18_19() {
    let Some(found) = report("17_duplicate_names.geojson") else { return };
    assert!(found.is_clean() && has(&found, "duplicate_name", Severity::Noted), "{found}");
    assert_eq!(city("17_duplicate_names.geojson").unwrap().demand().id, ["A", "B"]);
    let found = report("18_code_float_scientific.csv").unwrap();
    assert_eq!(refused(&found), [("id_precision_lost", Some(0)), ("id_precision_lost", Some(1))], "{found}");
    let found = report("19_code_int_vs_str.geojson").unwrap();
    assert_eq!(refused(&found), [("duplicate_id", Some(1)), ("duplicate_id", Some(2))], "{found}");
    assert!(found.issues[0].cause.contains("310107005003"));
}

#[test]
fn committees_being_set_up_20() {
    let Some(found) = report("20_preparatory_suffix.geojson") else { return };
    let noted = found.issues.iter().filter(|issue| issue.code == "preparatory");
    assert_eq!(noted.map(|issue| issue.feature).collect::<Vec<_>>(), [Some(0), Some(1)]);
    assert!(has(&found, "duplicate_name", Severity::Noted), "full and half width are one name: {found}");
}

#[test]
fn a_renamed_town_21() {
    let Some(found) = report("21_epoch_rename.csv") else { return };
    assert_eq!(found.encoding, "GB18030");
    assert!(has(&found, "town_renamed", Severity::Noted), "{found}");
}

#[test]
fn shapes_22_23() {
    let Some(found) = report("22_geometrycollection.geojson") else { return };
    assert!(found.is_clean() && has(&found, "geometry_collection", Severity::Noted), "{found}");
    let city = city("22_geometrycollection.geojson").unwrap();
    assert!(matches!(city.demand().shape[0], Some(Geometry::Polygon(_))));
    let found = report("23_z_m_coords.geojson").unwrap();
    assert_eq!(found.issues.iter().filter(|issue| issue.code == "extra_ordinates").count(), 1);
    assert!(found.is_clean(), "{found}");
}

#[test]
fn an_echarts_map_24_is_named() {
    let Some(found) = report("24_echarts_encoded.json") else { return };
    assert!(has(&found, "echarts_encoded", Severity::Rejected), "{found}");
    assert_eq!(found.accepted, 0);
}

#[test]
fn overlap_and_gap_25_are_measured() {
    let Some(found) = report("25_overlap_and_gap.geojson") else { return };
    let overlap = found.issues.iter().find(|issue| issue.code == "overlap").unwrap();
    assert_eq!(overlap.feature, Some(0));
    // 0.0001 degrees by 0.002 degrees at 31.25 N: 9.52 m by 221.7 m.
    assert!(overlap.cause.contains("feature 1") && overlap.cause.contains("2112 m²"), "{overlap}");
    // 0.00005 degrees at 31.25 N.
    let gap = found.issues.iter().find(|issue| issue.code == "gap").unwrap();
    assert_eq!(gap.feature, Some(1));
    assert!(gap.cause.contains("4.8 m of feature 2"), "{gap}");
}

#[test]
fn lines_under_a_geojson_name_26() {
    let Some(city) = city("26_jsonl_in_geojson.geojson") else { return };
    assert_eq!(city.demand().name, ["0", "1", "2"]);
}

#[test]
fn mojibake_27_is_noticed_and_left_alone() {
    let Some(found) = report("27_mojibake_names.geojson") else { return };
    assert!(found.is_clean() && has(&found, "mojibake", Severity::Noted), "{found}");
}
