//! Layers of demand (需求层): where people are at another time of day, such as jobs at noon.

use crate::{
    demand::{Demand, DemandPoints, check_amounts},
    error::{Error, Result},
};

/// People at places of their own, counted by the committee they are in: workplaces, schools, markets.
///
/// A layer stands beside the residents, with positions and weights of its own.
/// [`City::layer`](crate::City::layer) makes it, or a sum of layers, the demand
/// of a city that can then be asked anything.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// What it is called, such as `jobs`.
    pub name: String,
    /// How many are in each committee; `None` is unknown.
    pub amount: Vec<Option<f64>>,
    /// Where they are; a committee without any has no points.
    pub points: DemandPoints,
}

impl Layer {
    /// A layer of places, each in a committee's row and with so many people; `None` is unknown.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a name that is empty or the residents', and for a row
    /// that is not there; [`Error::BadValue`] for a number that cannot be.
    pub fn new(name: &str, committees: usize, places: &[(u32, [f64; 2], Option<f64>)]) -> Result<Self> {
        if name.is_empty() || name == RESIDENTS {
            return Err(Error::parameter("layer", &format!("{name:?}"), "give a name that is not the residents'"));
        }
        let amounts: Vec<Option<f64>> = places.iter().map(|&(_, _, amount)| amount).collect();
        check_amounts("layer", name, &amounts)?;
        let mut rows = vec![vec![]; committees];
        let mut amount = vec![Some(0.0); committees];
        for (row, &(committee, xy, here)) in places.iter().enumerate() {
            let Some(points) = rows.get_mut(committee as usize) else {
                let rule = format!("layer row {row}: there are {committees} committees");
                return Err(Error::parameter("committee", &committee, &rule));
            };
            points.push((xy, here.unwrap_or(0.0)));
            let sum = &mut amount[committee as usize];
            *sum = sum.zip(here).map(|(sum, here)| sum + here);
        }
        Ok(Self { name: name.to_owned(), amount, points: DemandPoints::grouped(rows) })
    }
}

/// The residents, as a layer is named.
pub const RESIDENTS: &str = "population";

/// The committees with the people of these layers, each counted by a factor.
///
/// A name is that of a layer, `population`, or a measure of the committees, which
/// is then where the residents are. A committee where nobody is keeps its places.
pub(crate) fn demand_of(demand: &Demand, layers: &[Layer], parts: &[(String, f64)]) -> Result<Demand> {
    if parts.is_empty() {
        return Err(Error::parameter("layer", &"nothing", "name at least one layer"));
    }
    let mut taken = vec![];
    for (place, (name, factor)) in parts.iter().enumerate() {
        if parts[..place].iter().any(|(known, _)| known == name) {
            return Err(Error::parameter("layer", &format!("{name:?}"), "is given twice"));
        }
        if !(factor.is_finite() && *factor > 0.0) {
            let rule = format!("the factor of {name:?} must be a positive number");
            return Err(Error::parameter("layer", factor, &rule));
        }
        let own = layers.iter().find(|layer| layer.name == *name);
        let (amount, points) = match own {
            Some(layer) => (layer.amount.as_slice(), &layer.points),
            None => (demand.weight(Some(name)).map_err(|error| known_too(error, layers))?, &demand.points),
        };
        taken.push((amount, points, *factor));
    }
    let people = |row: usize| taken.iter().map(|(amount, _, factor)| amount[row].map(|here| here * factor)).sum();
    let population: Vec<Option<f64>> = (0..demand.len()).map(people).collect();
    let points = DemandPoints::grouped((0..demand.len()).map(|row| {
        let all = taken.iter().flat_map(|(amount, points, factor)| {
            let here = amount[row].unwrap_or(0.0) * factor;
            points.of(row).map(move |point| (points.xy[point], here * points.share[point]))
        });
        let all: Vec<([f64; 2], f64)> = all.filter(|(_, here)| *here > 0.0).collect();
        if all.is_empty() {
            let own = demand.points.of(row);
            own.map(|point| (demand.points.xy[point], demand.points.share[point])).collect()
        } else {
            all
        }
    }));
    Ok(Demand { population, measures: vec![], points, ..demand.clone() })
}

/// "jobs" or "population + 0.5 × jobs".
pub(crate) fn named(parts: &[(String, f64)]) -> String {
    let one = |(name, factor): &(String, f64)| {
        if (factor - 1.0).abs() < f64::EPSILON { name.clone() } else { format!("{factor} × {name}") }
    };
    parts.iter().map(one).collect::<Vec<_>>().join(" + ")
}

