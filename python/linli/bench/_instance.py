"""What is divided: units, the pairs that touch, and into how many parts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from linli._contiguity import Contiguity
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Instance", "adjacency"]


@dataclass(frozen=True, repr=False, eq=False)
class Instance:
    """A district to divide: the same for every method.

    Parameters
    ----------
    name : str
        As in tables and plots; letters, digits and ``. _ + -``.
    edges : array_like of int, shape (pairs, 2)
        Units that touch, each pair once.
    weight : array_like of float, shape (n,)
        People of each unit.
    k : int
        Number of parts.
    tolerance : float, optional
        How far a part may be from an equal share, as a share of it; by default
        that of the whole comparison.
    border_m : array_like of float, shape (pairs,), optional
        Border of each pair, metres.
    positions : array_like of float, shape (n, 2), optional
        Easting and northing of each unit, metres.
    towns : array_like, shape (n,), optional
        Town of each unit: a plan whose parts cross a town border is not valid.
    known : float, optional
        Proven least number of cut edges, for the plots.
    source : str, optional
        Where it comes from.

    Examples
    --------
    >>> import linli
    >>> street = linli.bench.Instance("street", [[0, 1], [1, 2], [2, 3]], [5, 5, 5, 5], 2)
    >>> street
    Instance(street: 4 units, 3 pairs, 2 parts)
    """

    name: str
    edges: NDArray[np.int64]
    weight: NDArray[np.float64]
    k: int
    tolerance: float | None = None
    border_m: NDArray[np.float64] | None = None
    positions: NDArray[np.float64] | None = None
    towns: NDArray[np.int64] | None = None
    known: float | None = None
    source: str = ""

    def __post_init__(self) -> None:
        """Bring arrays into one form and refuse what cannot be."""
        if not self.name or not all(one.isalnum() or one in "._+-" for one in self.name):
            _refuse("name", repr(self.name), "give letters, digits and . _ + -")
        weight = np.ascontiguousarray(self.weight, dtype=np.float64)
        if weight.ndim != 1 or not np.isfinite(weight).all() or (weight < 0).any():
            _refuse("weight", "of some unit", "give one number, 0 or more, for each unit")
        edges, lengths = _pairs(self.edges, len(weight), self.border_m)
        if not 1 <= self.k <= len(weight):
            _refuse("k", str(self.k), f"give 1 to {len(weight)}, as many as there are units")
        if not weight.sum() > 0:
            _refuse("weight", "0 in all", "somebody must live there")
        self._set(weight=weight, edges=edges, border_m=lengths, k=int(self.k))
        if self.tolerance is not None:
            self._set(tolerance=float(self.tolerance))
        if self.positions is not None:
            positions = np.ascontiguousarray(self.positions, dtype=np.float64)
            if positions.shape != (len(weight), 2):
                _refuse("positions", str(positions.shape), f"give shape ({len(weight)}, 2)")
            self._set(positions=positions)
        if self.towns is not None:
            towns = np.unique(np.asarray(self.towns), return_inverse=True)[1].reshape(-1)
            if len(towns) != len(weight):
                _refuse("towns", f"{len(towns)} rows", f"give {len(weight)}")
            self._set(towns=towns.astype(np.int64))

    def _set(self, **values: Any) -> None:  # noqa: ANN401
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of `to_json`, which is how an instance is kept beside its results."""
        return hashlib.sha256(self.to_json()).hexdigest()

    @property
    def n(self) -> int:
        """Number of units."""
        return len(self.weight)

    @property
    def contiguity(self) -> Contiguity:
        """The units as `linli.regions` takes them."""
        return Contiguity.from_edges(
            self.n, self.edges, border_m=self.border_m, positions=self.positions
        )

    def adjacency(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Give the neighbours of every unit, one after the other.

        Returns
        -------
        tuple of ndarray of int64
            Where each unit's neighbours begin, shape (n + 1,); the neighbours;
            and the row of `edges` that each comes from.
        """
        return adjacency(self.n, self.edges)

    def to_json(self) -> bytes:
        """Write it down: the bytes that `hash` is of.

        Returns
        -------
        bytes
            One JSON object; what is not known is left out.
        """
        facts: dict[str, Any] = {"name": self.name, "k": self.k, "tolerance": self.tolerance}
        facts |= {"known": self.known, "source": self.source or None}
        for name in ("weight", "edges", "border_m", "positions", "towns"):
            array = getattr(self, name)
            facts[name] = None if array is None else array.tolist()
        kept = {name: value for name, value in facts.items() if value is not None}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Instance:
        """Read what `to_json` wrote.

        Parameters
        ----------
        content : bytes
            The JSON object.

        Returns
        -------
        Instance
            With the same hash.
        """
        return cls(**json.loads(content))

    def __repr__(self) -> str:
        towns = "" if self.towns is None else f" in {len(np.unique(self.towns))} towns"
        return (
            f"Instance({self.name}: {self.n:,} units{towns}, {len(self.edges):,} pairs, "
            f"{self.k} parts)"
        )


def adjacency(
    n: int, edges: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Answer `Instance.adjacency` for any pairs."""
    both = np.concatenate([edges, edges[:, ::-1]])
    order = np.argsort(both[:, 0] * n + both[:, 1])
    starts = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(both[:, 0], minlength=n), out=starts[1:])
    return starts, both[order, 1], order % max(len(edges), 1)


def _pairs(
    edges: ArrayLike, n: int, border_m: ArrayLike | None
) -> tuple[NDArray[np.int64], NDArray[np.float64] | None]:
    """Put each pair once, lower unit first, rising, with its length."""
    array = np.asarray(edges)
    if array.size == 0:
        array = np.empty((0, 2), dtype=np.int64)
    if array.ndim != 2 or array.shape[1] != 2 or array.dtype.kind not in "iu":
        _refuse("edges", f"of shape {array.shape}", "give two whole row numbers a pair")
    bad = ((array < 0) | (array >= n)).any(axis=1) | (array[:, 0] == array[:, 1])
    if bad.any():
        row = int(np.argmax(bad))
        _refuse("edges", f"row {row}: {array[row].tolist()}", f"give two of the {n} units, from 0")
    pairs, first = np.unique(np.sort(array.astype(np.int64), axis=1), axis=0, return_index=True)
    if border_m is None:
        return pairs, None
    lengths = np.ascontiguousarray(border_m, dtype=np.float64)
    if lengths.shape != (len(array),) or not np.isfinite(lengths).all() or (lengths < 0).any():
        _refuse("border_m", f"of shape {lengths.shape}", "give metres, 0 or more, for each pair")
    return pairs, lengths[first]


def _refuse(parameter: str, value: str, rule: str) -> None:
    raise InvalidInput(f"{parameter} {value}: {rule}", parameter=parameter)
