//! The offline map: one HTML file with everything in it, Leaflet included.

mod coverage;
mod division;
mod ground;
mod page;
mod shapes;

use self::{coverage::Drawing, ground::Lines, shapes::rounded};
use crate::{city::City, coverage::Coverage, error::Result, network::StreetNetwork, proposal::Proposal, words};

pub use division::DivisionMap;

/// Committees listed beside the map as those with most people beyond the limit.
const WORST: usize = 12;

/// Lines from where people live to their centres, beyond which none are drawn.
const SPOKES: usize = 5_000;

/// A map of coverage, to which lines can be added.
#[derive(Debug)]
pub struct Map<'a> {
    city: &'a City,
    found: &'a Coverage,
    lines: Lines,
    /// Ids of centres that a proposal opens, and what it says of itself.
    new: Vec<String>,
    proposal: Option<[String; 2]>,
}

impl<'a> Map<'a> {
    /// A map of this coverage of this city.
    #[must_use]
    pub fn of(city: &'a City, found: &'a Coverage) -> Self {
        Self { city, found, lines: vec![], new: vec![], proposal: None }
    }

    /// Add streets, rivers, railways: line features of a GeoJSON text in
    /// longitude and latitude, drawn by their `kind` (river, railway,
    /// expressway; anything else is a street).
    ///
    /// # Errors
    /// [`Error::Parameter`] when the text is not a `FeatureCollection` of lines.
    pub fn lines(mut self, geojson: &str) -> Result<Self> {
        ground::read_lines(&mut self.lines, geojson)?;
        Ok(self)
    }

    /// Add the streets that were walked, up to 30,000 of them: more would make a
    /// page that no browser likes.
    ///
    /// # Errors
    /// Streets that their plane cannot bring to longitude and latitude.
    pub fn streets(mut self, streets: &StreetNetwork) -> Result<Self> {
        ground::read_streets(&mut self.lines, streets)?;
        Ok(self)
    }

    /// Draw as a proposal, whose plan this city has carried out: new centres stand
    /// out, and a line goes from where people live to the centre they walk to.
    ///
    /// # Errors
    /// Positions that cannot be brought to longitude and latitude.
    pub fn proposal(mut self, proposal: &Proposal) -> Result<Self> {
        let plane = &self.city.frame().plane;
        let on_map = |xy: [f64; 2]| plane.inverse(xy).map(|place| rounded(place, plane));
        let mut spokes = vec![];
        for line in proposal.lines() {
            let site = &proposal.sites()[line.site as usize];
            spokes.push(vec![on_map(self.city.demand().points.xy[line.point as usize])?, on_map(site.xy)?]);
        }
        self.new = proposal.new_sites().map(|site| site.id.clone()).collect();
        self.proposal = Some([words::proposal(proposal), words::proposal_details(proposal)]);
        if spokes.len() <= SPOKES {
            self.lines.push(("spoke".to_owned(), spokes));
        }
        Ok(self)
    }

    /// The HTML file: the same input gives the same bytes.
    ///
    /// # Errors
    /// Shapes that their coordinate system cannot bring to longitude and latitude.
    pub fn html(&self) -> Result<String> {
        let drawing =
            Drawing::of(self.city, self.found, &self.lines, WORST)?.proposed(&self.new, self.proposal.as_ref());
        page::coverage(&drawing)
    }
}
