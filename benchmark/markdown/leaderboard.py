"""A leaderboard as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.labels import labels_of
from benchmark.markdown.tables import label, number, submitter, table
from benchmark.text import table_cell
from benchmark.trust import ties_among

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmark.entry import ConfigKey, Entry, RunId
    from benchmark.leaderboard import Leaderboard
    from benchmark.trust import Trust

_LONGEST = 300
_MOST_TIED = 20
_FIGURES = ("Throughput (tok/s)", "TTFT (ms)", "TPOT (ms)")
_HEADER = ("Rank", "Configuration", *_FIGURES, "Submitter", "Trust", "Verdict")


def leaderboard_table(
    board: Leaderboard, doubts: Mapping[RunId, Sequence[str]], trust: Mapping[RunId, Trust]
) -> str:
    """A leaderboard as a table in its own order, and what is tied below it.

    Args:
        board: what is shown.
        doubts: run id → why it is doubtful, of those that are.
        trust: run id → what stands behind it.
    """
    ties = [place.sharing[:_MOST_TIED] for place in ties_among([*board.values()], trust)]
    labels = labels_of([*board.values(), *(entry for tied in ties for entry in tied)])
    rows = (
        [
            str(trust[entry.run_id].place),
            label(labels[key]),
            *_figures(entry),
            submitter(entry),
            str(trust[entry.run_id]),
            _verdict(doubts.get(entry.run_id, ())),
        ]
        for key, entry in board.items()
    )
    lines = table(_HEADER, rows, more="… and {count} more", figures={0, 2, 3, 4})
    return "\n".join([*lines, *_tied(ties, labels)]) + "\n"


def _tied(ties: Sequence[Sequence[Entry]], labels: Mapping[ConfigKey, str]) -> Iterator[str]:
    if ties:
        yield "\nTied, for the difference from the first is within the noise of both:\n"
    for tied in ties:
        yield "- " + "; ".join(label(labels[entry.config_key]) for entry in tied)


def _verdict(reasons: Sequence[str]) -> str:
    return f"⚠ doubtful: {table_cell('; '.join(reasons), _LONGEST)}" if reasons else ""


def _figures(entry: Entry) -> list[str]:
    return [number(entry.at("metrics", name)) for name in ("throughput_tps", "ttft_ms", "tpot_ms")]
