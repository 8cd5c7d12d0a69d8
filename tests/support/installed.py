"""Environments with this package installed in them, and with packages that share its names."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import click

ROOT = Path(__file__).parents[2]
WHEELS = ROOT / ".venvs" / "wheels"
LIBRARIES = Path(click.__file__).parents[1]
"""What this package needs, where the tests have it."""

_THEIR_COMMAND = """\
def main():
    print("their command")
"""


def our_wheel(folder: Path) -> Path:
    """Build the package as `pip install .` does, without a network."""
    words = ["wheel", "--no-deps", "--no-index", "--find-links", str(WHEELS), str(ROOT)]
    _pip(*words, "--wheel-dir", str(folder))
    [wheel] = folder.glob("sagellm_benchmark-*.whl")
    return wheel


def their_wheel(folder: Path) -> Path:
    """A stand-in for what sageLLM's own packages install under our names.

    As isagellm-benchmark does, it has a command of ours; as isagellm-kv-cache does, a package
    `benchmark` that cannot even be imported.
    """
    path, info = folder / "isagellm_stand_in-1-py3-none-any.whl", "isagellm_stand_in-1.dist-info"
    files = {
        "stand_in.py": _THEIR_COMMAND,
        "benchmark/__init__.py": "import a_package_that_nobody_has\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: isagellm-stand-in\nVersion: 1\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\nsagellm-benchmark = stand_in:main\n",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


class Place:
    """A virtual environment that borrows what this package needs from the tests' own.

    Args:
        folder: where it is made.
        wheels: what is installed into it, in this order.
    """

    def __init__(self, folder: Path, *wheels: Path) -> None:
        venv.EnvBuilder(symlinks=True).create(folder)
        self.programs = folder / "bin"
        self.python = self.programs / "python"
        [self.own] = folder.glob("lib/python*/site-packages")
        (self.own / "borrowed.pth").write_text(f"{LIBRARIES}\n", encoding="utf-8")
        for wheel in wheels:
            self.pip("install", "--no-deps", "--no-index", str(wheel))

    def pip(self, *words: str) -> None:
        """Run pip for it."""
        _pip("--python", str(self.python), *words)

    def says(self, cwd: Path, *words: str, **env: str) -> str:
        """What one of its programs prints when all goes well; its programs are first on PATH."""
        path = os.pathsep.join([str(self.programs), os.environ["PATH"]])
        done = subprocess.run(
            [self.programs / words[0], *words[1:]],
            cwd=cwd,
            env={**os.environ, "PATH": path, **env},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def _pip(*words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-m", "pip", "--quiet", "--no-input", *words],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
