//! Outlines that claim the same ground.

use geo::{Area, BooleanOps, BoundingRect, GeodesicArea, Geometry, MultiPolygon};
use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Rectangle},
};

use super::{findings::At, layer::Layer};
use crate::crs::Crs;

/// Overlaps smaller than this are rounding, not disagreement.
const SMALLEST_M2: f64 = 1.0;
/// Most pairs of neighbours to compare: a few seconds of work.
const MOST_PAIRS: usize = 20_000;

/// Note each pair of outlines that overlap by more than a square metre.
pub(super) fn note_overlaps(layer: &mut Layer, crs: &Crs) {
    let outlines: Vec<(usize, MultiPolygon)> =
        layer.shape.iter().enumerate().filter_map(|(row, shape)| Some((row, outline(shape.as_ref()?)?))).collect();
    let boxes = outlines.iter().enumerate().filter_map(|(place, (_, outline))| {
        let bounds = outline.bounding_rect()?;
        let (low, high) = (bounds.min(), bounds.max());
        Some(GeomWithData::new(Rectangle::from_corners([low.x, low.y], [high.x, high.y]), place))
    });
    let tree = RTree::bulk_load(boxes.collect());
    let mut pairs: Vec<(usize, usize)> = tree
        .iter()
        .flat_map(|a| {
            let envelope = AABB::from_corners(a.geom().lower(), a.geom().upper());
            tree.locate_in_envelope_intersecting(&envelope).map(|b| (a.data, b.data)).filter(|(a, b)| a < b)
        })
        .collect();
    pairs.sort_unstable();
    if pairs.len() > MOST_PAIRS {
        let cause = format!("{} pairs of neighbouring outlines; the first {MOST_PAIRS} were compared", pairs.len());
        layer.findings.note(At::layer(), "overlap_not_checked", cause, "split the layer to check all");
        pairs.truncate(MOST_PAIRS);
    }
    for (a, b) in pairs {
        let (Some((row_a, a)), Some((row_b, b))) = (outlines.get(a), outlines.get(b)) else { continue };
        let area_m2 = area_m2(&a.intersection(b), crs);
        if area_m2 <= SMALLEST_M2 {
            continue;
        }
        let other = layer.at(*row_b);
        let at = layer.at(*row_a);
        let name = other.name.map(|name| format!(" ({name})")).unwrap_or_default();
        let cause = format!("overlaps feature {}{name} by {area_m2:.0} m²", other.feature.unwrap_or(*row_b));
        layer.findings.note(at, "overlap", cause, "kept as drawn; the ground in both counts for both");
    }
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
