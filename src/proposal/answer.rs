//! The answer in the city's own names.

use serde::Serialize;

use super::{ask::Ask, candidates::Site, needs::LeftOut, table::Table, worth::Walks};
use crate::{
    city::{City, WhatIf},
    coverage,
    error::Result,
    paces::Walkers,
    site::{Phases, SitingPlan, Stop},
};

/// A new centre, and what it is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pick {
    /// The site: a place in [`Proposal::sites`].
    pub site: u32,
    /// The phase in which it opens, from 1.
    pub phase: usize,
    /// What it adds to the centres before it, in the unit of the objective: people
    /// (for `lscp` and `p_center` people within the standard), or person-metres fewer.
    /// `None` where nobody had a centre before.
    pub gained: Option<f64>,
    /// What is lost when it alone is left out; `None` where someone would have no centre.
    pub lost: Option<f64>,
    /// People within the standard that it adds to the centres before it.
    pub people_gained: f64,
    /// People within the standard who are lost when it alone is left out.
    pub people_lost: f64,
}

/// An open centre under the plan, and who walks to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Centre {
    /// The site: a place in [`Proposal::sites`].
    pub site: u32,
    /// The phase in which it opens, from 1; `None` exists today.
    pub phase: Option<usize>,
    /// People within the standard whose nearest centre it is.
    pub people: f64,
    /// Their mean walk, metres.
    pub mean_walk_m: Option<f64>,
    /// The longest of their walks, metres.
    pub farthest_m: Option<f64>,
}

/// From a demand point to the centre it is nearest to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Row of the committee.
    pub committee: u32,
    /// The demand point.
    pub point: u32,
    /// The site: a place in [`Proposal::sites`].
    pub site: u32,
    /// People who live there; 0 where it is unknown.
    pub people: f64,
    /// The walk, metres.
    pub walk_m: f64,
}

/// A group of people who walk at a speed of their own, before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupCover {
    /// The measure; `None` are all others.
    pub name: Option<String>,
    /// Their walking speed, metres per second.
    pub speed_m_per_s: f64,
    /// Their limit, metres.
    pub limit_m: f64,
    /// People, where they have a place.
    pub people: f64,
    /// Those within the standard today.
    pub covered_before: f64,
    /// Those within the standard under the plan.
    pub covered_after: f64,
}

/// The assumptions an answer rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Provenance {
    /// How people walk, how far is near enough, and the city's data.
    #[serde(flatten)]
    pub coverage: coverage::Provenance,
    /// By what it was judged.
    pub model: &'static str,
    /// Minutes up to which people count fully, in gradual covering.
    pub full_minutes: Option<f64>,
    /// New centres in each phase, as asked.
    pub new: Vec<usize>,
    /// Where new centres could stand, in words.
    pub candidates: String,
    /// Spacing of the grid of candidates, where there is one, metres.
    pub spacing_m: Option<f64>,
    /// Candidates that could not be chosen, as named.
    pub forbidden: Vec<String>,
    /// Groups with a walking speed of their own, metres per second.
    pub speeds: Vec<(String, f64)>,
    /// The relative gap asked for.
    pub gap: f64,
    /// The time allowed, seconds.
    pub time_limit_s: Option<f64>,
    /// Seed of the random restarts.
    pub seed: u64,
}

/// Where the next centres should go, and how good that is.
pub struct Proposal {
    pub(super) table: Table,
    pub(super) ask: Ask,
    pub(super) plan: SitingPlan,
    pub(super) phases: Option<Phases>,
    pub(super) picks: Vec<Pick>,
    /// Everybody's walk under the plan, and today.
    pub(super) walks: Walks,
    pub(super) before: Walks,
    pub(super) provenance: Provenance,
}

impl Proposal {
    /// Existing centres first, then every candidate: what [`Pick::site`] and others refer to.
    #[must_use]
    pub fn sites(&self) -> &[Site] {
        &self.table.sites
    }

    /// The new centres, phase by phase, each phase in the order in which they bring most.
    #[must_use]
    pub fn picks(&self) -> &[Pick] {
        &self.picks
    }

    /// The sites of the new centres, in the order of [`Proposal::picks`].
    pub fn new_sites(&self) -> impl Iterator<Item = &Site> {
        self.picks.iter().map(|pick| &self.table.sites[pick.site as usize])
    }

    /// The plan as [`site`](crate::site) found it, of the last phase where there are several.
    #[must_use]
    pub fn plan(&self) -> &SitingPlan {
        &self.plan
    }

    /// The phases, where more than one was asked for.
    #[must_use]
    pub fn phases(&self) -> Option<&Phases> {
        self.phases.as_ref()
    }

    /// Objective, bound, gap, whether it is proven, and why the search ended; added up over phases.
    #[must_use]
    pub fn proof(&self) -> (f64, f64, f64, bool, Stop) {
        let plan = &self.plan;
        self.phases.as_ref().map_or((plan.objective, plan.bound, plan.gap, plan.proven, plan.stop), |found| {
            (found.objective, found.bound, found.gap, found.proven, found.stop)
        })
    }

