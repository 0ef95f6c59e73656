//! How much border parts of limited weight need: people sent out from every unit.
//!
//! Send flows from a unit to the units of a set around it, to each as much as
//! it weighs. Whatever part the unit is in holds no more than `high`, so at
//! least the set's weight less `high` goes to units of other parts and crosses
//! the border. Where all flows together load no edge with more than `c` times
//! its cost, the edges cut cost at least what must cross, divided by `c`. This
//! is the dual of the spreading metrics of Even, Naor, Rao and Schieber (2000);
//! it holds for any graph, connected parts or not, and for any flows, so the
//! search for good ones may be as rough as it likes.
//!
//! Good flows come of multiplicative weights (Plotkin, Shmoys and Tardos 1995):
//! a few sources at a time send along shortest roads, and roads become longer
//! where there is load. What is then too much on an edge goes around it: flows
//! between the same ends, on other edges.

use super::{
    detour::even_out,
    roads::{RINGS, Roads, Tree},
};
use crate::regions::field::Field;

/// Sources that send at a time, at least; else one for each part.
const FEW: usize = 16;
/// How much longer a road becomes that is as loaded as any should be, at first, and
/// after how many turns half as much.
const LONGER: f64 = 0.2;
const HALF: f64 = 150.0;
/// Loads above so many times what any should be count as that.
const MUCH: f64 = 64.0;
/// The shortest road of all, as a share of the longest at the same cost.
const SHORT: f64 = 1e-9;
/// How much less a source sends whose roads are longer than the shortest, for what must cross.
const KEEN: f64 = 5.0;
/// Turns after which a field shows no more: so many, and so many for each node.
const TURNS: [u32; 2] = [400, 10];
/// How often detours are sought, of all nodes that may be looked at.
const TIMES: u64 = 16;

/// What cutting into parts of at most `high` steps costs at least; raised for as long as anybody likes.
pub(super) struct Spread {
    high: i64,
    roads: Roads,
    /// A round through all sources begins so far from the first of them.
    offset: f64,
    /// Logarithm of each edge's length times its cost.
    rise: Vec<f64>,
    length: Vec<f32>,
    /// What a source's flows are likely to cost for what must cross.
    price: f64,
    /// The mean load of the edges for one step that must cross, late turns counting more.
    load: Vec<f64>,
    turn: u32,
    /// Sources in a row that reach no more than a part may hold.
    idle: usize,
    /// The best that loads have shown without detours, or what is likely at first.
    plain: f64,
    best: f64,
    done: bool,
}

impl Spread {
    pub(super) fn of(field: &Field, high: i64) -> Self {
        let roads = Roads::of(field);
        let total: i64 = roads.weight.iter().sum();
        let edges = roads.ends.len();
        // Nothing need cross, or nothing can.
        let done = total <= high || edges == 0 || roads.weight.iter().any(|&weight| weight > high);
        // Three times as many as a part may hold live in a disc around the source.
        let disc = (high as f64 / total.max(1) as f64 * field.len() as f64).sqrt();
        let mut spread = Self {
            high,
            roads,
            offset: 0.0,
            rise: vec![0.0; edges],
            length: vec![0.0; edges],
            price: disc / field.cost.iter().sum::<f64>().max(f64::MIN_POSITIVE) * edges as f64,
            load: vec![0.0; edges],
            turn: 0,
            idle: 0,
            plain: 0.0,
            best: 0.0,
            done,
        };
        spread.measure();
        spread
    }

    /// No plan has less border.
    pub(super) fn bound(&self) -> f64 {
        // Sums of millions of numbers are off by far less than this.
        self.best * (1.0 - 1e-9)
    }

    /// Look at about `work` nodes more; how many it were.
    pub(super) fn raise(&mut self, work: u64, stop: &(dyn Fn() -> bool + Sync)) -> u64 {
        let (mut looked, mut next) = (0, work / TIMES);
        while !self.done && looked < work && !stop() {
            let sources = self.sources();
            let width = (self.price * 1.5 / RINGS as f64) as f32;
            let Some(trees) = self.roads.around(&sources, &self.length, (self.high, width), stop) else { break };
            looked += trees.iter().map(|tree| tree.reached.len() as u64).sum::<u64>();
            self.send(&trees);
            self.done |= self.turn >= TURNS[0] + TURNS[1] * self.roads.weight.len() as u32;
            if looked >= next {
                next += work / TIMES;
                self.note();
            }
        }
        if looked > 0 {
            self.note();
        }
        looked
    }

