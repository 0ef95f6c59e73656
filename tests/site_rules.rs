//! Siting within capacities, a budget and a separation, against every choice and every way to share out.

use std::collections::HashMap;

use linli::{
    Error,
    control::Control,
    reach::Reach,
    site::{Budget, Capacity, Cover, Separation, SitingPlan, Terms, lscp, lscp_cost, mclp, p_center, p_median},
};
use proptest::prelude::*;

/// A small question with whole numbers, so that the best shares are whole units too
/// (the constraints of a transportation problem are totally unimodular).
#[derive(Debug, Clone)]
struct Small {
    walk_m: Vec<Vec<f64>>,
    people: Vec<f64>,
    load: Vec<usize>,
    room: Vec<usize>,
    xy: Vec<[f64; 2]>,
    p: usize,
    terms: Terms,
}

/// What it costs to serve a row or a unit of it from a site, or not at all.
type Price<'a> = &'a dyn Fn(usize, usize) -> f64;

impl Small {
    fn reach(&self) -> Reach {
        let table: Vec<f64> = self.walk_m.iter().flatten().copied().collect();
        Reach::from_dense(&table, self.walk_m[0].len(), None).unwrap()
    }

    fn rows(&self) -> usize {
        self.people.len()
    }

    fn is_near(&self, row: usize, site: usize) -> bool {
        let walk_m = self.walk_m[row][site];
        walk_m.is_finite() && walk_m <= self.terms.limit_m.unwrap()
    }

    /// Every choice of sites that the terms allow, of `p` sites or at most as many.
    fn choices(&self, p: std::ops::RangeInclusive<usize>) -> Vec<Vec<usize>> {
        let sites = self.walk_m[0].len();
        let all = (0..1_u32 << sites).map(|bits| (0..sites).filter(|site| bits >> site & 1 == 1).collect::<Vec<_>>());
        all.filter(|choice| p.contains(&choice.len()) && self.allows(choice)).collect()
    }

    fn allows(&self, choice: &[usize]) -> bool {
        let has = |site: &u32| choice.contains(&(*site as usize));
        let (mut old, mut spent) = (self.terms.fixed.clone(), 0.0);
        if let Some(budget) = &self.terms.budget {
            old.extend(&budget.existing);
            for (site, closing) in budget.existing.iter().zip(&budget.closing_cost) {
                spent += if has(site) { 0.0 } else { *closing };
            }
            spent += choice
                .iter()
                .filter(|site| !old.contains(&(**site as u32)))
                .map(|&site| budget.cost[site])
                .sum::<f64>();
        }
        let new: Vec<usize> = choice.iter().copied().filter(|&site| !old.contains(&(site as u32))).collect();
        let least_m = self.terms.separation.as_ref().map_or(0.0, Separation::least_m);
        let metres = |a: usize, b: usize| (self.xy[a][0] - self.xy[b][0]).hypot(self.xy[a][1] - self.xy[b][1]);
        self.terms.fixed.iter().all(has)
            && !self.terms.forbidden.iter().any(has)
            && self.terms.budget.as_ref().is_none_or(|budget| spent <= budget.total)
            && new.iter().all(|&a| new.iter().all(|&b| a == b || metres(a, b) >= least_m))
    }

    /// Numbers of sites that answer the question.
    fn sizes(&self) -> std::ops::RangeInclusive<usize> {
        let least = if self.terms.budget.is_some() || self.terms.separation.is_some() { 0 } else { self.p };
        least..=self.p
    }

    /// Least cost of serving all rows from a choice, by trying every way to share them out.
    fn share_out(&self, choice: &[usize], price: Price<'_>, out: &dyn Fn(usize) -> f64) -> f64 {
        let room: Vec<usize> = match &self.terms.capacity {
            Some(_) => choice.iter().map(|&site| self.room[site]).collect(),
            None => vec![usize::MAX / 2; choice.len()],
        };
        self.rest(0, choice, room, price, out, &mut HashMap::new())
    }

