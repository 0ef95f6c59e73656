//! Parts that grow from seeds.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use super::{Ground, ground::in_order, seeds::Seeds};
use crate::regions::{graph::NONE, node_cost::NodeCost, random::Random, search::Field};

/// Seeds far apart, and the lightest part takes the node that costs it least,
/// until all are taken.
///
/// Seeds are, first, one node for each of today's parts that has locked nodes (or
/// should lose few people), then those nearest to the sites of the walk table
/// and those that hold what every part needs, then any.
pub(super) fn grow(ground: &Ground<'_>, cost: &NodeCost, random: &mut Random) -> Vec<u32> {
    let wants = Wants::new(ground, cost);
    let mut label = vec![NONE; ground.graph.len()];
    let mut depth = vec![0; ground.graph.len()];
    let mut seeds = Seeds::new(ground);
    for field in ground.fields {
        let (given, mut owner) = wants.given(ground, field);
        let found = seeds.of(field, &given, |node| wants.wanted[node as usize], random);
        owner.resize(found.len(), NONE);
        fill(ground, field, &wants, &found, &owner, &mut label, &mut depth);
    }
    label
}

/// What is wanted of single nodes.
struct Wants<'a> {
    /// Part of each node today, where it matters, or `NONE`.
    home: Option<&'a [u32]>,
    /// Person-metres of each node to each site.
    walk: Option<(&'a [f64], usize)>,
    /// Whether a seed there is wanted.
    wanted: Vec<bool>,
}

impl<'a> Wants<'a> {
    fn new(ground: &Ground<'a>, cost: &'a NodeCost) -> Self {
        let n = ground.graph.len();
        let own = if let NodeCost::Towns { beside, .. } = cost { beside } else { cost };
        let (mut walk, mut home) = (None, None);
        match own {
            NodeCost::Walk { table, sites, .. } => walk = Some((table.as_slice(), *sites)),
            NodeCost::Home { home: today, .. } => home = Some(today.as_slice()),
            _ => {}
        }
        if !ground.rules.lock.is_empty() {
            home = Some(&ground.rules.lock);
        }
        let needed = &ground.needed;
        let holds = |node: u32| needed.iter().all(|&at| ground.graph.steps(node, at) > 0);
        let mut wanted: Vec<bool> = (0..n as u32).map(|node| !needed.is_empty() && holds(node)).collect();
        if let Some((table, sites)) = walk {
            let mut at_site = vec![false; n];
            let metres =
                |node: usize, site: usize| table[node * sites + site] / ground.graph.steps(node as u32, 0) as f64;
            for site in 0..sites {
                let peopled = (0..n).filter(|&node| ground.graph.steps(node as u32, 0) > 0);
                if let Some(node) = peopled.min_by(|&a, &b| metres(a, site).total_cmp(&metres(b, site))) {
                    at_site[node] = true;
                }
            }
            wanted = (0..n).map(|node| at_site[node] && (needed.is_empty() || wanted[node])).collect();
        }
        Self { home, walk, wanted }
    }

    /// The heaviest node of each of today's parts that matter in a field, and these parts.
    fn given(&self, ground: &Ground<'_>, field: &Field) -> (Vec<u32>, Vec<u32>) {
        let Some(home) = self.home else { return (vec![], vec![]) };
        let mut heaviest: BTreeMap<u32, u32> = BTreeMap::new();
        for &node in field.nodes.iter().filter(|&&node| home[node as usize] != NONE) {
            let best = heaviest.entry(home[node as usize]).or_insert(node);
            if ground.load[node as usize] > ground.load[*best as usize] {
                *best = node;
            }
        }
        let mut groups: Vec<(u32, u32)> = heaviest.into_iter().map(|(part, node)| (node, part)).collect();
        groups.sort_by_key(|&(node, _)| Reverse(in_order(ground.load[node as usize])));
        groups.truncate(field.parts);
        groups.into_iter().unzip()
    }
}

/// What a node costs a part (another's last), its steps from the seed, and the node.
type Offer = Reverse<((bool, u64), u32, u32)>;

/// Let the parts of a field grow.
fn fill(
    ground: &Ground<'_>,
    field: &Field,
    wants: &Wants<'_>,
    seeds: &[u32],
    owner: &[u32],
    label: &mut [u32],
    depth: &mut [u32],
) {
    let mut held: Vec<f64> = seeds.iter().map(|&seed| ground.load[seed as usize]).collect();
    let site: Vec<usize> = seeds.iter().map(|&seed| wants.site(seed)).collect();
    // What a node costs a part: others' nodes last; near the seed, and with much
    // of its border inside, first.
    let cost = |at: usize, node: u32, depth: u32, label: &[u32]| {
        let home = wants.home.map_or(NONE, |home| home[node as usize]);
        let far = match (wants.walk, ground.places) {
            (Some((table, sites)), _) => {
                table[node as usize * sites + site[at]] / ground.graph.steps(node, 0).max(1) as f64
            }
            (None, Some(places)) => {
                let ([x, y], [to_x, to_y]) = (places[node as usize], places[seeds[at] as usize]);
                ((x - to_x) * (x - to_x) + (y - to_y) * (y - to_y)).sqrt()
            }
            (None, None) => f64::from(depth),
        };
        let part = field.first + at as u32;
        let (mut inside, mut all) = (0_u32, 0_u32);
        for near in ground.near(node) {
            inside += u32::from(label[near as usize] == part);
            all += 1;
        }
        let bare = 1.5 - f64::from(inside) / f64::from(all.max(1));
        (home != NONE && home != owner[at], in_order(far * bare))
    };
    for (part, &seed) in (field.first..).zip(seeds) {
        (label[seed as usize], depth[seed as usize]) = (part, 0);
    }
    let mut open: Vec<BinaryHeap<Offer>> = vec![BinaryHeap::new(); seeds.len()];
    let offer = |at: usize, node: u32, depth: &[u32], label: &[u32], open: &mut BinaryHeap<Offer>| {
        let next = depth[node as usize] + 1;
        for near in ground.near(node).filter(|&near| label[near as usize] == NONE) {
            open.push(Reverse((cost(at, near, next, label), next, near)));
        }
    };
    let mut turns = BinaryHeap::new();
    for (at, &seed) in seeds.iter().enumerate() {
        offer(at, seed, depth, label, &mut open[at]);
        turns.push(Reverse((in_order(held[at]), at)));
    }
    while let Some(Reverse((_, at))) = turns.pop() {
        // Taken by another since; where nothing is left, the part is shut in.
        let free = std::iter::from_fn(|| open[at].pop()).find(|Reverse((_, _, node))| label[*node as usize] == NONE);
        let Some(Reverse((_, next, node))) = free else { continue };
        (label[node as usize], depth[node as usize]) = (field.first + at as u32, next);
        held[at] += ground.load[node as usize];
        offer(at, node, depth, label, &mut open[at]);
        turns.push(Reverse((in_order(held[at]), at)));
    }
}

impl Wants<'_> {
    /// The site that is nearest to a seed.
    fn site(&self, seed: u32) -> usize {
        let Some((table, sites)) = self.walk else { return 0 };
        let row = &table[seed as usize * sites..(seed as usize + 1) * sites];
        (0..sites).min_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap_or(0)
    }
}
