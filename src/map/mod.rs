//! The offline map: one HTML file with everything in it, Leaflet included.

mod drawing;

use serde_json::Value;

use crate::{
    city::City,
    coverage::Coverage,
    error::{Error, Result},
    network::{Street, StreetNetwork},
    proposal::Proposal,
    words,
};
use drawing::Drawing;

const PAGE: &str = include_str!("../../assets/map.html");
const PARTS: [(&str, &str); 5] = [
    ("{{leaflet_css}}", include_str!("../../assets/leaflet/leaflet.css")),
    ("{{map_css}}", include_str!("../../assets/map.css")),
    ("{{leaflet_js}}", include_str!("../../assets/leaflet/leaflet.js")),
    ("{{map_js}}", include_str!("../../assets/map.js")),
    ("{{panel_js}}", include_str!("../../assets/panel.js")),
];

/// Committees listed beside the map as those with most people beyond the limit.
const WORST: usize = 12;

/// Lines from where people live to their centres, beyond which none are drawn.
const SPOKES: usize = 5_000;

/// A map of coverage, to which lines can be added.
#[derive(Debug)]
pub struct Map<'a> {
    city: &'a City,
    found: &'a Coverage,
    lines: Vec<(String, Vec<Vec<[f64; 2]>>)>,
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
        let wrong = |cause: &dyn std::fmt::Display| Error::parameter("lines", cause, "give GeoJSON line features");
        let collection: geojson::FeatureCollection = geojson.parse().map_err(|cause| wrong(&cause))?;
        for feature in collection.features {
            let kind = feature.property("kind").and_then(Value::as_str).unwrap_or("street").to_owned();
            let geometry = feature.geometry.ok_or_else(|| wrong(&"a feature without a geometry"))?;
            let shape = geo::Geometry::<f64>::try_from(geometry).map_err(|cause| wrong(&cause))?;
            let paths = drawing::paths(&shape);
            match self.lines.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, known)) => known.extend(paths),
                None => self.lines.push((kind, paths)),
            }
        }
        Ok(self)
    }

    /// Add the streets that were walked, up to 30,000 of them: more would make a
    /// page that no browser likes.
    ///
    /// # Errors
    /// Streets that their plane cannot bring to longitude and latitude.
    pub fn streets(mut self, streets: &StreetNetwork) -> Result<Self> {
        const MOST: usize = 30_000;
        if streets.size().edges > MOST {
            return Ok(self);
        }
        let path = |street: Street| {
            street.line.coords().map(|at| streets.plane().inverse([at.x, at.y])).collect::<Result<Vec<_>>>()
        };
        let paths = streets.streets().into_iter().map(path).collect::<Result<Vec<_>>>()?;
        self.lines.push(("street".to_owned(), paths));
        Ok(self)
    }

    /// Draw as a proposal, whose plan this city has carried out: new centres stand
    /// out, and a line goes from where people live to the centre they walk to.
    ///
    /// # Errors
    /// Positions that cannot be brought to longitude and latitude.
    pub fn proposal(mut self, proposal: &Proposal) -> Result<Self> {
        let plane = &self.city.frame().plane;
        let on_map = |xy: [f64; 2]| plane.inverse(xy).map(|place| drawing::rounded(place, plane));
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
        let data = serde_json::to_string(&drawing)
            .map_err(|cause| Error::parameter("map", &cause, "cannot be written as JSON"))?
            // In JSON a "<" stands only inside text; unescaped it could end the script.
            .replace('<', "\\u003c");
        let mut page = PAGE.to_owned();
        for (place, part) in PARTS {
            page = page.replace(place, part);
        }
        // Last, so that no name in the data can look like a place to fill.
        Ok(page.replacen("{{data}}", &data, 1))
    }
}
