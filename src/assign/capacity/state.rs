//! An assignment of whole units that is being improved, and what a move would change.

use super::{model::Model, rules::Rules};

/// Each unit at one of its ways.
pub(super) struct State<'a> {
    pub(super) model: &'a Model,
    pub(super) rules: &'a Rules<'a>,
    /// The way of each unit, and its site.
    pub(super) way: Vec<u32>,
    pub(super) site_of: Vec<u32>,
    /// Units at each site; outside is last.
    pub(super) members: Vec<Vec<u32>>,
    /// Where each unit stands among those.
    stands: Vec<u32>,
    /// The sum of each side.
    sum: Vec<f64>,
    /// Pieces of each site's catchment beyond the first.
    strays: Vec<u32>,
    /// What a person beyond a limit costs, and a stray piece.
    pub(super) fine: f64,
    pub(super) stray_fine: f64,
    /// What people outside count for, in the model's costs; 1 but while searching.
    pub(super) outside_part: f64,
    running: f64,
    touched: Vec<(u32, f64)>,
}

/// A unit and the way it would go.
pub(super) type Move = (usize, usize);

impl<'a> State<'a> {
    pub(super) fn new(model: &'a Model, rules: &'a Rules<'a>, way: Vec<u32>) -> Self {
        let sites = model.sites as usize;
        let dearest = model.start.windows(2).enumerate().map(|(unit, of)| {
            let costs = (of[0]..of[1]).filter(|&way| model.site[way] != model.sites).map(|way| model.cost[way]);
            costs.fold(0.0, f64::max) / model.size[unit]
        });
        let mut far: Vec<f64> = dearest.filter(|cost| cost.is_finite()).collect();
        far.sort_by(f64::total_cmp);
        // The dearest walks of most units: a little room must never be worth a detour through half the town.
        let fine = far.get(far.len() / 2).copied().unwrap_or(1.0).max(1e-9);
        let mean = model.size.iter().sum::<f64>() / model.units().max(1) as f64;
        let mut state = Self {
            model,
            rules,
            site_of: way.iter().map(|&way| model.site[way as usize]).collect(),
            way,
            members: vec![vec![]; sites + 1],
            stands: vec![],
            sum: vec![],
            strays: vec![0; sites],
            fine,
            stray_fine: fine * mean,
            outside_part: 1.0,
            running: 0.0,
            touched: vec![],
        };
        state.recount();
        state
    }

    /// Take another assignment.
    pub(super) fn set(&mut self, way: &[u32]) {
        self.way.copy_from_slice(way);
        self.site_of = way.iter().map(|&way| self.model.site[way as usize]).collect();
        self.recount();
    }

    /// Everything that follows from the ways, summed up anew.
    pub(super) fn recount(&mut self) {
        self.members.iter_mut().for_each(Vec::clear);
        self.stands = vec![0; self.way.len()];
        self.sum = vec![0.0; self.model.sides.len()];
        for unit in 0..self.way.len() {
            let own = &mut self.members[self.site_of[unit] as usize];
            self.stands[unit] = own.len() as u32;
            own.push(unit as u32);
            for &(side, amount) in self.model.entries(self.way[unit] as usize) {
                self.sum[side as usize] += amount;
            }
        }
        self.running = self.cost();
        for site in 0..self.strays.len() {
            self.strays[site] = self.stray_pieces(site as u32);
        }
    }

    fn stray_pieces(&self, site: u32) -> u32 {
        self.rules.count_pieces(&self.members[site as usize], site, &self.site_of).saturating_sub(1)
    }

    fn cost_at(&self, way: usize) -> f64 {
        let outside = self.model.site[way] == self.model.sites;
        self.model.cost[way] * if outside { self.outside_part } else { 1.0 }
    }

    /// What the assignment costs.
    pub(super) fn cost(&self) -> f64 {
        self.way.iter().map(|&way| self.model.cost[way as usize]).sum()
    }

    /// The same, but for rounding since the last count.
    pub(super) fn running(&self) -> f64 {
        self.running
    }

    /// People beyond limits.
    pub(super) fn beyond(&self) -> f64 {
        self.model.sides.iter().zip(&self.sum).map(|(side, &sum)| side.beyond(sum) * side.people).sum()
    }

