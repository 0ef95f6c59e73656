//! Moves of people from one centre to others, the cheapest at hand.

use std::{cmp::Ordering, collections::BinaryHeap};

/// A move of one unit's people from one centre to another; the cheapest is greatest.
#[derive(PartialEq)]
pub(super) struct Move {
    pub(super) cost: f64,
    pub(super) unit: u32,
}

impl Eq for Move {}

impl Ord for Move {
    fn cmp(&self, other: &Self) -> Ordering {
        other.cost.total_cmp(&self.cost).then(other.unit.cmp(&self.unit))
    }
}

impl PartialOrd for Move {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The moves of people who are at one centre, by where they lead.
///
/// The cheapest of each stand side by side, so that a search looks at a row of
/// numbers and at nothing else.
#[derive(Default)]
pub(super) struct Moves {
    /// Where they lead, rising.
    pub(super) to: Vec<u32>,
    /// The cheapest move there; infinite where there is none.
    pub(super) cost: Vec<f64>,
    /// Whose move that is.
    pub(super) unit: Vec<u32>,
    /// All moves there, also of people who have left since.
    heaps: Vec<BinaryHeap<Move>>,
}

impl Moves {
    pub(super) fn push(&mut self, to: u32, cost: f64, unit: u32) {
        let place = self.to.binary_search(&to).unwrap_or_else(|place| {
            self.to.insert(place, to);
            self.cost.insert(place, f64::INFINITY);
            self.unit.insert(place, 0);
            self.heaps.insert(place, BinaryHeap::new());
            place
        });
        self.heaps[place].push(Move { cost, unit });
        self.look(place);
    }

    /// Take the top of a heap for the cheapest.
    fn look(&mut self, place: usize) {
        let top = self.heaps[place].peek();
        self.cost[place] = top.map_or(f64::INFINITY, |top| top.cost);
        self.unit[place] = top.map_or(0, |top| top.unit);
    }

    /// A unit has left: its moves count no longer.
    pub(super) fn forget(&mut self, unit: u32, is_here: impl Fn(u32) -> bool) {
        for place in 0..self.to.len() {
            if self.unit[place] == unit && self.cost[place].is_finite() {
                while self.heaps[place].peek().is_some_and(|top| !is_here(top.unit)) {
                    self.heaps[place].pop();
                }
                self.look(place);
            }
        }
    }

    /// All moves of a centre, with where they lead, at once.
    pub(super) fn gathered(mut moves: Vec<(u32, Move)>) -> Self {
        moves.sort_by_key(|(to, _)| *to);
        let mut gathered = Self::default();
        let mut moves = moves.into_iter().peekable();
        while let Some((to, first)) = moves.next() {
            let mut heap = vec![first];
            while let Some((_, next)) = moves.next_if(|(next, _)| *next == to) {
                heap.push(next);
            }
            gathered.to.push(to);
            gathered.cost.push(f64::INFINITY);
            gathered.unit.push(0);
            gathered.heaps.push(BinaryHeap::from(heap));
            gathered.look(gathered.to.len() - 1);
        }
        gathered
    }
}
