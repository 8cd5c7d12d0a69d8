"""Whether shares are those of what a server counted, and requests as fast as all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.i18n import N_
from benchmark.verdict.reason import (
    DOUBTFUL,
    FACTOR,
    IMPOSSIBLE,
    because,
    beyond,
    times,
)
from benchmark.verdict.stated import e2e_of, figure, section, statistic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.verdict.reason import Reason
    from benchmark.verdict.stated import Stated

_OF = {
    "spec_accept_rate": ("accepted_tokens", "draft_tokens"),
    "prefix_hit_rate": ("prefix_hits", "prefix_queries"),
}
_ANOTHER = 0.25
"""Answers and metrics may count a few tokens otherwise, and some of a warm-up."""

_SPEED = ".metrics.distributions.request_tps"


def discrepancies(said: Stated) -> Iterator[Reason]:
    """Shares that are not those of their counts, and speeds of requests that make no throughput."""
    yield from shares(said)
    yield from _speeds(said)


def shares(said: Stated) -> Iterator[Reason]:
    """A share, and that of what a server counted."""
    server = section(said.metrics, "server")
    for name, (part, whole) in _OF.items():
        share, some, of = figure(said.metrics, name), figure(server, part), figure(server, whole)
        if share is not None and some is not None and of and abs(share - some / of) > _ANOTHER:
            yield because(
                DOUBTFUL,
                f".metrics.{name}",
                N_("{name} is {share}, but {part} is {some}, and {whole} {of}"),
                name=name,
                share=share,
                part=part,
                some=some,
                whole=whole,
                of=of,
            )


def _speeds(said: Stated) -> Iterator[Reason]:
    """All requests in flight are at most as fast as the fastest, each."""
    fastest = statistic(said, "request_tps", "max")
    if fastest and said.streams is not None:
        yield from beyond(
            times(said.throughput, fastest * said.streams),
            ".metrics.throughput_tps",
            N_(
                "{throughput} tokens/s are claimed, but the fastest request made {fastest}, and "
                "{streams} were in flight"
            ),
            throughput=said.throughput,
            fastest=fastest,
            streams=said.streams,
        )
    median, e2e = statistic(said, "request_tps", "median"), e2e_of(said)
    if not (median and e2e) or said.varies or statistic(said, "e2e_ms", "max"):
        return
    alone = 1e3 * said.output / e2e
    # Without a TPOT the whole takes longer than what is known of it.
    if median > FACTOR * alone:
        yield because(
            IMPOSSIBLE,
            _SPEED,
            N_(
                "requests are said to make {median} tokens/s, but {output} tokens in {e2e} ms make "
                "{alone}"
            ),
            median=median,
            output=said.output,
            e2e=e2e,
            alone=alone,
        )
