//! Moves of single nodes along the borders, best first (Fiduccia and Mattheyses 1982).
//!
//! A search moves nodes, also at a loss, each once, and goes back to the best
//! plan on its way. A round begins one search at all borders, and then, as
//! Sanders and Schulz (2011) do, a short one at every border node that has not
//! moved yet. Contiguity is asked at the time of the move; the bands are hard
//! once the plan is inside, and come before everything else until then.

use super::buckets::Buckets;
use crate::regions::{
    random::Random,
    state::{Change, State},
};

/// Moves without a better plan after which a search that began everywhere ends, and one that began at a node.
const PATIENCE: [usize; 2] = [200, 24];
/// Searches between two looks at whether to stop.
const LOOK: usize = 64;
/// Violations smaller than this are rounding.
pub(super) const HAIR: f64 = 1e-12;

/// Room for searches on one graph.
#[derive(Debug)]
pub(super) struct Fm {
    buckets: Buckets,
    /// Round in which each node was moved last.
    moved: Vec<u32>,
    round: u32,
    /// Moves of the search: node and the part it left.
    trail: Vec<(u32, u32)>,
    /// Parts next to a node, and what going there gains.
    parts: Vec<(u32, f64)>,
}

/// A move and what it changes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    pub to: u32,
    pub change: Change,
}

impl Fm {
    pub(super) fn new(state: &State<'_>) -> Self {
        let n = state.label.len();
        Self { buckets: Buckets::of_plan(state), moved: vec![0; n], round: 0, trail: vec![], parts: vec![] }
    }

    /// Rounds of searches until one brings nothing; whether the plan got better.
    pub(super) fn refine(
        &mut self,
        state: &mut State<'_>,
        rounds: usize,
        random: &mut Random,
        stop: &dyn Fn() -> bool,
    ) -> bool {
        let mut better = false;
        for _ in 0..rounds {
            if stop() || !self.round(state, random, stop) {
                break;
            }
            better = true;
        }
        better
    }

    fn round(&mut self, state: &mut State<'_>, random: &mut Random, stop: &dyn Fn() -> bool) -> bool {
        self.round += 1;
        self.offer_all(state);
        let mut better = self.search(state, PATIENCE[0]);
        let mut seeds = border(state);
        random.shuffle(&mut seeds);
        self.round += 1;
        for (turn, &seed) in seeds.iter().enumerate() {
            if turn % LOOK == LOOK - 1 && stop() {
                break;
            }
            if self.moved[seed as usize] != self.round {
                self.offer(state, seed);
                better |= self.search(state, PATIENCE[1]);
            }
        }
        better
    }

    /// The move that a search begins with.
    #[cfg(test)]
    pub(super) fn first_move(&mut self, state: &mut State<'_>) -> Option<(u32, Move)> {
        self.offer_all(state);
        self.next_move(state)
    }

    fn offer_all(&mut self, state: &State<'_>) {
        for node in border(state) {
            self.offer(state, node);
        }
    }

    /// Put a node where its best way out belongs.
    fn offer(&mut self, state: &State<'_>, node: u32) {
        offer(&mut self.buckets, state, node, &mut self.parts);
    }

    /// The best of a node's moves that may be made now, contiguity aside.
    pub(super) fn best_move(&mut self, state: &State<'_>, node: u32) -> Option<Move> {
        gains(state, node, &mut self.parts);
        let outside = !state.is_valid();
        let moves = self.parts.iter().map(|&(to, _)| Move { to, change: state.change(node, to) });
        let may = |one: &Move| if outside { one.change.violation < -HAIR } else { one.change.violation <= HAIR };
        moves.filter(may).min_by(|a, b| a.change.cost.total_cmp(&b.change.cost).then(a.to.cmp(&b.to)))
    }

    /// The next move of a search, with its node.
    fn next_move(&mut self, state: &mut State<'_>) -> Option<(u32, Move)> {
        while let Some((node, bucket)) = self.buckets.pop() {
            let Some(found) = self.best_move(state, node) else { continue };
            // The bands forbid what it was put here for.
            if self.buckets.of(-found.change.cost) < bucket {
                self.buckets.put(node, -found.change.cost);
                continue;
            }
            if state.can_leave(node) {
                return Some((node, found));
            }
        }
        None
    }

    /// Move node after node, and go back to the best plan; whether that is better than the first.
    fn search(&mut self, state: &mut State<'_>, patience: usize) -> bool {
        self.trail.clear();
        let mut best = (0, state.violation(), state.cost);
        let slack = 1e-9 * state.cost.abs();
        while self.trail.len() < best.0 + patience {
            let Some((node, found)) = self.next_move(state) else { break };
            let from = state.label[node as usize];
            state.apply(node, found.to, found.change);
            self.trail.push((node, from));
            self.moved[node as usize] = self.round;
            let violation = state.violation();
            if violation < best.1 - HAIR || violation <= best.1 + HAIR && state.cost < best.2 - slack {
                best = (self.trail.len(), violation, state.cost);
            }
            for &near in state.graph.near(node) {
                if self.moved[near as usize] != self.round {
                    self.offer(state, near);
                }
            }
        }
        self.buckets.clear();
        while self.trail.len() > best.0 {
            let Some((node, part)) = self.trail.pop() else { break };
            let back = state.change(node, part);
            state.apply(node, part, back);
        }
        best.0 > 0
    }
}

/// Put a node where its best way out belongs, and take it away where it has none.
pub(super) fn offer(buckets: &mut Buckets, state: &State<'_>, node: u32, ways: &mut Vec<(u32, f64)>) {
    match gains(state, node, ways) {
        Some(gain) => buckets.put(node, gain),
        None => buckets.take(node),
    }
}

/// What the best way out of its part gains for a node, bands or not, and what each of the ways gains.
#[inline]
pub(super) fn gains(state: &State<'_>, node: u32, ways: &mut Vec<(u32, f64)>) -> Option<f64> {
    let (graph, from) = (state.graph, state.label[node as usize]);
    ways.clear();
    let mut own = 0.0;
    for at in graph.row(node) {
        let part = state.label[graph.neighbour[at] as usize];
        let cost = graph.cost[graph.edge[at] as usize];
        if part == from {
            own += cost;
        } else if let Some((_, shared)) = ways.iter_mut().find(|(known, _)| *known == part) {
            *shared += cost;
        } else {
            ways.push((part, cost));
        }
    }
    for (part, gain) in ways.iter_mut() {
        *gain -= own + state.own_change(node, *part);
    }
    ways.iter().map(|&(_, gain)| gain).reduce(f64::max)
}

/// Nodes with a neighbour in another part, each once, in the order of their numbers.
pub(super) fn border(state: &State<'_>) -> Vec<u32> {
    let mut nodes: Vec<u32> = state.cut.iter().flat_map(|&edge| state.graph.ends[edge as usize]).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}
