"""The commands ``linli bench`` and ``linli verify``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linli.bench._division import DivisionVerification
from linli.bench._methods import BUILT_IN, DEFAULT
from linli.bench._sources import FORMS
from linli.errors import LinliError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["run"]

OK, FAULT, USAGE, STOPPED = 0, 1, 2, 130
CODES = "Exit codes: 0 answered, 1 a fault in the data, 2 wrong usage, 130 stopped by Ctrl-C."

BENCH = """\
Compare ways to divide a district: methods x instances x seeds x seconds.

Every run is a process of its own with the same district, tolerance and seconds
for all. What does not work is a row that says so. The folder gets runs.csv (one
row per run; runs.parquet with pyarrow), trace.csv, manifest.json, instances,
plans and, with matplotlib, plots. The same command goes on where an interrupted
one stopped."""
BENCH_MORE = f"""\
Instances:
{{forms}}

Methods:
{{methods}}
  with parameters as in linli:rounds=8, or your own: name=module:function, name=file.py:function

Examples:
  linli bench partition voronoi:300:25 -m linli:rounds=8 -m linli_first --seeds 2 --out results
  linli bench partition putuo:25:town@0.3 grid:6x6:6 -m linli -m metis --seeds 1 --out both

{CODES}"""
VERIFY = """\
Check a comparison or a saved division: is it true?

Of a comparison, hashes of all files are taken. Contiguity, balance, value and cut
edges of every plan are worked out anew from instance and labels, by code that knows no
method. Runs that the clock did not decide are done again and must give the same plans.

Of a division that Division.save, Hierarchy.save or linli partition wrote as GeoJSON,
neighbours are compared with the outlines in the file, and contiguity, bands, towns,
nesting, value, largest deviation and gap are worked out anew from its rows. A GeoJSON of
other make, with parts in a property 'part', is checked as far as it goes."""
VERIFY_MORE = """\
Examples:
  linli verify results
  linli verify results/manifest.json --no-replay
  linli verify grids.geojson

Exit codes: 0 everything holds, 1 something differs (or cannot be read), 2 wrong usage,
130 stopped by Ctrl-C."""


def run(arguments: Sequence[str]) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str
        The command's name and what follows it; ``--quiet`` and ``--json-errors``
        may stand anywhere.

    Returns
    -------
    int
        The exit code.
    """
    parser = _parser()
    # Before or after the command, as with the others.
    ours = {"-q", "--quiet", "--json-errors"}
    flags = [word for word in arguments if word in ours]
    options = parser.parse_args([*(word for word in arguments if word not in ours), *flags])
    try:
        answer: Callable[[argparse.Namespace], int] = options.answer
        return answer(options)
    except KeyboardInterrupt:
        sys.stderr.write("stopped; what was done is written, and the same command goes on\n")
        return STOPPED
    except LinliError as error:
        code = USAGE if error.facts.get("parameter") in {"instances", "methods", *LIMITS} else FAULT
        if options.json_errors:
            text = json.dumps({**error.facts, "message": str(error), "exit": code}, default=str)
        else:
            text = f"error: {error}"
        sys.stderr.write(text + "\n")
        return code


