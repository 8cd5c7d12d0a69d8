"""Requests that are drawn before the clock runs."""

from __future__ import annotations

from itertools import count, islice

from benchmark.measure.workload.stock import MOST, stocked
from tests.support.fake_model import requests


def test_stocking_changes_neither_requests_nor_their_order() -> None:
    """Beyond the stock they are drawn as before."""
    found = list(islice(stocked(requests()), MOST + 5))
    assert found == list(islice(requests(), MOST + 5))


def test_no_more_are_drawn_than_are_needed() -> None:
    """One for a look at a server; further ones come when they are asked for."""
    drawn = count()
    counted = (request for request, _ in zip(requests(), drawn, strict=False))
    found = stocked(counted, most=3)
    assert next(drawn) == 3
    assert len(list(islice(found, 5))) == 5


def test_drawing_ends_when_it_takes_too_long() -> None:
    """A clock on which every look takes a second."""
    drawn = count()
    slow = (request for request, _ in zip(requests(), drawn, strict=False))
    ticks = count()
    stocked(slow, clock=lambda: float(next(ticks)))
    assert next(drawn) < 20
