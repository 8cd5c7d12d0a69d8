"""What maintainers decide on runs, append-only: each decision is one line of a JSON Lines file.

A retraction takes a run out of the leaderboards; a confirmation lifts the verdict on it. A run that
is both is retracted.
"""

from __future__ import annotations

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


Decision = TypeVar("Decision", Retraction, Confirmation)


def encode_decisions(decisions: Iterable[Retraction] | Iterable[Confirmation]) -> bytes:
    """As a file, sorted; the same decisions are the same bytes."""
    ordered: list[Retraction | Confirmation] = sorted(decisions)
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
