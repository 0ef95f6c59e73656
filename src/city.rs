//! A city: who lives where, which centres there are, and how its tables hang together.

use std::{collections::HashSet, fmt::Write as _, sync::Arc};

use sha2::{Digest, Sha256};

use crate::{
    crs::{Crs, Plane},
    demand::{Demand, check_finite, check_length},
    error::{Error, Result},
    facility::{Facilities, Status},
    layer::{self, Layer},
    town::Towns,
};

/// Everything a question is asked of: demand, facilities and towns on one metric plane.
///
/// A city never changes. A scenario (another centre opens) is a new city that
/// shares the demand and towns of the old one: see [`City::what_if`].
#[derive(Debug, Clone)]
pub struct City {
    demand: Arc<Demand>,
    facilities: Facilities,
    towns: Arc<Towns>,
    frame: Frame,
    layers: Arc<Vec<Layer>>,
    /// The layers that the demand is made of, where it is not the residents.
    layer_name: Option<String>,
    input_hash: String,
}

/// How a city's numbers lie on Earth, and what a reader must be told about them.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The plane of every `xy`.
    pub plane: Plane,
    /// The coordinate system of demand shapes and towns.
    pub crs: Crs,
    /// The coordinate system of facility positions.
    pub facility_crs: Crs,
    /// A warning that travels with every result, such as "synthetic data".
    pub note: Option<String>,
}

impl Frame {
    /// Everything in metres on a plane without a place on Earth.
    #[must_use]
    pub fn metres() -> Self {
        Self { plane: Plane::metres(), crs: Crs::metres(), facility_crs: Crs::metres(), note: None }
    }
}

/// What to change in a scenario; facilities by id or unique name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WhatIf {
    /// Facilities that open.
    pub open: Vec<String>,
    /// Facilities that close.
    pub close: Vec<String>,
    /// New facilities: id, and position in the facilities' coordinate system.
    pub add: Vec<(String, [f64; 2])>,
    /// Facilities that move to another position in their coordinate system.
    pub relocate: Vec<(String, [f64; 2])>,
}

impl City {
    /// A city from its tables.
    ///
    /// # Errors
    /// Every fault of a table: columns of unequal length, repeated ids,
    /// positions that are not finite, negative or non-finite amounts, town rows
    /// that do not exist.
    pub fn new(demand: Demand, facilities: Facilities, towns: Towns, frame: Frame) -> Result<Self> {
        towns.check()?;
        demand.check(towns.len())?;
        facilities.check(towns.len())?;
        let input_hash = input_hash(&demand, &facilities);
        let (demand, towns) = (Arc::new(demand), Arc::new(towns));
        Ok(Self { demand, facilities, towns, frame, layers: Arc::default(), layer_name: None, input_hash })
    }

    /// The committees.
    #[must_use]
    pub fn demand(&self) -> &Demand {
        &self.demand
    }

    /// The centres.
    #[must_use]
    pub fn facilities(&self) -> &Facilities {
        &self.facilities
    }

    /// The towns.
    #[must_use]
    pub fn towns(&self) -> &Towns {
        &self.towns
    }

    /// Plane, coordinate systems and note.
    #[must_use]
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// SHA-256 of ids, positions, people and facilities: two cities with the
    /// same hash give the same answers. Streets and barriers have hashes of their own.
    /// The first 16 hexadecimal digits.
    #[must_use]
    pub fn input_hash(&self) -> &str {
        &self.input_hash
    }

    /// The same city with other facilities open, closed, added or moved.
    ///
    /// An added facility offers every service. This city stays as it is.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a facility that does not exist;
    /// [`Error::Parameter`] for a new id that already does, or a position that
    /// cannot be projected.
    pub fn what_if(&self, change: &WhatIf) -> Result<Self> {
        let mut facilities = self.facilities.clone();
        for (names, status) in [(&change.open, Status::Existing), (&change.close, Status::Closed)] {
            for name in names {
                let row = facilities.row(name)?;
                facilities.status[row] = status;
            }
        }
        for (name, position) in &change.relocate {
            let row = facilities.row(name)?;
            facilities.position[row] = *position;
            facilities.xy[row] = self.onto_plane(*position)?;
        }
        let mut taken: HashSet<String> = facilities.id.iter().cloned().collect();
        for (id, position) in &change.add {
            if !taken.insert(id.clone()) {
                return Err(Error::parameter(
                    "add",
                    id,
                    "a facility with this id exists; move it or choose another id",
                ));
            }
            facilities.xy.push(self.onto_plane(*position)?);
            facilities.id.push(id.clone());
            facilities.name.push(id.clone());
            facilities.position.push(*position);
            facilities.status.push(Status::Existing);
            facilities.town.push(None);
            facilities.services.push((0..facilities.service_names.len() as u16).collect());
            facilities.measures.iter_mut().for_each(|measure| measure.values.push(None));
        }
        facilities.check(self.towns.len())?;
        let input_hash = input_hash(&self.demand, &facilities);
        Ok(Self { facilities, input_hash, ..self.clone() })
    }

