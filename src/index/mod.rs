//! Sites, indexed once and asked many times.

mod hilbert;
mod tiles;

use rstar::{RTree, primitives::GeomWithData};

pub(crate) use hilbert::hilbert;
pub(crate) use tiles::{Candidates, Tiles};

use crate::{demand::check_finite, error::Result};

/// Sites on the metric plane in an R-tree (Guttman 1984, bulk-loaded by OMT).
///
/// Building costs O(m log m) for m sites; each question costs O(log m + k) for
/// k answers. The index never changes: a scenario with a moved centre is a new
/// index, and m is small.
#[derive(Debug, Clone)]
pub struct SiteIndex {
    tree: RTree<GeomWithData<[f64; 2], u32>>,
}

impl SiteIndex {
    /// Index sites by their row.
    ///
    /// # Errors
    /// [`Error::NotFinite`](crate::Error::NotFinite), naming the row: the tree
    /// would panic on such a position.
    pub fn new(xy: &[[f64; 2]]) -> Result<Self> {
        check_finite("sites", xy)?;
        let sites = (0..).zip(xy).map(|(row, &xy)| GeomWithData::new(xy, row)).collect();
        Ok(Self { tree: RTree::bulk_load(sites) })
    }

    /// Number of sites.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tree.size()
    }

    /// Whether there are no sites.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sites at most `radius_m` away in a straight line, by rising row.
    ///
    /// A site exactly that far away is included; rounding may include one that
    /// is farther by a billionth.
    ///
    /// ```
    /// let sites = linli::index::SiteIndex::new(&[[900.0, 0.0], [0.0, 500.0], [0.0, 5000.0]])?;
    /// assert_eq!(sites.within([0.0, 0.0], 900.0), [0, 1]);
    /// # Ok::<(), linli::Error>(())
    /// ```
    #[must_use]
    pub fn within(&self, from: [f64; 2], radius_m: f64) -> Vec<u32> {
        let radius_m = radius_m * (1.0 + 1e-9);
        let mut rows: Vec<u32> = if (radius_m * radius_m).is_finite() {
            self.tree.locate_within_distance(from, radius_m * radius_m).map(|site| site.data).collect()
        } else {
            self.tree.iter().map(|site| site.data).collect()
        };
        rows.sort_unstable();
        rows
    }

    /// Straight-line distance to the nearest site, metres; `None` without sites.
    #[must_use]
    pub fn nearest_m(&self, from: [f64; 2]) -> Option<f64> {
        self.tree.nearest_neighbor_iter_with_distance_2(&from).next().map(|(_, squared)| squared.sqrt())
    }
}
