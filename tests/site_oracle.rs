//! Every siting model against all subsets of the sites.

use linli::{
    Error,
    control::Control,
    reach::Reach,
    site::{
        Cover, Service, SitingPlan, Terms, Worth, exchanges, gradual, lscp, mclp, mclp_services, p_center, p_median,
    },
};
use proptest::prelude::*;

/// A small question: walks (infinite where there is no way), people, and terms.
#[derive(Debug, Clone)]
struct Small {
    walk_m: Vec<Vec<f64>>,
    people: Vec<f64>,
    limit_m: f64,
    p: usize,
    terms: Terms,
}

impl Small {
    fn reach(&self) -> Reach {
        let table: Vec<f64> = self.walk_m.iter().flatten().copied().collect();
        Reach::from_dense(&table, self.walk_m[0].len(), None).unwrap()
    }

    /// Every allowed choice of sites with the fixed ones, as bits.
    fn choices(&self) -> impl Iterator<Item = u32> + '_ {
        let bits = |sites: &[u32]| sites.iter().map(|site| 1_u32 << site).sum::<u32>();
        let (fixed, forbidden) = (bits(&self.terms.fixed), bits(&self.terms.forbidden));
        (0..1_u32 << self.walk_m[0].len()).filter(move |choice| choice & fixed == fixed && choice & forbidden == 0)
    }

    fn of_p(&self) -> impl Iterator<Item = u32> + '_ {
        self.choices().filter(|choice| choice.count_ones() as usize == self.p)
    }

    fn shortest(&self, row: usize, choice: u32) -> f64 {
        let open = (0..).zip(&self.walk_m[row]).filter(|&(site, m)| choice >> site & 1 == 1 && *m <= self.limit_m);
        open.map(|(_, m)| *m).fold(f64::INFINITY, f64::min)
    }

    fn times(&self, row: usize, choice: u32) -> u32 {
        let open = (0..)
            .zip(&self.walk_m[row])
            .filter(|&(site, m)| choice >> site & 1 == 1 && m.is_finite() && *m <= self.limit_m);
        open.count() as u32
    }

    fn rows(&self) -> std::ops::Range<usize> {
        0..self.people.len()
    }

    fn covered(&self, choice: u32) -> f64 {
        self.rows().filter(|&row| self.times(row, choice) > 0).map(|row| self.people[row]).sum()
    }
}

/// Mostly tiny, where every corner is met; some large enough that the search must branch.
fn small() -> impl Strategy<Value = Small> {
    prop_oneof![5 => (1_usize..14, 1_usize..9), 1 => (20_usize..40, 10_usize..13)].prop_flat_map(|(rows, sites)| {
        // Few distinct walks make ties; a tenth of the pairs have no way.
        let walk = prop_oneof![
            6 => (0..12_u32).prop_map(|m| f64::from(m) * 100.0),
            3 => 0.0..1200.0_f64,
            1 => Just(f64::INFINITY)
        ];
        let people = prop_oneof![4 => (0..9_u32).prop_map(f64::from), 1 => 0.0..9.0_f64];
        let whole = prop::collection::vec((0..9_u32).prop_map(f64::from), rows);
        (
            prop::collection::vec(prop::collection::vec(walk, sites), rows),
            prop_oneof![whole, prop::collection::vec(people, rows)],
            prop_oneof![Just(500.0), Just(f64::INFINITY), 0.0..1300.0_f64],
            1..=sites,
            prop::collection::vec(0..10_u8, sites),
            0..3_u64,
        )
            .prop_map(move |(walk_m, mut people, limit_m, p, roles, seed)| {
                people[0] = people[0].max(1.0);
                let role = |wanted: std::ops::Range<u8>| -> Vec<u32> {
                    (0..).zip(&roles).filter(|(_, role)| wanted.contains(role)).map(|(site, _)| site).collect()
                };
                let limit = (limit_m < f64::INFINITY).then_some(limit_m);
                let terms =
                    Terms { fixed: role(0..1), forbidden: role(1..3), limit_m: limit, seed, ..Terms::default() };
                Small { walk_m, people, limit_m, p, terms }
            })
    })
}

