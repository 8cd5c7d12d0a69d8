"""What nothing does, whatever it is called and whatever model computes on it.

Where neither the chip nor the model is known there is no other limit. All of these are far beyond
what anybody has published: a B200 makes some 25,000 tokens/s of gpt-oss-120b, prompts included
(https://inferencex.semianalysis.com), and a rack that may go by one name, GB200 NVL72, 1.5 million
(https://developer.nvidia.com/blog/delivering-1-5-m-tps-inference-on-nvidia-gb200-nvl72-nvidia-accelerates-openai-gpt-oss-models-from-cloud-to-edge).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.i18n import N_
from benchmark.verdict.chips import ANY
from benchmark.verdict.limits import limits_of
from benchmark.verdict.reason import DOUBTFUL, because, beyond
from benchmark.verdict.stated import figure, section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.verdict.reason import Reason
    from benchmark.verdict.stated import Stated

MOST_TOKENS = 1e6
"""Output tokens/s of one chip, or of a machine without an accelerator."""

_MOST_OF_A_SYSTEM = 1e7
MOST_OF_A_REQUEST = 1e5
"""Tokens/s of one request: of 8B parameters in a chip made for them there are 17,000
(https://taalas.com)."""

MOST_CHIPS = 1e5
MOST_PLACES = 1e5
"""Requests in flight for each chip: engines take some thousand."""

SOONEST_MS = 0.01
"""Starting one kernel, or one system call, takes some microseconds."""

LONGEST_MS = 8.64e7
"""A day."""

MOST_GIB = 65_536.0
"""The largest machines with one memory have 64 TB: https://www.ibm.com/products/power-e1080"""

_MEMORY = {"peak_mem_mb": 2**20, "peak_host_mem_mb": 2**20, "kv_used_bytes": 1}
_GIB = 2**30


def extremes(said: Stated) -> Iterator[Reason]:
    """Speeds, loads, times and sizes that nothing has."""
    limits = limits_of(said.data)
    most = limits.chips * (_MOST_OF_A_SYSTEM if limits.chip == ANY.name else MOST_TOKENS)
    if said.throughput > most:
        yield from beyond(
            said.throughput / most,
            ".metrics.throughput_tps",
            N_("{throughput} tokens/s are claimed: nothing known comes near to {most} ({chips})"),
            throughput=said.throughput,
            most=most,
            chips=f"{limits.chips:,.4g} × {limits.chip}",
        )
    yield from _one_request(said)
    yield from _load(said, limits.chips)
    yield from _times(said)
    yield from _memory(said, limits.chips)


def _one_request(said: Stated) -> Iterator[Reason]:
    most = (said.streams or 0.0) * MOST_OF_A_REQUEST
    if most and said.throughput > most:
        yield from beyond(
            said.throughput / most,
            ".metrics.throughput_tps",
            N_("{throughput} tokens/s are claimed of {streams} in flight: none is so fast"),
            throughput=said.throughput,
            streams=said.streams,
        )


def _load(said: Stated, chips: float) -> Iterator[Reason]:
    nodes = figure(section(said.data, "cluster"), "node_count") or 1.0
    count = max(nodes, figure(said.hardware, "chip_count") or 1.0)
    if count > MOST_CHIPS:
        yield from beyond(
            count / MOST_CHIPS,
            ".hardware.chip_count",
            N_("{count} chips are stated: no single system has so many"),
            count=count,
        )
    for name in ("concurrent_requests", "max_in_flight", "batch_size"):
        places = figure(said.workload, name)
        if places and places > chips * MOST_PLACES:
            yield from beyond(
                places / (chips * MOST_PLACES),
                f".workload.{name}",
                N_("{places} requests at a time are stated for {chips} chips: none takes so many"),
                places=places,
                chips=chips,
            )


def _times(said: Stated) -> Iterator[Reason]:
    """Of one that was stated in seconds, or of a text that had come before it was read."""
    if said.ttft and not SOONEST_MS < said.ttft < LONGEST_MS:
        yield from beyond(
            max(SOONEST_MS / said.ttft, said.ttft / LONGEST_MS),
            ".metrics.ttft_ms",
            N_("TTFT is {ttft} ms: no first token comes within {soonest} ms, or after a day"),
            ttft=said.ttft,
            soonest=SOONEST_MS,
        )
    # Tokens that were kept back come at once.
    if said.tpot and said.tpot < SOONEST_MS:
        yield because(
            DOUBTFUL,
            ".metrics.tpot_ms",
            N_("TPOT is {tpot} ms: no step takes less than {soonest} ms"),
            tpot=said.tpot,
            soonest=SOONEST_MS,
        )


def _memory(said: Stated, chips: float) -> Iterator[Reason]:
    most = MOST_GIB * chips
    for name, unit in _MEMORY.items():
        used = (figure(said.metrics, name) or 0.0) * unit / _GIB
        if used > most:
            yield from beyond(
                used / most,
                f".metrics.{name}",
                N_("{used} GiB of memory are said to be used: no machine has more than {most}"),
                used=used,
                most=most,
            )
