"""What the prompts and the load of a measurement were not as they seem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.caveat import caveat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure.caveat import Caveat
    from benchmark.measure.job import Measurement


def load_caveats(measurement: Measurement) -> Iterator[Caveat]:
    """Prompts that a cache may know, and what a trace asks for that was not done."""
    alike, trace = measurement.prompts.get("alike"), measurement.cell.workload.trace
    if alike:
        yield caveat("prompts-begin-alike", count=alike)
    if trace is None:
        return
    if trace.shares_prefixes:
        yield caveat("trace-prefixes-ignored", name=trace.name)
    played = len(measurement.series.samples) + len(measurement.series.failures)
    if played < len(trace.due_s):
        yield caveat("trace-cut", played=played, due=len(trace.due_s))
