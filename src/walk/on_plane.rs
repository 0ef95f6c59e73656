//! A walk asked about positions on another plane than its own.

use std::borrow::Cow;

use super::{Assumptions, Walk};
use crate::{
    control::Control,
    crs::Plane,
    error::{Error, Result},
    reach::{Nearest, Reach},
};

/// A walk that takes positions on a given plane, whatever its own is.
///
/// Streets are read onto a plane of their own and serve many cities. Walks are
/// those of the streets' plane; the two agree within 0.1 % at worst.
#[derive(Debug)]
pub struct OnPlane<'a> {
    walk: &'a dyn Walk,
    /// From the plane asked on to the walk's own, where they differ.
    way: Option<(Plane, Plane)>,
}

impl<'a> OnPlane<'a> {
    /// This walk for positions on this plane.
    ///
    /// # Errors
    /// [`Error::Parameter`] when one of the planes has a place on Earth and the other has none.
    pub fn new(walk: &'a dyn Walk, plane: &Plane) -> Result<Self> {
        let way = match walk.plane() {
            Some(own) if own != plane => {
                if own.origin().is_none() || plane.origin().is_none() {
                    let rule = "one of the city and its streets has a place on Earth and the other has not; \
                                give the coordinate system of both";
                    return Err(Error::parameter("streets", &"on another plane", rule));
                }
                Some((plane.clone(), own.clone()))
            }
            _ => None,
        };
        Ok(Self { walk, way })
    }

    /// The positions on the walk's plane.
    pub(crate) fn bring<'p>(&self, xy: &'p [[f64; 2]]) -> Result<Cow<'p, [[f64; 2]]>> {
        let Some((from, to)) = &self.way else { return Ok(Cow::Borrowed(xy)) };
        let lonlat = xy.iter().map(|&xy| from.inverse(xy)).collect::<Result<Vec<_>>>()?;
        to.forward_all(&lonlat).map(Cow::Owned)
    }
}

impl Walk for OnPlane<'_> {
    fn nearest(&self, demand: &[[f64; 2]], sites: &[[f64; 2]], control: &Control) -> Result<Nearest> {
        self.walk.nearest(&self.bring(demand)?, &self.bring(sites)?, control)
    }

    fn reach(&self, demand: &[[f64; 2]], sites: &[[f64; 2]], limit_m: Option<f64>, control: &Control) -> Result<Reach> {
        self.walk.reach(&self.bring(demand)?, &self.bring(sites)?, limit_m, control)
    }

    fn between(&self, from: &[[f64; 2]], to: &[[f64; 2]], control: &Control) -> Result<Vec<Option<f64>>> {
        self.walk.between(&self.bring(from)?, &self.bring(to)?, control)
    }

    fn assumptions(&self) -> Assumptions {
        self.walk.assumptions()
    }
}
