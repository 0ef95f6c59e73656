//! Ways around edges that carry too much: flows between the same ends, on other edges.

use super::roads::Roads;

/// Nodes that a detour is looked for among.
const NEAR: usize = 400;
/// How often what all edges can bear is halved.
const HALVES: usize = 10;

/// The least load, as a share of its cost, that no edge need exceed once detours
/// are made, as far as they are found.
///
/// What crosses an edge may as well go around it: it still comes from where it
/// came and goes where it went, and each edge of the detour bears it.
pub(super) fn even_out(roads: &Roads, load: &[f64]) -> f64 {
    let shares = || load.iter().zip(&roads.cost).map(|(load, cost)| load / cost);
    let mut most = shares().fold(0.0, f64::max);
    let mut least = load.iter().sum::<f64>() / roads.cost.iter().sum::<f64>();
    for _ in 0..HALVES {
        let middle = f64::midpoint(least, most);
        match within(roads, load.to_vec(), middle) {
            Some(found) => most = found.min(most),
            None => least = middle,
        }
    }
    most
}

/// Bring all loads down to a share of the edges' costs; the largest share that remains.
fn within(roads: &Roads, mut load: Vec<f64>, share: f64) -> Option<f64> {
    let room = |load: &[f64], edge: u32| share * roads.cost[edge as usize] - load[edge as usize];
    // Less room than this is none.
    let hair = |edge: u32| 1e-12 * share * roads.cost[edge as usize];
    let mut hot: Vec<u32> = (0..load.len() as u32).filter(|&edge| room(&load, edge) < -hair(edge)).collect();
    let over: f64 = hot.iter().map(|&edge| -room(&load, edge)).sum();
    let free: f64 = (0..load.len() as u32).map(|edge| room(&load, edge).max(0.0)).sum();
    if over > free {
        return None;
    }
    hot.sort_by(|&a, &b| {
        let above = |edge: u32| load[edge as usize] / roads.cost[edge as usize];
        above(b).total_cmp(&above(a)).then(a.cmp(&b))
    });
    let mut search = Search { seen: vec![0; roads.weight.len()], turn: 0, found: vec![] };
    for edge in hot {
        while room(&load, edge) < -hair(edge) {
            let open = |other: u32| other != edge && room(&load, other) > hair(other);
            let end = search.detour(roads, roads.ends[edge as usize], open)?;
            let way: Vec<u32> = search.way(end).collect();
            let much = way.iter().map(|&other| room(&load, other)).fold(-room(&load, edge), f64::min);
            for other in way {
                load[other as usize] += much;
            }
            load[edge as usize] -= much;
        }
    }
    Some(load.iter().zip(&roads.cost).map(|(load, cost)| load / cost).fold(0.0, f64::max))
}

/// Looks for the way with the fewest edges.
struct Search {
    seen: Vec<u32>,
    turn: u32,
    /// Node, place of the node before, edge.
    found: Vec<(u32, u32, u32)>,
}

impl Search {
    /// Where the way from `a` to `b` ends among the nodes found.
    fn detour(&mut self, roads: &Roads, [a, b]: [u32; 2], open: impl Fn(u32) -> bool) -> Option<usize> {
        self.turn += 1;
        self.found.clear();
        self.found.push((a, 0, 0));
        self.seen[a as usize] = self.turn;
        let mut at = 0;
        while at < self.found.len() && self.found.len() < NEAR {
            for &(node, edge) in roads.row(self.found[at].0) {
                if self.seen[node as usize] != self.turn && open(edge) {
                    self.seen[node as usize] = self.turn;
                    self.found.push((node, at as u32, edge));
                    if node == b {
                        return Some(self.found.len() - 1);
                    }
                }
            }
            at += 1;
        }
        None
    }

    /// The edges of the way that ends there.
    fn way(&self, end: usize) -> impl Iterator<Item = u32> + '_ {
        let before = |&at: &usize| Some(self.found[at].1 as usize);
        std::iter::successors(Some(end), before).take_while(|&at| at > 0).map(|at| self.found[at].2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regions::field::Field;

    #[test]
    fn what_is_too_much_goes_around() {
        // A triangle and a tail: one side of the triangle bears all.
        let field = Field::new(vec![1; 4], vec![[0, 1], [1, 2], [0, 2], [2, 3]], vec![2.0, 1.0, 1.0, 4.0]);
        let roads = Roads::of(&field);
        let load = |a: u32, b: u32, tail: f64| -> Vec<f64> {
            // Units are known by what they cost to separate.
            let of = |cost: f64| {
                if cost == 2.0 {
                    f64::from(a)
                } else if cost == 4.0 {
                    tail
                } else {
                    f64::from(b)
                }
            };
            roads.cost.iter().map(|&cost| of(cost)).collect()
        };
        // Six on an edge that can bear 2 for each 1 of the others: 4 there, 2 around.
        assert!((even_out(&roads, &load(6, 0, 0.0)) - 2.0).abs() < 0.02);
        // There is no way around a tail.
        assert!((even_out(&roads, &load(1, 1, 20.0)) - 5.0).abs() < 1e-9);
    }
}
