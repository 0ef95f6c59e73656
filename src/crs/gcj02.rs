//! The offset of Chinese web maps (GCJ-02, 火星坐标), 300–700 m in the cities.
//!
//! The public formula, on Krasovsky's ellipsoid (a = 6378245 m). It agrees with
//! what the map services answer within a metre; the way back is iterated, since
//! one step alone is off by up to 4 m.

use std::f64::consts::PI;

const SEMI_MAJOR_M: f64 = 6_378_245.0;
const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;

/// GCJ-02 position of a WGS 84 one, degrees. Outside China they are the same.
pub(super) fn from_wgs84([lon, lat]: [f64; 2]) -> [f64; 2] {
    if !is_offset_applied([lon, lat]) {
        return [lon, lat];
    }
    let [east_m, north_m] = offset_m(lon - 105.0, lat - 35.0);
    let phi = lat.to_radians();
    let magic = 1.0 - ECCENTRICITY_SQUARED * phi.sin().powi(2);
    let meridian_m = SEMI_MAJOR_M * (1.0 - ECCENTRICITY_SQUARED) / (magic * magic.sqrt());
    let parallel_m = SEMI_MAJOR_M / magic.sqrt() * phi.cos();
    [lon + (east_m / parallel_m).to_degrees(), lat + (north_m / meridian_m).to_degrees()]
}

/// WGS 84 position of a GCJ-02 one, degrees, to about a millimetre.
pub(super) fn to_wgs84(gcj: [f64; 2]) -> [f64; 2] {
    const STEPS: usize = 10;
    const CLOSE_ENOUGH_DEG: f64 = 1e-10;
    let mut wgs = gcj;
    for _ in 0..STEPS {
        let there = from_wgs84(wgs);
        let miss = [there[0] - gcj[0], there[1] - gcj[1]];
        wgs = [wgs[0] - miss[0], wgs[1] - miss[1]];
        if miss[0].abs().max(miss[1].abs()) < CLOSE_ENOUGH_DEG {
            break;
        }
    }
    wgs
}

fn is_offset_applied([lon, lat]: [f64; 2]) -> bool {
    (72.004..=137.8347).contains(&lon) && (0.8293..=55.8271).contains(&lat)
}

/// The published polynomial and sines, metres east and north.
fn offset_m(x: f64, y: f64) -> [f64; 2] {
    let wave = |value: f64, divisor: f64| (value * PI / divisor).sin();
    let shared = (20.0 * wave(6.0 * x, 1.0) + 20.0 * wave(2.0 * x, 1.0)) * 2.0 / 3.0;
    let root = x.abs().sqrt();
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + shared
        + (20.0 * wave(y, 1.0) + 40.0 * wave(y, 3.0)) * 2.0 / 3.0
        + (160.0 * wave(y, 12.0) + 320.0 * wave(y, 30.0)) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + shared
        + (20.0 * wave(x, 1.0) + 40.0 * wave(x, 3.0)) * 2.0 / 3.0
        + (150.0 * wave(x, 12.0) + 300.0 * wave(x, 30.0)) * 2.0 / 3.0;
    [east, north]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn putuo_is_shifted_by_half_a_kilometre() {
        let [lon, lat] = from_wgs84([121.395_3, 31.245_1]);
        let east_m = (lon - 121.395_3) * 95_200.0;
        let north_m = (lat - 31.245_1) * 110_850.0;
        assert!((430.0..450.0).contains(&east_m), "{east_m}");
        assert!((-215.0..-195.0).contains(&north_m), "{north_m}");
    }

    #[test]
    fn the_way_back_is_exact() {
        for place in [[121.4, 31.25], [116.39, 39.91], [87.6, 43.8], [110.3, 20.0]] {
            let back = to_wgs84(from_wgs84(place));
            assert!((back[0] - place[0]).abs() < 1e-9 && (back[1] - place[1]).abs() < 1e-9, "{place:?}");
        }
    }

    #[test]
    fn nothing_moves_outside_china() {
        assert_eq!(from_wgs84([-1.5, 53.8]), [-1.5, 53.8]);
    }
}
