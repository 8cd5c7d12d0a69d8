"""What maintainers decide on runs, append-only: each decision is one line of a JSON Lines file.

A retraction takes a run out of the leaderboards; a confirmation lifts the verdict on it. A run that
is both is retracted. A tombstone stands in the place of a run that was taken down.

Tombstones are lines of a file of their own, not of the fragments: every line of `runs/**/*.jsonl`
stays an entry for whoever reads them with DuckDB, Polars or a release that knows no tombstones;
joining two states stays set union; and whether a run was taken down is told by one small file,
which a publish reads beside the others. Nothing of the content is kept, not even a hash of the
configuration: its words are few enough to be guessed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from benchmark import canonical
from benchmark.entry import RunId
from benchmark.errors import InvalidDataError, Violation
from benchmark.leaderboard import decode_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from benchmark.canonical import Json

RETRACTIONS = "retractions.jsonl"
CONFIRMATIONS = "confirmations.jsonl"
TOMBSTONES = "tombstones.jsonl"
DECISIONS = (RETRACTIONS, CONFIRMATIONS, TOMBSTONES)

_RUN_ID = re.compile(r"[0-9a-f]{64}")


class Retraction(NamedTuple):
    """Takes one run out of the leaderboards; the run itself stays in `runs/`.

    Attributes:
        run_id: the run taken back.
        reason: why, for everybody to read.
        by: who decided.
        at: when, ISO 8601 in UTC.
    """

    run_id: RunId
    reason: str
    by: str
    at: str


class Confirmation(NamedTuple):
    """Lifts the verdict on one run: somebody has looked at it and believes it.

    Attributes:
        run_id: the run that is believed.
        reason: why, for everybody to read.
        by: who decided.
        at: when, ISO 8601 in UTC.
    """

    run_id: RunId
    reason: str
    by: str
    at: str


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


Decision = TypeVar("Decision", Retraction, Confirmation, Tombstone)


def encode_decisions(
    decisions: Iterable[Retraction] | Iterable[Confirmation] | Iterable[Tombstone],
) -> bytes:
    """As a file, sorted; the same decisions are the same bytes."""
    ordered: list[Retraction | Confirmation | Tombstone] = sorted(decisions)
    rows = [cast("Json", decision._asdict()) for decision in ordered]
    return b"".join(canonical.dumps(row) + b"\n" for row in rows)


def decode_retractions(data: bytes) -> frozenset[Retraction]:
    """What retractions.jsonl says.

    Raises:
        InvalidDataError: if a line of it cannot be read.
    """
    return _decoded(data, Retraction, RETRACTIONS)


def decode_confirmations(data: bytes) -> frozenset[Confirmation]:
    """What confirmations.jsonl says.

    Raises:
        InvalidDataError: if a line of it cannot be read.
    """
    return _decoded(data, Confirmation, CONFIRMATIONS)


def decode_tombstones(data: bytes) -> frozenset[Tombstone]:
    """What tombstones.jsonl says.

    Raises:
        InvalidDataError: if a line of it cannot be read, or names no run: what was taken down must
            not come back for that.
    """
    tombstones = _decoded(data, Tombstone, TOMBSTONES)
    if not all(_RUN_ID.fullmatch(tombstone.run_id) for tombstone in tombstones):
        message = "names no run: a run id is 64 hexadecimal digits."
        problem = Violation(TOMBSTONES, "$", message)
        raise InvalidDataError(f"{TOMBSTONES} cannot be read.", [problem])
    return tombstones


def _decoded(
    data: bytes, make: Callable[[RunId, str, str, str], Decision], file: str
) -> frozenset[Decision]:
    return frozenset(make(*_decision(row, file)) for row in decode_lines(data, file=file))


def _decision(row: Mapping[str, Json], file: str) -> tuple[RunId, str, str, str]:
    names = Retraction._fields
    texts = [row.get(name) for name in names]
    if row.keys() != set(names) or not all(isinstance(text, str) for text in texts):
        word = file.removesuffix("s.jsonl")
        message = f"is no {word}: run_id, reason, by and at, each a string."
        raise InvalidDataError(f"{file} cannot be read.", [Violation(file, "$", message)])
    run_id, reason, by, at = cast("list[str]", texts)
    return RunId(run_id), reason, by, at
