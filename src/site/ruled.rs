//! The models within limits: capacity, budget, separation.
//!
//! Each asks the engine of [`limited`](super::limited) and has its answer
//! looked at by [`check`](super::check), limits included.

use crate::{control::Control, error::Result, reach::Reach, threads};

use super::{
    branch::Aim,
    check::{Claim, Evaluation, confirm, evaluate_ruled},
    clock::Clock,
    limited::{self, Limited, Solved, covering, median, solve},
    lscp::Cover,
    plan::{Share, SitingPlan, Stop},
    problem::Role,
    rules::Rules,
    short,
    terms::{Asked, Terms},
};

/// A question with limits.
#[derive(Clone, Copy)]
pub(super) struct Ruled<'a> {
    pub reach: &'a Reach,
    pub asked: &'a Asked,
    pub rules: &'a Rules<'a>,
    pub terms: &'a Terms,
    pub clock: &'a Clock<'a>,
    /// Most sites open, the fixed ones among them.
    pub p: usize,
}

/// What the engine found, in sites and demand rows.
pub(super) struct Answer {
    pub cost: f64,
    pub bound: f64,
    pub stop: Stop,
    pub sites: Vec<u32>,
    pub shares: Vec<Share>,
}

impl Ruled<'_> {
    /// Sites besides the fixed ones, at most.
    fn open(&self) -> usize {
        self.p - self.asked.fixed.len()
    }

    pub(super) fn covering(&self, weight: &[f64], limit_m: f64) -> Limited {
        covering(self.reach, weight, limit_m, self.asked, self.rules, self.open())
    }

    /// The aim; what a choice costs need not be below `most`.
    pub(super) fn aim(&self, most: Option<f64>, offset: f64) -> Aim {
        let gap = if most.is_some() { 0.0 } else { self.terms.gap };
        Aim { open: self.open(), most, gap, offset, seed: self.terms.seed }
    }

    /// Ask the engine.
    pub(super) fn ask(&self, limited: &Limited, most: Option<f64>, offset: f64) -> Answer {
        self.answer(limited, &threads::install(|| solve(limited, self.aim(most, offset), self.clock)))
    }

    /// What the engine found, in the caller's rows.
    pub(super) fn answer(&self, limited: &Limited, found: &Solved) -> Answer {
        let id = |column: u32| limited.problem.ids[column as usize];
        let mut sites: Vec<u32> = found.choice.columns.iter().map(|&column| id(column)).collect();
        if !limited.has_capacity() {
            sites.extend_from_slice(&self.asked.fixed);
        }
        sites.sort_unstable();
        let share = |&(row, column, share): &(u32, u32, f64)| Share {
            row: limited.demand[row as usize],
            site: id(column),
            share: share.min(1.0),
        };
        let shares = found.choice.shares.iter().map(share).collect();
        Answer { cost: found.choice.cost, bound: found.bound, stop: found.stop, sites, shares }
    }

    /// As without limits: places that nobody needs are filled by the lowest rows.
    fn filled(&self, answer: Answer) -> Answer {
        if self.rules.budget.is_some() || self.rules.separation.is_some() || answer.cost.is_infinite() {
            return answer;
        }
        let free = answer.sites.iter().copied().filter(|site| !self.asked.fixed.contains(site)).collect();
        Answer { sites: self.asked.fill(free, self.p), ..answer }
    }

    pub(super) fn evaluate(&self, weight: &[f64], answer: &Answer) -> Result<Evaluation> {
        let shares = answer.shares.clone();
        evaluate_ruled(self.reach, weight, self.asked.limit_m, &answer.sites, &self.asked.fixed, shares, self.rules)
    }

    fn claim(&self, model: &'static str, objective: f64, bound: f64, stop: Stop) -> Claim {
        Claim::new(model, objective, bound, stop, self.terms, self.clock)
    }
}

