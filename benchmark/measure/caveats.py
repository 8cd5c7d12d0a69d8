"""Everything to beware of in a measurement: written with it, and said.

A measurement is refused only for what cannot be (`benchmark.measure.checks`). Whatever makes its
figures less certain than they look stands in `provenance.caveats` of the entry, and on the screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.client_lag import client_caveats
from benchmark.measure.early_ends import early_end_caveats
from benchmark.measure.kept_rate import rate_caveats
from benchmark.measure.load_caveats import load_caveats
from benchmark.measure.overload import overload_caveats
from benchmark.measure.piece_caveats import piece_caveats
from benchmark.measure.prefix_hits import prefix_caveats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure.caveat import Caveat
    from benchmark.measure.job import Measurement


def caveats(measurement: Measurement) -> Iterator[Caveat]:
    """Each once, what the engine says first."""
    yield from dict.fromkeys(measurement.facts.caveats)
    yield from early_end_caveats(measurement)
    yield from load_caveats(measurement)
    yield from piece_caveats(measurement)
    yield from prefix_caveats(measurement)
    yield from rate_caveats(measurement)
    yield from overload_caveats(measurement)
    yield from client_caveats(measurement)
