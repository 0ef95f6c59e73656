//! Amounts of a standard: from least to most, and how a city's amounts compare.

use serde::{Deserialize, Serialize};

/// A positive number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64")]
pub struct Positive(pub f64);

impl TryFrom<f64> for Positive {
    type Error = String;

    fn try_from(value: f64) -> std::result::Result<Self, String> {
        if value.is_finite() && value > 0.0 { Ok(Self(value)) } else { Err(format!("{value} must be above 0")) }
    }
}

/// From least to most: written `500` for exactly that, `[800, 1000]`, or `[20000]` for no upper end.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "OneOrTwo")]
pub struct Band {
    /// The lower end.
    pub least: f64,
    /// The upper end; `None` where there is none.
    pub most: Option<f64>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "give a number, or a list of one or two: least and most")]
enum OneOrTwo {
    One(f64),
    List(Vec<f64>),
}

impl TryFrom<OneOrTwo> for Band {
    type Error = String;

    fn try_from(given: OneOrTwo) -> std::result::Result<Self, String> {
        let band = match given {
            OneOrTwo::One(value) => Self { least: value, most: Some(value) },
            OneOrTwo::List(list) => match list.as_slice() {
                [least] => Self { least: *least, most: None },
                [least, most] => Self { least: *least, most: Some(*most) },
                _ => return Err(format!("{} numbers; give one or two: least and most", list.len())),
            },
        };
        let most = band.most.unwrap_or(band.least);
        if band.least > 0.0 && band.least.is_finite() && most.is_finite() && band.least <= most {
            return Ok(band);
        }
        Err(format!("[{}, {most}] must be above 0 and rise", band.least))
    }
}

/// How an amount compares with a band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// Fewer than the least.
    TooEmpty,
    /// Within the band, ends included.
    Fits,
    /// More than the most.
    TooFull,
}

impl Fit {
    /// The word used in every file and table.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::TooEmpty => "too_empty",
            Self::Fits => "fits",
            Self::TooFull => "too_full",
        }
    }
}

impl Band {
    /// How an amount, such as the people of a circle, compares with this band.
    ///
    /// ```
    /// use linli::standard::{Band, Fit};
    ///
    /// let band = Band { least: 30_000.0, most: Some(50_000.0) };
    /// assert_eq!([29_999.0, 50_000.0, 50_001.0].map(|people| band.fit(people)), [Fit::TooEmpty, Fit::Fits, Fit::TooFull]);
    /// ```
    #[must_use]
    pub fn fit(self, amount: f64) -> Fit {
        match self.most {
            _ if amount < self.least => Fit::TooEmpty,
            Some(most) if amount > most => Fit::TooFull,
            _ => Fit::Fits,
        }
    }
}
