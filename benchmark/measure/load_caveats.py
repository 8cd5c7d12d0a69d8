"""What the prompts and the load of a measurement were not as they seem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.caveat import caveat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure.caveat import Caveat
    from benchmark.measure.job import Measurement


def load_caveats(measurement: Measurement) -> Iterator[Caveat]:
    """Prompts that a cache may know, places without work, what a trace asks for in vain."""
    yield from _places(measurement)
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


def _places(measurement: Measurement) -> Iterator[Caveat]:
    """A run that is too short to have as much in flight as it is filed under."""
    series, cell = measurement.series, measurement.cell
    sent = -(-(len(series.samples) + len(series.failures)) // cell.workload.turns)
    places = cell.load.concurrency
    is_closed = cell.load.rate is None and measurement.stopped is None
    if is_closed and sent < places:
        case = "" if cell.workload.turns == 1 else "conversations"
        yield caveat("places-left-empty", case, sent=sent, places=places)
