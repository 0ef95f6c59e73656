//! Set covering (集合覆盖): the fewest sites that reach everyone, or enough people.

use crate::{
    control::Control,
    error::{Error, Result},
    reach::Reach,
    threads,
};

use super::{
    branch::{Aim, fewest, search},
    check::{Claim, confirm, evaluate},
    clock::Clock,
    infeasible,
    plan::{SitingPlan, Stop},
    problem::Problem,
    reduce::{reduce, reduce_full},
    ruled::{self, Ruled},
    rules::Rules,
    terms::{Asked, Terms, check_weight},
};

/// Who must be within reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cover {
    /// Share of the people, above 0 and at most 1. Below 1 it needs weights.
    pub share: f64,
    /// Sites that each demand row must have within reach: 2 asks for backup. Above 1 only with `share` 1.
    pub times: u32,
}

impl Default for Cover {
    /// Everyone, once.
    fn default() -> Self {
        Self { share: 1.0, times: 1 }
    }
}

/// Choose as few sites as reach everyone, or a share of the people, or everyone several times (LSCP).
///
/// Without weights every demand row must be covered; with weights rows where
/// nobody lives need not be. Objective and bound are sites, the fixed ones
/// among them. Of equally small covers, which one is returned is not specified.
///
/// With a [`Capacity`](super::Capacity) rows must be served, not only reached;
/// without weights each takes 1. A [`Separation`](super::Separation) holds too.
///
/// Model: Toregas, Swain, ReVelle and Bergman (1971). One site fewer is asked
/// for until that is shown to be impossible.
///
/// # Errors
/// [`Error::Infeasible`] naming the rows that not enough allowed sites reach
/// and the distance at which they would, or the share that can be reached or served;
/// otherwise as [`mclp`](super::mclp()).
pub fn lscp(
    reach: &Reach,
    weight: Option<&[f64]>,
    cover: Cover,
    terms: &Terms,
    control: &Control,
) -> Result<SitingPlan> {
    let clock = Clock::new(terms.time_limit_s, control);
    let asked = Asked::new(reach, terms)?;
    check_cover(cover, weight.is_some())?;
    weight.map_or(Ok(()), |weight| check_weight(reach, weight))?;
    let rows = reach.shape().0;
    let everyone = vec![1.0; rows];
    let people = weight.unwrap_or(&everyone);
    let whole = cover.share >= 1.0;
    if let Some(rules) = Rules::new(reach, terms, &asked, weight)? {
        check_ruled(cover, terms)?;
        let need: Vec<u32> = people.iter().map(|people| u32::from(whole && *people > 0.0)).collect();
        infeasible::unreachable("lscp", reach, &asked, &need)?;
        let p = asked.allowed;
        let ruled = Ruled { reach, asked: &asked, rules: &rules, terms, clock: &clock, p };
        return ruled::lscp(ruled, people, cover, control);
    }
    let (problem, chosen, most) = if whole {
        let wanted: Vec<f64> = people.iter().map(|people| f64::from(u8::from(*people > 0.0))).collect();
        let need: Vec<u32> = wanted.iter().map(|wanted| if *wanted > 0.0 { cover.times } else { 0 }).collect();
        infeasible::unreachable("lscp", reach, &asked, &need)?;
        let problem = Problem::cover(reach, &wanted, asked.limit_m, &asked.role, cover.times);
        let reduced = reduce_full(problem, usize::MAX);
        (reduced.problem, reduced.chosen, 0.0)
    } else {
        let total: f64 = people.iter().sum();
        let problem = reduce(Problem::cover(reach, people, asked.limit_m, &asked.role, 1));
        let spare = total - cover.share * total + 1e-9 * total;
        let most = if problem.is_whole() { spare.floor() } else { spare };
        if problem.base > most {
            return Err(share_too_large(cover.share, 1.0 - problem.base / total));
        }
        (problem, vec![], most)
    };

    let quick = greedy(&problem, most);
    let mut sites: Vec<u32> = quick.iter().map(|&site| problem.ids[site as usize]).collect();
    let mut least = 0;
    let mut stop = Stop::Proven;
    threads::install(|| {
        // What prices alone rule out, from below; then one site fewer at a time, from above.
        while least < sites.len() && !clock.is_over() {
            let aim = Aim { open: least, most: Some(most), gap: 0.0, offset: 0.0, seed: terms.seed };
            match fewest(&problem, aim, &quick[..least], &clock) {
                more if more > least => least = more.min(sites.len()),
                _ => break,
            }
        }
        while least < sites.len() {
            if let Some(why) = clock.stop() {
                stop = why;
                break;
            }
            // Gap is a share of the sites.
            let low = least + chosen.len() + asked.fixed.len();
            let now = sites.len() + chosen.len() + asked.fixed.len();
            if (now - low) as f64 <= terms.gap * now as f64 {
                stop = Stop::Gap;
                break;
            }
            let aim = Aim { open: sites.len() - 1, most: Some(most), gap: 0.0, offset: 0.0, seed: terms.seed };
            let found = search(&problem, aim, &clock);
            if found.cost <= most {
                sites = found.sites;
            } else if found.bound > most {
                least = sites.len();
            } else {
                least = least.max(found.fewest.min(sites.len()));
            }
            let fixed = chosen.len() + asked.fixed.len();
            control.report((sites.len() + fixed) as f64, (least + fixed) as f64);
        }
    });
    let bound = (least + chosen.len() + asked.fixed.len()) as f64;
    sites.extend(chosen);
    let sites = asked.fill(sites, 0);
    let evaluation = evaluate(reach, people, asked.limit_m, &sites, &asked.fixed);
    let reached = if whole {
        people.iter().zip(&evaluation.times).all(|(people, times)| *people == 0.0 || *times >= cover.times)
    } else {
        evaluation.covered >= cover.share * evaluation.people - 2e-9 * evaluation.people
    };
    let objective = if reached { sites.len() as f64 } else { f64::INFINITY };
    let claim = Claim::new("lscp", sites.len() as f64, bound, stop, terms, &clock);
    confirm(&claim, objective, evaluation)
}

