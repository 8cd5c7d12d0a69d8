"""What `retract` and `confirm` share: one run is named, and one decision on it is added."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import click

from benchmark import report
from benchmark.amend import amend
from benchmark.commands.common import (
    Output,
    clockwork,
    dataset_options,
    month,
    open_store,
    output_options,
)
from benchmark.commands.parameters import PublicWords
from benchmark.commands.run_ids import find
from benchmark.page import PageKeeper
from benchmark.retry import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.dataset import Dataset
    from benchmark.entry import RunId

    F = TypeVar("F", bound="Callable[..., object]")


class Place(NamedTuple):
    """The dataset that is decided on."""

    hf_repo: str
    revision: str
    endpoint: str | None


class Told(NamedTuple):
    """What is said of a decision.

    Attributes:
        title: of the commit; it holds no contributor's text.
        done: what is said when it was added, with a field for the label.
        known: what is said when it was there already, likewise.
    """

    title: str
    done: str
    known: str


def decision_options(function: F) -> F:
    """Add the run, `--reason`, `--by`, and where and how to say it."""
    function = output_options(dataset_options(function))
    by = click.option("--by", type=PublicWords(), required=True, help="Who decided.")
    reason = click.option(
        "--reason", type=PublicWords(), required=True, help="Why, for everybody to read."
    )
    return click.argument("run_id")(reason(by(function)))


def decide(
    output: Output,
    place: Place,
    run_id: str,
    edit: Callable[[Dataset, RunId], Dataset],
    words: Told,
) -> None:
    """Add a decision to the dataset in one conditional commit, and say so.

    Args:
        output: where it is said.
        place: the dataset.
        run_id: the first digits of the run id.
        edit: adds the decision on a run, if it is not there yet.
        words: what is said.
    """
    store = open_store(*place)
    done = amend(
        PageKeeper(store),
        lambda dataset: edit(dataset, find(dataset.runs, run_id, dataset.taken_down)),
        title=words.title,
        policy=RetryPolicy(),
        clockwork=clockwork(),
        month=month,
    )
    changed = bool(done.files)
    _ = output.translate
    said = _(words.done if changed else words.known)
    full = find(done.dataset.runs, run_id)
    output.say([said.format(label=done.dataset.runs[full].label)])
    if full in done.dataset.taken_back and full in done.dataset.confirmed:
        output.say([_("   It is retracted and confirmed, so it stays retracted.")])
    output.say([f"   {store.url}"])
    output.say(report.card_refused(output.translate, store.card_refusal))
    output.result({"revision": done.revision, "changed": changed, "run_id": full})
