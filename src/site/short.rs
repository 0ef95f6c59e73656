//! Who stands in the way where capacity, money or distance fall short, and the smallest change that helps.

use crate::{
    control::Control,
    error::{Error, Result},
};

use super::{
    check::Evaluation,
    clock::Clock,
    lscp::Cover,
    problem::Role,
    ruled::{Answer, Ruled},
    rules::{Budget, Rules},
};

/// Seconds to look for the change that helps.
const LOOK_S: f64 = 5.0;

/// What of all rows may be left out and still count as nothing: shares are rounded.
pub(super) fn served(rules: &Rules<'_>) -> f64 {
    if rules.capacity.is_some_and(|capacity| capacity.split) { 1e-7 } else { 0.0 }
}

/// Refuse when a row is larger than every site in its reach, or all rows than any `p` sites.
pub(super) fn too_little_room(model: &'static str, ruled: Ruled<'_>, rows: usize) -> Result<()> {
    let (Some(capacity), asked, load) = (ruled.rules.capacity, ruled.asked, &ruled.rules.load) else { return Ok(()) };
    let allowed = |site: u32| asked.role[site as usize] != Role::Forbidden;
    let infeasible = |why: String, change: String, rows: Vec<usize>, parameter, given, needed| Error::Infeasible {
        model,
        why: why.into(),
        change: change.into(),
        rows,
        parameter,
        given,
        needed,
    };
    if !capacity.split {
        let room = |row: usize| {
            let near = ruled.reach.row(row).filter(|&(site, walk_m)| walk_m <= asked.limit_m && allowed(site));
            near.map(|(site, _)| capacity.of_site[site as usize]).fold(0.0, f64::max)
        };
        let too_large: Vec<usize> = (0..rows).filter(|&row| load[row] > room(row) * (1.0 + 1e-9)).collect();
        let worst = too_large.iter().copied().reduce(|a, b| if load[b] - room(b) > load[a] - room(a) { b } else { a });
        if let Some(row) = worst {
            let why = format!(
                "{} demand rows are larger than every allowed site in their reach (first: row {}); row {row} takes {}, the largest site serves {}",
                too_large.len(),
                too_large[0],
                load[row],
                room(row)
            );
            let change = format!(
                "a capacity of {} within reach of row {row} would take it whole; or let rows be split",
                load[row]
            );
            return Err(infeasible(why, change, too_large, "capacity", room(row), Some(load[row])));
        }
    }
    let total: f64 = load.iter().sum();
    let all: f64 = rooms(ruled).1.iter().sum();
    match fewest(ruled, total) {
        Some(needed) if needed <= ruled.p => Ok(()),
        Some(needed) => {
            let p = ruled.p;
            let why = format!("the rows take {total} together, more than any {p} sites serve");
            Err(infeasible(
                why,
                format!("p = {needed} could be enough; or raise capacities"),
                vec![],
                "p",
                p as f64,
                Some(needed as f64),
            ))
        }
        None => {
            let why = format!("the rows take {total} together, all allowed sites serve {all}");
            let change = format!("{} more capacity is the least that could be enough", total - all);
            Err(infeasible(why, change, vec![], "capacity", all, Some(total)))
        }
    }
}

/// Capacities of the fixed sites, then of the others by falling size; and how many are fixed.
fn rooms(ruled: Ruled<'_>) -> (usize, Vec<f64>) {
    let of = |wanted: Role| {
        let sites = (0..ruled.asked.role.len()).filter(move |&site| ruled.asked.role[site] == wanted);
        sites.map(|site| ruled.rules.capacity.map_or(f64::INFINITY, |capacity| capacity.of_site[site]))
    };
    let mut free: Vec<f64> = of(Role::Free).collect();
    free.sort_unstable_by(|a, b| b.total_cmp(a));
    let fixed: Vec<f64> = of(Role::Fixed).collect();
    (fixed.len(), fixed.into_iter().chain(free).collect())
}

/// Fewest sites, the fixed ones among them, whose capacities add up to `total`.
fn fewest(ruled: Ruled<'_>, total: f64) -> Option<usize> {
    let (fixed, rooms) = rooms(ruled);
    let mut sum = 0.0;
    let enough = |sum: f64| sum * (1.0 + 1e-9) >= total;
    (0..=rooms.len()).find(|&sites| {
        sum += if sites == 0 { 0.0 } else { rooms[sites - 1] };
        sites >= fixed && enough(sum)
    })
}

/// Fewest sites whose capacities could serve every row with a weight.
pub(super) fn fewest_by_room(ruled: Ruled<'_>, weight: &[f64]) -> Option<usize> {
    ruled.rules.capacity?;
    let wanted = weight.iter().zip(&ruled.rules.load).filter(|(weight, _)| **weight > 0.0);
    fewest(ruled, wanted.map(|(_, load)| load).sum())
}

/// No choice at all keeps the money and the number of sites: too much must be closed.
pub(super) fn no_choice(model: &'static str, ruled: Ruled<'_>) -> Error {
    let Some(budget) = ruled.rules.budget else { return Error::Interrupted };
    let closed = (ruled.asked.fixed.len() + budget.existing.len()).saturating_sub(ruled.p);
    let mut costs = budget.closing_cost.clone();
    costs.sort_unstable_by(f64::total_cmp);
    let bringing = costs.iter().filter(|cost| **cost < 0.0).count();
    let needed: f64 = costs.iter().take(closed.max(bringing)).sum();
    Error::Infeasible {
        model,
        why: format!(
            "{closed} existing sites must be closed for p = {}, which costs {needed}; the budget is {}",
            ruled.p, budget.total
        )
        .into(),
        change: format!("budget = {needed} or p = {} would do", ruled.p + closed).into(),
        rows: vec![],
        parameter: "budget",
        given: budget.total,
        needed: Some(needed),
    }
}

