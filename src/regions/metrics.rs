//! What a plan is like: balance, shape, borders, towns; and how two plans differ.

use geo::{Area, ConvexHull, MultiPoint};
use serde::Serialize;

use crate::error::{Error, Result};

use super::{
    check::{inertia_by_part, pieces},
    contiguity::Contiguity,
    measure::Measure,
    numbering::rename,
};

/// Measures of a plan, per part and in all. Shapes need outlines, inertia positions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Metrics {
    /// Number of parts.
    pub k: usize,
    /// What each part holds, measure by measure.
    pub held: Vec<Vec<f64>>,
    /// Largest deviation from an equal share, as a share of it, of each measure.
    pub deviation: Vec<f64>,
    /// Largest less smallest part, as a share of an equal share, of each measure.
    pub range: Vec<f64>,
    /// Units of each part.
    pub units: Vec<usize>,
    /// Connected pieces of each part; 1 where it is whole.
    pub pieces: Vec<usize>,
    /// Pairs of neighbours in different parts.
    pub cut_edges: usize,
    /// Border between parts, metres.
    pub cut_m: Option<f64>,
    /// Square metres of each part.
    pub area_m2: Option<Vec<f64>>,
    /// Length of each part's outline, metres.
    pub perimeter_m: Option<Vec<f64>>,
    /// 4π × area / perimeter² (Polsby and Popper 1991); 1 is a circle.
    pub polsby_popper: Option<Vec<f64>>,
    /// Area / area of the smallest circle around (Reock 1961).
    pub reock: Option<Vec<f64>>,
    /// Area / area of the convex hull.
    pub hull_ratio: Option<Vec<f64>>,
    /// Weight × squared metres from the centre of mass, of the first measure.
    pub inertia: Option<Vec<f64>>,
    /// Towns whose units lie in several parts.
    pub towns_divided: Option<usize>,
    /// Parts with units of several towns.
    pub parts_across_towns: Option<usize>,
}

/// Measure a plan. It may be any labels `0..k`: connected, balanced or not.
///
/// # Errors
/// [`Error::Length`], [`Error::BadValue`] or [`Error::Parameter`] for columns that do not fit.
pub fn metrics(
    contiguity: &Contiguity,
    weights: &[Vec<f64>],
    labels: &[u32],
    towns: Option<&[u32]>,
) -> Result<Metrics> {
    let n = contiguity.len();
    for (name, got) in [("labels", labels.len()), ("within", towns.map_or(n, <[u32]>::len))] {
        if got != n {
            return Err(Error::Length { table: "units", column: name.to_owned(), expected: n, got });
        }
    }
    weights.iter().try_for_each(|weight| Measure::new(n, weight).map(drop))?;
    let k = labels.iter().max().map_or(0, |&last| last as usize + 1);
    let held: Vec<Vec<f64>> = weights.iter().map(|weight| sums(weight, labels, k)).collect();
    let ideal = |held: &[f64]| held.iter().sum::<f64>() / k as f64;
    let off = |held: &Vec<f64>| held.iter().map(|one| (one / ideal(held) - 1.0).abs()).fold(0.0, f64::max);
    let range = |held: &Vec<f64>| {
        let (least, most) =
            held.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), &one| (low.min(one), high.max(one)));
        (most - least) / ideal(held)
    };
    let separated = |edge: &usize| {
        let [a, b] = contiguity.edges()[*edge];
        labels[a as usize] != labels[b as usize]
    };
    let cut: Vec<usize> = (0..contiguity.edges().len()).filter(separated).collect();
    let shapes = Shapes::of(contiguity, labels, k);
    let ratio = |of: &dyn Fn(&Shapes, usize) -> f64| {
        shapes.as_ref().map(|shapes| (0..k).map(|part| of(shapes, part)).collect::<Vec<f64>>())
    };
    Ok(Metrics {
        k,
        deviation: held.iter().map(off).collect(),
        range: held.iter().map(range).collect(),
        units: (0..k as u32).map(|part| labels.iter().filter(|&&label| label == part).count()).collect(),
        pieces: pieces(contiguity, labels, k),
        cut_edges: cut.len(),
        cut_m: contiguity.border_m().map(|border_m| cut.iter().map(|&edge| border_m[edge]).sum()),
        area_m2: ratio(&|shapes, part| shapes.area_m2[part]),
        perimeter_m: ratio(&|shapes, part| shapes.perimeter_m[part]),
        polsby_popper: ratio(&|shapes, part| {
            let perimeter_m = shapes.perimeter_m[part];
            4.0 * std::f64::consts::PI * shapes.area_m2[part] / (perimeter_m * perimeter_m)
        }),
        reock: ratio(&|shapes, part| shapes.area_m2[part] / circle_m2(&shapes.hull[part])),
        hull_ratio: ratio(&|shapes, part| shapes.area_m2[part] / shapes.hull_m2[part]),
        inertia: contiguity.positions().zip(weights.first()).map(|(xy, weight)| inertia_by_part(xy, weight, labels, k)),
        towns_divided: towns.map(|towns| several(towns, labels)),
        parts_across_towns: towns.map(|towns| several(labels, towns)),
        held,
    })
}

fn sums(weight: &[f64], labels: &[u32], k: usize) -> Vec<f64> {
    let mut held = vec![0.0; k];
    labels.iter().zip(weight).for_each(|(&part, weight)| held[part as usize] += weight);
    held
}

/// How many of these groups have members with different values of the other kind.
fn several(groups: &[u32], others: &[u32]) -> usize {
    let mut pairs: Vec<(u32, u32)> = groups.iter().copied().zip(others.iter().copied()).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs.chunk_by(|a, b| a.0 == b.0).filter(|pairs| pairs.len() > 1).count()
}

