"""The folder of a comparison: written after every run, read again to go on."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from linli import _linli
from linli.bench._check import by_lowest_unit
from linli.bench._manifest import FORMAT, instance_facts, machine, method_facts, sha256, versions
from linli.bench._table import RUNS, TRACE, read_table, records, write_table
from linli.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from linli.bench._instance import Instance
    from linli.bench._methods import Planned

__all__ = ["Folder", "read_manifest", "read_plan"]

MANIFEST, RUNS_FILE, TRACE_FILE = "manifest.json", "runs.csv", "trace.csv"
LISTED = ("run", "instance", "method", "seed", "budget_s", "repeat", "status", "repeatable", "plan")
"""What the manifest keeps of each run."""


@dataclass
class Folder:
    """An output folder.

    ``manifest.json``, ``runs.csv``, ``trace.csv``, ``instances/NAME.json`` and
    ``plans/HASH.txt`` (one part a line, numbered from 0 by their lowest unit).
    Every hash in the manifest is the SHA-256 of a file here.
    """

    path: Path
    manifest: dict[str, Any]
    runs: list[dict[str, Any]] = field(default_factory=list)
    trace: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def open(
        cls,
        path: Path,
        instances: list[Instance],
        methods: list[Planned],
        parameters: dict[str, Any],
    ) -> Folder:
        """Begin a folder, or go on with one of the same terms.

        Parameters
        ----------
        path : pathlib.Path
            The folder; made where it is missing.
        instances : list of Instance
            What is divided.
        methods : list of Planned
            Who divides.
        parameters : dict
            Objective, threads, seeds, budgets, repeats.

        Returns
        -------
        Folder
            With the rows that are done.

        Raises
        ------
        InvalidInput
            If the folder holds something else, or results on other terms.
        """
        manifest: dict[str, Any] = {
            "linli_bench": FORMAT,
            "question": "partition",
            "finished": False,
            "versions": versions(methods),
            "machine": machine(),
            "parameters": parameters,
            "instances": {one.name: instance_facts(one) for one in instances},
            "methods": {one.label: method_facts(one) for one in methods},
        }
        folder = cls(path, manifest)
        if (path / MANIFEST).exists():
            folder._go_on(read_manifest(path))
        elif path.exists() and any(path.iterdir()):
            raise InvalidInput(
                f"{path} is not empty and holds no comparison; give another folder",
                parameter="out",
            )
        for part in ("instances", "plans"):
            (path / part).mkdir(parents=True, exist_ok=True)
        for one in instances:
            _linli.save(path / "instances" / f"{one.name}.json", one.to_json())
        return folder

    def _go_on(self, old: dict[str, Any]) -> None:
        new = self.manifest
        for section, names in (
            ("parameters", ("objective", "threads")),
            ("versions", ("linli", "linli_debug_build", "python")),
            ("machine", tuple(new["machine"])),
        ):
            for name in names:
                if old[section].get(name) != new[section][name]:
                    raise InvalidInput(
                        f"{self.path} holds runs with {name} {old[section].get(name)}, and now it "
                        f"is {new[section][name]}; give another folder",
                        parameter="out",
                    )
        for section, name in (("instances", "sha256"), ("methods", "version")):
            for label, facts in old[section].items():
                now = new[section].setdefault(label, facts)
                # A method that was not installed may be by now.
                if facts[name] not in {None, now[name]}:
                    raise InvalidInput(
                        f"{self.path} holds runs of {label} with {name} {facts[name]}, and now it "
                        f"is {now[name]}; give another folder",
                        parameter="out",
                    )
        new["versions"] = {**old["versions"], **new["versions"]}
        self.runs = self._read(RUNS_FILE, RUNS)
        # A run that was cut off between two files has left a way without a row.
        done = {row["run"] for row in self.runs}
        self.trace = [row for row in self._read(TRACE_FILE, TRACE) if row["run"] in done]

    def _read(self, name: str, columns: dict[str, str]) -> list[dict[str, Any]]:
        try:
            content = (self.path / name).read_bytes()
        except FileNotFoundError:
            return []
        return records(read_table(content, columns))

    def save_plan(self, labels: NDArray[np.int64] | None) -> str:
        """Keep a plan under its hash.

        Parameters
        ----------
        labels : ndarray of int64 or None
            The plan.

        Returns
        -------
        str
            SHA-256 of the file; empty without a plan.
        """
        if labels is None:
            return ""
        content = plan_bytes(labels)
        found = sha256(content)
        path = self.path / "plans" / f"{found[:16]}.txt"
        if not path.exists():
            _linli.save(path, content)
        return found

    def save(self, *, finished: bool = False) -> None:
        """Write the tables and the manifest, each whole or not at all.

        Parameters
        ----------
        finished : bool, default False
            Whether all that was asked for is done.
        """
        files = {
            RUNS_FILE: write_table(self.runs, RUNS),
            TRACE_FILE: write_table(self.trace, TRACE),
        }
        for name, content in files.items():
            _linli.save(self.path / name, content)
        self.manifest |= {
            "finished": finished,
            "files": {name: sha256(content) for name, content in files.items()},
            "runs": [{name: row[name] for name in LISTED} for row in self.runs],
        }
        text = json.dumps(self.manifest, ensure_ascii=False, indent=1)
        _linli.save(self.path / MANIFEST, text.encode() + b"\n")

    @property
    def frame(self) -> pd.DataFrame:
        """The rows as a table."""
        return read_table(write_table(self.runs, RUNS), RUNS)


def plan_bytes(labels: NDArray[np.int64]) -> bytes:
    """Write a plan: one part a line, numbered by their lowest unit."""
    return "".join(f"{part}\n" for part in by_lowest_unit(labels).tolist()).encode()


def read_plan(path: Path) -> tuple[NDArray[np.int64], str]:
    """Read a plan.

    Parameters
    ----------
    path : pathlib.Path
        Its file.

    Returns
    -------
    tuple
        Labels, and the SHA-256 of the file.
    """
    content = path.read_bytes()
    return np.array([int(line) for line in content.split()], dtype=np.int64), sha256(content)


def read_manifest(path: Path) -> dict[str, Any]:
    """Read the manifest of a folder.

    Parameters
    ----------
    path : pathlib.Path
        The folder, or its manifest.

    Returns
    -------
    dict
        The manifest.

    Raises
    ------
    InvalidInput
        If it is none, or of a later form.
    """
    file = path / MANIFEST if path.is_dir() else path
    try:
        manifest: dict[str, Any] = json.loads(file.read_bytes())
        form = manifest["linli_bench"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidInput(
            f"{file} is no manifest of linli bench ({type(error).__name__})", parameter="path"
        ) from error
    if form != FORMAT:
        raise InvalidInput(f"{file} has form {form}; this linli reads {FORMAT}", parameter="path")
    return manifest
