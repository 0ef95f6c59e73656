//! Streets from an OpenStreetMap extract (`.osm.pbf`).

use std::path::Path;

use geo::ConvexHull;
use serde::Serialize;

use super::{
    SnapRule, Source, StreetNetwork,
    contract::{CLOSED, Raw, Segment, millimetres},
    extent::Extent,
    pbf::{check_places, each_block, header_bounds, walked_ways, wanted_nodes},
    profile::Profile,
    tables::check_count,
    verdict::Reason,
};
use crate::{
    control::Control,
    crs::Plane,
    error::{Error, Result},
    threads,
};

/// The walkable ways of an extract and their nodes, before they become a network.
#[derive(Debug, Clone)]
pub struct OsmStreets {
    /// Ids of the nodes on walkable ways, rising.
    pub node_id: Vec<i64>,
    /// Longitude and latitude of each node, degrees.
    pub lonlat: Vec<[f64; 2]>,
    /// Whether ways are cut at a node: a gate that is closed to walkers.
    pub is_closed: Vec<bool>,
    /// Walkable ways, by rising id.
    pub ways: Vec<OsmWay>,
    /// West, south, east and north of the extract as its header states them, degrees.
    pub bounds: Option<[f64; 4]>,
    /// What was read and what was left out.
    pub reading: Reading,
    profile: (String, String),
}

/// One walkable way.
#[derive(Debug, Clone, PartialEq)]
pub struct OsmWay {
    /// Its OpenStreetMap id.
    pub id: i64,
    /// Part of the walker's usual speed on it, above 0 and at most 1.
    pub factor: f64,
    /// Whether it is walked in the direction it is drawn in.
    pub forward: bool,
    /// Whether it is walked against it.
    pub backward: bool,
    /// Rows of its nodes; `None` where the extract lacks the node.
    pub nodes: Vec<Option<u32>>,
}

/// What was read from an extract and what was left out, with the reasons.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// Ways in the file, of all kinds.
    pub ways: usize,
    /// Ways that are walked.
    pub walked: usize,
    /// Ways of the street network that are not walked, by reason; every reason is listed.
    pub refused: Vec<(Reason, usize)>,
    /// Nodes in the file.
    pub nodes: usize,
    /// Walked ways that the extract cut off: some of their nodes are not in the file.
    pub cut_ways: usize,
    /// Nodes of walked ways that are not in the file.
    pub missing_nodes: usize,
    /// Gates and other barriers at which walked ways are cut.
    pub closed_gates: usize,
}

impl StreetNetwork {
    /// Streets from an `.osm.pbf` extract, as a profile walks them.
    ///
    /// `plane` is that of the city that will be asked about; `None` makes one
    /// around the streets. The file is read twice, ways first, so that only
    /// nodes on walked ways are held. Lengths are those of the plane. Data
    /// © OpenStreetMap contributors, `ODbL` 1.0.
    ///
    /// # Errors
    /// [`Error::File`] for a file that cannot be read, is damaged or cut off,
    /// holds no walkable way, or ways without their nodes;
    /// [`Error::Interrupted`].
    pub fn from_osm(path: &Path, profile: &Profile, plane: Option<&Plane>, control: &Control) -> Result<Self> {
        OsmStreets::read(path, profile, control)?.network(plane)
    }
}

impl OsmStreets {
    /// Read the ways that a profile walks.
    ///
    /// # Errors
    /// As [`StreetNetwork::from_osm`].
    pub fn read(path: &Path, profile: &Profile, control: &Control) -> Result<Self> {
        threads::install(|| {
            let mut bounds = None;
            let mut found: Vec<(OsmWay, Vec<i64>)> = vec![];
            let mut reading = Reading::default();
            let mut refused = [0_usize; Reason::COUNTED.len()];
            each_block(
                path,
                control,
                |header| bounds = header_bounds(header),
                |block| walked_ways(block, profile),
                |part| {
                    reading.ways += part.all;
                    refused.iter_mut().zip(part.refused).for_each(|(sum, count)| *sum += count);
                    found.extend(part.walked);
                },
            )?;
            reading.refused = Reason::COUNTED.into_iter().zip(refused).collect();
            reading.walked = found.len();
            if found.is_empty() {
                let cause = format!("none of its {} ways is one that profile {:?} walks", reading.ways, profile.name);
                return Err(Error::file("no street in", path, &cause));
            }
            found.sort_by_key(|(way, _)| way.id);
            let mut node_id: Vec<i64> = found.iter().flat_map(|(_, nodes)| nodes.iter().copied()).collect();
            node_id.sort_unstable();
            node_id.dedup();
            let mut place = vec![None; node_id.len()];
            let mut is_closed = vec![false; node_id.len()];
            each_block(
                path,
                control,
                |_| (),
                |block| wanted_nodes(block, &node_id, profile),
                |part| {
                    reading.nodes += part.all;
                    for (row, lonlat, closed) in part.wanted {
                        (place[row], is_closed[row]) = (Some(lonlat), closed);
                    }
                },
            )?;
            check_places(path, &node_id, &place)?;
            Self::assemble(path, found, &node_id, &place, &is_closed, bounds, reading, profile)
        })
    }

