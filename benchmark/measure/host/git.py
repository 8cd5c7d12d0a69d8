"""What git says about a folder."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_TIMEOUT_S = 10


def ask(*arguments: str, folder: Path) -> str | None:
    """Git's answer in `folder`; None without git, a repository or an answer, "" for nothing."""
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
            timeout=_TIMEOUT_S,
        )
        return done.stdout.strip()
    return None


def commit(folder: Path) -> str | None:
    """The commit that is checked out in the repository around `folder`."""
    return ask("rev-parse", "HEAD", folder=folder) or None


def is_dirty(folder: Path) -> bool | None:
    """Whether tracked files differ from the commit; untracked ones, such as results, do not count.

    Returns:
        None if there is no repository.
    """
    changes = ask("status", "--porcelain", "--untracked-files=no", folder=folder)
    return None if changes is None else changes != ""


def top(folder: Path) -> str | None:
    """The root folder of the repository around `folder`."""
    return ask("rev-parse", "--show-toplevel", folder=folder) or None