/// The plan is the best one, says so, and keeps the terms; or there is none and the error says that.
fn agrees(
    small: &Small,
    best: Option<f64>,
    answer: Result<SitingPlan, Error>,
    counts_p: bool,
) -> Result<Option<SitingPlan>, TestCaseError> {
    let plan = match (best, answer) {
        (None, Err(Error::Infeasible { .. })) => return Ok(None),
        (Some(best), Ok(plan)) => {
            let noise = 1e-9 * best.abs();
            prop_assert!((plan.objective - best).abs() <= noise, "{} for {best}: {plan}", plan.objective);
            prop_assert!((plan.bound - plan.objective).abs() <= noise && plan.proven && plan.gap == 0.0);
            plan
        }
        (best, answer) => {
            return Err(TestCaseError::fail(format!("expected {best:?}, got {answer:?}")));
        }
    };
    let sites: Vec<u32> = plan.sites.iter().map(|chosen| chosen.site).collect();
    prop_assert!(sites.is_sorted_by(|a, b| a < b));
    prop_assert!(!counts_p || sites.len() == small.p);
    prop_assert!(small.terms.fixed.iter().all(|site| sites.contains(site)));
    prop_assert!(!sites.iter().any(|site| small.terms.forbidden.contains(site)));
    let choice = sites.iter().map(|site| 1_u32 << site).sum();
    for row in small.rows() {
        let walk_m = plan.assignment[row].map_or(f64::INFINITY, |site| small.walk_m[row][site as usize]);
        prop_assert_eq!(walk_m, small.shortest(row, choice));
    }
    prop_assert!((plan.covered - small.covered(choice)).abs() < 1e-9 || plan.model == "p_center");
    Ok(Some(plan))
}

