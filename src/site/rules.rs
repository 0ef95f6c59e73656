//! What may limit a choice of sites: capacity, money, and the distance between new sites.

use crate::{
    error::{Error, Result},
    reach::Reach,
};

use super::{
    problem::Role,
    terms::{Asked, Terms},
};

/// How much each site can serve (服务能力).
#[derive(Debug, Clone, PartialEq)]
pub struct Capacity {
    /// Most that each site can serve, in the unit of `load`; infinite where nothing limits it.
    pub of_site: Vec<f64>,
    /// What each demand row takes of it; `None` takes the row's weight (1 in models without weights).
    pub load: Option<Vec<f64>>,
    /// Whether a demand row may be shared by several sites; otherwise each goes whole to one.
    pub split: bool,
}

/// What sites cost, and what there is to spend.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    /// Money there is, in any unit.
    pub total: f64,
    /// What opening each site costs; of fixed and existing sites it is not looked at.
    pub cost: Vec<f64>,
    /// Sites that are open already and may be closed.
    pub existing: Vec<u32>,
    /// What closing each of `existing` costs; less than 0 where closing brings money in.
    pub closing_cost: Vec<f64>,
}

/// New sites keep their distance from each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Separation {
    least_m: f64,
    sites: usize,
    /// Pairs of sites nearer than that, the lower first, with their metres.
    near: Vec<(u32, u32, f64)>,
}

impl Separation {
    /// No two new sites nearer than `least_m` metres in a straight line.
    ///
    /// ```
    /// use linli::site::Separation;
    ///
    /// let apart = Separation::from_xy(500.0, &[[0.0, 0.0], [300.0, 400.0], [300.0, 0.0]])?;
    /// // Sites 0 and 1 are exactly 500 m apart, which is far enough.
    /// assert_eq!(apart.near(), [(0, 2, 300.0), (1, 2, 400.0)]);
    /// # Ok::<(), linli::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Parameter`] for a distance that is negative or not finite,
    /// [`Error::NotFinite`] for such positions.
    pub fn from_xy(least_m: f64, xy: &[[f64; 2]]) -> Result<Self> {
        check_least(least_m)?;
        if let Some(row) = xy.iter().position(|at| !(at[0].is_finite() && at[1].is_finite())) {
            return Err(Error::NotFinite { table: "sites", row, x: xy[row][0], y: xy[row][1] });
        }
        // Along the first axis: only sites within the distance there need a look.
        let mut order: Vec<u32> = (0..xy.len() as u32).collect();
        order.sort_by(|&a, &b| xy[a as usize][0].total_cmp(&xy[b as usize][0]).then(a.cmp(&b)));
        let mut near = vec![];
        for (place, &a) in order.iter().enumerate() {
            for &b in &order[place + 1..] {
                let (from, to) = (xy[a as usize], xy[b as usize]);
                if to[0] - from[0] >= least_m {
                    break;
                }
                let metres = (to[0] - from[0]).hypot(to[1] - from[1]);
                if metres < least_m {
                    near.push((a.min(b), a.max(b), metres));
                }
            }
        }
        near.sort_unstable_by_key(|&(a, b, _)| (a, b));
        Ok(Self { least_m, sites: xy.len(), near })
    }

    /// No two new sites nearer than `least_m` metres on foot, either way.
    ///
    /// `between` has the sites on both sides; it must have been measured at least that far.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a distance that cannot be, a table that is not
    /// of sites by sites, or one that was cut off below the distance.
    pub fn from_reach(least_m: f64, between: &Reach) -> Result<Self> {
        check_least(least_m)?;
        let (rows, sites) = between.shape();
        if rows != sites {
            let rule = "give the walks from every site to every site";
            return Err(Error::parameter("separation", &format!("{rows} × {sites} walks"), rule));
        }
        if let Some(held_m) = between.limit_m().filter(|held_m| *held_m < least_m) {
            let rule =
                format!("the walks between sites are known up to {held_m} m only; measure them up to {least_m} m");
            return Err(Error::parameter("separation_m", &least_m, &rule));
        }
        let mut near: Vec<(u32, u32, f64)> = vec![];
        for a in 0..rows as u32 {
            let close = between.row(a as usize).filter(|&(b, walk_m)| a != b && walk_m < least_m);
            near.extend(close.map(|(b, walk_m)| (a.min(b), a.max(b), walk_m)));
        }
        near.sort_unstable_by(|x, y| (x.0, x.1).cmp(&(y.0, y.1)).then(x.2.total_cmp(&y.2)));
        near.dedup_by_key(|pair| (pair.0, pair.1));
        Ok(Self { least_m, sites, near })
    }

    /// Pairs of sites that are too near to be new together, the lower row first, with their metres.
    #[must_use]
    pub fn near(&self) -> &[(u32, u32, f64)] {
        &self.near
    }

    /// The distance to be kept, metres.
    #[must_use]
    pub fn least_m(&self) -> f64 {
        self.least_m
    }
}

fn check_least(least_m: f64) -> Result<()> {
    if least_m.is_finite() && least_m >= 0.0 {
        return Ok(());
    }
    Err(Error::parameter("separation_m", &least_m, "give a finite number of metres, 0 or more"))
}

