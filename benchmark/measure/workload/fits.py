"""Whether a model has positions for what a workload asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.errors import UsageError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from benchmark.measure.request import ModelShape
    from benchmark.measure.workload.workloads import Workload


def check_fits(shape: ModelShape, workload: Workload, model: str) -> None:
    """See that the longest prompt and answer fit into the model's context window.

    A workload without lengths fits: of its dataset, only conversations that fit are used.

    Raises:
        UsageError: if they do not.
    """
    if shape.context_window is None or workload.longest <= shape.context_window:
        return
    longest = max(workload.lengths, key=lambda one: sum(one.most))
    turns = f", in {workload.turns} turns" if workload.turns > 1 else ""
    raise UsageError(
        f"The workload {workload.name} needs {workload.longest} positions "
        f"({longest.most[0]} in, {longest.most[1]} out{turns}), "
        f"and {model} has {shape.context_window}.",
        hint=N_("Choose a shorter workload or a model with a larger context window."),
    )
