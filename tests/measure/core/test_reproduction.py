"""When an entry holds."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.entry import Entry
from benchmark.measure.engine_facts import Hardware
from benchmark.measure.entry_builder import build_entry
from benchmark.measure.reproduction import (
    CANNOT_SAY,
    FEWEST,
    NOT_REPRODUCED,
    REPRODUCED,
    judge,
)
from benchmark.noise import MOST_NOISE
from tests.support.measured import FACTS, MEASUREMENT, RUN


def entry(middle: float, half: float | None = None, **changed: Any) -> Entry:
    """With a median speed of `middle` tokens/s, known within ± `half`."""
    run = RUN._replace(measurement=MEASUREMENT._replace(**changed))
    data: dict[str, Any] = copy.deepcopy(build_entry(run))
    known = {"median": middle, "ci95_low": None, "ci95_high": None}
    if half is not None:
        known |= {"ci95_low": middle - half, "ci95_high": middle + half}
    data["metrics"]["distributions"]["request_tps"] |= known
    return Entry(data)


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        (entry(20, half=0.0), entry(20.3, half=0.0), REPRODUCED),
        (entry(20, half=0.0), entry(19, half=0.0), NOT_REPRODUCED),
        (entry(20, half=0.6), entry(19, half=0.5), REPRODUCED),
        (entry(20, half=0.1), entry(19, half=0.1), NOT_REPRODUCED),
        (entry(20, half=0.1), entry(20, half=80), CANNOT_SAY),
        (entry(20, half=0.1), entry(30, half=6), NOT_REPRODUCED),
        (entry(20, half=0.1), entry(20), CANNOT_SAY),
        (entry(20), entry(20, half=0.1), CANNOT_SAY),
        (entry(20), entry(2), CANNOT_SAY),
    ],
)
def test_a_verdict_rests_on_evidence(old: Entry, new: Entry, verdict: str) -> None:
    """Within the noise, beyond it, or noise so wide that everything would be within it."""
    assert judge(old, new).verdict == verdict


SHARE = st.floats(0, 0.99)


@given(st.floats(0.1, 1e6), SHARE, SHARE)
def test_a_figure_never_contradicts_itself(speed: float, first: float, second: float) -> None:
    """Whatever the noise; and only a narrow one says that it holds."""
    found = judge(entry(speed, speed * first), entry(speed, speed * second))
    assert found.ratio == 1
    assert found.noise is not None
    assert (found.verdict == REPRODUCED) == (found.noise <= MOST_NOISE)
    assert found.verdict != NOT_REPRODUCED
    assert found.differences == {}


@given(st.floats(1.0, 100.0), SHARE, st.one_of(st.none(), SHARE))
def test_as_many_requests_as_it_says_would_tell(
    speed: float, before: float, after: float | None
) -> None:
    """Half of an interval shrinks with the square root of their number."""
    new = entry(speed, None if after is None else speed * after)
    found = judge(entry(speed, speed * before), new)
    if found.verdict != CANNOT_SAY:
        assert found.requests is None
    elif found.requests is None:
        assert before >= 0.999 * MOST_NOISE
    elif after is not None:
        count = len(MEASUREMENT.series.samples)
        assert before + after * (count / found.requests) ** 0.5 <= MOST_NOISE * 1.0001
    else:
        assert found.requests >= FEWEST


def test_an_entry_that_is_uncertain_itself_cannot_be_held_to_its_figure() -> None:
    """No number of new requests helps."""
    found = judge(entry(20, half=90), entry(20, half=0.1))
    assert (found.verdict, found.requests) == (CANNOT_SAY, None)


def test_another_machine_is_told() -> None:
    """Its speed says nothing about the entry."""
    other = replace(FACTS, hardware=Hardware("AMD", "MI300X", 1, 192.0, 192.0))
    found = judge(entry(20), entry(20, facts=other))
    assert found.differences["chip_model"] == ("NVIDIA H100 80GB HBM3", "MI300X")
