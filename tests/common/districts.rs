//! Districts of the literature and generated ones, for tests and benches.
#![allow(dead_code)] // each user takes a part

use std::{collections::BTreeSet, fs, path::PathBuf};

use geo::TriangulateDelaunayUnconstrained;
use linli::regions::Contiguity;
use serde_json::Value;

/// Which units touch, and the people of each.
pub type District = (Contiguity, Vec<f64>);

/// A golden table: its rows, as values.
pub fn golden(table: &str) -> Vec<Vec<toml::Value>> {
    let text: toml::Table = include_str!("../golden/partition.toml").parse().unwrap();
    let rows = text[table]["rows"].as_array().unwrap();
    rows.iter().map(|row| row.as_array().unwrap().clone()).collect()
}

/// An instance of the literature, or `None` (with a note) where it is not at hand.
pub fn instance(name: &str) -> Option<District> {
    let Some(folder) = std::env::var_os("LINLI_SHARED_DATA") else {
        eprintln!("skipped {name}: set LINLI_SHARED_DATA to the folder with partition/");
        return None;
    };
    let path = PathBuf::from(folder).join("partition").join(format!("{name}.json"));
    let text = fs::read_to_string(&path).map_err(|cause| eprintln!("skipped {}: {cause}", path.display())).ok()?;
    let data: Value = serde_json::from_str(&text).unwrap();
    let nodes = data["nodes"].as_array().unwrap();
    let people = nodes.iter().map(|node| node.get("pop").or(node.get("TOTPOP")).unwrap().as_f64().unwrap()).collect();
    let unit = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
    let edges: Vec<[u32; 2]> = if let Some(edges) = data.get("edges") {
        edges.as_array().unwrap().iter().map(|pair| [unit(&pair[0]), unit(&pair[1])]).collect()
    } else {
        let lists = data["adjacency"].as_array().unwrap();
        let pairs = (0_u32..)
            .zip(lists)
            .flat_map(|(a, list)| list.as_array().unwrap().iter().map(move |other| (a, unit(&other["id"]))));
        pairs.filter(|(a, b)| a < b).map(|(a, b)| [a, b]).collect()
    };
    Some((Contiguity::from_edges(nodes.len(), &edges, None).unwrap(), people))
}

/// A grid of `rows` × `columns` units that touch along sides of 100 m.
pub fn grid(rows: u32, columns: u32) -> Contiguity {
    let mut edges = vec![];
    for row in 0..rows {
        for column in 0..columns {
            let unit = row * columns + column;
            if column + 1 < columns {
                edges.push([unit, unit + 1]);
            }
            if row + 1 < rows {
                edges.push([unit, unit + columns]);
            }
        }
    }
    let xy: Vec<[f64; 2]> = (0..rows * columns)
        .map(|unit| [f64::from(unit % columns) * 100.0, f64::from(unit / columns) * 100.0])
        .collect();
    let border_m = vec![100.0; edges.len()];
    Contiguity::from_edges(xy.len(), &edges, Some(&border_m)).unwrap().with_positions(&xy).unwrap()
}

/// A generator of numbers below 1 (`SplitMix64`).
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From a normal distribution (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.next()).ln()).sqrt() * (std::f64::consts::TAU * self.next()).cos()
    }
}

/// Units around random places of a square of 7.4 km, 1.24 million people,
/// lognormal: they touch where their Voronoi cells within the square do.
pub fn voronoi(n: usize, seed: u64) -> (District, Vec<[f64; 2]>) {
    const SIDE_M: f64 = 7_400.0;
    let mut numbers = Numbers(seed);
    let xy: Vec<[f64; 2]> = (0..n).map(|_| [numbers.next() * SIDE_M, numbers.next() * SIDE_M]).collect();
    let people: Vec<f64> = (0..n).map(|_| (0.5 * numbers.normal()).exp()).collect();
    let all: f64 = people.iter().sum();
    let people = people.iter().map(|one| (one / all * 1.24e6).round().max(1.0)).collect();
    // Places near the edge are mirrored, so that cells end there.
    let margin = 6.0 * SIDE_M / (n as f64).sqrt();
    let mut places: Vec<(f64, f64, Option<u32>)> = vec![];
    for (unit, &[x, y]) in (0..).zip(&xy) {
        places.push((x, y, Some(unit)));
        for mirrored in [[-x, y], [2.0 * SIDE_M - x, y], [x, -y], [x, 2.0 * SIDE_M - y]] {
            if mirrored.iter().all(|one| (-margin..=SIDE_M + margin).contains(one)) {
                places.push((mirrored[0], mirrored[1], None));
            }
        }
    }
    let unit_at: std::collections::HashMap<[u64; 2], u32> =
        places.iter().filter_map(|&(x, y, unit)| Some(([x.to_bits(), y.to_bits()], unit?))).collect();
    let points: geo::LineString = places.iter().map(|&(x, y, _)| (x, y)).collect();
    let triangles = points.unconstrained_triangulation().unwrap();
    let mut edges = BTreeSet::new();
    for triangle in triangles {
        let corners = triangle.to_array().map(|corner| unit_at.get(&[corner.x.to_bits(), corner.y.to_bits()]));
        for (a, b) in [(0, 1), (1, 2), (2, 0)] {
            if let (Some(&a), Some(&b)) = (corners[a], corners[b]) {
                edges.insert([a.min(b), a.max(b)]);
            }
        }
    }
    let edges: Vec<[u32; 2]> = edges.into_iter().collect();
    let contiguity = Contiguity::from_edges(n, &edges, None).unwrap().with_positions(&xy).unwrap();
    ((contiguity, people), xy)
}
