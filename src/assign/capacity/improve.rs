//! Better assignments of whole units: annealing over shifts and swaps, then descent.
//!
//! Limits may be broken on the way at a fine that rises while they are and
//! falls while they are not, so that the search stays near their edge.

use super::{
    clock::Clock,
    model::Model,
    state::{Move, State},
};
use crate::error::Result;

/// Units up to which all pairs are tried for a swap.
const SWAPPED: usize = 1500;
/// Rounds of descent at most.
const ROUNDS: usize = 40;
/// Annealing steps for each way there is, and at most.
const STEPS: usize = 300;
const MOST_STEPS: usize = 3_000_000;
/// Steps between two looks at the clock, the fine and the sums.
const LOOK: usize = 1000;

/// A small generator of random numbers (`SplitMix64`; Steele, Lea and Flood 2014).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    fn part(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Make better moves while there are any.
pub(super) fn descend(state: &mut State<'_>, clock: &Clock<'_>) -> Result<()> {
    let noise = -1e-9 * state.cost().abs().max(1.0);
    let units = state.way.len();
    for _ in 0..ROUNDS {
        let mut better = false;
        for unit in 0..units {
            if unit % 64 == 0 {
                clock.step()?;
            }
            better |= shift(state, unit, noise);
        }
        if !better && units <= SWAPPED {
            for a in 0..units {
                clock.step()?;
                if clock.is_late() {
                    return Ok(());
                }
                for b in a + 1..units {
                    better |= swap(state, a, b).is_some_and(|moves| state.try_moves(&moves, noise));
                }
            }
        }
        if !better || clock.is_late() {
            return Ok(());
        }
    }
    Ok(())
}

/// Move a unit where it is best off; whether it moved.
fn shift(state: &mut State<'_>, unit: usize, noise: f64) -> bool {
    let model = state.model;
    let mut ways: Vec<(f64, usize)> = vec![];
    let here = state.way[unit] as usize;
    for way in model.ways(unit).filter(|&way| way != here) {
        ways.push((state.change(&[(unit, way)]), way));
    }
    ways.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    ways.into_iter().any(|(_, way)| state.try_moves(&[(unit, way)], noise))
}

/// Two units in each other's place.
fn swap(state: &State<'_>, a: usize, b: usize) -> Option<[Move; 2]> {
    let (at_a, at_b) = (state.site_of[a], state.site_of[b]);
    if at_a == at_b {
        return None;
    }
    Some([(a, state.model.way_to(a, at_b)?), (b, state.model.way_to(b, at_a)?)])
}

/// Anneal from the state's assignment; returns the best sound one met, with its cost.
pub(super) fn anneal(
    state: &mut State<'_>,
    random: &mut Random,
    heat: f64,
    clock: &Clock<'_>,
) -> Result<Option<(f64, Vec<u32>)>> {
    let model = state.model;
    let units = state.way.len();
    let choices = near_first(model);
    let free: Vec<usize> = (0..units).filter(|&unit| choices[unit].len() > 1).collect();
    let mut best: Option<(f64, Vec<u32>)> = None;
    if free.is_empty() {
        return Ok(best);
    }
    // What the second choice costs more than the first, for half of the units.
    let mut steps_up: Vec<f64> =
        free.iter().map(|&unit| model.cost[choices[unit][1]] - model.cost[choices[unit][0]]).collect();
    steps_up.sort_by(f64::total_cmp);
    let typical = steps_up[steps_up.len() / 2].max(1e-9 * state.fine);
    let (first, last) = (typical * heat, typical * heat * 1e-3);
    let first_fine = state.fine;
    let rounds = (STEPS * model.site.len()).clamp(2000, MOST_STEPS) / LOOK;
    for round in 0..rounds.max(1) {
        clock.step()?;
        if clock.is_late() {
            break;
        }
        let at = round as f64 / rounds.max(1) as f64;
        let temperature = first * (last / first).powf(at);
        let mut kept = 0;
        for _ in 0..LOOK {
            let a = free[random.below(free.len())];
            // Near ways more often than far ones.
            let own = &choices[a];
            let nearest = random.below(own.len()) + 1;
            let way = own[random.below(nearest)];
            if way == state.way[a] as usize {
                continue;
            }
            let site = model.site[way];
            let others = &state.members[site as usize];
            let moves: [Move; 2];
            let both = random.below(2) == 0 && !others.is_empty() && site < model.sites;
            let moves: &[Move] = if both {
                let b = others[random.below(others.len())] as usize;
                let Some(back) = model.way_to(b, state.site_of[a]) else { continue };
                moves = [(a, way), (b, back)];
                &moves
            } else {
                moves = [(a, way), (a, way)];
                &moves[..1]
            };
            let most = -temperature * random.part().max(1e-300).ln();
            if state.try_moves(moves, most) {
                kept += 1;
            }
            if kept > 0 && best.as_ref().is_none_or(|best| state.running() < best.0 - 1e-9 * best.0.abs()) {
                kept = 0;
                if state.is_sound() {
                    let cost = state.cost();
                    if best.as_ref().is_none_or(|best| cost < best.0) {
                        best = Some((cost, state.way.clone()));
                    }
                }
            }
        }
        state.recount();
        let factor = if state.beyond() > 0.0 { 1.15 } else { 0.9 };
        state.fine = (state.fine * factor).clamp(first_fine * 0.02, first_fine * 100.0);
    }
    state.fine = first_fine;
    Ok(best)
}

/// Ways of each unit, the cheapest first.
fn near_first(model: &Model) -> Vec<Vec<usize>> {
    let of = |unit: usize| {
        let mut ways: Vec<usize> = model.ways(unit).collect();
        ways.sort_by(|&a, &b| model.cost[a].total_cmp(&model.cost[b]).then(a.cmp(&b)));
        ways
    };
    (0..model.units()).map(of).collect()
}
