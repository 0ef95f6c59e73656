//! The map of a division: parts in colours, blocks, numbers, and how evenly they are balanced.

use geo::{Geometry, MultiPolygon, Polygon, unary_union};
use serde::Serialize;

use super::{
    ground::{Ground, Lines, Place, places, read_lines, read_streets},
    page,
    shapes::{Part as Outline, on_map, rings},
};
use crate::{
    city::City,
    error::{Error, Result},
    network::StreetNetwork,
    regions::{self, Contiguity, Division},
    words::{division as words, measure},
};

/// Colours that the page has; neighbouring parts differ as far as these go.
const COLOURS: usize = 8;

/// A map of a division, to which lines can be added.
#[derive(Debug)]
pub struct DivisionMap<'a> {
    city: &'a City,
    contiguity: &'a Contiguity,
    levels: Vec<&'a [u32]>,
    measures: Vec<(&'a str, &'a [f64])>,
    details: String,
    minutes: Vec<Option<f64>>,
    lines: Lines,
    barriers_hash: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Drawing<'a> {
    #[serde(flatten)]
    ground: Ground<'a>,
    measures: Vec<&'a str>,
    levels: Vec<Level<'a>>,
    committees: Vec<Committee<'a>>,
}

#[derive(Debug, Serialize)]
struct Level<'a> {
    parts: Vec<Part<'a>>,
}

#[derive(Debug, Default, Serialize)]
struct Part<'a> {
    committees: usize,
    towns: Vec<&'a str>,
    /// The amount of each measure, and how far it is from an equal share, as a share of that.
    held: Vec<f64>,
    deviation: Vec<f64>,
    colour: usize,
    /// The part that a block divides.
    above: Option<u32>,
    minutes: Option<f64>,
    rings: Vec<Outline>,
}

#[derive(Debug, Serialize)]
struct Committee<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    parts: Vec<u32>,
    held: Vec<f64>,
}

impl<'a> DivisionMap<'a> {
    /// A map of a city's committees in these parts, one label from 0 for each.
    ///
    /// # Errors
    /// [`Error::Length`] unless there is a label for each committee.
    pub fn new(city: &'a City, contiguity: &'a Contiguity, labels: &'a [u32]) -> Result<Self> {
        let map = Self {
            city,
            contiguity,
            levels: vec![],
            measures: vec![],
            details: String::new(),
            minutes: vec![],
            lines: vec![],
            barriers_hash: None,
        };
        map.level(labels)
    }

    /// A map of this division of this city, as its sentences say it.
    ///
    /// # Errors
    /// [`Error::Length`] for a division of another city.
    pub fn of(city: &'a City, contiguity: &'a Contiguity, found: &'a Division) -> Result<Self> {
        let mut map = Self::new(city, contiguity, &found.plan.labels)?;
        if let Some(blocks) = &found.blocks {
            map = map.level(&blocks.labels)?;
        }
        for ((name, _), amounts) in found.request.balance.iter().zip(&found.amounts) {
            map = map.measure(name, amounts)?;
        }
        Ok(map.said(words::details(found)).barriers(found.barriers_hash.as_deref()))
    }

    /// Add blocks within the parts.
    ///
    /// # Errors
    /// [`Error::Length`] unless there is a label for each committee.
    pub fn level(mut self, labels: &'a [u32]) -> Result<Self> {
        self.fits("labels", labels.len())?;
        self.levels.push(labels);
        Ok(self)
    }

    /// Add an amount of each committee; the first is the one that bars show.
    ///
    /// # Errors
    /// [`Error::Length`] unless there is an amount for each committee.
    pub fn measure(mut self, name: &'a str, amounts: &'a [f64]) -> Result<Self> {
        self.fits(name, amounts.len())?;
        self.measures.push((name, amounts));
        Ok(self)
    }

    /// Say this beside the map.
    #[must_use]
    pub fn said(self, details: String) -> Self {
        Self { details, ..self }
    }

    /// Name the barriers that the neighbours depend on.
    #[must_use]
    pub fn barriers(self, hash: Option<&'a str>) -> Self {
        Self { barriers_hash: hash, ..self }
    }

    /// Mean minutes on foot to the centre of each part.
    #[must_use]
    pub fn minutes(self, minutes: Vec<Option<f64>>) -> Self {
        Self { minutes, ..self }
    }

    /// Add streets, rivers, railways: see [`Map::lines`](super::Map::lines).
    ///
    /// # Errors
    /// [`Error::Parameter`] when the text is not a `FeatureCollection` of lines.
    pub fn lines(mut self, geojson: &str) -> Result<Self> {
        read_lines(&mut self.lines, geojson)?;
        Ok(self)
    }

    /// Add the streets that were walked: see [`Map::streets`](super::Map::streets).
    ///
    /// # Errors
    /// Streets that their plane cannot bring to longitude and latitude.
    pub fn streets(mut self, streets: &StreetNetwork) -> Result<Self> {
        read_streets(&mut self.lines, streets)?;
        Ok(self)
    }