struct Shapes {
    area_m2: Vec<f64>,
    perimeter_m: Vec<f64>,
    /// Corners of each part's convex hull.
    hull: Vec<Vec<[f64; 2]>>,
    hull_m2: Vec<f64>,
}

impl Shapes {
    fn of(contiguity: &Contiguity, labels: &[u32], k: usize) -> Option<Self> {
        let outlines = contiguity.outlines.as_ref().filter(|outlines| outlines.has_shapes())?;
        let border_m = contiguity.border_m()?;
        let area_m2 = sums(&outlines.area_m2, labels, k);
        let mut perimeter_m = sums(&outlines.perimeter_m, labels, k);
        for (&[a, b], length_m) in contiguity.edges().iter().zip(border_m) {
            if labels[a as usize] == labels[b as usize] {
                perimeter_m[labels[a as usize] as usize] -= 2.0 * length_m;
            }
        }
        let mut corners: Vec<Vec<geo::Point>> = vec![vec![]; k];
        for (unit, &part) in labels.iter().enumerate() {
            corners[part as usize].extend(outlines.hull(unit).iter().map(|&corner| geo::Point::from(corner)));
        }
        let hulls: Vec<geo::Polygon> = corners.into_iter().map(|corners| MultiPoint(corners).convex_hull()).collect();
        let hull_m2 = hulls.iter().map(Area::unsigned_area).collect();
        let ring = |hull: &geo::Polygon| hull.exterior().0.iter().skip(1).map(|corner| [corner.x, corner.y]).collect();
        Some(Self { area_m2, perimeter_m, hull: hulls.iter().map(ring).collect(), hull_m2 })
    }
}

/// Area of the smallest circle around these places (Welzl 1991, without recursion).
fn circle_m2(places: &[[f64; 2]]) -> f64 {
    let mut circle = Circle { centre: [0.0; 2], square: -1.0 };
    for (last, &a) in places.iter().enumerate() {
        if circle.holds(a) {
            continue;
        }
        circle = Circle { centre: a, square: 0.0 };
        for (second, &b) in places[..last].iter().enumerate() {
            if circle.holds(b) {
                continue;
            }
            circle = Circle::across(a, b);
            for &c in &places[..second] {
                if !circle.holds(c) {
                    circle = Circle::through(a, b, c);
                }
            }
        }
    }
    std::f64::consts::PI * circle.square.max(0.0)
}

#[derive(Clone, Copy)]
struct Circle {
    centre: [f64; 2],
    /// Squared radius; negative before there is a circle.
    square: f64,
}

impl Circle {
    fn holds(&self, [x, y]: [f64; 2]) -> bool {
        let (dx, dy) = (x - self.centre[0], y - self.centre[1]);
        dx * dx + dy * dy <= self.square * (1.0 + 1e-10)
    }

    fn across(a: [f64; 2], b: [f64; 2]) -> Self {
        let centre = [f64::midpoint(a[0], b[0]), f64::midpoint(a[1], b[1])];
        let (dx, dy) = (a[0] - centre[0], a[1] - centre[1]);
        Self { centre, square: dx * dx + dy * dy }
    }

    #[allow(clippy::many_single_char_names)] // as in every book of geometry
    fn through(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> Self {
        let (bx, by, cx, cy) = (b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]);
        let double = 2.0 * (bx * cy - by * cx);
        if double == 0.0 {
            // On one line: the two farthest apart.
            let all = [Self::across(a, b), Self::across(a, c), Self::across(b, c)];
            return all.into_iter().max_by(|one, two| one.square.total_cmp(&two.square)).unwrap_or(all[0]);
        }
        let (b_square, c_square) = (bx * bx + by * by, cx * cx + cy * cy);
        let (x, y) = ((cy * b_square - by * c_square) / double, (bx * c_square - cx * b_square) / double);
        Self { centre: [a[0] + x, a[1] + y], square: x * x + y * y }
    }
}

/// How one plan differs from another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanDiff {
    /// The later plan, its parts numbered after those of the earlier that they share most with.
    pub labels: Vec<u32>,
    /// Units that change their part: unit, from, to.
    pub moves: Vec<(u32, u32, u32)>,
    /// Their weight.
    pub moved: f64,
}

/// Which units change their part from one plan to another, once parts are
/// matched by what they share, largest shares first.
///
/// ```
/// use linli::regions::plan_diff;
///
/// let diff = plan_diff(&[0, 0, 1, 1], &[1, 1, 1, 0], &[500.0; 4])?;
/// assert_eq!(diff.labels, [0, 0, 0, 1]);
/// assert_eq!((diff.moves, diff.moved), (vec![(2, 1, 0)], 500.0));
/// # Ok::<(), linli::Error>(())
/// ```
///
/// # Errors
/// [`Error::Length`] or [`Error::BadValue`].
pub fn plan_diff(before: &[u32], after: &[u32], weight: &[f64]) -> Result<PlanDiff> {
    if after.len() != before.len() {
        let (column, expected, got) = ("after".to_owned(), before.len(), after.len());
        return Err(Error::Length { table: "units", column, expected, got });
    }
    let measure = Measure::new(before.len(), weight)?;
    let k = before.iter().chain(after).max().map_or(0, |&last| last as usize + 1);
    let mut labels = after.to_vec();
    rename(&mut labels, before, k, |unit| measure.units[unit as usize]);
    let changes = (0..).zip(before.iter().zip(&labels)).filter(|(_, (old, new))| old != new);
    let moves: Vec<(u32, u32, u32)> = changes.map(|(unit, (&old, &new))| (unit, old, new)).collect();
    let people = moves.iter().map(|&(unit, ..)| weight[unit as usize]).sum();
    Ok(PlanDiff { labels, moves, moved: people })
}
