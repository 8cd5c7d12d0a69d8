"""Why a verdict is not "sound": a sentence with the arithmetic, and where in the entry to look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from benchmark.i18n import Sentence
from benchmark.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind: TypeAlias = Literal["sound", "doubtful", "impossible"]

SOUND: Kind = "sound"
DOUBTFUL: Kind = "doubtful"
IMPOSSIBLE: Kind = "impossible"

FACTOR = 10.0
"""Old entries state lengths, batches and definitions carelessly; no carelessness explains more."""

_LONGEST_NAME = 80
_WHOLE_FROM, _SHORT_BELOW = 1e3, 1e9

QUARTER = 1.25
"""What figures of one run may differ by without being doubted."""


class Reason(NamedTuple):
    """One thing that speaks against an entry.

    Attributes:
        kind: doubtful or impossible.
        path: where in the entry the figure is, as the end of a JSON path: `.metrics.ttft_ms`.
        text: the sentence, in English; it can be told in another language.
    """

    kind: Kind
    path: str
    text: Sentence


def because(kind: Kind, path: str, message: str, /, **values: object) -> Reason:
    """A reason; numbers among the values are written as people read them."""
    return Reason(kind, path, Sentence(message, **{k: _spoken(v) for k, v in values.items()}))


def times(value: float, limit: float) -> float:
    """How many times as much as a limit something is; 0 without one, for nothing follows then."""
    return value / limit if limit else 0.0


def beyond(ratio: float, path: str, message: str, /, **values: object) -> Iterator[Reason]:
    """A reason if something is `ratio` times what something else says it is at most.

    From a quarter more it is doubtful, beyond `FACTOR` impossible.

    Args:
        ratio: what is no number is no reason.
        path: as in `Reason`.
        message: as in `because`.
        values: as in `because`.
    """
    if ratio > FACTOR:
        yield because(IMPOSSIBLE, path, message, **values)
    elif ratio > QUARTER:
        yield because(DOUBTFUL, path, message, **values)


def _spoken(value: object) -> str:
    if not isinstance(value, (int, float)):
        return one_line(str(value), _LONGEST_NAME)
    return f"{value:,.0f}" if _WHOLE_FROM <= value < _SHORT_BELOW else f"{value:.4g}"
