//! Layers to a city: one plane, towns found, finer points put into their committees.

use geo::{Coord, Geometry, MapCoords};

use super::{
    ImportReport, Imported, Inputs, ReadOptions, Role,
    columns::check_mapping,
    finer::{count_people, finer_points, refuse_strangers},
    layer::load,
    neighbours::note_neighbours,
    places::{between, check_systems, common_plane, lonlats, on_plane},
    settle::{Settled, name_measures},
    tables::{FacilityRows, demand_rows, facility_rows, point_rows, town_rows},
    towns::{TownBook, note_gcj02, note_renamed},
};
use crate::{
    city::{City, Frame},
    crs::Crs,
    demand::{Demand, DemandPoints},
    error::Result,
    facility::Facilities,
    town::Towns,
};

/// Overlaps and gaps are looked for while reading a city of up to so many committees; a report always looks.
const NEIGHBOURS_UP_TO: usize = 10_000;

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
    let mut committees = demand_rows(&mut demand.layer, &demand.columns);
    name_measures(&mut demand.columns, &committees.rows.measures);
    let demand_crs = demand.accepted()?;
    if committees.rows.id.len() <= NEIGHBOURS_UP_TO {
        note_neighbours(&mut demand.layer, &demand_crs);
    }
    let mut facilities = facilities;
    if facilities.features == 0 && facilities.crs_member.is_none() {
        // Without centres there are no numbers to tell a system from.
        facilities.crs = facilities.crs.or_else(|| Some(demand_crs.clone()));
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
            count_people(&table, &mut committees, &mut points.layer.findings);
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
    note_gcj02(&committees.rows, &town, &book, &demand_crs, &mut demand.layer.findings);

    let homes = lonlats(&committees.rows.place, &demand_crs)?;
    let centre_place = lonlats(&centres.rows.place, &facility_crs)?;
    let finer = point_table.as_ref().map(|(table, crs)| lonlats(&table.place, crs)).transpose()?;
    let plane = common_plane(&demand_crs, &homes, &centre_place, finer.as_deref())?;
    let xy = on_plane(&plane, &homes)?;
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
