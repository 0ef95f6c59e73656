"""Is the package whole: types, version, command, warning?"""

from __future__ import annotations

import importlib.metadata
import importlib.resources
import subprocess
import sys
import textwrap
from pathlib import Path

import linli
import pytest

ROOT = Path(__file__).parent.parent


def test_the_version_is_cargos():
    cargo = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    assert f'\nversion = "{linli.__version__}"\n' in cargo
    assert linli.__version__ == importlib.metadata.version("linli")


def test_types_are_shipped():
    files = importlib.resources.files("linli")
    assert (files / "py.typed").is_file()
    assert (files / "_linli.pyi").is_file()


def test_the_stub_tells_the_truth():
    check = [sys.executable, "-W", "ignore", "-m", "mypy.stubtest", "linli._linli"]
    done = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_name_is_there_and_documented():
    for name in linli.__all__:
        thing = getattr(linli, name)
        assert name == "__version__" or thing.__doc__, name
    assert linli.__all__ == sorted(linli.__all__)


def test_a_debug_build_warns():
    code = "import warnings; warnings.simplefilter('error')\nimport linli"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode == 1) == linli._linli.DEBUG_BUILD
    assert ("DebugBuildWarning" in done.stderr) == linli._linli.DEBUG_BUILD


def command(*args: str, **keywords: object) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "linli"
    return subprocess.run(
        [str(program), *args], capture_output=True, text=True, check=False, **keywords
    )  # type: ignore[call-overload]


def test_the_wheel_brings_the_command(tmp_path):
    assert linli.__version__ in command("--version").stdout
    assert command("--help").returncode == 0
    assert command("nonsense").returncode == 2
    linli.datasets.export(tmp_path)
    done = command(
        "coverage", "committees.geojson", "--facilities", "centers.geojson", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert '"FeatureCollection"' in done.stdout[:40]


def test_extras_say_how_to_get_them():
    code = """
        import sys, warnings; warnings.simplefilter("ignore")
        import linli
        found = linli.datasets.putuo().coverage()
        plan = linli.datasets.putuo().site(1)
        for missing, ask in [
            ("pyarrow", found.to_arrow),
            ("pyarrow", plan.to_arrow),
            ("matplotlib", found.plot),
            ("matplotlib", plan.plot),
            ("matplotlib.pyplot", found.plot),
            ("scipy.sparse", linli.Reach.from_dense([[1.0]]).to_scipy),
        ]:
            kept = sys.modules.get(missing); sys.modules[missing] = None
            try:
                ask()
            except ImportError as error:
                assert "pip install 'linli[" in str(error), error
            else:
                raise SystemExit(missing)
            finally:
                sys.modules.pop(missing)
                if kept is not None: sys.modules[missing] = kept
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_picture_shows_every_committee(monkeypatch):
    pytest.importorskip("matplotlib").use("Agg")
    import matplotlib.pyplot as plt

    found = linli.datasets.putuo().coverage()
    ax = found.plot()
    texts = [text.get_text() for text in ax.texts]
    assert any("synthetic" in text.lower() and "crow-fly" in text for text in texts)
    assert "synthetic" in ax.get_title()
    assert sum(len(drawn.get_paths()) for drawn in ax.collections) >= 264
    ax.figure.canvas.draw()
    plt.close(ax.figure)


def python(code: str, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *options, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


HEAVY = ("numpy", "pandas", "geopandas", "shapely", "pyproj", "matplotlib", "scipy", "IPython")


def test_importing_loads_nothing_that_takes_time():
    code = f"""
        import sys, linli
        linli.__version__, dir(linli), linli.InvalidInput, linli.errors.LinliError
        print([name for name in {HEAVY} if name in sys.modules])
    """
    assert python(code).strip() == "[]"


def test_the_command_loads_nothing_that_takes_time(tmp_path):
    linli.datasets.export(tmp_path)
    committees, centres = tmp_path / "committees.geojson", tmp_path / "centers.geojson"
    for words in (
        ["--version"],
        ["coverage", str(committees), "-f", str(centres), "-q", "-o", str(tmp_path / "out.json")],
    ):
        code = f"""
            import sys
            from linli import _cli
            sys.argv[1:] = {words}
            try:
                _cli.main()
            except SystemExit as end:
                assert end.code == 0, end.code
            print([name for name in {HEAVY} if name in sys.modules])
        """
        assert python(code).splitlines()[-1] == "[]", words


def test_names_are_read_when_asked_for_whichever_is_first():
    # Each in a process that has asked for nothing else; what takes long is loaded once.
    code = """
        import os, sys
        import geopandas, matplotlib, linli
        for name in linli.__all__:
            child = os.fork()
            if not child:
                value = getattr(linli, name)
                assert getattr(linli, name) is value and name in dir(linli), name
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0, name
        try:
            linli.coverage
        except AttributeError as error:
            assert "'linli' has no attribute 'coverage'" in str(error), error
        else:
            raise SystemExit("no such name")
        names = {}
        exec("from linli import *", names)
        assert set(linli.__all__) <= {*names}
    """
    python(code)


def test_classes_are_where_they_were():
    code = """
        import pickle, linli
        walk = linli.CrowFly(detour=1.2)
        assert pickle.loads(pickle.dumps(walk)) == walk
        assert repr(linli.City) == "<class 'linli._city.City'>", linli.City
        assert repr(linli.CrowFly) == "<class 'linli.walk.CrowFly'>", linli.CrowFly
    """
    python(code)


def test_a_checker_knows_the_names_and_no_others(tmp_path):
    file = tmp_path / "asks.py"
    file.write_text("import linli\nreveal_type(linli.Reach.from_dense)\nlinli.nonsense\n")
    check = [sys.executable, "-W", "ignore", "-m", "mypy", "--strict", str(file)]
    done = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "linli._reach.Reach" in done.stdout, done.stdout
    assert 'Module has no attribute "nonsense"' in done.stdout, done.stdout
