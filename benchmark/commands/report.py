"""`sagellm-benchmark report`: a leaderboard on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
from rich.console import Console
from rich.text import Text

from benchmark.commands.common import Output, dataset_options, open_store
from benchmark.commands.files import entries_of
from benchmark.commands.report_table import remarks, table_of
from benchmark.dataset import Dataset, parse
from benchmark.labels import labels_of
from benchmark.leaderboard import encode
from benchmark.markdown import leaderboard_table
from benchmark.trust import row_json, trusts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.leaderboard import Revision


class _Read(NamedTuple):
    """What is reported, and the revision it was read at; None for files."""

    dataset: Dataset
    revision: Revision | None = None


@click.command("report", short_help="Show a leaderboard as a table, Markdown or JSON.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@dataset_options
@click.option(
    "--format", "form", type=click.Choice(["table", "markdown", "json"]), default="table",
    show_default=True, help="json: the entries alone, as a leaderboard file.",
)  # fmt: skip
@click.option("--top", type=click.IntRange(1), help="Only the N with the highest throughput.")
@click.option(
    "--json", "as_json", is_flag=True,
    help="Print one JSON object: every row with rank, ties, trust, verdict and entry.",
)  # fmt: skip
def command(  # noqa: PLR0913 - one parameter per option
    *,
    paths: tuple[Path, ...],
    hf_repo: str,
    revision: str,
    endpoint: str | None,
    form: str,
    top: int | None,
    as_json: bool,
) -> None:
    """Show the leaderboard of PATHS (result files or folders), of the dataset if there are none.

    Ranks are among results of one model, workload and lengths. A place is shared ("1=") where the
    difference from its first is within the noise of both. Trust: attested (a CI service signed
    where the run came from), reproduced (another submitter on another machine got the same, as
    they say), community, doubtful.
    """
    read = _read(paths, hf_repo, revision, endpoint)
    dataset = read.dataset
    ranked = [entry for board in dataset.boards.values() for entry in board.values()]
    ranked.sort(key=lambda entry: (-entry.number("metrics", "throughput_tps"), entry.run_id))
    shown = {entry.config_key: entry for entry in ranked[:top]}
    if form == "json" and not as_json:
        click.echo(encode(shown.values()), nl=False)
        return
    trust = trusts(dataset)
    doubts = {entry.run_id: dataset.why_doubtful(entry) for entry in shown.values()}
    if as_json:
        labels = labels_of(shown.values())
        rows = [row_json(dataset, entry, labels[key], trust) for key, entry in shown.items()]
        Output(as_json, "en").result({"revision": read.revision, "rows": [*rows]})
    elif form == "markdown":
        click.echo(leaderboard_table(shown, doubts, trust), nl=False)
    else:
        console = Console()
        console.print(table_of(shown, doubts, trust))
        for line in remarks(dataset, shown, doubts, trust):
            console.print(Text(line))


def _read(paths: Sequence[Path], hf_repo: str, revision: str, endpoint: str | None) -> _Read:
    if paths:
        return _Read(Dataset().joined(entries_of(paths)))
    snapshot = open_store(hf_repo, revision, endpoint).read()
    return _Read(parse(snapshot), snapshot.revision)
