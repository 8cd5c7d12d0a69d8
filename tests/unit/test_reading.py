"""Many entries are read by several processes, and are the entries that one would read."""

from __future__ import annotations

import ctypes
import json
import operator
import os
from contextlib import nullcontext
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
    monkeypatch.setattr(reading, "_MANY", 4)
    monkeypatch.setattr(reading, "_PIECE", 2 * len(json.dumps(GOOD[0], indent=1)))
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


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
    monkeypatch.setattr(reading, "_MANY", 100)
    assert several == judged(values)
    assert [packed for packed, *_ in several] == [True] * 4 + [True, False, False, True]


@pytest.mark.usefixtures("few_are_many")
def test_what_several_processes_cannot_read_is_told_as_by_one() -> None:
    """With its place in the whole file."""
    text = json.dumps([*GOOD, {"a": 1}]).replace('"a": 1', '"a": 1, "a": 2')
    with pytest.raises(InvalidDataError) as caught:
        decode(text.encode(), file="f")
    assert [violation.path for violation in caught.value.violations] == ["$[5]"]


def test_outcomes_come_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many pieces there are."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    expected = [(number, -number) for number in range(20)]
    assert list(crew.outcomes(operator.neg, range(20))) == expected


def test_pieces_without_another_process_are_done_in_this_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On one processor, or where processes die or cannot be started."""
    here = os.getpid()
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert list(crew.outcomes(dies_elsewhere, [here] * 8)) == [(here, -here)] * 8
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert list(crew.outcomes(operator.neg, [1, 2])) == [(1, -1), (2, -2)]
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(crew, "_pool", lambda _: nullcontext(NoProcesses()))
    assert list(crew.outcomes(operator.neg, [1, 2])) == [(1, -1), (2, -2)]


def dies_elsewhere(piece: int) -> int:
    """Ends every process but one."""
    if os.getpid() != piece:
        os._exit(3)
    return -piece


class NoProcesses:
    """A pool where the system refuses to start another process."""

    def submit(self, *_: object) -> None:
        """As the real one raises it."""
        raise BlockingIOError


@pytest.mark.skipif(not hasattr(LIBC, "malloc_usable_size"), reason="asks the GNU C library")
@pytest.mark.parametrize("written", [json.dumps, canonical.dumps], ids=["spaced", "canonical"])
def test_an_entry_takes_the_memory_of_its_bytes(written: Callable[[Any], str | bytes]) -> None:
    """The writer reserves 8 kB for each text: of a million entries that is 8 GB."""
    text = written(GOOD[0])
    [entry] = decode(b"[%b]" % (text if isinstance(text, bytes) else text.encode()), file="f")
    for kept in (entry.canonical, canonical.dumps(GOOD[1])):
        assert len(kept) < LIBC.malloc_usable_size(ctypes.c_void_p(id(kept))) < len(kept) + 100
