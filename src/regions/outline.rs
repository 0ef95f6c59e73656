//! Outlines of units: what their shapes say beyond which of them touch.

use geo::{Area, Centroid, ConvexHull, Euclidean, Geometry, Length, MultiPolygon};

use crate::error::{Error, Result};

/// Position, size and convex hull of each unit; metres.
///
/// Hulls suffice for shapes of parts: the hull of a part is that of the hulls
/// of its units, and its smallest circle is that of its hull.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Outlines {
    /// Centroid of each unit, or the position that was given.
    pub xy: Vec<[f64; 2]>,
    /// Square metres; empty where only positions are known, as are the fields below.
    pub area_m2: Vec<f64>,
    /// Length of all rings.
    pub perimeter_m: Vec<f64>,
    /// Separate pieces.
    pub pieces: Vec<u32>,
    /// Hull of unit u: points `hull_start[u]..hull_start[u + 1]`.
    pub hull_start: Vec<u32>,
    /// Corners of the hulls.
    pub hull_xy: Vec<[f64; 2]>,
}

impl Outlines {
    /// Positions alone.
    pub(super) fn points(xy: &[[f64; 2]]) -> Self {
        Self { xy: xy.to_vec(), ..Self::default() }
    }

    /// Whether the shapes are known.
    pub(super) fn has_shapes(&self) -> bool {
        !self.hull_start.is_empty()
    }

    pub(super) fn hull(&self, unit: usize) -> &[[f64; 2]] {
        &self.hull_xy[self.hull_start[unit] as usize..self.hull_start[unit + 1] as usize]
    }

    /// From polygons in metres.
    pub(super) fn of(units: &[MultiPolygon]) -> Result<Self> {
        let mut outlines = Self { hull_start: vec![0], ..Self::default() };
        for (row, unit) in units.iter().enumerate() {
            let Some(centre) = unit.centroid() else {
                return Err(Error::Rejected { layer: "units".into(), issues: vec![empty(row)] });
            };
            outlines.xy.push(centre.into());
            outlines.area_m2.push(unit.unsigned_area());
            let rings = unit.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
            outlines.perimeter_m.push(rings.map(|ring| Euclidean.length(ring)).sum());
            outlines.pieces.push(unit.0.len() as u32);
            let hull = unit.convex_hull();
            // The ring repeats its first corner.
            outlines.hull_xy.extend(hull.exterior().0.iter().skip(1).map(|corner| [corner.x, corner.y]));
            outlines.hull_start.push(outlines.hull_xy.len() as u32);
        }
        Ok(outlines)
    }
}

/// The polygons of each row.
pub(super) fn polygons(shapes: &[Option<Geometry<f64>>]) -> Result<Vec<MultiPolygon>> {
    let mut units = Vec::with_capacity(shapes.len());
    let mut issues = vec![];
    for (row, shape) in shapes.iter().enumerate() {
        let unit = match shape {
            Some(Geometry::Polygon(polygon)) => MultiPolygon(vec![polygon.clone()]),
            Some(Geometry::MultiPolygon(polygons)) => polygons.clone(),
            _ => MultiPolygon(vec![]),
        };
        let corners = || unit.iter().flat_map(|polygon| polygon.exterior().0.iter());
        if corners().next().is_none() {
            issues.push(empty(row));
        } else if let Some(corner) = corners().find(|corner| !(corner.x.is_finite() && corner.y.is_finite())) {
            return Err(Error::NotFinite { table: "units", row, x: corner.x, y: corner.y });
        }
        units.push(unit);
    }
    if issues.is_empty() { Ok(units) } else { Err(Error::Rejected { layer: "units".into(), issues }) }
}

fn empty(row: usize) -> crate::error::Issue {
    crate::error::Issue {
        severity: crate::error::Severity::Rejected,
        feature: Some(row),
        name: None,
        code: "no_polygon",
        cause: "is no polygon, or an empty one".into(),
        fix: "give its outline, or give the pairs that touch with from_edges".into(),
    }
}
