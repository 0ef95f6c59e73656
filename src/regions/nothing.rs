//! What to say where no plan was found: that there is none, or how near the nearest came.

use crate::{
    control::Control,
    error::{Error, Result},
};

use super::{
    anneal::Best,
    asked::Asked,
    check,
    contiguity::Contiguity,
    enumerate::plans_within,
    infeasible::{percent_up, rounded_up, too_tight},
    measure::Band,
    order::narrow_order,
    search::{Field, Problem},
};

/// Units up to which all plans of a field are counted when none is found.
const COUNTABLE: usize = 40;
/// Partial plans that this may take at once.
const STATES: usize = 200_000;
/// Other numbers of parts that are tried.
const OTHERS: usize = 2;

impl Asked<'_> {
    /// A field whose plans can all be counted, and that has none by the first measure alone.
    pub(super) fn without_plan<'a>(&self, problem: &'a Problem, control: &Control) -> Result<Option<&'a Field>> {
        for field in &problem.fields {
            if self.has_plan(&field.nodes, self.bands[0], field.range, control)? == Some(false) {
                return Ok(Some(field));
            }
        }
        Ok(None)
    }

    /// Whether units can be divided into any of these numbers of parts; `None` where that is too much to count.
    fn has_plan(&self, nodes: &[u32], band: Band, range: (usize, usize), control: &Control) -> Result<Option<bool>> {
        if range.0 <= 1 && range.1 >= 1 {
            return Ok(Some(true));
        }
        if nodes.len() > COUNTABLE {
            return Ok(None);
        }
        let mut place = vec![u32::MAX; self.contiguity.len()];
        (0..).zip(nodes).for_each(|(at, &node)| place[node as usize] = at);
        let inside = |&[a, b]: &[u32; 2]| [place[a as usize], place[b as usize]];
        let edges: Vec<[u32; 2]> =
            self.contiguity.edges().iter().map(inside).filter(|pair| !pair.contains(&u32::MAX)).collect();
        let contiguity = Contiguity::from_edges(nodes.len(), &edges, None)?;
        let order = narrow_order(&contiguity);
        let weight: Vec<i64> = nodes.iter().map(|&node| self.measures[0].units[node as usize]).collect();
        for parts in range.0..=range.1 {
            match plans_within(&contiguity, &order, &weight, parts, band, STATES, control) {
                Ok(Some(0)) => {}
                Ok(Some(_)) => return Ok(Some(true)),
                Ok(None) => return Ok(None),
                // There was no time to know.
                Err(Error::Interrupted) if control.is_late() => return Ok(None),
                Err(other) => return Err(other),
            }
        }
        Ok(Some(false))
    }

    /// The least tolerance, rounded up in the fourth digit, within which units can be divided.
    fn least_tolerance(&self, nodes: &[u32], from: f64, control: &Control) -> Result<Option<f64>> {
        let measure = &self.measures[0];
        let enough = |steps: u64| {
            let band = measure.band(self.k, Some(steps as f64 / 1e4));
            // Of several fields others may take more or fewer parts; one alone has them all.
            let alone = nodes.len() == self.contiguity.len();
            let range = if alone { (self.k, self.k) } else { self.range_within(nodes, &[band]) };
            self.has_plan(nodes, band, range, control)
        };
        #[allow(clippy::cast_sign_loss)] // a tolerance is 0 or more
        let mut low = (from * 1e4).floor() as u64;
        let mut width = 64;
        while enough(low + width)? == Some(false) {
            low += width;
            width *= 2;
            if low > 10_000 * self.k as u64 {
                return Ok(None);
            }
        }
        let mut high = low + width;
        while high - low > 1 {
            let middle = u64::midpoint(low, high);
            match enough(middle)? {
                Some(true) => high = middle,
                Some(false) => low = middle,
                None => return Ok(None),
            }
        }
        Ok(Some(high as f64 / 1e4))
    }

    /// There is no plan, as counting all of one field has shown.
    pub(super) fn no_plan(&self, field: &Field, control: &Control) -> Result<Error> {
        let tolerance = self.tolerance(0).unwrap_or(f64::INFINITY);
        let all = field.nodes.len() == self.contiguity.len();
        let needed = self.least_tolerance(&field.nodes, tolerance, control)?;
        let or = if all { self.other_parts(tolerance, control)? } else { String::new() };
        let towns = self.terms.within.as_deref();
        let first = field.nodes[0];
        let whose = match towns {
            _ if all => String::new(),
            Some(towns) => format!(" of {}", self.town_name(towns[first as usize])),
            None => format!(" of the connected set of unit {first}"),
        };
        let parts = match field.range {
            (low, high) if low == high => format!("{low}"),
            (low, high) => format!("{low} to {high}"),
        };
        let why =
            format!("none of the ways to make {parts} connected parts{whose} is within {}", percent_up(tolerance));
        let alone = all && self.weights.len() == 1 && !self.has_wishes();
        let change = match needed {
            Some(needed) if alone => format!("a tolerance of {} would do{or}", percent_up(needed)),
            Some(needed) => format!("a tolerance of at least {} is needed", percent_up(needed)),
            None => "ask for another number of parts".to_owned(),
        };
        let rows = if all { vec![] } else { field.nodes.iter().map(|&node| node as usize).collect() };
        Ok(too_tight(why, change, rows, tolerance, needed.map(rounded_up)))
    }

    /// ", or 26 parts", if that many can be made.
    fn other_parts(&self, tolerance: f64, control: &Control) -> Result<String> {
        let nodes: Vec<u32> = (0..self.contiguity.len() as u32).collect();
        for off in 1..=OTHERS {
            for parts in [self.k + off, self.k.saturating_sub(off)] {
                if parts < 2 || parts > nodes.len() {
                    continue;
                }
                let band = self.measures[0].band(parts, Some(tolerance));
                if self.has_plan(&nodes, band, (parts, parts), control)? == Some(true) {
                    return Ok(format!(", or {parts} parts"));
                }
            }
        }
        Ok(String::new())
    }

    fn has_wishes(&self) -> bool {
        let terms = self.terms;
        let pairs = terms.together.len() + terms.apart.len();
        !terms.locked.is_empty() || pairs > 0 || !terms.at_least.is_empty() || terms.leaving.is_some()
    }

    /// No valid plan was found, and nobody knows whether there is any.
    pub(super) fn nothing_found(&self, best: &Best) -> Error {
        let tolerance = self.tolerance(0).unwrap_or(f64::INFINITY);
        let off: Vec<f64> =
            self.weights.iter().map(|weight| check::largest_deviation(weight, &best.label, self.k)).collect();
        let worst = off.iter().copied().fold(0.0, f64::max);
        let measure = off.iter().position(|&off| off == worst).unwrap_or(0);
        if self.has_wishes() && worst <= tolerance + 1e-9 {
            let why = "no plan was found that grants every lock, wish and limit; whether there is any is not known";
            let change = "withdraw one of them, or allow more tolerance or time";
            return too_tight(why.to_owned(), change.to_owned(), vec![], tolerance, None);
        }
        // The part of the nearest plan that is furthest off.
        let mut held = vec![0; self.k];
        best.label.iter().zip(&self.measures[measure].units).for_each(|(&part, steps)| held[part as usize] += steps);
        let ideal = self.measures[measure].ideal(self.k);
        let from_ideal = |part: usize| (held[part] as f64 / ideal - 1.0).abs();
        let part = (0..self.k).max_by(|&a, &b| from_ideal(a).total_cmp(&from_ideal(b))).unwrap_or(0);
        let rows: Vec<usize> = (0..best.label.len()).filter(|&unit| best.label[unit] as usize == part).collect();
        let why = format!(
            "no plan was found, though there may be one; the nearest has a part of {} unit(s) with unit {} that is {:+.2} % off an equal share",
            rows.len(),
            rows.first().copied().unwrap_or(0),
            100.0 * (held[part] as f64 / ideal - 1.0)
        );
        let wishes = self.has_wishes();
        let change = if wishes {
            "withdraw a lock or wish, or allow more tolerance or time".to_owned()
        } else {
            format!("a tolerance of {} would do; more rounds may find less", percent_up(worst))
        };
        too_tight(why, change, rows, tolerance, (!wishes).then(|| rounded_up(worst)))
    }
}
