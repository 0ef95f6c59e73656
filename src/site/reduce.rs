//! What can be left out of a siting problem without changing its best answer.
//!
//! Rows with equal lists are merged, candidates that another candidate serves
//! at least as well everywhere are dropped, and where every row must be
//! covered, rows that follow from stricter rows are dropped and sites that
//! some row cannot do without are chosen. Each step is lossless; together they
//! shrink covering problems by one or two orders of magnitude (Church and
//! Murray 2018, chapter 2; Cordeau, Furini and Ljubić 2019).

use super::{
    gather::Gather,
    problem::{NONE, Problem, Rest, Role},
};

/// A smaller problem and the sites already chosen on the way, as site rows.
pub(super) struct Reduced {
    pub problem: Problem,
    pub chosen: Vec<u32>,
}

/// Reduce a problem in which rows may pay their miss.
pub(super) fn reduce(problem: Problem) -> Problem {
    let mut problem = problem;
    loop {
        let dominated = dominated_columns(&problem);
        if !dominated.contains(&true) {
            return problem;
        }
        let before = problem.rows();
        problem = merge(problem.restrict(&[], |site| !dominated[site]).problem);
        if problem.rows() == before {
            return problem;
        }
    }
}

/// Reduce a covering problem in which nobody may be left out, and `open` more sites may be chosen.
pub(super) fn reduce_full(problem: Problem, open: usize) -> Reduced {
    let mut problem = problem;
    let mut chosen = vec![];
    loop {
        problem = reduce(problem);
        let implied = implied_rows(&problem);
        let dropped = implied.contains(&true);
        if dropped {
            problem = without_rows(&problem, &implied);
        }
        let mut needed: Vec<u32> = (0..problem.rows())
            .filter(|&row| problem.sites_of(row).len() == problem.need[row] as usize)
            .flat_map(|row| problem.sites_of(row).to_vec())
            .collect();
        needed.sort_unstable();
        needed.dedup();
        if !dropped && needed.is_empty() || chosen.len() + needed.len() > open {
            return Reduced { problem, chosen };
        }
        chosen.extend(needed.iter().map(|&site| problem.ids[site as usize]));
        problem = merge(problem.restrict(&needed, |site| needed.binary_search(&(site as u32)).is_err()).problem);
    }
}

/// Join rows with equal lists in a covering problem.
fn merge(problem: Problem) -> Problem {
    if !problem.covers() {
        return problem;
    }
    let mut gather = Gather::new(&vec![Role::Free; problem.sites()], false);
    for row in 0..problem.rows() {
        gather.list.clear();
        gather.list.extend(problem.sites_of(row).iter().map(|&site| (site, 0)));
        gather.add(problem.need[row], 0, problem.miss[row]);
    }
    let mut merged = gather.problem;
    merged.miss = gather.sum;
    merged.ids = problem.ids;
    merged.base = problem.base + gather.base;
    merged.index();
    merged
}

fn without_rows(problem: &Problem, drop: &[bool]) -> Problem {
    let mut kept = Problem { start: vec![0], site: vec![], miss: vec![], need: vec![], ..problem.clone() };
    for row in (0..problem.rows()).filter(|&row| !drop[row]) {
        kept.site.extend_from_slice(problem.sites_of(row));
        kept.start.push(kept.site.len() as u32);
        kept.miss.push(problem.miss[row]);
        kept.need.push(problem.need[row]);
    }
    kept.index();
    kept
}

/// Columns that some other column serves at least as well in every row; of equals the first stays.
fn dominated_columns(problem: &Problem) -> Vec<bool> {
    let mut dominated = vec![false; problem.sites()];
    if problem.need.iter().any(|&need| need > 1) {
        // For backup cover a second, lesser site still counts.
        return dominated;
    }
    for site in 0..problem.sites() {
        // Whoever dominates serves every row of this site: look where it has fewest rivals.
        let rivals = |&at: &usize| {
            let row = problem.row[at] as usize;
            let cost = problem.row_cost.get(at).copied();
            let list = problem.list(row);
            cost.map_or(list.clone(), |cost| {
                let length = problem.cost[list.clone()].partition_point(|&other| other <= cost);
                list.start..list.start + length
            })
        };
        let Some(fewest) = problem.column(site).min_by_key(|at| rivals(at).len()) else {
            dominated[site] = true;
            continue;
        };
        dominated[site] = rivals(&fewest).any(|at| {
            let other = problem.site[at] as usize;
            other != site && !dominated[other] && serves_all(problem, other, site) && {
                let equals =
                    problem.column(other).len() == problem.column(site).len() && serves_all(problem, site, other);
                !equals || other < site
            }
        });
    }
    dominated
}

/// Whether `best` serves every row of `site` at no higher cost.
fn serves_all(problem: &Problem, best: usize, site: usize) -> bool {
    let mut at = problem.column(best).start;
    let end = problem.column(best).end;
    if end - at < problem.column(site).len() {
        return false;
    }
    problem.column(site).all(|wanted| {
        while at < end && problem.row[at] < problem.row[wanted] {
            at += 1;
        }
        at < end
            && problem.row[at] == problem.row[wanted]
            && (problem.covers() || problem.row_cost[at] <= problem.row_cost[wanted])
    })
}

/// Rows that are covered whenever some stricter row is; of equals the first stays.
fn implied_rows(problem: &Problem) -> Vec<bool> {
    let mut implied = vec![false; problem.rows()];
    let mut wanted = vec![NONE; problem.sites()];
    // A stricter row shares the site of this row that has fewest rows.
    for strict in 0..problem.rows() {
        if implied[strict] {
            continue;
        }
        let sites = problem.sites_of(strict);
        let Some(&rarest) = sites.iter().min_by_key(|&&site| problem.column(site as usize).len()) else { continue };
        for &site in sites {
            wanted[site as usize] = strict as u32;
        }
        for &row in problem.rows_of(rarest as usize) {
            let row = row as usize;
            if row == strict || implied[row] || problem.sites_of(row).len() < sites.len() {
                continue;
            }
            let shared = problem.sites_of(row).iter().filter(|&&site| wanted[site as usize] == strict as u32).count();
            implied[row] = shared == sites.len() && problem.need[row] <= problem.need[strict];
        }
    }
    implied
}

/// Apply decisions of a search: see [`Problem::restrict`].
pub(super) fn decide(problem: &Problem, chosen: &[u32], out: &[bool]) -> Rest {
    let mut keep: Vec<bool> = out.iter().map(|out| !out).collect();
    for &site in chosen {
        keep[site as usize] = false;
    }
    problem.restrict(chosen, |site| keep[site])
}
