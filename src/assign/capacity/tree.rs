//! Whole units: branch and bound on what parts cost.

mod node;

use std::collections::BinaryHeap;

use self::node::Node;
use super::{
    Stop,
    clock::Clock,
    improve::{Random, anneal, descend},
    model::Model,
    packing::pack,
    relax::Relaxation,
    rules::Rules,
    simplex::Relaxed,
    state::State,
};
use crate::error::Result;

/// Nodes before the search anneals anew; doubled each time.
const ANNEAL_AFTER: usize = 16;
/// Ways up to which a first answer does not wait for the clock.
const QUICK: usize = 30_000;
/// Relative difference that counts as none.
const ROUNDING: f64 = 1e-10;

/// An answer of a component.
pub(super) struct Best {
    pub(super) way: Vec<u32>,
    pub(super) cost: f64,
}

/// The search in one component.
pub(super) struct Tree<'a> {
    model: &'a Model,
    rules: &'a Rules<'a>,
    relaxation: Relaxation<'a>,
    state: State<'a>,
    random: Random,
    pub(super) best: Option<Best>,
    /// No answer costs less.
    pub(super) bound: f64,
    /// Ways that a better answer could use.
    allowed: Vec<bool>,
    made: usize,
}

impl<'a> Tree<'a> {
    pub(super) fn new(model: &'a Model, rules: &'a Rules<'a>) -> Self {
        let first = (0..model.units()).map(|unit| model.start[unit] as u32).collect();
        Self {
            relaxation: Relaxation::new(model),
            state: State::new(model, rules, first),
            random: Random::new(0),
            best: None,
            bound: f64::NEG_INFINITY,
            allowed: vec![true; model.site.len()],
            made: 0,
            model,
            rules,
        }
    }

    /// The value that a node must beat.
    fn to_beat(&self, gap: f64) -> f64 {
        self.best.as_ref().map_or(f64::INFINITY, |best| best.cost - best.cost.abs() * gap.max(ROUNDING))
    }

    /// Search from an assignment that may break anything, such as today's.
    pub(super) fn start_from(&mut self, way: &[u32], clock: &Clock<'_>) -> Result<()> {
        self.state.set(way);
        self.improve(clock)
    }

    pub(super) fn search(&mut self, gap: f64, clock: &Clock<'_>) -> Result<Stop> {
        let Some(root) = self.root(gap, clock)? else {
            self.bound = f64::INFINITY;
            return Ok(Stop::Proven);
        };
        let mut open = BinaryHeap::from([Node { fixes: vec![], bound: root, number: 0 }]);
        let mut plunge: Option<Node> = None;
        // The least bound of nodes that were given up because they are within the gap.
        let mut given_up = f64::INFINITY;
        let (mut done, mut next_anneal) = (0_usize, ANNEAL_AFTER);
        while let Some(node) = plunge.take().or_else(|| open.pop()) {
            if node.bound >= self.to_beat(gap) {
                given_up = given_up.min(node.bound);
                continue;
            }
            clock.step()?;
            if clock.is_late() {
                let left = open.iter().map(|node| node.bound).fold(node.bound, f64::min);
                self.bound = left.min(given_up);
                return Ok(Stop::Time);
            }
            if done == next_anneal {
                next_anneal *= 2;
                self.anneal(clock)?;
            }
            let (bound, branches) = self.visit(&node, done, gap, clock)?;
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

    /// Bound the whole, find a good answer, and leave out ways that none better uses; `None` where nothing fits.
    fn root(&mut self, gap: f64, clock: &Clock<'_>) -> Result<Option<f64>> {
        // Where that takes no time, there is a first answer whatever the time.
        let calm = if self.model.site.len() <= QUICK { clock.unhurried() } else { clock.part(1.0) };
        let Some(relaxed) = self.relaxation.solve(&self.allowed, &calm)? else { return Ok(None) };
        let mut bound = relaxed.bound;
        self.round(&relaxed, &calm)?;
        let last = |unit: usize| self.model.start[unit + 1] - 1;
        let may_leave = |unit: usize| self.model.site[last(unit)] == self.model.sites;
        if self.best.is_none() && (0..self.model.units()).all(may_leave) {
            // Nobody served is an answer to begin with.
            let nobody: Vec<u32> = (0..self.model.units()).map(|unit| last(unit) as u32).collect();
            self.start_from(&nobody, &calm)?;
        }
        if bound < self.to_beat(gap) {
            self.drop_ways(&relaxed.price, bound);
            self.anneal(clock)?;
        }
        if bound < self.to_beat(gap) && !clock.is_late() {
            let aim = self.best.as_ref().map_or(f64::INFINITY, |best| best.cost);
            if let Some(packed) = pack(self.model, &self.allowed, &relaxed.price, aim, clock)? {
                bound = bound.max(packed.bound);
                let to_beat = self.to_beat(0.0);
                for (allowed, with) in self.allowed.iter_mut().zip(&packed.with) {
                    *allowed &= *with <= to_beat;
                }
            }
        }
        Ok(Some(bound))
    }

    /// Leave out ways whose reduced cost shows that no better answer uses them.
    fn drop_ways(&mut self, price: &[f64], bound: f64) {
        let paid = |model: &Model, way: usize| model.paid(way, price);
        let to_beat = self.to_beat(0.0);
        for unit in 0..self.model.units() {
            let ways = self.model.ways(unit).filter(|&way| self.allowed[way]);
            let least = ways.map(|way| paid(self.model, way)).fold(f64::INFINITY, f64::min);
            for way in self.model.ways(unit) {
                self.allowed[way] &= bound + paid(self.model, way) - least <= to_beat;
            }
        }
    }

    /// Make an answer of where most of each unit goes, and improve it.
    fn round(&mut self, relaxed: &Relaxed, clock: &Clock<'_>) -> Result<()> {
        let way: Vec<u32> = relaxed.shares.iter().map(|shares| shares[0].0).collect();
        self.start_from(&way, clock)
    }

    fn improve(&mut self, clock: &Clock<'_>) -> Result<()> {
        // A person too many must cost more than any walk that would make room; then more than leaving others out.
        let fines = (self.state.fine, self.state.stray_fine);
        for times in [20.0, 1e5] {
            (self.state.fine, self.state.stray_fine) = (fines.0 * times, fines.1 * times);
            let done = descend(&mut self.state, clock);
            (self.state.fine, self.state.stray_fine) = fines;
            done?;
            if self.state.is_sound() {
                break;
            }
        }
        if self.state.is_sound() {
            self.offer(self.state.way.clone());
        }
        Ok(())
    }

    /// Anneal from the best answer, or from where the search is.
    fn anneal(&mut self, clock: &Clock<'_>) -> Result<()> {
        if let Some(best) = &self.best {
            let way = best.way.clone();
            self.state.set(&way);
        }
        if let Some((_, way)) = anneal(&mut self.state, &mut self.random, 1.0, clock)? {
            self.state.set(&way);
        }
        self.improve(clock)
    }

    fn offer(&mut self, way: Vec<u32>) {
        let cost = way.iter().map(|&way| self.model.cost[way as usize]).sum::<f64>();
        if self.best.as_ref().is_none_or(|best| cost < best.cost) {
            self.best = Some(Best { way, cost });
        }
    }
}
