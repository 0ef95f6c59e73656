//! Distance decay (距离衰减): how much a site counts at the end of a walk.

use crate::error::{Error, Result};

/// Bands up to which it is quicker to compare every walk with each, side by side.
const BANDS: usize = 16;

/// How the weight of a site falls with the walk to it.
#[derive(Debug, Clone, PartialEq)]
pub enum Decay {
    /// Every walk counts in full: cumulative opportunities, 2SFCA.
    Flat,
    /// Distance bands: a walk up to each limit (metres, inclusive) has its
    /// weight, and beyond the last it has none. E2SFCA (Luo & Qi 2009).
    Step(Vec<(f64, f64)>),
    /// `(max(d, least_m) / scale_m) ^ -exponent`.
    Power {
        /// How fast it falls.
        exponent: f64,
        /// The walk whose weight is 1, metres.
        scale_m: f64,
        /// Shorter walks count as this one, metres: at 0 m the power has no value.
        least_m: f64,
    },
    /// `exp(-d / scale_m)`.
    Exponential {
        /// The walk whose weight is 1/e, metres.
        scale_m: f64,
    },
    /// `exp(-d² / (2 sigma_m²))`.
    Gaussian {
        /// Width of the bell, metres.
        sigma_m: f64,
    },
}

impl Decay {
    /// Weight of a walk of so many metres.
    ///
    /// ```
    /// use linli::access::Decay;
    ///
    /// let bands = Decay::Step(vec![(500.0, 1.0), (1000.0, 0.5)]);
    /// assert_eq!([500.0, 500.1, 1000.1].map(|walk_m| bands.weight(walk_m)), [1.0, 0.5, 0.0]);
    /// ```
    #[must_use]
    pub fn weight(&self, walk_m: f64) -> f64 {
        match self {
            Self::Flat => 1.0,
            Self::Step(bands) => {
                bands.iter().find(|(limit_m, _)| walk_m <= *limit_m).map_or(0.0, |(_, weight)| *weight)
            }
            Self::Power { exponent, scale_m, least_m } => (walk_m.max(*least_m) / scale_m).powf(-exponent),
            Self::Exponential { scale_m } => (-walk_m / scale_m).exp(),
            Self::Gaussian { sigma_m } => (-walk_m * walk_m / (2.0 * sigma_m * sigma_m)).exp(),
        }
    }

    /// Weights of many walks, each as [`Decay::weight`] has it.
    pub(super) fn weights(&self, walk_m: &[f64]) -> Vec<f64> {
        let Self::Step(bands) = self else { return walk_m.iter().map(|&walk_m| self.weight(walk_m)).collect() };
        if bands.len() > BANDS {
            return walk_m.iter().map(|&walk_m| self.weight(walk_m)).collect();
        }
        let mut weights = vec![bands.first().map_or(0.0, |band| band.1); walk_m.len()];
        let beyond = |band: usize| bands.get(band + 1).map_or(0.0, |next| next.1);
        for (weights, walk_m) in weights.chunks_mut(256).zip(walk_m.chunks(256)) {
            for (band, &(limit_m, _)) in bands.iter().enumerate() {
                let beyond = beyond(band);
                for (weight, &walk_m) in weights.iter_mut().zip(walk_m) {
                    *weight = if walk_m > limit_m { beyond } else { *weight };
                }
            }
        }
        weights
    }

    /// Where the last band ends, for a decay that ends.
    pub(super) fn last_m(&self) -> Option<f64> {
        match self {
            Self::Step(bands) => bands.iter().rev().find(|(_, weight)| *weight > 0.0).map(|(limit_m, _)| *limit_m),
            _ => None,
        }
    }

    /// Refuse numbers that make no decay.
    ///
    /// # Errors
    /// [`Error::Parameter`] for the first of them.
    pub fn check(&self) -> Result<()> {
        let positive = |parameter: &'static str, value: f64| {
            if value.is_finite() && value > 0.0 {
                return Ok(());
            }
            Err(Error::parameter(parameter, &value, "give a positive finite number"))
        };
        match self {
            Self::Flat => Ok(()),
            Self::Step(bands) if bands.is_empty() => {
                Err(Error::parameter("bands", &"none", "give at least one limit in metres with its weight"))
            }
            Self::Step(bands) => {
                for (limit_m, weight) in bands {
                    if !(limit_m.is_finite() && *limit_m >= 0.0 && weight.is_finite() && *weight >= 0.0) {
                        let band = format!("{limit_m} m: {weight}");
                        return Err(Error::parameter("bands", &band, "limits and weights must be finite, 0 or more"));
                    }
                }
                if bands.is_sorted_by(|a, b| a.0 < b.0) {
                    return Ok(());
                }
                Err(Error::parameter("bands", &format!("{bands:?}"), "the limits must rise"))
            }
            Self::Power { exponent, scale_m, least_m } => positive("exponent", *exponent)
                .and_then(|()| positive("scale_m", *scale_m))
                .and_then(|()| positive("least_m", *least_m)),
            Self::Exponential { scale_m } => positive("scale_m", *scale_m),
            Self::Gaussian { sigma_m } => positive("sigma_m", *sigma_m),
        }
    }
}
