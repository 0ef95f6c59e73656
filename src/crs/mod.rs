//! Coordinate systems: what the caller's numbers mean, and the metres we compute in.
//!
//! Input is taken to longitude and latitude on WGS 84 by [`Crs`], from there to
//! a local metric [`Plane`], and results go back the same way.

mod gcj02;
mod plane;

use std::{fmt, sync::Arc};

use proj4rs::{Proj, transform::transform};

pub use plane::Plane;

use plane::lonlat_proj;

use crate::error::{Error, Result};

/// Longitude and latitude in degrees, WGS 84.
const LONLAT: &str = "+proj=longlat +datum=WGS84 +no_defs";

/// The Shanghai city grid (上海城市坐标系): a transverse Mercator on Krasovsky's
/// ellipsoid. The parameters are not published officially; these place known
/// points within 30 m, so they serve planning and not surveying.
const SHANGHAI_LOCAL: &str = "+proj=tmerc +lat_0=0 +lon_0=121.4671519444444 +k=1 +x_0=8 \
                              +y_0=-3457143.04 +ellps=krass +units=m +no_defs";

/// What a pair of input numbers means.
#[derive(Clone)]
pub struct Crs {
    name: Arc<str>,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    /// Degrees on WGS 84 or CGCS2000, which agree within a metre.
    LonLat,
    /// Degrees with the offset of Chinese web maps.
    Gcj02,
    /// Anything else with a definition.
    Defined(Arc<Proj>),
    /// Metres on a plane that has no place on Earth.
    Metres,
}

impl Crs {
    /// Longitude and latitude on WGS 84 (OGC:CRS84), the default of RFC 7946.
    #[must_use]
    pub fn lonlat() -> Self {
        Self { name: "OGC:CRS84".into(), kind: Kind::LonLat }
    }

    /// Easting and northing in metres without a place on Earth.
    #[must_use]
    pub fn metres() -> Self {
        Self { name: "METRES".into(), kind: Kind::Metres }
    }

    /// A coordinate system by name: `EPSG:4549`, `urn:ogc:def:crs:EPSG::4490`,
    /// `CRS84`, `WGS84`, `CGCS2000`, `GCJ-02`, `SHANGHAI_LOCAL`, `METRES`, or a
    /// PROJ string that starts with `+proj`.
    ///
    /// ```
    /// use linli::crs::Crs;
    ///
    /// let gauss_kruger = Crs::parse("EPSG:4549")?;
    /// let [lon, lat] = gauss_kruger.to_lonlat([629_877.27, 3_463_008.75])?;
    /// assert!((lon - 121.363877).abs() < 1e-6 && (lat - 31.281692).abs() < 1e-6);
    /// # Ok::<(), linli::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Parameter`] when the name is not known.
    pub fn parse(name: &str) -> Result<Self> {
        let trimmed = name.trim();
        let upper = trimmed.to_ascii_uppercase();
        let kind = match upper.as_str() {
            "WGS84" | "CRS84" | "OGC:CRS84" | "CGCS2000" | "URN:OGC:DEF:CRS:OGC:1.3:CRS84" => Kind::LonLat,
            "GCJ02" | "GCJ-02" => Kind::Gcj02,
            "SHANGHAI_LOCAL" | "SHANGHAI-LOCAL" => defined(trimmed, SHANGHAI_LOCAL)?,
            "METRES" | "METERS" => Kind::Metres,
            _ if trimmed.starts_with("+proj") => defined(trimmed, trimmed)?,
            _ => match epsg_code(&upper) {
                Some(4326 | 4490 | 4979) => Kind::LonLat,
                Some(code) => {
                    let proj = Proj::from_epsg_code(code).map_err(|_| unknown(trimmed))?;
                    return Ok(Self { name: format!("EPSG:{code}").into(), kind: Kind::Defined(Arc::new(proj)) });
                }
                None => return Err(unknown(trimmed)),
            },
        };
        let name = epsg_code(&upper).map_or_else(|| trimmed.to_owned(), |code| format!("EPSG:{code}"));
        Ok(Self { name: name.into(), kind })
    }

    /// The name, such as `EPSG:4549`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the numbers are degrees of longitude and latitude.
    #[must_use]
    pub fn is_geographic(&self) -> bool {
        match &self.kind {
            Kind::LonLat | Kind::Gcj02 => true,
            Kind::Defined(proj) => proj.is_latlong(),
            Kind::Metres => false,
        }
    }

    /// Whether the numbers have a place on Earth at all.
    #[must_use]
    pub fn is_on_earth(&self) -> bool {
        !matches!(self.kind, Kind::Metres)
    }

