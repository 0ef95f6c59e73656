//! Set covering at least cost (加权集合覆盖): the cheapest sites that reach everyone, or enough people.

use crate::{
    control::Control,
    error::{Error, Result},
    reach::Reach,
    threads,
};

use super::{
    check::{Claim, confirm},
    clock::Clock,
    infeasible, limited,
    lscp::{Cover, check_cover, share_too_large},
    plan::{SitingPlan, Stop},
    problem::Role,
    ruled::{Answer, Ruled},
    rules::{Budget, Rules},
    short,
    terms::{Asked, Terms, check_weight},
};

/// Choose the cheapest sites that reach everyone, or a share of the people (weighted LSCP).
///
/// Objective and bound are money: what the sites cost together, one number per
/// site in `cost`; of fixed sites it is not looked at. Without capacities no
/// site that is not fixed can be done without. Otherwise as
/// [`lscp`](super::lscp()), with a [`Capacity`](super::Capacity) and a
/// [`Separation`](super::Separation), too, but without backup.
///
/// Model: that of [`lscp`](super::lscp()) with costs. A smaller budget is asked
/// for until one is shown to be too small.
///
/// ```
/// use linli::{control::Control, reach::Reach, site::{Cover, Terms, lscp_cost}};
///
/// // The third site reaches everyone alone, but the first two are cheaper together.
/// let reach = Reach::from_pairs(&[0, 1, 0, 1], &[0, 1, 2, 2], &[90.0; 4], (2, 3))?;
/// let plan = lscp_cost(&reach, None, &[2.0, 3.0, 6.0], Cover::default(), &Terms::default(), &Control::new())?;
/// assert_eq!((plan.objective, plan.proven, plan.sites.len()), (5.0, true, 2));
/// # Ok::<(), linli::Error>(())
/// ```
///
/// # Errors
/// As [`lscp`](super::lscp()), and for costs that are not one finite number of
/// 0 or more per site, `times` above 1, or a budget among the terms.
pub fn lscp_cost(
    reach: &Reach,
    weight: Option<&[f64]>,
    cost: &[f64],
    cover: Cover,
    terms: &Terms,
    control: &Control,
) -> Result<SitingPlan> {
    let clock = Clock::new(terms.time_limit_s, control);
    let asked = Asked::new(reach, terms)?;
    check_cover(cover, weight.is_some())?;
    weight.map_or(Ok(()), |weight| check_weight(reach, weight))?;
    if terms.budget.is_some() {
        let rule = "the least cost is asked for; leave the budget out, or ask mclp what it buys";
        return Err(Error::parameter("budget", &"given", rule));
    }
    if cover.times > 1 {
        return Err(Error::parameter("times", &cover.times, "backup is without costs: leave one of them out"));
    }
    let free = |site: usize| asked.role[site] == Role::Free;
    let all = (0..asked.role.len().min(cost.len())).filter(|&site| free(site)).map(|site| cost[site]).sum();
    let budget = Budget { total: all, cost: cost.to_vec(), existing: vec![], closing_cost: vec![] };
    let terms = &Terms { budget: Some(budget.clone()), ..terms.clone() };
    let limits = Rules::checked(reach, terms, &asked, weight)?;
    let everyone = vec![1.0; reach.shape().0];
    let people = weight.unwrap_or(&everyone);
    let whole = cover.share >= 1.0;
    let wanted: Vec<f64> =
        if whole { people.iter().map(|people| f64::from(u8::from(*people > 0.0))).collect() } else { people.to_vec() };
    if whole {
        let need: Vec<u32> = wanted.iter().map(|wanted| u32::from(*wanted > 0.0)).collect();
        infeasible::unreachable("lscp", reach, &asked, &need)?;
    }
    let total: f64 = people.iter().sum();
    let most = if whole { short::served(&limits) } else { (1.0 - cover.share) * total + 1e-9 * total };
    let ruled = Ruled { reach, asked: &asked, rules: &limits, terms, clock: &clock, p: asked.allowed };
    let cheapest = Cheapest { ruled, budget: &budget, wanted: &wanted, most, whole };

    let first = cheapest.ask(all);
    if first.cost > most {
        if terms.capacity.is_none() && terms.separation.is_none() {
            let found = ruled.evaluate(people, &first)?;
            return Err(share_too_large(cover.share, found.covered / total));
        }
        return Err(short::not_covered(ruled, people, cover, &first, first.bound > most));
    }
    let (answer, bound, stop) = cheapest.search(first, control);
    let found = ruled.evaluate(people, &answer)?;
    let reached = if whole {
        people.iter().zip(&found.walk_m).all(|(people, walk_m)| *people == 0.0 || walk_m.is_some())
    } else {
        found.covered >= cover.share * total - 4e-9 * total
    };
    let paid = found.sites.iter().filter(|chosen| !chosen.fixed).map(|chosen| cost[chosen.site as usize]).sum::<f64>();
    let objective = if reached { paid + 0.0 } else { f64::INFINITY };
    confirm(&Claim::new("lscp", cheapest.spent(&answer), bound, stop, terms, &clock), objective, found)
}

