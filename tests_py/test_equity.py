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


@given(ROWS)
def test_curves_enclose_their_indices(rows):
    values, people, income = np.array(rows, dtype=float).T
    equity = linli.equity
    curve = equity.lorenz(values, people)
    assert curve.gini == pytest.approx(equity.gini(values, people) or 0.0, abs=1e-12)
    ranked = equity.concentration_curve(values, people, income=income)
    index = equity.concentration_index(values, people, income=income)
    assert ranked.concentration == pytest.approx(index or 0.0, abs=1e-12)
    # One point for each income that somebody has; those up to it have what they have.
    whole, all_people = (values * people).sum(), people.sum()
    incomes = np.unique(income[people > 0])
    assert len(ranked.people) == len(incomes) + 1
    for point, upto in enumerate(incomes, start=1):
        below = income <= upto
        assert ranked.people[point] == pytest.approx(people[below].sum() / all_people)
        if whole > 0:
            share = (values * people)[below].sum() / whole
            assert ranked.share[point] == pytest.approx(share, abs=1e-12)


def test_summary_of_poverty_and_concentration():
    values, people, income = [1.0, 3.0, 2.0, 0.0], [1.0, 1.0, 2.0, 0.0], [1.0, 2.0, 3.0, 4.0]
    groups = ["a", "a", "b", "c"]
    found = linli.equity.summary(values, people, groups=groups, line=2.5, income=income)
    equity = linli.equity
    for alpha, name in enumerate(("poverty", "poverty_gap", "severity")):
        assert found.loc["all", name] == equity.fgt(values, people, line=2.5, alpha=alpha)
        assert found.loc["a", name] == equity.fgt([1, 3], line=2.5, alpha=alpha)
    assert found.loc["all", "concentration"] == equity.concentration_index(
        values, people, income=income
    )
    assert found.loc["c", ["mean", "poverty", "concentration"]].isna().all()
    with pytest.raises(linli.InvalidInput, match="income"):
        equity.summary(values, people, groups=groups, income=[1.0, 2.0, np.nan, 4.0])


@pytest.fixture(scope="module")
def served():
    return linli.datasets.putuo().accessibility("2sfca", minutes=15)


def test_access_of_a_city_by_town_and_group(served):
    city = linli.datasets.putuo()
    rows = served.rows
    towns = served.equity(line=1e-5, income="over_60")
    assert list(towns.index) == [*served.by().index, "all"]
    one = rows[rows["town"] == towns.index[0]]
    assert towns.iloc[0]["palma"] == linli.equity.palma(one["access"], one["people"])
    assert towns.loc["all", "poverty_gap"] == linli.equity.fgt(
        rows["access"], rows["people"], line=1e-5, alpha=1
    )
    assert towns.loc["all", "concentration"] == linli.equity.concentration_index(
        rows["access"], rows["people"], income=city.demand["over_60"]
    )
    groups, sums = served.equity("group"), served.by("group")
    assert list(groups.index) == list(sums.index) == ["population", *city.groups]
    old = city.demand["over_60"].to_numpy(dtype=float)
    assert groups.loc["over_60", "gini"] == sums.loc["over_60", "gini"]
    assert groups.loc["over_60", "gini"] == linli.equity.gini(rows["access"], old)
    assert groups.loc["over_60", "people"] == pytest.approx(old.sum())
    assert served.equity(None).index.tolist() == ["all"]
    assert served.lorenz().gini == pytest.approx(towns.loc["all", "gini"])
    with pytest.raises(linli.InvalidInput, match="give 'town' or 'group'"):
        served.equity("street")


def test_lorenz_plots_draw_their_curves(served):
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    ax = served.plot_lorenz()
    curve = served.lorenz()
    assert ax.lines[1].get_xydata().tolist() == np.column_stack(curve).tolist()
    assert f"Gini {curve.gini:.3f}" in {text.get_text() for text in ax.texts}
    for by, count in (("town", 10), ("group", len(linli.datasets.putuo().groups) + 1)):
        ax = served.plot_lorenz(by)
        names = [text.get_text().rsplit("  ", 1) for text in ax.get_legend().get_texts()]
        table = served.equity(by)
        assert len(names) == count == len(ax.lines) - 1
        for name, gini in names:
            assert float(gini) == pytest.approx(table.loc[name, "gini"], abs=5e-4)
        ax.figure.canvas.draw()
    assert linli.equity.lorenz([1, 2, 5]).plot().get_xlim() == (0, 1)
    ranked = linli.equity.concentration_curve([3, 1], income=[1, 2])
    assert "concentration -0.250" in {text.get_text() for text in ranked.plot().texts}
    plt.close("all")


def test_the_walk_to_the_kth_centre():
    city = linli.datasets.putuo()
    second = city.accessibility("kth_nearest", minutes=60, k=2)
    first = city.accessibility("kth_nearest", minutes=60)
    coverage = city.coverage(60).rows["walk_m"]
    assert first.rows["access"].to_numpy() == pytest.approx(coverage.to_numpy())
    both = second.rows["access"].notna()
    farther = second.rows["access"][both] >= first.rows["access"][both]
    assert farther.all() and both.sum() > 200 and second.k == 2
    assert "walk to centre number 2" in repr(second)
    near = city.accessibility("kth_nearest", minutes=15, k=2)
    unknown = near.rows["access"].isna()
    assert 0 < unknown.sum() == near.by()["unknown"].sum()
    assert near.rows["access"][~unknown].equals(second.rows["access"][~unknown])
    # What is not known takes no part.
    assert near.equity(None).loc["all", "rows"] == (~unknown).sum()
    for terms in ({"k": 0}, {"k": True}, {"supply": "capacity"}):
        with pytest.raises(linli.InvalidInput):
            city.accessibility("kth_nearest", **terms)
