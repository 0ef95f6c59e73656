"""What equity answers with: curves of people and what they have, and an index in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["Concentration", "Lorenz", "Theil"]


class Lorenz(NamedTuple):
    """The Lorenz curve (洛伦兹曲线), from (0, 0) to (1, 1), worst-off first.

    Attributes
    ----------
    people : ndarray of float64
        Part of the people up to here, 0 to 1.
    share : ndarray of float64
        Part of the whole that these people have, 0 to 1.
    """

    people: NDArray[np.float64]
    share: NDArray[np.float64]

    @property
    def gini(self) -> float:
        """Twice the area between the curve and the diagonal; 0 where everyone has 0."""
        return max(_doubled_area(self.people, self.share), 0.0)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the curve, its Gini index and the line of equality (needs matplotlib).

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib Axes
            The picture.
        """
        from linli import _equity_plot

        return _equity_plot.lorenz({"all": self}, ax=ax)


class Concentration(NamedTuple):
    """The concentration curve (集中曲线), from (0, 0) to (1, 1), poorest first.

    Attributes
    ----------
    people : ndarray of float64
        Part of the people up to here, 0 to 1.
    share : ndarray of float64
        Part of the whole that these people have, 0 to 1.
    """

    people: NDArray[np.float64]
    share: NDArray[np.float64]

    @property
    def concentration(self) -> float:
        """Twice the area under the diagonal less that above it: the concentration index."""
        return _doubled_area(self.people, self.share)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the curve, its index and the line of equality (needs matplotlib).

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib Axes
            The picture.
        """
        from linli import _equity_plot

        return _equity_plot.concentration(self, ax=ax)


def _doubled_area(people: NDArray[np.float64], share: NDArray[np.float64]) -> float:
    return float(1 - (np.diff(people) * (share[1:] + share[:-1])).sum())


class Theil(NamedTuple):
    """Theil's T index, whole and in parts.

    Attributes
    ----------
    total : float
        0 where all have the same.
    between : float
        What remains when everyone has the mean of their group.
    within : float
        The rest: inequality inside the groups.
    """

    total: float
    between: float
    within: float
