//! Walks along streets, against the definition on small random networks.

use linli::{
    Error,
    control::Control,
    network::{SnapRule, Snapped, StreetNetwork},
    reach::Access,
    walk::Walk,
};
use proptest::prelude::*;

/// Nodes, edges and lengths as a user would give them.
#[derive(Debug, Clone)]
struct Town {
    node_xy: Vec<[f64; 2]>,
    edges: Vec<[u32; 2]>,
    length_m: Vec<f64>,
    directed: bool,
}

impl Town {
    fn network(&self) -> StreetNetwork {
        let build = if self.directed { StreetNetwork::from_directed_edges } else { StreetNetwork::from_edges };
        let everything = SnapRule { max_m: 150.0, min_junctions: 0 };
        build(&self.node_xy, &self.edges, &self.length_m).unwrap().with_snapping(everything).unwrap()
    }

    /// Shortest walks between all nodes, metres (Floyd and Warshall 1962).
    fn all_walks(&self) -> Vec<Vec<f64>> {
        let n = self.node_xy.len();
        let mut walk = vec![vec![f64::INFINITY; n]; n];
        (0..n).for_each(|node| walk[node][node] = 0.0);
        for (&[a, b], &metres) in self.edges.iter().zip(&self.length_m) {
            let (a, b) = (a as usize, b as usize);
            walk[a][b] = walk[a][b].min(metres);
            if !self.directed {
                walk[b][a] = walk[b][a].min(metres);
            }
        }
        for via in 0..n {
            for from in 0..n {
                for to in 0..n {
                    walk[from][to] = walk[from][to].min(walk[from][via] + walk[via][to]);
                }
            }
        }
        walk
    }

    /// Cost of the street a way stands for, in each direction; infinite where one-way.
    fn street(&self, way: usize) -> (f64, f64) {
        let [a, b] = self.edges[way];
        let mut back = if self.directed { f64::INFINITY } else { self.length_m[way] };
        if self.directed {
            // An edge that leads back belongs to the same street, the k-th shortest to the k-th.
            let of = |ends: [u32; 2]| {
                let mut rows: Vec<usize> = (0..self.edges.len()).filter(|&row| self.edges[row] == ends).collect();
                rows.sort_by(|&x, &y| self.length_m[x].total_cmp(&self.length_m[y]).then(x.cmp(&y)));
                rows
            };
            let place = of([a, b]).iter().position(|&row| row == way).unwrap();
            if a != b
                && let Some(&row) = of([b, a]).get(place)
            {
                back = self.length_m[row];
            }
        }
        (self.length_m[way], back)
    }

    /// The definition: along the street itself, or through any of its ends.
    fn walk_m(&self, walks: &[Vec<f64>], snapped: &Snapped, from: usize, to: usize) -> f64 {
        let (Some(p), Some(q)) = (snapped.rows()[from].on, snapped.rows()[to].on) else { return f64::INFINITY };
        let [p_way, q_way] = [p, q].map(|on| usize::try_from(on.way_id).unwrap());
        let along = |way: usize, xy: [f64; 2]| {
            // Where on its street the place is, seen from the edge's first node.
            let [a, b] = self.edges[way].map(|node| self.node_xy[node as usize]);
            let length = (b[0] - a[0]).hypot(b[1] - a[1]);
            if length == 0.0 { 0.0 } else { (xy[0] - a[0]).hypot(xy[1] - a[1]) / length }
        };
        let (s, t) = (along(p_way, p.xy), along(q_way, q.xy));
        let ((p_there, p_back), (q_there, q_back)) = (self.street(p_way), self.street(q_way));
        // One-way costs are infinite; nothing is left of them at their own end.
        let cost =
            |part: f64, whole: f64| if part == 0.0 && whole.is_infinite() { f64::INFINITY } else { part * whole };
        let leaving = [cost(s, p_back), cost(1.0 - s, p_there)];
        let arriving = [cost(t, q_there), cost(1.0 - t, q_back)];
        let mut best = f64::INFINITY;
        for (from, leave) in self.edges[p_way].iter().zip(leaving) {
            for (to, arrive) in self.edges[q_way].iter().zip(arriving) {
                best = best.min(leave + walks[*from as usize][*to as usize] + arrive);
            }
        }
        if p_way == q_way {
            best = best.min(if t >= s { cost(t - s, p_there) } else { f64::INFINITY });
            best = best.min(if t <= s { cost(s - t, p_back) } else { f64::INFINITY });
        }
        best + p.leg_m + q.leg_m
    }
}

