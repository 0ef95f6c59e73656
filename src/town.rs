//! Towns (街镇): the units that committees and centres belong to.

use geo::Geometry;

use crate::{
    demand::{check_length, check_unique_ids},
    error::Result,
};

/// Towns, one row each.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Towns {
    /// Identifier, unique: the official code where there is one, else the name.
    pub id: Vec<String>,
    /// Name as written in the data.
    pub name: Vec<String>,
    /// Outline in the caller's coordinate system, where it is known.
    pub shape: Vec<Option<Geometry<f64>>>,
}

impl Towns {
    /// Rows in the table.
    #[must_use]
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// Whether there are no towns.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// Row of the town with this id or name.
    #[must_use]
    pub fn row(&self, id_or_name: &str) -> Option<u32> {
        let by_id = self.id.iter().position(|id| id == id_or_name);
        by_id.or_else(|| self.name.iter().position(|name| name == id_or_name)).map(|row| row as u32)
    }

    pub(crate) fn check(&self) -> Result<()> {
        check_length("towns", "name", self.len(), self.name.len())?;
        check_length("towns", "shape", self.len(), self.shape.len())?;
        check_unique_ids("towns", &self.id)
    }
}
