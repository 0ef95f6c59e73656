"""Are the indices what their definitions say, person by person?"""

from __future__ import annotations

import linli
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

ROWS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 5), st.integers(0, 4)), min_size=1, max_size=9
).filter(lambda rows: any(people for _, people, _ in rows))


@given(ROWS)
def test_rows_count_as_their_people(rows):
    values, people, income = np.array(rows, dtype=float).T
    x, rank_by = np.repeat(values, people.astype(int)), np.repeat(income, people.astype(int))
    mu, n = x.mean(), len(x)
    equity = linli.equity
    if mu == 0:
        assert equity.gini(values, people) is None
        assert equity.palma(values, people) is None
        assert equity.theil(values, people) is None
        assert equity.concentration_index(values, people, income=income) is None
    else:
        gini = np.abs(x[:, None] - x).sum() / (2 * n * n * mu)
        assert equity.gini(values, people) == pytest.approx(gini, abs=1e-12)
        rank = [((rank_by < r).sum() + (rank_by == r).sum() / 2) / n for r in rank_by]
        index = 2 * np.mean((x - mu) * (np.array(rank) - 0.5)) / mu
        found = equity.concentration_index(values, people, income=income)
        assert found == pytest.approx(index, abs=1e-12)
        bounded = equity.concentration_index(values, people, income=income, bounds=(0, 6))
        assert bounded == pytest.approx(4 * mu * index / 6, abs=1e-12)
        entropy = np.where(x > 0, x / mu * np.log(np.maximum(x, 1e-300) / mu), 0).mean()
        theil = equity.theil(values, people, groups=income)
        assert theil.total == pytest.approx(entropy, abs=1e-12)
        assert theil.total == pytest.approx(theil.between + theil.within, abs=1e-12)
        tenfold = np.sort(np.repeat(x, 10))
        top, bottom = tenfold[-n:].mean(), tenfold[: 4 * n].mean()
        palma = equity.palma(values, people)
        assert palma == (pytest.approx(top / bottom) if bottom > 0 else None)
    for alpha in (0, 1, 2):
        poor = np.where(x < 4, ((4 - np.minimum(x, 4)) / 4) ** alpha, 0).mean()
        assert equity.fgt(values, people, line=4, alpha=alpha) == pytest.approx(poor, abs=1e-12)
    curve = equity.lorenz(values, people)
    assert curve.people[[0, -1]].tolist() == curve.share[[0, -1]].tolist() == [0, 1]
    assert (np.diff(curve.share) >= 0).all() and (curve.share <= curve.people + 1e-12).all()


def test_palma_splits_a_row_and_orders_by_income():
    # The poorest have the most: top tenth of income has 1, bottom two fifths 3.
    assert linli.equity.palma([3, 1], [40, 60], income=[1, 2]) == pytest.approx(1 / 3)
    # The bottom 40 of 100 are 30 with 1 and 10 of the next with 2.
    assert linli.equity.palma([1, 2, 4], [30, 40, 30]) == pytest.approx(4 / (50 / 40))


def test_groups_and_all():
    found = linli.equity.summary([1, 3, 2, 2], [1, 1, 2, 0], groups=["a", "a", "b", None])
    assert found.index.tolist() == ["a", "b", "", "all"]
    assert found["mean"].tolist()[:2] == [2, 2] and np.isnan(found.loc["", "mean"])
    assert found.loc["a", "gini"] == 0.25 and found.loc["b", "gini"] == 0
    assert found.loc["all", "people"] == 4


def test_accessibility_brings_its_people():
    reach = linli.Reach.from_dense([[100.0], [900.0]])
    found = linli.access.two_step_fca(reach, [30, 10], [4], limit_m=500)
    assert linli.equity.gini(found) == linli.equity.gini(found.values, [30, 10]) == 0.25


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: linli.equity.gini([1, np.nan]), "values row 1: values = NaN"),
        (lambda: linli.equity.gini([1, 2], [1, -1]), "values row 1: people = -1"),
        (lambda: linli.equity.gini([1, 2], [1]), "people has 1 rows"),
        (lambda: linli.equity.gini([1, 2], [0, 0]), "people = nobody"),
        (lambda: linli.equity.fgt([1], line=0), "line = 0"),
        (lambda: linli.equity.fgt([1], line=1, alpha=-1), "alpha = -1"),
        (
            lambda: linli.equity.concentration_index([5], income=[1], bounds=(0, 4)),
            r"bounds = \(0, 4\)",
        ),
        (lambda: linli.equity.theil([1, 2], groups=["a"]), "labels has 1 rows"),
    ],
)
def test_faults(ask, said):
    with pytest.raises(linli.InvalidInput, match=said):
        ask()
