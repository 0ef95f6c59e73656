//! Chains of moves (ejection chains: Glover 1996), where the bands allow no single one.
//!
//! One node goes from part P to Q although the bands forbid it; the next ones,
//! out of the part that holds too much or into the one that holds too little,
//! make it good. The last may go back to P: a swap.

use super::fm::{HAIR, border};
use crate::regions::state::{Change, State};

/// Moves of a chain, at most.
const DEPTH: usize = 3;
/// Ways on that are followed from each move.
const WIDTH: usize = 8;
/// First moves between two looks at whether to stop.
const LOOK: usize = 64;

/// A move that may come next.
#[derive(Debug, Clone, Copy)]
struct Link {
    node: u32,
    to: u32,
    change: Change,
}

/// Where chains can go on.
#[derive(Debug)]
pub(super) struct Chains {
    /// Nodes of each part with a neighbour in another.
    leaving: Vec<Vec<u32>>,
    /// Nodes of other parts with a neighbour in this one.
    entering: Vec<Vec<u32>>,
    parts: Vec<u32>,
}

/// What a chain must do better than.
#[derive(Clone, Copy)]
struct Before {
    violation: f64,
    cost: f64,
}

impl Before {
    fn is_worse_than(self, violation: f64, cost: f64) -> bool {
        let slack = 1e-9 * self.cost.abs();
        violation < self.violation - HAIR || violation <= self.violation + HAIR && cost < self.cost - slack
    }
}

impl Chains {
    pub(super) fn new(k: usize) -> Self {
        Self { leaving: vec![vec![]; k], entering: vec![vec![]; k], parts: vec![] }
    }

    /// One chain after the other until none makes the plan better; whether any did.
    pub(super) fn refine(&mut self, state: &mut State<'_>, sweeps: usize, stop: &dyn Fn() -> bool) -> bool {
        let mut better = false;
        for _ in 0..sweeps {
            if stop() || !self.sweep(state, stop) {
                break;
            }
            better = true;
        }
        better
    }

    fn sweep(&mut self, state: &mut State<'_>, stop: &dyn Fn() -> bool) -> bool {
        self.gather(state);
        let mut better = false;
        for (turn, node) in border(state).into_iter().enumerate() {
            if turn % LOOK == LOOK - 1 && stop() {
                break;
            }
            let from = state.label[node as usize];
            self.beside(state, node);
            for to in self.parts.clone() {
                let change = state.change(node, to);
                // Of moves that gain together one gains by itself, so a chain can begin with it;
                // outside the bands it begins where they are broken.
                let is_outside = !(state.is_valid() || state.is_inside(from) && state.is_inside(to));
                if change.cost < 0.0 || is_outside {
                    let before = Before { violation: state.violation(), cost: state.cost };
                    if self.follow(state, Link { node, to, change }, (from, to), DEPTH, before) {
                        better = true;
                        break;
                    }
                }
            }
        }
        better
    }

    /// Make a move and what must follow; false where nothing better comes of it, with all as it was.
    fn follow(
        &mut self,
        state: &mut State<'_>,
        link: Link,
        (short, full): (u32, u32),
        depth: usize,
        before: Before,
    ) -> bool {
        if !state.can_leave(link.node) {
            return false;
        }
        let from = state.label[link.node as usize];
        state.apply(link.node, link.to, link.change);
        if before.is_worse_than(state.violation(), state.cost) {
            return true;
        }
        if depth > 1 && state.violation() > before.violation + HAIR {
            for next in self.links(state, (short, full), link.node, depth == 2, before) {
                let ends = if next.to == short { (state.label[next.node as usize], full) } else { (short, next.to) };
                if self.follow(state, next, ends, depth - 1, before) {
                    return true;
                }
            }
        }
        let back = state.change(link.node, from);
        state.apply(link.node, from, back);
        false
    }

    /// Moves that make the chain good, and, unless it must end here, those that
    /// break the bands no more than now; the cheapest of both.
    fn links(
        &mut self,
        state: &State<'_>,
        (short, full): (u32, u32),
        latest: u32,
        must_end: bool,
        before: Before,
    ) -> Vec<Link> {
        let (violation, cost) = (state.violation(), state.cost);
        let mut found: Vec<(bool, Link)> = vec![];
        let mut add = |node: u32, to: u32| {
            let change = state.change(node, to);
            let is_good = before.is_worse_than(violation + change.violation, cost + change.cost);
            if is_good || !must_end && change.violation <= HAIR {
                found.push((!is_good, Link { node, to, change }));
            }
        };
        for at in 0..self.leaving[full as usize].len() {
            let node = self.leaving[full as usize][at];
            if node != latest && state.label[node as usize] == full {
                self.beside(state, node);
                self.parts.iter().for_each(|&to| add(node, to));
            }
        }
        for &node in &self.entering[short as usize] {
            let part = state.label[node as usize];
            // From the full part it is among the others.
            let is_next = || state.graph.near(node).iter().any(|&near| state.label[near as usize] == short);
            if node != latest && part != short && part != full && is_next() {
                add(node, short);
            }
        }
        let order = |(rank_a, a): &(bool, Link), (rank_b, b): &(bool, Link)| {
            let by_cost = a.change.cost.total_cmp(&b.change.cost);
            rank_a.cmp(rank_b).then(by_cost).then((a.node, a.to).cmp(&(b.node, b.to)))
        };
        found.sort_by(order);
        found.truncate(WIDTH);
        found.into_iter().map(|(_, link)| link).collect()
    }

    /// Parts next to a node, in `parts`.
    fn beside(&mut self, state: &State<'_>, node: u32) {
        self.parts.clear();
        let own = state.label[node as usize];
        for &near in state.graph.near(node) {
            let part = state.label[near as usize];
            if part != own && !self.parts.contains(&part) {
                self.parts.push(part);
            }
        }
    }

    fn gather(&mut self, state: &State<'_>) {
        self.leaving.iter_mut().chain(&mut self.entering).for_each(Vec::clear);
        for node in border(state) {
            self.leaving[state.label[node as usize] as usize].push(node);
            self.beside(state, node);
            self.parts.iter().for_each(|&part| self.entering[part as usize].push(node));
        }
    }
}
