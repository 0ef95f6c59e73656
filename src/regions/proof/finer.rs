//! Plans told apart more finely by what their parts hold.

use crate::{control::Control, error::Result};

use super::{
    keys::Keys,
    plans::{CLOSED, GONE, MOST_PARTS, Plans, Turn, Way},
};
use crate::regions::{field::Field, measure::Band};

/// Nodes that are looked at between two looks at the clock.
const CHUNK: usize = 4096;

impl Plans {
    /// The same plans with amounts told apart in steps of `fine`; without those
    /// that cost more than `most`. `None` beyond so many nodes, or where stopped.
    pub(super) fn refined(
        &self,
        field: &Field,
        band: Band,
        (fine, most, room): (i64, f64, usize),
        control: &Control,
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<Self>> {
        let k = self.k;
        let (to_come, gain) = (self.to_come(), self.gains(field));
        let mut all = self.anew(fine <= 1);
        // The rougher node that each node is part of, the least cost of coming there, and what each part holds.
        let (mut rough, mut here, mut held) = (vec![0_u32], vec![0.0], vec![[0_i64; 2]; k]);
        let (mut key, mut now) = (vec![0_i64; k + 1], vec![[0_i64; 2]; k]);
        for layer in 0..self.layers() {
            let weight = field.weight[field.order[layer] as usize];
            let mut met = Keys::new(k + 1);
            let (mut next, mut next_here, mut next_held): (Vec<u32>, Vec<f64>, Vec<[i64; 2]>) =
                (vec![], vec![], vec![]);
            let base = all.begin_layer(rough.len());
            for (at, (&node, &cost)) in rough.iter().zip(&here).enumerate() {
                if at % CHUNK == 0 {
                    control.step(0)?;
                    if stop() {
                        return Ok(None);
                    }
                }
                for &way in self.ways(node as usize) {
                    let to = way.to as usize;
                    let cost = cost + self.cost(way);
                    let gain = &gain[to * k..(to + 1) * k];
                    let held = &held[at * k..(at + 1) * k];
                    if cost + to_come[to] > most || !self.moved(way.turn, held, weight, (band, gain), &mut now) {
                        continue;
                    }
                    key[0] = i64::from(way.to);
                    key[1..].iter_mut().zip(&now).for_each(|(word, held)| *word = held[0] / fine.max(1));
                    let name = met.number(&key);
                    if name == next.len() {
                        next.push(way.to);
                        next_here.push(cost);
                        next_held.extend_from_slice(&now);
                    } else {
                        next_here[name] = next_here[name].min(cost);
                        for (range, now) in next_held[name * k..(name + 1) * k].iter_mut().zip(&now) {
                            *range = [range[0].min(now[0]), range[1].max(now[1])];
                        }
                    }
                    all.push(Way { to: (base + name) as u32, ..way });
                }
                all.end_node();
                if base + next.len() > room {
                    return Ok(None);
                }
            }
            (rough, here, held) = (next, next_here, next_held);
        }
        all.end(rough.len());
        Ok(Some(all))
    }

    /// What each part holds after a turn, as far as it can still come into the band; false where one cannot.
    fn moved(
        &self,
        turn: u32,
        held: &[[i64; 2]],
        weight: i64,
        (band, gain): (Band, &[[i64; 2]]),
        now: &mut [[i64; 2]],
    ) -> bool {
        let Turn { part, .. } = self.turn[turn as usize];
        let places = &self.places[turn as usize * self.k..(turn as usize + 1) * self.k];
        // What a complete part holds no longer matters.
        now.fill([0, 0]);
        for (other, (&place, &[low, high])) in places.iter().zip(held).enumerate() {
            if place == GONE {
                continue;
            }
            let more = if other == usize::from(part) { weight } else { 0 };
            let [low, high] = [low + more, high + more];
            let [least, most] = if place == CLOSED { [0, 0] } else { gain[usize::from(place)] };
            let range = [low.max(band.low - most), high.min(band.high - least)];
            if range[0] > range[1] {
                return false;
            }
            if place != CLOSED {
                now[usize::from(place)] = range;
            }
        }
        true
    }

    /// What can still be added to each part from each node on: least and most.
    fn gains(&self, field: &Field) -> Vec<[i64; 2]> {
        const NOWAY: [i64; 2] = [i64::MAX / 4, i64::MIN / 4];
        let k = self.k;
        let mut gain = vec![NOWAY; self.len() * k];
        gain[self.layer[self.layers()] * k..].fill([0, 0]);
        for layer in (0..self.layers()).rev() {
            let weight = field.weight[field.order[layer] as usize];
            for node in self.nodes(layer) {
                let (before, after) = gain.split_at_mut((node + 1) * k);
                let own = &mut before[node * k..];
                for &way in self.ways(node) {
                    let to = way.to as usize - node - 1;
                    let turn = way.turn as usize;
                    for (part, own) in own.iter_mut().enumerate() {
                        let more = if part == usize::from(self.turn[turn].part) { weight } else { 0 };
                        let place = self.places[turn * k + part];
                        let place = usize::from(place);
                        let [least, most] = if place < MOST_PARTS { after[to * k + place] } else { [0, 0] };
                        *own = [own[0].min(least + more), own[1].max(most + more)];
                    }
                }
            }
        }
        gain
    }
}
