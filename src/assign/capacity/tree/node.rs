//! A node of the tree: what it is bounded by, which answers lie in it, and how it branches.

use std::cmp::Ordering;

use super::Tree;
use crate::{
    assign::capacity::{clock::Clock, rules::Fix},
    error::Result,
};

/// Nodes between two looks for a better answer by rounding.
const ROUND_EVERY: usize = 8;
/// A share that is nothing but rounding.
const CRUMB: f64 = 1e-7;

/// Decisions on the way to a node, and what its parent could not beat.
pub(super) struct Node {
    pub(super) fixes: Vec<Fix>,
    pub(super) bound: f64,
    pub(super) number: usize,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Node {}

impl Ord for Node {
    /// The least bound is greatest; of equals the deeper, then the later.
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .bound
            .total_cmp(&self.bound)
            .then(self.fixes.len().cmp(&other.fixes.len()))
            .then(self.number.cmp(&other.number))
    }
}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Tree<'_> {
    /// Bound a node, look for answers in it, and say how to branch.
    pub(super) fn visit(
        &mut self,
        node: &Node,
        done: usize,
        gap: f64,
        clock: &Clock<'_>,
    ) -> Result<(f64, Vec<Vec<Fix>>)> {
        const NOTHING: (f64, Vec<Vec<Fix>>) = (f64::INFINITY, vec![]);
        let Some(allowed) = self.under(&node.fixes) else { return Ok(NOTHING) };
        let Some(relaxed) = self.relaxation.solve(&allowed, clock)? else { return Ok(NOTHING) };
        let bound = relaxed.bound.max(node.bound);
        if bound >= self.to_beat(gap) {
            return Ok((bound, vec![]));
        }
        if done < ROUND_EVERY || done.is_multiple_of(ROUND_EVERY) {
            self.round(&relaxed, clock)?;
            if bound >= self.to_beat(gap) {
                return Ok((bound, vec![]));
            }
        }
        let larger = |&a: &usize, &b: &usize| self.model.size[a].total_cmp(&self.model.size[b]).then(b.cmp(&a));
        let choices = |unit: usize| self.model.ways(unit).filter(|&way| allowed[way]).count();
        let is_split =
            |unit: &usize| relaxed.shares[*unit].get(1).is_some_and(|second| second.1 > CRUMB) && choices(*unit) > 1;
        let split = (0..relaxed.shares.len()).filter(is_split).max_by(larger);
        let site_of = |unit: usize| self.model.site[relaxed.shares[unit][0].0 as usize];
        if let Some(unit) = split {
            let site = site_of(unit);
            return Ok((bound, vec![vec![Fix::Only(unit as u32, site)], vec![Fix::Not(unit as u32, site)]]));
        }
        let sites: Vec<u32> = (0..relaxed.shares.len()).map(site_of).collect();
        let may_go = |unit: u32, site: u32| self.model.way_to(unit as usize, site).is_some_and(|way| allowed[way]);
        if let Some(branches) = self.rules.branches(&sites, may_go) {
            return Ok((bound, branches));
        }
        let way: Vec<u32> = relaxed.shares.iter().map(|shares| shares[0].0).collect();
        self.state.set(&way);
        if self.state.is_sound() {
            self.offer(way);
            return Ok((bound, vec![]));
        }
        // Only a search that was cut off, or rounding, leads here: decide a unit that is not decided.
        let open = (0..sites.len()).filter(|&unit| choices(unit) > 1);
        Ok(match open.max_by(larger) {
            Some(unit) => {
                let (unit, site) = (unit as u32, sites[unit]);
                (bound, vec![vec![Fix::Only(unit, site)], vec![Fix::Not(unit, site)]])
            }
            None => NOTHING,
        })
    }

    /// Ways under the decisions; `None` where a unit can go nowhere.
    fn under(&self, fixes: &[Fix]) -> Option<Vec<bool>> {
        let mut allowed = self.allowed.clone();
        for &fix in fixes {
            let (unit, site, only) = match fix {
                Fix::Only(unit, site) => (unit, site, true),
                Fix::Not(unit, site) => (unit, site, false),
            };
            for way in self.model.ways(unit as usize) {
                allowed[way] &= (self.model.site[way] == site) == only;
            }
        }
        let goes = |unit: usize| self.model.ways(unit).any(|way| allowed[way]);
        (0..self.model.units()).all(goes).then_some(allowed)
    }
}
