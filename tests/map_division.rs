//! The map of a division: parts, blocks and outlines as the labels say.

#[path = "common/page.rs"]
mod page;

use linli::{City, datasets, map::DivisionMap, regions::Contiguity};
use page::data;
use serde_json::Value;

/// The district with its towns as parts, and each town halved by committee number as blocks.
fn district() -> (City, Contiguity, Vec<u32>, Vec<u32>) {
    let city = datasets::putuo().unwrap();
    let contiguity = Contiguity::of_committees(&city).unwrap();
    let parts: Vec<u32> = city.demand().town.iter().map(|town| town.unwrap()).collect();
    let blocks = parts.iter().enumerate().map(|(row, part)| 2 * part + row as u32 % 2).collect();
    (city, contiguity, parts, blocks)
}

/// Twice the area of rings in square degrees, holes less.
fn area(rings: &Value) -> f64 {
    let corner = |at: &Value| [at[0].as_f64().unwrap(), at[1].as_f64().unwrap()];
    let ring = |ring: &Value| {
        let corners: Vec<[f64; 2]> = ring.as_array().unwrap().iter().map(corner).collect();
        corners.windows(2).map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1]).sum::<f64>().abs()
    };
    let part = |part: &Value| {
        let rings: Vec<f64> = part.as_array().unwrap().iter().map(ring).collect();
        rings[0] - rings[1..].iter().sum::<f64>()
    };
    rings.as_array().unwrap().iter().map(part).sum()
}

#[test]
fn parts_hold_and_cover_what_their_committees_do() {
    let (city, contiguity, parts, blocks) = district();
    let people: Vec<f64> = city.demand().population.iter().map(|people| people.unwrap()).collect();
    let map = DivisionMap::new(&city, &contiguity, &parts).unwrap().level(&blocks).unwrap();
    let map = map.measure("population", &people).unwrap().minutes(vec![Some(7.0); 10]);
    let page = map.html().unwrap();
    assert!(!page.contains("{{"), "every place of the template is filled");
    assert!(page.len() < 600_000, "{} bytes", page.len());
    let drawn = data(&page);
    assert_eq!(drawn["headline"], "264 committees in 10 parts and 20 blocks");
    assert_eq!(drawn["measures"], serde_json::json!(["people"]));
    for (level, labels) in [(0, &parts), (1, &blocks)] {
        for (number, part) in drawn["levels"][level]["parts"].as_array().unwrap().iter().enumerate() {
            let rows: Vec<usize> = (0..264).filter(|&row| labels[row] as usize == number).collect();
            assert_eq!(part["committees"], rows.len());
            let held: f64 = rows.iter().map(|&row| people[row]).sum();
            assert_eq!(part["held"][0].as_f64().unwrap(), held);
            let share = 1_239_800.0 / [10.0, 20.0][level];
            assert!((part["deviation"][0].as_f64().unwrap() - (held / share - 1.0)).abs() < 1e-9);
            let pieces: f64 = rows.iter().map(|&row| area(&drawn["committees"][row]["rings"])).sum();
            let whole = area(&part["rings"]);
            assert!((whole - pieces).abs() < 1e-3 * pieces, "part {number}: {whole} for {pieces}");
            let above = if level == 0 { Value::Null } else { Value::from(number / 2) };
            assert_eq!(part["above"], above);
        }
    }
    let colour = |part: u32| &drawn["levels"][0]["parts"][part as usize]["colour"];
    for &[a, b] in contiguity.edges() {
        let (a, b) = (parts[a as usize], parts[b as usize]);
        assert!(a == b || colour(a) != colour(b), "parts {a} and {b} touch");
    }
}

#[test]
fn labels_of_another_city_are_refused() {
    let (city, contiguity, parts, _) = district();
    assert!(DivisionMap::new(&city, &contiguity, &parts[1..]).is_err());
    let map = || DivisionMap::new(&city, &contiguity, &parts).unwrap();
    assert!(map().level(&parts[1..]).is_err());
    assert!(map().measure("staff", &[1.0]).is_err());
    assert!(map().lines("[1]").is_err());
    assert!(map().lines(datasets::BARRIERS).unwrap().html().is_ok());
}
