"""Runs that tell how sure they are, and by whom and where they were measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.entries import entry

if TYPE_CHECKING:
    from benchmark.entry import Entry


def sure(tps: float, half: float, **changes: Any) -> Entry:
    """A run on a chip of its own, whose requests were so fast give or take `half`, as a share."""
    quantity = {"median": 7.0, "ci95_low": 7.0 * (1 - half), "ci95_high": 7.0 * (1 + half)}
    chip = {"hardware.chip_model": f"chip {tps} {half}", "metrics.tpot_ms": None}
    told = {"metrics.throughput_tps": tps, "metrics.distributions.request_tps": quantity}
    return entry({**chip, **told, **changes})


def by(submitter: str | None, tps: float = 100, **changes: Any) -> Entry:
    """A run of the plain configuration by somebody, on a machine that is named after them."""
    figures = {"metrics.throughput_tps": tps, "metrics.tpot_ms": None}
    who = {"metadata.submitter": submitter, "environment.os": f"Linux of {submitter}"}
    return entry({**figures, **who, **changes})
