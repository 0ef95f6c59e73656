//! Coverage standards (覆盖标准): how far a resident may walk.

mod band;
mod built_in;
mod edition;

use serde::Serialize;

pub use band::{Band, Fit, Positive};
pub use edition::{Block, Circle, Edition, Need, NotJudged};

use crate::error::{Error, Result};

/// How far a resident may walk and still count as covered (覆盖标准).
///
/// A 15-minute life circle (十五分钟生活圈) for adults at 1.2 m/s:
///
/// ```
/// use linli::Standard;
///
/// let adults = Standard::new(15.0, 1.2)?;
/// assert_eq!(adults.limit_m(), 1080.0);
/// # Ok::<(), linli::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Standard {
    minutes: f64,
    speed_m_per_s: f64,
}

impl Standard {
    /// A limit in minutes at a walking speed in metres per second.
    ///
    /// # Errors
    /// [`Error::Parameter`] when either is not a positive finite number, or the
    /// speed is above 3 m/s (nobody walks so fast: a speed in km/h or m/min).
    pub fn new(minutes: f64, speed_m_per_s: f64) -> Result<Self> {
        if !(minutes.is_finite() && minutes > 0.0) {
            return Err(Error::parameter("minutes", &minutes, "give a positive number of minutes"));
        }
        check_speed(speed_m_per_s)?;
        Ok(Self { minutes, speed_m_per_s })
    }

    /// Longest acceptable one-way walk, minutes.
    #[must_use]
    pub fn minutes(&self) -> f64 {
        self.minutes
    }

    /// Walking speed, metres per second.
    #[must_use]
    pub fn speed_m_per_s(&self) -> f64 {
        self.speed_m_per_s
    }

    /// Longest acceptable one-way walk, metres; a walk of exactly this length is within.
    #[must_use]
    pub fn limit_m(&self) -> f64 {
        self.minutes * 60.0 * self.speed_m_per_s
    }

    /// Minutes a walk of `walk_m` metres takes at this speed.
    #[must_use]
    pub fn minutes_for(&self, walk_m: f64) -> f64 {
        walk_m / self.speed_m_per_s / 60.0
    }
}

/// Refuse speeds that are not a walk in metres per second.
pub(crate) fn check_speed(speed_m_per_s: f64) -> Result<()> {
    if speed_m_per_s.is_finite() && speed_m_per_s > 0.0 && speed_m_per_s <= 3.0 {
        return Ok(());
    }
    Err(Error::parameter(
        "speed_m_per_s",
        &speed_m_per_s,
        "give metres per second, above 0 and at most 3 (an adult walks about 1.33, an older person 0.9)",
    ))
}
