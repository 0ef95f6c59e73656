//! Assignment at speeds of groups' own, and beside free choice; see `linli.City`.

use numpy::{IntoPyArray, PyReadonlyArray1};
use pyo3::{prelude::*, types::PyDict};

use super::{
    capacity::{AssignRules, city_columns, level_columns, request_of},
    city::{City, question},
    convert, detached,
    walk::Walk,
};
use crate::{assign, coverage::Question, paces, words};

/// A city's committees to centres with limited room, groups at speeds of their own.
#[pyfunction]
#[pyo3(signature = (city, walk, rules, speeds, *, minutes, speed_m_per_s, service, measure, given, within_town, exceptions))]
#[allow(clippy::too_many_arguments)]
pub(super) fn city_assign_paced<'py>(
    py: Python<'py>,
    city: &City,
    walk: &Walk,
    rules: &AssignRules,
    speeds: Vec<(String, f64)>,
    minutes: Option<f64>,
    speed_m_per_s: f64,
    service: Option<String>,
    measure: Option<String>,
    given: Option<PyReadonlyArray1<'py, f64>>,
    within_town: bool,
    exceptions: Vec<(u32, u32)>,
) -> PyResult<Bound<'py, PyDict>> {
    let mut request = request_of(rules, measure, given);
    (request.minutes, request.speed_m_per_s, request.service) = (minutes, speed_m_per_s, service);
    (request.within_town, request.exceptions) = (within_town, exceptions);
    let (city, walk) = (city.shared(), walk.shared());
    let shared = std::sync::Arc::clone(&city);
    let found =
        detached::owned(py, move |control| assign::assign_paced(&shared, walk.as_ref(), &request, &speeds, control))?;
    let columns = city_columns(py, &city, &found.city)?;
    let groups: Vec<String> = found.walkers.iter().map(paces::Walkers::label).collect();
    columns.set_item("groups", groups)?;
    columns.set_item("walkers", convert::serialized(py, &found.walkers)?)?;
    let of_group = found.levels.iter().map(|levels| level_columns(py, levels)).collect::<PyResult<Vec<_>>>()?;
    columns.set_item("levels_group", of_group)?;
    let column = |of: fn(&(u32, u32, u32, f64)) -> u32| -> Vec<i64> {
        found.parts.iter().map(|part| i64::from(of(part))).collect()
    };
    columns.set_item("part_row", column(|part| part.0).into_pyarray(py))?;
    columns.set_item("part_group", column(|part| part.1).into_pyarray(py))?;
    columns.set_item("part_site", column(|part| part.2).into_pyarray(py))?;
    columns.set_item("part_people", convert::amounts(py, found.parts.iter().map(|part| Some(part.3))))?;
    Ok(columns)
}

/// Groups, each person once: label, speed, metres and people by committee of each.
#[pyfunction]
#[pyo3(signature = (city, speeds, *, minutes, speed_m_per_s))]
pub(super) fn city_walkers<'py>(
    py: Python<'py>,
    city: &City,
    speeds: Vec<(String, f64)>,
    minutes: f64,
    speed_m_per_s: f64,
) -> PyResult<Vec<Bound<'py, PyDict>>> {
    let asked = question(minutes, speed_m_per_s, None, None)?;
    let city = city.shared();
    let found = detached::owned(py, move |_| {
        paces::walkers(city.demand(), &city.demand().population, &speeds, asked.standard)
    })?;
    let one = |walkers: &paces::Walkers| {
        let columns = PyDict::new(py);
        columns.set_item("name", walkers.label())?;
        columns.set_item("speed_m_per_s", walkers.speed_m_per_s)?;
        columns.set_item("limit_m", walkers.limit_m)?;
        columns.set_item("people", convert::amounts(py, walkers.people.iter().copied()))?;
        Ok(columns)
    };
    found.iter().map(one).collect()
}

/// Where committees belong beside where their people would go.
#[pyfunction]
#[pyo3(signature = (city, walk, part_row, part_facility, part_share, *, minutes, speed_m_per_s, service, group, speeds))]
#[allow(clippy::too_many_arguments)]
pub(super) fn city_compare_choice<'py>(
    py: Python<'py>,
    city: &City,
    walk: &Walk,
    part_row: Vec<usize>,
    part_facility: Vec<u32>,
    part_share: Vec<f64>,
    minutes: f64,
    speed_m_per_s: f64,
    service: Option<String>,
    group: Option<String>,
    speeds: Vec<(String, f64)>,
) -> PyResult<Bound<'py, PyDict>> {
    let question = Question { speeds, ..question(minutes, speed_m_per_s, service, group)? };
    let (city, walk) = (city.shared(), walk.shared());
    let mut belongs = vec![vec![]; city.demand().len()];
    for ((row, facility), share) in part_row.into_iter().zip(part_facility).zip(part_share) {
        belongs[row].push((facility, share));
    }
    let found =
        detached::owned(py, move |control| assign::compare_choice(&city, walk.as_ref(), &question, &belongs, control))?;
    let columns = PyDict::new(py);
    let rows = &found.rows;
    let (has_belongs, belongs) = convert::places(py, rows.iter().map(|row| row.belongs));
    let (has_chosen, chosen) = convert::places(py, rows.iter().map(|row| row.chosen));
    columns.set_item("has_belongs", has_belongs)?;
    columns.set_item("belongs", belongs)?;
    columns.set_item("has_chosen", has_chosen)?;
    columns.set_item("chosen", chosen)?;
    columns.set_item("people", convert::amounts(py, rows.iter().map(|row| row.people)))?;
    columns.set_item("elsewhere", convert::amounts(py, rows.iter().map(|row| Some(row.elsewhere))))?;
    columns.set_item("belongs_m", convert::amounts(py, rows.iter().map(|row| row.belongs_m)))?;
    columns.set_item("chosen_m", convert::amounts(py, rows.iter().map(|row| row.chosen_m)))?;
    columns.set_item("extra_m", convert::amounts(py, rows.iter().map(|row| row.extra_m)))?;
    let place = |facility: Option<u32>| facility.map_or(-1, i64::from);
    let flows = PyDict::new(py);
    let column = |of: &dyn Fn(&assign::Flow) -> i64| -> Vec<i64> { found.flows.iter().map(of).collect() };
    flows.set_item("row", column(&|flow| i64::from(flow.0)).into_pyarray(py))?;
    flows.set_item("belongs", column(&|flow| place(flow.1)).into_pyarray(py))?;
    flows.set_item("chosen", column(&|flow| place(flow.2)).into_pyarray(py))?;
    flows.set_item("share", convert::amounts(py, found.flows.iter().map(|flow| Some(flow.3))))?;
    columns.set_item("flows", flows)?;
    let one = |group: &assign::ChoiceGroup| {
        let columns = PyDict::new(py);
        columns.set_item("name", group.walkers.label())?;
        columns.set_item("speed_m_per_s", group.walkers.speed_m_per_s)?;
        columns.set_item("limit_m", group.walkers.limit_m)?;
        columns.set_item("people", convert::amounts(py, group.walkers.people.iter().copied()))?;
        columns.set_item("within", group.within.clone().into_pyarray(py))?;
        columns.set_item("within_by_choice", group.within_by_choice.clone().into_pyarray(py))?;
        Ok(columns)
    };
    columns.set_item("groups", found.groups.iter().map(one).collect::<PyResult<Vec<_>>>()?)?;
    columns.set_item("provenance", convert::serialized(py, &found.provenance)?)?;
    columns.set_item("assumptions", words::assumptions(&found.provenance))?;
    Ok(columns)
}
