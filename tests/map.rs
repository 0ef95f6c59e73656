//! The map: one file, nothing fetched, nothing executed that came from the data.

mod common;
#[path = "common/page.rs"]
mod page;

use geo::polygon;
use linli::{
    City, Standard,
    city::Frame,
    control::Control,
    coverage::{Question, coverage},
    crs::{Crs, Plane},
    datasets,
    map::Map,
    walk::CrowFly,
};
use page::data;
use serde_json::Value;

fn html(city: &City) -> String {
    let question = Question::within(Standard::new(15.0, 1.33).unwrap());
    let found = coverage(city, &CrowFly::new(1.3).unwrap(), &question, &Control::new()).unwrap();
    Map::of(city, &found).html().unwrap()
}

#[test]
fn the_district_is_drawn_whole_in_a_small_file() {
    let city = datasets::putuo().unwrap();
    let page = html(&city);
    assert!(page.len() < 600_000, "{} bytes", page.len());
    let data = data(&page);
    assert_eq!(data["committees"].as_array().unwrap().len(), 264);
    assert_eq!(data["centres"].as_array().unwrap().len(), 25);
    assert_eq!(data["towns"].as_array().unwrap().len(), 10);
    let towns = data["towns"].as_array().unwrap();
    assert!(towns.iter().all(|town| town["share"].as_f64().is_some_and(|share| (0.0..=1.0).contains(&share))));
    assert_eq!(towns[9]["name"], "桃浦镇");
    assert_eq!(towns[9]["committees"], 40);
    assert_eq!(data["points"].as_array().unwrap().len(), 2544);
    assert_eq!(data["reach_m"], 920.8);
    assert!(data["headline_zh"].as_str().unwrap().contains("74.5%"));
    assert!(data["note"].as_str().unwrap().to_lowercase().contains("synthetic"));
    assert_eq!(page, html(&city), "the same input gives the same bytes");
    assert!(!page.contains("{{"), "every place of the template is filled");
}

#[test]
fn nothing_is_fetched() {
    let page = html(&datasets::putuo().unwrap());
    for fetch in
        ["src=\"http", "src='http", "<link", "@import", "url(http", "url(images", "fetch(", "XMLHttpRequest", "srcset"]
    {
        assert!(!page.contains(fetch), "{fetch}");
    }
}

#[test]
fn a_name_is_text_and_never_markup() {
    let mut demand = common::city(&[vec![([0.0, 0.0], 10.0)]], &[[10.0, 0.0]], |_| false).demand().clone();
    let evil = "</script><img src=x onerror=alert(1)><!-- {{leaflet_js}} {{data}}";
    demand.name[0] = evil.to_owned();
    let base = common::city(&[vec![([0.0, 0.0], 10.0)]], &[[10.0, 0.0]], |_| false);
    let city = City::new(demand, base.facilities().clone(), base.towns().clone(), Frame::metres()).unwrap();
    let page = html(&city);
    assert!(!page.contains("<img src=x"), "the name ends its script");
    assert_eq!(data(&page)["committees"][0]["name"], evil);
}

#[test]
fn metres_and_degrees_each_get_their_own_map() {
    let metres = common::city(&[vec![([0.0, 0.0], 10.0)], vec![]], &[[10.0, 20.0]], |_| false);
    let drawn = data(&html(&metres));
    assert_eq!(drawn["on_earth"], false);
    assert_eq!(drawn["centres"][0]["at"], serde_json::json!([10.0, 20.0]));
    assert_eq!(drawn["committees"][1]["at"], Value::Null, "no place, no mark");

    let crs = Crs::parse("EPSG:4549").unwrap();
    let lonlat = [121.36, 31.28];
    let [x, y] = crs.from_lonlat(lonlat).unwrap();
    let plane = Plane::around(&[lonlat]).unwrap();
    let mut demand = metres.demand().clone();
    demand.shape[0] = Some(polygon![(x: x, y: y), (x: x + 100.0, y: y), (x: x, y: y + 100.0)].into());
    let frame = Frame { plane, facility_crs: crs.clone(), crs, note: None };
    let city = City::new(demand, metres.facilities().clone(), metres.towns().clone(), frame).unwrap();
    let drawn = data(&html(&city));
    assert_eq!(drawn["on_earth"], true);
    let first = &drawn["committees"][0]["rings"][0][0][0];
    assert!((first[0].as_f64().unwrap() - lonlat[0]).abs() < 1e-5, "{first}");
}

#[test]
fn lines_are_drawn_by_kind_and_bad_ones_refused() {
    let city = datasets::putuo().unwrap();
    let question = Question::within(Standard::new(15.0, 1.33).unwrap());
    let found = coverage(&city, &CrowFly::new(1.3).unwrap(), &question, &Control::new()).unwrap();
    let map = Map::of(&city, &found).lines(datasets::BARRIERS).unwrap().lines(datasets::STREETS).unwrap();
    let drawn = data(&map.html().unwrap());
    let kinds: Vec<&String> = drawn["lines"].as_object().unwrap().keys().collect();
    assert_eq!(kinds, ["expressway", "railway", "river", "street"]);
    for bad in [
        "",
        "{}",
        "[1]",
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":null}]}"#,
    ] {
        assert!(Map::of(&city, &found).lines(bad).is_err(), "{bad}");
    }
}

#[test]
fn the_page_forbids_itself_the_network() {
    let page = html(&datasets::putuo().unwrap());
    assert!(page.contains(r#"<meta http-equiv="Content-Security-Policy" content="default-src 'none';"#));
}

#[test]
fn a_town_without_committees_has_no_share() {
    let base = common::city(&[vec![([0.0, 0.0], 10.0)]], &[[10.0, 0.0]], |_| false);
    let mut demand = base.demand().clone();
    demand.town[0] = Some(1);
    let towns = linli::town::Towns {
        id: vec!["a".into(), "b".into()],
        name: vec!["A".into(), "B".into()],
        shape: vec![None, None],
    };
    let city = City::new(demand, base.facilities().clone(), towns, Frame::metres()).unwrap();
    let drawn = data(&html(&city));
    assert_eq!((&drawn["towns"][0]["share"], &drawn["towns"][0]["committees"]), (&Value::Null, &0.into()));
    assert_eq!((&drawn["towns"][1]["share"], &drawn["towns"][1]["committees"]), (&1.0.into(), &1.into()));
}
