//! Layers to a city: one plane, towns found, finer points put into their committees.

use std::collections::HashMap;

use geo::{Coord, Geometry, MapCoords};

use super::{
    Columns, ImportReport, Imported, Inputs, Layer, ReadOptions, Role,
    columns::check_mapping,
    crs_choice,
    findings::{At, Findings, Refusal},
    ids::name_key,
    layer::load,
    overlaps::note_overlaps,
    tables::{DemandRows, FacilityRows, PointRows, demand_rows, facility_rows, point_rows, town_rows},
    towns::{TownBook, note_renamed},
    validity,
};
use crate::{
    city::{City, Frame},
    crs::{Crs, Plane},
    demand::{Demand, DemandPoints},
    error::{Error, Result},
    facility::Facilities,
    town::Towns,
};

/// Overlaps are looked for while reading a city of up to so many committees; a report always looks.
const OVERLAPS_UP_TO: usize = 2_000;

/// A layer whose coordinates and columns are settled.
struct Settled {
    layer: Layer,
    columns: Columns,
    crs: Option<Crs>,
}

impl Settled {
    fn new(mut layer: Layer, role: Role, options: &ReadOptions) -> Self {
        let crs = if layer.findings.is_layer_refused() { None } else { crs_choice::decide(&mut layer, options) };
        if crs.is_some() {
            validity::check(&mut layer, options);
        }
        if layer.features == 0 && !layer.findings.is_layer_refused() {
            layer.findings.note(At::layer(), "empty_layer", "no features", "is this the right file?");
        }
        let columns = Columns::of(&layer, role, options);
        Self { layer, columns, crs }
    }

    fn report(&self) -> ImportReport {
        ImportReport::of(&self.layer, self.crs.as_ref(), &self.columns)
    }

