//! What is refused at the door of a division: columns, prices and amounts that cannot be meant.

use crate::error::{Error, Result};

use super::{
    asked::Asked,
    begin::Begin,
    measure::{Band, Measure},
    plan::{AtLeast, Leaving, Objective},
};

impl Asked<'_> {
    pub(super) fn check_columns(&self) -> Result<()> {
        let (n, terms) = (self.contiguity.len(), self.terms);
        let columns = [("within", terms.within.as_ref()), ("today", terms.today.as_ref())];
        for (name, column) in columns {
            if let Some(column) = column.filter(|column| column.len() != n) {
                let (column_name, got) = (name.to_owned(), column.len());
                return Err(Error::Length { table: "units", column: column_name, expected: n, got });
            }
        }
        if let Some(part) = terms.today.iter().flatten().find(|&&part| part as usize >= self.k) {
            let rule = format!("is no part; number today's parts from 0 to {}", self.k - 1);
            return Err(Error::parameter("today", part, &rule));
        }
        let pairs = terms.together.iter().chain(&terms.apart).flatten();
        if let Some(unit) = pairs.chain(&terms.locked).find(|&&unit| unit as usize >= n) {
            return Err(Error::parameter("unit", unit, &format!("does not exist; units are 0 to {}", n - 1)));
        }
        if terms.today.is_none() && !terms.locked.is_empty() {
            return Err(Error::parameter(
                "locked",
                &terms.locked.len(),
                "units keep today's part: give today's labels",
            ));
        }
        if let Some(Leaving { price }) = &terms.leaving {
            if terms.within.is_none() || terms.town_parts.is_some() {
                let rule = if terms.within.is_none() {
                    "are exceptions to towns: give the town of each unit as within"
                } else {
                    "and town_parts do not go together: parts may change their town"
                };
                return Err(Error::parameter("exceptions", &"given", rule));
            }
            if price.len() != n {
                let (column, got) = ("exception_cost".to_owned(), price.len());
                return Err(Error::Length { table: "units", column, expected: n, got });
            }
            let bad = |price: &Option<f64>| price.is_some_and(|price| !(price.is_finite() && price >= 0.0));
            if let Some(price) = price.iter().find(|&price| bad(price)).copied().flatten() {
                return Err(Error::parameter("exception_cost", &price, "give a price, 0 or more"));
            }
        }
        let lacking = match terms.objective {
            Objective::Border if self.contiguity.border_m().is_none() => Some("border lengths of the contiguity"),
            Objective::Inertia if self.contiguity.positions().is_none() => Some("positions of the units"),
            Objective::Moved if terms.today.is_none() => Some("today's labels"),
            Objective::Walk if terms.walk.is_none() => Some("walks from every unit to every possible centre"),
            _ => None,
        };
        if let Some(lacking) = lacking {
            return Err(Error::parameter("objective", &terms.objective.word(), &format!("needs {lacking}")));
        }
        self.check_begin()?;
        if let Some(walk) = &terms.walk {
            if walk.sites == 0 || walk.metres.len() != n * walk.sites {
                let (column, expected, got) = ("walk_m".to_owned(), n * walk.sites.max(1), walk.metres.len());
                return Err(Error::Length { table: "units", column, expected, got });
            }
            if let Some(at) = walk.metres.iter().position(|metres| !(metres.is_finite() && *metres >= 0.0)) {
                let (row, column, rule) = (at / walk.sites, "walk_m".to_owned(), "must be metres, 0 or more");
                return Err(Error::BadValue { table: "units", row, column, value: walk.metres[at], rule });
            }
        }
        Ok(())
    }

    fn check_begin(&self) -> Result<()> {
        let begin = self.terms.begin;
        if begin == Begin::Hilbert && self.contiguity.positions().is_none() {
            let rule = "needs positions of the units: give them, or begin by auto, trees, growth or multilevel";
            return Err(Error::parameter("begin", &begin.word(), rule));
        }
        if !begin.is_asked() {
            let rule = "is what an answer may say; give one of auto, trees, hilbert, growth, multilevel";
            return Err(Error::parameter("begin", &begin.word(), rule));
        }
        Ok(())
    }

    /// With what every part must hold at least as further measures.
    pub(super) fn with_least(mut self) -> Result<Self> {
        for AtLeast { what, amount, least } in &self.terms.at_least {
            if !(least.is_finite() && *least >= 0.0) {
                return Err(Error::parameter("at_least", least, "give an amount, 0 or more"));
            }
            if amount.len() != self.contiguity.len() {
                let (expected, got) = (self.contiguity.len(), amount.len());
                return Err(Error::Length { table: "units", column: what.clone(), expected, got });
            }
            let all: f64 = amount.iter().sum();
            if all < least * self.k as f64 {
                return Err(Error::Infeasible {
                    model: "partition",
                    why: format!("there are {all} {what} for {} parts, and each needs {least}", self.k).into(),
                    change: format!("ask for {} parts", (all / least).floor()).into(),
                    rows: vec![],
                    parameter: "k",
                    given: self.k as f64,
                    needed: Some((all / least).floor()),
                });
            }
            if *least > 0.0 {
                let measure = Measure::new(amount.len(), amount)?;
                self.bands.push(Band { low: measure.at_least(*least), high: measure.total });
                self.measures.push(measure);
            }
        }
        Ok(self)
    }
}
