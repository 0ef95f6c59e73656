//! The blocks of an `.osm.pbf` file, and what one of them says.

use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use osmpbf::{Blob, BlobReader, BlobType, Element, HeaderBlock, PrimitiveBlock};
use rayon::prelude::*;

use super::{
    osm::OsmWay,
    profile::Profile,
    verdict::{Reason, Verdict},
};
use crate::{
    control::Control,
    error::{Error, Result},
};

/// Blobs decoded at once: some hundred megabytes at most.
const BATCH: usize = 32;

/// What one block says about ways.
pub(super) struct Ways {
    pub all: usize,
    pub refused: [usize; Reason::COUNTED.len()],
    pub walked: Vec<(OsmWay, Vec<i64>)>,
}

pub(super) fn walked_ways(block: &PrimitiveBlock, profile: &Profile) -> Ways {
    let mut part = Ways { all: 0, refused: [0; Reason::COUNTED.len()], walked: vec![] };
    for way in block.groups().flat_map(|group| group.ways()) {
        part.all += 1;
        let tags: Vec<(&str, &str)> = way.tags().collect();
        match profile.judge(&tags) {
            Verdict::Refused(reason) => {
                if let Some(place) = Reason::COUNTED.iter().position(|&known| known == reason) {
                    part.refused[place] += 1;
                }
            }
            Verdict::Walkable { factor, forward, backward } => {
                let mut id = 0_i64;
                let nodes = way.raw_refs().iter().map(|step| {
                    id = id.wrapping_add(*step);
                    id
                });
                let nodes = nodes.collect();
                part.walked.push((OsmWay { id: way.id(), factor, forward, backward, nodes: vec![] }, nodes));
            }
        }
    }
    part
}

/// What one block says about nodes.
pub(super) struct Nodes {
    pub all: usize,
    /// Row, longitude and latitude, and whether ways are cut here.
    pub wanted: Vec<(usize, [f64; 2], bool)>,
}

pub(super) fn wanted_nodes(block: &PrimitiveBlock, node_id: &[i64], profile: &Profile) -> Nodes {
    let mut part = Nodes { all: 0, wanted: vec![] };
    block.for_each_element(|element| {
        let (id, lonlat) = match &element {
            Element::Node(node) => (node.id(), [node.lon(), node.lat()]),
            Element::DenseNode(node) => (node.id(), [node.lon(), node.lat()]),
            _ => return,
        };
        part.all += 1;
        let Ok(row) = node_id.binary_search(&id) else { return };
        let tags: Vec<(&str, &str)> = match &element {
            Element::Node(node) => node.tags().collect(),
            Element::DenseNode(node) => node.tags().collect(),
            _ => vec![],
        };
        part.wanted.push((row, lonlat, profile.is_closed(&tags)));
    });
    part
}

pub(super) fn header_bounds(header: &HeaderBlock) -> Option<[f64; 4]> {
    let bounds = header.bbox().map(|b| [b.left, b.bottom, b.right, b.top])?;
    (bounds[0] < bounds[2] && bounds[1] < bounds[3]).then_some(bounds)
}

/// Refuse positions that are not on Earth.
pub(super) fn check_places(path: &Path, node_id: &[i64], place: &[Option<[f64; 2]>]) -> Result<()> {
    let is_wrong = |at: &Option<[f64; 2]>| at.is_some_and(|[lon, lat]| lon.abs() > 180.0 || lat.abs() > 90.0);
    match place.iter().position(is_wrong) {
        Some(row) => {
            let cause =
                format!("node {} lies at {:?}, which is not on Earth; the file is damaged", node_id[row], place[row]);
            Err(Error::file("cannot read", path, &cause))
        }
        None => Ok(()),
    }
}

/// Decode every block on all cores and take the results in the file's order.
pub(super) fn each_block<T: Send>(
    path: &Path,
    control: &Control,
    mut header: impl FnMut(&HeaderBlock),
    read: impl Fn(&PrimitiveBlock) -> T + Sync,
    mut take: impl FnMut(T),
) -> Result<()> {
    const AGAIN: &str = "it is not an .osm.pbf file, or damaged or cut off; download it again";
    let damaged = |cause: &dyn std::fmt::Display| Error::file("cannot read", path, &format!("{cause}; {AGAIN}"));
    let file = File::open(path).map_err(|cause| Error::file("cannot read", path, &cause))?;
    let size = file.metadata().map_err(|cause| Error::file("cannot read", path, &cause))?.len();
    control.expect(usize::try_from(size).unwrap_or(usize::MAX));
    let passed = Arc::new(AtomicU64::new(0));
    let counted = Counted { inner: BufReader::new(file), passed: Arc::clone(&passed) };
    let mut blobs = BlobReader::new(counted);
    let (mut has_header, mut is_at_end) = (false, false);
    // Bytes up to the end of the last whole blob, and those already reported.
    let (mut whole, mut reported) = (0, 0);
    while !is_at_end {
        let mut batch: Vec<Blob> = vec![];
        while batch.len() < BATCH {
            let Some(blob) = blobs.next() else {
                is_at_end = true;
                break;
            };
            let blob = blob.map_err(|cause| damaged(&cause))?;
            whole = passed.load(Ordering::Relaxed);
            match blob.get_type() {
                BlobType::OsmHeader => {
                    let block = blob.to_headerblock().map_err(|cause| damaged(&cause))?;
                    check_features(path, &block)?;
                    header(&block);
                    has_header = true;
                }
                BlobType::OsmData => batch.push(blob),
                BlobType::Unknown(_) => {}
            }
        }
        let parts: Vec<T> = batch
            .par_iter()
            .map(|blob| blob.to_primitiveblock().map(|block| read(&block)).map_err(|cause| damaged(&cause)))
            .collect::<Result<_>>()?;
        parts.into_iter().for_each(&mut take);
        control.step(usize::try_from(whole - reported).unwrap_or(usize::MAX))?;
        reported = whole;
    }
    if !has_header {
        return Err(damaged(&"no header"));
    }
    // The reader takes a few last bytes that are no block for the end of the file.
    if whole != passed.load(Ordering::Relaxed) {
        return Err(damaged(&"bytes after the last block"));
    }
    Ok(())
}

/// Refuse files whose meaning we'd get wrong.
fn check_features(path: &Path, header: &HeaderBlock) -> Result<()> {
    const KNOWN: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];
    match header.required_features().iter().find(|feature| !KNOWN.contains(&feature.as_str())) {
        Some(feature) => {
            let cause = format!("it needs a reader that knows {feature:?}; make a plain extract of it (osmium cat)");
            Err(Error::file("cannot read", path, &cause))
        }
        None => Ok(()),
    }
}

/// Counts the bytes that were read.
struct Counted<R> {
    inner: R,
    passed: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.passed.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
