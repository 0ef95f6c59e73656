//! What follows from a proposal: the next best, the sure ones, what more would bring.

use serde::Serialize;

use super::{
    answer::Proposal,
    ask::{Ask, Model},
    table::Table,
    uncoverable::in_the_citys_words,
};
use crate::{
    city::City,
    control::Control,
    error::{Error, Result},
    site::{self, CurvePoint, Exchanges, Front, Terms, exchanges},
    walk::{OnPlane, Walk},
};

/// How sure a new centre is: the best plan without it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Robust {
    /// The site: a place in [`Proposal::sites`].
    pub site: u32,
    /// Objective of the best plan found without it; `None` where there is none.
    pub objective: Option<f64>,
    /// No plan without it is better.
    pub bound: Option<f64>,
    /// What the best plan without it is worth less, in the unit of the objective.
    pub lost: Option<f64>,
    /// Whether every plan within the tolerance has it; `None` where the bounds leave that open.
    pub in_every_plan: Option<bool>,
}

impl Proposal {
    /// What exchanging each new centre for each candidate not chosen would lose.
    ///
    /// In people within the standard, for `p_median` in person-metres.
    ///
    /// # Errors
    /// None that a proposal does not rule out.
    pub fn exchanges(&self) -> Result<Exchanges> {
        let table = &self.table;
        let chosen: Vec<u32> = self.plan().sites.iter().map(|chosen| chosen.site).collect();
        let terms = Terms { limit_m: table.worth_limit_m(), ..table.terms(&self.ask) };
        exchanges(&table.reach, &table.weight, &chosen, table.worth(), &terms)
    }

    /// Which new centres are in every plan whose objective is within a share of the best (稳健选址).
    ///
    /// Each new centre is forbidden in turn, with every candidate within
    /// `nearby_m` of it that is not chosen, and the question asked anew; bounds
    /// make the answer certain or leave it open. On a grid the next point is
    /// nearly as good as any: a distance asks which places are needed. Where
    /// fewer candidates are left than new centres were asked for, all are open.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a share that is not from 0 to below 1, a distance
    /// that is negative or not a number, and for a plan in phases, whose centres
    /// depend on each other.
    pub fn robust(&self, within: f64, nearby_m: f64, control: &Control) -> Result<Vec<Robust>> {
        if !(0.0..1.0).contains(&within) {
            return Err(Error::parameter("within", &within, "give a share from 0 to below 1, such as 0.01"));
        }
        if nearby_m.is_nan() || nearby_m < 0.0 {
            return Err(Error::parameter("nearby_m", &nearby_m, "give metres, 0 or more"));
        }
        if self.phases().is_some() {
            return Err(Error::parameter("phases", &self.ask.new.len(), "ask this of a plan without phases"));
        }
        let (table, plan) = (&self.table, self.plan());
        let larger_is_better = matches!(self.ask.model, Model::Mclp | Model::Gradual { .. });
        let mut found = vec![];
        for pick in self.picks() {
            let mut terms = table.terms(&self.ask);
            terms.forbidden.extend(self.near(pick.site, nearby_m));
            terms.forbidden.sort_unstable();
            terms.forbidden.dedup();
            // Where too few are left to choose from, all of them.
            let p = plan.sites.len().min(table.sites.len() - terms.forbidden.len());
            let without = match table.solve(p, &terms, control) {
                Ok(without) => without,
                Err(Error::Infeasible { .. }) => {
                    let nothing =
                        Robust { site: pick.site, objective: None, bound: None, lost: None, in_every_plan: Some(true) };
                    found.push(nothing);
                    continue;
                }
                Err(error) => return Err(error),
            };
            let (in_all, not_in_all, lost) = if larger_is_better {
                let least = 1.0 - within;
                (
                    without.bound < least * plan.objective,
                    without.objective >= least * plan.bound,
                    plan.objective - without.objective,
                )
            } else {
                let most = 1.0 + within;
                (
                    without.bound > most * plan.objective,
                    without.objective <= most * plan.bound,
                    without.objective - plan.objective,
                )
            };
            found.push(Robust {
                site: pick.site,
                objective: Some(without.objective),
                bound: Some(without.bound),
                lost: Some(lost),
                in_every_plan: if in_all {
                    Some(true)
                } else if not_in_all {
                    Some(false)
                } else {
                    None
                },
            });
        }
        Ok(found)
    }

    /// A new centre, and the candidates near it that are not chosen.
    fn near(&self, site: u32, nearby_m: f64) -> Vec<u32> {
        let sites = self.sites();
        let [x, y] = sites[site as usize].xy;
        let is_near = |other: u32| {
            let at = sites[other as usize].xy;
            (at[0] - x).hypot(at[1] - y) <= nearby_m
        };
        let chosen = |other: u32| self.picks().iter().any(|pick| pick.site == other);
        let candidates = self.table.existing as u32..sites.len() as u32;
        candidates.filter(|&other| other == site || (is_near(other) && !chosen(other))).collect()
    }

    /// The best plan for each number of new centres, from none to `most`; `lscp` is asked as `mclp`.
    ///
    /// # Errors
    /// [`Error::Infeasible`] for more than there are candidates; those of the models.
    pub fn curve(&self, most: usize, control: &Control) -> Result<Vec<CurvePoint>> {
        let (table, terms) = (&self.table, self.table.terms(&self.ask));
        let allowed = table.sites.len() - table.existing - table.forbidden.len();
        if most > allowed {
            let rule = format!("there are {allowed} candidates that may be chosen");
            return Err(Error::parameter("most", &most, &rule));
        }
        let first = usize::from(table.existing == 0);
        if most < first {
            return Err(Error::parameter("most", &most, "give at least 1: without a centre there is nothing to ask"));
        }
        let solve = |p: usize| match table.model {
            Model::Lscp => site::mclp(&table.reach, &table.weight, p, &terms, control),
            _ => table.solve(p, &terms, control),
        };
        site::curve(table.existing + first..=table.existing + most, solve)
    }

    /// Plans of as many new centres between most people covered and shortest walks.
    ///
    /// The sites of its plans are places in [`Proposal::sites`].
    ///
    /// # Errors
    /// Those of [`site::pareto`]; [`Error::Parameter`] with speeds by group.
    pub fn pareto(&self, city: &City, walk: &dyn Walk, most: usize, control: &Control) -> Result<Front> {
        if !self.ask.speeds.is_empty() {
            return Err(Error::parameter("speeds", &"given", "mean walks are asked of people who walk at one speed"));
        }
        let new = self.picks().len();
        let ask = Ask { model: Model::PMedian, new: vec![new.max(1)], ..self.ask.clone() };
        let walk = &OnPlane::new(walk, &city.frame().plane)?;
        let table = Table::new(city, walk, &ask, control)?;
        let (p, limit_m) = (table.existing + new, ask.standard.limit_m());
        let found = site::pareto(&table.reach, &table.weight, p, limit_m, most, &table.terms(&ask), control);
        found.map_err(|error| in_the_citys_words(error, city, &table, &ask))
    }
}
