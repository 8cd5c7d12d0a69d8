"""A server that answers more slowly than it is asked is told, any other is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmark.measure.caveats import caveats
from benchmark.measure.job import Cell
from benchmark.measure.load import Load
from benchmark.measure.overload import KIND
from benchmark.measure.samples import Sample, Series
from benchmark.measure.workload.workloads import fixed
from tests.support.measured import MEASUREMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

RATE = 10.0


def told(rate: float | None, service_s: float, slots: int, count: int = 20) -> list[str]:
    """The kinds of caveats; a server with so many slots is asked at `RATE`."""
    samples = tuple(queued(service_s, slots, count))
    wall_s = max(one.start_s + one.e2e_ms / 1000 for one in samples)
    cell = Cell(fixed("tiny", 16, 64), Load(rate=rate))
    measurement = MEASUREMENT._replace(cell=cell, series=Series(samples, (), wall_s))
    return [one.kind for one in caveats(measurement) if one.kind == KIND]


def queued(service_s: float, slots: int, count: int) -> Iterator[Sample]:
    """Requests at equal distances; each waits for a free slot, then takes its time."""
    free = [0.0] * slots
    for number in range(count):
        start = number / RATE
        slot = free.index(min(free))
        free[slot] = max(start, free[slot]) + service_s
        lasts_ms = (free[slot] - start) * 1000
        gaps = (service_s * 1000 / 64,) * 63
        yield Sample(start, 16, 64, lasts_ms - sum(gaps), gaps, lasts_ms)


@pytest.mark.parametrize(("service_s", "slots"), [(0.5, 1), (2.0, 4), (0.2, 1)])
def test_a_server_that_falls_behind_is_told(service_s: float, slots: int) -> None:
    """With what it answered, and how its times grew."""
    assert told(RATE, service_s, slots) == [KIND]


@pytest.mark.parametrize(("service_s", "slots"), [(0.05, 1), (0.09, 1), (5.0, 100)])
def test_a_server_that_keeps_up_is_not(service_s: float, slots: int) -> None:
    """Also if each request lasts longer than all arrivals take."""
    assert told(RATE, service_s, slots) == []


def test_a_closed_loop_and_a_handful_of_requests_say_nothing() -> None:
    """There is no rate to keep up with, or no beginning and end."""
    assert told(None, 0.5, 1) == []
    assert told(RATE, 0.5, 1, count=7) == []
