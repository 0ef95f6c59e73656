//! Whether a part stays connected without one of its nodes, after as little looking as can be.

use super::State;

/// Groups of neighbours that a look at contiguity follows at once.
pub(super) const GROUPS: usize = 8;

impl State<'_> {
    /// Whether the node's part stays connected, and is not empty, without it.
    pub(crate) fn can_leave(&mut self, node: u32) -> bool {
        let (graph, part) = (self.graph, self.label[node as usize]);
        if self.nodes[part as usize] == 1 {
            return false;
        }
        let mut group: [u32; 64] = [0; 64];
        let mut own = 0;
        for &near in graph.near(node) {
            if self.label[near as usize] == part {
                if own == group.len() {
                    return self.can_leave_crowd(node);
                }
                group[own] = near;
                own += 1;
            }
        }
        if own <= 1 {
            return own == 1;
        }
        // Neighbours that touch each other, from the first on.
        let mut known = 1;
        let mut at = 0;
        while at < known {
            let near = graph.near(group[at]);
            let mut other = known;
            while other < own {
                // Rows rise, but a handful is searched faster from the beginning.
                if near.contains(&group[other]) {
                    group.swap(other, known);
                    known += 1;
                    other = other.max(known);
                } else {
                    other += 1;
                }
            }
            at += 1;
        }
        known == own || self.stays_connected(node, &group[..own], known)
    }

    /// Marks for a new look at a part, one for each group.
    fn next_look(&mut self) -> u32 {
        if self.look >= u32::MAX / GROUPS as u32 - 1 {
            self.look = 0;
            self.seen.fill(0);
        }
        self.look += 1;
        self.look * GROUPS as u32
    }

    /// The same by a walk through the whole part.
    fn can_leave_crowd(&mut self, node: u32) -> bool {
        let part = self.label[node as usize];
        let look = self.next_look();
        let mut open = std::mem::take(&mut self.open[0]);
        open.clear();
        self.seen[node as usize] = look;
        let first = self.graph.near(node).iter().copied().find(|&near| self.label[near as usize] == part);
        let mut found = 0;
        if let Some(first) = first {
            self.seen[first as usize] = look;
            open.push(first);
        }
        while let Some(at) = open.pop() {
            found += 1;
            for &next in self.graph.near(at) {
                if self.label[next as usize] == part && self.seen[next as usize] != look {
                    self.seen[next as usize] = look;
                    open.push(next);
                }
            }
        }
        self.open[0] = open;
        found + 1 == self.nodes[part as usize]
    }

    /// Whether these neighbours, of which the first `known` are connected, meet without the node.
    ///
    /// All groups grow in turn, so a cut-off piece is found after as many steps as it has nodes.
    fn stays_connected(&mut self, node: u32, neighbours: &[u32], known: usize) -> bool {
        let (graph, part) = (self.graph, self.label[node as usize]);
        let groups = neighbours.len() - known + 1;
        if groups > GROUPS {
            return self.can_leave_crowd(node);
        }
        let base = self.next_look();
        // Group g marks with base + g; `leader` says which groups have met.
        let mut leader: [usize; GROUPS] = std::array::from_fn(|group| group);
        let mut done = [0_usize; GROUPS];
        for group in 0..groups {
            self.open[group].clear();
            let members = if group == 0 { &neighbours[..known] } else { &neighbours[known + group - 1..known + group] };
            for &member in members {
                self.open[group].push(member);
                self.seen[member as usize] = base + group as u32;
            }
        }
        let mut apart = groups;
        loop {
            for group in 0..groups {
                let Some(&at) = self.open[group].get(done[group]) else {
                    let alone = |other: usize| leader[other] != leader[group] || done[other] >= self.open[other].len();
                    if (0..groups).all(alone) {
                        return false;
                    }
                    continue;
                };
                done[group] += 1;
                for &next in graph.near(at) {
                    if self.label[next as usize] != part || next == node {
                        continue;
                    }
                    let mark = self.seen[next as usize];
                    if mark < base || mark >= base + GROUPS as u32 {
                        self.seen[next as usize] = base + group as u32;
                        self.open[group].push(next);
                    } else {
                        let (mine, other) = (leader[group], leader[(mark - base) as usize]);
                        if mine != other {
                            leader.iter_mut().filter(|leader| **leader == other).for_each(|leader| *leader = mine);
                            apart -= 1;
                            if apart == 1 {
                                return true;
                            }
                        }
                    }
                }
            }
        }
    }
}
