//! What a city makes of its files: where outlines stand, and who counts the people.

use geo::{Coord, Intersects, MapCoords, Point};
use linli::{
    crs::Crs,
    datasets,
    io::{Imported, Inputs, ReadOptions, Source, read_city},
};
use serde_json::{Value, json};

fn source(name: &str, collection: &Value) -> Source {
    Source::Bytes { name: name.to_owned(), bytes: collection.to_string().into_bytes() }
}

fn read(demand: &Value, points: Option<&Value>) -> Imported {
    let centre = json!({"type": "Feature", "properties": {"id": "c", "status": "existing"},
        "geometry": {"type": "Point", "coordinates": [121.4, 31.25]}});
    let inputs = Inputs {
        demand: source("demand", demand),
        facilities: source("centres", &centre),
        towns: None,
        points: points.map(|points| source("points", points)),
    };
    read_city(&inputs, &ReadOptions::default()).unwrap()
}

#[test]
fn an_outline_stands_for_the_same_point_in_every_coordinate_system() {
    let text = datasets::FILES.iter().find(|(name, _)| *name == "committees.geojson").unwrap().1;
    let degrees: Value = serde_json::from_str(text).unwrap();
    let mut projected = degrees.clone();
    let crs = Crs::parse("EPSG:4549").unwrap();
    projected["crs"] = json!({"type": "name", "properties": {"name": "EPSG:4549"}});
    for feature in projected["features"].as_array_mut().unwrap() {
        let geometry: geojson::Geometry = serde_json::from_value(feature["geometry"].clone()).unwrap();
        let shape = geo::Geometry::<f64>::try_from(geometry).unwrap();
        let shape = shape.map_coords(|Coord { x, y }| {
            let [x, y] = crs.from_lonlat([x, y]).unwrap();
            Coord { x, y }
        });
        feature["geometry"] = serde_json::to_value(geojson::Geometry::from(&shape)).unwrap();
    }
    let (a, b) = (read(&degrees, None).city, read(&projected, None).city);
    assert_eq!(a.demand().len(), 264);
    for row in 0..264 {
        let [p, q] = [&a, &b].map(|city| city.frame().plane.inverse(city.demand().points.xy[row]).unwrap());
        assert!((p[0] - q[0]).abs() < 1e-7 && (p[1] - q[1]).abs() < 1e-7, "row {row}: {p:?} {q:?}");
        assert!(a.demand().shape[row].as_ref().unwrap().intersects(&Point::from(p)), "row {row} lies outside");
    }
}

#[test]
fn without_a_population_of_its_own_a_committee_has_that_of_its_points() {
    let place = |lon: f64| json!({"type": "Point", "coordinates": [lon, 31.25]});
    let committee = |id: &str, population: Value| json!({"type": "Feature", "properties": {"id": id, "population": population}, "geometry": place(121.4)});
    let point = |committee: &str, population: Value| json!({"type": "Feature", "properties": {"committee": committee, "population": population}, "geometry": place(121.41)});
    let collection = |features: Vec<Value>| json!({"type": "FeatureCollection", "features": features});
    let demand = collection(vec![
        committee("a", Value::Null),
        committee("b", json!(100)),
        committee("c", Value::Null),
        committee("d", Value::Null),
    ]);
    let points = collection(vec![
        point("a", json!(30)),
        point("a", json!(12)),
        point("b", json!(7)),
        point("c", json!(5)),
        point("c", Value::Null),
    ]);
    let imported = read(&demand, Some(&points));
    assert_eq!(imported.city.demand().population, [Some(42.0), Some(100.0), None, None]);
    let codes: Vec<&str> = imported.reports[2].issues.iter().map(|issue| issue.code).collect();
    assert!(codes.contains(&"population_from_points"), "{codes:?}");
}
