"""Is `Reach` what its definition says, and does it refuse what it cannot take?"""

from __future__ import annotations

import linli
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from oracles import walks


def places(most: int) -> st.SearchStrategy[np.ndarray]:
    """Places on a coarse grid, so that ties and walks of exactly the limit are common."""
    grid = st.integers(-40, 40).map(lambda step: step * 50.0)
    return st.integers(0, most).flatmap(lambda n: arrays(np.float64, (n, 2), elements=grid))


@given(
    demand=places(40),
    sites=places(12),
    limit_m=st.integers(0, 60),
    detour=st.sampled_from([1.0, 1.25, 1.3]),
)
@settings(max_examples=150, deadline=None)
def test_from_points_finds_what_the_definition_finds(demand, sites, limit_m, detour):
    limit_m *= 50.0
    reach = linli.Reach.from_points(demand, sites, limit_m=limit_m, detour=detour)
    walk_m = walks(demand, sites, detour)
    rows, columns = np.nonzero(walk_m <= limit_m)
    found = reach.to_scipy().tocoo()
    assert reach.shape == (len(demand), len(sites))
    assert np.array_equal(found.row, rows)
    assert np.array_equal(found.col, columns)
    assert np.array_equal(found.data, walk_m[rows, columns])


@given(demand=places(40), sites=places(12), limit_m=st.integers(0, 60))
@settings(max_examples=100, deadline=None)
def test_nearest_is_the_first_of_the_shortest_walks(demand, sites, limit_m):
    walk_m = walks(demand, sites, 1.3)
    walk_m[walk_m > limit_m * 50.0] = np.inf
    nearest = linli.Reach.from_points(demand, sites, limit_m=limit_m * 50.0, detour=1.3).nearest()
    if not len(sites):
        assert not nearest.found.any()
        return
    assert np.array_equal(nearest.found, np.isfinite(walk_m.min(axis=1)))
    assert np.array_equal(nearest.site[nearest.found], walk_m.argmin(axis=1)[nearest.found])
    assert np.array_equal(nearest.walk_m[nearest.found], walk_m.min(axis=1)[nearest.found])
    assert (nearest.site[~nearest.found] == -1).all()
    assert np.isnan(nearest.walk_m[~nearest.found]).all()


@given(demand=places(30), sites=places(10))
@settings(max_examples=60, deadline=None)
def test_crow_fly_nearest_knows_no_limit(demand, sites):
    if not len(sites):
        return
    nearest = linli.CrowFly(detour=1.3).nearest(demand, sites)
    walk_m = walks(demand, sites, 1.3)
    assert nearest.found.all()
    assert np.array_equal(nearest.site, walk_m.argmin(axis=1))
    assert np.array_equal(nearest.walk_m, walk_m.min(axis=1))


@given(
    walk_m=arrays(np.float64, (7, 4), elements=st.sampled_from([0.0, 1.0, 400.0, 900.0, np.inf]))
)
def test_dense_pairs_and_scipy_tell_the_same(walk_m):
    dense = linli.Reach.from_dense(walk_m, limit_m=400)
    rows, columns = np.nonzero(walk_m <= 400)
    turned = slice(None, None, -1)
    pairs = linli.Reach.from_pairs(
        rows[turned], columns[turned], walk_m[rows, columns][turned], shape=walk_m.shape
    )
    for matrix in (dense.to_scipy(), pairs.to_scipy()):
        assert np.array_equal(matrix.tocoo().row, rows)
        assert np.array_equal(matrix.tocoo().col, columns)
        assert np.array_equal(matrix.data, walk_m[rows, columns])
    assert (dense.limit_m, pairs.limit_m) == (400.0, None)


def test_a_site_on_the_limit_is_within_reach():
    assert linli.Reach.from_points([[0, 0]], [[900, 0]], limit_m=1080, detour=1.2).pairs == 1
    assert linli.Reach.from_points([[0, 0]], [[900, 0]], limit_m=1079.9, detour=1.2).pairs == 0


def test_a_walk_of_nothing_is_stored():
    matrix = linli.Reach.from_points([[700, 700]], [[700, 700]], limit_m=0).to_scipy()
    assert matrix.nnz == 1
    assert matrix.data.tolist() == [0.0]


def test_arrays_of_any_layout_are_taken():
    xy = np.arange(12, dtype=np.float64).reshape(6, 2) * 300
    expected = linli.Reach.from_points(xy, xy, limit_m=500).to_scipy().toarray()
    views = [
        np.asfortranarray(xy),
        xy.astype(np.float32),
        xy.astype(int),
        xy.tolist(),
        np.hstack([xy, xy])[:, :2],
    ]
    for view in views:
        assert np.array_equal(
            linli.Reach.from_points(view, view, limit_m=500).to_scipy().toarray(), expected
        )


def test_no_points_are_no_pairs():
    reach = linli.Reach.from_points([], [[500, 500]], limit_m=500)
    assert (reach.shape, reach.pairs) == ((0, 1), 0)
    assert repr(reach) == "Reach(0 demand points × 1 sites, 0 pairs within 500 m)"


