"""The stand-in for actions/setup-python."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.action.harness.bench import shown
from tests.action.harness.setup_python import setup_python

if TYPE_CHECKING:
    from tests.action.harness.bench import Bench
    from tests.action.harness.reports import Result

HERE = Path(sys.executable)
VERSION = ".".join(map(str, sys.version_info[:3]))


def found(bench: Bench, inputs: str, then: str = "true") -> Result:
    """A job that sets up Python, and a script after it."""
    bench.runner.uses["actions/setup-python"] = setup_python(HERE)
    uses = f"- {{id: py, uses: actions/setup-python@v6, with: {{{inputs}}}}}"
    return bench.job(f"{uses}\n- {{run: '{then}'}}")


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_a_python_is_found_by_its_version_or_the_beginning_of_it(bench: Bench, parts: int) -> None:
    """By whole numbers; the outputs say which, and where."""
    wanted = ".".join(VERSION.split(".")[:parts])
    result = found(bench, f"python-version: '{wanted}'")
    outputs = {"python-version": VERSION, "python-path": str(HERE)}
    assert result.step("py").outputs == outputs
    assert f"Successfully set up CPython ({VERSION})" in shown(result)


@pytest.mark.parametrize("version", ["3.9", "3.1", "2"])
def test_a_version_that_is_not_there_fails_the_step(bench: Bench, version: str) -> None:
    """In its words; 3.1 is not the beginning of 3.11."""
    result = found(bench, f"python-version: '{version}'")
    words = f"The version '{version}' with architecture 'x64' was not found for "
    assert (result.outcome, words in result.annotations[0].message) == ("failure", True)


def test_the_environment_is_told_where_it_is(bench: Bench) -> None:
    """PATH, and what build tools look for."""
    result = found(bench, "python-version: '3'", "command -v python")
    installed = HERE.parent.parent
    assert result.path_after == [f"{installed}/bin", str(installed)]
    assert shown(result)[-1] == f"{HERE.parent}/python"
    names = ("pythonLocation", "Python_ROOT_DIR", "Python2_ROOT_DIR", "Python3_ROOT_DIR")
    more = {"PKG_CONFIG_PATH": f"{installed}/lib/pkgconfig", "LD_LIBRARY_PATH": f"{installed}/lib"}
    assert result.env_after == {**dict.fromkeys(names, str(installed)), **more}


def test_the_environment_can_be_left_alone(bench: Bench) -> None:
    """The outputs are then the only way to it."""
    result = found(bench, "python-version: '3', update-environment: false")
    assert (result.path_after, result.env_after) == ([], {})


def test_tracebacks_are_errors_from_then_on(bench: Bench) -> None:
    """Even where the environment is left alone."""
    file = bench.runner.workspace / "a.py"
    file.write_text("def f():\n    raise ValueError('words')\nf()\n", encoding="utf-8")
    lines = f'echo "  File \\"{file}\\", line 2, in f"; echo "    raise ValueError(\'\'words\'\')"'
    result = found(bench, "python-version: '3', update-environment: false", lines)
    [note] = result.annotations
    assert (note.level, note.message, note.file, note.line) == ("error", "words", "a.py", 2)
