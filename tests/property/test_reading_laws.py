"""Entries that are read some at a time are those that are read one by one."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmark import (
    canonical,
    crew,
    fragment_reading,
    leaderboard,
    leaks,
    reading,
    respelling,
    schema,
)
from benchmark.entry import Entry
from benchmark.errors import InvalidDataError
from tests.property.test_screening_laws import BASES, KEYS, MORE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.errors import Violation


@given(
    st.lists(st.tuples(st.sampled_from(BASES[:3] * 2 + BASES), KEYS, MORE), min_size=1, max_size=4),
    st.sampled_from([1, 700, 30_000]),
)
@example([(BASES[0], "a", "1.0"), (BASES[2], "b", "1e21")], 30_000)
@example([(BASES[0], "password", '"hunter2hunter2"')], 30_000)
@example([(BASES[0], "a", "[" * 63 + "]" * 63), (BASES[0], "a", "[" * 64 + "]" * 64)], 30_000)
@settings(max_examples=200)
def test_how_many_are_read_together_changes_nothing(
    made: list[tuple[dict[str, Any], str, str]], size: int
) -> None:
    """Neither what they are, nor what is known of them, whatever stands in them."""
    texts = [f"{json.dumps(base)[:-1]},{json.dumps(key)}:{more}}}" for base, key, more in made]
    data = f"[{', '.join(texts)}]".encode()
    with nothing_known():
        members = respelling.members(data)
        expected = told(None if members is None else reading.entries_of(map(bytes, members)))
    with nothing_known(), mock.patch.multiple(reading, PIECE=size, TOGETHER=size):
        assert told(reading.entries_of_array(data, file="f")) == expected


LINES = st.sampled_from(
    [
        *(json.dumps(base).encode() for base in BASES),
        *(canonical.dumps(base) for base in BASES[:3] * 3),
        *(b'{"a":[1', b"2]}", b'{"a":1},{"b":[1', b'2]},{"c":3}', b"", b" ", b"1", b"{}", b'{"a"'),
        *(b'{"a":1}\r', b"\xef\xbb\xbf{}", b"\xff"),
    ]
)


@given(st.lists(LINES, max_size=6), st.sampled_from([b"\n", b"\n\n", b""]))
@example([b'{"a":1},{"b":[1', b'2]},{"c":3}'], b"\n")
@settings(max_examples=200)
def test_lines_that_are_read_together_are_those_that_are_read_one_by_one(
    lines: list[bytes], end: bytes
) -> None:
    """Whatever one line begins and another ends."""
    data = b"\n".join(lines) + end
    with nothing_known():
        expected = told(reading.entries_of(line for line in data.split(b"\n") if line.strip()))
    with nothing_known():
        assert told(fragment_reading.entries_of_lines(data)) == expected


@given(st.lists(st.lists(LINES, max_size=4), max_size=6), st.sampled_from([1, 3_000, 10**6]))
@settings(max_examples=50)
def test_fragments_that_a_crew_reads_are_those_that_are_read_one_by_one(
    several: list[list[bytes]], size: int
) -> None:
    """Each for itself: one that cannot be read hides no other."""
    fragments = [b"\n".join(lines) for lines in several]
    with nothing_known():
        expected = [*map(told, map(fragment_reading.entries_of_lines, fragments))]
    alone = mock.patch.object(crew, "_processors", return_value=1)
    with nothing_known(), alone, mock.patch.multiple(reading, MANY=0, PIECE=size):
        assert [*map(told, fragment_reading.entries_of_fragments(fragments))] == expected


@given(
    st.lists(st.sampled_from([canonical.dumps(base) for base in BASES] + [b"{}", b"1", b""])),
    st.sampled_from([b"[\n", b"[", b"[\n\n", b""]),
    st.sampled_from([b",\n", b",\n", b"\n", b","]),
    st.sampled_from([b"\n]\n", b"\n]\n", b",\n]\n", b"\n]", b"\n", b"\n]\n]\n", b""]),
)
@example([], b"[\n", b",\n", b"]\n")
@settings(max_examples=300)
def test_a_leaderboard_of_known_lines_is_what_it_is_when_it_is_parsed(
    written: list[bytes], opening: bytes, between: bytes, closing: bytes
) -> None:
    """Or refused in the same words; of a canonical one nothing is parsed."""
    data = opening + between.join(written) + closing
    known = {entry.canonical: entry for entry in map(Entry, BASES)}

    def read(decoded: Callable[[], list[Entry]]) -> list[str] | list[Violation]:
        try:
            return [entry.run_id for entry in decoded()]
        except InvalidDataError as error:
            return [*error.violations]

    expected = read(lambda: leaderboard.decode(data, file="f"))
    assert read(lambda: leaderboard.decode_known(data, known, file="f")) == expected
    lines = {canonical.dumps(base) for base in BASES}
    if written and lines.issuperset(written) and data == b"[\n" + b",\n".join(written) + b"\n]\n":
        with mock.patch.object(leaderboard, "decode", side_effect=AssertionError):
            assert leaderboard.decode_known(data, known, file="f")


@contextmanager
def nothing_known() -> Iterator[None]:
    """What was judged before is judged again."""
    with mock.patch.object(schema, "_judged", {}), mock.patch.object(leaks, "_clean", set()):
        yield


def told(entries: list[Entry] | None) -> list[tuple[Any, ...]] | None:
    """All that is known of entries."""
    return entries and [
        (entry.is_packed, *entry.pack(), schema.fits(entry), leaks.is_clean(entry))
        for entry in entries
    ]
