//! Whole units to sites with limited room: branch and bound on the transportation problem.

use std::{cmp::Ordering, collections::BinaryHeap, time::Instant};

use super::{
    CapacityPlan, Objective, Stop, Task, Terms,
    adjust::Adjust,
    evaluate,
    flow::{Flow, Transport},
    rules::{Fix, Rules},
    shortage,
    units::Units,
};
use crate::{control::Control, error::Result};

/// Nodes between two looks for a better answer by rounding.
const ROUND_EVERY: usize = 8;
/// A part of a unit that is nobody but rounding.
const CRUMB: f64 = 1e-9;
/// Relative difference that counts as none.
const ROUNDING: f64 = 1e-10;

/// Assign, component by component.
pub(super) fn solve(
    task: &Task<'_>,
    units: &Units,
    terms: &Terms,
    begun: Instant,
    control: &Control,
) -> Result<CapacityPlan> {
    let capacity = task.capacity;
    let outside_m = units.outside_m();
    if terms.everyone {
        let outside_m = vec![outside_m; units.size.len()];
        let split = Transport { size: &units.size, arcs: &units.arcs, capacity, outside_m: &outside_m };
        let flow = split.solve(control)?;
        shortage::refuse_if_short(task, units, &flow)?;
    }
    let components = components(task, units);
    let mut site_of = vec![capacity.len() as u32; units.rows.len()];
    let (mut bound, mut stop) = (0.0, Stop::Proven);
    for (at, members) in components.iter().enumerate() {
        // What is left of the time is shared by the components that are left.
        let left = terms.time_limit_s.map(|limit| limit - begun.elapsed().as_secs_f64());
        let share = left.map(|left| left / (components.len() - at) as f64);
        let part = part_of(units, members);
        let part_rules = Rules::of(task, &part);
        let mut tree = Tree::new(&part, &part_rules, capacity, (!terms.everyone).then_some(outside_m));
        let deadline = share.map(|share| (Instant::now(), share));
        let ended = tree.search(terms.gap, deadline, control)?;
        let Some(best) = tree.best.take() else {
            // Nothing found in the time: say so, for no plan that leaves people out was asked for.
            return Err(shortage::not_whole(task, units, members));
        };
        members.iter().zip(&best.site_of).for_each(|(&unit, &site)| site_of[unit as usize] = site);
        bound += tree.bound.min(best.cost);
        if ended != Stop::Proven {
            stop = ended;
        }
    }
    let at: Vec<Vec<(u32, f64)>> = site_of.iter().zip(&units.size).map(|(&site, &size)| vec![(site, size)]).collect();
    let parts = units.parts(task, &at);
    let bound = units.walked_bound(task, bound, &parts);
    Ok(evaluate(task, parts, bound, Objective::Total, stop))
}

/// Units that compete for the same sites, directly or through others; and those that must be apart.
fn components(task: &Task<'_>, units: &Units) -> Vec<Vec<u32>> {
    let mut root: Vec<u32> = (0..task.capacity.len() as u32).collect();
    let find = |root: &[u32], mut site: u32| {
        while root[site as usize] != site {
            site = root[site as usize];
        }
        site
    };
    for arcs in &units.arcs {
        for pair in arcs.windows(2) {
            let (a, b) = (find(&root, pair[0].0), find(&root, pair[1].0));
            let (low, high) = (a.min(b), a.max(b));
            root[high as usize] = low;
        }
    }
    let mut members: Vec<Vec<u32>> = vec![vec![]; task.capacity.len()];
    for (unit, arcs) in units.arcs.iter().enumerate() {
        if let Some((site, _)) = arcs.first() {
            members[find(&root, *site) as usize].push(unit as u32);
        }
    }
    members.retain(|members| !members.is_empty());
    members
}

/// The units of a component alone.
fn part_of(units: &Units, members: &[u32]) -> Units {
    let take = |unit: &u32| *unit as usize;
    let mut of_row = vec![None; units.of_row.len()];
    for (at, unit) in members.iter().enumerate() {
        units.rows[take(unit)].iter().for_each(|&row| of_row[row as usize] = Some(at as u32));
    }
    Units {
        rows: members.iter().map(|unit| units.rows[take(unit)].clone()).collect(),
        of_row,
        size: members.iter().map(|unit| units.size[take(unit)]).collect(),
        arcs: members.iter().map(|unit| units.arcs[take(unit)].clone()).collect(),
        longest: members.iter().map(|unit| units.longest[take(unit)].clone()).collect(),
    }
}

/// Arcs of each unit, and whether it may be left outside.
type Allowed = (Vec<Vec<(u32, f64)>>, Vec<bool>);

