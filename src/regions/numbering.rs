//! Numbers of parts, taken over from another plan.

use std::collections::BTreeMap;

use super::graph::NONE;

/// Number parts after another plan: matched by the largest shares first.
pub(super) fn rename(label: &mut [u32], after: &[u32], k: usize, weight: impl Fn(u32) -> i64) {
    let mut shared: BTreeMap<(u32, u32), i64> = BTreeMap::new();
    for (node, (&new, &old)) in (0..).zip(label.iter().zip(after)) {
        *shared.entry((new, old)).or_default() += weight(node);
    }
    let mut pairs: Vec<((u32, u32), i64)> = shared.into_iter().collect();
    pairs.sort_by_key(|&(pair, steps)| (std::cmp::Reverse(steps), pair));
    let (mut name, mut taken) = (vec![NONE; k], vec![false; k]);
    for ((new, old), _) in pairs {
        if (old as usize) < k && name[new as usize] == NONE && !taken[old as usize] {
            name[new as usize] = old;
            taken[old as usize] = true;
        }
    }
    let mut free = (0..k as u32).filter(|&part| !taken[part as usize]);
    for name in name.iter_mut().filter(|name| **name == NONE) {
        *name = free.next().unwrap_or(0);
    }
    for part in label {
        *part = name[*part as usize];
    }
}
