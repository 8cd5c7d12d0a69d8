"""What `publish` and `upload` do once the loop is through: words, the GitHub runner, clean-up."""

from __future__ import annotations

import os
import random
import time
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from benchmark import report
from benchmark.cleanup import (
    Cleanup,
    CleanupError,
    blob_ids,
    branch_of,
    path_in,
    remove_published,
    root_of,
)
from benchmark.commands.github import tell
from benchmark.errors import InvalidDataError
from benchmark.i18n import N_
from benchmark.markdown import Deed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.commands.common import Output
    from benchmark.hub import HubStore
    from benchmark.publish import Publication
    from benchmark.submission import SubmittedFile


class Wishes(NamedTuple):
    """What the user wants of a publish besides publishing.

    Attributes:
        cleanup: remove the published files from git.
        dry_run: nothing was committed, only said.
        fail_on_reject: end with the exit code of invalid data if a file was rejected.
    """

    cleanup: bool = False
    dry_run: bool = False
    fail_on_reject: bool = True


def finish(
    output: Output,
    done: Publication,
    store: HubStore,
    files: Sequence[SubmittedFile],
    wishes: Wishes = Wishes(),  # noqa: B008 - immutable
) -> int:
    """Show what a publish did, clean up, tell the GitHub runner; the exit code."""
    _ = output.translate
    revision = done.summary.revision or store.branch
    url = store.pull_request or f"{store.url}/tree/{revision}"
    summary = replace(done.summary, url=url, card_refusal=store.card_refusal)
    output.say(report.merged(_, summary))
    output.say(report.published(_, summary, dry_run=wishes.dry_run))
    source = f"{store.url}@{revision}"
    cleaned = _clean_up(output, done.published, source) if wishes.cleanup else Cleanup()
    tell(output, summary, _deed(store, wishes), files, cleaned, tolerant=not wishes.fail_on_reject)
    output.result(summary.to_json())
    return InvalidDataError.exit_code if summary.rejected and wishes.fail_on_reject else 0


def _deed(store: HubStore, wishes: Wishes) -> Deed:
    if wishes.dry_run:
        return Deed.PREVIEWED
    return Deed.PROPOSED if store.pull_request else Deed.PUBLISHED


def _clean_up(output: Output, files: Sequence[SubmittedFile], source: str) -> Cleanup:
    if not files:
        return Cleanup()
    cleaned = _remove(files, source)
    paths = (cleaned.removed, cleaned.kept)
    output.say(report.cleaned_up(output.translate, *paths, cleaned.warning, cleaned.hint))
    return cleaned


def _remove(files: Sequence[SubmittedFile], source: str) -> Cleanup:
    root = root_of(files[0].path.parent)
    if root is None:
        return Cleanup(
            warning="There is no git checkout to clean up.", hint=N_("Run actions/checkout first.")
        )
    try:
        branch = branch_of(root, os.environ)
    except CleanupError as error:
        return Cleanup(warning=str(error), hint=error.hint)
    if not branch:
        return Cleanup(
            warning="No branch is checked out, so there is none to clean up.",
            hint=N_("Publish from a branch; its next run removes the files."),
        )
    return remove_published(
        root,
        {path_in(root, file.path): blob_ids(file.data) for file in files},
        branch=branch,
        source=source,
        env=os.environ,
        push_token=os.environ.get("PUSH_TOKEN", ""),
        sleep=time.sleep,
        uniform=random.uniform,
    )
