//! Several services (多种服务) at once: each site offers some, each service has its people and its walk.

use serde::Serialize;

use crate::{
    control::Control,
    error::{Error, Result},
    reach::{Reach, pair_count},
    threads,
};

use super::{
    branch::{Aim, search},
    check::{Claim, Evaluation, confirm, evaluate},
    clock::Clock,
    gather::Gather,
    plan::SitingPlan,
    reduce::reduce,
    rules::Rules,
    terms::{Asked, Terms, check_weight},
};

/// One service: who needs it, which sites offer it, and how far people walk for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Service<'a> {
    /// People of each demand row who need it.
    pub weight: &'a [f64],
    /// Whether each site offers it, or would.
    pub offers: &'a [bool],
    /// Longest walk to it, metres; `None` takes that of the terms.
    pub limit_m: Option<f64>,
}

/// Who reaches one service under a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServiceCover {
    /// People who need it.
    pub people: f64,
    /// Those within its limit of a chosen site that offers it.
    pub covered: f64,
    /// The nearest such site of each demand row; ties go to the lower row.
    pub assignment: Vec<Option<u32>>,
}

/// Choose `p` sites so that as many people as possible reach what they need, over all services.
///
/// The objective counts a person once for each service needed and reached; give
/// weights in other units to value services differently. The plan's people,
/// covered and per-site figures are such sums; its assignment is to the nearest
/// chosen site of any service within the limit of the terms.
///
/// Model: a maximal covering problem with one row per service and demand row
/// (Moore and ReVelle 1982, without their hierarchy).
///
/// # Errors
/// As [`mclp`](super::mclp()) for each service, [`Error::Parameter`] without services, [`Error::Length`] for `offers`
/// that are not one per site, and [`Error::TooManyPairs`] beyond 2³² pairs × services.
pub fn mclp_services(
    reach: &Reach,
    services: &[Service<'_>],
    p: usize,
    terms: &Terms,
    control: &Control,
) -> Result<(SitingPlan, Vec<ServiceCover>)> {
    let clock = Clock::new(terms.time_limit_s, control);
    let asked = Asked::new(reach, terms)?;
    Rules::none(terms, "mclp_services")?;
    if services.is_empty() {
        return Err(Error::parameter("services", &"none", "give at least one service"));
    }
    let mut limits = vec![];
    for service in services {
        check_weight(reach, service.weight)?;
        let (expected, got) = (reach.shape().1, service.offers.len());
        if got != expected {
            return Err(Error::Length { table: "sites", column: "offers".into(), expected, got });
        }
        let own = Terms { limit_m: service.limit_m.or(terms.limit_m), ..Terms::default() };
        limits.push(Asked::new(reach, &own)?.limit_m);
    }
    pair_count(reach.pairs() as u64 * services.len() as u64, reach.limit_m())?;
    let open = asked.open("mclp_services", p)?;
    let people: f64 = services.iter().flat_map(|service| service.weight).sum();
    let found = threads::install(|| {
        let mut gather = Gather::new(&asked.role, false);
        for (service, &limit_m) in services.iter().zip(&limits) {
            gather.cover(reach, service.weight, limit_m, &asked.role, 1, |site| service.offers[site as usize]);
        }
        let problem = reduce(gather.covering());
        search(&problem, Aim { open, most: None, gap: terms.gap, offset: people, seed: terms.seed }, &clock)
    });
    let sites = asked.fill(found.sites, p);
    let nobody = vec![0.0; reach.shape().0];
    let mut all = Evaluation { people, ..evaluate(reach, &nobody, asked.limit_m, &sites, &asked.fixed) };
    let mut covers = vec![];
    for (service, &limit_m) in services.iter().zip(&limits) {
        let offering: Vec<u32> = sites.iter().copied().filter(|&site| service.offers[site as usize]).collect();
        let one = evaluate(reach, service.weight, limit_m, &offering, &asked.fixed);
        for site in one.sites {
            if let Some(sum) = all.sites.iter_mut().find(|sum| sum.site == site.site) {
                sum.people += site.people;
                sum.only_here += site.only_here;
            }
        }
        all.covered += one.covered;
        covers.push(ServiceCover { people: one.people, covered: one.covered, assignment: one.assignment });
    }
    let claim = Claim::new("mclp_services", people - found.cost, people - found.bound, found.stop, terms, &clock);
    Ok((confirm(&claim, all.covered, all)?, covers))
}
