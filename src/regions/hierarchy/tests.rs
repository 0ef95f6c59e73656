//! Levels after any moves against levels made anew, and what a refusal says.

use proptest::prelude::*;

use super::*;

const WIDE: u32 = 6;

fn grid() -> Contiguity {
    let across = (0..WIDE).flat_map(|row| (0..WIDE - 1).map(move |col| [row * WIDE + col, row * WIDE + col + 1]));
    let down = (0..WIDE * (WIDE - 1)).map(|unit| [unit, unit + WIDE]);
    Contiguity::from_edges((WIDE * WIDE) as usize, &across.chain(down).collect::<Vec<_>>(), None).unwrap()
}

/// Towns are halves, grids are quarters, blocks are halves of quarters.
fn levels() -> Vec<Level> {
    let half = |unit: u32| unit % WIDE / 3;
    let quarter = |unit: u32| 2 * (unit / WIDE / 3) + half(unit);
    let block = |unit: u32| 2 * quarter(unit) + u32::from(unit / WIDE % 3 == 2);
    let level = |name: &str, of: &dyn Fn(u32) -> u32, is_fixed| Level {
        name: name.to_owned(),
        labels: (0..WIDE * WIDE).map(of).collect(),
        tolerance: Some(vec![0.3, 0.4]),
        is_fixed,
    };
    vec![level("town", &half, true), level("grid", &quarter, false), level("block", &block, false)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn moves_keep_every_level_true(
        people in prop::collection::vec(0..50_u32, 36),
        metres in prop::collection::vec(prop::option::weighted(0.9, 0..2000_u32), 36 * 3),
        wanted in prop::collection::vec((0..36_u32, 0..8_u32), 1..60),
        fixed in any::<bool>(),
    ) {
        prop_assume!(people.iter().any(|&people| people > 0));
        let weights = [people.iter().map(|&one| f64::from(one)).collect::<Vec<_>>(), vec![0.3; 36]];
        let walks = Walks { metres: metres.iter().map(|one| one.map_or(f64::NAN, f64::from)).collect(), sites: 3 };
        let mut given = levels();
        given[0].is_fixed = fixed;
        let mut plan = Hierarchy::new(grid(), &weights, &given, Some(walks.clone()), 900.0).unwrap();
        let begun = plan.clone();
        for (unit, to) in wanted {
            let before = plan.clone();
            let mut labels: Vec<Vec<u32>> = (0..3).map(|level| plan.labels(level).to_vec()).collect();
            let home = labels[2].iter().position(|&label| label == to);
            let answer = plan.move_unit(unit, to);
            // The definition: move it, and see whether every level is a division as before.
            let parts: Option<Vec<u32>> = home.map(|home| (0..3).map(|level| labels[level][home]).collect());
            let parts = parts.unwrap();
            let leaves_town = labels[0][unit as usize] != parts[0];
            let stays = labels[2][unit as usize] == to;
            (0..3).for_each(|level| labels[level][unit as usize] = parts[level]);
            let whole = (0..3).all(|level| is_a_division(&grid(), &labels[level], before.parts(level)).is_ok());
            prop_assert_eq!(answer.is_ok(), whole && !stays && !(fixed && leaves_town), "{:?}", answer);
            if let Ok(moved) = answer {
                let anew: Vec<Level> = given.iter().zip(&labels)
                    .map(|(level, labels)| Level { labels: labels.clone(), ..level.clone() }).collect();
                let anew = Hierarchy::new(grid(), &weights, &anew, Some(walks.clone()), 900.0).unwrap();
                for level in 0..3 {
                    prop_assert_eq!(plan.labels(level), anew.labels(level));
                    for part in 0..plan.parts(level) as u32 {
                        prop_assert_eq!(format!("{:?}", plan.part(level, part)), format!("{:?}", anew.part(level, part)));
                        let changed = moved.changes.iter().find(|one| (one.level, one.part) == (level, part));
                        let (old, new) = (format!("{:?}", before.part(level, part)), format!("{:?}", plan.part(level, part)));
                        if let Some(one) = changed { prop_assert_eq!((format!("{:?}", one.before), format!("{:?}", one.after)), (old, new)) } else { prop_assert_eq!(old, new) }
                    }
                }
            } else {
                prop_assert_eq!(plan.labels(2), before.labels(2));
            }
        }
        while plan.undo().is_some() {}
        for level in 0..3 {
            prop_assert_eq!(plan.labels(level), begun.labels(level));
            for part in 0..plan.parts(level) as u32 {
                prop_assert_eq!(format!("{:?}", plan.part(level, part)), format!("{:?}", begun.part(level, part)));
            }
        }
    }
}

#[test]
fn a_refusal_says_what_stands_in_the_way() {
    let mut plan = Hierarchy::new(
        grid(),
        &[vec![1.0; 36]],
        &levels().into_iter().map(|level| Level { tolerance: None, ..level }).collect::<Vec<_>>(),
        None,
        900.0,
    )
    .unwrap();
    assert_eq!(plan.refusal(0, 0), Some(Refusal::There));
    assert_eq!(plan.refusal(0, 7), Some(Refusal::Apart));
    assert_eq!(plan.refusal(2, 2), Some(Refusal::Fixed { level: 0, from: 0, to: 1 }));
    assert_eq!(plan.refusal(13, 0), Some(Refusal::Cuts { level: 2, part: 1, units: vec![14] }));
    assert_eq!(plan.targets(12), [0, 4]);
    plan.move_unit(14, 0).unwrap();
    plan.move_unit(13, 0).unwrap();
    assert_eq!(plan.refusal(12, 0), Some(Refusal::Last { level: 2, part: 1 }));
    let torn =
        Level { name: "torn".into(), labels: (0..36).map(|unit| unit % 2).collect(), tolerance: None, is_fixed: false };
    assert!(Hierarchy::new(grid(), &[vec![1.0; 36]], &[torn], None, 900.0).is_err());
}
