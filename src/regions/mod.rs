//! Dividing a district (分区): towns into grids, grids into blocks.

mod border;
mod contiguity;
mod enumerate;
mod measure;
mod outline;
mod random;

pub use border::Touch;
pub use contiguity::{Contiguity, Findings};
pub use enumerate::{Enumeration, enumerate};
