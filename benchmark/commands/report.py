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
from benchmark.leaderboard import encode
from benchmark.markdown import leaderboard_table, number
from benchmark.text import one_line

if TYPE_CHECKING:
    from benchmark.leaderboard import Leaderboard

_SHOWN_DIGITS = 12
"""Of a run id: enough for `retract`."""


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
    elif form == "markdown":
        click.echo(leaderboard_table(shown), nl=False)
    else:
        Console().print(_table(shown))


def _table(board: Leaderboard) -> Table:
    table = Table(box=None)
    table.add_column("Configuration", overflow="fold")
    for title in ("tok/s", "TTFT ms", "TPOT ms"):
        table.add_column(title, justify="right")
    table.add_column("Submitter", no_wrap=True, max_width=20)
    table.add_column("Run", no_wrap=True)
    for entry in board.values():
        metrics = ("throughput_tps", "ttft_ms", "tpot_ms")
        figures = [number(entry.at("metrics", name)) for name in metrics]
        submitter = entry.at("metadata", "submitter")
        name = one_line(submitter, 40) if isinstance(submitter, str) else "–"
        # Text, not markup: brackets in a contributor's text mean nothing.
        table.add_row(Text(entry.label), *figures, Text(name), entry.run_id[:_SHOWN_DIGITS])
    return table
