//! Reach (可达): which sites each demand point can walk to, and how far it is.
//!
//! Every question about coverage, assignment, siting and partition is asked of
//! one sparse table: demand points by sites, walking metres, cut off at a limit.

mod nearest;

use std::sync::OnceLock;

use nearest::noteworthy;
pub use nearest::{Access, Nearest};

use crate::error::{Error, Result};

/// Walking metres from demand points (rows) to sites (columns), sparse by rows.
///
/// Compressed sparse rows: a pair within the limit takes 12 bytes (site as u32,
/// metres as f64), a row 4. The other direction ([`Reach::by_site`]) takes 8
/// bytes a pair more and is made when first asked for. Sites rise within a row
/// and demand points within a site, so equal input gives equal bits. A pair
/// that is not stored is beyond the limit or unreachable, never zero.
#[derive(Debug, Clone)]
pub struct Reach {
    sites: usize,
    limit_m: Option<f64>,
    start: Vec<u32>,
    site: Vec<u32>,
    walk_m: Vec<f64>,
    by_site: OnceLock<BySite>,
    /// Empty where every row is [`Access::Known`].
    access: Vec<Access>,
}

/// The same pairs, grouped by site.
#[derive(Debug, Clone)]
pub struct BySite {
    start: Vec<u32>,
    demand: Vec<u32>,
    /// Where the pair stands in the rows: its metres are kept once.
    pair: Vec<u32>,
}

impl Reach {
    /// Reach from compressed sparse rows, checked.
    ///
    /// # Errors
    /// [`Error::Parameter`] when the arrays do not form such a table: row starts
    /// that fall, sites that do not rise within a row or do not exist, metres
    /// that are negative, not finite, or beyond the limit.
    pub fn from_csr(
        sites: usize,
        start: Vec<u32>,
        site: Vec<u32>,
        walk_m: Vec<f64>,
        limit_m: Option<f64>,
    ) -> Result<Self> {
        let wrong = |what: &str| Err(Error::parameter("reach", &what, "not a table of compressed sparse rows"));
        if start.first() != Some(&0) || start.last().copied() != u32::try_from(site.len()).ok() {
            return wrong("row starts must run from 0 to the number of pairs");
        }
        if site.len() != walk_m.len() || !start.is_sorted() {
            return wrong("sites and metres must be equally many, and row starts must not fall");
        }
        let within = limit_m.unwrap_or(f64::MAX);
        if let Some(pair) = walk_m.iter().position(|m| !(m.is_finite() && *m >= 0.0 && *m <= within)) {
            return wrong(&format!("pair {pair} has {} m", walk_m[pair]));
        }
        for row in start.windows(2) {
            let sites_of_row = &site[row[0] as usize..row[1] as usize];
            let exist = sites_of_row.last().is_none_or(|&last| (last as usize) < sites);
            if !(exist && sites_of_row.is_sorted_by(|a, b| a < b)) {
                return wrong("the sites of a row must rise and exist");
            }
        }
        Ok(Self { sites, limit_m, start, site, walk_m, by_site: OnceLock::new(), access: vec![] })
    }

    /// Reach whose builder already knows that it is well formed.
    pub(crate) fn trusted(
        sites: usize,
        start: Vec<u32>,
        site: Vec<u32>,
        walk_m: Vec<f64>,
        limit_m: Option<f64>,
    ) -> Self {
        Self { sites, limit_m, start, site, walk_m, by_site: OnceLock::new(), access: vec![] }
    }

    /// The same table with what is known of each row.
    pub(crate) fn with_access(self, access: Vec<Access>) -> Self {
        Self { access: noteworthy(access), ..self }
    }

    /// What is known of a demand point's walks beyond its pairs.
    #[must_use]
    pub fn access(&self, demand: usize) -> Access {
        self.access.get(demand).copied().unwrap_or_default()
    }

