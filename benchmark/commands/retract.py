"""`sagellm-benchmark retract`: take a run out of the leaderboards; it stays in runs/."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from benchmark.amend import amend
from benchmark.commands.common import (
    Output,
    clockwork,
    dataset_options,
    month,
    now,
    open_store,
    output_options,
)
from benchmark.commands.parameters import Words
from benchmark.commands.run_ids import find
from benchmark.dataset import Retraction
from benchmark.retry import RetryPolicy

if TYPE_CHECKING:
    from benchmark.dataset import Dataset


@click.command("retract", short_help="Take a run out of the leaderboards.")
@click.argument("run_id")
@click.option("--reason", type=Words(), required=True, help="Why, for everybody to read.")
@click.option("--by", type=Words(), required=True, help="Who decided.")
@dataset_options
@output_options
def command(  # noqa: PLR0913 - one parameter per option
    *,
    run_id: str,
    reason: str,
    by: str,
    hf_repo: str,
    revision: str,
    endpoint: str | None,
    as_json: bool,
    lang: str,
) -> None:
    """Take RUN_ID (or its first 8 digits or more) out of the leaderboards.

    The run stays in runs/; the next best run of its configuration takes its place.
    """
    output = Output(as_json, lang)
    _ = output.translate
    store = open_store(hf_repo, revision, endpoint)
    at = now()

    def edit(dataset: Dataset) -> Dataset:
        run = find(dataset.runs, run_id)
        if any(retraction.run_id == run for retraction in dataset.retractions):
            return dataset
        return dataset.joined((), [Retraction(run, reason, by, at)])

    done = amend(
        store,
        edit,
        title="Retract a benchmark run",
        policy=RetryPolicy(),
        clockwork=clockwork(),
        month=month,
    )
    changed = bool(done.files)
    said = _("Retracted {label}.") if changed else _("{label} was retracted already.")
    full = find(done.dataset.runs, run_id)
    output.say([said.format(label=done.dataset.runs[full].label), f"   {store.url}"])
    output.result({"revision": done.revision, "changed": changed, "run_id": full})
