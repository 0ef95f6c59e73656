//! A layer on its own: its coordinates decided, its shapes checked, its columns found.

use geo::Geometry;

use super::{
    Columns, ImportReport, Layer, ReadOptions, Role,
    columns::check_mapping,
    crs_choice,
    findings::{At, Refusal},
    neighbours::note_neighbours,
    tables::{demand_rows, facility_rows, point_rows, town_rows},
    towns::{TownBook, note_renamed},
    validity,
};
use crate::{
    crs::Crs,
    demand::Measure,
    error::{Error, Result},
};

/// A layer whose coordinates and columns are settled.
pub(super) struct Settled {
    pub(super) layer: Layer,
    pub(super) columns: Columns,
    pub(super) crs: Option<Crs>,
}

impl Settled {
    pub(super) fn new(mut layer: Layer, role: Role, options: &ReadOptions) -> Self {
        let crs = if layer.findings.is_layer_refused() { None } else { crs_choice::decide(&mut layer, options) };
        if crs.is_some() {
            validity::check(&mut layer, options);
        }
        if layer.features == 0 && !layer.findings.is_layer_refused() {
            layer.findings.note(At::layer(), "empty_layer", "no features", "is this the right file?");
        }
        if layer.findings.is_layer_refused() {
            // Nothing further on may see positions that were not judged.
            layer.shape.iter_mut().for_each(|shape| *shape = None);
            layer.shape_refused.fill(true);
        }
        layer.crs.clone_from(&crs);
        let columns = Columns::of(&layer, role, options);
        Self { layer, columns, crs }
    }

    /// What became of it.
    pub(super) fn report(&self) -> ImportReport {
        ImportReport::of(&self.layer, self.crs.as_ref(), &self.columns)
    }

    /// The layer's system, unless something in it was refused.
    pub(super) fn accepted(&self) -> Result<Crs> {
        let refused = || Error::Rejected { layer: self.layer.name.clone(), issues: self.layer.findings.sorted() };
        if self.layer.findings.any_refused() {
            return Err(refused());
        }
        self.crs.clone().ok_or_else(refused)
    }
}

/// Read one layer and judge it on its own.
pub(super) fn report_on(layer: Layer, role: Option<Role>, options: &ReadOptions) -> Result<ImportReport> {
    let role = role.unwrap_or_else(|| likely_role(&layer));
    let mapping = check_mapping(&[(&layer, role)], options);
    let mut settled = Settled::new(layer, role, options);
    match mapping {
        Err(error @ Error::Unknown { kind: "column", .. }) => {
            let refusal = Refusal::new("column_missing", error.to_string(), "name a column that the file has");
            settled.layer.findings.refuse_layer(At::layer(), refusal);
        }
        other => other?,
    }
    read_fields(&mut settled, role);
    if let (Role::Demand | Role::Towns, Some(crs)) = (role, settled.crs.clone()) {
        note_neighbours(&mut settled.layer, &crs);
    }
    Ok(settled.report())
}

/// Read every field for what it says of the layer.
fn read_fields(settled: &mut Settled, role: Role) {
    let Settled { layer, columns, .. } = settled;
    match role {
        Role::Demand => {
            let table = demand_rows(layer, columns);
            TownBook::from_data(&[&table.rows], &mut layer.findings);
            name_measures(columns, &table.rows.measures);
        }
        Role::Facilities => {
            let table = facility_rows(layer, columns);
            name_measures(columns, &table.rows.measures);
        }
        Role::Towns => {
            let named = town_rows(layer, columns);
            note_renamed(&named.name, &mut layer.findings);
        }
        Role::Points => {
            point_rows(layer, columns);
        }
    }
}

/// Measures under their own names are columns that were read, too.
pub(super) fn name_measures(columns: &mut Columns, measures: &[Measure]) {
    for measure in measures {
        if columns.column(&measure.name).is_none() {
            columns.found.push((measure.name.clone(), measure.name.clone()));
        }
    }
}

/// What a layer is, told from its columns.
fn likely_role(layer: &Layer) -> Role {
    let options = ReadOptions::default();
    let has = |role, field| Columns::of(layer, role, &options).column(field).is_some();
    let is_points = !layer.shape.is_empty()
        && layer.shape.iter().all(|shape| shape.as_ref().is_none_or(|shape| matches!(shape, Geometry::Point(_))));
    if has(Role::Facilities, "services") || has(Role::Facilities, "status") || has(Role::Facilities, "capacity") {
        Role::Facilities
    } else if is_points && layer.column("committee").is_some() && has(Role::Points, "population") {
        Role::Points
    } else if !has(Role::Demand, "name") && !has(Role::Demand, "id") && has(Role::Towns, "name") {
        Role::Towns
    } else {
        Role::Demand
    }
}
