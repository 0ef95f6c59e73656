//! Whether numbers fit a coordinate system, and what they look like where none is named.

use geo::{Coord, CoordsIter, Geometry};

use super::findings::Refusal;
use crate::crs::Crs;

/// The corners of a shape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    low: [f64; 2],
    high: [f64; 2],
}

impl Extent {
    /// `None` where there are no positions.
    pub(super) fn of(shape: &Geometry<f64>) -> Option<Self> {
        let mut coords = shape.coords_iter().map(|Coord { x, y }| [x, y]);
        let first = coords.next()?;
        Some(coords.fold(Self { low: first, high: first }, |so_far, [x, y]| Self {
            low: [so_far.low[0].min(x), so_far.low[1].min(y)],
            high: [so_far.high[0].max(x), so_far.high[1].max(y)],
        }))
    }

    fn swapped(self) -> Self {
        let swap = |[x, y]: [f64; 2]| [y, x];
        Self { low: swap(self.low), high: swap(self.high) }
    }

    /// Whether all of it lies in these ranges of x and y.
    fn within(&self, x: (f64, f64), y: (f64, f64)) -> bool {
        self.low[0] >= x.0 && self.high[0] <= x.1 && self.low[1] >= y.0 && self.high[1] <= y.1
    }

    /// The extent of both.
    pub(super) fn and(self, other: Self) -> Self {
        let pick = |of: fn(f64, f64) -> f64, a: [f64; 2], b: [f64; 2]| [of(a[0], b[0]), of(a[1], b[1])];
        Self { low: pick(f64::min, self.low, other.low), high: pick(f64::max, self.high, other.high) }
    }

    /// Whether it is as a city in China is in degrees: a few of them wide at most.
    pub(super) fn is_city_in_china(&self) -> bool {
        const WIDEST_DEG: f64 = 5.0;
        let widest = (self.high[0] - self.low[0]).max(self.high[1] - self.low[1]);
        self.in_china() && widest <= WIDEST_DEG
    }

    fn looks_like_degrees(&self) -> bool {
        self.within((-180.0, 180.0), (-90.0, 90.0))
    }

    fn in_china(&self) -> bool {
        self.within((72.0, 138.0), (0.8, 56.0))
    }

    /// The extent in degrees, where every corner converts there and back.
    fn to_lonlat(self, crs: &Crs) -> Option<Self> {
        const CLOSE_ENOUGH_M: f64 = 1.0;
        let there_and_back = |position: [f64; 2]| {
            let lonlat = crs.to_lonlat(position).ok()?;
            let back = crs.from_lonlat(lonlat).ok()?;
            let miss = (back[0] - position[0]).hypot(back[1] - position[1]);
            (miss <= CLOSE_ENOUGH_M).then_some(lonlat)
        };
        let (low, high) = (there_and_back(self.low)?, there_and_back(self.high)?);
        Some(Self { low: [low[0].min(high[0]), low[1].min(high[1])], high: [low[0].max(high[0]), low[1].max(high[1])] })
    }
}

/// What is wrong with a shape lying there, in this system.
pub(super) fn fault(extent: &Extent, crs: &Crs, declared: bool) -> Option<Refusal> {
    let [x, y] = extent.low;
    let place = format!("position ({x}, {y})");
    if !crs.is_on_earth() {
        const FARTHEST_M: f64 = 1e8;
        let fits = extent.within((-FARTHEST_M, FARTHEST_M), (-FARTHEST_M, FARTHEST_M));
        return (!fits).then(|| out_of_range(&place, "farther than 100,000 km from the origin"));
    }
    if crs.is_geographic() {
        return degrees_fault(extent, crs, declared, &place);
    }
    let there = extent.to_lonlat(crs);
    if there.is_some_and(|there| there.in_china()) {
        return None;
    }
    if extent.swapped().to_lonlat(crs).is_some_and(|there| there.in_china()) {
        return Some(swapped(&format!("{place} is northing before easting for {}", crs.name())));
    }
    if extent.looks_like_degrees() && (extent.in_china() || there.is_none()) {
        return Some(mismatch(&place, crs));
    }
    if there.is_none() { Some(out_of_range(&place, &format!("outside the range of {}", crs.name()))) } else { None }
}

