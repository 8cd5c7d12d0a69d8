"""Chips, memory and conduct of which there is nothing to say at a glance.

What is plain here is so by `resources`, `scale` and `conduct` (tests/verdict/test_quick_groups.py);
of anything else nothing is said. What few entries have is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.verdict.conduct import EXECUTED, TELLING, TWICE
from benchmark.verdict.models import is_misnamed
from benchmark.verdict.quick import has_chips, has_places
from benchmark.verdict.resources import energy, power
from benchmark.verdict.scale import SEEN
from benchmark.verdict.stated import figure, number, section, text
from benchmark.verdict.surely import EXACTLY, SURELY

if TYPE_CHECKING:
    from benchmark.verdict.limits import Limits
    from benchmark.verdict.stated import Stated

_SURELY_TWICE = TWICE * EXACTLY
_MIB, _GIB = 2**20, 2**30
_ONE, _OTHER = EXECUTED


def are_plain(said: Stated, limits: Limits) -> bool:
    """Whether they are as they can be, and nothing is typical of a measuring fault."""
    metrics, data = said.metrics, said.data
    return (
        has_chips(said.hardware, data.get("cluster"))
        and _has_memory(said, limits)
        and _has_bandwidth(said, limits)
        and _is_of_its_name(said)
        and has_places(metrics, data.get("kv_cache_config"))
        and _is_well_measured(said)
        and not (metrics.get("joules_per_token") and (any(power(said)) or any(energy(said))))
        and not (metrics.get("energy_j") and (any(power(said)) or any(energy(said))))
    )


def _has_memory(said: Stated, limits: Limits) -> bool:
    """Of one chip at least, and enough for the weights."""
    metrics, hardware = said.metrics, said.hardware
    told = figure(hardware, "total_memory_gb") or figure(hardware, "memory_per_chip_gb")
    peak = (figure(metrics, "peak_mem_mb") or 0.0) * _MIB
    if peak and peak * SEEN * limits.chips < limits.step_bytes:
        return False
    kept = figure(metrics, "kv_used_bytes") or 0.0
    return not told or (peak <= SURELY * _GIB * told and kept <= SURELY * _GIB * told)


def _has_bandwidth(said: Stated, limits: Limits) -> bool:
    found, share = figure(said.metrics, "memory_bandwidth_gbs"), said.metrics.get("bandwidth_share")
    return (not found or 1e9 * found <= _SURELY_TWICE * limits.memory) and (
        share is None or (number(share) or 0.0) <= TWICE
    )


def _is_of_its_name(said: Stated) -> bool:
    size = said.model.get("parameters")
    return not is_misnamed(
        text(said.model, "name"),
        size if isinstance(size, str) else number(size),
        figure(said.provenance, "parameter_count"),
    )


def _is_well_measured(said: Stated) -> bool:
    """As `conduct` has it."""
    samples, provenance = said.samples, said.provenance
    places, engine = figure(said.workload, "concurrent_requests"), section(provenance, "engine")
    return (
        samples.get("warmup") != 0
        and samples.get("requests") != 1
        and not (said.is_closed and said.asked and places and said.asked < places)
        and TELLING.keys().isdisjoint(said.caveats)
        and not (_ONE in provenance or _OTHER in provenance)
        and not (_ONE in engine or _OTHER in engine)
    )
