"""linli (邻里): who lives within a 15-minute walk of a community centre, and who does not.

Read a city, ask it a question, look at the answer:

>>> import linli
>>> city = linli.datasets.putuo()
>>> found = city.coverage(minutes=15)
>>> worst = found.uncovered[["name", "town", "people", "minutes"]].head(5)

Results are frozen, print as a sentence, and turn into GeoDataFrames, Arrow
tables and files with ``to_geopandas()``, ``to_arrow()`` and ``save(path)``.
"""

import warnings as _warnings

from linli import _linli, datasets, errors, locate, regions, walk
from linli._assignment import Assignment
from linli._city import City
from linli._contiguity import Contiguity
from linli._coverage import Comparison, Coverage
from linli._division import Division
from linli._issues import ImportReport, Issue
from linli._linli import __version__
from linli._map import Map
from linli._partition import Partition
from linli._reach import Nearest, Reach
from linli._read import import_report, read
from linli.errors import DebugBuildWarning, DegreesWarning, Infeasible, InvalidInput, LinliError
from linli.walk import CrowFly

__all__ = [
    "Assignment",
    "City",
    "Comparison",
    "Contiguity",
    "Coverage",
    "CrowFly",
    "DebugBuildWarning",
    "DegreesWarning",
    "Division",
    "ImportReport",
    "Infeasible",
    "InvalidInput",
    "Issue",
    "LinliError",
    "Map",
    "Nearest",
    "Partition",
    "Reach",
    "__version__",
    "datasets",
    "errors",
    "import_report",
    "locate",
    "read",
    "regions",
    "walk",
]

if _linli.DEBUG_BUILD:
    _warnings.warn(
        "linli was built without optimization and is many times slower: build it with --release",
        DebugBuildWarning,
        stacklevel=2,
    )
