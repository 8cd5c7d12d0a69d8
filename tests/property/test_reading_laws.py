"""Entries that are read some at a time are those that are read one by one."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmark import leaks, reading, respelling, schema
from tests.property.test_screening_laws import BASES, KEYS, MORE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.entry import Entry


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
    with nothing_known(), mock.patch.multiple(reading, _PIECE=size, _TOGETHER=size):
        assert told(reading.entries_of_array(data, file="f")) == expected


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
