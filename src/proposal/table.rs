//! The question as the models of [`site`](crate::site) take it: reach, people, sites.

use super::{
    ask::{Ask, Model},
    candidates::{Site, Sites},
    needs::{LeftOut, Need, Needs, Reason},
};
use crate::{
    city::City,
    control::Control,
    error::{Error, Result},
    paces::Walkers,
    reach::{Access, Reach},
    site::{self, Cover, SitingPlan, Terms, Worth},
    walk::Walk,
};

/// Rows by sites, ready to be asked.
pub(super) struct Table {
    pub model: Model,
    pub sites: Vec<Site>,
    /// Sites that stay open: the first so many.
    pub existing: usize,
    pub forbidden: Vec<u32>,
    pub rows: Vec<Need>,
    pub weight: Vec<f64>,
    pub reach: Reach,
    pub walkers: Vec<Walkers>,
    pub left_out: Vec<LeftOut>,
    pub people: f64,
    pub spacing_m: Option<f64>,
    pub about: String,
    /// Metres up to which people count fully, in gradual covering.
    full_m: f64,
}

impl Table {
    pub(super) fn new(city: &City, walk: &dyn Walk, ask: &Ask, control: &Control) -> Result<Self> {
        ask.check()?;
        let mut needs = Needs::gather(city, ask)?;
        let gathered = Sites::gather(city, &ask.candidates, ask.service.as_deref())?;
        let forbidden = gathered.forbidden(city, &ask.forbidden)?;
        let Sites { all: sites, existing, spacing_m, about } = gathered;
        check_count(ask, sites.len() - existing, forbidden.len())?;
        let xy: Vec<[f64; 2]> = sites.iter().map(|site| site.xy).collect();
        let mut places = Places::of(&needs, city);
        let limit_m = if ask.model.is_covering() {
            needs.walkers.iter().map(|walkers| walkers.limit_m).reduce(f64::max)
        } else {
            longest_today(walk, &places.xy, &xy[..existing], control)?
        };
        let by_place = walk.reach(&places.xy, &xy, limit_m, control)?;
        name_unreachable(&mut needs, &mut places, &by_place, !ask.model.is_covering())?;
        let reach = expand(&needs, &places, &by_place, sites.len(), ask.model.is_covering())?;
        let full_m = match ask.model {
            Model::Gradual { full_minutes } => full_minutes * 60.0 * ask.standard.speed_m_per_s(),
            _ => 0.0,
        };
        // How long the search takes nobody knows.
        control.expect(0);
        Ok(Self {
            model: ask.model,
            existing,
            forbidden,
            weight: needs.rows.iter().map(|need| need.people).collect(),
            rows: needs.rows,
            reach,
            walkers: needs.walkers,
            left_out: needs.left_out,
            people: needs.people,
            spacing_m,
            about,
            sites,
            full_m,
        })
    }

    /// Terms of the question; the existing centres stay open.
    pub(super) fn terms(&self, ask: &Ask) -> Terms {
        Terms {
            limit_m: None,
            fixed: (0..self.existing as u32).collect(),
            forbidden: self.forbidden.clone(),
            time_limit_s: ask.time_limit_s,
            gap: ask.gap,
            seed: ask.seed,
            ..Terms::default()
        }
    }

    /// Ask the model for `p` sites, the existing ones among them.
    pub(super) fn solve(&self, p: usize, terms: &Terms, control: &Control) -> Result<SitingPlan> {
        match self.model {
            Model::Mclp => site::mclp(&self.reach, &self.weight, p, terms, control),
            Model::Gradual { .. } => site::gradual(&self.reach, &self.weight, p, self.full_m, terms, control),
            Model::Lscp => site::lscp(&self.reach, None, Cover::default(), terms, control),
            Model::PMedian => site::p_median(&self.reach, &self.weight, p, terms, control),
            Model::PCenter => site::p_center(&self.reach, p, terms, control),
        }
    }

    /// Longest walk of a row that counts as within the standard, metres.
    pub(super) fn limit_m(&self, row: usize) -> f64 {
        self.walkers[self.rows[row].walkers as usize].limit_m
    }

    /// The share of a person that counts at this walk, in gradual covering.
    pub(super) fn counted(&self, walk_m: f64) -> f64 {
        let limit_m = self.walkers[0].limit_m;
        if walk_m <= self.full_m { 1.0 } else { ((limit_m - walk_m) / (limit_m - self.full_m)).max(0.0) }
    }

    /// What the model's plans are judged by, in exchanges.
    pub(super) fn worth(&self) -> Worth {
        if self.model == Model::PMedian { Worth::PersonMetres } else { Worth::Covered }
    }

