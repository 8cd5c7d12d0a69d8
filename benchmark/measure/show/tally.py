"""What is known of a phase while it goes on; cheap enough to be told of every request."""

from __future__ import annotations

from bisect import insort
from collections import deque
from threading import Lock
from typing import NamedTuple

from benchmark.measure.samples import Failure, Sample
from benchmark.measure.stats import sorted_median_interval, sorted_percentile

_LATELY_S = 5.0
_LATELY_ENDS = 8
"""`now` looks back so many seconds, or so many ends of requests if those reach further."""


class Snapshot(NamedTuple):
    """How it stands; speeds in output tokens per second, None before the first success.

    Attributes:
        now: of all requests together, lately.
        overall: of all requests together, since the phase began.
        request: the median of single requests.
        spread: half of its 95 % confidence interval as a share of it; None if too few.
    """

    requests: int
    failed: int
    now: float | None
    overall: float | None
    request: float | None
    spread: float | None


class Tally:
    """Counts one phase. Told by one thread, asked by another."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._succeeded = 0
        self._failed = 0
        self._tokens = 0
        self._ends = deque([(0.0, 0)])
        self._speeds: list[float] = []
        self._last: tuple[float, float, float] | None = None

    def add(self, one: Sample | Failure) -> None:
        """Take one request that is done."""
        with self._lock:
            if isinstance(one, Failure):
                self._failed += 1
                return
            self._succeeded += 1
            self._tokens += one.output_tokens
            self._note_end(one)
            self._note_speed(one)

    def snapshot(self) -> Snapshot:
        """How it stands."""
        with self._lock:
            requests, failed = self._succeeded + self._failed, self._failed
            if not self._speeds:
                return Snapshot(requests, failed, None, None, None, None)
            middle = sorted_percentile(self._speeds, 50)
            return Snapshot(
                requests=requests,
                failed=failed,
                now=self._now(),
                overall=self._tokens / self._ends[-1][0],
                request=middle,
                spread=self._spread(middle),
            )

    def _now(self) -> float:
        """Up to the last end but one: of the last one, requests may still be to come."""
        (start, _), *later = self._ends
        settled = later[:-1] or later
        return sum(tokens for _, tokens in settled) / (settled[-1][0] - start)

    def _note_end(self, one: Sample) -> None:
        """Requests that end together are one end, so `now` always spans some time."""
        last, tokens = self._ends[-1]
        end = one.start_s + one.e2e_ms / 1000
        if end > last:
            self._ends.append((end, one.output_tokens))
        else:
            self._ends[-1] = (last, tokens + one.output_tokens)
        while len(self._ends) > _LATELY_ENDS + 1 and self._ends[1][0] < end - _LATELY_S:
            self._ends.popleft()

    def _note_speed(self, one: Sample) -> None:
        """A batch that was answered together is one speed, as in `stats`."""
        key = (one.start_s, one.ttft_ms, one.e2e_ms)
        if key != self._last:
            insort(self._speeds, 1000 * one.output_tokens / one.e2e_ms)
        self._last = key

    def _spread(self, middle: float) -> float | None:
        interval = sorted_median_interval(self._speeds)
        if interval is None:
            return None
        return max(interval.high - middle, middle - interval.low) / middle