    /// The sources of a turn, evenly spread over all nodes, others each time.
    fn sources(&mut self) -> Vec<u32> {
        const GOLDEN: f64 = 0.618_033_988_749_894_9;
        let (n, total) = (self.roads.weight.len(), self.roads.weight.iter().sum::<i64>());
        let parts = usize::try_from(total / self.high).unwrap_or(n);
        let some = parts.clamp(FEW.min(n), n);
        self.offset = (self.offset + GOLDEN).fract();
        #[allow(clippy::cast_sign_loss)] // from 0 on
        let at = |source: usize| ((source as f64 + self.offset) / some as f64 * n as f64) as usize;
        (0..some).map(|source| at(source).min(n - 1) as u32).collect()
    }

    /// Flows of a turn, and longer roads where they go.
    fn send(&mut self, trees: &[Tree]) {
        let of = || trees.iter().filter(|tree| tree.crossing > 0.0);
        let least = of().map(|tree| tree.price).fold(f64::INFINITY, f64::min);
        self.idle = if least.is_finite() { 0 } else { self.idle + trees.len() };
        if self.idle > 0 {
            self.done = self.idle > 4 * self.roads.weight.len();
            return;
        }
        let share = |tree: &Tree| (-KEEN * (tree.price / least - 1.0)).exp();
        let all: f64 = of().map(share).sum();
        let mut load = vec![0.0; self.load.len()];
        let mut through = vec![];
        for tree in of() {
            tree.load(&self.roads, share(tree) / all / tree.crossing, &mut through, &mut load);
        }
        let (late, whole) = (2.0 / (f64::from(self.turn) + 2.0), self.whole());
        self.load.iter_mut().zip(&load).for_each(|(load, new)| *load += late * (new - *load));
        let most = self.load.iter().zip(&self.roads.cost).map(|(load, cost)| load / cost).fold(0.0, f64::max);
        // Lengths prove that no flows show more than this.
        self.plain = self.plain.max(whole / least / 16.0);
        if most > 0.0 {
            self.plain = self.plain.max(1.0 / most);
            self.best = self.best.max(1.0 / most);
        }
        let longer = LONGER / (1.0 + f64::from(self.turn) / HALF);
        for ((rise, load), cost) in self.rise.iter_mut().zip(&load).zip(&self.roads.cost) {
            *rise += longer * (load / cost * self.plain).min(MUCH);
        }
        self.turn += 1;
        self.measure();
        let price: f64 = of().map(|tree| share(tree) * tree.price).sum::<f64>() / all;
        self.price = price * self.whole() / whole;
    }

    /// Lengths anew, the longest road times its cost being 1.
    fn measure(&mut self) {
        let most = self.rise.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for ((length, rise), cost) in self.length.iter_mut().zip(&mut self.rise).zip(&self.roads.cost) {
            *rise -= most;
            *length = (rise.exp().max(SHORT) / cost) as f32;
        }
    }

    /// Lengths times costs.
    fn whole(&self) -> f64 {
        self.rise.iter().map(|rise| rise.exp().max(SHORT)).sum()
    }

