//! Against the definitions, person by person.

use proptest::prelude::*;

use super::*;

/// Values, whole numbers of people (10 in all, times 10) and incomes with ties.
fn rows() -> impl Strategy<Value = Vec<(f64, u32, f64)>> {
    let row = (0_u32..6, 0_u32..5, 0_u32..4)
        .prop_map(|(value, people, income)| (f64::from(value), people, f64::from(income)));
    prop::collection::vec(row, 1..9).prop_filter("somebody lives there", |rows| rows.iter().any(|row| row.1 > 0))
}

fn close(found: Option<f64>, printed: f64) -> bool {
    if printed.is_finite() { found.is_some_and(|found| (found - printed).abs() < 1e-9) } else { found.is_none() }
}

proptest! {
    #[test]
    fn rows_count_as_their_people_one_by_one(rows in rows()) {
        let values: Vec<f64> = rows.iter().map(|row| row.0).collect();
        let people: Vec<f64> = rows.iter().map(|row| f64::from(row.1)).collect();
        let income: Vec<f64> = rows.iter().map(|row| row.2).collect();
        let persons: Vec<(f64, f64)> = rows.iter().flat_map(|row| (0..row.1).map(|_| (row.0, row.2))).collect();
        let n = persons.len() as f64;
        let mu = persons.iter().map(|p| p.0).sum::<f64>() / n;

        let differences: f64 = persons.iter().flat_map(|a| persons.iter().map(|b| (a.0 - b.0).abs())).sum();
        prop_assert!(close(gini(&values, &people).unwrap(), differences / (2.0 * n * n * mu)));

        // Each person's rank is the middle of those with the same income.
        let rank = |income: f64| {
            let before = persons.iter().filter(|p| p.1 < income).count() as f64;
            let same = persons.iter().filter(|p| p.1 == income).count() as f64;
            (before + same / 2.0) / n
        };
        let covariance = persons.iter().map(|p| (p.0 - mu) * (rank(p.1) - 0.5)).sum::<f64>() / n;
        prop_assert!(close(concentration(&values, &people, &income).unwrap(), 2.0 * covariance / mu));
        let corrected = if mu > 0.0 { 8.0 * covariance / 6.0 } else { f64::NAN };
        prop_assert!(close(erreygers(&values, &people, &income, (0.0, 6.0)).unwrap(), corrected));

        let groups: Vec<u32> = income.iter().map(|income| income.to_bits() as u32 ^ (income.to_bits() >> 32) as u32).collect();
        let order: std::collections::BTreeSet<u32> = groups.iter().copied().collect();
        let groups: Vec<u32> = groups.iter().map(|of| order.range(..of).count() as u32).collect();
        let entropy = |x: f64| if x > 0.0 { x / mu * (x / mu).ln() } else { 0.0 };
        let total = persons.iter().map(|p| entropy(p.0)).sum::<f64>() / n;
        let group_mean = |of: f64| {
            let members: Vec<f64> = persons.iter().filter(|p| p.1 == of).map(|p| p.0).collect();
            members.iter().sum::<f64>() / members.len() as f64
        };
        let between = persons.iter().map(|p| entropy(group_mean(p.1))).sum::<f64>() / n;
        let found = theil(&values, &people, &groups).unwrap();
        if mu > 0.0 {
            prop_assert!(close(found.map(|t| t.total), total));
            prop_assert!(close(found.map(|t| t.between), between));
            prop_assert!(close(found.map(|t| t.within), total - between));
        } else {
            prop_assert!(found.is_none());
        }

        // Ten of each person make the tenth and the two fifths whole numbers.
        let mut tenfold: Vec<f64> = persons.iter().flat_map(|p| [p.0; 10]).collect();
        tenfold.sort_by(f64::total_cmp);
        let (top, bottom) = (persons.len(), 4 * persons.len());
        let bottom_mean = tenfold[..bottom].iter().sum::<f64>() / bottom as f64;
        let top_mean = tenfold[tenfold.len() - top..].iter().sum::<f64>() / top as f64;
        let printed = if bottom_mean > 0.0 { top_mean / bottom_mean } else { f64::NAN };
        prop_assert!(close(palma(&values, &people, None).unwrap(), printed));

        for alpha in 0..3 {
            let printed = persons.iter().filter(|p| p.0 < 3.0).map(|p| ((3.0 - p.0) / 3.0_f64).powi(alpha)).sum::<f64>() / n;
            prop_assert!(close(Some(fgt(&values, &people, 3.0, f64::from(alpha)).unwrap()), printed));
        }
    }

    #[test]
    fn merging_and_splitting_rows_changes_nothing(rows in rows()) {
        let column = |of: fn(&(f64, u32, f64)) -> f64| rows.iter().map(of).collect::<Vec<f64>>();
        let (values, people) = (column(|row| row.0), column(|row| f64::from(row.1)));
        let twice = |column: &[f64], part: f64| column.iter().flat_map(|x| [x * part; 2]).collect::<Vec<f64>>();
        let split = gini(&twice(&values, 1.0), &twice(&people, 0.5)).unwrap();
        prop_assert!(close(split, gini(&values, &people).unwrap().unwrap_or(f64::NAN)));
    }
}

#[test]
fn known_values() {
    // The textbook: one of four has everything.
    assert_eq!(gini(&[0.0, 0.0, 0.0, 8.0], &[1.0; 4]).unwrap(), Some(0.75));
    assert_eq!(theil(&[0.0, 0.0, 0.0, 8.0], &[1.0; 4], &[0; 4]).unwrap().unwrap().total, 4.0_f64.ln());
    assert!(close(palma(&[1.0; 5], &[2.0; 5], None).unwrap(), 1.0));
    assert_eq!(gini(&[0.0, 0.0], &[1.0; 2]).unwrap(), None);
}

#[test]
fn a_fault_names_its_row() {
    assert!(gini(&[1.0, f64::NAN], &[1.0; 2]).unwrap_err().to_string().starts_with("values row 1: values = NaN"));
    assert!(gini(&[1.0], &[0.0]).unwrap_err().to_string().starts_with("people = nobody"));
    assert!(fgt(&[1.0], &[1.0], 0.0, 1.0).is_err());
}