    fn fits(&self, column: &str, got: usize) -> Result<()> {
        let expected = self.city.demand().len();
        if got == expected {
            return Ok(());
        }
        Err(Error::Length { table: "demand", column: column.to_owned(), expected, got })
    }

    /// The HTML file: the same input gives the same bytes.
    ///
    /// # Errors
    /// Shapes that their coordinate system cannot bring to longitude and latitude.
    pub fn html(&self) -> Result<String> {
        let levels: Vec<Level<'_>> =
            self.levels.iter().enumerate().map(|(at, labels)| self.level_of(at, labels)).collect::<Result<_>>()?;
        let parts: Vec<usize> = levels.iter().map(|level| level.parts.len()).collect();
        let committees = self.city.demand().len();
        let said = [
            words::headline(committees, &parts),
            words::headline_zh(committees, &parts),
            self.details.clone(),
            words::source(self.city, self.barriers_hash),
        ];
        let committee = |(row, place)| Committee {
            place,
            parts: self.levels.iter().map(|labels| labels[row]).collect(),
            held: self.measures.iter().map(|(_, amounts)| amounts[row]).collect(),
        };
        let drawing = Drawing {
            ground: Ground::of(self.city, said, &self.lines)?,
            measures: self.measures.iter().map(|&(name, _)| measure(name)).collect(),
            levels,
            committees: places(self.city)?.into_iter().enumerate().map(committee).collect(),
        };
        page::division(&drawing)
    }

    fn level_of(&self, at: usize, labels: &[u32]) -> Result<Level<'_>> {
        let k = labels.iter().max().map_or(0, |&last| last as usize + 1);
        let mut members: Vec<Vec<usize>> = vec![vec![]; k];
        labels.iter().enumerate().for_each(|(row, &part)| members[part as usize].push(row));
        let amounts: Vec<&[f64]> = self.measures.iter().map(|&(_, amounts)| amounts).collect();
        let held = regions::parts(self.city, labels, k, &amounts, (at > 0).then(|| self.levels[0]));
        let colours = colours(self.contiguity, labels, k);
        let town = |&town: &u32| self.city.towns().name[town as usize].as_str();
        let part = |(number, (part, rows)): (usize, (regions::Part, &Vec<usize>))| {
            Ok(Part {
                committees: part.committees,
                towns: part.towns.iter().map(town).collect(),
                held: part.held,
                deviation: part.deviation,
                colour: colours[number],
                above: part.above,
                minutes: if at == 0 { self.minutes.get(number).copied().flatten() } else { None },
                rings: rings(&Geometry::MultiPolygon(self.union(rows)?)),
            })
        };
        Ok(Level { parts: held.into_iter().zip(&members).enumerate().map(part).collect::<Result<_>>()? })
    }

    /// The outline of some committees together; empty where they have none.
    fn union(&self, rows: &[usize]) -> Result<MultiPolygon<f64>> {
        let mut polygons: Vec<Polygon<f64>> = vec![];
        for shape in rows.iter().filter_map(|&row| self.city.demand().shape[row].as_ref()) {
            match on_map(shape, &self.city.frame().crs)? {
                Geometry::Polygon(polygon) => polygons.push(polygon),
                Geometry::MultiPolygon(several) => polygons.extend(several),
                _ => {}
            }
        }
        Ok(unary_union(&polygons))
    }
}

/// Colours that differ between neighbouring parts as far as there are colours: most neighbours first
/// (Welsh and Powell 1967), and of those free the one that is used least.
fn colours(contiguity: &Contiguity, labels: &[u32], k: usize) -> Vec<usize> {
    let mut beside: Vec<Vec<usize>> = vec![vec![]; k];
    for &[a, b] in contiguity.edges() {
        let (a, b) = (labels[a as usize] as usize, labels[b as usize] as usize);
        if a != b {
            beside[a].push(b);
            beside[b].push(a);
        }
    }
    for others in &mut beside {
        others.sort_unstable();
        others.dedup();
    }
    let mut order: Vec<usize> = (0..k).collect();
    order.sort_by_key(|&part| std::cmp::Reverse(beside[part].len()));
    let (mut colour, mut used) = (vec![usize::MAX; k], [0_usize; COLOURS]);
    for part in order {
        let clash = |one: usize| beside[part].iter().filter(|&&other| colour[other] == one).count();
        let best = (0..COLOURS).min_by_key(|&one| (clash(one), used[one])).unwrap_or(0);
        colour[part] = best;
        used[best] += 1;
    }
    colour
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_differ_in_colour() {
        // A wheel of seven: the hub touches all, each spoke two others.
        let rim = (1..7_u32).map(|at| [at, at % 6 + 1]);
        let edges: Vec<[u32; 2]> = rim.chain((1..7).map(|at| [0, at])).collect();
        let contiguity = Contiguity::from_edges(7, &edges, None).unwrap();
        let labels: Vec<u32> = (0..7).collect();
        let colour = colours(&contiguity, &labels, 7);
        assert!(edges.iter().all(|&[a, b]| colour[a as usize] != colour[b as usize]), "{colour:?}");
        assert!(colour.iter().all(|&one| one < COLOURS));
    }
}
