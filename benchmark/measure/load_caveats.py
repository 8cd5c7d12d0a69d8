"""What the prompts and the load of a measurement were not as they seem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.caveat import Caveat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure.job import Measurement


def load_caveats(measurement: Measurement) -> Iterator[Caveat]:
    """Prompts that a cache may know, places without work, what a trace asks for in vain."""
    yield from _places(measurement)
    alike, trace = measurement.prompts.get("alike"), measurement.cell.workload.trace
    if alike:
        yield Caveat(
            "prompts-begin-alike",
            f"{alike} prompts begin like an earlier one, as the vocabulary has no other "
            "beginnings; a server that caches prefixes has answered them faster.",
        )
    if trace is None:
        return
    if trace.shares_prefixes:
        yield Caveat(
            "trace-prefixes-ignored",
            f"The trace {trace.name} says which prompts begin alike; here none do, so a prefix "
            "cache helps less than where it was recorded.",
        )
    played = len(measurement.series.samples) + len(measurement.series.failures)
    if played < len(trace.due_s):
        yield Caveat("trace-cut", f"{played} of the trace's {len(trace.due_s)} requests were sent.")


def _places(measurement: Measurement) -> Iterator[Caveat]:
    """A run that is too short to have as much in flight as it is filed under."""
    series, cell = measurement.series, measurement.cell
    sent = -(-(len(series.samples) + len(series.failures)) // cell.workload.turns)
    places = cell.load.concurrency
    is_closed = cell.load.rate is None and measurement.stopped is None
    if is_closed and sent < places:
        what = "requests" if cell.workload.turns == 1 else "conversations"
        yield Caveat(
            "places-left-empty",
            f"{sent} {what} were sent, so never {places} were in flight: more --repeats fill "
            "all places.",
        )
