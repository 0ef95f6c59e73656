"""What was found in the input: issues, and the report of a layer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from linli import _html

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["ImportReport", "Issue"]

SHOWN = 20
"""Issues that a notebook shows before it counts the rest."""


@dataclass(frozen=True)
class Issue:
    """One thing found in the input: where, what, why, and how to mend it.

    Attributes
    ----------
    severity : str
        ``"rejected"``, ``"repaired"`` or ``"noted"``.
    feature : int or None
        Feature number in its file, from 0; None speaks of the whole layer.
    name : str or None
        The feature's id or name, where it has one.
    code : str
        A stable word for the kind of issue, such as ``"ring_not_closed"``.
    cause : str
        What was found, with the numbers.
    fix : str
        What you can do, or what linli did.
    """

    severity: str
    feature: int | None
    name: str | None
    code: str
    cause: str
    fix: str

    def __str__(self) -> str:
        place = "" if self.feature is None else f"feature {self.feature}"
        named = f" ({self.name})" if place and self.name else ""
        return f"{place}{named}{': ' if place else ''}{self.cause} [{self.code}]; {self.fix}"


@dataclass(frozen=True, repr=False)
class ImportReport:
    """What was accepted, repaired and refused of one layer.

    Attributes
    ----------
    layer : str
        The file or table.
    features : int
        Features in it.
    accepted : int
        Features taken.
    encoding : str
        Encoding the text was read in, such as ``"UTF-8"`` or ``"GB18030"``.
    crs : str
        Coordinate system the numbers were taken in.
    columns : dict of str to str
        Field to the column it was read from.
    issues : tuple of Issue
        Everything found, refusals first, then by feature.

    Examples
    --------
    >>> import linli
    >>> city = linli.datasets.putuo()
    >>> linli.import_report(city.facilities, role="facilities")
    ImportReport(facilities: 25 of 25 features accepted; nothing rejected or repaired)
    """

    layer: str
    features: int
    accepted: int
    encoding: str
    crs: str
    columns: Mapping[str, str]
    issues: tuple[Issue, ...]
    text: str

    @classmethod
    def _of(cls, facts: Mapping[str, Any]) -> ImportReport:
        issues = tuple(Issue(**issue) for issue in facts["issues"])
        return cls(**{**facts, "columns": dict(facts["columns"]), "issues": issues})

    @property
    def rejected(self) -> tuple[Issue, ...]:
        """What made a feature or the layer be refused."""
        return self._with("rejected")

    @property
    def repaired(self) -> tuple[Issue, ...]:
        """What was changed or completed; the fix says how."""
        return self._with("repaired")

    @property
    def noted(self) -> tuple[Issue, ...]:
        """What was taken as it is, and is worth knowing."""
        return self._with("noted")

    @property
    def frame(self) -> pd.DataFrame:
        """The issues as a table, one row each."""
        import pandas as pd

        return pd.DataFrame(
            [asdict(issue) for issue in self.issues],
            columns=["severity", "feature", "name", "code", "cause", "fix"],
        )

    def _with(self, severity: str) -> tuple[Issue, ...]:
        return tuple(issue for issue in self.issues if issue.severity == severity)

    def _counts(self) -> str:
        named = {"rejected": self.rejected, "repaired": self.repaired, "noted": self.noted}
        counted = [f"{len(found)} {word}" for word, found in named.items() if found]
        return (
            ", ".join(counted) if self.rejected or self.repaired else "nothing rejected or repaired"
        )

    def __repr__(self) -> str:
        accepted = f"{self.accepted:,} of {self.features:,} features accepted"
        return f"ImportReport({self.layer}: {accepted}; {self._counts()})"

    def __str__(self) -> str:
        return self.text.rstrip()

    def _repr_html_(self) -> str:
        rows = [
            (i.severity, i.feature, i.name, i.code, i.cause, i.fix) for i in self.issues[:SHOWN]
        ]
        rest = len(self.issues) - len(rows)
        more = f"and {rest:,} more: see .issues" if rest else ""
        header = ("severity", "feature", "name", "code", "cause", "fix")
        return _html.section(repr(self), _html.table(header, rows), more)
