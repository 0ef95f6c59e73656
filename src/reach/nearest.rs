//! What is known of each row: its nearest site, and whether more may lie beyond the map.

use serde::Serialize;

/// What is known of a row's walks, beyond the pairs themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Everything: a site that is not listed is beyond the limit.
    #[default]
    Known,
    /// Its walks may cross the edge of the streets we know, where shorter ones
    /// or more sites may lie. What is listed can be walked.
    Clipped,
    /// No way leads from its streets to those of any site.
    Unreachable,
    /// No street is near enough to walk to; its walks are unknown.
    Unsnapped,
}

impl Access {
    /// Whether what is not listed is beyond the limit for certain.
    #[must_use]
    pub fn is_known(self) -> bool {
        matches!(self, Self::Known | Self::Unreachable)
    }
}

/// The nearest site of each demand point, where there is one.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearest {
    /// `NONE` where no site can be reached; never shown outside.
    site: Vec<u32>,
    walk_m: Vec<f64>,
    /// Empty where every row is [`Access::Known`].
    access: Vec<Access>,
}

const NONE: u32 = u32::MAX;

impl Nearest {
    /// What the columns hold for a row without a site.
    pub(crate) const NOWHERE: (u32, f64) = (NONE, f64::INFINITY);

    /// No site for any of the rows, yet.
    pub(crate) fn none(rows: usize) -> Self {
        Self { site: vec![NONE; rows], walk_m: vec![f64::INFINITY; rows], access: vec![] }
    }

    /// Rows that are all to be written, [`Nearest::NOWHERE`] too: fresh memory
    /// costs nothing until then.
    pub(crate) fn unset(rows: usize) -> Self {
        Self { site: vec![0; rows], walk_m: vec![0.0; rows], access: vec![] }
    }

    pub(crate) fn set(&mut self, demand: usize, site: u32, walk_m: f64) {
        (self.site[demand], self.walk_m[demand]) = (site, walk_m);
    }

    /// The same rows with what is known of each.
    pub(crate) fn with_access(self, access: Vec<Access>) -> Self {
        Self { access: noteworthy(access), ..self }
    }

    /// What is known of a demand point's walk beyond the nearest site itself.
    #[must_use]
    pub fn access(&self, demand: usize) -> Access {
        self.access.get(demand).copied().unwrap_or_default()
    }

    /// Columns to fill in parallel: sites and metres.
    pub(crate) fn columns_mut(&mut self) -> (&mut [u32], &mut [f64]) {
        (&mut self.site, &mut self.walk_m)
    }

    /// Rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.site.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.site.is_empty()
    }

    /// The nearest site of a demand point and the walk to it, metres.
    #[must_use]
    pub fn get(&self, demand: usize) -> Option<(u32, f64)> {
        (self.site[demand] != NONE).then(|| (self.site[demand], self.walk_m[demand]))
    }

    /// [`Nearest::get`] for each row in turn.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<(u32, f64)>> + '_ {
        (0..self.len()).map(|demand| self.get(demand))
    }
}

/// Nothing, where there is nothing to note: equal answers are then equal values.
pub(super) fn noteworthy(access: Vec<Access>) -> Vec<Access> {
    if access.iter().all(|&access| access == Access::Known) { vec![] } else { access }
}