/// Small networks with everything that is awkward: parallel edges, loops, the
/// length 0, pieces that don't hang together, chains of nodes, one-ways.
fn town() -> impl Strategy<Value = Town> {
    let length = prop_oneof![1 => Just(0.0), 6 => (1..400_u32).prop_map(f64::from)];
    (2..16_u32, any::<bool>()).prop_flat_map(move |(n, directed)| {
        let nodes = prop::sample::subsequence((0..64_u32).collect::<Vec<_>>(), n as usize).prop_shuffle();
        let chain = prop::collection::vec((0..n - 1, length.clone()), 0..n as usize);
        let others = prop::collection::vec(([0..n, 0..n], length.clone()), 0..12);
        (nodes, chain, others).prop_map(move |(nodes, chain, others)| {
            let steps = chain.into_iter().map(|(node, metres)| ([node, node + 1], metres));
            let (edges, length_m) = steps.chain(others).unzip();
            let node_xy = nodes.into_iter().map(|at| [at % 8, at / 8].map(|v| f64::from(v) * 50.0)).collect();
            Town { node_xy, edges, length_m, directed }
        })
    })
}

/// Places beside the town, on it, on its nodes, and far away.
fn places(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<[f64; 2]>> {
    let node = [0..8_i32, 0..8_i32].prop_map(|xy| xy.map(|v| f64::from(v) * 50.0));
    let beside = [-100.0..500.0_f64, -100.0..500.0_f64];
    prop::collection::vec(prop_oneof![1 => node, 4 => beside, 1 => Just([9000.0, 0.0])], count)
}

/// Places snap at a millimetre, and a walk has at most six such numbers.
const CLOSE_M: f64 = 0.006;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn reach_holds_what_the_definition_finds(
        town in town(),
        demand in places(0..14),
        sites in places(0..14),
        limit_m in prop_oneof![Just(None), (0..1500_u32).prop_map(|m| Some(f64::from(m)))],
    ) {
        let network = town.network();
        let control = Control::new();
        let reach = network.reach(&demand, &sites, limit_m, &control).unwrap();
        prop_assert_eq!(reach.shape(), (demand.len(), sites.len()));
        let walks = town.all_walks();
        let all: Vec<[f64; 2]> = demand.iter().chain(&sites).copied().collect();
        let snapped = network.snap("all", &all, &control).unwrap();
        let within_m = limit_m.unwrap_or(f64::INFINITY);
        for row in 0..demand.len() {
            let found: Vec<_> = reach.row(row).collect();
            for site in 0..sites.len() {
                let expected = town.walk_m(&walks, &snapped, row, demand.len() + site);
                match found.iter().find(|pair| pair.0 as usize == site) {
                    Some(&(_, metres)) => {
                        prop_assert!((metres - expected).abs() < CLOSE_M, "{row} {site}: {metres} {expected}");
                        prop_assert!(metres <= within_m);
                    }
                    None => prop_assert!(
                        expected.is_infinite() || expected > within_m - CLOSE_M,
                        "{row} {site}: {expected} not found"
                    ),
                }
            }
        }
    }

    #[test]
    fn one_search_for_all_sites_agrees_with_one_for_each(
        town in town(),
        demand in places(0..14),
        sites in places(0..14),
    ) {
        let network = town.network();
        let control = Control::new();
        let reach = network.reach(&demand, &sites, None, &control).unwrap();
        let nearest = network.nearest(&demand, &sites, &control).unwrap();
        prop_assert_eq!(&nearest, &reach.nearest());
        for (row, &place) in demand.iter().enumerate() {
            let pairs: Vec<_> = reach.row(row).collect();
            let (from, to) = (vec![place; sites.len()], sites.clone());
            for (site, between) in (0..).zip(network.between(&from, &to, &Control::new()).unwrap()) {
                prop_assert_eq!(between, pairs.iter().find(|pair| pair.0 == site).map(|pair| pair.1));
            }
            // Against the grain: many origins, one target.
            for (site, between) in (0..).zip(network.between(&to, &from, &Control::new()).unwrap()) {
                if !town.directed {
                    prop_assert_eq!(between, pairs.iter().find(|pair| pair.0 == site).map(|pair| pair.1));
                }
            }
        }
    }

    #[test]
    fn searching_from_either_side_gives_the_same_walks(
        town in town(),
        demand in places(1..14),
        sites in places(1..4),
        limit_m in 0.0..1500.0_f64,
    ) {
        let network = town.network();
        let control = Control::new();
        let few = network.reach(&demand, &sites, Some(limit_m), &control).unwrap();
        // Repeating the sites makes demand the smaller table.
        let repeated: Vec<[f64; 2]> = sites.iter().copied().cycle().take(sites.len() * 15).collect();
        let many = network.reach(&demand, &repeated, Some(limit_m), &control).unwrap();
        for row in 0..demand.len() {
            let first: Vec<_> = many.row(row).filter(|pair| (pair.0 as usize) < sites.len()).collect();
            prop_assert_eq!(few.row(row).collect::<Vec<_>>(), first);
        }
    }
}