    /// Reach from a full table of walking metres, row by row.
    ///
    /// An infinite entry is unreachable; entries above the limit are left out.
    ///
    /// ```
    /// use linli::reach::Reach;
    ///
    /// let reach = Reach::from_dense(&[100.0, f64::INFINITY, 900.0, 300.0], 2, Some(800.0))?;
    /// assert_eq!(reach.row(0).collect::<Vec<_>>(), [(0, 100.0)]);
    /// assert_eq!(reach.row(1).collect::<Vec<_>>(), [(1, 300.0)]);
    /// # Ok::<(), linli::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Parameter`] when the table is not whole rows of `sites` entries,
    /// or an entry is NaN or negative.
    pub fn from_dense(walk_m: &[f64], sites: usize, limit_m: Option<f64>) -> Result<Self> {
        check_limit(limit_m)?;
        if sites == 0 || !walk_m.len().is_multiple_of(sites) {
            let rule = format!("must be whole rows of {sites} sites");
            return Err(Error::parameter("walk_m", &format!("{} entries", walk_m.len()), &rule));
        }
        let rows = walk_m.chunks_exact(sites).enumerate();
        let mut pairs = Pairs::default();
        for (demand, row) in rows {
            for (site, &metres) in row.iter().enumerate() {
                pairs.push(demand, site, metres, limit_m)?;
            }
            pairs.end_row()?;
        }
        Ok(pairs.reach(sites, limit_m))
    }

    /// Reach from a list of pairs in any order.
    ///
    /// # Errors
    /// [`Error::Parameter`] for lists of unequal length, a demand point or site
    /// outside `shape`, a pair given twice, and metres that are NaN or negative.
    pub fn from_pairs(demand: &[u32], site: &[u32], walk_m: &[f64], shape: (usize, usize)) -> Result<Self> {
        if demand.len() != walk_m.len() || site.len() != walk_m.len() {
            let lengths = format!("{}, {} and {} long", demand.len(), site.len(), walk_m.len());
            return Err(Error::parameter("demand, site, walk_m", &lengths, "must be equally long"));
        }
        let mut order: Vec<usize> = (0..walk_m.len()).collect();
        order.sort_unstable_by_key(|&pair| (demand[pair], site[pair], pair));
        if let Some(twice) = order.windows(2).find(|w| (demand[w[0]], site[w[0]]) == (demand[w[1]], site[w[1]])) {
            let pair = format!("({}, {})", demand[twice[0]], site[twice[0]]);
            return Err(Error::parameter("pair", &pair, "is given twice; give the shorter walk only"));
        }
        let outside = |pair: &&usize| demand[**pair] as usize >= shape.0 || site[**pair] as usize >= shape.1;
        if let Some(&pair) = order.iter().find(outside) {
            let rule = format!("lies outside the shape {} × {}", shape.0, shape.1);
            return Err(Error::parameter("pair", &format!("({}, {})", demand[pair], site[pair]), &rule));
        }
        let mut pairs = Pairs::default();
        let mut order = order.into_iter().peekable();
        for row in 0..shape.0 {
            while let Some(pair) = order.next_if(|&pair| demand[pair] as usize == row) {
                pairs.push(row, site[pair] as usize, walk_m[pair], None)?;
            }
            pairs.end_row()?;
        }
        Ok(pairs.reach(shape.1, None))
    }

    /// Demand points and sites.
    #[must_use]
    pub fn shape(&self) -> (usize, usize) {
        (self.start.len() - 1, self.sites)
    }

