"""Whether what an entry says of chips, memory and energy can be: beside the speed, not of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from benchmark.i18n import N_
from benchmark.verdict.chips import ANY, CPU
from benchmark.verdict.limits import limits_of
from benchmark.verdict.reason import DOUBTFUL, IMPOSSIBLE, QUARTER, because, beyond, times
from benchmark.verdict.repeats import differ
from benchmark.verdict.stated import figure, section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.verdict.reason import Reason
    from benchmark.verdict.stated import Stated

_MEMORY = {"peak_mem_mb": 2**20, "kv_used_bytes": 1}
"""Figures, and how many bytes one of their units is."""

_GIB = 2**30
"""Makers say GB of what is GiB as a rule."""

_WATTS = 3_000.0
"""A chip of the table, or a CPU's share, at most: two GPUs of a superchip and its CPU take 2,700 W
(https://www.nvidia.com/en-us/data-center/gb300-nvl72/)."""

_WATTS_OF_ANY = 30_000.0
"""A whole system that goes by one name: Cerebras CS-3 takes 23 kW (https://www.cerebras.ai/chip)."""

_OPERATIONS_PER_JOULE = 1e14
"""Ten times what the best of the table make: 15 PFLOP/s at 1.4 kW."""


def contradictions(said: Stated) -> Iterator[Reason]:
    """Where chips, memory or energy are more, or fewer, than can be."""
    yield from _chips(said)
    yield from _memory(said)
    yield from power(said)
    yield from energy(said)
    yield from _bandwidth(said)


def _chips(said: Stated) -> Iterator[Reason]:
    """Whatever they are counted for, it is doubted only: no figure rests on it alone."""
    cluster = section(said.data, "cluster")
    count, per_node = (figure(said.hardware, each) for each in ("chip_count", "chips_per_node"))
    nodes = figure(cluster, "node_count")
    if count and per_node and nodes and nodes * per_node > QUARTER * count:
        yield because(
            DOUBTFUL,
            ".hardware.chip_count",
            N_("{count} chips are stated, but {nodes} nodes of {per_node} each"),
            count=count,
            nodes=nodes,
            per_node=per_node,
        )
    parallelism = section(cluster, "parallelism")
    tensor = figure(parallelism, "tensor_parallel") or 1.0
    pipeline = figure(parallelism, "pipeline_parallel") or 1.0
    parts = tensor * pipeline
    # Sockets and processes of one CPU share a model too.
    if count and parts > (nodes or 1.0) * count and limits_of(said.data).chip != CPU.name:
        yield because(
            DOUBTFUL,
            ".cluster.parallelism",
            N_("a model in {parts} parts is stated, but {count} chips"),
            parts=parts,
            count=count,
        )


def _memory(said: Stated) -> Iterator[Reason]:
    hardware = said.hardware
    count, nodes = figure(hardware, "chip_count") or 1, _nodes(said)
    stated = max(
        figure(hardware, "total_memory_gb") or 0.0,
        count * nodes * (figure(hardware, "memory_per_chip_gb") or 0.0),
    )
    for name, unit in _MEMORY.items():
        used = (figure(said.metrics, name) or 0.0) * unit / _GIB
        yield from beyond(
            times(used, stated),
            f".metrics.{name}",
            N_("{used} GiB of memory are said to be used, but the chips have {stated} in all"),
            used=used,
            stated=stated,
        )


def power(said: Stated) -> Iterator[Reason]:
    """Joules a token, times tokens a second, are watts."""
    joules = figure(said.metrics, "joules_per_token") or _of_a_token(said)
    if not joules:
        return
    limits = limits_of(said.data)
    path, watts = ".metrics.joules_per_token", joules * said.throughput
    most = limits.chips * (_WATTS_OF_ANY if limits.chip == ANY.name else _WATTS)
    yield from beyond(
        watts / most,
        path,
        N_("{joules} J for each of {throughput} tokens/s make {watts} W, more than {chips} take"),
        joules=joules,
        throughput=said.throughput,
        watts=watts,
        chips=f"{limits.chips:,.4g} × {limits.chip}",
    )
    least = 2 * limits.active / _OPERATIONS_PER_JOULE
    if joules < least:
        yield because(
            IMPOSSIBLE,
            path,
            N_("{joules} J a token are stated, but 2 × {active} operations take {least} J"),
            joules=joules,
            active=limits.active,
            least=least,
        )


def _of_a_token(said: Stated) -> float | None:
    """Joules, where only those of all tokens are said."""
    joules = figure(said.metrics, "energy_j")
    requests = figure(section(said.metrics, "samples"), "requests")
    return joules / (requests * said.output) if joules and requests and not said.varies else None


def energy(said: Stated) -> Iterator[Reason]:
    """All of it is that of every token of the requests that succeeded."""
    joules, each = (figure(said.metrics, name) for name in ("energy_j", "joules_per_token"))
    samples = section(said.metrics, "samples")
    requests, failed = figure(samples, "requests"), figure(samples, "failed") or 0.0
    if joules and each and requests and not said.varies:
        # A request may be a batch, or one of it.
        batch = max(1.0, figure(said.workload, "batch_size") or 1.0)
        least = each * max(1.0, requests - failed) * said.output
        nearest = min(max(joules, least), each * requests * batch * said.output)
        what = N_("J a token × output tokens")
        yield from differ(".metrics.energy_j", joules, min(nearest, sys.float_info.max), what)


def _bandwidth(said: Stated) -> Iterator[Reason]:
    stated = figure(said.metrics, "memory_bandwidth_gbs")
    if not stated:
        return
    limits = limits_of(said.data)
    most = limits.memory / 1e9
    if stated > 2 * most:
        yield from beyond(
            stated / most,
            ".metrics.memory_bandwidth_gbs",
            N_("{stated} GB/s are said to have been measured, but {chips} have {most}"),
            stated=stated,
            chips=f"{limits.chips:,.4g} × {limits.chip}",
            most=most,
        )


def _nodes(said: Stated) -> float:
    return figure(section(said.data, "cluster"), "node_count") or 1.0
