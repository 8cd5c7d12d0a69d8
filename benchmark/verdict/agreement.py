"""Whether an entry's own figures agree with each other.

With n output tokens in each of the c requests in flight, E2E = TTFT + (n - 1) TPOT, and by Little's
law (https://doi.org/10.1287/opre.9.3.383) throughput = c n / E2E where no place is empty: it cannot
be more than that, and may be less, down to what a single request gets where throughput was taken
for one.
"""

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
from benchmark.verdict.stated import e2e_of, figure, statistic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.verdict.reason import Reason
    from benchmark.verdict.stated import Stated

SEVERAL = 2
_MANY, BUSY = 50, 2.0
"""Of so many requests that come by chance, no more than twice as many come in any time."""

TOGETHER = "first-tokens-together"
"""The caveat of a server that keeps some tokens back, and sends them with the first."""

_THROUGHPUT = ".metrics.throughput_tps"
_TPOT = ".metrics.tpot_ms"


def disagreements(said: Stated) -> Iterator[Reason]:
    """Where the times and the throughput contradict each other."""
    several = said.output >= SEVERAL
    # They say the same in two ways, and the first does not rest on a length: the worse is enough.
    claims = [*(_pace(said) if several else ()), *_whole(said)]
    yield from sorted(claims, key=lambda claim: claim.kind != IMPOSSIBLE)[:1]
    if several:
        yield from _held_back(said)
        yield from _parts_of_the_whole(said)
    yield from _first_after_the_end(said)
    yield from _rate(said)


def _pace(said: Stated) -> Iterator[Reason]:
    """Requests in flight, each with a token every TPOT, set a limit to the throughput."""
    tpot, streams = said.tpot, said.streams
    if streams is None:
        return
    if tpot:
        limit = 1e3 * streams / tpot
        yield from beyond(
            times(said.throughput, limit),
            _THROUGHPUT,
            N_(
                "{throughput} tokens/s are claimed, but a token every {tpot} ms in each of "
                "{streams} in flight makes {limit} tokens/s at most"
            ),
            throughput=said.throughput,
            tpot=tpot,
            streams=streams,
            limit=limit,
        )
    elif tpot is None:
        yield from _pace_of_pieces(said, streams)


def _pace_of_pieces(said: Stated, streams: float) -> Iterator[Reason]:
    """Without a TPOT there may be the time between pieces, none larger than an answer."""
    tbt = figure(said.metrics, "tbt_ms")
    if tbt:
        limit = 1e3 * streams * said.output / tbt
        yield from beyond(
            times(said.throughput, limit),
            _THROUGHPUT,
            N_(
                "{throughput} tokens/s are claimed, but a piece of at most {output} tokens every "
                "{tbt} ms in each of {streams} in flight makes {limit} tokens/s at most"
            ),
            throughput=said.throughput,
            output=said.output,
            tbt=tbt,
            streams=streams,
            limit=limit,
        )


def _whole(said: Stated) -> Iterator[Reason]:
    """Requests in flight, each answered within E2E, set a limit to the throughput."""
    e2e = e2e_of(said)
    # In an open loop a request may wait for its place, which is in its time but not in flight.
    if said.streams is None or not (said.is_closed and e2e):
        return
    limit = 1e3 * said.streams * said.output / e2e
    ratio = times(said.throughput, limit)
    # Half of the answers longer than the median may hold most of the tokens.
    if said.varies and ratio <= FACTOR:
        return
    yield from beyond(
        ratio,
        _THROUGHPUT,
        N_(
            "{throughput} tokens/s are claimed, but {streams} in flight, each with {output} "
            "tokens in {e2e} ms, make {limit} tokens/s at most"
        ),
        throughput=said.throughput,
        streams=said.streams,
        output=said.output,
        e2e=e2e,
        limit=limit,
    )


def _rate(said: Stated) -> Iterator[Reason]:
    """What is answered was asked before."""
    rate = figure(said.workload, "request_rate")
    limit = (rate or 0.0) * said.output
    few = said.asked is not None and said.asked < _MANY
    # A short run may be faster than its mean rate for long.
    bound = FACTOR if few or said.varies else BUSY
    if limit and said.throughput > bound * limit:
        yield because(
            IMPOSSIBLE if said.throughput > FACTOR * limit else DOUBTFUL,
            _THROUGHPUT,
            N_(
                "{throughput} tokens/s are claimed, but {rate} requests/s of {output} tokens ask "
                "for {limit} tokens/s"
            ),
            throughput=said.throughput,
            rate=rate,
            output=said.output,
            limit=limit,
        )


def _held_back(said: Stated) -> Iterator[Reason]:
    """A first token that takes longer than all tokens one by one, in and out, was kept back."""
    if said.tpot == 0 and said.ttft:
        yield because(
            DOUBTFUL, _TPOT, N_("tokens after the first are said to take no time: TPOT is 0")
        )
    if not said.tpot or said.streams is None or not said.is_closed:
        return
    tokens = said.output + (figure(said.workload, "input_length") or 0)
    longest = said.streams * tokens * said.tpot
    if said.ttft > FACTOR * longest:
        yield because(
            DOUBTFUL,
            ".metrics.ttft_ms",
            N_(
                "TTFT, {ttft} ms, seems to hold the generation: at a TPOT of {tpot} ms even "
                "{tokens} tokens one by one take {longest} ms"
            ),
            ttft=said.ttft,
            tpot=said.tpot,
            tokens=tokens * said.streams,
            longest=longest,
        )


def _first_after_the_end(said: Stated) -> Iterator[Reason]:
    """Where nothing is known of the tokens between: then there is no whole of parts."""
    e2e = statistic(said, "e2e_ms", "median")
    if e2e and (said.tpot is None or said.output < SEVERAL):
        yield from beyond(
            said.ttft / e2e,
            ".metrics.ttft_ms",
            N_("TTFT is {ttft} ms, but requests are said to take {e2e} ms from end to end"),
            ttft=said.ttft,
            e2e=e2e,
        )


def _parts_of_the_whole(said: Stated) -> Iterator[Reason]:
    """The end-to-end time that is stated, and the one that TTFT and TPOT make."""
    e2e = statistic(said, "e2e_ms", "median")
    if not e2e or said.tpot is None:
        return
    parts = said.ttft + (said.output - 1) * said.tpot
    ratio = max(times(e2e, parts), times(parts, e2e))
    # Then n - 1 tokens do not follow the first.
    loosely = said.varies or TOGETHER in said.caveats
    if loosely and ratio <= FACTOR:
        return
    yield from beyond(
        ratio,
        ".metrics.ttft_ms",
        N_(
            "TTFT and {more} times TPOT make {parts} ms, but requests are said to take {e2e} ms "
            "from end to end"
        ),
        more=said.output - 1,
        parts=parts,
        e2e=e2e,
    )