/// Why the limits leave rows unserved, with the number that would do.
pub(super) fn left_out(
    model: &'static str,
    ruled: Ruled<'_>,
    found: &Evaluation,
    proven: bool,
    control: &Control,
) -> Error {
    if control.is_stopped() {
        return Error::Interrupted;
    }
    let rows: Vec<usize> = (0..found.walk_m.len()).filter(|&row| found.walk_m[row].is_none()).collect();
    let clock = Clock::new(Some(LOOK_S), control);
    let (parameter, given, needed) = match ruled.rules.budget {
        Some(budget) => ("budget", budget.total, least_budget(ruled, budget, &clock)),
        None => ("p", ruled.p as f64, least_p(ruled, &clock)),
    };
    let limits = [
        ruled.rules.capacity.map(|_| "their capacities".to_owned()),
        ruled.rules.budget.map(|budget| format!("a budget of {}", budget.total)),
        ruled.rules.separation.map(|apart| format!("{} m between new sites", apart.least_m())),
    ];
    let limits = limits.into_iter().flatten().collect::<Vec<_>>().join(" and ");
    let p = ruled.p;
    let found = if proven {
        format!("no {p} sites serve every row within {limits}")
    } else {
        format!("{p} sites that serve every row within {limits} were not found in time")
    };
    let change = match needed {
        Some(needed) => format!("{parameter} = {needed} would do; or raise limit_m"),
        None => format!("no {parameter} that would do was found: raise limit_m or ease the other limits"),
    };
    Error::Infeasible {
        model,
        why: format!(
            "{found}; the best found leave {} out (first: row {})",
            rows.len(),
            rows.first().copied().unwrap_or(0)
        )
        .into(),
        change: change.into(),
        rows,
        parameter,
        given,
        needed,
    }
}

/// Whether everyone can be served, as far as is found in time.
fn serves(ruled: Ruled<'_>) -> Option<Answer> {
    let everyone = vec![1.0; ruled.reach.shape().0];
    let most = served(ruled.rules);
    let answer = ruled.ask(&ruled.covering(&everyone, ruled.asked.limit_m), Some(most), 0.0);
    (answer.cost <= most).then_some(answer)
}

/// Fewest sites found that serve everyone.
fn least_p(ruled: Ruled<'_>, clock: &Clock<'_>) -> Option<f64> {
    let (mut low, mut high) = (ruled.p + 1, ruled.asked.allowed);
    let with = |p: usize| serves(Ruled { clock, p, ..ruled });
    if low > high || with(high).is_none() {
        return None;
    }
    while low < high && !clock.is_over() {
        let middle = usize::midpoint(low, high);
        if with(middle).is_some() { high = middle } else { low = middle + 1 }
    }
    Some(high as f64)
}

/// Least money found with which everyone is served: what the answer spends.
fn least_budget(ruled: Ruled<'_>, budget: &Budget, clock: &Clock<'_>) -> Option<f64> {
    let spent = |total: f64| {
        let budget = Budget { total, ..budget.clone() };
        let eased = ruled.rules.with_budget(&budget);
        let answer = serves(Ruled { rules: &eased, clock, ..ruled })?;
        eased.spent(|site| answer.sites.contains(&site))
    };
    let all = budget.cost.iter().sum::<f64>() + budget.closing_cost.iter().map(|cost| cost.max(0.0)).sum::<f64>();
    let (mut low, mut high) = (budget.total, spent(all)?);
    for _ in 0..20 {
        if high - low <= 1e-3 * high || clock.is_over() {
            break;
        }
        let middle = 0.5 * (low + high);
        match spent(middle) {
            Some(spent) => high = spent,
            None => low = middle,
        }
    }
    Some(high)
}

/// Why not even all sites together cover enough.
pub(super) fn not_covered(ruled: Ruled<'_>, people: &[f64], cover: Cover, answer: &Answer, proven: bool) -> Error {
    let mut part = vec![0.0; people.len()];
    answer.shares.iter().for_each(|share| part[share.row as usize] += share.share);
    if ruled.rules.capacity.is_none() {
        let near = |row: usize| {
            ruled.reach.row(row).any(|(site, walk_m)| walk_m <= ruled.asked.limit_m && answer.sites.contains(&site))
        };
        (0..people.len()).for_each(|row| part[row] = f64::from(u8::from(near(row))));
    }
    let rows: Vec<usize> = (0..people.len()).filter(|&row| people[row] > 0.0 && part[row] < 1.0 - 1e-9).collect();
    let total: f64 = people.iter().sum();
    let share = people.iter().zip(&part).map(|(people, part)| people * part).sum::<f64>() / total;
    let limits = if ruled.rules.capacity.is_some() { "capacities" } else { "distance between new sites" };
    let known = if proven { "cannot" } else { "were not found to" };
    let of =
        if cover.share < 1.0 { format!("{:.3} % of the people", 100.0 * cover.share) } else { "every row".to_owned() };
    Error::Infeasible {
        model: "lscp",
        why: format!("all allowed sites together {known} serve {of} within their {limits}; the best found leave {} rows short (first: row {})", rows.len(), rows.first().copied().unwrap_or(0)).into(),
        change: format!("share = {share:.4} would do; or raise limit_m, ease the {limits}, or add candidates").into(),
        rows,
        parameter: "share",
        given: cover.share,
        needed: Some(share),
    }
}
