//! Mending and improving an assignment of whole units: shifts and swaps.

use super::{rules::Rules, units::Units};

/// What a person too many at a site, or cut off from its catchment, costs, in longest walks.
const FAULT: f64 = 20.0;
/// Units up to which all pairs are tried for a swap.
const SWAPPED: usize = 1500;
/// Rounds of improvement at most.
const ROUNDS: usize = 60;

/// An assignment under improvement; the place after the last site is outside.
pub(super) struct Adjust<'a> {
    units: &'a Units,
    rules: &'a Rules<'a>,
    capacity: &'a [f64],
    outside_m: Option<f64>,
    fault_m: f64,
    /// The site of each unit.
    pub(super) site_of: Vec<u32>,
    load: Vec<f64>,
    strays: Vec<f64>,
}

impl<'a> Adjust<'a> {
    /// Start from an assignment that may break every rule. `outside_m` allows units to stay outside.
    pub(super) fn new(
        units: &'a Units,
        rules: &'a Rules<'a>,
        capacity: &'a [f64],
        outside_m: Option<f64>,
        site_of: Vec<u32>,
    ) -> Self {
        let mut load = vec![0.0; capacity.len() + 1];
        site_of.iter().zip(&units.size).for_each(|(&site, size)| load[site as usize] += size);
        let longest = units.arcs.iter().flatten().map(|(_, walk_m)| *walk_m).fold(1.0, f64::max);
        let mut state =
            Self { units, rules, capacity, outside_m, fault_m: FAULT * longest, site_of, load, strays: vec![] };
        state.strays = (0..capacity.len() as u32).map(|site| rules.strays(site, &state.site_of)).collect();
        state.strays.push(0.0);
        state
    }

    /// Improve until nothing helps; whether the result keeps capacity and contiguity.
    pub(super) fn run(&mut self) -> bool {
        for _ in 0..ROUNDS {
            let mended = self.bring_back_strays();
            let shifted = self.shift_all();
            if !mended && !shifted && !self.swap_any() {
                break;
            }
        }
        self.is_sound()
    }

    fn is_sound(&self) -> bool {
        let full = self.capacity.iter().zip(&self.load).all(|(room, load)| *load <= room * (1.0 + 1e-12) + 1e-9);
        let outside =
            self.outside_m.is_some() || self.site_of.iter().all(|&site| (site as usize) < self.capacity.len());
        full && outside && self.strays.iter().all(|&strays| strays == 0.0)
    }

    fn walk_m(&self, unit: usize, site: u32) -> Option<f64> {
        if site as usize == self.capacity.len() {
            return self.outside_m;
        }
        self.units.arcs[unit].iter().find(|(known, _)| *known == site).map(|(_, walk_m)| *walk_m)
    }

    /// Cost of a unit where it is; a unit left outside against the rules is a fault.
    fn here_m(&self, unit: usize) -> f64 {
        self.walk_m(unit, self.site_of[unit]).unwrap_or(self.fault_m)
    }

    fn over(&self, site: u32, load: f64) -> f64 {
        self.capacity.get(site as usize).map_or(0.0, |room| (load - room).max(0.0))
    }

    fn options(&self, unit: usize) -> Vec<(u32, f64)> {
        let outside = self.outside_m.map(|outside_m| (self.capacity.len() as u32, outside_m));
        self.units.arcs[unit].iter().copied().chain(outside).filter(|(site, _)| *site != self.site_of[unit]).collect()
    }

    /// Every unit once; whether any moved.
    fn shift_all(&mut self) -> bool {
        let mut any = false;
        for unit in 0..self.site_of.len() {
            any |= self.shift(unit);
        }
        any
    }

    /// Move a unit where it is better off, if anywhere.
    fn shift(&mut self, unit: usize) -> bool {
        let (from, size) = (self.site_of[unit], self.units.size[unit]);
        let here = size * self.here_m(unit);
        let mut best: Option<(f64, u32)> = None;
        for (to, walk_m) in self.options(unit) {
            if !self.rules.may_join(unit as u32, to, &self.site_of) {
                continue;
            }
            let over = self.over(from, self.load[from as usize] - size) - self.over(from, self.load[from as usize])
                + self.over(to, self.load[to as usize] + size)
                - self.over(to, self.load[to as usize]);
            let mut delta = size * walk_m - here + self.fault_m * over;
            if delta - self.fault_m * (self.strays[from as usize] + self.strays[to as usize]) >= -1e-6 {
                continue;
            }
            delta += self.fault_m * self.strays_after(&[(unit, to)], &[from, to]);
            if delta < best.map_or(-1e-6, |best| best.0) {
                best = Some((delta, to));
            }
        }
        if let Some((_, to)) = best {
            self.place(unit, to);
        }
        best.is_some()
    }

