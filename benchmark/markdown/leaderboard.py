"""A leaderboard as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.labels import labels_of
from benchmark.markdown.tables import label, number, submitter, table
from benchmark.text import table_cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmark.entry import Entry, RunId
    from benchmark.leaderboard import Leaderboard

_LONGEST = 300
_HEADER = ("Configuration", "Throughput (tok/s)", "TTFT (ms)", "TPOT (ms)", "Submitter", "Verdict")


def leaderboard_table(board: Leaderboard, doubts: Mapping[RunId, Sequence[str]]) -> str:
    """A leaderboard as a table, in its own order.

    Args:
        board: what is shown.
        doubts: run id → why it is doubtful, of those that are.
    """
    labels = labels_of(board.values())
    rows = (
        [
            label(labels[key]),
            *_figures(entry),
            submitter(entry),
            _verdict(doubts.get(entry.run_id, ())),
        ]
        for key, entry in board.items()
    )
    return "\n".join(table(_HEADER, rows, more="… and {count} more", figures={1, 2, 3})) + "\n"


def _verdict(reasons: Sequence[str]) -> str:
    return f"⚠ doubtful: {table_cell('; '.join(reasons), _LONGEST)}" if reasons else ""


def _figures(entry: Entry) -> list[str]:
    return [number(entry.at("metrics", name)) for name in ("throughput_tps", "ttft_ms", "tpot_ms")]