    /// Least cost of serving the rows from `row` on with so much room left.
    fn rest(
        &self,
        row: usize,
        choice: &[usize],
        room: Vec<usize>,
        price: Price<'_>,
        out: &dyn Fn(usize) -> f64,
        known: &mut HashMap<(usize, Vec<usize>), f64>,
    ) -> f64 {
        if row == self.rows() {
            return 0.0;
        }
        if let Some(&cost) = known.get(&(row, room.clone())) {
            return cost;
        }
        let split = self.terms.capacity.as_ref().is_some_and(|capacity| capacity.split) && self.load[row] > 0;
        let units = if split { self.load[row] } else { 1 };
        let size = self.load[row] / units;
        // Ways to deal the units to the sites; those left over are left out.
        let mut ways = vec![(vec![], units)];
        for (slot, &site) in choice.iter().enumerate() {
            let fits = |count: usize| count == 0 || self.is_near(row, site) && count * size <= room[slot];
            ways = ways
                .iter()
                .flat_map(|(dealt, left): &(Vec<usize>, usize)| {
                    (0..=*left)
                        .filter(|&count| fits(count))
                        .map(move |count| ([&dealt[..], &[count]].concat(), left - count))
                })
                .collect();
        }
        let mut best = f64::INFINITY;
        for (dealt, left) in ways {
            let mut cost = if left > 0 { out(row) * left as f64 / units as f64 } else { 0.0 };
            let mut after = room.clone();
            for (slot, &count) in dealt.iter().enumerate().filter(|(_, count)| **count > 0) {
                cost += price(row, choice[slot]) * count as f64 / units as f64;
                after[slot] -= count * size;
            }
            if cost.is_finite() {
                best = best.min(cost + self.rest(row + 1, choice, after, price, out, known));
            }
        }
        known.insert((row, room), best);
        best
    }

    /// Whether all these rows are served from a choice within a limit.
    fn serves_all(&self, choice: &[usize], limit_m: f64, wanted: &dyn Fn(usize) -> bool) -> bool {
        let price = |row: usize, site: usize| if self.walk_m[row][site] <= limit_m { 0.0 } else { f64::INFINITY };
        let out = |row: usize| if wanted(row) { f64::INFINITY } else { 0.0 };
        self.share_out(choice, &price, &out) == 0.0
    }
}

fn small() -> impl Strategy<Value = Small> {
    (1_usize..7, 1_usize..6).prop_flat_map(|(rows, sites)| {
        let walk = prop_oneof![8 => (0..9_u32).prop_map(|m| f64::from(m) * 100.0), 1 => Just(f64::INFINITY)];
        let numbers = |end: u32, count| prop::collection::vec((0..end).prop_map(f64::from), count);
        (
            prop::collection::vec(prop::collection::vec(walk, sites), rows),
            (numbers(6, rows), prop::collection::vec(0..4_usize, rows)),
            (prop::collection::vec(0..9_usize, sites), any::<bool>()),
            (numbers(5, sites), 0..9_u32, prop::collection::vec(-2..4_i32, sites)),
            (prop::collection::vec((0..4_u32, 0..3_u32), sites), 1..3_u32),
            prop::collection::vec(0..10_u8, sites),
            (prop_oneof![Just(500.0), Just(900.0)], 1..=sites, 0..8_u8, 0..3_u64),
        )
            .prop_map(
                move |(walk_m, (mut people, load), (room, split), (cost, total, closing), (xy, apart), roles, rest)| {
                    people[0] = people[0].max(1.0);
                    let (limit_m, p, with, seed) = rest;
                    let role = |wanted: std::ops::Range<u8>| -> Vec<u32> {
                        (0..).zip(&roles).filter(|(_, role)| wanted.contains(role)).map(|(site, _)| site).collect()
                    };
                    let xy: Vec<[f64; 2]> =
                        xy.iter().map(|&(x, y)| [f64::from(x) * 300.0, f64::from(y) * 400.0]).collect();
                    let as_float = |values: &[usize]| values.iter().map(|&value| value as f64).collect::<Vec<_>>();
                    let existing = role(2..5);
                    let closing_cost = existing.iter().map(|&site| f64::from(closing[site as usize])).collect();
                    let capacity = Capacity { of_site: as_float(&room), load: Some(as_float(&load)), split };
                    let budget = Budget { total: f64::from(total), cost, existing, closing_cost };
                    let separation = Separation::from_xy(f64::from(apart) * 300.0, &xy).unwrap();
                    let terms = Terms {
                        fixed: role(0..1),
                        forbidden: role(1..2),
                        limit_m: Some(limit_m),
                        seed,
                        capacity: (with % 2 == 1).then_some(capacity),
                        budget: (with / 2 % 2 == 1).then_some(budget),
                        separation: (with / 4 == 1).then_some(separation),
                        ..Terms::default()
                    };
                    Small { walk_m, people, load, room, xy, p, terms }
                },
            )
    })
}

