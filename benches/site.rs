//! Siting against published optima: seconds, gap and memory of every instance.
//!
//! `cargo bench --bench site [-- WORD …]` runs the instances whose name contains
//! one of the words. Those of the literature need `LINLI_SHARED_DATA`; the
//! others are generated. `RAYON_NUM_THREADS=1` measures a single thread.

#[path = "../tests/common/instances.rs"]
mod instances;

use std::time::Instant;

use instances::{Cpmp, cordeau, cpmp, euclid, places, pmed, sjc, tsplib};
use linli::{
    control::Control,
    reach::Reach,
    site::{Budget, Capacity, Cover, Separation, SitingPlan, Terms, lscp, mclp, p_center, p_median},
};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let asked = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    println!(
        "{:30}{:>16}{:>16}{:>9}  {:9}{:>10}{:>10}",
        "instance", "objective", "bound", "gap %", "stop", "reach s", "solve s"
    );
    for number in 1..=20 {
        if asked(&format!("pmed{number}_")) {
            let start = Instant::now();
            let Some((reach, p)) = pmed(number) else { break };
            let everyone = vec![1.0; reach.shape().0];
            show(&format!("pmed{number}_median"), start, &reach, |reach| {
                p_median(reach, &everyone, p, &within(60.0), &Control::new())
            });
        }
    }
    for number in 1..=20 {
        if asked(&format!("pmed{number}_center")) {
            let start = Instant::now();
            let Some((reach, p)) = pmed(number) else { break };
            show(&format!("pmed{number}_center"), start, &reach, |reach| {
                p_center(reach, p, &within(60.0), &Control::new())
            });
        }
    }
    capacitated(&asked);
    limited(&asked);
    for (nodes, most) in [(324, 5), (402, 6), (500, 8)] {
        for p in 1..=most {
            let name = format!("sjc{nodes}_mclp_p{p}");
            if asked(&name) {
                let start = Instant::now();
                let Some((reach, people)) = sjc(nodes, Some(800.0)) else { break };
                show(&name, start, &reach, |reach| mclp(reach, &people, p, &within(60.0), &Control::new()));
            }
        }
    }
    for (candidates, points, radius, p) in [
        (100, 10_000, 6.25, 10),
        (100, 10_000, 3.25, 15),
        (200, 10_000, 3.25, 20),
        (200, 100_000, 3.25, 20),
        (200, 1_000_000, 3.25, 20),
    ] {
        let name = format!("cfl_{candidates}x{points}_r{radius}_p{p}");
        if asked(&name) {
            let start = Instant::now();
            let (sites, demand, people) = cordeau(candidates, points, 1);
            let reach = euclid(&demand, &sites, Some(radius));
            show(&name, start, &reach, |reach| mclp(reach, &people, p, &within(60.0), &Control::new()));
        }
    }
    for p in [8, 15, 25] {
        let name = format!("plane_10000x1000_p{p}");
        if asked(&name) {
            let start = Instant::now();
            let plane = [10_000.0, 6_000.0];
            let (sites, demand) = (places(1_000, plane, 2), places(10_000, plane, 1));
            let people: Vec<f64> = places(10_000, [10.0, 1.0], 3).iter().map(|place| place[0].floor() + 1.0).collect();
            let reach = euclid(&demand, &sites, Some(1_200.0));
            show(&name, start, &reach, |reach| mclp(reach, &people, p, &within(10.0), &Control::new()));
        }
    }
    for (share, times) in [(1.0, 1), (1.0, 2), (0.95, 1)] {
        let name = format!("plane_10000x1000_lscp_{share}_{times}");
        if asked(&name) {
            let start = Instant::now();
            let plane = [10_000.0, 6_000.0];
            let (sites, demand) = (places(1_000, plane, 2), places(10_000, plane, 1));
            let everyone = vec![1.0; demand.len()];
            let reach = euclid(&demand, &sites, Some(1_200.0));
            show(&name, start, &reach, |reach| {
                lscp(reach, Some(&everyone), Cover { share, times }, &within(60.0), &Control::new())
            });
        }
    }
    for (file, p) in [("pcb3038", 10), ("pcb3038", 100), ("fl1400", 10), ("rl1304", 10), ("rl1304", 100)] {
        let name = format!("{file}_median_p{p}");
        if asked(&name) {
            let start = Instant::now();
            let Some(xy) = tsplib(file) else { break };
            let reach = euclid(&xy, &xy, None);
            let everyone = vec![1.0; xy.len()];
            show(&name, start, &reach, |reach| p_median(reach, &everyone, p, &within(60.0), &Control::new()));
        }
    }
    if asked("plane_13000_median_p100") {
        let start = Instant::now();
        let xy = places(13_000, [10_000.0, 10_000.0], 1);
        let people: Vec<f64> = places(13_000, [10.0, 1.0], 3).iter().map(|place| place[0].floor() + 1.0).collect();
        let reach = euclid(&xy, &xy, Some(1_500.0));
        show("plane_13000_median_p100", start, &reach, |reach| {
            p_median(reach, &people, 100, &within(60.0), &Control::new())
        });
    }
}

