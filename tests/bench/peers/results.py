"""From the figures of all rounds to rows: medians, ranges, and ratios to the bare loop."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from peers.participant import BARE, OURS
from table import figure, markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peers.rounds import Outcome

ENOUGH = 0.98
"""Of the bare loop's decode speed: what measuring may cost, two percent."""
_HEADER = (
    *("group", "participant", "precision"),
    *("TTFT ms", "decode tok/s", "range", "× bare", "request ms"),
)
_LONGEST = 90
"""Characters of an error in the table; the JSON has all of it."""
_PRECISIONS = {"float32": "FP32", "bfloat16": "BF16", "float16": "FP16"}


def rows(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """One row for each participant of one group.

    `ratio` is the median over the rounds of its decode speed over that of the group's fastest bare
    loop in the same round: minutes lie between rounds, and a shared machine drifts by more than
    what is looked for.
    """
    bare = _fastest([one for one in outcomes if one.participant.role == BARE])
    return [_row(one, bare) for one in outcomes]


def complaints(found: Sequence[dict[str, Any]], *, check: bool) -> list[str]:
    """What makes the bench fail: one line each. Only with `check` does slowness."""
    mine = [row for row in found if row["role"] == OURS]
    failed = [
        f"{row['group']}: {row['participant']}: {row['error']}" for row in mine if row["error"]
    ]
    return [*failed, *filter(None, map(_slow, mine))] if check else failed


def as_markdown(found: Sequence[dict[str, Any]]) -> str:
    """The table."""
    return markdown(_HEADER, [_cells(row) for row in found], words=3)


def _fastest(bare: Sequence[Outcome]) -> Outcome | None:
    able = [one for one in bare if one.figures]
    return max(able, key=lambda one: median(_decode(one).values())) if able else None


def _row(outcome: Outcome, bare: Outcome | None) -> dict[str, Any]:
    who, found = outcome.participant, list(outcome.figures.values())
    told = [figures.precision for figures in found if figures.precision]
    speeds = list(_decode(outcome).values())
    return {
        "group": who.group,
        "participant": who.name,
        "role": who.role,
        "precision": told[-1] if told else _PRECISIONS.get(who.precision, who.precision.upper()),
        "ttft_ms": _median([figures.ttft_ms for figures in found]),
        "decode_tps": _median(speeds),
        "range": [round(min(speeds), 3), round(max(speeds), 3)] if speeds else None,
        "ratio": _ratio(outcome, bare),
        "request_ms": _median([figures.e2e_ms for figures in found]),
        "rounds": [figures._asdict() for figures in found],
        "error": outcome.error,
    }


def _ratio(outcome: Outcome, bare: Outcome | None) -> float | None:
    if bare is None:
        return None
    mine, theirs = _decode(outcome), _decode(bare)
    return _median([mine[number] / theirs[number] for number in mine.keys() & theirs.keys()], 4)


def _decode(outcome: Outcome) -> dict[int, float]:
    return {number: figures.decode_tps for number, figures in outcome.figures.items()}


def _median(values: Sequence[float | None], digits: int = 3) -> float | None:
    known = [value for value in values if value is not None]
    return round(median(known), digits) if known else None


def _slow(row: dict[str, Any]) -> str | None:
    ratio = row["ratio"]
    if row["error"]:
        return None
    who = f"{row['group']}: {row['participant']}"
    if ratio is None:
        return f"{who}: no bare loop to compare with"
    return None if ratio >= ENOUGH else f"{who}: {ratio} of the bare loop, less than {ENOUGH}"


def _cells(row: dict[str, Any]) -> list[str]:
    failed = f" (failed: {row['error']})" if row["error"] else ""
    low, high = row["range"] or (None, None)
    return [
        row["group"],
        row["participant"] + failed[:_LONGEST],
        row["precision"],
        figure(row["ttft_ms"]),
        figure(row["decode_tps"]),
        f"{figure(low)}–{figure(high)}" if row["range"] else "",
        figure(row["ratio"], 3),
        figure(row["request_ms"], 0),
    ]