    /// Leave out the nodes that the file lacks, and renumber the others.
    #[allow(clippy::too_many_arguments)]
    fn assemble(
        path: &Path,
        found: Vec<(OsmWay, Vec<i64>)>,
        wanted: &[i64],
        place: &[Option<[f64; 2]>],
        is_closed: &[bool],
        bounds: Option<[f64; 4]>,
        mut reading: Reading,
        profile: &Profile,
    ) -> Result<Self> {
        let held: Vec<usize> = (0..wanted.len()).filter(|&row| place[row].is_some()).collect();
        check_count("nodes", held.len())?;
        let node_id: Vec<i64> = held.iter().map(|&row| wanted[row]).collect();
        let row_of = |id: &i64| node_id.binary_search(id).ok().map(|row| row as u32);
        let ways: Vec<OsmWay> =
            found.into_iter().map(|(way, nodes)| OsmWay { nodes: nodes.iter().map(row_of).collect(), ..way }).collect();
        reading.missing_nodes = wanted.len() - held.len();
        reading.cut_ways = ways.iter().filter(|way| way.nodes.contains(&None)).count();
        reading.closed_gates = held.iter().filter(|&&row| is_closed[row]).count();
        let streets = Self {
            lonlat: held.iter().filter_map(|&row| place[row]).collect(),
            is_closed: held.iter().map(|&row| is_closed[row]).collect(),
            node_id,
            ways,
            bounds,
            reading,
            profile: (profile.name.clone(), profile.hash()),
        };
        if streets.pieces().next().is_none() {
            let cause = format!(
                "its {} walked ways refer to nodes that it does not hold; make the extract with complete ways \
                 (osmium extract --strategy complete_ways)",
                streets.ways.len()
            );
            return Err(Error::file("no street in", path, &cause));
        }
        Ok(streets)
    }

    /// Straight pieces of the ways: row of the way, and rows of two nodes that follow each other on it.
    pub fn pieces(&self) -> impl Iterator<Item = (u32, [u32; 2])> + '_ {
        (0..).zip(&self.ways).flat_map(|(row, way)| {
            let pairs = way.nodes.windows(2).filter_map(|pair| Some([pair[0]?, pair[1]?]));
            pairs.filter(|[a, b]| a != b).map(move |pair| (row, pair))
        })
    }

    /// The network of these streets on a plane; `None` makes one around them.
    ///
    /// # Errors
    /// [`Error::Parameter`] when the plane has no place on Earth or the streets
    /// lie too far from it.
    pub fn network(self, plane: Option<&Plane>) -> Result<StreetNetwork> {
        let plane = match plane {
            Some(plane) if plane.origin().is_none() => {
                let rule = "these streets are in degrees, and the city's data has no place on Earth; give its coordinate system";
                return Err(Error::parameter("plane", &"metres", rule));
            }
            Some(plane) => plane.clone(),
            None => Plane::around(&self.lonlat)?,
        };
        let mut xy = plane.forward_all(&self.lonlat)?;
        let mut node_id = self.node_id.clone();
        let mut segments = Vec::with_capacity(self.node_id.len());
        for (way, ends) in self.pieces() {
            let OsmWay { factor, forward, backward, .. } = self.ways[way as usize];
            let [p, q] = ends.map(|node| xy[node as usize]);
            let length_m = (p[0] - q[0]).hypot(p[1] - q[1]);
            let too_long = || Error::parameter("length_m", &length_m, "a street between two nodes cannot be that long");
            let length_mm = millimetres(length_m).ok_or_else(too_long)?;
            let cost_mm = millimetres(length_m / factor).ok_or_else(too_long)?;
            // Each way that meets a closed gate ends there on its own.
            let [a, b] = ends.map(|node| {
                if self.is_closed[node as usize] {
                    xy.push(xy[node as usize]);
                    node_id.push(node_id[node as usize]);
                    return xy.len() as u32 - 1;
                }
                node
            });
            let cost = |open: bool| if open { cost_mm } else { CLOSED };
            segments.push(Segment { a, b, forward_mm: cost(forward), backward_mm: cost(backward), length_mm, way });
        }
        check_count("segments", segments.len())?;
        let extent = self.extent(&xy);
        let way_id = self.ways.iter().map(|way| way.id).collect();
        let raw = Raw { xy, node_id, segments, way_id, before: vec![] };
        let source = Source { kind: "osm", profile: Some(self.profile), reading: Some(self.reading) };
        StreetNetwork::build(raw, plane, SnapRule::default(), extent, vec![], source)
    }

    /// Where the streets end: nodes outside of the header's box and those after
    /// which the file lacks one, or without a box the hull of all.
    fn extent(&self, xy: &[[f64; 2]]) -> Extent {
        let mut exits = vec![];
        for way in &self.ways {
            for pair in way.nodes.windows(2) {
                match pair {
                    [Some(last), None] | [None, Some(last)] => exits.push(*last),
                    _ => {}
                }
            }
        }
        let mut hull = vec![];
        if let Some([west, south, east, north]) = self.bounds {
            let is_outside = |[lon, lat]: [f64; 2]| lon < west || lon > east || lat < south || lat > north;
            exits.extend((0..).zip(&self.lonlat).filter(|&(_, &at)| is_outside(at)).map(|(node, _)| node));
        } else {
            let points: geo::MultiPoint<f64> = xy.iter().copied().map(geo::Point::from).collect();
            hull = points.convex_hull().exterior().0.iter().map(|at| [at.x, at.y]).collect();
            hull.pop();
        }
        exits.sort_unstable();
        exits.dedup();
        Extent { exits, hull }
    }
}