/// Degrees where metres are said to stand.
pub(super) fn mismatch(place: &str, crs: &Crs) -> Refusal {
    Refusal::new(
        "crs_mismatch",
        format!("{place} looks like degrees, but the system is said to be {}", crs.name()),
        "remove the crs, or give this layer a crs of its own: EPSG:4326",
    )
}

/// What is wrong with numbers that should be degrees.
fn degrees_fault(extent: &Extent, crs: &Crs, declared: bool, place: &str) -> Option<Refusal> {
    // CRS84 means longitude first whoever writes it, so only the impossible is refused.
    let order_is_certain = declared && crs.name().to_ascii_uppercase().ends_with("CRS84");
    if extent.swapped().in_china() && !(order_is_certain && extent.looks_like_degrees()) {
        return Some(swapped(&format!("{place} is latitude before longitude: read as it stands it is not in China")));
    }
    if extent.looks_like_degrees() {
        return None;
    }
    if extent.within((-90.0, 90.0), (-180.0, 180.0)) {
        return Some(swapped(&format!("{place} has a latitude beyond 90 degrees")));
    }
    if declared {
        return Some(out_of_range(place, &format!("not in degrees, but the system is said to be {}", crs.name())));
    }
    Some(guess(extent, place))
}

/// Numbers that are no degrees, without a name: refuse, and say what they look like.
fn guess(extent: &Extent, place: &str) -> Refusal {
    const NORTHING_M: (f64, f64) = (80_000.0, 6_300_000.0);
    const LOCAL_M: (f64, f64) = (-100_000.0, 100_000.0);
    let with_zone = |extent: &Extent| zone_prefix(extent.low[0]).filter(|_| extent.within((1.3e7, 4.6e7), NORTHING_M));
    let is_gauss = |extent: &Extent| extent.within((100_000.0, 900_000.0), NORTHING_M) && extent.low[1] > 900_000.0;
    if extent.within((-360.0, 360.0), (-180.0, 180.0)) {
        return out_of_range(place, "beyond 180 degrees of longitude or 90 of latitude");
    }
    let unknown = |what: String, fix: String| Refusal::new("crs_unknown", format!("{place} {what}"), fix);
    if extent.within(LOCAL_M, LOCAL_M) {
        return unknown(
            "is neither degrees nor a national grid".to_owned(),
            "looks like metres of a local grid; pass crs = SHANGHAI_LOCAL, or METRES for a plane of its own".to_owned(),
        );
    }
    let is_web_map = extent.within((8e6, 1.54e7), (0.0, 7.6e6));
    if let Some(code) = with_zone(extent) {
        let what = "has an easting with a zone number in front".to_owned();
        let fix = format!("looks like EPSG:{code}; pass crs = EPSG:{code}");
        // The westernmost zones share their numbers with web maps of eastern China.
        let other = if is_web_map { ", or EPSG:3857 if it comes from a web map" } else { "" };
        return unknown(what, format!("{fix}{other}"));
    }
    if with_zone(&extent.swapped()).is_some() || is_gauss(&extent.swapped()) {
        return swapped(&format!("{place} looks like northing before easting, as Chinese surveys write it"));
    }
    if is_gauss(extent) {
        return unknown(
            "is in metres, and the file does not say of which system".to_owned(),
            "looks like Gauss-Krüger or UTM; for Shanghai try crs = EPSG:4549 (central meridian 120°E), \
             EPSG:4550 (123°E) or EPSG:32651"
                .to_owned(),
        );
    }
    if is_web_map {
        return unknown("is not in degrees".to_owned(), "looks like web map metres; pass crs = EPSG:3857".to_owned());
    }
    unknown("is not in degrees".to_owned(), "pass crs, such as EPSG:4549".to_owned())
}