/// The answer is the best, says so, keeps the terms, and agrees with its own shares.
fn agrees(
    small: &Small,
    best: Option<f64>,
    answer: Result<SitingPlan, Error>,
) -> Result<Option<SitingPlan>, TestCaseError> {
    let plan = match (best, answer) {
        (None, Err(Error::Infeasible { .. })) => return Ok(None),
        (Some(best), Ok(plan)) => {
            prop_assert!((plan.objective - best).abs() <= 1e-6, "{} for {best}: {plan}", plan.objective);
            prop_assert!(plan.proven && plan.gap == 0.0 && plan.bound == plan.objective, "{}", plan);
            plan
        }
        (best, answer) => return Err(TestCaseError::fail(format!("expected {best:?}, got {answer:?}"))),
    };
    let sites: Vec<usize> = plan.sites.iter().map(|chosen| chosen.site as usize).collect();
    prop_assert!(small.allows(&sites));
    prop_assert!(plan.model == "lscp" || small.sizes().contains(&sites.len()));
    if let Some(capacity) = &small.terms.capacity {
        let mut served = vec![0.0; small.rows()];
        let mut load = vec![0.0; small.room.len()];
        for share in &plan.shares {
            let (row, site) = (share.row as usize, share.site as usize);
            prop_assert!(small.is_near(row, site) && sites.contains(&site) && (capacity.split || share.share == 1.0));
            served[row] += share.share;
            load[site] += share.share * small.load[row] as f64;
        }
        prop_assert!(served.iter().all(|served| *served < 1.0 + 1e-9));
        for chosen in &plan.sites {
            let site = chosen.site as usize;
            prop_assert!(
                (chosen.load.unwrap() - load[site]).abs() < 1e-9 && load[site] <= small.room[site] as f64 + 1e-6
            );
        }
    }
    Ok(Some(plan))
}

fn least(values: impl Iterator<Item = f64>) -> Option<f64> {
    values.filter(|value| value.is_finite()).reduce(f64::min)
}