    /// Whether it keeps limits and rules.
    pub(super) fn is_sound(&self) -> bool {
        self.strays.iter().all(|&strays| strays == 0)
            && self.model.sides.iter().zip(&self.sum).all(|(side, &sum)| side.beyond(sum) == 0.0)
            && self.rules.are_apart(&self.site_of)
    }

    /// What moves would add to cost and fines, but for stray pieces.
    pub(super) fn change(&mut self, moves: &[Move]) -> f64 {
        self.touched.clear();
        let mut change = 0.0;
        for &(unit, to) in moves {
            let from = self.way[unit] as usize;
            change += self.cost_at(to) - self.cost_at(from);
            for (way, sign) in [(from, -1.0), (to, 1.0)] {
                for &(side, amount) in self.model.entries(way) {
                    match self.touched.iter_mut().find(|(known, _)| *known == side) {
                        Some((_, sum)) => *sum += sign * amount,
                        None => self.touched.push((side, sign * amount)),
                    }
                }
            }
        }
        for &(side, add) in &self.touched {
            let (of, sum) = (&self.model.sides[side as usize], self.sum[side as usize]);
            change += self.fine * of.people * (of.beyond(sum + add) - of.beyond(sum));
        }
        change
    }

    /// Whether the units may be there, as far as pairs that must be apart go.
    pub(super) fn may(&self, moves: &[Move]) -> bool {
        let to_sites: Vec<(u32, u32)> = moves.iter().map(|&(unit, to)| (unit as u32, self.model.site[to])).collect();
        self.rules.may_move(&to_sites, &self.site_of)
    }

    /// Make moves; returns how many stray pieces that adds.
    pub(super) fn make(&mut self, moves: &[Move]) -> i64 {
        let mut sites = vec![];
        for &(unit, to) in moves {
            let (from_site, to_site) = (self.site_of[unit], self.model.site[to]);
            self.running += self.model.cost[to] - self.model.cost[self.way[unit] as usize];
            for (way, sign) in [(self.way[unit] as usize, -1.0), (to, 1.0)] {
                for &(side, amount) in self.model.entries(way) {
                    self.sum[side as usize] += sign * amount;
                }
            }
            let place = self.stands[unit] as usize;
            self.members[from_site as usize].swap_remove(place);
            if let Some(&other) = self.members[from_site as usize].get(place) {
                self.stands[other as usize] = place as u32;
            }
            self.stands[unit] = self.members[to_site as usize].len() as u32;
            self.members[to_site as usize].push(unit as u32);
            self.way[unit] = to as u32;
            self.site_of[unit] = to_site;
            sites.extend([from_site, to_site]);
        }
        if !self.rules.is_contiguous() {
            return 0;
        }
        sites.sort_unstable();
        sites.dedup();
        let mut added = 0;
        for site in sites.into_iter().filter(|&site| site < self.model.sites) {
            let strays = self.stray_pieces(site);
            added += i64::from(strays) - i64::from(self.strays[site as usize]);
            self.strays[site as usize] = strays;
        }
        added
    }

    /// Make moves where they are better by more than nothing, strays counted; whether they were made.
    pub(super) fn try_moves(&mut self, moves: &[Move], most: f64) -> bool {
        let change = self.change(moves);
        // Without stray pieces none can be mended.
        let mendable = if self.rules.is_contiguous() { self.strays_near(moves) * self.stray_fine } else { 0.0 };
        if change - mendable >= most || !self.may(moves) {
            return false;
        }
        let back: Vec<Move> = moves.iter().map(|&(unit, _)| (unit, self.way[unit] as usize)).collect();
        let added = self.make(moves);
        if change + added as f64 * self.stray_fine < most {
            return true;
        }
        self.make(&back);
        false
    }

    fn strays_near(&self, moves: &[Move]) -> f64 {
        let of = |site: u32| f64::from(self.strays.get(site as usize).copied().unwrap_or(0));
        moves.iter().map(|&(unit, to)| of(self.site_of[unit]) + of(self.model.site[to])).sum()
    }
}
