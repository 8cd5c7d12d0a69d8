"""`sagellm-benchmark page`: leaderboard files → one self-contained HTML file."""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmark import canonical, i18n, page, submission
from benchmark.commands.common import dataset_options, open_store
from benchmark.dataset import Dataset, board_of, parse
from benchmark.errors import InvalidDataError, UsageError
from benchmark.i18n import N_
from benchmark.labels import labels_of
from benchmark.leaderboard import decode_one_or_many
from benchmark.trust import trusts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmark.entry import ConfigKey, Entry
    from benchmark.trust import Trust
    from benchmark.verdict import Kind

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
    """Write the best result per configuration as one HTML file.

    Of PATHS (leaderboard files, or folders of them), or of the dataset if none is given. The file
    needs no server and no network: open it, send it, or put it on any static host.
    """
    url, at = "", None
    if paths:
        dataset = Dataset().joined(_read(paths))
    else:
        store = open_store(hf_repo, revision, endpoint)
        snapshot = store.read()
        dataset, url, at = parse(snapshot), store.url, snapshot.revision
    rows = rows_of(dataset)
    html = page.build(
        rows, title=title, dataset_url=url, revision=at, generated_at=_spoken(made_at), lang=lang
    )
    canonical.write_atomic(output, html)
    said = i18n.translator(lang)("Written: {path} (results: {count})")
    click.echo(said.format(path=output, count=len(rows)), err=True)


def rows_of(dataset: Dataset) -> list[page.Row]:
    """The best run of every configuration, and every run that is not ranked with the reasons."""
    ranked = {entry.run_id for board in dataset.boards.values() for entry in board.values()}
    reasons = {run_id: dataset.why_not_ranked(run) for run_id, run in dataset.runs.items()}
    shown = {
        run_id: run for run_id, run in dataset.runs.items() if run_id in ranked or reasons[run_id]
    }
    labels, trust = labels_of(shown.values()), trusts(dataset)
    return [
        _trusted(
            page.Row(
                board_of(run),
                labels[run.config_key],
                run_id,
                run.data,
                reasons[run_id],
                *_verdict(dataset, run),
            ),
            run,
            trust.get(run_id),
            labels,
        )
        for run_id, run in shown.items()
    ]


def _trusted(
    row: page.Row, run: Entry, known: Trust | None, labels: Mapping[ConfigKey, str]
) -> page.Row:
    """The row with its rank, ties, tier and how many have reproduced it, if it may be ranked."""
    if known is None:
        return row
    place = known.place
    return row._replace(
        rank=place.rank if place else None,
        tied_with=tuple(labels[other.config_key] for other in known.tied_with(run)),
        tier=known.tier,
        reproduced_by=len(known.reproduced_by),
    )


def _verdict(dataset: Dataset, run: Entry) -> tuple[Kind, tuple[str, ...]]:
    kind, reasons = dataset.verdict_on(run)
    return kind, tuple(reason.text for reason in reasons)


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
        return submission.data_files(path)
    if not os.path.lexists(path):
        raise UsageError(
            f"{path} does not exist.",
            hint=N_("Name leaderboard files, or run `sagellm-benchmark aggregate` first."),
        )
    return [submission.read(path, decode_one_or_many)]


def _spoken(unix_time: int) -> str:
    return datetime.fromtimestamp(unix_time, timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
