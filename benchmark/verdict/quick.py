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
from benchmark.verdict.stated import number, section
from benchmark.verdict.surely import EXACTLY, SURELY, SURELY_FACTOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Json

    Figures = tuple[float, float, float, float, float, float, float]

_SURELY_EMPTY = EMPTY * EXACTLY
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
    hardware, model = data.get("hardware"), data.get("model")
    workload, metrics = data.get("workload"), data.get("metrics")
    if not (isinstance(hardware, dict) and isinstance(model, dict)) or "provenance" in data:
        return False
    if not (isinstance(workload, dict) and isinstance(metrics, dict)):
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
    room = (
        metrics.get("tbt_ms") or 0,
        metrics.get("peak_mem_mb") or 0,
        metrics.get("kv_used_bytes") or 0,
        hardware.get("total_memory_gb") or hardware.get("memory_per_chip_gb") or MOST_GIB,
    )
    if not _NUMBERS.issuperset(map(type, figures + room)):
        return False
    # To say so by a cast would be a call more.
    known: Figures = figures  # type: ignore[assignment]
    return (
        _fits(*known)
        and _has_room(known, *room)  # type: ignore[arg-type]
        and has_chips(hardware, data.get("cluster"))
        and has_places(metrics, data.get("kv_cache_config"))
        and _is_within_limits(data, model, metrics, known)
    )


def has_chips(hardware: Mapping[str, Json], cluster: Json) -> bool:
    """Whether it is said to have as many chips as nodes and parts of the model take."""
    count, per_node = hardware.get("chip_count"), hardware.get("chips_per_node")
    if count is not None and not (type(count) in _NUMBERS and 1 <= count <= _FEW_CHIPS):  # type: ignore[operator]
        return False
    if not cluster and per_node == count:
        return True
    cluster = cluster if isinstance(cluster, dict) else {}
    parallelism = section(cluster, "parallelism")
    counts = (
        count,
        per_node or 1,
        cluster.get("node_count") or 1,
        parallelism.get("tensor_parallel") or 1,
        parallelism.get("pipeline_parallel") or 1,
    )
    if not _WHOLE.issuperset(map(type, counts)):
        return False
    chips, each, nodes, tensor, pipeline = cast("tuple[int, int, int, int, int]", counts)
    return min(each, nodes, tensor, pipeline) >= 1 and (
        max(each * nodes, tensor * pipeline) <= chips
    )


def _has_room(known: Figures, gap: float, peak: float, kept: float, told: float) -> bool:
    """Whether memory is said to be in use at most as there is, and pieces to come in time."""
    _, _, tpot, _, output, _, _ = known
    enough = min(told, MOST_GIB) * _MIB_IN_GIB
    return gap <= SURELY * tpot * output and peak <= enough and kept <= enough * _MIB


def has_places(metrics: Mapping[str, Json], cache: Json) -> bool:
    """Whether there is room for the tokens that are cached."""
    used = metrics.get("kv_used_tokens")
    if not used or not cache:
        return True
    room = cache.get("budget_tokens") if isinstance(cache, dict) else None
    return not room or (type(used) is type(room) is int and used <= room)


def _fits(  # noqa: PLR0913, PLR0917 - the figures of an entry
    tps: float, ttft: float, tpot: float, given: float, output: float, requests: float, batch: float
) -> bool:
    """As `agreement`, `occupancy` and `extremes` have it, and a little stricter."""
    if not (tps > 0 < given and output >= 1 <= requests and batch >= 1):
        return False
    streams, e2e = requests * batch, ttft + (output - 1) * tpot
    return (
        SOONEST_MS <= tpot <= SURELY_FACTOR * ttft
        and SOONEST_MS <= ttft <= LONGEST_MS
        and tps * tpot <= SURELY * 1e3 * streams
        and tps * e2e <= SURELY * 1e3 * streams * output
        and 1e3 * output <= SURELY * e2e * tps
        and 1e3 * output * requests <= _SURELY_EMPTY * (e2e + IDLE_MS) * tps
        and ttft <= SURELY_FACTOR * streams * (given + output) * tpot
        and tps <= MOST_TOKENS
        and streams <= MOST_PLACES
        and given + output < _MOST
    )


def _is_within_limits(
    data: Mapping[str, Json], model: Mapping[str, Json], metrics: Mapping[str, Json], known: Figures
) -> bool:
    tps, ttft, tpot, given, output, requests, batch = known
    size, name = model.get("parameters"), model.get("name")
    if not isinstance(name, str):
        return False
    if size in _UNKNOWN_SIZES:
        # So that memory sets no limit that is known.
        most = max(tps, _SECOND * given / ttft, tps * given / output)
        if most < _ANY_CHIP and tells_no_size(name):
            return True
    elif not isinstance(size, str) or is_misnamed(name, size):
        return False
    limits = limits_of(data)
    return (
        tps * max(1.0, given / output) <= limits.tokens_per_s
        and _SECOND * given <= ttft * limits.tokens_per_s
        and tps <= limits.steps_per_s * requests * batch
        and min(ttft, tpot) * limits.steps_per_s >= _SECOND
        and limits.step_bytes <= 100 * _MIB * (number(metrics.get("peak_mem_mb")) or _UNBOUND)
    )