def test_reach_reports_its_size_and_never_changes():
    reach = linli.Reach.from_pairs([0, 2], [1, 0], [350.0, 80.0], shape=(3, 2))
    assert reach.nbytes == 4 * 4 + 12 * 2
    with pytest.raises(AttributeError, match="never changes"):
        reach.pairs = 5
    with pytest.raises(TypeError, match="from_points"):
        linli.Reach()


NAN, INF = float("nan"), float("inf")
BAD_POINTS = [
    ([[0, 0], [NAN, 1]], [[1, 1]], {"limit_m": 5}, "demand row 1"),
    ([[0, INF]], [[1, 1]], {"limit_m": 5}, "demand row 0"),
    ([[0, 0]], [[1, 1], [2, 2], [-INF, 0]], {"limit_m": 5}, "row 2"),
    ([[0, None]], [[1, 1]], {"limit_m": 5}, "demand row 0"),
    ([[0, 0, 0]], [[1, 1]], {"limit_m": 5}, "demand_xy has shape"),
    ([0, 1], [[1, 1]], {"limit_m": 5}, "demand_xy has 1 dimension"),
    ([[[0, 1]]], [[1, 1]], {"limit_m": 5}, "demand_xy has 3 dimension"),
    ([[0, 1], [2]], [[1, 1]], {"limit_m": 5}, "demand_xy"),
    ([["a", "b"]], [[1, 1]], {"limit_m": 5}, "demand_xy"),
    ([[0, 0]], "somewhere", {"limit_m": 5}, "site_xy"),
    ([[0, 0]], None, {"limit_m": 5}, "site_xy"),
    ([[0, 0]], [[1, 1]], {"limit_m": -1}, "limit_m = -1"),
    ([[0, 0]], [[1, 1]], {"limit_m": NAN}, "limit_m = NaN"),
    ([[0, 0]], [[1, 1]], {"limit_m": INF}, "limit_m = inf"),
    ([[0, 0]], [[1, 1]], {"limit_m": 5, "detour": 0.9}, "detour = 0.9"),
    ([[0, 0]], [[1, 1]], {"limit_m": 5, "detour": NAN}, "detour = NaN"),
    ([[0, 0]], [[1, 1]], {"limit_m": 5, "detour": 11}, "detour = 11"),
]


@pytest.mark.parametrize(("demand", "sites", "keywords", "message"), BAD_POINTS)
def test_bad_points_are_refused_by_name_and_row(demand, sites, keywords, message):
    with pytest.raises(linli.InvalidInput, match=message):
        linli.Reach.from_points(demand, sites, **keywords)


BAD_TABLES = [
    ([[1.0, NAN]], None, "demand row 0 to site 1"),
    ([[1.0, 2.0], [3.0, -4.0]], None, "demand row 1 to site 1"),
    ([1.0, 2.0], None, "1 dimension"),
    ([[1.0]], -5, "limit_m = -5"),
    ([["far"]], None, "walk_m"),
]


@pytest.mark.parametrize(("walk_m", "limit_m", "message"), BAD_TABLES)
def test_bad_tables_are_refused_by_row(walk_m, limit_m, message):
    with pytest.raises(linli.InvalidInput, match=message):
        linli.Reach.from_dense(walk_m, limit_m)


BAD_PAIRS = [
    ([0, 0], [1, 1], [5.0, 6.0], r"\(0, 1\): is given twice"),
    ([3], [0], [5.0], "outside the shape"),
    ([0], [2], [5.0], "outside the shape"),
    ([-1], [0], [5.0], "demand = -1"),
    ([0], [-7], [5.0], "site = -7"),
    ([0], [0], [NAN], "walk_m = NaN"),
    ([0], [0], [-1.0], "walk_m = -1"),
    ([0, 1], [0], [5.0], "equally long"),
    ([0.5], [0], [5.0], "whole row numbers"),
    ([2**40], [0], [5.0], "demand = 1099511627776"),
    ([[0]], [0], [5.0], "demand has 2 dimension"),
]


@pytest.mark.parametrize(("demand", "site", "walk_m", "message"), BAD_PAIRS)
def test_bad_pairs_are_refused_by_value(demand, site, walk_m, message):
    with pytest.raises(linli.InvalidInput, match=message):
        linli.Reach.from_pairs(demand, site, walk_m, shape=(3, 2))


def test_degrees_given_as_metres_warn():
    lonlat = [[121.40, 31.24], [121.43, 31.26]]
    with pytest.warns(linli.DegreesWarning, match="project them to metres") as caught:
        linli.Reach.from_points(lonlat, lonlat, limit_m=1000)
    assert caught[0].filename == __file__


def test_metres_near_the_origin_do_not_warn():
    linli.Reach.from_points([[0, 0], [80, 40]], [[10, 10]], limit_m=100)
    linli.Reach.from_points([[0, 0], [800, 40]], [[10, 10]], limit_m=1000)
