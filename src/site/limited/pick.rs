//! Which sites to open, by what they earn: the best that number, money and separation allow, relaxed.
//!
//! Money is priced at `money` a unit (a Lagrangian multiplier, halved down to
//! the best one), and of sites too close to each other only one in each clique
//! is taken. Both give a true upper bound on what a choice can earn.

use super::{Limited, Place};

/// The sites that earn most.
#[derive(Default)]
pub(super) struct Pick {
    /// How much of each column is taken: 1, 0, or in between where money binds.
    pub share: Vec<f64>,
    /// Columns taken, those that must be open first.
    pub chosen: Vec<u32>,
    /// Price of a unit of money.
    money: f64,
    /// What each column earns after paying for its money.
    net: Vec<f64>,
    /// Net earnings of the least that was taken, and of the best that was not; 0 where places are left.
    least: f64,
    next: f64,
    /// The best of each clique, its net earnings, and those of the second.
    head: Vec<(u32, f64, f64)>,
    taken: Vec<bool>,
    order: Vec<(f64, u32)>,
}

impl Pick {
    /// Choose among the columns that are not out; returns the most that any choice can earn.
    pub(super) fn choose(&mut self, limited: &Limited, place: &[Place], earn: &[f64]) -> f64 {
        let inside = place.iter().filter(|place| **place == Place::In).count();
        let free = limited.most_open.saturating_sub(inside);
        let spent = |column: &usize| limited.spend(*column);
        let room =
            limited.budget - (0..place.len()).filter(|&at| place[at] == Place::In).map(|at| spent(&at)).sum::<f64>();
        self.share.clear();
        self.share.resize(place.len(), 0.0);
        if limited.spend.is_empty() {
            let earned = self.take(limited, place, earn, free, 0.0).0;
            self.mark(1.0);
            return earned;
        }
        let mut low = 0.0;
        let mut at_low = self.take(limited, place, earn, free, 0.0);
        if at_low.1 <= room {
            self.money = 0.0;
            self.mark(1.0);
            return at_low.0;
        }
        // A price at which the money suffices, then halve.
        let mut high =
            if self.money > 0.0 { self.money } else { 1e-6 * at_low.0.abs().max(1e-300) / at_low.1.abs().max(1.0) };
        let mut doubled = 0;
        while self.take(limited, place, earn, free, high).1 > room && doubled < 200 {
            low = high;
            high *= 4.0;
            doubled += 1;
        }
        for _ in 0..40 {
            if high - low <= 1e-9 * high {
                break;
            }
            let middle = 0.5 * (low + high);
            if self.take(limited, place, earn, free, middle).1 > room { low = middle } else { high = middle }
        }
        at_low = self.take(limited, place, earn, free, low);
        let kept: Vec<u32> = self.chosen.clone();
        let at_high = self.take(limited, place, earn, free, high);
        self.money = high;
        // A mixture of both sides spends just what there is.
        let part = ((room - at_high.1) / (at_low.1 - at_high.1)).clamp(0.0, 1.0);
        let part = if part.is_finite() { part } else { 0.0 };
        self.mark(1.0 - part);
        for column in kept {
            self.share[column as usize] += part;
        }
        at_high.0 + high * room
    }

    fn mark(&mut self, share: f64) {
        for &column in &self.chosen {
            self.share[column as usize] += share;
        }
    }

    /// Take the best `free` columns at a price of money; returns what they earn net, and what they spend.
    ///
    /// Of the columns inside, the earnings count in full: their money is spent already.
    fn take(&mut self, limited: &Limited, place: &[Place], earn: &[f64], free: usize, money: f64) -> (f64, f64) {
        self.net.clear();
        self.net.extend(earn.iter().enumerate().map(|(column, earn)| earn - money * limited.spend(column)));
        self.chosen.clear();
        self.order.clear();
        self.taken.clear();
        self.taken.resize(place.len(), false);
        self.head.clear();
        self.head.resize(limited.cliques, (u32::MAX, f64::NEG_INFINITY, f64::NEG_INFINITY));
        let (mut earned, mut spent) = (0.0, 0.0);
        for (column, place) in place.iter().enumerate() {
            match place {
                Place::In => {
                    self.chosen.push(column as u32);
                    self.taken[column] = true;
                    earned += earn[column];
                }
                Place::Free => match limited.clique.get(column) {
                    Some(&clique) => {
                        let (head, net) = (&mut self.head[clique as usize], self.net[column]);
                        if net > head.1 {
                            *head = (column as u32, net, head.1);
                        } else {
                            head.2 = head.2.max(net);
                        }
                    }
                    None => self.order.push((self.net[column], column as u32)),
                },
                Place::Out => {}
            }
        }
        self.order.extend(self.head.iter().filter(|head| head.0 != u32::MAX).map(|head| (head.1, head.0)));
        self.order.retain(|&(net, _)| net > 0.0);
        let more = |a: &(f64, u32), b: &(f64, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        (self.least, self.next) = (0.0, 0.0);
        if free == 0 {
            self.least = f64::INFINITY;
            self.order.clear();
        } else if self.order.len() > free {
            self.order.select_nth_unstable_by(free, more);
            self.next = self.order[free].0;
            self.order.truncate(free);
        }
        if free > 0 && self.order.len() == free {
            self.least = self.order.iter().map(|picked| picked.0).fold(f64::INFINITY, f64::min);
        }
        // In the order of the columns, so that sums do not depend on how ties were sorted.
        self.order.sort_unstable_by_key(|picked| picked.1);
        for &(net, column) in &self.order {
            earned += net;
            spent += limited.spend(column as usize);
            self.chosen.push(column);
            self.taken[column as usize] = true;
        }
        (earned, spent)
    }

    /// What each column earns after paying for its money.
    pub(super) fn net(&self) -> &[f64] {
        &self.net
    }

    /// What must be given up, of what can be earned, to have a free column open, and to have it closed.
    pub(super) fn give_up(&self, limited: &Limited, column: usize) -> (f64, f64) {
        let net = self.net[column];
        let head = limited.clique.get(column).map(|&clique| self.head[clique as usize]);
        if self.taken[column] {
            let instead = head.map_or(f64::NEG_INFINITY, |head| head.2).max(self.next).max(0.0);
            return (0.0, (net - instead).max(0.0));
        }
        let displaced = match head {
            Some(head) if self.taken[head.0 as usize] => head.1,
            _ => self.least,
        };
        ((displaced - net).max(0.0), 0.0)
    }
}