fn square() -> StreetNetwork {
    let node_xy = [[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]];
    StreetNetwork::from_edges(&node_xy, &[[0, 1], [1, 2], [2, 3], [3, 0]], &[100.0; 4]).unwrap()
}

#[test]
fn a_closed_loop_without_a_junction_is_walked_the_shorter_way() {
    let walks = square().between(&[[50.0, 0.0], [50.0, 10.0]], &[[50.0, 100.0], [0.0, 20.0]], &Control::new()).unwrap();
    assert_eq!(walks, [Some(200.0), Some(80.0)]);
}

#[test]
fn a_site_on_the_line_is_within_reach() {
    let network = square();
    for (limit_m, pairs) in [(200.0, 1), (199.999, 0)] {
        let reach = network.reach(&[[50.0, 0.0]], &[[50.0, 100.0]], Some(limit_m), &Control::new()).unwrap();
        assert_eq!(reach.pairs(), pairs, "{limit_m}");
    }
}

#[test]
fn a_place_too_far_from_any_street_is_unsnapped_and_never_zero() {
    let network = square();
    let demand = [[50.0, -200.0], [50.0, -200.001], [1e300, -1e300]];
    let nearest = network.nearest(&demand, &[[50.0, 0.0]], &Control::new()).unwrap();
    assert_eq!(nearest.get(0), Some((0, 200.0)));
    assert_eq!((nearest.get(1), nearest.access(1)), (None, Access::Unsnapped));
    assert_eq!((nearest.get(2), nearest.access(2)), (None, Access::Unsnapped));
    let snapped = network.snap("demand", &demand, &Control::new()).unwrap();
    assert_eq!(snapped.rows()[1].nearest_m, Some(200.001));
}

