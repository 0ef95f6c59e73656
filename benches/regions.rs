//! Division: first plans, fewest cut edges, chains and counts, with the targets of each.
//!
//! `cargo bench --bench regions [-- WORD …]` runs the rows whose name contains
//! one of the words. Those of the literature need `LINLI_SHARED_DATA`; the
//! others are generated. `RAYON_NUM_THREADS=1` measures a single thread.
//! Seconds of CPU are the process's own (Linux).

#[path = "../tests/common/districts.rs"]
mod districts;

use std::time::Instant;

use districts::{District, golden, grid, instance, voronoi};
use linli::{
    control::Control,
    regions::{
        Begin, Contiguity, Draw, Hierarchy, Improve, Level, Partition, Terms, Walks, enumerate, partition, recom,
    },
};

const WAYS: [Begin; 4] = [Begin::Trees, Begin::Hilbert, Begin::Growth, Begin::Multilevel];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let asked = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    for (name, n, k, tolerance, towns) in [
        ("first_300", 300, 25, 0.05, 0),
        ("first_10000", 10_000, 25, 0.05, 0),
        ("first_10000_towns", 10_000, 25, 0.05, 10),
        ("first_100000", 100_000, 59, 0.05, 0),
        ("first_100000_towns", 100_000, 59, 0.05, 25),
    ] {
        if asked(name) {
            first_plans(name, n, k, tolerance, towns, Begin::Auto);
        }
    }
    for (name, n, k, tolerance, towns) in [
        ("begin_300", 300, 25, 0.05, 0),
        ("begin_10000", 10_000, 25, 0.05, 0),
        ("begin_10000_towns", 10_000, 25, 0.05, 10),
        ("begin_100000", 100_000, 59, 0.05, 0),
    ] {
        for begin in WAYS {
            if asked(name) {
                first_plans(&format!("{name} {}", begin.word()), n, k, tolerance, towns, begin);
            }
        }
    }
    for (name, n, k) in [("ways_300", 300, 25), ("ways_10000", 10_000, 25)] {
        for begin in [Begin::Auto].into_iter().chain(WAYS) {
            if asked(name) {
                searched(&format!("{name} {}", begin.word()), n, k, begin);
            }
        }
    }
    for seconds in [1.0, 10.0] {
        if asked("cut_300") {
            let ((contiguity, people), _) = voronoi(300, 0);
            for seed in 0..5 {
                best("cut_300", &contiguity, &people, 25, 0.05, seed, seconds);
            }
        }
    }
    if asked("improve_300") {
        improvers();
    }
    for (name, n, k, towns) in [
        ("cut_10000", 10_000, 25, 0),
        ("cut_10000_towns", 10_000, 25, 10),
        ("cut_100000", 100_000, 59, 0),
        ("cut_100000_towns", 100_000, 59, 25),
    ] {
        if asked(name) {
            let ((contiguity, people), _) = voronoi(n, 0);
            let within = (towns > 0).then(|| towns_of(&contiguity, &people, k, towns));
            large(name, &contiguity, &people, k, within.as_ref());
        }
    }
    for row in golden("minimum_cut") {
        let (name, k) = (row[0].as_str().unwrap(), row[1].as_integer().unwrap());
        if asked(name) {
            let Some((contiguity, people)) = instance(name) else { continue };
            println!("{name}: proven minimum {}", row[2].as_integer().unwrap());
            for seed in 0..5 {
                best(name, &contiguity, &people, usize::try_from(k).unwrap(), 0.005, seed, 5.0);
            }
        }
    }
    for row in golden("minimum_cut") {
        let (name, k, least) = (row[0].as_str().unwrap(), row[1].as_integer().unwrap(), row[2].as_integer().unwrap());
        if asked("proof") && (words.len() < 2 || words.iter().any(|word| name.contains(word))) {
            let Some((contiguity, people)) = instance(name) else { continue };
            proof(name, &contiguity, &people, usize::try_from(k).unwrap(), 0.005, least);
        }
    }
    for (name, n, k, tolerance, steps) in [
        ("recom_300", 300, 25, 0.10, 400_000),
        ("recom_10000", 10_000, 25, 0.05, 20_000),
        ("recom_100000", 100_000, 59, 0.05, 3_000),
    ] {
        if asked(name) {
            chains(name, n, k, tolerance, steps);
        }
    }
    if asked("move_300") {
        moves();
    }
    for row in golden("grid") {
        let (n, k) = (row[0].as_integer().unwrap(), row[1].as_integer().unwrap());
        if n >= 6 && asked("grid") {
            let (n, k) = (u32::try_from(n).unwrap(), usize::try_from(k).unwrap());
            let ideal = f64::from(n * n) / k as f64;
            for (spread, truth) in [(Some(0.0), &row[2]), (Some(1.0), &row[3]), (None, &row[5])] {
                let start = Instant::now();
                let people = vec![1.0; (n * n) as usize];
                let all = enumerate(&grid(n, n), &people, k, spread.map(|spread| spread / ideal), &Control::new());
                let count = all.map_or(0, |all| all.count);
                assert_eq!(i128::try_from(count).unwrap(), i128::from(truth.as_integer().unwrap()));
                println!("grid {n} × {n} into {k}, {spread:?}: {count} plans, {:.2} s", start.elapsed().as_secs_f64());
            }
        }
    }
}

