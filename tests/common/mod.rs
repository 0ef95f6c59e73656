//! Small cities for the tests.
#![allow(dead_code)] // each test file uses a part

use linli::{
    City,
    city::Frame,
    demand::{Demand, DemandPoints, Measure},
    facility::{Facilities, Status},
    town::Towns,
};
use proptest::prelude::*;

/// One committee: the people and place of each of its demand points.
pub type Committee = Vec<([f64; 2], f64)>;

/// A city in metres: committees `0, 1, …`, centres `c0, c1, …` that all offer
/// `canteen` and, where `clinic` says so, `health_station`.
pub fn city(committees: &[Committee], centres: &[[f64; 2]], clinic: impl Fn(usize) -> bool) -> City {
    let rows = committees.len();
    let demand = Demand {
        id: (0..rows).map(|row| row.to_string()).collect(),
        name: (0..rows).map(|row| format!("committee {row}")).collect(),
        town: vec![None; rows],
        population: committees.iter().map(|points| Some(points.iter().map(|(_, people)| people).sum())).collect(),
        measures: vec![Measure { name: "over_60".into(), values: vec![Some(1.0); rows] }],
        shape: vec![None; rows],
        points: DemandPoints::grouped(committees.iter().cloned()),
    };
    let facilities = Facilities {
        id: (0..centres.len()).map(|row| format!("c{row}")).collect(),
        name: (0..centres.len()).map(|row| format!("centre {row}")).collect(),
        position: centres.to_vec(),
        xy: centres.to_vec(),
        status: vec![Status::Existing; centres.len()],
        town: vec![None; centres.len()],
        services: (0..centres.len()).map(|row| if clinic(row) { vec![0, 1] } else { vec![0] }).collect(),
        service_names: vec!["canteen".into(), "health_station".into()],
        measures: vec![],
    };
    City::new(demand, facilities, Towns::default(), Frame::metres()).unwrap()
}

/// A place on a coarse lattice (where ties are common) or anywhere, in one town
/// or in one of two that lie far apart.
pub fn place() -> impl Strategy<Value = [f64; 2]> {
    let lattice = (0..12_i32, 0..12_i32).prop_map(|(x, y)| [f64::from(x) * 250.0, f64::from(y) * 250.0]);
    let anywhere = [-3000.0..3000.0_f64, -3000.0..3000.0_f64];
    let far = [80_000.0..80_400.0_f64, -50_000.0..-49_800.0_f64];
    prop_oneof![3 => lattice, 3 => anywhere, 1 => far]
}

/// The walk as it is defined.
pub fn walk_m(detour: f64, a: [f64; 2], b: [f64; 2]) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    detour * (dx * dx + dy * dy).sqrt()
}
