//! Who is a neighbour of whom, for `linli partition`.

use std::path::PathBuf;

use clap::Args;

use super::{Say, ask::StreetsAs, sources::source};
use crate::{
    city::City,
    error::Result,
    io::{Barriers, ReadOptions, read_barriers},
    network::StreetNetwork,
    regions::{Neighbourhood, OnFoot},
};

/// Neighbours beyond outlines that touch.
#[derive(Debug, Args)]
#[command(next_help_heading = "Neighbours")]
pub(super) struct Ground {
    /// Streets: neighbours must be able to walk to each other without a long detour.
    #[arg(long, value_name = "FILE")]
    streets: Option<PathBuf>,

    /// Longest walk between neighbours over the straight line; 800 m are never too long.
    #[arg(long, value_name = "RATIO", default_value_t = OnFoot::default().detour)]
    detour: f64,

    /// Rivers, railways, expressways: part those whose border runs along one that no street crosses there.
    #[arg(long, value_name = "FILE")]
    barriers: Option<PathBuf>,

    /// These two are no neighbours (repeatable).
    #[arg(long, value_name = "A,B", value_parser = pair)]
    cut: Vec<[String; 2]>,

    /// These two are: a footbridge (repeatable).
    #[arg(long, value_name = "A,B", value_parser = pair)]
    join: Vec<[String; 2]>,

    /// Join every set that touches no other to the nearest committee outside it.
    #[arg(long)]
    join_islands: bool,
}

impl Ground {
    pub(super) fn streets(&self, city: &City, read: &ReadOptions, say: Say) -> Result<Option<StreetNetwork>> {
        let read_one = |path: &PathBuf| StreetsAs::usual().read(path, city, read.clone(), say);
        self.streets.as_ref().map(read_one).transpose()
    }

    /// Rivers, railways, expressways, where they are given.
    pub(super) fn barriers(&self, read: &ReadOptions) -> Result<Option<Barriers>> {
        self.barriers.as_ref().map(|path| read_barriers(&source(path)?, read)).transpose()
    }

    pub(super) fn asked<'a>(
        &self,
        city: &City,
        streets: Option<&'a StreetNetwork>,
        barriers: Option<&Barriers>,
    ) -> Result<Neighbourhood<'a>> {
        let plane = &city.frame().plane;
        Ok(Neighbourhood {
            streets,
            on_foot: OnFoot { detour: self.detour, ..OnFoot::default() },
            barriers: barriers.map(|barriers| barriers.on(plane)).transpose()?,
            bridges: None,
            cut: self.cut.clone(),
            join: self.join.clone(),
            join_islands: self.join_islands,
        })
    }
}

/// "A,B"
pub(super) fn pair(text: &str) -> std::result::Result<[String; 2], String> {
    match text.split_once([',', '，']) {
        Some((a, b)) if !a.trim().is_empty() && !b.trim().is_empty() => Ok([a.trim().to_owned(), b.trim().to_owned()]),
        _ => Err("give two committees, such as 310107001001,310107001002".to_owned()),
    }
}
