"""An entry's `metrics`: the figures that follow from the samples, and what was used for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.host import roofline
from benchmark.measure.prefix_hits import hit_rate
from benchmark.measure.slo import goodput
from benchmark.measure.stats import summarize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Json
    from benchmark.measure.job import Measurement
    from benchmark.measure.observed import Observed
    from benchmark.measure.slo import Slo
    from benchmark.measure.stats import Distribution, Summary

MIB = 2**20
GB = 1e9
_DIGITS = 6
"""Of milliseconds: as exact as the clock."""


def metrics(measurement: Measurement, slo: Slo | None) -> dict[str, Json]:
    """Times are medians in milliseconds; what the engine does not have or tell is null."""
    summary, observed = summarize(measurement.series), measurement.observed
    return {
        "ttft_ms": _round(summary.ttft_ms),
        "tbt_ms": _round(summary.tbt_ms),
        "tpot_ms": _round(summary.tpot_ms),
        "throughput_tps": _round(summary.throughput_tps),
        "error_rate": _round(summary.error_rate),
        "prefix_hit_rate": _round(hit_rate(measurement)),
        "kv_used_tokens": _whole(observed.highest("kv_tokens")) if observed else None,
        "kv_used_bytes": None,
        "evict_count": None,
        "evict_ms": None,
        "spec_accept_rate": _round(_accept_rate(observed)),
        "decode_tps": _round(summary.decode_tps),
        "total_tps": _round(summary.total_tps),
        "requests_per_s": _round(summary.requests_per_s),
        "load_time_s": _round(_load_time_s(measurement)),
        "percentiles": {name: _rounded(row) for name, row in summary.percentiles.items()},
        "distributions": {name: _distribution(one) for name, one in summary.distributions.items()},
        "samples": {
            "requests": summary.requests,
            "failed": summary.failed,
            "warmup": measurement.warmup_requests,
        },
        "server": observed.as_json() if observed else None,
        **_used(measurement, summary),
        **_good(measurement, slo),
    }


def _used(measurement: Measurement, summary: Summary) -> dict[str, Json]:
    """Memory, energy and memory bandwidth; a device's memory where there is one."""
    device, host = measurement.device_peak, measurement.host_peak
    bandwidth, facts = measurement.bandwidth, measurement.facts
    # One step gives every request of a batch its next token.
    share = roofline.share(facts.weight_bytes, summary.decode_tps, bandwidth, measurement.cache)
    joules = None if measurement.energy is None else measurement.energy.joules
    return {
        "peak_mem_mb": _mib(host if device is None and _is_on_host(measurement) else device),
        "peak_host_mem_mb": _mib(host),
        "energy_j": _round(joules),
        "joules_per_token": None if joules is None else _round(joules / summary.output_tokens),
        "memory_bandwidth_gbs": None if bandwidth is None else round(bandwidth / GB, 1),
        "bandwidth_share": None if share is None else round(share, 4),
    }


def _is_on_host(measurement: Measurement) -> bool:
    """Whether the host's memory is what the model is in, if the device tells none."""
    service = measurement.facts.service
    return service is None or service.on_cpu


def _load_time_s(measurement: Measurement) -> float | None:
    """Of a server that was started for this; of any other it is not known."""
    service = measurement.facts.service
    return measurement.load_time_s if service is None else service.start_s


def _accept_rate(observed: Observed | None) -> float | None:
    """Draft tokens that were accepted; a server that drafts nothing may tell 0 all the time."""
    if observed is None:
        return None
    counted = observed.share("accepted_tokens", "draft_tokens")
    return counted if counted is not None else observed.mean("spec_accept_rate") or None


def _good(measurement: Measurement, slo: Slo | None) -> dict[str, Json]:
    if slo is None:
        return {}
    found = goodput(measurement.series, slo)
    return {
        "slo": str(slo),
        "goodput_rps": None if found is None else _round(found.requests_per_s),
        "slo_attainment": None if found is None else round(found.attainment, 4),
    }


def _distribution(one: Distribution) -> dict[str, Json]:
    return {name: _round(value) for name, value in one.as_dict().items()}


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _mib(size: int | None) -> int | None:
    return None if size is None else round(size / MIB)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _rounded(values: Mapping[str, float]) -> dict[str, Json]:
    return {name: _round(value) for name, value in values.items()}
