"""When enough has been measured."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.measure.load import StopRule, Watch


def watch(rule: StopRule, speeds: list[float]) -> Watch:
    """After requests of these speeds."""
    seen = Watch(rule)
    for speed in speeds:
        seen.start()
        seen.succeed(speed)
    return seen


def test_equal_speeds_are_enough_after_six() -> None:
    """Five values have no 95 % interval of the median; six have one."""
    assert not watch(StopRule(), [20.0] * 5).enough(1)
    assert watch(StopRule(), [20.0] * 6).enough(1)


def test_scattered_speeds_go_on_until_the_interval_is_narrow() -> None:
    """Ten percent of scatter is too wide at two percent, and good enough at twenty."""
    speeds = [18.0, 19.0, 20.0, 21.0, 22.0, 20.5]
    assert not watch(StopRule(precision=0.02), speeds).enough(1)
    assert watch(StopRule(precision=0.2), speeds).enough(1)


def test_time_ends_a_run_that_never_gets_precise() -> None:
    """But not before one request."""
    assert watch(StopRule(max_time_s=5), [1.0, 9.0]).enough(5)
    assert not Watch(StopRule(max_time_s=5)).enough(5)


def test_repeats_are_exact_whatever_the_scatter() -> None:
    """Neither fewer nor more."""
    assert not watch(StopRule(repeats=3), [1.0, 1.0]).enough(1)
    assert watch(StopRule(repeats=3), [1.0, 9.0, 5.0]).enough(1)


@pytest.mark.parametrize(("asked", "turns", "whole"), [(6, 4, 8), (8, 4, 8), (1, 3, 3), (5, 1, 5)])
def test_conversations_are_measured_whole(asked: int, turns: int, whole: int) -> None:
    """As many as hold all that was asked for."""
    assert StopRule(repeats=asked).whole(turns).repeats == whole
    assert StopRule().whole(turns).repeats is None


@pytest.mark.parametrize("before", [0, 3])
def test_failures_in_a_row_end_a_run(before: int) -> None:
    """Also after successes: the server is gone."""
    seen = watch(StopRule(repeats=1000), [1.0] * before)
    for _ in range(50):
        seen.start()
        seen.fail()
    assert seen.hopeless
    assert seen.enough(0)


@given(st.lists(st.floats(0.1, 1e6), min_size=6, max_size=60))
def test_the_spread_does_not_depend_on_the_order(speeds: list[float]) -> None:
    """A median does not either."""
    assert watch(StopRule(), speeds).spread() == watch(StopRule(), speeds[::-1]).spread()