/// An answer of a component.
struct Best {
    site_of: Vec<u32>,
    cost: f64,
}

/// Decisions on the way to a node, and what its parent could not beat.
struct Node {
    fixes: Vec<Fix>,
    bound: f64,
    number: usize,
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

struct Tree<'a> {
    units: &'a Units,
    rules: &'a Rules<'a>,
    capacity: &'a [f64],
    /// What leaving a person out costs, where that is allowed.
    outside_m: Option<f64>,
    best: Option<Best>,
    bound: f64,
    /// Arcs that no better answer uses, by their prices at the root.
    dropped: Vec<Vec<bool>>,
    root: Option<Flow>,
    made: usize,
}

impl<'a> Tree<'a> {
    fn new(units: &'a Units, rules: &'a Rules<'a>, capacity: &'a [f64], outside_m: Option<f64>) -> Self {
        let dropped = units.arcs.iter().map(|arcs| vec![false; arcs.len()]).collect();
        Self { units, rules, capacity, outside_m, best: None, bound: f64::NEG_INFINITY, dropped, root: None, made: 0 }
    }

    fn cost(&self, site_of: &[u32]) -> f64 {
        let walks = site_of.iter().enumerate().map(|(unit, site)| {
            let walk = self.units.arcs[unit].iter().find(|(known, _)| known == site).map(|(_, walk_m)| *walk_m);
            self.units.size[unit] * walk.or(self.outside_m).unwrap_or(f64::INFINITY)
        });
        walks.sum()
    }

    /// The value that a node must beat.
    fn to_beat(&self, gap: f64) -> f64 {
        self.best.as_ref().map_or(f64::INFINITY, |best| best.cost - best.cost.abs() * gap.max(ROUNDING))
    }

    fn search(&mut self, gap: f64, deadline: Option<(Instant, f64)>, control: &Control) -> Result<Stop> {
        let mut open = BinaryHeap::from([Node { fixes: vec![], bound: f64::NEG_INFINITY, number: 0 }]);
        let mut plunge: Option<Node> = None;
        // The least bound of nodes that were given up because they are within the gap.
        let mut given_up = f64::INFINITY;
        let mut done = 0_usize;
        while let Some(node) = plunge.take().or_else(|| open.pop()) {
            if node.bound >= self.to_beat(gap) {
                given_up = given_up.min(node.bound);
                continue;
            }
            control.step(0)?;
            let late = deadline.is_some_and(|(begun, limit)| begun.elapsed().as_secs_f64() >= limit);
            if late && done > 0 && self.best.is_some() {
                let left = open.iter().map(|node| node.bound).fold(node.bound, f64::min);
                self.bound = left.min(given_up);
                return Ok(Stop::Time);
            }
            let (bound, branches) = self.visit(&node, done, gap, control)?;
            done += 1;
            if bound >= self.to_beat(gap) {
                given_up = given_up.min(bound);
                continue;
            }
            for (place, branch) in branches.into_iter().enumerate() {
                self.made += 1;
                let fixes = [node.fixes.as_slice(), &branch].concat();
                let child = Node { fixes, bound, number: self.made };
                // The first branch is followed at once: answers lie deep.
                if place == 0 {
                    plunge = Some(child);
                } else {
                    open.push(child);
                }
            }
        }
        let Some(best) = &self.best else {
            self.bound = f64::INFINITY;
            return Ok(Stop::Proven);
        };
        self.bound = given_up.min(best.cost);
        let proven = best.cost - self.bound <= best.cost.abs() * ROUNDING * 2.0;
        Ok(if proven { Stop::Proven } else { Stop::Gap })
    }

