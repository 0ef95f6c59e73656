//! The extension module behind the Python package: check, borrow, detach, return.
//!
//! No arithmetic lives here. Names, defaults, units and examples are in
//! `python/linli/`; this module moves columns and arrays across and turns
//! errors into exceptions that carry the same facts.

// PyO3 hands arguments over by value, and 'py is the lifetime every reader of its books knows.
#![allow(clippy::elidable_lifetime_names, clippy::needless_pass_by_value)]

mod access;
mod assignment;
mod capacity;
mod check;
mod choice;
mod city;
mod city_regions;
mod contiguity;
mod convert;
mod coverage;
mod detached;
mod ensemble;
mod equity;
mod exceptions;
mod layers;
mod locate;
mod proposal;
mod reach;
mod regions;
mod report;
mod robust;
mod siting_plan;
mod siting_terms;
mod street_answers;
mod street_searches;
mod street_shapes;
mod streets;
mod walk;

use pyo3::prelude::*;

/// The compiled part of linli; use the names in `linli` itself.
#[pymodule]
mod _linli {
    use std::path::PathBuf;

    use pyo3::prelude::*;

    use super::exceptions::raise;
    #[pymodule_export]
    use super::{
        access::{Decay, city_access, floating_catchment, gravity, kth_nearest, spatial_availability},
        assignment::Assignment,
        capacity::{AssignRules, assign_capacitated, city_assign_capacitated},
        check::{Edition, city_check},
        choice::{city_assign_paced, city_compare_choice, city_walkers},
        city::City,
        city_regions::{
            Hierarchy, city_amounts, city_contiguity, committee_of_centre, division_map, part_walks, walks_to_centres,
        },
        contiguity::Contiguity,
        coverage::{Comparison, Coverage},
        ensemble::{Ensemble, Plans, recom},
        equity::{concentration, concentration_curve, fgt, gini, lorenz, mean, palma, theil},
        layers::Table,
        locate::{curve, exchanges, gradual, lscp, mclp, mclp_services, p_center, p_median, pareto, phases},
        proposal::{Ask, Proposal},
        reach::Reach,
        regions::{Partition, apportion, apportion_by, enumerate, metrics, partition, plan_diff},
        report::import_report,
        robust::city_robustness,
        siting_plan::SitingPlan,
        siting_terms::Terms,
        street_answers::{Barriers, explain, putuo_barriers, severance, street_report},
        street_searches::ReachLists,
        streets::{StreetNetwork, putuo_streets},
        walk::{Walk, profile_facts, profile_toml},
    };

    /// Version of linli.
    #[pymodule_export]
    #[allow(non_upper_case_globals)]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    /// Whether this is a slow development build.
    #[pymodule_export]
    const DEBUG_BUILD: bool = cfg!(debug_assertions);

    /// Write a file whole or not at all.
    #[pyfunction]
    fn save(py: Python<'_>, path: PathBuf, content: &[u8]) -> PyResult<()> {
        py.detach(|| crate::io::save(&path, content)).map_err(raise)
    }

    /// Refuse speeds that are not a walk in metres per second.
    #[pyfunction]
    fn check_speed(speed_m_per_s: f64) -> PyResult<()> {
        crate::standard::check_speed(speed_m_per_s).map_err(raise)
    }

    /// The embedded synthetic district.
    #[pyfunction]
    fn putuo(py: Python<'_>) -> PyResult<City> {
        let city = super::detached::owned(py, |_| crate::datasets::putuo())?;
        Ok(City::new(city))
    }

    /// Barriers and streets of the embedded district as GeoJSON, for its maps.
    #[pyfunction]
    fn putuo_lines() -> [&'static str; 2] {
        [crate::datasets::BARRIERS, crate::datasets::STREETS]
    }

    /// Run the command line, program name first; returns its exit code.
    #[pyfunction]
    fn main(py: Python<'_>, args: Vec<String>) -> PyResult<i32> {
        super::detached::guarded(|| Ok(py.detach(|| crate::cli::main(&args))))
    }

    /// Write every file of the embedded district into a folder.
    #[pyfunction]
    fn export_putuo(py: Python<'_>, folder: PathBuf) -> PyResult<Vec<PathBuf>> {
        super::detached::owned(py, move |_| crate::datasets::export(&folder))
    }
}

/// A result of the core as a result for Python.
trait OrRaise<T> {
    /// The value, or the exception with the error's facts.
    fn or_raise(self) -> PyResult<T>;
}

impl<T> OrRaise<T> for crate::Result<T> {
    fn or_raise(self) -> PyResult<T> {
        self.map_err(exceptions::raise)
    }
}
