"""Is accessibility what pysal's access and the published formulas say?"""

from __future__ import annotations

import warnings

import linli
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import frame, positions, random_city, walks

LIMIT_M = 900.0
BANDS = {300: 1.0, 600: 0.68, 900: 0.22}


@st.composite
def towns(draw):
    """Walks (infinite where there is no way), people and supply."""
    rows, sites = draw(st.integers(1, 12)), draw(st.integers(1, 8))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    walk_m = random.integers(0, 15, (rows, sites)) * 100.0
    walk_m[random.random((rows, sites)) < 0.2] = np.inf
    # pysal divides by nobody where nobody lives: everyone has neighbours here.
    return walk_m, random.integers(1, 500, rows) * 1.0, random.integers(0, 30, sites) * 1.0


def pysal(walk_m, people, supply, method, weight_fn):
    """The same by pysal's access, in its long tables."""
    fca = pytest.importorskip("access").fca
    row, site = np.nonzero(np.isfinite(walk_m))
    cost = pd.DataFrame({"origin": row, "dest": site, "cost": walk_m[row, site]})
    demand = pd.DataFrame({"demand": people}, index=pd.Index(range(len(people)), name="geoid"))
    offer = pd.DataFrame({"supply": supply}, index=pd.Index(range(len(supply)), name="geoid"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = getattr(fca, method)(
            demand, offer, cost, LIMIT_M, demand_index=True, weight_fn=weight_fn
        )
    # What it does not list is out of reach.
    return found.reindex(range(len(people))).fillna(0).to_numpy()


@given(towns())
@settings(max_examples=60, deadline=None)
def test_pysal_finds_the_same(town):
    walk_m, people, supply = town
    weights = pytest.importorskip("access").weights
    reach = linli.Reach.from_dense(walk_m)
    kept = {"rtol": 1e-9, "atol": 0}
    found = linli.access.two_step_fca(reach, people, supply, limit_m=LIMIT_M)
    np.testing.assert_allclose(
        found.values, pysal(walk_m, people, supply, "two_stage_fca", None), **kept
    )
    # pysal's three stages weigh pairs beyond max_cost when people choose, so each decay ends there.
    decays = [
        (linli.access.step(BANDS), weights.step_fn(BANDS)),
        (linli.access.gaussian(400), lambda d: weights.gaussian(400)(d) if d <= LIMIT_M else 0),
        (
            linli.access.power(1.5, scale_m=300, least_m=50),
            lambda d: weights.gravity(300, -1.5, 50)(d) if d <= LIMIT_M else 0,
        ),
    ]
    for decay, weight_fn in decays:
        for ours, theirs in [
            ("two_step_fca", "two_stage_fca"),
            ("three_step_fca", "three_stage_fca"),
        ]:
            found = getattr(linli.access, ours)(reach, people, supply, decay=decay, limit_m=LIMIT_M)
            expected = pysal(walk_m, people, supply, theirs, weight_fn)
            np.testing.assert_allclose(found.values, expected, **kept)


@given(towns(), st.sampled_from([0.5, 1.0, 2.0]))
@settings(max_examples=60, deadline=None)
def test_the_others_equal_their_formulas(town, alpha):
    walk_m, people, supply = town
    reach = linli.Reach.from_dense(walk_m)
    decay = linli.access.exponential(400)
    with np.errstate(invalid="ignore"):
        w = np.where(walk_m <= LIMIT_M, np.exp(-walk_m / 400), 0)
    kept = {"rtol": 1e-9, "atol": 0}

    within = linli.access.cumulative(reach, supply, limit_m=LIMIT_M).to_series().to_numpy()
    np.testing.assert_allclose(within, (walk_m <= LIMIT_M) @ supply, **kept)
    potential = (
        linli.access.gravity(reach, supply, decay=decay, limit_m=LIMIT_M).to_series().to_numpy()
    )
    np.testing.assert_allclose(potential, w @ supply, **kept)

    def over(part, whole):
        return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)

    by_row, by_site = over(w, w.sum(1, keepdims=True)), over(w, w.sum(0, keepdims=True))
    balanced = (
        linli.access.balanced_fca(reach, people, supply, decay=decay, limit_m=LIMIT_M)
        .to_series()
        .to_numpy()
    )
    np.testing.assert_allclose(balanced, by_site @ over(supply, people @ by_row), **kept)

    # Soukhov et al. (2023): factors of people and of distance, multiplied and standardized.
    share = people**alpha / (people**alpha).sum()
    factor = over(share[:, None] * by_site, share @ by_site)
    available = linli.access.spatial_availability(
        reach, people, supply, decay=decay, limit_m=LIMIT_M, alpha=alpha
    ).to_series()
    np.testing.assert_allclose(available, factor @ supply, **kept)
    assert available.sum() == pytest.approx(supply[w.any(axis=0)].sum())

    for k in range(1, walk_m.shape[1] + 1):
        walk = np.sort(walk_m, axis=1)[:, k - 1]
        expected = np.where(np.isfinite(walk), walk, np.nan)
        np.testing.assert_array_equal(linli.access.kth_nearest(reach, k), expected)


REACH = linli.Reach.from_dense([[100.0, 400.0], [300.0, 200.0]], limit_m=500)


@pytest.mark.parametrize(
    ("people", "supply", "said"),
    [
        ([1, np.nan], [1, 1], "demand row 1: people = NaN must be a finite number"),
        ([1, -3], [1, 1], "demand row 1: people = -3 must be a finite number"),
        ([1, 1], [np.inf, 1], "site row 0: supply = inf must be a finite number"),
        ([1], [1, 1], "people has 1 rows, but the demand table has 2"),
        ([1, 1], [1, 1, 1], "supply has 3 rows, but the site table has 2"),
        (["a", 1], [1, 1], "people: could not convert string to float"),
        ([[1, 1]], [1, 1], "people has 2 dimension"),
    ],
)
def test_faults_name_their_row(people, supply, said):
    with pytest.raises(linli.InvalidInput, match=said):
        linli.access.two_step_fca(REACH, people, supply)


def test_faults_that_peers_pass_over():
    with pytest.raises(linli.InvalidInput, match="given twice"):
        linli.Reach.from_pairs([0, 0], [0, 0], [5, 6], shape=(1, 1))
    with pytest.warns(linli.DegreesWarning):
        linli.Reach.from_points([[121.4, 31.2]], [[121.5, 31.3]], limit_m=1200)
    with pytest.raises(linli.InvalidInput, match="cut off at 500 m"):
        linli.access.cumulative(REACH, limit_m=501)
    with pytest.raises(linli.InvalidInput, match="cut off at 500 m"):
        linli.access.gravity(REACH, decay=linli.access.step({600: 1}))
    with pytest.raises(linli.InvalidInput, match="k = 0"):
        linli.access.kth_nearest(REACH, 0)
    with pytest.raises(linli.InvalidInput, match=r"give a linli\.Reach"):
        linli.access.cumulative([[1, 2]])


@pytest.mark.parametrize(
    "make",
    [
        lambda: linli.access.step({}),
        lambda: linli.access.step({300: -1}),
        lambda: linli.access.gaussian(0),
        lambda: linli.access.exponential(np.nan),
        lambda: linli.access.power(-2),
    ],
)
def test_numbers_that_make_no_decay(make):
    with pytest.raises(linli.InvalidInput):
        make()


def test_sums_by_label():
    found = linli.access.cumulative(REACH, [2, 6], limit_m=250)
    assert list(found.values) == [2, 6]
    assert found.by(["a", "a"], people=[3, 1]).loc["a", ["people", "mean"]].tolist() == [4, 3]
    assert repr(found) == (
        "Access(cumulative: 2 demand points, 2 to 6, 0 with nothing in reach; within 250 m)"
    )
    with pytest.raises(linli.InvalidInput, match="labels has 1 rows"):
        found.by(["a"])


@pytest.mark.parametrize("seed", range(4))
def test_a_city_is_the_mean_over_its_people(seed):
    layers = random_city(seed, committees=60, centres=12)
    demand, points, facilities = layers["demand"], layers["points"], layers["facilities"]
    facilities["capacity"] = np.arange(12) * 10.0
    city = linli.read(demand, facilities, points=points, crs="METRES")
    found = city.accessibility("2sfca", minutes=15, supply="capacity")
    is_open = (facilities["status"] == "existing").to_numpy()
    walk_m = walks(positions(points), positions(facilities)[is_open], 1.3)
    of = demand.set_index("id").index.get_indexer(points["committee"])
    share = points["population"] / points.groupby("committee")["population"].transform("sum")
    # Where a committee's people are not counted, their points' are.
    sums = demand["id"].map(points.groupby("committee")["population"].sum())
    living = (share * demand["population"].fillna(sums).to_numpy()[of]).to_numpy()
    near = walk_m <= 15 * 60 * 1.33
    people = living @ near
    ratio = np.divide(
        facilities["capacity"][is_open], people, out=np.zeros(is_open.sum()), where=people > 0
    )
    expected = np.bincount(of, weights=share * (near @ ratio), minlength=len(demand))
    np.testing.assert_allclose(found.rows["access"], expected, rtol=1e-9)
    assert found.by("town")["points"].sum() == len(demand)
    assert len(found.centres) == is_open.sum()


def test_what_a_city_cannot_measure():
    city = linli.datasets.putuo()
    with pytest.raises(linli.InvalidInput, match="weighs centres by the walk"):
        city.accessibility("gravity")
    with pytest.raises(linli.InvalidInput, match="ask for 'e2sfca'"):
        city.accessibility("2sfca", decay=linli.access.gaussian(300))
    with pytest.raises(linli.InvalidInput, match="give one of cumulative"):
        city.accessibility("huff")
    with pytest.raises(linli.InvalidInput, match='no column named "beds"'):
        city.accessibility(supply="beds")
    unknown = frame(np.zeros((2, 2)), id=["a", "b"], capacity=[5, np.nan])
    with pytest.raises(linli.InvalidInput, match="row 1: its capacity is unknown"):
        linli.read(frame(np.zeros((1, 2))), unknown, crs="METRES").accessibility(supply="capacity")


def test_every_measure_of_a_city():
    city = linli.datasets.putuo()
    bell = linli.access.gaussian(500)
    for measure in ["cumulative", "2sfca", "bfca", "availability"]:
        assert city.accessibility(measure).rows["access"].notna().all()
    for measure in ["gravity", "e2sfca", "3sfca"]:
        found = city.accessibility(measure, decay=bell, group="over_60", service="canteen")
        assert found.provenance["group"] == "over_60"
        assert "synthetic" in repr(found)
        assert "<table" in found._repr_html_()
