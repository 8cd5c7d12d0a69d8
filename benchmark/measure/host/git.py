"""What git says about a folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

from benchmark.text import decoded

if TYPE_CHECKING:
    from pathlib import Path

_TIMEOUT_S = 10


def ask(*arguments: str, folder: Path) -> bytes | None:
    """Git's answer in `folder`; None without git, a repository or an answer, b"" for nothing.

    Names and paths are in it in whatever encoding they were written in.
    """
    program = shutil.which("git")
    if program is None:
        return None
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(  # noqa: S603 - git itself, arguments are constants of this package
            [program, *arguments],
            cwd=folder,
            capture_output=True,
            check=True,
            timeout=_TIMEOUT_S,
        )
        return done.stdout.strip()
    return None


def commit(folder: Path) -> str | None:
    """The commit that is checked out in the repository around `folder`."""
    answer = ask("rev-parse", "HEAD", folder=folder)
    return answer.decode("ascii") if answer else None


def is_dirty(folder: Path) -> bool | None:
    """Whether tracked files differ from the commit; untracked ones, such as results, do not count.

    Returns:
        None if there is no repository.
    """
    changes = ask("status", "--porcelain", "--untracked-files=no", folder=folder)
    return None if changes is None else changes != b""


def top(folder: Path) -> str | None:
    """The root folder of the repository around `folder`."""
    answer = ask("rev-parse", "--show-toplevel", folder=folder)
    return os.fsdecode(answer) if answer else None


def user(folder: Path) -> str | None:
    """The name git signs with in `folder`, never the e-mail; None without one."""
    name = ask("config", "user.name", folder=folder)
    if not name:
        return None
    stated = ask("config", "i18n.commitEncoding", folder=folder) or b"utf-8"
    return decoded(name, stated.decode("ascii", "replace"))
