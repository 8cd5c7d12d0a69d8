"""Times as servers take them inside, against those that arrive here."""

from __future__ import annotations

import threading
import time
from statistics import mean
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections import Counter

    from tests.servers.kinds import Clock
    from tests.servers.real_server import RealServer
    from tests.servers.runs import Runs

INPUT, OUTPUT, REQUESTS, FEWEST = 512, 48, 12, 5
ON_THE_WAY, ON_THE_WAY_S = 0.1, 0.05
"""At most, for HTTP, JSON and the tokenizer, on few processors that do everything."""
DRIFT = 0.03
_POLL_S = 0.05


class Watched:
    """A server's counters as they were between its requests, one request at a time."""

    def __init__(self, server: RealServer, clock: Clock) -> None:
        self._server = server
        self._clock = clock
        self._over = threading.Event()
        self._between: dict[float, Counter[str]] = {}
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> list[Counter[str]]:
        """What its counters were after each of its requests; some may have been missed."""
        time.sleep(10 * _POLL_S)
        self._over.set()
        self._thread.join()
        return [self._between[done] for done in sorted(self._between)]

    def _watch(self) -> None:
        while not self._over.wait(_POLL_S):
            found = self._server.counters()
            # The first look after a request: a later one may see what the next has begun.
            self._between.setdefault(found[self._clock.done], found)


def test_times_are_those_that_the_server_measured_inside(server: RealServer, runs: Runs) -> None:
    """First tokens arrive a little later than the server made them; the gaps are the same."""
    clock = server.kind.clock
    if clock is None:
        pytest.skip("it tells no times")
    load = ("--workload", runs.workload(INPUT, OUTPUT), "--repeats", str(REQUESTS))
    watched = Watched(server, clock)
    done = runs.run("--base-url", server.url, *load)
    states = watched.stop()
    assert done.status == 0, done.said
    count, inside = _last(states, clock)
    assert count >= FEWEST
    samples = done.report["samples"][-count:]
    ours, theirs = mean(one["ttft_ms"] for one in samples) / 1000, clock.first_s(inside) / count
    assert theirs < ours < theirs * (1 + ON_THE_WAY) + ON_THE_WAY_S
    decoding = sum(one["e2e_ms"] - one["ttft_ms"] for one in samples) / 1000
    # What a busy machine makes a first token late by, it may make up for by the last one; that one
    # may be as late.
    late, made = (ours - theirs) * count, inside[clock.decoding_s]
    assert made - late - DRIFT * made < decoding < made * (1 + DRIFT) + ON_THE_WAY_S * count


def _last(states: list[Counter[str]], clock: Clock) -> tuple[int, Counter[str]]:
    """How many requests the last ones were, none of them a warm-up, and what they added."""
    unit = OUTPUT if clock.in_tokens else 1
    gains = [states[-1] - one for one in states]
    gain = next(one for one in gains if one[clock.done] <= REQUESTS * unit)
    return round(gain[clock.done] / unit), gain
