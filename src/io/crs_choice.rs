//! What the numbers of a layer mean: said by the file, said by the caller, or told from the numbers.
//!
//! Degrees never pass as metres, nor latitude as longitude: where the numbers
//! do not fit what was said, the layer is refused with a hint.

use geo::{Coord, CoordsIter, Geometry, MapCoordsInPlace};
use serde_json::Value;

use super::{
    ReadOptions,
    findings::{At, Refusal},
    layer::Layer,
};
use crate::crs::Crs;

/// Decide the layer's coordinate system and refuse positions that do not fit it.
///
/// `None` when the layer had to be refused.
pub(super) fn decide(layer: &mut Layer, options: &ReadOptions) -> Option<Crs> {
    if options.swap_axes {
        layer
            .shape
            .iter_mut()
            .flatten()
            .for_each(|shape| shape.map_coords_in_place(|Coord { x, y }| Coord { x: y, y: x }));
        layer.findings.note(At::layer(), "axes_were_swapped", "swap_axes is set", "each position read as [y, x]");
    }
    let declared = match declared(layer, options) {
        Ok(declared) => declared,
        Err(refusal) => {
            layer.findings.refuse_layer(At::layer(), refusal);
            return None;
        }
    };
    let crs = declared.clone().unwrap_or_else(Crs::lonlat);
    let boxes: Vec<(usize, Extent)> =
        (0..layer.len()).filter_map(|row| Some((row, Extent::of(layer.shape.get(row)?.as_ref()?)?))).collect();
    let faults: Vec<(usize, Refusal)> =
        boxes.iter().filter_map(|(row, extent)| Some((*row, fault(extent, &crs, declared.is_some())?))).collect();
    // One misplaced feature is that feature's fault; most of them are the layer's.
    if let Some((row, refusal)) = faults.first()
        && 2 * faults.len() > boxes.len()
    {
        let mut refusal = refusal.clone();
        if faults.len() > 1 {
            refusal.cause = format!("{}; so do {} of {} features", refusal.cause, faults.len(), boxes.len());
        }
        let at = layer.at(*row);
        layer.findings.refuse_layer(at, refusal);
        return None;
    }
    for (row, refusal) in faults {
        let at = layer.at(row);
        layer.findings.refuse(at, refusal);
        if let (Some(shape), Some(refused)) = (layer.shape.get_mut(row), layer.shape_refused.get_mut(row)) {
            *shape = None;
            *refused = true;
        }
    }
    Some(crs)
}

/// The system that the file or the caller names.
fn declared(layer: &mut Layer, options: &ReadOptions) -> Result<Option<Crs>, Refusal> {
    if let Some(crs) = layer.crs.clone() {
        return Ok(Some(crs));
    }
    let Some(member) = layer.crs_member.clone() else { return Ok(options.crs.clone()) };
    let kind = member.get("type").and_then(Value::as_str).unwrap_or_default();
    if kind.eq_ignore_ascii_case("link") {
        return Err(Refusal::new(
            "crs_link",
            "the crs member is a link, which is never opened",
            "name the system instead, or remove the member and pass crs",
        ));
    }
    let properties = member.get("properties");
    let name = properties.and_then(|of| of.get("name")).and_then(Value::as_str).map(str::to_owned);
    let code =
        || properties.and_then(|of| of.get("code")).map(|code| format!("EPSG:{}", code.to_string().replace('"', "")));
    let Some(name) = name.or_else(code) else {
        return Err(Refusal::new(
            "crs_unknown",
            format!("the crs member names no system: {}", member.to_string().chars().take(80).collect::<String>()),
            "remove the member and pass crs",
        ));
    };
    let crs = Crs::parse(&name)
        .map_err(|error| Refusal::new("crs_unknown", error.to_string(), "remove the member and pass crs"))?;
    if let Some(other) = options.crs.as_ref().filter(|other| **other != crs) {
        layer.findings.note(
            At::layer(),
            "crs_from_file",
            format!("the file says {name}, the call says {}", other.name()),
            "the file's word counts; remove its crs member if it is wrong",
        );
    }
    if crs.name() == "EPSG:4490" {
        let fix = "taken as longitude and latitude; CGCS2000 and WGS 84 agree within a metre";
        layer.findings.note(At::layer(), "crs_cgcs2000", "the file says EPSG:4490 (CGCS2000)", fix);
    } else if !crs.is_lonlat() {
        let fix = "converted to longitude and latitude for measuring";
        layer.findings.note(At::layer(), "crs_member", format!("the file says {}", crs.name()), fix);
    }
    Ok(Some(crs))
}

/// The corners of a shape.
#[derive(Debug, Clone, Copy)]
struct Extent {
    low: [f64; 2],
    high: [f64; 2],
}

impl Extent {
    fn of(shape: &Geometry<f64>) -> Option<Self> {
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
fn fault(extent: &Extent, crs: &Crs, declared: bool) -> Option<Refusal> {
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
        return Some(Refusal::new(
            "crs_mismatch",
            format!("{place} looks like degrees, but the system is said to be {}", crs.name()),
            "remove the crs, or pass crs = EPSG:4326",
        ));
    }
    if there.is_none() { Some(out_of_range(&place, &format!("outside the range of {}", crs.name()))) } else { None }
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
    let zone = (easting_m / 1e6).floor();
    let rest = easting_m - zone * 1e6;
    if !(100_000.0..=900_000.0).contains(&rest) {
        return None;
    }
    // Six-degree zones 13 to 23, three-degree zones 25 to 45; EPSG numbers both in a row.
    (13..=23)
        .find(|&n| f64::from(n) == zone)
        .map(|n| 4491 + n - 13)
        .or_else(|| (25..=45).find(|&n| f64::from(n) == zone).map(|n| 4513 + n - 25))
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