#[test]
fn a_piece_of_network_that_is_too_small_is_passed_over_and_said_so() {
    // Fifty junctions in a row with side streets, and a lone path beside it.
    let mut node_xy: Vec<[f64; 2]> =
        (0..50).flat_map(|i| [[f64::from(i) * 100.0, 0.0], [f64::from(i) * 100.0, 30.0]]).collect();
    let mut edges: Vec<[u32; 2]> =
        (0..50).map(|i| [2 * i, 2 * i + 1]).chain((0..49).map(|i| [2 * i, 2 * i + 2])).collect();
    let lone = node_xy.len() as u32;
    node_xy.extend([[0.0, -100.0], [100.0, -100.0]]);
    edges.push([lone, lone + 1]);
    let length_m: Vec<f64> = edges
        .iter()
        .map(|&[a, b]| {
            let (a, b) = (node_xy[a as usize], node_xy[b as usize]);
            (b[0] - a[0]).hypot(b[1] - a[1])
        })
        .collect();
    let network = StreetNetwork::from_edges(&node_xy, &edges, &length_m).unwrap();
    let snapped = network.snap("demand", &[[50.0, -90.0]], &Control::new()).unwrap();
    let snap = snapped.rows()[0];
    assert_eq!((snap.nearest_m, snap.nearest_way), (Some(10.0), Some(99)));
    assert_eq!(snap.on.map(|on| on.leg_m), Some(90.0));
    assert!(snap.passed_over());
    let network = network.with_snapping(SnapRule { min_junctions: 0, ..SnapRule::default() }).unwrap();
    let nearest = network.nearest(&[[50.0, -90.0]], &[[500.0, 0.0]], &Control::new()).unwrap();
    assert_eq!((nearest.get(0), nearest.access(0)), (None, Access::Unreachable));
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let side = 40_u32;
    let node_xy: Vec<[f64; 2]> =
        (0..side * side).map(|i| [f64::from(i % side) * 83.0, f64::from(i / side) * 71.0]).collect();
    let mut edges = vec![];
    for i in 0..side * side {
        if i % side + 1 < side {
            edges.push([i, i + 1]);
        }
        if i / side + 1 < side && i % 7 > 0 {
            edges.push([i, i + side]);
        }
    }
    let length_m: Vec<f64> = (0..edges.len()).map(|i| 80.0 + (i * 7919 % 101) as f64 / 3.0).collect();
    let network = StreetNetwork::from_edges(&node_xy, &edges, &length_m).unwrap();
    let demand: Vec<[f64; 2]> =
        (0..3000_u32).map(|i| [f64::from(i * 7919 % 3300), f64::from(i * 104_729 % 2900)]).collect();
    let sites = &demand[..200];
    let answer = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| network.reach(&demand, sites, Some(800.0), &Control::new()).unwrap())
    };
    let one = answer(1);
    assert!(one.pairs() > 10_000);
    for threads in [2, 8] {
        assert_eq!(one.csr(), answer(threads).csr());
    }
}

#[test]
fn a_stopped_question_says_so() {
    let control = Control::new();
    control.stop();
    let places = [[50.0, 0.0]; 3];
    assert!(matches!(square().reach(&places, &places, None, &control), Err(Error::Interrupted)));
    assert!(matches!(square().nearest(&places, &places, &control), Err(Error::Interrupted)));
}

#[test]
fn a_network_without_streets_reaches_nothing() {
    let network = StreetNetwork::from_edges(&[[0.0, 0.0]], &[], &[]).unwrap();
    let nearest = network.nearest(&[[0.0, 0.0]], &[[0.0, 0.0]], &Control::new()).unwrap();
    assert_eq!((nearest.get(0), nearest.access(0)), (None, Access::Unsnapped));
    assert_eq!(network.between(&[[0.0, 0.0]], &[[0.0, 0.0]], &Control::new()).unwrap(), [None]);
}

#[test]
fn rows_snapped_elsewhere_are_refused() {
    let (one, other) = (square(), square());
    let control = Control::new();
    let snapped = one.snap("demand", &[[0.0, 0.0]], &control).unwrap();
    assert!(one.nearest_of(&snapped, &snapped, &control).is_ok());
    assert!(matches!(other.nearest_of(&snapped, &snapped, &control), Err(Error::Parameter { .. })));
}

#[test]
fn bad_numbers_are_named_and_never_panic() {
    let xy = [[0.0, 0.0], [1.0, 0.0]];
    let message = |result: linli::Result<StreetNetwork>| result.unwrap_err().to_string();
    assert!(message(StreetNetwork::from_edges(&[[0.0, f64::NAN]], &[], &[])).contains("nodes row 0"));
    assert!(message(StreetNetwork::from_edges(&[[0.0, 1e12]], &[], &[])).contains("nodes row 0"));
    assert!(message(StreetNetwork::from_edges(&xy, &[[0, 2]], &[1.0])).contains("edges row 0: node = 2"));
    assert!(message(StreetNetwork::from_edges(&xy, &[[0, 1]], &[])).contains("length_m has 0 rows"));
    for bad in [-1.0, f64::NAN, f64::INFINITY, 3e6] {
        assert!(message(StreetNetwork::from_edges(&xy, &[[0, 1]], &[bad])).contains("edges row 0: length_m"));
    }
    let network = square();
    for bad in [f64::NAN, f64::INFINITY] {
        assert!(network.nearest(&[[0.0, bad]], &xy, &Control::new()).is_err());
        assert!(network.between(&xy, &[[0.0, bad]; 2], &Control::new()).is_err());
        assert!(square().with_snapping(SnapRule { max_m: bad, min_junctions: 0 }).is_err());
    }
    assert!(network.between(&xy, &[], &Control::new()).is_err());
}
