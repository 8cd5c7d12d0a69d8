"""The runs of a configuration as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.markdown.tables import number, submitter, table
from benchmark.text import table_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from benchmark.decisions import Tombstone
    from benchmark.history import History, Told

_HEADER = ("Submitted", "Run", "tok/s", "TTFT (ms)", "TPOT (ms)", "Submitter", "Fate")
_SHOWN_DIGITS = 12
_LONGEST_LABEL = 300


def history_table(
    history: History,
    stones: Iterable[Tombstone],
    spoken: Callable[[Told], str],
    buried: Callable[[Tombstone], str],
) -> str:
    """Every run in the order of time, and then what was taken down.

    Args:
        history: the runs of one configuration.
        stones: tombstones; of which configurations is not known.
        spoken: a run's fate in words.
        buried: the same of a tombstone.
    """
    rows = [
        *(_row(told, spoken(told)) for told in history.runs),
        *(_blank(stone, buried(stone)) for stone in stones),
    ]
    lines = table(_HEADER, rows, more="… and {count} more", figures={2, 3, 4})
    return "\n".join([f"### {table_cell(history.label, _LONGEST_LABEL)}", "", *lines]) + "\n"


def _row(told: Told, fate: str) -> list[str]:
    entry = told.entry
    figures = [
        number(entry.at("metrics", name)) for name in ("throughput_tps", "ttft_ms", "tpot_ms")
    ]
    when = table_cell(entry.standing.submitted_at or "–")
    return [when, entry.run_id[:_SHOWN_DIGITS], *figures, submitter(entry), table_cell(fate)]


def _blank(stone: Tombstone, fate: str) -> list[str]:
    run_id = stone.run_id[:_SHOWN_DIGITS]
    return [table_cell(stone.at), run_id, *("–",) * 4, table_cell(fate)]
