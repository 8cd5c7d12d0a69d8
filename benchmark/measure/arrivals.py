"""When the requests of an open loop are due."""

from __future__ import annotations

from itertools import count
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure.load import Load


def due_times(load: Load) -> Iterator[float]:
    """Endless seconds since the start of the phase, never decreasing; the first is due at once.

    Poisson arrivals have independent exponential gaps with mean 1 / rate. The times do not depend
    on when anything is answered, so a slow answer delays no later request (coordinated omission).

    Raises:
        ValueError: if the load has no rate.
    """
    if load.rate is None:
        raise ValueError("A closed loop has no due times.")
    if load.arrivals == "constant":
        yield from (number / load.rate for number in count())
        return
    random, due = Random(load.seed), 0.0  # noqa: S311 - a repeatable load, not a secret
    while True:
        yield due
        due += random.expovariate(load.rate)
