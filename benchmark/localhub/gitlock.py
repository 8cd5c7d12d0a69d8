"""Replaces files that git replaces too, under the lock that git takes: a file with `.lock` added.

So `git gc` may pack the refs while the hub moves them: without the lock it would remove a ref that
has moved since it looked (https://git-scm.com/docs/git-pack-refs). A lock of git's own has one
name. Ours has two until it becomes the file, so that one whose holder was killed is known and
removed: there is one writer at a time, who holds the repository's lock.
"""

from __future__ import annotations

import os
import secrets
import threading
from typing import TYPE_CHECKING

from benchmark.localhub.durable import sync
from benchmark.localhub.problems import conflict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_TRIES = 200
_PAUSE_SECONDS = 0.01
_OUR_NAMES = 2


def replace_locked(git: Path, target: Path, make: Callable[[], bytes]) -> None:
    """Put what `make` returns, once nobody else may change it, under the name `target`, durably.

    Raises:
        HubError: 409 if git keeps its lock.
        OSError: if it cannot be written; the old content is still there.
    """
    temporary = git / "hub" / f".tmp-{secrets.token_hex(8)}"
    temporary.touch(exist_ok=False)
    try:
        lock = _taken(target.with_name(f"{target.name}.lock"), temporary)
        try:
            _write(temporary, make())
            lock.replace(target)
        finally:
            lock.unlink(missing_ok=True)
    finally:
        temporary.unlink(missing_ok=True)
    sync(target.parent)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _taken(lock: Path, ours: Path) -> Path:
    """The lock; the file itself where a disk has no second names: nobody runs git there as well."""
    pause = threading.Event()
    for _ in range(_TRIES):
        try:
            if _is_linked(lock, ours):
                return lock
        except OSError:
            return ours
        if not _is_left_behind(lock):
            pause.wait(_PAUSE_SECONDS)
    raise conflict("git is at work in this repository, please retry later")


def _is_linked(lock: Path, ours: Path) -> bool:
    try:
        os.link(ours, lock)
    except FileExistsError:
        return False
    return True


def _is_left_behind(lock: Path) -> bool:
    """Whether it was ours, and its holder was killed; it is gone then."""
    try:
        found = lock.stat().st_nlink == _OUR_NAMES
    except FileNotFoundError:
        return True
    if found:
        lock.unlink(missing_ok=True)
    return found
