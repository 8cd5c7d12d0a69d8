"""`sagellm-benchmark upload`: one conditional commit of the data folder, no second try."""

from __future__ import annotations

import re
from dataclasses import dataclass
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
from benchmark.commands.publishing import finish
from benchmark.leaderboard import Revision
from benchmark.page import PageKeeper
from benchmark.publish import publish
from benchmark.retry import RetryPolicy
from benchmark.submission import data_files

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.hub import HubStore
    from benchmark.leaderboard import Changes, Snapshot


@dataclass(frozen=True)
class _AtParent:
    """The store, read at one revision whatever the head is; a commit then needs it to be head."""

    store: HubStore
    parent: Revision

    def read(self) -> Snapshot:
        return self.store.read(self.parent)

    def commit(self, files: Changes, *, parent: Revision, message: str) -> Revision:
        return self.store.commit(files, parent=parent, message=message)


@click.command("upload", short_help="One conditional commit of the data folder.")
@dataset_options
@data_dir_option
@click.option("--parent", help="The revision the commit is conditional on.  [default: the head]")
@output_options
def command(  # noqa: PLR0913 - one parameter per option
    *,
    hf_repo: str,
    revision: str,
    endpoint: str | None,
    data_dir: Path,
    parent: str | None,
    as_json: bool,
    lang: str,
) -> int:
    """Merge --data-dir with the dataset as of --parent and commit once, if that is the head.

    Ends with 75 if somebody was first. `publish` is this in a loop.
    """
    output = github_output(Output(as_json, lang))
    if parent is not None and not re.fullmatch(r"[0-9a-f]{40}", parent):
        raise click.BadParameter(f"{parent!r} is not 40 hexadecimal digits.", param_hint="--parent")
    once = RetryPolicy(max_attempts=1)
    with github_errors(output.translate, hf_repo):
        store = open_store(hf_repo, revision, endpoint)
        target = _AtParent(store, Revision(parent)) if parent else store
        files = data_files(data_dir)
        if files:
            check_credentials(store)
        done = publish(PageKeeper(target), files, policy=once, clockwork=clockwork(), month=month)
    return finish(output, done, store, files)