impl Answer {
    /// Without the sites that serve nobody, where capacities say who serves whom.
    pub(super) fn busy(mut self, ruled: Ruled<'_>) -> Self {
        if ruled.rules.capacity.is_some() {
            let serves = |site: u32| self.shares.iter().any(|share| share.site == site);
            self.sites.retain(|&site| ruled.asked.role[site as usize] == Role::Fixed || serves(site));
        }
        self
    }
}

/// [`mclp`](super::mclp()) within limits.
pub(super) fn mclp(ruled: Ruled<'_>, weight: &[f64]) -> Result<SitingPlan> {
    let people: f64 = weight.iter().sum();
    let answer = ruled.filled(ruled.ask(&ruled.covering(weight, ruled.asked.limit_m), None, people));
    if answer.cost.is_infinite() {
        return Err(short::no_choice("mclp", ruled));
    }
    let found = ruled.evaluate(weight, &answer)?;
    let claim = ruled.claim("mclp", people - answer.cost, people - answer.bound, answer.stop);
    confirm(&claim, found.covered, found)
}

/// [`p_median`](super::p_median()) within limits.
pub(super) fn p_median(ruled: Ruled<'_>, weight: &[f64], control: &Control) -> Result<SitingPlan> {
    short::too_little_room("p_median", ruled, weight.len())?;
    let split = ruled.rules.capacity.is_some_and(|capacity| capacity.split);
    let ask = |times: f64| {
        let limited = median(ruled.reach, weight, ruled.asked, ruled.rules, ruled.open(), times);
        let answer = ruled.filled(ruled.ask(&limited, None, 0.0));
        if answer.cost.is_infinite() {
            return Err(short::no_choice("p_median", ruled));
        }
        Ok((ruled.evaluate(weight, &answer)?, answer))
    };
    let (mut found, mut answer) = ask(1.0)?;
    // A small share of a row left out may cost less than serving it: then it costs too little.
    for times in [1e3, 1e6] {
        if !split || !found.walk_m.contains(&None) || ruled.clock.is_over() {
            break;
        }
        (found, answer) = ask(times)?;
    }
    if found.walk_m.contains(&None) {
        return Err(short::left_out("p_median", ruled, &found, answer.stop == Stop::Proven, control));
    }
    let walked = weight.iter().zip(&found.walk_m).map(|(weight, walk_m)| weight * walk_m.unwrap_or(0.0)).sum();
    confirm(&ruled.claim("p_median", answer.cost, answer.bound, answer.stop), walked, found)
}

/// [`p_center`](super::p_center()) within limits; `steps` are the walks that occur, rising.
pub(super) fn p_center(ruled: Ruled<'_>, steps: &[f64], control: &Control) -> Result<SitingPlan> {
    let everyone = vec![1.0; ruled.reach.shape().0];
    short::too_little_room("p_center", ruled, everyone.len())?;
    let most = short::served(ruled.rules);
    let ask = |limit_m: f64| ruled.filled(ruled.ask(&ruled.covering(&everyone, limit_m), Some(most), 0.0));
    let longest = |answer: &Answer| -> Result<(f64, Evaluation)> {
        let found = ruled.evaluate(&everyone, answer)?;
        if found.walk_m.contains(&None) {
            return Ok((f64::INFINITY, found));
        }
        let walk_m = |share: &Share| ruled.reach.row(share.row as usize).find(|pair| pair.0 == share.site);
        let shared = answer.shares.iter().filter_map(walk_m).map(|(_, walk_m)| walk_m).fold(0.0, f64::max);
        let nearest = found.walk_m.iter().flatten().copied().fold(0.0, f64::max);
        Ok((if ruled.rules.capacity.is_some() { shared } else { nearest }, found))
    };
    let first = ask(steps[steps.len() - 1]);
    if first.cost.is_infinite() {
        return Err(short::no_choice("p_center", ruled));
    }
    let (mut best_m, mut evaluation) = longest(&first)?;
    if best_m.is_infinite() {
        return Err(short::left_out("p_center", ruled, &evaluation, first.bound > most, control));
    }
    let (mut low, mut stop) = (0, Stop::Proven);
    while steps[low] < best_m {
        control.report(best_m, steps[low]);
        if let Some(why) = ruled.clock.stop() {
            stop = why;
            break;
        }
        if best_m - steps[low] <= ruled.terms.gap * best_m {
            stop = Stop::Gap;
            break;
        }
        let middle = usize::midpoint(low, steps.partition_point(|step| *step < best_m));
        let answer = ask(steps[middle]);
        if answer.cost <= most {
            (best_m, evaluation) = longest(&answer)?;
        } else if answer.bound > most {
            low = middle + 1;
        }
    }
    confirm(&ruled.claim("p_center", best_m, steps[low], stop), best_m, evaluation)
}

