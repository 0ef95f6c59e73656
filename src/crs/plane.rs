//! The local metric plane that every distance is measured on.

use std::{fmt, sync::Arc};

use proj4rs::{Proj, transform::transform};
use rayon::prelude::*;

use super::{LONLAT, convert, unknown};
use crate::{
    error::{Error, Result},
    threads,
};

/// Farthest a position may lie east or west of the plane's centre, metres.
///
/// A transverse Mercator with scale 1 on its central meridian stretches lengths
/// by x²/2R² at x metres from it: 0.003 % at 50 km, 0.1 % here.
const HALF_WIDTH_M: f64 = 285_000.0;

/// A local metric plane: easting and northing in metres around a centre.
///
/// A transverse Mercator projection (Karney's Krüger series as in PROJ `tmerc`)
/// on WGS 84 with its origin at the middle of the data and scale 1 there.
/// Across 100 km its lengths are within 0.004 % of those on the ellipsoid.
#[derive(Clone)]
pub struct Plane {
    /// Origin in degrees and the projection; `None` for data given in metres.
    local: Option<([f64; 2], Arc<Proj>)>,
}

/// Planes with the same origin are the same.
impl PartialEq for Plane {
    fn eq(&self, other: &Self) -> bool {
        self.origin() == other.origin()
    }
}

impl Plane {
    /// The plane of data that is already in metres.
    #[must_use]
    pub fn metres() -> Self {
        Self { local: None }
    }

    /// A plane around the middle of these longitudes and latitudes, degrees.
    ///
    /// ```
    /// use linli::crs::Plane;
    ///
    /// let plane = Plane::around(&[[121.3, 31.2], [121.5, 31.3]])?;
    /// let [east_m, north_m] = plane.forward([121.4, 31.26])?;
    /// assert!(east_m.abs() < 1e-6 && (north_m - 1108.6).abs() < 1.0);
    /// # Ok::<(), linli::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Parameter`] when the data is so wide that lengths would be off
    /// by more than 0.1 %: most often two layers in different systems, or with
    /// longitude and latitude swapped in one of them.
    pub fn around(lonlat: &[[f64; 2]]) -> Result<Self> {
        let mut low = [f64::INFINITY; 2];
        let mut high = [f64::NEG_INFINITY; 2];
        for position in lonlat {
            for axis in 0..2 {
                low[axis] = low[axis].min(position[axis]);
                high[axis] = high[axis].max(position[axis]);
            }
        }
        if lonlat.is_empty() {
            return Ok(Self::metres());
        }
        let origin = [f64::midpoint(low[0], high[0]), f64::midpoint(low[1], high[1])];
        let definition = format!(
            "+proj=tmerc +lat_0={} +lon_0={} +k=1 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs",
            origin[1], origin[0]
        );
        let proj = Proj::from_proj_string(&definition).map_err(|_| unknown(&definition))?;
        // Where parallels are longest: the latitude nearest the equator.
        let widest_lat = if low[1] <= 0.0 && high[1] >= 0.0 { 0.0 } else { low[1].abs().min(high[1].abs()) };
        let half_width_m = (high[0] - origin[0]).to_radians() * 6_378_137.0 * widest_lat.to_radians().cos();
        if half_width_m > HALF_WIDTH_M {
            return Err(Error::parameter(
                "extent",
                &format!("{:.0} km from west to east", half_width_m * 2.0 / 1000.0),
                "more than one metric plane can hold to 0.1 %; are longitude and latitude swapped in one \
                 layer, or the layers in different coordinate systems? Otherwise split the area",
            ));
        }
        Ok(Self { local: Some((origin, Arc::new(proj))) })
    }

    /// Origin in degrees; `None` for a plane without a place on Earth.
    #[must_use]
    pub fn origin(&self) -> Option<[f64; 2]> {
        self.local.as_ref().map(|(origin, _)| *origin)
    }

    /// Metres on the plane of a longitude and latitude.
    ///
    /// # Errors
    /// [`Error::Parameter`] when the position cannot be projected.
    pub fn forward(&self, lonlat: [f64; 2]) -> Result<[f64; 2]> {
        let Some((_, proj)) = &self.local else { return Ok(lonlat) };
        convert(&lonlat_proj()?, proj, lonlat).ok_or_else(|| beyond(lonlat))
    }

