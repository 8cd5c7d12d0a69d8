"""A server's counters while a client runs, to tell its warm-up from what it measures."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections import Counter

    from typing_extensions import Self

    from tests.servers.kinds import Kind
    from tests.servers.real_server import RealServer

_EVERY_S = 0.15
"""Less than it takes until the first measured request is done."""


class Watched:
    """Reads the counters from time to time; a context manager.

    Args:
        server: whose.
        kind: of the server; it has a clock.
    """

    def __init__(self, server: RealServer, kind: Kind) -> None:
        assert kind.clock is not None
        self._server = server
        self._done = kind.clock.done
        self._over = threading.Event()
        self._states: dict[float, Counter[str]] = {}
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def before_last(self, requests: int, after: Counter[str]) -> Counter[str] | None:
        """The counters when all but the last so many requests were done; None if not seen then."""
        return self._states.get(after[self._done] - requests)

    def _watch(self) -> None:
        while True:
            found = self._server.counters()
            # The first look after a request: a later one may see what the next has begun.
            self._states.setdefault(found[self._done], found)
            if self._over.wait(_EVERY_S):
                return
