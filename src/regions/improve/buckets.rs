//! Nodes in the order of what moving them gains, in flat arrays (Fiduccia and Mattheyses 1982).

use super::fm::{border, gains};
use crate::regions::{graph::NONE, node_cost::NodeCost, state::State};

/// Buckets for gains on either side of nothing gained.
const HALF: u32 = 1024;

/// Nodes by gain. A gain is rounded to a bucket for the order only.
///
/// Every bucket is a doubly linked list by node, so that putting a node in and
/// taking it out cost the same however many there are; of one bucket the
/// latest comes first.
#[derive(Debug)]
pub(super) struct Buckets {
    /// First node of each bucket.
    head: Vec<u32>,
    next: Vec<u32>,
    before: Vec<u32>,
    /// Bucket of each node.
    bucket: Vec<u32>,
    /// No bucket above holds a node.
    top: u32,
    per_gain: f64,
}

impl Buckets {
    /// For the nodes of a plan.
    pub(super) fn of_plan(state: &State<'_>) -> Self {
        let graph = state.graph;
        let is_plain = graph.moment.is_empty() && matches!(state.node_cost, NodeCost::Nothing);
        let all = |node: u32| graph.row(node).map(|at| graph.cost[graph.edge[at] as usize]).sum::<f64>();
        let most = if is_plain {
            (0..graph.len() as u32).map(all).fold(0.0, f64::max)
        } else {
            let mut ways = vec![];
            let mut most = 0.0_f64;
            for node in border(state) {
                gains(state, node, &mut ways);
                most = ways.iter().fold(most, |most, (_, gain)| most.max(gain.abs()));
            }
            most
        };
        Self::new(graph.len(), most, is_plain && graph.cost.iter().all(|cost| cost.fract() == 0.0))
    }

    /// For so many nodes; `most` is the largest gain told apart from larger ones.
    /// Whole gains have a bucket each where they fit.
    pub(super) fn new(nodes: usize, most: f64, whole: bool) -> Self {
        let half = f64::from(HALF);
        let per_gain = if whole && most <= half || most <= 0.0 { 1.0 } else { half / most };
        Self {
            head: vec![NONE; 2 * HALF as usize + 1],
            next: vec![NONE; nodes],
            before: vec![NONE; nodes],
            bucket: vec![NONE; nodes],
            top: 0,
            per_gain,
        }
    }

    /// The bucket of a gain.
    #[inline]
    pub(super) fn of(&self, gain: f64) -> u32 {
        let half = f64::from(HALF);
        #[allow(clippy::cast_sign_loss)] // from 0 on
        let bucket = ((gain * self.per_gain).round().clamp(-half, half) + half) as u32;
        bucket
    }

    /// Put a node into its bucket, wherever it was.
    #[inline]
    pub(super) fn put(&mut self, node: u32, gain: f64) {
        let bucket = self.of(gain);
        if self.bucket[node as usize] == bucket {
            return;
        }
        self.take(node);
        let first = std::mem::replace(&mut self.head[bucket as usize], node);
        self.next[node as usize] = first;
        self.before[node as usize] = NONE;
        if first != NONE {
            self.before[first as usize] = node;
        }
        self.bucket[node as usize] = bucket;
        self.top = self.top.max(bucket);
    }

    /// Take a node out, if it is in.
    #[inline]
    pub(super) fn take(&mut self, node: u32) {
        let bucket = std::mem::replace(&mut self.bucket[node as usize], NONE);
        if bucket == NONE {
            return;
        }
        let (before, next) = (self.before[node as usize], self.next[node as usize]);
        if before == NONE {
            self.head[bucket as usize] = next;
        } else {
            self.next[before as usize] = next;
        }
        if next != NONE {
            self.before[next as usize] = before;
        }
    }

    /// Take out a node of the highest bucket, and say which bucket that was.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<(u32, u32)> {
        loop {
            let node = self.head[self.top as usize];
            if node != NONE {
                self.take(node);
                return Some((node, self.top));
            }
            if self.top == 0 {
                return None;
            }
            self.top -= 1;
        }
    }

    /// Take out all.
    pub(super) fn clear(&mut self) {
        while self.pop().is_some() {}
    }
}
