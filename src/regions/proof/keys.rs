//! Numbers for short rows of integers, in the order in which they are first met.

use crate::regions::graph::NONE;

/// Distinct rows of the same width, numbered from 0.
pub(super) struct Keys {
    width: usize,
    words: Vec<i64>,
    table: Vec<u32>,
}

impl Keys {
    pub(super) fn new(width: usize) -> Self {
        Self { width, words: vec![], table: vec![NONE; 64] }
    }

    pub(super) fn len(&self) -> usize {
        self.words.len() / self.width
    }

    pub(super) fn row(&self, number: usize) -> &[i64] {
        &self.words[number * self.width..(number + 1) * self.width]
    }

    fn slot(&self, row: &[i64]) -> usize {
        let mut mixed = 0_u64;
        for &word in row {
            mixed = (mixed.rotate_left(5) ^ word.cast_unsigned()).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
        let mask = self.table.len() - 1;
        let mut slot = (mixed ^ (mixed >> 32)) as usize & mask;
        while self.table[slot] != NONE && self.row(self.table[slot] as usize) != row {
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// The number of a row, which is new where it equals the length before.
    pub(super) fn number(&mut self, row: &[i64]) -> usize {
        let slot = self.slot(row);
        if self.table[slot] != NONE {
            return self.table[slot] as usize;
        }
        let number = self.len();
        self.table[slot] = number as u32;
        self.words.extend_from_slice(row);
        if 2 * self.len() > self.table.len() {
            self.table = vec![NONE; 4 * self.table.len()];
            for number in 0..self.len() {
                let slot = self.slot(self.row(number));
                self.table[slot] = number as u32;
            }
        }
        number
    }
}
