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
from benchmark.measure.reproduction import LEAST_NOISE, judge
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
    ("old", "new", "holds"),
    [
        (entry(20), entry(20.3), True),
        (entry(20), entry(19), False),
        (entry(20, half=0.6), entry(19, half=0.5), True),
        (entry(20, half=0.1), entry(19, half=0.1), False),
    ],
)
def test_an_entry_holds_within_the_noise_of_both_runs(
    old: Entry, new: Entry, *, holds: bool
) -> None:
    """Two percent at least; half of both confidence intervals if that is more."""
    assert judge(old, new).holds == holds


@given(st.floats(0.1, 1e6))
def test_an_entry_always_reproduces_itself(speed: float) -> None:
    """Whatever its figures."""
    found = judge(entry(speed), entry(speed))
    assert (found.ratio, found.noise, found.holds) == (1, LEAST_NOISE, True)
    assert found.differences == {}


def test_another_machine_is_told() -> None:
    """Its speed says nothing about the entry."""
    other = replace(FACTS, hardware=Hardware("AMD", "MI300X", 1, 192.0, 192.0))
    found = judge(entry(20), entry(20, facts=other))
    assert found.differences["chip_model"] == ("NVIDIA H100 80GB HBM3", "MI300X")
