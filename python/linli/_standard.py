"""Planning standards as data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from linli import _linli
from linli._arrays import floats
from linli.errors import LinliError

if TYPE_CHECKING:
    import os

    import numpy as np
    from numpy.typing import ArrayLike

__all__ = ["FITS", "Standard"]

NOT_JUDGED = ("what", "says", "reason", "verified", "source")

FITS = ("too_empty", "fits", "too_full")
"""How people compare with a band."""


@dataclass(frozen=True, repr=False, eq=False)
class Standard:
    """A planning standard (规划标准) in one edition, with its sources.

    Made by `named` or `from_toml`. A number is `verified` when it was seen in
    the source that stands beside it; compare the others with the printed
    standard before relying on them.

    Examples
    --------
    >>> import linli
    >>> linli.Standard.named("shanghai-2024-draft/main-city").circle["people"]
    {'least': 30000.0, 'most': 50000.0}
    """

    _core: _linli.Edition

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Names of the standards that come with linli, each with its edition.

        Returns
        -------
        tuple of str
            What `named` and `City.check` take; ``linli check --standard list``
            prints them with titles and sources.

        Examples
        --------
        >>> import linli
        >>> [name for name in linli.Standard.names() if name.startswith("tdt")]
        ['tdt1062-2021/15', 'tdt1062-2021/10', 'tdt1062-2021/5']
        """
        return tuple(_linli.Edition.names())

    @classmethod
    def named(cls, name: str) -> Standard:
        """Take a standard that comes with linli.

        Parameters
        ----------
        name : str
            Such as ``"gb50180-2018/15"``; see `names`.

        Returns
        -------
        Standard
            The edition.

        Raises
        ------
        InvalidInput
            If there is none of this name; the message lists them.
        """
        return cls(_linli.Edition.named(name))

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str]) -> Standard:
        """Read a standard of one's own.

        The file has ``name``, ``title``, ``edition`` and ``source``, and one or
        more of these tables, each with ``verified`` and ``source`` of its own:

        - ``[circle]``: minutes, radius_m, people, floor_m2, and not_cut_by, the kinds
          of barriers that must not lie between a centre and the people of its circle;
        - ``[[facility]]``, any number: service, title, also, minutes, radius_m,
          floor_m2, people;
        - ``[neighbourhood_block]`` (居住街坊): people;
        - ``[[not_judged]]``, any number: what, says, reason.

        A band is ``[least, most]``, ``[least]`` where it has no upper end, or a number.

        Parameters
        ----------
        path : str or path-like
            A TOML file.

        Returns
        -------
        Standard
            The edition.

        Raises
        ------
        InvalidInput
            If it does not say what a standard says; the message names line and
            key. LinliError if the file cannot be read.
        """
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise LinliError(f"cannot read {path}: {error}", path=str(path)) from error
        return cls(_linli.Edition.from_toml(text))

    @property
    def name(self) -> str:
        """Name with edition and tier."""
        return str(self.to_dict()["name"])

    @property
    def circle(self) -> dict[str, Any] | None:
        """The life circle of a centre.

        Minutes, radius_m, people, floor_m2, not_cut_by, verified, source.
        """
        circle: dict[str, Any] | None = self.to_dict()["circle"]
        return circle

    @property
    def facilities(self) -> pd.DataFrame:
        """The facilities that must be near, one row each."""
        return pd.DataFrame(self.to_dict()["facility"])

    @property
    def not_judged(self) -> pd.DataFrame:
        """What it asks for and `City.check` does not judge.

        Columns are what, says, reason, verified and source.
        """
        return pd.DataFrame(self.to_dict()["not_judged"], columns=list(NOT_JUDGED))

    def fit(self, people: ArrayLike) -> pd.Categorical[Any]:
        """Say how numbers of people compare with the band of its circle or block.

        Parameters
        ----------
        people : array_like of float
            Such as the people of each part of a division; NaN is unknown.

        Returns
        -------
        pandas.Categorical
            ``too_empty``, ``fits`` (ends included) or ``too_full``.

        Raises
        ------
        InvalidInput
            If the standard gives no numbers of people.

        Examples
        --------
        >>> import linli
        >>> list(linli.Standard.named("shanghai-2024-draft/main-city").fit([20_000, 49_592]))
        ['too_empty', 'fits']
        """
        column: np.ndarray[Any, np.dtype[np.float64]] = floats("people", people, ndim=1)
        return pd.Categorical(self._core.fit(column), categories=FITS)

    def to_dict(self) -> dict[str, Any]:
        """Give everything it says.

        Returns
        -------
        dict
            As in the TOML file.
        """
        return dict(self._core.facts())

    def __repr__(self) -> str:
        facts = self.to_dict()
        return f"Standard({facts['name']}: {facts['title']}; {facts['edition']})"
