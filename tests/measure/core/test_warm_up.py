"""Warm-up: until the speed is stable, and never measured."""

from __future__ import annotations

import pytest

from benchmark.measure.engine import EngineFailedError
from benchmark.measure.load import Load
from benchmark.measure.warmup import most_seconds, warm_up
from tests.support.fake_model import FakeModel, requests


def rounds(*seconds: float, load: Load = Load()) -> int:  # noqa: B008 - immutable
    """How many requests the warm-up took."""
    model = FakeModel(*seconds)
    return warm_up(model.target(), requests(), load, clock=model.clock).requests


def test_two_equal_rounds_are_enough() -> None:
    """The least there is."""
    assert rounds(1) == 2


def test_a_slow_first_request_is_followed_by_two_that_agree() -> None:
    """Compilation, page faults, caches."""
    assert rounds(9, 1, 1.01) == 3


def test_a_speed_that_never_settles_is_given_up_on() -> None:
    """After ten rounds, or when a further one would end after a quarter of a minute."""
    assert rounds(1, 2) == 10
    assert rounds(6, 4) == 3


def test_a_round_that_takes_long_is_enough() -> None:
    """Two of 23 s before a measurement of 60 s would be nearly as long as that."""
    assert rounds(23) == 1
    assert rounds(12, 8, 12) == 2


def test_a_short_measurement_has_a_short_warm_up() -> None:
    """A quarter of it, and never more than a quarter of a minute."""
    assert [most_seconds(given) for given in (8, 40, 120, 3600)] == [2, 10, 15, 15]
    model = FakeModel(1, 2)
    warmed = warm_up(model.target(), requests(), Load(), clock=model.clock, most_s=2)
    assert warmed.requests == 2


def test_a_round_is_as_many_requests_as_are_in_flight() -> None:
    """So that the shapes are those of the measured phase."""
    assert rounds(1, load=Load(concurrency=4)) == 8


def test_a_round_of_conversations_has_all_their_turns() -> None:
    """Two in flight, three turns each."""
    model = FakeModel(1)
    warmed = warm_up(model.target(), requests(), Load(concurrency=2), 3, model.clock)
    assert warmed.requests == 12


def test_a_warm_up_that_fails_ends_the_run_with_the_reason() -> None:
    """Nothing can be measured then."""
    model = FakeModel(failing=range(100))
    with pytest.raises(EngineFailedError, match="The warm-up failed: no answer"):
        warm_up(model.target(), requests(), Load(), clock=model.clock)


def test_a_request_that_fails_while_warming_up_is_no_reason_to_give_up() -> None:
    """A gateway may refuse one and answer the next."""
    model = FakeModel(failing=(1, 3))
    assert warm_up(model.target(), requests(), Load(), clock=model.clock).requests == 4
