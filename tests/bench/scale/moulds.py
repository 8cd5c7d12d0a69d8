"""Entries by the million: those of tests/support/real_format, poured into moulds.

Every entry is valid and some 1.6 kB; its figures stay close to those of the entry that the mould is
made of, for they belong together. The same runs are the same bytes. An entry takes 2 µs, where
making and writing the object takes 60.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmark import canonical
from benchmark.config_key import configuration_of, key_of
from tests.support.real_format import public_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_ID, _NAME, _SET, _DATE = "@id@", "@name@", "@set@", "@date@"
_SPEED, _WAIT = 111111.5, 222222.5
_MARKS = {
    "id": b"@id@",
    "name": b"@name@",
    "set": b"@set@",
    "date": b"@date@",
    "speed": b"111111.5",
    "wait": b"222222.5",
}
_SETS = 100
"""Data sets that each model is measured with: a model stands in many entries."""
_BASES = [entry for entry in public_entries() if entry["metrics"]["throughput_tps"]]


class Run(NamedTuple):
    """One run to be made.

    Attributes:
        number: of its configuration.
        family: two families have no configuration in common.
        faster: by so many tenths of a token/s, below ten, than another run of its configuration;
            more would contradict its other figures.
    """

    number: int
    family: str = "model"
    faster: int = 0


class Spelling(NamedTuple):
    """How an entry is written, and what stands around and between entries."""

    write: Callable[[Any], bytes]
    opening: bytes = b"[\n"
    between: bytes = b",\n"
    closing: bytes = b"\n]\n"


CANONICAL = Spelling(canonical.dumps)
SPACED = Spelling(lambda value: json.dumps(value).encode())
INDENTED = Spelling(lambda value: json.dumps(value, indent=1).encode())
LINES = Spelling(canonical.dumps, b"", b"\n", b"\n")
"""A fragment of `runs/`."""


def in_order(runs: Iterable[Run]) -> list[Run]:
    """As a leaderboard has them, one for each configuration."""
    return sorted(runs, key=_key)


def texts(runs: Iterable[Run], spelling: Spelling) -> Iterator[bytes]:
    """Each run as it is written."""
    moulds = [_mould(number, spelling) for number in range(len(_BASES))]
    for run in runs:
        place = run.number % len(_BASES)
        yield moulds[place] % _figures(run, _BASES[place]["metrics"])


def _key(run: Run) -> bytes:
    mould = _key_mould(run.number % len(_BASES))
    return mould.replace(b"@name@", _name(run)).replace(b"@set@", _set(run))


def _name(run: Run) -> bytes:
    return f"org/{run.family}-{run.number // _SETS:05}".encode()


def _set(run: Run) -> bytes:
    return b"set-%02d" % (run.number % _SETS)


def _figures(run: Run, of: dict[str, float]) -> dict[bytes, bytes]:
    """None ends with a 0, so that they are written in one way only."""
    number = run.number
    speed, wait = int(of["throughput_tps"]), int(of["ttft_ms"])
    return {
        b"id": b"%08x-0000-4000-8000-%012x" % (number, run.faster),
        b"name": _name(run),
        b"set": _set(run),
        b"date": b"2026-%02d-%02dT10:00:00Z" % (number // 28 % 12 + 1, number % 28 + 1),
        b"speed": b"%d.%d%03d7" % (speed, run.faster, number % 1000),
        b"wait": b"%d.%03d3" % (wait, number % 1000),
    }


@cache
def _mould(place: int, spelling: Spelling) -> bytes:
    text = spelling.write(_marked(_BASES[place])).replace(b"%", b"%%")
    for name, mark in _MARKS.items():
        assert text.count(mark) == 1
        text = text.replace(mark, f"%({name})b".encode())
    return text


@cache
def _key_mould(place: int) -> bytes:
    return bytes(key_of(configuration_of(_marked(_BASES[place])).values()))


def _marked(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        **entry,
        "entry_id": _ID,
        "model": {**entry["model"], "name": _NAME},
        "workload": {**entry["workload"], "dataset": _SET},
        "metrics": {**entry["metrics"], "throughput_tps": _SPEED, "ttft_ms": _WAIT},
        "metadata": {**entry["metadata"], "submitted_at": _DATE},
    }