LIMITS = ("tolerance", "objective", "seeds", "budget_s", "repeats", "threads")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="linli", allow_abbrev=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    shape: dict[str, Any] = {
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "allow_abbrev": False,
    }
    bench = commands.add_parser("bench", description=BENCH, **shape)
    questions = bench.add_subparsers(required=True, metavar="QUESTION")
    partition = questions.add_parser(
        "partition", description=BENCH, epilog=_bench_more(), help="divide districts", **shape
    )
    partition.set_defaults(answer=_partition)
    add = partition.add_argument
    add("instances", nargs="+", metavar="INSTANCE", help="what is divided; see below")
    add("--out", required=True, type=Path, metavar="FOLDER", help="where results go")
    add(
        "--method",
        "-m",
        action="append",
        metavar="METHOD",
        help="who divides (repeatable) [default: all but the plain chains]",
    )
    add("--seeds", default="5", metavar="COUNT|LIST", help="how many, or which: 5, or 3,7,12 [5]")
    add("--seconds", default="10", metavar="LIST", help="on the clock, such as 1 or 0.1,1,10 [10]")
    add("--repeats", type=int, default=1, metavar="COUNT", help="of each run, same seed [1]")
    add("--tolerance", type=float, default=0.05, metavar="SHARE", help="unless its own [0.05]")
    add("--objective", choices=("cut_edges", "border", "inertia"), default="cut_edges")
    add("--threads", type=int, default=1, metavar="COUNT", help="a method may use [1]")
    verify = commands.add_parser("verify", description=VERIFY, epilog=VERIFY_MORE, **shape)
    verify.set_defaults(answer=_verify)
    add = verify.add_argument
    add(
        "path",
        type=Path,
        metavar="FOLDER|FILE",
        help="results of linli bench, their manifest, or a saved division",
    )
    add("--no-replay", action="store_true", help="only check what is there; run nothing again")
    add("--strict", action="store_true", help="other versions and missing packages differ, too")
    for command in (partition, verify):
        command.add_argument(
            "--quiet", "-q", action="store_true", help="say nothing on standard error but errors"
        )
        command.add_argument("--json-errors", action="store_true", help="errors as a line of JSON")
    return parser


def _bench_more() -> str:
    from linli.bench import methods

    known = methods()
    width = max(map(len, known))
    forms = "\n".join(f"  {line}" for line in FORMS.splitlines())
    lines = [f"  {name:{width}}  {said}" for name, said in known.items()]
    return BENCH_MORE.format(forms=forms, methods="\n".join(lines))


def _partition(options: argparse.Namespace) -> int:
    from linli import bench

    found = bench.partition(
        options.instances,
        options.method or DEFAULT,
        out=options.out,
        seeds=_seeds(options.seeds),
        budget_s=[_number("seconds", word) for word in options.seconds.split(",")],
        repeats=options.repeats,
        tolerance=options.tolerance,
        objective=options.objective,
        threads=options.threads,
        progress=not options.quiet,
    )
    table = found.summary()
    table["worst_deviation"] *= 100
    table = table.rename(columns={"worst_deviation": "worst_%"})
    _print(table.to_string(index=False, na_rep="", float_format=lambda value: f"{value:.4g}"))
    if not options.quiet:
        missing = found.runs[found.runs["status"] == "not_installed"]
        for method in dict.fromkeys(missing["method"]):
            package = BUILT_IN[method.split(":")[0]].package
            sys.stderr.write(f"{method} is not installed: pip install {package}\n")
        if not (options.out / "plots").exists():
            sys.stderr.write("no plots: pip install 'linli[bench]'\n")
        sys.stderr.write(f"{found!r}\n")
    return OK


def _verify(options: argparse.Namespace) -> int:
    from linli import bench

    found = bench.verify(
        options.path,
        replay=not options.no_replay,
        strict=options.strict,
        progress=not options.quiet,
    )
    if isinstance(found, DivisionVerification):
        table = found.checks.assign(holds=found.checks["holds"].map({True: "ok", False: "DIFFERS"}))
        _print(table.rename(columns={"holds": ""}).to_string(index=False))
    elif not found.ok:
        _print(found.findings.fillna("").to_string(index=False))
    for note in found.notes if not options.quiet else ():
        sys.stderr.write(f"note: {note}\n")
    _print(f"{found._sentence()}")
    return OK if found.ok else FAULT


def _seeds(text: str) -> int | list[int]:
    if "," in text:
        return [int(_number("seeds", word)) for word in text.split(",") if word]
    return int(_number("seeds", text))


def _number(option: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        sys.stderr.write(f"error: --{option} {text!r}: give a number\n")
        raise SystemExit(USAGE) from None


def _print(text: str) -> None:
    """Write to standard output; a reader that has seen enough is no fault."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still to come, such as Python's own flush, goes nowhere.
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
