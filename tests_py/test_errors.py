"""Do exceptions have the class and the facts that a program needs?"""

from __future__ import annotations

import pickle
import re

import linli
import numpy as np
import pytest
from oracles import frame


def test_the_classes_are_what_python_programs_catch():
    assert issubclass(linli.InvalidInput, (linli.LinliError, ValueError))
    assert issubclass(linli.InvalidInput, ValueError)
    assert issubclass(linli.Infeasible, linli.LinliError)
    assert not issubclass(linli.LinliError, ValueError)
    assert issubclass(linli.DebugBuildWarning, RuntimeWarning)


def test_facts_are_attributes():
    with pytest.raises(linli.InvalidInput) as caught:
        linli.Reach.from_points([[0, 0], [5, float("inf")]], [[0, 0]], limit_m=10)
    error = caught.value
    assert (error.table, error.row, error.x) == ("demand", 1, 5.0)
    assert error.facts["error"] == "not_finite"
    assert str(error) == "demand row 1: position (5, inf) is not finite"
    with pytest.raises(AttributeError, match="no fact named 'colour'"):
        error.colour  # noqa: B018


def test_unknown_names_come_with_the_known_ones():
    with pytest.raises(linli.InvalidInput) as caught:
        linli.datasets.putuo().coverage(service="karaoke")
    assert caught.value.kind == "service"
    assert "canteen" in caught.value.known


def test_refused_input_names_every_issue():
    demand = frame(np.zeros((3, 2)), id=["a", "b", "c"], population=["many", "5", "few"])
    with pytest.raises(linli.InvalidInput) as caught:
        linli.read(demand, frame(np.zeros((1, 2))), crs="METRES")
    rejected = [issue for issue in caught.value.issues if issue.severity == "rejected"]
    assert [issue.feature for issue in rejected] == [0, 2]
    assert all(isinstance(issue, linli.Issue) and issue.fix for issue in rejected)
    assert "feature 0" in str(rejected[0])


def test_a_file_that_is_not_there_is_no_invalid_input(tmp_path):
    with pytest.raises(linli.LinliError, match="cannot read") as caught:
        linli.read(tmp_path / "nowhere.geojson", tmp_path / "nowhere.geojson")
    assert not isinstance(caught.value, ValueError)
    assert caught.value.path.endswith("nowhere.geojson")


def test_exceptions_survive_pickling():
    with pytest.raises(linli.InvalidInput) as caught:
        linli.CrowFly(detour=0.5)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), str(again), again.facts) == (
        linli.InvalidInput,
        str(caught.value),
        caught.value.facts,
    )
    assert again.parameter == "detour"


@pytest.mark.parametrize("speed", [0, -1, 4.8, float("nan")])
def test_speeds_that_are_no_walk_are_refused(speed):
    with pytest.raises(linli.InvalidInput, match="speed_m_per_s"):
        linli.CrowFly(speed_m_per_s=speed)


def test_more_pairs_than_memory_is_an_error_not_the_end():
    if linli._linli.DEBUG_BUILD:
        pytest.skip("counting so many takes minutes without optimization")
    xy = np.full((66_000, 2), 500.0)
    with pytest.raises(linli.InvalidInput, match=re.escape("demand-site pairs")) as caught:
        linli.Reach.from_points(xy, xy, limit_m=10)
    assert caught.value.pairs == 66_000**2