pub(super) fn check_cover(cover: Cover, weighted: bool) -> Result<()> {
    if !(cover.share > 0.0 && cover.share <= 1.0) {
        return Err(Error::parameter("share", &cover.share, "give a share above 0 and at most 1, such as 0.95"));
    }
    if cover.share < 1.0 && !weighted {
        return Err(Error::parameter("share", &cover.share, "a share of the people needs the people of each row"));
    }
    if cover.times == 0 {
        return Err(Error::parameter("times", &cover.times, "give 1, or more for backup"));
    }
    if cover.times > 1 && cover.share < 1.0 {
        return Err(Error::parameter("times", &cover.times, "backup is for everyone: leave the share at 1"));
    }
    Ok(())
}

fn check_ruled(cover: Cover, terms: &Terms) -> Result<()> {
    if terms.budget.is_some() {
        let rule = "lscp asks for the fewest sites, whatever they cost; lscp_cost for the least money, mclp and p_median take a budget";
        return Err(Error::parameter("budget", &"given", rule));
    }
    if cover.times > 1 {
        let rule = "backup is without capacities and separation: leave one of them out";
        return Err(Error::parameter("times", &cover.times, rule));
    }
    Ok(())
}

pub(super) fn share_too_large(share: f64, possible: f64) -> Error {
    Error::Infeasible {
        model: "lscp",
        why: format!(
            "all allowed sites together reach {:.3} % of the people, not {:.3} %",
            100.0 * possible,
            100.0 * share
        )
        .into(),
        change: format!("share = {possible:.4} or less would do; or raise limit_m, or add candidates").into(),
        rows: vec![],
        parameter: "share",
        given: share,
        needed: Some(possible),
    }
}

/// The site that covers most of what is lacking, again and again until no more than `most` lacks.
fn greedy(problem: &Problem, most: f64) -> Vec<u32> {
    let mut need = problem.need.clone();
    let mut lacking = problem.base;
    let mut gain = vec![0.0; problem.sites()];
    for (row, &need) in need.iter().enumerate() {
        lacking += problem.miss[row] * f64::from(need);
        problem.sites_of(row).iter().for_each(|&site| gain[site as usize] += problem.miss[row]);
    }
    let mut chosen = vec![];
    let mut open = vec![false; problem.sites()];
    while lacking > most {
        let closed = (0..gain.len()).filter(|&site| !open[site]);
        let Some(best) = closed.reduce(|best, site| if gain[site] > gain[best] { site } else { best }) else { break };
        open[best] = true;
        chosen.push(best as u32);
        for &row in problem.rows_of(best) {
            let row = row as usize;
            if need[row] == 0 {
                continue;
            }
            need[row] -= 1;
            if need[row] == 0 {
                problem.sites_of(row).iter().for_each(|&site| gain[site as usize] -= problem.miss[row]);
            }
        }
        // Summed anew: what rounding leaves must not look like someone left out.
        lacking =
            problem.base + need.iter().zip(&problem.miss).map(|(&need, miss)| f64::from(need) * miss).sum::<f64>();
    }
    chosen
}