/// Capacitated p-median, whole rows and shares.
fn capacitated(asked: &impl Fn(&str) -> bool) {
    let library = [1, 2, 3, 4, 5, 11, 12].map(|number| format!("pmedcap1_{number}"));
    for name in library.iter().map(String::as_str).chain(["SJC1", "SJC2", "SJC3a"]) {
        for split in [false, true] {
            let title = format!("{name}_{}", if split { "split" } else { "whole" });
            if !asked(&title) {
                continue;
            }
            let start = Instant::now();
            let Some(Cpmp { reach, p, capacity, load }) = cpmp(name) else { break };
            let capacity = Some(Capacity { of_site: capacity, load: Some(load), split });
            let everyone = vec![1.0; reach.shape().0];
            show(&title, start, &reach, |reach| {
                p_median(reach, &everyone, p, &Terms { capacity, ..within(60.0) }, &Control::new())
            });
        }
    }
}

/// Coverage of a town within capacities, a budget and a separation.
fn limited(asked: &impl Fn(&str) -> bool) {
    let plane = [10_000.0, 6_000.0];
    for (rows, candidates, p) in [(1_000, 100, 10), (10_000, 1_000, 15)] {
        let title = |kind: &str| format!("plane_{rows}x{candidates}_p{p}_{kind}");
        let kinds = ["whole", "split", "budget", "apart"];
        if !kinds.iter().any(|kind| asked(&title(kind))) {
            continue;
        }
        let (sites, demand) = (places(candidates, plane, 2), places(rows, plane, 1));
        let people: Vec<f64> = places(rows, [10.0, 1.0], 3).iter().map(|place| place[0].floor() + 1.0).collect();
        let cost: Vec<f64> = places(candidates, [50.0, 1.0], 4).iter().map(|place| place[0].floor() + 50.0).collect();
        // Sites serve 55 % of the people between them.
        let room = (people.iter().sum::<f64>() / p as f64 * 0.55).floor();
        for kind in kinds.into_iter().filter(|kind| asked(&title(kind))) {
            let start = Instant::now();
            let reach = euclid(&demand, &sites, Some(1_200.0));
            let capacity = Capacity { of_site: vec![room; candidates], load: None, split: kind == "split" };
            let (existing, closing_cost) = (vec![], vec![]);
            let budget = Budget { total: 75.0 * p as f64, cost: cost.clone(), existing, closing_cost };
            let terms = match kind {
                "budget" => Terms { budget: Some(budget), ..within(60.0) },
                "apart" => Terms { separation: Separation::from_xy(1_500.0, &sites).ok(), ..within(60.0) },
                _ => Terms { capacity: Some(capacity), ..within(60.0) },
            };
            let most = if kind == "budget" { candidates } else { p };
            show(&title(kind), start, &reach, |reach| mclp(reach, &people, most, &terms, &Control::new()));
        }
    }
}

fn within(seconds: f64) -> Terms {
    Terms { time_limit_s: Some(seconds), ..Terms::default() }
}

fn show(name: &str, start: Instant, reach: &Reach, solve: impl FnOnce(&Reach) -> linli::Result<SitingPlan>) {
    let reach_s = start.elapsed().as_secs_f64();
    match solve(reach) {
        Ok(plan) => println!(
            "{name:30}{:16.2}{:16.2}{:9.4}  {:9}{reach_s:10.3}{:10.3}",
            plan.objective,
            plan.bound,
            100.0 * plan.gap,
            format!("{:?}", plan.stop),
            plan.seconds
        ),
        Err(error) => println!("{name:30}{error}"),
    }
}
