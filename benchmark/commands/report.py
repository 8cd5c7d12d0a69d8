"""`sagellm-benchmark report`: a leaderboard on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from rich.console import Console

from benchmark.clone import Clone, is_clone
from benchmark.commands.columns import prose
from benchmark.commands.common import Output, dataset_options, lang_option, open_store
from benchmark.commands.deciding import Place
from benchmark.commands.files import entries_of
from benchmark.commands.parameters import HowMany
from benchmark.commands.progress import READING, watching
from benchmark.commands.report_csv import csv_of
from benchmark.commands.report_filters import Filters, filter_options
from benchmark.commands.report_mine import mine, mine_lines
from benchmark.commands.report_table import remarks, table_lines
from benchmark.commands.written import around
from benchmark.dataset import Dataset, parse
from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.labels import labels_of
from benchmark.leaderboard import encode
from benchmark.markdown import MOST_ROWS, leaderboard_table
from benchmark.text import one_line
from benchmark.trust import row_json, trusts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmark.commands.report_mine import Mine
    from benchmark.entry import Entry, RunId
    from benchmark.leaderboard import Leaderboard, Revision
    from benchmark.trust import Trust
    from benchmark.watch import Watch


_MOST = {"table": 100, "markdown": MOST_ROWS}
"""Results that people are shown; programs get all."""

_MORE = N_(
    "… and {count} more. All of them: --top all. Some of them: --model, --hardware and the like."
    " For programs: --format csv or json."
)


class _Read(NamedTuple):
    """What is reported, and the revision it was read at; None for files."""

    dataset: Dataset
    revision: Revision | None = None


class _Shown(NamedTuple):
    """What is shown of it, in the order of throughput, and how much is left out."""

    dataset: Dataset
    board: Leaderboard
    left_out: int
    doubts: Mapping[RunId, Sequence[str]]
    trust: Mapping[RunId, Trust]

    @property
    def entries(self) -> list[Entry]:
        return [*self.board.values()]


@click.command("report", short_help="Show a leaderboard as a table, Markdown, CSV or JSON.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@filter_options
@click.option(
    "--mine", "is_mine", is_flag=True,
    help="Where my results stand: rank, percentile, trend. I am --submitter, or git's user.name.",
)  # fmt: skip
@click.option(
    "--top", type=HowMany(), metavar="N|all",
    help="Only the N with the highest throughput.  [default: 100 in a table, 200 in Markdown]",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["table", "markdown", "csv", "json"]), default="table",
    show_default=True, help="json: the entries alone, as a leaderboard file.",
)  # fmt: skip
@dataset_options
@lang_option
@click.option(
    "--json", "as_json", is_flag=True,
    help="Print one JSON object: every row with rank, ties, trust, verdict and entry.",
)  # fmt: skip
def command(  # noqa: PLR0913 - one parameter per option
    *,
    paths: tuple[Path, ...],
    is_mine: bool,
    top: int | None,
    form: str,
    hf_repo: str,
    revision: str,
    endpoint: str | None,
    lang: str,
    as_json: bool,
    **filters: Any,  # noqa: ANN401 - as click declares them
) -> None:
    """Show the leaderboard of PATHS (result files or folders), of the dataset if there are none.

    Ranks are among results of one model, workload and lengths. A place is shared ("1=") where the
    difference from its first is within the noise of both. Trust: attested (a CI service signed
    where the run came from), reproduced (another submitter on another machine got the same, as
    they say), community, doubtful.
    """
    output = Output(as_json, lang)
    with watching(output, output.translate(READING)) as watch:
        read = _read(paths, Place(hf_repo, revision, endpoint), watch)
    if is_mine:
        _say_mine(output, read, filters["submitter"], top)
        return
    most = top or (None if as_json else _MOST.get(form))
    shown = _shown(read.dataset, Filters(**filters), most)
    if as_json:
        output.result_of_many({"revision": read.revision}, "rows", _rows(shown))
    elif form == "table":
        output.say(_lines(output.translate, shown, is_told=top is None))
    else:
        click.echo(_text(output.translate, form, shown), nl=False)


def _shown(dataset: Dataset, filters: Filters, most: int | None) -> _Shown:
    best = [entry for board in dataset.boards.values() for entry in board.values()]
    ranked = sorted(
        filter(filters.accept, best),
        key=lambda entry: (-entry.standing.throughput_tps, entry.run_id),
    )
    board = {entry.config_key: entry for entry in ranked[:most]}
    doubts = {entry.run_id: dataset.why_doubtful(entry) for entry in board.values()}
    left_out = len(ranked) - len(board)
    return _Shown(dataset, board, left_out, doubts, trusts(dataset, board.values()))


def _rows(shown: _Shown) -> Iterator[bytes]:
    """Every row with its entry, which is not written again: it is of a hundred values."""
    labels = labels_of(shown.entries)
    for key, entry in shown.board.items():
        row = row_json(shown.dataset, entry, labels[key], shown.trust)
        yield entry.canonical.join(around(row, "entry"))


def _text(_: Callable[[str], str], form: str, shown: _Shown) -> str | bytes:
    if form == "json":
        return encode(shown.board.values())
    if form == "csv":
        return csv_of(shown.entries, shown.doubts, shown.trust)
    return leaderboard_table(_, shown.board, shown.doubts, shown.trust, shown.left_out)


def _lines(_: Callable[[str], str], shown: _Shown, *, is_told: bool) -> Iterator[str]:
    width = Console().width
    if not shown.board:
        yield _("No result is ranked here.")
    else:
        yield from table_lines(_, shown.entries, shown.doubts, shown.trust, width)
    if is_told and shown.left_out:
        yield from prose(_(_MORE).format(count=shown.left_out), width)
    for remark in remarks(_, shown.dataset, shown.board, shown.doubts, shown.trust):
        yield from prose(remark, width)


def _say_mine(output: Output, read: _Read, submitter: str | None, top: int | None) -> None:
    name = submitter or _git_user()
    if not name:
        raise UsageError(
            "Whose results are meant is not known.",
            hint=N_("Name the submitter with --submitter, or set git's user.name."),
        )
    found = mine(read.dataset, name)
    if not output.as_json:
        output.say(_mine_lines(output.translate, found, name, top))
    output.result({"submitter": name, "results": [one.as_json for one in found[:top]]})


def _mine_lines(
    _: Callable[[str], str], found: Sequence[Mine], name: str, top: int | None
) -> Iterator[str]:
    if not found:
        yield _("No result of {name} is ranked here.").format(name=one_line(name))
        return
    most, width = top or _MOST["table"], Console().width
    yield from mine_lines(_, found[:most], width)
    if top is None and len(found) > most:
        yield from prose(_(_MORE).format(count=len(found) - most), width)


def _git_user() -> str | None:
    from benchmark.measure.host import git  # noqa: PLC0415 - only for this question

    return git.user(Path.cwd())


def _read(paths: Sequence[Path], place: Place, watch: Watch) -> _Read:
    """A clone of a dataset has all its runs; files have those that are in them."""
    if not paths:
        snapshot = open_store(*place).read()
        return _Read(parse(snapshot, watch=watch), snapshot.revision)
    if len(paths) == 1 and is_clone(paths[0]):
        return _Read(parse(Clone(paths[0]).read(), watch=watch))
    return _Read(Dataset().joined(entries_of(paths)))
