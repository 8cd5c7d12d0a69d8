"""A leaderboard as a table on the screen, and what its marks stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from benchmark.labels import labels_of
from benchmark.markdown import number
from benchmark.text import one_line
from benchmark.trust import ties_among
from benchmark.verdict import IMPOSSIBLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmark.dataset import Dataset
    from benchmark.entry import Entry, RunId
    from benchmark.leaderboard import Leaderboard
    from benchmark.trust import Trust

_SHOWN_DIGITS = 12
_FEWEST_DIGITS = 8
"""Of a run id: enough for `retract` and `confirm`."""

_MOST_TOLD = 50
_LONGEST = 1000
_METRICS = ("throughput_tps", "ttft_ms", "tpot_ms")


def table_of(
    board: Leaderboard, doubts: Mapping[RunId, Sequence[str]], trust: Mapping[RunId, Trust]
) -> Table:
    """A leaderboard in its own order.

    Args:
        board: what is shown.
        doubts: run id → why it is doubtful, of those that are.
        trust: run id → what stands behind it.
    """
    labels = labels_of(board.values())
    table = Table(box=None)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("Configuration", overflow="fold", min_width=28)
    for title in ("tok/s", "TTFT ms", "TPOT ms"):
        table.add_column(title, justify="right")
    table.add_column("Submitter", no_wrap=True, max_width=10)
    table.add_column("Run", no_wrap=True, min_width=_FEWEST_DIGITS)
    for key, entry in board.items():
        known = trust[entry.run_id]
        figures = [number(entry.at("metrics", name)) for name in _METRICS]
        submitter = entry.at("metadata", "submitter")
        name = one_line(submitter, 40) if isinstance(submitter, str) else "–"
        # Text, not markup: brackets in a contributor's text mean nothing.
        label = Text(_mark(known, doubts.get(entry.run_id, ())) + labels[key])
        run = entry.run_id[:_FEWEST_DIGITS]
        table.add_row(str(known.place), label, *figures, Text(name), run)
    return table


def remarks(
    dataset: Dataset,
    board: Leaderboard,
    doubts: Mapping[RunId, Sequence[str]],
    trust: Mapping[RunId, Trust],
) -> Iterator[str]:
    """What is tied, what the marks in the table stand for, and what is not in it."""
    shown = [*board.values()]
    yield from _tied(shown, trust)
    yield from _signed(shown, trust)
    yield from _borne_out(shown, trust)
    for entry in shown[:_MOST_TOLD]:
        if reasons := doubts.get(entry.run_id):
            told = one_line(reasons[0], _LONGEST)
            yield f"⚠ doubtful: {entry.run_id[:_SHOWN_DIGITS]}: {told}"
    # They would be first if they could be true.
    claimed = [run for run in dataset.runs.values() if run.standing.verdict == IMPOSSIBLE]
    for entry in claimed[:_MOST_TOLD]:
        if reasons := dataset.why_not_ranked(entry):
            told = one_line(reasons[0], _LONGEST)
            yield f"⚠ not ranked: {entry.run_id[:_SHOWN_DIGITS]}: {told}"


def _tied(shown: Sequence[Entry], trust: Mapping[RunId, Trust]) -> Iterator[str]:
    for place in ties_among(shown, trust)[:_MOST_TOLD]:
        first, *others = (entry.run_id[:_SHOWN_DIGITS] for entry in place.sharing)
        told = ", ".join(others[:_MOST_TOLD])
        rest = f" and {len(others) - _MOST_TOLD} more" if len(others) > _MOST_TOLD else ""
        yield f"{place} {first} is tied with {told}{rest}: the difference is within their noise"


def _mark(trust: Trust, doubts: Sequence[str]) -> str:
    """A tier in one character; most results are what somebody says, and have none."""
    if doubts:
        return "⚠ "
    return {"attested": "✓ ", "reproduced": "↻ "}.get(trust.tier, "")


def _signed(shown: Sequence[Entry], trust: Mapping[RunId, Trust]) -> Iterator[str]:
    for entry in shown[:_MOST_TOLD]:
        for signed in trust[entry.run_id].attestations[:1]:
            where = f"{signed.workflow} on a {signed.runner} runner ({signed.job})"
            yield f"✓ attested: {entry.run_id[:_SHOWN_DIGITS]}: {one_line(where, _LONGEST)}"


def _borne_out(shown: Sequence[Entry], trust: Mapping[RunId, Trust]) -> Iterator[str]:
    for entry in shown[:_MOST_TOLD]:
        if others := trust[entry.run_id].reproduced_by:
            told = ", ".join(other.run_id[:_SHOWN_DIGITS] for other in others[:_MOST_TOLD])
            # Self-declared, all of it.
            said = "as other submitters on other machines say"
            yield f"↻ reproduced: {entry.run_id[:_SHOWN_DIGITS]}: by {told}, {said}"
