//! Improving a plan: moves of single nodes across borders, worse ones too while it is hot.

use super::{random::Random, state::State};

/// How long and how hot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schedule {
    /// Moves looked at.
    pub moves: u64,
    /// Temperature at the beginning and the end, in typical changes of cost.
    pub hot: f64,
    pub cold: f64,
    /// Whether the first valid plan is enough.
    pub first: bool,
}

/// The best valid plan seen, and how it is reached from the plan under search.
#[derive(Debug, Clone)]
pub(super) struct Best {
    pub label: Vec<u32>,
    pub cost: f64,
    /// Whether it is within all rules; else it is the least invalid.
    pub valid: bool,
    pub violation: f64,
    /// Nodes moved since.
    moved: Vec<u32>,
}

impl Best {
    pub(super) fn of(state: &State<'_>) -> Self {
        Self {
            label: state.label.clone(),
            cost: state.cost,
            valid: state.is_valid(),
            violation: state.violation(),
            moved: vec![],
        }
    }

    /// Whether this plan is better: valid where the other is not, or less of what is to be small.
    pub(super) fn beats(&self, other: &Self) -> bool {
        match (self.valid, other.valid) {
            (true, true) => self.cost < other.cost,
            (false, false) => self.violation < other.violation,
            (valid, _) => valid,
        }
    }

    fn beaten_by(&self, state: &State<'_>) -> bool {
        if state.is_valid() {
            !self.valid || state.cost < self.cost - 1e-9 * self.cost.abs()
        } else {
            !self.valid && state.violation() < self.violation - 1e-12
        }
    }

    /// Note a move, and the plan if it is better.
    pub(super) fn after(&mut self, node: u32, state: &State<'_>) {
        self.moved.push(node);
        if self.beaten_by(state) {
            self.moved.drain(..).for_each(|node| self.label[node as usize] = state.label[node as usize]);
            (self.cost, self.valid, self.violation) = (state.cost, state.is_valid(), state.violation());
        } else if self.moved.len() > 4 * self.label.len() {
            self.moved.sort_unstable();
            self.moved.dedup();
        }
    }
}

/// The price of leaving the bands: it rises while the plan is outside and falls while it is inside.
pub(super) struct Price {
    pub now: f64,
    range: [f64; 2],
}

impl Price {
    /// For changes of cost that are typically so large.
    pub(super) fn new(scale: f64) -> Self {
        Self { now: 40.0 * scale, range: [scale, 4e4 * scale] }
    }

    #[inline]
    pub(super) fn follow(&mut self, is_valid: bool) {
        let [least, most] = self.range;
        self.now = if is_valid { self.now / 1.02 } else { self.now * 1.02 }.clamp(least, most);
    }
}

/// Simulated annealing with contiguity always kept and the bands priced.
///
/// The price of leaving the bands rises while the plan is outside and falls
/// while it is inside, so that the search crosses their edge again and again.
/// `stop` is asked every few thousand moves.
pub(super) fn anneal(
    state: &mut State<'_>,
    schedule: Schedule,
    random: &mut Random,
    stop: &dyn Fn() -> bool,
    best: &mut Best,
) {
    const LOOK: u64 = 2048;
    let scale = typical(state, random);
    let cooling = (schedule.cold / schedule.hot).ln() / schedule.moves.max(1) as f64;
    let mut temperature = schedule.hot * scale;
    let mut price = Price::new(scale);
    for turn in 0..schedule.moves {
        if turn % 64 == 0 {
            temperature = scale * schedule.hot * (cooling * turn as f64).exp();
            price.follow(state.is_valid());
            if turn % LOOK == 0 && stop() {
                return;
            }
        }
        if state.cut.is_empty() {
            return;
        }
        let drawn = random.next();
        let edge = state.cut[(((drawn >> 32) * state.cut.len() as u64) >> 32) as usize] as usize;
        let [mut node, mut other] = state.graph.ends[edge];
        if drawn & 1 == 1 {
            (node, other) = (other, node);
        }
        let to = state.label[other as usize];
        // On the way to a first valid plan most turns go to the parts that are not.
        if schedule.first && drawn & 0b1110 != 0 && state.broken == 0 {
            let from = state.label[node as usize];
            if state.is_inside(from) && state.is_inside(to) {
                continue;
            }
        }
        let change = state.change(node, to);
        let rise = change.cost + price.now * change.violation;
        if rise > 0.0 && random.unit() >= (-rise / temperature).exp() {
            continue;
        }
        if !state.can_leave(node) {
            continue;
        }
        state.apply(node, to, change);
        best.after(node, state);
        if schedule.first && best.valid {
            return;
        }
    }
}

/// The mean change of cost of a random move that changes it.
pub(super) fn typical(state: &State<'_>, random: &mut Random) -> f64 {
    let (mut total, mut count) = (0.0, 0);
    for _ in 0..200 {
        if state.cut.is_empty() {
            break;
        }
        let edge = state.cut[random.below(state.cut.len())] as usize;
        let [node, other] = state.graph.ends[edge];
        let change = state.change(node, state.label[other as usize]).cost.abs();
        if change > 0.0 {
            total += change;
            count += 1;
        }
    }
    if count == 0 { 1.0 } else { total / f64::from(count) }
}