    /// The layer's system, unless something in it was refused.
    fn accepted(&self) -> Result<Crs> {
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
        note_overlaps(&mut settled.layer, &crs);
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
fn name_measures(columns: &mut Columns, measures: &[crate::demand::Measure]) {
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
    } else {
        Role::Demand
    }
}

/// Read a city from its layers; see [`super::read_city`].
pub(super) fn read_city(inputs: &Inputs, options: &ReadOptions) -> Result<Imported> {
    check_mapping(&[], options)?;
    let demand = load(&inputs.demand)?;
    let facilities = load(&inputs.facilities)?;
    let towns = inputs.towns.as_ref().map(load).transpose()?;
    let points = inputs.points.as_ref().map(load).transpose()?;
    let mut layers = vec![(&demand, Role::Demand), (&facilities, Role::Facilities)];
    layers.extend(towns.iter().map(|layer| (layer, Role::Towns)));
    layers.extend(points.iter().map(|layer| (layer, Role::Points)));
    check_mapping(&layers, options)?;

    let mut demand = Settled::new(demand, Role::Demand, options);
    let committees = demand_rows(&mut demand.layer, &demand.columns);
    name_measures(&mut demand.columns, &committees.rows.measures);
    let demand_crs = demand.accepted()?;
    if committees.rows.id.len() <= OVERLAPS_UP_TO {
        note_overlaps(&mut demand.layer, &demand_crs);
    }
    let mut facilities = Settled::new(facilities, Role::Facilities, options);
    let centres = facility_rows(&mut facilities.layer, &facilities.columns);
    name_measures(&mut facilities.columns, &centres.rows.measures);
    let facility_crs = facilities.accepted()?;
    let mut towns = towns.map(|layer| Settled::new(layer, Role::Towns, options));
    let town_table = towns.as_mut().map(|towns| town_table(towns, &demand_crs)).transpose()?;
    let mut points = points.map(|layer| Settled::new(layer, Role::Points, options));
    let point_table = match &mut points {
        Some(points) => {
            let table = point_rows(&mut points.layer, &points.columns);
            refuse_strangers(&table, &committees, &mut points.layer);
            Some((table, points.accepted()?))
        }
        None => None,
    };

    let mut systems = vec![&demand_crs, &facility_crs];
    systems.extend(point_table.as_ref().map(|(_, crs)| crs));
    check_systems(&systems)?;
    let book = match town_table {
        Some(table) => TownBook::new(table),
        None => TownBook::from_data(&[&committees.rows, &centres.rows], &mut demand.layer.findings),
    };
    let centre_places = between(&centres.rows.place, &facility_crs, &demand_crs)?;
    let town = book.of_rows(&committees.rows, &committees.rows.place, "committee(s)", &mut demand.layer.findings);
    let centre_town = book.of_rows(&centres.rows, &centre_places, "centre(s)", &mut facilities.layer.findings);
    note_gcj02(&committees, &town, &book, &demand_crs, &mut demand.layer.findings);

    let place = lonlats(&committees.rows.place, &demand_crs)?;
    let centre_place = lonlats(&centres.rows.place, &facility_crs)?;
    let finer = point_table.as_ref().map(|(table, crs)| lonlats(&table.place, crs)).transpose()?;
    let plane = common_plane(&demand_crs, &place, &centre_place, finer.as_deref())?;
    let xy = on_plane(&plane, &place)?;
    let centre_xy: Vec<[f64; 2]> = on_plane(&plane, &centre_place)?.into_iter().flatten().collect();
    let demand_points = match (&point_table, finer) {
        (Some((table, _)), Some(finer)) => {
            let finer = on_plane(&plane, &finer)?;
            let findings = points.as_mut().map(|points| &mut points.layer.findings);
            finer_points(table, &finer, &committees, &xy, findings)
        }
        _ => DemandPoints::one_each(xy),
    };

    let reports: Vec<ImportReport> = [Some(&demand), Some(&facilities), towns.as_ref(), points.as_ref()]
        .into_iter()
        .flatten()
        .map(Settled::report)
        .collect();
    let frame = Frame { plane, crs: demand_crs, facility_crs, note: demand.layer.note.clone() };
    let demand = Demand {
        id: committees.rows.id,
        name: committees.rows.name,
        town,
        population: committees.population,
        measures: committees.rows.measures,
        shape: demand.layer.shape,
        points: demand_points,
    };
    let city = City::new(demand, facility_table(centres, centre_xy, centre_town), book.towns, frame)?;
    Ok(Imported { city, reports })
}

fn facility_table(centres: FacilityRows, xy: Vec<[f64; 2]>, town: Vec<Option<u32>>) -> Facilities {
    let FacilityRows { rows, status, services, service_names } = centres;
    Facilities {
        id: rows.id,
        name: rows.name,
        position: rows.place.into_iter().flatten().collect(),
        xy,
        status,
        town,
        services,
        service_names,
        measures: rows.measures,
    }
}

/// Town outlines in the system of the committees.
fn town_table(towns: &mut Settled, demand_crs: &Crs) -> Result<Towns> {
    let named = town_rows(&mut towns.layer, &towns.columns);
    note_renamed(&named.name, &mut towns.layer.findings);
    let crs = towns.accepted()?;
    check_systems(&[demand_crs, &crs])?;
    let convert = |shape: &Geometry<f64>| {
        shape.try_map_coords(|Coord { x, y }| {
            demand_crs.from_lonlat(crs.to_lonlat([x, y])?).map(|[x, y]| Coord { x, y })
        })
    };
    let shape = if crs == *demand_crs || !crs.is_on_earth() {
        towns.layer.shape.clone()
    } else {
        towns.layer.shape.iter().map(|shape| shape.as_ref().map(convert).transpose()).collect::<Result<_>>()?
    };
    Ok(Towns { id: named.id, name: named.name, shape })
}

/// Metres without a place on Earth go only with their like.
fn check_systems(systems: &[&Crs]) -> Result<()> {
    let on_earth = systems.iter().filter(|crs| crs.is_on_earth()).count();
    if on_earth == 0 || on_earth == systems.len() {
        return Ok(());
    }
    let names: Vec<&str> = systems.iter().map(|crs| crs.name()).collect();
    Err(Error::parameter(
        "crs",
        &names.join(", "),
        "a layer in METRES has no place on Earth; give all layers in METRES, or none",
    ))
}

/// Places from one system to another.
fn between(places: &[Option<[f64; 2]>], from: &Crs, to: &Crs) -> Result<Vec<Option<[f64; 2]>>> {
    if from == to || !from.is_on_earth() {
        return Ok(places.to_vec());
    }
    places.iter().map(|place| place.map(|place| to.from_lonlat(from.to_lonlat(place)?)).transpose()).collect()
}

/// Longitudes and latitudes; metres without a place on Earth stay as they are.
fn lonlats(places: &[Option<[f64; 2]>], crs: &Crs) -> Result<Vec<Option<[f64; 2]>>> {
    if !crs.is_on_earth() {
        return Ok(places.to_vec());
    }
    places.iter().map(|place| place.map(|place| crs.to_lonlat(place)).transpose()).collect()
}

/// One plane for all layers; where they lie too far apart, say where each is.
fn common_plane(
    crs: &Crs,
    committees: &[Option<[f64; 2]>],
    centres: &[Option<[f64; 2]>],
    points: Option<&[Option<[f64; 2]>]>,
) -> Result<Plane> {
    if !crs.is_on_earth() {
        return Ok(Plane::metres());
    }
    let layers = [("committees", Some(committees)), ("centres", Some(centres)), ("points", points)];
    let all: Vec<[f64; 2]> = layers.iter().filter_map(|(_, places)| *places).flatten().flatten().copied().collect();
    Plane::around(&all).map_err(|error| match error {
        Error::Parameter { parameter: "extent", value, rule } => {
            let middle = |(what, places): &(&str, Option<&[Option<[f64; 2]>]>)| {
                let places: Vec<[f64; 2]> = places.iter().copied().flatten().flatten().copied().collect();
                let count = places.len().max(1) as f64;
                let [lon, lat] = places.iter().fold([0.0, 0.0], |sum, place| [sum[0] + place[0], sum[1] + place[1]]);
                (!places.is_empty()).then(|| format!("the {what} lie around ({:.3}, {:.3})", lon / count, lat / count))
            };
            let wheres: Vec<String> = layers.iter().filter_map(middle).collect();
            Error::Parameter { parameter: "extent", value, rule: format!("{rule}; {}", wheres.join(", ")) }
        }
        other => other,
    })
}

fn on_plane(plane: &Plane, places: &[Option<[f64; 2]>]) -> Result<Vec<Option<[f64; 2]>>> {
    let known: Vec<[f64; 2]> = places.iter().flatten().copied().collect();
    let mut xy = plane.forward_all(&known)?.into_iter();
    Ok(places.iter().map(|place| place.and_then(|_| xy.next())).collect())
}

/// Committees by id, and by name where one alone bears it.
fn committee_rows(committees: &DemandRows) -> HashMap<String, Option<usize>> {
    let mut rows: HashMap<String, Option<usize>> = HashMap::new();
    for (row, name) in committees.rows.name.iter().enumerate() {
        rows.entry(name_key(name)).and_modify(|known| *known = None).or_insert(Some(row));
    }
    for (row, id) in committees.rows.id.iter().enumerate() {
        rows.insert(name_key(id), Some(row));
    }
    rows
}

/// Refuse points of committees that do not exist.
fn refuse_strangers(points: &PointRows, committees: &DemandRows, layer: &mut Layer) {
    let known = committee_rows(committees);
    for (row, committee) in points.committee.iter().enumerate() {
        let Some(committee) = committee else { continue };
        let cause = match known.get(&name_key(committee)) {
            Some(Some(_)) => continue,
            Some(None) => format!("several committees are called {committee:?}"),
            None => format!("no committee has the id or name {committee:?}"),
        };
        let at = layer.at(row);
        let fix = "give the id of a committee in the demand layer";
        layer.findings.refuse(at, Refusal::new("committee_unknown", cause, fix));
    }
}

/// Finer points under their committees; a committee without any keeps the point inside its shape.
fn finer_points(
    points: &PointRows,
    xy: &[Option<[f64; 2]>],
    committees: &DemandRows,
    own: &[Option<[f64; 2]>],
    findings: Option<&mut Findings>,
) -> DemandPoints {
    /// Largest difference between a committee and its points that is rounding.
    const TOLERANCE: f64 = 0.005;
    let known = committee_rows(committees);
    let mut rows: Vec<Vec<([f64; 2], f64)>> = vec![vec![]; committees.rows.id.len()];
    for ((committee, xy), people) in points.committee.iter().zip(xy).zip(&points.population) {
        let row = committee.as_ref().and_then(|committee| known.get(&name_key(committee)).copied().flatten());
        if let (Some(points), Some(xy)) = (row.and_then(|row| rows.get_mut(row)), xy) {
            points.push((*xy, people.unwrap_or(0.0)));
        }
    }
    let differences = rows.iter().zip(&committees.population).enumerate().filter_map(|(row, (points, people))| {
        let people = (*people)?;
        let sum: f64 = points.iter().map(|(_, people)| people).sum();
        let differs = !points.is_empty() && (sum - people).abs() > TOLERANCE * people;
        differs.then_some((row, sum, people))
    });
    let differences: Vec<(usize, f64, f64)> = differences.collect();
    let worst = differences.iter().max_by(|a, b| (a.1 - a.2).abs().total_cmp(&(b.1 - b.2).abs()));
    if let (Some(findings), Some((row, sum, people))) = (findings, worst) {
        let name = committees.rows.name.get(*row).map(String::as_str).unwrap_or_default();
        let cause = format!(
            "in {} committee(s) the points' people differ from the committee's by more than 0.5 %; most in {name}: {sum} against {people}",
            differences.len()
        );
        findings.note(At::layer(), "points_sum", cause, "the committee's number counts; points only share it out");
    }
    let with_own = rows.into_iter().zip(own).map(|(points, own)| match own {
        Some(xy) if points.is_empty() => vec![(*xy, 1.0)],
        _ => points,
    });
    DemandPoints::grouped(with_own)
}

/// Say when committees fit their towns only after taking the offset of Chinese web maps away.
fn note_gcj02(committees: &DemandRows, town: &[Option<u32>], book: &TownBook, crs: &Crs, findings: &mut Findings) {
    const OUTSIDE_NOW: f64 = 0.20;
    const OUTSIDE_THEN: f64 = 0.05;
    let Ok(web_map) = Crs::parse("GCJ-02") else { return };
    if !crs.is_lonlat() {
        return;
    }
    let (mut compared, mut outside_now, mut outside_then) = (0, 0, 0);
    for (row, place) in committees.rows.place.iter().enumerate() {
        let is_named = committees.rows.town.get(row).is_some_and(Option::is_some);
        let outline = town.get(row).copied().flatten().and_then(|town| book.towns.shape.get(town as usize)?.as_ref());
        let (true, Some(place), Some(outline)) = (is_named, place, outline) else { continue };
        let holds = |place: [f64; 2]| geo::Intersects::intersects(outline, &geo::Point::from(place));
        compared += 1;
        outside_now += usize::from(!holds(*place));
        outside_then += usize::from(!web_map.to_lonlat(*place).is_ok_and(holds));
    }
    let share = |count: usize| count as f64 / f64::from(u32::try_from(compared).unwrap_or(u32::MAX).max(1));
    if compared > 0 && share(outside_now) > OUTSIDE_NOW && share(outside_then) <= OUTSIDE_THEN {
        let cause = format!(
            "{outside_now} of {compared} committees lie outside the town they name; read as GCJ-02 only {outside_then} do"
        );
        findings.note(At::layer(), "maybe_gcj02", cause, "if the file comes from a Chinese web map, pass crs = GCJ-02");
    }
}
