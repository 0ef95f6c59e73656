//! The embedded district: synthetic, and labelled so wherever it is shown.

use crate::{city::City, error::Result};

/// The synthetic Putuo district: 264 committees in ten towns, 25 centres.
///
/// # Errors
/// None in a sound build; the type is that of every reader.
pub fn putuo() -> Result<City> {
    todo!()
}
