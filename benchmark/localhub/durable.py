"""Writing so that it survives `kill -9` and, on an honest disk, a power cut.

A file becomes visible under its name only when its content is on stable storage; the name itself
is on stable storage once its folder has been synced. Windows cannot sync folders.
"""

from __future__ import annotations

import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


# A journalling file system makes all syncs that wait at the same time durable with one write.
_SYNCING = ThreadPoolExecutor(8, thread_name_prefix="hub-sync")


def sync(path: Path) -> None:
    """Make the content of a file, or the names in a folder, durable."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_all(paths: Iterable[Path]) -> None:
    """Make several files or folders durable at the same time."""
    for done in [_SYNCING.submit(sync, path) for path in paths]:
        done.result()


def make_folders(folder: Path) -> None:
    """Create `folder` and what is missing above it, durably."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        sync(path.parent)


def publish_file(target: Path, data: bytes, *, prefix: str) -> None:
    """Put `data` under the name `target`; the caller syncs the folder."""
    temporary = target.parent / f"{prefix}{secrets.token_hex(8)}"
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
