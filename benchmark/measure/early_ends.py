"""Answers that the model ended before the length they were to have.

A server that cannot be made to go on is measured all the same. If every answer came to its length,
the work was that of any other engine, and so is the name it is filed under; else it is other work,
filed under the name of answers of natural length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.caveat import caveat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure.caveat import Caveat
    from benchmark.measure.job import Cell, Measurement

ENDED_EARLY = "answers_ended_early"
"""The detail of an engine's facts that counts them."""


def with_natural_length(cell: Cell, measurement: Measurement) -> Cell:
    """The cell, of answers of natural length if any of them ended early."""
    return (
        cell._replace(workload=cell.workload._replace(natural=True))
        if _ended(measurement)
        else cell
    )


def early_end_caveats(measurement: Measurement) -> Iterator[Caveat]:
    """Says so if any did."""
    ended = _ended(measurement)
    if not ended:
        return
    yield caveat("ended-early", count=ended, answers=len(measurement.series.samples))


def _ended(measurement: Measurement) -> int:
    found = measurement.facts.details.get(ENDED_EARLY)
    return found if isinstance(found, int) else 0
