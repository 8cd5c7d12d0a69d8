"""Where the command `sagellm` is, and an environment that has it.

sageLLM is no part of this package: its licence is its own, so who wants it installs it, or says
that it is to be installed. Its package brings a command `sagellm-benchmark` of its own, which is
why it belongs into an environment of its own.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure import environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.measure.environments.builder import Environment

COMMAND = "sagellm"
PACKAGE = "isagellm"
INSTALL_LINE = f"python3.11 -m venv {COMMAND} && {COMMAND}/bin/pip install {PACKAGE}"
_WANTED = (f"{PACKAGE}>=0.5.4,<0.6",)
_PYTHON = (3, 11)
"""The only one that its components of 0.5 are for."""


def find(asked: Path | None, cache: Path) -> Path | None:
    """The command; None if it is not installed.

    Args:
        asked: by the user: the command itself, or its environment's folder.
        cache: this package's folder in the user's cache, where it may have been installed before.

    Raises:
        UsageError: if it is not where the user says.
    """
    if asked is not None:
        return _asked(asked)
    beside = shutil.which(COMMAND, path=str(Path(sys.executable).parent))
    found = shutil.which(COMMAND) or beside
    if found is not None:
        return Path(found)
    made = _environment(cache)
    return _command_of(made.folder) if made.is_sound() else None


def not_installed() -> UsageError:
    """The error of an engine that is not there, with what installs it."""
    return UsageError(
        "The engine sagellm is not installed: there is no command sagellm.",
        hint=f"Install it: {INSTALL_LINE}; then name it: --sagellm {COMMAND}. "
        "Or let it be installed: --install-sagellm.",
    )


def check_installable() -> None:
    """See that an environment of this Python can have it.

    Raises:
        UsageError: if not.
    """
    if sys.version_info[:2] != _PYTHON:
        wanted, own = (".".join(map(str, one)) for one in (_PYTHON, sys.version_info[:2]))
        raise UsageError(
            f"sageLLM needs Python {wanted}, and this is Python {own}.",
            hint=f"Install it yourself: {INSTALL_LINE}; then name it: --sagellm {COMMAND}.",
        )


def install(cache: Path, say: Callable[[str], None]) -> Path:
    """Install it into an environment in the user's cache; the command.

    Raises:
        UsageError: if this Python cannot have it.
        EngineFailedError: if it cannot be installed.
    """
    check_installable()
    made = _environment(cache)
    environment.make_once(COMMAND, made, say)
    return _command_of(made.folder)


def _environment(cache: Path) -> Environment:
    return environment.environment_of(COMMAND, _WANTED, cache)


def _asked(place: Path) -> Path:
    if place.is_dir():
        place = _command_of(place)
    found = shutil.which(place)
    if found is None:
        raise UsageError(
            f"There is no command {place}.",
            hint=N_("Name the command sagellm by --sagellm, or the folder of its environment."),
        )
    return Path(found).absolute()


def _command_of(folder: Path) -> Path:
    return folder / ("Scripts/sagellm.exe" if os.name == "nt" else "bin/sagellm")