    /// Take detours into account.
    fn note(&mut self) {
        if self.turn > 0 && self.best > 0.0 {
            self.best = self.best.max(1.0 / even_out(&self.roads, &self.load));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use proptest::prelude::*;

    use super::*;

    /// The least cost of dividing into parts of at most `high`, as many as it takes, by definition.
    fn least_of_all(field: &Field, high: i64) -> f64 {
        let n = field.len();
        let mut least = f64::INFINITY;
        let mut label = vec![0_u32; n];
        'all: loop {
            let held =
                |part: u32| (0..n).filter(|&unit| label[unit] == part).map(|unit| field.weight[unit]).sum::<i64>();
            if (0..n as u32).all(|part| held(part) <= high) {
                least = least.min(field.cut(&label));
            }
            for unit in (1..n).rev() {
                label[unit] += 1;
                // Parts are numbered by their first unit.
                if label[unit] <= label[..unit].iter().max().map_or(0, |most| most + 1) {
                    continue 'all;
                }
                label[unit] = 0;
            }
            return least;
        }
    }

    /// Any graph, in one piece or several, with edges that cost nothing among others.
    fn fields() -> impl Strategy<Value = (Field, i64)> {
        (2_usize..8).prop_flat_map(|n| {
            let pairs: Vec<[u32; 2]> = (0..n as u32).flat_map(|a| (a + 1..n as u32).map(move |b| [a, b])).collect();
            let (costs, weights) = (prop::collection::vec(0_u32..6, pairs.len()), prop::collection::vec(0_i64..9, n));
            let scale = prop::sample::select(vec![1.0, 0.37, 1e-5, 4e6]);
            (costs, weights, 1_i64..20, scale, prop::bool::weighted(0.3)).prop_map(
                move |(cost, weight, high, scale, dense)| {
                    let cost = |at: usize| f64::from(cost[at]) - f64::from(u8::from(!dense)) * 2.0;
                    let kept: Vec<usize> = (0..pairs.len()).filter(|&at| cost(at) >= 0.0).collect();
                    let ends = kept.iter().map(|&at| pairs[at]).collect();
                    (Field::new(weight, ends, kept.iter().map(|&at| scale * cost(at)).collect()), high)
                },
            )
        })
    }

    /// A grid of units that weigh the same.
    fn square(side: u32) -> Field {
        let unit = |row: u32, column: u32| row * side + column;
        let rows = (0..side).flat_map(|row| (1..side).map(move |column| [unit(row, column - 1), unit(row, column)]));
        let columns = (1..side).flat_map(|row| (0..side).map(move |column| [unit(row - 1, column), unit(row, column)]));
        let ends: Vec<[u32; 2]> = rows.chain(columns).collect();
        let cost = vec![1.0; ends.len()];
        Field::new(vec![1; (side * side) as usize], ends, cost)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(192))]

        #[test]
        fn no_parts_have_less_border((field, high) in fields(), work in prop::sample::select(vec![1, 60, 4_000])) {
            let least = least_of_all(&field, high);
            let mut spread = Spread::of(&field, high);
            for _ in 0..3 {
                let before = spread.bound();
                spread.raise(work, &|| false);
                prop_assert!(spread.bound() >= before);
                prop_assert!(spread.bound() <= least, "{} above {least}", spread.bound());
            }
        }
    }

    #[test]
    fn the_bound_is_near() {
        // Nine squares of sixteen are divided by two lines each way, of 12 edges.
        let mut spread = Spread::of(&square(12), 16);
        spread.raise(300_000, &|| false);
        assert!((32.0..=48.0).contains(&spread.bound()), "{}", spread.bound());
        // Two halves of a path.
        let path: Vec<[u32; 2]> = (1..10).map(|unit| [unit - 1, unit]).collect();
        let mut spread = Spread::of(&Field::new(vec![1; 10], path, vec![2.5; 9]), 5);
        spread.raise(100_000, &|| false);
        assert!((2.0..=2.5).contains(&spread.bound()), "{}", spread.bound());
    }

    #[test]
    fn work_is_kept_to_and_a_stop_is_heard_within_a_set() {
        // Half of 40,000 units is a set of all of them: the first turn alone looks at 16 × 40,000.
        let field = square(200);
        let mut spread = Spread::of(&field, 20_000);
        let asked = AtomicU64::new(0);
        let stop = || asked.fetch_add(1, Ordering::Relaxed) >= 5;
        assert_eq!(spread.raise(u64::MAX, &stop), 0);
        // Each thread on its way asks once more.
        assert!(asked.load(Ordering::Relaxed) < 5 + 64 + 16);
        assert_eq!(spread.bound(), 0.0);
        let mut spread = Spread::of(&square(60), 200);
        let looked = spread.raise(30_000, &|| false);
        assert!((30_000..30_000 + 18 * 3_600).contains(&looked), "{looked}");
    }

    #[test]
    fn threads_change_nothing() {
        let bound = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let mut spread = Spread::of(&square(20), 40);
            pool.install(|| spread.raise(50_000, &|| false));
            spread.bound()
        };
        assert_eq!(bound(1).to_bits(), bound(3).to_bits());
    }
}
