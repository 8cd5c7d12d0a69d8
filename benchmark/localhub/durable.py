"""Writing so that it survives `kill -9` and, on an honest disk, a power cut.

A file becomes visible under its name only when its content is on stable storage; the name itself
is on stable storage once its folder has been synced. Windows cannot sync folders.
"""

from __future__ import annotations

import os
import secrets
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

_BINARY = getattr(os, "O_BINARY", 0)
"""Windows only."""

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


def sync_names(folders: Iterable[Path]) -> None:
    """Make the names in several folders durable; one that is gone was empty, and git removed it."""
    for done in [_SYNCING.submit(_sync_if_there, path) for path in folders]:
        done.result()


def _sync_if_there(folder: Path) -> None:
    with suppress(FileNotFoundError):
        sync(folder)


def make_folders(folder: Path) -> None:
    """Create `folder` and what is missing above it, durably."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        sync(path.parent)


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file that never changes another name; the caller syncs the folder.

    Raises:
        FileNotFoundError: if it is not there.
    """
    try:
        target.hardlink_to(source)
    except FileNotFoundError:
        raise
    except OSError:
        # Another file system, or one without links.
        shutil.copyfile(source, target)
        sync(target)


class Unfinished:
    """A file that is being written: it gets its name when it is finished, or is discarded.

    Attributes:
        file: open for writing and reading.
    """

    def __init__(self, target: Path, *, mode: int = 0o666) -> None:
        """Begin a file beside `target`; its name tells the sweep what a killed write has left."""
        self._target = target
        self._temporary = target.parent / f".tmp-{secrets.token_hex(8)}"
        descriptor = os.open(self._temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, mode)
        self.file: BinaryIO = os.fdopen(descriptor, "wb+")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.file.close()
        self._temporary.unlink(missing_ok=True)

    def finish(self) -> None:
        """Make the content durable and give it its name; the caller syncs the folder."""
        self.settle()
        self.name()

    def settle(self) -> None:
        """Make the content durable."""
        self.file.flush()
        os.fsync(self.file.fileno())

    def name(self) -> None:
        """Give it its name, once it is durable; the caller syncs the folder."""
        self.file.close()
        self._temporary.replace(self._target)


def settle_all(files: Iterable[Unfinished]) -> None:
    """Make the content of several files durable at the same time."""
    for done in [_SYNCING.submit(file.settle) for file in files]:
        done.result()


def publish_file(target: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Put `data` under the name `target`; the caller syncs the folder."""
    with Unfinished(target, mode=mode) as unfinished:
        unfinished.file.write(data)
        unfinished.finish()
