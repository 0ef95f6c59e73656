//! How far the people of a part walk to its centre.

use serde::Serialize;

use crate::{
    city::City,
    control::Control,
    demand::check_length,
    error::{Error, Result},
    walk::{OnPlane, Walk},
};

use super::plan::WalkTable;

/// Walks from every unit to every site where a centre may be; `NaN` where there is no way.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Walks {
    /// Metres, unit by unit.
    pub metres: Vec<f64>,
    /// Sites.
    pub sites: usize,
}

/// How far the people of one part walk to its centre.
///
/// The centre is the site that fewest of them have no way to, of those the one
/// with the least person-metres, of those the first.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PartWalk {
    /// Its site; `None` where nobody has a way to any.
    pub centre: Option<u32>,
    /// Mean walk of those who have a way, metres; `NaN` without a centre or people.
    pub walk_m: f64,
    /// Shortest walk that is enough for 95 % of them.
    pub walk_95_m: f64,
    /// Share of all people of the part who walk at most the limit; `NaN` without people or a centre.
    pub share_within: f64,
}

/// The share that the long walk leaves out is one in twenty.
const MOST: f64 = 0.95;

impl Walks {
    /// From committees to some of a city's facilities: means over their demand points, by their shares.
    ///
    /// A committee of which a part has no way, or that has no place, has none.
    ///
    /// # Errors
    /// As [`Walk::reach`].
    pub fn to_centres(city: &City, walk: &dyn Walk, facilities: &[u32], control: &Control) -> Result<Self> {
        let (points, sites) = (&city.demand().points, city.facilities().places(facilities));
        let walk = OnPlane::new(walk, &city.frame().plane)?;
        let reach = walk.reach(&points.xy, &sites, None, control)?;
        let (rows, sites) = (city.demand().len(), facilities.len());
        let mut metres = vec![0.0; rows * sites];
        for row in 0..rows {
            let own = &mut metres[row * sites..(row + 1) * sites];
            if points.of(row).is_empty() {
                own.fill(f64::NAN);
            }
            let mut of_point = vec![f64::NAN; sites];
            for point in points.of(row).filter(|&point| points.share[point] > 0.0) {
                of_point.fill(f64::NAN);
                reach.row(point).for_each(|(site, walk_m)| of_point[site as usize] = walk_m);
                own.iter_mut().zip(&of_point).for_each(|(sum, walk_m)| *sum += points.share[point] * walk_m);
            }
        }
        Ok(Self { metres, sites })
    }

    /// Units of the table.
    #[must_use]
    pub fn units(&self) -> usize {
        self.metres.len() / self.sites.max(1)
    }

    /// For [`Objective::Walk`](super::Objective::Walk), which needs a way for everybody.
    ///
    /// # Errors
    /// [`Error::BadValue`] for a unit without a way to some site.
    pub fn complete(&self) -> Result<WalkTable> {
        if let Some(at) = self.metres.iter().position(|metres| metres.is_nan()) {
            let (row, column) = (at / self.sites, "walk_m".to_owned());
            let rule = "is no walk: this unit has no way to some centre; measure walks as the crow flies, or leave the centre out";
            return Err(Error::BadValue { table: "units", row, column, value: f64::NAN, rule });
        }
        Ok(WalkTable { metres: self.metres.clone(), sites: self.sites })
    }

    /// How far the people of these units walk to their best site.
    #[must_use]
    pub fn of_part(&self, people: &[f64], units: &[u32], limit_m: f64) -> PartWalk {
        let all: f64 = units.iter().map(|&unit| people[unit as usize]).sum();
        let at = |unit: u32, site: usize| self.metres[unit as usize * self.sites + site];
        let total = |site: usize| {
            let (mut stranded, mut metres) = (0.0, 0.0);
            for &unit in units {
                let (walk_m, people) = (at(unit, site), people[unit as usize]);
                if walk_m.is_nan() { stranded += people } else { metres += people * walk_m }
            }
            (stranded, metres)
        };
        let totals = (0..self.sites).map(|site| (total(site), site));
        let best = totals.min_by(|(a, _), (b, _)| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let none = PartWalk { centre: None, walk_m: f64::NAN, walk_95_m: f64::NAN, share_within: f64::NAN };
        let Some(((stranded, metres), site)) = best else { return none };
        if units.iter().all(|&unit| at(unit, site).is_nan()) {
            return none;
        }
        let known = all - stranded;
        let mut walks: Vec<(f64, f64)> = units
            .iter()
            .map(|&unit| (at(unit, site), people[unit as usize]))
            .filter(|(walk_m, people)| !walk_m.is_nan() && *people > 0.0)
            .collect();
        walks.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut so_far = 0.0;
        let mut walk_95_m = f64::NAN;
        for &(walk_m, people) in &walks {
            so_far += people;
            walk_95_m = walk_m;
            // A share exactly on the line is enough, whatever the last bit says.
            if so_far >= MOST * known * (1.0 - 1e-12) {
                break;
            }
        }
        let within: f64 = walks.iter().filter(|(walk_m, _)| *walk_m <= limit_m).map(|(_, people)| people).sum();
        let walk_m = if known > 0.0 { metres / known } else { f64::NAN };
        PartWalk { centre: Some(site as u32), walk_m, walk_95_m, share_within: within / all }
    }

    /// [`Walks::of_part`] for every part of a plan.
    ///
    /// # Errors
    /// [`Error::Length`] for columns of another length.
    pub fn of_plan(&self, people: &[f64], labels: &[u32], k: usize, limit_m: f64) -> Result<Vec<PartWalk>> {
        check_length("units", "labels", self.units(), labels.len())?;
        check_length("units", "weight", self.units(), people.len())?;
        let mut members = vec![vec![]; k];
        for (unit, &part) in (0..).zip(labels) {
            let Some(members) = members.get_mut(part as usize) else {
                return Err(Error::parameter("labels", &part, &format!("is no part; there are {k}")));
            };
            members.push(unit);
        }
        Ok(members.iter().map(|units| self.of_part(people, units, limit_m)).collect())
    }
}
