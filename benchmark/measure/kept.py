"""A result of `run` that is on disk. A value only."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from benchmark.canonical import Json
    from benchmark.measure.job import Measurement
    from benchmark.measure.results import Written
    from benchmark.measure.samples import Series


class Kept(NamedTuple):
    """A result that is on disk."""

    model_name: str
    backend: str
    entry: dict[str, Json]
    measurement: Measurement
    files: Written

    @property
    def series(self) -> Series:
        """Its raw samples."""
        return self.measurement.series