/// [`lscp`](super::lscp()) within limits.
pub(super) fn lscp(ruled: Ruled<'_>, people: &[f64], cover: Cover, control: &Control) -> Result<SitingPlan> {
    let whole = cover.share >= 1.0;
    let total: f64 = people.iter().sum();
    let wanted: Vec<f64> =
        if whole { people.iter().map(|people| f64::from(u8::from(*people > 0.0))).collect() } else { people.to_vec() };
    let most = if whole { short::served(ruled.rules) } else { (1.0 - cover.share) * total + 1e-9 * total };
    let with = |p: usize| Ruled { p, ..ruled };
    let limited = |p: usize| with(p).covering(&wanted, ruled.asked.limit_m);
    let fixed = ruled.asked.fixed.len();
    // Every site may be open; then as few as are found quickly.
    let mut answer = with(ruled.asked.allowed).ask(&limited(ruled.asked.allowed), Some(most), 0.0).busy(ruled);
    if answer.cost > most {
        return Err(short::not_covered(ruled, people, cover, &answer, answer.bound > most));
    }
    let mut least = fixed.max(usize::from(total > 0.0));
    least = least.max(short::fewest_by_room(ruled, &wanted).filter(|_| whole).unwrap_or(least));
    let mut low = least;
    while low < answer.sites.len() && !ruled.clock.is_over() {
        let p = usize::midpoint(low, answer.sites.len());
        let (limited, ruled) = (limited(p), with(p));
        let found = threads::install(|| limited::quick(&limited, ruled.aim(Some(most), 0.0), ruled.clock));
        let found = ruled.answer(&limited, &found).busy(ruled);
        if found.cost <= most { answer = found } else { low = p + 1 }
    }
    let mut stop = Stop::Proven;
    let count = |answer: &Answer| answer.sites.len();
    // What prices alone rule out, from below; then one site fewer at a time, from above.
    while least < count(&answer) && !ruled.clock.is_over() {
        let aim = with(least).aim(Some(most), 0.0);
        let bound = threads::install(|| limited::root_bound(&limited(least), aim, ruled.clock));
        if bound <= most + 1e-9 * total.max(1.0) {
            break;
        }
        least += 1;
    }
    while least < count(&answer) {
        if let Some(why) = ruled.clock.stop() {
            stop = why;
            break;
        }
        if (count(&answer) - least) as f64 <= ruled.terms.gap * count(&answer) as f64 {
            stop = Stop::Gap;
            break;
        }
        control.report(count(&answer) as f64, least as f64);
        let p = count(&answer) - 1;
        let found = with(p).ask(&limited(p), Some(most), 0.0).busy(ruled);
        if found.cost <= most {
            answer = found;
        } else if found.bound > most {
            least = count(&answer);
        }
    }
    let found = ruled.evaluate(people, &answer)?;
    let reached = if whole {
        people.iter().zip(&found.walk_m).all(|(people, walk_m)| *people == 0.0 || walk_m.is_some())
    } else {
        found.covered >= cover.share * total - 4e-9 * total
    };
    let objective = if reached { count(&answer) as f64 } else { f64::INFINITY };
    confirm(&ruled.claim("lscp", count(&answer) as f64, least as f64, stop), objective, found)
}