/// EPSG code of the CGCS2000 Gauss-Krüger zone whose number leads this easting.
fn zone_prefix(easting_m: f64) -> Option<u32> {
    let holds = |zone: u32| (100_000.0..=900_000.0).contains(&(easting_m - 1e6 * f64::from(zone)));
    // Six-degree zones 13 to 23, three-degree zones 25 to 45; EPSG numbers both in a row.
    let six_degrees = (13..=23).find(|&zone| holds(zone)).map(|zone| 4491 + zone - 13);
    six_degrees.or_else(|| (25..=45).find(|&zone| holds(zone)).map(|zone| 4513 + zone - 25))
}

fn swapped(cause: &str) -> Refusal {
    Refusal::new("axes_swapped", cause, "pass swap_axes = true, and crs where the numbers are metres")
}

fn out_of_range(place: &str, why: &str) -> Refusal {
    Refusal::new("out_of_range", format!("{place} is {why}"), "mend the position, or pass the crs it is in")
}

#[cfg(test)]
mod tests {
    use geo::Point;

    use super::*;

    fn told(x: f64, y: f64, crs: Option<&str>) -> Option<(&'static str, String)> {
        let extent = Extent::of(&Point::new(x, y).into())?;
        let declared = crs.map(|name| Crs::parse(name).unwrap_or_else(|_| Crs::metres()));
        let crs = declared.clone().unwrap_or_else(Crs::lonlat);
        fault(&extent, &crs, declared.is_some()).map(|refusal| (refusal.code, refusal.fix))
    }

    #[test]
    fn places_on_earth_pass_as_they_are() {
        for [x, y] in [[121.4, 31.25], [-1.5, 53.8], [151.2, -33.9], [0.0, 0.0], [-74.0, 40.7], [18.4, -33.9]] {
            assert_eq!(told(x, y, None), None, "{x} {y}");
        }
    }

    #[test]
    fn swapped_axes_are_never_taken() {
        for (x, y, crs) in [
            (31.25, 121.4, None),
            (43.8, 87.6, None),
            (35.7, 139.7, None),
            (31.25, 121.4, Some("EPSG:4326")),
            (31.25, 121.4, Some("CRS84")),
            (3_463_008.75, 629_877.27, None),
            (3_463_008.75, 629_877.27, Some("EPSG:4549")),
            (3_463_008.75, 40_629_877.27, None),
        ] {
            assert_eq!(told(x, y, crs).map(|(code, _)| code), Some("axes_swapped"), "{x} {y} {crs:?}");
        }
    }

    #[test]
    fn metres_without_a_name_get_a_hint() {
        for (x, y, hint) in [
            (40_629_877.27, 3_463_008.75, "EPSG:4528"),
            (21_344_256.0, 3_463_008.75, "EPSG:4499"),
            (629_877.27, 3_463_008.75, "EPSG:4549"),
            (-10_043.6, 5_229.8, "SHANGHAI_LOCAL"),
            (13_510_000.0, 3_660_000.0, "EPSG:3857"),
        ] {
            let (code, fix) = told(x, y, None).unwrap_or_default();
            assert!(code == "crs_unknown" && fix.contains(hint), "{x} {y}: {code} {fix}");
        }
    }

    #[test]
    fn declared_systems_must_fit_the_numbers() {
        assert_eq!(told(629_877.27, 3_463_008.75, Some("EPSG:4549")), None);
        assert_eq!(told(40_629_877.27, 3_463_008.75, Some("EPSG:4528")), None);
        assert_eq!(told(430_000.0, 433_000.0, Some("EPSG:27700")), None);
        assert_eq!(told(121.4, 31.2, Some("EPSG:4549")).map(|(code, _)| code), Some("crs_mismatch"));
        assert_eq!(told(1e12, 1e12, Some("METRES")).map(|(code, _)| code), Some("out_of_range"));
        assert_eq!(told(700.0, 31.2, Some("EPSG:4326")).map(|(code, _)| code), Some("out_of_range"));
    }
}