/// Seconds of CPU that this process has used.
fn cpu_s() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// The most memory this process has held, MB.
fn peak_mb() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

/// Towns in which whole numbers of parts fit: parts of a plan, joined along a path.
fn towns_of(contiguity: &Contiguity, people: &[f64], k: usize, towns: usize) -> Vec<u32> {
    let terms = Terms { tolerance: vec![0.02], rounds: Some(0), seed: 77, ..Terms::default() };
    let plan = partition(contiguity, &[people.to_vec()], k, &terms, &Control::new()).unwrap();
    let mut town: Vec<usize> = (0..k).collect();
    let mut left = k;
    for &[a, b] in contiguity.edges().iter().step_by(97).cycle() {
        if left == towns {
            break;
        }
        let (a, b) = (town[plan.labels[a as usize] as usize], town[plan.labels[b as usize] as usize]);
        if a != b {
            town.iter_mut().filter(|one| **one == a).for_each(|one| *one = b);
            left -= 1;
        }
    }
    plan.labels.iter().map(|&part| town[part as usize] as u32).collect()
}

fn first_plans(name: &str, n: usize, k: usize, tolerance: f64, towns: usize, way: Begin) {
    let ((contiguity, people), _) = voronoi(n, 0);
    let within = (towns > 0).then(|| towns_of(&contiguity, &people, k, towns));
    let weights = [people];
    let seeds = if n > 50_000 { 20 } else { 100 };
    let (mut found, mut ms, mut cut) = (0, vec![], vec![]);
    let begun = cpu_s();
    for seed in 0..seeds {
        let within = within.clone();
        let terms = Terms { tolerance: vec![tolerance], rounds: Some(0), seed, within, begin: way, ..Terms::default() };
        if let Ok(plan) = partition(&contiguity, &weights, k, &terms, &Control::new()) {
            found += 1;
            ms.push(plan.first_seconds * 1e3);
            cut.push(plan.value);
        }
    }
    let mean_ms = (cpu_s() - begun) * 1e3 / f64::from(seeds as u32);
    ms.sort_by(f64::total_cmp);
    let cut = cut.iter().sum::<f64>() / cut.len() as f64;
    let at = |percent: usize| ms[(ms.len() - 1) * percent / 100];
    println!(
        "{name}: {found} of {seeds} seeds; ms to the first valid plan: median {:.2}, 95 % {:.2}, worst {:.2}; {mean_ms:.2} ms of CPU on average, with the check; {cut:.0} cut edges on average",
        at(50),
        at(95),
        at(100)
    );
}

fn best(name: &str, contiguity: &Contiguity, people: &[f64], k: usize, tolerance: f64, seed: u64, limit_s: f64) {
    let terms = Terms { tolerance: vec![tolerance], seed, time_limit_s: Some(limit_s), ..Terms::default() };
    let plan: linli::Result<Partition> = partition(contiguity, &[people.to_vec()], k, &terms, &Control::new());
    match plan {
        Ok(plan) => {
            println!("{name} seed {seed}, {limit_s} s: {plan}, {} rounds, from {}", plan.rounds, plan.begin.word());
        }
        Err(error) => println!("{name} seed {seed}: {error}"),
    }
}

/// Fewest cut edges after eight searches, whatever the clock says.
fn searched(name: &str, n: usize, k: usize, way: Begin) {
    let ((contiguity, people), _) = voronoi(n, 0);
    let weights = [people];
    let begun = cpu_s();
    let plan = |seed| {
        let (rounds, proof) = (Some(8), Some(0));
        let terms = Terms { tolerance: vec![0.05], rounds, proof, seed, begin: way, ..Terms::default() };
        partition(&contiguity, &weights, k, &terms, &Control::new()).expect("a plan")
    };
    let plans: Vec<Partition> = (0..5).map(plan).collect();
    let found: Vec<String> = plans.iter().map(|plan| format!("{} ({})", plan.value, plan.begin.word())).collect();
    let mean = plans.iter().map(|plan| plan.value).sum::<f64>() / plans.len() as f64;
    println!("{name}: cut edges {mean:.1} on average: {}; {:.1} s of CPU in all", found.join(", "), cpu_s() - begun);
}

/// Every way to improve a plan, each for a second, with five seeds.
fn improvers() {
    let ((contiguity, people), _) = voronoi(300, 0);
    for improve in Improve::ALL {
        let mut values = vec![];
        for seed in 0..5 {
            let terms = Terms { tolerance: vec![0.05], seed, time_limit_s: Some(1.0), improve, ..Terms::default() };
            let plan = partition(&contiguity, std::slice::from_ref(&people), 25, &terms, &Control::new());
            values.push(plan.map_or(f64::INFINITY, |plan| plan.value));
        }
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        println!("improve_300 {}: cut edges {values:?}, mean {mean}", improve.word());
    }
}

