//! Reach lists that are kept, so that a question asked again costs nothing.

use std::{collections::BTreeMap, ops::Deref, sync::Arc};

use super::{StreetNetwork, pairs::From, snap::Snapped, walk::limit_mm};
use crate::{
    control::Control,
    error::Result,
    reach::{Reach, check_limit},
};

/// The demand points within a limit of every site that was ever asked about.
///
/// One bounded search a new site; sites that were asked before cost only the
/// table. So a centre that is moved costs one search, and a question asked
/// again none. Holds 8 bytes a pair.
///
/// The network is borrowed, or shared as an `Arc`.
#[derive(Debug)]
pub struct ReachLists<N> {
    network: N,
    demand: Snapped,
    limit_m: Option<f64>,
    lists: BTreeMap<[u64; 2], Arc<[u64]>>,
}

impl StreetNetwork {
    /// Reach lists for these demand points, empty yet.
    ///
    /// # Errors
    /// As [`Walk::reach`](crate::walk::Walk::reach).
    pub fn reach_lists(
        &self,
        demand: &[[f64; 2]],
        limit_m: Option<f64>,
        control: &Control,
    ) -> Result<ReachLists<&Self>> {
        ReachLists::new(self, demand, limit_m, control)
    }
}

impl<N: Deref<Target = StreetNetwork>> ReachLists<N> {
    /// As [`StreetNetwork::reach_lists`].
    ///
    /// # Errors
    /// As there.
    pub fn new(network: N, demand: &[[f64; 2]], limit_m: Option<f64>, control: &Control) -> Result<Self> {
        check_limit(limit_m)?;
        let demand = network.snap("demand", demand, control)?;
        Ok(Self { network, demand, limit_m, lists: BTreeMap::new() })
    }

    /// Reach of these sites, to the bit what [`Walk::reach`](crate::walk::Walk::reach) gives.
    ///
    /// # Errors
    /// As there.
    pub fn reach(&mut self, sites: &[[f64; 2]], control: &Control) -> Result<Reach> {
        let key = |xy: &[f64; 2]| xy.map(f64::to_bits);
        let mut unknown: Vec<[f64; 2]> =
            sites.iter().copied().filter(|site| !self.lists.contains_key(&key(site))).collect();
        unknown.sort_by_key(key);
        unknown.dedup_by_key(|site| key(site));
        if !unknown.is_empty() {
            let new = self.network.snap("sites", &unknown, control)?;
            let found = self.network.pairs(&new, &self.demand, From::Sites, limit_mm(self.limit_m), control)?;
            self.lists.extend(unknown.iter().map(key).zip(found.into_iter().map(Arc::from)));
        }
        let snapped = self.network.snap("sites", sites, control)?;
        let lists: Vec<&[u64]> = sites.iter().map(|site| self.lists[&key(site)].as_ref()).collect();
        self.network.gather(&self.demand, &snapped, From::Sites, &lists, self.limit_m)
    }

    /// Searches made so far: the number of different sites.
    #[must_use]
    pub fn searches(&self) -> usize {
        self.lists.len()
    }

    /// Bytes held by the lists.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.lists.values().map(|list| 8 * list.len()).sum()
    }
}
