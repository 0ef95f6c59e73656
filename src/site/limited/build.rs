//! From the reach and the rules to a problem within limits.

use super::{Limited, ROUNDING};
use crate::{
    reach::Reach,
    site::{
        problem::{NONE, Problem, Role},
        rules::Rules,
        terms::Asked,
    },
};

/// Rows that pay their weight when they are not served within `limit_m`; at most `open` sites besides the fixed.
///
/// Rows of weight 0 are left out.
pub(in crate::site) fn covering(
    reach: &Reach,
    weight: &[f64],
    limit_m: f64,
    asked: &Asked,
    rules: &Rules<'_>,
    open: usize,
) -> Limited {
    if rules.capacity.is_none() {
        let problem = Problem::cover(reach, weight, limit_m, &asked.role, 1);
        return limit(problem, vec![], asked, rules, open);
    }
    let wanted = |row: usize| weight[row] > 0.0;
    let (mut problem, demand) = rows(reach, limit_m, asked, rules, wanted, |_, _| 0.0);
    problem.miss = demand.iter().map(|&row| weight[row as usize]).collect();
    problem.cost.clear();
    problem.index();
    limit(problem, demand, asked, rules, open)
}

/// Rows that cost weight times metres to serve, and `times` more than all service when they are not.
pub(in crate::site) fn median(
    reach: &Reach,
    weight: &[f64],
    asked: &Asked,
    rules: &Rules<'_>,
    open: usize,
    times: f64,
) -> Limited {
    let (problem, demand) = if rules.capacity.is_none() {
        (Problem::median(reach, weight, asked.limit_m, &asked.role), vec![])
    } else {
        let (mut problem, demand) =
            rows(reach, asked.limit_m, asked, rules, |_| true, |row, walk_m| weight[row] * walk_m);
        let dearest = |row: usize| problem.list(row).last().map_or(0.0, |at| problem.cost[at]);
        let beyond = times * (1.0 + (0..demand.len()).map(dearest).sum::<f64>()).ceil();
        problem.miss = vec![beyond; demand.len()];
        problem.index();
        (problem, demand)
    };
    // Where a fixed site of any capacity is within the limit of every row, nobody can be left out.
    let fixed_near =
        |row| reach.row(row).any(|(site, walk_m)| walk_m <= asked.limit_m && asked.role[site as usize] == Role::Fixed);
    let all_served = rules.capacity.is_none() && (0..weight.len()).all(fixed_near);
    let beyond = problem.miss.iter().copied().fold(0.0, f64::max);
    let mut limited = limit(problem, demand, asked, rules, open);
    limited.beyond = if all_served || beyond == 0.0 { f64::INFINITY } else { beyond };
    limited
}

/// A row for each demand row, a column for each site that may be open, the fixed ones too.
fn rows(
    reach: &Reach,
    limit_m: f64,
    asked: &Asked,
    rules: &Rules<'_>,
    wanted: impl Fn(usize) -> bool,
    cost: impl Fn(usize, f64) -> f64,
) -> (Problem, Vec<u32>) {
    let mut problem = Problem::empty(true);
    let mut column_of = vec![NONE; asked.role.len()];
    for (site, _) in asked.role.iter().enumerate().filter(|(_, role)| **role != Role::Forbidden) {
        column_of[site] = problem.ids.len() as u32;
        problem.ids.push(site as u32);
    }
    let room = |site: u32| rules.capacity.map_or(f64::INFINITY, |capacity| capacity.of_site[site as usize]);
    let split = rules.capacity.is_some_and(|capacity| capacity.split);
    let mut demand = vec![];
    let mut list = vec![];
    for row in (0..reach.shape().0).filter(|&row| wanted(row)) {
        list.clear();
        let load = rules.load[row];
        let fits =
            |site: u32| if split { room(site) > 0.0 || load == 0.0 } else { load <= room(site) * (1.0 + ROUNDING) };
        for (site, walk_m) in reach.row(row).filter(|&(_, walk_m)| walk_m <= limit_m) {
            if column_of[site as usize] != NONE && fits(site) {
                list.push((cost(row, walk_m), column_of[site as usize]));
            }
        }
        list.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        problem.site.extend(list.iter().map(|entry| entry.1));
        problem.cost.extend(list.iter().map(|entry| entry.0));
        problem.start.push(problem.site.len() as u32);
        problem.need.push(1);
        demand.push(row as u32);
    }
    problem.miss = vec![0.0; demand.len()];
    (problem, demand)
}

/// The problem with its limits.
fn limit(problem: Problem, demand: Vec<u32>, asked: &Asked, rules: &Rules<'_>, open: usize) -> Limited {
    let ids = problem.ids.clone();
    let mut limited = Limited {
        load: demand.iter().map(|&row| rules.load[row as usize]).collect(),
        capacity: vec![],
        split: false,
        must: vec![],
        most_open: open,
        spend: vec![],
        budget: f64::INFINITY,
        rivals: vec![],
        clique: vec![],
        cliques: 0,
        beyond: f64::INFINITY,
        demand,
        problem,
    };
    if let Some(capacity) = rules.capacity {
        // Columns need not take more than all rows: an infinite capacity is finite here.
        let all: f64 = limited.load.iter().sum::<f64>() + 1.0;
        // Sums of whole loads are rounded; shares end exactly where the capacity does.
        let rounding = if capacity.split { 0.0 } else { ROUNDING };
        let of_site = |&site: &u32| capacity.of_site[site as usize].min(all) * (1.0 + rounding);
        limited.capacity = ids.iter().map(of_site).collect();
        limited.split = capacity.split;
        limited.must =
            (0..ids.len() as u32).filter(|&at| asked.role[ids[at as usize] as usize] == Role::Fixed).collect();
        limited.most_open = open + asked.fixed.len();
    }
    if let Some(budget) = rules.budget {
        let fixed = |site: u32| asked.role[site as usize] == Role::Fixed;
        limited.spend = ids.iter().map(|&site| if fixed(site) { 0.0 } else { budget.cost[site as usize] }).collect();
        for (site, closing) in budget.existing.iter().zip(&budget.closing_cost) {
            if let Ok(column) = ids.binary_search(site) {
                limited.spend[column] = -closing;
            }
        }
        let closing: f64 = budget.closing_cost.iter().sum();
        limited.budget = budget.total * (1.0 + ROUNDING) - closing;
    }
    if let Some(apart) = rules.separation {
        limited.rivals = vec![vec![]; ids.len()];
        let new = |site: u32| ids.binary_search(&site).ok().filter(|_| !rules.open_already[site as usize]);
        for &(a, b, _) in apart.near() {
            if let (Some(a), Some(b)) = (new(a), new(b)) {
                limited.rivals[a].push(b as u32);
                limited.rivals[b].push(a as u32);
            }
        }
        limited.rivals.iter_mut().for_each(|rivals| rivals.sort_unstable());
        limited.group();
    }
    limited
}
