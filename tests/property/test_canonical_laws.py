"""What holds for canonical JSON, with the reference implementation as oracle."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from benchmark import canonical
from benchmark.errors import InvalidDataError, Violation
from benchmark.leaderboard import decode, encode
from tests.support import entries

if TYPE_CHECKING:
    from collections.abc import Sequence

SAFE = 2**53 - 1
NUMBERS = st.integers(-SAFE, SAFE) | st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda x: abs(x) <= SAFE or abs(x) >= 1e21
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
@example({"\U0001f600": 1, "\ufb33": 2, "é": 1e-6, "b": -0.0, "a": 1e21})
def test_canonical_form_is_that_of_the_reference_implementation(value: Any) -> None:
    """The fast path gives the same bytes as RFC 8785's oracle."""
    assert canonical.dumps(value) == rfc8785.dumps(value)


@given(VALUES)
def test_canonical_form_round_trips(value: Any) -> None:
    """Read back and written again, it is the same bytes."""
    once = canonical.dumps(value)
    assert canonical.dumps(canonical.loads(once, file="f")) == once


@given(VALUES, st.sampled_from([None, 2]), st.booleans())
def test_spelling_of_json_does_not_change_its_canonical_form(
    value: Any, indent: int | None, ascii_only: bool
) -> None:
    """Indentation, escapes and order of keys leave no trace."""
    spelled = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    assert canonical.dumps(canonical.loads(spelled, file="f")) == canonical.dumps(value)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_with_a_path(data: bytes) -> None:
    """Nothing but a violation comes out of bytes that are no JSON."""
    violations: Sequence[Violation] = [Violation("f", "$", "read")]
    try:
        canonical.loads(data, file="f")
    except InvalidDataError as error:
        violations = error.violations
    assert violations
    assert all(v.file == "f" and v.path.startswith("$") for v in violations)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('[1, {"a": NaN}]', "$[1].a"),
        ('{"a": -Infinity}', "$.a"),
        ('{"a": 1e999}', "$.a"),
        ('{"a": {"b": 1, "b": 2}}', "$.a"),
        ('{"a": 9007199254740992}', "$.a"),
        ('{"a": -1' + "0" * 5000 + "}", "$.a"),
        ('["\\ud800"]', "$[0]"),
        ('{"two words": [1e17]}', '$["two words"][0]'),
        ("[" * 100_000, "$"),
        ('{"a": 1', "$"),
        ("<!DOCTYPE html>", "$"),
        ("", "$"),
    ],
)
def test_what_two_readers_could_understand_differently_is_refused(text: str, path: str) -> None:
    """The violation names the place."""
    with pytest.raises(InvalidDataError) as caught:
        canonical.loads(text.encode(), file="f")
    assert [violation.path for violation in caught.value.violations] == [path]


def test_every_violation_is_listed_not_only_the_first() -> None:
    """One round for the contributor, not three."""
    with pytest.raises(InvalidDataError) as caught:
        canonical.loads(b'{"a": NaN, "b": [Infinity, 1e17]}', file="f")
    assert [violation.path for violation in caught.value.violations] == ["$.a", "$.b[0]", "$.b[1]"]


@given(st.sampled_from([math.nan, math.inf, 2**53, "\ud800", {"\ud800": 1}, 1e20]))
def test_a_value_without_canonical_form_is_refused(value: Any) -> None:
    """Nothing is written that could not be read."""
    with pytest.raises(InvalidDataError):
        canonical.loads(canonical.dumps([value]), file="f")


@given(st.integers() | st.floats())
@example(2.0**53)
@example(1e20)
@example(float(SAFE))
def test_what_is_written_can_be_read(number: float) -> None:
    """No number is written that would be refused, and none is refused that could be read."""
    try:
        written = canonical.dumps([number])
    except InvalidDataError:
        with pytest.raises(InvalidDataError):
            canonical.loads(json.dumps([number]).encode(), file="f")
    else:
        assert canonical.loads(written, file="f") == [number]


@given(st.lists(st.sampled_from([1.0, 2, 3.5]), max_size=5), st.randoms())
def test_the_same_entries_are_the_same_bytes(speeds: list[float], random: st.randoms) -> None:
    """A leaderboard file does not depend on the order or number of times entries came in."""
    items = [entries.run(tps, model=f"m{tps}") for tps in speeds]
    shuffled = [*items, *items]
    random.shuffle(shuffled)
    assert encode(shuffled) == encode(items)
    assert encode(decode(encode(items), file="f")) == encode(items)