/// The question, for any budget.
struct Cheapest<'a> {
    ruled: Ruled<'a>,
    budget: &'a Budget,
    /// Of each demand row, what it counts; 0 where it may be left out.
    wanted: &'a [f64],
    /// What may be left out.
    most: f64,
    /// Whether nobody may be.
    whole: bool,
}

impl Cheapest<'_> {
    /// Do something with the question for a budget.
    fn with<T>(&self, total: f64, ask: impl FnOnce(Ruled<'_>) -> T) -> T {
        let budget = Budget { total, ..self.budget.clone() };
        ask(Ruled { rules: &self.ruled.rules.with_budget(&budget), ..self.ruled })
    }

    /// Sites that reach enough for this money, or a bound that shows there are none.
    fn ask(&self, total: f64) -> Answer {
        let ask = |ruled: Ruled<'_>| ruled.ask(&ruled.covering(self.wanted, ruled.asked.limit_m), Some(self.most), 0.0);
        self.lean(self.with(total, ask))
    }

    /// The same without a bound.
    fn quick(&self, total: f64) -> Answer {
        self.lean(self.with(total, |ruled| {
            let limited = ruled.covering(self.wanted, ruled.asked.limit_m);
            let aim = ruled.aim(Some(self.most), 0.0);
            ruled.answer(&limited, &threads::install(|| limited::quick(&limited, aim, ruled.clock)))
        }))
    }

    /// Whether prices alone rule out this money.
    fn is_too_little(&self, total: f64) -> bool {
        let bound = self.with(total, |ruled| {
            let limited = ruled.covering(self.wanted, ruled.asked.limit_m);
            let aim = ruled.aim(Some(self.most), 0.0);
            threads::install(|| limited::root_bound(&limited, aim, ruled.clock))
        });
        bound > self.most + 1e-9 * self.wanted.iter().sum::<f64>().max(1.0)
    }

    fn spent(&self, answer: &Answer) -> f64 {
        let free = answer.sites.iter().filter(|&&site| self.ruled.asked.role[site as usize] == Role::Free);
        // An empty sum is -0.0.
        free.map(|&site| self.budget.cost[site as usize]).sum::<f64>() + 0.0
    }

    /// Without the sites that the others can do without, the dearest first.
    fn lean(&self, answer: Answer) -> Answer {
        let (ruled, limit_m) = (self.ruled, self.ruled.asked.limit_m);
        let mut answer = answer.busy(ruled);
        if answer.cost > self.most || ruled.rules.capacity.is_some() {
            return answer;
        }
        let rows = |site: u32| {
            let near = ruled.reach.column(site as usize).filter(move |&(_, walk_m)| walk_m <= limit_m);
            near.map(|(row, _)| row as usize)
        };
        let mut times = vec![0_u32; self.wanted.len()];
        answer.sites.iter().flat_map(|&site| rows(site)).for_each(|row| times[row] += 1);
        let mut order: Vec<u32> = answer.sites.clone();
        order.retain(|&site| ruled.asked.role[site as usize] == Role::Free);
        let price = |site: u32| self.budget.cost[site as usize];
        order.sort_by(|&a, &b| price(b).total_cmp(&price(a)).then(a.cmp(&b)));
        for site in order {
            let lost: f64 = rows(site).filter(|&row| times[row] == 1).map(|row| self.wanted[row]).sum();
            if answer.cost + lost <= self.most {
                answer.cost += lost;
                rows(site).for_each(|row| times[row] -= 1);
                answer.sites.retain(|&other| other != site);
            }
        }
        answer
    }

    /// What reaching everyone costs at least: each row in turn takes what is left of its cheapest site.
    ///
    /// A feasible answer to the dual of the linear relaxation, which limits only raise.
    fn at_least(&self) -> f64 {
        let (reach, asked) = (self.ruled.reach, self.ruled.asked);
        let role = |site: u32| asked.role[site as usize];
        let near = |row: usize| {
            let near =
                reach.row(row).filter(|&(site, walk_m)| walk_m <= asked.limit_m && role(site) != Role::Forbidden);
            near.map(|(site, _)| site)
        };
        let price = |site: usize| if asked.role[site] == Role::Free { self.budget.cost[site] } else { 0.0 };
        let mut left: Vec<f64> = (0..asked.role.len()).map(price).collect();
        let mut rows: Vec<(usize, usize)> =
            (0..self.wanted.len()).filter(|&row| self.wanted[row] > 0.0).map(|row| (near(row).count(), row)).collect();
        rows.sort_unstable();
        let mut total = 0.0;
        for (_, row) in rows {
            let paid = near(row).map(|site| left[site as usize]).fold(f64::INFINITY, f64::min);
            near(row).for_each(|site| left[site as usize] -= paid);
            total += paid;
        }
        total
    }

    /// The cheapest answer, what none can cost less than, and why the search ended.
    fn search(&self, first: Answer, control: &Control) -> (Answer, f64, Stop) {
        let (clock, gap) = (self.ruled.clock, self.ruled.terms.gap);
        // Whole costs that add up exactly: nothing lies between two whole sums.
        let whole = self.budget.total < 1e8 && self.budget.cost.iter().all(|cost| cost.fract() == 0.0);
        let above = |total: f64| if whole { total.floor() + 1.0 } else { total };
        let mut spent = self.spent(&first);
        let mut answer = first;
        let mut least = if self.whole { self.at_least() } else { 0.0 };
        if whole {
            least = (least - 1e-6).ceil();
        }
        let close = |low: f64, high: f64, share: f64| high - low <= share * high;
        // What is found quickly, then what prices alone rule out: halve between both.
        let mut low = least;
        while !close(low, spent, 0.01) && !clock.is_over() {
            let middle = 0.5 * (low + spent);
            let found = self.quick(middle);
            if found.cost <= self.most && self.spent(&found) < spent {
                spent = self.spent(&found);
                answer = found;
            } else {
                low = middle;
            }
        }
        let mut high = spent;
        while !close(least, high, 1e-3) && !clock.is_over() {
            let middle = 0.5 * (least + high);
            if self.is_too_little(middle) {
                least = above(middle);
            } else {
                high = middle;
            }
            control.report(spent, least);
        }
        // What is left, by the whole search: halve while it is much, then ask for a little less.
        loop {
            let less = spent - if whole { 0.5 } else { 4e-9 * spent };
            if less <= least {
                return (answer, spent, Stop::Proven);
            }
            if let Some(why) = clock.stop() {
                return (answer, least, why);
            }
            if close(least, spent, gap) {
                return (answer, least, Stop::Gap);
            }
            let total = if close(least, spent, 0.02) { less } else { 0.5 * (least + spent) };
            let found = self.ask(total);
            if found.cost <= self.most && self.spent(&found) < spent {
                spent = self.spent(&found);
                answer = found;
            } else if found.bound > self.most {
                least = above(total).max(least);
            } else if !clock.is_over() {
                return (answer, least, Stop::Gap);
            }
            control.report(spent, least);
        }
    }
}
