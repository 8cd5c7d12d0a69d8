"""What is known of every request: the raw samples that a run's figures follow from."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

NS_PER_MS = 1e6
NS_PER_S = 1e9


class Timing(NamedTuple):
    """When one request started, when each of its tokens was there, and when it was done."""

    start_ns: int
    token_ns: tuple[int, ...]
    end_ns: int


AT_ONCE = "at-once"
NO_PLACES = "no-places"
"""Why it is not known when the tokens of an answer came: see `Sample.unplaced`."""


class Sample(NamedTuple):
    """One request that was answered completely.

    Attributes:
        start_s: when it started, or was due in an open loop, since the measured phase began.
        input_tokens: of the prompt, as the engine counted them.
        output_tokens: generated, the first included.
        ttft_ms: from the start to the first content.
        itl_ms: the gaps between consecutive arrivals of tokens, `output_tokens` − 1 of them unless
            a server sends several tokens at once; none if `unplaced`.
        e2e_ms: from the start to the end.
        cached_tokens: of the prompt, found in the server's cache; None if it does not tell.
        first_tokens: those that came with the first arrival: they were decoded before it.
        first_ms: from the start to that arrival, None where it is the first content. A server that
            counts tokens whose text it holds back shows them before any content.
        unplaced: why it is not known when the tokens came: `AT_ONCE`, nearly all of them in one
            burst; `NO_PLACES`, nothing says how many came with which piece. None if it is known.
    """

    start_s: float
    input_tokens: int
    output_tokens: int
    ttft_ms: float
    itl_ms: tuple[float, ...]
    e2e_ms: float
    cached_tokens: int | None = None
    first_tokens: int = 1
    first_ms: float | None = None
    unplaced: str | None = None

    @property
    def tpot_ms(self) -> float | None:
        """Time per output token after those of the first arrival; None without any, or unplaced."""
        after = self.output_tokens - self.first_tokens
        if after <= 0 or self.unplaced is not None:
            return None
        first_ms = self.ttft_ms if self.first_ms is None else self.first_ms
        return (self.e2e_ms - first_ms) / after


class Failure(NamedTuple):
    """One request that was not: `error` says why, after `e2e_ms`."""

    start_s: float
    e2e_ms: float
    error: str


class Series(NamedTuple):
    """Everything one measured phase gave; `wall_s` is from the first start to the last end."""

    samples: tuple[Sample, ...]
    failures: tuple[Failure, ...]
    wall_s: float


def sample(timing: Timing, input_tokens: int, phase_ns: int) -> Sample:
    """What the stamps of a request say, one token each.

    Args:
        timing: its stamps, at least one.
        input_tokens: of its prompt.
        phase_ns: when the measured phase began.
    """
    tokens = timing.token_ns
    return Sample(
        start_s=(timing.start_ns - phase_ns) / NS_PER_S,
        input_tokens=input_tokens,
        output_tokens=len(tokens),
        ttft_ms=(tokens[0] - timing.start_ns) / NS_PER_MS,
        itl_ms=tuple((after - before) / NS_PER_MS for before, after in pairwise(tokens)),
        e2e_ms=(timing.end_ns - timing.start_ns) / NS_PER_MS,
    )
