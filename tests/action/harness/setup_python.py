"""A stand-in for actions/setup-python v6, with interpreters that are there already."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from tests.action.harness.running import StepError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.action.harness.stub import Stub, View

_TELL = "import platform; print(platform.python_version())"
_MATCHER = {
    "problemMatcher": [
        {
            "owner": "python",
            "pattern": [
                {
                    "regexp": r"^\s*File\s\"(.*)\",\sline\s(\d+),\sin\s(.*)$",
                    "file": 1,
                    "line": 2,
                },
                {"regexp": r"^\s*raise\s(.*)\(\'(.*)\'\)$", "message": 2},
            ],
        }
    ]
}
"""Its .github/python.json."""


def setup_python(*interpreters: Path) -> Stub:
    """Find one of these, each in the `bin` of where it is installed."""
    versions = {_version(interpreter): interpreter for interpreter in interpreters}

    def stub(view: View, inputs: Mapping[str, str]) -> dict[str, str]:
        wanted = inputs.get("python-version", "")
        fitting = [it for it in versions if f"{it}.".startswith(f"{wanted}.")]
        if not fitting:
            raise StepError(
                f"The version '{wanted}' with architecture 'x64' was not found for Ubuntu 24.04."
            )
        interpreter = versions[fitting[0]]
        if inputs.get("update-environment", "true").lower() == "true":
            _export(view, interpreter.parent.parent)
        view.print(f"Successfully set up CPython ({fitting[0]})")
        _add_matcher(view)
        return {"python-version": fitting[0], "python-path": str(interpreter)}

    return stub


def _version(interpreter: Path) -> str:
    argv = [str(interpreter), "-I", "-c", _TELL]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()


def _export(view: View, installed: Path) -> None:
    for name in ("pythonLocation", "Python_ROOT_DIR", "Python2_ROOT_DIR", "Python3_ROOT_DIR"):
        view.export(name, str(installed))
    view.export("PKG_CONFIG_PATH", f"{installed}/lib/pkgconfig")
    libraries, known = f"{installed}/lib", view.environment.get("LD_LIBRARY_PATH")
    view.export("LD_LIBRARY_PATH", f"{libraries}:{known}" if known else libraries)
    view.add_path(installed)
    view.add_path(installed / "bin")


def _add_matcher(view: View) -> None:
    file = view.temp / "python.json"
    file.write_text(json.dumps(_MATCHER), encoding="utf-8")
    view.print(f"##[add-matcher]{file}")
