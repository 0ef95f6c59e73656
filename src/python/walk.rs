//! Ways of walking, behind one class: a new way is a new constructor here; and profiles of walkers.

use std::sync::Arc;

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use super::{OrRaise, convert::points, detached, reach::Reach};
use crate::{
    network::Profile,
    reach::Nearest,
    walk::{self, CrowFly},
};

/// A way of measuring how far apart two places are, on foot.
#[pyclass(frozen, module = "linli._linli")]
#[derive(Clone)]
pub(super) struct Walk {
    walk: Arc<dyn walk::Walk + Send + Sync>,
}

impl Walk {
    pub(super) fn of(walk: Arc<dyn walk::Walk + Send + Sync>) -> Self {
        Self { walk }
    }

    pub(super) fn shared(&self) -> Arc<dyn walk::Walk + Send + Sync> {
        Arc::clone(&self.walk)
    }
}

/// Whether there is a site in reach, which, and how far.
pub(super) type NearestColumns<'py> =
    (Bound<'py, PyArray1<bool>>, Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<f64>>);

#[pymethods]
impl Walk {
    /// Straight lines, lengthened by a detour index.
    #[staticmethod]
    fn crow_fly(detour: f64) -> PyResult<Self> {
        Ok(Self { walk: Arc::new(CrowFly::new(detour).or_raise()?) })
    }

    /// The nearest site of each demand point, however far.
    fn nearest<'py>(
        &self,
        py: Python<'py>,
        demand_xy: PyReadonlyArray2<'py, f64>,
        site_xy: PyReadonlyArray2<'py, f64>,
    ) -> PyResult<NearestColumns<'py>> {
        let (demand, sites) = (points("demand_xy", &demand_xy)?.to_vec(), points("site_xy", &site_xy)?.to_vec());
        let walk = self.shared();
        let nearest = detached::owned(py, move |control| walk.nearest(&demand, &sites, control))?;
        Ok(nearest_columns(py, &nearest))
    }

    /// All pairs within the limit.
    #[pyo3(signature = (demand_xy, site_xy, limit_m=None))]
    fn reach(
        &self,
        py: Python<'_>,
        demand_xy: PyReadonlyArray2<'_, f64>,
        site_xy: PyReadonlyArray2<'_, f64>,
        limit_m: Option<f64>,
    ) -> PyResult<Reach> {
        let (demand, sites) = (points("demand_xy", &demand_xy)?.to_vec(), points("site_xy", &site_xy)?.to_vec());
        let walk = self.shared();
        let reach = detached::owned(py, move |control| walk.reach(&demand, &sites, limit_m, control))?;
        Ok(Reach::new(reach))
    }
}

/// Columns of the nearest sites: -1 and NaN stand where `found` is false.
pub(super) fn nearest_columns<'py>(py: Python<'py>, nearest: &Nearest) -> NearestColumns<'py> {
    let rows = nearest.len();
    let (mut found, mut site, mut walk_m) =
        (Vec::with_capacity(rows), Vec::with_capacity(rows), Vec::with_capacity(rows));
    for pair in nearest.iter() {
        found.push(pair.is_some());
        site.push(pair.map_or(-1, |(site, _)| i64::from(site)));
        walk_m.push(pair.map_or(f64::NAN, |(_, walk_m)| walk_m));
    }
    // The arrays take over the memory of the vectors.
    (found.into_pyarray(py), site.into_pyarray(py), walk_m.into_pyarray(py))
}

/// The text of a built-in profile, to start one's own from.
#[pyfunction]
pub(super) fn profile_toml(name: &str) -> PyResult<&'static str> {
    Profile::built_in_toml(name).or_raise()
}

/// Name, speed and hash of a profile.
#[pyfunction]
pub(super) fn profile_facts(toml: &str) -> PyResult<(String, f64, String)> {
    let profile = Profile::from_toml(toml).or_raise()?;
    Ok((profile.name.clone(), profile.speed_m_per_s, profile.hash()))
}
