"""Times as vLLM takes them inside, against those that arrive here."""

from __future__ import annotations

import threading
import time
from statistics import mean
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections import Counter

    from tests.servers.real_server import RealServer
    from tests.servers.runs import Runs

INPUT, OUTPUT, REQUESTS, FEWEST = 512, 48, 12, 5
ON_THE_WAY_S = 0.05
"""At most, for HTTP, JSON and the tokenizer, on few processors that do everything."""
DRIFT = 0.03
_POLL_S = 0.05
_FIRSTS, _GAPS, _WHOLE = (
    "vllm:time_to_first_token_seconds",
    "vllm:inter_token_latency_seconds_sum",
    "vllm:e2e_request_latency_seconds_count",
)


class Watched:
    """The server's counters as they were between its requests, one request at a time."""

    def __init__(self, server: RealServer) -> None:
        self._server = server
        self._over = threading.Event()
        self._between: dict[int, Counter[str]] = {}
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def last(self, most: int) -> tuple[int, Counter[str]]:
        """Stop watching; how many requests the last ones were, at most so many, what they added."""
        self._over.set()
        self._thread.join()
        total = max(self._between)
        first = min(count for count in self._between if count >= total - most)
        return total - first, self._between[total] - self._between[first]

    def _watch(self) -> None:
        while not self._over.wait(_POLL_S):
            found = self._server.counters()
            done = round(found[_WHOLE])
            if round(found[f"{_FIRSTS}_count"]) == done:
                self._between[done] = found


def test_times_are_those_that_the_server_measured_inside(server: RealServer, runs: Runs) -> None:
    """First tokens arrive a little later than the server made them; the gaps are the same."""
    if server.kind.name != "vllm":
        pytest.skip("it has no histograms")
    load = ("--workload", runs.workload(INPUT, OUTPUT), "--repeats", str(REQUESTS))
    watched = Watched(server)
    done = runs.run("--base-url", server.url, *load)
    time.sleep(1)
    seen, inside = watched.last(REQUESTS)
    assert done.status == 0, done.said
    assert seen >= FEWEST
    samples = done.report["samples"][-seen:]
    ours = mean(one["ttft_ms"] for one in samples) / 1000
    theirs = inside[f"{_FIRSTS}_sum"] / seen
    assert theirs < ours < theirs + ON_THE_WAY_S
    decoding = sum(one["e2e_ms"] - one["ttft_ms"] for one in samples) / 1000
    assert decoding == pytest.approx(inside[_GAPS], rel=DRIFT)
