//! What one site would serve: the rows that earn most within its capacity.
//!
//! Whole rows are a 0/1 knapsack, solved depth first on the fractional bound
//! (Horowitz and Sahni 1974). The search is cut off after a number of steps;
//! what it then returns as `most` is still a true bound.

/// Rows that a site could serve at a profit, and the best of their choices.
#[derive(Default)]
pub(crate) struct Knapsack {
    /// Entry, profit and load, by falling profit per load once sorted.
    items: Vec<(u32, f64, f64)>,
    /// Loads and profits summed up to each place.
    sums: Vec<(f64, f64)>,
    /// What is taken: entry and share.
    pub(crate) taken: Vec<(u32, f64)>,
    stack: Vec<Taken>,
    best: Vec<u32>,
}

/// A taken item, and what stood before it.
struct Taken {
    item: u32,
    room: f64,
    value: f64,
}

impl Knapsack {
    pub(crate) fn clear(&mut self) {
        self.items.clear();
        self.taken.clear();
    }

    pub(crate) fn push(&mut self, entry: u32, profit: f64, load: f64) {
        self.items.push((entry, profit, load));
    }

    /// Sort the items; they stay sorted until the next [`clear`](Self::clear).
    pub(crate) fn sort(&mut self) {
        // Items without load come first: their profit is free.
        let rate = |item: &(u32, f64, f64)| if item.2 > 0.0 { item.1 / item.2 } else { f64::INFINITY };
        self.items.sort_unstable_by(|a, b| rate(b).total_cmp(&rate(a)).then(a.0.cmp(&b.0)));
        self.sums.clear();
        let mut sum = (0.0, 0.0);
        self.sums.push(sum);
        for &(_, profit, load) in &self.items {
            sum = (sum.0 + load, sum.1 + profit);
            self.sums.push(sum);
        }
    }

    /// Most that the items from `first` on can earn in `room` when the last may be taken in part.
    fn fractional(&self, first: usize, room: f64) -> f64 {
        let (load, profit) = self.sums[first];
        let fit = self.sums[first..].partition_point(|sum| sum.0 - load <= room) + first - 1;
        let whole = self.sums[fit].1 - profit;
        match self.items.get(fit) {
            Some(&(_, profit, size)) => whole + profit * (room - (self.sums[fit].0 - load)) / size,
            None => whole,
        }
    }

    /// Most that any choice of sorted items can earn in `room`.
    pub(crate) fn at_most(&self, room: f64) -> f64 {
        if room < 0.0 { f64::NEG_INFINITY } else { self.fractional(0, room) }
    }

    /// Fill `room` with shares of the sorted items; returns what they earn.
    pub(crate) fn split(&mut self, room: f64) -> f64 {
        let mut left = room;
        let mut earned = 0.0;
        for &(entry, profit, load) in &self.items {
            let share = if load <= left { 1.0 } else { left / load };
            if share > 0.0 {
                self.taken.push((entry, share));
                earned += profit * share;
            }
            left -= load * share;
            if share < 1.0 {
                break;
            }
        }
        earned
    }

    /// Fill `room` with whole sorted items; returns what no choice can exceed.
    ///
    /// The items taken earn just that, unless the search was cut off after `steps`.
    pub(crate) fn whole(&mut self, room: f64, steps: usize) -> f64 {
        let n = self.items.len();
        if self.sums[n].0 <= room {
            self.taken.extend(self.items.iter().map(|item| (item.0, 1.0)));
            return self.sums[n].1;
        }
        let (mut at, mut left, mut value) = (0, room, 0.0);
        let (mut best, mut done) = (-1.0, 0);
        self.stack.clear();
        let most = 'search: loop {
            // What is better by rounding only is not worth a look.
            while at < n && value + self.fractional(at, left) > best * (1.0 + 1e-12) {
                done += 1;
                if done > steps.max(n) {
                    // What is left unseen: the rest of this way, and the other ways at every item taken so far.
                    let rest = value + self.fractional(at, left);
                    if value > best {
                        self.keep();
                    }
                    let other = |taken: &Taken| taken.value + self.fractional(taken.item as usize + 1, taken.room);
                    break 'search self.stack.iter().map(other).fold(best.max(rest), f64::max);
                }
                let (_, profit, load) = self.items[at];
                if load <= left {
                    self.stack.push(Taken { item: at as u32, room: left, value });
                    left -= load;
                    value += profit;
                }
                at += 1;
            }
            if value > best {
                best = value;
                self.keep();
            }
            let Some(last) = self.stack.pop() else { break best };
            (at, left, value) = (last.item as usize + 1, last.room, last.value);
        };
        self.taken.extend(self.best.iter().map(|&item| (self.items[item as usize].0, 1.0)));
        most
    }
}

impl Knapsack {
    /// Keep what the stack holds as the best so far.
    fn keep(&mut self) {
        self.best.clear();
        self.best.extend(self.stack.iter().map(|taken| taken.item));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn items() -> impl Strategy<Value = (Vec<(f64, f64)>, f64)> {
        let whole = (0..20_u32, 0..9_u32).prop_map(|(profit, load)| (f64::from(profit), f64::from(load)));
        let item = prop_oneof![whole, (0.0..20.0_f64, 0.0..9.0_f64)];
        (prop::collection::vec(item, 0..12), prop_oneof![0.0..40.0_f64, Just(0.0), Just(12.0)])
    }

    fn filled(items: &[(f64, f64)]) -> Knapsack {
        let mut knapsack = Knapsack::default();
        (0..).zip(items).for_each(|(entry, &(profit, load))| knapsack.push(entry, profit, load));
        knapsack.sort();
        knapsack
    }

    proptest! {
        #[test]
        fn whole_items_earn_what_the_best_subset_earns((items, room) in items(), steps in prop_oneof![Just(0), Just(3), Just(9999)]) {
            let mut knapsack = filled(&items);
            let subset = |bits: u32| {
                let of = |(at, _): &(usize, &(f64, f64))| bits >> at & 1 == 1;
                let (mut earned, mut load) = (0.0, 0.0);
                for (_, item) in items.iter().enumerate().filter(of) {
                    earned += item.0;
                    load += item.1;
                }
                if load <= room { earned } else { 0.0 }
            };
            let best = (0..1 << items.len()).map(subset).fold(0.0, f64::max);
            let most = knapsack.whole(room, steps);
            let taken: f64 = knapsack.taken.iter().map(|&(entry, _)| items[entry as usize].0).sum();
            let load: f64 = knapsack.taken.iter().map(|&(entry, _)| items[entry as usize].1).sum();
            prop_assert!(load <= room + 1e-9);
            prop_assert!(most >= best - 1e-9 && taken <= best + 1e-9);
            prop_assert!(most <= knapsack.at_most(room) + 1e-9);
            if steps == 9999 {
                prop_assert!((most - best).abs() < 1e-9 && (taken - best).abs() < 1e-9);
            }
        }

        #[test]
        fn shares_earn_what_filling_by_the_best_rate_earns((items, room) in items()) {
            let mut knapsack = filled(&items);
            let earned = knapsack.split(room);
            let sum: f64 = knapsack.taken.iter().map(|&(entry, share)| share * items[entry as usize].0).sum();
            let load: f64 = knapsack.taken.iter().map(|&(entry, share)| share * items[entry as usize].1).sum();
            prop_assert!((earned - sum).abs() < 1e-9 && load <= room + 1e-9);
            prop_assert!((earned - knapsack.at_most(room)).abs() < 1e-9);
        }
    }
}