/// The layers can be named, too.
fn known_too(error: Error, layers: &[Layer]) -> Error {
    match error {
        Error::Unknown { name, known, .. } => {
            let own = layers.iter().map(|layer| layer.name.clone());
            let mut all: Vec<String> = [RESIDENTS.to_owned()].into_iter().chain(own).collect();
            all.extend(known.into_iter().filter(|name| layers.iter().all(|layer| layer.name != *name)));
            Error::Unknown { kind: "layer", name, known: all }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use proptest::prelude::*;

    use super::*;

    fn two_committees() -> Demand {
        Demand {
            id: vec!["a".to_owned(), "b".to_owned()],
            name: vec!["a".to_owned(), "b".to_owned()],
            town: vec![None; 2],
            population: vec![Some(100.0), Some(50.0)],
            shape: vec![None; 2],
            points: DemandPoints::one_each([Some([0.0, 0.0]), Some([1000.0, 0.0])]),
            ..Demand::default()
        }
    }

    fn parts(of: &[(&str, f64)]) -> Vec<(String, f64)> {
        of.iter().map(|&(name, factor)| (name.to_owned(), factor)).collect()
    }

    #[test]
    fn jobs_are_where_the_workplaces_are() {
        let places = [(0, [10.0, 10.0], Some(30.0)), (0, [20.0, 10.0], Some(10.0))];
        let jobs = Layer::new("jobs", 2, &places).unwrap();
        let found = demand_of(&two_committees(), from_ref(&jobs), &parts(&[("jobs", 1.0)])).unwrap();
        assert_eq!(found.population, [Some(40.0), Some(0.0)]);
        assert_eq!(found.points.xy, [[10.0, 10.0], [20.0, 10.0], [1000.0, 0.0]]);
        assert_eq!(found.points.share, [0.75, 0.25, 1.0]);
        let both = demand_of(&two_committees(), &[jobs], &parts(&[("population", 1.0), ("jobs", 0.5)])).unwrap();
        assert_eq!(both.population, [Some(120.0), Some(50.0)]);
        assert_eq!(both.points.of(0).len(), 3);
        assert!((both.points.share[0] - 100.0 / 120.0).abs() < 1e-12);
        assert_eq!(named(&parts(&[("population", 1.0), ("jobs", 0.5)])), "population + 0.5 × jobs");
    }

    #[test]
    fn what_cannot_be_a_layer_is_refused() {
        let unnamed = Layer::new("population", 2, &[]).unwrap_err().to_string();
        assert!(unnamed.contains("not the residents'"), "{unnamed}");
        let negative = Layer::new("jobs", 2, &[(0, [0.0, 0.0], Some(-1.0))]).unwrap_err().to_string();
        assert!(negative.contains("layer row 0: jobs = -1"), "{negative}");
        assert!(Layer::new("jobs", 2, &[(2, [0.0, 0.0], None)]).unwrap_err().to_string().contains("2 committees"));
        let jobs = Layer::new("jobs", 2, &[(0, [0.0, 0.0], None)]).unwrap();
        let says = |of: &[(&str, f64)]| demand_of(&two_committees(), from_ref(&jobs), &parts(of)).unwrap_err();
        assert!(says(&[]).to_string().contains("at least one"));
        assert!(says(&[("jobs", 0.0)]).to_string().contains("positive"));
        assert!(says(&[("jobs", 1.0), ("jobs", 1.0)]).to_string().contains("twice"));
        assert!(says(&[("schools", 1.0)]).to_string().contains("population, jobs"), "{}", says(&[("schools", 1.0)]));
        let unknown = demand_of(&two_committees(), from_ref(&jobs), &parts(&[("jobs", 1.0)])).unwrap();
        assert_eq!(unknown.population, [None, Some(0.0)]);
    }

    proptest! {
        /// Whatever is summed, nobody is lost and every point has its weight.
        #[test]
        fn sums_of_layers_keep_everyone(
            places in prop::collection::vec((0_u32..2, -9.0..9.0, 0.0..100.0), 0..20),
            factor in 0.1..3.0,
        ) {
            let places: Vec<_> = places.iter().map(|&(row, x, n)| (row, [x, 0.0], Some(n))).collect();
            let jobs = Layer::new("jobs", 2, &places).unwrap();
            let demand = demand_of(&two_committees(), &[jobs], &parts(&[("jobs", factor), ("population", 1.0)])).unwrap();
            let people = demand.points.people(&demand.population);
            for (at, n) in [([0.0, 0.0], 100.0), ([1000.0, 0.0], 50.0)] {
                let here = demand.points.xy.iter().zip(&people).filter(|(xy, _)| **xy == at);
                let at_work = places.iter().filter(|place| place.1 == at).fold(0.0, |sum, place| sum + place.2.unwrap());
                prop_assert!((here.map(|(_, n)| n).sum::<f64>() - n - factor * at_work).abs() < 1e-6);
            }
            let jobs: f64 = places.iter().map(|place| place.2.unwrap()).sum();
            prop_assert!((people.iter().sum::<f64>() - 150.0 - factor * jobs).abs() < 1e-6);
        }
    }
}