/// The limits of a question, checked.
pub(super) struct Rules<'a> {
    pub capacity: Option<&'a Capacity>,
    /// What each demand row takes of a capacity; empty without one.
    pub load: Vec<f64>,
    pub budget: Option<&'a Budget>,
    pub separation: Option<&'a Separation>,
    /// Sites that are open already, fixed or not.
    pub open_already: Vec<bool>,
}

impl<'a> Rules<'a> {
    /// The limits among the terms; `None` where there are none.
    pub(super) fn new(reach: &Reach, terms: &'a Terms, asked: &Asked, weight: Option<&[f64]>) -> Result<Option<Self>> {
        if terms.capacity.is_none() && terms.budget.is_none() && terms.separation.is_none() {
            return Ok(None);
        }
        Self::checked(reach, terms, asked, weight).map(Some)
    }

    /// The limits among the terms.
    pub(super) fn checked(reach: &Reach, terms: &'a Terms, asked: &Asked, weight: Option<&[f64]>) -> Result<Self> {
        let (rows, sites) = reach.shape();
        let mut rules = Self {
            capacity: terms.capacity.as_ref(),
            load: vec![],
            budget: terms.budget.as_ref(),
            separation: terms.separation.as_ref(),
            open_already: asked.role.iter().map(|role| *role == Role::Fixed).collect(),
        };
        if let Some(capacity) = &terms.capacity {
            column("sites", "capacity", &capacity.of_site, sites, false)?;
            rules.load = match (&capacity.load, weight) {
                (Some(load), _) => load.clone(),
                (None, Some(weight)) => weight.to_vec(),
                (None, None) => vec![1.0; rows],
            };
            column("demand", "load", &rules.load, rows, true)?;
        }
        if let Some(budget) = &terms.budget {
            column("sites", "cost", &budget.cost, sites, true)?;
            if !(budget.total.is_finite() && budget.total >= 0.0) {
                return Err(Error::parameter("budget", &budget.total, "give a finite amount of money, 0 or more"));
            }
            let (expected, got) = (budget.existing.len(), budget.closing_cost.len());
            if expected != got {
                return Err(Error::Length { table: "existing", column: "closing_cost".into(), expected, got });
            }
            for (&site, &closing) in budget.existing.iter().zip(&budget.closing_cost) {
                let rule = match asked.role.get(site as usize) {
                    None => format!("there are {sites} sites, rows 0 to {}", sites.max(1) - 1),
                    Some(Role::Fixed) => "is fixed too; a fixed site cannot be closed".to_owned(),
                    Some(Role::Forbidden) => "is forbidden too; an existing site may stay open".to_owned(),
                    Some(Role::Free) if rules.open_already[site as usize] => "is given twice".to_owned(),
                    Some(Role::Free) => String::new(),
                };
                if !rule.is_empty() {
                    return Err(Error::parameter("existing", &site, &rule));
                }
                if !closing.is_finite() {
                    return Err(Error::parameter("closing_cost", &closing, "give a finite amount of money"));
                }
                rules.open_already[site as usize] = true;
            }
        }
        if let Some(got) = terms.separation.as_ref().map(|apart| apart.sites).filter(|got| *got != sites) {
            return Err(Error::Length { table: "sites", column: "separation".into(), expected: sites, got });
        }
        Ok(rules)
    }

    /// The same with another budget.
    pub(super) fn with_budget<'b>(&'b self, budget: &'b Budget) -> Rules<'b> {
        Rules { budget: Some(budget), load: self.load.clone(), open_already: self.open_already.clone(), ..*self }
    }

    /// Refuse limits that a model does not know.
    pub(super) fn none(terms: &Terms, model: &str) -> Result<()> {
        let given = [
            ("capacity", terms.capacity.is_some()),
            ("budget", terms.budget.is_some()),
            ("separation_m", terms.separation.is_some()),
        ];
        match given.into_iter().find(|(_, given)| *given) {
            Some((parameter, _)) => {
                let rule = format!("{model} does not take it; mclp, p_median and p_center do");
                Err(Error::parameter(parameter, &"given", &rule))
            }
            None => Ok(()),
        }
    }

    /// Money that a choice takes: its new sites, and the closing of existing ones.
    pub(super) fn spent(&self, chosen: impl Fn(u32) -> bool) -> Option<f64> {
        let budget = self.budget?;
        let new = (0..self.open_already.len()).filter(|&site| !self.open_already[site] && chosen(site as u32));
        let closed = budget.existing.iter().zip(&budget.closing_cost).filter(|(site, _)| !chosen(**site));
        // An empty sum is -0.0.
        Some(0.0 + new.map(|site| budget.cost[site]).sum::<f64>() + closed.map(|(_, cost)| cost).sum::<f64>())
    }
}

/// Refuse a column that has another length than its table, or numbers that are negative or not numbers.
fn column(table: &'static str, name: &str, values: &[f64], expected: usize, finite: bool) -> Result<()> {
    if values.len() != expected {
        return Err(Error::Length { table, column: name.into(), expected, got: values.len() });
    }
    for (row, &value) in values.iter().enumerate() {
        let rule = match value {
            value if value.is_nan() => "is not a number; give 0 or more",
            value if value < 0.0 => "is negative; give 0 or more",
            value if value.is_infinite() && finite => "is infinite; give a number",
            _ => continue,
        };
        return Err(Error::BadValue { table, row, column: name.into(), value, rule });
    }
    Ok(())
}
