"""Distance decay: how much a site counts at the end of a walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from linli import _linli
from linli._arrays import floats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

__all__ = ["Decay", "exponential", "flat", "gaussian", "power", "step"]


@dataclass(frozen=True, repr=False, eq=False)
class Decay:
    """How the weight of a site falls with the walk to it (距离衰减).

    Made by `step`, `power`, `exponential` and `gaussian`; call it to see the
    weights of walks.
    """

    _core: _linli.Decay
    formula: str
    """The weight as a formula of the walk d, metres."""

    def __call__(self, walk_m: ArrayLike) -> NDArray[np.float64]:
        """Give the weights of walks in metres."""
        return self._core.weights(floats("walk_m", np.atleast_1d(walk_m), ndim=1))

    def __repr__(self) -> str:
        return f"Decay({self.formula})"


def flat() -> Decay:
    """Let every walk count in full.

    Returns
    -------
    Decay
        Weight 1.
    """
    return Decay(_linli.Decay.flat(), "1")


def step(bands: Mapping[float, float]) -> Decay:
    """Weigh by distance bands, as E2SFCA does (Luo & Qi 2009).

    Parameters
    ----------
    bands : mapping of float to float
        The end of each band in metres, inclusive, and its weight. Beyond the
        last the weight is 0.

    Returns
    -------
    Decay
        The bands.

    Examples
    --------
    >>> import linli
    >>> linli.access.step({400: 1, 800: 0.68, 1200: 0.22})([400, 401, 1201])
    array([1.  , 0.68, 0.  ])
    """
    pairs = sorted((float(end), float(weight)) for end, weight in bands.items())
    words = ", ".join(f"{weight:g} to {end:g} m" for end, weight in pairs)
    return Decay(_linli.Decay.step(pairs), words)


def power(exponent: float = 2.0, *, scale_m: float = 1.0, least_m: float = 1.0) -> Decay:
    """Let the weight fall with a power of the walk, as gravity does (Hansen 1959).

    Parameters
    ----------
    exponent : float, default 2
        How fast it falls.
    scale_m : float, default 1
        The walk whose weight is 1, metres.
    least_m : float, default 1
        Shorter walks count as this one, metres: at 0 m the power has no value.

    Returns
    -------
    Decay
        ``(max(d, least_m) / scale_m) ** -exponent``.
    """
    formula = f"(max(d, {least_m:g}) / {scale_m:g})^-{exponent:g}"
    return Decay(_linli.Decay.power(exponent, scale_m, least_m), formula)


def exponential(scale_m: float) -> Decay:
    """Let the weight fall by the same part with each metre.

    Parameters
    ----------
    scale_m : float
        The walk whose weight is 1/e, metres.

    Returns
    -------
    Decay
        ``exp(-d / scale_m)``.
    """
    return Decay(_linli.Decay.exponential(scale_m), f"exp(-d / {scale_m:g})")


def gaussian(sigma_m: float) -> Decay:
    """Let the weight fall like a bell.

    Parameters
    ----------
    sigma_m : float
        Width of the bell, metres: there the weight is 0.607.

    Returns
    -------
    Decay
        ``exp(-d**2 / (2 * sigma_m**2))``.
    """
    return Decay(_linli.Decay.gaussian(sigma_m), f"exp(-d² / (2 · {sigma_m:g}²))")
