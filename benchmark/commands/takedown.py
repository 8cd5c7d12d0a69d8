"""`sagellm-benchmark takedown`: what a run says goes, a tombstone stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from benchmark import report
from benchmark.amend import edited, revise
from benchmark.commands.common import (
    PUBLIC_HUB,
    Output,
    clockwork,
    dataset_options,
    month,
    now,
    open_store,
    output_options,
)
from benchmark.commands.paged import with_page
from benchmark.commands.parameters import PublicWords
from benchmark.commands.run_ids import find, is_whole
from benchmark.decisions import Tombstone
from benchmark.entry import RunId
from benchmark.retry import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from benchmark.amend import Proposal
    from benchmark.dataset import Dataset
    from benchmark.hub import HubStore
    from benchmark.leaderboard import Snapshot


@click.command("takedown", short_help="Remove what a run says, for good.")
@click.argument("run_ids", nargs=-1, required=True, metavar="RUN_ID…")
@click.option(
    "--reason", type=PublicWords(), required=True,
    help="Why, for everybody to read: don't repeat what has to go.",
)  # fmt: skip
@click.option("--by", type=PublicWords(), required=True, help="Who decided.")
@dataset_options
@output_options
def command(  # noqa: PLR0913 - one parameter per option
    *,
    run_ids: tuple[str, ...],
    reason: str,
    by: str,
    hf_repo: str,
    revision: str,
    endpoint: str | None,
    as_json: bool,
    lang: str,
) -> None:
    """Replace the content of each RUN_ID (or its first 8 digits or more) by a tombstone.

    It goes from every file at the head of the dataset, and whoever submits it again adds nothing.
    A run that is not in the dataset can be named by all its 64 digits. `retract` is enough for a
    run that is merely wrong: then its figures stay in runs/.
    """
    output = Output(as_json, lang)
    store = open_store(hf_repo, revision, endpoint)
    at = now()

    def edit(dataset: Dataset) -> Dataset:
        new = _named(dataset, run_ids) - dataset.taken_down.keys()
        return dataset.joined((), tombstones=[Tombstone(run_id, reason, by, at) for run_id in new])

    def propose(snapshot: Snapshot) -> Proposal:
        proposal = edited(snapshot, edit, month=month(), accepts_losses=False)
        return with_page(snapshot, proposal)

    done = revise(
        store,
        propose,
        title=f"Take down {len(run_ids)} benchmark {'run' if len(run_ids) == 1 else 'runs'}",
        policy=RetryPolicy(),
        clockwork=clockwork(),
    )
    _ = output.translate
    named = sorted(_named(done.dataset, run_ids))
    for run_id in named:
        is_ours = done.dataset.taken_down[run_id] == Tombstone(run_id, reason, by, at)
        said = _("Taken down: {run_id}") if is_ours else _("Taken down already: {run_id}")
        output.say([said.format(run_id=run_id)])
    refused = report.card_refused(_, store.card_refusal)
    output.say([f"   {store.url}", *refused, *_what_remains(_, store)])
    output.result(
        {
            "revision": done.revision,
            "changed": bool(done.files),
            "run_ids": [*named],
            "files": [*done.files],
        }
    )


def _named(dataset: Dataset, run_ids: Iterable[str]) -> set[RunId]:
    """The runs, there or not, those that were taken down included."""
    known = [*dataset.runs, *dataset.taken_down]
    return {
        RunId(run_id.lower()) if is_whole(run_id) else find(known, run_id) for run_id in run_ids
    }


def _what_remains(_: Callable[[str], str], store: HubStore) -> Iterator[str]:
    """What a commit cannot do, and what can."""
    yield _(
        "   Earlier revisions of the dataset still hold it, and so may pull requests, clones,"
        " caches and data folders. None of them brings it back."
    )
    yield _(
        "   Not looked at: what the card says outside of our markers, decisions' reasons, and files"
        " of the dataset that are not ours."
    )
    yield _(
        "   This drops the earlier revisions (links to them break; large files and branches of pull"
        " requests are to be deleted in the dataset's settings besides):"
    )
    endpoint = "" if store.endpoint == PUBLIC_HUB else f"{store.endpoint!r}"
    where = f"{store.dataset!r}, repo_type='dataset', branch={store.branch!r}"
    call = f"HfApi({endpoint}).super_squash_history({where})"
    yield f'   python -c "from huggingface_hub import HfApi; {call}"'
    yield _("   If a credential was in it, revoke it: it has been public.")
