//! Whose streets touch: the walking neighbours of places (步行邻接).

use super::{
    StreetNetwork,
    contract::LONGEST_MM,
    search::{NOBODY, Seed, nearest_source},
    snap::Snapped,
};
use crate::{control::Control, error::Result};

impl StreetNetwork {
    /// Pairs of places whose cells touch, lower row first, rising.
    ///
    /// Every point of a street belongs to the place from which it is nearest on
    /// foot, the lower row of equals; the way from a place to its street does not
    /// count. Two places are neighbours where a street leads from the cell of one
    /// into that of the other. Unsnapped places have none. One search from all
    /// places at once.
    ///
    /// # Errors
    /// Rows snapped to another network; [`Error::Interrupted`](crate::Error::Interrupted).
    pub fn neighbours_on_foot(&self, places: &Snapped, control: &Control) -> Result<Vec<[u32; 2]>> {
        self.check_own(&[places])?;
        let mut seeds = vec![];
        let mut on_edge = vec![];
        for row in 0..places.len() as u32 {
            let Some(ends) = places.ends(row) else { continue };
            let on_street = |(junction, mm): (u32, u32)| Seed { junction, mm: mm - ends.leg_mm, source: row };
            seeds.extend(self.seeds(ends, ends.away).map(on_street));
            on_edge.push((ends.edge, ends.place, row));
        }
        let label = nearest_source(self.graph.ahead(), &seeds, LONGEST_MM, control)?;
        let owner =
            |junction: u32| Some(label[junction as usize]).filter(|&label| label != NOBODY).map(|label| label as u32);
        on_edge.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.0.cmp(&b.1.0)).then(a.1.1.total_cmp(&b.1.1)).then(a.2.cmp(&b.2)));
        let mut pairs = vec![];
        let mut rest = on_edge.as_slice();
        for (number, edge) in (0..).zip(&self.edges) {
            let here = rest.iter().take_while(|&&(on, ..)| on == number).count();
            let between = rest[..here].iter().map(|&(.., row)| Some(row));
            rest = &rest[here..];
            let mut along = std::iter::once(owner(edge.tail)).chain(between).chain([owner(edge.head)]).flatten();
            let Some(mut before) = along.next() else { continue };
            for next in along {
                if next != before {
                    pairs.push([before.min(next), before.max(next)]);
                }
                before = next;
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        Ok(pairs)
    }

    /// Where streets cross these lines, metres on the plane of the network.
    #[must_use]
    pub fn crossings(&self, lines: &[geo::Line<f64>]) -> Vec<[f64; 2]> {
        use geo::algorithm::line_intersection::{LineIntersection, line_intersection};
        let mut places = vec![];
        for &line in lines {
            let envelope = rstar::AABB::from_corners([line.start.x, line.start.y], [line.end.x, line.end.y]);
            for street in self.tree().locate_in_envelope_intersecting(&envelope) {
                let street = geo::Line::new(street.geom().from, street.geom().to);
                // A street along the line does not cross it.
                if let Some(LineIntersection::SinglePoint { intersection, .. }) = line_intersection(line, street) {
                    places.push([intersection.x, intersection.y]);
                }
            }
        }
        places.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
        places.dedup();
        places
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::network::SnapRule;

    const STEP: usize = 10;

    /// The definition: streets cut into half metres, each with its nearest place.
    fn by_definition(n: u32, streets: &[[u32; 2]], places: &[(usize, usize)]) -> Vec<[u32; 2]> {
        // Vertices of the grid first, then 2 × STEP − 1 points within each street.
        let inner = 2 * STEP - 1;
        let point = |street: usize, half: usize| match half {
            0 => streets[street][0] as usize,
            _ if half == 2 * STEP => streets[street][1] as usize,
            _ => n as usize + street * inner + half - 1,
        };
        let points = n as usize + streets.len() * inner;
        let steps: Vec<(usize, usize)> = (0..streets.len())
            .flat_map(|street| (0..2 * STEP).map(move |half| (street, half)))
            .map(|(street, half)| (point(street, half), point(street, half + 1)))
            .collect();
        let mut label = vec![(usize::MAX, 0); points];
        for (row, &(street, at)) in places.iter().enumerate() {
            let here = &mut label[point(street, 2 * at)];
            *here = (*here).min((0, row));
        }
        loop {
            let before = label.clone();
            for &(a, b) in &steps {
                for (from, to) in [(a, b), (b, a)] {
                    if label[from].0 != usize::MAX {
                        label[to] = label[to].min((label[from].0 + 1, label[from].1));
                    }
                }
            }
            if label == before {
                break;
            }
        }
        let mut pairs: Vec<[u32; 2]> = vec![];
        // Places at one point share it, and only the lowest owns it: they follow one another.
        let mut at_point: std::collections::BTreeMap<usize, Vec<u32>> = std::collections::BTreeMap::new();
        for (row, &(street, at)) in places.iter().enumerate() {
            at_point.entry(point(street, 2 * at)).or_default().push(row as u32);
        }
        assert!(at_point.values().all(|rows| rows.len() == 1));
        for (a, b) in steps {
            let (a, b) = (label[a], label[b]);
            if a.0 != usize::MAX && b.0 != usize::MAX && a.1 != b.1 {
                pairs.push([a.1.min(b.1) as u32, a.1.max(b.1) as u32]);
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn cells_touch_where_the_definition_says(
            kept in prop::collection::vec(any::<bool>(), 24),
            drawn in prop::collection::vec((0..24_usize, 0..=STEP), 1..8),
        ) {
            // A grid of 4 × 4 junctions, 10 m apart.
            let across = (0..4).flat_map(|row| (0..3).map(move |col| [row * 4 + col, row * 4 + col + 1]));
            let down = (0..12).map(|vertex| [vertex, vertex + 4]);
            let all: Vec<[u32; 2]> = across.chain(down).collect();
            let streets: Vec<[u32; 2]> = all.into_iter().zip(&kept).filter(|(_, kept)| **kept).map(|(pair, _)| pair).collect();
            prop_assume!(!streets.is_empty());
            let xy: Vec<[f64; 2]> = (0..16).map(|vertex| [f64::from(vertex % 4) * 10.0, f64::from(vertex / 4) * 10.0]).collect();
            let rule = SnapRule { max_m: 1.0, min_junctions: 0 };
            let network = StreetNetwork::from_edges(&xy, &streets, &vec![10.0; streets.len()]).unwrap().with_snapping(rule).unwrap();
            let mut at: Vec<[f64; 2]> = vec![];
            let mut places = vec![];
            for (street, along) in drawn {
                let street = street % streets.len();
                let [a, b] = streets[street].map(|vertex| xy[vertex as usize]);
                let part = along as f64 / STEP as f64;
                let here = [a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])];
                // One place at a point: which of several owns it is a matter of rows, not of streets.
                if !at.contains(&here) {
                    at.push(here);
                    places.push((street, along));
                }
            }
            let snapped = network.snap("places", &at, &Control::new()).unwrap();
            let found = network.neighbours_on_foot(&snapped, &Control::new()).unwrap();
            prop_assert_eq!(found, by_definition(16, &streets, &places));
        }
    }

    #[test]
    fn places_at_one_point_are_neighbours() {
        let xy = [[0.0, 0.0], [100.0, 0.0]];
        let network = StreetNetwork::from_edges(&xy, &[[0, 1]], &[100.0]).unwrap();
        let at = [[20.0, 0.0], [20.0, 5.0], [90.0, 0.0], [90.0, 5_000.0]];
        let snapped = network.snap("places", &at, &Control::new()).unwrap();
        assert_eq!(network.neighbours_on_foot(&snapped, &Control::new()).unwrap(), [[0, 1], [1, 2]]);
    }

    #[test]
    fn a_street_crosses_a_line_once_and_not_along_it() {
        let xy = [[0.0, 0.0], [100.0, 0.0], [100.0, 50.0]];
        let network = StreetNetwork::from_edges(&xy, &[[0, 1], [1, 2]], &[100.0, 50.0]).unwrap();
        let line = |a: [f64; 2], b: [f64; 2]| geo::Line::new(a, b);
        assert_eq!(network.crossings(&[line([40.0, -10.0], [40.0, 10.0])]), [[40.0, 0.0]]);
        assert!(network.crossings(&[line([10.0, 0.0], [60.0, 0.0]), line([0.0, 9.0], [50.0, 9.0])]).is_empty());
    }
}
