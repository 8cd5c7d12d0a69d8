"""Laws of lengths that are drawn: within their range, by the seed, spread as said."""

from __future__ import annotations

from itertools import islice
from random import Random
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.measure.request import ModelShape
from benchmark.measure.workload.lengths import DrawnLengths, Lengths, Range
from benchmark.measure.workload.prompts import open_prompts
from benchmark.measure.workload.workloads import Workload

BOUNDS = st.tuples(st.integers(1, 5000), st.integers(1, 5000)).map(sorted)


def drawing(seed: int) -> Random:
    """The randomness of one request."""
    return Random(seed)  # noqa: S311 - repeatable


@given(bounds=BOUNDS, share=st.floats(0, 1), std=st.floats(0, 1e6), seed=st.integers())
def test_a_length_lies_within_its_range(
    bounds: list[int], share: float, std: float, seed: int
) -> None:
    """However wide the distribution; its middle too."""
    low, high = bounds
    for found in (Range(low, high), Range(low, high, low + share * (high - low), std)):
        assert low <= found.draw(drawing(seed)) <= high
        assert low <= found.middle <= high


def test_lengths_are_spread_as_said() -> None:
    """Evenly, both bounds included; or around a mean."""
    random = drawing(1)
    even = [Range(3, 7).draw(random) for _ in range(5000)]
    shares = [even.count(length) / 5000 for length in range(3, 8)]
    assert shares == pytest.approx([0.2] * 5, abs=0.03)
    normal = [Range(1, 1000, 300, 50.0).draw(random) for _ in range(5000)]
    assert fmean(normal) == pytest.approx(300, rel=0.02)
    assert pstdev(normal) == pytest.approx(50, rel=0.05)


def test_every_request_has_exactly_the_lengths_it_drew() -> None:
    """The same for the same seed; another request has others."""
    drawn = DrawnLengths(Range(10, 500), Range(2, 90))
    found = open_prompts(Workload("any", (drawn,)), ModelShape(99, frozenset(), None), seed=3)
    shapes, again = (
        [(len(one.prompt), one.output_length) for one in islice(found.requests(), 50)]
        for _ in range(2)
    )
    assert shapes == again
    assert len(set(shapes)) > 40
    assert all(10 <= asked <= 500 and 2 <= answered <= 90 for asked, answered in shapes)


@given(bounds=BOUNDS, tokens=st.integers(0, 5000), seed=st.integers())
def test_a_prefix_taken_away_leaves_the_rest_of_each_length(
    bounds: list[int], tokens: int, seed: int
) -> None:
    """Also of a range."""
    low, high = bounds
    whole = DrawnLengths(Range(low + tokens, high + tokens), Range(2, 2))
    rest = whole.without(tokens).drawn(drawing(seed))
    assert rest == Lengths(whole.drawn(drawing(seed)).input - tokens, 2)
