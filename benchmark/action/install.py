"""An environment of the Action's own below RUNNER_TEMP; the caller's Python stays as it is.

It gets what is locked by hash and nothing else, from wherever the caller's pip gets its packages.
Made with what every Python brings, for this runs before anything is installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.action import sources
from benchmark.action.commands import Annotation, annotate, inert
from benchmark.action.files import write_outputs
from benchmark.errors import BenchmarkError, TryAgainError, UsageError
from benchmark.i18n import N_, language_of, translator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OLDEST = (3, 10)
"""The oldest Python that the package runs on."""

_TIMEOUT = 300.0
"""Seconds for all downloads together."""

_PIP = (sys.executable, "-I", "-m", "pip")
_OPTIONS = (
    *("--quiet", "--disable-pip-version-check", "--no-input"),
    *("--require-hashes", "--no-deps", "--only-binary", ":all:"),
    # The bytecode of what is never imported takes longest to make.
    "--no-compile",
)


def main(env: Mapping[str, str], requirements: Path) -> int:
    """Install, and tell the next step where its Python is; the exit code."""
    try:
        python = install(requirements, Path(env["RUNNER_TEMP"]), env)
    except BenchmarkError as error:
        return _report(error, translator(language_of(env)))
    write_outputs(env, {"python": str(python)})
    return 0


def install(requirements: Path, temp: Path, env: Mapping[str, str]) -> Path:
    """Make the environment in a new folder below `temp`; the path of its Python.

    Raises:
        UsageError: this Python is too old.
        TryAgainError: pip could not get the packages.
    """
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        raise UsageError(
            f"The input python-version gave Python {found}; expected 3.10 or later.",
            hint=N_("Leave it out, or name a later one."),
        )
    folder = Path(tempfile.mkdtemp(prefix="sagellm-benchmark-", dir=temp))
    # Without pip, whose unpacking takes as long as all the rest: this Python's own serves both.
    venv.EnvBuilder(symlinks=os.name != "nt").create(folder)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    # The variables only: whatever may be said of an index, it is in no command line.
    told = sources.environment(env)
    told = sources.alone(told, _run([*_PIP, *sources.LIST], told))
    pip = [*_PIP, "--python", str(python), "install", *_OPTIONS]
    _run([*pip, "--requirement", str(requirements)], told)
    return python


def _run(argv: list[str], env: Mapping[str, str]) -> str:
    """What pip prints.

    Raises:
        TryAgainError: it failed.
    """
    try:
        done = subprocess.run(  # noqa: S603 - this very Python, and no shell reads the arguments
            argv, env=env, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
            errors="replace", timeout=_TIMEOUT, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failure(str(error)) from None
    if done.returncode:
        raise _failure(done.stderr + done.stdout)
    return done.stdout or ""


def _failure(said: str) -> TryAgainError:
    return TryAgainError(
        f"The Action's packages could not be installed: {said.strip()[-1500:]}",
        hint=N_("Run the job again; nothing was published. Is pip's package index reachable?"),
    )


def _report(error: BenchmarkError, translate: Callable[[str], str]) -> int:
    told = f"{error}\n{translate(error.hint)}"
    lines = annotate([Annotation("error", told, title="sagellm-benchmark")])
    # The runner reads UTF-8, whatever this system's own encoding is.
    sys.stderr.buffer.write("\n".join([inert(told), *lines, ""]).encode("utf-8", "replace"))
    return error.exit_code