    /// Longitude and latitude of metres on the plane.
    ///
    /// # Errors
    /// [`Error::Parameter`] when the position cannot be projected back.
    pub fn inverse(&self, xy: [f64; 2]) -> Result<[f64; 2]> {
        let Some((_, proj)) = &self.local else { return Ok(xy) };
        convert(proj, &lonlat_proj()?, xy).ok_or_else(|| beyond(xy))
    }

    /// [`Plane::forward`] for many positions, on all cores.
    ///
    /// # Errors
    /// As [`Plane::forward`], for the first position that fails.
    pub fn forward_all(&self, lonlat: &[[f64; 2]]) -> Result<Vec<[f64; 2]>> {
        const CHUNK: usize = 4096;
        let Some((_, proj)) = &self.local else { return Ok(lonlat.to_vec()) };
        let from = lonlat_proj()?;
        let mut xy = vec![[0.0; 2]; lonlat.len()];
        threads::install(|| {
            xy.par_chunks_mut(CHUNK).zip(lonlat.par_chunks(CHUNK)).try_for_each(|(xy, lonlat)| {
                for (xy, &[lon, lat]) in xy.iter_mut().zip(lonlat) {
                    let mut point = (lon.to_radians(), lat.to_radians(), 0.0);
                    transform(&from, proj, &mut point).map_err(|_| beyond([lon, lat]))?;
                    *xy = [point.0, point.1];
                }
                Ok(())
            })
        })?;
        Ok(xy)
    }
}

impl fmt::Debug for Plane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.origin() {
            Some([lon, lat]) => write!(f, "Plane(metres around {lon}, {lat})"),
            None => write!(f, "Plane(metres)"),
        }
    }
}

pub(super) fn lonlat_proj() -> Result<Proj> {
    Proj::from_proj_string(LONLAT).map_err(|_| unknown(LONLAT))
}

fn beyond([x, y]: [f64; 2]) -> Error {
    Error::parameter("position", &format!("({x}, {y})"), "too far from the rest of the data to be projected")
}

#[cfg(test)]
mod tests {
    use geo::{Distance, Geodesic, Point};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The definition: the geodesic on the ellipsoid.
        #[test]
        fn lengths_across_100_km_are_within_a_tenth_of_a_percent(
            lat in -60.0..60.0_f64,
            a in [-0.45..0.45_f64, -0.45..0.45_f64],
            b in [-0.45..0.45_f64, -0.45..0.45_f64],
        ) {
            let place = |d: [f64; 2]| [121.4 + d[0] / lat.to_radians().cos(), lat + d[1]];
            let (a, b) = (place(a), place(b));
            let plane = Plane::around(&[place([-0.45, -0.45]), place([0.45, 0.45])]).unwrap();
            let (p, q) = (plane.forward(a).unwrap(), plane.forward(b).unwrap());
            let plane_m = (p[0] - q[0]).hypot(p[1] - q[1]);
            let truth_m = Geodesic.distance(Point::from(a), Point::from(b));
            prop_assert!((plane_m - truth_m).abs() <= 1e-3 * truth_m + 1e-6, "{plane_m} {truth_m}");
            let back = plane.inverse(p).unwrap();
            prop_assert!((back[0] - a[0]).abs() < 1e-8 && (back[1] - a[1]).abs() < 1e-8);
        }
    }

    #[test]
    fn layers_on_two_continents_are_refused() {
        let message = Plane::around(&[[121.4, 31.2], [31.2, 61.4]]).unwrap_err().to_string();
        assert!(message.contains("swapped"), "{message}");
    }

    #[test]
    fn many_positions_are_projected_as_one_is() {
        let lonlat: Vec<_> = (0..10_000).map(|i| [121.0 + f64::from(i) * 1e-5, 31.0]).collect();
        let plane = Plane::around(&lonlat).unwrap();
        let xy = plane.forward_all(&lonlat).unwrap();
        for row in [0, 4095, 4096, 9_999] {
            assert_eq!(xy[row], plane.forward(lonlat[row]).unwrap());
        }
    }
}
