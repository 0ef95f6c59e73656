//! Published siting instances and the generators of others, for tests and benches.
#![allow(dead_code)] // each user takes a part

use std::{fs, path::PathBuf};

use linli::{
    control::Control,
    reach::Reach,
    walk::{CrowFly, Walk},
};

/// A file of the instances, or `None` (with a note) where they are not at hand.
pub fn file(name: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("LINLI_SHARED_DATA") else {
        eprintln!("skipped {name}: set LINLI_SHARED_DATA to the folder with siting/");
        return None;
    };
    let path = PathBuf::from(folder).join("siting").join(name);
    fs::read_to_string(&path).map_err(|cause| eprintln!("skipped {}: {cause}", path.display())).ok()
}

/// An OR-Library p-median instance (Beasley 1985): shortest paths of a graph, and `p`.
///
/// Of edges given twice the later counts, as the library's note says.
pub fn pmed(number: usize) -> Option<(Reach, usize)> {
    let text = file(&format!("pmed/pmed{number}.txt"))?;
    let mut numbers = text.split_whitespace().map(|word| word.parse::<usize>().unwrap());
    let mut next = || numbers.next().unwrap();
    let (n, edges, p) = (next(), next(), next());
    let mut metres = vec![f64::INFINITY; n * n];
    for _ in 0..edges {
        let (a, b, length) = (next() - 1, next() - 1, next() as f64);
        metres[a * n + b] = length;
        metres[b * n + a] = length;
    }
    (0..n).for_each(|node| metres[node * n + node] = 0.0);
    for via in 0..n {
        for from in 0..n {
            let first = metres[from * n + via];
            if first.is_finite() {
                for to in 0..n {
                    let there = first + metres[via * n + to];
                    if there < metres[from * n + to] {
                        metres[from * n + to] = there;
                    }
                }
            }
        }
    }
    Some((Reach::from_dense(&metres, n, None).unwrap(), p))
}

/// An MCLP instance of Lorena and Pereira (2002): every node is a candidate, and the people.
pub fn sjc(nodes: usize, radius_m: Option<f64>) -> Option<(Reach, Vec<f64>)> {
    let text = file(&format!("mclp/SJC{nodes}.txt"))?;
    let rows = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    let rows: Vec<Vec<f64>> =
        rows.map(|line| line.split_whitespace().map(|word| word.parse().unwrap()).collect()).collect();
    assert_eq!(rows.len(), nodes);
    let xy: Vec<[f64; 2]> = rows.iter().map(|row| [row[0], row[1]]).collect();
    Some((euclid(&xy, &xy, radius_m), rows.iter().map(|row| row[2]).collect()))
}

/// A capacitated p-median instance: every point is demand and candidate.
pub struct Cpmp {
    /// Distances, every point to every point.
    pub reach: Reach,
    /// Sites to open.
    pub p: usize,
    /// What each site can serve, and what each point takes of it.
    pub capacity: Vec<f64>,
    pub load: Vec<f64>,
}

/// An instance of the OR-Library (`pmedcap1_…`, floored distances) or of Lorena and Senne (2004, `SJC…`, real ones).
pub fn cpmp(name: &str) -> Option<Cpmp> {
    let library = name.starts_with("pmedcap");
    let text = file(&format!("cpmp/{name}.{}", if library { "txt" } else { "dat" }))?;
    let mut words = text.split_whitespace();
    let mut word = || words.next().unwrap();
    if library {
        // Number of the problem and its best known value.
        word();
        word();
    }
    let [n, p] = [word(), word()].map(|count| count.parse::<usize>().unwrap());
    let mut number = || word().parse::<f64>().unwrap();
    let all = if library { number() } else { 0.0 };
    let (mut xy, mut capacity, mut load) = (vec![], vec![], vec![]);
    for _ in 0..n {
        if library {
            number();
        }
        xy.push([number(), number()]);
        capacity.push(if library { all } else { number() });
        load.push(number());
    }
    let metres = |a: &[f64; 2], b: &[f64; 2]| {
        let metres = (a[0] - b[0]).hypot(a[1] - b[1]);
        if library { metres.floor() } else { metres }
    };
    let table: Vec<f64> = xy.iter().flat_map(|a| xy.iter().map(move |b| metres(a, b))).collect();
    Some(Cpmp { reach: Reach::from_dense(&table, n, None).unwrap(), p, capacity, load })
}

/// Points of a TSPLIB file (Reinelt 1991).
pub fn tsplib(name: &str) -> Option<Vec<[f64; 2]>> {
    let text = file(&format!("tsplib/{name}.tsp"))?;
    let mut points = vec![];
    for line in text.lines().skip_while(|line| !line.starts_with("NODE_COORD_SECTION")).skip(1) {
        let numbers: Vec<f64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        if let [_, x, y] = numbers[..] {
            points.push([x, y]);
        }
    }
    Some(points)
}

/// Straight lines between points.
pub fn euclid(demand: &[[f64; 2]], sites: &[[f64; 2]], limit_m: Option<f64>) -> Reach {
    CrowFly::new(1.0).unwrap().reach(demand, sites, limit_m, &Control::new()).unwrap()
}

/// The generator of Cordeau, Furini and Ljubić (2019): candidates, demand points and people
/// on a square of 30 × 30, from the C library's `rand`.
pub fn cordeau(candidates: usize, points: usize, seed: u32) -> (Vec<[f64; 2]>, Vec<[f64; 2]>, Vec<f64>) {
    let mut random = Rand::new(seed);
    let mut places = |count| -> Vec<[f64; 2]> {
        let mut unit = || f64::from(random.next()) / f64::from(i32::MAX) * 30.0;
        (0..count).map(|_| [unit(), unit()]).collect()
    };
    let sites = places(candidates);
    let demand = places(points);
    // One number each for the cost of a candidate, which is 1 for all.
    (0..candidates).for_each(|_| _ = random.next());
    (sites, demand, (0..points).map(|_| f64::from(random.next() % 100 + 1)).collect())
}

/// glibc's `rand`: an additive feedback generator with 31 words of state.
struct Rand {
    state: Vec<u32>,
    at: usize,
}

impl Rand {
    fn new(seed: u32) -> Self {
        let mut state = vec![seed];
        for at in 1..31 {
            let before = i64::from(state[at - 1]);
            state.push((16_807 * before).rem_euclid(2_147_483_647) as u32);
        }
        // Words 31 to 33 repeat words 0 to 2; then 310 numbers are thrown away.
        let mut rand = Self { state, at: 3 };
        (0..310).for_each(|_| _ = rand.next());
        rand
    }

    fn next(&mut self) -> u32 {
        let at = self.at;
        self.state[at] = self.state[at].wrapping_add(self.state[(at + 28) % 31]);
        self.at = (at + 1) % 31;
        self.state[at] >> 1
    }
}

/// Places spread evenly over a plane; the same on every run (`SplitMix64`).
pub fn places(count: usize, [width, height]: [f64; 2], seed: u64) -> Vec<[f64; 2]> {
    let mut state = seed;
    let mut unit = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..count).map(|_| [unit() * width, unit() * height]).collect()
}
