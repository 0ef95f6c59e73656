"""The embedded district: synthetic, and labelled so wherever it is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from linli import _linli
from linli._city import City
from linli._streets import StreetNetwork

if TYPE_CHECKING:
    import os

__all__ = ["export", "putuo"]


def putuo(*, streets: bool = False) -> City:
    """Give the synthetic Putuo district: 264 committees in ten towns, 25 centres.

    Totals follow published figures; everything else is generated.

    Parameters
    ----------
    streets : bool, default False
        With its streets, so that questions walk along them instead of as the
        crow flies.

    Returns
    -------
    City
        With finer demand points, so that committees can be partly covered, and
        the layer ``"jobs"``: 512,000 at 599 workplaces, see `City.layer`.

    Examples
    --------
    >>> import linli
    >>> city = linli.datasets.putuo()
    >>> len(city.demand), len(city.facilities), len(city.towns)
    (264, 25, 10)
    >>> linli.datasets.putuo(streets=True).streets
    StreetNetwork(2,169 junctions, 3,621 streets, 619.0 km; OGC:CRS84)
    """
    return City(
        _linli.putuo(),
        {},
        (),
        tuple(_linli.putuo_lines()),
        StreetNetwork(_linli.putuo_streets()) if streets else None,
        _linli.putuo_barriers(),
    )


def export(folder: str | os.PathLike[str]) -> list[Path]:
    """Write the files of the district into a folder, made if need be.

    Parameters
    ----------
    folder : str or path-like
        Where to write ``committees.geojson``, ``centers.geojson``,
        ``towns.geojson``, ``residential_points.geojson``, ``workplaces.geojson``,
        ``streets.geojson`` and ``barriers.geojson``; older files of these names are replaced.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Examples
    --------
    >>> import linli, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorted(file.name for file in linli.datasets.export(folder))[:2]
    ['barriers.geojson', 'centers.geojson']
    """
    return [Path(file) for file in _linli.export_putuo(folder)]
