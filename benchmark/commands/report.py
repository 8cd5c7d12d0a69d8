"""`sagellm-benchmark report`: a leaderboard on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmark.commands.common import dataset_options, open_store
from benchmark.commands.files import entries_of
from benchmark.dataset import Dataset, parse
from benchmark.labels import labels_of
from benchmark.leaderboard import encode
from benchmark.markdown import leaderboard_table, number
from benchmark.text import one_line
from benchmark.verdict import IMPOSSIBLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmark.entry import RunId
    from benchmark.leaderboard import Leaderboard

_SHOWN_DIGITS = 12
"""Of a run id: enough for `retract` and `confirm`."""

_MOST_TOLD = 50
_LONGEST = 1000


@click.command("report", short_help="Show a leaderboard as a table, Markdown or JSON.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@dataset_options
@click.option(
    "--format", "form", type=click.Choice(["table", "markdown", "json"]), default="table",
    show_default=True,
)  # fmt: skip
@click.option("--top", type=click.IntRange(1), help="Only the N with the highest throughput.")
def command(
    *,
    paths: tuple[Path, ...],
    hf_repo: str,
    revision: str,
    endpoint: str | None,
    form: str,
    top: int | None,
) -> None:
    """Show the leaderboard of PATHS (result files or folders), of the dataset if there are none."""
    if paths:
        dataset = Dataset().joined(entries_of(paths))
    else:
        dataset = parse(open_store(hf_repo, revision, endpoint).read())
    ranked = [entry for board in dataset.boards.values() for entry in board.values()]
    ranked.sort(key=lambda entry: (-entry.number("metrics", "throughput_tps"), entry.run_id))
    shown = {entry.config_key: entry for entry in ranked[:top]}
    if form == "json":
        click.echo(encode(shown.values()), nl=False)
        return
    doubts = {entry.run_id: dataset.why_doubtful(entry) for entry in shown.values()}
    if form == "markdown":
        click.echo(leaderboard_table(shown, doubts), nl=False)
        return
    console = Console()
    console.print(_table(shown, doubts))
    for line in (*_doubtful(shown, doubts), *_impossible(dataset)):
        console.print(Text(line))


def _doubtful(board: Leaderboard, doubts: Mapping[RunId, Sequence[str]]) -> Iterator[str]:
    """What the mark in the table stands for."""
    for entry in [*board.values()][:_MOST_TOLD]:
        if reasons := doubts[entry.run_id]:
            told = one_line(reasons[0], _LONGEST)
            yield f"⚠ doubtful: {entry.run_id[:_SHOWN_DIGITS]}: {told}"


def _impossible(dataset: Dataset) -> Iterator[str]:
    """Runs that would be first if they could be true."""
    claimed = [run for run in dataset.runs.values() if run.standing.verdict == IMPOSSIBLE]
    for entry in claimed[:_MOST_TOLD]:
        if reasons := dataset.why_not_ranked(entry):
            told = one_line(reasons[0], _LONGEST)
            yield f"⚠ not ranked: {entry.run_id[:_SHOWN_DIGITS]}: {told}"


def _table(board: Leaderboard, doubts: Mapping[RunId, Sequence[str]]) -> Table:
    labels = labels_of(board.values())
    table = Table(box=None)
    table.add_column("Configuration", overflow="fold")
    table.add_column("", no_wrap=True)
    for title in ("tok/s", "TTFT ms", "TPOT ms"):
        table.add_column(title, justify="right")
    table.add_column("Submitter", no_wrap=True, max_width=20)
    table.add_column("Run", no_wrap=True)
    for key, entry in board.items():
        metrics = ("throughput_tps", "ttft_ms", "tpot_ms")
        figures = [number(entry.at("metrics", name)) for name in metrics]
        submitter = entry.at("metadata", "submitter")
        name = one_line(submitter, 40) if isinstance(submitter, str) else "–"
        # Text, not markup: brackets in a contributor's text mean nothing.
        mark = "⚠" if doubts[entry.run_id] else ""
        run = entry.run_id[:_SHOWN_DIGITS]
        table.add_row(Text(labels[key]), mark, *figures, Text(name), run)
    return table
