"""What a result is filed under: what was measured, where that is not what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.early_ends import with_natural_length
from benchmark.measure.kept_rate import at_kept_rate

if TYPE_CHECKING:
    from benchmark.measure.job import Cell, Measurement


def filed(measurement: Measurement) -> Cell:
    """The cell that a result is known by: with the rate that was kept, the lengths that came."""
    return with_natural_length(at_kept_rate(measurement), measurement)
