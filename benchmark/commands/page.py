"""`sagellm-benchmark page`: leaderboard files → one self-contained HTML file."""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmark import canonical, history, i18n, leaks, page, submission
from benchmark.commands.common import Output, check_repo, dataset_options, open_space, open_store
from benchmark.commands.progress import READING, watching
from benchmark.dataset import Dataset, parse
from benchmark.errors import ConflictError, InvalidDataError, UsageError
from benchmark.i18n import N_
from benchmark.leaderboard import decode_one_or_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmark.entry import Entry
    from benchmark.errors import Violation
    from benchmark.hub import Space

_ATTEMPTS = 5
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
@click.option(
    "--space", default="", callback=check_repo,
    help="Also put the page into this static Space, as NAMESPACE/NAME.",
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
    space: str,
) -> None:
    """Write the leaderboard as one HTML file, with every run and what became of it.

    Of PATHS (leaderboard files, what `run` wrote, or folders of both), or of the dataset if none is
    given. The file needs no server and no network: open it, send it, or put it on any static host.
    Only of more than 10,000 results all are in a second file, which the page fetches where it is
    served.
    """

    def facts(url: str, at: str | None) -> page.Facts:
        return page.Facts(
            title=title, dataset_url=url, revision=at, branch=revision, lang=lang,
            generated_at=_spoken(made_at), data_name=_beside(output).name,
        )  # fmt: skip

    def make() -> page.Site:
        with watching(
            Output(as_json=False, language=lang), i18n.translator(lang)(READING)
        ) as watch:
            if paths:
                dataset, about = Dataset().joined(_read(paths)), facts("", None)
            else:
                store = open_store(hf_repo, revision, endpoint)
                snapshot = store.read()
                dataset = parse(snapshot, watch=watch)
                about = facts(store.url, snapshot.revision)
            rows = page.rows_of(dataset, watch)
        site = page.build(rows, about, history.taken_down(dataset))
        _write(output, site)
        _tell(output, len(dataset.runs), lang)
        return site

    if space:
        _put(make, open_space(space, endpoint), _beside(output).name, lang)
    else:
        make()


def _beside(output: Path) -> Path:
    return output.with_name(f"{output.stem}-data.json")


def _write(output: Path, site: page.Site) -> None:
    beside = {} if site.data is None else {_beside(output): site.data}
    canonical.write_all_atomic({**beside, output: site.html})


def _put(make: Callable[[], page.Site], space: Space, data_name: str, lang: str) -> None:
    """Commit the page; if somebody was first, theirs may be newer: it is made again.

    The Space's head is asked for before the dataset is read, so an older page never takes the
    place of a newer one.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        parent, site = space.head(), make()
        files = {"index.html": site.html}
        if site.data is not None:
            files[data_name] = site.data
        try:
            space.commit(files, parent=parent, message="Page of the leaderboard")
        except ConflictError:
            if attempt == _ATTEMPTS:
                raise
        else:
            _ = i18n.translator(lang)
            click.echo(_("Published: {url}").format(url=space.url), err=True)
            return


def _tell(output: Path, count: int, lang: str) -> None:
    _ = i18n.translator(lang)
    said = _("Written: {path} (results: {count})")
    click.echo(said.format(path=output, count=count), err=True)
    if not count:
        click.echo(_("No results were found: the page says how to add some."), err=True)


def _read(paths: Sequence[Path]) -> list[Entry]:
    files = [file for path in paths for file in _files(path)]
    unreadable = [violation for file in files for violation in file.unreadable]
    if unreadable:
        raise InvalidDataError(
            "Nothing was written: a leaderboard file cannot be read.",
            unreadable,
            hint=N_("Correct the file or leave it out."),
        )
    secret = [violation for file in files for violation in _secrets(file)]
    if secret:
        # What lies on a page is as public as a dataset.
        raise InvalidDataError(
            "Nothing was written: there is what looks like a credential.",
            secret,
            hint=N_("Correct the file or leave it out."),
        )
    return [entry for file in files for entry in file.entries]


def _secrets(file: submission.SubmittedFile) -> Iterator[Violation]:
    for index, entry in enumerate(file.entries):
        yield from leaks.violations_of(entry, file=file.name, path=f"$[{index}]")


def _files(path: Path) -> list[submission.SubmittedFile]:
    if path.is_dir():
        return [*submission.data_files(path), *submission.result_files(path)]
    if not os.path.lexists(path):
        raise UsageError(
            f"{path} does not exist.",
            hint=N_("Name leaderboard files, or run `sagellm-benchmark aggregate` first."),
        )
    return [submission.read(path, decode_one_or_many)]


def _spoken(unix_time: int) -> str:
    return datetime.fromtimestamp(unix_time, timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
