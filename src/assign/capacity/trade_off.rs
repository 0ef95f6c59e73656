//! Least change against today: what more people who change their centre are worth in shorter walks.
//!
//! Plans that are best at some price of a move are found first, each between
//! two neighbours that are known (Cohon 1978); of whole rows, plans between
//! them by limiting how many may move (the ε-constraint). Each carries a bound
//! on what any plan that moves no more people can reach.

use super::{
    CapacityPlan, Objective, Task, Terms,
    check::check,
    clock::Clock,
    evaluate::{Found, evaluate},
    least,
    units::Units,
    worst,
};
use crate::{
    control::Control,
    error::{Error, Result},
};

/// A moved person counts as this much farther where the walk alone is asked for: of equal walks, the fewest moves.
const A_LITTLE_M: f64 = 1e-3;

/// A plan of a [`TradeOff`].
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// People who change their site.
    pub moved: f64,
    /// Person-metres walked, or the longest walk in metres.
    pub value: f64,
    /// No plan that moves no more people reaches less.
    pub bound: f64,
    /// Whether one that is best at some price of a move, and not only between two such.
    pub supported: bool,
    /// The plan; its objective and bound are those of this point.
    pub plan: CapacityPlan,
}

/// People who change their site against walks: plans of which none is better in both.
#[derive(Debug, Clone, PartialEq)]
pub struct TradeOff {
    /// Plans, fewest moves first.
    pub points: Vec<Point>,
    /// What is weighed against moves.
    pub objective: Objective,
    /// Whether every plan that is better than all of these in one of the two is among them
    /// (of parts: lies on a line between two of them), each being proven.
    pub complete: bool,
    /// How long it took.
    pub seconds: f64,
}

struct Search<'a> {
    task: &'a Task<'a>,
    units: Units,
    terms: Terms,
    clock: Clock<'a>,
    most: usize,
    left: usize,
    points: Vec<Point>,
}

/// Trade people moved off against walks, with `points` plans at most.
///
/// `terms.objective` is [`Objective::Total`] or [`Objective::Worst`]; a time
/// limit is for all of it.
///
/// # Errors
/// As [`solve`](super::solve); [`Error::Parameter`] without today's sites, and for fewer than 2 points.
pub fn trade_off(task: &Task<'_>, terms: &Terms, points: usize, control: &Control) -> Result<TradeOff> {
    check(task, terms)?;
    if task.today.is_none() {
        return Err(Error::parameter("today", &"nothing", "give today's sites: without them nobody moves"));
    }
    if points < 2 {
        return Err(Error::parameter("points", &points, "give 2 or more: the fewest moves and the least walk"));
    }
    if terms.objective == Objective::Moved || task.moved_m > 0.0 {
        return Err(Error::parameter("objective", &"moved", "is what walks are weighed against; give total or worst"));
    }
    let clock = Clock::new(terms.time_limit_s, control);
    let units = Units::of(task)?;
    let mut search =
        Search { task, units, terms: terms.clone(), clock, most: points, left: 2 * points, points: vec![] };
    let complete = match terms.objective {
        Objective::Worst => search.by_limits()?,
        _ => search.by_prices()?,
    };
    let seconds = search.clock.seconds();
    Ok(TradeOff { points: search.points, objective: terms.objective, complete, seconds })
}