/// Whether the number of sites itself cannot be: the same with and without limits.
fn refused(small: &Small) -> bool {
    let allowed = small.room.len() - small.terms.forbidden.len();
    let bounded = small.terms.budget.is_some() || small.terms.separation.is_some();
    small.p < small.terms.fixed.len() || (small.p > allowed && (!bounded || allowed == 0))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn mclp_serves_the_most_people(small in small()) {
        let price = |_: usize, _: usize| 0.0;
        let missed = small.choices(small.sizes()).into_iter().map(|choice| small.share_out(&choice, &price, &|row| small.people[row]));
        let people: f64 = small.people.iter().sum();
        let best = least(missed).filter(|_| !refused(&small)).map(|missed| people - missed);
        let answer = mclp(&small.reach(), &small.people, small.p, &small.terms, &Control::new());
        if let Some(plan) = agrees(&small, best, answer)? {
            prop_assert!((plan.covered - plan.objective).abs() < 1e-9);
        }
    }

    #[test]
    fn p_median_walks_the_least(small in small()) {
        let price = |row: usize, site: usize| small.people[row] * small.walk_m[row][site];
        let walked = small.choices(small.sizes()).into_iter().map(|choice| small.share_out(&choice, &price, &|_| f64::INFINITY));
        let best = least(walked).filter(|_| !refused(&small));
        agrees(&small, best, p_median(&small.reach(), &small.people, small.p, &small.terms, &Control::new()))?;
    }

    #[test]
    fn p_center_has_the_shortest_longest_walk(small in small()) {
        let choices = small.choices(small.sizes());
        let steps = (0..9).map(|step| f64::from(step) * 100.0).filter(|step| *step <= small.terms.limit_m.unwrap());
        let reached = |limit_m: &f64| choices.iter().any(|choice| small.serves_all(choice, *limit_m, &|_| true));
        let best = steps.into_iter().find(reached).filter(|_| !refused(&small));
        agrees(&small, best, p_center(&small.reach(), small.p, &small.terms, &Control::new()))?;
    }

    #[test]
    fn lscp_needs_the_fewest_sites(small in small(), share in prop_oneof![Just(1.0), Just(0.5), 0.1..1.0_f64]) {
        let small = Small { terms: Terms { budget: None, ..small.terms.clone() }, ..small };
        let people: f64 = small.people.iter().sum();
        let enough = |choice: &&Vec<usize>| if share == 1.0 {
            small.serves_all(choice, 1e9, &|row| small.people[row] > 0.0)
        } else {
            let missed = small.share_out(choice, &|_, _| 0.0, &|row| small.people[row]);
            people - missed >= share * people - 1e-9 * people
        };
        let choices = small.choices(0..=9);
        let best = least(choices.iter().filter(enough).map(|choice| choice.len() as f64));
        let cover = Cover { share, times: 1 };
        agrees(&small, best, lscp(&small.reach(), Some(&small.people), cover, &small.terms, &Control::new()))?;
    }

    #[test]
    fn lscp_with_costs_spends_the_least(
        small in small(),
        share in prop_oneof![Just(1.0), Just(0.5), 0.1..1.0_f64],
        weighted in any::<bool>(),
        whole in any::<bool>(),
        prices in prop::collection::vec(0.0..9.0_f64, 9),
    ) {
        let terms = Terms { budget: None, ..small.terms.clone() };
        let weighted = weighted || share < 1.0;
        let people = if weighted { small.people.clone() } else { vec![1.0; small.rows()] };
        let small = Small { people, terms, ..small };
        let cost: Vec<f64> =
            prices[..small.room.len()].iter().map(|price| if whole { price.floor() } else { *price }).collect();
        let people: f64 = small.people.iter().sum();
        let enough = |choice: &&Vec<usize>| if share == 1.0 {
            small.serves_all(choice, 1e9, &|row| small.people[row] > 0.0)
        } else {
            let missed = small.share_out(choice, &|_, _| 0.0, &|row| small.people[row]);
            people - missed >= share * people - 1e-9 * people
        };
        let spent = |choice: &[usize]| {
            let new = choice.iter().filter(|site| !small.terms.fixed.contains(&(**site as u32)));
            new.map(|&site| cost[site]).sum::<f64>()
        };
        let choices = small.choices(0..=9);
        let best = least(choices.iter().filter(enough).map(|choice| spent(choice)));
        let (cover, weight) = (Cover { share, times: 1 }, weighted.then_some(&small.people[..]));
        let answer = lscp_cost(&small.reach(), weight, &cost, cover, &small.terms, &Control::new());
        if let Some(plan) = agrees(&small, best, answer)? {
            let sites: Vec<usize> = plan.sites.iter().map(|chosen| chosen.site as usize).collect();
            prop_assert!((spent(&sites) - plan.objective).abs() < 1e-9 && plan.spent == Some(plan.objective));
            prop_assert!(small.terms.capacity.is_some() || enough(&&sites));
        }
    }
}
