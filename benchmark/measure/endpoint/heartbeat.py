"""How late an event loop does what is due: as late as the stamps of what arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.samples import NS_PER_MS, NS_PER_S
from benchmark.measure.stats import percentile

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

_EVERY_S = 0.02
_RESOLUTION_MS = 1.0
"""Event loops count whole milliseconds; less is no lag."""


class Heartbeat:
    """Beats from `start` to `stop`; a beat costs microseconds.

    Args:
        loop: the running event loop.
        clock: nanoseconds.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, clock: Callable[[], int]) -> None:
        self._loop = loop
        self._clock = clock
        self._lags_ms: list[float] = []
        self._due_ns = 0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin."""
        self._due_ns = self._clock() + round(_EVERY_S * NS_PER_S)
        self._timer = self._loop.call_later(_EVERY_S, self._beat)

    def stop(self) -> None:
        """Beat no more."""
        if self._timer is not None:
            self._timer.cancel()

    def details(self) -> dict[str, float]:
        """How late the beats were; empty for a phase without any."""
        if not self._lags_ms:
            return {}
        return {
            "loop_lag_p99_ms": round(percentile(self._lags_ms, 99), 3),
            "loop_lag_max_ms": round(max(self._lags_ms), 3),
        }

    def _beat(self) -> None:
        late_ms = (self._clock() - self._due_ns) / NS_PER_MS
        self._lags_ms.append(max(0.0, late_ms - _RESOLUTION_MS))
        self.start()