impl Search<'_> {
    /// A share of the time that is left for one more question.
    fn turn(&mut self) -> Clock<'_> {
        let part = 1.0 / self.left.max(1) as f64;
        self.left = self.left.saturating_sub(1).max(1);
        self.clock.part(part)
    }

    fn ask(&mut self, task: &Task<'_>, objective: Objective) -> Result<CapacityPlan> {
        let (units, terms) = (self.units.clone(), self.terms.clone());
        let clock = self.turn();
        least(task, &units, objective, &terms, &clock)
    }

    /// The least walk when a moved person counts as `moved_m` farther, and at most so many move.
    fn total(&mut self, moved_m: f64, most_moved: Option<f64>) -> Result<Point> {
        let task = Task { moved_m, most_moved: most_moved.or(self.task.most_moved), ..self.task.clone() };
        let plan = self.ask(&task, Objective::Total)?;
        let moved = plan.moved.unwrap_or(0.0);
        // Of plans that move no more, none pays less for its moves.
        let bound = plan.bound - moved_m * moved;
        let found = Found { parts: plan.parts, bound, most_served: Some(plan.most_served), stop: plan.stop };
        let plan = evaluate(self.task, found, Objective::Total);
        Ok(Point { moved, value: plan.objective, bound: plan.bound, supported: most_moved.is_none(), plan })
    }

    /// The whole front of the sum of all walks.
    fn by_prices(&mut self) -> Result<bool> {
        let task = self.task;
        let fewest = self.ask(task, Objective::Moved)?;
        let mut complete = fewest.proven;
        let limit = fewest.moved.unwrap_or(0.0);
        // Sums of people are rounded.
        let mut first = self.total(A_LITTLE_M, Some(limit * (1.0 + 1e-12) + 1e-9))?;
        first.supported = true;
        let last = self.total(A_LITTLE_M, None)?;
        let alone = last.moved <= first.moved * (1.0 + 1e-9) || last.value >= first.value * (1.0 - 1e-9);
        self.points = if alone { vec![first] } else { vec![first, last] };
        // Pairs of neighbours between which no price has a better plan, and no limit has one.
        let mut straight: Vec<(f64, f64)> = vec![];
        let mut empty = straight.clone();
        while self.points.len() < self.most && !self.clock.is_late() {
            let pair = |at: usize| (self.points[at].moved, self.points[at + 1].moved);
            let wide = |at: &usize| {
                let (a, b) = (&self.points[*at], &self.points[*at + 1]);
                (a.value - b.value) * (b.moved - a.moved)
            };
            let pairs = 0..self.points.len().saturating_sub(1);
            let widest = |open: &dyn Fn((f64, f64)) -> bool| {
                pairs.clone().filter(|&at| open(pair(at))).max_by(|a, b| wide(a).total_cmp(&wide(b)).then(b.cmp(a)))
            };
            let by_price = widest(&|pair| !straight.contains(&pair));
            let by_limit = || widest(&|pair| !empty.contains(&pair));
            let Some(at) = by_price.or_else(|| by_limit().filter(|_| self.terms.whole)) else { break };
            let of_pair = pair(at);
            let (a, b) = (&self.points[at], &self.points[at + 1]);
            let (low, high) = (a.value, b.value);
            let found = if by_price.is_some() {
                let price_m = (low - high) / (b.moved - a.moved);
                let on_line = low + price_m * a.moved;
                let point = self.total(price_m, None)?;
                Some(point).filter(|point| point.value + price_m * point.moved < on_line * (1.0 - 1e-9))
            } else {
                let middle = f64::midpoint(of_pair.0, of_pair.1);
                self.between(middle, of_pair, (low, high))?
            };
            let inside = |of: &Point| of.moved > of_pair.0 && of.moved < of_pair.1;
            match found.filter(|point| inside(point) && point.value < low && point.value > high) {
                Some(point) => self.insert(point),
                None if by_price.is_some() => straight.push(of_pair),
                None => empty.push(of_pair),
            }
        }
        let pairs: Vec<(f64, f64)> = self.points.windows(2).map(|two| (two[0].moved, two[1].moved)).collect();
        complete &= self.points.iter().all(|point| point.plan.proven);
        let closed = if self.terms.whole { &empty } else { &straight };
        Ok(complete && pairs.iter().all(|pair| closed.contains(pair)))
    }

    /// A plan that moves more than one neighbour and fewer than the other, and walks less than the one.
    fn between(&mut self, middle: f64, pair: (f64, f64), values: (f64, f64)) -> Result<Option<Point>> {
        for most in [middle, pair.1 * (1.0 - 1e-9) - 1e-6] {
            if most <= pair.0 {
                continue;
            }
            let point = self.total(A_LITTLE_M, Some(most))?;
            if point.moved > pair.0 && point.value < values.0 * (1.0 - 1e-9) && point.value > values.1 {
                return Ok(Some(point));
            }
        }
        Ok(None)
    }

    /// The whole front of the longest walk: the fewest moves under each limit.
    fn by_limits(&mut self) -> Result<bool> {
        let walks = worst::walks(&self.units);
        let task = self.task;
        let best = {
            let (units, terms) = (self.units.clone(), self.terms.clone());
            worst::solve(task, &units, &terms, &self.turn())?
        };
        let mut complete = best.proven;
        let place = |limit_m: f64| walks.partition_point(|walk| *walk < limit_m);
        // A limit's place among the walks with its plan.
        let mut known: Vec<(usize, Point)> = vec![];
        for at in [place(best.objective), walks.len() - 1] {
            match self.under(walks[at])? {
                Some(point) => known.push((at, point)),
                None => complete = false,
            }
        }
        while known.len() < self.most && !self.clock.is_late() {
            let gain = |two: &[(usize, Point)]| two[0].1.moved - two[1].1.moved;
            let open = (0..known.len().saturating_sub(1)).filter(|&at| {
                let two = &known[at..at + 2];
                two[1].0 > two[0].0 + 1 && gain(two) > 1e-9
            });
            let Some(at) =
                open.max_by(|&a, &b| gain(&known[a..a + 2]).total_cmp(&gain(&known[b..b + 2])).then(b.cmp(&a)))
            else {
                break;
            };
            let middle = usize::midpoint(known[at].0, known[at + 1].0);
            let Some(point) = self.under(walks[middle])? else {
                complete = false;
                break;
            };
            known.insert(at + 1, (middle, point));
        }
        complete &= known.windows(2).all(|two| two[1].0 == two[0].0 + 1 || two[0].1.moved - two[1].1.moved <= 1e-9);
        complete &= known.iter().all(|(_, point)| point.supported);
        for (_, point) in known {
            self.insert(Point { supported: true, ..point });
        }
        Ok(complete)
    }

    /// The fewest moves within a limit of the walk; as `supported`, whether that is proven.
    fn under(&mut self, limit_m: f64) -> Result<Option<Point>> {
        let (task, units, terms) = (self.task, self.units.within(limit_m), self.terms.clone());
        let plan = match least(task, &units, Objective::Moved, &terms, &self.turn()) {
            Ok(plan) => plan,
            Err(Error::Infeasible { .. } | Error::Parameter { parameter: "time_limit_s", .. }) => return Ok(None),
            Err(other) => return Err(other),
        };
        let proven = plan.proven;
        let found = Found { parts: plan.parts, bound: 0.0, most_served: None, stop: plan.stop };
        let mut plan = evaluate(task, found, Objective::Worst);
        // That fewer cannot move under a shorter limit is not looked into here: the neighbours say it.
        plan.bound = if proven { plan.objective } else { 0.0 };
        plan.proven = proven;
        plan.gap = if proven { 0.0 } else { 1.0 };
        let (moved, value, bound) = (plan.moved.unwrap_or(0.0), plan.objective, plan.bound);
        Ok(Some(Point { moved, value, bound, supported: proven, plan }))
    }

    /// Take a plan, and leave out those that another beats in both.
    fn insert(&mut self, point: Point) {
        self.points.push(point);
        self.points.sort_by(|a, b| a.moved.total_cmp(&b.moved).then(a.value.total_cmp(&b.value)));
        let mut least = f64::INFINITY;
        self.points.retain(|point| {
            let better = point.value < least;
            least = least.min(point.value);
            better
        });
    }
}
