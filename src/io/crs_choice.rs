//! What the numbers of a layer mean: said by the file, said by the caller, or told from the numbers.
//!
//! Degrees never pass as metres, nor latitude as longitude: where the numbers
//! do not fit what was said, the layer is refused with a hint.

use geo::{Coord, MapCoordsInPlace};
use serde_json::Value;

use super::{
    ReadOptions,
    findings::{At, Refusal},
    fits::{Extent, fault, mismatch},
    layer::Layer,
};
use crate::crs::Crs;

/// Decide the layer's coordinate system and refuse positions that do not fit it.
///
/// `None` when the layer had to be refused.
pub(super) fn decide(layer: &mut Layer, options: &ReadOptions) -> Option<Crs> {
    if options.swap_axes {
        swap_axes(layer);
    }
    let declared = match declared(layer, options) {
        Ok(declared) => declared,
        Err(refusal) => {
            layer.findings.refuse_layer(At::layer(), refusal);
            return None;
        }
    };
    let boxes = boxes(layer);
    let declared = match degrees_among_metres(layer, &boxes, declared) {
        Ok(declared) => declared,
        Err(refusal) => {
            let at = boxes.first().map_or_else(At::layer, |(row, _)| layer.at(*row));
            layer.findings.refuse_layer(at, refusal);
            return None;
        }
    };
    let crs = declared.clone().unwrap_or_else(Crs::lonlat);
    let faults: Vec<(usize, Refusal)> =
        boxes.iter().filter_map(|(row, extent)| Some((*row, fault(extent, &crs, declared.is_some())?))).collect();
    // One misplaced feature is that feature's fault; most of them are the layer's.
    if let Some((row, refusal)) = faults.first()
        && 2 * faults.len() > boxes.len()
    {
        let mut refusal = refusal.clone();
        if faults.len() > 1 {
            refusal.cause = format!("{}; {} of {} features do not fit", refusal.cause, faults.len(), boxes.len());
        }
        let at = layer.at(*row);
        layer.findings.refuse_layer(at, refusal);
        return None;
    }
    for (row, mut refusal) in faults {
        if refusal.code == "crs_unknown" {
            let fix = "the rest of the layer is in degrees; mend this position";
            refusal = Refusal::new("out_of_range", refusal.cause, fix);
        }
        let at = layer.at(row);
        layer.findings.refuse(at, refusal);
        if let (Some(shape), Some(refused)) = (layer.shape.get_mut(row), layer.shape_refused.get_mut(row)) {
            *shape = None;
            *refused = true;
        }
    }
    Some(crs)
}

/// Where each shape lies, by row.
fn boxes(layer: &Layer) -> Vec<(usize, Extent)> {
    (0..layer.len()).filter_map(|row| Some((row, Extent::of(layer.shape.get(row)?.as_ref()?)?))).collect()
}

fn whole(boxes: &[(usize, Extent)]) -> Option<Extent> {
    boxes.iter().map(|(_, extent)| *extent).reduce(Extent::and)
}

/// Read each position as [y, x], unless the layer is plainly right as it stands.
fn swap_axes(layer: &mut Layer) {
    if whole(&boxes(layer)).is_some_and(|whole| whole.is_city_in_china()) {
        let cause = "swap_axes is set, but this layer is longitude before latitude";
        layer.findings.note(At::layer(), "axes_kept", cause, "read as it stands");
        return;
    }
    for shape in layer.shape.iter_mut().flatten() {
        shape.map_coords_in_place(|Coord { x, y }| Coord { x: y, y: x });
    }
    layer.findings.note(At::layer(), "axes_were_swapped", "swap_axes is set", "each position read as [y, x]");
}

/// A layer of degrees for which metres are said.
///
/// One crs is given for all files that name none; a layer that is plainly in
/// degrees does not need it. What the file itself says must fit.
fn degrees_among_metres(
    layer: &mut Layer,
    boxes: &[(usize, Extent)],
    declared: Option<Crs>,
) -> Result<Option<Crs>, Refusal> {
    let is_in_degrees = whole(boxes).is_some_and(|whole| whole.is_city_in_china());
    let Some(crs) = declared.as_ref().filter(|crs| is_in_degrees && !crs.is_geographic()) else { return Ok(declared) };
    let said_by_caller = layer.crs.is_none() && layer.crs_member.as_ref().is_none_or(Value::is_null);
    if crs.is_on_earth() && said_by_caller {
        let cause = format!("crs = {} is passed, but this layer is in degrees", crs.name());
        layer.findings.note(At::layer(), "crs_not_needed", cause, "taken as longitude and latitude");
        return Ok(None);
    }
    // One or two points of a small plane in metres may lie there by chance.
    if crs.is_on_earth() || boxes.len() > 2 {
        return Err(mismatch("every position", crs));
    }
    Ok(declared)
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
