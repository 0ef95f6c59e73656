"""Plans drawn by recombination, and where a plan stands among them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linli import _linli
from linli._plan_measures import Metrics
from linli._regions_ask import measures_of, whole

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from linli._contiguity import Contiguity
    from linli._partition import Partition

__all__ = ["Ensemble"]


@dataclass(frozen=True, repr=False, eq=False)
class Ensemble:
    """Plans drawn by recombination: what else could have been.

    Made by `linli.regions.recom` or `Ensemble.load`.
    """

    _core: _linli.Ensemble

    @property
    def k(self) -> int:
        """Number of parts."""
        return self._core.k

    @property
    def chains(self) -> int:
        """Independent chains."""
        return self._core.chains

    @property
    def steps(self) -> int:
        """Steps of each chain."""
        return self._core.steps

    @property
    def seed(self) -> int:
        """Seed of all chains."""
        return self._core.seed

    @property
    def cut_edges(self) -> NDArray[np.int64]:
        """Cut edges after each step, shape (chains, steps)."""
        return self._core.cut_edges().astype(np.int64)

    @property
    def deviation(self) -> NDArray[np.float64]:
        """Largest deviation from an equal share after each step, shape (chains, steps)."""
        return self._core.deviation()

    @property
    def best_labels(self) -> NDArray[np.int64]:
        """The plan with the fewest cut edges, the given plan included."""
        return self._core.best()[0]

    @property
    def best_cut_edges(self) -> int:
        """Its cut edges."""
        return self._core.best()[1]

    @property
    def inertia(self) -> NDArray[np.float64] | None:
        """Weight × squared metres from the centres of mass after each step, shape (chains, steps).

        None where the contiguity has no positions.
        """
        return self._core.inertia()

    def standing(self, plan: Metrics | Partition) -> pd.DataFrame:
        """Say where a plan stands among those drawn, by every measure that both have.

        Parameters
        ----------
        plan : Metrics or Partition
            The plan, or what it is like.

        Returns
        -------
        pandas.DataFrame
            One row for each of cut_edges, deviation (of the first measure where
            there is one, else the largest) and inertia: the plan's ``value``, the
            ``median`` of those drawn, and the share of them that have less
            (``less``), as much (``equal``) and more (``more``). Less is better.
        """
        known = plan if isinstance(plan, Metrics) else plan.metrics()
        values = {
            "cut_edges": (known.cut_edges, self.cut_edges, 0.0),
            # Drawn deviations are kept in single precision.
            "deviation": (max(known.deviation), self.deviation, 1e-6),
        }
        if known.inertia is not None and self.inertia is not None:
            values["inertia"] = (known.inertia, self.inertia, 1e-9 * known.inertia)
        rows = {}
        for name, (value, drawn, hair) in values.items():
            less = float((drawn < value - hair).mean())
            more = float((drawn > value + hair).mean())
            rows[name] = (value, float(np.median(drawn)), less, 1.0 - less - more, more)
        columns = pd.Index(["value", "median", "less", "equal", "more"])
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns)

    def plot(self, plan: Metrics | Partition | None = None) -> NDArray[np.object_]:
        """Draw a histogram of each measure, and where a plan stands (needs matplotlib).

        Parameters
        ----------
        plan : Metrics or Partition, optional
            The plan to mark.

        Returns
        -------
        ndarray of matplotlib.axes.Axes
            One for each measure.
        """
        from linli._division_plot import standing

        return standing(self, plan)

    def rank(self, cut_edges: int) -> tuple[float, float]:
        """Say where a plan stands among those drawn.

        Parameters
        ----------
        cut_edges : int
            Of the plan.

        Returns
        -------
        tuple of float
            Share of drawn plans with fewer cut edges, and with as many.
        """
        return self._core.rank(int(cut_edges))

    def plans(self, chain: int = 0) -> Iterator[NDArray[np.int64]]:
        """Go through the plans of a chain; none unless it was drawn with ``keep=True``.

        Parameters
        ----------
        chain : int, default 0
            The chain.

        Returns
        -------
        iterator of ndarray of int64
            Labels after each step.
        """
        return iter(self._core.plans(chain))

    def go_on(self, contiguity: Contiguity, weight: Any, *, steps: int) -> Ensemble:  # noqa: ANN401
        """Draw more, as if the chains had never stopped.

        Parameters
        ----------
        contiguity, weight
            As when it was begun.
        steps : int
            Steps to add to each chain.

        Returns
        -------
        Ensemble
            With all steps.
        """
        steps = whole("steps", steps)
        return Ensemble(self._core.go_on(contiguity._core, measures_of(weight), steps))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it to a file, whole or not at all, to go on with later.

        Parameters
        ----------
        path : str or path-like
            Any name.

        Returns
        -------
        pathlib.Path
            The file.
        """
        path = Path(path)
        _linli.save(path, self._core.to_bytes())
        return path

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Ensemble:
        """Read what `save` wrote.

        Parameters
        ----------
        path : str or path-like
            The file.

        Returns
        -------
        Ensemble
            Ready to go on.
        """
        return cls(_linli.Ensemble.from_bytes(Path(path).read_bytes()))

    def __repr__(self) -> str:
        return (
            f"Ensemble({self.chains} chain{'s' if self.chains > 1 else ''} of {self.steps:,} "
            f"plans; fewest cut edges {self.best_cut_edges:,})"
        )
