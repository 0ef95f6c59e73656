//! The city and its tables; see `linli.City`.

use std::{collections::BTreeMap, sync::Arc};

use numpy::PyArray2;
use pyo3::{prelude::*, types::PyDict};

use super::{
    OrRaise,
    assignment::Assignment,
    convert,
    coverage::Coverage,
    detached,
    layers::{Source, options},
    proposal::{Ask, Proposal},
    report,
    walk::Walk,
};
use crate::{
    assign::{Rule, nearest},
    city::{self, WhatIf},
    coverage::{Question, coverage},
    demand::Measure,
    io::{self, Inputs},
    standard::Standard,
};

/// Demand, facilities and towns on one metric plane.
#[pyclass(frozen, module = "linli._linli")]
pub(super) struct City {
    city: Arc<city::City>,
}

impl City {
    pub(super) fn new(city: city::City) -> Self {
        Self { city: Arc::new(city) }
    }

    pub(super) fn shared(&self) -> Arc<city::City> {
        Arc::clone(&self.city)
    }
}

/// A question from its parts.
pub(super) fn question(
    minutes: f64,
    speed_m_per_s: f64,
    service: Option<String>,
    group: Option<String>,
) -> PyResult<Question> {
    Ok(Question { standard: Standard::new(minutes, speed_m_per_s).or_raise()?, service, group, speeds: vec![] })
}

