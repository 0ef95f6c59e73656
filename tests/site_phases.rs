//! Phases and fronts against every choice there is.

use linli::{
    control::Control,
    reach::Reach,
    site::{Terms, mclp, p_median, pareto, phases},
};
use proptest::prelude::*;

/// Walks, people, a limit, steps and the sites fixed and forbidden.
#[derive(Debug, Clone)]
struct Small {
    walk_m: Vec<Vec<f64>>,
    people: Vec<f64>,
    steps: Vec<usize>,
    terms: Terms,
}

const LIMIT_M: f64 = 500.0;

impl Small {
    fn sites(&self) -> usize {
        self.walk_m[0].len()
    }

    fn reach(&self) -> Reach {
        let table: Vec<f64> = self.walk_m.iter().flatten().copied().collect();
        Reach::from_dense(&table, self.sites(), None).unwrap()
    }

    fn shortest(&self, row: usize, choice: u32) -> f64 {
        let open = (0..).zip(&self.walk_m[row]).filter(|&(site, _)| choice >> site & 1 == 1);
        open.map(|(_, m)| *m).fold(f64::INFINITY, f64::min)
    }

    fn covered(&self, choice: u32) -> f64 {
        (0..self.people.len()).filter(|&row| self.shortest(row, choice) <= LIMIT_M).map(|row| self.people[row]).sum()
    }

    fn walked(&self, choice: u32) -> f64 {
        (0..self.people.len()).map(|row| self.people[row] * self.shortest(row, choice)).sum()
    }

    /// Every allowed choice of so many sites that contains another.
    fn choices(&self, p: usize, with: u32) -> impl Iterator<Item = u32> + '_ {
        let bits = |sites: &[u32]| sites.iter().map(|site| 1_u32 << site).sum::<u32>();
        let (with, without) = (with | bits(&self.terms.fixed), bits(&self.terms.forbidden));
        let all = 0..1_u32 << self.sites();
        all.filter(move |c| c.count_ones() as usize == p && c & with == with && c & without == 0)
    }

    /// The best sum over nested choices, by looking at all of them.
    fn best(&self, value: &dyn Fn(&Self, u32) -> f64, phase: usize, with: u32) -> f64 {
        let Some(_) = self.steps.get(phase) else { return 0.0 };
        let p = self.terms.fixed.len() + self.steps[..=phase].iter().sum::<usize>();
        self.choices(p, with)
            .map(|choice| value(self, choice) + self.best(value, phase + 1, choice))
            .fold(f64::NEG_INFINITY, f64::max)
    }
}

