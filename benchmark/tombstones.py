"""What stands in the place of a run that was taken down: its id, why, by whom and when.

They are lines of a file of their own, not of the fragments: every line of `runs/**/*.jsonl` stays
an entry for whoever reads them with DuckDB, Polars or a release that knows no tombstones; joining
two states stays set union; and whether a run was taken down is told by one small file, which a
publish reads beside the retractions. Nothing of the content is kept, not even a hash of the
configuration: its words are few enough to be guessed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, cast

from benchmark import canonical
from benchmark.entry import RunId
from benchmark.errors import InvalidDataError, Violation
from benchmark.leaderboard import decode_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmark.canonical import Json

TOMBSTONES = "tombstones.jsonl"

_RUN_ID = re.compile(r"[0-9a-f]{64}")


class Tombstone(NamedTuple):
    """Takes a run out of the dataset for good; only its id is known from then on.

    Attributes:
        run_id: the run that was taken down.
        reason: why, for everybody to read.
        by: who decided.
        at: when, ISO 8601 in UTC.
    """

    run_id: RunId
    reason: str
    by: str
    at: str


def encode_tombstones(tombstones: Iterable[Tombstone]) -> bytes:
    """The file; the same tombstones are the same bytes."""
    rows = [cast("Json", tombstone._asdict()) for tombstone in sorted(tombstones)]
    return b"".join(canonical.dumps(row) + b"\n" for row in rows)


def decode_tombstones(data: bytes) -> frozenset[Tombstone]:
    """What the file says.

    Raises:
        InvalidDataError: if a line of it cannot be read: a run must not come back for that.
    """
    return frozenset(_tombstone(row) for row in decode_lines(data, file=TOMBSTONES))


def _tombstone(row: Mapping[str, Json]) -> Tombstone:
    texts = [row.get(name) for name in Tombstone._fields]
    if row.keys() != set(Tombstone._fields) or not all(isinstance(text, str) for text in texts):
        raise _unreadable("is no tombstone: run_id, reason, by and at, each a string.")
    run_id, *rest = cast("list[str]", texts)
    if not _RUN_ID.fullmatch(run_id):
        raise _unreadable("names no run: a run id is 64 hexadecimal digits.")
    return Tombstone(RunId(run_id), *rest)


def _unreadable(message: str) -> InvalidDataError:
    problem = Violation(TOMBSTONES, "$", message)
    return InvalidDataError(f"{TOMBSTONES} cannot be read.", [problem])
