//! Outlines that cannot be what they say: crossing themselves, without area, holes outside.

use geo::{Area, BoundingRect, Geometry, Intersects, Line, LineString, MakeValid, MultiPolygon, Polygon, Relate};

use super::{ReadOptions, findings::Refusal, layer::Layer};

/// Check every outline of the layer; mend those that cross themselves where that is asked for.
///
/// Comes after the coordinate system: nothing here sees a position out of range.
pub(super) fn check(layer: &mut Layer, options: &ReadOptions) {
    for row in 0..layer.len() {
        let Some(Some(shape)) = layer.shape.get(row) else { continue };
        let Some(fault) = fault(shape) else { continue };
        let at = layer.at(row);
        let mended = if options.repair { mend(shape) } else { None };
        if let Some(mended) = mended {
            layer.findings.repaired(
                at,
                fault.code,
                fault.cause,
                "mended: crossing parts were split by the even-odd rule",
            );
            if let Some(shape) = layer.shape.get_mut(row) {
                *shape = Some(mended);
            }
            continue;
        }
        layer.findings.refuse(at, fault);
        if let (Some(shape), Some(refused)) = (layer.shape.get_mut(row), layer.shape_refused.get_mut(row)) {
            *shape = None;
            *refused = true;
        }
    }
}

/// What is wrong with an outline.
fn fault(shape: &Geometry<f64>) -> Option<Refusal> {
    match shape {
        Geometry::Polygon(polygon) => polygon_fault(polygon),
        Geometry::MultiPolygon(parts) => parts.iter().find_map(polygon_fault).or_else(|| parts_fault(parts)),
        _ => None,
    }
}

fn polygon_fault(polygon: &Polygon) -> Option<Refusal> {
    // A square metre at street scale is about 1e-10 square degrees.
    const NO_AREA: f64 = 1e-14;
    let mend = "redraw the outline, or pass repair = true to have it mended";
    let rings = || std::iter::once(polygon.exterior()).chain(polygon.interiors());
    if let Some([x, y]) = rings().find_map(crossing) {
        return Some(Refusal::new(
            "self_crossing",
            format!("the outline crosses or touches itself near ({x}, {y})"),
            mend,
        ));
    }
    let outer = Polygon::new(polygon.exterior().clone(), vec![]);
    if outer.unsigned_area() <= NO_AREA {
        return Some(Refusal::new("no_area", "the outline has no area", "redraw the outline, or give a Point"));
    }
    let holes: Vec<Polygon> = polygon.interiors().iter().map(|hole| Polygon::new(hole.clone(), vec![])).collect();
    let outside = holes.iter().position(|hole| !outer.relate(hole).is_contains());
    if let Some(hole) = outside {
        return Some(Refusal::new("hole_outside", format!("hole {} is not inside the outline", hole + 1), mend));
    }
    let [a, b] = overlapping(&holes)?;
    Some(Refusal::new("holes_overlap", format!("holes {} and {} overlap", a + 1, b + 1), mend))
}

fn parts_fault(parts: &MultiPolygon) -> Option<Refusal> {
    let [a, b] = overlapping(&parts.0)?;
    Some(Refusal::new(
        "parts_overlap",
        format!("parts {a} and {b} of the MultiPolygon overlap"),
        "redraw the parts, or pass repair = true to have them mended",
    ))
}

/// The first two polygons that share area.
fn overlapping(polygons: &[Polygon]) -> Option<[usize; 2]> {
    use geo::{coordinate_position::CoordPos, dimensions::Dimensions};
    let boxes: Vec<_> = polygons.iter().map(BoundingRect::bounding_rect).collect();
    let mut order: Vec<usize> = (0..polygons.len()).filter(|&i| boxes[i].is_some()).collect();
    let low = |i: usize| boxes[i].map_or(f64::INFINITY, |of| of.min().x);
    let high = |i: usize| boxes[i].map_or(f64::NEG_INFINITY, |of| of.max().x);
    order.sort_by(|&a, &b| low(a).total_cmp(&low(b)));
    for (place, &a) in order.iter().enumerate() {
        for &b in order[place + 1..].iter().take_while(|&&b| low(b) <= high(a)) {
            let near = boxes[a].zip(boxes[b]).is_some_and(|(a, b)| a.intersects(&b));
            if near
                && polygons[a].relate(&polygons[b]).get(CoordPos::Inside, CoordPos::Inside)
                    == Dimensions::TwoDimensional
            {
                return Some([a.min(b), a.max(b)]);
            }
        }
    }
    None
}

