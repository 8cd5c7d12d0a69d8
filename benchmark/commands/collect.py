"""`sagellm-benchmark collect`: the runs of many pull requests in one commit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmark import bounds
from benchmark.commands.common import (
    Output,
    check_credentials,
    clockwork,
    dataset_options,
    month,
    open_store,
    output_options,
)
from benchmark.commands.github import github_errors, github_output
from benchmark.commands.publishing import Wishes, finish
from benchmark.errors import BenchmarkError, UsageError
from benchmark.i18n import N_
from benchmark.leaderboard import decode_fragment
from benchmark.page import PageKeeper
from benchmark.publish import preview, publish
from benchmark.retry import RetryPolicy
from benchmark.submission import SubmittedFile

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from benchmark.entry import Entry
    from benchmark.hub.proposals import Proposal, Proposals
    from benchmark.publish import Publication

_DEFAULT = RetryPolicy()


@click.command("collect", short_help="Take the runs of many pull requests in one commit.")
@click.argument("numbers", nargs=-1, type=click.IntRange(1))
@dataset_options
@click.option("--all", "everything", is_flag=True, help="Every open pull request.")
@click.option("--dry-run", is_flag=True, help="Say what would change; commit and close nothing.")
@click.option(
    "--deadline", type=click.FloatRange(0), default=_DEFAULT.deadline, show_default=True,
    help="Seconds after which no attempt is started.",
)  # fmt: skip
@output_options
def command(  # noqa: PLR0913 - one parameter per option
    *,
    numbers: tuple[int, ...],
    hf_repo: str,
    revision: str,
    endpoint: str | None,
    everything: bool,
    dry_run: bool,
    deadline: float,
    as_json: bool,
    lang: str,
) -> int:
    """Take what the pull requests NUMBERS add to runs/ into the dataset, and close them.

    They are those of `publish --create-pr`. All their runs become one commit, however many they
    are: the Hub allows some 128 commits an hour. A pull request of which a run is refused stays
    open, and so does one that adds nothing to runs/. Ends with 65 if any was refused.
    """
    if bool(numbers) == everything:
        raise UsageError(
            "Which pull requests?", hint=N_("Name their numbers, or give --all for every open one.")
        )
    output = github_output(Output(as_json, lang))
    policy = replace(_DEFAULT, deadline=deadline)
    with github_errors(output.translate, hf_repo):
        store = open_store(hf_repo, revision, endpoint)
        from benchmark.hub.proposals import Proposals  # noqa: PLC0415 - as open_store does

        pulls = Proposals(store.endpoint, store.dataset, store.branch, store.token)
        found = pulls.open(numbers)
        files = {
            pull.number: [_file(pull.number, *item) for item in pull.fragments.items()]
            for pull in found
        }
        submitted = [file for found in files.values() for file in found]
        if dry_run:
            done = preview(store, submitted, month=month())
        else:
            if submitted:
                check_credentials(store)
            keeper = PageKeeper(store)
            done = publish(keeper, submitted, policy=policy, clockwork=clockwork(), month=month)
    output.say(_told(output, found))
    code = finish(output, done, store, submitted, Wishes(dry_run=dry_run))
    if not dry_run:
        output.say(_closed(output, pulls, _landed(files, done), store.url))
    return code


def _file(number: int, path: str, data: bytes) -> SubmittedFile:
    name = f"refs/pr/{number}/{path}"
    return SubmittedFile(Path(name), name, data, _decode)


def _told(output: Output, pulls: Collection[Proposal]) -> Iterator[str]:
    _ = output.translate
    proposing = sum(bool(pull.fragments) for pull in pulls)
    said = _("Pull requests that add runs: {count} of {all}")
    yield said.format(count=proposing, all=len(pulls))
    for pull in pulls:
        if pull.is_too_much:
            said = _("   ⚠️ Pull request {number} adds too much for one; look at it by hand.")
            yield said.format(number=pull.number)


def _decode(data: bytes, *, file: str) -> list[Entry]:
    """As a fragment of ours; anybody may have written it."""
    bounds.check(data, file)
    bounds.check_members(data.count(b"\n"), len(data), file)
    return decode_fragment(data, file=file)


def _landed(files: Mapping[int, Collection[SubmittedFile]], done: Publication) -> list[int]:
    """Those that propose something, all of which the dataset holds now."""
    published = {file.name for file in done.published}
    return [
        number
        for number, found in files.items()
        if found and all(file.name in published for file in found)
    ]


def _closed(output: Output, pulls: Proposals, numbers: Iterable[int], url: str) -> list[str]:
    return [_close(output.translate, pulls, number, url) for number in numbers]


def _close(_: Callable[[str], str], pulls: Proposals, number: int, url: str) -> str:
    """Close one; if that fails, its runs are in the dataset all the same."""
    try:
        pulls.close(number, f"{url} has these runs now, but for any that was taken down.")
    except BenchmarkError as error:
        said = _("   ⚠️ Pull request {number} could not be closed, close it by hand: {error}")
        return said.format(number=number, error=error)
    return _("   Closed: pull request {number}").format(number=number)
