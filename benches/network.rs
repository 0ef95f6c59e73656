//! Streets of Porto: reading, building, snapping, searching.
//!
//! `LINLI_SHARED_DATA=... cargo bench --bench network`, the directory holding
//! `osm/porto_portugal.osm.pbf` (© OpenStreetMap contributors, `ODbL` 1.0). Prints
//! wall and CPU seconds of the whole process; on a busy machine only the second
//! means anything. `RAYON_NUM_THREADS=1` measures one thread.

use std::{fs, path::PathBuf, time::Instant};

use linli::{
    control::Control,
    network::{Direction, Edits, OsmStreets, Profile, SnapRule, StreetNetwork},
};

const LIMIT_M: f64 = 1200.0;

/// The tag rules of the checked distances, which other tools were measured with, too.
const ALL_WAYS: &str = include_str!("../tests/common/all_ways.toml");

/// CPU seconds of this process, where the system tells them in hundredths.
fn cpu_s() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: u32 = fields.get(11)?.parse::<u32>().ok()? + fields.get(12)?.parse::<u32>().ok()?;
    Some(f64::from(ticks) / 100.0)
}

/// Largest memory so far, MB.
fn peak_mb() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
}

/// Do it some times; CPU seconds (or wall, without them) of one.
fn measure<T>(what: &str, times: u32, mut work: impl FnMut() -> T) -> (T, f64) {
    let (wall, cpu) = (Instant::now(), cpu_s());
    let mut last = work();
    for _ in 1..times {
        last = work();
    }
    let wall_s = wall.elapsed().as_secs_f64() / f64::from(times);
    let cpu_s = cpu_s().zip(cpu).map(|(after, before)| (after - before) / f64::from(times));
    let cpu = cpu_s.map_or("unknown".to_owned(), |cpu_s| format!("{cpu_s:9.4}"));
    println!("{what:<58} wall {wall_s:9.4} s   CPU {cpu} s");
    (last, cpu_s.unwrap_or(wall_s))
}

/// Places drawn from the nodes of the extract and moved up to 30 m; the same on every run.
fn places(node_xy: &[[f64; 2]], count: usize, seed: u64) -> Vec<[f64; 2]> {
    let mut state = seed;
    let mut next = || {
        // SplitMix64 (Steele, Lea and Flood 2014).
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let mut place = || {
        let node = node_xy[next() as usize % node_xy.len()];
        node.map(|at| at + (next() % 60_000) as f64 / 1000.0 - 30.0)
    };
    (0..count).map(|_| place()).collect()
}

fn main() {
    let Some(directory) = std::env::var_os("LINLI_SHARED_DATA") else {
        println!("skipped: LINLI_SHARED_DATA does not say where the extract of Porto is");
        return;
    };
    let extract = PathBuf::from(directory).join("osm/porto_portugal.osm.pbf");
    let control = Control::new();
    let profile = Profile::from_toml(ALL_WAYS).expect("the rules above");
    let whole = || StreetNetwork::from_osm(&extract, &profile, None, &control).expect("the extract");
    let (network, _) = measure("read and ready, from the .osm.pbf", 3, whole);
    println!("{network:?}, {:?}, peak {:.0} MB", network.size(), peak_mb().unwrap_or(f64::NAN));
    let (streets, _) =
        measure("of that, reading", 3, || OsmStreets::read(&extract, &profile, &control).expect("the extract"));
    let node_xy = network.plane().forward_all(&streets.lonlat).expect("the extract");
    let edges: Vec<[u32; 2]> = streets.pieces().map(|(_, ends)| ends).collect();
    let length_m: Vec<f64> = edges
        .iter()
        .map(|&[a, b]| {
            let (p, q) = (node_xy[a as usize], node_xy[b as usize]);
            (p[0] - q[0]).hypot(p[1] - q[1])
        })
        .collect();
    measure("built from tables of 304,204 nodes and 327,318 edges", 5, || {
        StreetNetwork::from_edges(&node_xy, &edges, &length_m).expect("the extract")
    });
    let network = network.with_snapping(SnapRule::default()).expect("the default");

    let demand_xy = places(&node_xy, 10_000, 1);
    let site_xy = places(&node_xy, 10_000, 2);
    let (demand, snap_s) =
        measure("snap 10,000 places", 10, || network.snap("demand", &demand_xy, &control).expect("finite"));
    println!("    {:.2} µs of CPU a place", snap_s / 10_000.0 * 1e6);
    let sites = network.snap("sites", &site_xy, &control).expect("finite");

    let (settled, search_s) = measure("10,000 searches to 1,200 m", 30, || {
        network.junctions_within(&demand, LIMIT_M, &control).expect("own rows")
    });
    let total: u64 = settled.iter().map(|&count| u64::from(count)).sum();
    let each = total as f64 / 10_000.0;
    println!(
        "    {each:.1} junctions a search, {:.2} µs of CPU a search, {:.1} ns a junction",
        search_s * 100.0,
        search_s / total as f64 * 1e9
    );

    let (reach, _) = measure("reach of 10,000 × 10,000 places within 1,200 m", 5, || {
        network.reach_of(&demand, &sites, Some(LIMIT_M), &control).expect("own rows")
    });
    println!("    {} pairs, {:.1} MB", reach.pairs(), reach.bytes().0 as f64 / 1e6);
    let few = network.snap("sites", &site_xy[..25], &control).expect("finite");
    measure("reach of 10,000 places × 25 sites within 1,200 m", 30, || {
        network.reach_of(&demand, &few, Some(LIMIT_M), &control).expect("own rows")
    });
    measure("nearest of 25 sites to 10,000 places, however far", 20, || {
        network.nearest_of(&demand, &few, &control).expect("own rows")
    });
    let mut lists = network.reach_lists(&demand_xy, Some(LIMIT_M), &control).expect("finite");
    lists.reach(&site_xy[..25], &control).expect("finite");
    let mut moved = site_xy[..25].to_vec();
    let mut turn = 0;
    measure("a moved centre among 25, kept reach lists", 200, || {
        turn += 1;
        moved[turn % 25] = site_xy[100 + turn];
        lists.reach(&moved, &control).expect("finite").pairs()
    });
    measure("service area of 1,200 m", 50, || {
        network.service_area(site_xy[0], LIMIT_M, Direction::To).expect("finite").lines.len()
    });
    measure("isochrones of 5, 10 and 15 minutes with a 40 m buffer", 5, || {
        network.isochrones(site_xy[0], &[400.0, 800.0, 1200.0], 40.0, Direction::To).expect("finite").len()
    });
    measure("explain one walk among 25", 10, || {
        network.explain(demand_xy[0], &site_xy[..25], &control).expect("finite").is_some()
    });
    let people = vec![1.0; demand.len()];
    measure("critical streets", 5, || network.critical_streets(&demand, &people, &few).expect("own rows").len());
    measure("near misses", 1, || network.near_misses(5.0).expect("a gap").len());
    measure("detours", 1, || {
        network.detours(&demand_xy, &people, &site_xy[..25], 3.0, 500.0, &Control::new()).expect("finite").len()
    });
    let gate = Edits { gates: vec![site_xy[0]], join_m: 200.0, ..Edits::default() };
    measure("a gate closed", 2, || network.edited(&gate).expect("a street").0.size().edges);
    println!("peak {:.0} MB", peak_mb().unwrap_or(f64::NAN));
}
