//! How outlines fit their neighbours: ground that two claim, and slivers that none does.

use geo::{
    Area, BooleanOps, BoundingRect, Contains, GeodesicArea, Geometry, Line, LinesIter, MapCoords, MultiPolygon, Point,
};
use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Rectangle},
};

use super::{findings::At, layer::Layer};
use crate::crs::Crs;

/// Overlaps smaller than this are rounding, not disagreement.
const SMALLEST_M2: f64 = 1.0;
/// Outlines nearer than this touch.
const TOUCHING_M: f64 = 0.05;
/// Outlines farther apart than this are no neighbours: a river or a main road lies between them.
const WIDEST_GAP_M: f64 = 10.0;
/// Most pairs of neighbours to compare: a few seconds of work.
const MOST_PAIRS: usize = 100_000;

type Boxed = GeomWithData<Rectangle<[f64; 2]>, usize>;

/// One outline and the row it stands in.
struct Outline {
    row: usize,
    shape: MultiPolygon,
}

/// Note each pair of outlines that overlap by more than a square metre, and
/// each pair that comes within ten metres without touching.
pub(super) fn note_neighbours(layer: &mut Layer, crs: &Crs) {
    let rows = layer.shape.iter().enumerate();
    let outlines: Vec<Outline> =
        rows.filter_map(|(row, shape)| Some(Outline { row, shape: outline(shape.as_ref()?)? })).collect();
    let boxes = outlines.iter().enumerate().filter_map(|(place, outline)| {
        let bounds = outline.shape.bounding_rect()?;
        let (low, high) = (bounds.min(), bounds.max());
        Some(Boxed::new(Rectangle::from_corners([low.x, low.y], [high.x, high.y]), place))
    });
    let tree: RTree<Boxed> = RTree::bulk_load(boxes.collect());
    let mut pairs: Vec<(usize, usize)> = tree.iter().flat_map(|a| near(&tree, a, crs)).collect();
    pairs.sort_unstable();
    if pairs.len() > MOST_PAIRS {
        let cause = format!("{} pairs of neighbouring outlines; the first {MOST_PAIRS} were compared", pairs.len());
        layer.findings.note(At::layer(), "overlap_not_checked", cause, "split the layer to check all");
        pairs.truncate(MOST_PAIRS);
    }
    for (a, b) in pairs {
        let (Some(a), Some(b)) = (outlines.get(a), outlines.get(b)) else { continue };
        let overlap_m2 = area_m2(&a.shape.intersection(&b.shape), crs);
        let other = layer.at(b.row);
        let name = other.name.map(|name| format!(" ({name})")).unwrap_or_default();
        let other = format!("feature {}{name}", other.feature.unwrap_or(b.row));
        if overlap_m2 > SMALLEST_M2 {
            let cause = format!("overlaps {other} by {overlap_m2:.0} m²");
            let fix = "kept as drawn; the ground in both counts for both";
            layer.findings.note(layer.at(a.row), "overlap", cause, fix);
        } else if let Some(gap_m) = gap_m(a, b, crs, &tree, &outlines) {
            let cause = format!("comes within {gap_m:.1} m of {other} without touching it");
            let fix = "kept as drawn; if they are neighbours, draw one border";
            layer.findings.note(layer.at(a.row), "gap", cause, fix);
        }
    }
}

/// The outlines after this one whose boxes come near its own.
fn near<'t>(tree: &'t RTree<Boxed>, a: &'t Boxed, crs: &Crs) -> impl Iterator<Item = (usize, usize)> + 't {
    let (low, high) = (a.geom().lower(), a.geom().upper());
    let [metre_x, metre_y] = metres_per_unit(crs, low[1]);
    let reach = [WIDEST_GAP_M / metre_x, WIDEST_GAP_M / metre_y];
    let envelope = AABB::from_corners([low[0] - reach[0], low[1] - reach[1]], [high[0] + reach[0], high[1] + reach[1]]);
    tree.locate_in_envelope_intersecting(&envelope).map(move |b| (a.data, b.data)).filter(|(a, b)| a < b)
}

fn outline(shape: &Geometry<f64>) -> Option<MultiPolygon> {
    match shape {
        Geometry::Polygon(polygon) => Some(MultiPolygon(vec![polygon.clone()])),
        Geometry::MultiPolygon(parts) => Some(parts.clone()),
        _ => None,
    }
}

