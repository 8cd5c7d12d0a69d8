"""A leaderboard as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.markdown.tables import label, number, submitter, table

if TYPE_CHECKING:
    from benchmark.entry import Entry
    from benchmark.leaderboard import Leaderboard

_HEADER = ("Configuration", "Throughput (tok/s)", "TTFT (ms)", "TPOT (ms)", "Submitter")


def leaderboard_table(board: Leaderboard) -> str:
    """A leaderboard as a table, in its own order."""
    rows = ([label(entry), *_figures(entry), submitter(entry)] for entry in board.values())
    return "\n".join(table(_HEADER, rows, more="… and {count} more", figures={1, 2, 3})) + "\n"


def _figures(entry: Entry) -> list[str]:
    return [number(entry.at("metrics", name)) for name in ("throughput_tps", "ttft_ms", "tpot_ms")]
