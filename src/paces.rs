//! Groups of people who walk at a speed of their own (步速), each person counted once.

use serde::Serialize;

use crate::{
    demand::Demand,
    error::{Error, Result},
    standard::{Standard, check_speed},
};

/// People who walk at one speed: the same minutes are as many metres for all of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Walkers {
    /// The measure that counts them; `None` are all others.
    pub name: Option<String>,
    /// Measures that are part of it and walk at speeds of their own, so that they are not counted here.
    pub except: Vec<String>,
    /// Walking speed, metres per second.
    pub speed_m_per_s: f64,
    /// How far they may walk, metres.
    pub limit_m: f64,
    /// How many of them each row has; `None` is unknown.
    #[serde(skip)]
    pub people: Vec<Option<f64>>,
}

impl Walkers {
    /// "`over_60` but not `over_80`", or "others".
    #[must_use]
    pub fn label(&self) -> String {
        let name = self.name.as_deref().unwrap_or("others");
        if self.except.is_empty() { name.to_owned() } else { format!("{name} but not {}", self.except.join(", ")) }
    }
}

/// Ages that a measure's name speaks of.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Ages {
    /// This age and above: `over_60`, `60+`, `60岁以上`.
    From(f64),
    /// Below this age: `under_6`, `6岁以下`.
    Below(f64),
}

impl Ages {
    fn of(name: &str) -> Option<Self> {
        let age = |text: &str| text.trim().parse::<f64>().ok().filter(|age| age.is_finite());
        let from =
            name.strip_prefix("over_").or_else(|| name.strip_suffix("岁以上")).or_else(|| name.strip_suffix('+'));
        let below = name.strip_prefix("under_").or_else(|| name.strip_suffix("岁以下"));
        from.and_then(age).map(Self::From).or_else(|| below.and_then(age).map(Self::Below))
    }

    /// Whether everybody of these ages is of those ages, too.
    fn lies_in(self, other: Self) -> bool {
        match (self, other) {
            (Self::From(age), Self::From(other)) => age > other,
            (Self::Below(age), Self::Below(other)) => age < other,
            _ => false,
        }
    }

    /// Whether some can be of both ages though neither lies in the other.
    fn crosses(self, other: Self) -> bool {
        match (self, other) {
            (Self::From(age), Self::Below(other)) | (Self::Below(other), Self::From(age)) => age < other,
            _ => self == other,
        }
    }
}

/// Divide people by the speed they walk at, each once: every group named, then all others.
///
/// Groups of ages nest as their names say: of `over_60` and `over_80`, the first
/// counts those who are not in the second. Any other groups must not overlap,
/// which is refused where their numbers show it. Where one group of a row is
/// unknown, so are those that its number is taken from.
///
/// # Errors
/// [`Error::Unknown`] for a measure that is not in the data, [`Error::Parameter`]
/// for speeds that are no walk and groups that overlap by their names, and
/// [`Error::BadValue`] with the row where numbers say that they do.
pub fn walkers(
    demand: &Demand,
    everyone: &[Option<f64>],
    speeds: &[(String, f64)],
    standard: Standard,
) -> Result<Vec<Walkers>> {
    let names: Vec<&str> = speeds.iter().map(|(name, _)| name.as_str()).collect();
    for (place, (name, speed_m_per_s)) in speeds.iter().enumerate() {
        if names[..place].contains(&name.as_str()) {
            return Err(Error::parameter("speeds", &format!("{name:?}"), "is given twice"));
        }
        demand.weight(Some(name))?;
        if name == "population" {
            return Err(Error::parameter("speeds", &"population", "everyone has the speed of the walk; name a group"));
        }
        check_speed(*speed_m_per_s)?;
    }
    let above = containing(&names)?;
    let minutes = standard.minutes();
    let mut found = vec![];
    for (place, (name, speed_m_per_s)) in speeds.iter().enumerate() {
        let inside: Vec<&str> =
            names.iter().zip(&above).filter(|(_, above)| **above == Some(place)).map(|(&name, _)| name).collect();
        let people = without(demand, demand.weight(Some(name))?, &inside, name)?;
        found.push(Walkers {
            name: Some(name.clone()),
            except: inside.iter().map(|&name| name.to_owned()).collect(),
            speed_m_per_s: *speed_m_per_s,
            limit_m: minutes * 60.0 * speed_m_per_s,
            people,
        });
    }
    let outermost: Vec<&str> =
        names.iter().zip(&above).filter(|(_, above)| above.is_none()).map(|(&name, _)| name).collect();
    found.push(Walkers {
        name: None,
        except: vec![],
        speed_m_per_s: standard.speed_m_per_s(),
        limit_m: standard.limit_m(),
        people: without(demand, everyone, &outermost, "population")?,
    });
    Ok(found)
}

