"""What an entry does not tell of a server, and why: every field that is null or unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.i18n import N_
from benchmark.measure.samples import AT_ONCE, NO_PLACES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.canonical import Json
    from benchmark.measure.engine_facts import Service
    from benchmark.measure.job import Measurement

_UNKNOWN = "unknown"
_OTHERS_AFFAIR = (
    "metadata.",
    "workload.",
    "metrics.distributions.",
    "metrics.percentiles.",
    "provenance.dialect",
    "provenance.engine.dialect_dropped",
    "provenance.engine.server_exit_status",
    "provenance.prompts",
    "provenance.stopped",
    "provenance.weights_seed",
)
"""Not the server's, or null where nothing is missing."""

_NOTHING_MISSING = {"cluster", "provenance.client.machine"}
"""Null for one machine, which is described once."""


class Unknown(NamedTuple):
    """A field that would tell nothing.

    Attributes:
        field: its place in an entry, as `metrics.tpot_ms`.
        why: a message, to be translated where it is shown.
    """

    field: str
    why: str


def unknowns(entry: dict[str, Json], measurement: Measurement) -> tuple[Unknown, ...]:
    """The fields of an entry of a server that are null or unknown, in the entry's order.

    Args:
        entry: of one request.
        measurement: what it was built from; of a server.
    """
    return tuple(
        Unknown(field, _why(field, measurement))
        for field in _empty(entry)
        if field not in _NOTHING_MISSING and not field.startswith(_OTHERS_AFFAIR)
    )


def _empty(value: Json, place: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _empty(one, f"{place}.{name}" if place else name)
    elif value is None or value == _UNKNOWN:
        yield place


def _why(field: str, measurement: Measurement) -> str:
    found = next((why for fields, why in _REASONS if field in fields), None)
    if found is not None:
        return found(measurement)
    beginning = next((one for one in _BY_BEGINNING if field.startswith(one)), "")
    return _BY_BEGINNING.get(beginning, _NOT_TOLD)


def _of_places(measurement: Measurement) -> str:
    (sample,) = measurement.series.samples
    return _WHY_UNPLACED.get(sample.unplaced or "", _ONE_TOKEN)


def _of_cache(measurement: Measurement) -> str:
    return _NO_METRICS_NOR_USAGE if measurement.observed is None else _NO_CACHE_COUNT


def _of_metrics(measurement: Measurement) -> str:
    return _NO_METRICS if measurement.observed is None else _NOT_IN_METRICS


def _of_processes(measurement: Measurement) -> str:
    service = _service(measurement)
    if not service.is_here:
        return _ELSEWHERE
    return _NO_PROCESS if service.pid is None else _NOT_TOLD_HERE


def _of_peak(measurement: Measurement) -> str:
    service = _service(measurement)
    return _of_processes(measurement) if service.on_cpu or not service.is_here else _CHIPS_MEMORY


def _service(measurement: Measurement) -> Service:
    service = measurement.facts.service
    assert service is not None  # noqa: S101 - of a server
    return service


def _always(why: str) -> Callable[[Measurement], str]:
    return lambda _: why


_ONE_TOKEN = N_("An answer of one token has no gaps.")
_WHY_UNPLACED = {
    AT_ONCE: N_("The answer came at once, not token by token."),
    NO_PLACES: N_("Nothing tells how many tokens came with which piece."),
}
_NO_METRICS = N_("The server has no page of metrics that is known, at /metrics.")
_NOT_IN_METRICS = N_("The server's metrics do not tell it.")
_NO_METRICS_NOR_USAGE = N_("Neither usage tells cached tokens, nor is there a page of metrics.")
_NO_CACHE_COUNT = N_("Neither usage nor the metrics tell cached tokens.")
_NO_SERVER_TELLS = N_("No server is known to tell it.")
_RUNS_ALREADY = N_("The server was running already; --serve COMMAND starts it and takes the time.")
_ELSEWHERE = N_("The server is not on this machine.")
_NO_PROCESS = N_("The server's process was not found on this machine.")
_NOT_TOLD_HERE = N_("This machine does not tell it.")
_CHIPS_MEMORY = N_("What a server has in its chips' memory is not seen from outside.")
_OWN_WEIGHTS = N_("Only the server knows its weights and how it computes.")
_OWN_BANDWIDTH = N_("The memory's bandwidth is looked at for engines in this process alone.")
_OWN_PACKAGES = N_("Only the server knows what it runs in.")
_NOT_TOLD = N_("The server does not tell it.")
_CHIPS = N_("It was not found out; --cluster FILE describes the machine of the server.")
_PRECISION = N_("The server does not tell it; --dtype states it.")

_PLACES = {"tbt_ms", "tpot_ms", "decode_tps", "goodput_rps", "slo_attainment"}
_REASONS: tuple[tuple[set[str], Callable[[Measurement], str]], ...] = (
    ({f"metrics.{name}" for name in _PLACES}, _of_places),
    ({"metrics.prefix_hit_rate"}, _of_cache),
    ({"metrics.kv_used_tokens", "metrics.spec_accept_rate", "metrics.server"}, _of_metrics),
    (
        {"metrics.kv_used_bytes", "metrics.evict_count", "metrics.evict_ms"},
        _always(_NO_SERVER_TELLS),
    ),
    ({"metrics.load_time_s"}, _always(_RUNS_ALREADY)),
    ({"metrics.peak_mem_mb"}, _of_peak),
    (
        {
            *("metrics.peak_host_mem_mb", "metrics.energy_j", "metrics.joules_per_token"),
            *("provenance.energy_sources", "provenance.noise"),
        },
        _of_processes,
    ),
    ({"metrics.memory_bandwidth_gbs", "metrics.bandwidth_share"}, _always(_OWN_BANDWIDTH)),
    ({"environment.os", "provenance.machine"}, _of_processes),
    ({"model.precision"}, _always(_PRECISION)),
    ({"model.quantization"}, _always(_NOT_TOLD)),
)
_BY_BEGINNING = {
    "model.": _OWN_WEIGHTS,
    "environment.": _OWN_PACKAGES,
    "hardware.": _CHIPS,
    "cluster.": _CHIPS,
    "provenance.engine.": _NOT_TOLD,
    "provenance.precision_source": _PRECISION,
    "provenance.noise.": _NOT_TOLD_HERE,
    "provenance.machine.": _NOT_TOLD_HERE,
    "provenance.client.": _NOT_TOLD_HERE,
    "provenance.": _OWN_WEIGHTS,
    "metrics.": _NOT_TOLD,
}
