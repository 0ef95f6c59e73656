//! A layer of places of the caller's own, such as where centres could be built.

use super::{ReadOptions, Role, Source, layer::load, settle::Settled, tables::facility_rows};
use crate::{
    city::City,
    error::{Error, Result},
    proposal::Place,
};

/// Read places where centres may stand, as positions in the system of a city's facilities.
///
/// The layer is read like one of facilities: points, or outlines by a point
/// inside, with `id` and `name` where it has them.
///
/// # Errors
/// As [`read_city`](super::read_city) for a layer; [`Error::Parameter`] when
/// the layer is in metres of a plane and the city is not, or the other way round.
pub fn read_places(source: &Source, options: &ReadOptions, city: &City) -> Result<Vec<Place>> {
    // Columns are those that were named for the city's layers; these have their own.
    let options = ReadOptions { columns: std::collections::BTreeMap::new(), ..options.clone() };
    let mut layer = Settled::new(load(source)?, Role::Facilities, &options);
    let centres = facility_rows(&mut layer.layer, &layer.columns);
    let from = layer.accepted()?;
    let to = &city.frame().facility_crs;
    if from.is_on_earth() != to.is_on_earth() {
        let rule = format!("the facilities are in {}; only one of the two has a place on Earth", to.name());
        return Err(Error::parameter("candidates", &from.name(), &rule));
    }
    let mut places = vec![];
    for ((id, name), place) in centres.rows.id.into_iter().zip(centres.rows.name).zip(centres.rows.place) {
        let Some(position) = place else { continue };
        let position =
            if from == *to || !to.is_on_earth() { position } else { to.from_lonlat(from.to_lonlat(position)?)? };
        places.push(Place { id, name, position });
    }
    Ok(places)
}