    /// Number of pairs within the limit.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.site.len()
    }

    /// The limit the pairs were cut off at, metres; `None` holds every reachable pair.
    #[must_use]
    pub fn limit_m(&self) -> Option<f64> {
        self.limit_m
    }

    /// Sites within reach of a demand point with walking metres, by rising site.
    pub fn row(&self, demand: usize) -> impl ExactSizeIterator<Item = (u32, f64)> + '_ {
        let range = self.start[demand] as usize..self.start[demand + 1] as usize;
        self.site[range.clone()].iter().copied().zip(self.walk_m[range].iter().copied())
    }

    /// Row starts, sites and metres: the arrays of a CSR matrix.
    #[must_use]
    pub fn csr(&self) -> (&[u32], &[u32], &[f64]) {
        (&self.start, &self.site, &self.walk_m)
    }

    /// The nearest site of each demand point; ties go to the lower row.
    #[must_use]
    pub fn nearest(&self) -> Nearest {
        let mut nearest = Nearest::none(self.shape().0);
        for demand in 0..self.shape().0 {
            for (site, walk_m) in self.row(demand) {
                if nearest.get(demand).is_none_or(|(_, best_m)| walk_m < best_m) {
                    nearest.set(demand, site, walk_m);
                }
            }
        }
        nearest.with_access(self.access.clone())
    }

    /// The same pairs grouped by site; made once, on first use.
    pub fn by_site(&self) -> &BySite {
        self.by_site.get_or_init(|| {
            let mut start = vec![0_u32; self.sites + 1];
            self.site.iter().for_each(|&site| start[site as usize + 1] += 1);
            for site in 0..self.sites {
                start[site + 1] += start[site];
            }
            let mut next = start.clone();
            let mut demand = vec![0; self.pairs()];
            let mut pair = vec![0; self.pairs()];
            for row in 0..self.shape().0 {
                for at in self.start[row]..self.start[row + 1] {
                    let slot = &mut next[self.site[at as usize] as usize];
                    demand[*slot as usize] = row as u32;
                    pair[*slot as usize] = at;
                    *slot += 1;
                }
            }
            BySite { start, demand, pair }
        })
    }

    /// Demand points within reach of a site with walking metres, by rising point.
    pub fn column(&self, site: usize) -> impl ExactSizeIterator<Item = (u32, f64)> + '_ {
        let by_site = self.by_site();
        let range = by_site.start[site] as usize..by_site.start[site + 1] as usize;
        let walks = by_site.pair[range.clone()].iter().map(|&pair| self.walk_m[pair as usize]);
        by_site.demand[range].iter().copied().zip(walks)
    }

    /// Bytes held: by rows, and by sites where that was asked for.
    #[must_use]
    pub fn bytes(&self) -> (usize, usize) {
        let by_rows = 4 * self.start.len() + 12 * self.pairs() + self.access.len();
        (by_rows, self.by_site.get().map_or(0, |by_site| 4 * by_site.start.len() + 8 * self.pairs()))
    }
}

/// Pairs gathered row by row.
struct Pairs {
    start: Vec<u32>,
    site: Vec<u32>,
    walk_m: Vec<f64>,
}

impl Default for Pairs {
    fn default() -> Self {
        Self { start: vec![0], site: vec![], walk_m: vec![] }
    }
}

impl Pairs {
    fn push(&mut self, demand: usize, site: usize, metres: f64, limit_m: Option<f64>) -> Result<()> {
        if metres.is_nan() || metres < 0.0 {
            let rule = format!(
                "the walk from demand row {demand} to site {site} must be 0 or more; leave it infinite where there is none"
            );
            return Err(Error::parameter("walk_m", &metres, &rule));
        }
        if metres.is_finite() && limit_m.is_none_or(|limit_m| metres <= limit_m) {
            self.site.push(site as u32);
            self.walk_m.push(metres);
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<()> {
        self.start.push(pair_count(self.site.len() as u64, None)?);
        Ok(())
    }

    fn reach(self, sites: usize, limit_m: Option<f64>) -> Reach {
        Reach::trusted(sites, self.start, self.site, self.walk_m, limit_m)
    }
}

/// Refuse limits that are negative or NaN.
pub(crate) fn check_limit(limit_m: Option<f64>) -> Result<()> {
    match limit_m {
        Some(limit_m) if !(limit_m.is_finite() && limit_m >= 0.0) => {
            Err(Error::parameter("limit_m", &limit_m, "give a finite number of metres, 0 or more"))
        }
        _ => Ok(()),
    }
}

/// Pairs are counted in u32; more would not fit a machine's memory anyway.
pub(crate) fn pair_count(pairs: u64, limit_m: Option<f64>) -> Result<u32> {
    u32::try_from(pairs).map_err(|_| Error::TooManyPairs {
        pairs,
        limit_m: limit_m.unwrap_or(f64::INFINITY),
        gib: gib(pairs),
        why: "more than 4,294,967,295 pairs",
    })
}

/// Memory of this many pairs, GiB.
pub(crate) fn gib(pairs: u64) -> f64 {
    pairs as f64 * 12.0 / f64::from(1_u32 << 30)
}