#[pymethods]
impl City {
    /// Read a city, and say of each layer what was accepted, repaired and noted.
    #[staticmethod]
    #[pyo3(signature = (demand, facilities, *, towns=None, points=None, crs=None, columns=None, swap_axes=false,
                        repair=false))]
    #[allow(clippy::too_many_arguments)]
    fn read<'py>(
        py: Python<'py>,
        demand: Source<'py>,
        facilities: Source<'py>,
        towns: Option<Source<'py>>,
        points: Option<Source<'py>>,
        crs: Option<&str>,
        columns: Option<BTreeMap<String, String>>,
        swap_axes: bool,
        repair: bool,
    ) -> PyResult<(Self, Vec<Bound<'py, PyDict>>)> {
        let options = options(crs, columns, swap_axes, repair)?;
        let inputs = Inputs {
            demand: demand.take(),
            facilities: facilities.take(),
            towns: towns.map(Source::take),
            points: points.map(Source::take),
        };
        let imported = detached::owned(py, move |_| io::read_city(&inputs, &options))?;
        let reports = imported.reports.iter().map(|layer| report::as_dict(py, layer)).collect::<PyResult<Vec<_>>>()?;
        Ok((Self::new(imported.city), reports))
    }

    /// Rows of demand, facilities and towns.
    #[getter]
    fn counts(&self) -> (usize, usize, usize) {
        (self.city.demand().len(), self.city.facilities().len(), self.city.towns().len())
    }

    /// People whose number is known.
    #[getter]
    fn people(&self) -> f64 {
        self.city.demand().population.iter().flatten().fold(0.0, |sum, people| sum + people)
    }

    /// Coordinate systems of demand and facilities.
    #[getter]
    fn crs(&self) -> (&str, &str) {
        (self.city.frame().crs.name(), self.city.frame().facility_crs.name())
    }

    #[getter]
    fn note(&self) -> Option<&str> {
        self.city.frame().note.as_deref()
    }

    #[getter]
    fn input_hash(&self) -> &str {
        self.city.input_hash()
    }

    #[getter]
    fn services(&self) -> Vec<String> {
        self.city.facilities().service_names.clone()
    }

    #[getter]
    fn groups(&self) -> Vec<String> {
        self.city.demand().measures.iter().map(|measure| measure.name.clone()).collect()
    }

    /// Columns of the demand table.
    fn demand<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let demand = self.city.demand();
        let columns = PyDict::new(py);
        columns.set_item("id", &demand.id)?;
        columns.set_item("name", &demand.name)?;
        columns.set_item("town", self.town_names(&demand.town))?;
        columns.set_item("population", convert::amounts(py, demand.population.iter().copied()))?;
        set_measures(py, &columns, &demand.measures)?;
        Ok(columns)
    }

    /// Shapes of the demand table as well-known binary.
    fn demand_shapes<'py>(&self, py: Python<'py>) -> PyResult<Vec<Option<Bound<'py, pyo3::types::PyBytes>>>> {
        convert::shapes(py, &self.city.demand().shape)
    }

    /// Columns of the facilities table.
    fn facilities<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let facilities = self.city.facilities();
        let service = |&place: &u16| facilities.service_names[usize::from(place)].as_str();
        let services: Vec<Vec<&str>> =
            facilities.services.iter().map(|offered| offered.iter().map(service).collect()).collect();
        let statuses: Vec<&str> = facilities.status.iter().map(|status| status.word()).collect();
        let columns = PyDict::new(py);
        columns.set_item("id", &facilities.id)?;
        columns.set_item("name", &facilities.name)?;
        columns.set_item("town", self.town_names(&facilities.town))?;
        columns.set_item("status", statuses)?;
        columns.set_item("services", services)?;
        set_measures(py, &columns, &facilities.measures)?;
        Ok(columns)
    }

    /// Positions of the facilities in their coordinate system.
    fn facility_positions<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray2<f64>> {
        PyArray2::from_owned_array(py, numpy::ndarray::Array2::from(self.city.facilities().position.clone()))
    }

    /// Columns of the towns table.
    fn towns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        columns.set_item("id", &self.city.towns().id)?;
        columns.set_item("name", &self.city.towns().name)?;
        Ok(columns)
    }

    /// Outlines of the towns as well-known binary.
    fn town_shapes<'py>(&self, py: Python<'py>) -> PyResult<Vec<Option<Bound<'py, pyo3::types::PyBytes>>>> {
        convert::shapes(py, &self.city.towns().shape)
    }

    /// The same city with other facilities open, closed, added or moved.
    fn what_if(
        &self,
        py: Python<'_>,
        open: Vec<String>,
        close: Vec<String>,
        add: Vec<(String, [f64; 2])>,
        relocate: Vec<(String, [f64; 2])>,
    ) -> PyResult<Self> {
        let change = WhatIf { open, close, add, relocate };
        let before = Arc::clone(&self.city);
        let city = detached::owned(py, move |_| before.what_if(&change))?;
        Ok(Self::new(city))
    }

    /// The same city with another layer of demand beside the residents, and its report.
    #[pyo3(signature = (name, layer, weight, *, crs=None, columns=None, swap_axes=false))]
    #[allow(clippy::too_many_arguments)]
    fn with_layer<'py>(
        &self,
        py: Python<'py>,
        name: String,
        layer: Source<'py>,
        weight: String,
        crs: Option<&str>,
        columns: Option<BTreeMap<String, String>>,
        swap_axes: bool,
    ) -> PyResult<(Self, Bound<'py, PyDict>)> {
        let options = options(crs, columns, swap_axes, false)?;
        let (before, source) = (Arc::clone(&self.city), layer.take());
        let (city, told) = detached::owned(py, move |_| io::read_layer(&before, &name, &source, &weight, &options))?;
        Ok((Self::new(city), report::as_dict(py, &told)?))
    }

    /// The same city with these layers as its demand.
    fn layer(&self, parts: Vec<(String, f64)>) -> PyResult<Self> {
        Ok(Self::new(self.city.layer(&parts).or_raise()?))
    }

    /// Names of the layers beside the residents, and people in each.
    #[getter]
    fn layers(&self) -> Vec<(String, f64)> {
        let sum = |layer: &crate::layer::Layer| layer.amount.iter().flatten().fold(0.0, |sum, here| sum + here);
        self.city.layers().iter().map(|layer| (layer.name.clone(), sum(layer))).collect()
    }

    /// What the demand is made of, where it is not the residents.
    #[getter]
    fn layer_name(&self) -> Option<&str> {
        self.city.layer_name()
    }

    /// The row of a facility, by id or unique name.
    fn facility_row(&self, id_or_name: &str) -> PyResult<usize> {
        self.city.facilities().row(id_or_name).or_raise()
    }

    /// Who is within the standard of a centre.
    #[pyo3(signature = (walk, *, minutes, speed_m_per_s, speeds, service=None, group=None))]
    #[allow(clippy::too_many_arguments)]
    fn coverage(
        &self,
        py: Python<'_>,
        walk: &Walk,
        minutes: f64,
        speed_m_per_s: f64,
        speeds: Vec<(String, f64)>,
        service: Option<String>,
        group: Option<String>,
    ) -> PyResult<Coverage> {
        let question = Question { speeds, ..question(minutes, speed_m_per_s, service, group)? };
        let (city, walk) = (Arc::clone(&self.city), walk.shared());
        detached::owned(py, move |control| {
            let found = coverage(&city, walk.as_ref(), &question, control)?;
            Ok(Coverage::new(city, walk, question, found))
        })
    }

    /// Where the next centres should go.
    fn site(&self, py: Python<'_>, walk: &Walk, ask: &Ask) -> PyResult<Proposal> {
        Proposal::ask(py, Arc::clone(&self.city), walk.shared(), ask)
    }

    /// Which committee belongs to which centre.
    #[pyo3(signature = (walk, *, speed_m_per_s, minutes=None, service=None, group=None))]
    fn assign(
        &self,
        py: Python<'_>,
        walk: &Walk,
        speed_m_per_s: f64,
        minutes: Option<f64>,
        service: Option<String>,
        group: Option<String>,
    ) -> PyResult<Assignment> {
        let rule = Rule { minutes, speed_m_per_s, service, group };
        let (city, walk) = (Arc::clone(&self.city), walk.shared());
        detached::owned(py, move |control| {
            let found = nearest(&city, walk.as_ref(), &rule, control)?;
            Ok(Assignment::new(city, found))
        })
    }
}

impl City {
    fn town_names(&self, towns: &[Option<u32>]) -> Vec<Option<&str>> {
        let names = &self.city.towns().name;
        towns.iter().map(|town| town.map(|town| names[town as usize].as_str())).collect()
    }
}

fn set_measures(py: Python<'_>, columns: &Bound<'_, PyDict>, measures: &[Measure]) -> PyResult<()> {
    measures
        .iter()
        .try_for_each(|measure| columns.set_item(&measure.name, convert::amounts(py, measure.values.iter().copied())))
}