    /// The limit at which [`Table::worth`] counts people.
    pub(super) fn worth_limit_m(&self) -> Option<f64> {
        match self.model {
            // One speed only: more of them are for covering models, whose rows are cut off at their limits.
            Model::PCenter => Some(self.reach.limit_m().unwrap_or(f64::INFINITY).min(self.walkers[0].limit_m)),
            _ => None,
        }
    }
}

/// Refuse more new centres than there are candidates.
fn check_count(ask: &Ask, candidates: usize, forbidden: usize) -> Result<()> {
    let new: usize = ask.new.iter().sum();
    let allowed = candidates - forbidden;
    if new <= allowed {
        return Ok(());
    }
    let without = if forbidden > 0 { format!(" besides the {forbidden} forbidden") } else { String::new() };
    Err(Error::Infeasible {
        model: ask.model.word(),
        why: format!("{new} new centres, but only {allowed} candidates{without}").into(),
        change: if allowed > 0 {
            format!("ask for {allowed}, or give more candidates (a grid has plenty)").into()
        } else {
            "allow some, or give more candidates (a grid has plenty)".into()
        },
        rows: vec![],
        parameter: "new",
        given: new as f64,
        needed: Some(allowed as f64),
    })
}

/// The demand points that take part, each once, and the place of each row.
struct Places {
    xy: Vec<[f64; 2]>,
    of_row: Vec<u32>,
}

impl Places {
    fn of(needs: &Needs, city: &City) -> Self {
        let mut places = Self { xy: vec![], of_row: vec![] };
        let mut last = None;
        for need in &needs.rows {
            // Rows of one point follow each other.
            if last != Some(need.point) {
                places.xy.push(city.demand().points.xy[need.point as usize]);
                last = Some(need.point);
            }
            places.of_row.push(places.xy.len() as u32 - 1);
        }
        places
    }
}

/// The longest walk to an existing centre: no site that is farther will be anybody's nearest.
fn longest_today(
    walk: &dyn Walk,
    places: &[[f64; 2]],
    existing: &[[f64; 2]],
    control: &Control,
) -> Result<Option<f64>> {
    if existing.is_empty() {
        return Ok(None);
    }
    let nearest = walk.nearest(places, existing, control)?;
    let walks: Option<Vec<f64>> = (0..places.len()).map(|place| nearest.get(place).map(|(_, walk_m)| walk_m)).collect();
    Ok(walks.map(|walks| walks.into_iter().fold(0.0, f64::max)))
}

/// Name rows from which no site can be walked to; where everybody must walk to one, put them aside.
fn name_unreachable(needs: &mut Needs, places: &mut Places, by_place: &Reach, put_aside: bool) -> Result<()> {
    let why = |place: u32| match by_place.access(place as usize) {
        Access::Unsnapped => Some(Reason::Unsnapped),
        Access::Unreachable => Some(Reason::Unreachable),
        // Walks that were not cut off hold all there are.
        _ => (put_aside && by_place.row(place as usize).len() == 0).then_some(Reason::Unreachable),
    };
    let reasons: Vec<Option<Reason>> = places.of_row.iter().map(|&place| why(place)).collect();
    for (need, reason) in needs.rows.iter().zip(&reasons) {
        let Some(reason) = *reason else { continue };
        match needs.left_out.iter_mut().find(|out| out.row == need.committee && out.reason == reason) {
            Some(known) => known.people = known.people.map(|people| people + need.people),
            None => needs.left_out.push(LeftOut { row: need.committee, reason, people: Some(need.people) }),
        }
    }
    if !put_aside {
        return Ok(());
    }
    let mut kept = reasons.iter();
    needs.rows.retain(|_| kept.next() == Some(&None));
    let mut kept = reasons.iter();
    places.of_row.retain(|_| kept.next() == Some(&None));
    if needs.rows.is_empty() {
        return Err(Error::parameter("candidates", &"all", "none can be walked to from any place where people live"));
    }
    Ok(())
}

/// The walks of each row, up to the limit of those who walk; where places cannot be reached, no row.
fn expand(needs: &Needs, places: &Places, by_place: &Reach, sites: usize, covering: bool) -> Result<Reach> {
    let (mut start, mut site, mut walk_m) = (vec![0], vec![], vec![]);
    for (row, need) in needs.rows.iter().enumerate() {
        let limit_m = if covering { needs.walkers[need.walkers as usize].limit_m } else { f64::INFINITY };
        for (of, metres) in by_place.row(places.of_row[row] as usize).filter(|&(_, metres)| metres <= limit_m) {
            site.push(of);
            walk_m.push(metres);
        }
        start.push(crate::reach::pair_count(site.len() as u64, by_place.limit_m())?);
    }
    Reach::from_csr(sites, start, site, walk_m, by_place.limit_m())
}
