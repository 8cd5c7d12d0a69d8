"""What the pieces of answers leave uncertain: when their tokens came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.caveat import caveat
from benchmark.measure.host import roofline
from benchmark.measure.samples import AT_ONCE, NO_PLACES
from benchmark.measure.stats import median, pace_is_known, summarize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmark.measure.caveat import Caveat
    from benchmark.measure.job import Measurement
    from benchmark.measure.samples import Sample

_SEVERAL = 1.5
_FASTER_THAN_MEMORY = 1.25
"""The bandwidth probe may find this much less than the engine's own reads."""


def piece_caveats(measurement: Measurement) -> Iterator[Caveat]:
    """What to beware of in the times of tokens."""
    yield from _unplaced(measurement.series.samples)
    yield from _together(measurement.series.samples)
    yield from _faster_than_memory(measurement)


def _unplaced(samples: Sequence[Sample]) -> Iterator[Caveat]:
    """Answers of which nobody knows when their tokens came."""
    case = "others" if pace_is_known(samples) else ""
    for reason in (AT_ONCE, NO_PLACES):
        count = sum(one.unplaced == reason for one in samples)
        if count:
            yield caveat(reason, case, count=count, answers=len(samples))


def _together(samples: Sequence[Sample]) -> Iterator[Caveat]:
    """Tokens that come several in a piece: what the gaps and TTFT then are."""
    placed = [one for one in samples if one.unplaced is None and one.itl_ms]
    if not placed:
        return
    size = median([one.output_tokens / (len(one.itl_ms) + 1) for one in placed])
    first = median([one.first_tokens for one in placed])
    if size >= _SEVERAL:
        yield caveat("tokens-together", size=size)
    if first >= max(_SEVERAL * size, 2):
        yield caveat("first-tokens-together", count=first)
    yield from _held_back(placed)


def _held_back(placed: Sequence[Sample]) -> Iterator[Caveat]:
    """Tokens that were counted before any content came, for longer than a token takes."""
    held = [one.ttft_ms - one.first_ms for one in placed if one.first_ms is not None]
    token_ms = median([one.tpot_ms or 0 for one in placed])
    if 2 * len(held) > len(placed) and median(held) > token_ms:
        yield caveat("content-held-back", ms=median(held))


def _faster_than_memory(measurement: Measurement) -> Iterator[Caveat]:
    decode_tps, facts = summarize(measurement.series).decode_tps, measurement.facts
    bandwidth, cache = measurement.bandwidth, measurement.cache
    share = roofline.share(facts.weight_bytes, decode_tps, bandwidth, cache)
    if share is not None and share > _FASTER_THAN_MEMORY:
        yield caveat("memory-bandwidth", share=share)