/// Where a ring crosses, touches or doubles back on itself.
///
/// A sweep from west to east: each side is compared with those that begin
/// before it ends, so ordinary outlines cost little more than sorting.
fn crossing(ring: &LineString) -> Option<[f64; 2]> {
    let sides: Vec<Line> = ring.lines().filter(|side| side.start != side.end).collect();
    let count = sides.len();
    let west = |side: &Line| side.start.x.min(side.end.x);
    let east = |side: &Line| side.start.x.max(side.end.x);
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| west(&sides[a]).total_cmp(&west(&sides[b])));
    for (place, &i) in order.iter().enumerate() {
        let a = &sides[i];
        for &j in order[place + 1..].iter().take_while(|&&j| west(&sides[j]) <= east(a)) {
            let b = &sides[j];
            let apart =
                a.start.y.max(a.end.y) < b.start.y.min(b.end.y) || b.start.y.max(b.end.y) < a.start.y.min(a.end.y);
            let met = if apart {
                None
            } else if (i + 1) % count == j {
                doubles_back(a, b)
            } else if (j + 1) % count == i {
                doubles_back(b, a)
            } else {
                a.intersects(b).then(|| meeting(a, b))
            };
            if met.is_some() {
                return met;
            }
        }
    }
    None
}

/// Whether a side runs back along the one before it: a spike without area.
fn doubles_back(before: &Line, after: &Line) -> Option<[f64; 2]> {
    use geo::algorithm::kernels::{Kernel, Orientation, RobustKernel};
    let turn = RobustKernel::orient2d(before.start, before.end, after.end);
    let back = before.dx() * after.dx() + before.dy() * after.dy() < 0.0;
    (turn == Orientation::Collinear && back).then_some([before.end.x, before.end.y])
}

fn meeting(a: &Line, b: &Line) -> [f64; 2] {
    use geo::line_intersection::{LineIntersection, line_intersection};
    match line_intersection(*a, *b) {
        Some(LineIntersection::SinglePoint { intersection, .. }) => [intersection.x, intersection.y],
        Some(LineIntersection::Collinear { intersection }) => [intersection.start.x, intersection.start.y],
        None => [a.start.x, a.start.y],
    }
}

/// The area the crossing outline encloses by the even-odd rule; `None` if that leaves nothing sound.
fn mend(shape: &Geometry<f64>) -> Option<Geometry<f64>> {
    let mended = match shape {
        Geometry::Polygon(polygon) => polygon.make_valid().ok()?,
        Geometry::MultiPolygon(parts) => geo::unary_union(
            parts.iter().map(MakeValid::make_valid).collect::<Result<Vec<_>, _>>().ok()?.iter().flatten(),
        ),
        _ => return None,
    };
    let mended: Geometry<f64> = match mended.0.as_slice() {
        [] => return None,
        [only] => only.clone().into(),
        _ => mended.into(),
    };
    fault(&mended).is_none().then_some(mended)
}

#[cfg(test)]
mod tests {
    use geo::{Validation, wkt};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The definition: every pair of sides, as `geo` checks it.
        #[test]
        fn the_sweep_finds_what_all_pairs_find(
            corners in prop::collection::vec((0..12_i32, 0..12_i32), 3..14),
        ) {
            let mut ring: Vec<(f64, f64)> = corners.iter().map(|&(x, y)| (f64::from(x), f64::from(y))).collect();
            ring.dedup();
            ring.push(ring[0]);
            let ring = LineString::from(ring);
            let by_definition = !Polygon::new(ring.clone(), vec![]).is_valid();
            // `geo` overlooks spikes; whatever it finds, the sweep finds.
            if by_definition && ring.0.len() > 4 {
                let found = crossing(&ring).is_some() || Polygon::new(ring.clone(), vec![]).unsigned_area() == 0.0;
                prop_assert!(found, "{ring:?}");
            }
            if crossing(&ring).is_none() && ring.0.len() > 4 {
                prop_assert!(Polygon::new(ring.clone(), vec![]).is_valid(), "{ring:?}");
            }
        }
    }

    #[test]
    fn faults_have_their_own_names() {
        let code = |shape: Polygon| polygon_fault(&shape).map(|refusal| refusal.code);
        assert_eq!(code(wkt!(POLYGON((0.0 0.0, 1.0 0.0, 1.0 1.0, 0.0 1.0, 0.0 0.0)))), None);
        assert_eq!(code(wkt!(POLYGON((0.0 0.0, 1.0 1.0, 1.0 0.0, 0.0 1.0, 0.0 0.0)))), Some("self_crossing"));
        assert_eq!(code(wkt!(POLYGON((0.0 0.0, 2.0 0.0, 3.0 0.0, 2.0 0.0, 2.0 2.0, 0.0 0.0)))), Some("self_crossing"));
        assert_eq!(
            code(wkt!(POLYGON((0.0 0.0, 1.0 0.0, 1.0 1.0, 0.0 0.0), (5.0 5.0, 6.0 5.0, 6.0 6.0, 5.0 5.0)))),
            Some("hole_outside")
        );
    }

    #[test]
    fn a_bow_tie_is_mended_into_two_triangles() {
        let bow_tie: Polygon = wkt!(POLYGON((0.0 0.0, 1.0 1.0, 1.0 0.0, 0.0 1.0, 0.0 0.0)));
        let Some(Geometry::MultiPolygon(parts)) = mend(&bow_tie.into()) else { panic!("two parts expected") };
        assert_eq!(parts.0.len(), 2);
        assert!((parts.unsigned_area() - 0.5).abs() < 1e-12);
    }
}