/// Square metres, on the ellipsoid where the numbers are degrees.
fn area_m2(shape: &MultiPolygon, crs: &Crs) -> f64 {
    if shape.0.is_empty() {
        0.0
    } else if crs.is_geographic() {
        shape.iter().map(GeodesicArea::geodesic_area_unsigned).sum()
    } else {
        shape.unsigned_area()
    }
}

/// Metres east and north of one unit of the layer, close enough for a few metres.
fn metres_per_unit(crs: &Crs, y: f64) -> [f64; 2] {
    if crs.is_geographic() { [111_320.0 * y.to_radians().cos().max(0.01), 110_900.0] } else { [1.0, 1.0] }
}

/// The distance between two outlines that come near but do not touch; `None`
/// where they do, are far apart, or another one lies between them.
fn gap_m(a: &Outline, b: &Outline, crs: &Crs, tree: &RTree<Boxed>, outlines: &[Outline]) -> Option<f64> {
    let origin = a.shape.bounding_rect()?.min();
    let [metre_x, metre_y] = metres_per_unit(crs, origin.y);
    let sides = |outline: &Outline, near: &geo::Rect| -> Vec<Line> {
        let to_metres = |c: geo::Coord| geo::coord! { x: (c.x - origin.x) * metre_x, y: (c.y - origin.y) * metre_y };
        let reached = |side: &Line| geo::Intersects::intersects(&side.bounding_rect(), near);
        outline.shape.lines_iter().map(|side| side.map_coords(to_metres)).filter(reached).collect()
    };
    let all = geo::Rect::new([f64::MIN / 4.0; 2], [f64::MAX / 4.0; 2]);
    let bounds = |sides: &[Line]| {
        let boxes = sides.iter().map(BoundingRect::bounding_rect);
        boxes.reduce(|a, b| {
            let (low, high) = (
                [a.min().x.min(b.min().x), a.min().y.min(b.min().y)],
                [a.max().x.max(b.max().x), a.max().y.max(b.max().y)],
            );
            geo::Rect::new(low, high)
        })
    };
    let widened = |of: geo::Rect| {
        let (low, high) = (of.min(), of.max());
        geo::Rect::new([low.x - WIDEST_GAP_M, low.y - WIDEST_GAP_M], [high.x + WIDEST_GAP_M, high.y + WIDEST_GAP_M])
    };
    let of_b = sides(b, &widened(bounds(&sides(a, &all))?));
    let of_a = sides(a, &widened(bounds(&of_b)?));
    let mut nearest: Option<(f64, geo::Coord)> = None;
    for side in &of_a {
        for other in &of_b {
            let (distance, middle) = between(side, other);
            if distance <= TOUCHING_M {
                return None;
            }
            if nearest.is_none_or(|(known, _)| distance < known) {
                nearest = Some((distance, middle));
            }
        }
    }
    let (distance, middle) = nearest.filter(|(distance, _)| *distance <= WIDEST_GAP_M)?;
    let middle = [middle.x / metre_x + origin.x, middle.y / metre_y + origin.y];
    let mut there = tree.locate_all_at_point(&middle).filter_map(|found| outlines.get(found.data));
    let is_between = there.any(|outline| outline.shape.contains(&Point::from(middle)));
    (!is_between).then_some(distance)
}

/// Distance of two sides that do not cross, and the middle of the way between them.
fn between(a: &Line, b: &Line) -> (f64, geo::Coord) {
    let foot = |p: geo::Coord, on: &Line| {
        let length2 = on.dx() * on.dx() + on.dy() * on.dy();
        let along = ((p.x - on.start.x) * on.dx() + (p.y - on.start.y) * on.dy()) / length2;
        let along = if along.is_finite() { along.clamp(0.0, 1.0) } else { 0.0 };
        let q = geo::coord! { x: on.start.x + along * on.dx(), y: on.start.y + along * on.dy() };
        ((p.x - q.x).hypot(p.y - q.y), geo::coord! { x: f64::midpoint(p.x, q.x), y: f64::midpoint(p.y, q.y) })
    };
    let ways = [foot(a.start, b), foot(a.end, b), foot(b.start, a), foot(b.end, a)];
    ways.into_iter().reduce(|near, next| if next.0 < near.0 { next } else { near }).unwrap_or((f64::INFINITY, a.start))
}