    /// Exchange two units where that is better.
    fn swap_any(&mut self) -> bool {
        let mut any = false;
        if self.site_of.len() > SWAPPED {
            return false;
        }
        for a in 0..self.site_of.len() {
            for b in a + 1..self.site_of.len() {
                any |= self.swap(a, b);
            }
        }
        any
    }

    fn swap(&mut self, a: usize, b: usize) -> bool {
        let (at_a, at_b) = (self.site_of[a], self.site_of[b]);
        if at_a == at_b {
            return false;
        }
        let (Some(a_to), Some(b_to)) = (self.walk_m(a, at_b), self.walk_m(b, at_a)) else { return false };
        let (size_a, size_b) = (self.units.size[a], self.units.size[b]);
        let (load_a, load_b) = (self.load[at_a as usize], self.load[at_b as usize]);
        let over = self.over(at_a, load_a - size_a + size_b) - self.over(at_a, load_a)
            + self.over(at_b, load_b - size_b + size_a)
            - self.over(at_b, load_b);
        let walked = size_a * (a_to - self.here_m(a)) + size_b * (b_to - self.here_m(b));
        let delta = walked + self.fault_m * over;
        if delta - self.fault_m * (self.strays[at_a as usize] + self.strays[at_b as usize]) >= -1e-6 {
            return false;
        }
        let mut apart = self.site_of.clone();
        (apart[a], apart[b]) = (at_b, at_a);
        let joins = self.rules.may_join(a as u32, at_b, &apart) && self.rules.may_join(b as u32, at_a, &apart);
        if !joins || delta + self.fault_m * self.strays_after(&[(a, at_b), (b, at_a)], &[at_a, at_b]) >= -1e-6 {
            return false;
        }
        self.place(a, at_b);
        self.place(b, at_a);
        true
    }

    /// Units cut off from their catchment join one that they touch.
    fn bring_back_strays(&mut self) -> bool {
        let mut any = false;
        for site in 0..self.capacity.len() as u32 {
            for unit in self.rules.stray_units(site, &self.site_of) {
                let beside = self.options(unit as usize);
                let touching = beside.into_iter().filter(|&(to, _)| {
                    self.rules.touches(unit, to, &self.site_of) && self.rules.may_join(unit, to, &self.site_of)
                });
                let cost = |&(to, walk_m): &(u32, f64)| {
                    let size = self.units.size[unit as usize];
                    let load = self.load[to as usize];
                    size * walk_m + self.fault_m / FAULT * 2.0 * (self.over(to, load + size) - self.over(to, load))
                };
                let best = touching.min_by(|a, b| cost(a).total_cmp(&cost(b)).then(a.0.cmp(&b.0)));
                if let Some((to, _)) = best
                    && self.strays_after(&[(unit as usize, to)], &[site, to]) < 0.0
                {
                    self.place(unit as usize, to);
                    any = true;
                }
            }
        }
        any
    }

    /// How many more people would be cut off at these sites after the moves.
    fn strays_after(&mut self, moves: &[(usize, u32)], sites: &[u32]) -> f64 {
        if !self.rules.is_contiguous() {
            return 0.0;
        }
        let before: Vec<u32> = moves.iter().map(|&(unit, _)| self.site_of[unit]).collect();
        for &(unit, to) in moves {
            self.site_of[unit] = to;
        }
        let inside = sites.iter().filter(|&&site| (site as usize) < self.capacity.len());
        let change = inside.map(|&site| self.rules.strays(site, &self.site_of) - self.strays[site as usize]).sum();
        for (&(unit, _), from) in moves.iter().zip(before) {
            self.site_of[unit] = from;
        }
        change
    }

    fn place(&mut self, unit: usize, to: u32) {
        let from = self.site_of[unit];
        self.load[from as usize] -= self.units.size[unit];
        self.load[to as usize] += self.units.size[unit];
        self.site_of[unit] = to;
        for site in [from, to] {
            if (site as usize) < self.capacity.len() {
                self.strays[site as usize] = self.rules.strays(site, &self.site_of);
            }
        }
    }
}
