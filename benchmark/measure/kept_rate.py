"""Whether requests were sent as often as they were due, and by which rate a result is known.

A client that is too slow, or a run so short that chance decides, sends at another rate than the one
that was asked for. Such a result is filed under the rate that the server really saw: the arrivals
over the time from the beginning of the phase to the last of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.caveat import caveat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure.caveat import Caveat
    from benchmark.measure.job import Cell, Measurement

KIND = "rate-not-kept"
MOST_OFF = 0.1
"""Share of the arrivals that may be missing or too many."""

_CHANCE = 2
"""Arrivals more or less that say nothing: where a short schedule ends is chance."""

_DIGITS = 3


def at_kept_rate(measurement: Measurement) -> Cell:
    """The cell of a measurement with the rate that was kept."""
    cell, seen = measurement.cell, _arrivals(measurement)
    if cell.load.rate is None or seen is None or _is_kept(cell.load.rate, *seen):
        return cell
    return cell._replace(load=cell.load._replace(rate=_rate(*seen)))


def rate_caveats(measurement: Measurement) -> Iterator[Caveat]:
    """Says so if the rate was not kept."""
    asked, seen = measurement.cell.load.rate, _arrivals(measurement)
    if asked is None or seen is None or _is_kept(asked, *seen):
        return
    arrivals, span_s = seen
    yield caveat(
        KIND,
        arrivals=arrivals,
        seconds=span_s,
        due=asked * span_s,
        asked=asked,
        kept=_rate(*seen),
    )


def _rate(arrivals: int, span_s: float) -> float:
    return float(f"{arrivals / span_s:.{_DIGITS}g}")


def _is_kept(asked: float, arrivals: int, span_s: float) -> bool:
    due = asked * span_s
    return abs(arrivals - due) <= max(_CHANCE, MOST_OFF * due)


def _arrivals(measurement: Measurement) -> tuple[int, float] | None:
    """How many requests were sent, and after how many seconds the last of them; None if unknown.

    By the time they were really sent, where the engine tells. A trace has no rate to keep: its mean
    is that of its whole.
    """
    if measurement.cell.load.due_s:
        return None
    series, details = measurement.series, measurement.facts.details
    starts = [one.start_s for one in series.samples]
    starts += [one.start_s for one in series.failures]
    last_s = details.get("last_sent_s") or max(starts, default=0.0)
    if not isinstance(last_s, float) or last_s <= 0 or measurement.stopped is not None:
        return None
    return len(starts), last_s