    /// Seconds that the search took.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.phases.as_ref().map_or(self.plan.seconds, |found| found.seconds)
    }

    /// What was asked.
    #[must_use]
    pub fn ask(&self) -> &Ask {
        &self.ask
    }

    /// The assumptions.
    #[must_use]
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// People whose number is known, wherever they live.
    #[must_use]
    pub fn people(&self) -> f64 {
        self.table.people
    }

    /// People within the standard of a centre today.
    #[must_use]
    pub fn covered_before(&self) -> f64 {
        self.before.covered(&self.table)
    }

    /// People within the standard of a centre under the plan.
    #[must_use]
    pub fn covered_after(&self) -> f64 {
        self.walks.covered(&self.table)
    }

    /// Mean walk today and under the plan, metres, where everybody's walk was measured.
    #[must_use]
    pub fn mean_walk_m(&self) -> (Option<f64>, Option<f64>) {
        let mean = |walks: &Walks| {
            let (metres, people) = walks.walked(&self.table);
            let everybody = (0..self.table.rows.len()).all(|row| walks.nearest(row).is_some());
            (everybody && people > 0.0 && !self.ask.model.is_covering()).then(|| metres / people)
        };
        (mean(&self.before), mean(&self.walks))
    }

    /// Longest walk of a place today and under the plan, metres, where everybody's walk was measured.
    #[must_use]
    pub fn longest_walk_m(&self) -> (Option<f64>, Option<f64>) {
        let longest = |walks: &Walks| {
            if self.ask.model.is_covering() {
                return None;
            }
            let metres = (0..self.table.rows.len()).map(|row| walks.nearest(row).map(|(_, walk_m)| walk_m));
            metres.collect::<Option<Vec<f64>>>().map(|metres| metres.into_iter().fold(0.0, f64::max))
        };
        (longest(&self.before), longest(&self.walks))
    }

    /// Committees that took no part in the choice, or not wholly.
    #[must_use]
    pub fn left_out(&self) -> &[LeftOut] {
        &self.table.left_out
    }

    /// Each group with a walking speed of its own and all others, before and after.
    #[must_use]
    pub fn groups(&self) -> Vec<GroupCover> {
        let table = &self.table;
        let sums = |group: usize, walks: Option<&Walks>| -> f64 {
            let rows = (0..table.rows.len()).filter(|&row| table.rows[row].walkers as usize == group);
            let near = |&row: &usize| {
                walks.is_none_or(|walks| walks.nearest(row).is_some_and(|(_, walk_m)| walk_m <= table.limit_m(row)))
            };
            rows.filter(near).fold(0.0, |sum, row| sum + table.weight[row])
        };
        let group = |(at, walkers): (usize, &Walkers)| GroupCover {
            name: walkers.name.as_ref().map(|_| walkers.label()),
            speed_m_per_s: walkers.speed_m_per_s,
            limit_m: walkers.limit_m,
            people: sums(at, None),
            covered_before: sums(at, Some(&self.before)),
            covered_after: sums(at, Some(&self.walks)),
        };
        table.walkers.iter().enumerate().map(group).collect()
    }

    /// Every open centre under the plan: new ones first, then those that exist.
    #[must_use]
    pub fn centres(&self) -> Vec<Centre> {
        let new = self.picks.iter().map(|pick| (pick.site, Some(pick.phase)));
        let open: Vec<(u32, Option<usize>)> =
            new.chain((0..self.table.existing as u32).map(|site| (site, None))).collect();
        let mut sums = vec![(0.0, 0.0, None::<f64>); self.table.sites.len()];
        for row in 0..self.table.rows.len() {
            let Some((site, walk_m)) = self.walks.nearest(row) else { continue };
            if walk_m <= self.table.limit_m(row) {
                let (people, metres, farthest_m) = &mut sums[site as usize];
                *people += self.table.weight[row];
                *metres += self.table.weight[row] * walk_m;
                *farthest_m = Some(farthest_m.map_or(walk_m, |known| known.max(walk_m)));
            }
        }
        let centre = |(site, phase): (u32, Option<usize>)| {
            let (people, metres, farthest_m) = sums[site as usize];
            let mean_walk_m = (people > 0.0).then(|| metres / people);
            Centre { site, phase, people, mean_walk_m, farthest_m }
        };
        open.into_iter().map(centre).collect()
    }

    /// From every demand point to its nearest centre under the plan, where one is within reach.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let mut lines: Vec<Line> = vec![];
        for (row, need) in self.table.rows.iter().enumerate() {
            let Some((site, walk_m)) = self.walks.nearest(row) else { continue };
            match lines.last_mut().filter(|last| last.point == need.point) {
                // Several groups live at one point and walk to the same centre.
                Some(last) => last.people += need.people,
                None => {
                    lines.push(Line {
                        committee: need.committee,
                        point: need.point,
                        site,
                        people: need.people,
                        walk_m,
                    });
                }
            }
        }
        lines
    }

    /// The city with the plan carried out, up to and with a phase; `None` takes all.
    ///
    /// Listed facilities become existing; other places are added and offer every service.
    ///
    /// # Errors
    /// Those of [`City::what_if`].
    pub fn city(&self, city: &City, phase: Option<usize>) -> Result<City> {
        let mut change = WhatIf::default();
        for pick in self.picks.iter().filter(|pick| phase.is_none_or(|phase| pick.phase <= phase)) {
            let site = &self.table.sites[pick.site as usize];
            if site.facility.is_some() {
                change.open.push(site.id.clone());
            } else {
                change.add.push((site.id.clone(), site.position));
            }
        }
        city.what_if(&change)
    }
}