    /// Layers of demand beside the residents.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// What the demand is made of, where it is not the residents: "jobs".
    #[must_use]
    pub fn layer_name(&self) -> Option<&str> {
        self.layer_name.as_deref()
    }

    /// The same city with another layer beside the residents; one of the same name is replaced.
    ///
    /// # Errors
    /// [`Error::Length`] for a layer of other committees, [`Error::NotFinite`].
    pub fn with_layer(&self, layer: Layer) -> Result<Self> {
        let rows = self.demand.len();
        check_length("demand", &layer.name, rows, layer.amount.len())?;
        check_length("demand", "points.start", rows + 1, layer.points.start.len())?;
        check_finite("layer", &layer.points.xy)?;
        let mut layers: Vec<Layer> = self.layers.iter().filter(|known| known.name != layer.name).cloned().collect();
        layers.push(layer);
        // Layers answer nothing until they are the demand, and then count in its hash.
        Ok(Self { layers: Arc::new(layers), ..self.clone() })
    }

    /// The same city with the people of these layers as its demand, each counted by a factor.
    ///
    /// A name is that of a layer, `population` for the residents, or a measure of
    /// the committees, which is then where the residents are. Measures are those of
    /// residents, so the new city has none.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a name that is neither; [`Error::Parameter`] for a
    /// factor that is not positive, and for a city that was made so already.
    pub fn layer(&self, parts: &[(String, f64)]) -> Result<Self> {
        if let Some(name) = &self.layer_name {
            return Err(Error::parameter("layer", name, "is this city's demand already; ask the city it came from"));
        }
        let demand = layer::demand_of(&self.demand, &self.layers, parts)?;
        demand.check(self.towns.len())?;
        let input_hash = input_hash(&demand, &self.facilities);
        let layer_name = Some(layer::named(parts));
        Ok(Self { demand: Arc::new(demand), layers: Arc::default(), layer_name, input_hash, ..self.clone() })
    }

    /// Metres on the plane of a position in the facilities' coordinate system.
    pub(crate) fn onto_plane(&self, position: [f64; 2]) -> Result<[f64; 2]> {
        let crs = &self.frame.facility_crs;
        if crs.is_on_earth() { self.frame.plane.forward(crs.to_lonlat(position)?) } else { Ok(position) }
    }

    /// The position in the facilities' coordinate system of metres on the plane.
    pub(crate) fn off_plane(&self, xy: [f64; 2]) -> Result<[f64; 2]> {
        let crs = &self.frame.facility_crs;
        if crs.is_on_earth() { crs.from_lonlat(self.frame.plane.inverse(xy)?) } else { Ok(xy) }
    }
}

/// A digest of everything an answer depends on.
fn input_hash(demand: &Demand, facilities: &Facilities) -> String {
    let mut digest = Sha256::new();
    let text = |digest: &mut Sha256, text: &str| {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text);
    };
    let amounts = |digest: &mut Sha256, values: &[Option<f64>]| {
        // Amounts are never NaN, so its bits can stand for "unknown".
        for value in values {
            digest.update(value.unwrap_or(f64::NAN).to_le_bytes());
        }
    };
    demand.id.iter().for_each(|id| text(&mut digest, id));
    amounts(&mut digest, &demand.population);
    for measure in demand.measures.iter().chain(&facilities.measures) {
        text(&mut digest, &measure.name);
        amounts(&mut digest, &measure.values);
    }
    demand.points.start.iter().for_each(|start| digest.update(start.to_le_bytes()));
    demand.points.share.iter().for_each(|share| digest.update(share.to_le_bytes()));
    for [x, y] in demand.points.xy.iter().chain(&facilities.xy) {
        digest.update(x.to_le_bytes());
        digest.update(y.to_le_bytes());
    }
    facilities.id.iter().for_each(|id| text(&mut digest, id));
    facilities.status.iter().for_each(|status| text(&mut digest, status.word()));
    facilities.service_names.iter().for_each(|name| text(&mut digest, name));
    for services in &facilities.services {
        digest.update((services.len() as u64).to_le_bytes());
        for service in services {
            digest.update(service.to_le_bytes());
        }
    }
    digest.finalize().iter().take(8).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
