"""One run in a process of its own: ``python -m linli.bench._worker FOLDER``.

The folder holds ``job.json`` and ``instance.json``. The worker writes ``begun``
when the clock starts, ``best.npy`` as the method reports, and at the end
``way.npz`` and ``result.json``; whoever started it measures and stops it.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["main"]

FLUSH_S = 0.25
"""A reported plan is on disk at most this late."""


def peak_mb() -> float | None:
    """Say how much memory this process has held at most, MB."""
    status = Path("/proc/self/status")
    if status.exists():
        # What getrusage says counts the parent from before exec, too.
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    try:
        import resource
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 1024


def children_cpu_s() -> float:
    """Say how many CPU seconds ended children took."""
    times = os.times()
    return times.children_user + times.children_system


def write(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all."""
    beside = path.with_suffix(".part")
    beside.write_bytes(content)
    beside.replace(path)


def array_bytes(array: NDArray[Any]) -> bytes:
    """Make a file of an array."""
    content = io.BytesIO()
    np.save(content, array, allow_pickle=False)
    return content.getvalue()


def main(folder: Path) -> None:
    """Do the job of a folder."""
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    sys.path[:] = job["path"]
    from linli.bench._instance import Instance
    from linli.bench._methods import Planned, load
    from linli.bench._task import Skip, Task
    from linli.errors import Infeasible

    started = time.perf_counter()
    written_s = -np.inf
    memory: dict[str, float | None] = {"begin_mb": None}

    def on_begin() -> None:
        memory["begin_mb"] = peak_mb()
        facts = {"setup_s": time.perf_counter() - started, "cpu_s": time.process_time()}
        write(folder / "begun", json.dumps(facts).encode())

    def on_report(labels: NDArray[np.int32]) -> None:
        nonlocal written_s
        now = time.perf_counter()
        if now - written_s >= FLUSH_S:
            write(folder / "best.npy", array_bytes(labels))
            written_s = time.perf_counter()

    instance = Instance.from_json((folder / "instance.json").read_bytes())
    task = Task(instance, **job["task"], _on_begin=on_begin, _on_report=on_report)
    planned = Planned(**job["method"])
    result: dict[str, Any] = {"status": "ok", "message": ""}
    labels = None
    try:
        method = load(planned)
        started = time.perf_counter()
        task.restart() if planned.begins else task.begin()
        labels = method(task, **planned.parameters)
    except Skip as skip:
        result = {"status": "skipped", "message": str(skip)}
    except Infeasible as error:
        result = {"status": "no_plan", "message": str(error)}
    except Exception as error:  # noqa: BLE001  # whatever a method does is a row
        result = {"status": "failed", "message": said(error)}
    wall_s, cpu_s = task.clock()
    result |= {"wall_s": wall_s, "cpu_s": cpu_s + children_cpu_s(), "peak_mb": peak_mb()}
    result |= memory | {"facts": task.facts, "clock": task.looked_at_clock}
    if labels is None and task._way:
        # What was reported before it failed still counts.
        labels = task._way[-1][2]
    if labels is not None:
        result |= keep(np.asarray(labels), instance.n, folder)
    way = {
        "wall_s": np.array([wall for wall, _, _ in task._way]),
        "cpu_s": np.array([cpu for _, cpu, _ in task._way]),
        "labels": np.array([plan for _, _, plan in task._way], dtype=np.int32),
    }
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **way)
    write(folder / "way.npz", content.getvalue())
    write(folder / "result.json", json.dumps(result).encode())


def said(error: Exception) -> str:
    """Say what went wrong, and where."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"


def keep(plan: NDArray[Any], n: int, folder: Path) -> dict[str, Any]:
    """Write the plan, or say why it is none."""
    if plan.shape != (n,) or plan.dtype.kind not in "iu":
        (folder / "best.npy").unlink(missing_ok=True)
        wrong = f"returned {plan.dtype} of shape {plan.shape}, not {n} whole numbers"
        return {"status": "failed", "message": wrong}
    write(folder / "best.npy", array_bytes(plan.astype(np.int64)))
    return {}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
