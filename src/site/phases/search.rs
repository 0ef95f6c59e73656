//! The search for nested plans: sites told apart until every stage keeps what the one before opened.

use std::{cmp::Ordering, rc::Rc};

use crate::{
    error::{Error, Result},
    site::{plan::SitingPlan, terms::Terms},
};

/// In a node, a site is open by a phase and stays, or is not open by then.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    site: u32,
    phase: usize,
    open: bool,
}

/// Rules, and the best plan of each phase under them.
pub(super) struct Node {
    rules: Vec<Rule>,
    plans: Vec<Rc<SitingPlan>>,
    /// No nested plan under these rules is better, nor under fewer of them.
    pub(super) floor: f64,
}

pub(super) struct Search<'a> {
    pub(super) terms: &'a Terms,
    pub(super) sites: usize,
    pub(super) sign: f64,
    pub(super) grows: bool,
    /// Least sum of objectives so far (their negatives where large is good), and its plans.
    pub(super) best: f64,
    pub(super) plans: Vec<Rc<SitingPlan>>,
    /// Bound of what was put aside unproven.
    pub(super) closed: f64,
}

pub(super) type Ask<'f> = dyn FnMut(usize, &Terms) -> Result<SitingPlan> + 'f;

impl Search<'_> {
    pub(super) fn noise(&self) -> f64 {
        if self.best.is_finite() { 1e-9 * self.best.abs() } else { 0.0 }
    }

    pub(super) fn node(&self, rules: Vec<Rule>, plans: Vec<Rc<SitingPlan>>, floor: f64) -> Node {
        // A solve that had little time knows less than the one before it.
        let bound: f64 = plans.iter().map(|plan| self.sign * plan.bound).sum();
        Node { rules, plans, floor: floor.max(bound) }
    }

    fn value(&self, plans: &[Rc<SitingPlan>]) -> f64 {
        plans.iter().map(|plan| self.sign * plan.objective).sum()
    }

    /// The most promising node; of equals the latest, which is deepest.
    pub(super) fn take(waiting: &mut Vec<Node>) -> Option<Node> {
        let at = (0..waiting.len()).min_by(|&a, &b| {
            let order = waiting[a].floor.total_cmp(&waiting[b].floor);
            if order == Ordering::Equal { b.cmp(&a) } else { order }
        })?;
        Some(waiting.swap_remove(at))
    }

    /// Terms of a phase under rules, with more sites fixed, and only some allowed.
    fn narrowed(&self, rules: &[Rule], phase: usize, also: &[u32], only: Option<&[u32]>) -> Option<Terms> {
        let mut fixed = self.terms.fixed.clone();
        let mut forbidden = self.terms.forbidden.clone();
        for rule in rules {
            if rule.open && rule.phase <= phase && !fixed.contains(&rule.site) {
                fixed.push(rule.site);
            }
            if !rule.open && rule.phase >= phase && !forbidden.contains(&rule.site) {
                forbidden.push(rule.site);
            }
        }
        fixed.extend(also.iter().filter(|site| !self.terms.fixed.contains(site)));
        fixed.sort_unstable();
        fixed.dedup();
        if let Some(only) = only {
            let out = (0..self.sites as u32).filter(|site| !only.contains(site));
            forbidden.extend(out);
            forbidden.sort_unstable();
            forbidden.dedup();
        }
        let clash = fixed.iter().any(|site| forbidden.contains(site));
        (!clash).then(|| Terms { fixed, forbidden, ..self.terms.clone() })
    }

    /// A nested plan from the best plan of one phase: forwards it keeps and adds, backwards it leaves out.
    pub(super) fn grow(&mut self, node: &Node, anchor: usize, ask: &mut Ask<'_>) -> Result<()> {
        if !self.grows {
            return Ok(());
        }
        let phases = node.plans.len();
        let mut plans = vec![None; phases];
        plans[anchor] = Some(Rc::clone(&node.plans[anchor]));
        let chosen = |plan: &Option<Rc<SitingPlan>>| -> Vec<u32> {
            plan.iter().flat_map(|plan| plan.sites.iter().map(|chosen| chosen.site)).collect()
        };
        for phase in anchor + 1..phases {
            let kept = chosen(&plans[phase - 1]);
            let Some(terms) = self.narrowed(&node.rules, phase, &kept, None) else { return Ok(()) };
            plans[phase] = feasible(ask(phase, &terms))?;
            if plans[phase].is_none() {
                return Ok(());
            }
        }
        for phase in (0..anchor).rev() {
            let later = chosen(&plans[phase + 1]);
            let Some(terms) = self.narrowed(&node.rules, phase, &[], Some(&later)) else { return Ok(()) };
            plans[phase] = feasible(ask(phase, &terms))?;
            if plans[phase].is_none() {
                return Ok(());
            }
        }
        let plans: Vec<Rc<SitingPlan>> = plans.into_iter().flatten().collect();
        self.offer(plans);
        Ok(())
    }

    fn offer(&mut self, plans: Vec<Rc<SitingPlan>>) {
        let value = self.value(&plans);
        if value < self.best {
            (self.best, self.plans) = (value, plans);
        }
    }

    /// Tell two cases apart where a later plan closes what an earlier one opened.
    pub(super) fn branch(&mut self, node: &Node, waiting: &mut Vec<Node>, ask: &mut Ask<'_>) -> Result<()> {
        let Some((site, phase)) = Self::torn(node) else {
            self.offer(node.plans.clone());
            // A phase that was not proven leaves its bound behind.
            self.closed = self.closed.min(node.floor);
            return Ok(());
        };
        for open in [true, false] {
            let mut rules = node.rules.clone();
            rules.push(Rule { site, phase, open });
            let mut plans = vec![];
            for (at, plan) in node.plans.iter().enumerate() {
                let has = plan.sites.iter().any(|chosen| chosen.site == site);
                let touched = if open { at >= phase && !has } else { at <= phase && has };
                if !touched {
                    plans.push(Rc::clone(plan));
                    continue;
                }
                let Some(terms) = self.narrowed(&rules, at, &[], None) else { break };
                let Some(plan) = feasible(ask(at, &terms))? else { break };
                plans.push(plan);
            }
            if plans.len() < node.plans.len() {
                continue;
            }
            let child = self.node(rules, plans, node.floor);
            if child.floor < self.best - self.noise() {
                self.grow(&child, child.plans.len() - 1, ask)?;
                waiting.push(child);
            }
        }
        Ok(())
    }

    /// The site on which most people depend among those that a phase opens and the next lacks.
    fn torn(node: &Node) -> Option<(u32, usize)> {
        let mut most: Option<(f64, u32, usize)> = None;
        for (phase, pair) in node.plans.windows(2).enumerate() {
            for chosen in &pair[0].sites {
                let kept = pair[1].sites.iter().any(|later| later.site == chosen.site);
                if !kept && most.is_none_or(|(people, ..)| chosen.only_here > people) {
                    most = Some((chosen.only_here, chosen.site, phase));
                }
            }
        }
        most.map(|(_, site, phase)| (site, phase))
    }
}

/// A plan, or none where the terms leave none.
fn feasible(plan: Result<SitingPlan>) -> Result<Option<Rc<SitingPlan>>> {
    match plan {
        Ok(plan) => Ok(Some(Rc::new(plan))),
        Err(Error::Infeasible { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
