//! Circles cut (被分割) by an expressway or a railway: who lives across it from their centre.

use crate::{city::City, network::BarrierIndex, reach::Nearest, standard::Circle};

/// Lines that may cut a circle, on the plane of the city.
#[derive(Debug, Clone, Copy)]
pub struct Lines<'a> {
    /// Where they run.
    pub index: &'a BarrierIndex,
    /// What each is, such as `railway`.
    pub kind: &'a [String],
    /// The hash of all of them.
    pub hash: Option<&'a str>,
}

/// People of a committee who live across a line from the centre of their circle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CutOff {
    /// Row of the committee.
    pub committee: u32,
    /// Row of the centre.
    pub facility: u32,
    /// Row of the line.
    pub barrier: u32,
    /// How many; 0 where the committee's people are not known.
    pub people: f64,
}

/// What cuts one circle.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cut {
    /// People of the circle across a line from its centre.
    pub people: f64,
    /// Rows of the lines, most people first; none where the circle is whole.
    pub by: Vec<u32>,
}

/// People of the circles across a line of the kinds that the standard names,
/// by committee, centre and line; `None` where it names none or no line is of such a kind.
///
/// Somebody is across a line when the straight line from home to their centre,
/// the nearest within the limit, meets it; of several, the one it meets first is named.
/// Ways over and under it do not count: a circle must not be cut, also where people can cross.
pub(super) fn cut_off(
    city: &City,
    people: &[Option<f64>],
    open: &[u32],
    nearest: &Nearest,
    circle: &Circle,
    lines: Option<&Lines>,
) -> Option<Vec<CutOff>> {
    let lines = lines?;
    let cuts = |row: u32| circle.not_cut_by.contains(&lines.kind[row as usize]);
    if !(0..lines.kind.len() as u32).any(cuts) {
        return None;
    }
    let points = &city.demand().points;
    let at = city.facilities().places(open);
    let mut found: Vec<CutOff> = vec![];
    for (row, people) in people.iter().enumerate() {
        let first = found.len();
        for point in points.of(row) {
            let share = points.share[point];
            let is_home = share > 0.0 && *people != Some(0.0);
            let Some((site, _)) = nearest.get(point).filter(|_| is_home) else { continue };
            let met = lines.index.between(points.xy[point], at[site as usize]);
            let Some(barrier) = met.into_iter().find(|&line| cuts(line)) else { continue };
            let (facility, living) = (open[site as usize], share * people.unwrap_or(0.0));
            match found[first..].iter_mut().find(|cut| (cut.facility, cut.barrier) == (facility, barrier)) {
                Some(cut) => cut.people += living,
                None => found.push(CutOff { committee: row as u32, facility, barrier, people: living }),
            }
        }
    }
    Some(found)
}

impl Cut {
    /// The lines by name, each once: a railway may come in several.
    pub(crate) fn names<'a>(&self, barriers: &'a [String]) -> Vec<&'a str> {
        let mut names: Vec<&str> = vec![];
        for &line in &self.by {
            let name = match barriers[line as usize].as_str() {
                "" => "(a barrier without a name)",
                name => name,
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// What cuts the circle of a centre.
    pub(super) fn of(facility: u32, cut_off: &[CutOff]) -> Self {
        let mut by: Vec<(u32, f64)> = vec![];
        for cut in cut_off.iter().filter(|cut| cut.facility == facility) {
            match by.iter_mut().find(|(line, _)| *line == cut.barrier) {
                Some((_, people)) => *people += cut.people,
                None => by.push((cut.barrier, cut.people)),
            }
        }
        by.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        Self {
            people: by.iter().fold(0.0, |sum, (_, people)| sum + people),
            by: by.iter().map(|&(line, _)| line).collect(),
        }
    }
}