    /// Whether positions are already longitude and latitude on WGS 84.
    #[must_use]
    pub fn is_lonlat(&self) -> bool {
        matches!(self.kind, Kind::LonLat)
    }

    /// Longitude and latitude on WGS 84, degrees.
    ///
    /// # Errors
    /// [`Error::Parameter`] when the position lies outside the system's range,
    /// or the system has no place on Earth.
    pub fn to_lonlat(&self, position: [f64; 2]) -> Result<[f64; 2]> {
        let lonlat = match &self.kind {
            Kind::LonLat => Some(position),
            Kind::Gcj02 => Some(gcj02::to_wgs84(position)),
            Kind::Defined(proj) => convert(proj, &lonlat_proj()?, position),
            Kind::Metres => None,
        };
        lonlat.filter(|[lon, lat]| lon.abs() <= 180.0 && lat.abs() <= 90.0).ok_or_else(|| outside(self, position))
    }

    /// The position in this system of a longitude and latitude on WGS 84.
    ///
    /// # Errors
    /// As [`Crs::to_lonlat`].
    pub fn from_lonlat(&self, lonlat: [f64; 2]) -> Result<[f64; 2]> {
        let position = match &self.kind {
            Kind::LonLat => Some(lonlat),
            Kind::Gcj02 => Some(gcj02::from_wgs84(lonlat)),
            Kind::Defined(proj) => convert(&lonlat_proj()?, proj, lonlat),
            Kind::Metres => None,
        };
        position.filter(|p| p[0].is_finite() && p[1].is_finite()).ok_or_else(|| outside(self, lonlat))
    }
}

impl fmt::Debug for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Crs({})", self.name)
    }
}

impl PartialEq for Crs {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

fn defined(name: &str, definition: &str) -> Result<Kind> {
    Proj::from_proj_string(definition).map(|proj| Kind::Defined(Arc::new(proj))).map_err(|_| unknown(name))
}

/// PROJ works in radians where we hold degrees.
fn convert(from: &Proj, to: &Proj, position: [f64; 2]) -> Option<[f64; 2]> {
    let [x, y] = if from.is_latlong() { position.map(f64::to_radians) } else { position };
    let mut point = (x, y, 0.0);
    transform(from, to, &mut point).ok()?;
    let converted = [point.0, point.1];
    Some(if to.is_latlong() { converted.map(f64::to_degrees) } else { converted })
}

/// The code in `EPSG:4549` or `urn:ogc:def:crs:EPSG:9.9:4549`, already in capitals.
fn epsg_code(upper: &str) -> Option<u16> {
    let rest = upper.strip_prefix("URN:OGC:DEF:CRS:").unwrap_or(upper);
    rest.strip_prefix("EPSG:")?.rsplit(':').next()?.parse().ok()
}

fn unknown(name: &str) -> Error {
    Error::parameter(
        "crs",
        &name,
        "not a known coordinate system; give an EPSG code such as EPSG:4326 or EPSG:4549, GCJ-02, \
         SHANGHAI_LOCAL, METRES, or a PROJ string",
    )
}

fn outside(crs: &Crs, [x, y]: [f64; 2]) -> Error {
    Error::parameter("position", &format!("({x}, {y})"), &format!("outside the range of {}", crs.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_same_system_agree() {
        assert_eq!(Crs::parse("urn:ogc:def:crs:EPSG::4490").unwrap().name(), "EPSG:4490");
        assert_eq!(Crs::parse("epsg:32651").unwrap().name(), "EPSG:32651");
        assert!(Crs::parse("urn:ogc:def:crs:OGC:1.3:CRS84").unwrap().is_lonlat());
    }

    #[test]
    fn an_unknown_system_says_what_would_be_known() {
        for name in ["", "EPSG:", "EPSG:99999", "EPSG:0", "Mars", "+proj=nothing"] {
            let message = Crs::parse(name).unwrap_err().to_string();
            assert!(message.contains("EPSG:4326"), "{name}: {message}");
        }
    }

    #[test]
    fn projected_systems_return_to_where_they_came_from() {
        for name in ["EPSG:4549", "EPSG:4528", "EPSG:32651", "EPSG:3857", "SHANGHAI_LOCAL", "GCJ-02"] {
            let crs = Crs::parse(name).unwrap();
            let [lon, lat] = crs.to_lonlat(crs.from_lonlat([121.36, 31.28]).unwrap()).unwrap();
            assert!((lon - 121.36).abs() < 1e-8 && (lat - 31.28).abs() < 1e-8, "{name}: {lon} {lat}");
        }
    }

    #[test]
    fn metres_have_no_place_on_earth() {
        assert!(Crs::metres().to_lonlat([1.0, 2.0]).is_err());
    }
}
