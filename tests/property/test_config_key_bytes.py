"""A config key is bytes, and means what the terms of its values mean."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmark.config_key import key_of, normalise
from benchmark.entry import Entry
from tests.support.entries import data

SAFE = 2**53 - 1
WORDS = st.text(st.sampled_from("aAbﬀé\ufb33😀 \x00\x01\x02\xff"), max_size=4)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-SAFE, SAFE)
    | st.floats(allow_nan=False, allow_infinity=False, width=16)
    | st.sampled_from(
        [1, 1.0, -0.0, 0, "none", "NULL", " ", [1], {"a": None}, "x" * 300, "X" * 300]
    )
    | WORDS
)
ROWS = st.lists(VALUES, min_size=3, max_size=3)


def keyed(row: list[Any]) -> bytes:
    """Its key."""
    return key_of(row)


def terms(row: list[Any]) -> tuple[Any, ...]:
    """What the key stands for."""
    return tuple(map(normalise, row))


@given(ROWS, ROWS)
@example([True, 1, 1.0], [1, True, 1.0])
@example(["a", "b", ""], ["a\x00", "b", ""])
@example(["", "a", ""], [None, "A", "null"])
def test_two_keys_are_equal_exactly_where_their_terms_are(one: list[Any], other: list[Any]) -> None:
    """No two configurations become one, and none becomes two."""
    assert (keyed(one) == keyed(other)) is (terms(one) == terms(other))


@given(ROWS, ROWS)
@example(["a", "b", ""], ["a\x00", "", ""])
@example([-1.5, "", ""], [-2, "", ""])
def test_keys_sort_as_their_terms_do(one: list[Any], other: list[Any]) -> None:
    """The files of leaderboards are sorted by them, and stay as they were."""
    assert (keyed(one) < keyed(other)) is (terms(one) < terms(other))


@given(ROWS)
def test_a_packed_entry_is_the_entry(row: list[Any]) -> None:
    """Without its parsed object it says the same of itself."""
    chips, tps, at = row
    changes = {"hardware.chip_count": chips, "metrics.throughput_tps": tps}
    value = data({**changes, "metadata.submitted_at": at, "cluster": {"node_count": 3}})
    entry, packed = Entry(value), Entry(value).packed()
    assert packed == entry
    assert packed.data == entry.data
    assert set(packed.fields) == set(entry.fields) == entry.data.keys()
    assert packed.canonical == entry.canonical
    assert packed.config_key == entry.config_key
    assert packed.label == entry.label
    assert packed.standing == entry.standing
    assert packed.submitted_at == entry.submitted_at
    assert packed.closed_gates() == entry.closed_gates()


NUMBERS = (
    st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.sampled_from([0, -0.0, 5e-324, -5e-324, 1e-20, 0.5, 1, 2, -1, 1e308, -1e308])
)


@given(NUMBERS, NUMBERS)
def test_numbers_are_equal_and_sort_as_numbers_do(one: float, other: float) -> None:
    """Of either sign, however small their difference; 1 is 1.0, and -0.0 is 0."""
    first, second = key_of([one]), key_of([other])
    assert (first == second, first < second) == (one == other, one < other)


@pytest.mark.parametrize(("less", "more"), [(-2, -1), (-1, 0), (0, 1e-20), (1, 2), (-1, 1)])
def test_a_smaller_number_sorts_first(less: float, more: float) -> None:
    """The same, by the looks of it."""
    assert key_of([less]) < key_of([more])
