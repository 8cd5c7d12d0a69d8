"""What forks leave in memory that they share."""

from __future__ import annotations

import os

import pytest

from benchmark import slots
from benchmark.slots import Slots


def test_every_outcome_is_found_as_it_was_left() -> None:
    """Whatever lies beside it, and in any order."""
    shared = Slots(3)
    outcomes = [["first" * 1000], b"second" * 1000, None]
    taken = [shared.taken() for _ in outcomes]
    assert {*taken} == {0, 1, 2}
    left = [shared.left(slot or 0, outcome) for slot, outcome in zip(taken, outcomes, strict=True)]
    found = [shared.found(one) for one in reversed(left)]
    assert found == outcomes[::-1]


def test_a_slot_is_free_once_its_outcome_was_found() -> None:
    """Whoever asks before is told that there is none."""
    shared = Slots(1)
    slot = shared.taken()
    assert slot == 0
    assert shared.taken() is None
    shared.found(shared.left(slot, "it"))
    assert shared.taken() == slot


def test_an_outcome_that_is_too_large_comes_with_what_is_told_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And lies in nobody else's slot."""
    monkeypatch.setattr(slots, "_SIZE", 100)
    shared = Slots(2)
    beside = shared.left(1, "beside")
    left = shared.left(0, "x" * 200)
    assert shared.found(left) == "x" * 200
    assert shared.found(beside) == "beside"
    assert shared.taken() == 1
    assert shared.taken() == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="asks a fork")
def test_what_a_fork_leaves_is_found_here() -> None:
    """The memory is that of both."""
    shared = Slots(1)
    reading, writing = os.pipe()
    if (pid := os.fork()) == 0:
        left = shared.left(0, ["of a fork"])
        os.write(writing, f"{left.size}".encode())
        os._exit(0)
    os.waitpid(pid, 0)
    size = int(os.read(reading, 100))
    os.close(reading)
    os.close(writing)
    assert shared.found(slots.Left(0, size)) == ["of a fork"]