fn small() -> impl Strategy<Value = Small> {
    (2_usize..16, 4_usize..9).prop_flat_map(|(rows, sites)| {
        let walk = prop_oneof![2 => (0..12_u32).prop_map(|m| f64::from(m) * 100.0), 1 => 0.0..1200.0_f64];
        (
            prop::collection::vec(prop::collection::vec(walk, sites), rows),
            prop::collection::vec((0..9_u32).prop_map(f64::from), rows),
            prop_oneof![Just(vec![1, 1]), Just(vec![2, 1]), Just(vec![1, 2]), Just(vec![1, 1, 1]), Just(vec![3])],
            0..=1_u32,
            0..=1_u32,
        )
            .prop_map(move |(walk_m, mut people, steps, fixed, forbidden)| {
                people[0] += 1.0;
                let mut terms = Terms { fixed: (0..fixed).collect(), ..Terms::default() };
                if steps.iter().sum::<usize>() + 2 <= sites {
                    terms.forbidden = (0..forbidden).map(|site| sites as u32 - 1 - site).collect();
                }
                if steps.iter().sum::<usize>() + 1 > sites {
                    terms.fixed.clear();
                }
                Small { walk_m, people, steps, terms }
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn phases_are_the_best_of_all_nested_plans(small in small()) {
        let (reach, control) = (small.reach(), Control::new());
        let sites = small.sites();
        for covering in [true, false] {
            let ask = |p: usize, terms: &Terms| if covering {
                mclp(&reach, &small.people, p, &Terms { limit_m: Some(LIMIT_M), ..terms.clone() }, &control)
            } else {
                p_median(&reach, &small.people, p, terms, &control)
            };
            let found = phases(&small.steps, &small.terms, covering, sites, &control, ask).unwrap();
            let best = if covering {
                small.best(&Small::covered, 0, 0)
            } else {
                -small.best(&|small: &Small, choice| -small.walked(choice), 0, 0)
            };
            prop_assert!(found.proven, "{found:?}");
            prop_assert!((found.objective - best).abs() <= 1e-9 * best.abs().max(1.0), "{} {best}", found.objective);
            prop_assert_eq!(found.bound, found.objective);
            // Nested, of the right sizes, and worth what is said.
            let mut before = small.terms.fixed.clone();
            let mut sum = 0.0;
            for (phase, &step) in found.phases.iter().zip(&small.steps) {
                let now: Vec<u32> = phase.plan.sites.iter().map(|chosen| chosen.site).collect();
                prop_assert!(before.iter().all(|site| now.contains(site)));
                prop_assert!(!now.iter().any(|site| small.terms.forbidden.contains(site)));
                prop_assert_eq!(now.len(), before.len() + step);
                prop_assert_eq!(phase.opened.len(), step);
                let bits = now.iter().map(|site| 1_u32 << site).sum::<u32>();
                let value = if covering { small.covered(bits) } else { small.walked(bits) };
                prop_assert!((phase.plan.objective - value).abs() < 1e-6);
                prop_assert!(phase.plan.sites.iter().all(|c| c.fixed == small.terms.fixed.contains(&c.site)));
                let free = small.choices(now.len(), 0).map(|c| if covering { small.covered(c) } else { -small.walked(c) });
                let free = free.fold(f64::NEG_INFINITY, f64::max).abs();
                prop_assert!((phase.price().0 - (free - value).abs()).abs() < 1e-6);
                sum += value;
                before = now;
            }
            prop_assert!((sum - found.objective).abs() < 1e-6);
        }
    }

    #[test]
    fn the_front_is_the_hull_of_all_plans(small in small()) {
        let (reach, control) = (small.reach(), Control::new());
        let p = small.terms.fixed.len() + small.steps.iter().sum::<usize>();
        let found = pareto(&reach, &small.people, p, LIMIT_M, 1000, &small.terms, &control).unwrap();
        prop_assert!(found.complete, "{found:?}");
        let all: Vec<(f64, f64)> = small.choices(p, 0).map(|c| (small.covered(c), small.walked(c))).collect();
        for point in &found.points {
            let bits = point.sites.iter().map(|site| 1_u32 << site).sum::<u32>();
            prop_assert!((point.covered - small.covered(bits)).abs() < 1e-9);
            prop_assert!((point.walked - small.walked(bits)).abs() < 1e-6);
            // No plan is as good in both and better in one.
            prop_assert!(!all.iter().any(|&(c, w)| c >= point.covered - 1e-9 && w < point.walked - 1e-6), "{found:?}");
        }
        let most = all.iter().map(|plan| plan.0).fold(f64::NEG_INFINITY, f64::max);
        let least = all.iter().map(|plan| plan.1).fold(f64::INFINITY, f64::min);
        prop_assert_eq!(found.points.last().unwrap().covered, most);
        prop_assert!((found.points[0].walked - least).abs() < 1e-6);
        // At no exchange rate is any plan better than all points of the front.
        for rate in [0.0, 1.0, 10.0, 33.0, 100.0, 250.0, 700.0, 3000.0, 1e5] {
            let cost = |covered: f64, walked: f64| walked - rate * covered;
            let front = found.points.iter().map(|point| cost(point.covered, point.walked)).fold(f64::INFINITY, f64::min);
            let best = all.iter().map(|&(c, w)| cost(c, w)).fold(f64::INFINITY, f64::min);
            prop_assert!((front - best).abs() <= 1e-7 * best.abs().max(1.0), "{rate}: {front} {best}");
        }
    }
}

#[test]
fn phases_say_what_is_wrong_with_their_steps() {
    let reach = Reach::from_dense(&[100.0, 200.0], 2, None).unwrap();
    let control = Control::new();
    let ask = |steps: &[usize]| {
        let solve = |p: usize, terms: &Terms| mclp(&reach, &[1.0], p, terms, &control);
        phases(steps, &Terms::default(), true, 2, &control, solve).unwrap_err().to_string()
    };
    assert!(ask(&[]).contains("each phase"), "{}", ask(&[]));
    assert!(ask(&[1, 0]).contains("phase 2 opens no site"), "{}", ask(&[1, 0]));
    assert!(ask(&[1, 2]).contains("only 2 sites"), "{}", ask(&[1, 2]));
}

#[test]
fn a_front_needs_a_limit_and_two_ends() {
    let reach = Reach::from_dense(&[100.0, 200.0], 2, None).unwrap();
    let ask = |limit_m, most| pareto(&reach, &[1.0], 1, limit_m, most, &Terms::default(), &Control::new());
    assert!(ask(f64::NAN, 9).unwrap_err().to_string().contains("positive"));
    assert!(ask(500.0, 1).unwrap_err().to_string().contains("2 or more"));
    assert_eq!(ask(500.0, 2).unwrap().points.len(), 1);
}
