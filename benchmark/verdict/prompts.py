"""Whether prompts came faster than the stated chips can read them, if no cache has spared it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.i18n import N_
from benchmark.verdict.ceilings import MARGIN
from benchmark.verdict.limits import limits_of
from benchmark.verdict.reason import DOUBTFUL, because
from benchmark.verdict.stated import figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.verdict.limits import Limits
    from benchmark.verdict.reason import Reason
    from benchmark.verdict.stated import Stated

_SHARED = frozenset({"shared_prefix_tokens", "turns", "trace"})
"""Workloads whose prompts share beginnings, as is stated."""

_SECOND = 1e3
"""In milliseconds."""


def unread(said: Stated) -> Iterator[Reason]:
    """A prompt that is computed takes as many operations for each token as an answer does."""
    if not _SHARED.isdisjoint(said.workload):
        return
    hits = figure(said.metrics, "prefix_hit_rate") or 0.0
    tokens = (figure(said.workload, "input_length") or 0.0) * max(0.0, 1 - hits)
    limits = limits_of(said.data)
    # They say the same of one prompt, and of all.
    yield from [*_one(said, tokens, limits)] or _all(said, tokens, limits)


def _one(said: Stated, tokens: float, limits: Limits) -> Iterator[Reason]:
    shortest = _SECOND * tokens / limits.tokens_per_s
    if said.ttft * MARGIN < shortest:
        yield because(
            DOUBTFUL,
            ".metrics.ttft_ms",
            N_(
                "TTFT is {ttft} ms, but 2 × {active} operations for each of {tokens} prompt tokens "
                "at {rate}/s take {shortest} ms; nothing is said of a cache ({chips})"
            ),
            ttft=said.ttft,
            active=limits.active,
            tokens=tokens,
            rate=limits.rate,
            shortest=shortest,
            chips=f"{limits.chips:,.4g} × {limits.chip}",
        )


def _all(said: Stated, tokens: float, limits: Limits) -> Iterator[Reason]:
    rate = figure(said.metrics, "requests_per_s")
    if rate is None and not said.varies:
        rate = said.throughput / said.output
    if rate and tokens * rate > MARGIN * limits.tokens_per_s:
        yield because(
            DOUBTFUL,
            ".metrics.throughput_tps",
            N_(
                "{rate} requests/s with {tokens} prompt tokens each are claimed, but 2 × {active} "
                "operations a token at {speed}/s allow {limit} tokens/s; nothing is said of a "
                "cache ({chips})"
            ),
            rate=rate,
            tokens=tokens,
            active=limits.active,
            speed=limits.rate,
            limit=limits.tokens_per_s,
            chips=f"{limits.chips:,.4g} × {limits.chip}",
        )
