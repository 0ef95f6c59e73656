//! A price for each unit, so that the cheapest part stands for all parts.
//!
//! A plan costs half the border of each of its parts. Give each unit a price; a
//! plan has every unit once, so it costs at least the prices of all units and
//! `k` times the least of half a border less the prices of a part's own units:
//! the bound of column generation (Johnson, Mehrotra and Nemhauser 1993), here
//! by shortest paths through the diagram of all parts. Good prices make every
//! unit as likely in a part drawn by its cost as it is in a plan, `1/k`; each is
//! set so in turn while the draw is made ever stricter (as Sinkhorn scales a
//! matrix; cf. Lange and Swoboda 2021).

use super::diagram::Diagram;
use crate::regions::graph::NONE;

/// Prices of units in their order.
#[derive(Debug, Clone)]
pub(super) struct Prices {
    pub price: Vec<f64>,
}

impl Prices {
    pub(super) fn none(units: usize) -> Self {
        Self { price: vec![0.0; units] }
    }

    /// Reduced cost of taking the layer's unit in.
    #[inline]
    pub(super) fn take(&self, diagram: &Diagram, layer: usize, node: usize) -> f64 {
        diagram.take_cost[node] - self.price[layer]
    }

    /// The least reduced cost from each node to the end.
    pub(super) fn to_come(&self, diagram: &Diagram) -> Vec<f64> {
        let mut least = vec![f64::INFINITY; diagram.len()];
        least[diagram.nodes(diagram.layers())].fill(0.0);
        for layer in (0..diagram.layers()).rev() {
            for node in diagram.nodes(layer) {
                let (out, take) = (diagram.out[node], diagram.take[node]);
                if out != NONE {
                    least[node] = diagram.out_cost(layer, node) + least[out as usize];
                }
                if take != NONE {
                    least[node] = least[node].min(self.take(diagram, layer, node) + least[take as usize]);
                }
            }
        }
        least
    }

    /// What no plan of `k` parts can cost less than; infinite where there is no plan.
    pub(super) fn bound(&self, diagram: &Diagram, k: usize) -> f64 {
        let least = self.to_come(diagram)[0];
        if least.is_infinite() {
            return f64::INFINITY;
        }
        let sum: f64 = self.price.iter().sum();
        let size: f64 = self.price.iter().map(|price| price.abs()).sum::<f64>() + k as f64 * least.abs();
        // A thousand sums of doubles are off by less than this.
        sum + k as f64 * least - 1e-10 * size
    }

    /// Better prices, and the bound they give; draws become stricter from one heat to the other.
    pub(super) fn climb(
        &mut self,
        diagram: &Diagram,
        k: usize,
        heat: [f64; 2],
        sweeps: usize,
        enough: f64,
        stop: &dyn Fn() -> bool,
    ) -> f64 {
        let mut best = self.clone();
        let mut bound = self.bound(diagram, k);
        let cooling = (heat[1] / heat[0]).ln() / sweeps as f64;
        for turn in 0..sweeps {
            if stop() || bound > enough {
                break;
            }
            let heat = heat[0] * (cooling * turn as f64).exp();
            if !self.sweep(diagram, k, heat) {
                return f64::INFINITY;
            }
            if turn % 3 == 2 || turn + 1 == sweeps {
                let found = self.bound(diagram, k);
                if found > bound {
                    (bound, best) = (found, self.clone());
                }
            }
        }
        *self = best;
        bound
    }

    /// Set each price in turn, last unit to first, then first to last. False
    /// where a unit is in no part, or in all of them.
    fn sweep(&mut self, diagram: &Diagram, k: usize, heat: f64) -> bool {
        let odds = heat * ((k - 1) as f64).ln();
        let layers = diagram.layers();
        let mut ahead = vec![f64::INFINITY; diagram.len()];
        ahead[diagram.nodes(layers)].fill(0.0);
        for layer in (0..layers).rev() {
            for node in diagram.nodes(layer) {
                ahead[node] = self.soft(diagram, layer, node, &ahead, heat);
            }
        }
        let mut behind = vec![f64::INFINITY; diagram.len()];
        behind[0] = 0.0;
        for layer in 0..layers {
            if !self.set(diagram, layer, (&behind, &ahead), heat, odds) {
                return false;
            }
            for node in diagram.nodes(layer) {
                let here = behind[node];
                if here.is_infinite() {
                    continue;
                }
                let ways = [
                    (diagram.out[node], diagram.out_cost(layer, node)),
                    (diagram.take[node], self.take(diagram, layer, node)),
                ];
                for (child, cost) in ways.into_iter().filter(|way| way.0 != NONE) {
                    let there = &mut behind[child as usize];
                    *there = softer(*there, here + cost, heat);
                }
            }
        }
        for layer in (0..layers).rev() {
            if !self.set(diagram, layer, (&behind, &ahead), heat, odds) {
                return false;
            }
            for node in diagram.nodes(layer) {
                ahead[node] = self.soft(diagram, layer, node, &ahead, heat);
            }
        }
        true
    }

    /// The soft least of the costs ahead of a node.
    fn soft(&self, diagram: &Diagram, layer: usize, node: usize, ahead: &[f64], heat: f64) -> f64 {
        let (out, take) = (diagram.out[node], diagram.take[node]);
        let out = if out == NONE { f64::INFINITY } else { diagram.out_cost(layer, node) + ahead[out as usize] };
        let take = if take == NONE { f64::INFINITY } else { self.take(diagram, layer, node) + ahead[take as usize] };
        softer(out, take, heat)
    }

    /// Set the price of a layer's unit so that it is drawn as often as it is in a plan.
    fn set(&mut self, diagram: &Diagram, layer: usize, costs: (&[f64], &[f64]), heat: f64, odds: f64) -> bool {
        let (behind, ahead) = costs;
        let soft = |ways: &[f64]| {
            let least = ways.iter().copied().fold(f64::INFINITY, f64::min);
            let far = ways.iter().map(|cost| (cost - least) / heat).filter(|far| *far < 40.0);
            least - heat * far.map(|far| (-far).exp()).sum::<f64>().ln()
        };
        let (mut take, mut out) = (vec![], vec![]);
        for node in diagram.nodes(layer) {
            let here = behind[node];
            if diagram.take[node] != NONE {
                take.push(here + diagram.take_cost[node] + ahead[diagram.take[node] as usize]);
            }
            if diagram.out[node] != NONE {
                out.push(here + diagram.out_cost(layer, node) + ahead[diagram.out[node] as usize]);
            }
        }
        let (taken, left) = (soft(&take), soft(&out));
        if !(taken.is_finite() && left.is_finite()) {
            return false;
        }
        self.price[layer] = taken - left - odds;
        true
    }
}

/// A least that counts what is nearly as low.
#[inline]
fn softer(a: f64, b: f64, heat: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    let far = (high - low) / heat;
    // Not a number where both are infinite.
    if far < 40.0 { low - heat * (-far).exp().ln_1p() } else { low }
}
