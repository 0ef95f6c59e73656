//! A plan under way, known by its frontier: how it grows unit by unit.

use super::measure::Band;

/// A partial plan, spelled out.
#[derive(Clone, Default)]
pub(super) struct Partial {
    /// Parts begun, open and closed.
    begun: u8,
    /// Connected set of each frontier unit.
    set: Vec<u8>,
    /// Part of each set.
    part: Vec<u8>,
    /// Weight of each open part.
    pub held: Vec<i64>,
}

/// What every partial plan must keep.
pub(super) struct Rules {
    pub k: usize,
    pub band: Band,
    pub ideal: f64,
    /// Weight of the undecided units.
    pub rest: i64,
    /// Whether weights matter.
    pub follow: bool,
}

impl Partial {
    /// Bytes that are the same for partial plans that agree: sets and parts are
    /// numbered in the order of the frontier.
    pub(super) fn write(&self, key: &mut Vec<u8>) {
        key.clear();
        key.push(self.begun);
        key.extend_from_slice(&self.set);
        key.extend_from_slice(&self.part);
        self.held.iter().for_each(|held| key.extend_from_slice(&held.to_le_bytes()));
    }

    pub(super) fn read(&mut self, key: &[u8], frontier: usize, follow: bool) {
        self.begun = key[0];
        self.set.clear();
        self.set.extend_from_slice(&key[1..=frontier]);
        let sets = self.set.iter().max().map_or(0, |&last| last as usize + 1);
        self.part.clear();
        self.part.extend_from_slice(&key[1 + frontier..1 + frontier + sets]);
        let parts = self.part.iter().max().map_or(0, |&last| last as usize + 1);
        self.held.clear();
        if follow {
            let (held, _) = key[1 + frontier + sets..].as_chunks::<8>();
            self.held.extend(held.iter().map(|&bytes| i64::from_le_bytes(bytes)));
        } else {
            self.held.resize(parts, 0);
        }
    }

    /// Put a unit into an open part, or begin one; the pairs this cuts.
    pub(super) fn decide(
        &mut self,
        from: &Self,
        choice: usize,
        weight: i64,
        near: &[usize],
        rules: &Rules,
    ) -> Option<u32> {
        let begins = choice == from.held.len();
        if begins && usize::from(from.begun) == rules.k {
            return None;
        }
        let held = if begins { weight } else { from.held[choice] + weight };
        if rules.follow && held > rules.band.high {
            return None;
        }
        self.clone_from(from);
        if begins {
            self.begun += 1;
            self.held.push(0);
        }
        self.held[choice] = if rules.follow { held } else { 0 };
        let own = self.part.len() as u8;
        self.part.push(choice as u8);
        self.set.push(own);
        let mut cut = 0;
        for &at in near {
            let set = self.set[at];
            if self.part[set as usize] != choice as u8 {
                cut += 1;
            } else if set != own {
                self.set.iter_mut().filter(|other| **other == set).for_each(|other| *other = own);
            }
        }
        Some(cut)
    }

    /// Drop units without undecided neighbours; the largest deviation of the
    /// parts that close, unless one breaks a rule. Numbers sets and parts anew.
    pub(super) fn leave(&mut self, leaving: &[usize], rules: &Rules) -> Option<f64> {
        const NEW: u8 = u8::MAX;
        let (mut set_name, mut part_name) = ([NEW; 256], [NEW; 256]);
        let mut worst: f64 = 0.0;
        // A set without a unit on the frontier can grow no more.
        for &at in leaving {
            let set = self.set[at];
            let stays = |other: usize| self.set[other] == set && !leaving.contains(&other);
            if (0..self.set.len()).any(stays) {
                continue;
            }
            let part = self.part[set as usize];
            let elsewhere = self.set.iter().any(|&other| other != set && self.part[other as usize] == part);
            if elsewhere {
                return None;
            }
            if rules.follow {
                let held = self.held[part as usize];
                if held < rules.band.low {
                    return None;
                }
                worst = worst.max((held as f64 / rules.ideal - 1.0).abs());
            }
        }
        for &at in leaving.iter().rev() {
            self.set.remove(at);
        }
        let (old_part, old_held) = (std::mem::take(&mut self.part), std::mem::take(&mut self.held));
        for set in &mut self.set {
            let old = *set as usize;
            if set_name[old] == NEW {
                set_name[old] = self.part.len() as u8;
                let part = old_part[old] as usize;
                if part_name[part] == NEW {
                    part_name[part] = self.held.len() as u8;
                    self.held.push(old_held[part]);
                }
                self.part.push(part_name[part]);
            }
            *set = set_name[old];
        }
        Some(worst)
    }

    /// Whether the undecided units can still fill every part.
    pub(super) fn can_finish(&self, units_left: usize, rules: &Rules) -> bool {
        let to_begin = rules.k - usize::from(self.begun);
        if to_begin > units_left || (self.held.is_empty() && to_begin == 0 && units_left > 0) {
            return false;
        }
        if !rules.follow {
            return true;
        }
        let lacking: i64 = self.held.iter().map(|held| (rules.band.low - held).max(0)).sum();
        let room: i64 = self.held.iter().map(|held| rules.band.high - held).sum();
        let to_begin = to_begin as i64;
        lacking + to_begin * rules.band.low <= rules.rest && rules.rest <= room + to_begin * rules.band.high
    }
}
