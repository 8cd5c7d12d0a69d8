"""The runs of a configuration as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.entry import Entry
from benchmark.markdown.tables import number, submitter, table
from benchmark.text import table_cell

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.decisions import Tombstone
    from benchmark.history import Excerpt, Told

_HEADER = ("Submitted", "Run", "tok/s", "TTFT (ms)", "TPOT (ms)", "Submitter", "Fate")
_SHOWN_DIGITS = 12
_LONGEST_LABEL = 300


def history_table(
    label: str,
    shown: Excerpt,
    spoken: Callable[[Told], str],
    buried: Callable[[Tombstone], str],
) -> str:
    """Runs in the order of time, and then what was taken down.

    Args:
        label: of the configuration.
        shown: its runs, and tombstones; of which configurations these were is not known.
        spoken: a run's fate in words.
        buried: the same of a tombstone.
    """
    rows = [
        *(_row(told, spoken(told)) for told in shown.runs),
        *(_blank(stone, buried(stone)) for stone in shown.stones),
    ]
    more = "… and {count} more"
    lines = table(_HEADER, rows, more=more, figures={2, 3, 4}, left_out=shown.left_out)
    return "\n".join([f"### {table_cell(label, _LONGEST_LABEL)}", "", *lines]) + "\n"


def _row(told: Told, fate: str) -> list[str]:
    entry, run = Entry(told.entry.data), told.entry  # parsed once
    figures = [
        number(entry.at("metrics", name)) for name in ("throughput_tps", "ttft_ms", "tpot_ms")
    ]
    when = table_cell(run.standing.submitted_at or "–")
    return [when, run.run_id[:_SHOWN_DIGITS], *figures, submitter(entry), table_cell(fate)]


def _blank(stone: Tombstone, fate: str) -> list[str]:
    run_id = stone.run_id[:_SHOWN_DIGITS]
    return [table_cell(stone.at), run_id, *("–",) * 4, table_cell(fate)]
