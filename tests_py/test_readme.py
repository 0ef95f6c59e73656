"""The code blocks of the README files do what they say."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import linli
import pytest

ROOT = Path(__file__).parent.parent
READMES = ["README.md", "README.zh.md"]


def blocks(readme: str, language: str) -> list[str]:
    """The fenced code blocks of a language."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the district's files, which the examples read."""
    linli.datasets.export(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("readme", READMES)
def test_python_blocks_run_in_order(readme: str, folder: Path) -> None:
    found = blocks(readme, "python")
    assert found, "the first screen has an example"
    names: dict[str, object] = {}
    for block in found:
        exec(compile(block, readme, "exec"), names)


@pytest.mark.parametrize("readme", READMES)
def test_commands_run(readme: str, folder: Path) -> None:
    lines = [line for block in blocks(readme, "sh") for line in block.splitlines()]
    commands = [line for line in lines if re.search(r"(^|\| )linli ", line)]
    assert commands, "the first screen has a command"
    bin_folder = Path(sys.executable).parent
    for command in commands:
        run = subprocess.run(
            [
                "bash",
                "-euo",
                "pipefail",
                "-c",
                f"PATH={shlex.quote(str(bin_folder))}:$PATH; {command}",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, f"{command}\n{run.stderr}"
        assert run.stdout or list(folder.iterdir()), command


def test_both_languages_show_the_same_first_screen() -> None:
    english, chinese = (blocks(readme, "sh")[0] for readme in READMES)
    commands = [re.sub(r"\s*#.*", "", text).split("\n") for text in (english, chinese)]
    assert commands[0] == commands[1]


@pytest.mark.parametrize("readme", READMES)
def test_links_and_pictures_exist(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (ROOT / target).exists(), f"{readme} points at {target}"
