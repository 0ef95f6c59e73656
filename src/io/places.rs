//! Places from each layer's own system to one plane.

use crate::{
    crs::{Crs, Plane},
    error::{Error, Result},
};

/// A position of each row, where it has one.
pub(super) type Places = Vec<Option<[f64; 2]>>;

/// Metres without a place on Earth go only with their like.
pub(super) fn check_systems(systems: &[&Crs]) -> Result<()> {
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
pub(super) fn between(places: &[Option<[f64; 2]>], from: &Crs, to: &Crs) -> Result<Places> {
    if from == to || !from.is_on_earth() {
        return Ok(places.to_vec());
    }
    places.iter().map(|place| place.map(|place| to.from_lonlat(from.to_lonlat(place)?)).transpose()).collect()
}

/// Longitudes and latitudes; metres without a place on Earth stay as they are.
pub(super) fn lonlats(places: &[Option<[f64; 2]>], crs: &Crs) -> Result<Places> {
    if !crs.is_on_earth() {
        return Ok(places.to_vec());
    }
    places.iter().map(|place| place.map(|place| crs.to_lonlat(place)).transpose()).collect()
}

/// One plane for all layers; where they lie too far apart, say where each is.
pub(super) fn common_plane(
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

/// Metres on the plane.
pub(super) fn on_plane(plane: &Plane, places: &[Option<[f64; 2]>]) -> Result<Places> {
    let known: Vec<[f64; 2]> = places.iter().flatten().copied().collect();
    let mut xy = plane.forward_all(&known)?.into_iter();
    Ok(places.iter().map(|place| place.and_then(|_| xy.next())).collect())
}
