//! The basis and its inverse: what columns, values and prices follow from it.

use super::{Basic, Simplex};

impl Simplex<'_> {
    /// The column of something that may be in the basis, over the sides.
    pub(super) fn fill(&self, what: Basic, out: &mut [f64]) {
        match what {
            Basic::Way(way) => {
                self.entries(way as usize).for_each(|(side, amount)| out[side] += amount);
                let key = self.key[self.unit[way as usize] as usize];
                self.entries(key as usize).for_each(|(side, amount)| out[side] -= amount);
            }
            Basic::Slack(side) | Basic::Under(side) => out[side as usize] += 1.0,
            Basic::Over(side) => out[side as usize] -= 1.0,
        }
    }

    pub(super) fn cost_of(&self, what: Basic) -> f64 {
        match what {
            Basic::Way(way) => self.cost[way as usize] - self.cost[self.key[self.unit[way as usize] as usize] as usize],
            Basic::Slack(_) => 0.0,
            Basic::Over(_) | Basic::Under(_) => self.fine,
        }
    }

    /// Invert the basis anew, and take the values from it.
    pub(super) fn refresh(&mut self) {
        let n = self.limit.len();
        let mut matrix = vec![0.0; n * n];
        let mut column = vec![0.0; n];
        for (place, &what) in self.basic.iter().enumerate() {
            column.fill(0.0);
            self.fill(what, &mut column);
            column.iter().enumerate().for_each(|(side, value)| matrix[side * n + place] = *value);
        }
        self.inverse = inverted(matrix, n);
        self.exchanges = 0;
        let mut left = self.left();
        for (side, left) in left.iter_mut().enumerate() {
            if self.at_upper[side] && !self.slack_in[side] {
                *left -= self.range[side];
            }
        }
        for place in 0..n {
            let row = &self.inverse[place * n..][..n];
            self.value[place] = row.iter().zip(&left).map(|(a, b)| a * b).sum();
        }
    }

    pub(super) fn set_prices(&mut self) {
        let n = self.limit.len();
        self.price.fill(0.0);
        for (place, &what) in self.basic.iter().enumerate() {
            let cost = self.cost_of(what);
            if cost != 0.0 {
                let row = &self.inverse[place * n..][..n];
                self.price.iter_mut().zip(row).for_each(|(price, share)| *price += cost * share);
            }
        }
    }

    /// Make another way of a unit its key, since the key's share is used up.
    ///
    /// Returns the place of the basis where the old key now stands, or `None`
    /// where the way that enters becomes the key and the basis stays.
    pub(super) fn change_key(&mut self, unit: u32, what: Basic) -> Option<usize> {
        let n = self.limit.len();
        let own = |place: &usize| matches!(self.basic[*place], Basic::Way(way) if self.unit[way as usize] == unit);
        let places: Vec<usize> = (0..n).filter(own).collect();
        let largest = places.iter().copied().reduce(|a, b| if self.value[b] > self.value[a] { b } else { a });
        let enters = match what {
            Basic::Way(way) if self.unit[way as usize] == unit => Some(way),
            _ => None,
        };
        let Some(place) = largest else {
            if let Some(way) = enters {
                self.key[unit as usize] = way;
            }
            return None;
        };
        let Basic::Way(new) = self.basic[place] else { return None };
        // Columns of the unit now differ from the new key: its row of the inverse turns.
        let mut row = vec![0.0; n];
        for &other in &places {
            row.iter_mut().zip(&self.inverse[other * n..][..n]).for_each(|(sum, value)| *sum -= value);
        }
        self.inverse[place * n..][..n].copy_from_slice(&row);
        let mut column: f64 = -places.iter().map(|&other| self.column[other]).sum::<f64>();
        if enters.is_some() {
            column += 1.0;
        }
        self.column[place] = column;
        let old = std::mem::replace(&mut self.key[unit as usize], new);
        self.is_basic[new as usize] = false;
        self.basic[place] = Basic::Way(old);
        self.is_basic[old as usize] = true;
        Some(place)
    }

    /// The column takes this place of the basis.
    pub(super) fn pivot(&mut self, place: usize) {
        let n = self.limit.len();
        let by = self.column[place];
        let row: Vec<f64> = self.inverse[place * n..][..n].iter().map(|value| value / by).collect();
        for other in (0..n).filter(|&other| other != place) {
            let factor = self.column[other];
            if factor != 0.0 {
                self.inverse[other * n..][..n].iter_mut().zip(&row).for_each(|(value, pivot)| *value -= factor * pivot);
            }
        }
        self.inverse[place * n..][..n].copy_from_slice(&row);
        self.exchanges += 1;
    }

    pub(super) fn key_share(&self, unit: u32) -> f64 {
        let mut share = 1.0;
        for (place, &what) in self.basic.iter().enumerate() {
            if matches!(what, Basic::Way(way) if self.unit[way as usize] == unit) {
                share -= self.value[place];
            }
        }
        share
    }
}

/// The inverse of an `n` × `n` matrix, by elimination with the largest pivot of each column.
fn inverted(mut matrix: Vec<f64>, n: usize) -> Vec<f64> {
    let mut inverse = vec![0.0; n * n];
    (0..n).for_each(|at| inverse[at * n + at] = 1.0);
    for column in 0..n {
        let largest = |a: usize, b: usize| {
            if matrix[b * n + column].abs() > matrix[a * n + column].abs() { b } else { a }
        };
        let Some(pivot) = (column..n).reduce(largest) else { continue };
        if pivot != column {
            for at in 0..n {
                matrix.swap(pivot * n + at, column * n + at);
                inverse.swap(pivot * n + at, column * n + at);
            }
        }
        let by = matrix[column * n + column];
        let (own, own_inverse): (Vec<f64>, Vec<f64>) = (
            matrix[column * n..][..n].iter().map(|value| value / by).collect(),
            inverse[column * n..][..n].iter().map(|value| value / by).collect(),
        );
        for row in (0..n).filter(|&row| row != column) {
            let factor = matrix[row * n + column];
            if factor != 0.0 {
                matrix[row * n..][..n].iter_mut().zip(&own).for_each(|(value, pivot)| *value -= factor * pivot);
                inverse[row * n..][..n]
                    .iter_mut()
                    .zip(&own_inverse)
                    .for_each(|(value, pivot)| *value -= factor * pivot);
            }
        }
        matrix[column * n..][..n].copy_from_slice(&own);
        inverse[column * n..][..n].copy_from_slice(&own_inverse);
    }
    inverse
}
