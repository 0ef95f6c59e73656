//! Seeds of parts, far from each other.

use super::Ground;
use crate::regions::{graph::NONE, random::Random, search::Field};

/// Steps beyond which far is far: its square, times all nodes, fits 64 bits.
const FAR: u32 = 65_535;

/// Where seeds are, and how far from everything.
pub(super) struct Seeds<'a, 'b> {
    ground: &'a Ground<'b>,
    /// Steps from each node to the nearest seed of its field.
    steps: Vec<u32>,
    /// Place of each node among those that may be drawn.
    place: Vec<u32>,
}

impl<'a, 'b> Seeds<'a, 'b> {
    pub(super) fn new(ground: &'a Ground<'b>) -> Self {
        let n = ground.graph.len();
        Self { ground, steps: vec![NONE; n], place: vec![NONE; n] }
    }

    /// One node for each part of a field: the given ones first, then of those
    /// `wanted`, then of all, each drawn with a chance that is the square of its
    /// steps from the nearest seed (k-means++: Arthur and Vassilvitskii 2007).
    pub(super) fn of(
        &mut self,
        field: &Field,
        given: &[u32],
        wanted: impl Fn(u32) -> bool,
        random: &mut Random,
    ) -> Vec<u32> {
        let mut seeds = given[..given.len().min(field.parts)].to_vec();
        for &seed in &seeds {
            self.spread(seed, None);
        }
        for all in [false, true] {
            let chosen: Vec<u32> = field.nodes.iter().copied().filter(|&node| all || wanted(node)).collect();
            (0..).zip(&chosen).for_each(|(at, &node)| self.place[node as usize] = at);
            let mut chances = Chances::new(chosen.iter().map(|&node| chance(self.steps[node as usize])).collect());
            while seeds.len() < field.parts {
                let Some(at) = chances.draw(random) else { break };
                self.spread(chosen[at], Some(&mut chances));
                seeds.push(chosen[at]);
            }
            for node in chosen {
                self.place[node as usize] = NONE;
            }
        }
        seeds
    }

    /// Bring all steps up to date with a new seed.
    fn spread(&mut self, seed: u32, mut chances: Option<&mut Chances>) {
        self.steps[seed as usize] = 0;
        let mut open = vec![seed];
        let mut at = 0;
        while let Some(&node) = open.get(at) {
            at += 1;
            let steps = self.steps[node as usize];
            if let (Some(chances), place) = (&mut chances, self.place[node as usize])
                && place != NONE
            {
                chances.set(place as usize, chance(steps));
            }
            for near in self.ground.near(node) {
                if self.steps[near as usize] > steps + 1 {
                    self.steps[near as usize] = steps + 1;
                    open.push(near);
                }
            }
        }
    }
}

fn chance(steps: u32) -> u64 {
    // Before there is a seed, all are alike.
    if steps == NONE { 1 } else { u64::from(steps.min(FAR)).pow(2) }
}

/// Chances that can be changed and drawn from in logarithmic time (Fenwick 1994).
struct Chances {
    chance: Vec<u64>,
    sum: Vec<u64>,
    total: u64,
}

impl Chances {
    fn new(chance: Vec<u64>) -> Self {
        let mut sum = vec![0; chance.len() + 1];
        for (at, &chance) in chance.iter().enumerate() {
            sum[at + 1] += chance;
            let above = at + 1 + lowest_bit(at + 1);
            if above < sum.len() {
                sum[above] += sum[at + 1];
            }
        }
        Self { total: chance.iter().sum(), chance, sum }
    }

    fn set(&mut self, at: usize, chance: u64) {
        let old = std::mem::replace(&mut self.chance[at], chance);
        self.total = self.total - old + chance;
        let mut above = at + 1;
        while above < self.sum.len() {
            self.sum[above] = self.sum[above] - old + chance;
            above += lowest_bit(above);
        }
    }

    /// One of them by its chance; `None` where none has any.
    fn draw(&self, random: &mut Random) -> Option<usize> {
        if self.total == 0 {
            return None;
        }
        let mut left = ((u128::from(random.next()) * u128::from(self.total)) >> 64) as u64;
        let mut at = 0;
        let mut step = self.sum.len().next_power_of_two();
        while step > 0 {
            if at + step < self.sum.len() && self.sum[at + step] <= left {
                at += step;
                left -= self.sum[at];
            }
            step /= 2;
        }
        Some(at)
    }
}

fn lowest_bit(number: usize) -> usize {
    number & number.wrapping_neg()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::regions::{Contiguity, Terms, asked::Asked};

    proptest! {
        #[test]
        fn draws_are_those_of_the_definition(
            first in prop::collection::vec(0_u64..50, 1..20),
            changes in prop::collection::vec((any::<prop::sample::Index>(), 0_u64..50), 0..20),
            seed in any::<u64>(),
        ) {
            let mut chances = Chances::new(first.clone());
            let mut plain = first;
            for (at, chance) in changes {
                chances.set(at.index(plain.len()), chance);
                let at = at.index(plain.len());
                plain[at] = chance;
                let total: u64 = plain.iter().sum();
                let drawn = (u128::from(Random::new(seed, 1).next()) * u128::from(total)) >> 64;
                let mut sum = 0_u128;
                let expected = plain.iter().position(|&chance| {
                    sum += u128::from(chance);
                    drawn < sum
                });
                prop_assert_eq!(chances.draw(&mut Random::new(seed, 1)), expected);
            }
        }

        #[test]
        fn seeds_are_distinct_and_know_how_far_all_is(
            n in 2_usize..25,
            more in prop::collection::vec((0_u32..25, 0_u32..25), 0..20),
            k in any::<prop::sample::Index>(),
            given in any::<prop::sample::Index>(),
            seed in any::<u64>(),
        ) {
            let k = k.index(n) + 1;
            let mut edges: Vec<[u32; 2]> = (1..n as u32).map(|unit| [unit / 2, unit]).collect();
            edges.extend(more.iter().filter(|(a, b)| a != b && (*a.max(b) as usize) < n).map(|&(a, b)| [a, b]));
            let contiguity = Contiguity::from_edges(n, &edges, None).unwrap();
            let (weights, terms) = ([vec![1.0; n]], Terms { tolerance: vec![1e6], ..Terms::default() });
            let problem = Asked::new(&contiguity, &weights, k, &terms).unwrap().problem().unwrap();
            let ground = Ground::new(&problem.graph, &problem.rules, &problem.fields, None);
            let mut seeds = Seeds::new(&ground);
            let given = [given.index(n) as u32];
            let found = seeds.of(&problem.fields[0], &given, |node| node % 3 == 0, &mut Random::new(seed, 0));
            let mut distinct = found.clone();
            distinct.sort_unstable();
            distinct.dedup();
            prop_assert_eq!((found.len(), distinct.len(), found[0]), (k, k, given[0]));
            // Wanted ones come first.
            let wanted = (0..n as u32).filter(|node| node % 3 == 0 && *node != given[0]).count();
            prop_assert!(found[1..].iter().take(wanted).all(|node| node % 3 == 0));
            // Bellman and Ford, as plain as can be.
            let mut steps: Vec<u32> = (0..n as u32).map(|node| if found.contains(&node) { 0 } else { n as u32 }).collect();
            for _ in 0..n {
                for &[a, b] in contiguity.edges() {
                    let (a, b) = (a as usize, b as usize);
                    steps[a] = steps[a].min(steps[b] + 1);
                    steps[b] = steps[b].min(steps[a] + 1);
                }
            }
            prop_assert_eq!(&seeds.steps, &steps);
        }
    }
}
