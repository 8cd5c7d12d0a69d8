"""Many entries are read by several processes, and are the entries that one would read."""

from __future__ import annotations

import ctypes
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from benchmark import canonical, crew, leaks, reading, schema
from benchmark.errors import InvalidDataError
from benchmark.leaderboard import decode
from tests.support.credential_samples import TOKENS
from tests.support.entries import data

if TYPE_CHECKING:
    from collections.abc import Callable

LIBC: Any = ctypes.CDLL(None if os.name == "posix" else "msvcrt")

GOOD = [data({"model.name": f"crew-{number}"}) for number in range(5)]
INVALID = data({"metrics.ttft_ms": -1, "model.name": "crew-invalid"})
LEAKING = data({"metadata.notes": TOKENS["github"], "model.name": "crew-leaking"})


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes, two entries a piece."""
    monkeypatch.setattr(reading, "MANY", 4)
    monkeypatch.setattr(reading, "PIECE", 2 * len(json.dumps(GOOD[0], indent=1)))
    monkeypatch.setattr(crew, "_processors", lambda: 2)


def judged(values: list[dict[str, Any]]) -> list[tuple[bool, bytes, bytes, Any, list[str]]]:
    """What is known of each entry once it was read, and what is wrong with it."""
    return [
        (
            entry.is_packed,
            entry.canonical,
            entry.config_key,
            entry.standing,
            [v.path for find in (schema, leaks) for v in find.violations_of(entry)],
        )
        for entry in decode(json.dumps(values, indent=1).encode(), file="f")
    ]


@pytest.mark.usefixtures("few_are_many")
def test_several_processes_read_what_one_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The good ones, and those about which something has to be said."""
    values = [*GOOD, INVALID, LEAKING, GOOD[0]]
    several = judged(values)
    monkeypatch.setattr(reading, "MANY", 100)
    assert several == judged(values)
    assert [packed for packed, *_ in several] == [True] * 4 + [True, False, False, True]


@pytest.mark.usefixtures("few_are_many")
def test_what_several_processes_cannot_read_is_told_as_by_one() -> None:
    """With its place in the whole file."""
    text = json.dumps([*GOOD, {"a": 1}]).replace('"a": 1', '"a": 1, "a": 2')
    with pytest.raises(InvalidDataError) as caught:
        decode(text.encode(), file="f")
    assert [violation.path for violation in caught.value.violations] == ["$[5]"]


@pytest.mark.parametrize("many", [4, 10**9])
def test_entries_that_begin_in_another_way_are_read_too(
    monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    """A file that two programs wrote is cut at first, and then cannot be."""
    values = [*GOOD, *({"also": 1, **value} for value in GOOD * 20)]
    expected = judged(values)
    monkeypatch.setattr(reading, "PIECE", 2_000)
    monkeypatch.setattr(reading, "MANY", many)
    assert judged(values) == expected


def test_short_members_are_told_of_where_the_file_is_long_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """That they stand together is no reason to refuse it as a whole."""
    monkeypatch.setattr(reading, "PIECE", 200_000)
    text = json.dumps([{"a": "x" * 600_000}, *[{"a": 1}] * 3_000]).encode()
    assert len(decode(text, file="f")) == 3_001
    with pytest.raises(InvalidDataError, match="not acceptable"):
        decode(json.dumps([{"a": "x"}, *[{"a": 1}] * 3_000]).encode(), file="f")


@pytest.mark.skipif(not hasattr(LIBC, "malloc_usable_size"), reason="asks the GNU C library")
@pytest.mark.parametrize("written", [json.dumps, canonical.dumps], ids=["spaced", "canonical"])
def test_an_entry_takes_the_memory_of_its_bytes(written: Callable[[Any], str | bytes]) -> None:
    """The writer reserves 8 kB for each text: of a million entries that is 8 GB."""
    text = written(GOOD[0])
    [entry] = decode(b"[%b]" % (text if isinstance(text, bytes) else text.encode()), file="f")
    for kept in (entry.canonical, canonical.dumps(GOOD[1])):
        assert len(kept) < LIBC.malloc_usable_size(ctypes.c_void_p(id(kept))) < len(kept) + 100
