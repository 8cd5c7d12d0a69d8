"""`sagellm-benchmark page`: leaderboard files → one self-contained HTML file."""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmark import canonical, history, i18n, page, submission
from benchmark.commands.common import dataset_options, open_store
from benchmark.dataset import Dataset, board_of, parse
from benchmark.errors import InvalidDataError, UsageError
from benchmark.i18n import N_
from benchmark.leaderboard import decode_one_or_many

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.entry import Entry
    from benchmark.history import Told

_LAST_SECOND = 253402300799
"""9999-12-31 23:59:59 UTC."""


@click.command("page", short_help="Write the leaderboard as one HTML file.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@dataset_options
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), default="leaderboard.html",
    show_default=True, help="The HTML file.",
)  # fmt: skip
@click.option(
    "--title", default="sagellm-benchmark leaderboard", show_default=True, help="The heading."
)
@click.option(
    "--lang", type=click.Choice(i18n.LANGUAGES), default=lambda: i18n.language_of(os.environ),
    help="Language the page opens in; readers can switch.  [default: the locale's]",
)  # fmt: skip
@click.option(
    "--made-at", type=click.IntRange(0, _LAST_SECOND), default=lambda: int(time.time()),
    envvar="SOURCE_DATE_EPOCH", show_envvar=True, help="Unix time on the page.  [default: now]",
)  # fmt: skip
def command(  # noqa: PLR0913 - one parameter per option
    *,
    paths: tuple[Path, ...],
    hf_repo: str,
    revision: str,
    endpoint: str | None,
    output: Path,
    title: str,
    lang: str,
    made_at: int,
) -> None:
    """Write the leaderboard as one HTML file, with every run and what became of it.

    Of PATHS (leaderboard files, what `run` wrote, or folders of both), or of the dataset if none is
    given. The file needs no server and no network: open it, send it, or put it on any static host.
    Only of more than 10,000 results all are in a second file, which the page fetches where it is
    served.
    """
    url, at = "", None
    if paths:
        dataset = Dataset().joined(_read(paths))
    else:
        store = open_store(hf_repo, revision, endpoint)
        snapshot = store.read()
        dataset, url, at = parse(snapshot), store.url, snapshot.revision
    rows, beside = rows_of(dataset), output.with_name(f"{output.stem}-data.json")
    facts = page.Facts(
        title=title, dataset_url=url, revision=at, branch=revision, lang=lang,
        generated_at=_spoken(made_at), data_name=beside.name,
    )  # fmt: skip
    site = page.build(rows, facts, history.taken_down(dataset))
    written = {output: site.html} if site.data is None else {beside: site.data, output: site.html}
    canonical.write_all_atomic(written)
    _tell(output, rows, lang)


def _tell(output: Path, rows: Sequence[page.Row], lang: str) -> None:
    translate = i18n.translator(lang)
    said = translate("Written: {path} (results: {count})")
    click.echo(said.format(path=output, count=len(rows)), err=True)
    if not rows:
        hint = N_("No results were found: the page says how to measure and add some.")
        click.echo(translate(hint), err=True)


def rows_of(dataset: Dataset) -> list[page.Row]:
    """Every run of a dataset, with what became of it."""
    return [_row_of(told, one.label) for one in history.histories(dataset) for told in one.runs]


def _row_of(told: Told, label: str) -> page.Row:
    run, fate = told.entry, told.fate
    return page.Row(
        board_of(run), label, run.run_id, run.data, fate.reasons,
        superseded_by=fate.by or "",
        is_retracted=fate.kind == "retracted",
        verdict=told.verdict.kind,
        verdict_reasons=tuple(reason.text for reason in told.verdict.reasons),
    )  # fmt: skip


def _read(paths: Sequence[Path]) -> list[Entry]:
    files = [file for path in paths for file in _files(path)]
    unreadable = [violation for file in files for violation in file.unreadable]
    if unreadable:
        raise InvalidDataError(
            "Nothing was written: a leaderboard file cannot be read.",
            unreadable,
            hint=N_("Correct the file or leave it out."),
        )
    return [entry for file in files for entry in file.entries]


def _files(path: Path) -> list[submission.SubmittedFile]:
    if path.is_dir():
        return [*submission.data_files(path), *submission.result_files(path)]
    if not path.exists():
        raise UsageError(
            f"{path} does not exist.",
            hint=N_("Name leaderboard files, or run `sagellm-benchmark aggregate` first."),
        )
    return [submission.read(path, decode_one_or_many)]


def _spoken(unix_time: int) -> str:
    return datetime.fromtimestamp(unix_time, timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
