"""`sagellm-benchmark rebuild`: recompute the leaderboards from runs and decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from benchmark import report
from benchmark.amend import edited, revise
from benchmark.commands.common import (
    Output,
    clockwork,
    dataset_options,
    month,
    open_store,
    output_options,
)
from benchmark.commands.paged import with_page
from benchmark.errors import InvalidDataError
from benchmark.retry import RetryPolicy

if TYPE_CHECKING:
    from benchmark.amend import Proposal
    from benchmark.leaderboard import Snapshot


@click.command("rebuild", short_help="Recompute the leaderboards from runs/.")
@dataset_options
@click.option(
    "--check/--publish", default=False, show_default=True,
    help="Change nothing and end with 65 if a file differs; or commit what differs.",
)  # fmt: skip
@output_options
def command(
    *, hf_repo: str, revision: str, endpoint: str | None, check: bool, as_json: bool, lang: str
) -> int:
    """Recompute both leaderboards from runs/ and what was decided on them.

    The same bytes if all is well; what another release ranked otherwise is ranked anew, and the
    page, where the dataset keeps one, is made anew. Runs that only a leaderboard file holds are
    added to runs/ first; one that was taken down and is in runs/ again is removed. What somebody
    removed by hand is gone from then on.
    """
    output = Output(as_json, lang)
    _ = output.translate
    store = open_store(hf_repo, revision, endpoint)
    if check:
        snapshot = store.read()
        proposal = _rebuilt(snapshot)
        at, files = snapshot.revision, proposal.files
    else:
        done = revise(
            store,
            _rebuilt,
            title="Rebuild the leaderboards from runs/",
            policy=RetryPolicy(),
            clockwork=clockwork(),
        )
        at, files = done.revision, done.files
    said = _("files that differed: {files}").format(files=", ".join(files)) if files else _("exact")
    refused = report.card_refused(_, store.card_refusal)
    output.say([f"{store.url} @ {at[:8]}: {said}", *refused])
    output.result({"revision": at, "changed": bool(files), "files": [*files]})
    return InvalidDataError.exit_code if check and files else 0


def _rebuilt(snapshot: Snapshot) -> Proposal:
    """What follows from runs and decisions, and the page of it where one stands."""
    return with_page(snapshot, edited(snapshot, lambda dataset: dataset, month=month()))
