//! Ways of measuring how far apart two places are, on foot.

mod crow_fly;
mod on_plane;

use std::fmt::Debug;

use serde::Serialize;

pub use crow_fly::CrowFly;
pub use on_plane::OnPlane;

use crate::{
    control::Control,
    crs::Plane,
    error::Result,
    reach::{Nearest, Reach},
};

/// A way of measuring how far apart two places are, on foot.
///
/// Positions are easting and northing in metres on the city's plane. A limit is
/// inclusive: a site exactly that far is within reach. Ties go to the lower row.
pub trait Walk: Debug + Sync {
    /// The nearest site of each demand point, however far.
    ///
    /// # Errors
    /// Positions that are not finite; [`Error::Interrupted`](crate::Error::Interrupted).
    fn nearest(&self, demand: &[[f64; 2]], sites: &[[f64; 2]], control: &Control) -> Result<Nearest>;

    /// All pairs within `limit_m` walking metres; `None` for all there are.
    ///
    /// # Errors
    /// As [`Walk::nearest`], a limit that is negative or NaN, and more pairs
    /// than memory holds.
    fn reach(&self, demand: &[[f64; 2]], sites: &[[f64; 2]], limit_m: Option<f64>, control: &Control) -> Result<Reach>;

    /// Walking metres from each place to the one beside it; `None` where there is no way.
    ///
    /// # Errors
    /// As [`Walk::nearest`].
    fn between(&self, from: &[[f64; 2]], to: &[[f64; 2]], control: &Control) -> Result<Vec<Option<f64>>>;

    /// The assumptions, for the foot of every result.
    fn assumptions(&self) -> Assumptions;

    /// The plane whose positions this walk takes; `None` where any will do.
    ///
    /// A question about a city asks through [`OnPlane`], which brings the city's
    /// positions there.
    fn plane(&self) -> Option<&Plane> {
        None
    }
}

/// What a walk assumes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assumptions {
    /// How distance is measured, such as "crow-fly".
    pub method: String,
    /// Detour index (绕行系数): walked length over straight-line length, where one is assumed.
    pub detour: Option<f64>,
    /// The streets that were walked, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub streets: Option<StreetAssumptions>,
}

/// What a walk along streets assumes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StreetAssumptions {
    /// Where the streets came from: "osm", "lines" or "tables".
    pub source: String,
    /// Hash of the streets.
    pub network_hash: String,
    /// Name of the walker's profile, where one chose the ways.
    pub profile: Option<String>,
    /// Hash of that profile's rules.
    pub profile_hash: Option<String>,
    /// Longest straight line from a place to its street, metres.
    pub max_snap_m: f64,
    /// Pieces of network with fewer junctions were passed over.
    pub min_junctions: u32,
}
