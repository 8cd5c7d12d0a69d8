"""`sagellm-benchmark attest`: record that a run was signed by the job that measured it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from benchmark.attestation import Attestation, signed_of
from benchmark.commands.common import Output, dataset_options, now, open_store, output_options
from benchmark.commands.deciding import Place, Told, decide
from benchmark.commands.gh import verified
from benchmark.commands.parameters import Words
from benchmark.commands.run_ids import find
from benchmark.dataset import parse
from benchmark.errors import InvalidDataError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from benchmark.dataset import Dataset
    from benchmark.entry import RunId

_TOLD = Told(
    "Record an attestation", N_("{label} is attested."), N_("{label} was attested already.")
)
_REPOSITORY = re.compile(r"[A-Za-z\d][\w-]{0,38}/[\w.-]{1,100}", re.ASCII)


def _check(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not _REPOSITORY.fullmatch(value):
        raise click.BadParameter(f"{value!r} is not OWNER/NAME.")
    return value


@click.command("attest", short_help="Record that a CI job signed a run.")
@click.argument("run_id")
@click.option(
    "--repository", required=True, callback=_check, metavar="OWNER/NAME",
    help="The GitHub repository whose workflow measured it.",
)  # fmt: skip
@click.option("--by", type=Words(), required=True, help="Who verified it.")
@dataset_options
@output_options
def command(  # noqa: PLR0913 - one parameter per option
    *,
    run_id: str,
    repository: str,
    by: str,
    hf_repo: str,
    revision: str,
    endpoint: str | None,
    as_json: bool,
    lang: str,
) -> None:
    """Verify that a workflow of --repository signed RUN_ID (or its first 8 digits), and record it.

    By `gh attestation verify`, which has to be installed. The dataset's attestations.jsonl gets a
    line with the workflow, its run and its kind of runner, so that anybody can verify it again. A
    signature says where a run came from, not that its figures are right.
    """
    place = Place(hf_repo, revision, endpoint)
    held = parse(open_store(*place).read())
    run = held.runs[find(held.runs, run_id, held.taken_down)]
    signed = signed_of(verified(run, repository), run.run_id)
    if not signed:
        raise InvalidDataError(
            f"gh verified something, but nothing that tells which workflow signed {run_id[:64]}.",
            hint=N_("Look at what `gh attestation verify --format json` says."),
        )
    at = now()
    found = [Attestation(run.run_id, *one, by, at) for one in signed]

    def edit(dataset: Dataset, _run: RunId) -> Dataset:
        known = {attestation[:-2] for attestation in dataset.attestations}
        return dataset.with_attestations(one for one in found if one[:-2] not in known)

    decide(Output(as_json, lang), place, run.run_id, edit, _TOLD)
