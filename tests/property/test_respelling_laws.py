"""The quick reader and the strict one: where the quick one answers, they say the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmark import canonical
from benchmark.errors import InvalidDataError
from benchmark.respelling import (
    UNSURE,
    UNSURE_SPELLING,
    members,
    read_together,
    respelled,
    respelled_together,
)
from tests.support.real_format import public_entries

BLANK = st.sampled_from(["", "", "", " ", "\n  ", "\t"])
NUMBERS = (
    st.from_regex(r"-?(0|[1-9]\d{0,17})(\.\d{1,18})?([eE][-+]?\d{1,3})?", fullmatch=True)
    | st.sampled_from(
        ["-0", "-0.0", "1.0", "12.0", "9007199254740992", "9007199254740993.0", "1e21"]
    )
    | st.floats(allow_nan=False).map(repr)
    | st.integers().map(str)
)
PIECES = st.sampled_from(
    [
        *(r"\"", r"\\", r"\u003a", r"\u003A", r"\ud83d\ude00", r"\ud800", r"\n", r"\u0000", r"\/"),
        *(":", ",", "1.0", "0.0}", r"a\":1.0,", "[", "{", "e5,", "é", "😀", "\ufb33", "\x7f", "k"),
    ]
)
TEXTS = st.lists(PIECES | st.characters(categories=["L", "N"]), max_size=5).map(
    lambda pieces: f'"{"".join(pieces)}"'
)
SCALARS = (
    NUMBERS | TEXTS | st.sampled_from(["null", "true", "false", "NaN", "-Infinity", "nul", ""])
)


def arrays(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Arrays of texts, with blanks wherever they may be."""
    return st.tuples(BLANK, st.lists(inner, max_size=4), BLANK).map(
        lambda parts: f"[{parts[0]}{f'{parts[2]},{parts[0]}'.join(parts[1])}]"
    )


def objects(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Objects of texts, in which keys come back, in the same spelling or another."""
    keys = st.sampled_from(['"a"', '"b"', '"\\u0061"', '"b:"', '":"']) | TEXTS
    pairs = st.tuples(keys, BLANK, BLANK, inner).map(
        lambda parts: f"{parts[0]}{parts[1]}:{parts[2]}{parts[3]}"
    )
    return st.tuples(st.lists(pairs, max_size=4), BLANK).map(
        lambda parts: f"{{{f',{parts[1]}'.join(parts[0])}{parts[1]}}}"
    )


JSON = st.recursive(SCALARS, lambda inner: arrays(inner) | objects(inner), max_leaves=12)


def strictly(data: bytes, levels: int) -> tuple[object, bytes] | None:
    """What the strict reader and the writer say; None for what they refuse."""
    try:
        value = canonical.loads(data, file="f", max_depth=levels)
        return value, canonical.dumps(value)
    except InvalidDataError:
        return None


@given(JSON, st.integers(1, 6))
@example('{"a":":1.0,","b":[1.0]}', 64)
@example('{"a" : 1, "a":"\\u003a"}', 64)
@example('{"a":1e400}', 64)
@example('{"\ufb33":1,"😀":2}', 64)
@example('{"a\\\\":1.0}', 64)
@example('{"a":"b\\":1.0,"}', 64)
@example('{"a":-0.0,"b":-1.0}', 64)
def test_what_the_quick_reader_answers_is_what_the_strict_one_says(text: str, levels: int) -> None:
    """The value, its bytes, and that it is not refused."""
    data = text.encode()
    quick = respelled(data, levels)
    if quick is not None:
        assert quick == strictly(data, levels)


@given(st.lists(JSON.filter(lambda text: text.startswith("{")) | JSON, max_size=4), BLANK)
@example(['{"a" : 1, "a":"\\u003a"}'], "")
@example(['{"a":-0.0,"b":-1.0}', '{"a":1e16}'], "")
@example(['{"a":1}', '{"a":9007199254740993.0}', '{"a":1e-7}'], " ")
@example(['{"\ufb33":1,"😀":2}'], "")
@example(['{"a":1}', "[[[[[[[1]]]]]]]"], "")
def test_what_is_read_together_is_what_is_read_alone(texts: list[str], blank: str) -> None:
    """Unless its texts say that it is in doubt."""
    array = f"[{f'{blank},'.join(texts)}]".encode()
    alone = [strictly(text.encode(), 6) for text in texts]
    respelt, read = respelled_together(array, 6), read_together(array, 6)
    if respelt is not None and not unsure(UNSURE_SPELLING, respelt.joined):
        assert list(zip(respelt.values, respelt.texts, strict=True)) == alone
    if read is not None and not unsure(UNSURE, read.joined):
        assert read.values == [one and one[0] for one in alone]


def unsure(pattern: str, text: bytes) -> bool:
    """Whether the regex crate would find it: such patterns mean the same to both."""
    return re.search(pattern, text.decode().lower()) is not None


@given(st.binary(max_size=40))
def test_the_quick_reader_answers_no_bytes_that_the_strict_one_refuses(data: bytes) -> None:
    """Also not those that are no text."""
    for text in (data, b'{"a":"' + data + b'"}', b"[" + data + b"]"):
        quick = respelled(text, 64)
        assert quick is None or quick == strictly(text, 64)


@given(JSON)
def test_a_value_with_its_form_is_the_value_and_its_form(text: str) -> None:
    """In one step or in two, read or refused."""
    try:
        found = canonical.loads_and_dumps(text.encode(), file="f")
    except InvalidDataError:
        assert strictly(text.encode(), 64) is None
    else:
        assert found == strictly(text.encode(), 64)


@given(st.lists(JSON, max_size=4), BLANK, st.booleans())
def test_members_of_an_array_are_its_texts(texts: list[str], blank: str, marked: bool) -> None:
    """Where they are JSON; with a byte order mark or without."""
    array = f"{blank}[{blank}{f'{blank},{blank}'.join(texts)}]{blank}".encode()
    found = members(b"\xef\xbb\xbf" * marked + array)
    if strictly(array, 99) is not None:
        assert found is not None
        stripped = [text.strip().encode() for text in texts]
        assert [bytes(text).strip() for text in found] == [text for text in stripped if text]


@pytest.mark.parametrize("text", ["{}", "3", "", "[1,]", "[1", "[1]]", "\ufeff\ufeff[]"])
def test_what_is_no_array_has_no_members(text: str) -> None:
    """The strict reader says why."""
    assert members(text.encode()) is None


def test_ordinary_entries_are_read_the_quick_way() -> None:
    """Or it would be quick in vain."""
    for entry in public_entries():
        text = canonical.dumps(entry)
        assert respelled(text, 64) is not None
        together = respelled_together(b"[%b,%b]" % (text, text), 64)
        assert together is not None
        assert not unsure(UNSURE_SPELLING, text)
