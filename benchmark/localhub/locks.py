"""One writer per repository: across threads and across processes on the same root.

The lock is the kernel's (flock), so it is gone when its holder is killed.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from benchmark.localhub.problems import HubError, conflict, repo_not_found

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_POLL_SECONDS = 0.002
LOCK = "hub.lock"


class Locks:
    """The locks of every repository below one root."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._threads: dict[Path, threading.Lock] = {}
        self._guard = threading.Lock()

    @contextmanager
    def hold(self, git: Path) -> Iterator[None]:
        """Hold the repository's lock.

        Raises:
            HubError: 409 if other writes kept it for longer than the time-out, 404 if the
                repository has gone.
        """
        with self._guard:
            lock = self._threads.setdefault(git, threading.Lock())
        # Threads queue here without polling; only processes compete for the file.
        if not lock.acquire(timeout=self._timeout):
            raise busy()
        try:
            with FileLock(git / LOCK).acquire(self._timeout, poll_interval=_POLL_SECONDS):
                _check(git)
                yield
        except Timeout:
            raise busy() from None
        finally:
            lock.release()


def _check(git: Path) -> None:
    """The lock's file makes a folder; where a dataset was deleted or moved, nothing must stay."""
    if not (git / "HEAD").is_file():
        with suppress(OSError):
            (git / LOCK).unlink()
            git.rmdir()
        raise repo_not_found()


def busy() -> HubError:
    """409: another commit is being applied; nothing was changed."""
    return conflict("Another commit operation is in progress, please retry later")
