//! The embedded district: synthetic, and labelled so wherever it is shown.

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
};

use crate::{
    city::City,
    control::Control,
    error::{Error, Result},
    io::{
        Barriers, Inputs, ReadOptions, Source, StreetOptions, read_barriers, read_city, read_layer, read_streets, save,
    },
    network::StreetNetwork,
};

const COMMITTEES: &str = include_str!("../data/putuo/committees.geojson");
const POINTS: &str = include_str!("../data/putuo/residential_points.geojson");
const CENTERS: &str = include_str!("../data/putuo/centers.geojson");
const WORKPLACES: &str = include_str!("../data/putuo/workplaces.geojson");
const TOWNS: &str = include_str!("../data/putuo/towns.geojson");

/// The streets of the synthetic district, as GeoJSON.
pub const STREETS: &str = include_str!("../data/putuo/streets.geojson");

/// Its barriers to walking — river, railway, expressways — as GeoJSON.
pub const BARRIERS: &str = include_str!("../data/putuo/barriers.geojson");

/// Every file of the district: name and content.
pub const FILES: [(&str, &str); 7] = [
    ("committees.geojson", COMMITTEES),
    ("residential_points.geojson", POINTS),
    ("workplaces.geojson", WORKPLACES),
    ("centers.geojson", CENTERS),
    ("towns.geojson", TOWNS),
    ("streets.geojson", STREETS),
    ("barriers.geojson", BARRIERS),
];

/// The synthetic Putuo district: 264 committees in ten towns, 25 centres.
///
/// Beside the residents it has the layer `jobs`: 512,000 at 599 workplaces. Read
/// once, then shared.
///
/// ```
/// let city = linli::datasets::putuo()?;
/// assert_eq!((city.demand().len(), city.facilities().len(), city.towns().len()), (264, 25, 10));
/// # Ok::<(), linli::Error>(())
/// ```
///
/// # Errors
/// None in a sound build; the type is that of every reader.
pub fn putuo() -> Result<City> {
    static CITY: OnceLock<City> = OnceLock::new();
    if let Some(city) = CITY.get() {
        return Ok(city.clone());
    }
    let inputs = Inputs {
        demand: layer("putuo/committees.geojson", COMMITTEES),
        facilities: layer("putuo/centers.geojson", CENTERS),
        towns: Some(layer("putuo/towns.geojson", TOWNS)),
        points: Some(layer("putuo/residential_points.geojson", POINTS)),
    };
    let city = read_city(&inputs, &ReadOptions::default())?.city;
    let workplaces = layer("putuo/workplaces.geojson", WORKPLACES);
    let (city, _) = read_layer(&city, "jobs", &workplaces, "jobs", &ReadOptions::default())?;
    Ok(CITY.get_or_init(|| city).clone())
}

/// The streets of the synthetic district, on the plane of [`putuo`].
///
/// # Errors
/// As [`putuo`].
pub fn putuo_streets() -> Result<StreetNetwork> {
    let city = putuo()?;
    let source = layer("putuo/streets.geojson", STREETS);
    let read = read_streets(&source, &StreetOptions::default(), Some(&city.frame().plane), &Control::new())?;
    Ok(read.network)
}

/// The river, railway and expressways of the synthetic district.
///
/// # Errors
/// As [`putuo`].
pub fn putuo_barriers() -> Result<Barriers> {
    read_barriers(&layer("putuo/barriers.geojson", BARRIERS), &ReadOptions::default())
}

fn layer(name: &str, text: &str) -> Source {
    Source::Bytes { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
}

/// Write every file of the district into a folder, made if need be, and say which.
///
/// # Errors
/// [`Error::File`] when the folder or a file cannot be written.
pub fn export(folder: &Path) -> Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder).map_err(|error| Error::file("cannot make folder", folder, &error))?;
    let written = FILES.iter().map(|(name, text)| {
        let path = folder.join(name);
        save(&path, text.as_bytes()).map(|()| path)
    });
    written.collect()
}
