"""Speeds of which there is nothing to say at a glance: in a tenth of the time that looking takes.

What is plain here is so by `agreement`, `occupancy`, `ceilings`, `prompts` and `extremes`
(tests/verdict/test_quick_groups.py); of anything else nothing is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.verdict.agreement import BUSY, SEVERAL, TOGETHER
from benchmark.verdict.ceilings import MARGIN, is_within_steps
from benchmark.verdict.extremes import (
    LONGEST_MS,
    MOST_CHIPS,
    MOST_GIB,
    MOST_OF_A_REQUEST,
    MOST_PLACES,
    MOST_TOKENS,
    SOONEST_MS,
)
from benchmark.verdict.occupancy import IDLE_MS, is_told_otherwise, wave
from benchmark.verdict.stated import e2e_of, figure, section, statistic
from benchmark.verdict.surely import EXACTLY, SURELY, SURELY_FACTOR

if TYPE_CHECKING:
    from benchmark.verdict.limits import Limits
    from benchmark.verdict.stated import Stated

_SURELY_BUSY = BUSY * EXACTLY
_SURELY_WITHIN = MARGIN * EXACTLY
_SECOND = 1e3
"""In milliseconds."""

_MOST = 1e18
_MIB_IN_GIB = 1024
_GIB = 2**30


def are_plain(said: Stated, limits: Limits) -> bool:
    """Whether speeds are known of, agree, and are none that the chips have not."""
    tpot, streams = said.tpot, said.streams
    if tpot is None or streams is None:
        return False
    given = figure(said.workload, "input_length") or 0.0
    return (
        _are_usual(said, tpot, streams, limits)
        and given < _MOST
        and _agree(said, tpot, streams, given)
        and _is_busy(said)
        and _are_within(said, given, limits)
        and (streams != 1 or tpot <= SURELY_FACTOR * said.ttft)
    )


def _are_usual(said: Stated, tpot: float, streams: float, limits: Limits) -> bool:
    """As `extremes` has it, and a little stricter."""
    return (
        SOONEST_MS <= tpot < _MOST
        and SOONEST_MS < said.ttft < LONGEST_MS
        and SEVERAL <= said.output < _MOST
        and 1 <= limits.chips <= MOST_CHIPS
        and streams <= limits.chips * MOST_PLACES
        and said.throughput <= MOST_TOKENS
        and said.throughput <= streams * MOST_OF_A_REQUEST
        and (not said.data.get("cluster") or _nodes(said) <= MOST_CHIPS)
        and _has_places(said)
        and _has_memory(said)
    )


def _nodes(said: Stated) -> float:
    return figure(section(said.data, "cluster"), "node_count") or 1.0


def _has_places(said: Stated) -> bool:
    workload = said.workload
    return (
        (figure(workload, "concurrent_requests") or 0.0) <= MOST_PLACES
        and (figure(workload, "batch_size") or 0.0) <= MOST_PLACES
        and (figure(workload, "max_in_flight") or 0.0) <= MOST_PLACES
    )


def _has_memory(said: Stated) -> bool:
    metrics = said.metrics
    return (
        (figure(metrics, "peak_mem_mb") or 0.0) <= MOST_GIB * _MIB_IN_GIB
        and (figure(metrics, "peak_host_mem_mb") or 0.0) <= MOST_GIB * _MIB_IN_GIB
        and (figure(metrics, "kv_used_bytes") or 0.0) <= MOST_GIB * _GIB
    )


def _agree(said: Stated, tpot: float, streams: float, given: float) -> bool:
    """As `agreement` has it of several tokens."""
    tps, ttft, output = said.throughput, said.ttft, said.output
    rate, median = figure(said.workload, "request_rate"), statistic(said, "e2e_ms", "median")
    parts = ttft + (output - 1) * tpot
    loosely = SURELY_FACTOR if said.varies or TOGETHER in said.caveats else SURELY
    within = SURELY_FACTOR if said.varies else SURELY
    return (
        tps * tpot <= SURELY * _SECOND * streams
        and (not rate or tps <= _SURELY_BUSY * rate * output)
        and (not median or parts / loosely <= median <= loosely * parts)
        and not (
            said.is_closed
            and (
                tps * e2e_of(said) > within * _SECOND * streams * output
                or ttft > SURELY_FACTOR * streams * (output + given) * tpot
            )
        )
    )


def _is_busy(said: Stated) -> bool:
    """As `occupancy` has it."""
    if not said.is_closed or is_told_otherwise(said):
        return True
    e2e, output = e2e_of(said), said.output
    asked, spared = wave(said)
    made = EXACTLY * said.throughput
    return (
        _SECOND * output <= (SURELY * e2e + IDLE_MS) * made
        and _SECOND * asked * output <= spared * (e2e + IDLE_MS) * made
    )


def _are_within(said: Stated, given: float, limits: Limits) -> bool:
    """As `ceilings` and `prompts` have it, of prompts of which no cache spares any."""
    most = _SURELY_WITHIN * limits.tokens_per_s
    rate = figure(said.metrics, "requests_per_s") or said.throughput / said.output
    return (
        said.throughput <= most
        and _SECOND * given <= said.ttft * most
        and given * rate <= most
        and is_within_steps(said, limits)
    )
