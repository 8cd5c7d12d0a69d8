"""Under which circumstances a run happened: what a reader needs to judge or repeat it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_GOVERNOR = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
_CONTAINER_NAME = Path("/run/systemd/container")
_CONTAINER_MARKS = {"docker": Path("/.dockerenv"), "podman": Path("/run/.containerenv")}
_PACKAGE = Path(__file__).resolve().parent.parent
_GIT_TIMEOUT_S = 10


class Machine(NamedTuple):
    """What does not change during a run; None is what could not be detected."""

    os: str
    python_version: str
    cpu_governor: str | None
    container: str | None
    working_commit: str | None
    package_commit: str | None


def detect() -> Machine:
    """The machine, its Python and the commits of the working directory and of this package."""
    return Machine(
        os=f"{platform.system()} {platform.release()}",
        python_version=platform.python_version(),
        cpu_governor=_text(_GOVERNOR),
        container=_container(),
        working_commit=_git("rev-parse", "HEAD", folder=Path.cwd()),
        package_commit=_package_commit(),
    )


def load_average() -> float | None:
    """Processes wanting a CPU, mean of the last minute; None on Windows."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def git_user() -> str | None:
    """The name git signs with here, never the e-mail; None without one."""
    return _git("config", "user.name", folder=Path.cwd())


def _git(*arguments: str, folder: Path) -> str | None:
    """One line of git's answer in `folder`; None without git, a repository or an answer."""
    program = shutil.which("git")
    if program is None:
        return None
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(  # noqa: S603 - git itself, arguments are constants of this package
            [program, *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
            timeout=_GIT_TIMEOUT_S,
        )
        return done.stdout.strip() or None
    return None


def _package_commit() -> str | None:
    """None for an installed package, also when it is installed below some other repository."""
    top = _git("rev-parse", "--show-toplevel", folder=_PACKAGE)
    if top is None or Path(top).resolve() != _PACKAGE.parent:
        return None
    return _git("rev-parse", "HEAD", folder=_PACKAGE)


def _container() -> str | None:
    name = _text(_CONTAINER_NAME)
    return name or next((kind for kind, mark in _CONTAINER_MARKS.items() if mark.exists()), None)


def _text(path: Path) -> str | None:
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace").strip() or None
    return None
