"""`sagellm-benchmark retract`: take a run out of the leaderboards; it stays in runs/."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from benchmark.commands.common import Output, now
from benchmark.commands.deciding import Place, Told, decide, decision_options
from benchmark.dataset import Retraction
from benchmark.i18n import N_

if TYPE_CHECKING:
    from benchmark.dataset import Dataset
    from benchmark.entry import RunId

_TOLD = Told(
    "Retract a benchmark run", N_("Retracted {label}."), N_("{label} was retracted already.")
)


@click.command("retract", short_help="Take a run out of the leaderboards.")
@decision_options
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
    at = now()

    def edit(dataset: Dataset, run: RunId) -> Dataset:
        if any(retraction.run_id == run for retraction in dataset.retractions):
            return dataset
        return dataset.joined((), [Retraction(run, reason, by, at)])

    decide(Output(as_json, lang), Place(hf_repo, revision, endpoint), run_id, edit, _TOLD)
