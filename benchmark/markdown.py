"""The same facts as benchmark.report, in Markdown; pure, and nobody's text becomes Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.text import table_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from benchmark.entry import Entry
    from benchmark.leaderboard import Leaderboard
    from benchmark.summary import BoardSummary, Change, Summary

_MOST_ROWS = 200
_WHOLE_FROM = 1000


def job_summary(summary: Summary) -> str:
    """What a publish did, for the summary page of a GitHub job."""
    return "\n".join(_job_summary(summary)) + "\n"


def leaderboard_table(board: Leaderboard) -> str:
    """A leaderboard as a table, in its own order."""
    header = ["Configuration", "Throughput (tok/s)", "TTFT (ms)", "TPOT (ms)", "Submitter"]
    rows = ([_cell(entry), *_figures(entry), _submitter(entry)] for entry in board.values())
    return "\n".join(_table(header, rows)) + "\n"


def number(value: object) -> str:
    """A figure as people read it; "–" where there is none, never 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "–"
    return f"{value:,.0f}" if abs(value) >= _WHOLE_FROM else f"{value:.4g}"


def _job_summary(summary: Summary) -> Iterator[str]:
    state = "Published" if summary.changed else "Nothing new"
    yield f"## {state}: [{(summary.revision or '')[:8]}]({summary.url})"
    yield ""
    yield from _totals(summary.boards)
    changes = [change for board in summary.boards.values() for change in board.changes]
    if changes:
        yield ""
        yield from _changes(changes)
    if summary.rejected:
        yield from ("", "### Rejected", "")
        rows = ([table_cell(text, 300) for text in violation] for violation in summary.rejected)
        yield from _table(["File", "Where", "What"], rows)
    if summary.not_ranked:
        yield from ("", "### Kept, not ranked", "")
        reasons = (
            [_cell(item.entry), table_cell("; ".join(item.reasons))] for item in summary.not_ranked
        )
        yield from _table(["Configuration", "Why"], reasons)
    yield ""
    yield f"Attempts: {summary.attempts}"


def _totals(boards: Mapping[str, BoardSummary]) -> list[str]:
    rows = (
        [name, *map(str, (len(b.added), len(b.updated), b.skipped, b.total))]
        for name, b in boards.items()
    )
    return _table(["Leaderboard", "Added", "Updated", "Skipped", "Total"], rows)


def _changes(changes: Iterable[Change]) -> list[str]:
    header = ["Configuration", "Throughput (tok/s)", "TTFT (ms)", "Contributor"]
    rows = (
        [
            _cell(change.new),
            _change(change, "throughput_tps"),
            _change(change, "ttft_ms"),
            _submitter(change.new),
        ]
        for change in changes
    )
    return _table(header, rows)


def _change(change: Change, metric: str) -> str:
    new = change.new.number("metrics", metric)
    if change.old is None:
        return number(new)
    old = change.old.number("metrics", metric)
    return f"{number(old)} → {number(new)} ({(new - old) / old:+.1%})"


def _figures(entry: Entry) -> list[str]:
    return [number(entry.at("metrics", name)) for name in ("throughput_tps", "ttft_ms", "tpot_ms")]


def _cell(entry: Entry) -> str:
    return table_cell(entry.label, 300)


def _submitter(entry: Entry) -> str:
    name = entry.at("metadata", "submitter")
    return table_cell(name) if isinstance(name, str) else "–"


def _table(header: list[str], rows: Iterable[list[str]]) -> list[str]:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    hidden = len(lines) - _MOST_ROWS
    return [
        f"| {' | '.join(header)} |",
        f"|{'---|' * len(header)}",
        *lines[:_MOST_ROWS],
        *([f"| … and {hidden} more |"] if hidden > 0 else []),
    ]