/// A large district: the plan that one search along the borders gives, and that of 20 seconds.
fn large(name: &str, contiguity: &Contiguity, people: &[f64], k: usize, within: Option<&Vec<u32>>) {
    for limit_s in [0.0, 20.0] {
        let rounds = (limit_s == 0.0).then_some(1);
        let improve = if limit_s == 0.0 { Improve::Fm } else { Improve::Auto };
        let time_limit_s = (limit_s > 0.0).then_some(limit_s);
        let terms =
            Terms { tolerance: vec![0.05], time_limit_s, rounds, improve, within: within.cloned(), ..Terms::default() };
        let begun = cpu_s();
        match partition(contiguity, &[people.to_vec()], k, &terms, &Control::new()) {
            Ok(plan) => {
                println!("{name}, {}: {plan}, {} rounds, {:.1} s of CPU", improve.word(), plan.rounds, cpu_s() - begun);
            }
            Err(error) => println!("{name}: {error}"),
        }
    }
}

/// A plan, what no plan can beat, and how long both took.
fn proof(name: &str, contiguity: &Contiguity, people: &[f64], k: usize, tolerance: f64, least: i64) {
    let terms = Terms { tolerance: vec![tolerance], ..Terms::default() };
    match partition(contiguity, &[people.to_vec()], k, &terms, &Control::new()) {
        Ok(plan) => println!(
            "proof {name}: {} units, k {k}, minimum {least}: found {}, bound {}, gap {:.1} %, {:?}, {} rounds, {:.1} s",
            contiguity.len(),
            plan.value,
            plan.bound,
            100.0 * plan.gap,
            plan.stop,
            plan.rounds,
            plan.seconds
        ),
        Err(error) => println!("proof {name}: {error}"),
    }
}

fn chains(name: &str, n: usize, k: usize, tolerance: f64, steps: usize) {
    let ((contiguity, people), _): (District, _) = voronoi(n, 0);
    let weights = [people];
    let terms = Terms { tolerance: vec![tolerance], rounds: Some(0), ..Terms::default() };
    let plan = partition(&contiguity, &weights, k, &terms, &Control::new()).unwrap();
    let before_mb = peak_mb();
    for count in [1, 2] {
        let draw = Draw { tolerance, chains: count, ..Draw::default() };
        let (start, begun) = (Instant::now(), cpu_s());
        let drawn = recom(&contiguity, &weights, &plan.labels, steps, &draw, &Control::new()).unwrap();
        let (wall, cpu, all) = (start.elapsed().as_secs_f64(), cpu_s() - begun, (steps * count) as f64);
        println!(
            "{name}, {count} chain(s): {:.0} steps a second of CPU, {:.0} a second; {:.2} trees a step; fewest cut edges {}; peak {:.0} MB ({before_mb:.0} before)",
            all / cpu,
            all / wall,
            drawn.runs[0].trees as f64 / steps as f64,
            drawn.best().best_cut_edges,
            peak_mb()
        );
    }
}

/// Moves of one unit in a plan of three levels, with walks to 25 centres.
fn moves() {
    let ((contiguity, people), _) = voronoi(300, 0);
    let divided = |k, tolerance, within| {
        let terms = Terms { tolerance: vec![tolerance], within, rounds: Some(0), ..Terms::default() };
        partition(&contiguity, std::slice::from_ref(&people), k, &terms, &Control::new()).expect("a plan").labels
    };
    let towns = divided(10, 0.3, None);
    let grids = divided(25, 0.4, Some(towns.clone()));
    let blocks = divided(59, 0.8, Some(grids.clone()));
    let level =
        |name: &str, labels, is_fixed| Level { name: name.into(), labels, tolerance: Some(vec![0.4]), is_fixed };
    let levels = [level("town", towns, true), level("grid", grids, false), level("block", blocks, false)];
    let walks = Walks { metres: (0..300 * 25).map(|at| f64::from(at * 7919 % 3000)).collect(), sites: 25 };
    let mut plan = Hierarchy::new(contiguity, &[people], &levels, Some(walks), 1080.0).expect("nested levels");
    let (mut asked, mut done, mut longest) = (0, 0, 0.0_f64);
    let start = Instant::now();
    for turn in 0..200 {
        for unit in 0..300 {
            let to = (unit * 31 + turn) % 59;
            let one = Instant::now();
            done += usize::from(plan.move_unit(unit, to).is_ok());
            longest = longest.max(one.elapsed().as_secs_f64());
            asked += 1;
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "move_300: {asked} asked, {done} moved, {:.2} µs each, longest {:.0} µs",
        1e6 * seconds / f64::from(asked),
        1e6 * longest
    );
    let start = Instant::now();
    while plan.undo().is_some() {}
    println!("move_300: {done} undone, {:.2} µs each", 1e6 * start.elapsed().as_secs_f64() / done.max(1) as f64);
}