/// Least of the values that are not infinite.
fn least(values: impl Iterator<Item = f64>) -> Option<f64> {
    values.filter(|value| value.is_finite()).reduce(f64::min)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn mclp_covers_the_most_people(small in small()) {
        let best = small.of_p().map(|choice| small.covered(choice)).reduce(f64::max);
        let answer = mclp(&small.reach(), &small.people, small.p, &small.terms, &Control::new());
        agrees(&small, best, answer, true)?;
    }

    #[test]
    fn services_are_reached_by_the_most_people(small in small(), of in any::<(u32, u32)>(), own_m in 0.0..900.0_f64) {
        let other: Vec<f64> = small.people.iter().rev().map(|people| people + 1.0).collect();
        let offered = |bits: u32| -> Vec<bool> { (0..small.walk_m[0].len()).map(|site| bits >> site & 1 == 1).collect() };
        let offers = [offered(of.0), offered(of.1)];
        let services = [
            Service { weight: &small.people, offers: &offers[0], limit_m: None },
            Service { weight: &other, offers: &offers[1], limit_m: Some(own_m) },
        ];
        let covered = |choice: u32| {
            let second = Small { people: other.clone(), limit_m: own_m, ..small.clone() };
            small.covered(choice & of.0) + second.covered(choice & of.1)
        };
        let best = small.of_p().map(covered).reduce(f64::max);
        match mclp_services(&small.reach(), &services, small.p, &small.terms, &Control::new()) {
            Ok((plan, covers)) => {
                prop_assert!((plan.objective - best.unwrap()).abs() < 1e-9 && plan.proven && plan.bound == plan.objective);
                let choice = plan.sites.iter().map(|chosen| 1_u32 << chosen.site).sum();
                prop_assert!((covered(choice) - plan.objective).abs() < 1e-9);
                prop_assert!((covers[0].covered - small.covered(choice & of.0)).abs() < 1e-9);
                let people: f64 = plan.sites.iter().map(|chosen| chosen.people).sum();
                prop_assert!((people - plan.covered).abs() < 1e-9);
            }
            Err(error) => prop_assert!(best.is_none(), "{}", error),
        }
    }

    #[test]
    fn gradual_counts_the_most(small in small(), part in prop_oneof![0.0..1.0_f64, Just(1.0), Just(0.0)]) {
        let small = Small { limit_m: small.limit_m.min(1500.0), ..small };
        let terms = Terms { limit_m: Some(small.limit_m), ..small.terms.clone() };
        let full_m = part * small.limit_m;
        let share = |m: f64| {
            if m <= full_m { 1.0 } else if m.is_finite() { (small.limit_m - m) / (small.limit_m - full_m) } else { 0.0 }
        };
        let counted = |choice| small.rows().map(|row| small.people[row] * share(small.shortest(row, choice))).sum::<f64>();
        let best = small.of_p().map(counted).reduce(f64::max);
        let answer = gradual(&small.reach(), &small.people, small.p, full_m, &terms, &Control::new());
        agrees(&small, best, answer, true)?;
    }

    #[test]
    fn p_median_walks_the_least(small in small()) {
        let walked = |choice| small.rows().map(|row| {
            let walk_m = small.shortest(row, choice);
            if walk_m.is_finite() { small.people[row] * walk_m } else { f64::INFINITY }
        }).sum::<f64>();
        let answer = p_median(&small.reach(), &small.people, small.p, &small.terms, &Control::new());
        agrees(&small, least(small.of_p().map(walked)), answer, true)?;
    }

    #[test]
    fn p_center_has_the_shortest_longest_walk(small in small()) {
        let longest = |choice| small.rows().map(|row| small.shortest(row, choice)).fold(0.0, f64::max);
        let answer = p_center(&small.reach(), small.p, &small.terms, &Control::new());
        agrees(&small, least(small.of_p().map(longest)), answer, true)?;
    }

    #[test]
    fn lscp_needs_the_fewest_sites(small in small(), weighted in any::<bool>(), times in 1..4_u32) {
        let weight = weighted.then_some(&small.people[..]);
        let counts = |row: usize| !weighted || small.people[row] > 0.0;
        let reached = |choice: &u32| small.rows().all(|row| !counts(row) || small.times(row, *choice) >= times);
        let fewest = least(small.choices().filter(reached).map(|choice| f64::from(choice.count_ones())));
        let answer = lscp(&small.reach(), weight, Cover { share: 1.0, times }, &small.terms, &Control::new());
        // No people are counted without weights.
        if let Ok(plan) = &answer && !weighted {
            prop_assert_eq!(plan.covered, small.rows().len() as f64);
            prop_assert_eq!(Some(plan.objective), fewest);
            prop_assert!(plan.proven);
        } else {
            agrees(&small, fewest, answer, false)?;
        }
    }

    #[test]
    fn lscp_reaches_a_share_with_the_fewest_sites(small in small(), share in prop_oneof![0.01..1.0_f64, Just(0.5)]) {
        let total: f64 = small.people.iter().sum();
        let enough = |choice: &u32| small.covered(*choice) >= share * total - 1e-9 * total;
        let fewest = least(small.choices().filter(enough).map(|choice| f64::from(choice.count_ones())));
        let cover = Cover { share, times: 1 };
        let answer = lscp(&small.reach(), Some(&small.people), cover, &small.terms, &Control::new());
        agrees(&small, fewest, answer, false)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn an_exchange_loses_what_the_other_choice_lacks(small in small(), pick in any::<prop::sample::Index>()) {
        let choices: Vec<u32> = small.of_p().collect();
        if choices.is_empty() {
            return Ok(());
        }
        let choice = choices[pick.index(choices.len())];
        let open: Vec<u32> = (0..small.walk_m[0].len() as u32).filter(|site| choice >> site & 1 == 1).collect();
        let walked = |choice| small.rows().map(|row| {
            let walk_m = small.shortest(row, choice);
            if walk_m.is_finite() { small.people[row] * walk_m } else { f64::INFINITY }
        }).sum::<f64>();
        for worth in [Worth::Covered, Worth::PersonMetres] {
            let price = |choice| if worth == Worth::Covered { -small.covered(choice) } else { walked(choice) };
            let found = exchanges(&small.reach(), &small.people, &open, worth, &small.terms);
            if price(choice).is_infinite() {
                let refused = matches!(found, Err(Error::Parameter { parameter: "chosen", .. }));
                prop_assert!(refused);
                continue;
            }
            let found = found.unwrap();
            let same = |a: f64, b: f64| a == b || (a - b).abs() < 1e-6;
            for (at, chosen) in found.chosen.iter().enumerate() {
                let closed = choice & !(1 << chosen);
                prop_assert!(same(found.closed[at], price(closed) - price(choice)));
                for (other, rejected) in found.rejected.iter().enumerate() {
                    let lost = price(closed | 1 << rejected) - price(choice);
                    prop_assert!(same(found.lost(at, other), lost), "{} for {lost}", found.lost(at, other));
                }
            }
        }
    }
}
