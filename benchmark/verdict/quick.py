"""Plain entries that are sound at a glance: in a tenth of the time that all the checks take.

Most entries of a leaderboard state one closed load and the six figures of the first format. What is
called sound here is sound (tests/verdict/test_verdict_laws.py); of anything else nothing is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from benchmark.verdict.extremes import LONGEST_MS, MOST_GIB, MOST_PLACES, MOST_TOKENS, SOONEST_MS
from benchmark.verdict.limits import limits_of
from benchmark.verdict.models import is_misnamed, tells_no_size
from benchmark.verdict.occupancy import EMPTY, IDLE_MS
from benchmark.verdict.reason import FACTOR, QUARTER
from benchmark.verdict.stated import number, section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Json

    Figures = tuple[float, float, float, float, float, float, float]

# So that the order of operations and their rounding do not matter.
_SURELY = QUARTER * (1 - 1e-9)
_SURELY_FACTOR = FACTOR * (1 - 1e-9)
_SURELY_EMPTY = EMPTY * (1 - 1e-9)
_SECOND = 1e3
"""In milliseconds."""

_MOST = 1e18
_NUMBERS = frozenset({int, float})
_UNBOUND = float("inf")
_WHOLE = frozenset({int})
_MIB = 2**20
_MIB_IN_GIB = 1024
_TELLING = frozenset({
    *("samples", "percentiles", "distributions", "server"),
    *("decode_tps", "requests_per_s", "total_tps", "bandwidth_share", "memory_bandwidth_gbs"),
    *("energy_j", "joules_per_token", "goodput_rps", "slo", "slo_attainment", "peak_host_mem_mb"),
})  # fmt: skip
"""Metrics that more can be told by."""

_ANY_CHIP = 1e6
"""Tokens/s of a model of which nothing is known, that every chip of the table can make."""

_UNKNOWN_SIZES = (None, "unknown")
_FEW_CHIPS = 10_000
_OPEN = frozenset({"request_rate", "trace", "max_in_flight"})


def is_plainly_sound(data: Mapping[str, Json]) -> bool:
    """Whether an entry is plain, and all its figures fit; else it has to be looked at."""
    metrics, workload = data.get("metrics"), data.get("workload")
    if not isinstance(metrics, dict) or not isinstance(workload, dict) or "provenance" in data:
        return False
    if not (_TELLING.isdisjoint(metrics) and _OPEN.isdisjoint(workload)):
        return False
    figures = (
        metrics.get("throughput_tps"),
        metrics.get("ttft_ms"),
        metrics.get("tpot_ms"),
        workload.get("input_length"),
        workload.get("output_length"),
        workload.get("concurrent_requests"),
        workload.get("batch_size", 1),
    )
    if not _NUMBERS.issuperset(map(type, figures)):
        return False
    known = cast("Figures", figures)
    if not (min(known) > 0 and max(known) < _MOST and min(known[4:]) >= 1):
        return False
    return (
        _fits(*known)
        and _is_usual(data, known)
        and _is_of_its_size(data, metrics)
        and _is_spare(data, metrics, known)
        and _has_chips(data)
        and _is_within_limits(data, known)
    )


def _has_chips(data: Mapping[str, Json]) -> bool:
    """Whether it is said to have as many chips as nodes and parts of the model take."""
    hardware, cluster = section(data, "hardware"), section(data, "cluster")
    if not cluster and hardware.get("chips_per_node") == hardware.get("chip_count"):
        return True
    parallelism = section(cluster, "parallelism")
    counts = (
        hardware.get("chip_count"),
        hardware.get("chips_per_node") or 1,
        cluster.get("node_count") or 1,
        parallelism.get("tensor_parallel") or 1,
        parallelism.get("pipeline_parallel") or 1,
    )
    if not _WHOLE.issuperset(map(type, counts)):
        return False
    count, per_node, nodes, tensor, pipeline = cast("tuple[int, int, int, int, int]", counts)
    return min(per_node, nodes, tensor, pipeline) >= 1 and (
        max(per_node * nodes, tensor * pipeline) <= count
    )


def _is_spare(data: Mapping[str, Json], metrics: Mapping[str, Json], known: Figures) -> bool:
    """Whether memory is said to be in use at most as there is, and pieces to come in time."""
    hardware = section(data, "hardware")
    gap, peak, kept = (
        metrics.get("tbt_ms") or 0,
        metrics.get("peak_mem_mb") or 0,
        metrics.get("kv_used_bytes") or 0,
    )
    memory = hardware.get("total_memory_gb") or hardware.get("memory_per_chip_gb") or MOST_GIB
    figures = (gap, peak, kept, memory)
    if not _NUMBERS.issuperset(map(type, figures)):
        return False
    most, used, held, told = cast("tuple[float, float, float, float]", figures)
    enough = min(told, MOST_GIB)
    _, _, tpot, _, output, _, _ = known
    return (
        most <= _SURELY * tpot * output
        and used <= enough * _MIB_IN_GIB
        and held <= enough * _MIB_IN_GIB * _MIB
    )


def _fits(  # noqa: PLR0913, PLR0917 - the figures of an entry
    tps: float, ttft: float, tpot: float, given: float, output: float, requests: float, batch: float
) -> bool:
    """As `benchmark.verdict.agreement` has it, and a little stricter."""
    streams, e2e = requests * batch, ttft + (output - 1) * tpot
    return (
        tps * tpot <= _SURELY * 1e3 * streams
        and tps * e2e <= _SURELY * 1e3 * streams * output
        and 1e3 * output <= _SURELY * e2e * tps
        and (requests == 1 or 1e3 * output * requests <= _SURELY_EMPTY * (e2e + IDLE_MS) * tps)
        and ttft <= _SURELY_FACTOR * streams * (given + output) * tpot
        and tpot <= _SURELY_FACTOR * ttft
    )


def _is_usual(data: Mapping[str, Json], known: Figures) -> bool:
    """Whether nothing is extreme."""
    tps, ttft, tpot, _, _, requests, batch = known
    count = section(data, "hardware").get("chip_count", 1)
    if type(count) not in _NUMBERS or not 1 <= count <= _FEW_CHIPS:  # type: ignore[operator]
        return False
    return (
        tps <= MOST_TOKENS
        and max(requests, batch) <= MOST_PLACES
        and min(ttft, tpot) >= SOONEST_MS
        and ttft <= LONGEST_MS
    )


def _is_of_its_size(data: Mapping[str, Json], metrics: Mapping[str, Json]) -> bool:
    """Whether there is room for what is cached, and the model is as large as its name tells."""
    if used := metrics.get("kv_used_tokens"):
        room = section(data, "kv_cache_config").get("budget_tokens")
        if room and not (type(used) is type(room) is int and used <= room):
            return False
    model = section(data, "model")
    size, name = model.get("parameters"), model.get("name")
    if size in _UNKNOWN_SIZES:
        return True
    return isinstance(size, str) and isinstance(name, str) and not is_misnamed(name, size)


def _is_within_limits(data: Mapping[str, Json], known: Figures) -> bool:
    tps, ttft, tpot, given, output, requests, batch = known
    if max(tps, _SECOND * given / ttft, tps * given / output) < _ANY_CHIP and _is_of_no_size(data):
        return True
    limits = limits_of(data)
    return (
        tps * max(1.0, given / output) <= limits.tokens_per_s
        and _SECOND * given <= ttft * limits.tokens_per_s
        and tps <= limits.steps_per_s * requests * batch
        and min(ttft, tpot) * limits.steps_per_s >= _SECOND
        and limits.step_bytes <= 100 * _MIB * _peak(data)
    )


def _peak(data: Mapping[str, Json]) -> float:
    """MiB; where none are stated, none are too few."""
    return number(section(data, "metrics").get("peak_mem_mb")) or _UNBOUND


def _is_of_no_size(data: Mapping[str, Json]) -> bool:
    """Whether nothing tells the size of its model, so that memory sets no limit that is known."""
    model = data.get("model")
    if not isinstance(model, dict) or model.get("parameters") not in _UNKNOWN_SIZES:
        return False
    name = model.get("name")
    return isinstance(name, str) and tells_no_size(name)
