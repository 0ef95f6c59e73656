"""What can go wrong, as exceptions that carry the facts of their message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linli._issues import Issue

__all__ = ["DebugBuildWarning", "DegreesWarning", "Infeasible", "InvalidInput", "LinliError"]


class LinliError(Exception):
    """Anything that linli cannot answer.

    Attributes
    ----------
    facts : dict
        What the message states, by name: ``row``, ``table``, ``limit_m`` and so
        on. Each is an attribute of the exception too.

    Examples
    --------
    >>> import linli
    >>> try:
    ...     linli.Reach.from_points([[0, 0], [float("nan"), 5]], [[0, 0]], limit_m=900)
    ... except linli.InvalidInput as error:
    ...     print(error.table, error.row)
    demand 1
    """

    facts: dict[str, Any]

    def __init__(self, message: str = "", **facts: Any) -> None:  # noqa: ANN401
        super().__init__(message)
        self.facts = facts

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        """Give a fact as an attribute."""
        facts = self.__dict__.get("facts", {})
        if name in facts:
            return facts[name]
        raise AttributeError(f"{type(self).__name__} has no fact named {name!r}")

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Everything found wrong with refused input, refusals first."""
        from linli._issues import Issue

        return tuple(Issue(**issue) for issue in self.facts.get("issues", ()))


class InvalidInput(LinliError, ValueError):  # noqa: N818
    """Data or an argument that linli refuses; the message says where and how to mend it."""


class Infeasible(LinliError):  # noqa: N818
    """A question without an answer; the message says who stands in the way."""


class DebugBuildWarning(RuntimeWarning):
    """The extension was built without optimization and is many times slower."""


class DegreesWarning(UserWarning):
    """Numbers given as metres that look like degrees."""
