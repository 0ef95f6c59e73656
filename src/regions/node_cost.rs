//! What a node costs in a part, beside its edges: a move, a walk, or another town.

/// What a node costs in a part, beside its edges.
#[derive(Debug, Clone, Default)]
pub(super) enum NodeCost {
    #[default]
    Nothing,
    /// People of each node who change part, and the part they are in today.
    Home { home: Vec<u32>, people: Vec<f64> },
    /// Person-metres from each node to each site, node by node, and the site of each part.
    Walk { table: std::sync::Arc<Vec<f64>>, sites: usize, centre: Vec<u32> },
    /// The town of each node and of each part, the price of a node in a part of
    /// another town (infinite where it may not be), and what else nodes cost.
    Towns { town: std::sync::Arc<Vec<u32>>, price: std::sync::Arc<Vec<f64>>, home: Vec<u32>, beside: Box<NodeCost> },
}

impl NodeCost {
    #[inline]
    pub(super) fn of(&self, node: u32, part: u32) -> f64 {
        match self {
            Self::Nothing => 0.0,
            Self::Home { home, people } => {
                if home[node as usize] == part {
                    0.0
                } else {
                    people[node as usize]
                }
            }
            Self::Walk { table, sites, centre } => table[node as usize * sites + centre[part as usize] as usize],
            Self::Towns { town, price, home, beside } => {
                let price = price[node as usize];
                let leaves = town[node as usize] != home[part as usize] && price.is_finite();
                beside.of(node, part) + if leaves { price } else { 0.0 }
            }
        }
    }

    /// Whether a node may not be in a part.
    #[inline]
    pub(super) fn forbids(&self, node: u32, part: u32) -> bool {
        let Self::Towns { town, price, home, .. } = self else { return false };
        price[node as usize].is_infinite() && town[node as usize] != home[part as usize]
    }

    /// Move each part's centre to the site nearest to its people, and the part
    /// to the town that leaves the least to pay; whether any moved.
    pub(super) fn reseat(&mut self, label: &[u32], k: usize) -> bool {
        match self {
            Self::Nothing | Self::Home { .. } => false,
            Self::Walk { table, sites, centre } => {
                let mut total = vec![0.0; k * *sites];
                for (node, &part) in label.iter().enumerate() {
                    let row = &table[node * *sites..(node + 1) * *sites];
                    let sums = &mut total[part as usize * *sites..(part as usize + 1) * *sites];
                    sums.iter_mut().zip(row).for_each(|(sum, metres)| *sum += metres);
                }
                let least = |part: usize| {
                    let sums = &total[part * *sites..(part + 1) * *sites];
                    (0..*sites).min_by(|&a, &b| sums[a].total_cmp(&sums[b])).unwrap_or(0) as u32
                };
                let best: Vec<u32> = (0..k).map(least).collect();
                let moved = best != *centre;
                *centre = best;
                moved
            }
            Self::Towns { town, price, home, beside } => {
                let towns = town.iter().max().map_or(0, |&last| last as usize + 1);
                // Those who may not leave first, then the price of the others.
                let mut stake = vec![(0_u32, 0.0_f64); k * towns];
                for (node, &part) in label.iter().enumerate() {
                    let stake = &mut stake[part as usize * towns + town[node] as usize];
                    if price[node].is_finite() { stake.1 += price[node] } else { stake.0 += 1 }
                }
                let most = |part: usize| {
                    let stakes = &stake[part * towns..(part + 1) * towns];
                    let order =
                        |a: usize, b: usize| stakes[a].0.cmp(&stakes[b].0).then(stakes[a].1.total_cmp(&stakes[b].1));
                    (0..towns).rev().max_by(|&a, &b| order(a, b)).unwrap_or(0) as u32
                };
                let best: Vec<u32> = (0..k).map(most).collect();
                let moved = best != *home;
                *home = best;
                beside.reseat(label, k) || moved
            }
        }
    }

    /// Whether two nodes cost the same in every part, person for person, so that they may become one.
    pub(super) fn may_merge(&self, a: u32, b: u32) -> bool {
        let (a, b) = (a as usize, b as usize);
        match self {
            Self::Nothing | Self::Walk { .. } => true,
            Self::Home { home, .. } => home[a] == home[b],
            Self::Towns { town, price, beside, .. } => {
                town[a] == town[b]
                    && price[a].is_finite() == price[b].is_finite()
                    && beside.may_merge(a as u32, b as u32)
            }
        }
    }

    /// The same for nodes merged into fewer: what they cost is added up.
    pub(super) fn merged(&self, into: &[u32], count: usize) -> Self {
        let all = || into.iter().map(|&to| to as usize).enumerate();
        let sums = |of_node: &[f64]| {
            let mut sum = vec![0.0; count];
            all().for_each(|(node, to)| sum[to] += of_node[node]);
            sum
        };
        let same = |of_node: &[u32]| {
            let mut one = vec![0; count];
            all().for_each(|(node, to)| one[to] = of_node[node]);
            one
        };
        match self {
            Self::Nothing => Self::Nothing,
            Self::Home { home, people } => Self::Home { home: same(home), people: sums(people) },
            Self::Walk { table, sites, centre } => {
                let mut sum = vec![0.0; count * sites];
                for (node, to) in all() {
                    let row = &table[node * sites..(node + 1) * sites];
                    sum[to * sites..(to + 1) * sites].iter_mut().zip(row).for_each(|(sum, metres)| *sum += metres);
                }
                Self::Walk { table: sum.into(), sites: *sites, centre: centre.clone() }
            }
            Self::Towns { town, price, home, beside } => Self::Towns {
                town: same(town).into(),
                price: sums(price).into(),
                home: home.clone(),
                beside: Box::new(beside.merged(into, count)),
            },
        }
    }
}