    /// Bound a node, look for answers in it, and say how to branch.
    fn visit(&mut self, node: &Node, done: usize, gap: f64, control: &Control) -> Result<(f64, Vec<Vec<Fix>>)> {
        let Some((arcs, outside)) = self.arcs(&node.fixes) else { return Ok((f64::INFINITY, vec![])) };
        let leave_m = self.outside_m.unwrap_or_else(|| self.units.outside_m());
        // Who must not stay outside does so only where there is no way at all.
        let outside_m: Vec<f64> = outside.iter().map(|may| if *may { leave_m } else { leave_m * 1e3 }).collect();
        let task = Transport { size: &self.units.size, arcs: &arcs, capacity: self.capacity, outside_m: &outside_m };
        let mut flow = task.solve(control)?;
        // What rounding left behind is nobody.
        for (at, size) in flow.at.iter_mut().zip(&self.units.size) {
            at.retain(|(_, people)| *people > size * CRUMB || *size == 0.0);
        }
        let last = self.capacity.len() as u32;
        let left_out = |unit: usize| flow.at[unit].iter().any(|(site, _)| *site == last);
        if (0..arcs.len()).any(|unit| left_out(unit) && !outside[unit]) {
            return Ok((f64::INFINITY, vec![]));
        }
        let bound = flow.bound.max(node.bound);
        if bound >= self.to_beat(gap) {
            return Ok((bound, vec![]));
        }
        let split: Vec<usize> = (0..arcs.len()).filter(|&unit| flow.at[unit].len() > 1).collect();
        let site_of: Vec<u32> = flow.at.iter().map(|at| most(at)).collect();
        if done < ROUND_EVERY || done.is_multiple_of(ROUND_EVERY) {
            self.round(site_of.clone());
            if bound >= self.to_beat(gap) {
                return Ok((bound, vec![]));
            }
        }
        if node.fixes.is_empty() {
            self.root = Some(flow);
        }
        self.drop_arcs();
        let Some(&unit) =
            split.iter().max_by(|&&a, &&b| self.units.size[a].total_cmp(&self.units.size[b]).then(b.cmp(&a)))
        else {
            let may_go = |unit: u32, site: u32| arcs[unit as usize].iter().any(|(known, _)| *known == site);
            if let Some(branches) = self.rules.branches(&site_of, self.capacity.len(), may_go) {
                return Ok((bound, branches));
            }
            self.offer(site_of);
            return Ok((bound, vec![]));
        };
        let (unit, site) = (unit as u32, site_of[unit]);
        Ok((bound, vec![vec![Fix::Only(unit, site)], vec![Fix::Not(unit, site)]]))
    }

    /// Arcs under the decisions, and who may be left outside; `None` where a unit can go nowhere.
    fn arcs(&self, fixes: &[Fix]) -> Option<Allowed> {
        let last = self.capacity.len() as u32;
        let mut arcs: Vec<Vec<(u32, f64)>> = self.units.arcs.clone();
        for (arcs, dropped) in arcs.iter_mut().zip(&self.dropped) {
            let mut dropped = dropped.iter();
            arcs.retain(|_| !dropped.next().copied().unwrap_or(false));
        }
        let mut outside = vec![self.outside_m.is_some(); arcs.len()];
        for &fix in fixes {
            match fix {
                Fix::Only(unit, site) => {
                    arcs[unit as usize].retain(|(known, _)| *known == site);
                    outside[unit as usize] &= site == last;
                }
                Fix::Not(unit, site) => {
                    arcs[unit as usize].retain(|(known, _)| *known != site);
                    outside[unit as usize] &= site != last;
                }
            }
        }
        let stuck = arcs.iter().zip(&outside).any(|(arcs, outside)| arcs.is_empty() && !outside);
        (!stuck).then_some((arcs, outside))
    }

    /// Leave out for good what the prices at the root show to be too dear.
    fn drop_arcs(&mut self) {
        let to_beat = self.to_beat(0.0);
        let Some(root) = self.root.as_ref().filter(|_| to_beat.is_finite()) else { return };
        for (unit, arcs) in self.units.arcs.iter().enumerate() {
            let paid = |&(site, walk_m): &(u32, f64)| walk_m + root.price[site as usize];
            let least = arcs.iter().map(paid).chain(self.outside_m).fold(f64::INFINITY, f64::min);
            for (place, arc) in arcs.iter().enumerate() {
                self.dropped[unit][place] |= root.bound + self.units.size[unit] * (paid(arc) - least) > to_beat;
            }
        }
    }

    /// Make an answer of an assignment that may break rules, and improve it.
    fn round(&mut self, site_of: Vec<u32>) {
        let mut state = Adjust::new(self.units, self.rules, self.capacity, self.outside_m, site_of);
        if state.run() {
            let site_of = state.site_of;
            if self.rules.branches(&site_of, self.capacity.len(), |_, _| true).is_none() {
                self.offer(site_of);
            }
        }
    }

    fn offer(&mut self, site_of: Vec<u32>) {
        let cost = self.cost(&site_of);
        if cost.is_finite() && self.best.as_ref().is_none_or(|best| cost < best.cost) {
            self.best = Some(Best { site_of, cost });
        }
    }
}

/// Where most of a unit goes; ties to the lower site.
fn most(at: &[(u32, f64)]) -> u32 {
    let best = at.iter().copied().reduce(|best, next| {
        let better = next.1 > best.1 || (next.1 >= best.1 && next.0 < best.0);
        if better { next } else { best }
    });
    best.map_or(0, |best| best.0)
}
