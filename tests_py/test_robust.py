"""Is every figure of robustness a coverage of its own?"""

from __future__ import annotations

import linli
import numpy as np
import pytest


@pytest.fixture(scope="module")
def city():
    return linli.datasets.putuo()


@pytest.fixture(scope="module")
def found(city):
    return city.robustness(service="canteen", change=0.2, curve=[5, 15])


def test_losses_are_closures(city, found):
    before = city.coverage(service="canteen").people_covered
    assert found.people_covered == pytest.approx(before)
    losses = found.losses
    assert losses["people_lost"].is_monotonic_decreasing
    for centre, loss in losses.head(4).iterrows():
        after = city.what_if(close=centre).coverage(service="canteen").people_covered
        assert before - after == pytest.approx(loss["people_lost"])
    assert losses["people"].sum() == pytest.approx(before)
    assert (losses["extra_m"].dropna() >= 0).all()


def test_changes_and_curve(city, found):
    changes = found.changes["people_covered"]

    def covered(detour=1.3, speed=1.33, minutes=15):
        walk = linli.CrowFly(detour=detour, speed_m_per_s=speed)
        return city.coverage(minutes, walk=walk, service="canteen").people_covered

    assert changes["speed", 0.8] == pytest.approx(covered(speed=1.33 * 0.8))
    assert changes["speed", 1.2] == pytest.approx(covered(speed=1.33 * 1.2))
    assert changes["detour", 1.2] == pytest.approx(covered(detour=1.3 * 1.2))
    assert changes["detour", 0.8] == pytest.approx(covered(detour=1.3 * 0.8))
    assert found.curve["people_covered"].tolist() == pytest.approx(
        [covered(minutes=5), covered(minutes=15)]
    )
    # Numbers off at random stay between the ends.
    share = found.changes["share"]
    rows = city.coverage(service="canteen").rows
    random = np.random.default_rng(0)
    for _ in range(50):
        off = random.uniform(0.8, 1.2, len(rows))
        other = (rows["people_covered"] * off).sum() / (rows["people"] * off).sum()
        assert share["population", 0.8] <= other <= share["population", 1.2]
    assert "would cost" in repr(found) and "<table" in found._repr_html_()


def test_faults(city):
    with pytest.raises(linli.InvalidInput, match="change = 1"):
        city.robustness(change=1)
    with pytest.raises(linli.InvalidInput, match="curve = 0"):
        city.robustness(curve=[0])


def test_plot_shows_every_figure(found):
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    losses, changes, curve = found.plot()
    widths = [bar.get_width() for bar in losses.patches][::-1]
    assert widths == pytest.approx(found.losses["people_lost"].head(len(widths)).tolist())
    assert {text.get_text() for text in changes.texts} == {"+20 %", "-20 %"}
    ends = [line.get_xdata() for line in changes.lines[:3]]
    drawn = sorted(end for pair in ends for end in pair)
    assert drawn == pytest.approx(sorted(found.changes["share"]))
    assert curve.lines[0].get_ydata().tolist() == pytest.approx(found.curve["share"].tolist())
    losses.figure.canvas.draw()
    plt.close(losses.figure)
