"""Commits that were squashed away: whoever knows their ids does not get them any more."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from benchmark.localhub.durable import publish_file, sync

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dulwich.objects import ObjectID


def is_dropped(git: Path, commit: ObjectID) -> bool:
    """Whether this commit was squashed away."""
    path = _list(git)
    try:
        status = path.stat()
    except FileNotFoundError:
        return False
    return commit in _read(path, status.st_mtime_ns, status.st_size)


def drop(git: Path, commits: Iterable[ObjectID]) -> None:
    """Write down, durably, that these commits are gone; the caller holds the repository's lock."""
    path = _list(git)
    before = path.read_bytes().split() if path.exists() else []
    publish_file(path, b"".join(sha + b"\n" for sha in sorted({*before, *commits})))
    sync(path.parent)


def _list(git: Path) -> Path:
    return git / "hub" / "dropped"


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int, _size: int) -> frozenset[bytes]:
    return frozenset(path.read_bytes().split())
