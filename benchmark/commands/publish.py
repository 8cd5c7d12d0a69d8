"""`sagellm-benchmark publish`: merge the data folder into the dataset, losing nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from benchmark.commands.common import (
    Output,
    check_credentials,
    clockwork,
    data_dir_option,
    dataset_options,
    month,
    open_store,
    output_options,
)
from benchmark.commands.github import github_errors, github_output
from benchmark.commands.publishing import Wishes, finish
from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.page import PageKeeper, kept_facts
from benchmark.publish import preview, publish
from benchmark.retry import RetryPolicy
from benchmark.submission import data_files

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.store import Store

_DEFAULT = RetryPolicy()


@click.command("publish", short_help="Merge the data folder into the dataset.")
@dataset_options
@data_dir_option
@click.option("--dry-run", is_flag=True, help="Say what would change; commit nothing.")
@click.option("--create-pr", is_flag=True, help="Open a pull request instead of committing.")
@click.option(
    "--max-attempts", type=click.IntRange(1), default=_DEFAULT.max_attempts, show_default=True
)
@click.option(
    "--deadline", type=click.FloatRange(0), default=_DEFAULT.deadline, show_default=True,
    help="Seconds after which no attempt is started.",
)  # fmt: skip
@click.option(
    "--page", is_flag=True,
    help="Keep the leaderboard's page in the dataset, part of the same commit; once there, it stays"
    " up to date without.",
)  # fmt: skip
@click.option("--cleanup", is_flag=True, help="Then remove the published files from git.")
@click.option(
    "--fail-on-reject/--no-fail-on-reject", default=True, show_default=True,
    help="End with 65 if a file was refused.",
)  # fmt: skip
@output_options
def command(  # noqa: PLR0913 - one parameter per option
    *,
    hf_repo: str,
    revision: str,
    endpoint: str | None,
    data_dir: Path,
    dry_run: bool,
    create_pr: bool,
    max_attempts: int,
    deadline: float,
    page: bool,
    cleanup: bool,
    fail_on_reject: bool,
    as_json: bool,
    lang: str,
) -> int:
    """Merge every leaderboard_*.json in --data-dir into the dataset.

    Reads the dataset at a revision, merges, and commits only if the head is still that revision,
    else again. The token comes from HF_TOKEN, a Trusted Publisher, or a stored log-in.

    A file with any invalid entry is refused whole; the others are published and it ends with 65.
    The clean-up pushes with the checkout's credentials, or with a token in PUSH_TOKEN.
    """
    output = github_output(Output(as_json, lang))
    # The dataset holds what is in a pull request only once it is merged, so nothing is cleaned up.
    # A pull request whose answer was lost is not at the head, so a second try could open another.
    attempts = 1 if create_pr else max_attempts
    policy = replace(_DEFAULT, max_attempts=attempts, deadline=deadline)
    with github_errors(output.translate, hf_repo):
        if page and create_pr:
            raise UsageError(
                "A pull request carries no page: it would show what the dataset does not hold yet.",
                hint=N_("Leave out --page; the commit after the merge makes it."),
            )
        store = open_store(hf_repo, revision, endpoint, create_pr=create_pr)
        anew = kept_facts(hf_repo, store.url, revision, lang) if page else None
        keeper: Store = store if create_pr else PageKeeper(store, anew)
        files = data_files(data_dir)
        if dry_run:
            done = preview(store, files, month=month())
        else:
            if files and not create_pr:
                check_credentials(store)
            done = publish(keeper, files, policy=policy, clockwork=clockwork(), month=month)
    cleanup = cleanup and not (dry_run or create_pr)
    return finish(output, done, store, files, Wishes(cleanup, dry_run, fail_on_reject))
