"""Removes what uploads left that never came to their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.localhub.xet.entries import unpack

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

UNUSED_SECONDS = 28 * 24 * 3600.0
"""Longer than clients remember what they sent, which is three weeks
(https://github.com/huggingface/xet-core, MDB_SHARD_LOCAL_CACHE_EXPIRATION)."""


def sweep(folders: Iterable[Path], *, before: float) -> None:
    """Remove from these folders what was last written before a Unix time and is of no use.

    That is what arrived in part, and xorbs of which no chunk has come to lie in a stored file.
    """
    for folder in folders:
        for path in folder.rglob(".tmp-*"):
            if _is_older(path, before):
                path.unlink(missing_ok=True)
        for path in folder.rglob("*.xorb"):
            if _is_older(path, before):
                _remove_unused(path)


def _is_older(path: Path, moment: float) -> bool:
    """Whether it was written before; False for what has gone meanwhile."""
    try:
        return path.stat().st_mtime < moment
    except FileNotFoundError:
        return False


def _remove_unused(sent: Path) -> None:
    listed = sent.with_suffix(".chunks")
    if listed.exists() and any(entry.place for entry in unpack(listed.read_bytes())):
        return
    # Without its list a xorb is not there: nobody begins to read it.
    listed.unlink(missing_ok=True)
    sent.unlink(missing_ok=True)
