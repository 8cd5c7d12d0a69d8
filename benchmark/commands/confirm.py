"""`sagellm-benchmark confirm`: lift the verdict on a run that somebody has looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from benchmark.commands.common import Output, now
from benchmark.commands.deciding import Place, Told, decide, decision_options
from benchmark.dataset import Confirmation
from benchmark.i18n import N_

if TYPE_CHECKING:
    from benchmark.dataset import Dataset
    from benchmark.entry import RunId

_TOLD = Told(
    "Confirm a benchmark run", N_("Confirmed {label}."), N_("{label} was confirmed already.")
)


@click.command("confirm", short_help="Lift the verdict on a run.")
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
    """Lift the verdict on RUN_ID (or its first 8 digits or more): it is ranked as a sound one.

    For a run that is called impossible or doubtful, and that somebody has seen to be true. A
    retraction still takes it out.
    """
    at = now()

    def edit(dataset: Dataset, run: RunId) -> Dataset:
        if run in dataset.confirmed:
            return dataset
        return dataset.joined((), confirmations=[Confirmation(run, reason, by, at)])

    decide(Output(as_json, lang), Place(hf_repo, revision, endpoint), run_id, edit, _TOLD)
