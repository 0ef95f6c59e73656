//! Kept plans, packed as the units that moved, and an ensemble as bytes.

use super::Ensemble;
use crate::error::{Error, Result};

/// How the bytes of an ensemble begin.
const MARK: &[u8] = b"linli ensemble 1\n";

impl Ensemble {
    /// Bytes that the kept plans of all chains take.
    #[must_use]
    pub fn kept_bytes(&self) -> usize {
        self.runs.iter().map(|run| run.moves.len()).sum()
    }

    /// The kept plans of a chain, one after the other; none where plans are not kept.
    pub fn plans(&self, chain: usize) -> impl Iterator<Item = Vec<u32>> + '_ {
        let (mut read, mut label) = (0, self.begin.clone());
        std::iter::from_fn(move || self.next_plan(chain, &mut read, &mut label).then(|| label.clone()))
    }

    /// Turn a plan of a chain into the next; false after the last.
    ///
    /// `read` counts the bytes read, from 0; `label` begins as [`Ensemble::begin`].
    pub fn next_plan(&self, chain: usize, read: &mut usize, label: &mut [u32]) -> bool {
        let moves = self.runs.get(chain).map_or(&[][..], |run| run.moves.as_slice());
        let mut rest = moves.get(*read..).unwrap_or_default();
        if rest.is_empty() {
            return false;
        }
        unpack(&mut rest, label);
        *read = moves.len() - rest.len();
        true
    }

    /// Everything, to go on with at another time or on another machine.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let head = serde_json::to_vec(self).unwrap_or_default();
        let mut bytes = MARK.to_vec();
        bytes.extend((head.len() as u64).to_le_bytes());
        bytes.extend(head);
        for run in &self.runs {
            bytes.extend((run.moves.len() as u64).to_le_bytes());
            bytes.extend(&run.moves);
        }
        bytes
    }

    /// An ensemble from [`Ensemble::to_bytes`].
    ///
    /// # Errors
    /// [`Error::Parameter`] for other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let wrong =
            || Error::parameter("bytes", &format!("{} bytes", bytes.len()), "are no ensemble, or not all of it");
        let mut rest = bytes.strip_prefix(MARK).ok_or_else(wrong)?;
        let mut block = || {
            let (size, after) = rest.split_first_chunk::<8>()?;
            let size = usize::try_from(u64::from_le_bytes(*size)).ok()?;
            let (block, after) = after.split_at_checked(size)?;
            rest = after;
            Some(block)
        };
        let mut ensemble: Self = serde_json::from_slice(block().ok_or_else(wrong)?).map_err(|_| wrong())?;
        for run in &mut ensemble.runs {
            run.moves = block().ok_or_else(wrong)?.to_vec();
        }
        Ok(ensemble)
    }
}

/// A number in as few bytes as it needs, seven bits each.
fn put(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take(bytes: &mut &[u8]) -> u32 {
    let (mut number, mut shift) = (0, 0);
    while let Some((&byte, rest)) = bytes.split_first() {
        *bytes = rest;
        number |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
        shift += 7;
    }
    number
}

/// The units that changed sides between two parts, as the distances from one to the next.
pub(super) fn pack(bytes: &mut Vec<u8>, a: u32, b: u32, moved: &[u32]) {
    let mut moved = moved.to_vec();
    moved.sort_unstable();
    for number in [a, b, moved.len() as u32] {
        put(bytes, number);
    }
    let mut last = 0;
    for unit in moved {
        put(bytes, unit - last);
        last = unit;
    }
}

fn unpack(bytes: &mut &[u8], label: &mut [u32]) {
    let (a, b, count) = (take(bytes), take(bytes), take(bytes));
    let mut unit = 0;
    for _ in 0..count {
        unit += take(bytes);
        let part = &mut label[unit as usize];
        *part = if *part == a { b } else { a };
    }
}
