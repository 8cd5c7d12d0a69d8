"""Running steps one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.action.harness.actions import use_action
from tests.action.harness.evaluator import ExpressionError
from tests.action.harness.running import RunningStep
from tests.action.harness.script import run_script

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.action.harness.job import Job
    from tests.action.harness.reports import Outcome
    from tests.action.harness.scope import Scope


def run_steps(job: Job, scope: Scope, steps: Iterable[Mapping[str, Any]]) -> None:
    """Run what wants to run; how each ended is in the job's steps."""
    for given in steps:
        running = RunningStep(job, scope, given)
        try:
            wanted = running.prepare()
        except ExpressionError as error:
            running.conclude(running.fail(error))
        else:
            running.conclude(running.carry_out(_work) if wanted else "skipped")


def _work(running: RunningStep) -> Outcome:
    if running.stops():
        return "cancelled"
    if "run" in running.given:
        return run_script(running)
    return use_action(running, run_steps)
