"""What a server told about itself while it was measured. Values only."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Json

_DIGITS = 6


class Observed(NamedTuple):
    """Its metrics over one phase.

    Attributes:
        at_s: when each reading was taken, in seconds since the phase began.
        gauges: by name, a value for each reading, None where it was not told: `running` and
            `waiting` requests, `kv_usage` (share of the KV cache), `kv_tokens` in it,
            `spec_accept_rate`.
        counters: by name, how much each grew over the phase: `preemptions`, `prefix_queries` and
            `prefix_hits` (tokens looked up in and found in the prefix cache), `draft_tokens` and
            `accepted_tokens` (speculative decoding).
    """

    at_s: tuple[float, ...]
    gauges: Mapping[str, tuple[float | None, ...]]
    counters: Mapping[str, float]

    def as_json(self) -> dict[str, Json]:
        """Condensed, for an entry: mean and maximum of gauges, growth of counters."""
        found: dict[str, Json] = {"readings": len(self.at_s)}
        for name in self.gauges:
            mean, highest = self.mean(name), self.highest(name)
            if mean is not None and highest is not None:
                found[name] = {"mean": round(mean, _DIGITS), "max": round(highest, _DIGITS)}
        return {**found, **{name: round(n, _DIGITS) for name, n in self.counters.items()}}

    def columns(self) -> dict[str, Json]:
        """Every reading, for the file of raw samples."""
        return {"at_s": [*self.at_s], **{name: [*row] for name, row in self.gauges.items()}}

    def highest(self, gauge: str) -> float | None:
        """The largest reading of a gauge, None if there is none."""
        known = [value for value in self.gauges.get(gauge, ()) if value is not None]
        return max(known, default=None)

    def mean(self, gauge: str) -> float | None:
        """Over all readings of a gauge, None if there is none."""
        known = [value for value in self.gauges.get(gauge, ()) if value is not None]
        return fmean(known) if known else None

    def share(self, part: str, whole: str) -> float | None:
        """One counter over another, None if one was not told or nothing was counted."""
        found, of = self.counters.get(part), self.counters.get(whole)
        return None if found is None or not of else min(1.0, found / of)
