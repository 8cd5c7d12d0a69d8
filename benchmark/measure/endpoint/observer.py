"""Reads a server's metrics before, during and after a phase, in a thread of its own."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from benchmark.measure.endpoint.server_metrics import Reading, observed, wanted

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.measure.observed import Observed

EVERY_S = 1.0
"""A reading costs the server and this client a few milliseconds at most."""


class Observer:
    """Reads from `start` to `stop`.

    Args:
        look: the server's page of metrics as it is now; empty if it does not answer.
        every_s: between readings.
    """

    def __init__(self, look: Callable[[], bytes], every_s: float = EVERY_S) -> None:
        self._look = look
        self._every_s = every_s
        self._start_s = time.monotonic()
        self._readings: list[Reading] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Just before the phase."""
        self._read()
        self._start_s = time.monotonic()
        self._thread.start()

    def stop(self) -> None:
        """Just after it."""
        self._stopped.set()
        self._thread.join()
        self._read()

    def observed(self) -> Observed | None:
        """What was read, once the phase is over."""
        return observed(self._readings)

    def _run(self) -> None:
        # Half a period first, so that a short phase has a reading in its middle.
        wait_s = self._every_s / 2
        while not self._stopped.wait(wait_s):
            self._read()
            wait_s = self._every_s

    def _read(self) -> None:
        lines = wanted(self._look())
        self._readings.append(Reading(round(time.monotonic() - self._start_s, 3), lines))
