//! Optimal because the prices prove it, question after question from the same basis.

use proptest::prelude::*;

use super::*;
use crate::{
    assign::capacity::model::{Side, What},
    control::Control,
};

/// Units with ways: cost, and amounts on some sides.
fn model() -> impl Strategy<Value = Model> {
    let way = (0_u32..40, prop::collection::vec((0_u32..4, 1_u32..9), 0..3));
    let unit = prop::collection::vec(way, 1..5);
    let side = (prop::option::of(0_u32..20), prop::option::of(0_u32..25));
    (prop::collection::vec(unit, 1..8), prop::collection::vec(side, 4)).prop_map(|(units, sides)| {
        let of = |(least, room): &(Option<u32>, Option<u32>)| Side {
            what: What::Moved,
            least: least.map_or(f64::NEG_INFINITY, f64::from),
            most: room.map_or(f64::INFINITY, |room| f64::from(room + least.unwrap_or(0))),
            people: 1.0,
        };
        // A side without any limit is none.
        let bounded: Vec<Side> = sides.iter().map(of).collect();
        let is_limit = |side: u32| bounded[side as usize].least.is_finite() || bounded[side as usize].most.is_finite();
        let place: Vec<u32> = (0..4).map(|side| (0..side).filter(|&before| is_limit(before)).count() as u32).collect();
        let mut model = Model {
            sites: 9,
            size: vec![1.0; units.len()],
            start: vec![0],
            site: vec![],
            cost: vec![],
            leave: vec![],
            entry_start: vec![0],
            entry: vec![],
            sides: bounded
                .iter()
                .enumerate()
                .filter(|(side, _)| is_limit(*side as u32))
                .map(|of| of.1.clone())
                .collect(),
        };
        for ways in units {
            for (site, (cost, mut entries)) in ways.into_iter().enumerate() {
                entries.sort_unstable();
                entries.dedup_by_key(|entry| entry.0);
                model.site.push(site as u32);
                model.cost.push(f64::from(cost));
                let known = entries.into_iter().filter(|(side, _)| is_limit(*side));
                model.entry.extend(known.map(|(side, amount)| (place[side as usize], f64::from(amount))));
                model.entry_start.push(model.entry.len());
            }
            model.start.push(model.site.len());
        }
        model
    })
}

/// Cost of shares, after a look at whether they are shares of allowed ways within the limits.
fn cost(model: &Model, relaxed: &Relaxed, allowed: &[bool]) -> Option<f64> {
    let mut sums = vec![0.0; model.sides.len()];
    let mut cost = 0.0;
    for (unit, shares) in relaxed.shares.iter().enumerate() {
        let all: f64 = shares.iter().map(|share| share.1).sum();
        let own = shares.iter().all(|&(way, share)| {
            model.ways(unit).contains(&(way as usize)) && share > 0.0 && (allowed[way as usize] || share < 1e-6)
        });
        if (all - 1.0).abs() > 1e-9 || !own {
            return None;
        }
        for &(way, share) in shares {
            cost += share * model.cost[way as usize];
            model.entries(way as usize).iter().for_each(|&(side, amount)| sums[side as usize] += share * amount);
        }
    }
    let kept = model.sides.iter().zip(sums).all(|(side, sum)| sum <= side.most + 1e-6 && sum >= side.least - 1e-6);
    kept.then_some(cost)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    /// Optimal because the prices prove it; and nothing because prices prove that too, or some whole choice fits.
    #[test]
    fn cost_meets_its_bound_question_after_question(
        model in model(),
        questions in prop::collection::vec(prop::collection::vec(prop::bool::weighted(0.8), 40), 1..5),
    ) {
        let control = Control::new();
        let clock = Clock::new(None, &control);
        let mut simplex = Simplex::new(&model);
        for question in questions {
            let mut allowed = question[..model.site.len().min(40)].to_vec();
            allowed.resize(model.site.len(), true);
            for unit in 0..model.units() {
                if !model.ways(unit).any(|way| allowed[way]) {
                    allowed[model.start[unit]] = true;
                }
            }
            let Some(relaxed) = simplex.solve(&allowed, &clock).unwrap() else {
                // No whole choice fits either.
                let mut choice: Vec<usize> = (0..model.units()).map(|unit| model.start[unit]).collect();
                'all: loop {
                    let mut sums = vec![0.0; model.sides.len()];
                    for &way in &choice {
                        model.entries(way).iter().for_each(|&(side, amount)| sums[side as usize] += amount);
                    }
                    let kept = model.sides.iter().zip(sums).all(|(side, sum)| sum <= side.most && sum >= side.least);
                    prop_assert!(!kept || choice.iter().any(|&way| !allowed[way]));
                    for (unit, way) in choice.iter_mut().enumerate() {
                        *way += 1;
                        if *way < model.start[unit + 1] {
                            continue 'all;
                        }
                        *way = model.start[unit];
                    }
                    break;
                }
                continue;
            };
            let cost = cost(&model, &relaxed, &allowed);
            prop_assert!(cost.is_some(), "{:?}", relaxed);
            let cost = cost.unwrap();
            prop_assert!((cost - relaxed.bound).abs() <= 1e-6 * cost.max(1.0), "cost {} bound {}", cost, relaxed.bound);
        }
    }
}
