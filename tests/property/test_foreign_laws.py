"""What a file is that is no JSON: named, and nothing that is JSON is ever called otherwise."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark import foreign
from benchmark.canonical import loads
from benchmark.errors import InvalidDataError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
DOCUMENTS = st.lists(VALUES) | st.dictionaries(st.text(), VALUES)
ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


@settings(max_examples=50)
@given(DOCUMENTS, st.sampled_from(ENCODINGS), st.booleans())
def test_json_in_another_encoding_is_named_as_that(
    value: object, encoding: str, escaped: bool
) -> None:
    """With a mark or without, whichever end comes first, and whatever it says."""
    data = json.dumps(value, ensure_ascii=escaped).encode(encoding, "surrogatepass")
    with pytest.raises(InvalidDataError) as caught:
        loads(data, file="f")
    [problem] = caught.value.violations
    assert problem.message == f"is {encoding[:6].upper()}; save it as UTF-8."


@settings(max_examples=50)
@given(DOCUMENTS, st.sampled_from(["", "\ufeff"]), st.sampled_from([None, 1]))
def test_what_is_json_is_called_nothing_else(value: object, mark: str, indent: int | None) -> None:
    """Markers of a conflict, pointers and web pages within a text are text."""
    data = (mark + json.dumps(value, indent=indent)).encode("utf-8", "surrogatepass")
    assert foreign.told(data) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_a_refusal_with_a_place(data: bytes) -> None:
    """No other error, whatever arrives."""
    try:
        loads(data, file="f")
    except InvalidDataError as error:
        places = [problem.path for problem in error.violations]
        assert places[0].startswith("$")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a":1}\n{"a":2}', True),
        ('{"a":1}\r\n\r\n  [2]', True),
        ('{"a":1} {"a":2}', False),
        ("1\n2", False),
        ("{}\nx", False),
    ],
)
def test_values_on_lines_of_their_own_are_named(text: str, said: bool) -> None:
    """JSON Lines, and nothing that merely has something behind it."""
    with pytest.raises(InvalidDataError) as caught:
        loads(text.encode(), file="f")
    assert ("one after the other" in caught.value.violations[0].message) == said
