"""One run: started in a process of its own, measured, stopped when over its time."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from linli.bench._instance import Instance
    from linli.bench._methods import Planned

__all__ = ["GRACE_S", "SETUP_S", "Outcome", "run"]

GRACE_S = 0.5
"""How much later than its time a method may end, and a tenth of its time."""
SETUP_S = 120.0
"""How long a method may take before its clock starts: imports, making graphs."""
GLANCE_S = 0.01
THREADS = ("RAYON", "OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM", "NUMBA")


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    status: str
    """``ok``, ``killed`` (over its time), ``failed``, ``crashed`` (the process
    ended), ``no_plan`` (the method says so), ``skipped`` or ``not_installed``."""
    message: str = ""
    labels: NDArray[np.int64] | None = None
    """The plan; of a run that was killed, the last it reported."""
    wall_s: float | None = None
    cpu_s: float | None = None
    setup_s: float | None = None
    peak_mb: float | None = None
    begin_mb: float | None = None
    clock: bool = False
    """Whether time decided the answer."""
    facts: dict[str, Any] = field(default_factory=dict)
    way: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int32]] | None = None
    """Seconds, CPU seconds and labels of the plans it reported."""


def run(
    planned: Planned, instance: Instance, objective: str, seed: int, budget_s: float, threads: int
) -> Outcome:
    """Run a method once.

    Parameters
    ----------
    planned : Planned
        The method.
    instance : Instance
        With a tolerance.
    objective : str
        What to make small.
    seed : int
        Of all that is random.
    budget_s : float
        Seconds on the clock.
    threads : int
        Threads it may use.

    Returns
    -------
    Outcome
        Never an exception for what the method does.
    """
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as name:
        folder = Path(name)
        task = {
            "tolerance": instance.tolerance,
            "objective": objective,
            "seed": seed,
            "budget_s": budget_s,
            "threads": threads,
        }
        job = {
            "task": task,
            "method": asdict(planned),
            "path": [one or str(Path.cwd()) for one in sys.path],
        }
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        (folder / "instance.json").write_bytes(instance.to_json())
        return _watched(folder, budget_s, threads)


def _watched(folder: Path, budget_s: float, threads: int) -> Outcome:
    """Start the worker, wait for it at most so long, and read what it left."""
    environment = {
        **os.environ,
        # Sets of strings are walked in the same order every time.
        "PYTHONHASHSEED": "0",
        "PYTHONWARNINGS": "ignore",
        **{f"{name}_NUM_THREADS": str(threads) for name in THREADS},
    }
    before_s, started = _children_cpu_s(), time.perf_counter()
    said = folder / "said"
    with said.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "linli.bench._worker", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            # A group of its own: Ctrl-C is ours to handle, and all of it can be stopped.
            start_new_session=True,
        )
    allowed_s = budget_s + GRACE_S + 0.1 * budget_s
    begun: float | None = None
    killed = False
    try:
        while process.poll() is None:
            now = time.perf_counter()
            if begun is None and (folder / "begun").exists():
                begun = now
            late = now - started > SETUP_S + allowed_s
            # The clock may start anew: a method calls begin when it is ready.
            if begun is not None and now - _begun_at(folder, begun) > allowed_s:
                late = True
            if late:
                killed = True
                _kill(process)
            time.sleep(GLANCE_S)
    finally:
        if process.poll() is None:
            _kill(process)
    wall_s = time.perf_counter() - (started if begun is None else _begun_at(folder, begun))
    begin = _read_json(folder / "begun")
    if (result := _read_json(folder / "result.json")) is not None:
        return _finished(folder, result, begin)
    used_s = _children_cpu_s() - before_s - begin.get("cpu_s", 0.0) if begin else None
    last = said.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
    if killed:
        status, message = "killed", f"over its {budget_s:g} s"
        if begin is None:
            message = f"its clock had not started after {SETUP_S + allowed_s:g} s"
    else:
        status = "crashed"
        message = f"ended with {_code(process.returncode)}" + "".join(f": {one}" for one in last)
    return Outcome(
        status,
        message,
        labels=_read_array(folder / "best.npy"),
        wall_s=wall_s,
        cpu_s=used_s,
        setup_s=begin.get("setup_s") if begin else None,
        clock=True,
    )


def _begun_at(folder: Path, seen: float) -> float:
    """When the clock last started, on this process's clock."""
    try:
        age = time.time() - (folder / "begun").stat().st_mtime
    except OSError:
        return seen
    return time.perf_counter() - max(age, 0.0)


def _finished(folder: Path, result: dict[str, Any], begin: dict[str, Any] | None) -> Outcome:
    way = None
    with contextlib.suppress(OSError, ValueError, zipfile.BadZipFile):
        kept = np.load(io.BytesIO((folder / "way.npz").read_bytes()), allow_pickle=False)
        way = (kept["wall_s"], kept["cpu_s"], kept["labels"])
    return Outcome(
        result["status"],
        result["message"],
        labels=_read_array(folder / "best.npy"),
        wall_s=result["wall_s"],
        cpu_s=result["cpu_s"],
        setup_s=begin.get("setup_s") if begin else None,
        peak_mb=result["peak_mb"],
        begin_mb=result["begin_mb"],
        clock=result["clock"],
        facts=result["facts"],
        way=way,
    )


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return found


def _read_array(path: Path) -> NDArray[np.int64] | None:
    try:
        content = io.BytesIO(path.read_bytes())
    except OSError:
        return None
    return np.asarray(np.load(content, allow_pickle=False), dtype=np.int64)


def _children_cpu_s() -> float:
    """CPU seconds of ended children and theirs."""
    times = os.times()
    return times.children_user + times.children_system


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _code(code: int) -> str:
    if code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"
