"""linli (邻里): who lives within a 15-minute walk of a community centre, and who does not.

Read a city, ask it a question, look at the answer:

>>> import linli
>>> city = linli.datasets.putuo()
>>> found = city.coverage(minutes=15)
>>> worst = found.uncovered[["name", "town", "people", "minutes"]].head(5)

Results are frozen, print as a sentence, and turn into GeoDataFrames, Arrow
tables and files with ``to_geopandas()``, ``to_arrow()`` and ``save(path)``.
"""

import importlib as _importlib
import typing as _typing
import warnings as _warnings

from linli import _linli, errors
from linli._linli import __version__
from linli.errors import DebugBuildWarning, DegreesWarning, Infeasible, InvalidInput, LinliError

if _typing.TYPE_CHECKING:
    from linli import (
        access,
        assign,
        bench,
        datasets,
        equity,
        locate,
        regions,
        walk,
    )
    from linli._accessibility import Accessibility
    from linli._assignment import Assignment
    from linli._capacity import CapacityAssignment
    from linli._choice import ChoiceComparison
    from linli._city import City
    from linli._comparison import Comparison
    from linli._contiguity import Contiguity
    from linli._coverage import Coverage
    from linli._division import Division
    from linli._explanation import Explanation
    from linli._front import Front
    from linli._issues import ImportReport, Issue
    from linli._map import Map
    from linli._partition import Partition
    from linli._proposal import Proposal
    from linli._reach import Nearest, Reach
    from linli._read import import_report, read
    from linli._robust import Robustness
    from linli._standard import Standard
    from linli._standard_check import StandardCheck
    from linli._street_report import Severance, StreetReport
    from linli._streets import StreetNetwork
    from linli._trade_off import TradeOff
    from linli.walk import CrowFly

__all__ = [
    "Accessibility",
    "Assignment",
    "CapacityAssignment",
    "ChoiceComparison",
    "City",
    "Comparison",
    "Contiguity",
    "Coverage",
    "CrowFly",
    "DebugBuildWarning",
    "DegreesWarning",
    "Division",
    "Explanation",
    "Front",
    "ImportReport",
    "Infeasible",
    "InvalidInput",
    "Issue",
    "LinliError",
    "Map",
    "Nearest",
    "Partition",
    "Proposal",
    "Reach",
    "Robustness",
    "Severance",
    "Standard",
    "StandardCheck",
    "StreetNetwork",
    "StreetReport",
    "TradeOff",
    "__version__",
    "access",
    "assign",
    "bench",
    "datasets",
    "equity",
    "errors",
    "import_report",
    "locate",
    "read",
    "regions",
    "walk",
]

_HOMES = {
    "Accessibility": "_accessibility",
    "Assignment": "_assignment",
    "CapacityAssignment": "_capacity",
    "ChoiceComparison": "_choice",
    "City": "_city",
    "Comparison": "_comparison",
    "Contiguity": "_contiguity",
    "Coverage": "_coverage",
    "CrowFly": "walk",
    "Division": "_division",
    "Explanation": "_explanation",
    "Front": "_front",
    "ImportReport": "_issues",
    "Issue": "_issues",
    "Map": "_map",
    "Nearest": "_reach",
    "Partition": "_partition",
    "Proposal": "_proposal",
    "Reach": "_reach",
    "Robustness": "_robust",
    "Severance": "_street_report",
    "Standard": "_standard",
    "StandardCheck": "_standard_check",
    "StreetNetwork": "_streets",
    "StreetReport": "_street_report",
    "TradeOff": "_trade_off",
    "import_report": "_read",
    "read": "_read",
}
"""Modules of the names that are read when first asked for: pandas and GeoPandas take half
a second to load, which the command line never needs and a script only where it uses them."""

_MODULES = ("access", "assign", "bench", "datasets", "equity", "locate", "regions", "walk")


if not _typing.TYPE_CHECKING:  # a checker knows the names, and no others

    def __getattr__(name: str) -> object:
        """Read a name when it is first asked for."""
        if name in _MODULES:
            return _importlib.import_module(f"linli.{name}")
        if name not in _HOMES:
            raise AttributeError(f"module 'linli' has no attribute {name!r}")
        found = getattr(_importlib.import_module(f"linli.{_HOMES[name]}"), name)
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


if _linli.DEBUG_BUILD:
    _warnings.warn(
        "linli was built without optimization and is many times slower: build it with --release",
        DebugBuildWarning,
        stacklevel=2,
    )
