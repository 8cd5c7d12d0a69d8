"""What is quick and what explains agree: on the schema, on credentials, on files."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmark import canonical, leaks, schema
from benchmark.entry import Entry
from benchmark.errors import InvalidDataError
from benchmark.leaderboard import decode, decode_fragment, decode_one_or_many
from tests.support.credential_samples import HARMLESS, PHRASES, TOKENS
from tests.support.entries import data, multi_node
from tests.support.real_format import public_entries

BASES = [data(), dict(multi_node().data), *public_entries()[:4]]
ODD = st.sampled_from(
    [
        *(None, True, 0, 1, 1.0, -1, 0.5, -0.0, 2**53 - 1, 1e300, "", "1", "x" * 513, "é" * 512),
        *("multi_node", "2026-01-31", "2026-02-30T00:00:00Z", "2026-01-31T12:00:00+15:00"),
        *(
            [],
            {},
            [{}],
            ["x", 1],
            {"node_count": 1},
            {"node_count": 2.0},
            {"a": -1},
            {"a": {"b": -1}},
        ),
    ]
).map(copy.deepcopy)
TEXTS = st.sampled_from([*TOKENS.values(), *PHRASES, *HARMLESS]) | st.text(
    st.sampled_from('ab1.:=-_"\\\n\x1c é密码'), max_size=8
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of everything below."""
    items = value.items() if isinstance(value, dict) else ()
    return [path, *(place for key, item in items for place in places(item, (*path, key)))]


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """An entry in which a few values are others, are gone, or are new."""
    value = copy.deepcopy(draw(st.sampled_from(BASES)))
    for _ in range(draw(st.integers(1, 3))):
        *parents, last = draw(st.sampled_from(places(value)[1:]))
        target = value
        for step in parents:
            target = target[step]
        if draw(st.integers(0, 4)):
            target[last] = draw(ODD)
        else:
            del target[last]
    return value


@given(mutated())
def test_the_verdict_is_that_there_are_no_violations(value: dict[str, Any]) -> None:
    """One engine decides, another one finds the words."""
    schema._judged.clear()  # noqa: SLF001 - a run that was judged in an earlier example
    assert schema.fits(Entry(value)) is (schema.violations(value) == [])


@given(st.sampled_from(BASES), TEXTS, TEXTS, st.sampled_from("svlnocpdi"))
@example(BASES[0], "sig", "A1b2" * 6, "s")
@example(BASES[0], "auth", "abcdef123456", "s")
@example(BASES[0], "passwd", "1", "n")
@example(BASES[0], "token", "password\n= 12345678", "l")
def test_what_is_called_clean_holds_no_credential(
    base: dict[str, Any], key: str, text: str, shape: str
) -> None:
    """Whatever its key, its place, and what of it has to be escaped."""
    shapes = {
        "s": text,
        "v": {"x": text},
        "l": [1, text],
        "n": 123456,
        "o": [{"a": 1}, text],
        "c": ["run", f"--{key}", text],
        "p": [key, text],
        "d": {"name": key, "value": text},
        "i": [*text.encode()],
    }
    entry = Entry({**base, "more": {key: shapes[shape]}})
    assert leaks.is_clean(entry) is (leaks.violations(dict(entry.data)) == [])


def plainly(data: bytes, *, file: str) -> list[Entry]:
    """The entries of an array, as the strict reader has them."""
    value: Any = canonical.loads(data, file=file, max_depth=canonical.MAX_DEPTH + 1)
    if not all(isinstance(item, dict) for item in value):
        raise InvalidDataError("no entries")
    return [Entry(item) for item in value]


def outcome(read: Any, text: bytes) -> list[Entry] | list[str]:
    """The entries, or what is wrong."""
    try:
        return list(read(text, file="f"))
    except InvalidDataError as error:
        return [message for _, _, message in error.violations if "is not an entry" not in message]


@given(
    st.lists(mutated() | st.sampled_from([{}, {"b": 1, "a": "é"}]), max_size=4),
    st.sampled_from([None, 1]),
    st.booleans(),
    st.sampled_from(
        ["", "1e400", '{"a":1,"a":2}', "[1]", "{", "12345678901234567890", '"\\ud800"']
    ),
)
def test_a_file_is_read_as_its_plain_definition_says(
    values: list[dict[str, Any]], indent: int | None, ascii_only: bool, broken: str
) -> None:
    """The same entries with the same bytes, or the same violations."""
    texts = [json.dumps(value, indent=indent, ensure_ascii=ascii_only) for value in values]
    text = f"[{','.join([*texts, broken] if broken else texts)}]".encode()
    assert outcome(decode, text) == outcome(plainly, text)


@pytest.mark.parametrize("inner", [b"", b"1"])
def test_an_entry_may_be_nested_64_levels_wherever_it_stands(inner: bytes) -> None:
    """Alone, in a list and on a line; and one level more nowhere."""
    for depth, accepted in ((canonical.MAX_DEPTH - 1, True), (canonical.MAX_DEPTH, False)):
        entry = b'{"a":' + b"[" * depth + inner + b"]" * depth + b"}"
        for read, text in (
            (decode, b"[" + entry + b"]"),
            (decode_one_or_many, b"[" + entry + b"]"),
            (decode_one_or_many, entry),
            (decode_fragment, entry + b"\n"),
        ):
            if accepted:
                assert [e.canonical for e in read(text, file="f")] == [entry]
            else:
                with pytest.raises(InvalidDataError) as caught:
                    read(text, file="f")
                assert caught.value.violations[0].message.startswith("nested more than 64")
