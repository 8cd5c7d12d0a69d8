"""How many requests one sender may make: a fixed window, told in the Hub's own headers.

https://huggingface.co/docs/hub/rate-limits. The client waits as long as they say.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

from benchmark.localhub.problems import HubError

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW_SECONDS = 300
_MOST_SENDERS = 100_000


class Left(NamedTuple):
    """What a sender has left: requests, and whole seconds until there are `limit` again."""

    requests: int
    seconds: int


class Quota:
    """The requests of everybody in the current window."""

    def __init__(self, limit: int, clock: Callable[[], float]) -> None:
        self._limit = limit
        self._clock = clock
        self._window = 0
        self._used: dict[str, int] = {}
        self._guard = threading.Lock()

    def take(self, sender: str) -> Left:
        """Count a request.

        Raises:
            HubError: 429 if the sender had none left.
        """
        now = self._clock()
        with self._guard:
            window = int(now // WINDOW_SECONDS)
            if window != self._window or len(self._used) >= _MOST_SENDERS:
                self._window, self._used = window, {}
            used = self._used[sender] = self._used.get(sender, 0) + 1
        left = Left(max(0, self._limit - used), int((window + 1) * WINDOW_SECONDS - now) + 1)
        if used > self._limit:
            headers = {**self.headers(left), "retry-after": str(left.seconds)}
            message = f"More than {self._limit} requests in 5 minutes. Wait {left.seconds} s."
            raise HubError(429, message, code="RateLimited", headers=headers)
        return left

    def headers(self, left: Left) -> dict[str, str]:
        """What every answer says of it."""
        return {
            "ratelimit": f'"api";r={left.requests};t={left.seconds}',
            "ratelimit-policy": f'"fixed window";"api";q={self._limit};w={WINDOW_SECONDS}',
        }