/// The smallest of the other groups that each lies in, by the ages in their names.
fn containing(names: &[&str]) -> Result<Vec<Option<usize>>> {
    let ages: Vec<Option<Ages>> = names.iter().map(|name| Ages::of(name)).collect();
    let mut above = vec![None; names.len()];
    for (place, own) in ages.iter().enumerate() {
        let Some(own) = *own else { continue };
        for (other, ages_of_other) in ages.iter().enumerate().filter(|(other, _)| *other != place) {
            let Some(wider) = *ages_of_other else { continue };
            if own.crosses(wider) {
                let both = format!("{:?} and {:?}", names[place], names[other]);
                return Err(Error::parameter("speeds", &both, "overlap: give groups that nest or stand apart"));
            }
            let nearer = |known: Option<usize>| known.and_then(|known| ages[known]).is_none_or(|at| wider.lies_in(at));
            if own.lies_in(wider) && nearer(above[place]) {
                above[place] = Some(other);
            }
        }
    }
    Ok(above)
}

/// People of a group who are in none of the groups inside it.
fn without(demand: &Demand, all: &[Option<f64>], inside: &[&str], name: &str) -> Result<Vec<Option<f64>>> {
    /// Differences smaller than this are rounding, people.
    const ROUNDING: f64 = 1e-6;
    let counts = inside.iter().map(|name| demand.weight(Some(name))).collect::<Result<Vec<_>>>()?;
    let rest = |(row, all): (usize, &Option<f64>)| {
        let rest = all.zip(counts.iter().map(|counts| counts[row]).sum::<Option<f64>>()).map(|(all, some)| all - some);
        match rest {
            Some(short) if short < -ROUNDING => Err(Error::BadValue {
                table: "demand",
                row,
                column: name.to_owned(),
                value: all.unwrap_or_default(),
                rule: "is less than the groups in speeds that are part of it have together; groups must not overlap",
            }),
            rest => Ok(rest.map(|rest| rest.max(0.0))),
        }
    };
    all.iter().enumerate().map(rest).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::demand::Measure;

    fn demand(columns: &[(&str, &[f64])]) -> Demand {
        let known = |values: &[f64]| values.iter().map(|&value| Some(value)).collect::<Vec<_>>();
        let measures = columns.iter().map(|(name, values)| Measure { name: (*name).to_owned(), values: known(values) });
        Demand { measures: measures.collect(), ..Demand::default() }
    }

    fn ask(demand: &Demand, everyone: &[f64], speeds: &[(&str, f64)]) -> Result<Vec<Walkers>> {
        let everyone: Vec<Option<f64>> = everyone.iter().map(|&people| Some(people)).collect();
        let speeds: Vec<(String, f64)> = speeds.iter().map(|&(name, speed)| (name.to_owned(), speed)).collect();
        walkers(demand, &everyone, &speeds, Standard::new(15.0, 1.2)?)
    }

    #[test]
    fn ages_nest_by_their_names_and_everyone_is_counted_once() {
        let demand = demand(&[("over_80", &[5.0]), ("over_60", &[20.0]), ("over_70", &[12.0]), ("under_6", &[8.0])]);
        let speeds = [("over_80", 0.7), ("over_60", 0.9), ("over_70", 0.8), ("under_6", 0.6)];
        let found = ask(&demand, &[100.0], &speeds).unwrap();
        let people: Vec<f64> = found.iter().map(|walkers| walkers.people[0].unwrap()).collect();
        assert_eq!(people, [5.0, 8.0, 7.0, 8.0, 72.0]);
        let labels: Vec<String> = found.iter().map(Walkers::label).collect();
        assert_eq!(labels, ["over_80", "over_60 but not over_70", "over_70 but not over_80", "under_6", "others"]);
        assert!((found[0].limit_m - 630.0).abs() < 1e-9 && (found[4].limit_m - 1080.0).abs() < 1e-9);
    }

    #[test]
    fn chinese_names_nest_too() {
        let demand = demand(&[("60岁以上", &[20.0]), ("80岁以上", &[5.0])]);
        let found = ask(&demand, &[100.0], &[("60岁以上", 0.9), ("80岁以上", 0.7)]).unwrap();
        assert_eq!(found[0].people, [Some(15.0)]);
    }

    #[test]
    fn groups_that_overlap_are_refused() {
        let aged = demand(&[("over_60", &[20.0]), ("under_80", &[90.0]), ("60+", &[20.0]), ("over_80", &[21.0])]);
        let says = |speeds: &[(&str, f64)]| ask(&aged, &[100.0], speeds).unwrap_err().to_string();
        assert!(says(&[("over_60", 0.9), ("under_80", 1.0)]).contains("overlap"));
        assert!(says(&[("over_60", 0.9), ("60+", 1.0)]).contains("overlap"));
        let message = says(&[("over_60", 0.9), ("over_80", 0.7)]);
        assert!(message.contains("demand row 0: over_60 = 20 is less than"), "{message}");
        let plain = demand(&[("parents", &[70.0]), ("disabled", &[40.0])]);
        let message = ask(&plain, &[100.0], &[("parents", 1.1), ("disabled", 0.7)]).unwrap_err().to_string();
        assert!(message.contains("demand row 0: population = 100 is less than"), "{message}");
        assert!(says(&[("cats", 1.0)]).contains("no group named \"cats\""));
        assert!(says(&[("over_60", 9.0)]).contains("metres per second"));
        assert!(says(&[("population", 1.0)]).contains("name a group"));
    }

    #[test]
    fn what_is_unknown_makes_what_it_is_taken_from_unknown() {
        let mut demand = demand(&[("over_60", &[20.0, 30.0]), ("over_80", &[5.0, 0.0])]);
        demand.measures[1].values[1] = None;
        let found = ask(&demand, &[100.0, 100.0], &[("over_60", 0.9), ("over_80", 0.7)]).unwrap();
        assert_eq!(found[0].people, [Some(15.0), None]);
        assert_eq!(found[1].people, [Some(5.0), None]);
        assert_eq!(found[2].people, [Some(80.0), Some(70.0)]);
    }

    proptest! {
        /// Whatever order they are named in, the parts add up and each person is in the innermost group.
        #[test]
        fn parts_add_up_to_everyone(
            ages in prop::collection::vec(0_u32..100, 0..200),
            at in prop::collection::btree_set(1_u32..99, 0..5),
            reversed: bool,
        ) {
            let mut at: Vec<u32> = at.into_iter().collect();
            if reversed { at.reverse(); }
            let names: Vec<String> = at.iter().map(|age| format!("over_{age}")).collect();
            let count = |from: u32| ages.iter().filter(|&&age| age >= from).count() as f64;
            let measures = at.iter().zip(&names);
            let measures = measures.map(|(&age, name)| Measure { name: name.clone(), values: vec![Some(count(age))] });
            let demand = Demand { measures: measures.collect(), ..Demand::default() };
            let speeds: Vec<(&str, f64)> = names.iter().map(|name| (name.as_str(), 0.9)).collect();
            let found = ask(&demand, &[count(0)], &speeds).unwrap();
            let sum: f64 = found.iter().map(|walkers| walkers.people[0].unwrap()).sum();
            prop_assert!((sum - count(0)).abs() < 1e-9);
            for (&from, walkers) in at.iter().zip(&found) {
                let next = at.iter().copied().filter(|&age| age > from).min().unwrap_or(u32::MAX);
                let own = ages.iter().filter(|&&age| age >= from && age < next).count() as f64;
                prop_assert_eq!(walkers.people[0], Some(own));
            }
        }
    }
}
